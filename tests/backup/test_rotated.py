"""The master key is replaced while messages flow, and who replaces it or is at work is killed: nothing is lost, nothing
is unreadable, and in the end the former one opens nothing."""

from __future__ import annotations

import asyncio
import base64
import os
import random
import sys
import uuid
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot import config as configuration
from bot.backup.restoring import Refusal, restore
from bot.channels.webchat.guard import COOKIE
from bot.commands.rotate_key import NEW_SECRET
from bot.content import loads
from bot.conversation import Conversations
from bot.errors import KlopaanError
from bot.privacy.vault import Vault, WrongSecret
from flows.grammar import Typed
from storage import tables
from storage.database import Database
from tests.backup.conftest import only_to_sqlite
from tests.backup.test_made import KILLED
from tests.end_to_end.test_kill import newcomers
from tests.stores import StoreUrls
from tests.support.backups import NOW, back_up, config_of, everything, restored, words
from tests.support.process import PATIENCE, ROOT, Server
from tests.support.town import SECRET, open_town, write_config

OTHER = base64.b64encode(bytes(range(100, 132))).decode()
PEOPLE = 6


class Flow:
    """People who write until they are told to stop, each message again until it is answered."""

    def __init__(self, servers: list[Server], people: list[str]) -> None:
        self.servers = servers
        self.people = people
        self.sent = dict.fromkeys(people, 0)
        self._changed = asyncio.Condition()
        self._over = False

    async def until(self, work: asyncio.Task[None]) -> None:
        """Until ``work`` is done."""
        async with ClientSession(timeout=ClientTimeout(total=30)) as session, asyncio.TaskGroup() as group:
            for one in self.people:
                group.create_task(self._write(session, one))
            try:
                await work
            finally:
                self._over = True

    async def answered(self, more: int) -> None:
        """Returns when so many more messages were answered."""
        goal = sum(self.sent.values()) + more
        async with self._changed:
            await self._changed.wait_for(lambda: sum(self.sent.values()) >= goal)

    async def _write(self, session: ClientSession, who: str) -> None:
        headers = {"Cookie": f"{COOKIE}={who}", "Sec-Fetch-Site": "same-origin"}
        while not self._over:
            body = {"client_id": str(uuid.uuid4()), "text": f"bericht {self.sent[who]}"}
            while not await self._is_answered(session, headers, body):
                pass
            async with self._changed:
                self.sent[who] += 1
                self._changed.notify_all()

    async def _is_answered(self, session: ClientSession, headers: dict[str, str], body: dict[str, str]) -> bool:
        urls = [server.url for server in self.servers if server.url]
        if not urls:
            await asyncio.sleep(0.05)
            return False
        try:
            async with session.post(f"{random.choice(urls)}/chat/message", json=body, headers=headers) as response:
                if response.status != 200:
                    assert response.status in (429, 500, 503), await response.text()
                    await asyncio.sleep(0.2 if response.status == 429 else 0)
                return response.status == 200
        except (ClientError, TimeoutError):
            return False


async def klopaan(secret: str, *arguments: str, killed: tuple[str, str, int] | None = None) -> tuple[int, str]:
    """The command with this master key in force and `OTHER` as the new one; its status and what it said."""
    run = ("-m", "bot") if killed is None else ("-c", KILLED, *(str(one) for one in killed))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *run, *arguments),
        cwd=ROOT,
        env={**os.environ, configuration.SECRET: secret, NEW_SECRET: OTHER},
        stdout=PIPE,
        stderr=PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    assert process.returncode is not None
    said = (out + err).decode()
    assert "Traceback" not in said, said
    assert OTHER not in said
    assert SECRET not in said
    return process.returncode, said


async def test_messages_flow_while_the_master_key_is_replaced(store_urls: StoreUrls, tmp_path: Path) -> None:
    config = write_config(tmp_path, store_urls)
    async with open_town(tmp_path, store_urls) as town:
        people = {one.external_id: one.conversation_id for one in await newcomers(town, PEOPLE)}
    count = 2 if store_urls.dialect == "postgresql" else 1
    servers = [Server(config, tmp_path / f"log-{number}") for number in range(count)]
    await asyncio.gather(*(server.start() for server in servers))
    flow = Flow(servers, list(people))
    step = ("rotate-key", "--config", str(config))

    async def replace() -> None:
        await flow.answered(10)
        status, _ = await klopaan(SECRET, *step, killed=("storage.keys", "rewrap", 0))
        assert status == -9
        await flow.answered(5)
        status, said = await klopaan(SECRET, *step)
        assert (status, "both work now" in said) == (0, True)
        await flow.answered(5)
        await servers[0].kill()
        servers[0].secret = OTHER  # the second, where there is one, goes on with the former one
        await servers[0].start()
        await flow.answered(5)
        status, _ = await klopaan(OTHER, *step, "--finish", killed=("storage.keys", "rewrap_shared", 0))
        assert status == -9
        status, said = await klopaan(OTHER, *step, "--finish")
        assert (status, "opens nothing any more" in said) == (0, True)
        await flow.answered(10)
        status, said = await klopaan(SECRET, "user", "--config", str(config), "list")
        assert (status, "does not belong to this key store" in said) == (1, True)

    try:
        await flow.until(asyncio.create_task(replace()))
    finally:
        await asyncio.gather(*(server.stop() for server in servers))
    keys = Database.open(store_urls.keys)
    with pytest.raises(WrongSecret):
        await Vault.open(keys, SECRET.encode(), NOW)
    await keys.close()
    found = await everything(config_of(tmp_path / "after", store_urls, OTHER))
    assert all(one.held is not None for one in words(found).values())
    for who, conversation_id in people.items():
        rows = sorted((row for row in found["message"].values() if row["conversation_id"] == conversation_id), key=seq)
        assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
        typed = [loads(row["content_sealed"].held.decode()).text for row in rows if row["author"] == "resident"]
        assert typed[2:] == [f"bericht {number}" for number in range(flow.sent[who])]
        assert not any(row["unhandled"] for row in rows)


def seq(row: dict[str, int]) -> int:
    return row["seq"]


async def test_who_missed_it_stores_nothing_and_says_so(store_urls: StoreUrls, tmp_path: Path) -> None:
    """It runs on the former secret and never looked. What it cannot keep it does not take: the page sends it again."""
    async with open_town(tmp_path, store_urls) as town:
        one = await town.resident()
        keys = Database.open(store_urls.keys)
        other = await Vault.open(keys, town.house.config.secret, NOW)
        await other.rotate(base64.b64decode(OTHER), NOW)
        await other.finish(base64.b64decode(OTHER), NOW)
        town.house.vault._cache.clear()  # as after a minute
        before = await town.rows(tables.message)
        with pytest.raises(KlopaanError, match="start again with the new secret"):
            await one.says(Typed("hallo"), message_id="the same")
        assert await town.rows(tables.message) == before
        town.house.vault = await Vault.open(keys, base64.b64decode(OTHER), NOW)
        again = Conversations(town.house)
        await again.start()
        receipt = await again.receive(one.inbound(Typed("hallo"), "the same"))
        assert not receipt.duplicate
        assert [loads_text(town.house.vault, row.content_sealed) for row in await town.rows(tables.message)].count(
            "hallo"
        ) == 1
        await again.stop()
        await keys.close()


def loads_text(vault: Vault, blob: bytes) -> str:
    return loads(vault.unseal_text(blob, "message")).text


@only_to_sqlite
async def test_backups_from_before(store_urls: StoreUrls, empty_urls: StoreUrls, tmp_path: Path) -> None:
    """Of the data: with the key store as it is now. Of the keys: with the secret of then."""
    async with open_town(tmp_path, store_urls) as town:
        await town.resident()
        before = words(await everything(town.house.config))
        data, keys = await back_up(town.house.config, tmp_path)
        await town.house.vault.rotate(base64.b64decode(OTHER), NOW)
        await town.house.vault.finish(base64.b64decode(OTHER), NOW)

    current = StoreUrls(empty_urls.dialect, empty_urls.data, store_urls.keys)
    config = config_of(tmp_path / "current", current, OTHER)
    assert (await restored(config, data)).missing == ()
    assert words(await everything(config)) == before

    of_keys = StoreUrls(empty_urls.dialect, store_urls.data, empty_urls.keys)
    with pytest.raises(Refusal, match="needs the master key of when it was made"):
        await restore(config_of(tmp_path / "new", of_keys, OTHER), None, keys, NOW)
    config = config_of(tmp_path / "old", of_keys)
    await restore(config, None, keys, NOW)
    assert words(await everything(config)) == before
