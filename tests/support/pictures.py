"""Pictures and voices in tests: drawn as they go out and looked at letter by letter; a message that has both."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

import bot
from bot import talk
from bot.clock import to_ms
from bot.content import Content, SentButton
from bot.house import House
from bot.pictures import drawn
from bot.pictures.written import Written
from bot.talk import Talk
from bot.voice import Voice
from flows.grammar import Block, Picture
from flows.text import verbatim
from storage import conversations

CARD = Picture(
    "card",
    verbatim("Een schuldeiser belt"),
    (
        Block("do", (verbatim("Vraag alles op papier."),)),
        Block("dont", (verbatim("Beloof niets."),)),
        Block("say", (verbatim("Stuur het mij op papier."),)),
        Block("from", (verbatim("Noor"), verbatim("06 12 34 56 78"))),
    ),
    verbatim("Kaart: een schuldeiser belt"),
)
WORDS = "Een schuldeiser belt. Vraag alles op papier."
ASK = SentButton("!menu", "🏠", "Menu", verbatim("Menu"))
SAID = Content(WORDS, "nl", texts=(verbatim(WORDS),), buttons=(ASK,), picture=CARD)
OGG = b"OggS made up"


@dataclass(frozen=True, slots=True)
class MadeUpVoice(Voice):
    """A voice that says the same whatever it is given."""

    async def speak(self, text: str, language: str) -> bytes:
        """What it always says."""
        assert text
        return OGG


def with_voice(house: House, language: str = "nl") -> None:
    """This machine can read aloud in one language."""
    house.voice = MadeUpVoice("espeak-ng", "ffmpeg")
    house.gemeente = replace(house.gemeente, voices=frozenset({language}))


@asynccontextmanager
async def talking(house: House, conversation_id: int) -> AsyncIterator[Talk]:
    """A conversation in which something is said, committed at the end."""
    async with house.db.begin() as conn:
        (row,) = await conversations.lock(conn, [conversation_id])
        await house.vault.prepare({row.key_id})
        said = Talk(house, row, to_ms(house.clock.now()))
        yield said
        await talk.write(conn, said.staged, [said])


# ---- drawn -----------------------------------------------------------------------------------------------------------

FONTS = Path(bot.__file__).parent / "fonts"
#: Tell how what is around them is shaped or ordered, and are not to be seen; a line ends at the last.
UNSEEN = frozenset("\u200c\u200d\u2068\u2069\n")


@lru_cache
def letters(weight: str) -> frozenset[str]:
    """All that a font of ours has a shape for."""
    with TTFont(FONTS / f"noto-sans-{weight}.ttf") as font:
        return frozenset(chr(one) for one in font.getBestCmap())


def lacking(words: str) -> set[str]:
    """What of ``words`` would be an empty box, in the regular letters or the bold ones."""
    return {
        one
        for one in unicodedata.normalize("NFC", words)
        if one not in UNSEEN and not (one in letters("regular") and one in letters("bold"))
    }


@lru_cache(maxsize=512)
def checked(written: Written) -> bytes:
    """The picture, of which every letter can be drawn; the same words are drawn once."""
    for words in (written.title, *(line.words for part in written.parts for line in part.lines)):
        assert not lacking(words), f"{written.language}: no letters for {lacking(words)} in {words!r}"
    for part in written.parts:
        assert not lacking(part.heading)
    return drawn(written)
