"""What the desk does with appointments is an answer: the file waits for the resident, and what was promised is kept.
Never while a crisis waits for words, and never of what nobody here has read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import update

from bot import standing, takeover
from bot.agenda import acts
from bot.takeover import locked
from flows.grammar import Case, Screen
from storage import tables
from tests.support.agenda import WEDNESDAY, at, booked, check, known
from tests.support.town import Colleague, Resident, Town, screen_replaced
from tests.test_deadlines import running, signs_up
from tests.test_standing import HOME, LIFE, SEIZURE, answers

Act = Callable[[Town, Colleague, Resident], Awaitable[None]]


async def book(town: Town, by: Colleague, one: Resident, seen_seq: int | None = None) -> None:
    number = one.conversation_id
    await acts.book(
        town.house, number, by, kind="office", at=at("11:00"), who=[by.id], client_id="act", seen_seq=seen_seq
    )


async def propose(town: Town, by: Colleague, one: Resident, seen_seq: int | None = None) -> None:
    moments = [(at("11:00"), [by.id]), (at("14:00"), [by.id])]
    number = one.conversation_id
    await acts.propose(town.house, number, by, kind="office", moments=moments, client_id="act", seen_seq=seen_seq)


async def move(town: Town, by: Colleague, one: Resident, seen_seq: int | None = None) -> None:
    (stands,) = (await known(one)).standing
    number, moment = one.conversation_id, at("11:00", WEDNESDAY)
    await acts.move(town.house, number, by, stands.id, at=moment, who=[by.id], client_id="act", seen_seq=seen_seq)


async def cancel(town: Town, by: Colleague, one: Resident) -> None:
    (stands,) = (await known(one)).standing
    await acts.cancel(town.house, one.conversation_id, by, stands.id, client_id="act")


async def no_show(town: Town, by: Colleague, one: Resident) -> None:
    (stands,) = (await known(one)).standing
    town.clock.to(stands.at)
    await acts.mark(town.house, one.conversation_id, by, stands.id, "no_show", client_id="act")


GIVES = pytest.mark.parametrize("act", [book, propose, move])
OFF = pytest.mark.parametrize("act", [cancel, no_show])


async def asks(one: Resident, by: Colleague, act: Act) -> None:
    """Has an appointment where there has to be one, and asks for a human."""
    if act in (move, cancel, no_show):
        await booked(one, at("15:00"), by)
    await one.types("mens")


async def contact(town: Town) -> list[int | None]:
    """Who had contact with people, as far as that counts as an answer."""
    return [row.staff_id for row in await town.rows(tables.event, kind="contactmoment")]


@GIVES
async def test_a_moment_answers_who_asked_for_a_human(town: Town, noor: Colleague, sanne: Resident, act: Act) -> None:
    await asks(sanne, noor, act)
    assert (await sanne.row()).queue == "waiting_us"
    assert set(await running(sanne)) == {"answer"}
    for _ in range(2):  # the form twice
        await act(town, noor, sanne)
    row = await sanne.row()
    assert (row.queue, row.due_at, row.urgency, row.held_by) == ("waiting_them", None, 0, None)
    assert await running(sanne) == {}
    assert await contact(town) == [noor.id]
    await check(town)


@GIVES
async def test_it_keeps_no_term_that_asks_for_a_talk(town: Town, noor: Colleague, sanne: Resident, act: Act) -> None:
    await signs_up(sanne)
    await asks(sanne, noor, act)
    before = set(await running(sanne))
    await act(town, noor, sanne)
    assert before - set(await running(sanne)) == {"first_contact", "answer"}
    assert [each.taken_by for each in await town.rows(tables.case_file)] == [noor.id]


async def test_who_plans_for_a_colleague_is_not_who_they_know(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    await signs_up(sanne)
    house, number = town.house, sanne.conversation_id
    await acts.book(house, number, noor, kind="office", at=at("11:00"), who=[bas.id], client_id="act")
    assert (await sanne.row()).queue == "waiting_them"
    assert [each.taken_by for each in await town.rows(tables.case_file)] == [None]


@GIVES
@pytest.mark.parametrize("cry", [HOME, LIFE, SEIZURE])
async def test_a_crisis_waits_for_words(town: Town, noor: Colleague, sanne: Resident, act: Act, cry: str) -> None:
    await asks(sanne, noor, act)
    await sanne.types(cry)
    before, promised = await sanne.row(), await running(sanne)
    assert before.urgency
    await act(town, noor, sanne)
    row = await sanne.row()
    assert (row.queue, row.due_at, row.urgency) == (before.queue, before.due_at, before.urgency)
    assert await running(sanne) == promised
    async with locked(town.house, sanne.conversation_id) as (talk, conn):
        assert (await standing.read(talk, conn)).unanswered
        assert not await standing.acted_on(talk, conn)
    assert await contact(town) == [None]


async def test_after_words_a_moment_is_an_answer_and_the_crisis_stands(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await sanne.types(HOME)
    await answers(town, sanne, noor)
    await takeover.hand_back(town.house, sanne.conversation_id, noor)
    await sanne.types("mens")
    await book(town, noor, sanne)
    row = await sanne.row()
    assert (row.queue, row.due_at, row.urgency) == ("waiting_them", None, 2)


@GIVES
async def test_what_was_said_after_the_page_was_opened_waits_on(
    town: Town, noor: Colleague, sanne: Resident, act: Callable[..., Awaitable[None]]
) -> None:
    await asks(sanne, noor, act)
    seen = (await sanne.messages())[-1].seq
    await sanne.types("mens")
    before = await sanne.row()
    await act(town, noor, sanne, seen_seq=seen)
    row = await sanne.row()
    assert (row.queue, row.due_at) == (before.queue, before.due_at)
    assert "answer" in await running(sanne)


@GIVES
async def test_what_was_on_the_page_is_answered(
    town: Town, noor: Colleague, sanne: Resident, act: Callable[..., Awaitable[None]]
) -> None:
    await asks(sanne, noor, act)
    seen = (await sanne.messages())[-1].seq
    await act(town, noor, sanne, seen_seq=seen)
    assert (await sanne.row()).queue == "waiting_them"


@pytest.mark.parametrize("act", [book, propose, move, cancel, no_show])
async def test_the_talk_of_a_colleague_goes_on_as_it_was(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident, act: Act
) -> None:
    await asks(sanne, noor, act)
    await takeover.take_over(town.house, sanne.conversation_id, bas)
    await sanne.types("mag ik iets vragen?")
    before, promised = await sanne.row(), await running(sanne)
    await act(town, noor, sanne)
    row = await sanne.row()
    assert (row.held_by, row.hold_until, row.queue, row.due_at) == (
        bas.id,
        before.hold_until,
        before.queue,
        before.due_at,
    )
    assert await running(sanne) == promised


@pytest.mark.parametrize("act", [book, propose, move, cancel, no_show])
async def test_in_ones_own_talk_it_is_an_answer_of_whatever_kind(
    town: Town, noor: Colleague, sanne: Resident, act: Act
) -> None:
    await asks(sanne, noor, act)
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await sanne.types("ik kan dan niet")
    before = await sanne.row()
    town.clock.forward(minutes=10)
    await act(town, noor, sanne)
    row = await sanne.row()
    assert (row.held_by, row.queue, row.due_at) == (noor.id, "waiting_them", None)
    assert row.hold_until > before.hold_until
    assert await running(sanne) == {}


@OFF
async def test_that_one_is_off_answers_no_question(town: Town, noor: Colleague, sanne: Resident, act: Act) -> None:
    await asks(sanne, noor, act)
    before = await sanne.row()
    await act(town, noor, sanne)
    row = await sanne.row()
    assert (row.queue, row.due_at, row.last_staff_at) == ("waiting_us", before.due_at, None)
    assert set(await running(sanne)) == {"answer"}
    assert await contact(town) == [None], "on file all the same"


@GIVES
async def test_who_cannot_be_reached_was_not_answered(town: Town, noor: Colleague, act: Act) -> None:
    one = await town.resident("telegram")
    await asks(one, noor, act)
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.address).values(blocked_at=1))
    await act(town, noor, one)
    assert (await one.row()).queue == "waiting_us"
    assert set(await running(one)) == {"answer"}


@GIVES
async def test_what_could_not_be_told_was_no_answer(town: Town, noor: Colleague, sanne: Resident, act: Act) -> None:
    def breaks(case: Case) -> Screen:
        raise RuntimeError("a bug")

    await asks(sanne, noor, act)
    screens: dict[Act, str] = {book: "told_booked", propose: "proposed", move: "told_moved"}
    with screen_replaced("afspraak", screens[act], breaks):
        await act(town, noor, sanne)
    row = await sanne.row()
    assert (row.queue, row.urgency) == ("waiting_us", 1)
    assert set(await running(sanne)) == {"answer"}
    assert await contact(town) == []
