"""While a human holds the conversation the bot is silent (rule 8), exactly; who must know of a crisis."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import takeover
from bot.clock import to_ms
from bot.content import Message
from bot.errors import Refused
from flows.grammar import Case, Category, Opened, Screen
from storage import tables
from tests.support.town import MONDAY, Town, local, origins, screen_replaced
from tests.test_alarm_raised import alarms

EVENING = MONDAY.replace(hour=21)


async def refusal(doing: Awaitable[object]) -> str:
    """The code with which it is refused."""
    with pytest.raises(Refused) as caught:
        await doing
    return caught.value.code


def broken(case: Case) -> Screen:
    raise ZeroDivisionError


def words(messages: list[Message]) -> str:
    return "\n".join(message.content.text for message in messages)


# ---- the hold ------------------------------------------------------------------------------------------------------


async def test_the_hold_begins_at_the_takeover_and_not_at_the_request(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types("mens")
    assert (await one.row()).held_by is None
    assert origins(await one.taps("!menu")) == ["welkom.menu"]
    await takeover.take_over(town.house, one.conversation_id, noor)
    row = await one.row()
    assert (row.held_by, row.assigned_to, row.queue) == (noor.id, noor.id, "waiting_us")
    assert local(row.held_at) == MONDAY
    assert local(row.hold_until) == MONDAY + timedelta(hours=4)
    assert await one.types("hallo?") == []
    assert (await one.row()).queue == "waiting_us"


async def test_whatever_the_person_does_in_a_hold_the_bot_says_nothing(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.taps("!go:aanmelden")
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert await one.types("mens") == []
    assert await one.types("menu") == []
    assert await one.taps("aanmelden.for_whom:self") == []
    assert await one.taps("!taal") == []
    assert await one.picks("aanmelden.worries", "rent") == []
    assert await one.sends("image/jpeg", b"\xff\xd8\xff made up") == []
    assert await one.screen() == "aanmelden.for_whom"
    kept = [message for message in await one.messages() if message.author == "resident"][-6:]
    assert [message.content.kind for message in kept] == ["text", "text", "tap", "tap", "tap", "photo"]


async def test_a_colleague_cannot_take_what_someone_holds(town: Town) -> None:
    one, noor, samir = await town.resident(), await town.colleague(), await town.colleague("Samir")
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert await refusal(takeover.take_over(town.house, one.conversation_id, samir)) == "held_by_other"
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert (await one.events()).count("taken_over") == 1
    town.clock.forward(hours=3)
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert local((await one.row()).hold_until) == MONDAY + timedelta(hours=4)  # only an answer makes it longer


async def test_two_colleagues_who_take_over_at_once_do_not_both_hold_it(town: Town) -> None:
    one, noor, samir = await town.resident(), await town.colleague(), await town.colleague("Samir")
    done = await asyncio.gather(
        *(takeover.take_over(town.house, one.conversation_id, each) for each in (noor, samir)), return_exceptions=True
    )
    assert [isinstance(each, Refused) for each in done].count(True) == 1
    assert (await one.row()).held_by in (noor.id, samir.id)


async def test_life_is_answered_in_a_hold_and_raises_an_alarm_at_once(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    town.clock.to(EVENING - timedelta(hours=8))
    assert origins(await one.types("ik wil niet meer leven")) == ["crisis.life"]
    (alarm,) = await town.rows(tables.alarm)
    assert (alarm.urgency, alarm.state, alarm.next_at) == (3, "raised", to_ms(town.clock.now()))
    row = await one.row()
    assert (row.held_by, row.urgency, row.due_at) == (noor.id, 3, to_ms(town.clock.now()))
    assert row.paused_at is not None
    assert await one.types("bent u daar") == []


async def test_violence_is_answered_in_a_hold_after_hours_too(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    town.clock.to(EVENING)
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert origins(await one.types("mijn man slaat mij")) == ["crisis.violence"]
    assert await alarms(one) == [Category.VIOLENCE]


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("ik word uit huis gezet", Category.HOME),
        ("ze sluiten vandaag de stroom af", Category.UTILITIES),
        ("ik heb niets te eten", Category.FOOD),
    ],
)
async def test_other_crises_alarm_silently_in_a_hold(town: Town, said: str, category: Category) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert await one.types(said) == []
    assert await alarms(one) == [category]
    assert (await one.row()).urgency == 2


async def test_stop_is_acknowledged_in_a_hold(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert origins(await one.types("stop")) == ["woorden.stopped"]
    assert (await town.rows(tables.person))[0].opted_out_at is not None
    assert (await one.row()).held_by == noor.id


async def test_one_notice_per_evening_and_again_the_next(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    town.clock.to(EVENING)
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert origins(await one.types("hoort iemand mij")) == ["overdracht.evening"]
    assert await one.types("nog iets") == []
    town.clock.forward(hours=5)  # past midnight it is the same evening
    assert await one.types("en nog iets") == []
    town.clock.to(EVENING + timedelta(days=1))
    assert origins(await one.types("hallo")) == ["overdracht.evening"]


async def test_no_notice_for_a_tap_or_in_opening_hours(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert await one.types("overdag") == []
    town.clock.to(EVENING)
    assert await one.taps("!menu") == []
    assert origins(await one.sends("image/jpeg", b"\xff\xd8\xff made up")) == ["overdracht.evening"]


# ---- answering -----------------------------------------------------------------------------------------------------


async def test_an_answer_needs_the_hold(town: Town) -> None:
    one, noor, samir = await town.resident(), await town.colleague(), await town.colleague("Samir")
    answer = "Goedemorgen, ik ben Noor."

    async def replies(staff: takeover.Staff, client_id: str, seen: int = 10**6) -> int:
        return await takeover.reply(town.house, one.conversation_id, staff, answer, seen_seq=seen, client_id=client_id)

    assert await refusal(replies(noor, "a")) == "not_held"
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert await refusal(replies(samir, "b")) == "held_by_other"
    seq = await replies(noor, "a")  # what was refused may be tried again
    (heard,) = await one.hears()
    assert (heard.author, heard.content.text, heard.staff_id, heard.seq) == ("caseworker", answer, noor.id, seq)
    row = await one.row()
    assert (row.queue, row.due_at, row.last_staff_at) == ("waiting_them", None, to_ms(MONDAY))


async def test_the_same_answer_twice_is_one_answer(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    first, second = await asyncio.gather(
        *(takeover.reply(town.house, one.conversation_id, noor, "Dag", seen_seq=9, client_id="x") for _ in range(2))
    )
    assert sorted((first, second))[0] == 0
    assert words(await one.hears()) == "Dag"


async def test_two_colleagues_never_answer_unknowingly(town: Town) -> None:
    one, noor, samir = await town.resident(), await town.colleague(), await town.colleague("Samir")
    await takeover.take_over(town.house, one.conversation_id, noor)
    seen = (await one.messages())[-1].seq
    await takeover.reply(town.house, one.conversation_id, noor, "Ik bel u.", seen_seq=seen, client_id="1")
    await takeover.assign(town.house, one.conversation_id, samir.id, noor, client_id="3")
    await takeover.take_over(town.house, one.conversation_id, samir)
    late = takeover.reply(town.house, one.conversation_id, samir, "Ik mail u.", seen_seq=seen, client_id="2")
    assert await refusal(late) == "newer_reply"
    seen = (await one.messages())[-1].seq
    await takeover.reply(town.house, one.conversation_id, samir, "Ik mail u.", seen_seq=seen, client_id="2")
    assert words(await one.hears()) == "Ik bel u.\nIk mail u."


async def test_ones_own_answer_is_no_reason_to_look_again(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    for number in "12":
        await takeover.reply(town.house, one.conversation_id, noor, f"Deel {number}", seen_seq=0, client_id=number)
    assert words(await one.hears()) == "Deel 1\nDeel 2"


@pytest.mark.parametrize(("text", "code"), [("  \n ", "empty"), ("\u200b\u200d", "empty"), ("a" * 4001, "too_long")])
async def test_nothing_and_too_much_are_refused(town: Town, text: str, code: str) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    answer = takeover.reply(town.house, one.conversation_id, noor, text, seen_seq=0, client_id="1")
    assert await refusal(answer) == code


async def test_a_conversation_that_does_not_exist(town: Town) -> None:
    noor = await town.colleague()
    assert await refusal(takeover.take_over(town.house, 999, noor)) == "gone"


async def test_an_answer_keeps_the_promise_of_one(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types("mens")
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.reply(town.house, one.conversation_id, noor, "Dag", seen_seq=9, client_id="x")
    assert [row.kept_at for row in await town.rows(tables.promise)] == [to_ms(MONDAY)]


async def test_an_answer_in_a_crisis_stops_its_clock(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types("ik word uit huis gezet")
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.reply(town.house, one.conversation_id, noor, "Ik bel u nu.", seen_seq=9, client_id="x")
    row = await one.row()
    assert (row.queue, row.urgency, row.due_at) == ("waiting_them", 2, None)


async def test_an_answer_is_the_first_contact_and_no_intake(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    for data in ("!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough", "aanmelden.summary:yes"):
        await one.taps(data)
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.reply(town.house, one.conversation_id, noor, "Dag", seen_seq=99, client_id="x")
    kept = {row.kind: row.kept_at for row in await town.rows(tables.promise)}
    assert kept == {"first_contact": to_ms(MONDAY), "intake": None, "first_talk": None}


async def test_who_promised_no_day_has_none_on_file(town: Town) -> None:
    town.house.gemeente = replace(town.house.gemeente, promises=frozenset())
    one = await town.resident()
    await one.types("mens")
    assert await town.rows(tables.promise) == []
    assert (await one.row()).queue == "waiting_us"


# ---- the end of a hold ---------------------------------------------------------------------------------------------


async def test_handing_back_is_announced_and_goes_on_at_the_same_question(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.taps("!go:aanmelden")
    await takeover.take_over(town.house, one.conversation_id, noor)
    await one.types("ik snap de vraag niet")
    await takeover.hand_back(town.house, one.conversation_id, noor)
    heard = await one.hears()
    assert origins(heard) == ["aanmelden.for_whom"]
    assert "Noor is klaar met antwoorden" in words(heard)
    assert (await one.row()).held_by is None
    assert origins(await one.taps("aanmelden.for_whom:self")) == ["aanmelden.worries"]
    assert await refusal(takeover.hand_back(town.house, one.conversation_id, noor)) == "not_held"


async def test_nobody_hands_back_what_a_colleague_holds_but_a_coordinator(town: Town) -> None:
    one, noor, samir = await town.resident(), await town.colleague(), await town.colleague("Samir")
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert await refusal(takeover.hand_back(town.house, one.conversation_id, samir)) == "held_by_other"
    assert (await one.row()).held_by == noor.id
    assert await one.hears() == []
    await takeover.hand_back(town.house, one.conversation_id, samir, coordinates=True)
    assert (await one.row()).held_by is None
    assert "Noor is klaar met antwoorden" in words(await one.hears())


async def test_who_was_given_the_conversation_and_took_it_hands_it_back(town: Town) -> None:
    one, noor, samir = await town.resident(), await town.colleague(), await town.colleague("Samir")
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.assign(town.house, one.conversation_id, samir.id, noor, client_id="1")
    assert await refusal(takeover.hand_back(town.house, one.conversation_id, samir)) == "held_by_other"
    await takeover.take_over(town.house, one.conversation_id, samir)
    assert await refusal(takeover.hand_back(town.house, one.conversation_id, noor)) == "held_by_other"
    await takeover.hand_back(town.house, one.conversation_id, samir)
    assert (await one.row()).held_by is None


async def test_a_new_file_that_is_handed_back_unanswered_is_still_new(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    for data in ("!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough", "aanmelden.summary:yes"):
        await one.taps(data)
    due_at = (await one.row()).due_at
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.hand_back(town.house, one.conversation_id, noor)
    row = await one.row()
    assert (row.queue, row.due_at) == ("new", due_at)


async def test_what_is_written_in_a_hold_is_due_when_the_hold_ends(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    town.clock.forward(hours=1)
    await takeover.reply(town.house, one.conversation_id, noor, "Dag", seen_seq=9, client_id="x")
    await one.types("dank u, en nu?")
    row = await one.row()
    assert local(row.held_at) == MONDAY  # an answer makes the hold longer, not another one
    assert local(row.due_at) == local(row.hold_until) == MONDAY + timedelta(hours=5)


async def test_after_handing_back_the_clock_of_the_hold_says_nothing(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.hand_back(town.house, one.conversation_id, noor)
    await one.hears()
    await town.move_to(MONDAY + timedelta(days=2))
    assert await one.hears() == []


async def test_a_hold_without_an_answer_lapses_after_four_open_hours(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.taps("!go:aanmelden")
    await takeover.take_over(town.house, one.conversation_id, noor)
    await one.types("ik heb een vraag")
    await town.move_to(MONDAY.replace(hour=13, minute=59))
    assert await one.hears() == []
    await town.move_to(MONDAY.replace(hour=14))
    heard = await one.hears()
    assert origins(heard) == ["aanmelden.for_whom"]
    assert "Er is nu geen medewerker in dit gesprek" in words(heard)
    row = await one.row()
    assert (row.held_by, row.queue) == (None, "waiting_us")
    assert row.due_at is not None
    assert (await one.events())[-1] == "lapsed"
    assert origins(await one.types("menu")) == ["welkom.menu"]


@pytest.mark.parametrize("lapses", [True, False])
async def test_a_bug_in_what_is_said_next_does_not_keep_the_hold(town: Town, lapses: bool) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    with screen_replaced("welkom", "menu", broken):
        if lapses:
            await town.move_to(MONDAY.replace(hour=14))
        else:
            await takeover.hand_back(town.house, one.conversation_id, noor)
    assert origins(await one.hears()) == ["taking.failed"]
    row = await one.row()
    assert (row.held_by, row.queue, row.urgency) == (None, "waiting_us", 1)
    assert (await one.events())[-2:] == ["lapsed" if lapses else "handed_back", "failed_step"]
    assert origins(await one.types("help")) == ["woorden.help"]


async def test_who_only_looks_again_is_not_waiting_for_an_answer(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.reply(town.house, one.conversation_id, noor, "Dag", seen_seq=9, client_id="x")
    await one.says(Opened("aanmelden"))
    assert (await one.row()).queue == "waiting_them"
    await one.types("dag")
    assert (await one.row()).queue == "waiting_us"


async def test_an_answer_starts_the_hold_time_anew(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    town.clock.to(MONDAY.replace(hour=9))
    await takeover.take_over(town.house, one.conversation_id, noor)
    await town.move_to(MONDAY.replace(hour=12))
    await takeover.reply(town.house, one.conversation_id, noor, "Ik zoek het uit.", seen_seq=9, client_id="x")
    await town.move_to(MONDAY.replace(hour=15, minute=59))
    assert (await one.row()).held_by == noor.id
    await town.move_to(MONDAY.replace(hour=16))
    assert (await one.row()).held_by is None


async def test_a_hold_lapses_at_closing_time(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await town.move_to(MONDAY.replace(hour=15))
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert local((await one.row()).hold_until) == MONDAY.replace(hour=17)
    await town.move_to(MONDAY.replace(hour=17))
    assert "Er is nu geen medewerker" in words(await one.hears())
    assert (await one.row()).queue == "waiting_us"


async def test_a_hold_taken_after_hours_counts_from_the_next_opening(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await town.move_to(EVENING)
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert local((await one.row()).hold_until) == MONDAY.replace(hour=13) + timedelta(days=1)


async def test_who_answers_at_the_moment_of_lapsing_keeps_the_hold_or_is_told(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    town.clock.to(MONDAY.replace(hour=14))
    answer = takeover.reply(town.house, one.conversation_id, noor, "Dag", seen_seq=9, client_id="x")
    done = await asyncio.gather(town.run_due(), answer, return_exceptions=True)
    said = words(await one.hears())
    if isinstance(done[1], Refused):
        assert "Dag" not in said
        assert (await one.row()).held_by is None
    else:
        assert said == "Dag"
        assert (await one.row()).held_by == noor.id
