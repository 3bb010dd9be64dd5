"""What is said late, or on the last day that a plan may last, counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.contact import plans
from flows.aftercare import Means, PausePlan, PlanKind, Rhythm
from flows.grammar import OptOut
from tests.support.contact import (
    MONTHLY,
    agrees,
    alarms,
    answers,
    asked,
    client_id,
    contacts,
    days,
    details,
    does,
    due,
    heard,
    holds,
    in_phase,
    kept,
    standing,
    wanted,
)
from tests.support.town import ZONE, Colleague, Resident, Town

FOLLOW = wanted(PlanKind.FOLLOW, Rhythm.TWO_MONTHS, None)


async def asked_on_the_last_day(town: Town, noor: Colleague, sanne: Resident) -> int:
    """The last contact of *volgen*; gives its number."""
    await in_phase(town, sanne, "volgen")
    await agrees(town, sanne, noor, FOLLOW)
    for _ in range(2):
        await answers(town, sanne, await asked(town, sanne), mood="good", contact="no")
    number = await asked(town, sanne)
    assert town.house.calendar.day_of(town.clock.now()) == (await standing(town, sanne)).until
    return number


async def test_what_was_asked_on_the_last_day_can_still_be_answered(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    number = await asked_on_the_last_day(town, noor, sanne)
    await days(town, 1.5)
    await answers(town, sanne, number, mood="good", contact="no", go_on="no")
    found = await kept(town, sanne)
    assert [(one.state, one.reason) for one in found.plans] == [("ended", "alone")]
    assert found.check_ins[-1].state == "answered"


async def test_silence_on_the_last_day_is_a_signal_too_and_then_it_is_over(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await asked_on_the_last_day(town, noor, sanne)
    await heard(sanne)
    await days(town, 9)
    assert await heard(sanne) == ["checkin.mood"], "it is asked once more"
    found = await kept(town, sanne)
    assert [(one.state, one.reason) for one in found.plans] == [("ended", "over")]
    assert found.check_ins[-1].state == "silent"
    assert len(await details(town, sanne, "check_in_silent")) == len(await details(town, sanne, "following_over")) == 1
    await days(town, 60)
    assert await heard(sanne) == []


async def test_a_call_that_nobody_made_does_not_hold_up_the_end(town: Town, noor: Colleague, sanne: Resident) -> None:
    await in_phase(town, sanne, "volgen")
    await agrees(town, sanne, noor, wanted(PlanKind.FOLLOW, Rhythm.TWO_MONTHS, None, means=Means.PHONE))
    await days(town, 200)
    found = await kept(town, sanne)
    assert [(one.state, one.reason) for one in found.plans] == [("ended", "over")]
    assert {(one.state, one.reason) for one in found.check_ins} == {("dropped", "replaced"), ("dropped", "over")}


async def test_a_call_on_a_last_day_on_which_we_are_closed_is_made_before_it(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await in_phase(town, sanne, "volgen")
    await town.move_to(datetime(2026, 12, 5, 12, tzinfo=ZONE))
    await agrees(town, sanne, noor, wanted(PlanKind.FOLLOW, Rhythm.TWO_MONTHS, None, means=Means.PHONE))
    assert (await standing(town, sanne)).until == date(2027, 6, 5), "a Saturday"
    await town.move_to(datetime(2027, 4, 6, 12, tzinfo=ZONE))
    assert (await due(town, sanne)).date() == date(2027, 6, 4)
    await holds(town, sanne, noor, (await kept(town, sanne)).check_ins[-1].id, mood="good")
    assert (await kept(town, sanne)).next is None


@pytest.mark.parametrize("ends", [True, False])
async def test_a_face_that_came_late_is_brought_to_who_they_know_before_it_is_silent(
    town: Town, noor: Colleague, sanne: Resident, ends: bool
) -> None:
    await does(town, sanne, MONTHLY)
    number = await asked(town, sanne)
    await days(town, 8)
    assert await contacts(town, sanne) == [("silent", None), ("planned", None)]
    await answers(town, sanne, number, ends=ends, mood="awful")
    await does(town, sanne, OptOut())
    assert [each["mood"] for each in await details(town, sanne, "check_in_red")] == ["awful"]
    assert len(await alarms(town, sanne)) == 1
    assert (await contacts(town, sanne))[0] == ("answered", None)


async def test_more_that_is_said_after_half_of_it_was_brought_too(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    number = await asked(town, sanne)
    await answers(town, sanne, number, ends=False, mood="good")
    await days(town, 1 / 20)
    await answers(town, sanne, number, ends=False, balance="no")
    await does(town, sanne, OptOut())
    assert [each["balance"] for each in await details(town, sanne, "check_in_red")] == ["no"]


async def test_a_contact_beside_the_rhythm_is_no_answer_to_an_old_silence(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await agrees(town, sanne, noor)
    await asked(town, sanne)
    second = await asked(town, sanne)
    await answers(town, sanne, second, mood="good", contact="no")
    assert await contacts(town, sanne) == [("silent", None), ("answered", None), ("planned", None)]
    await days(town, 1)
    await holds(town, sanne, noor, mood="great")
    states = [state for state, _ in await contacts(town, sanne)]
    assert states == ["silent", "answered", "planned", "held"]
    await days(town, timedelta(hours=1) / timedelta(days=1))
    await holds(town, sanne, noor, mood="good")
    assert len(await contacts(town, sanne)) == 5, "nor is the one before it"


async def test_half_of_the_one_contact_of_who_wants_none_was_that_one_also_with_a_pause_after_it(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await in_phase(town, sanne, "nazorg")
    plan = await agrees(town, sanne, noor, wanted(PlanKind.AFTERCARE, Rhythm.ONCE, None))
    number = await asked(town, sanne)
    await answers(town, sanne, number, ends=False, mood="good")
    await does(town, sanne, PausePlan(plan, town.house.calendar.day_of(town.clock.now()) + timedelta(weeks=4)))
    assert [(one.state, one.reason) for one in (await kept(town, sanne)).plans] == [("ended", "once")]
    await heard(sanne)
    await days(town, 100)
    assert await heard(sanne) == []


@pytest.mark.parametrize("reason", ["goals_met", "not_wanted"])
async def test_a_face_half_way_is_brought_to_who_they_know_when_a_colleague_ends_it(
    town: Town, noor: Colleague, sanne: Resident, reason: str
) -> None:
    await agrees(town, sanne, noor)
    number = await asked(town, sanne)
    await answers(town, sanne, number, ends=False, mood="awful")
    await plans.end(town.house, sanne.conversation_id, noor, reason, client_id=client_id())
    assert [each["mood"] for each in await details(town, sanne, "check_in_red")] == ["awful"]
    assert [(one.state, one.reason) for one in (await kept(town, sanne)).plans] == [("ended", reason)]
    assert await contacts(town, sanne) == [("answered", None), ("dropped", reason)]
