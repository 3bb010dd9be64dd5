"""Teksten in a real browser: found, worded otherwise in Arabic and read in the chat, confirmed, out and in."""

from __future__ import annotations

import re
from pathlib import Path
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

#: What the menu asks.
CONTEXT, DUTCH, ARABIC = "welkom.menu", "Waar kunnen we u mee helpen?", "ماذا تحتاج اليوم؟"
#: A text with a value.
FILLED = "woordenlijst.ask"


def read(path: Path) -> str:
    """What a file holds."""
    return path.read_text("utf-8")


async def reads_in_the_chat(new_page: NewPage) -> Page:
    """The chat of someone who chooses Arabic."""
    page = await new_page(locale="ar")
    await page.goto("/")
    await page.locator("#start-button").click()
    await page.get_by_role("button", name="العربية", exact=True).click()
    return page


async def test_a_text_is_found_worded_otherwise_and_read_in_the_chat(new_page: NewPage, signed_in: Any) -> None:
    page = await new_page(storage_state=signed_in, **WIDE)
    await page.goto("/desk")
    await page.get_by_text("Meer", exact=True).click()
    await page.get_by_role("link", name="Teksten").click()
    await expect(page.get_by_role("heading", name="Teksten")).to_be_visible()
    await page.get_by_label("Zoek in").fill("mee helpen")
    await page.get_by_role("group", name="Naast het Nederlands").get_by_label("Arabisch").check()
    await page.get_by_role("button", name="Zoeken").click()
    row = page.locator("#texts > li", has=page.locator(f'a[href^="/desk/texts/{CONTEXT}?"]'))
    await expect(row).to_contain_text(DUTCH)
    arabic = row.locator('[lang="ar"]')
    assert await arabic.evaluate("one => getComputedStyle(one).direction") == "rtl"
    await row.get_by_role("link").click()
    await page.get_by_role("link", name="Arabisch", exact=True).click()
    words = page.get_by_label("Vertaling in het Arabisch")
    await expect(words).to_have_attribute("dir", "rtl")
    before = await words.input_value()
    await words.fill(ARABIC)
    await page.get_by_role("button", name="Bekijk hoe het leest").click()
    scene = page.locator('.scene[lang="ar"]')
    await expect(scene.locator("mark").first).to_have_text(ARABIC)
    await expect(page.locator('.scene[lang="nl"]').locator("mark").first).to_have_text(DUTCH)
    chat = await reads_in_the_chat(new_page)
    await expect(chat.get_by_text(before)).to_be_visible()
    await page.get_by_role("button", name="Bewaren").click()
    await expect(page.get_by_role("status")).to_contain_text("Bewaard.")
    chat = await reads_in_the_chat(new_page)
    await expect(chat.get_by_text(ARABIC)).to_be_visible()
    await page.get_by_role("button", name="Terug naar de standaardtekst").click()
    await expect(page.get_by_role("status")).to_contain_text("De standaardtekst geldt weer.")


async def test_a_lost_placeholder_is_refused_and_what_was_typed_stays(new_page: NewPage, signed_in: Any) -> None:
    page = await new_page(storage_state=signed_in, **PHONE)
    await page.goto(f"/desk/texts/{FILLED}?language=ar")
    words = page.get_by_label("Vertaling in het Arabisch")
    standard = await words.input_value()
    assert "{word}" in standard
    await words.fill("ما معنى هذا؟")
    await page.get_by_role("button", name="Bewaren").click()
    refused = page.get_by_role("alert")
    await expect(refused).to_contain_text("Het gaat om: {word}.")
    await expect(refused).to_be_focused()
    await expect(words).to_have_value("ما معنى هذا؟")
    assert await violations(page) == []
    await words.fill(standard)
    await page.get_by_role("button", name="Bewaren").click()
    await expect(page.get_by_role("status")).to_contain_text("Bewaard.")


async def test_a_speaker_confirms_it_by_name(new_page: NewPage, signed_in: Any) -> None:
    page = await new_page(storage_state=signed_in, **PHONE)
    await page.goto(f"/desk/texts/{CONTEXT}?language=ar")
    await page.get_by_role("button", name="Deze vertaling is goed").click()
    await expect(page.get_by_role("alert")).to_contain_text("Zet eerst het vinkje")
    await page.get_by_label("Ik spreek deze taal van huis uit").check()
    await page.get_by_role("button", name="Deze vertaling is goed").click()
    await expect(page.get_by_role("status")).to_have_text("✓ De vertaling is bevestigd.")
    await expect(page.locator("#one")).to_contain_text("✓ bevestigd")
    await expect(page.get_by_role("region", name="Wat er veranderd is")).to_contain_text(
        re.compile(r"Noor.*: bevestigd \(Arabisch\)")
    )
    await page.get_by_label("Ik spreek deze taal van huis uit").check()
    await page.get_by_role("button", name="Bevestiging terugnemen").click()
    await expect(page.get_by_role("status")).to_have_text("✓ De bevestiging is teruggenomen.")


async def test_a_file_goes_out_and_comes_in(new_page: NewPage, signed_in: Any, tmp_path: Path) -> None:
    page = await new_page(storage_state=signed_in, **PHONE)
    await page.goto("/desk/texts")
    await page.get_by_role("link", name="Bestanden voor een vertaalbureau").click()
    await page.locator("#out-language").select_option("ar")
    await page.locator("#which").select_option("all")
    async with page.expect_download() as told:
        await page.get_by_role("button", name="Downloaden").click()
    download = await told.value
    assert download.suggested_filename == "teksten-ar.po"
    await download.save_as(tmp_path / "out.po")
    sent = read(tmp_path / "out.po")
    changed = re.sub(rf'(msgctxt "{CONTEXT}"\nmsgid .*\n)msgstr ".*"', rf'\1msgstr "{ARABIC}"', sent)
    changed = re.sub(rf'(msgctxt "{FILLED}"\nmsgid .*\n)msgstr ".*"', r'\1msgstr "ما هذا؟"', changed)
    await page.locator("#in-language").select_option("ar")
    await page.locator("#file").set_input_files(
        {"name": "back.po", "mimeType": "text/x-gettext-translation", "buffer": changed.encode()}
    )
    await page.get_by_role("button", name="Bestand bekijken").click()
    await expect(page.locator("#looked-changes")).to_have_text("1")
    await expect(page.locator("#looked-refused")).to_have_text("1")
    looked = page.get_by_role("region", name="Dit zou het bestand veranderen")
    await expect(looked).to_contain_text(ARABIC)
    await expect(looked).to_contain_text("Het gaat om: {word}.")
    assert await violations(page) == []
    await page.get_by_role("button", name="Overnemen als concept").click()
    await expect(page.get_by_role("status")).to_have_text("✓ 1 tekst overgenomen, als concept.")
    await page.goto(f"/desk/texts/{CONTEXT}?language=ar")
    await expect(page.get_by_label("Vertaling in het Arabisch")).to_have_value(ARABIC)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE, NARROWEST], ids=["wide", "phone", "narrowest"])
async def test_everyone_can_use_the_pages(new_page: NewPage, signed_in: Any, scheme: str, size: Any) -> None:
    page = await new_page(storage_state=signed_in, color_scheme=scheme, java_script_enabled=True, **size)
    for path in (
        "/desk/texts?language=ar&language=en",
        f"/desk/texts/{CONTEXT}?language=ar",
        "/desk/texts/crisis.life?language=en",
        "/desk/texts/mail.subject?language=ar",
        "/desk/texts/files",
    ):
        await page.goto(path)
        assert await no_wider_than_the_screen(page), path
        assert await violations(page) == [], path


async def test_without_scripts_all_of_it_works(new_page: NewPage, signed_in: Any) -> None:
    page = await new_page(storage_state=signed_in, java_script_enabled=False, **PHONE)
    await page.goto("/desk/texts")
    await page.get_by_label("Zoek in").fill("step.resume")
    await page.get_by_role("button", name="Zoeken").click()
    await page.locator("#texts").get_by_role("link").first.click()
    await page.get_by_role("link", name="Nederlands", exact=True).click()
    await page.locator("#words").fill("We gaan verder, indien u wilt.")
    await page.get_by_role("button", name="Bewaren").click()
    await expect(page.get_by_role("alert")).to_contain_text("Een moeilijk woord: “indien”. Misschien liever: als.")
    await page.get_by_label("Ik wil deze woorden toch").check()
    await page.get_by_role("button", name="Bewaren").click()
    await expect(page.get_by_role("status")).to_contain_text("Ze staan nu als verouderd.")
