"""The phrasebook and the cards in a real browser: found while one types, an own sentence with its Arabic, a card in
other words, and nothing that someone who cannot see or use a mouse would miss."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.end_to_end.conftest import (
    NARROWEST,
    PHONE,
    WIDE,
    NewPage,
    coordinators_demo,
    no_wider_than_the_screen,
    violations,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: One signs in as who looks after texts.
demo = coordinators_demo

DUTCH = "Haal {papier} op bij {plek}."
ARABIC = "استلام {papier} من {plek}."


async def unfold(page: Page) -> None:
    """Shows more of the page: of a long list the first few, which are as the others."""
    folded = "main li:nth-child(-n + 3) > details, main .part, main .terms details"
    await page.evaluate("which => document.querySelectorAll(which).forEach((one) => (one.open = true))", folded)


async def test_a_sentence_is_found_while_one_types(new_page: NewPage, signed_in: Any) -> None:
    page = await new_page(storage_state=signed_in, **WIDE)
    await page.goto("/desk")
    await page.get_by_text("Meer", exact=True).click()
    await page.get_by_role("link", name="Zinnenboek").click()
    await expect(page.get_by_role("heading", name="Zinnenboek")).to_be_visible()
    await page.wait_for_load_state()  # keys are heard by the script, which comes last
    rows = page.locator("#entries > li:visible")
    every = await rows.count()
    assert every >= 45
    await page.keyboard.press("/")
    await page.keyboard.type("Toeslag aanvr")
    await expect(rows).to_have_count(1)
    await expect(page.get_by_role("status")).to_have_text("1 zin")
    await page.keyboard.type("xyz")
    await expect(page.get_by_text("Geen zin gevonden.")).to_be_visible()
    await page.keyboard.press("Control+A")
    await page.keyboard.press("Delete")
    await expect(rows).to_have_count(every)


async def test_an_own_sentence_with_arabic_is_added_and_seen(new_page: NewPage, signed_in: Any) -> None:
    page = await new_page(storage_state=signed_in, **PHONE)
    await page.goto("/desk/phrasebook")
    await page.get_by_role("link", name="Zin toevoegen").click()
    theirs = page.get_by_role("group", name="De inwoner doet het")
    await theirs.get_by_label("Nederlands").fill("Haal ")
    await page.get_by_role("button", name="papier", exact=True).click()
    await page.keyboard.type(" op bij ")
    await page.get_by_role("button", name="plek", exact=True).click()
    await page.keyboard.type(".")
    await expect(theirs.get_by_label("Nederlands")).to_have_value(DUTCH)
    await expect(page.locator('[data-reads="you-nl"]')).to_have_text("Haal uw loonstrook op bij ons kantoor.")
    arabic = theirs.get_by_label("Arabisch")
    await expect(arabic).to_have_attribute("dir", "rtl")
    await arabic.fill("استلام {papier}.")
    await page.get_by_role("button", name="Bewaren").click()
    refused = page.get_by_role("alert")
    await expect(refused).to_contain_text("In elke taal hoort hetzelfde tussen accolades te staan")
    await expect(refused).to_be_focused()
    assert await violations(page) == []
    await theirs.get_by_label("Arabisch").fill(ARABIC)
    await page.get_by_role("button", name="Bewaren").click()
    saved = page.locator(".saved")
    await expect(saved).to_be_in_viewport()
    await expect(saved).to_contain_text("Nog niet in het Engels, het Turks")
    entry = page.locator("#entries > li", has_text="Haal [papier] op bij [plek].")
    await expect(entry.locator('[lang="ar"]')).to_contain_text("استلام")
    await expect(entry.locator('[lang="ar"]')).to_contain_text("loonstrook")
    assert await entry.locator('[lang="ar"]').evaluate("one => getComputedStyle(one).direction") == "rtl"
    await entry.get_by_role("button", name="Uitzetten").click()
    await expect(entry.get_by_text("uit", exact=True)).to_be_visible()
    assert await violations(page) == []


async def test_a_card_in_other_words_is_seen_in_arabic(new_page: NewPage, signed_in: Any) -> None:
    page = await new_page(storage_state=signed_in, **PHONE)
    await page.goto("/desk/cards")
    await page.locator("#card-rings > details > summary").click()
    await page.locator("#card-rings").get_by_role("link", name="Wijzigen en bekijken").click()
    await page.locator("summary", has_text="Zin om te zeggen").click()
    say = page.locator("details", has=page.locator("summary", has_text="Zin om te zeggen"))
    await say.get_by_label("Nederlands").fill("Ik bel u morgen terug.")
    await page.get_by_label("Bekijken in het").select_option("ar")
    await page.get_by_role("button", name="Bekijk", exact=True).click()
    preview = page.get_by_role("region", name="Zo krijgt een inwoner hem")
    await expect(preview).to_contain_text("Nog niet helemaal in het Arabisch")
    await page.locator("#say-ar").fill("سأتصل بك غدًا.")
    await page.locator("#say-en").fill("I will call you back tomorrow.")
    await page.get_by_role("button", name="Bekijk", exact=True).click()
    await expect(preview).to_contain_text("سأتصل بك غدًا.")
    picture = preview.get_by_role("img")
    await expect(picture).to_have_attribute("alt", re.compile("سأتصل بك غدًا"))
    assert await picture.evaluate("one => one.naturalWidth") == 720
    assert await violations(page) == []
    await page.get_by_role("button", name="Bewaren").click()
    await expect(page.get_by_role("status")).to_contain_text("Bewaard: Een schuldeiser belt.")
    await expect(page.get_by_role("status")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE, NARROWEST], ids=["wide", "phone", "narrowest"])
async def test_everyone_can_use_the_pages(new_page: NewPage, signed_in: Any, scheme: str, size: Any) -> None:
    page = await new_page(storage_state=signed_in, color_scheme=scheme, **size)
    for path in ("/desk/phrasebook", "/desk/phrasebook/new", "/desk/cards", "/desk/cards/bailiff?language=ar"):
        await page.goto(path)
        await page.get_by_text("Meer", exact=True).click()
        assert await violations(page) == [], path
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("link", name="Kaarten", exact=True)).to_be_hidden()
        await unfold(page)
        assert await no_wider_than_the_screen(page), path
        assert await violations(page) == [], path


async def test_without_scripts_all_of_it_works(new_page: NewPage, signed_in: Any) -> None:
    page = await new_page(storage_state=signed_in, java_script_enabled=False, **PHONE)
    await page.goto("/desk/phrasebook?q=voedselbank")
    await expect(page.locator("#entries > li")).to_have_count(1)
    await page.goto("/desk/phrasebook/new")
    await page.locator("#you-nl").fill("Kom langs op {dag}.")
    await page.get_by_role("button", name="Bekijk hoe het leest").click()
    await expect(page.get_by_role("region", name="Zo leest het")).to_contain_text("Kom langs op ")
    await page.get_by_role("button", name="Bewaren").click()
    await expect(page.get_by_text("Bewaard: Kom langs op [dag].")).to_be_visible()
    await page.get_by_text("Meer", exact=True).click()
    await page.get_by_role("link", name="Kaarten", exact=True).click()
    await expect(page.get_by_role("heading", name="Kaarten")).to_be_visible()
