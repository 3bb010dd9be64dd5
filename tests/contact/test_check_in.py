"""One contact after another: asked, answered, asked once more, given up on."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from bot.clock import to_ms
from bot.contact import rhythm
from flows.aftercare import AnswerCheckIn, EndCheckIn, PlanKind, Rhythm
from flows.text import Json
from tests.support.contact import (
    MONTHLY,
    WEEKLY,
    agrees,
    alarms,
    answers,
    asked,
    contacts,
    days,
    details,
    does,
    due,
    heard,
    in_phase,
    kept,
    last,
    results,
    waiting,
    wanted,
)
from tests.support.town import MONDAY, Colleague, Resident, Town, local


async def test_the_first_one_is_asked_on_the_day_and_in_the_part_that_were_agreed(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await agrees(town, sanne, noor)
    at = await due(town, sanne)
    assert at.date() == (MONDAY + timedelta(days=7)).date()
    assert at == rhythm.moment(town.house.calendar, at.date(), wanted().part, sanne.conversation_id)
    await town.move_to(at - timedelta(minutes=1))
    assert await heard(sanne) == []
    await town.move_to(at)
    assert await heard(sanne) == ["checkin.mood"]
    assert await contacts(town, sanne) == [("asked", None), ("planned", None)]
    assert (await due(town, sanne)).date() == (MONDAY + timedelta(days=14)).date()
    assert await results(town, sanne) == ["asked"]


async def test_a_whole_one_by_tapping(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    number = await asked(town, sanne)
    await sanne.taps(f"!to:checkin.good:{number}")
    for data in ("checkin.good:yes", "checkin.changes:none", "checkin.contact:no"):
        await sanne.taps(data)
    one = await last(town, sanne)
    assert (one.state, one.answers and one.answers.mood) == ("answered", "good")
    assert await results(town, sanne) == ["asked", "answered"]
    assert "care.left" not in await waiting(town, sanne)
    await days(town, 6)
    assert await contacts(town, sanne) == [("answered", None), ("planned", None)]
    assert await alarms(town, sanne) == []
    assert "checkin.mood" not in await heard(sanne), "nothing is asked of who answered"


async def test_no_answer_is_asked_once_more_and_then_a_human_looks(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await agrees(town, sanne, noor)
    await asked(town, sanne)
    first = await last(town, sanne)
    await sanne.hears()
    again = (await waiting(town, sanne))["checkin.again"]
    assert again.weekday() != 0
    await town.move_to(again)
    assert await heard(sanne) == ["checkin.mood"]
    assert (await last(town, sanne)).again_at == to_ms(again)
    silent = (await waiting(town, sanne))["care.silent"]
    assert silent - again == timedelta(days=3)
    await town.move_to(silent)
    assert await contacts(town, sanne) == [("silent", None), ("planned", None)]
    assert [each["check_in"] for each in await details(town, sanne, "check_in_silent")] == [first.id]
    row = await sanne.row()
    assert (row.queue, row.assigned_to) == ("waiting_us", noor.id)
    # The exchange model and Open Klant ask for contacts that were, or were tried: silence is neither.
    assert await results(town, sanne) == ["asked", "asked"]
    assert await heard(sanne) == []


async def test_a_late_answer_counts_and_takes_the_task_away(town: Town, noor: Colleague, sanne: Resident) -> None:
    await does(town, sanne, MONTHLY)
    number = await asked(town, sanne)
    await days(town, 8)
    assert (await sanne.row()).queue == "waiting_us"
    assert await contacts(town, sanne) == [("silent", None), ("planned", None)]
    await answers(town, sanne, number, mood="good", contact="no")
    row = await sanne.row()
    assert (row.queue, row.due_at) == ("waiting_them", None)
    assert await contacts(town, sanne) == [("answered", None), ("planned", None)]


async def test_half_way_for_an_hour_is_answered_as_far_as_it_went_and_goes_on(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await agrees(town, sanne, noor)
    number = await asked(town, sanne)
    await answers(town, sanne, number, ends=False, mood="good")
    assert await contacts(town, sanne) == [("asked", None), ("planned", None)]
    await days(town, 1 / 20)
    assert await contacts(town, sanne) == [("answered", None), ("planned", None)]
    await answers(town, sanne, number, balance="yes")
    found = (await last(town, sanne)).answers
    assert found is not None
    assert (found.mood, found.balance) == ("good", "yes")
    assert await results(town, sanne) == ["asked", "answered"]
    await does(town, sanne, AnswerCheckIn(number, "mood", "awful"))
    assert (await last(town, sanne)).answers == found, "it is over now"


async def test_not_this_time_has_a_reason_and_the_next_one_comes(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    number = await asked(town, sanne)
    await does(town, sanne, EndCheckIn(number, declined=True))
    assert await contacts(town, sanne) == [("dropped", "declined"), ("planned", None)]
    await town.move_to(await due(town, sanne) - timedelta(hours=1))
    assert await heard(sanne) == ["checkin.mood"]


#: Question and answer, none of which is one.
NO_ANSWERS: tuple[tuple[str, Json], ...] = (
    ("mood", "fine"),
    ("mood", None),
    ("mood", ["good"]),
    ("balance", "awful"),
    ("changes", []),
    ("changes", "work"),
    ("changes", ["none", "work"]),
    ("changes", [{"work": 1}]),
    ("words", {"text": 3}),
    ("words", "   "),
    ("id", 7),
    ("told", "yes"),
)


async def test_what_is_no_answer_is_none(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    number = await asked(town, sanne)
    await does(town, sanne, *(AnswerCheckIn(number, *each) for each in NO_ANSWERS))
    assert (await last(town, sanne)).answers is None


async def test_of_somebody_else_nothing_changes(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    number = await asked(town, sanne)
    other = await town.resident()
    await answers(town, other, number, mood="awful", contact="yes")
    assert (await last(town, sanne)).answers is None
    assert await alarms(town, sanne) == await alarms(town, other) == []
    assert "check_in_red" not in await other.events()


async def test_a_year_of_weeks_has_one_in_each(town: Town, sanne: Resident) -> None:
    await does(town, sanne, WEEKLY)
    for _ in range(52):
        number = await asked(town, sanne)
        await answers(town, sanne, number, mood="great", contact="no")
    every = (await kept(town, sanne)).check_ins
    assert [one.number for one in every] == list(range(1, 54))
    times = [at for one in every if (at := local(one.due_at)) is not None]
    assert {(after.date() - before.date()).days for before, after in pairwise(times)} == {7}
    assert len({at.time() for at in times}) == 1, "also after the clock changed, twice"


async def test_following_ends_by_asking_whether_it_should_go_on(town: Town, noor: Colleague, sanne: Resident) -> None:
    await in_phase(town, sanne, "volgen")
    plan = await agrees(town, sanne, noor, wanted(PlanKind.FOLLOW, Rhythm.TWO_MONTHS, None))
    for _ in range(2):
        number = await asked(town, sanne)
        await answers(town, sanne, number, mood="good", contact="no")
    number = await asked(town, sanne)
    await answers(town, sanne, number, mood="good", go_on="no")
    found = await kept(town, sanne)
    assert found.stands is None
    assert [(one.id, one.reason) for one in found.plans] == [(plan, "alone")]
    assert [each["go_on"] for each in await details(town, sanne, "check_in_go_on")] == [False]
    row = await sanne.row()
    assert (row.queue, row.assigned_to, row.due_at is not None) == ("waiting_us", noor.id, True), "nazorg can begin"
    assert found.next is None


async def test_following_ends_after_half_a_year_whatever_was_said(town: Town, noor: Colleague, sanne: Resident) -> None:
    await in_phase(town, sanne, "volgen")
    await agrees(town, sanne, noor, wanted(PlanKind.FOLLOW, Rhythm.MONTH, 2))
    await days(town, 190)
    found = await kept(town, sanne)
    assert [(one.state, one.reason) for one in found.plans] == [("ended", "over")]
    assert {one.state for one in found.check_ins} == {"silent"}
    assert 5 <= len(found.check_ins) <= 6
    assert await details(town, sanne, "following_over") == [{}]
    assert found.kind is None, "half a year is what it may last"
    assert not {"checkin.ask", "checkin.again", "care.silent"} & set(await waiting(town, sanne))
