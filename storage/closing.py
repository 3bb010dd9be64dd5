"""What ends with a case, and comes back when that was a mistake: rows of the instant at which it was closed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import agreement, alarm, case_file, phase, promise, signal_key

Rows = list[Row[*tuple[Any, ...]]]

_OF: BindParameter[int] = bindparam("conversation")
_CASES = (
    select(
        case_file.c.id,
        case_file.c.opened_at,
        case_file.c.closed_at,
        case_file.c.ended_on,
        case_file.c.reason,
        case_file.c.taken_by,
    )
    .where(case_file.c.conversation_id == _OF)
    .order_by(case_file.c.closed_at.is_not(None), case_file.c.closed_at.desc(), case_file.c.id.desc())
)
_END = update(case_file).where(case_file.c.id.in_(bindparam("ids", expanding=True)))
_SETTLE = update(promise).where(promise.c.conversation_id == _OF, promise.c.kept_at.is_(None))
_UNSETTLE = update(promise).where(promise.c.conversation_id == _OF, promise.c.kept_at == bindparam("at"))
_PROMISES = select(promise.c.kind).where(promise.c.conversation_id == _OF, promise.c.kept_at == bindparam("at"))
_GO_ON = update(phase).where(phase.c.case_id == bindparam("case"), phase.c.ended_at == bindparam("at"))
_DROPPED = select(agreement).where(
    agreement.c.conversation_id == _OF,
    agreement.c.staff_id.is_not(None),
    agreement.c.state == "dropped",
    agreement.c.changed_at == bindparam("at"),
)
_WAITING = (
    select(agreement)
    .where(agreement.c.conversation_id == _OF, agreement.c.state.in_(("open", "stuck")))
    .order_by(agreement.c.id)
)
_QUIETEN = (
    update(alarm)
    .where(alarm.c.conversation_id == _OF, alarm.c.state == "raised")
    .values(state="acknowledged", acknowledged_at=bindparam("at"), acknowledged_by=bindparam("who"), next_at=None)
)
_KEYS = select(func.count()).where(signal_key.c.conversation_id == _OF)
_NO_KEYS = delete(signal_key).where(signal_key.c.conversation_id == _OF)


async def cases(conn: AsyncConnection, conversation_id: int) -> Rows:
    """Every case of a conversation: what is open first, then what was closed last."""
    return list(await conn.execute(_CASES, {"conversation": conversation_id}))


async def end(conn: AsyncConnection, ids: Sequence[int], **values: Any) -> None:
    """Changes these cases; the conversation is locked."""
    await conn.execute(_END.values(**values), {"ids": list(ids)})


async def waiting(conn: AsyncConnection, conversation_id: int) -> Rows:
    """What was agreed and is not done: the person's, and (with a ``staff_id``) ours."""
    return list(await conn.execute(_WAITING, {"conversation": conversation_id}))


async def settle_promises(conn: AsyncConnection, conversation_id: int, at: int) -> None:
    """Nothing is waited for any more from ``at`` (milliseconds UTC)."""
    await conn.execute(_SETTLE.values(kept_at=at), {"conversation": conversation_id})


async def unsettle_promises(conn: AsyncConnection, conversation_id: int, at: int) -> Collection[str]:
    """What was settled at ``at`` is waited for again; gives its kinds."""
    values = {"conversation": conversation_id, "at": at}
    kinds = set((await conn.execute(_PROMISES, values)).scalars())
    await conn.execute(_UNSETTLE.values(kept_at=None), values)
    return kinds


async def phases_go_on(conn: AsyncConnection, case_id: int, at: int) -> None:
    """The phases of a case that ended at ``at`` did not."""
    await conn.execute(_GO_ON.values(state="now", ended_at=None), {"case": case_id, "at": at})


async def dropped(conn: AsyncConnection, conversation_id: int, at: int) -> Rows:
    """What of ours was dropped at ``at``."""
    return list(await conn.execute(_DROPPED, {"conversation": conversation_id, "at": at}))


async def quieten(conn: AsyncConnection, conversation_id: int, staff_id: int, at: int) -> None:
    """Alarms that were raised are acknowledged by this colleague."""
    await conn.execute(_QUIETEN, {"conversation": conversation_id, "who": staff_id, "at": at})


async def count_keys(conn: AsyncConnection, conversation_id: int) -> int:
    """By how many keys an early signal finds this person."""
    return int((await conn.execute(_KEYS, {"conversation": conversation_id})).scalar_one())


async def drop_keys(conn: AsyncConnection, conversation_id: int) -> int:
    """None of them any more; gives how many there were."""
    return (await conn.execute(_NO_KEYS, {"conversation": conversation_id})).rowcount
