"""Whether residents can still choose a moment: when they cannot, every page of the desk that looks ahead says so."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bot.agenda.reading import bookable_days, first_moment, last_day_soon, read_agenda
from bot.house import House

#: What was found holds so long.
LASTS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lacking:
    """What there is nothing of up to and including ``until``: hours at all, a free moment for any kind, or one for
    these ``kinds``."""

    what: Literal["hours", "moments", "kinds"]
    until: date
    kinds: tuple[str, ...] = ()


async def look(house: House, now: datetime) -> Lacking | None:
    """What there is too little of, within the days in which a moment is promised [002] and residents may book; None:
    there is of all. A kind that is on offer on later days only is one of which there is too little. Never where
    residents cannot make appointments in the chat."""
    if "afspraak" not in house.flows:
        return None
    bookable = bookable_days(house, now)
    until = min(last_day_soon(house, now), bookable[-1])
    days = [day for day in bookable if day <= until]
    async with house.db.read() as conn:
        agenda = await read_agenda(house, conn, bookable)
    offered, after = sorted(agenda.kinds()), first_moment(house, now)
    if not offered:
        return Lacking("hours", until)
    none = tuple(kind for kind in offered if not any(any(agenda.free(kind, day, after=after)) for day in days))
    if not none:
        return None
    return Lacking("moments", until) if len(none) == len(offered) else Lacking("kinds", until, none)


class FreeTime:
    """Looks at everyone's time, at most once in so long in each process."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = asyncio.Lock()
        self._found: tuple[datetime, Lacking | None] | None = None
        self._changes = 0

    def forget(self) -> None:
        """Hours were changed: the next who asks hears what holds now."""
        self._found = None
        self._changes += 1

    async def lacking(self) -> Lacking | None:
        """As ``look``, of at most so long ago."""
        async with self._lock:
            now = self._house.clock.now()
            if self._found is None or not self._found[0] <= now < self._found[0] + LASTS:
                changes, found = self._changes, await look(self._house, now)
                if changes != self._changes:  # while it was being read
                    return found
                self._found = now, found
            return self._found[1]
