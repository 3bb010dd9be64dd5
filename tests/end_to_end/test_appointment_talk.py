"""An appointment in real browsers: booked in Arabic, seen at the desk, moved from there, reminded of, and answered."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from tests.end_to_end.conftest import PHONE, WIDE, NewPage, own_demo, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

demo = own_demo

ZONE = ZoneInfo("Europe/Amsterdam")


async def taps(page: Page, *icons: str) -> None:
    """The first button of the last question with one of these icons."""
    before = await page.locator("#log .message").count()
    buttons = page.locator(".message.asks:not(.old) button")
    await buttons.filter(has_text=re.compile("|".join(icons))).first.click()
    await expect(page.locator("#log .message")).not_to_have_count(before)
    await expect(page.locator(".message.asks:not(.old)")).to_be_visible()


async def begins(page: Page, language: str) -> None:
    await page.goto("/")
    await page.locator("#start-button").click()
    await page.get_by_role("button", name=language, exact=True).click()
    await expect(page.locator(".message.asks:not(.old)")).to_be_visible()


async def test_booked_in_arabic_moved_from_the_desk_and_reminded_of(new_page: NewPage, signed_in: Any) -> None:
    resident, desk, calendar = (
        await new_page(**PHONE),
        await new_page(storage_state=signed_in, **WIDE),
        await new_page(storage_state=signed_in, **WIDE),
    )
    await calendar.goto("/desk/calendar")
    await begins(resident, "العربية")
    await taps(resident, "📅")  # an appointment
    await taps(resident, "🏠")  # at home: only Noor goes there
    assert await violations(resident) == []
    await taps(resident, "📅", "🌙")  # the first day
    await taps(resident, "🌅", "☀️", "🌙")  # the first time
    await expect(resident.locator(".message.asks:not(.old)")).to_contain_text("Noor de Vries")
    assert await violations(resident) == []
    assert await resident.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]

    # At the desk by itself: what the resident did is news, and leads to the file.
    news = calendar.locator("#news li")
    await expect(news).to_have_count(1)
    await news.get_by_role("link").first.click()
    await calendar.wait_for_url("**/desk/file/*")
    file = calendar.url.split("#")[0]
    await expect(calendar.locator("#appointments")).to_contain_text("thuis")
    assert await violations(calendar) == []

    # Moved to a moment that no hours offer; both see it at once.
    wanted = datetime.now(ZONE) + timedelta(hours=46)
    wanted = wanted.replace(minute=wanted.minute // 15 * 15, second=0, microsecond=0)
    await desk.goto(f"{file}#appointments")
    await desk.get_by_role("link", name="Verzetten").click()
    await desk.locator("#other > summary").click()
    await desk.locator("#other-day").fill(f"{wanted:%Y-%m-%d}")
    await desk.locator("#other-time").fill(f"{wanted:%H:%M}")
    await desk.locator("#other").get_by_role("button", name="Verzetten").click()
    await desk.wait_for_url(re.compile(r"/desk/file/\d+#appointments"))
    told = resident.locator(".message.asks:not(.old)")
    await expect(told).to_contain_text(f"{wanted:%H:%M}")
    for page in (desk, calendar):
        await expect(page.locator("#appointments time").first).to_have_attribute(
            "datetime", wanted.isoformat(timespec="seconds")
        )

    # A day later the reminder is there, once, and its answer reaches the desk.
    before = await resident.locator("#log .message").count()
    moved = await desk.request.post("/demo/clock", data={"advance": "P1D"})
    assert moved.ok
    await expect(resident.locator("#log .message")).to_have_count(before + 1)
    reminder = resident.locator(".message.asks:not(.old)")
    await expect(reminder).to_contain_text(f"{wanted:%H:%M}")
    await expect(reminder.get_by_role("button")).to_have_count(3)
    await taps(resident, "✅")
    await expect(calendar.locator("#appointments")).to_contain_text("De inwoner komt")
