"""The phases from top to bottom, on one line: what is done, where someone is now, what comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.pictures.colours import BRAND, GREEN, INK, LINE, PAPER, QUIET, RED, SOFT
from bot.pictures.letters import Colour, Style
from bot.pictures.sheet import EDGE, WIDTH, Box, Sheet, titled
from bot.pictures.written import Part, Written

_PHASE = Style(40, "bold")
_WORDS = Style(34)

_INSIDE = 20
_MARK = 60
_RAIL = EDGE + _INSIDE + _MARK // 2  # the line that the marks are on
_LEFT = _RAIL + _MARK // 2 + 24


@dataclass(frozen=True, slots=True)
class _Look:
    mark: Colour
    name: Colour
    words: Style = _WORDS
    told: Colour = QUIET


_LOOKS: Mapping[str, _Look] = {
    "done": _Look(GREEN, INK),
    "now": _Look(BRAND, INK, Style(34, "bold"), BRAND),
    "next": _Look(LINE, QUIET),
    "skipped": _Look(LINE, QUIET),
    "stopped": _Look(RED, INK),
}


def process(written: Written) -> Sheet:
    """The process, laid out. Raises ``TooLong``."""
    sheet = titled(written.title, written.language)
    sheet.y += EDGE
    grounds = [sheet.reserve() for _ in written.parts]
    rail = sheet.reserve()
    middles = [_phase(sheet, part, ground) for part, ground in zip(written.parts, grounds, strict=True)]
    if len(middles) > 1:
        sheet.fill(rail, Box(_RAIL - 3, _RAIL + 3, middles[0], middles[-1]), LINE, radius=0)
    sheet.y += EDGE
    return sheet


def _phase(sheet: Sheet, part: Part, ground: int) -> int:
    """One phase; gives how high its mark is."""
    look, top = _LOOKS[part.role], sheet.y
    sheet.y += _INSIDE
    middle = sheet.y + _PHASE.height(sheet.language) // 2
    sheet.mark(part.role, _RAIL, middle, _MARK, look.mark, PAPER)
    for number, line in enumerate(part.lines):
        style, colour = (look.words, look.told) if number else (_PHASE, look.name)
        sheet.words(line.words, _LEFT, WIDTH - EDGE - _INSIDE, style, colour, language=line.language)
    sheet.y += _INSIDE
    if part.role == "now":
        sheet.fill(ground, Box(EDGE, WIDTH - EDGE, top, sheet.y), SOFT)
    return middle
