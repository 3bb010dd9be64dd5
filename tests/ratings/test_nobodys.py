"""Whose a grade is, is nowhere: not in a column, not in an order, not in a figure that grew, not in the conversation
(docs/decisions/0022)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, select

from bot import identity
from bot.clock import to_ms
from bot.privacy.vault import Unreadable
from bot.ratings.answering import Answers
from bot.ratings.settling import with_one, with_words
from bot.ratings.statistics import FEWEST, GRADES, NONE, Counts, together
from flows.text import Json
from storage import tables
from storage.keys import person_key
from tests.support.rating import asked, counted, grades, kept, newest, rows, sign_up
from tests.support.town import MONDAY, Resident, Town
from tests.test_joining import code_of, joins

TUESDAY = MONDAY + timedelta(days=1)
WORDS = "zeldzame woorden over de wachtkamer"
APART = "(uw antwoord, zonder naam)"


async def begins(town: Town, one: Resident) -> int:
    """A day later they are asked, and go to the first question; gives the number of the rating."""
    await town.move_to(TUESDAY)
    assert await asked(one) == 1
    (row,) = await town.rows(tables.rating, conversation_id=one.conversation_id)
    await one.taps(f"!to:tevredenheid.last:{row.id}")
    number: int = row.id
    return number


async def said(one: Resident) -> list[str]:
    """What stands in the conversation as theirs, from the first question on."""
    theirs = [each.content.text for each in await one.messages() if each.author == "resident"]
    return theirs[theirs.index("Cijfer geven") + 1 :]


async def last_said(one: Resident) -> str:
    """What stands there as their last words."""
    return [each.content.text for each in await one.messages() if each.author == "resident"][-1]


async def everything_of(one: Resident) -> list[str]:
    """Every word that is sealed under this person's key, wherever it stands."""
    vault = one.town.house.vault
    key = vault.key_of((await one.row()).session_sealed)
    await vault.prepare([key])
    purposes = ("message", "event", "session", "ping", "rating", "case", "external", "code", "name", "alarm", "note")
    found = []
    for table in tables.metadata.sorted_tables:
        for column in (column for column in table.c if isinstance(column.type, LargeBinary)):
            async with one.town.house.db.read() as conn:
                blobs = (await conn.execute(select(column).where(column.is_not(None)))).scalars().all()
            for blob in blobs:
                for purpose in purposes:
                    try:
                        if vault.key_of(blob) == key:
                            found.append(vault.unseal_text(blob, purpose))
                    except Unreadable:
                        continue
    return found


async def in_session(one: Resident) -> list[Mapping[str, Json]]:
    """What the conversation's own state knows of what was answered."""
    session = await one.session()
    return [frame.answers for frame in (*session.stack, *session.parked) if frame.flow == "tevredenheid"]


def test_no_column_leads_to_a_person_or_a_moment() -> None:
    assert [column.name for column in tables.grade.c] == [
        "id",
        "year",
        "occasion",
        "promise",
        "counted",
        "key_id",
        "waiting_sealed",
    ]
    assert [column.name for column in tables.remark.c] == ["id", "year", "occasion", "key_id", "words_sealed"]
    for table in (tables.grade, tables.remark):
        assert not table.foreign_keys
        assert not [
            key for each in tables.metadata.sorted_tables for key in each.foreign_keys if key.column.table is table
        ]


async def test_nothing_of_it_is_left_with_the_person(town: Town, sanne: Resident) -> None:
    number = await begins(town, sanne)
    await sanne.taps(f"tevredenheid.last:{number}.1.7")
    await sanne.types(WORDS)
    assert any(WORDS in each for each in await everything_of(sanne))  # for a day, in which it can be changed
    await town.move_to(TUESDAY + timedelta(days=1))
    left = await everything_of(sanne)
    assert len(left) > 10
    assert not any(WORDS in each for each in left)
    assert await in_session(sanne) == [{"rating": number}]
    assert await counted(town) == {(2026, "sign_up", "1"): (0, 0, 0, 0, 0, 0, 1, 0, 0, 0)}


async def test_also_when_they_went_away_half_way(town: Town, sanne: Resident) -> None:
    number = await begins(town, sanne)
    await sanne.taps(f"tevredenheid.last:{number}.1.7")
    assert await in_session(sanne) == [{"rating": number, "last": f"{number}.1.7"}]
    await town.move_to(TUESDAY + timedelta(days=1))
    assert await in_session(sanne) == [{"rating": number}]
    assert await rows(town) == [("sign_up", "settled", None)]


async def test_also_when_they_took_it_back(town: Town, sanne: Resident) -> None:
    number = await begins(town, sanne)
    await sanne.taps(f"tevredenheid.last:{number}.1.7")
    await sanne.taps(f"!to:tevredenheid.declined:{number}")
    assert await in_session(sanne) == [{"rating": number}] * 2


@pytest.mark.parametrize("typed", ["8", "een acht", "8, want het ging snel", "7,5", "12"])
async def test_the_conversation_has_no_grade_that_was_typed(town: Town, sanne: Resident, typed: str) -> None:
    await begins(town, sanne)
    await sanne.types(typed)
    assert await said(sanne) == [APART]


async def test_nor_one_that_was_tapped_nor_the_words_beside_it(town: Town, sanne: Resident) -> None:
    number = await begins(town, sanne)
    heard = await sanne.taps(f"tevredenheid.last:{number}.1.2")
    heard += await sanne.types(WORDS)
    assert await said(sanne) == [APART, APART]
    heard += await sanne.taps(f"!to:tevredenheid.last:{number}")  # again: what was said is not repeated
    other = await sign_up(town)
    await town.move_to(TUESDAY + timedelta(days=1))
    assert await asked(other) == 1
    ((row),) = await town.rows(tables.rating, conversation_id=other.conversation_id)
    same = await other.taps(f"!to:tevredenheid.last:{row.id}")
    same += await other.taps(f"tevredenheid.last:{row.id}.1.10")
    same += await other.types("prima zo verder gaan")
    same += await other.taps(f"!to:tevredenheid.last:{row.id}")
    assert [each.content.text for each in same[1:]] == [each.content.text for each in heard]


@pytest.mark.parametrize(
    ("typed", "stands"), [("2", APART), ("een dikke 8", APART), ("ik heb 3 keer gebeld", "ik heb 3 keer gebeld")]
)
async def test_nor_one_that_was_typed_too_soon(town: Town, sanne: Resident, typed: str, stands: str) -> None:
    """*Hoe was dat voor u?* asks for it, whatever the buttons say and whatever was open below."""
    await town.move_to(TUESDAY)
    assert await asked(sanne) == 1
    await sanne.types(typed)
    assert await last_said(sanne) == stands


async def test_nor_one_that_was_typed_too_late(town: Town, sanne: Resident) -> None:
    number = await begins(town, sanne)
    await sanne.taps(f"tevredenheid.last:{number}.1.2")
    await sanne.types(WORDS)
    assert await sanne.screen() == "tevredenheid.ended"
    await sanne.types("of toch een 8")
    assert await last_said(sanne) == APART


async def test_what_is_no_answer_was_said_to_us(town: Town, sanne: Resident) -> None:
    await begins(town, sanne)
    await sanne.types("bla")
    assert await said(sanne) == ["bla"]
    await sanne.types("mens")
    assert await said(sanne) == ["bla", "mens"]


async def test_a_crisis_at_the_question_is_one_and_is_read(town: Town, sanne: Resident) -> None:
    number = await begins(town, sanne)
    await sanne.taps(f"tevredenheid.last:{number}.1.2")
    await sanne.types("ik word uit mijn huis gezet")
    assert await said(sanne) == [APART, "ik word uit mijn huis gezet"]
    assert (await sanne.row()).urgency == 2


async def test_who_reads_another_language_reads_what_stands_there(town: Town) -> None:
    one = await sign_up(town)
    await one.taps("!taal")
    await one.taps("woorden.language:en")
    number = await begins_in_english(town, one)
    await one.taps(f"tevredenheid.last:{number}.1.2")
    last = [each for each in await one.messages() if each.author == "resident"][-1]
    assert last.content.text == "(your answer, without your name)"
    assert [town.house.tongue.say(text, "nl") for text in last.content.texts] == [APART]


async def begins_in_english(town: Town, one: Resident) -> int:
    await town.move_to(TUESDAY)
    number: int = (await newest(town)).id
    await one.taps(f"!to:tevredenheid.last:{number}")
    return number


# ---- order and growth ----------------------------------------------------------------------------------------------


async def test_two_who_answer_one_after_the_other_are_one_row(town: Town, sanne: Resident) -> None:
    other = await sign_up(town)
    for one, grade in ((sanne, 2), (other, 9)):
        number = await begins(town, one)
        await one.taps(f"tevredenheid.last:{number}.1.{grade}")
    await town.move_to(TUESDAY + timedelta(days=1))
    (row,) = await town.rows(tables.grade)
    assert row.counted == "0,0,0,0,0,0,0,0,0,0"  # nor does who has the database but not its secret know more
    assert await counted(town) == {(2026, "sign_up", "1"): (0, 1, 0, 0, 0, 0, 0, 0, 1, 0)}


@given(st.lists(st.integers(1, 10), max_size=60), st.randoms())
def test_figures_grow_by_ten_and_no_order_is_left(given: list[int], dice: Any) -> None:
    counted, waiting = NONE, NONE
    for number, grade in enumerate(given, 1):
        before = counted
        counted, waiting = with_one(counted, waiting, grade)
        assert sum(counted) - sum(before) in (0, FEWEST)
        assert together([counted, waiting]) == tuple(given[:number].count(each) for each in GRADES)
        assert sum(waiting) < FEWEST
    again: tuple[Counts, Counts] = (NONE, NONE)
    for start in range(0, len(given), FEWEST):  # any order among those that came together
        ten = given[start : start + FEWEST]
        dice.shuffle(ten)
        for grade in ten:
            again = with_one(*again, grade)
    assert again == (counted, waiting)


@given(st.lists(st.text(), max_size=35))
def test_words_come_ten_at_a_time_too(said: list[str]) -> None:
    held: dict[str, list[str]] = {"counted": [], "waiting": []}
    for number, words in enumerate(said, 1):
        before = len(held["counted"])
        held = with_words(held, words)
        assert len(held["counted"]) - before in (0, FEWEST)
        assert sorted(held["counted"] + held["waiting"]) == sorted(said[:number])


def test_words_stand_in_no_order() -> None:
    held: dict[str, list[str]] = {"counted": [], "waiting": []}
    said = [f"{number}" for number in range(9)]
    seen = set()
    for _ in range(20):
        for words in said:
            held = with_words(held, words)
        seen.add(tuple(held["waiting"]))
        held = {"counted": [], "waiting": []}
    assert len(seen) > 1


async def test_nor_does_the_key_of_the_words_say_when(town: Town, sanne: Resident) -> None:
    number = await begins(town, sanne)
    await sanne.taps(f"tevredenheid.last:{number}.1.2")
    await sanne.types(WORDS)
    await town.move_to(TUESDAY + timedelta(days=1))
    (row,) = await town.rows(tables.remark)
    async with town.house.vault._db.read() as conn:
        made = (
            await conn.execute(select(person_key.c.created_at).where(person_key.c.key_id == row.key_id))
        ).scalar_one()
    assert made == to_ms(town.house.calendar.instant(date(2026, 1, 1), 0))


# ---- who goes away, or becomes another -----------------------------------------------------------------------------


async def test_who_was_erased_before_it_was_counted_is_not_counted(town: Town, sanne: Resident) -> None:
    number = await begins(town, sanne)
    await sanne.taps(f"tevredenheid.last:{number}.1.2")
    whom = await identity.find(town.house, sanne.channel, sanne.external_id)
    assert whom is not None
    await town.house.vault.destroy(whom.key_id, to_ms(town.clock.now()))
    town.clock.to(TUESDAY + timedelta(days=2))
    await town.run_due()
    assert await counted(town) == {}
    with pytest.raises(Unreadable):
        await kept(town, number)


async def test_two_persons_that_become_one_are_counted_once_each_and_asked_once(town: Town, sanne: Resident) -> None:
    number = await begins(town, sanne)
    await sanne.taps(f"tevredenheid.last:{number}.1.2")
    other = await town.resident("telegram")
    await joins(other, await code_of(sanne))
    assert await kept(town, number) == Answers({"1": 2})
    await town.move_to(TUESDAY + timedelta(days=1))
    assert sum(sum(each) for each in (await counted(town)).values()) == 1
    assert await rows(town) == [("sign_up", "settled", None)]


async def test_a_younger_ones_answer_goes_along(town: Town) -> None:
    older = await town.resident("telegram")
    younger = await sign_up(town)
    number = await begins(town, younger)
    await younger.taps(f"tevredenheid.last:{number}.1.4")
    await joins(younger, await code_of(older))
    assert (await newest(town)).conversation_id == older.conversation_id
    await town.move_to(TUESDAY + timedelta(days=1))
    assert await counted(town) == {(2026, "sign_up", "1"): (0, 0, 0, 1, 0, 0, 0, 0, 0, 0)}


async def test_all_who_answered_by_then_are_counted(town: Town) -> None:
    await grades(town.house, 2026, "sign_up", "1", [5] * 9)  # type: ignore[arg-type]
    people = [await sign_up(town) for _ in range(4)]
    await town.move_to(TUESDAY)
    for one in people:
        (row,) = await town.rows(tables.rating, conversation_id=one.conversation_id)
        await one.taps(f"!to:tevredenheid.last:{row.id}")
        await one.taps(f"tevredenheid.last:{row.id}.1.6")
    await town.move_to(TUESDAY + timedelta(days=1))
    assert await counted(town) == {(2026, "sign_up", "1"): (0, 0, 0, 0, 9, 4, 0, 0, 0, 0)}
