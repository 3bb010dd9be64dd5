"""Two people who become one: nothing is asked twice, nothing is lost."""

from __future__ import annotations

import pytest

from bot.contact import plans
from flows.aftercare import AcceptPlan, KeepMoment, PausePlan, Rhythm
from flows.grammar import OptOut
from tests.contact.test_moments import PARTY
from tests.support.contact import (
    MONTHLY,
    WEEKLY,
    answers,
    asked,
    client_id,
    contacts,
    days,
    details,
    does,
    due,
    heard,
    helps,
    kept,
    last,
    standing,
    waiting,
    wanted,
)
from tests.support.ending import signs_up
from tests.support.town import Colleague, Resident, Town
from tests.test_joining import code_of, joins


@pytest.fixture
async def younger(town: Town, noor: Colleague, sanne: Resident) -> Resident:
    """The same person, who signed up on another device."""
    town.clock.forward(minutes=1)
    one = await signs_up(await town.resident())
    await helps(town, one, noor)
    return one


async def merged(older: Resident, younger: Resident) -> None:
    """They say that they are one."""
    await joins(younger, await code_of(older))
    await older.hears()


async def test_two_who_were_half_way_have_both_answered(town: Town, sanne: Resident, younger: Resident) -> None:
    for each in (sanne, younger):
        await does(town, each, WEEKLY)
    theirs = [(await kept(town, each)).next for each in (sanne, younger)]
    await town.move_to(max(await due(town, sanne), await due(town, younger)))
    for each, one, face in zip((sanne, younger), theirs, ("good", "awful"), strict=True):
        assert one is not None
        await each.taps(f"!to:checkin.{face}:{one.id}")
    await merged(sanne, younger)
    await days(town, 1)
    assert [each["mood"] for each in await details(town, sanne, "check_in_red")] == ["awful"]


async def test_of_two_plans_one_stands_and_is_asked_once(town: Town, sanne: Resident, younger: Resident) -> None:
    await does(town, sanne, WEEKLY)
    await does(town, younger, WEEKLY)
    await merged(sanne, younger)
    found = await kept(town, sanne)
    assert sorted((one.state, one.reason) for one in found.plans) == [("active", None), ("ended", "merged")]
    await days(town, 7.4)
    assert (await heard(sanne)).count("checkin.mood") == 1
    states = sorted(state for state, _ in await contacts(town, sanne))
    assert states == ["asked", "dropped", "planned"]
    await days(town, 7)
    assert sorted(state for state, _ in await contacts(town, sanne)) == ["asked", "dropped", "planned", "silent"]


async def test_of_two_proposals_one_waits_for_their_yes(
    town: Town, noor: Colleague, sanne: Resident, younger: Resident
) -> None:
    for one, how in ((sanne, wanted()), (younger, wanted(rhythm=Rhythm.MONTH))):
        await plans.propose(town.house, one.conversation_id, noor, how, client_id=client_id())
    await merged(sanne, younger)
    found = await kept(town, sanne)
    assert [(one.rhythm, one.state, one.reason) for one in found.plans] == [
        (Rhythm.WEEK, "proposed", None),
        (Rhythm.MONTH, "ended", "merged"),
    ]
    await does(town, sanne, AcceptPlan(found.plans[0].id))
    assert (await standing(town, sanne)).id == found.plans[0].id


async def test_the_only_plan_goes_along_with_what_was_said(town: Town, sanne: Resident, younger: Resident) -> None:
    await does(town, younger, WEEKLY)
    number = await asked(town, younger)
    await answers(town, younger, number, mood="good", contact="no")
    at = await due(town, younger)
    await merged(sanne, younger)
    assert await due(town, sanne) == at
    one = await last(town, sanne)
    assert one.answers is not None
    assert one.answers.mood == "good"
    await town.move_to(at)
    assert "checkin.mood" in await heard(sanne)


async def test_half_way_in_the_younger_goes_on_in_both(town: Town, sanne: Resident, younger: Resident) -> None:
    await does(town, younger, WEEKLY)
    number = await asked(town, younger)
    await answers(town, younger, number, ends=False, mood="good")
    await merged(sanne, younger)
    await answers(town, sanne, number, balance="yes")
    one = await last(town, sanne)
    assert (one.state, one.answers and one.answers.given) == ("answered", {"mood": "good", "balance": "yes"})


async def test_what_was_left_of_the_other_plan_asks_nothing(town: Town, sanne: Resident, younger: Resident) -> None:
    """The older one paused theirs: nothing of it waits, and what waited for the younger one's goes along."""
    await does(town, sanne, WEEKLY)
    await does(town, sanne, PausePlan((await standing(town, sanne)).id, None))
    await does(town, younger, MONTHLY)
    await asked(town, younger)
    await merged(sanne, younger)
    await heard(sanne)
    await days(town, 40)
    assert "checkin.mood" not in await heard(sanne)
    assert {state for state, _ in await contacts(town, sanne)} == {"dropped"}
    assert not {"checkin.ask", "checkin.again", "care.silent"} & set(await waiting(town, sanne))


async def test_stop_of_one_holds_for_both(town: Town, sanne: Resident, younger: Resident) -> None:
    await does(town, sanne, WEEKLY)
    await does(town, younger, OptOut())
    await merged(sanne, younger)
    await heard(sanne)
    await days(town, 20)
    assert await heard(sanne) == []
    plan = await standing(town, sanne)
    assert (plan.state, plan.reason) == ("paused", "opted_out")
    assert await contacts(town, sanne) == [("dropped", "opted_out")]


async def test_hard_moments_of_both(town: Town, sanne: Resident, younger: Resident) -> None:
    await does(town, sanne, PARTY)
    await does(town, younger, KeepMoment(0, "birthday", PARTY.on, "Samira"))
    await merged(sanne, younger)
    assert sorted(one.words for one in (await kept(town, sanne)).moments) == ["Samira", "Sinterklaas"]
    await days(town, 10)
    assert (await heard(sanne)).count("contact.before") == 2
