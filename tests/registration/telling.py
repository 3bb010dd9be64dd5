"""What these tests do with residents, colleagues and the worker."""

from __future__ import annotations

from datetime import timedelta

from bot import takeover
from bot.registration.sending import Registration
from storage import tables
from tests.support.town import Colleague, Resident, Town


def worker(town: Town) -> Registration:
    """A worker, as a process has it."""
    config = town.house.config.openklant
    assert config is not None
    return Registration(town.house, config)


async def tell(town: Town, one: Registration | None = None) -> None:
    """Tells until nothing may be told now."""
    one = one or worker(town)
    while await one.run_due():
        pass


async def tell_for(town: Town, one: Registration, **amount: float) -> None:
    """The clock goes on so far, a minute at a time, while the worker works."""
    minute = timedelta(minutes=1)
    for _ in range(timedelta(**amount) // minute):
        town.clock.forward(minutes=1)
        await tell(town, one)


async def called(town: Town, one: Resident, noor: Colleague, times: int = 1) -> None:
    """A colleague spoke with someone on the telephone."""
    for _ in range(times):
        number = len(await town.rows(tables.event))
        await takeover.spoke(
            town.house, one.conversation_id, noor, "telefoon", seen_seq=10**6, client_id=f"spoke-{number:08}"
        )


async def states(town: Town) -> list[tuple[str, str | None]]:
    """Every row: state and reason."""
    return [(row.state, row.reason) for row in await town.rows(tables.registration)]
