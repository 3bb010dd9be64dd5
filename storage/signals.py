"""Early signals: as they are entered, found again, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import insert_ignore
from storage.direct import Values
from storage.tables import case_file, conversation, event, person, ping, signal, signal_key, staff

#: Nobody looked yet whom it is about.
UNSORTED = "unsorted"
#: A file of many that waits for a yes: one row, sealed as a whole.
IMPORT = "import"
#: Where a signal goes.
CASE, LAST, ORDINARY = "case", "last", "ordinary"
#: The invitation that follows from one: a ping of the person's, and the event that says that it was said.
INVITED, WAS_INVITED = "contact.invited", "signal_invited"
#: The shell's own ping that looks whether it was answered.
ANSWERED = "care.invited"

Rows = list[Row[*tuple[Any, ...]]]

_SURVIVOR = func.coalesce(person.c.merged_into, person.c.id)
_KNOWN = select(signal.c.line_index).where(signal.c.line_index.in_(bindparam("lines", expanding=True)))
_UNSORTED = select(signal).where(signal.c.route == UNSORTED).order_by(signal.c.id).limit(bindparam("most"))
_SORT = update(signal).where(signal.c.id.in_(bindparam("ids", expanding=True)), signal.c.route == UNSORTED)
_BY_KEY = (
    select(signal_key.c.conversation_id)
    .join(conversation, conversation.c.id == signal_key.c.conversation_id)
    .where(signal_key.c.key_index == bindparam("key"), conversation.c.queue != "merged")
)
_WITH_KEYS = select(signal_key.c.conversation_id).where(
    signal_key.c.conversation_id.in_(bindparam("ids", expanding=True))
)
#: A telephone that several share says nothing of whom it is about; nor do the number and address of who signed somebody
#: else up.
_BY_REACH = (
    select(conversation.c.id)
    .join(person, conversation.c.person_id == _SURVIVOR)
    .where(
        or_(
            (person.c.phone_index == bindparam("phone")) & person.c.phone_shared_at.is_(None),
            person.c.email_index == bindparam("email"),
        )
    )
    .where(
        ~exists().where(case_file.c.conversation_id == conversation.c.id, case_file.c.capacity != "self"),
    )
)
_OF = select(signal).where(signal.c.conversation_id == bindparam("conversation")).order_by(signal.c.id.desc())
_ORDINARY = (
    select(signal, staff.c.name)
    .join(staff, staff.c.id == signal.c.entered_by)
    .where(signal.c.route == ORDINARY, signal.c.state == "new")
    .order_by(signal.c.received_on, signal.c.id)
    .limit(bindparam("most"))
)
_COUNT_ORDINARY = select(func.count()).where(signal.c.route == ORDINARY, signal.c.state == "new")
_INVITED_AT = select(func.max(event.c.created_at)).where(
    event.c.conversation_id == bindparam("conversation"), event.c.kind == WAS_INVITED
)
_INVITATION = (
    select(ping.c.state, ping.c.reason)
    .where(ping.c.conversation_id == bindparam("conversation"), ping.c.kind == INVITED)
    .order_by(ping.c.id.desc())
    .limit(1)
)


async def add(conn: AsyncConnection, rows: Sequence[Values]) -> int:
    """Those that are not there yet; gives how many that were."""
    return len((await conn.execute(insert_ignore(signal).values(list(rows)).returning(signal.c.id))).all())


async def known(conn: AsyncConnection, lines: Sequence[bytes]) -> set[bytes]:
    """Those of these that are there."""
    return {bytes(line) for line in (await conn.execute(_KNOWN, {"lines": list(lines)})).scalars()}


# ---- a file of many ------------------------------------------------------------------------------------------------


async def keep_import(conn: AsyncConnection, values: Values) -> int:
    """A file that waits for a yes; gives its number."""
    return int(
        (await conn.execute(insert(signal).values({**values, "route": IMPORT}).returning(signal.c.id))).scalar_one()
    )


async def imports(
    conn: AsyncConnection, *, number: int | None = None, staff_id: int | None = None, before: int | None = None
) -> Rows:
    """Those that wait: that one, of a colleague, or put there before an instant."""
    statement = select(signal).where(signal.c.route == IMPORT)
    for column, value in ((signal.c.id, number), (signal.c.entered_by, staff_id)):
        statement = statement if value is None else statement.where(column == value)
    return list(await conn.execute(statement if before is None else statement.where(signal.c.entered_at < before)))


async def drop_imports(conn: AsyncConnection, ids: Collection[int]) -> int:
    """They wait no more; gives how many did."""
    statement = delete(signal).where(signal.c.id.in_(list(ids)), signal.c.route == IMPORT)
    return (await conn.execute(statement)).rowcount


# ---- whom it is about ----------------------------------------------------------------------------------------------


async def unsorted(conn: AsyncConnection, most: int) -> Rows:
    """The oldest of which nobody looked whom they are about."""
    return list(await conn.execute(_UNSORTED, {"most": most}))


async def sort(conn: AsyncConnection, ids: Sequence[int], **values: Any) -> int:
    """They are sorted, if no other process was first; gives how many."""
    return (await conn.execute(_SORT.values(**values), {"ids": list(ids)})).rowcount


async def with_key_left(conn: AsyncConnection) -> Rows:
    """Those on a file whose own key is still there: number and key."""
    left = select(signal.c.id, signal.c.key_id).where(signal.c.route.in_((CASE, LAST)), signal.c.key_id.is_not(None))
    return list(await conn.execute(left))


async def by_key(conn: AsyncConnection, key: bytes) -> set[int]:
    """Conversations of whom has this key."""
    return set((await conn.execute(_BY_KEY, {"key": key})).scalars())


async def by_reach(conn: AsyncConnection, *, phone: bytes | None, email: bytes | None) -> set[int]:
    """Conversations of whom gave this telephone number, that is theirs alone, or this e-mail address."""
    return set((await conn.execute(_BY_REACH, {"phone": phone, "email": email})).scalars())


async def with_keys(conn: AsyncConnection, ids: Collection[int]) -> set[int]:
    """Those of these conversations that have a key."""
    return set((await conn.execute(_WITH_KEYS, {"ids": sorted(ids)})).scalars())


async def add_key(conn: AsyncConnection, **values: Any) -> bool:
    """One more key; False: it was there."""
    mine = (signal_key.c.conversation_id == values["conversation_id"], signal_key.c.key_index == values["key_index"])
    if (await conn.execute(select(signal_key.c.id).where(*mine))).first() is not None:
        return False
    await conn.execute(insert(signal_key).values(**values))
    return True


# ---- on a file, and on the ordinary route --------------------------------------------------------------------------


async def of(conn: AsyncConnection, conversation_id: int) -> Rows:
    """Those of a file, the newest first."""
    return list(await conn.execute(_OF, {"conversation": conversation_id}))


async def change(conn: AsyncConnection, *where: Any, **values: Any) -> int:
    """Changes those that fit; gives how many."""
    return (await conn.execute(update(signal).where(*where).values(**values))).rowcount


async def ordinary(conn: AsyncConnection, most: int) -> Rows:
    """Those that nobody took up, the oldest first, with the name of who entered them."""
    return list(await conn.execute(_ORDINARY, {"most": most}))


async def count_ordinary(conn: AsyncConnection) -> int:
    """How many that are."""
    return int((await conn.execute(_COUNT_ORDINARY)).scalar_one())


async def one_ordinary(conn: AsyncConnection, number: int) -> Row[*tuple[Any, ...]] | None:
    """That one, if it is on the ordinary route."""
    return (await conn.execute(select(signal).where(signal.c.id == number, signal.c.route == ORDINARY))).first()


async def invited_at(conn: AsyncConnection, conversation_id: int) -> int | None:
    """When the person was last invited because of one, in milliseconds UTC."""
    found: int | None = (await conn.execute(_INVITED_AT, {"conversation": conversation_id})).scalar_one()
    return found


async def invitation(conn: AsyncConnection, conversation_id: int) -> tuple[str, str | None] | None:
    """State of the last invitation that was planned, and why it was dropped."""
    row = (await conn.execute(_INVITATION, {"conversation": conversation_id})).first()
    return None if row is None else (row.state, row.reason)


async def looked(conn: AsyncConnection, staff_id: int, now: int) -> None:
    """Puts on record that this colleague read those on the ordinary route."""
    await conn.execute(insert(event).values(kind="signals_looked", staff_id=staff_id, created_at=now))
