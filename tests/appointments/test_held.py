"""What a talk that was held does to a file: it answers what was said before it, and nothing that was said since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import standing, takeover
from bot.agenda import acts
from bot.takeover import locked
from flows.agenda import Appointment
from flows.grammar import Category
from storage import tables
from tests.support.agenda import at, booked
from tests.support.town import Colleague, Resident, Town
from tests.test_deadlines import running, signs_up
from tests.test_standing import HOME

AFTER = timedelta(hours=1, minutes=30)


@pytest.fixture
async def one(town: Town) -> Resident:
    """Somebody who signed up, on a Monday."""
    resident = await town.resident()
    await signs_up(resident)
    return resident


async def mark(one: Resident, staff: Colleague, which: Appointment, state: str) -> None:
    number = len(await one.town.rows(tables.received))
    await acts.mark(one.town.house, one.conversation_id, staff, which.id, state, client_id=f"mark-{number}")


async def test_a_talk_answers_what_was_said_before_it(town: Town, one: Resident, noor: Colleague) -> None:
    made = await booked(one, at("10:00"), noor)
    town.clock.to(at("10:00") + AFTER)
    await mark(one, noor, made, "held")
    assert "first_contact" not in await running(one)
    row = await one.row()
    assert (row.queue, row.due_at) == ("waiting_them", None)
    assert [each.taken_by for each in await town.rows(tables.case_file)] == [noor.id]
    (told,) = [each for each in await town.rows(tables.event, kind="contactmoment") if each.staff_id is not None]
    assert told.staff_id == noor.id


async def test_a_talk_answers_nothing_that_was_said_since(town: Town, one: Resident, noor: Colleague) -> None:
    made = await booked(one, at("10:00"), noor)
    town.clock.to(at("10:00") + AFTER)
    await one.types(HOME)
    before = await one.row()
    await mark(one, noor, made, "held")
    row = await one.row()
    assert (row.queue, row.due_at, row.urgency) == (before.queue, before.due_at, before.urgency)
    async with locked(town.house, one.conversation_id) as (talk, conn):
        assert Category.HOME in (await standing.read(talk, conn)).unanswered
        assert not await standing.acted_on(talk, conn)
    assert (await one.events()).count("contactmoment") == 2, "the sign-up and the talk"


async def test_a_colleague_who_marks_it_takes_no_hold_over(town: Town, one: Resident, noor: Colleague) -> None:
    bas = await town.colleague("Bas")
    made = await booked(one, at("10:00"), noor)
    town.clock.to(at("10:00") + AFTER)
    await takeover.take_over(town.house, one.conversation_id, noor)
    await mark(one, bas, made, "held")
    assert (await one.row()).held_by == noor.id


async def test_of_two_talks_the_one_that_was_held_after_all_counts(town: Town, one: Resident, noor: Colleague) -> None:
    first, second = await booked(one, at("10:00"), noor), await booked(one, at("13:00"), noor)
    town.clock.to(at("13:00") + AFTER)
    await mark(one, noor, first, "held")
    await mark(one, noor, second, "held")
    await mark(one, noor, first, "no_show")
    assert set(await running(one)) == {"decision"}
