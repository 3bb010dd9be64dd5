"""An appointment that nobody marked, in real browsers: it stands above the inbox by itself, and is gone once marked."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from tests.end_to_end.conftest import PHONE, WIDE, NewPage, no_wider_than_the_screen, own_demo, violations
from tests.end_to_end.test_agenda import opens
from tests.end_to_end.test_desk import asks_for_a_human, open_newest, start

pytestmark = pytest.mark.asyncio(loop_scope="session")

demo = own_demo

ZONE = ZoneInfo("Europe/Amsterdam")
LOOKS: tuple[dict[str, Any], ...] = (
    {**WIDE, "color_scheme": "light"},
    {**PHONE, "color_scheme": "dark"},
    {"viewport": {"width": 320, "height": 640}, "color_scheme": "light"},
)


async def test_it_asks_by_itself_until_it_is_marked_by_keyboard(new_page: NewPage, signed_in: Any) -> None:
    resident, desk = await new_page(**PHONE), await new_page(storage_state=signed_in, **WIDE)
    await start(resident)
    await asks_for_a_human(resident)
    await open_newest(desk)
    file = desk.url

    # Two talks on one moment are refused, in words on the page.
    wanted = (datetime.now(ZONE) + timedelta(hours=26)).replace(minute=0, second=0, microsecond=0)
    for count in range(2):
        await desk.goto(f"{file}/plan?for=book")
        await desk.locator("#other > summary").click()
        await desk.locator("#other-day").fill(f"{wanted:%Y-%m-%d}")
        await desk.locator("#other-time").fill(f"{wanted + count * timedelta(minutes=15):%H:%M}")
        await desk.locator("#other").get_by_role("button", name="Afspreken").click()
        if count:
            await expect(desk.get_by_role("alert")).to_contain_text("De inwoner heeft dan al een afspraak.")
            assert await violations(desk) == []
        else:
            await desk.wait_for_url(re.compile(r"/desk/file/\d+#appointments"))

    looks = [await new_page(storage_state=signed_in, **look) for look in LOOKS]
    for page in looks:
        await page.goto("/desk")
        await expect(page.locator("#unmarked")).to_be_hidden()
    assert (await desk.request.post("/demo/clock", data={"advance": "P2D"})).ok
    for page in looks:
        await page.reload()  # time went by: nothing else happened that pages would hear of
        await expect(page.get_by_role("navigation", name="Zeg nog hoe het ging")).to_be_visible()
        assert await violations(page) == []
        assert await no_wider_than_the_screen(page)
    await looks[1].goto("/desk/calendar")
    await expect(looks[1].locator("#unmarked li")).to_have_count(1)
    assert await violations(looks[1]) == []

    await desk.goto("/desk")
    await opens(desk, desk.locator("#unmarked a").first)
    async with desk.expect_navigation():
        await desk.get_by_role("button", name="Was er").press("Enter")
    for page in looks:
        await expect(page.locator("#unmarked")).to_be_hidden()  # by itself
