"""Migrated databases are what the tables say, and several processes may migrate at once."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Inspector, MetaData, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from storage import database as databases
from storage import keys, tables
from storage.database import Database, is_transient
from storage.migrate import configuration, main, upgrade
from storage.release import is_current, newest
from tests.stores import PostgresServer, StoreUrls, sqlite_urls

#: What describes a table, by SQLAlchemy's inspector.
_ASPECTS = ("get_columns", "get_pk_constraint", "get_foreign_keys", "get_indexes", "get_unique_constraints")


@pytest.fixture
def blank_urls(request: pytest.FixtureRequest, store_urls: StoreUrls, tmp_path: Path) -> StoreUrls:
    """Two databases without any table, on the engine of ``store_urls``."""
    if store_urls.dialect == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.blank("blank")
    return sqlite_urls(tmp_path)


def describe(connection: Connection) -> dict[str, Any]:
    """Everything that the database itself says about its tables."""
    inspector: Inspector = inspect(connection)
    names = sorted(set(inspector.get_table_names()) - {"alembic_version"})
    return {f"{name}.{aspect}": list(_facts(getattr(inspector, aspect)(name))) for name in names for aspect in _ASPECTS}


def _facts(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        found = [found]
    # Types and conditions compare by their SQL; the order of constraints means nothing.
    yield from sorted(
        str(sorted((name, _texts(value) if isinstance(value, dict) else str(value)) for name, value in one.items()))
        for one in found
    )


def _texts(options: dict[str, Any]) -> str:
    return str(sorted((name, str(value)) for name, value in options.items()))


async def look(url: str, make: MetaData | None = None) -> dict[str, Any]:
    db = Database.open(url)
    async with db.begin() as conn:
        if make is not None:
            await conn.run_sync(make.create_all)
        found = await conn.run_sync(describe)
    await db.close()
    return found


async def test_fresh_equals_migrated(blank_urls: StoreUrls, store_urls: StoreUrls) -> None:
    for fresh, migrated, metadata in (
        (blank_urls.data, store_urls.data, tables.metadata),
        (blank_urls.keys, store_urls.keys, keys.metadata),
    ):
        expected = await look(fresh, metadata)
        assert await look(migrated) == expected
        assert {name.split(".")[0] for name in expected} == set(metadata.tables)


async def test_nothing_is_left_to_generate(store_urls: StoreUrls) -> None:
    """Alembic's own comparison, which sees what an inspector does not (server defaults, types by variant)."""

    def differences(connection: Connection, metadata: MetaData) -> list[Any]:
        options = {"compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    for url, metadata in ((store_urls.data, tables.metadata), (store_urls.keys, keys.metadata)):
        db = Database.open(url)
        async with db.begin() as conn:
            assert await conn.run_sync(differences, metadata) == []
        await db.close()


async def test_what_was_migrated_is_known_without_alembic(
    blank_urls: StoreUrls, store_urls: StoreUrls, database: Database, keys_database: Database
) -> None:
    for branch, metadata, db in (("data", tables.metadata, database), ("keys", keys.metadata, keys_database)):
        async with db.begin() as conn:
            config = await conn.run_sync(configuration, branch, metadata)
        assert ScriptDirectory.from_config(config).get_heads() == [newest(branch)]
    assert await is_current(store_urls.data, store_urls.keys)
    assert not await is_current(blank_urls.data, blank_urls.keys)
    assert not await is_current(store_urls.data, blank_urls.keys)
    assert not await is_current(store_urls.data, store_urls.data)


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)  # that of PostgreSQL is used again, as it is
async def test_of_an_older_release_it_is_known_too(store_urls: StoreUrls, database: Database) -> None:
    async with database.begin() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = 'data_0001'"))
    assert not await is_current(store_urls.data, store_urls.keys)


async def test_of_no_database_at_all_whoever_migrates_says_why(tmp_path: Path) -> None:
    urls = sqlite_urls(tmp_path / "nowhere")
    assert not await is_current(urls.data, urls.keys)
    nobody = "postgresql+asyncpg://nobody@/nothing?host=/nowhere"
    assert not await is_current(nobody, nobody + "_keys")


def test_of_a_file_that_is_no_database_whoever_migrates_says_why(tmp_path: Path) -> None:
    urls = sqlite_urls(tmp_path)
    assert not asyncio.run(is_current(urls.data, urls.keys))
    assert list(tmp_path.iterdir()) == []
    for name in ("data", "keys"):
        (tmp_path / f"{name}.db").write_text("no database at all, however long it is")
    assert not asyncio.run(is_current(urls.data, urls.keys))


async def test_processes_that_migrate_at_once(blank_urls: StoreUrls) -> None:
    code = "import asyncio, sys; from storage.migrate import upgrade; asyncio.run(upgrade(*sys.argv[1:]))"
    command = (sys.executable, "-c", code, blank_urls.data, blank_urls.keys)
    processes = [await asyncio.create_subprocess_exec(*command) for _ in range(3)]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    assert set(tables.metadata.tables) == {name.split(".")[0] for name in await look(blank_urls.data)}


async def test_migrating_again_keeps_what_is_there(store_urls: StoreUrls, database: Database) -> None:
    async with database.begin() as conn:
        await conn.execute(tables.lease.insert().values(name="a", holder="b", expires_at=1))
    await upgrade(store_urls.data, store_urls.keys)
    async with database.read() as conn:
        assert (await conn.execute(tables.lease.select())).all() == [("a", "b", 1)]


async def test_the_two_histories_do_not_mix(blank_urls: StoreUrls) -> None:
    """One database for both would leave the keys in the data's backups: it is refused, and nothing is changed."""
    with pytest.raises(ValueError, match="apart"):
        await upgrade(blank_urls.data, blank_urls.data)
    assert await look(blank_urls.data) == {}


async def test_a_failed_migration_leaves_nothing(blank_urls: StoreUrls) -> None:
    db = Database.open(blank_urls.data)
    async with db.begin() as conn:
        await conn.execute(text("CREATE TABLE promise (in_the_way INTEGER)"))
    with pytest.raises(Exception, match="promise"):
        await upgrade(blank_urls.data, blank_urls.keys)
    async with db.read() as conn:
        assert await conn.run_sync(lambda sync: inspect(sync).get_table_names()) == ["promise"]
    await db.close()


@pytest.fixture
def locked_urls(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StoreUrls]:
    """SQLite files that another program writes to, and does not let go of."""
    shutil.copytree(migrated_sqlite, tmp_path / "locked")
    urls = sqlite_urls(tmp_path / "locked")
    monkeypatch.setattr(databases, "BUSY_TIMEOUT", 0.01)
    with closing(sqlite3.connect(str(make_url(urls.keys).database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield urls


async def test_a_transaction_that_cannot_begin_may_be_tried_again(locked_urls: StoreUrls) -> None:
    db = Database.open(locked_urls.keys)
    with pytest.raises(OperationalError, match="locked") as raised:
        async with db.begin():
            pass
    assert is_transient(raised.value)
    async with db.read() as conn:
        assert await conn.run_sync(lambda sync: inspect(sync).get_table_names())
    await db.close()


def test_a_database_that_is_locked_is_said_in_words(
    locked_urls: StoreUrls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO(f"{locked_urls.data}\n{locked_urls.keys}\n"))
    assert main() == 1
    assert capsys.readouterr().err == "database: cannot be used (OperationalError).\n"
