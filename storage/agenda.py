"""Everyone's hours and what is taken of them, and appointments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, case, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import insert_ignore
from storage.direct import Values
from storage.tables import (
    appointment,
    appointment_staff,
    case_file,
    conversation,
    meeting,
    other_hours,
    person,
    ping,
    slot,
    staff,
    working_hours,
)

#: Roles whose holders meet residents.
MEETS = ("caseworker", "coordinator")

Rows = list[Row[*tuple[Any, ...]]]

_TEAM = (
    select(staff.c.id, staff.c.name)
    .where(staff.c.disabled_at.is_(None), staff.c.role.in_(MEETS))
    .order_by(staff.c.name, staff.c.id)
)
_WEEKLY = select(working_hours).order_by(working_hours.c.weekday, working_hours.c.starts, working_hours.c.id)
_OTHER = (
    select(other_hours)
    .where(other_hours.c.day >= bindparam("first"), other_hours.c.day <= bindparam("last"))
    .order_by(other_hours.c.day, other_hours.c.starts, other_hours.c.id)
)
_MEETINGS = select(meeting)
_TAKEN = select(slot.c.staff_id, slot.c.starts_at, slot.c.appointment_id).where(
    slot.c.starts_at >= bindparam("start"), slot.c.starts_at < bindparam("end")
)
_TAKE = insert_ignore(slot).returning(slot.c.starts_at)
_LET_GO = delete(slot).where(slot.c.appointment_id == bindparam("appointment"))
_ADD = insert_ignore(appointment).returning(appointment.c.id)
_OF = (
    select(appointment)
    .where(appointment.c.conversation_id == bindparam("conversation"))
    .order_by(appointment.c.starts_at, appointment.c.id)
)
#: What stands or is on offer, and what one asks about in whatever state.
_NOW = _OF.where(appointment.c.state.in_(("booked", "proposed")), appointment.c.ends_at > bindparam("now"))
_ONE = select(appointment).where(
    appointment.c.id == bindparam("appointment"), appointment.c.conversation_id == bindparam("conversation")
)
_WITH = (
    select(appointment_staff.c.appointment_id, appointment_staff.c.staff_id, staff.c.name)
    .join(staff, staff.c.id == appointment_staff.c.staff_id)
    .where(appointment_staff.c.appointment_id.in_(bindparam("ids", expanding=True)))
    .order_by(appointment_staff.c.appointment_id, appointment_staff.c.place)
)
_CONTACT = (
    select(func.coalesce(conversation.c.assigned_to, case_file.c.taken_by))
    .select_from(conversation)
    .outerjoin(case_file, (case_file.c.conversation_id == conversation.c.id) & case_file.c.closed_at.is_(None))
    .where(conversation.c.id == bindparam("conversation"))
    .order_by(case_file.c.id.desc())
    .limit(1)
)
_BETWEEN = (
    select(appointment, person.c.key_id, person.c.name_sealed, person.c.language)
    .join(conversation, conversation.c.id == appointment.c.conversation_id)
    .join(person, person.c.id == conversation.c.person_id)
    .where(appointment.c.starts_at >= bindparam("start"), appointment.c.starts_at < bindparam("end"))
    .where(appointment.c.state.in_(("booked", "held", "no_show")))
    .order_by(appointment.c.starts_at, appointment.c.id)
)
_REMINDERS = (
    select(ping.c.kind, case((ping.c.state == "dropped", ping.c.reason)).label("reason"))
    .where(ping.c.conversation_id == bindparam("conversation"), ping.c.kind.startswith("afspraak."))
    .order_by(ping.c.id)
)
_NEWS = (
    select(appointment, person.c.key_id, person.c.name_sealed)
    .join(conversation, conversation.c.id == appointment.c.conversation_id)
    .join(person, person.c.id == conversation.c.person_id)
    .where(appointment.c.news.is_not(None))
    .order_by(appointment.c.starts_at, appointment.c.id)
)
_is_there = exists().where(
    appointment_staff.c.appointment_id == appointment.c.id, appointment_staff.c.staff_id == bindparam("staff_id")
)
#: By when they began, which is indexed.
_UNMARKED = (
    select(appointment, person.c.key_id, person.c.name_sealed)
    .join(conversation, conversation.c.id == appointment.c.conversation_id)
    .join(person, person.c.id == conversation.c.person_id)
    .where(appointment.c.starts_at > bindparam("since"), appointment.c.starts_at < bindparam("now"))
    .where(appointment.c.ends_at <= bindparam("now"), appointment.c.state == "booked")
    .order_by(_is_there.desc(), appointment.c.starts_at.desc(), appointment.c.id)
    .limit(bindparam("most"))
)
_STANDS = select(func.count().label("count"), func.min(appointment.c.starts_at).label("first")).where(
    appointment.c.state == "booked", appointment.c.ends_at > bindparam("now")
)
_theirs = select(appointment_staff.c.appointment_id)
_still_here = _theirs.join(staff, staff.c.id == appointment_staff.c.staff_id).where(staff.c.disabled_at.is_(None))
#: Theirs, or of nobody who is still here: then it is everyone's to see.
_MINE = or_(
    appointment.c.id.in_(_theirs.where(appointment_staff.c.staff_id == bindparam("staff_id"))),
    appointment.c.id.not_in(_still_here),
)


# ---- hours ---------------------------------------------------------------------------------------------------------


async def team(conn: AsyncConnection) -> Rows:
    """Number and name of everyone who meets residents."""
    return list(await conn.execute(_TEAM))


async def weekly(conn: AsyncConnection) -> Rows:
    """All weekly hours, in order of weekday and time."""
    return list(await conn.execute(_WEEKLY))


async def other(conn: AsyncConnection, first: str, last: str) -> Rows:
    """The hours of days that are otherwise, from ``first`` to ``last`` (ISO 8601, both included)."""
    return list(await conn.execute(_OTHER, {"first": first, "last": last}))


async def lengths(conn: AsyncConnection) -> Rows:
    """How long kinds of talk take, as far as the desk said so."""
    return list(await conn.execute(_MEETINGS))


async def taken(conn: AsyncConnection, start: int, end: int) -> Rows:
    """Quanta that are taken between two instants: staff, instant, appointment."""
    return list(await conn.execute(_TAKEN, {"start": start, "end": end}))


# ---- appointments --------------------------------------------------------------------------------------------------


async def take(conn: AsyncConnection, appointment_id: int, who: Iterable[int], quanta: Collection[int]) -> bool:
    """Takes these quanta of everyone in ``who``; False: some were taken already, and the caller takes all of it back.
    In one order everywhere, so that two who want the same wait for each other and never in a circle."""
    rows = [
        {"staff_id": one, "starts_at": at, "appointment_id": appointment_id}
        for one in sorted(who)
        for at in sorted(quanta)
    ]
    return len((await conn.execute(_TAKE, rows)).all()) == len(rows)


async def let_go(conn: AsyncConnection, appointment_id: int) -> None:
    """What it took is free."""
    await conn.execute(_LET_GO, {"appointment": appointment_id})


async def add(conn: AsyncConnection, who: Sequence[int], values: Values) -> int | None:
    """A new appointment with these members of staff; gives its number, or None: its ``calendar_index`` is another's."""
    number: int | None = (await conn.execute(_ADD, values)).scalar()
    if number is not None:
        await put_staff(conn, number, who)
    return number


async def put_staff(conn: AsyncConnection, appointment_id: int, who: Sequence[int]) -> None:
    """It is with these, the first of all."""
    await conn.execute(delete(appointment_staff).where(appointment_staff.c.appointment_id == appointment_id))
    rows = [{"appointment_id": appointment_id, "staff_id": one, "place": n} for n, one in enumerate(who)]
    await conn.execute(insert(appointment_staff), rows)


async def change(conn: AsyncConnection, appointment_id: int, states: Collection[str], **values: Any) -> bool:
    """Changes it if it is in one of ``states``; whether it was."""
    statement = update(appointment).where(appointment.c.id == appointment_id, appointment.c.state.in_(list(states)))
    return (await conn.execute(statement.values(**values))).rowcount == 1


async def of(conn: AsyncConnection, conversation_id: int) -> Rows:
    """All of a conversation, in order of time."""
    return list(await conn.execute(_OF, {"conversation": conversation_id}))


async def current(conn: AsyncConnection, conversation_id: int, now: int) -> Rows:
    """What is booked or proposed and not over, in order of time."""
    return list(await conn.execute(_NOW, {"conversation": conversation_id, "now": now}))


async def one(conn: AsyncConnection, conversation_id: int, appointment_id: int) -> Row[*tuple[Any, ...]] | None:
    """That appointment if it is this conversation's."""
    values = {"conversation": conversation_id, "appointment": appointment_id}
    return (await conn.execute(_ONE, values)).first()


async def staff_of(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    """Number and name of who is at each of these appointments, in order."""
    found: dict[int, list[tuple[int, str]]] = {}
    if wanted := sorted(set(ids)):
        for row in await conn.execute(_WITH, {"ids": wanted}):
            found.setdefault(row.appointment_id, []).append((row.staff_id, row.name))
    return found


async def reminders(conn: AsyncConnection, conversation_id: int) -> dict[str, str | None]:
    """Why the last reminder of each kind (``afspraak.day:17``) is not sent; None: it was, or will be."""
    rows = await conn.execute(_REMINDERS, {"conversation": conversation_id})
    return {row.kind: row.reason for row in rows}


async def contact(conn: AsyncConnection, conversation_id: int) -> int | None:
    """The caseworker whom the person knows."""
    found: int | None = (await conn.execute(_CONTACT, {"conversation": conversation_id})).scalar()
    return found


async def first_with(conn: AsyncConnection, staff_id: int, now: int) -> tuple[int, int | None]:
    """How many appointments with this member of staff are booked and not over, and when the first begins."""
    row = (await conn.execute(_STANDS.where(_MINE), {"staff_id": staff_id, "now": now})).one()
    return row.count, row.first


async def between(conn: AsyncConnection, start: int, end: int) -> Rows:
    """Booked, held or missed between two instants, with the person's key and sealed name."""
    return list(await conn.execute(_BETWEEN, {"start": start, "end": end}))


async def unmarked(conn: AsyncConnection, staff_id: int, since: int, now: int, most: int) -> Rows:
    """What began after ``since``, is over, and of which nobody said how it went: this member of staff's own first, then
    the others, each the newest first."""
    values = {"staff_id": staff_id, "since": since, "now": now, "most": most}
    return list(await conn.execute(_UNMARKED, values))


async def news(conn: AsyncConnection, staff_id: int) -> Rows:
    """What residents did with this member of staff's appointments, or with those of who left, that was not seen yet."""
    return list(await conn.execute(_NEWS.where(_MINE), {"staff_id": staff_id}))


async def seen(conn: AsyncConnection, staff_id: int, appointment_id: int) -> None:
    """They saw it."""
    statement = update(appointment).where(appointment.c.id == appointment_id, _MINE).values(news=None)
    await conn.execute(statement, {"staff_id": staff_id})
