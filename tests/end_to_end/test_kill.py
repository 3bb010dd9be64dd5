"""Processes killed at random moments in a stream of messages (invariant 1): nothing lost, nothing twice, in order."""

from __future__ import annotations

import asyncio
import random
import secrets
import uuid
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.channels.webchat.guard import COOKIE
from bot.conversation import Inbound
from flows.grammar import Opened, Tapped, Typed
from storage import tables
from tests.stores import StoreUrls
from tests.support.process import Server
from tests.support.town import Resident, Town, open_town, origins, write_config

#: What one browser sends at once before it is slowed down is 30.
EACH = 20


class Stream:
    """Browsers that send until they are answered, and someone who kills what they talk to."""

    def __init__(self, servers: list[Server], people: list[Resident], kills: int) -> None:
        self.servers = servers
        self.people = people
        self.total = len(people) * EACH
        #: After how many answers something is killed: the other requests of that moment are under way.
        self.kill_after = sorted(random.sample(range(5, self.total - 5), kills))
        self.killed = 0
        self.answered = 0
        self.doubled = 0
        self._changed = asyncio.Condition()

    async def run(self) -> None:
        """Until everything was answered."""
        timeout = ClientTimeout(total=30)
        async with ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as group:
            for one in self.people:
                group.create_task(self._send_all(session, one))
            group.create_task(self._kill_all())

    async def _send_all(self, session: ClientSession, one: Resident) -> None:
        """As the page does: one after the other, each with a number of its own, again until it is answered."""
        headers = {"Cookie": f"{COOKIE}={one.external_id}", "Sec-Fetch-Site": "same-origin"}
        for number in range(EACH):
            body = {"client_id": str(uuid.uuid4()), "text": f"bericht {number}"}
            while not await self._sent(session, headers, body):
                pass

    async def _sent(self, session: ClientSession, headers: dict[str, str], body: dict[str, str]) -> bool:
        async with self._changed:
            await self._changed.wait_for(lambda: any(server.url for server in self.servers))
        url = random.choice([server.url for server in self.servers if server.url])
        try:
            async with session.post(f"{url}/chat/message", json=body, headers=headers) as response:
                if response.status != 200:
                    assert response.status in (429, 500, 503), await response.text()
                    return False
                receipt = await response.json()
        except (ClientError, TimeoutError):
            return False
        self.doubled += receipt["seq"] == 0
        async with self._changed:
            self.answered += 1
            self._changed.notify_all()
        return True

    async def _kill_all(self) -> None:
        for moment in self.kill_after:
            async with self._changed:
                await self._changed.wait_for(lambda moment=moment: self.answered >= moment)  # type: ignore[misc]
            server = random.choice([server for server in self.servers if server.url])
            await server.kill()
            self.killed += 1
            await server.start()
            async with self._changed:
                self._changed.notify_all()


async def newcomers(town: Town, count: int) -> list[Resident]:
    """People who asked for a human, so that whatever they type is answered with the same screen."""
    people = [Resident(town, "webchat", secrets.token_urlsafe(32)) for _ in range(count)]
    for said in (Opened(), Tapped("welkom.hello:nl"), Typed("mens")):
        await asyncio.gather(*(one.says(said) for one in people))
    return people


async def survives(urls: StoreUrls, folder: Path, *, messages: int, kills: int) -> None:
    processes = 2 if urls.dialect == "postgresql" else 1
    async with open_town(folder, urls) as town:
        people = await newcomers(town, messages // EACH)
        servers = [Server(write_config(folder, urls), folder / f"log-{number}") for number in range(processes)]
        await asyncio.gather(*(server.start() for server in servers))
        try:
            stream = Stream(servers, people, kills)
            await stream.run()
        finally:
            await asyncio.gather(*(server.stop() for server in servers))
        assert stream.answered == messages
        assert stream.killed == kills
        for one in people:
            heard = await one.messages()
            typed = [message.content.text for message in heard if message.author == "resident"]
            assert typed[2:] == [f"bericht {number}" for number in range(EACH)]  # after language and *mens*
            said = origins([message for message in heard if message.author == "bot"])
            assert said[3:] == ["overdracht.noted"] * EACH
            assert [message.seq for message in heard] == list(range(1, len(heard) + 1))
            assert not any(message.unhandled for message in heard)
        assert {row.state for row in await town.rows(tables.outbox)} == {"sent"}


async def test_500_messages_survive_kills(store_urls: StoreUrls, tmp_path: Path) -> None:
    await survives(store_urls, tmp_path, messages=500, kills=3)


@pytest.mark.soak
async def test_10_000_messages_survive_kills(store_urls: StoreUrls, tmp_path: Path) -> None:
    await survives(store_urls, tmp_path, messages=10_000, kills=60)


async def test_a_kill_between_commit_and_answer_is_answered_as_a_double(store_urls: StoreUrls, tmp_path: Path) -> None:
    """The page never heard that its message was stored, and sends it again to the next process."""
    async with open_town(tmp_path, store_urls) as town:
        (one,) = await newcomers(town, 1)
        number = str(uuid.uuid4())
        stored = await town.conversations.receive(Inbound("webchat", one.external_id, number, Typed("bericht")))
        server = Server(write_config(tmp_path, store_urls), tmp_path / "log")
        await server.start()
        try:
            headers = {"Cookie": f"{COOKIE}={one.external_id}", "Sec-Fetch-Site": "same-origin"}
            body = {"client_id": number, "text": "bericht"}
            async with (
                ClientSession() as session,
                session.post(f"{server.url}/chat/message", json=body, headers=headers) as response,
            ):
                assert await response.json() == {"ok": True, "seq": 0}
        finally:
            assert await server.stop() == 0
        assert (await one.messages())[-1].seq == stored.seq + 1
