"""What people asked of their own data (``data_request``): queries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import conversation, data_request, person, staff

_Row = Row[*tuple[Any, ...]]

#: What still asks something of a colleague, or of the person.
OPEN = ("asked", "identified")

_LISTED = (
    select(
        data_request,
        person.c.key_id,
        person.c.name_sealed,
        conversation.c.team_id,
        conversation.c.assigned_to,
        staff.c.name.label("assigned_name"),
    )
    .join(person, person.c.id == data_request.c.person_id)
    .join(conversation, conversation.c.id == data_request.c.conversation_id)
    .outerjoin(staff, staff.c.id == conversation.c.assigned_to)
)


async def add(conn: AsyncConnection, **values: Any) -> int:
    """One more; gives its number."""
    statement = insert(data_request).values(**values).returning(data_request.c.id)
    return int((await conn.execute(statement)).scalar_one())


async def change(conn: AsyncConnection, number: int, of: Iterable[str], **values: Any) -> bool:
    """Whether it was still in one of the states ``of``; then it is changed."""
    mine = and_(data_request.c.id == number, data_request.c.state.in_(tuple(of)))
    return (await conn.execute(update(data_request).where(mine).values(**values))).rowcount == 1


async def waiting(conn: AsyncConnection, person_id: int, kind: str) -> _Row | None:
    """What this person asked and a colleague did not answer yet."""
    mine = and_(data_request.c.person_id == person_id, data_request.c.kind == kind, data_request.c.state == "asked")
    return (await conn.execute(select(data_request).where(mine).order_by(data_request.c.id).limit(1))).first()


async def is_open(conn: AsyncConnection, person_id: int, kind: str) -> bool:
    """Whether something of this kind is asked that is neither done, refused nor taken back."""
    return (await conn.execute(select(data_request.c.id).where(_open(person_id, kind)).limit(1))).first() is not None


async def withdraw(conn: AsyncConnection, person_id: int, kind: str, now: int) -> bool:
    """Takes back what this person asked of this kind and is open; whether there was any."""
    gone = update(data_request).where(_open(person_id, kind)).values(state="withdrawn", done_at=now)
    return bool((await conn.execute(gone)).rowcount)


def _open(person_id: int, kind: str) -> ColumnElement[bool]:
    mine, states = data_request.c.person_id == person_id, data_request.c.state.in_(OPEN)
    return and_(mine, data_request.c.kind == kind, states)


async def vouched(conn: AsyncConnection, person_id: int, kinds: Iterable[str], since: int) -> _Row | None:
    """The newest request that a colleague said is the person's own, after ``since`` (milliseconds UTC)."""
    mine = and_(
        data_request.c.person_id == person_id,
        data_request.c.kind.in_(tuple(kinds)),
        data_request.c.state.in_(("identified", "done")),
        data_request.c.identified_how.not_in(("pin",)),
        data_request.c.identified_at > since,
    )
    return (await conn.execute(select(data_request).where(mine).order_by(data_request.c.id.desc()).limit(1))).first()


async def listed(conn: AsyncConnection, since: int) -> list[_Row]:
    """Those that are open, what is due first, and then those that ended after ``since`` (milliseconds UTC), the newest
    first; what went by itself, after the PIN, is not among them."""
    shown = or_(
        data_request.c.state.in_(OPEN),
        and_(
            func.coalesce(data_request.c.done_at, data_request.c.asked_at) > since,
            func.coalesce(data_request.c.identified_how, "") != "pin",
        ),
    )
    rows = list(await conn.execute(_LISTED.where(shown)))
    still = sorted((row for row in rows if row.state in OPEN), key=lambda row: (row.due_at, row.id))
    return [*still, *sorted((row for row in rows if row.state not in OPEN), key=lambda row: -row.id)]


async def one(conn: AsyncConnection, number: int) -> _Row | None:
    """One of them."""
    return (await conn.execute(_LISTED.where(data_request.c.id == number))).first()


async def count_asked(conn: AsyncConnection) -> int:
    """How many wait for a colleague."""
    statement = select(func.count()).select_from(data_request).where(data_request.c.state == "asked")
    return int((await conn.execute(statement)).scalar_one())
