"""Setting up a second step in a browser, on a small screen in the dark, and signing in with it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.end_to_end.conftest import NewPage, no_wider_than_the_screen, own_demo, violations
from tests.support.second import App

pytestmark = pytest.mark.asyncio(loop_scope="session")

demo = own_demo

SMALL_AND_DARK: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}


async def enters(page: Page) -> None:
    """Goes to the desk as one of the demo's colleagues, by a new one-time link."""
    await page.goto("/demo")
    await page.locator("button[name=who]").first.click()
    await page.get_by_role("button", name="Inloggen").click()


async def fits(page: Page) -> None:
    """Anyone can use the page, on any screen."""
    assert await violations(page) == []
    assert await no_wider_than_the_screen(page)


async def test_a_second_step_is_set_up_and_asked_for(new_page: NewPage) -> None:
    page = await new_page(**SMALL_AND_DARK)
    await enters(page)
    await page.goto("/desk/me")
    await fits(page)
    await page.get_by_role("link", name="Tweede stap instellen").click()
    await fits(page)
    assert await page.locator("img.qr").evaluate("picture => picture.complete && picture.naturalWidth > 100")
    await page.get_by_text("Liever overtypen").click()
    app = App((await page.locator(".secret").inner_text()).replace(" ", ""))
    await page.get_by_label("Code uit de app").fill("000000")
    await page.get_by_role("button", name="Controleren").click()
    await expect(page.get_by_role("alert")).to_contain_text("Deze code klopt niet")
    await page.get_by_label("Code uit de app").fill(app.code(-1))
    await page.get_by_role("button", name="Controleren").click()
    await expect(page.locator(".codes li")).to_have_count(10)
    await fits(page)
    codes = await page.locator(".codes li").all_inner_texts()
    await page.get_by_role("link", name="Ik heb ze bewaard").click()

    other = await new_page(**SMALL_AND_DARK)
    await enters(other)
    await expect(other.get_by_role("heading", name="Code uit uw app")).to_be_visible()
    await fits(other)
    await expect(other.get_by_role("navigation")).to_have_count(0)
    await other.get_by_label("Code").fill(codes[0])
    await other.get_by_role("button", name="Doorgaan").click()
    await other.goto("/desk/me")
    await expect(other.get_by_text("nog 9 herstelcodes")).to_be_visible()
    await other.get_by_role("button", name="Overal elders uitloggen").click()
    await fits(other)
    await page.goto("/desk")
    await expect(page.get_by_role("heading", name="Inloggen bij de balie")).to_be_visible()
