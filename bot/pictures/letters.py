"""Words on a picture: which letters there are, how wide words are, where a line ends, and in which order it is read.

Each line is shaped by itself (Pillow with raqm). What sets off foreign words in a right-to-left text
(``locales.formatting``) stays whole on each line.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import ImageDraw, ImageFont

from locales.formatting import CLOSE, OPEN, Direction, direction

FONTS = Path(__file__).parents[1] / "fonts"

Weight = Literal["regular", "bold"]
Colour = tuple[int, int, int]

#: A telephone number stays on one line.
_NUMBER = re.compile(r"\+?[0-9(][0-9() \-]{4,}[0-9]")
#: Where a line may end: after spaces, and after a hyphen or slash between letters.
_BREAK = re.compile(r"(?<=[^\W\d_][-/])(?=[^\W\d_])|(?<=\s)(?=\S)")
_NO_BREAK, _HYPHEN = "\u00a0", "-"
#: Are not drawn themselves: they tell how their neighbours are shaped or ordered.
_UNSEEN = frozenset("\u200c\u200d\u200e\u200f\u061c" + OPEN + CLOSE)


@dataclass(frozen=True, slots=True)
class Style:
    """Letters of one kind; ``size`` in pixels."""

    size: int
    weight: Weight = "regular"

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        """The font, opened once for each thread-safe use."""
        return _font(self.weight, self.size)

    def width(self, words: str, language: str) -> float:
        """How wide ``words`` are on one line, in pixels."""
        return self.font.getlength(words, direction=direction(language), language=language)

    def height(self, language: str) -> int:
        """From one line to the next, in pixels: Arabic letters reach higher and lower."""
        return round(self.size * (1.6 if direction(language) == "rtl" else 1.34))


@lru_cache(maxsize=16)
def _font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"noto-sans-{weight}.ttf", size, layout_engine=ImageFont.Layout.RAQM)


def drawable(words: str, style: Style) -> str:
    """``words`` without what the font does not have: a symbol that a name holds is left out rather than shown as an
    empty box."""
    whole = unicodedata.normalize("NFC", words)
    kept = "".join(one for one in whole if one in _UNSEEN or one == "\n" or has_glyph(one, style.weight))
    return re.sub(r" {2,}", " ", kept).strip()


@lru_cache(maxsize=4096)
def has_glyph(character: str, weight: Weight) -> bool:
    """Whether the font has this one character, and not the box that stands for whatever it lacks."""
    return _shape(character, weight) != _shape("\uffff", weight)


def _shape(character: str, weight: Weight) -> tuple[tuple[int, int], bytes]:
    font = ImageFont.truetype(FONTS / f"noto-sans-{weight}.ttf", 24, layout_engine=ImageFont.Layout.BASIC)
    mask = font.getmask(character)
    return mask.size, bytes(mask)


def lines(words: str, language: str, style: Style, width: int) -> list[str]:
    """``words`` in lines of at most ``width`` pixels, between words where that can be."""
    found: list[str] = []
    for paragraph in words.split("\n"):
        whole = _NUMBER.sub(lambda number: number[0].replace(" ", _NO_BREAK), paragraph)
        found += _wrapped(_BREAK.split(whole), language, style, width)
    return found


def _wrapped(pieces: list[str], language: str, style: Style, width: int) -> list[str]:
    found: list[str] = []
    line = ""
    for piece in pieces:
        if not line or style.width(_closed(line + piece.rstrip()), language) <= width:
            line += piece
        else:
            line = _end(found, line) + piece
        while style.width(_closed(line.rstrip()), language) > width:
            head, rest = _cut(line, language, style, width)
            line = _end(found, head) + rest
    _end(found, line)
    return found


def _end(found: list[str], line: str) -> str:
    """Ends a line; gives what opens the next one: what is set off goes on there."""
    if line.strip():
        found.append(_closed(line.rstrip()))
    return OPEN * _open(line)


def _open(line: str) -> int:
    return max(0, line.count(OPEN) - line.count(CLOSE))


def _closed(line: str) -> str:
    return line + CLOSE * _open(line)


def _cut(line: str, language: str, style: Style, width: int) -> tuple[str, str]:
    """A word that is wider than a line in two; a hyphen shows it where letters go on. No letter loses its accents."""
    for end in range(len(line) - 1, 1, -1):
        if unicodedata.combining(line[end]):
            continue
        goes_on = line[end - 1].isalpha() and line[end].isalpha() and direction(language) == "ltr"
        head = line[:end] + (_HYPHEN if goes_on else "")
        if style.width(_closed(head), language) <= width:
            return head, line[end:]
    return line[:1], line[1:]


def put(
    draw: ImageDraw.ImageDraw, left: int, top: int, width: int, words: str, language: str, style: Style, colour: Colour
) -> None:
    """One line at the side where its language begins to be read."""
    way: Direction = direction(language)
    x = left + width - style.width(words, language) if way == "rtl" else left
    ascent, descent = style.font.getmetrics()
    baseline = top + (style.height(language) + ascent - descent) // 2
    draw.text((x, baseline), words, colour, style.font, anchor="ls", direction=way, language=language)
