"""The demo's own page: the ways in at the desk."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import DemoClock
from bot.demo import page as demo_page
from bot.demo import people
from bot.server import make_app
from tests.support.town import Town

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

Client = TestClient[Any, Any]


@pytest.fixture
async def client(town: Town) -> AsyncIterator[Client]:
    app = make_app(town.house, role="web", notifier=town.notifier)
    demo_page.setup(app, DemoClock(), town.notifier)
    async with TestClient(TestServer(app)) as opened:
        await people.seed(app)
        yield opened


async def signed_in(client: Client, button: str) -> str:
    """The desk, by a button of the demo's page and the one of the link; gives what it reads."""
    page = await (await client.get("/demo")).text()
    found = re.search(rf'name="who" value="(\w+)">{button}', page)
    assert found is not None, page
    async with client.post("/demo/desk", data={"who": found[1]}, allow_redirects=False) as into:
        assert into.status == 303
        link = into.headers["Location"]
    confirm = await (await client.get(link)).text()
    csrf = re.search(r'name="csrf" value="([^"]+)"', confirm)
    assert csrf is not None
    async with client.post(link, data={"csrf": csrf[1]}) as desk:
        assert desk.status == 200
        return await desk.text()


async def test_one_signs_in_as_a_caseworker_or_as_who_looks_after_texts_and_hours(client: Client) -> None:
    assert "Noor de Vries" in await signed_in(client, "Noor de Vries, medewerker")
    async with client.get("/desk/phrasebook/new", allow_redirects=False) as refused:
        assert refused.status == 403
    assert "Samir Haddad" in await signed_in(client, "Samir Haddad, coördinator")
    async with client.get("/desk/phrasebook/new", allow_redirects=False) as shown:
        assert shown.status == 200


async def test_one_signs_in_as_each_role_and_begins_where_it_works(client: Client) -> None:
    for button, sees in (
        ("Daan Bakker, medewerker", "Inbox"),
        ("Bo Jansen, beheerder", "Team Zuid"),
        ("Ans Mulder, auditor", "Klopt het register?"),
    ):
        page = await signed_in(client, button)
        if "beheerder" in button:
            page = await (await client.get("/desk/teams")).text()
        assert sees in page, button
    async with client.get("/desk/rows", allow_redirects=False) as refused:
        assert refused.status == 403


async def test_a_button_of_the_clock_that_is_pushed_twice(client: Client) -> None:
    pushed = await asyncio.gather(*(client.post("/demo/clock", json={"advance": "P1D"}) for _ in range(4)))
    assert [answer.status for answer in pushed] == [200] * 4


async def test_nobody_else_signs_in_there(client: Client) -> None:
    for who in ("", "nobody", "noor'", "1"):
        async with client.post("/demo/desk", data={"who": who}, allow_redirects=False) as answer:
            assert answer.status == 404, who
    headers = {"Origin": "https://evil.example"}
    async with client.post("/demo/desk", data={"who": "noor"}, headers=headers, allow_redirects=False) as answer:
        assert answer.status == 403
