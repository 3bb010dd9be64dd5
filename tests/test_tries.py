"""Wrong tries: who waits how long, who does not, and what is kept of it."""

from __future__ import annotations

import asyncio

import pytest

from bot.desk import tries as module
from bot.desk.tries import FIRST_WAIT, FREE_TRIES, FREE_TRIES_FROM_ALL, LONGEST_WAIT, Place, Tries
from storage import tables
from tests.support.town import Town

HERE, THERE = Place("address 192.0.2.1", is_known=False), Place("address 192.0.2.2", is_known=False)
KNOWN = Place("device x", is_known=True)


class Moved:
    """Real time, as the test has it."""

    def __init__(self) -> None:
        self.now = 1_900_000_000_000

    def forward(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Moved:
    """The clock of everything here."""
    moved = Moved()
    monkeypatch.setattr(module, "real_now", lambda: moved.now)
    return moved


async def test_the_wait_doubles_up_to_a_bound_and_ends_when_it_was_right(town: Town, clock: Moved) -> None:
    tries = Tries(town.house)
    for _ in range(FREE_TRIES):
        assert await tries.take("password", "noor", HERE) == 0
    assert await tries.take("password", "noor", HERE) == FIRST_WAIT
    assert await tries.take("password", "samir", HERE) == 0
    assert await tries.take("second", "noor", HERE) == 0
    waits = []
    for _ in range(12):
        clock.forward(await tries.take("password", "noor", HERE))
        assert await tries.take("password", "noor", HERE) == 0
        waits.append(await tries.take("password", "noor", HERE))
    assert waits[:3] == [2 * FIRST_WAIT, 4 * FIRST_WAIT, 8 * FIRST_WAIT]
    assert max(waits) == waits[-1] == LONGEST_WAIT
    await tries.forget("password", "noor", HERE)
    assert await tries.take("password", "noor", HERE) == 0


async def test_tries_at_the_same_moment_in_several_processes_count_too(town: Town, clock: Moved) -> None:
    processes = [Tries(town.house) for _ in range(4)]
    waits = await asyncio.gather(*(processes[number % 4].take("password", "noor", HERE) for number in range(16)))
    assert waits.count(0) == FREE_TRIES


async def test_all_places_together_have_a_ceiling_that_a_known_browser_does_not_have(town: Town, clock: Moved) -> None:
    tries = Tries(town.house)
    for number in range(FREE_TRIES_FROM_ALL):
        assert await tries.take("password", "noor", Place(f"address {number}", is_known=False)) == 0
    assert await tries.take("password", "noor", THERE) > 0
    assert await tries.take("password", "noor", KNOWN) == 0
    await tries.forget("password", "noor", KNOWN)
    assert await tries.take("password", "noor", THERE) > 0, "which frees the way for nobody else"
    clock.forward(3600)
    for number in range(2):  # pausing for an hour pays nothing: the ceiling is still there
        waited = await tries.take("password", "noor", Place(f"address later {number}", is_known=False))
    assert waited > 0


async def test_a_quiet_while_is_a_new_beginning_and_old_rows_go(
    town: Town, clock: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = Tries(town.house)
    for _ in range(FREE_TRIES):
        await tries.take("password", "noor", KNOWN)
    clock.forward(FIRST_WAIT + LONGEST_WAIT + 1)
    for _ in range(FREE_TRIES):
        assert await tries.take("password", "noor", KNOWN) == 0
    monkeypatch.setattr(module, "_TIDY", 1)
    clock.forward(25 * 3600)
    await tries.take("password", "samir", KNOWN)
    (row,) = await town.rows(tables.tries)
    assert "samir" not in row.scope
    assert row[1] == 1


async def test_neither_names_nor_addresses_are_kept(town: Town, clock: Moved) -> None:
    await Tries(town.house).take("password", "noor", HERE)
    rows = await town.rows(tables.tries)
    assert {len(row.scope.partition(":")[2]) for row in rows} == {32}
    assert not any("noor" in row.scope or "192.0.2" in row.scope for row in rows)
