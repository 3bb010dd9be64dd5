"""The entries that a municipality added to the phrasebook, and those of ours that it switched off."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import event, phrase

Rows = list[Row[*tuple[Any, ...]]]

#: How the name of an own entry begins; its number follows.
OWN = "own."
#: Until its number is known. Unique as every name is: who adds waits for who is adding.
_UNNAMED = f"{OWN}new"

_all = select(phrase).order_by(phrase.c.id)
_count_own = select(func.count()).where(phrase.c.name.startswith(OWN, autoescape=True))
_new = postgresql.insert(phrase)
_SWITCH = _new.on_conflict_do_update(
    index_elements=[phrase.c.name],
    set_={name: _new.excluded[name] for name in ("shown", "changed_at", "changed_by")},
)


async def all_of(conn: AsyncConnection) -> Rows:
    """Every row, in the order in which they were added."""
    return list(await conn.execute(_all))


async def find(conn: AsyncConnection, number: int) -> Row[*tuple[Any, ...]] | None:
    """One row, locked until the transaction ends."""
    statement = select(phrase).where(phrase.c.id == number).with_for_update()
    return (await conn.execute(statement)).first()


async def add(conn: AsyncConnection, **values: Any) -> int:
    """An own entry; gives its number, by which it is named. One at a time."""
    made = insert(phrase).values(name=_UNNAMED, **values).returning(phrase.c.id)
    number = int((await conn.execute(made)).scalar_one())
    await conn.execute(update(phrase).where(phrase.c.id == number).values(name=f"{OWN}{number}"))
    return number


async def count_own(conn: AsyncConnection) -> int:
    """How many own entries there are, switched off ones too."""
    return int((await conn.execute(_count_own)).scalar_one())


async def change(conn: AsyncConnection, number: int, **values: Any) -> None:
    """Other words for an entry."""
    await conn.execute(update(phrase).where(phrase.c.id == number).values(**values))


async def switch(conn: AsyncConnection, name: str, **values: Any) -> None:
    """On or off: an own entry, or (a row of which is made then) one of ours."""
    await conn.execute(_SWITCH, {"name": name, "words": "{}", **values})


async def record(conn: AsyncConnection, by: int, now: int) -> None:
    """That this member of staff changed the phrasebook."""
    await conn.execute(insert(event).values(kind="phrasebook_changed", staff_id=by, created_at=now))
