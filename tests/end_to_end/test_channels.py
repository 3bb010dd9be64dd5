"""``klopaan run`` as it is run, with platforms in processes of their own: sign up by taps, a caseworker answers, the
notice opens the same conversation in the web chat; and processes are killed where it hurts most.
"""

from __future__ import annotations

import asyncio
import re
import socket
import sys
import uuid
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar
from sqlalchemy import update

from bot import takeover
from bot.channels.rendering import MORE
from storage import tables
from tests.stores import StoreUrls
from tests.support.channels import TELEGRAM_TOKEN, WAYS, Sent, Way, config_of
from tests.support.process import ROOT, Server
from tests.support.town import Resident, Town, open_town, write_config

SQLITE = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)
BOTH_WAYS = pytest.mark.parametrize("name", ["telegram-polling", "whatsapp"])

WHO = "31600000001"
#: The platform asks to be left alone for an hour: what it did not take waits, and whatever comes after it.
LATER: dict[str, dict[str, Any]] = {
    "telegram": {"code": "busy", "retry_after": 3600},
    "whatsapp": {"status": 429, "body": "", "headers": {"Retry-After": "3600"}},
}
#: Seconds until something that does not come fails the test.
PATIENCE = 60


class Platform:
    """A fake in a process of its own, and the person on its other side."""

    def __init__(self, way: Way, url: str, session: ClientSession) -> None:
        self.way = way
        self.url = url
        self._session = session
        self._seen = 0

    async def orders(self, what: str, **how: Any) -> Any:
        """Moves the fake."""
        async with self._session.post(f"{self.url}/fake/{what}", json=how) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def says(self, **what: Any) -> None:
        """The person does something; what the webhook could not take is brought again, as platforms do."""
        what["id"] = f"wamid.{uuid.uuid4().hex}"

        async def is_taken() -> bool:
            return (await self.orders("say", **{"from": WHO, **what}))["status"] in (0, 200)

        await until(is_taken)

    async def sent(self) -> list[Sent]:
        """Everything that it took."""
        async with self._session.get(f"{self.url}/fake/sent") as response:
            taken: list[Sent] = await response.json()
            return taken

    async def violations(self) -> list[str]:
        """What it had to refuse."""
        async with self._session.get(f"{self.url}/fake/violations") as response:
            found: list[str] = await response.json()
            return found

    async def hears(self, wanted: Callable[[Sent], bool] = lambda sent: True) -> Sent:
        """The next message that is ``wanted``."""
        found: list[Sent] = []

        async def is_there() -> bool:
            for one in (await self.sent())[self._seen :]:
                self._seen += 1
                if wanted(one):
                    found.append(one)
                    return True
            return False

        await until(is_there)
        return found[0]

    async def taps(self, data: str) -> None:
        """Taps a button, once it is there; on a later page of a long list, perhaps."""
        shown: list[str] = []
        while data not in shown:
            if onward := [each for each in shown if each.startswith(MORE)]:
                await self.says(tap=onward[0])
            shown = [button["data"] for button in (await self.hears(lambda sent: bool(sent["buttons"])))["buttons"]]
        await self.says(tap=data)

    async def settles(self, count: int) -> list[Sent]:
        """What it took when that is ``count`` messages."""

        async def are_there() -> bool:
            return len(await self.sent()) >= count

        await until(are_there)
        return await self.sent()


async def until(done: Callable[[], Awaitable[bool]]) -> None:
    """Returns when it is ``done``."""
    async with asyncio.timeout(PATIENCE):
        while not await done():  # noqa: ASYNC110 - it is another process's doing
            await asyncio.sleep(0.1)


@asynccontextmanager
async def platform(way: Way) -> AsyncIterator[Platform]:
    """The platform of a channel, until the end."""
    token = [] if way.channel == "whatsapp" else ["--token", TELEGRAM_TOKEN]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"tests.support.fake_{way.channel}", "--port", "0", *token), cwd=ROOT, stdout=PIPE
    )
    assert process.stdout is not None
    try:
        url = (await process.stdout.readline()).decode().strip()
        async with ClientSession() as session:
            yield Platform(way, url, session)
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def at_work(
    way: Way, there: Platform, urls: StoreUrls, folder: Path, *, processes: int = 1, style: str = "seintje"
) -> AsyncIterator[tuple[Town, list[Server]]]:
    """So many processes on one database, with the channel; and the database, to look into."""
    extra = config_of(way, there.url, style=style)
    async with open_town(folder, urls, extra=extra) as town:
        town.clock.to(datetime.now(UTC))  # what the processes go by
        servers = []
        for number in range(processes):
            (own := folder / f"process-{number}").mkdir()
            servers.append(Server(write_config(own, urls, port=_free_port(), extra=extra), own / "log"))
        try:
            for server in servers:
                await begins(server, there)
            yield town, servers
        finally:
            for server in servers:
                await server.stop()


async def begins(server: Server, there: Platform) -> None:
    """Starts a process; the platform learns where to call it."""
    await server.start()
    if there.way.channel == "whatsapp":
        await there.orders("webhook", url=f"{server.url}/webhooks/whatsapp")


async def starts(there: Platform) -> None:
    """Someone comes along, and stands at the menu."""
    await there.says(**({"text": "hallo"} if there.way.channel == "whatsapp" else {"start": ""}))
    await there.taps("welkom.hello:nl")
    await there.taps("welkom.own_phone:yes")


async def lapse(town: Town) -> None:
    """What a killed process had taken on is free, as it is some minutes later."""
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.outbox).values(claimed_until=None))
        await conn.execute(update(tables.lease).values(expires_at=0))


async def resident(town: Town, way: Way) -> Resident:
    """The person, as the house knows them."""
    one = Resident(town, way.channel, WHO)
    one.conversation_id = (await town.conversations.ensure(way.channel, WHO)).conversation_id
    return one


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


# ---- from hello to a human's answer --------------------------------------------------------------------------------


@BOTH_WAYS
async def test_a_sign_up_by_taps_a_caseworkers_answer_and_the_same_conversation_in_the_web_chat(
    name: str, store_urls: StoreUrls, tmp_path: Path
) -> None:
    way = WAYS[name]
    async with platform(way) as there, at_work(way, there, store_urls, tmp_path) as (town, (server,)):
        await starts(there)
        for data in ("!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough"):
            await there.taps(data)
        summary = await there.hears(lambda sent: bool(sent["buttons"]))
        await there.says(tap=summary["buttons"][0]["data"])  # that is right
        done = await there.hears()
        assert done["text"]
        one = await resident(town, way)
        assert len(await town.rows(tables.case_file)) == 1

        noor = await town.colleague()
        await takeover.take_over(town.house, one.conversation_id, noor)
        seen = (await one.row()).last_seq
        words = "Dag, ik ben Noor. Komt u dinsdag om tien uur?"
        await takeover.reply(town.house, one.conversation_id, noor, words, seen_seq=seen, client_id="answer-1")
        notice = await there.hears(lambda sent: "/c/" in sent["text"])
        assert words not in notice["text"]
        assert "Noor" in notice["text"]
        assert not re.search("schuld|Komt u", notice["text"])

        link = re.search(r"/c/([A-Za-z0-9_-]{32})", notice["text"])
        assert link is not None
        here = {"Sec-Fetch-Site": "same-origin"}
        async with ClientSession(server.url, cookie_jar=CookieJar(unsafe=True), headers=here) as browser:
            async with browser.post("/chat/resume", json={"link": link[1]}) as response:
                assert response.status == 200
            async with browser.get("/chat/messages") as response:
                shown = [message["text"] for message in (await response.json())["messages"]]
        assert words in shown
        assert any("aanmelding" in text for text in shown[:-1])
        assert await there.violations() == []


# ---- killed --------------------------------------------------------------------------------------------------------


@SQLITE
@BOTH_WAYS
async def test_killed_after_the_platform_took_a_message_only_that_one_may_come_twice(
    name: str, store_urls: StoreUrls, tmp_path: Path
) -> None:
    way = WAYS[name]
    async with platform(way) as there, at_work(way, there, store_urls, tmp_path) as (town, (server,)):
        await starts(there)
        await there.hears(lambda sent: any(button["data"].startswith("!go:") for button in sent["buttons"]))
        before = len(await there.sent())
        await there.orders("fail", code="platform", hang=True)
        await there.says(text="help")
        taken = await there.settles(before + 1)  # it took the answer, and tells nobody
        await server.kill()
        await lapse(town)
        await begins(server, there)
        await there.says(text="menu")
        after = await there.settles(before + 3)
        first, again, menu = (sent["text"] for sent in after[before:])
        assert first == again == taken[-1]["text"]
        assert menu != first
        one = await resident(town, way)
        said = [message.content.text for message in await one.messages() if message.author == "resident"]
        assert said[-2:] == ["help", "menu"]


@SQLITE
@BOTH_WAYS
async def test_killed_between_commit_and_send_nothing_is_lost_and_nothing_comes_twice(
    name: str, store_urls: StoreUrls, tmp_path: Path
) -> None:
    way = WAYS[name]
    async with platform(way) as there, at_work(way, there, store_urls, tmp_path) as (town, (server,)):
        await starts(there)
        await there.hears(lambda sent: any(button["data"].startswith("!go:") for button in sent["buttons"]))
        before = len(await there.sent())
        await there.orders("fail", **LATER[way.channel])
        for number in range(4):
            await there.says(text=f"help {number}")
        one = await resident(town, way)

        async def are_stored() -> bool:
            return [row.reason for row in await town.rows(tables.outbox, state="waiting")] == ["busy", None, None, None]

        await until(are_stored)
        await server.kill()
        assert len(await there.sent()) == before
        await lapse(town)
        async with town.house.db.begin() as conn:
            await conn.execute(update(tables.outbox).where(tables.outbox.c.state == "waiting").values(due_at=0))
        await begins(server, there)
        after = await there.settles(before + 4)
        bot = [message.content.text for message in await one.messages() if message.author == "bot"]
        assert [sent["text"] for sent in after[before:]] == bot[-4:]


# ---- more than one process -----------------------------------------------------------------------------------------


@POSTGRESQL
async def test_of_two_processes_one_asks_telegram_and_when_it_is_killed_the_other_does(
    store_urls: StoreUrls, tmp_path: Path
) -> None:
    way = WAYS["telegram-polling"]
    async with platform(way) as there, at_work(way, there, store_urls, tmp_path, processes=2) as (town, servers):
        await starts(there)
        await there.hears(lambda sent: any(button["data"].startswith("!go:") for button in sent["buttons"]))
        (held,) = await town.rows(tables.lease, name="telegram")
        await servers[0].kill()
        await lapse(town)
        await there.says(text="help")
        await there.hears()
        (taken_over,) = await town.rows(tables.lease, name="telegram")
        assert {held.holder} != {taken_over.holder} or held.expires_at < taken_over.expires_at
        for number in range(5):
            await there.says(text=f"bericht {number}")
        one = await resident(town, way)

        async def is_answered() -> bool:
            last = [message for message in await one.messages() if message.author == "resident"][-1]
            return last.content.text == "bericht 4" and {row.state for row in await town.rows(tables.outbox)} == {
                "sent"
            }

        await until(is_answered)
        said = [message.content.text for message in await one.messages() if message.author == "resident"]
        assert said[-6:] == ["help", *(f"bericht {number}" for number in range(5))]
        bot = [message.content.text for message in await one.messages() if message.author == "bot"]
        assert [sent["text"] for sent in await there.sent()] == bot
