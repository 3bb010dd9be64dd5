"""The terms of a file: what begins them, and that nothing keeps them but what the law and our promise ask for."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot import deadlines, effects, takeover
from bot.agenda import acts
from bot.clock import to_ms
from bot.desk.accounts import Staff
from bot.takeover import locked
from flows.grammar import Category, FalseAlarm
from storage import tables
from storage.promises import BY_TALK, TERM_WARNINGS, TERMS
from tests.support.desk import Balie
from tests.support.town import MONDAY, Resident, Town, local, screen_replaced
from tests.test_desk_card import promised
from tests.test_joining_races import join
from tests.test_standing import FOOD, HOME, SEIZURE, answers, broken

UTILITIES = "ze sluiten vandaag de stroom af"

#: Signed up, or recognised, on Monday 23 November 2026.
INTAKE = datetime(2026, 12, 3, 17, tzinfo=MONDAY.tzinfo)
FIRST_TALK = datetime(2026, 12, 21, 17, tzinfo=MONDAY.tzinfo)
CRISIS_TALK = datetime(2026, 11, 26, 17, tzinfo=MONDAY.tzinfo)
#: Of a talk on Wednesday 25 November.
DECISION = datetime(2027, 1, 20, 17, tzinfo=MONDAY.tzinfo)

INTAKE_WARNED = datetime(2026, 12, 1, 9, tzinfo=MONDAY.tzinfo)
FIRST_TALK_WARNED = datetime(2026, 12, 17, 9, tzinfo=MONDAY.tzinfo)
CRISIS_WARNED = datetime(2026, 11, 25, 9, tzinfo=MONDAY.tzinfo)
DECISION_WARNED = datetime(2027, 1, 18, 9, tzinfo=MONDAY.tzinfo)
ROOM = timedelta(minutes=5)


async def signs_up(one: Resident) -> None:
    for data in ("!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough", "aanmelden.summary:yes"):
        await one.taps(data)


async def running(one: Resident) -> dict[str, datetime | None]:
    """The promises that are not kept: when each is due."""
    rows = await one.town.rows(tables.promise, conversation_id=one.conversation_id, kept_at=None)
    return {row.kind: local(row.due_at) for row in rows}


async def warned(one: Resident) -> list[tuple[str, str]]:
    """The warnings on file: which of the two, and the kind of the term."""
    rows = await one.town.rows(tables.event, conversation_id=one.conversation_id)
    unseal = one.town.house.vault.unseal_text
    return [
        (row.kind.removeprefix("deadline_"), json.loads(unseal(row.detail_sealed, "event"))["kind"])
        for row in rows
        if row.kind in TERM_WARNINGS
    ]


async def talk_held(one: Resident, at: datetime) -> None:
    """As when an appointment at that time is marked as held."""
    async with locked(one.town.house, one.conversation_id) as (talk, conn):
        await deadlines.talk_held(talk, conn, to_ms(at))


async def talk_not_held(one: Resident, at: datetime) -> None:
    async with locked(one.town.house, one.conversation_id) as (talk, conn):
        await deadlines.talk_not_held(talk, conn, to_ms(at))


def spoke(one: Resident, staff: takeover.Staff, *, client_id: str = "1") -> Awaitable[None]:
    house = one.town.house
    return takeover.spoke(
        house, one.conversation_id, staff, "telefoon", seen_seq=999, client_id=client_id, first_talk=True
    )


# ---- what begins ---------------------------------------------------------------------------------------------------


async def test_a_sign_up_begins_the_terms_of_the_promise_and_of_the_law(town: Town) -> None:
    one = await town.resident()
    await signs_up(one)
    stands = await running(one)
    assert (stands["intake"], stands["first_talk"]) == (INTAKE, FIRST_TALK)
    assert not {"crisis_talk", "decision"} & set(stands)


async def test_the_law_holds_where_nothing_was_promised(town: Town) -> None:
    town.house.gemeente = replace(town.house.gemeente, promises=frozenset())
    one = await town.resident()
    await signs_up(one)
    assert await running(one) == {"first_talk": FIRST_TALK}


@pytest.mark.parametrize(
    ("said", "legal"),
    [(HOME, True), (UTILITIES, True), ("mijn zorgverzekering is opgezegd", True), (FOOD, False), (SEIZURE, False)],
)
async def test_the_law_has_a_term_of_its_own_for_three_crises(town: Town, said: str, legal: bool) -> None:
    one = await town.resident()
    await one.types(said)
    assert (await running(one)).get("crisis_talk") == (CRISIS_TALK if legal else None)


async def test_the_same_crisis_said_again_begins_nothing(town: Town) -> None:
    one = await town.resident()
    await one.types(HOME)
    town.clock.forward(hours=24)
    await one.types("ze zetten ons morgen uit huis")
    assert [local(row.due_at) for row in await town.rows(tables.promise, kind="crisis_talk")] == [CRISIS_TALK]


# ---- what keeps it -------------------------------------------------------------------------------------------------


async def test_an_answer_in_the_chat_is_no_talk(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await signs_up(one)
    await one.types(HOME)
    await answers(town, one, noor)
    assert set(await running(one)) == {"intake", "first_talk", "crisis_talk"}


async def test_a_call_is_the_first_talk_only_when_a_human_says_so(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await signs_up(one)
    await takeover.spoke(town.house, one.conversation_id, noor, "telefoon", seen_seq=99, client_id="0")
    assert set(await running(one)) == {"intake", "first_talk"}
    town.clock.forward(days=2)
    await spoke(one, noor)
    assert await running(one) == {"decision": DECISION}
    told = (await town.rows(tables.event, kind="contactmoment"))[-1]
    assert json.loads(town.house.vault.unseal_text(told.detail_sealed, "event"))["first_talk"] is True


async def test_a_talk_keeps_the_terms_and_the_one_for_the_decision_begins_once(town: Town) -> None:
    one = await town.resident()
    await signs_up(one)
    await one.types(HOME)
    town.clock.forward(days=3)
    await talk_held(one, MONDAY + timedelta(days=2))  # yesterday
    assert {kind: due for kind, due in (await running(one)).items() if kind in TERMS} == {"decision": DECISION}
    kept = {row.kind: local(row.kept_at) for row in await town.rows(tables.promise) if row.kept_at}
    assert kept == dict.fromkeys(("intake", "first_talk", "crisis_talk"), MONDAY + timedelta(days=2))
    town.clock.forward(days=3)
    await talk_held(one, town.clock.now())
    assert len(await town.rows(tables.promise, kind="decision")) == 1


async def test_the_weeks_until_the_decision_are_a_setting(town: Town) -> None:
    config = town.house.config
    town.house.config = replace(config, promises=replace(config.promises, decision_weeks=6))
    one = await town.resident()
    await signs_up(one)
    town.clock.forward(days=2)
    await talk_held(one, town.clock.now())
    assert (await running(one))["decision"] == DECISION - timedelta(weeks=2)


async def test_a_talk_before_the_sign_up_or_the_crisis_is_not_the_one_that_is_meant(town: Town) -> None:
    one = await town.resident()
    await one.types("mens")
    town.clock.forward(hours=2)
    await signs_up(one)
    await talk_held(one, MONDAY)
    assert {"intake", "first_talk"} <= set(await running(one))
    assert await town.rows(tables.promise, kind="decision") == []
    town.clock.forward(hours=20)
    await one.types(HOME)
    await talk_held(one, town.clock.now() - timedelta(hours=1))
    assert set(await running(one)) & set(BY_TALK) == {"crisis_talk"}


async def test_without_a_sign_up_there_is_nothing_to_decide(town: Town) -> None:
    one = await town.resident()
    await one.types(HOME)
    await talk_held(one, MONDAY)
    assert "decision" not in await running(one)
    assert "crisis_talk" not in await running(one)


async def test_a_talk_that_was_not_held_after_all_keeps_nothing(town: Town) -> None:
    one = await town.resident()
    await signs_up(one)
    town.clock.forward(days=2)
    await talk_held(one, town.clock.now())
    await talk_not_held(one, town.clock.now())
    assert {kind: due for kind, due in (await running(one)).items() if kind != "first_contact"} == {
        "intake": INTAKE,
        "first_talk": FIRST_TALK,
    }
    await town.move_to(INTAKE_WARNED)
    assert await warned(one) == [("near", "intake")]
    await talk_held(one, town.clock.now())
    await talk_not_held(one, town.clock.now())
    assert local((await one.row()).due_at) is not None
    await town.move_to(FIRST_TALK)
    assert await warned(one) == [
        ("near", "intake"),
        ("passed", "intake"),
        ("near", "first_talk"),
        ("passed", "first_talk"),
    ]


async def test_what_runs_again_is_asked_of_us_only_if_we_were_warned_of_it(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await signs_up(one)
    await answers(town, one, noor)
    await takeover.hand_back(town.house, one.conversation_id, noor)
    for moment, queue, due in (
        (INTAKE_WARNED - timedelta(days=1), "waiting_them", None),
        (INTAKE_WARNED + ROOM, "waiting_us", INTAKE),
    ):
        await town.move_to(moment)
        await talk_held(one, town.clock.now())
        row = await one.row()
        assert (row.queue, row.due_at) == ("waiting_them", None)
        await talk_not_held(one, town.clock.now())
        row = await one.row()
        assert (row.queue, local(row.due_at)) == (queue, due)


@pytest.mark.parametrize("later", [timedelta(hours=2), timedelta(days=2)])
async def test_a_second_talk_that_was_not_held_after_all_undoes_no_decision_of_the_first(
    town: Town, later: timedelta
) -> None:
    one = await town.resident()
    await signs_up(one)
    town.clock.forward(days=2)
    await talk_held(one, town.clock.now())
    town.clock.to(town.clock.now() + later)
    await talk_held(one, town.clock.now())
    await talk_not_held(one, town.clock.now())
    assert (await running(one))["decision"] == DECISION


async def test_no_decision_is_waited_for_however_long_it_would_take_now(town: Town) -> None:
    one = await town.resident()
    await signs_up(one)
    town.clock.forward(days=2)
    await talk_held(one, town.clock.now())
    config = town.house.config
    town.house.config = replace(config, promises=replace(config.promises, decision_weeks=6))
    await talk_not_held(one, town.clock.now())
    assert {"intake", "first_talk"} <= set(await running(one))
    assert "decision" not in await running(one)


async def test_who_signed_up_anew_waits_for_a_decision_anew(town: Town) -> None:
    one, again = await town.resident(), await town.resident("telegram")
    await signs_up(one)
    town.clock.forward(days=1)
    await talk_held(one, town.clock.now())
    town.clock.forward(days=1)
    await signs_up(again)
    await join(one, again)
    assert len(await town.rows(tables.promise, kind="decision")) == 1
    for _ in range(2):
        town.clock.forward(days=1)
        await talk_held(one, town.clock.now())
        assert len(await town.rows(tables.promise, kind="decision")) == 2


@pytest.mark.parametrize("went_wrong", ["failed_step", "lapsed"])
async def test_what_went_wrong_since_is_asked_of_us_also_when_the_talk_was_held(town: Town, went_wrong: str) -> None:
    one, noor = await town.resident(), await town.colleague()
    await signs_up(one)
    await answers(town, one, noor)
    await takeover.hand_back(town.house, one.conversation_id, noor)
    await town.move_to(INTAKE + ROOM)
    if went_wrong == "lapsed":
        await takeover.take_over(town.house, one.conversation_id, noor)
        await town.move_to(INTAKE + timedelta(days=4))
    else:
        at = town.clock.now() + timedelta(days=1, minutes=10)
        with screen_replaced("afspraak", "told_booked", broken):
            await acts.book(town.house, one.conversation_id, noor, kind="phone", at=at, who=[noor.id], client_id="b")
    assert went_wrong in await one.events()
    assert local((await one.row()).due_at) == INTAKE
    await talk_held(one, town.clock.now())
    row = await one.row()
    assert row.queue == "waiting_us"
    assert row.due_at is not None


# ---- what a crisis takes along -------------------------------------------------------------------------------------


async def test_a_crisis_that_is_denied_or_over_takes_its_term_along(balie: Balie, noor: Staff) -> None:
    denied, over = await balie.resident(), await balie.resident()
    for one in (denied, over):
        await one.types(HOME)
        assert [said for said in await promised(balie, one, noor) if said.startswith("Gesprek bij crisis")]
    await denied.taps("crisis.home:not_it")
    await takeover.acknowledge(balie.house, over.conversation_id, noor)
    await takeover.crisis_over(balie.house, over.conversation_id, noor, seen=list(Category))
    for one in (denied, over):
        assert not [said for said in await promised(balie, one, noor) if said.startswith("Gesprek bij crisis")]
    await balie.town.move_to(CRISIS_TALK + ROOM)
    assert await warned(denied) == await warned(over) == []
    await talk_held(over, balie.town.clock.now())
    assert all(row.kept_at is None for row in await balie.town.rows(tables.promise, kind="crisis_talk"))


async def test_another_crisis_has_its_own_term_when_the_first_is_denied(town: Town) -> None:
    one = await town.resident()
    await one.types(HOME)
    town.clock.forward(days=1)
    await one.types(UTILITIES)
    async with locked(town.house, one.conversation_id) as (talk, conn):
        await effects.apply(talk, (FalseAlarm(Category.HOME),), conn)
    await town.move_to(CRISIS_WARNED + ROOM)
    assert await warned(one) == []
    await town.move_to(CRISIS_WARNED + timedelta(days=1))
    assert await warned(one) == [("near", "crisis_talk")]
    row = await one.row()
    assert local(row.due_at) is not None


async def test_what_begins_after_one_that_is_over_is_warned_of_in_its_own_time(town: Town) -> None:
    one = await town.resident()
    await one.types(HOME)
    await one.taps("crisis.home:not_it")
    town.clock.forward(days=1)
    await one.types(UTILITIES)
    await town.move_to(CRISIS_WARNED + timedelta(days=1) - ROOM)
    assert await warned(one) == []
    await town.move_to(CRISIS_WARNED + timedelta(days=1))
    assert await warned(one) == [("near", "crisis_talk")]
    await town.move_to(CRISIS_TALK + timedelta(days=1))
    assert await warned(one) == [("near", "crisis_talk"), ("passed", "crisis_talk")]


async def test_what_begins_beside_one_that_was_never_kept_is_warned_of_too(town: Town) -> None:
    one = await town.resident()
    await one.types(HOME)
    await town.move_to(CRISIS_TALK + timedelta(days=4))
    assert await warned(one) == [("near", "crisis_talk"), ("passed", "crisis_talk")]
    await one.types(UTILITIES)
    await town.move_to(CRISIS_TALK + timedelta(days=14))
    assert await warned(one) == 2 * [("near", "crisis_talk"), ("passed", "crisis_talk")]


async def test_an_appointment_that_was_held_is_the_talk_and_one_that_was_missed_is_none(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await signs_up(one)
    at = town.clock.now() + timedelta(days=1)
    await acts.book(town.house, one.conversation_id, noor, kind="phone", at=at, who=[noor.id], client_id="book-one")
    town.clock.to(at + timedelta(hours=1))
    (made,) = await town.rows(tables.appointment)
    for number, (state, open_terms) in enumerate(
        (("held", {"decision"}), ("no_show", {"intake", "first_talk"}), ("held", {"decision"}))
    ):
        client_id = f"mark-{number}"
        await acts.mark(town.house, one.conversation_id, noor, made.id, state, client_id=client_id)
        assert {kind for kind in await running(one) if kind in TERMS} == open_terms
