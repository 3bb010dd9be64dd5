"""How far someone is: the phases of what is open, and what was told about it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import agreement, case_file, event, phase, staff

#: Events that tell of it, besides those of a phase.
NEWS_KINDS = ("progress", "decided", "contact")

Rows = list[Row[*tuple[Any, ...]]]

_OF = bindparam("conversation", type_=phase.c.conversation_id.type)
_CASES = (
    select(case_file.c.id, case_file.c.opened_at, case_file.c.taken_by)
    .where(case_file.c.conversation_id == _OF, case_file.c.closed_at.is_(None))
    .order_by(case_file.c.id.desc())
)
_CLOSED = (
    select(case_file.c.id, case_file.c.opened_at, case_file.c.closed_at)
    .where(case_file.c.conversation_id == _OF, case_file.c.closed_at.is_not(None))
    .order_by(case_file.c.closed_at.desc(), case_file.c.id.desc())
    .limit(1)
)
_ALL_PHASES = (
    select(phase, staff.c.name)
    .join(case_file, case_file.c.id == phase.c.case_id)
    .outerjoin(staff, staff.c.id == phase.c.set_by)
    .where(phase.c.conversation_id == _OF)
    .order_by(phase.c.id)
)
_PHASES = _ALL_PHASES.where(case_file.c.closed_at.is_(None))
_ITS_PHASES = _ALL_PHASES.where(case_file.c.id == bindparam("of_case"))
_NEWS = (
    select(event.c.kind, event.c.created_at, event.c.detail_sealed, staff.c.name)
    .outerjoin(staff, staff.c.id == event.c.staff_id)
    .where(event.c.conversation_id == _OF, event.c.kind.in_(NEWS_KINDS))
    .order_by(event.c.id.desc())
    .limit(bindparam("most"))
)
_NAME = select(staff.c.name, staff.c.disabled_at).where(staff.c.id == bindparam("staff_id"))
_TAKE = update(case_file).where(case_file.c.conversation_id == _OF, case_file.c.closed_at.is_(None))
_THEIRS = (agreement.c.conversation_id == _OF, agreement.c.staff_id == bindparam("who"), agreement.c.state == "open")


async def cases(conn: AsyncConnection, conversation_id: int) -> Rows:
    """What is open of a conversation, the newest first: two people who became one may both have signed up."""
    return list(await conn.execute(_CASES, {"conversation": conversation_id}))


async def phases(conn: AsyncConnection, conversation_id: int) -> Rows:
    """The phases of that, in the order in which they were set, with the name of who set each."""
    return list(await conn.execute(_PHASES, {"conversation": conversation_id}))


async def last_closed(conn: AsyncConnection, conversation_id: int) -> Row[*tuple[Any, ...]] | None:
    """The case that was closed last, if one was: its number, and when it was opened and closed."""
    return (await conn.execute(_CLOSED, {"conversation": conversation_id})).first()


async def phases_of(conn: AsyncConnection, conversation_id: int, case_id: int) -> Rows:
    """The phases of one case, open or closed, as `phases`."""
    return list(await conn.execute(_ITS_PHASES, {"conversation": conversation_id, "of_case": case_id}))


async def add(conn: AsyncConnection, **values: Any) -> None:
    """A phase that begins, or is left out."""
    await conn.execute(insert(phase).values(**values))


async def change(conn: AsyncConnection, phase_id: int, **values: Any) -> None:
    """What became of one."""
    await conn.execute(update(phase).where(phase.c.id == phase_id).values(**values))


async def drop(conn: AsyncConnection, phase_id: int) -> None:
    """It was no such thing after all."""
    await conn.execute(delete(phase).where(phase.c.id == phase_id))


async def news(conn: AsyncConnection, conversation_id: int, most: int) -> Rows:
    """The last events of `NEWS_KINDS`, the newest first, with the name of who told it."""
    return list(await conn.execute(_NEWS, {"conversation": conversation_id, "most": most}))


async def name_of(conn: AsyncConnection, staff_id: int) -> tuple[str, bool] | None:
    """What residents call a member of staff, and whether they still work here."""
    row = (await conn.execute(_NAME, {"staff_id": staff_id})).first()
    return None if row is None else (row.name, row.disabled_at is None)


# ---- who the contact is --------------------------------------------------------------------------------------------


async def take(conn: AsyncConnection, conversation_id: int, staff_id: int) -> None:
    """What is open is this colleague's."""
    await conn.execute(_TAKE.values(taken_by=staff_id), {"conversation": conversation_id})


async def hand_on_tasks(conn: AsyncConnection, conversation_id: int, who: int, to: int) -> None:
    """What ``who`` was still to do for this person, ``to`` does."""
    statement = update(agreement).where(*_THEIRS).values(staff_id=to)
    await conn.execute(statement, {"conversation": conversation_id, "who": who})
