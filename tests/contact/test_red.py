"""A red answer goes to who they know, by the short route; and who asks for them does too."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot import deadlines, takeover
from bot.clock import from_ms
from bot.contact import plans
from bot.contact.making import Wanted
from bot.errors import Refused
from bot.notify import recipients_of
from flows.aftercare import AskContact, EndCheckIn, PausePlan, PlanKind, Rhythm
from flows.grammar import Category, FalseAlarm, RaiseAlarm
from flows.text import Json
from storage import files, inbox, tables
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
    due,
    heard,
    helps,
    holds,
    kept,
    last,
    notices,
    results,
    wanted,
    writes,
)
from tests.support.town import ZONE, Colleague, Resident, Town

MAIL = {"email": "noor@waterdrecht.example"}


@pytest.fixture
async def number(town: Town, noor: Colleague, sanne: Resident) -> int:
    """A check-in that was just asked, of someone whom Noor helps."""
    await writes(town, noor, **MAIL)
    await agrees(town, sanne, noor)
    found = await asked(town, sanne)
    await heard(sanne)
    return found


@pytest.mark.parametrize(
    ("said", "red"),
    [
        ({"mood": "awful"}, True),
        ({"mood": "bad"}, True),
        ({"mood": "so_so"}, False),
        ({"balance": "no"}, True),
        ({"balance": "just"}, False),
        ({"mood": "great", "balance": "yes", "contact": "yes"}, True),
        ({"mood": "great", "changes": ["work"], "contact": "no"}, False),
        ({}, False),
    ],
)
async def test_what_is_red(
    town: Town, noor: Colleague, sanne: Resident, number: int, said: dict[str, Json], red: bool
) -> None:
    await answers(town, sanne, number, ends=True, **said)
    assert len(await alarms(town, sanne)) == red
    assert len(await details(town, sanne, "check_in_red")) == red
    await town.run_due()
    assert [recipients_of(each, town.house.config.crisis) for each in notices(town)] == [[MAIL["email"]]] * red
    row = await sanne.row()
    assert (row.queue == "waiting_us") is red
    if red:
        assert row.assigned_to == noor.id
        assert from_ms(row.due_at, ZONE) == datetime(2026, 11, 30, 17, tzinfo=ZONE), "today"


async def test_the_notice_is_neutral_and_says_for_whom_it_is(
    town: Town, noor: Colleague, sanne: Resident, number: int
) -> None:
    await answers(town, sanne, number, mood="awful", words={"text": "Ik zie het niet meer"})
    await town.run_due()
    (notice,) = notices(town)
    assert (notice.kind, notice.importance) == ("contact", "normal"), "a paging service lets this one sleep"
    assert notice.subject.endswith(" vraagt iemand")
    assert "Hoe dringend: vandaag" in notice.body
    assert "Voor: Noor" in notice.body
    for word in ("check", "schuld", "contact", "Sanne", "awful", "niet meer"):
        assert word not in notice.body
    (row,) = await alarms(town, sanne)
    assert row.staff_id == noor.id


async def test_it_escalates_in_opening_hours_until_somebody_takes_it_up(
    town: Town, noor: Colleague, sanne: Resident, number: int
) -> None:
    await answers(town, sanne, number, mood="bad")
    await days(town, 1.2)
    rounds = [(recipients_of(each, town.house.config.crisis), each.round) for each in notices(town)]
    assert rounds[0] == ([MAIL["email"]], 0)
    assert rounds[1] == ([MAIL["email"], "piket@waterdrecht.example"], 1)
    sent = await town.rows(tables.event, kind="alarm_sent")
    assert len(sent) == len(rounds)
    assert all(9 <= from_ms(row.created_at, ZONE).hour <= 17 for row in sent)
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    (row,) = await alarms(town, sanne)
    assert (row.state, row.acknowledged_by, row.next_at) == ("acknowledged", noor.id, None)
    before = len(notices(town))
    await days(town, 2)
    assert len(notices(town)) == before


@pytest.mark.parametrize("how", ["acknowledge", "spoke", "held"])
async def test_other_ways_to_take_it_up(town: Town, noor: Colleague, sanne: Resident, number: int, how: str) -> None:
    await answers(town, sanne, number, mood="bad")
    assert (await kept(town, sanne)).asked_for is not None
    if how == "acknowledge":
        await takeover.acknowledge(town.house, sanne.conversation_id, noor)
        assert "contact_acknowledged" in await sanne.events()
        assert "alarm_acknowledged" not in await sanne.events()
    elif how == "spoke":
        seq = (await sanne.messages())[-1].seq
        await takeover.spoke(town.house, sanne.conversation_id, noor, "telefoon", seen_seq=seq, client_id=client_id())
    else:
        await holds(town, sanne, noor)
    assert [row.state for row in await alarms(town, sanne)] == ["acknowledged"]
    assert (await kept(town, sanne)).asked_for is None


async def test_half_way_for_an_hour_is_red_too_and_only_once(
    town: Town, noor: Colleague, sanne: Resident, number: int
) -> None:
    await answers(town, sanne, number, ends=False, mood="awful")
    assert await alarms(town, sanne) == []
    await days(town, 1 / 20)
    assert len(await alarms(town, sanne)) == 1
    await answers(town, sanne, number, balance="no", contact="yes")
    assert len(await alarms(town, sanne)) == 1
    assert len(await details(town, sanne, "check_in_red")) == 1
    assert await contacts(town, sanne) == [("answered", None), ("planned", None)]


async def test_who_wants_no_contact_gets_none_unless_a_human_decides(
    town: Town, noor: Colleague, sanne: Resident, number: int
) -> None:
    await answers(town, sanne, number, mood="awful", contact="no")
    assert await alarms(town, sanne) == []
    (told,) = await details(town, sanne, "check_in_red")
    assert told["quiet"] is True
    row = await sanne.row()
    assert (row.queue, row.assigned_to) == ("waiting_us", noor.id)


async def test_who_declined_after_a_red_face_is_heard_all_the_same(
    town: Town, noor: Colleague, sanne: Resident, number: int
) -> None:
    await answers(town, sanne, number, ends=False, mood="awful")
    await does(town, sanne, EndCheckIn(number, declined=True))
    assert len(await alarms(town, sanne)) == 1


# ---- to whom -------------------------------------------------------------------------------------------------------


async def test_a_successor_is_introduced_and_becomes_who_they_know(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident, number: int
) -> None:
    await writes(town, bas, email="bas@waterdrecht.example")
    await writes(town, noor, disabled_at=1, successor_id=bas.id)
    await answers(town, sanne, number, mood="awful")
    await town.run_due()
    (notice,) = notices(town)
    assert (notice.first, notice.meant_for) == (("bas@waterdrecht.example",), "Bas")
    assert await details(town, sanne, "introduced") == [{"name": "Bas", "was": "Noor", "to": bas.id}]
    assert (await sanne.row()).assigned_to == bas.id
    await does(town, sanne, AskContact("wil praten"))
    assert len(await details(town, sanne, "introduced")) == 1


async def test_successors_of_successors_and_circles(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident, number: int
) -> None:
    third = await town.colleague("Cor")
    await writes(town, noor, disabled_at=1, successor_id=bas.id)
    await writes(town, bas, disabled_at=1, successor_id=third.id)
    await writes(town, third, disabled_at=1, successor_id=noor.id)
    async with town.house.db.begin() as conn:  # nobody else knows them either
        await conn.execute(update(tables.event).values(staff_id=None))
    await answers(town, sanne, number, mood="awful")
    (row,) = await alarms(town, sanne)
    assert row.staff_id is None
    await writes(town, third, disabled_at=None)
    await does(town, sanne, AskContact("wil praten"))
    assert (await sanne.row()).assigned_to == third.id
    assert (await details(town, sanne, "introduced"))[-1] == {"name": "Cor", "was": "Noor", "to": third.id}


async def test_without_anyone_it_goes_to_whoever_is_there(town: Town, sanne: Resident, noor: Colleague) -> None:
    await agrees(town, sanne, noor)
    await writes(town, noor, disabled_at=1)
    number = await asked(town, sanne)
    await answers(town, sanne, number, mood="awful")
    (row,) = await alarms(town, sanne)
    assert row.staff_id is None
    await town.run_due()
    (notice,) = notices(town)
    assert recipients_of(notice, town.house.config.crisis) == ["piket@waterdrecht.example"]
    assert "Voor:" not in notice.body
    assert (await sanne.row()).queue == "waiting_us"


async def test_a_colleague_without_mail_is_named_to_whoever_is_there(
    town: Town, sanne: Resident, noor: Colleague
) -> None:
    await agrees(town, sanne, noor)
    number = await asked(town, sanne)
    await answers(town, sanne, number, mood="awful")
    await town.run_due()
    (notice,) = notices(town)
    assert recipients_of(notice, town.house.config.crisis) == ["piket@waterdrecht.example"]
    assert "Voor: Noor" in notice.body


async def test_who_helps_them_goes_before_whose_file_it_is_and_who_spoke_last(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident, number: int
) -> None:
    await takeover.assign(town.house, sanne.conversation_id, bas.id, bas, client_id=client_id())
    await answers(town, sanne, number, mood="awful")
    assert [row.staff_id for row in await alarms(town, sanne)] == [noor.id]
    assert (await sanne.row()).assigned_to == noor.id
    await takeover.acknowledge(town.house, sanne.conversation_id, noor)
    await helps(town, sanne, bas)
    await does(town, sanne, AskContact("wil praten"))
    assert [row.staff_id for row in await alarms(town, sanne)] == [noor.id, bas.id]


async def test_who_asks_for_them_is_promised_an_answer_like_anyone(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await does(town, sanne, AskContact("wil praten"))
    (promised,) = await town.rows(tables.promise, conversation_id=sanne.conversation_id, kind="answer")
    assert from_ms(promised.due_at, ZONE) == datetime(2026, 11, 25, 17, tzinfo=ZONE)
    row = await sanne.row()
    assert (row.queue, row.assigned_to, row.due_at) == ("waiting_us", noor.id, promised.due_at)
    await does(town, sanne, AskContact("wil praten"))
    assert len(await alarms(town, sanne)) == 1, "once more is not another one"


# ---- beside a crisis -----------------------------------------------------------------------------------------------


async def test_it_is_no_crisis_to_the_desk(town: Town, noor: Colleague, sanne: Resident, number: int) -> None:
    await answers(town, sanne, number, mood="awful")
    async with town.house.db.read() as conn:
        assert await files.alarms(conn, sanne.conversation_id) == []
        counts = await inbox.counts(conn, noor.id)
    assert counts["crisis"] == 0
    await does(town, sanne, RaiseAlarm(Category.FOOD))
    with pytest.raises(Refused, match="not_acted"):
        await takeover.crisis_over(town.house, sanne.conversation_id, noor, seen=["food"])


async def test_a_denied_crisis_leaves_it_as_it_is(town: Town, noor: Colleague, sanne: Resident, number: int) -> None:
    await answers(town, sanne, number, mood="awful")
    await does(town, sanne, RaiseAlarm(Category.FOOD))
    await does(town, sanne, FalseAlarm(Category.FOOD))
    states = {row.kind: row.state for row in await town.rows(tables.alarm, conversation_id=sanne.conversation_id)}
    assert states == {"contact": "raised", "crisis": "false_alarm"}
    row = await sanne.row()
    assert row.due_at is not None, "who they know still looks today"
    assert row.queue == "waiting_us"


async def test_a_crisis_over_leaves_it_as_it_is(town: Town, noor: Colleague, sanne: Resident, number: int) -> None:
    await does(town, sanne, RaiseAlarm(Category.FOOD))
    seq = (await sanne.messages())[-1].seq
    await takeover.spoke(town.house, sanne.conversation_id, noor, "telefoon", seen_seq=seq, client_id=client_id())
    await answers(town, sanne, number, mood="awful")
    await takeover.crisis_over(town.house, sanne.conversation_id, noor, seen=["food"])
    states = {row.kind: row.state for row in await town.rows(tables.alarm, conversation_id=sanne.conversation_id)}
    assert states == {"contact": "raised", "crisis": "acknowledged"}


async def test_a_cry_for_help_at_a_question_is_one_and_the_check_in_no_second_one(
    town: Town, noor: Colleague, sanne: Resident, number: int
) -> None:
    await sanne.taps(f"!to:checkin.awful:{number}")
    await sanne.types("ik wil niet meer leven")
    await days(town, 1 / 12)
    assert [row.kind for row in await town.rows(tables.alarm, conversation_id=sanne.conversation_id)] == ["crisis"]
    assert len(await details(town, sanne, "check_in_red")) == 1
    assert (await last(town, sanne)).state == "answered"
    row = await sanne.row()
    assert row.paused_at is not None
    await heard(sanne)
    await town.move_to(await due(town, sanne) + timedelta(days=3))
    assert await heard(sanne) == [], "all that was planned waits"
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await takeover.crisis_over(town.house, sanne.conversation_id, noor, seen=["life"])
    await takeover.hand_back(town.house, sanne.conversation_id, noor)
    await days(town, 3)
    assert "checkin.mood" in await heard(sanne)


# ---- held by a human -----------------------------------------------------------------------------------------------


async def test_held_in_the_place_of_one_that_was_asked(
    town: Town, noor: Colleague, sanne: Resident, number: int
) -> None:
    await days(town, 8)
    assert (await contacts(town, sanne))[0] == ("silent", None)
    await holds(town, sanne, noor, number, "Gebeld, was op vakantie.", mood="good", changes=["work"])
    one = (await kept(town, sanne)).check_ins[0]
    assert (one.state, one.by) == ("held", "Noor")
    assert one.answers is not None
    assert (one.answers.mood, one.answers.changes, one.answers.words) == ("good", ("work",), "Gebeld, was op vakantie.")
    assert (await sanne.row()).queue == "waiting_them"
    assert (await results(town, sanne))[-1] == "held"
    with pytest.raises(Refused, match="gone"):
        await holds(town, sanne, noor, number)


async def test_held_while_a_colleague_talks_with_them_is_no_answer_to_that(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident, number: int
) -> None:
    await takeover.take_over(town.house, sanne.conversation_id, bas)
    await sanne.types("En de huur dan?")
    before = await sanne.row()
    town.clock.forward(minutes=5)
    await holds(town, sanne, noor, number, mood="good")
    after = await sanne.row()
    assert (after.held_by, after.queue, after.last_staff_at) == (bas.id, "waiting_us", before.last_staff_at)
    assert (await contacts(town, sanne))[0] == ("held", None)
    assert (await results(town, sanne))[-1] == "held"


async def test_held_before_it_was_asked_is_that_one(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    planned = (await kept(town, sanne)).next
    assert planned is not None
    await holds(town, sanne, noor, planned.id, mood="awful")
    assert await contacts(town, sanne) == [("held", None), ("planned", None)]
    assert await alarms(town, sanne) == [], "a human heard it"
    assert (await due(town, sanne)).date() == datetime(2026, 12, 7, tzinfo=ZONE).date()


async def test_beside_the_rhythm(town: Town, noor: Colleague, sanne: Resident) -> None:
    with pytest.raises(Refused, match="no_plan"):
        await holds(town, sanne, noor)
    await agrees(town, sanne, noor)
    await holds(town, sanne, noor, mood="good")
    assert await contacts(town, sanne) == [("planned", None), ("held", None)]
    with pytest.raises(Refused, match="no_answer"):
        await holds(town, sanne, noor, mood="fine")
    with pytest.raises(Refused, match="no_answer"):
        await holds(town, sanne, noor, hello="yes")


async def test_the_one_contact_by_telephone_is_enough(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor, wanted(PlanKind.AFTERCARE, Rhythm.ONCE, None))
    planned = (await kept(town, sanne)).next
    assert planned is not None
    await holds(town, sanne, noor, planned.id, mood="good")
    assert (await kept(town, sanne)).plans[0].reason == "once"


# ---- the evaluation ------------------------------------------------------------------------------------------------


async def test_a_caseworker_evaluates_every_half_year(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor, wanted(PlanKind.WATCH, Rhythm.QUARTER, None))
    by = (await kept(town, sanne)).evaluated_by
    assert by is not None
    assert from_ms(by, ZONE).date() == datetime(2027, 5, 23, tzinfo=ZONE).date()
    await days(town, 180)
    assert [each["kind"] for each in await details(town, sanne, "deadline_near")].count("evaluation") == 1
    async with takeover.locked(town.house, sanne.conversation_id) as (talk, conn):
        await deadlines.evaluated(talk, conn, noor.id)
    again = (await kept(town, sanne)).evaluated_by
    assert again is not None
    assert from_ms(again, ZONE).date() == datetime(2027, 11, 22, tzinfo=ZONE).date()
    await plans.end(town.house, sanne.conversation_id, noor, "goals_met", client_id=client_id())
    assert (await kept(town, sanne)).evaluated_by is None
    assert "evaluated" in await sanne.events()


@pytest.mark.parametrize("how", [None, wanted(PlanKind.FOLLOW, Rhythm.MONTH, None)])
async def test_of_what_is_not_evaluated_there_is_no_next_time(
    town: Town, noor: Colleague, sanne: Resident, how: Wanted | None
) -> None:
    if how is not None:
        await agrees(town, sanne, noor, how)
    async with takeover.locked(town.house, sanne.conversation_id) as (talk, conn):
        await deadlines.evaluated(talk, conn, noor.id)
    assert (await kept(town, sanne)).evaluated_by is None


async def test_who_holds_the_conversation_reads_it_there(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident, number: int
) -> None:
    await takeover.take_over(town.house, sanne.conversation_id, bas)
    await answers(town, sanne, number, mood="awful")
    assert await alarms(town, sanne) == []
    assert len(await details(town, sanne, "check_in_red")) == 1
    row = await sanne.row()
    assert (row.held_by, row.assigned_to, row.queue) == (bas.id, bas.id, "waiting_us")


async def test_the_clock_of_an_evaluation_goes_with_the_plan(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor, wanted(PlanKind.WATCH, Rhythm.QUARTER, None))
    await does(town, sanne, PausePlan((await kept(town, sanne)).plans[0].id, None))
    async with town.house.db.begin() as conn:  # what else has a term was done
        await conn.execute(update(tables.promise).where(tables.promise.c.kind != "evaluation").values(kept_at=1))
    await days(town, 180)
    row = await sanne.row()
    assert (row.queue, row.due_at) == ("waiting_us", (await kept(town, sanne)).evaluated_by)
    await plans.end(town.house, sanne.conversation_id, noor, "goals_met", client_id=client_id())
    assert (await sanne.row()).due_at != row.due_at


async def test_by_tapping_from_the_face_to_the_colleague(
    town: Town, noor: Colleague, sanne: Resident, number: int
) -> None:
    await sanne.taps(f"!to:checkin.awful:{number}")
    for data in ("checkin.awful:no", "checkin.tight:no"):
        await sanne.taps(data)
    await sanne.picks("checkin.changes", "work")
    await sanne.taps("checkin.contact:yes")
    await town.run_due()
    assert [each.meant_for for each in notices(town)] == ["Noor"]
    assert "Noor" in (await sanne.messages())[-1].content.text
    one = await last(town, sanne)
    assert one.state == "answered"
    assert one.answers is not None
    assert (one.answers.mood, one.answers.balance, one.answers.contact) == ("awful", "no", "yes")
