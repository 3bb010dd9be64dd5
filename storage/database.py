"""The engines, behind the same two kinds of transaction: SQLite on one machine, PostgreSQL beyond one process."""

from __future__ import annotations

import asyncio
import math
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from typing import Any, Literal, TypeVar

from sqlalchemy import Table, event, make_url
from sqlalchemy import exc as sa_exc
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

Dialect = Literal["sqlite", "postgresql"]
Synchronous = Literal["FULL", "NORMAL"]
T = TypeVar("T")

#: Seconds that SQLite waits for another process that writes. Within one process nobody waits here: see `Database`.
BUSY_TIMEOUT = 30.0

#: Seconds; doubled before each new try of a transaction.
_FIRST_PAUSE = 0.02

#: Where a connection keeps what is done after its commit.
_LATER = "after the commit"

#: PostgreSQL error codes after which the same transaction may well succeed: serialization failure, deadlock, lock not
#: available, too many connections, and a server that stops or starts.
_TRANSIENT_STATES = frozenset({"40001", "40P01", "55P03", "53300", "57P01", "57P02", "57P03"})
#: Class 08: the connection failed.
_CONNECTION_STATES = "08"
#: SQLITE_BUSY and SQLITE_LOCKED, in the low byte of the extended code.
_SQLITE_TRANSIENT = frozenset({5, 6})


class Database:
    """One database, with write transactions (`begin`) and read transactions (`read`).

    Transactions do not nest: a second `begin` inside the first waits for itself on SQLite. For a savepoint there is
    `conn.begin_nested()`.
    """

    def __init__(self, dialect: Dialect, writer: AsyncEngine, reader: AsyncEngine) -> None:
        """Use `Database.open`."""
        self.dialect: Dialect = dialect
        self._writer = writer
        self._reader = reader
        # SQLite has one writer. Waiting here is fair and wakes at once; inside SQLite it is sleeping and trying again.
        self._write_lock = asyncio.Lock() if dialect == "sqlite" else None

    @classmethod
    def open(
        cls, url: str, *, pool_size: int = 10, synchronous: Synchronous = "FULL", foreign_keys: bool = True
    ) -> Database:
        """Prepare the engines; no connection is made yet.

        ``url`` is ``sqlite+aiosqlite:///file`` or ``postgresql+asyncpg://…``; ``pool_size`` the most connections (on
        SQLite the most readers). ``synchronous="NORMAL"`` makes SQLite faster, but a power cut may undo commits.
        ``foreign_keys=False`` is for migrations, which rebuild tables that others refer to; PostgreSQL does without.
        Raises ValueError for another engine, or for a SQLite database without a file.
        """
        parsed = make_url(url)
        # Last in, first out: few connections, with warm statements. No parameters in errors (invariant 4).
        pool: dict[str, Any] = {"max_overflow": 0, "pool_use_lifo": True, "hide_parameters": True}
        if parsed.drivername == "postgresql+asyncpg":
            engine = create_async_engine(parsed, pool_size=pool_size, **pool)
            return cls("postgresql", engine, engine.execution_options(postgresql_readonly=True))
        if parsed.drivername == "sqlite+aiosqlite":
            if parsed.database in (None, "", ":memory:"):
                raise ValueError("a SQLite database needs a file")
            # The driver must not begin transactions of its own: the listeners below say which kind it is to be.
            arguments = {"isolation_level": None, "timeout": BUSY_TIMEOUT}
            writer = create_async_engine(parsed, pool_size=1, connect_args=arguments, **pool)
            reader = create_async_engine(parsed, pool_size=pool_size, connect_args=arguments, **pool)
            settings = {"synchronous": synchronous, "foreign_keys": "ON" if foreign_keys else "OFF"}
            _prepare_sqlite(writer, "BEGIN IMMEDIATE", settings)
            _prepare_sqlite(reader, "BEGIN", settings | {"query_only": "ON"})
            return cls("sqlite", writer, reader)
        raise ValueError(f"no such engine: {parsed.drivername}")

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Give a write transaction: committed when the block ends, rolled back when it raises."""
        later: dict[str, Callable[[], Awaitable[None]]] = {}
        async with self._write_lock or nullcontext(), self._writer.begin() as conn:
            conn.info[_LATER] = later
            yield conn
        for work in later.values():
            await work()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a transaction that can only read, and that waits for no writer; a write in it raises DBAPIError."""
        async with self._reader.begin() as conn:
            yield conn

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """Give a transaction that can only read, and in which everything stays as it was when it began."""
        isolation = {"isolation_level": "REPEATABLE READ"} if self.dialect == "postgresql" else {}
        async with self._reader.execution_options(**isolation).begin() as conn:
            yield conn

    async def scrub(self, table: Table) -> None:
        """Take what was overwritten or deleted in ``table`` out of the files too, as far as the engine can.

        SQLite: empty the write-ahead log (the pages themselves are zeroed by ``secure_delete``); PostgreSQL: VACUUM.
        """
        sql = "PRAGMA wal_checkpoint(TRUNCATE)" if self.dialect == "sqlite" else f'VACUUM "{table.name}"'
        async with self._writer.connect() as conn:
            # On the driver's own connection: neither statement may run inside a transaction.
            driver: Any = (await conn.get_raw_connection()).driver_connection
            await driver.execute(sql)

    async def close(self) -> None:
        """Close every connection."""
        await self._reader.dispose()
        await self._writer.dispose()


def _prepare_sqlite(engine: AsyncEngine, begin: str, settings: dict[str, str]) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for name, value in ({"journal_mode": "WAL", "secure_delete": "ON"} | settings).items():
            cursor.execute(f"PRAGMA {name}={value}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(conn: Any) -> None:
        # One trip to the driver's thread; as a statement of SQLAlchemy's it would be three. Its errors are wrapped as
        # those of a statement would be.
        try:
            conn.connection.dbapi_connection.run_async(lambda driver: driver.execute(begin))
        except sqlite3.Error as error:
            wrapped = sa_exc.DBAPIError.instance(begin, None, error, sqlite3.Error, hide_parameters=True)
            raise wrapped from error


def after_commit(conn: AsyncConnection, name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do ``work`` once the write transaction is committed, and not when it is rolled back; of one ``name`` only the
    last. It must raise nothing: what was committed is not undone by it."""
    conn.info[_LATER][name] = work


def insert_ignore(table: Table) -> postgresql.Insert:
    """Give an INSERT that does nothing when a unique key is already taken (``rowcount`` 0, or no RETURNING row).

    It compiles for both engines, so that a statement can be built once, without knowing which.
    """
    return postgresql.insert(table).on_conflict_do_nothing()


async def retried(
    transaction: Callable[[], Awaitable[T]],
    *,
    tries: int,
    longest: float = math.inf,
    passing: tuple[type[Exception], ...] = (),
) -> T:
    """What ``transaction`` gives, begun again as long as what stands in its way passes (``passing``: these do too): at
    most ``tries`` times, after pauses that double up to ``longest`` seconds. Raises what the last try raised."""
    for attempt in range(1, tries):
        try:
            return await transaction()
        except Exception as error:
            if not is_transient(error) and not isinstance(error, passing):
                raise
        await asyncio.sleep(min(_FIRST_PAUSE * 2**attempt, longest))
    return await transaction()


def is_transient(error: BaseException) -> bool:
    """Tell whether the transaction may succeed when tried again: lost connection, deadlock, lock not had in time."""
    if isinstance(error, sa_exc.TimeoutError | ConnectionError):
        return True
    if isinstance(error, sa_exc.DBAPIError):
        return error.connection_invalidated or (error.orig is not None and is_transient(error.orig))
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return state in _TRANSIENT_STATES or state.startswith(_CONNECTION_STATES)
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and code & 0xFF in _SQLITE_TRANSIENT
