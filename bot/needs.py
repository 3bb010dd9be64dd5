"""What screens want to know before they are shown. One reader for each need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import from_ms
from bot.talk import Talk
from flows.grammar import Contact, Need, OpenCase, Promised, World
from storage.tables import case_file, conversation, person, staff

_CONTACT = (
    select(person.c.code_sealed, person.c.pin_sealed, staff.c.name)
    .join(conversation, conversation.c.person_id == person.c.id)
    .outerjoin(staff, staff.c.id == conversation.c.assigned_to)
    .where(person.c.id == bindparam("person"))
)
_OPEN_CASE = (
    select(case_file.c.opened_at, staff.c.name)
    .outerjoin(staff, staff.c.id == case_file.c.taken_by)
    .where(case_file.c.person_id == bindparam("person"), case_file.c.closed_at.is_(None))
    .order_by(case_file.c.id.desc())
    .limit(1)
)


async def _promised(talk: Talk, conn: AsyncConnection) -> Promised:
    return talk.house.promised(talk.now)


async def _contact(talk: Talk, conn: AsyncConnection) -> Contact:
    row = (await conn.execute(_CONTACT, {"person": talk.person_id})).one()
    return Contact(talk.house.vault.unseal_text(row.code_sealed, "code"), row.pin_sealed is not None, row.name)


async def _open_case(talk: Talk, conn: AsyncConnection) -> OpenCase:
    for staged in talk.staged.rows.get(case_file, []):  # opened by this very turn
        return OpenCase(from_ms(staged["opened_at"], talk.house.calendar.zone).date(), None)
    row = (await conn.execute(_OPEN_CASE, {"person": talk.person_id})).first()
    if row is None:
        return OpenCase(None, None)
    return OpenCase(from_ms(row.opened_at, talk.house.calendar.zone).date(), row.name)


READERS: dict[type[Need], Callable[[Talk, AsyncConnection], Awaitable[Need]]] = {
    Promised: _promised,
    Contact: _contact,
    OpenCase: _open_case,
}


async def read(needs: Iterable[type[Need]], talk: Talk, conn: AsyncConnection, refused: str | None = None) -> World:
    """Reads what a screen needs, inside the transaction that will answer it."""
    return World({need: await READERS[need](talk, conn) for need in needs}, refused)
