"""What the municipality's own registration is still to be told: claimed, told, noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import registration

Rows = list[Row[*tuple[Any, ...]]]

#: Written out: an index that holds only these is not found by a value that is given later.
_WAITING: ColumnElement[str] = literal_column("'waiting'")
_FAILED: ColumnElement[str] = literal_column("'failed'")
#: Tries are counted no further: there is no last one.
_MOST_COUNTED = 1000
_earlier = registration.alias("earlier")
#: Of one conversation they go in order; what failed holds up nothing.
_FIRST = not_(
    exists().where(
        _earlier.c.conversation_id == registration.c.conversation_id,
        _earlier.c.state == _WAITING,
        _earlier.c.id < registration.c.id,
    )
)
_FREE = or_(registration.c.claimed_until.is_(None), registration.c.claimed_until < bindparam("real_now"))
#: As a table expression: see ``storage.due``.
_DUE = (
    select(registration.c.id)
    .where(registration.c.state == _WAITING, registration.c.due_at <= bindparam("now"), _FREE, _FIRST)
    .order_by(registration.c.due_at, registration.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM = (
    update(registration)
    .where(registration.c.id.in_(select(_DUE.c.id)))
    .values(
        claimed_until=bindparam("until"),
        attempts=case((registration.c.attempts < _MOST_COUNTED, registration.c.attempts + 1), else_=_MOST_COUNTED),
    )
    .returning(registration.c.id, registration.c.number)
)
_NUMBER = update(registration).where(registration.c.id == bindparam("key")).values(number=bindparam("drawn"))
_CLAIMED = (
    select(
        registration.c.id,
        registration.c.conversation_id,
        registration.c.kind,
        registration.c.number,
        registration.c.payload_sealed,
        registration.c.attempts,
        registration.c.claimed_until,
    )
    .where(registration.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(registration.c.due_at, registration.c.id)
)
_SEALED = select(registration.c.payload_sealed).where(registration.c.id == bindparam("key"))
_MARK = (
    update(registration)
    .where(registration.c.id == bindparam("key"), registration.c.state == _WAITING)
    .values(
        state=bindparam("to"),
        reason=bindparam("why"),
        due_at=func.coalesce(bindparam("at"), registration.c.due_at),
        number=bindparam("kept"),
        sent_at=bindparam("sent"),
        claimed_until=None,
    )
)
_AGAIN = (
    update(registration)
    .where(registration.c.state == _FAILED, registration.c.reason != "erased")
    .values(state="waiting", reason=None, due_at=bindparam("now"), claimed_until=None)
)
_STATE = union_all(
    *(
        select(
            registration.c.state,
            registration.c.reason,
            func.count().label("how_many"),
            func.min(registration.c.made_at).label("since"),
        )
        .where(registration.c.state == state)
        .group_by(registration.c.state, registration.c.reason)
        for state in (_WAITING, _FAILED)
    )
)
#: Of who was erased nothing can be told, and that is no trouble.
_ANY_FAILED = select(func.min(registration.c.made_at)).where(
    registration.c.state == _FAILED, registration.c.reason != "erased"
)


async def claim(
    conn: AsyncConnection, *, now: int, real_now: int, until: int, most: int, draw: Callable[[], str]
) -> Rows:
    """What is to be told at ``now``, claimed until the real time ``until``; what has no number yet gets one that
    ``draw`` gives. A number that one of ours has already is refused by the database: then nothing is claimed."""
    values = {"now": now, "real_now": real_now, "until": until, "most": most}
    claimed = list(await conn.execute(_CLAIM, values))
    fresh = [{"key": row.id, "drawn": draw()} for row in claimed if row.number is None]
    for one in fresh:
        await conn.execute(_NUMBER, one)
    ids = [row.id for row in claimed]
    return list(await conn.execute(_CLAIMED, {"ids": ids})) if ids else []


async def sealed(conn: AsyncConnection, registration_id: int) -> bytes:
    """What it holds now: another person's key may have become theirs."""
    return bytes((await conn.execute(_SEALED, {"key": registration_id})).scalar_one())


async def mark(
    conn: AsyncConnection,
    registration_id: int,
    state: str,
    *,
    number: str | None,
    reason: str | None = None,
    at: int | None = None,
    sent_at: int | None = None,
) -> bool:
    """What became of one: ``sent``, ``failed`` or ``waiting`` again until ``at``; ``number`` None: it gets another.
    False: it was no longer waiting."""
    values = {"key": registration_id, "to": state, "why": reason, "at": at, "kept": number, "sent": sent_at}
    return (await conn.execute(_MARK, values)).rowcount == 1


async def again(conn: AsyncConnection, now: int) -> int:
    """What was refused is tried once more; gives how many."""
    return (await conn.execute(_AGAIN, {"now": now})).rowcount


async def states(conn: AsyncConnection) -> Rows:
    """How many are waiting and how many failed, by reason, and since when the oldest of them is there."""
    return list(await conn.execute(_STATE))


async def failed_since(conn: AsyncConnection) -> int | None:
    """Since when the oldest that was refused is there; None: nothing was."""
    at: int | None = (await conn.execute(_ANY_FAILED)).scalar_one()
    return at
