"""Giving a file to a colleague, and private notes: nothing of either reaches the resident's conversation."""

from __future__ import annotations

from datetime import timedelta

from bot import takeover
from storage import tables
from tests.support.town import MONDAY, Town
from tests.test_takeover import refusal


async def test_a_file_that_is_given_to_a_colleague_stays_with_who_holds_it_until_they_take_over(town: Town) -> None:
    """A colleague who is not there answers nobody, and the bot would be silent for them."""
    one, noor, samir = await town.resident(), await town.colleague(), await town.colleague("Samir")
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.assign(town.house, one.conversation_id, samir.id, noor, client_id="1", text="Kun jij dit doen?")
    row = await one.row()
    assert (row.held_by, row.assigned_to) == (noor.id, samir.id)
    (note,) = await town.rows(tables.note)
    assert town.house.vault.unseal_text(note.text_sealed, "note") == "Kun jij dit doen?"
    assert await one.hears() == []
    await takeover.take_over(town.house, one.conversation_id, noor)  # an old page: it is Samir's all the same
    await takeover.reply(town.house, one.conversation_id, noor, "Dag", seen_seq=9, client_id="x")
    await takeover.take_over(town.house, one.conversation_id, samir)
    row = await one.row()
    assert (row.held_by, row.assigned_to) == (samir.id, samir.id)
    answer = takeover.reply(town.house, one.conversation_id, noor, "Dag", seen_seq=9, client_id="y")
    assert await refusal(answer) == "held_by_other"


async def test_a_hold_lapses_when_the_colleague_who_was_given_the_file_does_not_come(town: Town) -> None:
    one, noor, samir = await town.resident(), await town.colleague(), await town.colleague("Samir")
    await takeover.take_over(town.house, one.conversation_id, noor)
    town.clock.forward(hours=1)
    await takeover.assign(town.house, one.conversation_id, samir.id, noor, client_id="1")
    await town.move_to(MONDAY + timedelta(hours=4))
    row = await one.row()
    assert (row.held_by, row.assigned_to) == (None, samir.id)


async def test_giving_a_file_away_takes_no_hold(town: Town) -> None:
    one, noor, samir = await town.resident(), await town.colleague(), await town.colleague("Samir")
    await one.types("mens")
    await takeover.assign(town.house, one.conversation_id, samir.id, noor, client_id="1")
    row = await one.row()
    assert (row.held_by, row.assigned_to) == (None, samir.id)


async def test_notes_are_never_in_the_residents_conversation(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await takeover.add_note(town.house, one.conversation_id, noor, "Belt liever in de ochtend.", client_id="1")
    assert await one.hears() == []
    assert await refusal(takeover.add_note(town.house, one.conversation_id, noor, " ", client_id="2")) == "empty"


async def test_a_form_sent_twice_adds_nothing_twice(town: Town) -> None:
    one, noor, samir = await town.resident(), await town.colleague(), await town.colleague("Samir")
    for _ in range(2):
        await takeover.add_note(town.house, one.conversation_id, noor, "Belt liever niet.", client_id="a note")
        await takeover.assign(town.house, one.conversation_id, samir.id, noor, client_id="away", text="Neem jij?")
    await takeover.assign(town.house, one.conversation_id, None, samir, client_id="nobody")
    await takeover.assign(town.house, one.conversation_id, samir.id, noor, client_id="away", text="Neem jij?")
    assert len(await town.rows(tables.note)) == 2
    assert len(await town.rows(tables.event, kind="assigned")) == 2
    assert (await one.row()).assigned_to is None
