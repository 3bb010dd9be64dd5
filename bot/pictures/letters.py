"""Words on a picture: which letters there are, how wide words are, where a line ends, and in which order it is read.

Each line is shaped by itself (Pillow with raqm). What sets off foreign words in a right-to-left text
(``locales.formatting``) stays whole on each line.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
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
_BREAK = re.compile(r"(?<=[^\W\d_][-/])(?=[^\W\d_])|(?<=[^\S\u00a0])(?=\S)")
#: Foreign words among letters of another script: a name, a term of a letter. A sentence may go over lines.
_SET_OFF = re.compile(rf"{OPEN}[^{OPEN}{CLOSE}]{{1,28}}{CLOSE}")
#: Four words in one sign, wider than a line; no program draws the bold one.
_SENTENCE, _ITS_WORDS = "\ufdfd", "بسم الله الرحمن الرحيم"
_NO_BREAK, _HYPHEN = "\u00a0", "-"
#: Of so many characters no line has more: what is longer need not be measured.
_MOST = 150
#: A line of only these has nothing on it.
_EMPTY = f" {_NO_BREAK}{OPEN}{CLOSE}"
#: Are not drawn themselves: they tell how their neighbours are shaped or ordered.
_UNSEEN = frozenset("\u200c\u200d\u200e\u200f\u061c" + OPEN + CLOSE)


@dataclass(frozen=True, slots=True)
class Style:
    """Letters of one kind; ``size`` in pixels."""

    size: int
    weight: Weight = "regular"

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        """The font, opened once: Pillow lets go of no lock while it draws, so threads may share it."""
        return _font(self.weight, self.size)

    def width(self, words: str, language: str) -> float:
        """How wide ``words`` are on one line, in pixels."""
        return self.font.getlength(words, direction=direction(language), language=language)

    def height(self, language: str) -> int:
        """From one line to the next, in pixels: Arabic letters reach higher and lower."""
        return round(self.size * (1.6 if direction(language) == "rtl" else 1.34))


@lru_cache(maxsize=16)
def _font(weight: Weight, size: int, layout: ImageFont.Layout = ImageFont.Layout.RAQM) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"noto-sans-{weight}.ttf", size, layout_engine=layout)


def drawable(words: str, style: Style) -> str:
    """``words`` without what the font does not have: a symbol that a name holds is left out rather than shown as an
    empty box. So is an accent that stands on no letter, or on one of another script, beside which it would be drawn."""
    kept: list[str] = []
    base = " "
    for one in unicodedata.normalize("NFC", words.replace(_SENTENCE, _ITS_WORDS)):
        is_accent = bool(unicodedata.combining(one))
        if is_accent and not (base.isalpha() and _is_arabic(base) == _is_arabic(one)):
            continue
        if one in _UNSEEN or one == "\n" or has_glyph(one, style.weight):
            kept.append(one)
            base = base if is_accent else one
    return re.sub(r" {2,}", " ", "".join(kept)).strip()


def _is_arabic(letter_or_accent: str) -> bool:
    return unicodedata.name(letter_or_accent, "").startswith("ARABIC")


@lru_cache(maxsize=4096)
def has_glyph(character: str, weight: Weight) -> bool:
    """Whether the font has this one character, and not the box that stands for whatever it lacks."""
    return _shape(character, weight) != _shape("\uffff", weight)


def _shape(character: str, weight: Weight) -> tuple[tuple[int, int], bytes]:
    mask = _font(weight, 24, ImageFont.Layout.BASIC).getmask(character)
    return mask.size, bytes(mask)


def lines(words: str, language: str, style: Style, width: int) -> list[str]:
    """``words`` in lines of at most ``width`` pixels, between words where that can be."""
    found: list[str] = []
    for paragraph in words.split("\n"):
        whole = _NUMBER.sub(_together, _SET_OFF.sub(_together, paragraph))
        found += _wrapped(_pieces(whole, language, style, width), language, style, width)
    return found


def _together(fragment: re.Match[str]) -> str:
    return fragment[0].replace(" ", _NO_BREAK)


def _pieces(words: str, language: str, style: Style, width: int) -> list[str]:
    """What stays on one line; what should, and is wider than a line, is parted all the same."""
    found: list[str] = []
    for piece in _BREAK.split(words):
        is_wide = _NO_BREAK in piece and style.width(piece, language) > width
        found += _BREAK.split(piece.replace(_NO_BREAK, " ")) if is_wide else [piece]
    return found


def _wrapped(pieces: list[str], language: str, style: Style, width: int) -> list[str]:
    found: list[str] = []
    line = ""
    for piece in pieces:
        if style.width(_closed((line + piece).rstrip()), language) <= width or not line.strip(_EMPTY):
            line += piece
        else:
            line = _end(found, line) + piece
        while line.strip(_EMPTY) and (len(line) > _MOST or style.width(_closed(line.rstrip()), language) > width):
            head, rest = _cut(line, language, style, width)
            line = _end(found, head) + rest
    _end(found, line)
    return found


def _end(found: list[str], line: str) -> str:
    """Ends a line; gives what opens the next one: what is set off goes on there."""
    if line.strip(_EMPTY):
        found.append(_closed(line.rstrip()))
    return OPEN * _open(line)


def _open(line: str) -> int:
    return max(0, line.count(OPEN) - line.count(CLOSE))


def _closed(line: str) -> str:
    return line + CLOSE * _open(line)


def _cut(line: str, language: str, style: Style, width: int) -> tuple[str, str]:
    """A word that is wider than a line in two; a hyphen shows it where letters go on. No letter loses its accents."""

    def wide(end: int) -> int:
        return math.ceil(style.width(_closed(line[:end] + _HYPHEN), language))

    fitting = bisect_right(range(1, min(len(line), _MOST)), width, key=wide)
    first = min(len(line) - len(line.lstrip(OPEN)) + 1, len(line) - 1)  # what opens the next line again is no letter
    end = max(fitting, first)
    while end > first and unicodedata.combining(line[end]):
        end -= 1
    goes_on = line[end - 1].isalpha() and line[end].isalpha() and direction(language) == "ltr"
    return line[:end] + (_HYPHEN if goes_on else ""), line[end:]


def put(
    draw: ImageDraw.ImageDraw, left: int, top: int, width: int, words: str, language: str, style: Style, colour: Colour
) -> None:
    """One line at the side where its language begins to be read."""
    way: Direction = direction(language)
    x = round(left + width - style.width(words, language)) if way == "rtl" else left
    ascent, descent = style.font.getmetrics()
    baseline = top + (style.height(language) + ascent - descent) // 2
    draw.text((x, baseline), words, colour, style.font, anchor="ls", direction=way, language=language)
