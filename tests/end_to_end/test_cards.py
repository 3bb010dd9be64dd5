"""A card on a small phone, opened by its link: in one's own language next to the Dutch, and as a picture to keep."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.end_to_end.conftest import NewPage
from tests.end_to_end.test_webchat import start, tap

pytestmark = pytest.mark.asyncio(loop_scope="session")

NARROW = {"width": 320, "height": 640}
DUTCH = "Mag ik uw pasje zien, en het vonnis of het dwangbevel?"


async def test_a_link_opens_a_card_beside_the_dutch_and_its_picture_can_be_kept(new_page: NewPage) -> None:
    page = await new_page(viewport=NARROW)
    await start(page, "/?naar=kaarten-bailiff")
    await tap(page, "العربية")
    arabic = page.locator("#log .bot .bubble[lang=ar]").last
    await expect(arabic).to_contain_text("هل يمكنني رؤية بطاقتك")
    await expect(arabic).to_contain_text(DUTCH)
    dutch = page.locator("#log .bot .bubble[lang=nl]").last
    await expect(dutch.get_by_text(DUTCH)).to_have_count(1)
    await tap(page, "حفظها كصورة")
    picture = page.locator("#log .bot img").last
    alt = await picture.get_attribute("alt")
    assert alt is not None
    assert DUTCH in alt
    assert "هل يمكنني رؤية بطاقتك" in alt
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    await tap(page, "رسالة جاهزة")
    await expect(page.locator("#log .bot .bubble[lang=ar]").last).to_contain_text("Beste deurwaarder,")
