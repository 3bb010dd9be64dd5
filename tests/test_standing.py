"""What urgency and clock of a file name: the worst that nobody answered, and after a denial what still stands."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import takeover
from bot.clock import to_ms
from flows.grammar import Case, Category, Screen
from storage import tables
from tests.support.town import MONDAY, Resident, Town, local, screen_replaced
from tests.test_alarm_raised import alarms

HOME = "ik word uit huis gezet"
LIFE = "ik wil niet meer leven"
FOOD = "ik heb niets te eten"
SEIZURE = "er staat een deurwaarder voor de deur"

TOMORROW = MONDAY.replace(hour=17) + timedelta(days=1)
ORDINARY = MONDAY.replace(hour=17) + timedelta(days=2)


async def clock(one: Resident) -> tuple[int, datetime | None]:
    """How urgent the file is, and when it is due."""
    row = await one.row()
    return row.urgency, local(row.due_at)


async def answers(town: Town, one: Resident, staff: takeover.Staff) -> None:
    """Takes over and writes something."""
    await takeover.take_over(town.house, one.conversation_id, staff)
    seen = (await one.messages())[-1].seq
    await takeover.reply(town.house, one.conversation_id, staff, "Dag", seen_seq=seen, client_id=f"answer-{seen}")


def broken(case: Case) -> Screen:
    raise ZeroDivisionError


# ---- the worst, and since when -------------------------------------------------------------------------------------


async def test_danger_is_since_the_cry_and_not_since_an_earlier_lapse(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    await one.types("ik heb een vraag")
    await town.move_to(MONDAY.replace(hour=14))
    assert await clock(one) == (0, MONDAY.replace(hour=14))
    town.clock.to(MONDAY.replace(hour=15))
    await one.types(LIFE)
    assert await clock(one) == (3, MONDAY.replace(hour=15))
    town.clock.forward(hours=1)
    await one.types("mijn man slaat mij")
    assert await clock(one) == (3, MONDAY.replace(hour=15))


async def test_what_is_less_urgent_makes_no_clock_later(town: Town) -> None:
    one = await town.resident()
    await one.types(HOME)
    await one.types("mens")
    await one.types(SEIZURE)
    assert await clock(one) == (2, TOMORROW)


async def test_an_answer_ends_every_clock(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types("mens")
    await one.types(LIFE)
    await answers(town, one, noor)
    assert await clock(one) == (3, None)  # that the danger is over is for a human to say


async def test_a_hold_that_lapses_after_an_answer_leaves_nothing_late(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await answers(town, one, noor)
    await town.move_to(MONDAY.replace(hour=15))
    row = await one.row()
    assert (row.held_by, row.queue, row.due_at) == (None, "waiting_us", None)


# ---- what still stands after a false alarm -------------------------------------------------------------------------


async def test_a_seizure_outlasts_the_denial_of_something_else(town: Town) -> None:
    one = await town.resident()
    await one.types(SEIZURE)
    town.clock.forward(hours=24)
    await one.types(FOOD)
    assert await clock(one) == (2, ORDINARY)
    await one.taps("crisis.food:not_it")
    assert await clock(one) == (1, ORDINARY)


async def test_a_seizure_that_is_denied_itself_stands_no_longer(town: Town) -> None:
    one = await town.resident()
    await one.types(SEIZURE)
    await one.taps("crisis.seizure:not_it")
    assert await clock(one) == (0, ORDINARY)


async def test_a_crisis_that_a_human_acknowledged_stands_until_it_is_answered(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types(HOME)
    await takeover.acknowledge(town.house, one.conversation_id, noor)
    await one.types(FOOD)
    await one.taps("crisis.food:not_it")
    assert await clock(one) == (2, TOMORROW)


async def test_what_was_answered_stands_without_a_clock(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types(SEIZURE)
    await answers(town, one, noor)
    await takeover.hand_back(town.house, one.conversation_id, noor)
    await one.types(FOOD)
    await one.taps("crisis.food:not_it")
    assert await clock(one) == (1, ORDINARY)


async def test_who_denies_what_was_answered_starts_no_new_clock(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types(LIFE)
    await answers(town, one, noor)
    await takeover.hand_back(town.house, one.conversation_id, noor)
    await one.taps(f"{await one.screen()}:not_it")
    row = await one.row()
    assert (row.queue, row.urgency, row.due_at) == ("waiting_them", 0, None)


async def test_an_answer_that_was_promised_is_due_on_its_own_day_after_a_false_alarm(town: Town) -> None:
    one = await town.resident()
    await one.types("mens")
    town.clock.forward(hours=24)
    await one.types(LIFE)
    await one.taps("crisis.life:not_it")
    assert await clock(one) == (0, ORDINARY)


async def test_a_lapse_counts_again_after_a_false_alarm(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    await town.move_to(MONDAY.replace(hour=14))
    town.clock.forward(hours=1)
    await one.types(LIFE)
    await one.taps("crisis.life:not_it")
    assert await clock(one) == (0, MONDAY.replace(hour=14))


async def test_a_step_that_failed_stays_urgent_after_a_false_alarm(town: Town) -> None:
    one = await town.resident()
    with screen_replaced("woorden", "help", broken):
        await one.types("help")
    town.clock.forward(hours=1)
    await one.types(FOOD)
    await one.taps("crisis.food:not_it")
    assert await clock(one) == (1, MONDAY)


async def test_of_several_crises_the_worst_that_is_left_counts(town: Town) -> None:
    one = await town.resident()
    for words in (SEIZURE, HOME, LIFE):
        await one.types(words)
    await one.taps("crisis.life:not_it")
    assert await clock(one) == (2, TOMORROW)
    assert await alarms(one) == [Category.HOME]


async def test_a_false_alarm_in_a_hold_waits_for_the_human_who_holds_it(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    await one.types(LIFE)
    await one.taps("crisis.life:not_it")
    assert await clock(one) == (0, MONDAY + timedelta(hours=4))
    assert [row.next_at for row in await town.rows(tables.alarm)] == [None]
    assert (await one.row()).last_inbound_at == to_ms(MONDAY)
