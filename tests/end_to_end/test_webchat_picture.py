"""A card as a picture in a real browser: told in words, in its place before it is there, saved under a neutral name."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.end_to_end.conftest import NewPage, violations
from tests.end_to_end.test_webchat_access import SMALL, TOO_WIDE

pytestmark = pytest.mark.asyncio(loop_scope="session")

FLAGS = {"nl": "🌍Nederlands", "ar": "🌍العربية"}


async def card(page: Page, language: str) -> None:
    """Past the first hello, at the picture of the first card."""
    await page.goto(f"/?taal={language}&naar=kaarten")
    await page.locator("#start-button").click()
    await tap(page, FLAGS[language][1:])
    for icon in ("📞", "🖼️"):
        await tap(page, icon)


async def tap(page: Page, words: str) -> None:
    """The first button of the newest question with these words or this icon."""
    newest = page.locator(".message.asks:not(.old)")
    number = await newest.get_attribute("data-seq")
    await newest.locator("button").filter(has_text=words).first.click()
    await expect(page.locator(f'.message.asks:not(.old):not([data-seq="{number}"])')).to_be_visible()


@pytest.mark.parametrize("language", ["nl", "ar"])
async def test_a_card_is_a_picture_that_everyone_can_use(new_page: NewPage, language: str) -> None:
    page = await new_page()
    may_come = asyncio.Event()

    async def held_up(route: Route) -> None:
        await may_come.wait()
        await route.continue_()

    await page.route("**/chat/pictures/*", held_up)
    await card(page, language)
    image = page.locator(f'.drawn img[lang="{language}"]')
    await expect(image).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    await image.scroll_into_view_if_needed()
    before = await image.bounding_box()
    assert before is not None
    assert before["height"] > before["width"]
    may_come.set()
    await image.evaluate("one => one.decode()")
    assert await image.bounding_box() == before
    assert await image.evaluate("one => one.naturalWidth") == 720
    assert len(await image.get_attribute("alt") or "") > 40
    assert await violations(page) == []
    assert await page.evaluate(SMALL) == []
    assert not await page.evaluate(TOO_WIDE)
    async with page.expect_download() as saving:
        await page.locator(".drawn a").last.click()
    assert (await saving.value).suggested_filename == "bestand.png"
