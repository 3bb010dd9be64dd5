"""A picture and a voice note in the web chat: for the conversation's own session only, with what it says in words, and
made when someone looks or listens."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import identity
from bot.content import Content
from bot.house import House
from bot.pictures.sheet import MOST_HEIGHT
from flows.grammar import Block
from flows.text import verbatim
from storage.tables import message
from tests.stores import StoreUrls
from tests.support.pictures import CARD, OGG, SAID, talking, with_voice
from tests.transcripts.player import Chat as Transcript
from tests.webchat_app import Browser, running

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


class Chat:
    def __init__(self, house: House, browser: Browser, other: Browser) -> None:
        self.house, self.browser, self.other = house, browser, other

    async def told(self, content: Content = SAID) -> int:
        """Someone to whom this is said; gives the number of the message."""
        await self.browser.start()
        assert self.browser.token is not None
        whom = await identity.find(self.house, "webchat", self.browser.token)
        assert whom is not None
        async with talking(self.house, whom.conversation_id) as said:
            said.add_message("bot", content, send=True)
        async with self.house.db.read() as conn:
            return int((await conn.execute(select(func.max(message.c.id)))).scalar_one())


@pytest.fixture
async def chat(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Chat]:
    async with running(store_urls, tmp_path) as (house, server):
        browsers = Browser(server), Browser(server)
        yield Chat(house, *browsers)
        for browser in browsers:
            await browser.close()


async def test_a_message_says_where_its_picture_is_how_large_and_what_it_says(chat: Chat) -> None:
    number = await chat.told()
    *_, said = await chat.browser.messages()
    picture = said["picture"]
    assert picture["url"] == f"/chat/pictures/{number}"
    assert (picture["alt"], picture["lang"], picture["dir"]) == ("Kaart: een schuldeiser belt", "nl", "ltr")
    assert picture["name"] == "bestand.png"
    response = await chat.browser.client.get(picture["url"])
    assert (response.status, response.content_type) == (200, "image/png")
    assert response.headers["Content-Disposition"] == 'inline; filename="bestand.png"'
    assert response.headers["Cache-Control"] == "private, no-store"
    data = await response.read()
    assert struct.unpack(">II", data[16:24]) == (picture["width"], picture["height"])


async def test_in_arabic_it_is_read_from_the_right(chat: Chat) -> None:
    await chat.told(replace(SAID, language="ar"))
    *_, said = await chat.browser.messages()
    assert (said["picture"]["lang"], said["picture"]["dir"]) == ("ar", "rtl")


@pytest.mark.parametrize(
    ("spoken", "shown", "meaning"),
    [
        ("nl", "nl", ""),
        ("en", "nl", ""),
        ("ar", "nl", ""),
        ("en", "en", "May I see your ID card"),
        ("ar", "ar", "هل يمكنني رؤية بطاقتك"),
    ],
)
async def test_what_can_be_said_is_told_in_dutch_once_and_beside_it_what_it_means(
    chat: Chat, spoken: str, shown: str, meaning: str
) -> None:
    card = Transcript().starts("kaarten").speaking(spoken).taps_data("kaarten.which:bailiff")
    (reply,) = card.taps_data("kaarten.card:picture").turn.replies
    await chat.told(replace(SAID, picture=reply.picture, language=shown))
    *_, said = await chat.browser.messages()
    assert said["picture"]["alt"].count("Mag ik uw pasje zien") == 1
    assert meaning in said["picture"]["alt"]


async def test_nobody_else_sees_or_hears_it(chat: Chat) -> None:
    with_voice(chat.house)
    number = await chat.told(replace(SAID, aloud=True))
    for path in (f"/chat/pictures/{number}", f"/chat/voice/{number}"):
        assert (await chat.browser.get(path)).status == 200
        assert (await chat.other.get(path)).status == 401
    await chat.other.start()
    for path in (f"/chat/pictures/{number}", f"/chat/voice/{number}"):
        assert (await chat.other.get(path)).status == 404


@pytest.mark.parametrize("number", ["1", "999999", "9223372036854775807", "9999999999999999999", "-1", "x"])
async def test_of_a_message_that_is_not_there_or_has_none_there_is_none(chat: Chat, number: str) -> None:
    await chat.told(replace(SAID, picture=None))
    *_, said = await chat.browser.messages()
    assert (said["picture"], said["voice"]) == (None, None)
    for kind in ("pictures", "voice"):
        assert (await chat.browser.get(f"/chat/{kind}/{number}")).status == 404


async def test_the_voice_is_there_where_the_machine_has_one(chat: Chat) -> None:
    number = await chat.told(replace(SAID, aloud=True))
    assert (await chat.browser.messages())[-1]["voice"] is None
    assert (await chat.browser.get(f"/chat/voice/{number}")).status == 404
    with_voice(chat.house)
    assert (await chat.browser.messages())[-1]["voice"] == f"/chat/voice/{number}"
    response = await chat.browser.client.get(f"/chat/voice/{number}")
    assert (response.content_type, await response.read()) == ("audio/ogg", OGG)


async def test_a_picture_that_cannot_be_drawn_leaves_the_text(chat: Chat) -> None:
    far_too_long = replace(CARD, blocks=(Block("do", (verbatim("lang " * MOST_HEIGHT),)),))
    number = await chat.told(replace(SAID, picture=far_too_long))
    *_, said = await chat.browser.messages()
    assert (said["picture"], said["text"]) == (None, SAID.text)
    assert (await chat.browser.get(f"/chat/pictures/{number}")).status == 404


@pytest.mark.parametrize(
    ("asked", "status", "told", "data"),
    [
        ("bytes=0-1", 206, f"bytes 0-1/{len(OGG)}", OGG[:2]),
        ("bytes=4-", 206, f"bytes 4-{len(OGG) - 1}/{len(OGG)}", OGG[4:]),
        ("bytes=-3", 206, f"bytes {len(OGG) - 3}-{len(OGG) - 1}/{len(OGG)}", OGG[-3:]),
        ("bytes=5-9999", 206, f"bytes 5-{len(OGG) - 1}/{len(OGG)}", OGG[5:]),
        ("bytes=9999-", 416, f"bytes */{len(OGG)}", b""),
        ("lines=1-2", 200, None, OGG),
    ],
)
async def test_an_app_may_ask_for_a_part_of_the_sound(
    chat: Chat, asked: str, status: int, told: str | None, data: bytes
) -> None:
    with_voice(chat.house)
    number = await chat.told(replace(SAID, aloud=True))
    response = await chat.browser.client.get(f"/chat/voice/{number}", headers={"Range": asked})
    assert (response.status, response.headers.get("Content-Range"), await response.read()) == (status, told, data)
