"""What people think of the help, per year, for the desk: nothing in it is of anyone."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass

from bot.house import House
from bot.ratings import statistics
from bot.ratings.settling import PURPOSE, loads, mark_of
from bot.ratings.statistics import NONE, Change, Counts, Figures
from flows.ratings import ASKED, Occasion, Promise
from storage import ratings as store

#: On which occasions each promise is asked about.
OCCASIONS: Mapping[Promise, tuple[Occasion, ...]] = {
    promise: tuple(occasion for occasion in Occasion if promise in ASKED[occasion]) for promise in Promise
}


@dataclass(frozen=True, slots=True)
class Told:
    """A promise in a year. ``figures`` None: too few people. ``parts``: the same by occasion, of a promise that is
    asked about more than once. ``change``: since the year before, on the occasions ``compared``: those of both years;
    ``is_part``: what one of the years tells on another is left out."""

    figures: Figures | None
    parts: Mapping[Occasion, Figures | None]
    change: Change
    compared: tuple[Occasion, ...]
    is_part: bool


@dataclass(frozen=True, slots=True)
class Year:
    """All promises in a year."""

    year: int
    promises: Mapping[Promise, Told]


_Counted = Mapping[tuple[Promise, Occasion], Counts]


async def years(house: House) -> tuple[Year, ...]:
    """Every year up to this one of which something is counted, and this one; the newest first."""
    this = house.calendar.day_of(house.clock.now()).year
    async with house.db.read() as conn:
        rows = await store.tallies(conn)
    counted: dict[int, dict[tuple[Promise, Occasion], Counts]] = {this: {}}
    for row in rows:
        if any(counts := loads(row.counted)):
            counted.setdefault(row.year, {})[Promise(row.promise), Occasion(row.occasion)] = counts
    first = min(counted)
    return tuple(
        _year(year, counted.get(year, {}), counted.get(year - 1, {})) for year in range(max(counted), first - 1, -1)
    )


@dataclass(frozen=True, slots=True)
class Remark:
    """What someone said; ``mark`` is by what it can be taken away (``settling.take_away``)."""

    mark: str
    words: str


async def remarks(house: House, year: int) -> tuple[Remark, ...]:
    """What people said beside their grades in a year, in no order; nothing where fewer than ten did."""
    async with house.db.read() as conn:
        rows = await store.all_words(conn, year)
    await house.vault.prepare([row.key_id for row in rows])
    said = [
        Remark(mark_of(house, words), words)
        for row in rows
        for words in json.loads(house.vault.unseal_text(row.words_sealed, PURPOSE))["counted"]
    ]
    random.SystemRandom().shuffle(said)
    return tuple(said)


def _year(year: int, counted: _Counted, before: _Counted) -> Year:
    both, either = set(counted) & set(before), set(counted) | set(before)
    changes = statistics.changes(_by_promise(before, both), _by_promise(counted, both))
    found = {}
    for promise, occasions in OCCASIONS.items():
        each = {occasion: counted.get((promise, occasion), NONE) for occasion in occasions}
        compared = tuple(occasion for occasion in occasions if (promise, occasion) in both)
        any_told = tuple(occasion for occasion in occasions if (promise, occasion) in either)
        found[promise] = Told(
            statistics.figures(statistics.together(each.values())),
            statistics.parts(each) if len(each) > 1 else {},
            changes[promise],
            compared,
            compared not in ((), any_told),
        )
    return Year(year, found)


def _by_promise(counted: _Counted, asked: set[tuple[Promise, Occasion]]) -> dict[Promise, Counts]:
    """Only of the same moments two years say something about each other."""
    return {
        promise: statistics.together(
            counted[promise, occasion] for occasion in occasions if (promise, occasion) in asked
        )
        for promise, occasions in OCCASIONS.items()
    }
