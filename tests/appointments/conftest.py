"""Two caseworkers with office hours, two residents who want to speak to them, and several processes to do it in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from storage.database import Database
from tests.stores import StoreUrls
from tests.support.agenda import add_hours
from tests.support.town import Colleague, Resident, Town, open_town


@pytest.fixture
async def noor(town: Town) -> Colleague:
    """A caseworker with office hours."""
    one = await town.colleague("Noor")
    await add_hours(town, one, place="Stadskantoor")
    return one


@pytest.fixture
async def bas(town: Town, noor: Colleague) -> Colleague:
    """Another one, who came later."""
    one = await town.colleague("Bas")
    await add_hours(town, one)
    return one


@pytest.fixture
async def sanne(town: Town) -> Resident:
    """Someone at the menu."""
    return await town.resident()


@pytest.fixture
async def omar(town: Town) -> Resident:
    """Someone else."""
    return await town.resident()


@pytest.fixture
async def towns(store_urls: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Town]]:
    """As many processes as the database is for: one on SQLite, three on PostgreSQL, which share what connections the
    server has with the other tests."""
    monkeypatch.setattr(Database, "open", staticmethod(partial(Database.open, pool_size=4)))
    async with AsyncExitStack() as stack:
        count = 1 if store_urls.dialect == "sqlite" else 3
        yield [await stack.enter_async_context(open_town(tmp_path, store_urls)) for _ in range(count)]
