"""What nobody should send, people who were erased, and two persons who become one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.agreements import acts
from bot.agreements.acts import Line
from flows.agreements import AnswerSummary, Postpone, SayFirst, Stuck, TickOff
from flows.grammar import Effect, Typed
from flows.text import Json, verbatim
from storage import tables
from tests.support.agenda import does
from tests.support.agreements import (
    FREE,
    FRIDAY,
    PAPERS,
    POST,
    TUESDAY,
    assert_same,
    at_desk,
    items,
    reminders,
    sent,
    states,
)
from tests.support.town import Colleague, Resident, Town
from tests.test_joining import code_of
from tests.test_joining_merge import merged

LONG: Json = {"text": "ik " * 5000}
ODD: tuple[Any, ...] = (None, "", "x", 7, True, [], {}, {"text": 7}, {"text": ""}, {"text": "  "}, {"no": "text"})


@pytest.mark.parametrize("odd", ODD, ids=repr)
async def test_what_is_no_words_is_no_reason(town: Town, noor: Colleague, sanne: Resident, odd: Any) -> None:
    number = await sent(town, sanne, noor, Line(POST, FRIDAY))
    (item,) = await items(sanne)
    wanted: tuple[Effect, ...] = (
        Stuck(item.id, odd),
        SayFirst(number, odd),
        AnswerSummary(number, "change", odd),
    )
    for effect in wanted:
        assert await does(sanne, effect) is None
    (one,) = await at_desk(sanne)
    assert (one.first, one.said, one.lines[0].why) == (None, None, None)


async def test_an_answer_that_is_none_and_numbers_that_are_not_theirs(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    number = await sent(town, sanne, noor, Line(POST, FRIDAY), Line(PAPERS, FRIDAY, noor.id))
    theirs, ours = await items(sanne)
    omar = await town.resident()
    other = await sent(town, omar, noor, Line(FREE))
    (foreign,) = await items(omar)
    for effect in (
        AnswerSummary(number, "maybe"),
        AnswerSummary(other, "agreed"),
        SayFirst(other, theirs.id),
        SayFirst(number, ours.id),
        SayFirst(number, foreign.id),
        TickOff(ours.id),
        TickOff(foreign.id),
        TickOff(-1),
        Stuck(foreign.id, {"text": "x"}),
        Postpone(foreign.id, TUESDAY),
        Postpone(theirs.id, date(1999, 1, 1)),
        Postpone(theirs.id, FRIDAY + timedelta(days=500)),
    ):
        assert await does(sanne, effect) is None
    assert await states(sanne) == [("open", FRIDAY, None), ("open", FRIDAY, None)]
    assert await states(omar) == [("open", None, None)]
    assert [one.answer for one in (*await at_desk(sanne), *await at_desk(omar))] == [None, None]
    assert (await at_desk(sanne))[0].first is None


async def test_no_more_is_kept_than_there_is_room_for(town: Town, noor: Colleague, sanne: Resident) -> None:
    number = await sent(town, sanne, noor, Line(POST))
    (item,) = await items(sanne)
    for effect in (Stuck(item.id, LONG), SayFirst(number, LONG), AnswerSummary(number, "question", LONG)):
        await does(sanne, effect)
    (one,) = await at_desk(sanne)
    assert one.first is not None
    assert {len(one.said or ""), len(one.lines[0].why or ""), len(one.first.msgid)} == {1000}


async def test_markup_braces_and_a_number_of_a_person_are_only_words(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    odd = "<b>{name}</b> & {count, plural, one {x} other {y}} %s 100%"
    await sent(town, sanne, noor, Line(verbatim(odd), FRIDAY), note=odd)
    (said,) = await sanne.hears()
    assert said.content.text.count(odd) == 2
    (item,) = await items(sanne)
    await sanne.taps(f"!to:afspraken.stuck:{item.id}")
    await sanne.types("mijn bsn is 111222333, dus nee")
    (item,) = await items(sanne)
    assert item.why is not None
    assert "111222333" not in item.why


async def test_of_who_was_erased_no_task_is_left(town: Town, noor: Colleague, sanne: Resident) -> None:
    omar = await town.resident()
    for one in (sanne, omar):
        await sent(town, one, noor, Line(PAPERS, FRIDAY, noor.id))
    (person,) = await town.rows(tables.person, id=(await sanne.row()).person_id)
    await town.house.vault.destroy(person.key_id, 1)
    assert [task.conversation_id for task in await acts.tasks(town.house, noor.id)] == [omar.conversation_id]


async def test_nothing_of_it_stands_in_clear_in_the_database(town: Town, noor: Colleague, sanne: Resident) -> None:
    await sent(town, sanne, noor, Line(verbatim("Bel Keesgeheim"), FRIDAY), note="Notageheim")
    (item,) = await items(sanne)
    await sanne.taps(f"!to:afspraken.stuck:{item.id}")
    await sanne.types("waaromgeheim")
    await sanne.taps(f"!to:afspraken.question:{item.summary}")
    await sanne.types("vraaggeheim")
    (each,) = await at_desk(sanne)
    assert (each.note, each.said, (await items(sanne))[0].why) == ("Notageheim", "vraaggeheim", "waaromgeheim")
    for table in tables.metadata.sorted_tables:
        assert all("geheim" not in str(tuple(row)) for row in await town.rows(table)), table.name


async def test_two_persons_who_become_one_have_all_of_both(town: Town, noor: Colleague) -> None:
    older, younger = await town.resident("telegram"), await town.resident("telegram")
    await sent(town, older, noor, Line(POST, FRIDAY), Line(PAPERS, FRIDAY, noor.id))
    await sent(town, younger, noor, Line(FREE, FRIDAY), Line(FREE, TUESDAY))
    (free, _) = await items(younger)
    await younger.taps(f"!to:afspraken.stuck:{free.id}")
    await code_of(older)
    await merged(older, younger)
    found = await items(older)
    assert [item.text for item in found] == [POST, PAPERS, FREE, FREE]
    assert len(await at_desk(older)) == 2
    assert sorted(kind for kind, _ in await reminders(town)) == [
        "afspraken.due:2026-11-24",
        "afspraken.due:2026-11-27",
        "agreements.ours:2026-11-27",
    ]
    await older.taps(f"!to:afspraken.done:{free.id}")
    assert next(item.state for item in await items(older) if item.id == free.id) == "done"
    await assert_same(older)


async def test_a_cry_for_help_at_why_not_is_one(town: Town, noor: Colleague, sanne: Resident) -> None:
    await sent(town, sanne, noor, Line(POST))
    (item,) = await items(sanne)
    await sanne.taps(f"!to:afspraken.stuck:{item.id}")
    await sanne.says(Typed("ik wil niet meer leven"))
    assert (await sanne.screen()).startswith("crisis.")
    assert len(await town.rows(tables.alarm)) == 1
