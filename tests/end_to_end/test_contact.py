"""A year of keeping in touch, in real browsers: agreed in the chat, months that pass, check-ins answered red, the
caseworker they know alarmed, and the year in a picture at the desk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.end_to_end.conftest import PHONE, WIDE, NewPage, own_demo, violations
from tests.end_to_end.test_progress import looks, open_newest

pytestmark = pytest.mark.asyncio(loop_scope="session")

demo = own_demo


async def taps(page: Page, label: str) -> None:
    """A button of the last question; and it is answered."""
    said = page.locator("#log .message:not(.own)")
    before = await said.count()
    await page.locator(".message.asks:not(.old)").get_by_role("button", name=label, exact=True).click()
    await expect(said).not_to_have_count(before)
    await expect(page.locator(".message.asks:not(.old)")).to_be_visible()


async def types(page: Page, words: str) -> None:
    """A message in own words; and it is answered."""
    said = page.locator("#log .message:not(.own)")
    before = await said.count()
    await page.locator("#message").fill(words)
    await page.locator("#message").press("Enter")
    await expect(said).not_to_have_count(before)
    await expect(page.locator(".message.asks:not(.old)")).to_be_visible()


async def passes(page: Page, duration: str) -> None:
    """So long, by the demo's clock."""
    answer = await page.request.post("/demo/clock", data={"advance": duration})
    assert answer.ok


async def signs_up(page: Page) -> None:
    """The shortest sign-up that there is, on the page."""
    await page.goto("/")
    await page.locator("#start-button").click()
    await page.get_by_role("button", name="Nederlands", exact=True).click()
    await expect(page.locator(".message.asks:not(.old)")).to_be_visible()
    for label in ("Ik wil hulp", "Voor mijzelf", "Zo is het genoeg", "Ja, dat klopt"):
        await taps(page, label)


async def test_a_year_of_keeping_in_touch(new_page: NewPage, signed_in: Any) -> None:
    resident, desk = await new_page(**PHONE), await new_page(storage_state=signed_in, **WIDE)
    await signs_up(resident)
    file = await open_newest(desk)
    await desk.locator("#take-over").click()
    await desk.locator("#hand-back").click()
    await expect(desk.locator("#take-over")).to_be_visible()
    await desk.goto("/desk/me")
    await desk.locator("#email").fill("noor@waterveen.example")
    await desk.locator("#save-email").click()
    await expect(desk.locator("#saved")).to_be_visible()
    assert await violations(desk) == []

    await types(resident, "contact houden")
    await taps(resident, "Liever anders")
    await taps(resident, "Elke maand")
    await taps(resident, "Zo is het genoeg")
    await desk.goto(f"{file}/touch")
    await expect(desk.locator("#stands")).to_contain_text("Vast contactmoment: elke maand")
    assert await violations(desk) == []

    for face, months in (("Goed", "P32D"), ("Gaat wel", "P31D")):
        await passes(desk, months)
        await resident.reload()
        await taps(resident, face)
        await passes(desk, "PT2H")
    await passes(desk, "P30D")
    await resident.reload()
    await taps(resident, "Slecht")
    await taps(resident, "Nee, het lukt niet")
    await passes(desk, "PT2H")

    await desk.goto("/demo")
    told = desk.locator("pre", has_text=f"Dossier: K-{int(file.rpartition('/')[2]):06}")
    await expect(told.filter(has_text="Voor: Noor de Vries").first).to_be_visible()
    await desk.goto("/desk?queue=check_ins")
    await expect(desk.locator(".rows")).to_contain_text("Check-in: het gaat slecht, komt niet rond")
    await desk.goto(file)
    await expect(desk.locator("#asked-for")).to_contain_text("Voor Noor de Vries")
    assert await violations(desk) == []
    await desk.locator("#asked-for").get_by_role("button", name="Ik pak dit op").click()
    await expect(desk.locator("#asked-for")).to_have_count(0)

    await passes(desk, "P45D")  # nothing is said to this one
    await desk.locator("#to-touch").click()
    await expect(desk.locator("#contacts .silent")).to_have_count(1)
    await desk.locator("#how").select_option("telefoon")
    await desk.locator("#mood").select_option("so_so")
    await desk.get_by_label("Gezondheid").check()
    await desk.locator("#hold").click()
    await expect(desk.locator("#contacts .held")).to_contain_text("Contact gehad, door Noor de Vries")
    await desk.locator("#pause summary").click()
    await desk.locator("#preview-pause").click()
    await expect(desk.locator("#shown-1")).to_be_visible()
    assert await violations(desk) == []
    await desk.locator("#send").click()
    await expect(desk.locator("#agreed")).to_contain_text("tot iemand zegt dat het weer mag")
    picture = desk.get_by_role("img", name=re.compile("slecht, komt rond: nee"))
    await expect(picture).to_be_visible()
    await desk.locator("#as-table summary").click()
    await expect(desk.locator("#as-table tbody tr")).not_to_have_count(0)
    await looks(desk, "touch")


async def test_a_plan_is_proposed_without_scripts(new_page: NewPage, signed_in: Any) -> None:
    resident, desk = await new_page(), await new_page(storage_state=signed_in, java_script_enabled=False, **WIDE)
    await signs_up(resident)
    file = await open_newest(desk)
    await desk.goto(f"{file}/touch")
    await desk.locator("#plan").select_option("waakvlam:month")
    await desk.locator("#propose").click()
    await expect(desk.locator("#shown-1")).to_be_visible()
    await desk.locator("#send").click()
    await expect(desk.locator("#proposed")).to_contain_text("Waakvlam: elke maand")
    await expect(resident.locator(".message.asks:not(.old)")).to_contain_text("Noor")
    await taps(resident, "Ja, dat is goed")
    await desk.reload()
    await expect(desk.locator("#stands")).to_contain_text("Waakvlam")


async def test_a_coordinator_says_who_comes_after_whom(new_page: NewPage) -> None:
    desk = await new_page(**WIDE)
    await desk.goto("/demo")
    await desk.get_by_role("button", name="Samir Haddad").click()
    await desk.get_by_role("button", name="Inloggen").click()
    await desk.wait_for_url("**/desk")
    await desk.locator("#to-more").click()
    await desk.get_by_role("link", name="Team", exact=True).click()
    await desk.get_by_label("Opvolger, voor als Noor de Vries weggaat").select_option("Samir Haddad")
    await desk.get_by_role("region", name="Noor de Vries").get_by_role("button", name="Bewaren").press("Enter")
    await expect(desk.locator("#saved")).to_be_visible()
    await looks(desk, "team")
