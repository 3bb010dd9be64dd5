"""Sound in the web chat: a voice note that someone sends, and a message that is read to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import reading
from bot.house import House
from tests.stores import StoreUrls
from tests.support.sounds import webm
from tests.webchat_app import Browser, running

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


class Chat:
    """A house, and a browser with a conversation in it."""

    def __init__(self, house: House, browser: Browser) -> None:
        self.house, self.browser = house, browser


@pytest.fixture
async def chat(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Chat]:
    async with running(store_urls, tmp_path) as (house, server):
        browser = Browser(server)
        await browser.start()
        yield Chat(house, browser)
        await browser.close()


async def test_a_voice_note_is_kept_with_its_length_and_answered_as_a_message(chat: Chat) -> None:
    assert (await chat.browser.upload(webm(34.4))).status == 200
    note, answer = (await chat.browser.messages())[-2:]
    assert note["kind"] == "voice"
    assert answer["text"].startswith("Dank u, uw spraakbericht is binnen. Een medewerker luistert ernaar.\n\nU krijgt ")
    kept = await reading.messages(chat.house, 1)
    assert [one.content.seconds for one in kept if one.content.kind == "voice"] == [34]
