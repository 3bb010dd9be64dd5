"""A measurement in real browsers: asked at the desk, answered in Arabic, seen at once, and a later one beside it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.end_to_end.conftest import PHONE, WIDE, NewPage, own_demo, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

demo = own_demo


async def taps(page: Page, label: str) -> None:
    """A button of the last question."""
    before = await page.locator("#log .message").count()
    await page.locator(".message.asks:not(.old)").get_by_role("button", name=label, exact=True).click()
    await expect(page.locator("#log .message")).not_to_have_count(before)
    await expect(page.locator(".message.asks:not(.old)")).to_be_visible()


async def open_newest(desk: Page) -> str:
    """The file that came in last; gives its address."""
    await desk.goto("/desk?queue=bot")
    numbers = [int((await row.get_attribute("id") or "")[5:]) for row in await desk.locator("a.row").all()]
    await desk.goto(f"/desk/file/{max(numbers)}")
    return desk.url


async def spoke(desk: Page, file: str) -> None:
    """They met."""
    await desk.goto(file)
    await desk.locator("#how").select_option("bezoek")
    await desk.get_by_role("button", name="Contact vastleggen").click()
    await desk.wait_for_url("**#card")


def value(desk: Page, area: str, value: int) -> Any:
    """A cell of the table with this answer."""
    return desk.locator(f'tr[data-area="{area}"] td[data-value="{value}"]')


async def test_asked_at_the_desk_answered_in_arabic_and_a_second_beside_it(new_page: NewPage, signed_in: Any) -> None:
    resident, desk = await new_page(**PHONE), await new_page(storage_state=signed_in, **WIDE)
    await resident.goto("/")
    await resident.locator("#start-button").click()
    await resident.get_by_role("button", name="العربية", exact=True).click()
    await expect(resident.locator(".message.asks:not(.old)")).to_be_visible()
    file = await open_newest(desk)
    await desk.locator("#to-measurements").click()
    await expect(desk.locator("#why-not")).to_contain_text("na een persoonlijk gesprek")
    assert await violations(desk) == []

    await spoke(desk, file)
    await desk.locator("#to-measurements").click()
    await desk.locator("#invite-living").click()
    await expect(desk.locator(".invites")).to_contain_text("open, nog niets ingevuld")
    asked = resident.locator(".message.asks:not(.old)")
    await expect(asked).to_contain_text("Noor")
    assert await violations(resident) == []
    await taps(resident, "لنبدأ")
    await taps(resident, "المال")
    assert await violations(resident) == []
    await taps(resident, "سيئ جدًا")
    await expect(value(desk, "money", -2)).to_have_count(1)  # by itself
    await expect(desk.locator('svg[data-area="money"] [data-value="-2"]')).to_have_count(1)
    await taps(resident, "السكن")
    await taps(resident, "جيد")
    await expect(value(desk, "home", 1)).to_contain_text("best goed")
    await taps(resident, "هذا يكفي")
    await expect(desk.locator("#invite-living")).to_be_visible()
    assert await resident.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]

    await desk.locator("#invite-living").press("Enter")
    await expect(asked).to_contain_text("Noor")
    await taps(resident, "لنبدأ")
    await taps(resident, "المال")
    await taps(resident, "جيد جدًا")
    await expect(value(desk, "money", 2)).to_have_count(1)
    row = desk.locator('tr[data-area="money"]')
    await expect(row).to_have_text(re.compile(r"Geld\s*−−\s*helemaal niet goed\s*\+\+\s*heel goed"))
    picture = desk.get_by_role("img", name="Geld. meting 1: helemaal niet goed; meting 2: heel goed.")
    await expect(picture).to_be_visible()
    assert await violations(desk) == []

    for scheme in ("light", "dark"):
        phone = await new_page(storage_state=signed_in, color_scheme=scheme, **PHONE)
        await phone.goto(desk.url)
        assert await violations(phone) == []
        assert await phone.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]


async def test_without_scripts_the_same_forms_do(new_page: NewPage, signed_in: Any) -> None:
    resident, desk = await new_page(), await new_page(storage_state=signed_in, java_script_enabled=False, **WIDE)
    await resident.goto("/")
    await resident.locator("#start-button").click()
    await resident.get_by_role("button", name="Nederlands", exact=True).click()
    await expect(resident.locator(".message.asks:not(.old)")).to_be_visible()
    file = await open_newest(desk)
    await spoke(desk, file)
    await desk.locator("#to-measurements").click()
    await desk.locator("#invite-agenda").click()
    await expect(resident.locator(".message.asks:not(.old)")).to_contain_text(
        "Waar wilt u het over hebben", ignore_case=True
    )
    await taps(resident, "Beginnen")
    boxes = resident.locator(".message.asks:not(.old)")
    await boxes.get_by_label("Huur of hypotheek").check()
    await boxes.get_by_role("button", name="Klaar").click()
    await expect(resident.locator("#log")).to_contain_text("U wilt praten over")
    await desk.reload()
    await expect(desk.locator(".topics")).to_have_text(re.compile("Huur of hypotheek"))
    await desk.locator("#withdraw-agenda").click()
    await expect(desk.locator("#invite-agenda")).to_be_visible()
