"""Legal holds on files: as long as one stands, nothing of the file goes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import legal_hold, staff

_placed, _lifted = staff.alias("placed"), staff.alias("lifted")


async def place(conn: AsyncConnection, **values: Any) -> int:
    """A hold on a file; gives its number."""
    return int((await conn.execute(insert(legal_hold).values(values).returning(legal_hold.c.id))).scalar_one())


async def lift(conn: AsyncConnection, conversation_id: int, number: int, staff_id: int, now: int) -> bool:
    """It no longer stands; False: it did not."""
    stands = and_(
        legal_hold.c.id == number, legal_hold.c.conversation_id == conversation_id, legal_hold.c.lifted_at.is_(None)
    )
    done = update(legal_hold).where(stands).values(lifted_at=now, lifted_by=staff_id)
    return (await conn.execute(done)).rowcount == 1


async def of(conn: AsyncConnection, conversation_id: int) -> list[Row[*tuple[Any, ...]]]:
    """All holds that ever were on a file, the newest first, with who placed and lifted them."""
    statement = (
        select(legal_hold, _placed.c.name.label("placed_name"), _lifted.c.name.label("lifted_name"))
        .outerjoin(_placed, _placed.c.id == legal_hold.c.placed_by)
        .outerjoin(_lifted, _lifted.c.id == legal_hold.c.lifted_by)
        .where(legal_hold.c.conversation_id == conversation_id)
        .order_by(legal_hold.c.id.desc())
    )
    return list(await conn.execute(statement))


async def standing(conn: AsyncConnection, today: str) -> list[Row[*tuple[Any, ...]]]:
    """File, first and last day (ISO 8601, None: until it is lifted) of every hold that stands, the oldest first."""
    stands = and_(legal_hold.c.lifted_at.is_(None), or_(legal_hold.c.until.is_(None), legal_hold.c.until >= today))
    columns = (legal_hold.c.conversation_id, legal_hold.c.placed_at, legal_hold.c.until)
    return list(await conn.execute(select(*columns).where(stands).order_by(legal_hold.c.id)))
