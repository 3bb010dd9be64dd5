"""An hour of the day, as people type it: "na 17:00", "between 9 and 11", "الساعة ٣"."""

from __future__ import annotations

import re
from functools import cache

from flows.understanding.loading import tables
from flows.understanding.normalising import key, normalise
from flows.understanding.tongues import denies

_WITH_MINUTES = re.compile(r"(?<!\d)([01]?\d|2[0-4])[:.h]([0-5]\d)(?!\d)")
_PIECE = re.compile(r"[^\W\d_]+|\d+|[-–]")
#: Who types three o'clock and no more means the afternoon.
FIRST_IN_MORNING = 7


def parts_of_day(text: str) -> tuple[str, ...]:
    """``morning``, ``afternoon`` and ``evening`` as far as ``text`` names hours of them; empty when it names none, or
    when someone cannot or works then. A number is an hour only with minutes, with a word for it, or in a range."""
    plain = _WITH_MINUTES.sub(lambda found: f" {found[1]} uur ", normalise(text))
    pieces = [piece if piece.isdigit() else key(piece) for piece in _PIECE.findall(plain)]
    if set(pieces) & _words("busy") or denies(pieces):
        return ()
    found: list[str] = []
    ranged = False
    for place, piece in enumerate(pieces):
        if not piece.isdigit() or int(piece) > 24:
            continue
        before = pieces[place - 1] if place else ""
        after = pieces[place + 1] if place + 1 < len(pieces) else ""
        ranged = ranged or before in _words("before_hour")
        if not (ranged or after in _words("after_hour") or {before, after} & {"-", "–"}):
            continue
        hour = int(piece)
        late, early = (bool(set(pieces) & _words(kind)) for kind in ("late", "early"))
        if hour < 12 and (late or (hour < FIRST_IN_MORNING and not early)):
            hour += 12
        found.append(part_at(hour - 1 if before in _words("until") else hour))
    return tuple(part for part in ("morning", "afternoon", "evening") if part in found)


def part_at(hour: int) -> str:
    """The part of the day in which an hour lies."""
    return "morning" if hour < 12 else "afternoon" if hour < 17 else "evening"


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(word for table in tables() for word in table.clock.get(kind, ()))
