"""The terms of a file run, warn the desk in time, and are kept by what the law asks for and by nothing less."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot import deadlines, effects, takeover
from bot.clock import to_ms
from bot.desk.accounts import Staff
from bot.takeover import locked
from flows.grammar import Category, FalseAlarm
from storage import tables
from storage.promises import BY_TALK, TERM_WARNINGS, TERMS
from tests.support.desk import Balie
from tests.support.town import MONDAY, Resident, Town, local
from tests.test_desk_card import promised, reasons
from tests.test_joining import code_of, joins
from tests.test_standing import FOOD, HOME, SEIZURE, answers

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


# ---- warnings ------------------------------------------------------------------------------------------------------


async def test_the_desk_is_warned_before_a_term_ends_and_when_it_did(balie: Balie, noor: Staff) -> None:
    one, town = await balie.resident(), balie.town
    await signs_up(one)
    await answers(town, one, noor)
    await takeover.hand_back(town.house, one.conversation_id, noor)
    await town.move_to(INTAKE_WARNED - ROOM)
    row = await one.row()
    assert (row.queue, row.due_at, await warned(one)) == ("waiting_them", None, [])
    await town.move_to(INTAKE_WARNED)
    row = await one.row()
    assert (row.queue, local(row.due_at), row.urgency) == ("waiting_us", INTAKE, 0)
    both = "Termijn loopt af: intake, uiterlijk donderdag 3 december"
    assert await reasons(balie, one, noor) == (both, both)
    await answers(town, one, noor)
    assert (await one.row()).due_at is None, "they wrote to the person"
    await town.move_to(INTAKE)
    assert (await one.row()).queue == "waiting_us"
    assert await warned(one) == [("near", "intake"), ("passed", "intake")]
    late = "Termijn voorbij: intake, uiterlijk donderdag 3 december"
    assert await reasons(balie, one, noor) == (late, late)
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{one.conversation_id}")
    history = re.search(r'<ol class="history">(.*?)</ol>', browser.page, re.DOTALL)
    assert history is not None
    assert "Termijn voorbij: intake, uiterlijk donderdag 3 december" in html.unescape(history[1])
    await town.move_to(FIRST_TALK_WARNED)
    assert (await warned(one))[2:] == [("near", "first_talk")]
    assert (await reasons(balie, one, noor))[1] == (
        "Termijn loopt af: eerste gesprek (Wgs), uiterlijk maandag 21 december"
    )
    await spoke(one, noor)
    assert (await one.row()).queue == "waiting_them"
    browser = await balie.browser(noor)
    await browser.get("/desk", params={"queue": "waiting_them"})
    assert f"file-{one.conversation_id}" in browser.page
    assert "Termijn" not in browser.page
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert "<dd>Overname verlopen" in browser.page


async def test_a_crisis_is_warned_of_a_working_day_before(balie: Balie, noor: Staff) -> None:
    one, town = await balie.resident(), balie.town
    await one.types(HOME)
    await takeover.acknowledge(town.house, one.conversation_id, noor)
    await answers(town, one, noor)
    await town.move_to(CRISIS_WARNED)
    row = await one.row()
    assert (row.queue, row.urgency, local(row.due_at)) == ("waiting_us", 2, CRISIS_TALK)
    both = "Huis kwijtraken. Termijn loopt af: gesprek bij crisis (Wgs), uiterlijk donderdag 26 november"
    assert (await reasons(balie, one, noor)) == (both, both)
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.crisis_over(town.house, one.conversation_id, noor, seen=["home"])
    await town.move_to(CRISIS_TALK + ROOM)
    browser = await balie.browser(noor)
    await browser.get("/desk", params={"queue": "waiting_us"})
    assert f"file-{one.conversation_id}" in browser.page
    assert "Termijn" not in browser.page


async def test_what_was_kept_in_time_is_not_warned_of(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await signs_up(one)
    await one.types(HOME)
    town.clock.forward(hours=5)
    await spoke(one, noor)
    await town.move_to(FIRST_TALK + ROOM)
    assert await warned(one) == []
    assert await running(one) == {"decision": DECISION - timedelta(days=2)}
    await town.move_to(DECISION)
    assert await warned(one) == [("near", "decision"), ("passed", "decision")]


@pytest.mark.parametrize("how", ["stop", "held", "paused", "blocked"])
async def test_nothing_that_stops_messages_stops_a_warning(town: Town, how: str) -> None:
    one, noor = await town.resident("telegram"), await town.colleague()
    await signs_up(one)
    town.clock.to(INTAKE_WARNED - timedelta(minutes=30))
    if how == "stop":
        await one.types("stop")
    elif how == "held":
        await answers(town, one, noor)
    elif how == "paused":
        await one.types("ik wil niet meer leven")
        assert (await one.row()).paused_at is not None
    else:
        async with town.house.db.begin() as conn:
            await conn.execute(update(tables.address).values(blocked_at=to_ms(MONDAY)))
    before = (await one.row()).last_seq
    await town.move_to(INTAKE_WARNED)
    assert await warned(one) == [("near", "intake")]
    row = await one.row()
    assert row.queue in ("new", "waiting_us")
    assert row.due_at is not None
    assert row.due_at <= to_ms(INTAKE)
    assert row.last_seq == before, "the person hears nothing of it"


async def test_a_worker_that_was_away_says_only_that_it_is_over(town: Town) -> None:
    one = await town.resident()
    await signs_up(one)
    town.clock.to(INTAKE + ROOM)
    await town.run_due()
    assert await warned(one) == [("passed", "intake")]
    await town.run_due()
    assert await warned(one) == [("passed", "intake")]


async def test_a_clock_that_a_warning_set_goes_when_the_talk_was_held(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await signs_up(one)
    await answers(town, one, noor)
    await takeover.hand_back(town.house, one.conversation_id, noor)
    await town.move_to(INTAKE_WARNED + ROOM)
    assert local((await one.row()).due_at) == INTAKE
    await talk_held(one, town.clock.now())
    row = await one.row()
    assert (row.queue, row.due_at) == ("waiting_them", None), "nothing else is asked of us"


async def test_a_question_that_waits_keeps_its_clock_when_the_talk_was_held(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await signs_up(one)
    await answers(town, one, noor)
    await takeover.hand_back(town.house, one.conversation_id, noor)
    await town.move_to(INTAKE - timedelta(hours=3))
    await one.types("mens")
    row = await one.row()
    assert (row.queue, local(row.due_at)) == ("waiting_us", INTAKE)
    await talk_held(one, town.clock.now())
    row = await one.row()
    assert (row.queue, local(row.due_at)) == ("waiting_us", datetime(2026, 12, 7, 17, tzinfo=MONDAY.tzinfo))


async def test_a_warning_outlasts_a_crisis_that_is_denied(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await signs_up(one)
    await answers(town, one, noor)
    await takeover.hand_back(town.house, one.conversation_id, noor)
    await town.move_to(INTAKE_WARNED + ROOM)
    await one.types(FOOD)
    assert local((await one.row()).due_at) != INTAKE
    await one.taps("crisis.food:not_it")
    assert local((await one.row()).due_at) == INTAKE


async def test_of_two_who_are_one_the_first_term_is_warned_of_in_time(town: Town) -> None:
    older, younger = await town.resident("telegram"), await town.resident("telegram")
    await signs_up(younger)
    town.clock.forward(days=4)
    await signs_up(older)
    await joins(younger, await code_of(older))
    await town.move_to(INTAKE_WARNED)
    assert await warned(older) == [("near", "intake")]
    assert local((await older.row()).due_at) is not None
    await town.move_to(INTAKE + timedelta(days=4))
    assert await warned(older) == [("near", "intake"), ("near", "intake"), ("passed", "intake"), ("passed", "intake")]


# ---- the decision, on the page -------------------------------------------------------------------------------------


async def test_a_first_talk_and_a_decision_are_put_on_file(balie: Balie, noor: Staff) -> None:
    one, town = await balie.resident(), balie.town
    path, browser = f"/desk/file/{one.conversation_id}", await balie.browser(noor)
    await browser.get(path)
    assert "eerste gesprek" not in browser.page
    await signs_up(one)
    town.clock.forward(days=2)
    await browser.get(path)
    assert "Dit was het eerste gesprek" in browser.page
    assert "Beschikking" not in browser.page
    fields = {name: browser.field(name) for name in ("client_id",)} | {"seen": str((await one.row()).last_seq)}
    assert (await browser.post(f"{path}/spoke", how="bezoek", first_talk="yes", **fields)).status == 303
    await browser.get(path)
    assert "Dit was het eerste gesprek" not in browser.page
    assert "bezoek of afspraak, eerste gesprek" in browser.page
    await town.move_to(DECISION_WARNED)
    assert local((await one.row()).due_at) == DECISION
    await browser.get(path)
    assert "Termijn loopt af: beschikking, uiterlijk woensdag 20 januari" in browser.page
    for _ in range(2):
        assert (await browser.post(f"{path}/decided")).status == 303
    await browser.get(path)
    assert "Beschikking: ✓ gedaan 09:00" in await promised(balie, one, noor)
    assert re.search(r"<li>Beschikking verstuurd\s*<span[^>]*>Noor", browser.page)
    assert (await one.events()).count("decided") == 1
    row = await one.row()
    assert (row.queue, row.due_at) == ("waiting_them", None)
    await town.move_to(DECISION + ROOM)
    assert ("passed", "decision") not in await warned(one)


async def test_an_auditor_decides_nothing(balie: Balie, noor: Staff) -> None:
    one, ada = await balie.resident(), await balie.add_staff("ada", "Ada", "auditor")
    await signs_up(one)
    await spoke(one, noor)
    path, browser = f"/desk/file/{one.conversation_id}", await balie.browser(ada)
    await browser.get(path)
    assert "Beschikking verstuurd" not in browser.page
    assert (await browser.post(f"{path}/decided")).status == 403
