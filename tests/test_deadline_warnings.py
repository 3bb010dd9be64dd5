"""The desk is warned before a term of a file ends and when it did, whatever the person may be sent; and what then."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot import takeover
from bot.clock import to_ms
from bot.desk.accounts import Staff
from storage import tables
from tests.support.desk import Balie
from tests.support.town import MONDAY, Town, local
from tests.test_deadlines import (
    CRISIS_TALK,
    CRISIS_WARNED,
    DECISION,
    DECISION_WARNED,
    FIRST_TALK,
    FIRST_TALK_WARNED,
    INTAKE,
    INTAKE_WARNED,
    ROOM,
    running,
    signs_up,
    spoke,
    talk_held,
    warned,
)
from tests.test_desk_card import promised, reasons
from tests.test_joining import code_of, joins
from tests.test_standing import FOOD, HOME, answers

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
