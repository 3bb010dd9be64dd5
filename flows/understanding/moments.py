"""A day or an hour, as people type it where one is asked for: "dinsdag", "morgen", "24 nov", "half elf", "3pm"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from functools import cache, lru_cache
from itertools import pairwise, zip_longest

from flows.understanding.hours import FIRST_IN_MORNING, part_at, parts_of_day
from flows.understanding.loading import numbers_of, tables
from flows.understanding.normalising import PAUSE, key, normalise, words_of
from flows.understanding.tongues import denies, is_foreign, joined

#: What is longer (in words) tells a story, and names no moment to choose.
LONGEST = 10
#: A day of the week in so many letters or fewer is an ordinary word elsewhere.
SHORT = 3
#: Nobody asks for a moment that is further away.
MOST_WEEKS = 8
DAY = timedelta(days=1)
_LONGEST_MONTH = 31
_NUMERIC = re.compile(r"(?<![\d:.-])(\d{1,2})([-/.])(\d{1,2})(?:[-/.](\d{4}|\d{2}))?(?![\d:.-])")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_YEAR = re.compile(r"20\d\d")
_ORDINAL = re.compile(r"(\d{1,2})(e)?")
_ENDING = re.compile(r"(\d{1,2})(\D*)")
_WORD = re.compile(r"[^\W\d_]+")
_UNIT = re.compile(r"\s*(?:uur|u|h|am|pm)\b")
_WITH_MINUTES = re.compile(r"(?<!\d)(\d{1,2})[:.hu](\d{2})(?!\d)")
_GLUED = re.compile(r"(\d{1,2})(am|pm|u|h|ur)")


def day_in(text: str, today: date) -> date | None:
    """The one day that ``text`` names, from ``today`` on; None when it names none, several, or one that does not
    suit."""
    said = _said(text)
    if not said or denies(said):
        return None
    for name, days in (("today", 0), ("day_after", 2), ("tomorrow", 2 if _skips_a_day(said) else 1)):
        if set(said) & _words(name):
            return today + days * DAY
    certain = {word for place, word in enumerate(said) if _is_day(place, said, text)}
    named = {day for day, words in enumerate(_weekdays()) if words & certain}
    dated = _dated(text, said, today)
    if dated is not None or len(named) != 1 or _date_of(text) is not None:
        return dated
    first = today + DAY
    week = days_from_in(text, today)
    if week is not None:
        first = max(first, week - week.weekday() * DAY)
    return first + (named.pop() - first.weekday()) % 7 * DAY


def names_date(text: str) -> bool:
    """Whether ``text`` names a day by its date, also one that is over, or that there never is ("30 februari"): an hour
    in it is one of that day and of no other."""
    return bool(_said(text)) and _date_of(text) is not None


def year_day_in(text: str, today: date) -> tuple[int, int] | None:
    """Day and month of what comes every year: of a date, whatever its year, of a day near ``today``, or the first of
    the month that is named. None when there is none; a month may be shorter than the day (1 to 31) is far."""
    said = _said(text)
    if not said or denies(said):
        return None
    written = _date_of(text)
    if written is None:
        day = day_in(text, today)
        months = [number for number, words in enumerate(_months(), 1) if words & set(said)]
        written = (day.day, day.month, None) if day else (1, months[0], None) if len(months) == 1 else None
    if written is None or not (1 <= written[0] <= _LONGEST_MONTH and 1 <= written[1] <= len(_months())):
        return None
    return written[0], written[1]


def days_from_in(text: str, today: date) -> date | None:
    """From which day on the week lies that ``text`` names: "volgende week", "over twee weken", "na het weekend"; today
    for this week. None when it names none."""
    said = _said(text)
    if not said or denies(said) or not set(said) & (_words("week") | _words("weekend") | _words("weeks")):
        return None
    monday = today + (7 - today.weekday()) * DAY
    if set(said) & _words("weekend"):
        return monday if set(said) & _clock_words("before_hour") else monday - 2 * DAY
    if set(said) & _words("this"):
        return today
    counted = [_number(before) or 0 for before, word in pairwise(said) if word in _words("week")]
    count = 2 if set(said) & _words("weeks") else counted[0] if len(counted) == 1 else 0
    return today + 7 * count * DAY if 1 <= count <= MOST_WEEKS else monday


def hour_in(text: str) -> time | None:
    """The hour that ``text`` names; before seven it is one of the afternoon unless it says otherwise. "Na drie uur" is
    no hour but many."""
    plain = _without_numeric(text)
    whole = _said(plain)
    said = _without_date(whole)
    if not said or denies(whole) or _ranges(whole):
        return None
    exact = _WITH_MINUTES.search(plain)
    if exact is not None:
        return _clock(int(exact[1]), int(exact[2]), said)
    place = _hour_of(said)
    if place is None:
        return None
    near = set(said)
    around = _clock_words("before_hour") | _clock_words("after_hour") | _words("half_to") | _words("half_past")
    thirty = bool(_words("thirty") & set(said[place + 1 :])) and not any(month & near for month in _months())
    if not (len(said) == 1 or _beside_day(said) or thirty or near & (around | _words("quarter"))):
        return None
    minutes = _half(said, place) or (30 if thirty else _quarters(near))
    return _clock(_number(said[place]) or 0, minutes, said)


def part_in(text: str) -> str | None:
    """``morning``, ``afternoon`` or ``evening``: the one part of the day that ``text`` asks for."""
    said = _said(text)
    if not said or denies(said):
        return None
    named = [part for part in ("morning", "afternoon", "evening") if set(said) & _words(part)]
    if named:
        return named[0] if len(named) == 1 else None
    hour = hour_in(text)
    return next(iter(parts_of_day(text)), None) if hour is None else part_at(hour.hour)


def _beside_day(said: list[str]) -> bool:
    """Whether a number stands beside today or tomorrow and nothing else ("morgen 10"): beside a day of the week it may
    be that of a date."""
    near = _words("today") | _words("tomorrow") | _words("day_after")
    plain = near | _words("skip_day") | _small_words()
    return bool(near & set(said)) and all(word in plain or _number(word) is not None for word in said)


def _skips_a_day(said: list[str]) -> bool:
    """*The day after tomorrow*: in some languages that is not one word."""
    return any(before in _words("skip_day") and word in _words("tomorrow") for before, word in pairwise(said))


def _is_day(place: int, said: list[str], text: str) -> bool:
    """Whether a word is the day of its letters: "zo" is Sunday, "zo snel mogelijk" is not, nor "saat" (an hour) the day
    "sat"; behind the word for an hour it is a number."""
    word = said[place]
    if place and said[place - 1] in _clock_words("before_hour") and _number(word) is not None:
        return False
    if len(word) > SHORT:
        return True
    if word not in _WORD.findall(normalise(text[:200])) or is_foreign(word, said):
        return False
    plain = _small_words() | _either() | _words("week") | _clock_words("before_hour") | _clock_words("after_hour")
    parts = _words("morning") | _words("afternoon") | _words("evening") | _words("half_to") | _words("quarter")
    beside = plain.union(parts, *_weekdays(), *_months())
    if all(one in beside or one[0].isdecimal() or _number(one) is not None for one in said):
        return True
    return len(said) <= SHORT and word not in _small_words()


def _ranges(said: list[str]) -> bool:
    """Whether an hour is where a time begins or ends: after three, until noon. "Kwart voor elf" is one hour."""
    if set(said) & _words("quarter"):
        return False
    small = _small_words()
    for place, word in enumerate(said[:-1]):
        if word not in _words("range"):
            continue
        after = next((one for one in said[place + 1 :] if one not in small), "")
        if after[:1].isdecimal() or _number(after) is not None or after in _clock_words("before_hour"):
            return True
    return False


def _hour_of(said: list[str]) -> int | None:
    """The place of the one number that may be that of an hour; the one in "one quarter to three" is not."""
    places = [place for place, word in enumerate(said) if _number(word) is not None]
    if len(places) > 1 and said[places[0] + 1] in _words("quarter"):
        del places[0]
    return places[0] if len(places) == 1 else None


def _half(said: list[str], place: int) -> int:
    """The minutes that a half adds to the hour: "half elf" is half past ten, and "half ten" is, too."""
    near = set(said)
    to, past = near & _words("half_to"), near & _words("half_past")
    if past - to or (to and near & _words("past")) or (past and not _speaks(said[place], "half_to")):
        return 30
    return -30 if to else 0


def _quarters(near: set[str]) -> int:
    """The minutes that a quarter adds to the hour; in "чверть на третю" the third has only begun."""
    if not near & _words("quarter"):
        return 0
    return -45 if near & _words("towards") else -15 if near & _words("before") else 15


def _speaks(number: str, kind: str) -> bool:
    """Whether a language with words of that ``kind`` has the word or the digits for this ``number``."""
    return number.isdecimal() or any(
        number in words for table in tables() if table.moment.get(kind) for words in numbers_of(table)
    )


def _clock(hour: int, minutes: int, said: list[str]) -> time | None:
    late, early = (bool(set(said) & _clock_words(kind)) for kind in ("late", "early"))
    if hour < 12 and (late or (hour < FIRST_IN_MORNING and not early)):
        hour += 12
    whole = hour * 60 + minutes
    return time(whole // 60, whole % 60) if 0 <= whole < 24 * 60 else None


def _dated(text: str, said: list[str], today: date) -> date | None:
    written = _date_of(text)
    if written is not None:
        return _next(*written, today)
    found = [number for number in map(_ORDINAL.fullmatch, said) if number]
    ordinal = [int(number[1]) for number in found if number[2]]  # "de 24e om 10 uur"
    days = ordinal or [int(number[1]) for number in found]
    months = [number for number, words in enumerate(_months(), 1) if words & set(said)]
    if len(days) != 1 or len(months) > 1:
        return None
    if months:
        return _next(days[0], months[0], None, today)
    if not ordinal and len(said) > 1:  # "10 uur" is no day
        return None
    return next((day for day in _days_from(today) if day.day == days[0]), None)


def _date_of(text: str) -> tuple[int, int, int | None] | None:
    """Day, month and (where it is said) year of a date that is written out, whether or not there is such a day."""
    plain = normalise(text)[:200]
    found = _YEAR_FIRST.search(plain)
    if found is not None:
        return int(found[3]), int(found[2]), int(found[1])
    found = _numeric(plain)
    if found is not None:
        year = int(found[4] or 0)
        return int(found[1]), int(found[3]), (year if year > 99 else 2000 + year) if found[4] else None
    words = _said(_WITH_MINUTES.sub(" ", plain))
    years = [int(word) for word in words if _YEAR.fullmatch(word)]
    written = _written(words)
    if written is None:
        return None
    day, name = written
    month = next(number for number, same in enumerate(_months(), 1) if name in same)
    return int("".join(filter(str.isdecimal, day))), month, years[0] if len(years) == 1 else None


def _numeric(plain: str) -> re.Match[str] | None:
    """A date in digits; "10.30", "10.00" and "9.10 uur" are hours."""
    for found in _NUMERIC.finditer(plain):
        if found[4] or found[2] != "." or (1 <= int(found[3]) <= 12 and not _UNIT.match(plain, found.end())):
            return found
    return None


def _written(words: list[str]) -> tuple[str, str] | None:
    """The words for the day and the month of a date that is written with its month by name."""
    plain = [word for word in words if word not in _small_words()]
    names = frozenset[str]().union(*_months())
    for place, word in enumerate(plain):
        beside = (*plain[max(place - 1, 0) : place], *plain[place + 1 : place + 2])
        day = next((number for number in beside if _ORDINAL.fullmatch(number)), None)
        if word in names and day is not None:
            return day, word
    return None


def _without_numeric(text: str) -> str:
    plain = normalise(text)[:200]
    found = _YEAR_FIRST.search(plain) or _numeric(plain)
    return plain if found is None else f"{plain[: found.start()]} {plain[found.end() :]}"


def _without_date(said: list[str]) -> list[str]:
    """What is left to name an hour: no date, no "24e", no year, and no number of weeks."""
    rest = [word for word, after in pairwise([*said, ""]) if after not in _words("week") or _number(word) is None]
    for word in _written(said) or ():
        rest.remove(word)
    found = ((word, _ORDINAL.fullmatch(word)) for word in rest)
    return [word for word, number in found if not (number and number[2]) and not _YEAR.fullmatch(word)]


def _next(day: int, month: int, year: int | None, today: date) -> date | None:
    for each in (today.year, today.year + 1) if year is None else (year,):
        try:
            found = date(each, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _days_from(today: date) -> Iterator[date]:
    return (today + number * DAY for number in range(62))


def _said(text: str) -> list[str]:
    """The words of a short answer, an hour apart from what is glued to it, a day of the month as "27e", and one word of
    what some write as two; empty when it is a story."""
    return list(_read(text))


@lru_cache(maxsize=4)  # the day, the hour and the part of the day look at the same answer one after the other
def _read(text: str) -> tuple[str, ...]:
    words = joined(word for word in words_of(text[:200]) if word != PAUSE)
    apart = [part for word in words for part in _apart(word)]
    return _counted(apart) if len(apart) <= LONGEST else ()


def _apart(word: str) -> tuple[str, ...]:
    glued = _GLUED.fullmatch(word)
    if glued is not None:
        return (glued[1], glued[2])
    both = _glued_days().get(word)  # "dinsdagochtend"
    return (word,) if both is None else both


def _counted(words: list[str]) -> tuple[str, ...]:
    """``words``, with every day of a month as "27e" and every hour as "10 u", whatever is beside or behind it."""
    found: list[str] = []
    for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
        number = _ENDING.fullmatch(word)
        if number is None:
            found.append(word)
            continue
        of_day, of_hour = (number[2] in _words(kind) for kind in ("day_ending", "hour_ending"))
        if of_hour and (not of_day or before in _clock_words("before_hour")):
            found += (number[1], "u")
        elif of_day or (not number[2] and _makes_day(before, after)):
            found.append(f"{number[1]}e")
        else:
            found.append(word)
    return tuple(found)


def _makes_day(before: str, after: str) -> bool:
    """Whether what stands beside a number makes it a day: "le 27", but not "le 10 heures"."""
    if after in _words("after_day"):
        return True
    counts = after[:1].isdecimal() or after in _clock_words("after_hour") or after in _words("week")
    return before in _words("before_day") and not counts


def _number(word: str) -> int | None:
    if word.isdecimal():
        return int(word) if int(word) <= 24 else None
    for number, same in enumerate(_cardinals(), 1):
        if word in same:
            return number
    return None


@cache
def _glued_days() -> dict[str, tuple[str, str]]:
    days = {word for words in _weekdays() for word in words if len(word) > SHORT} | _words("tomorrow")
    parts = _words("morning") | _words("afternoon") | _words("evening")
    return {key(day + part): (day, part) for day in days | _words("day_after") for part in parts}


@cache
def _small_words() -> frozenset[str]:
    return frozenset(word for table in tables() for word in table.around_day | table.polite | table.fillers)


@cache
def _either() -> frozenset[str]:
    return frozenset(word for table in tables() for word in table.either)


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
    return tuple(frozenset[str]().union(*same) for same in zip_longest(*map(numbers_of, tables()), fillvalue=()))


def _same(lists: Iterable[tuple[frozenset[str], ...]]) -> tuple[frozenset[str], ...]:
    """What languages call the same thing, place by place."""
    return tuple(frozenset[str]().union(*same) for same in zip(*lists, strict=True))
