"""The year of someone with whom we keep in touch, as SVG: how they were, whether they made ends meet, what changed, and
where it was silent or paused. For the talk, not for judging: no totals, no averages.

A year is two pictures of half a year, which stand beside each other where there is room: each is as wide as a small
telephone, and is read there as it is. Each says in words what it shows; the same stands in a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from bot.clock import Calendar, from_ms
from bot.contact.reading import Answers, Kept, KeptCheckIn
from bot.desk.touch_words import BALANCES, FACES, REASONS, answered, changes, state
from flows.aftercare import FACES as WORST_FIRST
from locales.formatting import say_date

#: In units of the picture.
WIDTH, LEFT, RIGHT = 320, 48, 312
#: Where rows stand, from the top: months, faces from the best down, balance from the best down, changes, silence.
MONTHS, _FACES, _LANE, _BALANCE, _STEP, CHANGED, SILENT, HEIGHT = 14, 40, 24, 168, 20, 234, 262, 276
HALF_YEAR = 6

#: The rows and what stands beside them.
MOODS = tuple((_FACES + _LANE * place, code) for place, code in enumerate(reversed(WORST_FIRST)))
MONEY = tuple((_BALANCE + _STEP * place, code) for place, code in enumerate(BALANCES))
_MOOD_AT = {code: y for y, code in MOODS}
_MONEY_AT = {code: y for y, code in MONEY}
#: A face at nought: its mouth, from the best to the worst.
MOUTHS = {
    "great": "M-4 1Q0 7 4 1z",
    "good": "M-4 1.5Q0 5.5 4 1.5",
    "so_so": "M-4 3H4",
    "bad": "M-4 4.5Q0 .5 4 4.5",
    "awful": "M-4.5 5.5Q0-2 4.5 5.5",
}


class Point(NamedTuple):
    """A face, or whether they made ends meet, at ``x`` and ``y``; ``code`` says which."""

    x: float
    y: int
    code: str


class Change(NamedTuple):
    """Something changed in their life: its number in the list below the picture, when, and what, in words."""

    x: float
    number: int
    on: date
    what: str


class Band(NamedTuple):
    """A time in which we kept out of touch: from ``x``, so wide."""

    x: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Half a year. ``lines`` join faces between which nothing was silent, as ``x1, y1, x2, y2``; ``says`` is all of it
    in words; ``months`` are where each one begins, and its name."""

    first: date
    last: date
    months: tuple[tuple[float, str], ...]
    lines: tuple[tuple[float, int, float, int], ...]
    faces: tuple[Point, ...]
    money: tuple[Point, ...]
    changed: tuple[Change, ...]
    silent: tuple[float, ...]
    paused: tuple[Band, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """A contact in the table that says the same."""

    on: date
    state: str
    mood: tuple[str, str] | None
    balance: str
    changes: str


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months. ``earlier`` and ``later``: a day in the last month of the year before and after it; None: there is
    nothing (yet)."""

    first: date
    last: date
    pictures: tuple[Picture, ...]
    lines: tuple[Line, ...]
    earlier: date | None
    later: date | None


def year(kept: Kept, calendar: Calendar, today: date, end: date | None = None) -> Year | None:
    """The twelve months that end with the month of ``end``, or with this one; None: nothing took place yet."""
    took = [one for one in kept.check_ins if one.state not in ("planned", "asked") or _answered(one)]
    if not took:
        return None
    last = min(end or today, today).replace(day=1)
    first = _months(last, -11)
    halves = [first, _months(first, HALF_YEAR)]
    shown = [one for one in took if first <= _on(one, calendar) < _months(last, 1)]
    pictures, counted = [], 0
    for begins in halves:
        one = _picture(kept, shown, calendar, begins, today, counted)
        counted += len(one.changed)
        if one.faces or one.money or one.changed or one.silent or one.paused or begins is halves[-1]:
            pictures.append(one)
    oldest = min(_on(one, calendar) for one in took)
    return Year(
        first,
        _months(last, 1) - timedelta(days=1),
        tuple(pictures),
        tuple(_line(one, calendar) for one in sorted(shown, key=lambda one: (_on(one, calendar), one.id))),
        first - timedelta(days=1) if oldest < first else None,
        _months(last, 12) if last < today.replace(day=1) else None,
    )


def _picture(
    kept: Kept, took: Sequence[KeptCheckIn], calendar: Calendar, begins: date, today: date, counted: int
) -> Picture:
    ends = _months(begins, HALF_YEAR)
    mine = sorted((one for one in took if begins <= _on(one, calendar) < ends), key=lambda one: _on(one, calendar))

    def x_of(day: date) -> float:
        share = (day - begins).days / (ends - begins).days
        return round(LEFT + share * (RIGHT - LEFT), 1)

    faces: list[Point] = []
    money: list[Point] = []
    changed: list[Change] = []
    silent: list[float] = []
    lines: list[tuple[float, int, float, int]] = []
    before: Point | None = None
    told = []
    for one in mine:
        on, said = _on(one, calendar), one.answers or Answers()
        x = x_of(on)
        if one.state == "silent":
            silent.append(x)
            before = None
        if said.mood in _MOOD_AT:
            point = Point(x, _MOOD_AT[said.mood], said.mood)
            if before is not None:
                lines.append((before.x, before.y, point.x, point.y))
            faces.append(point)
            before = point
        if said.balance in _MONEY_AT:
            money.append(Point(x, _MONEY_AT[said.balance], said.balance))
        if said.changes and said.changes != ("none",):
            changed.append(Change(x, counted + len(changed) + 1, on, changes(said)))
        if one.state != "dropped":
            told.append(_told(one, on))
    paused = tuple(_paused(kept, calendar, begins, min(ends, today + timedelta(days=1)), x_of))
    told += [band.words for band in paused]
    return Picture(
        begins,
        ends - timedelta(days=1),
        tuple((x_of(month), _SHORT[month.month - 1]) for month in (_months(begins, n) for n in range(HALF_YEAR))),
        tuple(lines),
        tuple(faces),
        tuple(money),
        tuple(changed),
        tuple(silent),
        paused,
        f"Van {month(begins)} tot en met {month(ends - timedelta(days=1))}. "
        + ("; ".join(told) + "." if told else "Geen contact."),
    )


def _paused(kept: Kept, calendar: Calendar, begins: date, ends: date, x_of: Callable[[date], float]) -> Iterator[Band]:
    """Times without contact, as far as they fall in the picture: from a contact that a pause took away to the next one
    that came, or to the end of what is paused now."""
    every = sorted(kept.check_ins, key=lambda one: (_on(one, calendar), one.id))
    for place, one in enumerate(every):
        if one.state != "dropped" or one.reason not in ("paused", "paused_by_person", "opted_out"):
            continue
        again = next((_on(later, calendar) for later in every[place + 1 :] if later.id > one.id), None)
        since, until = _on(one, calendar), again or ends
        start, stop = max(since, begins), min(until, ends)
        if start < stop:
            words = f"van {say_date(since, 'nl')} {'tot ' + say_date(again, 'nl') if again else 'tot nu'} pauze"
            yield Band(x_of(start), round(x_of(stop) - x_of(start), 1), f"{words}, {REASONS[one.reason or '']}")


def _line(one: KeptCheckIn, calendar: Calendar) -> Line:
    said = one.answers or Answers()
    return Line(
        _on(one, calendar),
        state(one),
        FACES.get(said.mood or ""),
        BALANCES.get(said.balance or "", ""),
        changes(said) if said.changes else "",
    )


def _told(one: KeptCheckIn, on: date) -> str:
    said = ", ".join(f"{name.lower()}: {words}" for name, _, words in answered(one.answers))
    return f"{say_date(on, 'nl')} {said or state(one)}"


def _answered(one: KeptCheckIn) -> bool:
    return one.answers is not None and bool(one.answers.given)


def _on(one: KeptCheckIn, calendar: Calendar) -> date:
    """The day that it is about: that of an answer where there is one, else when it was asked or was to come."""
    if one.state in ("answered", "held", "dropped") and one.done_at is not None:
        return calendar.day_of(from_ms(one.done_at))
    return calendar.day_of(from_ms(one.asked_at or one.due_at))


def _months(day: date, count: int) -> date:
    """The first day of the month so many months on."""
    whole = day.year * 12 + day.month - 1 + count
    return date(whole // 12, whole % 12 + 1, 1)


def month(day: date) -> str:
    """``november 2026``."""
    return f"{say_date(day, 'nl').split(' ')[2]} {day.year}"


_SHORT = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
