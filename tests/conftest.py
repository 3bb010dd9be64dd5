"""What holds for every test, and the databases: a test that asks for one runs on SQLite and on PostgreSQL.

``@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)`` keeps a test to one of them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import create_async_engine

from bot.desk.accounts import Staff
from bot.privacy.vault import Vault
from storage import database as databases
from storage.database import Database
from storage.migrate import upgrade
from tests.stores import PostgresServer, StoreUrls, answer_at_once, in_thread, sqlite_urls
from tests.support.desk import Balie, open_balie
from tests.support.town import Town, open_town

# How long an example takes says something about the machine, not about the code.
settings.register_profile("klopaan", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("klopaan")

#: The municipality's secret in tests.
SECRET = b"made up, and long enough for all tests"
#: An instant (milliseconds) at which nothing in particular happens: 6 January 2027, 12:00 UTC.
NOON = 1_799_236_800_000

#: A disk in memory, where the machine has one with room: SQLite waits for every commit to reach the disk, which no test
#: needs, since none pulls the plug. It halves their time.
_MEMORY = Path("/dev/shm")
_ROOM = 2**30

#: The folder of those that take minutes.
_LONGEST = "year"


def pytest_configure() -> None:
    """Says where temporary folders go, unless whoever runs the tests did."""
    _compile_once()
    answer_at_once()
    if "PYTEST_DEBUG_TEMPROOT" not in os.environ and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(_MEMORY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest come first: one process takes over of another, but never its last two, and would wait for these."""
    items.sort(key=lambda item: item.path.parent.name != _LONGEST)


def _compile_once() -> None:
    """Every test has engines of its own, which would all compile the same statements: those of one kind share them."""
    compiled: dict[Any, Any] = {}
    for dialect in (PGDialect_asyncpg, SQLiteDialect_aiosqlite):  # a statement is kept with its dialect: one is as good
        setattr(dialect, "__hash__", lambda self: hash(type(self)))  # noqa: B010 - mypy sees no methods to be replaced
        setattr(dialect, "__eq__", lambda self, other: type(self) is type(other))  # noqa: B010
    shared = partial(create_async_engine, execution_options={"compiled_cache": compiled})
    setattr(databases, "create_async_engine", shared)  # noqa: B010


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The PostgreSQL server of this run, started when first asked for."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with migrated files, to copy."""
    folder = tmp_path_factory.mktemp("migrated")
    urls = sqlite_urls(folder)
    in_thread(upgrade(urls.data, urls.keys))
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def store_urls(request: pytest.FixtureRequest, tmp_path: Path) -> StoreUrls:
    """The two databases of one municipality, migrated and empty; for tests that start processes of their own."""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.clean()
    folder = tmp_path / "store"
    shutil.copytree(request.getfixturevalue("migrated_sqlite"), folder)
    return sqlite_urls(folder)


@pytest.fixture
async def database(store_urls: StoreUrls) -> AsyncIterator[Database]:
    """The data database."""
    db = Database.open(store_urls.data)
    yield db
    await db.close()


@pytest.fixture
async def keys_database(store_urls: StoreUrls) -> AsyncIterator[Database]:
    """The key store that goes with ``database``."""
    db = Database.open(store_urls.keys)
    yield db
    await db.close()


@pytest.fixture
async def vault(keys_database: Database) -> Vault:
    """The vault on ``keys_database``, opened with ``SECRET``."""
    return await Vault.open(keys_database, SECRET, NOON)


@pytest.fixture
async def town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """A whole municipality at work, with a clock that only the test moves."""
    async with open_town(tmp_path, store_urls) as opened:
        yield opened


@pytest.fixture
async def balie(town: Town) -> AsyncIterator[Balie]:
    """The desk of that municipality."""
    async with open_balie(town) as opened:
        yield opened


@pytest.fixture
async def noor(balie: Balie) -> Staff:
    """A caseworker."""
    return await balie.add_staff("noor", "Noor")
