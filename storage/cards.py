"""What a municipality does otherwise with our cards: which are shown, who looks after them, other words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import card, case_file, conversation, event, staff

_ALL = select(card)
_new = postgresql.insert(card)
_PUT = _new.on_conflict_do_update(
    index_elements=["name"],
    set_={column.name: _new.excluded[column.name] for column in card.c if not column.primary_key},
)
_THERE = _new.on_conflict_do_nothing(index_elements=["name"])
_HELD = select(card.c.name).where(card.c.name == bindparam("card")).with_for_update()
_KNOWN_TO = (
    select(staff.c.name, staff.c.phone)
    .join(conversation, conversation.c.assigned_to == staff.c.id)
    .where(conversation.c.person_id == bindparam("person"), staff.c.disabled_at.is_(None))
)
_TAKEN_BY = (
    select(staff.c.name, staff.c.phone)
    .join(case_file, case_file.c.taken_by == staff.c.id)
    .where(case_file.c.person_id == bindparam("person"), case_file.c.closed_at.is_(None))
    .where(staff.c.disabled_at.is_(None))
    .order_by(case_file.c.id.desc())
    .limit(1)
)


async def read_all(conn: AsyncConnection) -> dict[str, Row[*tuple[Any, ...]]]:
    """What is otherwise, by the name of the card."""
    return {row.name: row for row in await conn.execute(_ALL)}


async def hold(conn: AsyncConnection, name: str, by: int, now: int) -> None:
    """Keeps others from changing this card until the transaction ends; one that is as we made it has a row then."""
    ours = {"shown": 1, "owner": "", "review_on": "", "words": "{}"}
    await conn.execute(_THERE, {"name": name, "changed_at": now, "changed_by": by, **ours})
    await conn.execute(_HELD, {"card": name})


async def put(conn: AsyncConnection, name: str, by: int, now: int, **values: Any) -> None:
    """What is otherwise with this card, instead of what was; put on record."""
    await conn.execute(_PUT, {"name": name, "changed_at": now, "changed_by": by, **values})
    await conn.execute(insert(event).values(kind="card_changed", staff_id=by, created_at=now))


async def find_contact(conn: AsyncConnection, person_id: int) -> tuple[str, str | None] | None:
    """Name and telephone of the caseworker this person knows, who still works here."""
    for statement in (_KNOWN_TO, _TAKEN_BY):
        if (row := (await conn.execute(statement, {"person": person_id})).first()) is not None:
            return row.name, row.phone
    return None
