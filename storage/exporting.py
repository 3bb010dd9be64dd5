"""Contacts and cases of a period, a page at a time: no table is ever in memory as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.files import CRISIS_KINDS
from storage.tables import case_file, contact_plan, conversation, event, person, phase, staff

Rows = list[Row[*tuple[Any, ...]]]

#: Events that say that somebody took an export with them, by what it was.
KINDS = {"contactmomenten": "exported_contactmomenten", "trajecten": "exported_trajecten"}

_CONTACTS = (
    select(
        event.c.id,
        event.c.created_at,
        event.c.detail_sealed,
        event.c.staff_id,
        event.c.conversation_id,
        staff.c.name,
        person.c.id.label("person_id"),
        person.c.key_id,
    )
    .join(conversation, conversation.c.id == event.c.conversation_id)
    .join(person, person.c.id == conversation.c.person_id)
    .outerjoin(staff, staff.c.id == event.c.staff_id)
    .where(
        event.c.kind == "contactmoment",
        event.c.created_at >= bindparam("since"),
        event.c.created_at < bindparam("until"),
        tuple_(event.c.created_at, event.c.id) > tuple_(bindparam("last_at"), bindparam("last_id")),
    )
    .order_by(event.c.created_at, event.c.id)
    .limit(bindparam("most"))
)
_CASES = (
    select(
        case_file.c.id,
        case_file.c.conversation_id,
        case_file.c.opened_at,
        case_file.c.closed_at,
        case_file.c.ended_on,
        case_file.c.reason,
        person.c.id.label("person_id"),
        person.c.key_id,
    )
    .join(conversation, conversation.c.id == case_file.c.conversation_id)
    .join(person, person.c.id == conversation.c.person_id)
    .where(
        case_file.c.id > bindparam("last_id"),
        case_file.c.opened_at < bindparam("until"),
        or_(case_file.c.closed_at.is_(None), case_file.c.closed_at >= bindparam("since")),
    )
    .order_by(case_file.c.id)
    .limit(bindparam("most"))
)
_PHASES = (
    select(phase.c.case_id, phase.c.phase, phase.c.state, phase.c.began_at, phase.c.ended_at)
    .where(phase.c.case_id.in_(bindparam("cases", expanding=True)), phase.c.state != "skipped")
    .order_by(phase.c.id)
)
_PLANS = (
    select(contact_plan.c.conversation_id, contact_plan.c.began_at, contact_plan.c.ended_at)
    .where(contact_plan.c.conversation_id.in_(bindparam("conversations", expanding=True)))
    .where(contact_plan.c.kind == "nazorg", contact_plan.c.began_at.is_not(None))
    .order_by(contact_plan.c.id)
)
_TOLD = (
    select(event.c.conversation_id, event.c.kind, event.c.created_at, event.c.detail_sealed)
    .where(event.c.conversation_id.in_(bindparam("conversations", expanding=True)))
    .where(event.c.kind.in_(["decided", *CRISIS_KINDS]))
    .order_by(event.c.id)
)
_EARLIER = (
    select(case_file.c.conversation_id, case_file.c.closed_at)
    .where(case_file.c.conversation_id.in_(bindparam("conversations", expanding=True)))
    .where(case_file.c.closed_at.is_not(None))
)
_TAKEN = (
    select(event.c.kind, event.c.created_at, staff.c.name)
    .outerjoin(staff, staff.c.id == event.c.staff_id)
    .where(event.c.kind.in_(sorted(KINDS.values())))
    .order_by(event.c.created_at.desc(), event.c.id.desc())
    .limit(bindparam("most"))
)


async def contacts(conn: AsyncConnection, *, since: int, until: int, after: tuple[int, int], most: int) -> Rows:
    """Contacts that were put on file between two instants (the second not included), after the event with this instant
    and number, each with the key of whom it was with and the name of which colleague."""
    last_at, last_id = after
    values = {"since": since, "until": until, "last_at": last_at, "last_id": last_id, "most": most}
    return list(await conn.execute(_CONTACTS, values))


async def cases(conn: AsyncConnection, *, since: int, until: int, after: int, most: int) -> Rows:
    """Cases that were open at any time between two instants, after the one with this number."""
    return list(await conn.execute(_CASES, {"since": since, "until": until, "last_id": after, "most": most}))


async def phases(conn: AsyncConnection, case_ids: Sequence[int]) -> Rows:
    """The phases of these cases that were not left out, in the order in which they were set."""
    return list(await conn.execute(_PHASES, {"cases": case_ids}))


async def aftercare(conn: AsyncConnection, conversation_ids: Sequence[int]) -> Rows:
    """When aftercare that was agreed began and ended."""
    return list(await conn.execute(_PLANS, {"conversations": conversation_ids}))


async def told(conn: AsyncConnection, conversation_ids: Sequence[int]) -> Rows:
    """Decisions that were sent, and what was recognised as a crisis, denied or over; oldest first."""
    return list(await conn.execute(_TOLD, {"conversations": conversation_ids}))


async def closings(conn: AsyncConnection, conversation_ids: Sequence[int]) -> Rows:
    """When cases of these conversations were closed."""
    return list(await conn.execute(_EARLIER, {"conversations": conversation_ids}))


async def record(conn: AsyncConnection, what: str, staff_id: int | None, now: int) -> None:
    """Puts on record that an export was made; ``staff_id`` None: on the server itself."""
    await conn.execute(insert(event).values(kind=KINDS[what], staff_id=staff_id, created_at=now))


async def taken(conn: AsyncConnection, most: int) -> Rows:
    """The last exports that were made, newest first, each with who made it."""
    return list(await conn.execute(_TAKEN, {"most": most}))
