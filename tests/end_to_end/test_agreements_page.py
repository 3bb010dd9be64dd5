"""The list to print in a real browser: behind a personal link, readable on a small telephone, and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.end_to_end.conftest import NewPage, no_wider_than_the_screen, violations
from tests.end_to_end.test_webchat import start

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("width", [320, 1280])
async def test_a_personal_link_leads_to_the_list(new_page: NewPage, width: int) -> None:
    here = await new_page(viewport={"width": width, "height": 800})
    await start(here)
    made = await here.evaluate(
        """async () => (await (await fetch("/chat/link", {
            method: "POST", headers: {"Content-Type": "application/json"}, body: "{}"})).json())"""
    )
    path = re.search(r"/c/[\w-]{32}", str(made))
    assert path is not None
    there = await new_page(viewport={"width": width, "height": 800})
    await there.goto(f"{path[0]}?taal=nl&daarna=lijst")
    await there.get_by_role("button", name="Open mijn gesprek").click()
    await expect(there).to_have_url(re.compile("/chat/list$"))
    await expect(there.get_by_text("Er staat nu niets op uw lijst.")).to_be_visible()
    assert await violations(there) == []
    assert await no_wider_than_the_screen(there)
    await there.get_by_role("link", name="Terug naar het gesprek").click()
    await expect(there).to_have_url(re.compile("/chat$"))


async def test_who_has_no_conversation_is_led_to_where_one_begins(new_page: NewPage) -> None:
    page = await new_page()
    await page.goto("/chat/list")
    await expect(page).to_have_url(re.compile("/chat$"))
