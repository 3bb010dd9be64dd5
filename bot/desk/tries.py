"""Guessing is slowed: after some wrong tries whoever tries has to wait, longer each time. All processes count together.

What is tried is kept as a keyed index: the table tells neither names nor addresses.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.desk.sessions import real_now
from bot.house import House
from storage import tries

#: Wrong tries before waiting begins, and how the wait (in seconds) grows from there.
FREE_TRIES = 5
FREE_TRIES_FROM_ALL = 20
FIRST_WAIT, LONGEST_WAIT = 5.0, 900.0

#: Seconds without a try after which wrong ones are forgotten; from all places together longer, so that pausing pays
#: nothing.
_FORGOTTEN, _FORGOTTEN_FROM_ALL = LONGEST_WAIT, 24 * 3600.0

#: What the numbers in the table begin with, by how long they are kept.
_PLACE, _ALL = "place:", "all:"
#: More wrong tries make no one wait any longer.
_MOST = 60
#: Once in so many tries the table is tidied.
_TIDY = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where a try comes from. ``is_known``: a browser that signed in to this account before."""

    name: str
    is_known: bool


class Tries:
    """Counts tries of what somebody has to know (``what``: ``password``, ``second``), per account and place; all places
    that are not known have a ceiling together."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def take(self, what: str, account: str, place: Place) -> float:
        """Counts a try that is about to be made and gives 0, or gives the seconds to wait and counts nothing.

        Counted beforehand, so that tries at the same moment count too; `forget` when it was right.
        """
        if wait := await self._take(self._scope(_PLACE, what, account, place.name), FREE_TRIES, _FORGOTTEN):
            return wait
        if place.is_known:
            return 0.0
        return await self._take(self._scope(_ALL, what, account), FREE_TRIES_FROM_ALL, _FORGOTTEN_FROM_ALL)

    async def forget(self, what: str, account: str, place: Place) -> None:
        """It was right."""
        async with self._house.db.begin() as conn:
            await tries.forget(conn, self._scope(_PLACE, what, account, place.name))
            if not place.is_known:
                await tries.forget(conn, self._scope(_ALL, what, account))

    def _scope(self, kind: str, *parts: str) -> str:
        return kind + self._house.vault.index("tries", "\0".join(parts)).hex()

    async def _take(self, scope: str, free: int, forgotten: float) -> float:
        now = real_now()
        async with self._house.db.begin() as conn:
            if not secrets.randbelow(_TIDY):
                await tries.prune(conn, _PLACE, now - _ms(LONGEST_WAIT + _FORGOTTEN))
                await tries.prune(conn, _ALL, now - _ms(LONGEST_WAIT + _FORGOTTEN_FROM_ALL))
            count, last_at = await tries.lock(conn, scope, now)
            not_before = last_at + _ms(wait_after(count, free))
            if now < not_before:
                return (not_before - now) / 1000
            if now - not_before > _ms(forgotten):
                count = 0
            await tries.put(conn, scope, min(count + 1, _MOST), now)
        return 0.0


def wait_after(count: int, free: int) -> float:
    """Seconds to wait after so many wrong tries."""
    return 0.0 if count < free else min(FIRST_WAIT * 2 ** (count - free), LONGEST_WAIT)


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
