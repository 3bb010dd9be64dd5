"""Every table of one of the two databases, row by row: read as it is, and put into a database that holds nothing.

The tables are those that the database itself says it has, not those of this release: a backup can be made before an
older database is migrated, and one of an older release is put back as it was and migrated then.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import (
    Column,
    Connection,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import AddConstraint, DropConstraint

from storage import keys, tables
from storage.migrate import bring, hold
from storage.release import revisions

Branch = Literal["data", "keys"]
Type = Literal["integer", "text", "bytes"]

_METADATA: Mapping[str, MetaData] = {"data": tables.metadata, "keys": keys.metadata}
_REVISION_TABLE = "alembic_version"
_REVISION = text(f"SELECT version_num FROM {_REVISION_TABLE}")  # noqa: S608 - a name of our own
_SET_SEQUENCE = text("SELECT setval(:sequence, :last)")
_SEQUENCE = text("SELECT pg_get_serial_sequence(:name, :column)")

#: Rows that are read at a time.
_ROWS = 500
#: Tables whose rows may be as large as a file, and how many of these are read at a time. They have a number.
_FEW: Mapping[str, int] = {"attachment": 1, "wording_import": 10}


async def revision(conn: AsyncConnection) -> str | None:
    """Which revision of the schema the database has; None: it is none of ours."""
    if not await conn.run_sync(lambda sync: inspect(sync).has_table(_REVISION_TABLE)):
        return None
    found = list((await conn.execute(_REVISION)).scalars())
    return str(found[0]) if len(found) == 1 else None


async def reflected(conn: AsyncConnection) -> dict[str, Table]:
    """The tables that the database has, without that of its revision; in order of their names."""
    found = MetaData()
    await conn.run_sync(found.reflect)
    return {name: found.tables[name] for name in sorted(found.tables) if name != _REVISION_TABLE}


def types(table: Table) -> dict[str, Type]:
    """The columns of a table, in its order, and what they hold."""
    return {column.name: _type(column) for column in table.columns}


def _type(column: Column[Any]) -> Type:
    if isinstance(column.type, LargeBinary):
        return "bytes"
    if isinstance(column.type, Integer):
        return "integer"
    assert isinstance(column.type, Text), column  # the schema has no other
    return "text"


async def rows(conn: AsyncConnection, table: Table) -> AsyncIterator[Sequence[Any]]:
    """Every row, in the order of the primary key; a few at a time are in memory."""
    statement = select(table).order_by(*table.primary_key.columns)
    if table.name not in _FEW:
        async for row in await conn.stream(statement.execution_options(yield_per=_ROWS)):
            yield row
        return
    # One by one: the driver of PostgreSQL takes fifty from a cursor, however few are asked for.
    some = (await conn.execute(statement.limit(_FEW[table.name]))).all()
    while some:
        for row in some:
            yield row
        some = (await conn.execute(statement.where(table.c.id > some[-1].id).limit(_FEW[table.name]))).all()


async def is_empty(conn: AsyncConnection, branch: Branch) -> bool:
    """Whether there are no tables, or only ours and without any row."""
    found = await reflected(conn)
    if not found.keys() <= _METADATA[branch].tables.keys():
        return False
    for table in found.values():
        if (await conn.execute(select(func.count()).select_from(select(table).limit(1).subquery()))).scalar_one():
            return False
    return True


async def begin(conn: AsyncConnection, branch: Branch, at: str) -> dict[str, Table]:
    """Makes the tables as they were at revision ``at`` in a database that `is_empty` and that the caller holds
    (``storage.migrate.hold``), and gives them; what they refer to is not looked at before `finish`."""
    assert at in revisions(branch)
    await conn.run_sync(_drop)
    await bring(conn, branch, _METADATA[branch], at)
    made = await reflected(conn)
    if conn.dialect.name == "postgresql":  # the rows come table by table, and refer to each other across and back
        for constraint in _references(made.values()):
            await conn.execute(DropConstraint(constraint))
    return made


def _drop(connection: Connection) -> None:
    found = MetaData()
    found.reflect(connection)
    found.drop_all(connection)


def _references(made: Iterable[Table]) -> list[ForeignKeyConstraint]:
    return [one for table in made for one in sorted(table.foreign_key_constraints, key=lambda one: str(one.name))]


async def put(conn: AsyncConnection, table: Table, some: list[dict[str, Any]]) -> None:
    """Adds rows. Raises DBAPIError when they do not fit."""
    await conn.execute(insert(table), some)


async def finish(conn: AsyncConnection, branch: Branch, made: Mapping[str, Table]) -> bool:
    """Counts on from the last row of each table, and migrates to this release; False when a row refers to one that is
    not there. Raises DBAPIError."""
    if conn.dialect.name == "postgresql":
        for constraint in _references(made.values()):
            await conn.execute(AddConstraint(constraint))
        for table in made.values():
            await _count_on(conn, table)
    elif (await conn.exec_driver_sql("PRAGMA foreign_key_check")).first():
        return False
    await migrate(conn, branch)
    return True


async def migrate(conn: AsyncConnection, branch: Branch) -> None:
    """Brings the database to this release, in the caller's transaction."""
    await hold(conn)
    await bring(conn, branch, _METADATA[branch])


async def _count_on(conn: AsyncConnection, table: Table) -> None:
    (first, *others) = table.primary_key.columns
    if others or not isinstance(first.type, Integer):
        return
    sequence = (await conn.execute(_SEQUENCE, {"name": table.name, "column": first.name})).scalar_one()
    last = (await conn.execute(select(func.max(first)))).scalar_one()
    if sequence is not None and last is not None:
        await conn.execute(_SET_SEQUENCE, {"sequence": sequence, "last": last})
