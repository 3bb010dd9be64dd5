"""Browsers at the own page of a person, and how they got there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import update

from bot import identity
from bot import web as web_
from bot.house import HOUSE
from bot.identity import real_now
from bot.own_data import pages, proof
from flows.grammar import Tapped
from storage import tables
from tests.support.town import Resident, Town

HERE = {"Sec-Fetch-Site": "same-origin"}
PIN = "4711"
_LINK = re.compile(r"/mijn/([\w-]{32})")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, read."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        """As text."""
        return self.body.decode()

    @property
    def flat(self) -> str:
        """What stands on it, without the marks."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.text).split())


class Browser:
    """Follows no redirects, keeps cookies, and posts the fields of the page that it saw last."""

    def __init__(self, client: TestClient[web.Request, web.Application]) -> None:
        self.client = client
        self.page = ""

    async def get(self, path: str, **headers: str) -> Answer:
        """Looks."""
        return await self._read("GET", path, headers=headers)

    async def post(self, path: str, headers: Mapping[str, str] = HERE, /, **fields: str) -> Answer:
        """Sends a form, with what the last page put in it."""
        hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', self.page)
        return await self._read("POST", path, data={**dict(hidden), **fields}, headers=dict(headers))

    async def opens(self, token: str, **fields: str) -> Answer:
        """Looks at a link, fills in the form, and follows where it leads."""
        await self.get(f"/mijn/{token}")
        answer = await self.post(f"/mijn/{token}", **fields)
        return await self.get(answer.headers["Location"]) if answer.status == 303 else answer

    async def _read(self, method: str, path: str, **options: Any) -> Answer:
        async with self.client.request(method, path, allow_redirects=False, **options) as response:
            answer = Answer(response.status, await response.read(), response.headers)
        if "text/html" in answer.headers.get("Content-Type", ""):
            self.page = answer.text
        return answer


class Pages:
    """The pages of a town, and browsers."""

    def __init__(self, town: Town, server: TestServer) -> None:
        self.town, self._server = town, server
        self._clients: list[TestClient[web.Request, web.Application]] = []

    async def browser(self) -> Browser:
        """A new one."""
        client: TestClient[web.Request, web.Application] = TestClient(self._server, cookie_jar=CookieJar(unsafe=True))
        self._clients.append(client)
        return Browser(client)

    async def close(self) -> None:
        """Closes the browsers."""
        for client in self._clients:
            await client.session.close()


@asynccontextmanager
async def open_pages(town: Town) -> AsyncIterator[Pages]:
    """The own pages of that town, listening."""
    app = web.Application(middlewares=[web_.guard])
    app[HOUSE] = town.house
    web_.setup(app)
    pages.setup(app)
    server = TestServer(app)
    await server.start_server()
    opened = Pages(town, server)
    try:
        yield opened
    finally:
        await opened.close()
        await server.close()


async def person(one: Resident) -> Any:
    """Their row."""
    (row,) = await one.town.rows(tables.person, id=(await one.row()).person_id)
    return row


async def has_pin(one: Resident, *, since: timedelta = timedelta(days=2)) -> Resident:
    """Someone who set a PIN so long ago."""
    whom = await identity.find(one.town.house, one.channel, one.external_id)
    assert whom is not None
    await identity.set_pin(one.town.house, whom, PIN, None)
    await change(one, pin_since=real_now() - since // timedelta(milliseconds=1))
    return one


async def change(one: Resident, **values: Any) -> None:
    """Their row, as time would have it."""
    key = (await one.row()).person_id
    async with one.town.house.db.begin() as conn:
        await conn.execute(update(tables.person).where(tables.person.c.id == key).values(**values))


async def asks(one: Resident, screen: str = "know") -> str:
    """Goes to the own data in the chat and asks; gives the token of the link, empty where there is none."""
    await one.taps("!menu")
    await one.taps("!go:gegevens")
    found = await one.taps(f"gegevens.what:{screen}")
    if screen == "wipe":
        found = await one.taps("gegevens.wipe:wipe")
    token = _LINK.search(found[-1].content.text)
    return token[1] if token else ""


async def link_of(one: Resident) -> str:
    """A link as the chat gives it."""
    async with one.town.house.db.begin() as conn:
        return await proof.add_link(conn, (await one.row()).person_id)


async def said(one: Resident) -> str:
    """The last thing that they heard."""
    return (await one.messages())[-1].content.text


async def tap(one: Resident, data: str) -> str:
    """Taps; gives what came back."""
    await one.says(Tapped(data))
    return await said(one)
