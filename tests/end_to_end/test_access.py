"""Roles and teams in real browsers: a file of another team is opened in an emergency, and that is in the record."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.end_to_end.conftest import WIDE, NewPage, own_demo
from tests.end_to_end.test_progress import looks

pytestmark = pytest.mark.asyncio(loop_scope="session")

demo = own_demo


async def signed_in_as(new_page: NewPage, name: str) -> Page:
    """By the button of the demo's page."""
    page = await new_page(**WIDE)
    await page.goto("/demo")
    await page.get_by_role("button", name=name).click()
    await page.get_by_role("button", name="Inloggen").click()
    await expect(page.locator("#house")).to_be_visible()
    return page


async def back_to_wide(page: Page) -> None:
    await page.set_viewport_size(WIDE["viewport"])
    await page.emulate_media(color_scheme="light")


async def test_each_role_sees_what_it_is_for(new_page: NewPage) -> None:
    daan = await signed_in_as(new_page, "Daan Bakker")
    await daan.goto("/desk?q=K-5")
    await expect(daan.locator("a.row")).to_have_count(1)

    noor = await signed_in_as(new_page, "Noor de Vries")
    await noor.goto("/desk?q=K-5")
    await expect(noor.locator("a.row")).to_have_count(0)
    await expect(noor.locator("#elsewhere")).to_contain_text("bij een ander team: K-000005")
    await looks(noor, "elsewhere")
    await back_to_wide(noor)
    await noor.locator("#elsewhere a").click()
    await looks(noor, "emergency")
    await back_to_wide(noor)
    await noor.locator("#reason").fill("De inwoner belt, en Daan is er niet.")
    await noor.locator("#begin").press("Enter")
    await expect(noor.locator("#scroll")).to_contain_text("Kan ik Daan even spreken?")
    await noor.locator("#to-access").click()
    await looks(noor, "access")

    samir = await signed_in_as(new_page, "Samir Haddad")
    await samir.goto("/desk")
    await samir.locator("#emergencies").click()
    await expect(samir.locator("main")).to_contain_text("De inwoner belt, en Daan is er niet.")
    await looks(samir, "emergencies")
    await back_to_wide(samir)
    await samir.get_by_role("button", name="Gezien").press("Enter")
    await expect(samir.locator("#emergencies")).to_have_count(0)
    await expect(samir.locator("main")).to_contain_text("Gezien door")
    await samir.goto("/desk/team")
    await samir.locator("#to-teams").click()
    await looks(samir, "teams")

    bo = await signed_in_as(new_page, "Bo Jansen")
    await expect(bo.locator("h1")).to_have_text("Team")
    await expect(bo.get_by_role("link", name="Inbox")).to_have_count(0)

    ans = await signed_in_as(new_page, "Ans Mulder")
    await expect(ans.locator("#verdict")).to_contain_text("Ja.")
    await ans.locator("#file").fill("K-5")
    await ans.locator("#find").press("Enter")
    await expect(ans.locator("#rows")).to_contain_text("opende in een noodgeval")
    await looks(ans, "record")
