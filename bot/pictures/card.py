"""A card: what to do and what not, the sentence to say aloud, whom to call, and from whom it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.pictures.colours import (
    BRAND,
    GREEN,
    INK,
    PAPER,
    RED,
    SOFT,
    SOFT_GREEN,
    SOFT_RED,
)
from bot.pictures.letters import Colour, Style
from bot.pictures.sheet import EDGE, WIDTH, Box, Sheet, titled
from bot.pictures.written import Part, Written

_HEADING = Style(34, "bold")
_BODY = Style(38)
_STRONG = Style(42, "bold")

_INSIDE, _GAP = 24, 18
_MARK, _BESIDE = 48, 62  # of a mark: its size, and how far the words beside it are moved


@dataclass(frozen=True, slots=True)
class _Look:
    strong: Colour
    soft: Colour


_LOOKS: Mapping[str, _Look] = {
    "do": _Look(GREEN, SOFT_GREEN),
    "dont": _Look(RED, SOFT_RED),
    "say": _Look(BRAND, PAPER),
    "call": _Look(BRAND, SOFT),
    "from": _Look(BRAND, PAPER),
}


def card(written: Written) -> Sheet:
    """The card, laid out. Raises ``TooLong``."""
    sheet = titled(written.title, written.language)
    for part in written.parts:
        sheet.y += _GAP
        _part(sheet, part, _LOOKS[part.role])
    sheet.y += EDGE
    return sheet


def _part(sheet: Sheet, part: Part, look: _Look) -> None:
    top, place = sheet.y, sheet.reserve()
    sheet.y += _INSIDE - 6
    if part.role in ("do", "dont"):
        _marked(sheet, part, look)
    else:
        _told(sheet, part, look)
    sheet.y += _INSIDE - 6
    sheet.fill(place, Box(EDGE, WIDTH - EDGE, top, sheet.y), look.soft)


def _marked(sheet: Sheet, part: Part, look: _Look) -> None:
    """A heading, and a mark before each line."""
    left, right = EDGE + _INSIDE, WIDTH - EDGE - _INSIDE
    sheet.words(part.heading, left, right, _HEADING, look.strong)
    for line in part.lines:
        sheet.y += 10
        middle = sheet.y + _BODY.height(line.language) // 2
        sheet.mark(part.role, left + _MARK // 2, middle, _MARK, look.strong, PAPER)
        sheet.words(line.words, left + _BESIDE, right, _BODY, INK, language=line.language)


def _told(sheet: Sheet, part: Part, look: _Look) -> None:
    """One mark, beside the heading where there is one, else beside the first line."""
    left, right = EDGE + _INSIDE, WIDTH - EDGE - _INSIDE
    beside = left + _BESIDE
    style = _HEADING if part.heading else _STRONG
    sheet.mark(part.role, left + _MARK // 2, sheet.y + style.height(sheet.language) // 2, _MARK, look.strong, PAPER)
    if part.heading:
        sheet.words(part.heading, beside, right, _HEADING, look.strong)
    for number, line in enumerate(part.lines):
        sheet.y += 10 if number or part.heading else 0
        # What is to be said in Dutch stands out from what it means; of a business card all does: it is to be copied.
        stands_out = part.role == "from" or (part.role == "say" and line.language == "nl")
        sheet.words(line.words, beside, right, _STRONG if stands_out else _BODY, INK, language=line.language)
