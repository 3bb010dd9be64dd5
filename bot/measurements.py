"""Invitations to prepare a talk or to say how things go: what flows know of them, what is kept of each answer, and
what the desk reads [004] 1.4.3. What a caseworker does is in ``bot.inviting``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import from_ms
from bot.house import House
from bot.kept import DECLINED, ENOUGH, Kept
from bot.privacy.masking import ROOM
from bot.talk import Talk
from flows.measuring import Answer, EndMeasurement, Kind, Measurement
from flows.meten import AREAS, rating_of
from flows.session import Frame
from flows.text import Json
from flows.voorbereiden_gesprek import CHOSEN, FIRST, TOPICS, WORDS
from storage import measurements as store

_PURPOSE = "measurement"
_CODES = frozenset(topic.id for topic in TOPICS)


# ---- need and effects ----------------------------------------------------------------------------------------------


async def measurement(talk: Talk, conn: AsyncConnection, frame: Frame) -> Measurement:
    """The one in the frame's answers if it is theirs; where there is no number, the newest that is not over."""
    number = frame.answers.get("measurement")
    if number is None:
        row = await store.newest(conn, talk.id)
    else:
        known = isinstance(number, int) and not isinstance(number, bool)
        row = await store.one(conn, talk.id, int(str(number))) if known else None
    if row is None:
        return Measurement()
    kept = _kept(talk.house, row)
    invited = from_ms(kept.invited_at, talk.house.calendar.zone).date()
    other = await store.newest(conn, talk.id, besides=row.id)
    another = 0 if other is None else int(other.id)
    return Measurement(kept.id, kept.kind, kept.by, invited, kept.ended_at is not None, kept.answers, another)


async def answer(talk: Talk, effect: Answer, conn: AsyncConnection) -> None:
    """Kept at once. What is over, not theirs, or no answer of ours stays out."""
    row = await store.one(conn, talk.id, effect.measurement)
    if row is None or row.ended_at is not None or not _is_answer(row.kind, effect.area, effect.value):
        return
    before = _kept(talk.house, row).answers
    answers = {area: value for area, value in before.items() if area != effect.area}
    if effect.value is not None:
        answers[effect.area] = effect.value
    if answers != before:
        await store.put(conn, row.id, answered_at=talk.now, answers_sealed=_sealed(talk, answers, ""))


async def end(talk: Talk, effect: EndMeasurement, conn: AsyncConnection) -> None:
    """It is enough. Who wants none of it takes back what they said."""
    row = await store.one(conn, talk.id, effect.measurement)
    if row is not None:
        await finish(talk, row, DECLINED if effect.declined else ENOUGH, conn)


async def finish(
    talk: Talk, row: Row[*tuple[Any, ...]], how: str, conn: AsyncConnection, *, by: int | None = None
) -> None:
    """Ends one that is open, on file; one that is over stays as it is."""
    if row.ended_at is not None:
        return
    answers = {} if how == DECLINED else _kept(talk.house, row).answers
    await store.put(conn, row.id, ended_at=talk.now, answers_sealed=_sealed(talk, answers, how))
    talk.record("measurement", {"kind": row.kind, "what": how}, staff_id=by)


# ---- for the desk --------------------------------------------------------------------------------------------------


async def of(house: House, conn: AsyncConnection, conversation_id: int) -> tuple[Kept, ...]:
    """All of a file, oldest first; the person's key is at hand."""
    return tuple(_kept(house, row) for row in await store.of(conn, conversation_id))


# ---- parts ---------------------------------------------------------------------------------------------------------


def _is_answer(kind: str, area: str, value: Json) -> bool:
    """Whether this can be said of that area."""
    if kind == Kind.AGENDA:
        if value is None:
            return area in (CHOSEN, WORDS, FIRST)
        if area == CHOSEN and isinstance(value, list):
            codes = [code for code in value if isinstance(code, str)]
            return len(set(codes)) == len(value) and set(codes) <= _CODES
        if not isinstance(value, str):
            return False
        return 0 < len(value) <= ROOM if area == WORDS else area == FIRST and value in _CODES
    known = any(one.code == area for one in AREAS.get(kind, ()))
    return known and (value is None or rating_of(value) is not None)


def _kept(house: House, row: Row[*tuple[Any, ...]]) -> Kept:
    read = {} if row.answers_sealed is None else json.loads(house.vault.unseal_text(row.answers_sealed, _PURPOSE))
    return Kept(
        row.id,
        row.kind,
        row.name,
        row.invited_at,
        row.answered_at,
        row.ended_at,
        str(read.get("end", "")),
        read.get("answers", {}),
    )


def _sealed(talk: Talk, answers: Mapping[str, Json], how: str) -> bytes:
    return talk.seal(_PURPOSE, json.dumps({"answers": dict(answers), "end": how}, ensure_ascii=False))
