"""Statements of the hot path: written with SQLAlchemy, compiled once, run on the driver's own connection.

On the way through SQLAlchemy a statement costs more than in the database (on SQLite four trips to the driver's thread
instead of one). Values are what the drivers take as they are: integers, bytes, text, None.

The transaction is SQLAlchemy's: on PostgreSQL it begins with the first statement that goes through it, so one must
have gone before. ``Direct`` refuses to run without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Insert, Table, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ClauseElement

Values = Mapping[str, Any]


class NotInTransaction(RuntimeError):
    """What would be written now could not be undone."""


#: From so many rows on a COPY is quicker than as many INSERTs in a row, though it takes a round trip more.
COPIED = 16


def are_copied(conn: AsyncConnection, rows: Sequence[object]) -> bool:
    """Whether ``Inserts`` copies so many rows."""
    return conn.dialect.name == "postgresql" and len(rows) >= COPIED


class Direct:
    """One statement, for both engines. ``columns``: those of an INSERT that names none itself."""

    def __init__(self, statement: ClauseElement, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._compiled: dict[str, tuple[str, tuple[str, ...]]] = {}

    async def run(self, conn: AsyncConnection, rows: Sequence[Values]) -> None:
        """Runs it for each of ``rows``, which give every value that it names."""
        sql, names = self._for(conn.dialect)
        await _driver(conn).executemany(sql, [[row[name] for name in names] for row in rows])

    async def fetch(self, conn: AsyncConnection, values: Values) -> list[tuple[Any, ...]]:
        """Runs it once; gives the rows that it returns."""
        sql, names = self._for(conn.dialect)
        arguments = [values[name] for name in names]
        driver = _driver(conn)
        if conn.dialect.name == "sqlite":
            return list(await driver.execute_fetchall(sql, arguments))
        return [tuple(row) for row in await driver.fetch(sql, *arguments)]

    def _for(self, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
        known = self._compiled.get(dialect.name)
        if known is None:
            compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)
            known = self._compiled[dialect.name] = (str(compiled), tuple(compiled.positiontup or ()))  # type: ignore[attr-defined]
        return known


class Inserts:
    """Rows for one table, whichever columns they name (all of one call the same). Many are copied (PostgreSQL)."""

    def __init__(self, table: Table) -> None:
        self._table = table.name
        self._statement = insert(table)
        self._direct: dict[tuple[str, ...], Direct] = {}

    async def run(self, conn: AsyncConnection, rows: Sequence[Values]) -> None:
        """Inserts ``rows``."""
        columns = tuple(rows[0])
        if are_copied(conn, rows):
            records = [tuple(row[name] for name in columns) for row in rows]
            await _driver(conn).copy_records_to_table(self._table, columns=columns, records=records)
            return
        direct = self._direct.get(columns)
        if direct is None:
            direct = self._direct[columns] = Direct(self._statement, columns)
        await direct.run(conn, rows)


class ManyInserts:
    """An INSERT of many rows that answers with some of them, in one statement. ``make`` gives the statement; its rows
    may be there twice.

    The number of rows is rounded up, by repeating the last: then there are few different statements to prepare.
    """

    def __init__(self, make: Callable[[list[dict[str, Any]]], Insert], binds: Mapping[str, Any]) -> None:
        self._make = make
        self._binds = binds  # column → what makes its parameter, given a name
        self._direct: dict[int, Direct] = {}

    async def fetch(self, conn: AsyncConnection, rows: Sequence[Values]) -> list[tuple[Any, ...]]:
        """Inserts ``rows``; gives what the statement returns."""
        size = 1 << (len(rows) - 1).bit_length()
        direct = self._direct.get(size)
        if direct is None:
            places = [{name: bind(f"{name}_{n}") for name, bind in self._binds.items()} for n in range(size)]
            direct = self._direct[size] = Direct(self._make(places))
        padded = [*rows, *[rows[-1]] * (size - len(rows))]
        return await direct.fetch(conn, {f"{name}_{n}": row[name] for n, row in enumerate(padded) for name in row})


def _driver(conn: AsyncConnection) -> Any:
    """The driver's connection. Raises ``NotInTransaction``."""
    sync = conn.sync_connection
    assert sync is not None
    driver: Any = sync.connection.driver_connection
    within = driver.in_transaction if conn.dialect.name == "sqlite" else driver.is_in_transaction()
    if not within:
        raise NotInTransaction
    return driver
