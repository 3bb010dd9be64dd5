"""A caseworker who makes agreements with a resident."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from storage.database import Database
from tests.stores import StoreUrls
from tests.support.town import Colleague, Resident, Town, open_town


@pytest.fixture
async def noor(town: Town) -> Colleague:
    """A caseworker."""
    return await town.colleague("Noor")


@pytest.fixture
async def bas(town: Town, noor: Colleague) -> Colleague:
    """Another one, who came later."""
    return await town.colleague("Bas")


@pytest.fixture
async def sanne(town: Town) -> Resident:
    """Someone at the menu."""
    return await town.resident()


@pytest.fixture
async def towns(store_urls: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Town]]:
    """Two processes on PostgreSQL, one on SQLite."""
    monkeypatch.setattr(Database, "open", staticmethod(partial(Database.open, pool_size=4)))
    async with AsyncExitStack() as stack:
        count = 1 if store_urls.dialect == "sqlite" else 2
        yield [await stack.enter_async_context(open_town(tmp_path, store_urls)) for _ in range(count)]
