"""Pictures and voice notes over every channel of others, to platforms as strict as the real ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.grammar import Block, Picture
from flows.text import verbatim
from tests.support.channels import Line
from tests.support.pictures import CARD, SAID, WORDS, with_voice

SQLITE = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
OUT = pytest.mark.parametrize("line", ["telegram-webhook", "whatsapp"], indirect=True)


@SQLITE
@OUT
async def test_every_channel_takes_them(line: Line) -> None:
    with_voice(line.house)
    one = await line.person()
    await one.tell(replace(SAID, aloud=True))
    await line.send_all()
    picture, words, voice = one.hears()
    assert [picture["kind"], words["text"], voice["kind"]] == ["photo", WORDS, "voice"]
    assert picture["file"]["type"] == "image/png"
    assert (picture["text"], voice["text"]) == ("", "")
    assert await line.waiting() == []


@SQLITE
@OUT
async def test_the_longest_card_that_is_drawn_is_still_a_photo(line: Line) -> None:
    many = Picture("card", CARD.title, (Block("do", (verbatim("woord " * 200),) * 2),), CARD.alt)
    one = await line.person()
    await one.tell(replace(SAID, picture=many))
    await line.send_all()
    assert [part["kind"] for part in one.hears()] == ["photo", "buttons"]
