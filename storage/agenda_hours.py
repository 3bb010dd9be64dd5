"""Hours and lengths as the desk keeps them: of one member of staff, or (``owner`` None) of the team."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import appointment, appointment_staff, event, meeting, other_hours, staff, working_hours

Rows = list[Row[*tuple[Any, ...]]]


async def lock(conn: AsyncConnection, owner: int | None) -> None:
    """One at a time changes these hours, so that what may not overlap does not. The team's have the lock of whoever
    was there first."""
    wanted = select(func.min(staff.c.id)).scalar_subquery() if owner is None else owner
    await conn.execute(select(staff.c.id).where(staff.c.id == wanted).with_for_update())


async def weekly(conn: AsyncConnection, owner: int | None) -> Rows:
    """Weekly hours, in order of weekday and time."""
    order = working_hours.c.weekday, working_hours.c.starts, working_hours.c.id
    return list(await conn.execute(select(working_hours).where(_of(working_hours, owner)).order_by(*order)))


async def days(conn: AsyncConnection, owner: int | None, first: str, last: str = "9999") -> Rows:
    """Days that are otherwise, from ``first`` up to and including ``last`` (ISO 8601), in order of time."""
    order = other_hours.c.day, other_hours.c.starts, other_hours.c.id
    between = other_hours.c.day >= first, other_hours.c.day <= last
    return list(await conn.execute(select(other_hours).where(_of(other_hours, owner), *between).order_by(*order)))


async def lengths(conn: AsyncConnection, owner: int | None) -> Rows:
    """How long and how far, of the kinds of which that was said."""
    return list(await conn.execute(select(meeting).where(_of(meeting, owner))))


async def add_weekly(conn: AsyncConnection, owner: int | None, **values: Any) -> None:
    """More weekly hours."""
    await conn.execute(insert(working_hours).values(staff_id=owner, **values))


async def change_weekly(conn: AsyncConnection, owner: int | None, number: int, **values: Any) -> bool:
    """Other weekly hours instead of these; whether they were there."""
    of_theirs = working_hours.c.id == number, _of(working_hours, owner)
    return (await conn.execute(update(working_hours).where(*of_theirs).values(**values))).rowcount == 1


async def remove_weekly(conn: AsyncConnection, owner: int | None, number: int) -> bool:
    """Takes weekly hours away; whether they were there."""
    of_theirs = working_hours.c.id == number, _of(working_hours, owner)
    return (await conn.execute(delete(working_hours).where(*of_theirs))).rowcount == 1


async def add_days(conn: AsyncConnection, owner: int | None, each: Sequence[str], **values: Any) -> None:
    """The same on each of these days."""
    await conn.execute(insert(other_hours), [{"staff_id": owner, "day": day, **values} for day in each])


async def remove_days(conn: AsyncConnection, owner: int | None, numbers: Collection[int]) -> bool:
    """Takes away what was otherwise; whether any of it was there."""
    of_theirs = other_hours.c.id.in_(list(numbers)), _of(other_hours, owner)
    return (await conn.execute(delete(other_hours).where(*of_theirs))).rowcount > 0


async def put_length(conn: AsyncConnection, owner: int | None, kind: str, length: tuple[int, int] | None) -> None:
    """How many minutes it takes, and how many it is away; None: as for the team, or as usual."""
    await conn.execute(delete(meeting).where(_of(meeting, owner), meeting.c.kind == kind))
    if length is not None:
        minutes, travel = length
        await conn.execute(insert(meeting).values(staff_id=owner, kind=kind, minutes=minutes, travel=travel))


async def record(conn: AsyncConnection, by: int | None, now: int) -> None:
    """That this member of staff changed hours."""
    await conn.execute(insert(event).values(kind="hours_changed", staff_id=by, created_at=now))


async def count_news(conn: AsyncConnection, staff_id: int) -> int:
    """Of how many appointments of theirs they did not see yet what the resident did."""
    mine = select(appointment_staff.c.appointment_id).where(appointment_staff.c.staff_id == staff_id)
    statement = select(func.count()).where(appointment.c.news.is_not(None), appointment.c.id.in_(mine))
    return int((await conn.execute(statement)).scalar_one())


def _of(table: Table, owner: int | None) -> ColumnElement[bool]:
    column = table.c.staff_id
    return column.is_(None) if owner is None else column == owner
