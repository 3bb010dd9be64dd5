"""A face that is tapped below a check-in that went with its plan, or was declined: it is kept, and reaches someone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from bot.contact import plans
from flows.aftercare import EndCheckIn, PausePlan, PlanKind, Rhythm
from flows.grammar import OptOut
from tests.support.contact import (
    agrees,
    alarms,
    asked,
    client_id,
    contacts,
    days,
    details,
    does,
    kept,
    last,
    results,
    standing,
    wanted,
)
from tests.support.ending import closes
from tests.support.town import Colleague, Resident, Town, origins

HOUR = 1 / 20  # more than an hour, in days
Happens = Callable[[Town, Resident, Colleague, int], Awaitable[object]]


async def _pauses(town: Town, one: Resident, noor: Colleague, number: int) -> None:
    await does(town, one, PausePlan((await standing(town, one)).id, None))


async def _paused(town: Town, one: Resident, noor: Colleague, number: int) -> None:
    until = date(2027, 1, 4)
    await plans.pause(town.house, one.conversation_id, noor, until=until, client_id=client_id())


async def _changed(town: Town, one: Resident, noor: Colleague, number: int) -> None:
    await agrees(town, one, noor, wanted(PlanKind.FIXED, Rhythm.MONTH, None))


async def _ended(town: Town, one: Resident, noor: Colleague, number: int) -> None:
    await plans.end(town.house, one.conversation_id, noor, "goals_met", client_id=client_id())


async def _stops(town: Town, one: Resident, noor: Colleague, number: int) -> None:
    await does(town, one, OptOut())


async def _closed(town: Town, one: Resident, noor: Colleague, number: int) -> None:
    await closes(town, one, noor)


async def _declines(town: Town, one: Resident, noor: Colleague, number: int) -> None:
    await does(town, one, EndCheckIn(number, declined=True))


@pytest.mark.parametrize("happens", [_pauses, _paused, _changed, _ended, _stops, _closed, _declines])
async def test_a_face_that_comes_after_it_is_kept_and_told(
    town: Town, noor: Colleague, sanne: Resident, happens: Happens
) -> None:
    await agrees(town, sanne, noor)
    number = await asked(town, sanne)
    await happens(town, sanne, noor, number)
    assert (await last(town, sanne)).state == "dropped"
    stood = [(one.id, one.state, one.reason) for one in (await kept(town, sanne)).plans]
    assert origins(await sanne.taps(f"!to:checkin.awful:{number}"))[-1] == "checkin.awful"
    await days(town, HOUR)
    one = (await kept(town, sanne)).check_ins[0]
    assert (one.id, one.state, one.reason) == (number, "answered", None)
    assert one.answers is not None
    assert one.answers.mood == "awful"
    assert len(await alarms(town, sanne)) == 1
    assert [each["mood"] for each in await details(town, sanne, "check_in_red")] == ["awful"]
    assert (await results(town, sanne))[-1] == "answered"
    assert [(one.id, one.state, one.reason) for one in (await kept(town, sanne)).plans] == stood


async def test_half_way_when_the_plan_changes_once_more(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    number = await asked(town, sanne)
    await _changed(town, sanne, noor, number)
    await sanne.taps(f"!to:checkin.bad:{number}")
    await _ended(town, sanne, noor, number)
    assert len(await alarms(town, sanne)) == 1, "what was said so far counts at once"
    assert [state for state, _ in await contacts(town, sanne)] == ["answered", "dropped", "dropped"]


async def test_who_declines_twice_declined_once(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    number = await asked(town, sanne)
    for _ in range(2):
        await sanne.taps(f"!to:checkin.declined:{number}")
    await does(town, sanne, EndCheckIn(number))
    assert await results(town, sanne) == ["asked", "declined"]
    assert (await contacts(town, sanne))[0] == ("dropped", "declined")
