"""Sound in the web chat: a voice note that someone sends, and a message that is read to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from bot import reading
from bot.channels.webchat.limits import LIMITS
from bot.house import House
from bot.limiter import Limiter
from tests.stores import StoreUrls
from tests.support.pictures import OGG, SAID, talking, with_voice
from tests.support.sounds import webm
from tests.webchat_app import Browser, running

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


class Chat:
    """A house, its server, and a browser with a conversation in it."""

    def __init__(self, house: House, app: web.Application, browser: Browser) -> None:
        self.house, self.app, self.browser = house, app, browser


@pytest.fixture
async def chat(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Chat]:
    async with running(store_urls, tmp_path) as (house, server):
        browser = Browser(server)
        await browser.start()
        yield Chat(house, server.app, browser)
        await browser.close()


async def test_a_voice_note_is_kept_with_its_length_and_answered_as_a_message(chat: Chat) -> None:
    assert (await chat.browser.upload(webm(34.4))).status == 200
    note, answer = (await chat.browser.messages())[-2:]
    assert note["kind"] == "voice"
    assert answer["text"].startswith("Dank u, uw spraakbericht is binnen. Een medewerker luistert ernaar.\n\nU krijgt ")
    kept = await reading.messages(chat.house, 1)
    assert [one.content.seconds for one in kept if one.content.kind == "voice"] == [34]


async def test_any_message_is_read_to_who_asks_for_it_and_none_is_by_itself(chat: Chat) -> None:
    hello = (await chat.browser.messages())[-1]
    assert (hello["voice"], hello["aloud"], hello["speaks"]) == (None, False, "nl")
    with_voice(chat.house)
    hello = (await chat.browser.messages())[-1]
    assert (hello["aloud"], hello["speaks"]) == (False, "nl")
    response = await chat.browser.client.get(hello["voice"])
    assert (response.status, response.content_type, await response.read()) == (200, "audio/ogg", OGG)


async def test_what_someone_wrote_themselves_is_not_read_to_them(chat: Chat) -> None:
    with_voice(chat.house)
    await chat.browser.says("hallo")
    own = next(one for one in await chat.browser.messages() if one["text"] == "hallo")
    assert (own["voice"], own["aloud"], own["speaks"]) == (None, False, None)


async def test_a_picture_without_words_is_not_read(chat: Chat) -> None:
    with_voice(chat.house)
    async with talking(chat.house, 1) as said:
        said.add_message("bot", replace(SAID, text="", texts=(), buttons=()))
    shown = (await chat.browser.messages())[-1]
    assert shown["picture"]
    assert (shown["voice"], shown["aloud"], shown["speaks"]) == (None, False, None)


async def test_who_chose_so_has_a_player_under_every_message(chat: Chat) -> None:
    with_voice(chat.house)
    await chat.browser.says("voorlezen")
    said = (await chat.browser.messages())[-1]
    assert said["text"].startswith("Goed. Ik lees mijn berichten nu ook voor.")
    assert said["aloud"]
    assert said["voice"]


async def test_the_button_for_that_is_there_where_this_machine_reads(chat: Chat) -> None:
    assert 'data-word="voorlezen"' not in await (await chat.browser.client.get("/chat")).text()
    with_voice(chat.house)
    assert 'data-word="voorlezen"' in await (await chat.browser.client.get("/chat")).text()


async def test_a_flood_of_listening_is_slowed_down(chat: Chat) -> None:
    with_voice(chat.house)
    chat.app[LIMITS].sounds = Limiter(2, 0.001)
    url = (await chat.browser.messages())[-1]["voice"]
    assert [(await chat.browser.get(url)).status for _ in range(3)] == [200, 200, 429]
