"""Someone is let in, opens the link in a browser of their own, reads, writes, and is ended; also from right to left."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.end_to_end.conftest import NewPage, no_wider_than_the_screen, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEWEST = ".message.asks:not(.old)"


async def taps(page: Page, data_or_label: str) -> None:
    """A button of the newest question, and waits for what comes of it."""
    newest = page.locator(NEWEST)
    number = await newest.get_attribute("data-seq")
    await newest.get_by_role("button", name=data_or_label).first.click()
    await expect(page.locator(f'{NEWEST}:not([data-seq="{number}"])')).to_be_visible()


async def types(page: Page, words: str) -> None:
    newest = page.locator(NEWEST)
    number = await newest.get_attribute("data-seq")
    await page.locator("#message").fill(words)
    await page.locator("#message").press("Enter")
    await expect(page.locator(f'{NEWEST}:not([data-seq="{number}"])')).to_be_visible()


async def lets_in(page: Page) -> str:
    """A new resident lets Samira in; the address of the link."""
    await page.goto("/")
    await page.locator("#start-button").click()
    await taps(page, "Nederlands")
    for label in ("Laat iemand meelezen", "Ja, ik ben alleen", "Iemand erbij"):
        await taps(page, label)
    await types(page, "Samira")
    for label in ("Ook meeschrijven", "Een week", "Ja, dat wil ik", "Geef mij de link"):
        await taps(page, label)
    said = await page.locator(f"{NEWEST} .bubble").inner_text()
    found = re.search(r"/m/[A-Za-z0-9_-]{32}", said)
    assert found is not None, said
    await page.locator('[data-word="menu"]').click()
    await expect(page.locator(NEWEST).get_by_role("button", name="Uitleg")).to_be_visible()
    return found[0]


async def test_let_in_read_written_and_ended(new_page: NewPage) -> None:
    resident = await new_page()
    link = await lets_in(resident)
    helper = await new_page(viewport={"width": 320, "height": 640})
    await helper.goto(link)
    assert await violations(helper) == []
    assert "Samira" not in await helper.content()
    await helper.locator("#look").click()
    await expect(helper.locator("#asks")).to_have_text("Bent u Samira?")
    assert await violations(helper) == []
    await helper.locator("#me").click()
    await expect(helper.locator("#empty")).to_be_visible()
    assert helper.url.endswith("/meelezen")  # the key is not in the address any more
    await resident.locator('[data-word="menu"]').click()
    await expect(helper.locator(NEWEST).get_by_role("button", name="Uitleg")).to_be_visible()
    assert await helper.locator(NEWEST).get_by_role("button", name="Ik wil hulp").count() == 0
    assert await violations(helper) == []
    assert await no_wider_than_the_screen(helper)
    await helper.locator(NEWEST).get_by_role("button", name="Uitleg").click()
    await expect(resident.locator(".message.helper .who")).to_contain_text("Samira")
    await expect(helper.locator(".message.own")).to_have_count(1)
    await helper.locator("#message").fill("wat is beslag?")
    await helper.locator("#message").press("Enter")  # as in every chat
    await expect(helper.locator(".message.own")).to_have_count(2)
    await helper.locator("#message").fill("wis mijn gegevens en stop")
    await helper.locator("#message").press("Shift+Enter")
    await expect(helper.locator("#message")).to_have_value("wis mijn gegevens en stop\n")
    await resident.locator("#message").fill("ik wil niet meer leven")
    await resident.locator("#message").press("Enter")
    await expect(resident.get_by_text("0800-0113").first).to_be_visible()
    await helper.reload()
    await expect(helper.locator("#chat")).to_be_visible()
    assert "0113" not in await helper.locator("body").inner_text()
    assert "leven" not in await helper.locator("#log").inner_text()


async def test_one_tap_empties_the_helpers_screen(new_page: NewPage) -> None:
    resident, helper = await new_page(), await new_page()
    await helper.goto(await lets_in(resident))
    await helper.locator("#look").click()
    await helper.locator("#me").click()
    await resident.locator('[data-word="menu"]').click()
    await expect(helper.locator(".message")).to_have_count(2)
    await resident.locator(NEWEST).get_by_role("button", name="Laat iemand meelezen").click()
    await resident.locator(NEWEST).get_by_role("button", name="Stop het meelezen").click()
    await expect(helper.locator("#problem")).to_have_text("Hier is niets te zien.")
    await expect(helper.locator(".message")).to_have_count(0)


async def test_from_right_to_left(new_page: NewPage) -> None:
    helper = await new_page(locale="ar", viewport={"width": 390, "height": 780})
    await helper.goto(await lets_in(await new_page()))
    await helper.locator("#look").click()
    await expect(helper.locator("#asks")).to_contain_text("Samira")
    assert await helper.locator("html").get_attribute("dir") == "rtl"
    assert await violations(helper) == []
    assert await no_wider_than_the_screen(helper)
