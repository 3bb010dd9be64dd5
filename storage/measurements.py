"""What caseworkers invited people to (what to talk about, a measurement), and what they answered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.direct import Values
from storage.tables import appointment, event, measurement, staff

Rows = list[Row[*tuple[Any, ...]]]

_OF = (
    select(measurement, staff.c.name)
    .join(staff, staff.c.id == measurement.c.invited_by)
    .where(measurement.c.conversation_id == bindparam("conversation"))
)
_ALL = _OF.order_by(measurement.c.id)
_ONE = _OF.where(measurement.c.id == bindparam("measurement"))
_NEWEST = (
    _OF.where(measurement.c.ended_at.is_(None), measurement.c.id != bindparam("besides"))
    .order_by(measurement.c.id.desc())
    .limit(1)
)
_OPEN = select(measurement.c.id).where(
    measurement.c.conversation_id == bindparam("conversation"),
    measurement.c.kind == bindparam("kind"),
    measurement.c.ended_at.is_(None),
)
_HELD = select(
    exists().where(
        appointment.c.conversation_id == bindparam("conversation"),
        appointment.c.state == "held",
    )
)
#: A caseworker's own contact is on file with who it was.
_CONTACTS = (
    select(event.c.detail_sealed)
    .where(event.c.conversation_id == bindparam("conversation"), event.c.kind == "contactmoment")
    .where(event.c.staff_id.is_not(None), event.c.detail_sealed.is_not(None))
    .order_by(event.c.id)
)


async def of(conn: AsyncConnection, conversation_id: int) -> Rows:
    """All of a conversation, oldest first, each with the name of who invited."""
    return list(await conn.execute(_ALL, {"conversation": conversation_id}))


async def one(conn: AsyncConnection, conversation_id: int, number: int) -> Row[*tuple[Any, ...]] | None:
    """That one if it is this conversation's."""
    return (await conn.execute(_ONE, {"conversation": conversation_id, "measurement": number})).first()


async def newest(conn: AsyncConnection, conversation_id: int, *, besides: int = 0) -> Row[*tuple[Any, ...]] | None:
    """The newest that is not over; ``besides`` is the number of one that is not meant."""
    return (await conn.execute(_NEWEST, {"conversation": conversation_id, "besides": besides})).first()


async def is_open(conn: AsyncConnection, conversation_id: int, kind: str) -> bool:
    """Whether one of this kind is not over."""
    found = await conn.execute(_OPEN, {"conversation": conversation_id, "kind": kind})
    return found.first() is not None


async def add(conn: AsyncConnection, values: Values) -> int:
    """A new invitation; gives its number."""
    number: int = (await conn.execute(insert(measurement).values(values).returning(measurement.c.id))).scalar_one()
    return number


async def put(conn: AsyncConnection, number: int, **values: Any) -> None:
    """Changes one that is not over; what is over stays as it is."""
    statement = update(measurement).where(measurement.c.id == number, measurement.c.ended_at.is_(None))
    await conn.execute(statement.values(**values))


async def was_held(conn: AsyncConnection, conversation_id: int) -> bool:
    """Whether an appointment with the person took place."""
    return bool((await conn.execute(_HELD, {"conversation": conversation_id})).scalar_one())


async def contacts(conn: AsyncConnection, conversation_id: int) -> list[bytes]:
    """What is on file of every contact that a caseworker had, sealed, oldest first."""
    return list((await conn.execute(_CONTACTS, {"conversation": conversation_id})).scalars())
