"""Real processes that are killed while people choose: a moment is one person's, and nobody hears otherwise."""

from __future__ import annotations

import asyncio
import random
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.channels.webchat.guard import COOKIE
from flows.grammar import Tapped
from tests.stores import StoreUrls
from tests.support.agenda import check
from tests.support.grabbing import Send, assert_all_heard_the_truth, few_moments, newcomers
from tests.support.process import Server
from tests.support.town import Resident, Town, open_town, write_config

#: On SQLite, with its one process, two hundred come in tests/appointments/test_races.py.
PEOPLE = {"postgresql": 200, "sqlite": 60}
#: Far enough ahead for any holidays in between.
AHEAD = timedelta(days=12)


class Pages:
    """Browsers on whatever process is there: they send again, with the same number, until they are answered."""

    def __init__(self, servers: list[Server], session: ClientSession, people: int) -> None:
        self.servers = servers
        self.session = session
        #: The first moments are being given away.
        self.busy = asyncio.Event()
        self._rng = random.Random(1)
        self._up = asyncio.Condition()
        self._answered = 0
        self._people = people

    async def send(self, one: Resident, number: int, data: str) -> None:
        """A tap."""
        headers = {"Cookie": f"{COOKIE}={one.external_id}", "Sec-Fetch-Site": "same-origin"}
        body = {"client_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{one.external_id}-{number}")), "tap": data}
        while not await self._sent(body, headers):
            pass
        self._answered += 1
        if self._answered == self._people // 3:
            self.busy.set()

    async def _sent(self, body: dict[str, str], headers: dict[str, str]) -> bool:
        async with self._up:
            await self._up.wait_for(lambda: any(server.url for server in self.servers))
        url = self._rng.choice([server.url for server in self.servers if server.url])
        try:
            async with self.session.post(f"{url}/chat/message", json=body, headers=headers) as response:
                assert response.status in (200, 429, 500, 503), await response.text()
                return response.status == 200
        except (ClientError, TimeoutError):
            return False

    async def kill(self, server: Server) -> None:
        """In the middle of it; it comes back."""
        await self.busy.wait()
        await server.kill()
        await server.start()
        async with self._up:
            self._up.notify_all()


def here(town: Town) -> Send:
    """Without any process: to get where it begins."""

    async def send(one: Resident, number: int, data: str) -> None:
        receipt = await town.conversations.receive(one.inbound(Tapped(data), f"{one.external_id}-{number}"))
        one.conversation_id = receipt.conversation_id

    return send


async def test_many_people_and_20_moments_while_a_process_is_killed(store_urls: StoreUrls, tmp_path: Path) -> None:
    count = PEOPLE[store_urls.dialect]
    async with open_town(tmp_path, store_urls) as town:
        town.clock.to(datetime.now(UTC))
        day = (town.clock.now() + AHEAD).date()
        await few_moments(town, day)
        people = await newcomers(town, here(town), count, day=day)
        processes = 3 if store_urls.dialect == "postgresql" else 1
        servers = [Server(write_config(tmp_path, store_urls), tmp_path / f"log-{n}") for n in range(processes)]
        await asyncio.gather(*(server.start() for server in servers))
        try:
            async with ClientSession(timeout=ClientTimeout(total=30)) as session:
                pages = Pages(servers, session, count)
                for one in people:
                    one.send = pages.send
                await asyncio.gather(*(one.grabs() for one in people), pages.kill(servers[0]))
        finally:
            await asyncio.gather(*(server.stop() for server in servers))
        assert await assert_all_heard_the_truth(town, people) == {True: 20, False: count - 20}
        await check(town)
