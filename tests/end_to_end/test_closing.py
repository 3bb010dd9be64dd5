"""Help that ends, in real browsers: seen beforehand as it is read in Arabic; who writes again is with who they know,
and an early signal becomes an invitation."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.end_to_end.conftest import PHONE, WIDE, NewPage, own_demo, violations
from tests.end_to_end.test_progress import looks, open_newest, signs_up

pytestmark = pytest.mark.asyncio(loop_scope="session")

demo = own_demo


async def today(page: Page) -> str:
    """The day of the demo, as a field of dates has it."""
    await page.goto("/desk/signals")
    return await page.locator("#received").input_value()


async def forward(page: Page, by: str) -> None:
    """Moves the demo's clock (ISO 8601)."""
    assert (await page.request.post("/demo/clock", data={"advance": by})).ok


async def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("KLOPAAN_SHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png")


async def test_help_ends_and_who_they_know_stays(new_page: NewPage, signed_in: Any) -> None:
    resident = await new_page(locale="ar", **PHONE)
    await signs_up(resident)
    desk = await new_page(storage_state=signed_in, **WIDE)
    file = await open_newest(desk)
    await desk.locator("#take-over").click()
    await expect(desk.locator("#hand-back")).to_be_visible()
    await desk.locator("#to-close").click()
    await desk.locator("#surname").fill("Linden, van der")
    await desk.locator("#born").fill("1980-03-14")
    await desk.locator("#postcode").fill("9901 AB")
    await desk.locator("#number").fill("12a")
    await desk.locator("#add-key").click()
    await expect(desk.locator("#keys")).to_contain_text("staat 1 kenmerk")
    await looks(desk, "close")
    await desk.set_viewport_size(WIDE["viewport"])

    day = await desk.locator("#ended-on").get_attribute("max") or ""
    await desk.locator("#reason").select_option("afgerond")
    await desk.locator("#ended-on").fill(day)
    await desk.locator("#open").fill("De termijn van maart betaalt u nog.")
    await desk.locator("#words").fill("Het ga u goed.")
    await desk.locator("#preview-close").press("Enter")
    await expect(desk.locator("#shown-1 [dir=rtl]")).to_contain_text("De termijn van maart")
    await looks(desk, "close-preview")
    await desk.set_viewport_size(WIDE["viewport"])
    await desk.locator("#edit").click()
    await expect(desk.locator("#words")).to_have_value("Het ga u goed.")
    await desk.locator("#preview-close").press("Enter")
    said = resident.locator("#log .message:not(.own)")
    before = await said.count()
    await desk.locator("#send").click()
    await expect(desk.locator("#ended")).to_contain_text("Afgesloten")
    await expect(said).to_have_count(before + 1)  # by itself
    await expect(said.last).to_contain_text("De termijn van maart")
    assert await violations(resident) == []
    await shot(resident, "resident-closed")
    await desk.goto("/desk?queue=closed")
    await expect(desk.locator(f'a.row[href^="{file}"]')).to_be_visible()

    await desk.goto(f"{file}/close")
    await looks(desk, "closed")
    await desk.set_viewport_size(WIDE["viewport"])
    await enters_a_signal(desk, await today(desk))
    await desk.goto(file)
    await expect(desk.locator("#signals")).to_contain_text("Huur", timeout=20_000)  # sorted in its own time
    await forward(desk, "P1D")
    await expect(said).not_to_have_count(before + 1, timeout=20_000)
    await shot(resident, "resident-invited")
    for words in ("Woonstede", "612", "huur"):
        await expect(said.last).not_to_contain_text(words)
    await desk.goto(file)
    await expect(desk.locator("#signals")).to_contain_text("Huur, € 612,50")
    await expect(desk.locator("#signals")).to_contain_text("uitgenodigd voor een gesprek")
    await looks(desk, "file-signal")
    await desk.set_viewport_size(WIDE["viewport"])

    await resident.locator(".message.asks:not(.old)").get_by_role("button").nth(1).click()  # talk with who is known
    await desk.goto("/desk?queue=waiting_us")
    await expect(desk.locator(f'a.row[href^="{file}"]')).to_be_visible()
    await desk.goto(f"{file}/close")
    await desk.locator("#away").click()
    await desk.goto("/desk?queue=closed")
    await expect(desk.locator(f'a.row[href^="{file}"]')).to_be_visible()


async def enters_a_signal(desk: Page, day: str) -> None:
    """About the person of this file, as a landlord tells it."""
    await expect(desk.locator("#received")).to_have_value(day)
    await looks(desk, "signals")
    await desk.set_viewport_size(WIDE["viewport"])
    await desk.locator("#kind").select_option("rent")
    for field, words in (
        ("amount", "612,50"),
        ("sender", "Woonstede"),
        ("surname", "van der Linden"),
        ("born", "1980-03-14"),
        ("postcode", "9901ab"),
        ("number", "12 A"),
    ):
        await desk.locator(f"#{field}").fill(words)
    await desk.locator("#enter").click()
    await expect(desk.locator("#saved")).to_contain_text("vastgelegd")


async def test_a_file_of_signals_is_seen_in_numbers_first(new_page: NewPage, signed_in: Any, tmp_path: Path) -> None:
    desk = await new_page(storage_state=signed_in, **WIDE)
    day = await today(desk)
    lines = [
        "soort;datum;telefoon;bedrag",
        f"huur;{day};0699887766;50,00",
        f"gas;{day};0699887766;x",
        f"huur;{day};0699887766;50,00",
    ]
    made = tmp_path / "signalen.csv"
    made.write_text("\r\n".join(lines), "utf-8-sig")
    await desk.locator("#file").set_input_files(made)
    await desk.locator("#look").click()
    await expect(desk.locator("#counted-read")).to_have_text("2")
    await expect(desk.locator("#counted-double")).to_have_text("1")
    await desk.locator("#counted-refused summary").click()
    await expect(desk.locator("#counted-refused")).to_contain_text("Regel 3: Het bedrag klopt niet")
    await looks(desk, "counted")
    await desk.set_viewport_size(WIDE["viewport"])
    await desk.locator("#take").click()
    await expect(desk.locator("#saved")).to_contain_text("2 regels zijn vastgelegd")
