"""What someone answered becomes a figure of nobody's: counted with those of others, and gone where it was theirs
(docs/decisions/0022)."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import from_ms, to_ms
from bot.house import House
from bot.privacy.vault import Unreadable
from bot.ratings.answering import Answers, answers_of, forget
from bot.ratings.statistics import FEWEST, NONE, Counts
from bot.talk import Talk
from flows.ratings import Occasion
from storage import ratings as store

#: What the words are sealed for.
PURPOSE = "remark"
_WAITING = "grade"
_dice = random.SystemRandom()


async def settle(talk: Talk, conn: AsyncConnection, number: int) -> None:
    """It takes no more answers, and those that there are become nobody's."""
    row = await store.one(conn, talk.id, number)
    if row is None or row.state != "asked":
        return
    try:
        answers = answers_of(talk.house, row)
    except Unreadable:  # erased meanwhile
        answers = Answers()
    year = talk.house.calendar.day_of(from_ms(row.asked_at)).year
    for promise, grade in sorted(answers.grades.items()):
        await count(talk.house, conn, year, row.occasion, promise, grade)
    if answers.words is not None:
        await add_words(talk.house, conn, year, row.occasion, answers.words)
    said = bool(answers.grades) or answers.words is not None
    over = {"state": "settled" if said else "dropped", "reason": None if said else "silent"}
    await store.put(conn, row.id, **over, ended_at=row.ended_at or talk.now, answers_sealed=None)
    forget(talk)


async def count(house: House, conn: AsyncConnection, year: int, occasion: str, promise: str, grade: int) -> None:
    """Someone gave this grade."""
    vault, where = house.vault, {"year": year, "occasion": occasion, "promise": promise}
    row = await store.tally(conn, year, occasion, promise)
    if row is None:
        key_id, none = await _key(house, year), dumps(NONE)
        sealed = vault.seal_text(key_id, _WAITING, none)
        await store.add_tally(conn, **where, counted=none, key_id=key_id, waiting_sealed=sealed)
        row = await store.tally(conn, year, occasion, promise)
        assert row is not None  # ours, or of who was first
    await vault.prepare([row.key_id])
    before = loads(vault.unseal_text(row.waiting_sealed, _WAITING))
    counted, waiting = with_one(loads(row.counted), before, grade)
    await store.put_tally(conn, row.id, dumps(counted), vault.seal_text(row.key_id, _WAITING, dumps(waiting)))


async def add_words(house: House, conn: AsyncConnection, year: int, occasion: str, said: str) -> None:
    """Someone said this beside their grades."""
    vault, where = house.vault, {"year": year, "occasion": occasion}
    row = await store.words(conn, year, occasion)
    if row is None:
        key_id, none = await _key(house, year), json.dumps({"counted": [], "waiting": []})
        await store.add_words(conn, **where, key_id=key_id, words_sealed=vault.seal_text(key_id, PURPOSE, none))
        row = await store.words(conn, year, occasion)
        assert row is not None  # ours, or of who was first
    await vault.prepare([row.key_id])
    words = with_words(json.loads(vault.unseal_text(row.words_sealed, PURPOSE)), said)
    sealed = vault.seal_text(row.key_id, PURPOSE, json.dumps(words, ensure_ascii=False))
    await store.put_words(conn, row.id, sealed)


def mark_of(house: House, said: str) -> str:
    """By what these words are known, without a word of them."""
    return house.vault.index(PURPOSE, said).hex()


async def take_away(house: House, year: int, mark: str, staff_id: int) -> None:
    """Words of that year that are told and should not be, because they name someone: they are gone, wherever they were
    said, and that this colleague took them away is on record. Where they are gone already nothing happens."""
    async with house.db.begin() as conn:
        gone = 0
        for occasion in Occasion:
            row = await store.words(conn, year, occasion)
            if row is None:
                continue
            await house.vault.prepare([row.key_id])
            words = json.loads(house.vault.unseal_text(row.words_sealed, PURPOSE))
            left = [said for said in words["counted"] if mark_of(house, said) != mark]
            if len(left) < len(words["counted"]):
                sealed = json.dumps({**words, "counted": left}, ensure_ascii=False)
                await store.put_words(conn, row.id, house.vault.seal_text(row.key_id, PURPOSE, sealed))
                gone += 1
        if gone:
            await store.took_away(conn, staff_id, to_ms(house.clock.now()))


async def _key(house: House, year: int) -> int:
    """A key that is dated by the year alone: when it was made must not tell who spoke first."""
    return await house.vault.new_key(to_ms(house.calendar.instant(date(year, 1, 1), 0)))


def dumps(counts: Counts) -> str:
    """As the database has it."""
    return ",".join(map(str, counts))


def loads(text: str) -> Counts:
    """Of what the database has."""
    return tuple(map(int, text.split(",")))


def with_one(counted: Counts, waiting: Counts, grade: int) -> tuple[Counts, Counts]:
    """What may be told, and what waits, with this grade: they come in ten at a time, so that a figure that grew tells
    of nobody."""
    waiting = tuple(number + (place == grade) for place, number in enumerate(waiting, 1))
    if sum(waiting) < FEWEST:
        return counted, waiting
    return tuple(old + new for old, new in zip(counted, waiting, strict=True)), NONE


def with_words(words: Mapping[str, Sequence[str]], said: str) -> dict[str, list[str]]:
    """The same of words: in no order."""
    counted, waiting = list(words["counted"]), [*words["waiting"], said]
    if len(waiting) >= FEWEST:
        counted, waiting = counted + waiting, []
    _dice.shuffle(counted)
    _dice.shuffle(waiting)
    return {"counted": counted, "waiting": waiting}
