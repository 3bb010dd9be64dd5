"""The page behind the link in a letter, for everyone: axe, small screens, the keyboard, and no script at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, expect

from bot import letters
from bot import web as web_
from bot.channels import email
from bot.house import HOUSE
from bot.server import serve
from storage import tables
from tests.end_to_end.conftest import violations
from tests.end_to_end.test_webchat_access import SMALL, STYLES, TOO_WIDE
from tests.stores import StoreUrls
from tests.support.town import Town, open_town

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True),
]


@pytest_asyncio.fixture(loop_scope="session")
async def letter(tmp_path: Path, store_urls: StoreUrls) -> AsyncIterator[tuple[Town, str]]:
    """A town, and the link in a letter that someone there got."""
    async with open_town(tmp_path, store_urls, extra="[channels.email]\n") as town:
        one = await town.resident()
        (person,) = await town.rows(tables.person, id=(await one.row()).person_id)
        async with town.house.db.begin() as conn:
            await letters.add_address(town.house, conn, person.id, person.key_id, "sam@voorbeeld.example", 1)
        (address,) = await town.rows(tables.address, channel="email")
        app = web.Application(middlewares=[web_.guard])
        app[HOUSE] = town.house
        web_.setup(app)
        email.setup(app)
        runner, port = await serve(app, "127.0.0.1", 0)
        yield town, f"http://localhost:{port}/mail/{letters.token_of(town.house, address.id)}"
        await runner.cleanup()


@pytest.mark.parametrize("style", STYLES)
async def test_it_is_for_everyone_and_works_without_script(
    letter: tuple[Town, str], chromium: Browser, style: str
) -> None:
    town, link = letter
    options: dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "locale": "nl-NL", **STYLES[style]}
    context = await chromium.new_context(**options)
    page = await context.new_page()
    await page.goto(link)
    assert await violations(page) == []
    assert await page.evaluate(SMALL) == []
    assert not await page.evaluate(TOO_WIDE)
    await context.close()
    context = await chromium.new_context(**options, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(link)
    for wish in ("confirm", "stop", "resume"):
        await page.locator(f'button[value="{wish}"]').press("Enter")
        await expect(page.locator(f'button[value="{wish}"]')).to_have_count(0)
    (address,) = await town.rows(tables.address, channel="email")
    assert (address.confirmed_at is not None, address.blocked_at) == (True, None)
    await context.close()
