"""How telling Open Klant goes: what waits, what was refused and why, and the same once more."""

from __future__ import annotations

from dataclasses import dataclass

from bot.clock import to_ms
from bot.house import House
from storage import registration as stored


@dataclass(frozen=True, slots=True)
class Left:
    """So many that were not told, for the same reason; the oldest is from ``since`` (milliseconds UTC)."""

    count: int
    reason: str | None
    since: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What waits and what failed."""

    waiting: tuple[Left, ...]
    failed: tuple[Left, ...]

    @property
    def can_go_again(self) -> bool:
        """Whether trying once more may help: about who was erased nothing is told again."""
        return any(one.reason != "erased" for one in self.failed)


async def read(house: House) -> Overview | None:
    """How it goes. None: Open Klant is told nothing here."""
    if house.config.openklant is None:
        return None
    async with house.db.read() as conn:
        rows = await stored.states(conn)
    left = [(row.state, Left(row.how_many, row.reason, row.since)) for row in rows]
    return Overview(
        waiting=tuple(one for state, one in left if state == "waiting"),
        failed=tuple(one for state, one in left if state == "failed"),
    )


async def failed_since(house: House) -> int | None:
    """Since when the oldest that Open Klant refused is there, in milliseconds UTC; None: nothing was refused."""
    if house.config.openklant is None:
        return None
    async with house.db.read() as conn:
        return await stored.failed_since(conn)


async def again(house: House) -> int:
    """What was refused is told once more; gives how many."""
    async with house.db.begin() as conn:
        return await stored.again(conn, to_ms(house.clock.now()))
