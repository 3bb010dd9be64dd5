"""Claiming what is due: pings, by any number of processes, each by one of them."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import alarm, ping

#: Spelt out rather than bound: only so do both engines know that the index of what waits holds every such row.
_WAITING: ColumnElement[str] = literal_column("'waiting'")
_FREE_PING = or_(ping.c.claimed_until.is_(None), ping.c.claimed_until < bindparam("real_now"))
#: As a table expression: as a plain subquery PostgreSQL may run it again for every row, and so claim more than it may.
_DUE_PINGS = (
    select(ping.c.id)
    .where(ping.c.state == _WAITING, ping.c.due_at <= bindparam("now"), _FREE_PING)
    .order_by(ping.c.due_at, ping.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM_PINGS = (
    update(ping)
    .where(ping.c.id.in_(select(_DUE_PINGS.c.id)))
    .values(claimed_until=bindparam("until"))
    .returning(ping.c.id, ping.c.conversation_id, ping.c.kind, ping.c.about_sealed, ping.c.due_at)
)
_NEXT_PING = select(func.min(ping.c.due_at)).where(ping.c.state == _WAITING)
_NEXT_ALARM = select(func.min(alarm.c.next_at)).where(alarm.c.state == "raised")


class Claimed(NamedTuple):
    """A ping that is due."""

    id: int
    conversation_id: int
    kind: str
    about_sealed: bytes | None


async def claim_pings(conn: AsyncConnection, *, now: int, real_now: int, until: int, most: int) -> list[Claimed]:
    """Pings due at ``now``, claimed until the real time ``until``; what was due first comes first."""
    values = {"now": now, "real_now": real_now, "until": until, "most": most}
    rows = sorted(await conn.execute(_CLAIM_PINGS, values), key=lambda row: (row.due_at, row.id))
    return [Claimed(row.id, row.conversation_id, row.kind, row.about_sealed) for row in rows]


async def next_due(conn: AsyncConnection) -> int | None:
    """When the next ping or alarm is due."""
    found = [
        (await conn.execute(_NEXT_PING)).scalar_one(),
        (await conn.execute(_NEXT_ALARM)).scalar_one(),
    ]
    return min((at for at in found if at is not None), default=None)
