"""What a few words tell beside what they say: "ik heet Riet" is the name Riet, "vrijdag kan ik niet" a day off."""

from __future__ import annotations

from functools import cache

from flows.understanding.loading import tables
from flows.understanding.normalising import key, normalise, words_of
from flows.understanding.tongues import denies, joined

#: A name has at most so many words.
NAME = 4
WORKING_DAYS = ("mon", "tue", "wed", "thu", "fri")


def called(text: str) -> str:
    """The name in ``text``, without what people say before it; otherwise ``text`` itself."""
    words = text.split()
    said = tuple(key(normalise(word)) for word in words)
    for opening in _openings():
        name = words[len(opening) :]
        if said[: len(opening)] == opening and 0 < len(name) <= NAME:
            return " ".join(name).strip(" .,!")
    return text


def days_off(text: str) -> tuple[str, ...]:
    """The working days (``mon`` to ``fri``) that a sentence says someone cannot: those it names with a no, or all but
    those that are the only ones. Empty when it is no such sentence."""
    said = joined(words_of(text[:200]))
    named = [day for day, same in zip(WORKING_DAYS, _weekdays(), strict=True) if not same.isdisjoint(said)]
    if named and any(not table.only.isdisjoint(said) for table in tables()):
        return tuple(day for day in WORKING_DAYS if day not in named)
    return tuple(named) if denies(said) else ()


@cache
def _openings() -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((saying for table in tables() for saying in table.called), key=len, reverse=True))


@cache
def _weekdays() -> tuple[frozenset[str], ...]:
    """The words for each working day in all languages."""
    days = (table.weekdays[: len(WORKING_DAYS)] for table in tables() if table.weekdays)
    return tuple(frozenset[str]().union(*same) for same in zip(*days, strict=True))
