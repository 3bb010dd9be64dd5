"""Where a backup is put back: databases of either engine that do not exist yet, or have no tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stores import PostgresServer, StoreUrls, sqlite_urls

#: Where what is tested lies in one of the two engines only, the other is the one that is quicker to make.
only_from_sqlite = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
only_to_sqlite = pytest.mark.parametrize("empty_urls", ["sqlite"], indirect=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_urls(request: pytest.FixtureRequest, tmp_path: Path) -> StoreUrls:
    """Two databases without anything."""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.blank("restored")
    folder = tmp_path / "restored"
    folder.mkdir()
    return sqlite_urls(folder)
