"""What someone says when they are asked for a grade: kept with them for a day, in which it can be changed
(``bot.ratings.settling``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.agreements.making import words_of
from bot.clock import from_ms, to_ms
from bot.house import House
from bot.ratings.asking import SETTLE
from bot.talk import Talk
from flows.ratings import FLOW, HIGHEST, LOWEST, EndRating, Grade, Rating, SayMore
from flows.session import Frame
from flows.text import Json
from storage import ratings as store

_PURPOSE = "rating"
#: How long an answer can be changed, and how long we wait for one.
CHANGEABLE, WAITS = timedelta(days=1), timedelta(days=14)
#: What a frame of the flow keeps: not what was said in it.
_KEPT = ("rating",)
#: Of what kind the contact is, on file: that it was, never what was said.
CONTACT = "tevredenheid"

_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Answers:
    """Grades by promise, and words beside them."""

    grades: Mapping[str, int] = field(default_factory=dict)
    words: str | None = None

    def dumps(self) -> str:
        """As JSON, before it is sealed."""
        return json.dumps({"grades": dict(self.grades), "words": self.words}, ensure_ascii=False)


def answers_of(house: House, row: _Row) -> Answers:
    """What is kept; the person's key is at hand. Raises ``Unreadable``."""
    if row.answers_sealed is None:
        return Answers()
    return Answers(**json.loads(house.vault.unseal_text(row.answers_sealed, _PURPOSE)))


# ---- need and effects ----------------------------------------------------------------------------------------------


async def rating(talk: Talk, conn: AsyncConnection, frame: Frame) -> Rating:
    """The one in the frame's answers if it is theirs; where there is no number, the one that was asked last."""
    number = frame.answers.get("rating")
    if number is None:
        row = await store.newest(conn, talk.id)
    else:
        known = isinstance(number, int) and not isinstance(number, bool)
        row = await store.one(conn, talk.id, int(str(number))) if known else None
    if row is None or row.asked_at is None:
        return Rating()
    answers = answers_of(talk.house, row)
    return Rating(row.id, row.occasion, tuple(row.promises.split(",")), row.state == "asked", dict(answers.grades))


async def grade(talk: Talk, effect: Grade, conn: AsyncConnection) -> None:
    """A grade, another one, or none after all."""
    row = await _open(talk, conn, effect.rating)
    if row is None or effect.promise not in row.promises.split(",") or not _is_grade(effect.grade):
        return
    before = answers_of(talk.house, row)
    grades = {promise: known for promise, known in before.grades.items() if promise != effect.promise}
    if effect.grade is not None:
        grades[effect.promise] = effect.grade
    if grades != before.grades:
        await _keep(talk, conn, row, replace(before, grades=grades))


async def say_more(talk: Talk, effect: SayMore, conn: AsyncConnection) -> None:
    """Words beside the grades, in the place of earlier ones."""
    row, words = await _open(talk, conn, effect.rating), words_of(effect.words)
    if row is not None and words is not None:
        await _keep(talk, conn, row, replace(answers_of(talk.house, row), words=words))


async def end(talk: Talk, effect: EndRating, conn: AsyncConnection) -> None:
    """That was all; who would rather not takes back what they said."""
    row = await _open(talk, conn, effect.rating)
    if row is None:
        return
    if effect.declined:
        gone = {"state": "dropped", "reason": "declined", "ended_at": talk.now, "answers_sealed": None}
        await store.put(conn, row.id, **gone)
        talk.staged.cancels.append((talk.id, (f"{SETTLE}{row.id}",), "cancelled"))
        forget(talk)
        talk.record("contactmoment", {"kind": CONTACT, "channel": talk.channel, "by": "self", "result": "declined"})
    elif row.ended_at is None:
        await store.put(conn, row.id, ended_at=talk.now)


def settle_later(talk: Talk, number: int, wait: timedelta) -> None:
    """Plans when it is over, in the place of when it was before."""
    talk.staged.plans.append(
        {
            "conversation_id": talk.id,
            "kind": f"{SETTLE}{number}",
            "created_at": talk.now,
            "due_at": to_ms(from_ms(talk.now) + wait),
            "about_sealed": None,
        }
    )


def forget(talk: Talk) -> None:
    """What was said stands no more in the conversation's own state either."""
    session = talk.session
    stack, parked = (tuple(map(_without_answers, frames)) for frames in (session.stack, session.parked))
    if (stack, parked) != (session.stack, session.parked):
        talk.session = replace(session, stack=stack, parked=parked)


def _without_answers(frame: Frame) -> Frame:
    if frame.flow != FLOW:
        return frame
    return replace(frame, answers={name: said for name, said in frame.answers.items() if name in _KEPT})


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _open(talk: Talk, conn: AsyncConnection, number: int) -> _Row | None:
    """That one, if it is theirs and still takes answers."""
    row = await store.one(conn, talk.id, number)
    return row if row is not None and row.state == "asked" else None


def _is_grade(said: Json) -> bool:
    return said is None or (isinstance(said, int) and not isinstance(said, bool) and LOWEST <= said <= HIGHEST)


async def _keep(talk: Talk, conn: AsyncConnection, row: _Row, answers: Answers) -> None:
    await store.put(conn, row.id, answers_sealed=talk.seal(_PURPOSE, answers.dumps()))
    if row.answers_sealed is None:
        settle_later(talk, row.id, CHANGEABLE)
        talk.record("contactmoment", {"kind": CONTACT, "channel": talk.channel, "by": "self", "result": "answered"})
