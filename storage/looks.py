"""The chain of looks: its rows in the data, and in the key store how far it had come and where it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import insert_ignore
from storage.keys import anchor
from storage.tables import conversation, look, person, staff

#: Of the lock under which the chain grows, on PostgreSQL.
_LOCK = 5_506_007

#: Names in ``anchor``: the last row that was seen committed, and the last one that was removed because its term was
#: over.
END, START = "looks", "looks removed"

Rows = list[Row[*tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the chain."""

    seq: int
    digest: bytes


#: Before the first row.
NOTHING = Mark(0, b"")

_COLUMNS = (look.c.seq, look.c.at, look.c.kind, look.c.staff_id, look.c.conversation_id, look.c.person_id)
_HOLD = text("SELECT pg_advisory_xact_lock(:number)")
_END = select(look.c.seq, look.c.digest).order_by(look.c.seq.desc()).limit(1)
_AT = select(look.c.seq, look.c.digest).where(look.c.seq == bindparam("which"))
_ADD = insert(look)
_AFTER = (
    select(*_COLUMNS, look.c.digest)
    .where(look.c.seq > bindparam("after"))
    .order_by(look.c.seq)
    .limit(bindparam("most"))
)
_FIRST_KEPT = select(func.min(look.c.seq)).where(look.c.at >= bindparam("before"), look.c.seq > bindparam("start"))
_REMOVE = delete(look).where(look.c.seq <= bindparam("upto"))
_COUNT = select(func.count()).select_from(look).where(look.c.seq <= bindparam("upto"))

_ANCHOR = select(anchor.c.seq, anchor.c.digest).where(anchor.c.name == bindparam("which"))
_ADD_ANCHOR = insert_ignore(anchor)
_MOVE_ANCHOR = (
    update(anchor)
    .where(anchor.c.name == bindparam("which"), anchor.c.seq == bindparam("from_seq"))
    .values(seq=bindparam("to_seq"), digest=bindparam("to_digest"), at=bindparam("now"))
)

_SHOWN = select(*_COLUMNS, staff.c.name, staff.c.role).outerjoin(staff, staff.c.id == look.c.staff_id)
#: Of a person, and of those who became one with them.
_OF_PERSON = (
    _SHOWN.join(person, person.c.id == look.c.person_id)
    .where(or_(person.c.id == bindparam("person"), person.c.merged_into == bindparam("person")))
    .order_by(look.c.seq.desc())
    .limit(bindparam("most"))
)
_PERSON = select(conversation.c.person_id).where(conversation.c.id == bindparam("conversation"))


async def hold(conn: AsyncConnection) -> None:
    """Waits until nobody else makes the chain longer, and lets nobody until the end of the caller's write transaction.
    On SQLite there is one writer anyway."""
    if conn.dialect.name == "postgresql":
        await conn.execute(_HOLD, {"number": _LOCK})


async def end(conn: AsyncConnection) -> Mark | None:
    """The last row; None: there is none."""
    row = (await conn.execute(_END)).first()
    return None if row is None else Mark(row.seq, row.digest)


async def at(conn: AsyncConnection, seq: int) -> Mark | None:
    """The row of that number; None: there is none."""
    row = (await conn.execute(_AT, {"which": seq})).first()
    return None if row is None else Mark(row.seq, row.digest)


async def add(conn: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Adds rows, each with every column."""
    await conn.execute(_ADD, rows)


async def after(conn: AsyncConnection, seq: int, most: int) -> Rows:
    """The next rows, in order, with all their columns."""
    return list(await conn.execute(_AFTER, {"after": seq, "most": most}))


async def last_before(conn: AsyncConnection, before: int, start: Mark) -> Mark | None:
    """The row after ``start`` up to which all are of before an instant; None: not even the first is."""
    kept = (await conn.execute(_FIRST_KEPT, {"before": before, "start": start.seq})).scalar()
    last = await end(conn) if kept is None else await at(conn, kept - 1)
    return None if last is None or last.seq <= start.seq else last


async def count_upto(conn: AsyncConnection, seq: int) -> int:
    """How many rows there are up to this one."""
    return int((await conn.execute(_COUNT, {"upto": seq})).scalar_one())


async def remove_upto(conn: AsyncConnection, seq: int) -> int:
    """Removes the beginning, up to and with this row; gives how many rows that were."""
    return (await conn.execute(_REMOVE, {"upto": seq})).rowcount


async def anchored(conn: AsyncConnection, name: str) -> Mark | None:
    """A place that was noted in the key store; None: none was."""
    row = (await conn.execute(_ANCHOR, {"which": name})).first()
    return None if row is None else Mark(row.seq, row.digest)


async def move_anchor(conn: AsyncConnection, name: str, known: Mark | None, to: Mark, now: int) -> bool:
    """Notes another place in the key store. False: it was no longer at ``known``, as someone else noted one
    meanwhile."""
    if known is None:
        added = await conn.execute(_ADD_ANCHOR, {"name": name, "seq": to.seq, "digest": to.digest, "at": now})
        return added.rowcount == 1
    values = {"which": name, "from_seq": known.seq, "to_seq": to.seq, "to_digest": to.digest, "now": now}
    return (await conn.execute(_MOVE_ANCHOR, values)).rowcount == 1


async def of_person(conn: AsyncConnection, person_id: int, most: int) -> Rows:
    """Who saw something of this person, the newest first, those who became one with them included."""
    return list(await conn.execute(_OF_PERSON, {"person": person_id, "most": most}))


async def person_of(conn: AsyncConnection, conversation_id: int) -> int | None:
    """Whose conversation this is; None: there is none."""
    found: int | None = (await conn.execute(_PERSON, {"conversation": conversation_id})).scalar_one_or_none()
    return found


async def listed(
    conn: AsyncConnection,
    *,
    staff_id: int | None = None,
    conversations: Sequence[int] | None = None,
    kind: str | None = None,
    since: int | None = None,
    until: int | None = None,
    before_seq: int | None = None,
    most: int,
) -> Rows:
    """Rows with the name and role of who it was, the newest first. ``since`` and ``until`` (not included) are instants;
    None: any."""
    wanted = (
        None if staff_id is None else look.c.staff_id == staff_id,
        None if conversations is None else look.c.conversation_id.in_(conversations),
        None if kind is None else look.c.kind == kind,
        None if since is None else look.c.at >= since,
        None if until is None else look.c.at < until,
        None if before_seq is None else look.c.seq < before_seq,
    )
    conditions = [one for one in wanted if one is not None]
    statement = _SHOWN.where(and_(True, *conditions)).order_by(look.c.seq.desc()).limit(most)
    return list(await conn.execute(statement))
