"""What is kept and what goes, in real browsers: a file is held, and the page of retention counts."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.end_to_end.conftest import NewPage, own_demo
from tests.end_to_end.test_access import back_to_wide, signed_in_as
from tests.end_to_end.test_progress import looks

pytestmark = pytest.mark.asyncio(loop_scope="session")

demo = own_demo


async def test_a_coordinator_holds_a_file_and_sees_what_would_go(new_page: NewPage) -> None:
    samir = await signed_in_as(new_page, "Samir Haddad")
    await samir.goto("/desk/file/1")
    await samir.locator("#to-hold").click()
    await samir.locator("#reason").fill("Er loopt beroep bij de rechtbank.")
    await samir.locator("#place").press("Enter")
    await expect(samir.locator("#saved")).to_be_visible()
    await expect(samir.locator("main")).to_contain_text("Er loopt beroep bij de rechtbank.")
    await looks(samir, "hold")
    await back_to_wide(samir)
    await samir.locator("#back").click()
    await expect(samir.locator("#held")).to_contain_text("Dit dossier is vastgezet")
    await samir.goto("/desk/retention")
    await samir.locator("#plan").press("Enter")
    await expect(samir.locator("#runs li").first).to_contain_text("alleen geteld")
    await expect(samir.locator("#held")).to_contain_text("K-000001")
    await looks(samir, "retention")
