"""What is due: pings, locked with their conversations by one process, for as long as its transaction lasts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.listed import listed
from storage.tables import alarm, conversation, ping

#: Spelt out rather than bound: only so do both engines know that the index of what waits holds every such row.
_WAITING: ColumnElement[str] = literal_column("'waiting'")
_FREE = or_(ping.c.aside_until.is_(None), ping.c.aside_until < bindparam("real_now"))
#: Whatever another transaction holds is passed over, never waited for: people who write go first, two processes share
#: what is due, and nobody waits for another in a circle though these are locked in the order in which they fall due.
_DUE = (
    select(ping.c.id, ping.c.conversation_id, ping.c.kind, ping.c.about_sealed)
    .join(conversation, conversation.c.id == ping.c.conversation_id)
    .where(ping.c.state == _WAITING, ping.c.due_at <= bindparam("now"), conversation.c.queue != "merged")
    .order_by(ping.c.due_at, ping.c.id)
    .with_for_update(of=(ping, conversation), skip_locked=True)
)
_CLAIM = _DUE.where(_FREE).limit(bindparam("most"))
_CLAIM_THESE = _DUE.where(listed(ping.c.id, "ids"))
_STILL_DUE = select(ping.c.id).where(
    listed(ping.c.id, "ids"), ping.c.state == _WAITING, ping.c.due_at <= bindparam("now")
)
_PUT_ASIDE = (
    update(ping).where(listed(ping.c.id, "ids"), ping.c.state == _WAITING).values(aside_until=bindparam("until"))
)
_NEXT_PING = select(func.min(ping.c.due_at)).where(ping.c.state == _WAITING, _FREE)
_NEXT_ALARM = select(func.min(alarm.c.next_at)).where(alarm.c.state == "raised")


class Claimed(NamedTuple):
    """A ping that is due."""

    id: int
    conversation_id: int
    kind: str
    about_sealed: bytes | None


async def claim(conn: AsyncConnection, *, now: int, real_now: int, most: int) -> list[Claimed]:
    """Pings due at ``now`` that are not put aside at the real time ``real_now``, with their conversations locked until
    the commit; what was due first comes first."""
    rows = await conn.execute(_CLAIM, {"now": now, "real_now": real_now, "most": most})
    return [Claimed(*row) for row in rows]


async def claim_these(conn: AsyncConnection, ids: Iterable[int], *, now: int) -> list[Claimed]:
    """Those of these pings that are due at ``now`` still, in the same way, put aside or not."""
    rows = await conn.execute(_CLAIM_THESE, {"ids": list(ids), "now": now})
    return [Claimed(*row) for row in rows]


async def still_due(conn: AsyncConnection, ids: Iterable[int], *, now: int) -> list[int]:
    """Which of these pings are due at ``now`` still."""
    return list((await conn.execute(_STILL_DUE, {"ids": list(ids), "now": now})).scalars())


async def put_aside(conn: AsyncConnection, ids: Iterable[int], *, until: int) -> None:
    """Leaves these pings alone until this real time."""
    await conn.execute(_PUT_ASIDE, {"ids": list(ids), "until": until})


async def next_due(conn: AsyncConnection, *, real_now: int) -> int | None:
    """When the next ping, of those that are not put aside at the real time ``real_now``, or alarm is due."""
    found = [
        (await conn.execute(_NEXT_PING, {"real_now": real_now})).scalar_one(),
        (await conn.execute(_NEXT_ALARM)).scalar_one(),
    ]
    return min((at for at in found if at is not None), default=None)
