"""What a helper sent is known again, so that it counts once, as long as they help: not of who helps nobody any more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.joining import new_join_code
from bot.privacy import erasing
from flows.grammar import Tapped, Typed
from flows.kanalen_code import JOIN_YES
from storage import tables
from tests.support.ending import signs_up
from tests.support.helping import helped
from tests.support.town import Resident, Town


async def known(town: Town) -> set[str]:
    """The helpers of whom something is."""
    return {row.scope for row in await town.rows(tables.received) if row.scope.startswith("helper:")}


async def erase(one: Resident) -> erasing.Plan:
    return await erasing.erase(one.town.house, (await one.row()).person_id, by_staff=None, why="asked")


async def withdraws(_: Resident, one: Resident) -> None:
    await one.taps("!to:naasten.stopped:2")


async def lets_it_expire(_: Resident, one: Resident) -> None:
    one.town.clock.forward(days=8)
    await one.town.run_due()


async def is_erased(_: Resident, one: Resident) -> None:
    assert (await erase(one)).whole


async def is_erased_but_for_the_file(_: Resident, one: Resident) -> None:
    await signs_up(one)
    assert (await erase(one)).stays


async def becomes_one(other: Resident, one: Resident) -> None:
    async with one.town.house.db.begin() as conn:
        code = await new_join_code(one.town.house, (await other.row()).person_id, conn)
    await one.says(Typed(code))
    await one.says(Tapped(JOIN_YES))


@pytest.mark.parametrize("ends", [withdraws, lets_it_expire, is_erased, is_erased_but_for_the_file, becomes_one])
async def test_what_someone_sent_is_not_known_any_more_when_they_help_no_more(
    town: Town, ends: Callable[[Resident, Resident], Awaitable[None]]
) -> None:
    other, one = await town.resident(), await town.resident("telegram")
    for number, each in enumerate((other, one), start=1):
        helper = await helped(each, days=90 if each is other else 7)
        await each.taps("!menu")
        await helper.says(Tapped("!go:uitleg"))
        await each.taps("!menu")
        assert f"helper:{number}" in await known(town)
    await ends(other, one)
    assert await known(town) == {"helper:1"}
