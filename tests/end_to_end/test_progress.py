"""Where someone stands, in real browsers: a caseworker moves a phase, and a resident sees it at once, in Arabic."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.end_to_end.conftest import PHONE, WIDE, NewPage, own_demo, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

demo = own_demo

#: Buttons as they read in Arabic: help, for myself, enough, yes.
SIGN_UP = ("أود طلب المساعدة", "لنفسي", "هذا يكفي", "نعم، سجّلوني")


async def looks(page: Page, name: str) -> None:
    """Nothing wrong with the page, in light and dark, wide and narrow; kept as pictures where a folder is named."""
    for scheme, (width, height) in (("light", (1360, 850)), ("dark", (390, 780)), ("light", (320, 640))):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # a literal, by name
        await page.set_viewport_size({"width": width, "height": height})
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name}, {width} wide"
        if folder := os.environ.get("KLOPAAN_SHOTS"):
            await page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)


async def taps(resident: Page, label: str) -> None:
    """A button of what was said last; and it is answered."""
    said = resident.locator("#log .message:not(.own)")
    before = await said.count()
    await resident.locator(".message.asks:not(.old)").get_by_role("button", name=label).click()
    await expect(said).not_to_have_count(before)


async def signs_up(resident: Page) -> None:
    """The shortest sign-up that there is."""
    await resident.goto("/")
    await resident.locator("#start-button").click()
    await resident.get_by_role("button", name="العربية", exact=True).click()
    await expect(resident.locator(".message.asks:not(.old)")).to_be_visible()
    for label in SIGN_UP:
        await taps(resident, label)


async def open_newest(desk: Page) -> str:
    """The file that came in last, found by its number; gives its address."""
    await desk.goto("/desk?queue=new")
    numbers = [int((await row.get_attribute("id") or "")[5:]) for row in await desk.locator("a.row").all()]
    await desk.goto(f"/desk/file/{max(numbers)}")
    return f"/desk/file/{max(numbers)}"


async def test_a_phase_that_the_desk_moves_is_seen_at_once(new_page: NewPage, signed_in: Any) -> None:
    resident = await new_page(locale="ar", **PHONE)
    await signs_up(resident)
    desk = await new_page(storage_state=signed_in, **WIDE)
    file = await open_newest(desk)
    open_file = await new_page(storage_state=signed_in, **WIDE)
    await open_file.goto(file)
    await expect(open_file.locator("#progress")).to_contain_text("Aanmelding, bezig")
    await desk.locator("#to-progress").click()
    await looks(desk, "progress")
    await desk.set_viewport_size(WIDE["viewport"])
    await desk.locator("#reason").select_option("creditors")
    await desk.locator("#until").fill((datetime.now(UTC) + timedelta(days=2)).date().isoformat())
    await desk.locator("#preview-delay").press("Enter")
    await expect(desk.locator("#refused")).to_be_focused()  # a day of another is never promised
    await expect(desk.locator("#reason")).to_have_value("creditors")
    await desk.locator("#phase-gesprek summary").click()
    await desk.locator("#begin-gesprek").click()
    await expect(desk.locator("#shown-1")).to_contain_text("Nu begint deze stap: Gesprek.")
    await expect(desk.locator("#shown-1 [dir=rtl]")).to_contain_text("تبدأ الآن هذه الخطوة")
    await looks(desk, "preview")
    said = resident.locator("#log .message:not(.own)")
    before = await said.count()
    await desk.locator("#send").click()
    await expect(said).to_have_count(before + 1)  # by itself
    await desk.go_back()  # not to a page of the browser about forms that are sent again
    await expect(desk.get_by_role("heading", level=1)).to_contain_text("Voortgang")
    newest = said.last
    await expect(newest).to_contain_text("هناك خبر جديد عن مساعدتك.")
    picture = newest.locator("img")
    alt = await picture.get_attribute("alt") or ""
    assert alt.startswith("خطوات المساعدة بالترتيب:")
    assert "خطوة الحديث: أنت هنا الآن" in alt.replace("\u2068", "").replace("\u2069", "")
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("image => image.naturalWidth > 0")
    assert await violations(resident) == []
    if folder := os.environ.get("KLOPAAN_SHOTS"):
        await resident.screenshot(path=Path(folder) / "resident-told.png")
        await picture.screenshot(path=Path(folder) / "resident-picture.png")
    await expect(open_file.locator("#progress")).to_contain_text("Gesprek, bezig")  # by itself
    await taps(resident, "أين وصلت؟")
    await expect(said.last).to_contain_text("أنت الآن هنا")


async def test_another_contact_and_ones_own_number(new_page: NewPage, signed_in: Any) -> None:
    resident = await new_page(locale="ar", **PHONE)
    await signs_up(resident)
    desk = await new_page(storage_state=signed_in, **WIDE)
    await open_newest(desk)
    await desk.locator("#to-contact").click()
    await desk.locator("#to").select_option(index=1)
    await looks(desk, "contact")
    await desk.locator("#preview-contact").click()
    await looks(desk, "contact-preview")
    await desk.locator("#send").click()
    await expect(resident.locator("#log .message:not(.own)").last).to_contain_text("من يتابع معك من الآن هو")
    if folder := os.environ.get("KLOPAAN_SHOTS"):
        await resident.screenshot(path=Path(folder) / "resident-contact.png")
        await desk.locator("#progress").screenshot(path=Path(folder) / "panel.png")
    await desk.goto("/desk/me")
    await looks(desk, "me")
    await desk.locator("#phone").fill("010 123 45 67")
    await desk.locator("#save-phone").click()
    await expect(desk.locator("#saved")).to_be_visible()
