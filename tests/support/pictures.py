"""Pictures in tests: drawn as they go out, and looked at letter by letter."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

import bot
from bot.pictures import drawn
from bot.pictures.written import Written

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
