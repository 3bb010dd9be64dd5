"""What people answer: kept at once, changeable for a day, taken back; then counted, and theirs no more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot import effects
from bot.clock import to_ms
from bot.ratings.answering import Answers
from bot.takeover import locked
from flows.grammar import Effect
from flows.ratings import EndRating, Grade, Occasion, Promise, SayMore
from storage import tables
from tests.support.rating import counted, details, kept, known, newest, planned, rows, sign_up, words
from tests.support.town import MONDAY, Colleague, Resident, Town, local

TUESDAY = MONDAY + timedelta(days=1)
NEVER: Answers = Answers()


async def does(one: Resident, *wanted: Effect) -> None:
    """As a flow asks for it."""
    async with locked(one.town.house, one.conversation_id) as (talk, conn):
        await effects.apply(talk, wanted, conn)


async def settles(town: Town) -> list[datetime | None]:
    """When ratings are over."""
    return [local(row.due_at) for row in await planned(town) if row.kind.startswith("ratings.settle:")]


@pytest.fixture
async def asked(town: Town, sanne: Resident) -> int:
    """The number of a rating that was just asked."""
    await town.move_to(TUESDAY)
    await sanne.hears()
    number: int = (await newest(town)).id
    return number


@pytest.fixture
async def two(town: Town, sanne: Resident) -> int:
    """Of one about two promises."""
    await town.move_to(TUESDAY)
    number: int = (await newest(town)).id
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.rating).values(occasion=Occasion.INTAKE, promises="2,3"))
    return number


async def test_the_whole_way(town: Town, sanne: Resident, asked: int) -> None:
    await sanne.taps(f"!to:tevredenheid.last:{asked}")
    await sanne.taps(f"tevredenheid.last:{asked}.1.8")
    assert await kept(town, asked) == Answers({"1": 8})
    assert await settles(town) == [TUESDAY + timedelta(days=1)]
    await sanne.types("meer koffie")
    assert await kept(town, asked) == Answers({"1": 8}, "meer koffie")
    assert (await newest(town)).ended_at == to_ms(TUESDAY)
    await town.move_to(TUESDAY + timedelta(days=1) - timedelta(seconds=1))
    assert await counted(town) == {}
    await town.move_to(TUESDAY + timedelta(days=1))
    assert await counted(town) == {(2026, "sign_up", "1"): (0, 0, 0, 0, 0, 0, 0, 1, 0, 0)}
    assert await rows(town) == [("sign_up", "settled", None)]
    assert await kept(town, asked) == NEVER
    assert await planned(town) == []


async def test_what_the_file_says_is_that_it_was_answered(town: Town, sanne: Resident, asked: int) -> None:
    await does(sanne, Grade(asked, "1", 3), SayMore(asked, {"text": "Noor lachte"}), EndRating(asked))
    await does(sanne, Grade(asked, "1", 4))
    contact = {"kind": "tevredenheid", "channel": "webchat"}
    assert await details(sanne) == [{**contact, "by": "bot"}, {**contact, "by": "self", "result": "answered"}]
    kinds = {row.kind for row in await town.rows(tables.event, conversation_id=sanne.conversation_id)}
    assert not {kind for kind in kinds if "grade" in kind or "rating" in kind}


async def test_it_can_be_changed_for_a_day_from_the_first_answer(town: Town, sanne: Resident, two: int) -> None:
    await does(sanne, Grade(two, "2", 3))
    await town.move_to(TUESDAY + timedelta(hours=20))
    await does(sanne, Grade(two, "2", 9), Grade(two, "3", 4), EndRating(two))
    await does(sanne, Grade(two, "3", None))
    assert (await known(sanne)).answers == {"2": 9}
    assert await settles(town) == [TUESDAY + timedelta(days=1)]
    await town.move_to(TUESDAY + timedelta(days=1))
    await does(sanne, Grade(two, "2", 1), SayMore(two, {"text": "toch niet"}), EndRating(two, declined=True))
    assert await counted(town) == {(2026, "intake", "2"): (0, 0, 0, 0, 0, 0, 0, 0, 1, 0)}
    assert await rows(town) == [("intake", "settled", None)]
    mine = await known(sanne, rating=two)
    assert (mine.open, mine.answers, mine.promises) == (False, {}, ("2", "3"))


async def test_rather_not_leaves_nothing(town: Town, sanne: Resident, asked: int) -> None:
    await does(sanne, Grade(asked, "1", 2), EndRating(asked, declined=True))
    assert await rows(town) == [("sign_up", "dropped", "declined")]
    assert await kept(town, asked) == NEVER
    await does(sanne, Grade(asked, "1", 2))
    await town.move_to(TUESDAY + timedelta(days=30))
    assert await kept(town, asked) == NEVER
    assert await counted(town) == {}
    assert await planned(town) == []


async def test_silence_is_no_grade(town: Town, sanne: Resident, asked: int) -> None:
    assert await settles(town) == [TUESDAY + timedelta(days=14)]
    await town.move_to(TUESDAY + timedelta(days=13))
    assert (await known(sanne)).open
    await town.move_to(TUESDAY + timedelta(days=14))
    assert await rows(town) == [("sign_up", "dropped", "silent")]
    assert not (await known(sanne)).open


async def test_a_grade_that_was_taken_back_is_none(town: Town, sanne: Resident, asked: int) -> None:
    await does(sanne, Grade(asked, "1", 2), Grade(asked, "1", None))
    await town.move_to(TUESDAY + timedelta(days=1))
    assert await rows(town) == [("sign_up", "dropped", "silent")]
    assert await counted(town) == {}


@pytest.mark.parametrize("said", [0, 11, -1, True, "8", 7.5])
async def test_what_is_no_grade_is_not_kept(town: Town, sanne: Resident, asked: int, said: Any) -> None:
    await does(sanne, Grade(asked, "1", said))
    assert (await newest(town)).answers_sealed is None


@pytest.mark.parametrize("promise", [*(one for one in Promise if one != Promise.SIGN_UP), "", "1,"])
async def test_nor_for_what_was_not_asked(town: Town, sanne: Resident, asked: int, promise: str) -> None:
    await does(sanne, Grade(asked, promise, 5))
    assert (await newest(town)).answers_sealed is None


@pytest.mark.parametrize("said", [None, {}, {"text": "  "}, {"text": 5}, ["ja"]])
async def test_nor_words_that_are_none(town: Town, sanne: Resident, asked: int, said: Any) -> None:
    await does(sanne, SayMore(asked, said))
    assert (await newest(town)).answers_sealed is None


async def test_another_persons_is_not_theirs(town: Town, sanne: Resident, asked: int) -> None:
    other = await sign_up(town)
    await does(other, Grade(asked, "1", 1), SayMore(asked, {"text": "ha"}), EndRating(asked, declined=True))
    assert await kept(town, asked) == NEVER
    assert (await newest(town)).state == "asked"
    assert (await known(other, rating=asked)).id == 0
    for number in (None, 0, "1", True):
        assert (await known(other, rating=number)).id == 0
    assert (await known(sanne, rating=None)).id == asked


async def test_words_alone_count_too(town: Town, sanne: Resident, asked: int) -> None:
    await does(sanne, SayMore(asked, {"text": "kortere wachttijd"}))
    await town.move_to(TUESDAY + timedelta(days=1))
    assert await rows(town) == [("sign_up", "settled", None)]
    (row,) = await town.rows(tables.remark)
    assert (row.year, row.occasion) == (2026, "sign_up")
    assert b"wachttijd" not in row.words_sealed


async def test_those_of_others_join_them(town: Town, sanne: Resident, asked: int) -> None:
    await words(town.house, 2026, Occasion.SIGNED_UP, ["eerste", "tweede"])
    (before,) = await town.rows(tables.remark)
    await does(sanne, SayMore(asked, {"text": "derde"}))
    await town.move_to(TUESDAY + timedelta(days=1))
    (row,) = await town.rows(tables.remark)
    assert (row.id, row.key_id) == (before.id, before.key_id)
    assert row.words_sealed != before.words_sealed


async def test_who_said_stop_after_answering_is_counted(town: Town, sanne: Resident, asked: int) -> None:
    await does(sanne, Grade(asked, "1", 6))
    await sanne.types("stop")
    await town.move_to(TUESDAY + timedelta(days=1))
    assert sum(sum(each) for each in (await counted(town)).values()) == 1
    assert await kept(town, asked) == NEVER


async def test_in_a_hold_the_answer_is_counted_all_the_same(
    town: Town, noor: Colleague, sanne: Resident, asked: int
) -> None:
    await does(sanne, Grade(asked, "1", 6))
    async with locked(town.house, sanne.conversation_id) as (talk, _):
        talk.columns.update(held_by=noor.id, held_at=talk.now, hold_until=to_ms(TUESDAY + timedelta(days=3)))
    await town.move_to(TUESDAY + timedelta(days=1))
    assert await rows(town) == [("sign_up", "settled", None)]


async def test_the_year_is_that_in_which_it_was_asked(town: Town, sanne: Resident, asked: int) -> None:
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.rating).values(asked_at=to_ms(MONDAY.replace(month=12, day=31, hour=19))))
    await town.move_to(MONDAY.replace(month=12, day=31, hour=19))
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.rating).values(state="asked"))
    await does(sanne, Grade(asked, "1", 6))
    await town.move_to(MONDAY.replace(year=2027, month=1, day=2))
    assert list(await counted(town)) == [(2026, "sign_up", "1")]
