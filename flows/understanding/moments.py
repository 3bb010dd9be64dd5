"""A day or an hour, as people type it where one is asked for: "dinsdag", "morgen", "24 nov", "half elf", "3pm"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from functools import cache

from flows.understanding.hours import FIRST_IN_MORNING, parts_of_day
from flows.understanding.loading import tables
from flows.understanding.normalising import PAUSE, normalise, words_of

#: What is longer (in words) tells a story, and names no moment to choose.
LONGEST = 10
DAY = timedelta(days=1)
_NUMERIC = re.compile(r"(?<![\d:.])(\d{1,2})[-/.](\d{1,2})(?:[-/.]\d{2,4})?(?![\d:.])")
_ORDINAL = re.compile(r"(\d{1,2})(?:e|ste|de|st|nd|rd|th)?")
_WITH_MINUTES = re.compile(r"(?<!\d)(\d{1,2})[:.hu](\d{2})(?!\d)")
_GLUED = re.compile(r"(\d{1,2})(am|pm|u|h|uur)")


def day_in(text: str, today: date) -> date | None:
    """The one day that ``text`` names, from ``today`` on; None when it names none, several, or one that does not
    suit."""
    said = _said(text)
    if not said or set(said) & _negations():
        return None
    for name, days in (("today", 0), ("day_after", 2), ("tomorrow", 1)):
        if set(said) & _words(name):
            return today + days * DAY
    named = {day for day, words in enumerate(_weekdays()) if words & set(said)}
    dated = _dated(text, said, today)
    if dated is not None or len(named) != 1:
        return dated
    first = today + DAY
    if set(said) & _words("week"):
        first = today + (7 - today.weekday()) * DAY
    return first + (named.pop() - first.weekday()) % 7 * DAY


def hour_in(text: str) -> time | None:
    """The hour that ``text`` names; before seven it is one of the afternoon unless it says otherwise."""
    said = _said(text)
    if not said or set(said) & _negations():
        return None
    exact = _WITH_MINUTES.search(normalise(text))
    if exact is not None:
        return _clock(int(exact[1]), int(exact[2]), said)
    hours = [number for number in map(_number, said) if number is not None]
    around = _clock_words("before_hour") | _clock_words("after_hour") | _words("half_to") | _words("half_past")
    alone = len(said) == 1
    if len(hours) != 1 or not (alone or set(said) & (around | _words("quarter"))):
        return None
    hour = hours[0]
    half = set(said) & _words("half_to")
    if set(said) & _words("half_past") or (half and set(said) & _words("past")):
        return _clock(hour, 30, said)
    if half:  # "half elf" is half past ten
        return _clock(hour, -30, said)
    if set(said) & _words("quarter"):
        return _clock(hour, -15 if set(said) & _words("before") else 15, said)
    return _clock(hour, 0, said)


def part_in(text: str) -> str | None:
    """``morning``, ``afternoon`` or ``evening``: the one part of the day that ``text`` asks for."""
    said = _said(text)
    if not said or set(said) & _negations():
        return None
    named = [part for part in ("morning", "afternoon", "evening") if set(said) & _words(part)]
    named = named or list(parts_of_day(text))
    return named[0] if len(named) == 1 else None


def _clock(hour: int, minutes: int, said: list[str]) -> time | None:
    late, early = (bool(set(said) & _clock_words(kind)) for kind in ("late", "early"))
    if hour < 12 and (late or (hour < FIRST_IN_MORNING and not early)):
        hour += 12
    whole = hour * 60 + minutes
    return time(whole // 60, whole % 60) if 0 <= whole < 24 * 60 else None


def _dated(text: str, said: list[str], today: date) -> date | None:
    numeric = _NUMERIC.search(normalise(text))
    if numeric is not None:
        return _next(int(numeric[1]), int(numeric[2]), today)
    days = [int(found[1]) for found in map(_ORDINAL.fullmatch, said) if found]
    months = [number for number, words in enumerate(_months(), 1) if words & set(said)]
    if len(days) != 1 or len(months) > 1 or (not months and len(said) > 2):
        return None
    if months:
        return _next(days[0], months[0], today)
    plain = any(word.isdecimal() for word in said)
    if plain and len(said) > 1:  # "10 uur" is no day
        return None
    return next((day for day in _days_from(today) if day.day == days[0]), None)


def _next(day: int, month: int, today: date) -> date | None:
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _days_from(today: date) -> Iterator[date]:
    return (today + number * DAY for number in range(62))


def _said(text: str) -> list[str]:
    """The words of a short answer, an hour apart from what is glued to it; empty when it is a story."""
    words = [word for word in words_of(text[:200]) if word != PAUSE]
    apart = [part for word in words for part in _apart(word)]
    return apart if len(apart) <= LONGEST else []


def _apart(word: str) -> tuple[str, ...]:
    glued = _GLUED.fullmatch(word)
    return (glued[1], glued[2]) if glued else (word,)


def _number(word: str) -> int | None:
    if word.isdecimal():
        return int(word) if int(word) <= 24 else None
    for number, same in enumerate(_cardinals(), 1):
        if word in same:
            return number
    return None


@cache
def _negations() -> frozenset[str]:
    return frozenset(word for table in tables() for word in table.negation)


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(word for table in tables() for word in table.moment.get(kind, ()))


@cache
def _clock_words(kind: str) -> frozenset[str]:
    return frozenset(word for table in tables() for word in table.clock.get(kind, ()))


@cache
def _weekdays() -> tuple[frozenset[str], ...]:
    return _same(table.weekdays for table in tables() if table.weekdays)


@cache
def _months() -> tuple[frozenset[str], ...]:
    return _same(table.months for table in tables() if table.months)


@cache
def _cardinals() -> tuple[frozenset[str], ...]:
    listed = _same(table.cardinals for table in tables() if table.cardinals)
    return (*listed, _words("eleven"), _words("twelve"))


def _same(lists: Iterable[tuple[frozenset[str], ...]]) -> tuple[frozenset[str], ...]:
    """What languages call the same thing, place by place."""
    return tuple(frozenset[str]().union(*same) for same in zip(*lists, strict=True))
