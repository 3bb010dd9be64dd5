"""Bringing both databases to the newest schema.

A change of schema is a change of ``storage.tables`` (or ``storage.keys``) plus a file in ``storage/migrations``; a test
compares what the two lead to, on both engines. Write changes of existing tables with ``op.batch_alter_table``.
"""

from __future__ import annotations

import asyncio
import sys

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import keys, tables
from storage.database import Database
from storage.release import MIGRATIONS

#: Any number will do, as long as nobody else uses it for an advisory lock in these databases.
_LOCK = 5_176_031
_ADVISORY_LOCK = text("SELECT pg_advisory_xact_lock(:number)")


async def upgrade(db_url: str, keys_url: str) -> None:
    """Migrate the key store and the data database, each in one transaction.

    Several processes may do this at once: the first does it, the others wait and find it done. Raises DBAPIError, and
    ValueError when both are the same database: the keys would be in the data's backups.
    """
    if db_url == keys_url:
        raise ValueError("the key store must be a database apart")
    await _upgrade(keys_url, "keys", keys.metadata)
    await _upgrade(db_url, "data", tables.metadata)


async def _upgrade(url: str, branch: str, metadata: MetaData) -> None:
    db = Database.open(url, pool_size=1, foreign_keys=False)
    try:
        async with db.begin() as conn:
            await hold(conn)
            await bring(conn, branch, metadata)
            if db.dialect == "sqlite" and (await conn.exec_driver_sql("PRAGMA foreign_key_check")).first():
                raise RuntimeError(f"the migration of {branch} left rows that refer to nothing")
    finally:
        await db.close()


async def hold(conn: AsyncConnection) -> None:
    """Wait until no other process changes the schema; until this write transaction ends none does."""
    if conn.dialect.name == "postgresql":
        await conn.execute(_ADVISORY_LOCK, {"number": _LOCK})


async def bring(conn: AsyncConnection, branch: str, metadata: MetaData, revision: str = "head") -> None:
    """Migrate one database to ``revision``, in the caller's transaction. On SQLite it has ``foreign_keys=False``."""
    await conn.run_sync(_run, branch, metadata, revision)


def configuration(connection: Connection, branch: str, metadata: MetaData) -> Config:
    """Give alembic's configuration for one of the two histories: ``data`` or ``keys``."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(MIGRATIONS / branch))
    config.attributes.update(connection=connection, metadata=metadata)
    return config


def _run(connection: Connection, branch: str, metadata: MetaData, revision: str) -> None:
    command.upgrade(configuration(connection, branch, metadata), revision)


def main() -> int:
    """``python -m storage.migrate``: the two addresses, each on a line of standard input, for they hold passwords."""
    db_url, keys_url = (sys.stdin.readline().strip() for _ in range(2))
    try:
        asyncio.run(upgrade(db_url, keys_url))
    except DBAPIError as error:
        said = f"database: cannot be used ({type(error.orig).__name__})."
    except OSError as error:
        said = f"database: cannot be reached ({error.strerror or type(error).__name__})."
    except ValueError as error:
        said = f"database: {error}."
    else:
        return 0
    print(said, file=sys.stderr)  # noqa: T201 - a command speaks
    return 1


if __name__ == "__main__":
    sys.exit(main())
