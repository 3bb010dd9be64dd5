"""Appointments in real browsers: a caseworker fills in a calendar, by keyboard alone."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.end_to_end.conftest import PHONE, WIDE, NewPage, own_demo, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

demo = own_demo


async def tab_to(page: Page, wanted: Locator, *, most: int = 120) -> None:
    """Walks with Tab until ``wanted`` has the focus; the page is shorter than that."""
    handle = await wanted.element_handle()
    for _ in range(most):
        await page.keyboard.press("Tab")
        if await page.evaluate("element => element === document.activeElement", handle):
            return
    raise AssertionError("the keyboard does not get there")


async def opens(page: Page, link: Locator) -> None:
    """Follows a link with the keyboard."""
    await tab_to(page, link)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def test_a_calendar_is_filled_in_by_keyboard_alone(new_page: NewPage, signed_in: Any) -> None:
    desk, beside = await new_page(storage_state=signed_in, **WIDE), await new_page(storage_state=signed_in, **PHONE)
    await beside.goto("/desk/calendar")
    await beside.get_by_role("link", name="Volgende week").click()
    friday = beside.locator(".day", has=beside.get_by_role("heading", name="vrijdag"))
    await expect(friday).to_contain_text("Geen uren")

    await desk.goto("/desk")
    await opens(desk, desk.get_by_role("navigation", name="Onderdelen").get_by_role("link", name="Agenda"))
    assert await violations(desk) == []
    await opens(desk, desk.get_by_role("link", name="Uren invullen"))
    assert await violations(desk) == []
    keys = desk.keyboard
    await tab_to(desk, desk.locator("#add-weekly > summary"))
    await keys.press("Enter")
    await tab_to(desk, desk.locator("#weekly-new [name=weekday-4]"))
    await keys.press("Space")
    await tab_to(desk, desk.locator("#weekly-new-starts"))
    await keys.press("ArrowUp")  # one hour later, on whatever clock the browser has
    await tab_to(desk, desk.locator("#weekly-new-place"))
    async with desk.expect_navigation():
        await keys.press("Enter")
    refused = desk.get_by_role("alert")
    await expect(refused).to_have_text("Kruis aan waarvoor inwoners in deze uren een afspraak kunnen maken.")
    await expect(refused).to_be_focused()
    assert await violations(desk) == []
    await expect(desk.locator("#weekly-new-starts")).to_have_value("10:00")
    await tab_to(desk, desk.get_by_role("group", name="Waarvoor").get_by_label("Op kantoor"))
    await keys.press("Space")
    await tab_to(desk, desk.locator("#weekly-new-place"))
    await keys.press("Control+A")
    await keys.type("Kade 2")
    async with desk.expect_navigation():
        await keys.press("Enter")
    await expect(desk.get_by_role("status")).to_contain_text("Bewaard.")
    await expect(desk.locator("#weekly li", has_text="Vrijdag 10:00–12:00")).to_contain_text("op kantoor, Kade 2")
    await expect(friday).to_contain_text("10:00–12:00 vrij")  # by itself
    assert await violations(beside) == []

    # A day off. Day and month are the same number: browsers differ in which comes first.
    today = date.today()  # noqa: DTZ011 - of this machine, as the demo's
    days = (today + timedelta(days=n) for n in range(1, 400))
    free = next(day for day in days if day.day == day.month)
    await tab_to(desk, desk.locator("#add-days > summary"))
    await keys.press("Enter")
    await tab_to(desk, desk.locator("#days-first"))
    await keys.type(f"{free:%d%m%Y}")
    await tab_to(desk, desk.locator("#days-new button"))
    async with desk.expect_navigation():
        await keys.press("Enter")
    await expect(desk.locator("#days li")).to_contain_text(f"{free.day} ")
    await expect(desk.locator("#days li")).to_contain_text("afwezig")

    await tab_to(desk, desk.locator("#weekly li", has_text="Vrijdag 10:00").get_by_role("button", name="Verwijderen"))
    async with desk.expect_navigation():
        await keys.press("Enter")
    await expect(desk.locator("#weekly li", has_text="Vrijdag 10:00")).to_have_count(0)
    await expect(friday).to_contain_text("Geen uren")


async def test_keys_walk_through_the_weeks(new_page: NewPage, signed_in: Any) -> None:
    desk = await new_page(storage_state=signed_in, **WIDE)
    await desk.goto("/desk/calendar")
    title = desk.get_by_role("heading", level=1)
    first = await title.inner_text()
    for key, is_first in (("n", False), ("p", True), ("ArrowRight", False), ("t", True)):
        await desk.wait_for_load_state()
        async with desk.expect_navigation():
            await desk.keyboard.press(key)
        await (expect(title).to_have_text(first) if is_first else expect(title).not_to_have_text(first))
    await desk.wait_for_load_state()
    await desk.keyboard.press("Escape")
    await desk.wait_for_url(re.compile(r"/desk$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_read_it_on_a_phone(new_page: NewPage, signed_in: Any, scheme: str) -> None:
    desk = await new_page(storage_state=signed_in, color_scheme=scheme, **PHONE)
    for path in ("/desk/calendar", "/desk/calendar?who=team", "/desk/hours", "/desk/hours?who=team"):
        await desk.goto(path)
        assert await violations(desk) == []
        assert await desk.evaluate("document.documentElement.scrollWidth") <= 390, path


async def test_without_scripts_the_same_forms_do(new_page: NewPage, signed_in: Any) -> None:
    desk = await new_page(storage_state=signed_in, java_script_enabled=False, **WIDE)
    await desk.goto("/desk/hours")
    await desk.locator("#minutes-phone").fill("20")
    await desk.locator("#lengths button").click()
    await expect(desk.get_by_role("alert")).to_contain_text("in hele kwartieren")
    await expect(desk.locator("#minutes-phone")).to_have_value("20")
    await desk.locator("#minutes-phone").fill("45")
    await desk.locator("#lengths button").click()
    await expect(desk.get_by_role("status")).to_contain_text("Bewaard.")
    await expect(desk.locator("#minutes-phone")).to_have_value("45")
