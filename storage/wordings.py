"""What a municipality words otherwise, and what native speakers confirmed: the last of each, and the record of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import event, staff, wording, wording_import

Rows = list[Row[*tuple[Any, ...]]]

_newest = (
    select(wording.c.context, wording.c.language, func.max(wording.c.version).label("version"))
    .group_by(wording.c.context, wording.c.language)
    .subquery()
)
_LATEST = select(wording).join(
    _newest, and_(*(wording.c[name] == _newest.c[name] for name in ("context", "language", "version")))
)
_STAMP = select(func.count(), func.coalesce(func.max(wording.c.id), 0)).select_from(wording)


async def read_stamp(conn: AsyncConnection) -> tuple[int, int]:
    """Another one as soon as anything was done."""
    count, last = (await conn.execute(_STAMP)).one()
    return int(count), int(last)


async def since(conn: AsyncConnection, last: int) -> Rows:
    """Every version after the row of this number, in their order."""
    return list(await conn.execute(select(wording).where(wording.c.id > last).order_by(wording.c.id)))


async def latest(conn: AsyncConnection, context: str | None = None) -> Rows:
    """The last version of each text and language; of one text only, or of all."""
    statement = _LATEST if context is None else _LATEST.where(wording.c.context == context)
    return list(await conn.execute(statement))


async def record_of(conn: AsyncConnection, context: str, most: int) -> Rows:
    """What was done about a text, the last first, with who did it (``made_by_name``)."""
    statement = (
        select(wording, staff.c.name.label("made_by_name"))
        .join(staff, staff.c.id == wording.c.made_by)
        .where(wording.c.context == context)
        .order_by(wording.c.id.desc())
        .limit(most)
    )
    return list(await conn.execute(statement))


async def add(conn: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """The next versions. Raises ``IntegrityError`` where a colleague made one of these meanwhile."""
    await conn.execute(insert(wording), list(rows))


async def record(conn: AsyncConnection, kind: str, by: int, now: int) -> None:
    """That this member of staff did something about texts."""
    await conn.execute(insert(event).values(kind=kind, staff_id=by, created_at=now))


# ---- files ---------------------------------------------------------------------------------------------------------


async def keep_import(conn: AsyncConnection, language: str, data: str, by: int, now: int) -> int:
    """A file that waits for a yes, in the place of one that this colleague left; gives its number."""
    await forget_imports(conn, by=by)
    values = {"language": language, "data": data, "made_by": by, "made_at": now}
    made = insert(wording_import).values(values).returning(wording_import.c.id)
    return int((await conn.execute(made)).scalar_one())


async def find_import(
    conn: AsyncConnection, number: int, by: int, *, lock: bool = False
) -> Row[*tuple[Any, ...]] | None:
    """One that this colleague looked at; with ``lock`` nobody else has it until the transaction ends."""
    statement = select(wording_import).where(wording_import.c.id == number, wording_import.c.made_by == by)
    return (await conn.execute(statement.with_for_update() if lock else statement)).first()


async def forget_imports(conn: AsyncConnection, *, by: int | None = None, before: int | None = None) -> None:
    """Files of this colleague, or those from before an instant, wait no more."""
    statement = delete(wording_import)
    if by is not None:
        statement = statement.where(wording_import.c.made_by == by)
    if before is not None:
        statement = statement.where(wording_import.c.made_at < before)
    await conn.execute(statement)
