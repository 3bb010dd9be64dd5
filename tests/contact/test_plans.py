"""How we keep in touch: agreed, proposed, changed, paused, ended; by the person and by a caseworker."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.contact import plans
from bot.errors import Refused
from flows.aftercare import (
    AcceptPlan,
    AgreePlan,
    EndPlan,
    Means,
    Part,
    PausePlan,
    PlanKind,
    ResumePlan,
    Rhythm,
)
from flows.grammar import OptIn, OptOut
from tests.support.contact import (
    MONTHLY,
    WEEKLY,
    agrees,
    answers,
    asked,
    client_id,
    contacts,
    days,
    details,
    does,
    due,
    heard,
    in_phase,
    kept,
    notices,
    standing,
    waiting,
    wanted,
)
from tests.support.ending import closes
from tests.support.town import MONDAY, ZONE, Colleague, Resident, Town, local

AFTERCARE = wanted(PlanKind.AFTERCARE, Rhythm.QUARTER, None)
TODAY = MONDAY.date()


async def test_a_proposal_waits_for_their_yes(town: Town, noor: Colleague, sanne: Resident) -> None:
    await plans.propose(town.house, sanne.conversation_id, noor, wanted(), client_id=client_id())
    assert await heard(sanne) == ["contact.proposed"]
    found = await kept(town, sanne)
    assert found.stands is None
    assert found.proposed is not None
    assert found.proposed.by == "Noor"
    assert found.check_ins == ()
    await does(town, sanne, AcceptPlan(found.proposed.id))
    assert (await standing(town, sanne)).id == found.proposed.id
    assert (await due(town, sanne)).date() == date(2026, 11, 30)


async def test_a_newer_proposal_takes_the_place_of_an_older_one(town: Town, noor: Colleague, sanne: Resident) -> None:
    for how in (wanted(), wanted(part=Part.EVENING)):
        await plans.propose(town.house, sanne.conversation_id, noor, how, client_id=client_id())
    first, second = (await kept(town, sanne)).plans
    assert (first.state, first.reason, second.state) == ("ended", "replaced", "proposed")
    with pytest.raises(Refused, match="no_plan"):
        await does(town, sanne, AcceptPlan(first.id))
    await does(town, sanne, EndPlan(second.id))
    assert (await kept(town, sanne)).plans[1].reason == "declined"


async def test_the_same_form_twice_is_one_plan(town: Town, noor: Colleague, sanne: Resident) -> None:
    number = client_id()
    for _ in range(2):
        await plans.agree(town.house, sanne.conversation_id, noor, wanted(), client_id=number)
    assert len((await kept(town, sanne)).plans) == 1
    assert await heard(sanne) == ["contact.told_agreed"]


async def test_another_plan_replaces_the_one_that_stands(town: Town, noor: Colleague, sanne: Resident) -> None:
    first = await agrees(town, sanne, noor)
    await asked(town, sanne)
    await does(town, sanne, MONTHLY)
    found = await kept(town, sanne)
    assert [(one.id == first, one.state, one.reason) for one in found.plans] == [
        (True, "ended", "replaced"),
        (False, "active", None),
    ]
    assert await contacts(town, sanne) == [("dropped", "replaced"), ("dropped", "replaced"), ("planned", None)]
    assert set(await waiting(town, sanne)) >= {"checkin.ask", "deadline.evaluation"}
    assert not {"checkin.again", "care.silent"} & set(await waiting(town, sanne))
    assert (await due(town, sanne)).date() == date(2026, 12, 30)


async def test_the_same_again_changes_nothing(town: Town, noor: Colleague, sanne: Resident) -> None:
    await does(town, sanne, WEEKLY)
    before = await kept(town, sanne)
    await does(town, sanne, WEEKLY)
    assert await kept(town, sanne) == before


NO_PLANS: tuple[AgreePlan | AcceptPlan, ...] = (
    replace(WEEKLY, kind="nazorg"),
    replace(WEEKLY, kind="anders"),
    replace(WEEKLY, rhythm="half_year"),
    replace(WEEKLY, rhythm="x"),
    replace(WEEKLY, weekday=7),
    replace(WEEKLY, weekday=-1),
    replace(WEEKLY, part="night"),
    replace(WEEKLY, means="visit", weekday=6),
    replace(WEEKLY, means="fax"),
    AcceptPlan(1),
    AcceptPlan(10**30),
)


async def test_what_cannot_be_agreed_is_refused(town: Town, sanne: Resident) -> None:
    for effect in NO_PLANS:
        with pytest.raises(Refused, match="no_plan"):
            await does(town, sanne, effect)
    assert (await kept(town, sanne)).plans == ()


async def test_without_a_sign_up_there_is_nothing_to_agree_on(town: Town, noor: Colleague) -> None:
    one = await town.resident()
    with pytest.raises(Refused, match="no_plan"):
        await does(town, one, WEEKLY)
    with pytest.raises(Refused, match="no_case"):
        await plans.agree(town.house, one.conversation_id, noor, wanted(), client_id=client_id())


async def test_what_can_be_agreed_follows_from_how_far_they_are(town: Town, sanne: Resident) -> None:
    found = []
    for phase in ("gesprek", "rust", "regelen", "volgen", "nazorg"):
        await in_phase(town, sanne, phase)
        found.append((await kept(town, sanne)).kind)
    assert found == ["vast", "vast", "waakvlam", "volgen", "nazorg"]


async def test_of_somebody_else_nothing_changes(town: Town, noor: Colleague, sanne: Resident) -> None:
    number = await agrees(town, sanne, noor)
    other = await town.resident()
    await does(town, other, PausePlan(number, None), ResumePlan(number), EndPlan(number))
    assert (await standing(town, sanne)).state == "active"


# ---- a pause -------------------------------------------------------------------------------------------------------


async def test_a_pause_with_an_end(town: Town, noor: Colleague, sanne: Resident) -> None:
    number = await agrees(town, sanne, noor)
    await does(town, sanne, PausePlan(number, TODAY + timedelta(days=21)))
    assert await contacts(town, sanne) == [("dropped", "paused_by_person")]
    assert "checkin.ask" not in await waiting(town, sanne)
    await town.move_to(MONDAY + timedelta(days=21, hours=13))
    assert (await standing(town, sanne)).state == "paused"
    assert await heard(sanne) == []
    await days(town, 1)
    assert (await standing(town, sanne)).state == "active"
    assert (await due(town, sanne)).date() == TODAY + timedelta(days=28)


async def test_a_pause_until_they_say_so(town: Town, noor: Colleague, sanne: Resident) -> None:
    number = await agrees(town, sanne, noor)
    await asked(town, sanne)
    await heard(sanne)
    await does(town, sanne, PausePlan(number, None))
    assert await contacts(town, sanne) == [("dropped", "paused_by_person")] * 2
    await days(town, 100)
    assert await heard(sanne) == []
    await does(town, sanne, ResumePlan(number))
    at = await due(town, sanne)
    assert timedelta(0) < at - town.clock.now() <= timedelta(days=8)
    assert at.weekday() == 0


async def test_since_when_it_is_agreed_and_its_days_stay_after_a_pause(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    number = await agrees(town, sanne, noor, wanted(PlanKind.WATCH, Rhythm.MONTH, None))
    agreed, first = (await standing(town, sanne)).began_at, await due(town, sanne)
    await days(town, 10)
    await does(town, sanne, PausePlan(number, None))
    await days(town, 1)
    await does(town, sanne, ResumePlan(number))
    assert (await standing(town, sanne)).began_at == agreed
    assert await due(town, sanne) == first, "a slip puts nothing off by a month"


async def test_a_pause_half_way_keeps_what_was_said(town: Town, noor: Colleague, sanne: Resident) -> None:
    number = await agrees(town, sanne, noor)
    one = await asked(town, sanne)
    await answers(town, sanne, one, ends=False, mood="awful")
    await does(town, sanne, PausePlan(number, None))
    assert await contacts(town, sanne) == [("answered", None), ("dropped", "paused_by_person")]
    assert len(await details(town, sanne, "check_in_red")) == 1


async def test_by_a_caseworker(town: Town, noor: Colleague, sanne: Resident) -> None:
    where = town.house, sanne.conversation_id, noor
    await agrees(town, sanne, noor)
    await plans.pause(*where, until=None, client_id=client_id())
    assert await contacts(town, sanne) == [("dropped", "paused")]
    with pytest.raises(Refused, match="no_day"):
        await plans.pause(*where, until=TODAY, client_id=client_id())
    await plans.resume(*where, client_id=client_id())
    with pytest.raises(Refused, match="no_plan"):
        await plans.resume(*where, client_id=client_id())
    await plans.end(*where, "goals_met", client_id=client_id())
    assert (await kept(town, sanne)).plans[0].reason == "goals_met"
    with pytest.raises(Refused, match="no_plan"):
        await plans.end(*where, "goals_met", client_id=client_id())
    with pytest.raises(Refused, match="no_reason"):
        await plans.end(*where, "zomaar", client_id=client_id())
    assert await heard(sanne) == ["contact.told_changed"] * 3
    assert set(await waiting(town, sanne)) & {"checkin.ask", "care.over", "deadline.evaluation"} <= {
        "deadline.evaluation"
    }
    assert (await kept(town, sanne)).evaluated_by is None


# ---- stop, and back again ------------------------------------------------------------------------------------------


async def test_stop_lets_it_sleep_and_coming_back_wakes_it(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    await asked(town, sanne)
    await heard(sanne)
    await does(town, sanne, OptOut())
    assert await contacts(town, sanne) == [("dropped", "opted_out")] * 2
    plan = await standing(town, sanne)
    assert (plan.state, plan.reason) == ("paused", "opted_out")
    await days(town, 60)
    assert await heard(sanne) == []
    await does(town, sanne, OptIn())
    assert (await standing(town, sanne)).state == "active"
    assert (await due(town, sanne)) > town.clock.now()
    await asked(town, sanne)
    assert await heard(sanne) == ["checkin.mood"]


async def test_who_paused_it_and_said_stop_is_not_woken_by_coming_back(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    number = await agrees(town, sanne, noor)
    await does(town, sanne, PausePlan(number, None), OptOut(), OptIn())
    assert (await standing(town, sanne)).state == "paused"
    assert "checkin.ask" not in await waiting(town, sanne)


async def test_what_is_agreed_with_who_said_stop_sleeps(town: Town, noor: Colleague, sanne: Resident) -> None:
    await does(town, sanne, OptOut())
    await agrees(town, sanne, noor)
    assert (await standing(town, sanne)).reason == "opted_out"
    with pytest.raises(Refused, match="opted_out"):
        await plans.resume(town.house, sanne.conversation_id, noor, client_id=client_id())
    await does(town, sanne, ResumePlan((await standing(town, sanne)).id))
    assert (await standing(town, sanne)).state == "paused"
    await does(town, sanne, OptIn())
    assert (await standing(town, sanne)).state == "active"


# ---- aftercare, and its one contact --------------------------------------------------------------------------------


async def test_who_wants_no_aftercare_has_one_contact_and_then_silence(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await in_phase(town, sanne, "nazorg")
    number = await agrees(town, sanne, noor, AFTERCARE)
    await does(town, sanne, EndPlan(number))
    plan = await standing(town, sanne)
    assert (plan.rhythm, plan.state) == (Rhythm.ONCE, "active")
    assert (await due(town, sanne)).date() == date(2027, 5, 23)
    await does(town, sanne, EndPlan(number))
    assert (await standing(town, sanne)).state == "active", "that one stays"
    one = await asked(town, sanne)
    assert await heard(sanne) == ["checkin.mood"]
    await answers(town, sanne, one, mood="good", contact="no")
    found = await kept(town, sanne)
    assert [(each.state, each.reason) for each in found.plans] == [("ended", "once")]
    await days(town, 250)
    assert await heard(sanne) == []


@pytest.mark.parametrize("pause", [1, 20, None])
async def test_a_pause_does_not_take_that_one_contact_past_the_end(
    town: Town, noor: Colleague, sanne: Resident, pause: int | None
) -> None:
    """Shortly before the end: a pause that is over in time leaves the last day; of another a human hears."""
    await agrees(town, sanne, noor, wanted(PlanKind.AFTERCARE, Rhythm.ONCE, None))
    number, until = (await standing(town, sanne)).id, date(2027, 11, 23)
    await days(town, 150)
    await does(town, sanne, PausePlan(number, None))
    await days(town, 210)
    left = None if pause is None else town.house.calendar.day_of(town.clock.now()) + timedelta(days=pause)
    await does(town, sanne, ResumePlan(number), PausePlan(number, left))
    if pause == 1:
        await days(town, 2)
        assert (await due(town, sanne)).date() == until
        await asked(town, sanne)
        assert await heard(sanne) == ["checkin.mood"]
    await days(town, 14)
    found = await kept(town, sanne)
    assert [one.reason for one in found.plans] == ["once" if pause == 1 else "over"]
    assert len(await details(town, sanne, "check_in_unreached")) == (pause != 1)
    row = await sanne.row()
    assert (row.queue, row.assigned_to) == ("waiting_us", noor.id)


async def test_no_to_aftercare_that_is_only_proposed_leaves_that_one_too(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await plans.propose(town.house, sanne.conversation_id, noor, AFTERCARE, client_id=client_id())
    proposed = (await kept(town, sanne)).proposed
    assert proposed is not None
    await does(town, sanne, EndPlan(proposed.id))
    assert (await standing(town, sanne)).rhythm is Rhythm.ONCE
    await asked(town, sanne)
    await days(town, 10)
    assert await contacts(town, sanne) == [("silent", None)]
    assert (await kept(town, sanne)).stands is None


async def test_a_change_does_not_make_it_longer(town: Town, noor: Colleague, sanne: Resident) -> None:
    await in_phase(town, sanne, "nazorg")
    await agrees(town, sanne, noor, AFTERCARE)
    await days(town, 200)
    await does(town, sanne, AgreePlan("nazorg", "month", None, "evening", "chat"))
    assert (await standing(town, sanne)).until == date(2027, 11, 23)
    await days(town, 170)
    found = await kept(town, sanne)
    assert [one.reason for one in found.plans] == ["replaced", "over"]
    with pytest.raises(Refused, match="plan_over"):
        await plans.agree(town.house, sanne.conversation_id, noor, AFTERCARE, client_id=client_id())
    with pytest.raises(Refused, match="no_plan"):
        await does(town, sanne, AgreePlan("nazorg", "month", None, "evening", "chat"))


@pytest.mark.parametrize("reason", ["moved", "died", "not_wanted"])
async def test_why_aftercare_is_not_possible_is_on_file(
    town: Town, noor: Colleague, sanne: Resident, reason: str
) -> None:
    await in_phase(town, sanne, "nazorg")
    await agrees(town, sanne, noor, AFTERCARE)
    where = town.house, sanne.conversation_id, noor
    await plans.no_aftercare(*where, reason, "Naar Groningen.", client_id=client_id())
    assert await details(town, sanne, "no_aftercare") == [{"reason": reason, "words": "Naar Groningen."}]
    found = (await kept(town, sanne)).plans[0]
    assert (found.state, found.rhythm) == (
        ("active", Rhythm.ONCE) if reason == "not_wanted" else ("ended", Rhythm.QUARTER)
    )
    assert await heard(sanne) == []
    with pytest.raises(Refused, match="no_reason"):
        await plans.no_aftercare(*where, "zomaar", "", client_id=client_id())


async def test_help_that_ends_takes_all_of_it_along(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    await plans.propose(
        town.house, sanne.conversation_id, noor, wanted(PlanKind.WATCH, Rhythm.MONTH), client_id=client_id()
    )
    await heard(sanne)
    await closes(town, sanne, noor)
    found = await kept(town, sanne)
    assert [(one.state, one.reason) for one in found.plans] == [("ended", "closed")] * 2
    assert await contacts(town, sanne) == [("dropped", "closed")]
    await days(town, 40)
    assert await heard(sanne) == ["contact.closed"]


# ---- a human's own contact -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("means", [Means.PHONE, Means.VISIT])
async def test_a_call_is_a_task_on_an_own_day_and_nothing_is_said(
    town: Town, noor: Colleague, sanne: Resident, means: Means
) -> None:
    await agrees(town, sanne, noor, wanted(weekday=4, means=means))
    for _ in range(4):  # to Friday 25 December, on which we are closed
        at = await due(town, sanne)
        await town.move_to(at)
    late_since = local((await sanne.row()).due_at)
    assert late_since == datetime(2026, 11, 27, 17, tzinfo=ZONE), "the first that was not made"
    every = (await kept(town, sanne)).check_ins
    dates = [each.date() for one in every if (each := local(one.due_at)) is not None]
    assert dates == [date(2026, 11, 27), date(2026, 12, 4), date(2026, 12, 11), date(2026, 12, 18), date(2026, 12, 28)]
    assert at.astimezone(ZONE).hour == 9
    assert await contacts(town, sanne) == [*[("dropped", "replaced")] * 3, ("asked", None), ("planned", None)]
    assert len(await details(town, sanne, "check_in_due")) == 4
    row = await sanne.row()
    assert (row.queue, row.assigned_to) == ("waiting_us", noor.id)
    assert await heard(sanne) == []
    assert notices(town) == []
