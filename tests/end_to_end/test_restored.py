"""A municipality whose machine is lost, as processes: a backup is made while messages flow, and on another machine with
another engine the web chat goes on; who was erased since is nobody."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot import identity
from bot.channels.webchat.guard import CHANNEL, COOKIE
from bot.privacy import erasing
from storage import tables
from tests.backup.test_rotated import Flow, klopaan
from tests.end_to_end.test_kill import newcomers
from tests.stores import StoreUrls, sqlite_urls
from tests.support.process import Server
from tests.support.town import SECRET, open_town, write_config


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, store_urls: StoreUrls, tmp_path: Path) -> StoreUrls:
    """Databases without anything, on the other engine."""
    if store_urls.dialect == "sqlite":
        blank: StoreUrls = request.getfixturevalue("postgres").blank("elsewhere")
        return blank
    (tmp_path / "elsewhere").mkdir()
    return sqlite_urls(tmp_path / "elsewhere")


def headers(who: str) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={who}", "Sec-Fetch-Site": "same-origin"}


async def heard(session: ClientSession, url: str, who: str) -> list[dict[str, Any]]:
    """The whole conversation, as the page reads it."""
    async with session.get(f"{url}/chat/messages", headers=headers(who)) as response:
        assert response.status == 200, await response.text()
        found = await response.json()
    messages: list[dict[str, Any]] = found["messages"]
    return messages


async def test_on_another_machine_the_chat_goes_on(store_urls: StoreUrls, elsewhere: StoreUrls, tmp_path: Path) -> None:
    config = str(write_config(tmp_path, store_urls))
    async with open_town(tmp_path, store_urls) as town:
        people = [one.external_id for one in await newcomers(town, 3)]
        (gone, *_) = [row.id for row in await town.rows(tables.person)]
        found = {one: await identity.find(town.house, CHANNEL, one) for one in people}
    (who_is_erased,) = [one for one, whom in found.items() if whom is not None and whom.person_id == gone]
    whole = [one for one in people if one != who_is_erased]
    server = Server(Path(config), tmp_path / "log")
    await server.start()
    flow = Flow([server], people)
    data, keys = str(tmp_path / "data.backup"), str(tmp_path / "keys.backup")
    answered: dict[str, int] = {}

    async def back_up() -> None:
        await flow.answered(10)
        answered.update(flow.sent)
        status, said = await klopaan(SECRET, "backup", "--config", config, "--to", data)
        assert status == 0, said
        await flow.answered(5)

    try:
        await flow.until(asyncio.create_task(back_up()))
        async with open_town(tmp_path, store_urls) as town:
            await erasing.erase(town.house, gone, by_staff=None, why="asked")
        status, said = await klopaan(SECRET, "backup", "--config", config, "--keys", "--to", keys)
        assert status == 0, said
    finally:
        await server.kill()

    (tmp_path / "there").mkdir()
    there = write_config(tmp_path / "there", elsewhere)
    status, said = await klopaan(SECRET, "restore", "--config", str(there), "--from", data, "--keys", keys)
    assert status == 0, said
    assert "People: 3. Whole: 2. Erased since the backup, and erased again: 1." in said
    server = Server(there, tmp_path / "log-there")
    await server.start()
    try:
        async with ClientSession() as session:
            for one in whole:  # a page has the newest
                before = await heard(session, server.url, one)
                texts = [message["text"] for message in before]
                numbers = [int(text.split()[1]) for text in texts if text.startswith("bericht ")]
                assert numbers == list(range(numbers[0], numbers[-1] + 1))
                assert numbers[-1] >= answered[one] - 1
                body = {"client_id": str(uuid.uuid4()), "text": "bent u er nog?"}
                async with session.post(f"{server.url}/chat/message", json=body, headers=headers(one)) as response:
                    assert response.status == 200
                asked, *answers = [
                    new for new in await heard(session, server.url, one) if new["seq"] > before[-1]["seq"]
                ]
                assert (asked["author"], asked["text"]) == ("resident", "bent u er nog?")
                assert [new["author"] for new in answers] == ["bot"]
            async with session.get(f"{server.url}/chat/messages", headers=headers(who_is_erased)) as response:
                assert response.status in (401, 403, 404, 410), response.status
    finally:
        assert await server.stop() == 0
