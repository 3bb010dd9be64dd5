"""Teams, who is in which, and whose files are whose."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import conversation, staff, team

Rows = list[Row[*tuple[Any, ...]]]

_members = (
    select(func.count())
    .where(staff.c.team_id == team.c.id, staff.c.disabled_at.is_(None))
    .correlate(team)
    .scalar_subquery()
)
_files = (
    select(func.count())
    .where(conversation.c.team_id == team.c.id, conversation.c.queue != "merged")
    .correlate(team)
    .scalar_subquery()
)
_OPEN = select(team.c.id, team.c.name).where(team.c.closed_at.is_(None)).order_by(team.c.name, team.c.id)
_COUNTED = _OPEN.add_columns(_members.label("members"), _files.label("files"))
_STAFF = (
    select(staff.c.id, staff.c.name, staff.c.role, staff.c.team_id)
    .where(staff.c.disabled_at.is_(None))
    .order_by(staff.c.name, staff.c.id)
)
_NAMED = select(team.c.id).where(func.lower(team.c.name) == func.lower(bindparam("given")), team.c.closed_at.is_(None))
_ADD = insert(team)
_RENAME = (
    update(team).where(team.c.id == bindparam("which"), team.c.closed_at.is_(None)).values(name=bindparam("given"))
)
_CLOSE = update(team).where(team.c.id == bindparam("which")).values(closed_at=bindparam("now"), name=bindparam("left"))
_JOIN = update(staff).where(staff.c.id == bindparam("who")).values(team_id=bindparam("to"))
_JOIN_ALL = update(staff).where(staff.c.team_id == bindparam("which")).values(team_id=bindparam("to"))
_MOVE_ALL = update(conversation).where(conversation.c.team_id == bindparam("which")).values(team_id=bindparam("to"))
_OF = select(staff.c.team_id).where(staff.c.id == bindparam("who"))
_OF_FILE = (
    select(conversation.c.team_id, team.c.name)
    .outerjoin(team, team.c.id == conversation.c.team_id)
    .where(conversation.c.id == bindparam("conversation"))
)
_MOVE = update(conversation).where(conversation.c.id == bindparam("conversation")).values(team_id=bindparam("to"))


async def teams(conn: AsyncConnection) -> Rows:
    """Number and name of those that are there, by name."""
    return list(await conn.execute(_OPEN))


async def counted(conn: AsyncConnection) -> Rows:
    """The same, with how many ``members`` and ``files`` each has."""
    return list(await conn.execute(_COUNTED))


async def colleagues(conn: AsyncConnection) -> Rows:
    """Everyone who works here, with their team."""
    return list(await conn.execute(_STAFF))


async def named(conn: AsyncConnection, name: str) -> int | None:
    """The team of this name, however it is capitalised."""
    found: int | None = (await conn.execute(_NAMED, {"given": name})).scalars().first()
    return found


async def add(conn: AsyncConnection, name: str, now: int) -> None:
    """A new team. Raises IntegrityError when there is one of that name."""
    await conn.execute(_ADD, {"name": name, "created_at": now})


async def rename(conn: AsyncConnection, team_id: int, name: str) -> bool:
    """Another name. False: there is no such team. Raises IntegrityError when another has it."""
    return (await conn.execute(_RENAME, {"which": team_id, "given": name})).rowcount == 1


async def close(conn: AsyncConnection, team_id: int, to: int | None, left_name: str, now: int) -> None:
    """Closes a team; its members and files go to another one, or (None) to none. Its name is free from then on."""
    await conn.execute(_JOIN_ALL, {"which": team_id, "to": to})
    await conn.execute(_MOVE_ALL, {"which": team_id, "to": to})
    await conn.execute(_CLOSE, {"which": team_id, "now": now, "left": left_name})


async def join(conn: AsyncConnection, staff_id: int, team_id: int | None) -> None:
    """Puts a colleague in a team, or (None) in none."""
    await conn.execute(_JOIN, {"who": staff_id, "to": team_id})


async def of_staff(conn: AsyncConnection, staff_id: int) -> int | None:
    """Whose team this is."""
    found: int | None = (await conn.execute(_OF, {"who": staff_id})).scalar_one_or_none()
    return found


async def of_file(conn: AsyncConnection, conversation_id: int) -> tuple[int | None, str | None]:
    """Number and name of the team whose file this is."""
    row = (await conn.execute(_OF_FILE, {"conversation": conversation_id})).one()
    return row.team_id, row.name


async def move(conn: AsyncConnection, conversation_id: int, team_id: int | None) -> None:
    """Gives the file to a team, or (None) to all."""
    await conn.execute(_MOVE, {"conversation": conversation_id, "to": team_id})
