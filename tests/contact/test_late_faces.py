"""A face that is tapped late: below a check-in that nobody answered, that went with its plan, or was declined. It is
kept, and reaches someone; and what else is asked of us stays asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import pytest
from sqlalchemy import delete, update

from bot import clocks
from bot.clock import to_ms
from bot.contact import plans
from bot.takeover import locked
from flows.aftercare import EndCheckIn, PausePlan, PlanKind, Rhythm
from flows.grammar import OptOut, Urgency
from storage import tables
from tests.support.contact import (
    agrees,
    alarms,
    answers,
    asked,
    client_id,
    contacts,
    days,
    details,
    does,
    holds,
    in_phase,
    kept,
    last,
    results,
    standing,
    waiting,
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


# ---- beside another one --------------------------------------------------------------------------------------------


async def _good(town: Town, one: Resident, noor: Colleague, number: int) -> None:
    await one.taps(f"!to:checkin.good:{number}")


async def _no_thanks(town: Town, one: Resident, noor: Colleague, number: int) -> None:
    await one.taps(f"!to:checkin.declined:{number}")


async def _calls(town: Town, one: Resident, noor: Colleague, number: int) -> None:
    await holds(town, one, noor, number)


@pytest.mark.parametrize("given_up", [False, True])
@pytest.mark.parametrize("happens", [_good, _no_thanks, _calls])
async def test_what_becomes_of_the_next_one_does_not_undo_it(
    town: Town, noor: Colleague, sanne: Resident, happens: Happens, given_up: bool
) -> None:
    await _nothing_else(town, sanne)
    await agrees(town, sanne, noor)
    late = await asked(town, sanne)
    number = await asked(town, sanne)
    if given_up:
        await days(town, 6)
    await sanne.taps(f"!to:checkin.awful:{late}")
    await happens(town, sanne, noor, number)
    await days(town, HOUR)
    assert [each["mood"] for each in await details(town, sanne, "check_in_red")] == ["awful"]
    assert [each.state for each in (await kept(town, sanne)).check_ins if each.id == late] == ["answered"]
    assert await _is_asked(sanne) == ("waiting_us", True)


async def test_a_call_about_it_leaves_the_silence_of_the_next_one_to_be_seen(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await agrees(town, sanne, noor)
    late = await asked(town, sanne)
    number = await asked(town, sanne)
    await sanne.taps(f"!to:checkin.awful:{late}")
    await holds(town, sanne, noor, late)
    await days(town, 6)
    assert [each["check_in"] for each in await details(town, sanne, "check_in_silent")] == [late, number]


async def test_messages_are_stopped_elsewhere_while_they_are_half_way(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await agrees(town, sanne, noor)
    number = await asked(town, sanne)
    at = (await waiting(town, sanne))["checkin.ask"]
    waits = tables.ping.c.kind.in_(["care.silent", "checkin.again"])
    async with town.house.db.begin() as conn:  # nobody looked at what was due
        await conn.execute(update(tables.ping).where(waits).values(due_at=to_ms(at) + 3_600_000))
    await town.move_to(at.replace(minute=0))
    await sanne.taps(f"!to:checkin.awful:{number}")
    async with town.house.db.begin() as conn:
        await conn.execute(delete(tables.ping).where(tables.ping.c.kind.startswith("care.left")))
        await conn.execute(update(tables.person).values(opted_out_at=to_ms(at)))
    await town.move_to(at)
    assert [each["mood"] for each in await details(town, sanne, "check_in_red")] == ["awful"]


# ---- what else is asked of us --------------------------------------------------------------------------------------


async def _nothing_else(town: Town, one: Resident) -> None:
    """No promise, no term, no task."""
    async with town.house.db.begin() as conn:
        await conn.execute(delete(tables.promise))
        await conn.execute(delete(tables.ping))
        await conn.execute(update(tables.conversation).values(queue="waiting_them", due_at=None))


async def _is_asked(one: Resident) -> tuple[str, bool]:
    row = await one.row()
    return row.queue, row.due_at is not None


async def test_a_late_answer_takes_the_task_of_the_silence_along(town: Town, noor: Colleague, sanne: Resident) -> None:
    await _nothing_else(town, sanne)
    await agrees(town, sanne, noor)
    number = await asked(town, sanne)
    await town.move_to((await waiting(town, sanne))["care.silent"])
    assert await _is_asked(sanne) == ("waiting_us", True)
    await answers(town, sanne, number, mood="good")
    assert await _is_asked(sanne) == ("waiting_them", False)


async def test_a_task_that_came_after_the_silence_stays(town: Town, noor: Colleague, sanne: Resident) -> None:
    await _nothing_else(town, sanne)
    await agrees(town, sanne, noor)
    number = await asked(town, sanne)
    await town.move_to((await waiting(town, sanne))["care.silent"])
    town.clock.forward(minutes=1)
    async with locked(town.house, sanne.conversation_id) as (talk, _):  # as of an action that does not work out
        talk.record("handover", {"reason": "een actie lukt niet"})
        clocks.ask_human(talk, Urgency.NORMAL, clocks.due(talk, clocks.promises(talk).first_contact))
    await answers(town, sanne, number, mood="good")
    assert await _is_asked(sanne) == ("waiting_us", True)


async def test_who_wants_to_go_on_after_all_is_looked_at(town: Town, noor: Colleague, sanne: Resident) -> None:
    await _nothing_else(town, sanne)
    await in_phase(town, sanne, "volgen")
    await agrees(town, sanne, noor, wanted(PlanKind.FOLLOW, Rhythm.MONTH, None))
    number = 0
    while (await kept(town, sanne)).next is not None:
        number = await asked(town, sanne)
        if (await kept(town, sanne)).next is not None:
            await answers(town, sanne, number, mood="good")
    await town.move_to((await waiting(town, sanne))["care.silent"])
    await sanne.taps(f"!to:checkin.good:{number}")
    for data in ("checkin.good:yes", "checkin.changes:none", "checkin.contact:no", "checkin.go_on:yes"):
        await sanne.taps(data)
    assert await details(town, sanne, "check_in_go_on") == [{"check_in": number, "go_on": True}]
    assert await _is_asked(sanne) == ("waiting_us", True)
