"""A code of another channel, typed in the web chat: the page goes on in the conversation of both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot import identity
from bot.channels.webchat import streams
from bot.clock import to_ms
from bot.conversation import Conversations, Gone
from bot.house import House
from bot.joining import new_join_code
from bot.privacy.vault import Unreadable
from flows.kanalen_code import JOIN_YES
from tests.stores import StoreUrls
from tests.webchat_app import Browser, new_id, running


class Two:
    """Two browsers in conversations of their own: the first one's is the older."""

    def __init__(self, house: House, server: TestServer) -> None:
        self.house = house
        self.first, self.second = Browser(server), Browser(server)

    async def whom(self, browser: Browser) -> identity.Whom:
        assert browser.token is not None
        found = await identity.find(self.house, "webchat", browser.token)
        assert found is not None
        return found

    async def code_of(self, browser: Browser) -> str:
        async with self.house.db.begin() as conn:
            return await new_join_code(self.house, (await self.whom(browser)).person_id, conn)

    async def join(self) -> int:
        """The second types the first one's code, and says that it is theirs; the status of the last answer."""
        assert (await self.second.says(await self.code_of(self.first))).status == 200
        return (await self.second.post("/chat/message", {"client_id": new_id(), "tap": JOIN_YES})).status


@pytest.fixture
async def two(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Two]:
    async with running(store_urls, tmp_path) as (house, server):
        both = Two(house, server)
        for browser in (both.first, both.second):
            await browser.start()
        yield both
        for browser in (both.first, both.second):
            await browser.close()


async def test_the_page_goes_on_in_the_conversation_of_both(two: Two) -> None:
    await two.first.says("hier was ik eerst")
    await two.second.says("hier was ik later")
    old, new = await two.first.get("/chat/messages"), await two.second.get("/chat/messages")
    assert await two.join() == 200
    for browser in (two.first, two.second):
        now = await browser.get("/chat/messages")
        assert now.data["mark"] == old.data["mark"]
        assert now.data["former"] == [new.data["mark"]]
        said = [one["text"] for one in now.data["messages"] if one["author"] == "resident"]
        assert said == ["hier was ik eerst", "hier was ik later"]
    assert (await two.second.get("/chat/me")).data["mark"] == old.data["mark"]


async def test_what_was_on_its_way_from_the_page_is_said_once(two: Two) -> None:
    same = new_id()
    await two.second.says("een keer", same)
    await two.join()
    assert (await two.second.says("een keer", same)).status == 200
    assert [one["text"] for one in await two.second.messages()].count("een keer") == 1


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_page_that_meets_the_merge_only_asks_again(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(*_: object) -> None:
        raise Gone

    with monkeypatch.context() as patch:
        patch.setattr(Conversations, "receive", gone)
        refused = await two.second.says("hoi")
        assert (refused.status, refused.data["error"], refused.headers["Retry-After"]) == (429, "busy", "5")
    assert (await two.second.says("hoi")).status == 200


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_who_was_erased_finds_the_chat_closed(two: Two) -> None:
    key_id = (await two.whom(two.second)).key_id
    await two.house.vault.destroy(key_id, to_ms(two.house.clock.now()))
    with pytest.raises(Unreadable):
        two.house.vault.seal(key_id, "message", b"")
    assert (await two.second.get("/chat/messages")).status == 401


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_stream_of_what_became_part_of_another_ends_with_its_news(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT", 60.0)
    stream = await two.second.client.get("/chat/events")
    await two.join()
    told = (await stream.content.read()).decode()
    assert "event: closed" not in told
    assert told.count("data: ") == 2  # the question, and the end
