"""Of which language the words of a short answer are: what is a no or a day in one is an ordinary word of another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from flows.understanding.loading import Table, numbers_of, tables
from flows.understanding.normalising import key
from flows.understanding.patterns import Words

#: Of ``[match.moment]`` and ``[match.clock]``, the words that tell which language a moment is in.
_MOMENT = ("today", "tomorrow", "day_after", "week", "weeks", "weekend", "morning", "afternoon", "evening")
_CLOCK = ("before_hour", "after_hour", "late", "early")


@dataclass(frozen=True, slots=True)
class _Tongue:
    """A language that names days: its words for a moment, the others that it is known to have, and how it says no."""

    days: Words
    small: Words
    moment: Words
    ordinary: Words
    noes: Words
    no_stems: tuple[str, ...]
    before_hour: Words
    hours: Words

    def denies(self, word: str) -> bool:
        return word in self.noes or word.startswith(self.no_stems)


def joined(words: Iterable[str]) -> list[str]:
    """The compared ``words``, with those as one of which the language has one that is also written in two or three
    ("سه شنبه")."""
    found: list[str] = []
    for word in words:
        found.append(word)
        for size in (3, 2):
            whole = key("".join(found[-size:]))
            if whole in _all("apart"):
                found[-size:] = [whole]
                break
    return found


def denies(said: Sequence[str]) -> bool:
    """Whether the compared words ``said`` say when it does not suit, with a negation or another no of
    ``[match.moment]``. One that is an ordinary word in the language of the words for a moment beside it is none: "ma 30
    nov", "la semaine prochaine"; nor is one that says that something is no problem."""
    noes, stems = _all_noes()
    for place, word in enumerate(said):
        if word not in noes and not word.startswith(stems):
            continue
        if _all("problem").intersection(said[max(place - 1, 0) : place + 3]):
            continue
        beside = [*said[:place], *said[place + 1 :]]
        if not (_is_hour(place, said) or _is_dated(word, beside) or _is_ordinary(word, beside)):
            return True
    return False


def is_foreign(day: str, said: Sequence[str]) -> bool:
    """Whether so short a ``day`` is an ordinary word of the language that more of ``said`` is of ("do jutra")."""
    beside = [word for word in said if word != day]
    ours = max((_shared(tongue, beside) for tongue in _tongues() if day in tongue.days), default=0)
    elsewhere = (tongue for tongue in _tongues() if day in tongue.ordinary and day not in tongue.days)
    return any(_shared(tongue, beside) > ours for tongue in elsewhere)


def _shared(tongue: _Tongue, said: Sequence[str]) -> int:
    return sum(word in tongue.ordinary or word in tongue.noes for word in said)


def _is_hour(place: int, said: Sequence[str]) -> bool:
    """Whether a no is the number of an hour there: Persian nine."""
    before = said[place - 1] if place else ""
    return any(said[place] in tongue.hours and before in tongue.before_hour for tongue in _tongues())


def _is_dated(word: str, beside: Sequence[str]) -> bool:
    """Whether it is a day of the week with no more than a number or a kind word: "ma 30", "graag ma"."""
    return any(
        word in tongue.days and all(one in tongue.small or one.rstrip("e").isdecimal() for one in beside)
        for tongue in _tongues()
    )


def _is_ordinary(word: str, beside: Sequence[str]) -> bool:
    spoken = [tongue for tongue in _tongues() if not tongue.moment.isdisjoint(beside)]
    return any(word in tongue.ordinary for tongue in spoken) and not any(tongue.denies(word) for tongue in spoken)


@cache
def _all(kind: str) -> Words:
    """The words of that ``kind`` of ``[match.moment]`` in all languages."""
    return frozenset[str]().union(*(table.moment.get(kind, frozenset()) for table in tables()))


@cache
def _all_noes() -> tuple[Words, tuple[str, ...]]:
    words = frozenset[str]().union(*(tongue.noes for tongue in _tongues()))
    return words, tuple(stem for tongue in _tongues() for stem in tongue.no_stems)


@cache
def _tongues() -> tuple[_Tongue, ...]:
    return tuple(_tongue(table) for table in tables() if table.weekdays)


def _tongue(table: Table) -> _Tongue:
    no = table.moment.get("not", frozenset())
    days = frozenset[str]().union(*table.weekdays)
    named = (table.moment.get(kind, frozenset()) for kind in _MOMENT)
    clock = frozenset[str]().union(*(table.clock.get(kind, frozenset()) for kind in _CLOCK))
    moment = days.union(clock, *table.months, *named)
    small = table.fillers | table.polite | table.around_day
    known = table.known | table.around | table.joining | table.either
    noes = table.negation | {word for word in no if not word.endswith("*")}
    return _Tongue(
        days=days,
        small=small,
        moment=moment - noes,
        ordinary=(moment | small | known).union(*numbers_of(table)) - noes,
        noes=noes,
        no_stems=tuple(word.rstrip("*") for word in no if word.endswith("*")),
        before_hour=table.clock.get("before_hour", frozenset()),
        hours=frozenset[str]().union(*table.hours),
    )
