"""What someone answered becomes a figure of nobody's: counted with those of others, and gone where it was theirs
(docs/decisions/0022)."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import from_ms, to_ms
from bot.privacy.vault import Unreadable
from bot.ratings.answering import Answers, answers_of
from bot.ratings.statistics import FEWEST, NONE, Counts
from bot.talk import Talk
from flows.ratings import FLOW
from flows.session import Frame
from storage import ratings as store

#: What the words are sealed for.
PURPOSE = "remark"
#: What a frame of the flow keeps: not what was said in it.
_KEPT = ("rating",)
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
        await _count(conn, year, row.occasion, promise, grade)
    if answers.words is not None:
        await _add_words(talk, conn, year, row.occasion, answers.words)
    said = bool(answers.grades) or answers.words is not None
    over = {"state": "settled" if said else "dropped", "reason": None if said else "silent"}
    await store.put(conn, row.id, **over, ended_at=row.ended_at or talk.now, answers_sealed=None)
    _forget(talk)


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


async def _count(conn: AsyncConnection, year: int, occasion: str, promise: str, grade: int) -> None:
    row = await store.tally(conn, year, occasion, promise, dumps(NONE))
    counted, waiting = with_one(loads(row.counted), loads(row.waiting), grade)
    await store.put_tally(conn, row.id, dumps(counted), dumps(waiting))


async def _add_words(talk: Talk, conn: AsyncConnection, year: int, occasion: str, said: str) -> None:
    vault = talk.house.vault
    row = await store.words(conn, year, occasion)
    if row is None:
        # Dated by the year alone: when a key was made must not tell who spoke first.
        key_id = await vault.new_key(to_ms(talk.house.calendar.instant(date(year, 1, 1), 0)))
        none = json.dumps({"counted": [], "waiting": []})
        await store.add_words(conn, year, occasion, key_id, vault.seal_text(key_id, PURPOSE, none))
        row = await store.words(conn, year, occasion)
        assert row is not None  # ours, or of who was first
    await vault.prepare([row.key_id])
    words = with_words(json.loads(vault.unseal_text(row.words_sealed, PURPOSE)), said)
    sealed = vault.seal_text(row.key_id, PURPOSE, json.dumps(words, ensure_ascii=False))
    await store.put_words(conn, row.id, sealed)


def _forget(talk: Talk) -> None:
    """What was said stands no more in the conversation's own state either."""
    session = talk.session
    stack, parked = (tuple(map(_without_answers, frames)) for frames in (session.stack, session.parked))
    if (stack, parked) != (session.stack, session.parked):
        talk.session = replace(session, stack=stack, parked=parked)


def _without_answers(frame: Frame) -> Frame:
    if frame.flow != FLOW:
        return frame
    return replace(frame, answers={name: said for name, said in frame.answers.items() if name in _KEPT})
