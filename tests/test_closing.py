"""Help ends: everything that ran stops in one transaction, the person hears what stays possible, and the file is there
again when they write or when it was a mistake."""

from __future__ import annotations

import asyncio
import json
from datetime import date, timedelta

import pytest

from bot import closing, takeover
from bot.agenda import acts as agenda
from bot.clock import to_ms
from bot.contact import plans
from bot.contact.making import Wanted
from bot.progress import acts as progress
from bot.progress.acts import Look
from flows.aftercare import END_REASONS, AskContact, Means, Part, PlanKind, Rhythm
from flows.grammar import OptOut
from storage import tables
from storage.signals import ANSWERED
from tests.support.contact import alarms, days, does, notices
from tests.support.ending import SANNE, agrees, closes, later, recognised, reopens, signals, signs_up
from tests.support.town import MONDAY, Colleague, Resident, Town, local, origins
from tests.test_joining import code_of, joins
from tests.test_takeover import refusal


@pytest.fixture
async def noor(town: Town) -> Colleague:
    """A caseworker."""
    return await town.colleague("Noor")


@pytest.fixture
async def sanne(town: Town) -> Resident:
    """Someone who signed up."""
    return await signs_up(await town.resident())


async def detail(town: Town, one: Resident, kind: str) -> dict[str, object]:
    """What the last event of a kind says."""
    row = (await town.rows(tables.event, conversation_id=one.conversation_id, kind=kind))[-1]
    await town.house.vault.prepare([town.house.vault.key_of(row.detail_sealed)])
    found: dict[str, object] = json.loads(town.house.vault.unseal_text(row.detail_sealed, "event"))
    return found


async def waiting(town: Town) -> set[str]:
    """The kinds of pings that wait."""
    return {row.kind for row in await town.rows(tables.ping, state="waiting")}


# ---- what ends -----------------------------------------------------------------------------------------------------


async def test_closing_ends_all_that_ran(town: Town, sanne: Resident, noor: Colleague) -> None:
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await agrees(town, sanne, noor, False, True, True)
    _, first, second = await town.rows(tables.agreement)
    await sanne.hears()
    assert any(kind.startswith("afspraken.due:") for kind in await waiting(town))
    await closes(
        town,
        sanne,
        noor,
        ended_on=MONDAY.date(),
        open_lines=["  De laatste   termijn in maart ", ""],
        words="Het ga u goed",
        done=[first.id],
    )
    (case,) = await town.rows(tables.case_file)
    assert (local(case.closed_at), case.ended_on, case.reason) == (MONDAY, "2026-11-23", "afgerond")
    row = await sanne.row()
    assert (row.queue, row.urgency, row.due_at, row.held_by, row.assigned_to) == ("closed", 0, None, None, noor.id)
    (phase,) = await town.rows(tables.phase)
    assert (phase.phase, phase.state, phase.set_by) == ("aanmelding", "done", noor.id)
    states = {one.id: one.state for one in await town.rows(tables.agreement)}
    assert (states[first.id], states[second.id], sorted(states.values())) == (
        "done",
        "dropped",
        ["done", "dropped", "open"],
    )
    assert all(one.kept_at is not None for one in await town.rows(tables.promise))
    left = await waiting(town)
    assert closing.KEYS_END in left
    assert all(kind.startswith(("care.", "deadline.", "ratings.")) for kind in left)
    told = await detail(town, sanne, "closed")
    assert (told["reason"], told["ended_on"], told["keys_until"]) == ("afgerond", "2026-11-23", "2027-05-23")
    assert (told["open"], told["agreements"], told["told"]) == (["De laatste termijn in maart"], 1, True)


async def test_the_person_hears_it_once_in_their_own_chat(town: Town, sanne: Resident, noor: Colleague) -> None:
    await town.another_process()
    await asyncio.gather(*(closes(town, sanne, noor, client_id="closes-at-once") for _ in range(2)))
    (told,) = await sanne.hears()
    assert told.content.origin == "contact.closed"
    assert (await sanne.row()).queue == "closed"
    assert (await sanne.events()).count("closed") == 1
    assert (await detail(town, sanne, "contactmoment"))["kind"] == "afsluiting"


async def test_it_can_be_quiet(town: Town, sanne: Resident, noor: Colleague) -> None:
    await closes(town, sanne, noor, reason="niet_verschenen", tell=False)
    assert await sanne.hears() == []
    assert (await detail(town, sanne, "closed"))["told"] is False
    (phase,) = await town.rows(tables.phase)
    assert phase.state == "stopped"


async def test_after_a_death_nobody_is_told_or_asked_anything(town: Town, sanne: Resident, noor: Colleague) -> None:
    await closes(town, sanne, noor, reason="overleden", tell=True)
    assert await sanne.hears() == []
    assert not any(kind.startswith("ratings.") for kind in await waiting(town))
    await town.move_to(later(13))
    assert await sanne.hears() == []


async def test_a_look_changes_nothing(town: Town, sanne: Resident, noor: Colleague) -> None:
    look = Look()
    before = (await sanne.row(), await sanne.events(), await waiting(town))
    await closes(town, sanne, noor, open_lines=["De huur van maart"], look=look)
    assert [one.origin for one in look.says] == ["contact.closed"]
    assert "De huur van maart" in look.says[0].text
    assert (await sanne.row(), await sanne.events(), await waiting(town)) == before
    assert await sanne.hears() == []


@pytest.mark.parametrize("reason", END_REASONS)
async def test_every_reason_can_be_told(town: Town, noor: Colleague, reason: str) -> None:
    one = await signs_up(await town.resident())
    await closes(town, one, noor, reason=reason)
    assert ("failed_step" in await one.events(), (await one.row()).queue) == (False, "closed")


# ---- what stands in the way ----------------------------------------------------------------------------------------


async def test_what_cannot_be_is_refused_and_changes_nothing(town: Town, sanne: Resident, noor: Colleague) -> None:
    stranger, bas = await town.resident(), await town.colleague("Bas")
    assert await refusal(closes(town, stranger, noor)) == "no_case"
    assert await refusal(closes(town, sanne, noor, reason="klaar")) == "no_end_reason"
    for day in (MONDAY.date() - timedelta(days=1), MONDAY.date() + timedelta(days=1)):
        assert await refusal(closes(town, sanne, noor, ended_on=day)) == "no_end_day"
    assert await refusal(closes(town, sanne, noor, open_lines=["iets"] * 11)) == "too_many_open"
    assert await refusal(closes(town, sanne, noor, open_lines=["x" * 201])) == "too_long"
    await takeover.take_over(town.house, sanne.conversation_id, bas)
    assert await refusal(closes(town, sanne, noor)) == "held_by_other"
    assert "closed" not in await sanne.events()
    await closes(town, sanne, bas)
    assert await refusal(closes(town, sanne, bas)) == "no_case"


async def test_what_they_just_wrote_is_read_first(town: Town, sanne: Resident, noor: Colleague) -> None:
    seen = (await sanne.row()).last_seq
    await sanne.types("mens")
    assert await refusal(closes(town, sanne, noor, seen_seq=seen)) == "newer_message"
    await closes(town, sanne, noor, seen_seq=(await sanne.row()).last_seq)


@pytest.mark.parametrize("words", ["ik word morgen mijn huis uitgezet", "ik wil dood"])
async def test_no_help_ends_in_a_crisis(town: Town, sanne: Resident, noor: Colleague, words: str) -> None:
    await sanne.types(words)
    assert await refusal(closes(town, sanne, noor)) == "danger_first"
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await takeover.crisis_over(town.house, sanne.conversation_id, noor, seen=["home", "life"])
    await closes(town, sanne, noor)


async def test_an_appointment_that_comes_is_cancelled_or_kept_first(
    town: Town, sanne: Resident, noor: Colleague
) -> None:
    at = MONDAY + timedelta(days=1)
    await agenda.book(
        town.house, sanne.conversation_id, noor, kind="phone", at=at, who=[noor.id], client_id="books-one"
    )
    assert await refusal(closes(town, sanne, noor)) == "has_appointment"
    town.clock.forward(days=2)
    await closes(town, sanne, noor)


# ---- and then ------------------------------------------------------------------------------------------------------


async def test_the_keys_live_six_months_after_the_decision(town: Town, sanne: Resident, noor: Colleague) -> None:
    await recognised(town, sanne, noor)
    town.clock.forward(days=10)
    await closes(town, sanne, noor, ended_on=MONDAY.date())
    await town.move_to(later(6, hour=23))
    assert len(await town.rows(tables.signal_key)) == 1
    await town.move_to(later(6, days=1, hour=1))
    assert await town.rows(tables.signal_key) == []
    assert (await detail(town, sanne, "signal_keys"))["what"] == "ended"


async def test_the_keys_stay_while_help_goes_on_again(town: Town, sanne: Resident, noor: Colleague) -> None:
    await recognised(town, sanne, noor)
    await closes(town, sanne, noor)
    town.clock.forward(days=30)
    await reopens(town, sanne, noor, "back", "plan", tell=False)
    await town.move_to(later(7))
    assert len(await town.rows(tables.signal_key)) == 1
    await closes(town, sanne, noor)
    await town.move_to(later(13, days=-1))
    assert len(await town.rows(tables.signal_key)) == 1
    await town.move_to(later(13, days=2))
    assert await town.rows(tables.signal_key) == []


async def test_of_two_who_became_one_the_keys_live_as_long_as_those_of_either(
    town: Town, sanne: Resident, noor: Colleague
) -> None:
    town.clock.forward(minutes=1)
    younger = await signs_up(await town.resident("telegram"))
    for one in (sanne, younger):
        await recognised(town, one, noor)
        await closes(town, one, noor)
        town.clock.forward(days=30)
    await joins(younger, await code_of(sanne))
    await town.move_to(later(6, days=29))
    assert await town.rows(tables.signal_key) != []
    await town.move_to(later(6, days=32))
    assert await town.rows(tables.signal_key) == []


async def test_who_writes_again_is_heard_by_who_they_know(town: Town, sanne: Resident, noor: Colleague) -> None:
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await closes(town, sanne, noor)
    await sanne.hears()
    town.clock.forward(days=60)
    await sanne.types("mens")
    row = await sanne.row()
    assert (row.queue, row.assigned_to) == ("waiting_us", noor.id)
    await closing.put_away(town.house, sanne.conversation_id, noor, client_id="away-once")
    row = await sanne.row()
    assert (row.queue, row.due_at) == ("closed", None)
    assert all(one.kept_at is not None for one in await town.rows(tables.promise))


@pytest.mark.parametrize("tell", [True, False])
async def test_nothing_is_taken_for_a_colleague_who_does_not_come(
    town: Town, sanne: Resident, noor: Colleague, tell: bool
) -> None:
    """Where help ended was the screen on which whatever is typed is kept for who helps. Who was told that it ended, and
    writes, is heard by who they know."""
    await sanne.types("nog iets over de huur")
    assert await sanne.screen() == "overdracht.noted"
    await closes(town, sanne, noor, tell=tell)
    await sanne.hears()
    said = []
    for _ in range(3):
        said += await sanne.types("ik heb nog een vraag")
    assert not {"overdracht.noted", "aanmelden.registered"} & set(origins(said))
    assert ("contact.talk" if tell else "overdracht.offer") in origins(said)
    if not tell:
        await sanne.taps("overdracht.offer:yes")
    assert (await sanne.row()).queue == "waiting_us"
    await closing.put_away(town.house, sanne.conversation_id, noor, client_id="away-once")
    await sanne.hears()
    assert "overdracht.noted" not in origins(await sanne.types("en nog iets"))


async def test_nobody_is_called_any_more_for_what_is_put_away(town: Town, sanne: Resident, noor: Colleague) -> None:
    await does(town, sanne, AskContact("wil praten"))
    await closes(town, sanne, noor)
    assert [(row.state, row.acknowledged_by) for row in await alarms(town, sanne)] == [("acknowledged", noor.id)]
    await does(town, sanne, AskContact("wil weer praten"))
    assert [row.state for row in await alarms(town, sanne)] == ["acknowledged", "raised"]
    await closing.put_away(town.house, sanne.conversation_id, noor, client_id="away-once")
    await days(town, 3)
    assert [row.state for row in await alarms(town, sanne)] == ["acknowledged"] * 2
    assert notices(town) == []


async def test_a_crisis_after_closing_is_a_crisis(town: Town, sanne: Resident, noor: Colleague) -> None:
    await closes(town, sanne, noor)
    await sanne.types("ik wil dood")
    row = await sanne.row()
    assert (row.queue, row.urgency) == ("waiting_us", 3)
    away = closing.put_away(town.house, sanne.conversation_id, noor, client_id="away-once")
    assert await refusal(away) == "danger_first"


async def test_who_takes_a_closed_file_over_finds_it_among_ours(town: Town, sanne: Resident, noor: Colleague) -> None:
    await closes(town, sanne, noor)
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    assert (await sanne.row()).queue == "waiting_us"


# ---- the way back --------------------------------------------------------------------------------------------------


async def test_none_is_added_when_they_are_over(town: Town, sanne: Resident, noor: Colleague) -> None:
    """Nothing would take it away any more."""
    await closes(town, sanne, noor)
    town.clock.to(later(6, hour=23))
    await recognised(town, sanne, noor)
    await town.move_to(later(6, days=1))
    assert await refusal(recognised(town, sanne, noor, number="14")) == "keys_over"
    assert await town.rows(tables.signal_key) == []


async def test_whose_help_ends_again_is_not_called_for_an_invitation(
    town: Town, sanne: Resident, noor: Colleague
) -> None:
    await recognised(town, sanne, noor)
    await closes(town, sanne, noor)
    await signals(town, noor, **SANNE)
    await town.move_to(later(0, days=1))
    assert ANSWERED in await waiting(town)
    await reopens(town, sanne, noor, "back", "plan")
    await closes(town, sanne, noor)
    assert ANSWERED not in await waiting(town)


async def test_a_mistake_is_undone(town: Town, sanne: Resident, noor: Colleague) -> None:
    await progress.move(
        town.house, sanne.conversation_id, noor, "gesprek", "begin", also=["aanmelding"], client_id="m1"
    )
    await agrees(town, sanne, noor, False, True)
    open_before = [one.id for one in await town.rows(tables.promise, kept_at=None)]
    assert open_before
    await sanne.hears()
    town.clock.forward(minutes=5)
    await closes(town, sanne, noor)
    town.clock.forward(minutes=5)
    await reopens(town, sanne, noor, "mistake")
    (case,) = await town.rows(tables.case_file)
    assert (case.closed_at, case.ended_on, case.reason) == (None, None, None)
    assert [(one.phase, one.state) for one in await town.rows(tables.phase)] == [
        ("aanmelding", "done"),
        ("gesprek", "now"),
    ]
    assert [one.state for one in await town.rows(tables.agreement)] == ["open", "open"]
    assert [one.id for one in await town.rows(tables.promise, kept_at=None)] == open_before
    left = await waiting(town)
    assert closing.KEYS_END not in left
    assert not any(kind.startswith("ratings.ask:end") for kind in left)
    assert any(kind.startswith("afspraken.due:") for kind in left)
    assert any(kind.startswith("deadline.") for kind in left)
    assert (await sanne.row()).queue == "waiting_us"


async def test_who_said_stop_is_reminded_of_nothing_when_it_goes_on(
    town: Town, sanne: Resident, noor: Colleague
) -> None:
    await agrees(town, sanne, noor, False, True)
    await does(town, sanne, OptOut())
    await closes(town, sanne, noor)
    assert not any(kind.startswith("afspraken.due:") for kind in await waiting(town))
    await reopens(town, sanne, noor, "mistake")
    assert not any(kind.startswith("afspraken.due:") for kind in await waiting(town))


async def test_what_ran_out_meanwhile_is_warned_of_after_all(town: Town, sanne: Resident, noor: Colleague) -> None:
    await closes(town, sanne, noor)
    await town.move_to(later(2))
    await reopens(town, sanne, noor, "mistake")
    await town.run_due()
    assert {"deadline_passed", "reopened"} <= set(await sanne.events())


async def test_who_comes_back_begins_a_new_phase(town: Town, sanne: Resident, noor: Colleague) -> None:
    assert await refusal(reopens(town, sanne, noor, "back", "plan")) == "not_closed"
    await closes(town, sanne, noor)
    await sanne.hears()
    town.clock.forward(days=40)
    assert await refusal(reopens(town, sanne, noor, "back", "hulp")) == "no_phase"
    assert await refusal(reopens(town, sanne, noor, "zomaar")) == "bad_form"
    await reopens(town, sanne, noor, "back", "plan")
    (told,) = await sanne.hears()
    assert told.content.origin == "voortgang.told_begin"
    assert "nog een keer" not in told.content.text
    assert [(one.phase, one.state) for one in await town.rows(tables.phase)] == [
        ("aanmelding", "done"),
        ("plan", "now"),
    ]
    assert (await detail(town, sanne, "reopened"))["ended_on"] == "2026-11-23"
    row = await sanne.row()
    assert (row.queue, row.due_at is not None, row.assigned_to) == ("waiting_us", True, noor.id)
    await closes(town, sanne, noor)
    await sanne.hears()
    await reopens(town, sanne, noor, "back", "plan")
    assert "nog een keer" in (await sanne.hears())[0].content.text


async def test_whom_a_colleague_talks_with_is_for_that_colleague(town: Town, sanne: Resident, noor: Colleague) -> None:
    await closes(town, sanne, noor)
    await takeover.take_over(town.house, sanne.conversation_id, await town.colleague("Bas"))
    away = closing.put_away(town.house, sanne.conversation_id, noor, client_id="away-once")
    for act in (away, reopens(town, sanne, noor, "mistake"), reopens(town, sanne, noor, "back", "plan")):
        assert await refusal(act) == "held_by_other"


async def test_two_cases_that_became_one_file_end_together(town: Town, sanne: Resident, noor: Colleague) -> None:
    (case,) = await town.rows(tables.case_file)
    values = {name: getattr(case, name) for name in case._fields if name != "id"}
    async with town.house.db.begin() as conn:
        await conn.execute(
            tables.case_file.insert().values(**{**values, "opened_at": to_ms(MONDAY + timedelta(days=3))})
        )
    town.clock.forward(days=5)
    await closes(town, sanne, noor, ended_on=date(2026, 11, 24))
    assert {one.ended_on for one in await town.rows(tables.case_file)} == {"2026-11-24"}
    await reopens(town, sanne, noor, "back", "plan")
    assert [one.ended_on for one in await town.rows(tables.case_file)] == ["2026-11-24", None], "help is one"


async def test_and_go_on_together_when_that_was_a_mistake(town: Town, sanne: Resident, noor: Colleague) -> None:
    await progress.move(
        town.house, sanne.conversation_id, noor, "gesprek", "begin", also=["aanmelding"], client_id="m1"
    )
    (case,) = await town.rows(tables.case_file)
    before = await town.rows(tables.phase)
    values = {name: getattr(case, name) for name in case._fields if name != "id"}
    async with town.house.db.begin() as conn:
        await conn.execute(tables.case_file.insert().values(values))
    town.clock.forward(days=5)
    await closes(town, sanne, noor)
    town.clock.forward(days=1)
    await reopens(town, sanne, noor, "mistake")
    assert [one.closed_at for one in await town.rows(tables.case_file)] == [None, None]
    assert [(one.phase, one.state) for one in await town.rows(tables.phase)] == [
        (one.phase, one.state) for one in before
    ]


# ---- keeping in touch ----------------------------------------------------------------------------------------------


async def test_how_we_keep_in_touch_ends_too(town: Town, sanne: Resident, noor: Colleague) -> None:
    await plans.agree(
        town.house,
        sanne.conversation_id,
        noor,
        Wanted(PlanKind.FIXED, Rhythm.WEEK, None, Part.MORNING, Means.CHAT),
        client_id="agrees-plan",
    )
    await sanne.hears()
    await closes(town, sanne, noor)
    (plan,) = await town.rows(tables.contact_plan)
    assert (plan.state, plan.reason) == ("ended", "closed")
    assert {row.state for row in await town.rows(tables.check_in)} <= {"dropped"}
    assert not await town.rows(tables.promise, kind="evaluation")
    await sanne.hears()
    await town.move_to(later(2))
    assert not any(one.startswith("checkin.") for one in origins(await sanne.hears()))
