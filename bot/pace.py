"""How fast messages may leave, so that a platform never has to refuse one. Real time; each process counts its own."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from bot.outgoing import Pace

#: Of what a platform allows in a second this much is spread evenly, and the rest may go at once: together they are
#: never more than it allows in any second.
_SPREAD = 0.8

#: People whose pace is remembered; those who were quiet for long are forgotten first.
_REMEMBERED = 10_000


class Bucket:
    """So many at once, and then so many a second."""

    __slots__ = ("_at", "_level", "_most", "_rate", "_timer")

    def __init__(self, rate: float, most: float, timer: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._most = self._level = most
        self._timer = timer
        self._at = timer()

    def room(self) -> float:
        """How many may go now."""
        if self._rate == math.inf:
            return math.inf
        now = self._timer()
        self._level = min(self._most, self._level + (now - self._at) * self._rate)
        self._at = now
        return self._level

    def take(self, count: float = 1) -> None:
        """So many went."""
        self.room()
        self._level -= count

    def wait(self, count: float = 1) -> float:
        """Seconds until so many may go."""
        room = self.room()
        return 0.0 if room >= count else (count - room) / self._rate

    @property
    def is_full(self) -> bool:
        """Nothing went lately."""
        return self.room() >= self._most


class Paces:
    """The pace of one channel: overall and per person."""

    def __init__(self, pace: Pace, timer: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._timer = timer
        at_once = max(1.0, pace.overall * (1 - _SPREAD))
        self.overall = Bucket(pace.overall * _SPREAD, at_once, timer)
        #: Kept free for answers, however much was planned.
        self.kept = 0 if at_once == math.inf else at_once / 2
        self._people: dict[int, Bucket] = {}

    def person(self, address_id: int) -> Bucket:
        """The pace of the person behind this address."""
        found = self._people.get(address_id)
        if found is None:
            if len(self._people) >= _REMEMBERED:
                self._people = {key: bucket for key, bucket in self._people.items() if not bucket.is_full}
            found = self._people[address_id] = Bucket(self._pace.person, self._pace.burst, self._timer)
        return found
