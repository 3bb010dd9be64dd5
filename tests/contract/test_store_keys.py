"""Both engines: the key store."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import keys
from storage.database import Database
from storage.keys import MasterVersion, WrappedKey
from tests.conftest import NOON

BIGGEST = 2**63 - 1


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several batches out of few keys."""
    monkeypatch.setattr(keys, "BATCH", 5)


async def fill(conn: AsyncConnection, *key_ids: int) -> None:
    await keys.add_version(conn, MasterVersion(1, b"salt", b"check", None), NOON)
    for key_id in key_ids:
        await keys.add(conn, WrappedKey(key_id, b"wrapped", 1), NOON)


async def test_keys_are_loaded_in_one_go(keys_database: Database) -> None:
    many = range(1, 2 * keys.BATCH + 2)
    async with keys_database.begin() as conn:
        await fill(conn, *many, BIGGEST)
        found = await keys.load(conn, [*many, BIGGEST, BIGGEST - 1])
        assert await keys.load(conn, []) == []
    assert {key.key_id for key in found} == {*many, BIGGEST}
    assert found[0] == WrappedKey(found[0].key_id, b"wrapped", 1)


async def test_a_number_is_given_once(keys_database: Database) -> None:
    async with keys_database.begin() as conn:
        await fill(conn, 1)
        with pytest.raises(IntegrityError):
            await keys.add(conn, WrappedKey(1, b"other", 1), NOON)


async def test_a_destroyed_key_stays_destroyed(keys_database: Database) -> None:
    async with keys_database.begin() as conn:
        await fill(conn, 1, 2)
        assert await keys.destroy(conn, 1, NOON)
        assert not await keys.destroy(conn, 1, NOON + 1)
        assert not await keys.destroy(conn, 3, NOON)
        await keys.rewrap(conn, [WrappedKey(1, b"again", 1), WrappedKey(2, b"again", 1)])
        found = await keys.load(conn, [1, 2])
    assert sorted(found, key=lambda key: key.key_id) == [WrappedKey(1, None, None), WrappedKey(2, b"again", 1)]


async def test_keys_move_to_a_newer_version_in_batches(keys_database: Database) -> None:
    newer = MasterVersion(2, b"salt 2", b"check 2", b"bridge")
    async with keys_database.begin() as conn:
        await fill(conn, *range(1, keys.BATCH + 3))
        await keys.destroy(conn, 1, NOON)
        await keys.add_version(conn, newer, NOON)
        assert await keys.newest_version(conn) == newer
        batches = []
        while older := await keys.load_older(conn, 2):
            batches.append(len(older))
            await keys.rewrap(conn, [WrappedKey(key.key_id, b"new", 2) for key in older])
        assert batches == [keys.BATCH, 1]
        await keys.retire_older(conn, 2, NOON + 1)
        assert [(v.version, v.bridge, v.retired_at) for v in await keys.versions(conn)] == [
            (1, None, NOON + 1),
            (2, None, None),
        ]


async def test_the_first_to_store_a_version_or_shared_key_wins(keys_database: Database) -> None:
    async with keys_database.begin() as conn:
        await fill(conn)
        await keys.add_version(conn, MasterVersion(1, b"late", b"late", None), NOON)
        assert (await keys.newest_version(conn)).salt == b"salt"
        with pytest.raises(NoResultFound):
            await keys.load_shared(conn, "index")
        await keys.add_shared(conn, "index", b"first", 1, NOON)
        await keys.add_shared(conn, "index", b"second", 1, NOON)
        assert await keys.load_shared(conn, "index") == (b"first", 1)
        await keys.rewrap_shared(conn, "index", b"third", 1)
        assert await keys.load_shared(conn, "index") == (b"third", 1)
