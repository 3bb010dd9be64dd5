"""What a file's urgency and clock name: the worst that nobody answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import takeover
from tests.support.town import MONDAY, Colleague, Resident, Town, local

HOME = "ik word uit huis gezet"
LIFE = "ik wil niet meer leven"
SEIZURE = "er staat een deurwaarder voor de deur"

TOMORROW = MONDAY.replace(hour=17) + timedelta(days=1)


async def clock(one: Resident) -> tuple[int, datetime | None]:
    """How urgent the file is, and when it is due."""
    row = await one.row()
    return row.urgency, local(row.due_at)


async def answers(town: Town, one: Resident, staff: Colleague) -> None:
    """Takes over and writes something."""
    await takeover.take_over(town.house, one.conversation_id, staff)
    seen = (await one.messages())[-1].seq
    await takeover.reply(town.house, one.conversation_id, staff, "Dag", seen_seq=seen, client_id=f"answer-{seen}")


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
    assert await clock(one) == (0, None)


async def test_a_hold_that_lapses_after_an_answer_leaves_nothing_late(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await answers(town, one, noor)
    await town.move_to(MONDAY.replace(hour=15))
    row = await one.row()
    assert (row.held_by, row.queue, row.due_at) == (None, "waiting_us", None)
