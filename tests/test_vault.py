"""The vault: what is sealed opens with the right key and purpose only, and a destroyed key is gone everywhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy.vault import (
    EXPIRES_AFTER,
    REFRESH_AFTER,
    NothingBegun,
    NotPrepared,
    SameSecret,
    Unreadable,
    Vault,
    WeakSecret,
    WrongSecret,
)
from storage import keys
from storage.database import Database
from tests.conftest import NOON, SECRET
from tests.stores import StoreUrls

NEW_SECRET = b"another one, just as made up and long"

only_sqlite = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


class Timer:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_what_is_sealed_opens(vault: Vault) -> None:
    key = await vault.new_key(NOON)
    blob = vault.seal(key, "message", b"\x00\xff hallo")
    assert vault.unseal(blob, "message") == b"\x00\xff hallo"
    assert vault.unseal_text(vault.seal_text(key, "name", "Zoë \ud83d مرحبا"), "name") == "Zoë \ud83d مرحبا"
    assert vault.key_of(blob) == key
    assert 0 <= key < 2**63
    assert b"hallo" not in blob


async def test_equal_texts_look_different(vault: Vault) -> None:
    key = await vault.new_key(NOON)
    assert vault.seal_text(key, "name", "Anne") != vault.seal_text(key, "name", "Anne")


async def test_it_opens_for_its_purpose_only(vault: Vault) -> None:
    key = await vault.new_key(NOON)
    blob = vault.seal_text(key, "note", "x")
    with pytest.raises(Unreadable):
        vault.unseal(blob, "message")


@only_sqlite
async def test_any_change_is_noticed(vault: Vault) -> None:
    mine, other = await vault.new_key(NOON), await vault.new_key(NOON)
    blob = vault.seal_text(mine, "name", "Anne")
    for at in (0, *range(9, len(blob))):
        with pytest.raises(Unreadable):
            vault.unseal(blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :], "name")
    for damaged in (b"", blob[:20], blob[:36], blob[:-1], blob + b"\0", blob[:1] + other.to_bytes(8, "big") + blob[9:]):
        with pytest.raises(Unreadable):
            vault.unseal(damaged, "name")


@given(st.binary(max_size=60))
def test_no_bytes_confuse_it(blob: bytes) -> None:
    try:
        assert 0 <= Vault.key_of(blob) < 2**64
    except Unreadable:
        assert blob[:1] != b"\x01" or len(blob) < 37


async def test_indexes_are_equal_for_equal_values_of_one_purpose(vault: Vault, keys_database: Database) -> None:
    index = vault.index("name", "anne")
    assert len(index) == 16
    assert index == (await Vault.open(keys_database, SECRET, NOON)).index("name", "anne")
    assert index not in (vault.index("name", "anna"), vault.index("phone", "anne"))
    assert vault.index("a", "b\0c") != vault.index("a\0b", "c\0") != vault.index("external", "\ud83d")


async def test_keys_are_in_the_store_before_they_are_given(vault: Vault, keys_database: Database) -> None:
    key = await vault.new_key(NOON)
    other = await Vault.open(keys_database, SECRET, NOON)
    await other.prepare([key])
    assert other.unseal_text(vault.seal_text(key, "name", "Anne"), "name") == "Anne"


async def test_an_unprepared_key_is_a_bug_and_an_unknown_one_is_not(vault: Vault) -> None:
    with pytest.raises(NotPrepared):
        vault.seal(1, "name", b"")
    await vault.prepare([1])
    with pytest.raises(Unreadable):
        vault.seal(1, "name", b"")


async def test_a_destroyed_key_is_unreadable_also_elsewhere_within_a_minute(keys_database: Database) -> None:
    timer = Timer()
    here, there = [await Vault.open(keys_database, SECRET, NOON, timer=timer) for _ in range(2)]
    key, kept = await here.new_key(NOON), await here.new_key(NOON)
    blob = here.seal_text(key, "name", "Anne")
    await there.prepare([key, kept])
    await here.destroy(key, NOON)
    with pytest.raises(Unreadable):
        here.unseal(blob, "name")
    timer.now = EXPIRES_AFTER + 1
    with pytest.raises(NotPrepared):
        there.unseal(blob, "name")
    await there.prepare([key, kept])
    with pytest.raises(Unreadable):
        there.unseal(blob, "name")
    there.seal(kept, "name", b"")
    await here.destroy(key, NOON)


@pytest.mark.parametrize("slower", [0.0, REFRESH_AFTER - 1])
async def test_a_key_that_is_destroyed_while_it_is_being_read_does_not_come_back(
    keys_database: Database, monkeypatch: pytest.MonkeyPatch, slower: float
) -> None:
    timer = Timer()
    vault = await Vault.open(keys_database, SECRET, NOON, timer=timer)
    key = await vault.new_key(NOON)
    blob = vault.seal_text(key, "name", "Anne")
    read = keys_database.read

    @asynccontextmanager
    async def read_slowly() -> AsyncIterator[AsyncConnection]:
        async with read() as conn:
            yield conn
        timer.now += slower
        await vault.destroy(key, NOON)

    timer.now = REFRESH_AFTER + 1
    monkeypatch.setattr(keys_database, "read", read_slowly)
    await vault.prepare([key])
    with pytest.raises(Unreadable):
        vault.unseal(blob, "name")


async def test_a_slow_read_makes_no_key_older_than_another_made_it(
    keys_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    timer = Timer()
    vault = await Vault.open(keys_database, SECRET, NOON, timer=timer)
    key = await vault.new_key(NOON)
    read = keys_database.read

    @asynccontextmanager
    async def read_slowly() -> AsyncIterator[AsyncConnection]:
        async with read() as conn:
            yield conn
        monkeypatch.setattr(keys_database, "read", read)
        timer.now += EXPIRES_AFTER
        await vault.prepare([key])

    timer.now = REFRESH_AFTER + 1
    monkeypatch.setattr(keys_database, "read", read_slowly)
    await vault.prepare([key])
    timer.now += 1
    vault.seal(key, "name", b"")


async def test_who_prepares_has_half_a_minute(vault: Vault, keys_database: Database) -> None:
    timer = Timer()
    vault = await Vault.open(keys_database, SECRET, NOON, timer=timer)
    key = await vault.new_key(NOON)
    timer.now = REFRESH_AFTER + 1  # old enough to be read again
    await vault.prepare([key])
    timer.now += EXPIRES_AFTER - 1
    vault.seal(key, "name", b"")


async def test_memory_is_bounded_but_never_below_what_was_asked(keys_database: Database) -> None:
    vault = await Vault.open(keys_database, SECRET, NOON, capacity=2)
    made = [await vault.new_key(NOON) for _ in range(4)]
    await vault.prepare(made[:1])
    await vault.prepare([2**62])  # unknown, and one too many: what was not asked for longest goes
    with pytest.raises(NotPrepared):
        vault.seal(made[1], "name", b"")
    vault.seal(made[0], "name", b"")
    await vault.prepare(made)
    for key in made:
        vault.seal(key, "name", b"")


async def test_another_secret_is_told_at_once(vault: Vault, keys_database: Database) -> None:
    with pytest.raises(WrongSecret):
        await Vault.open(keys_database, NEW_SECRET, NOON)
    with pytest.raises(WeakSecret):
        await Vault.open(keys_database, b"short", NOON)


async def test_a_new_secret_takes_over_everything(keys_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "BATCH", 2)
    vault = await Vault.open(keys_database, SECRET, NOON)
    made = [await vault.new_key(NOON) for _ in range(5)]
    blobs = [vault.seal_text(key, "name", "Anne") for key in made]
    await vault.destroy(made[0], NOON)
    await vault.rotate(NEW_SECRET, NOON)

    renewed = await Vault.open(keys_database, NEW_SECRET, NOON)
    await renewed.finish(NEW_SECRET, NOON)
    with pytest.raises(WrongSecret):
        await Vault.open(keys_database, SECRET, NOON)
    await renewed.prepare(made)
    assert [renewed.unseal_text(blob, "name") for blob in blobs[1:]] == ["Anne"] * 4
    with pytest.raises(Unreadable):
        renewed.unseal(blobs[0], "name")
    assert renewed.index("name", "anne") == vault.index("name", "anne")
    assert vault.seal(await vault.new_key(NOON), "name", b"")  # the one that rotated goes on as well
    await renewed.rotate(SECRET, NOON)
    await (await Vault.open(keys_database, SECRET, NOON)).finish(SECRET, NOON)


async def test_nothing_is_left_under_the_former_secret(keys_database: Database) -> None:
    vault = await Vault.open(keys_database, SECRET, NOON)
    await vault.new_keys(3, NOON)
    await vault.rotate(NEW_SECRET, NOON)
    await vault.finish(NEW_SECRET, NOON)
    async with keys_database.read() as conn:
        stored = await keys.versions(conn)
        assert await keys.load_older(conn, 2) == []
        assert (await keys.load_shared(conn, "blind index"))[1] == 2
    assert [(row.retired_at, row.bridge) for row in stored] == [(NOON, None), (None, None)]


@pytest.mark.parametrize("first", [0, 1])
async def test_between_the_two_steps_either_secret_opens_all(keys_database: Database, first: int) -> None:
    """Processes start again with the new one, one by one, and what each makes the other reads."""
    vault = await Vault.open(keys_database, SECRET, NOON)
    old_key = await vault.new_key(NOON)
    old_blob = vault.seal_text(old_key, "name", "Anne")
    await vault.rotate(NEW_SECRET, NOON)
    both = [await Vault.open(keys_database, secret, NOON) for secret in (SECRET, NEW_SECRET)]
    one, other = both[first], both[1 - first]
    key = await one.new_key(NOON)
    blob = one.seal_text(key, "name", "Piet")
    await other.prepare([key, old_key])
    assert other.unseal_text(blob, "name") == "Piet"
    assert other.unseal_text(old_blob, "name") == "Anne"
    await other.destroy(key, NOON)
    assert one.index("name", "x") == other.index("name", "x")


async def test_a_key_that_was_added_in_between_under_the_former_one_comes_along(
    keys_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its transaction began before the new master key was there, and ended when all else was rewrapped."""
    vault, beside = [await Vault.open(keys_database, SECRET, NOON) for _ in range(2)]
    async with keys_database.read() as conn:
        (before,) = await keys.versions(conn)
    await vault.rotate(NEW_SECRET, NOON)

    async def as_it_was(_conn: AsyncConnection) -> keys.MasterVersion:
        return before

    with monkeypatch.context() as patched:
        patched.setattr(keys, "newest_version", as_it_was)
        key = await beside.new_key(NOON)
    blob = beside.seal_text(key, "name", "Anne")
    async with keys_database.read() as conn:
        assert [one.key_id for one in await keys.load_older(conn, 2)] == [key]
    renewed = await Vault.open(keys_database, NEW_SECRET, NOON)
    await renewed.prepare([key])
    assert renewed.unseal_text(blob, "name") == "Anne"
    await renewed.finish(NEW_SECRET, NOON)
    renewed = await Vault.open(keys_database, NEW_SECRET, NOON)
    await renewed.prepare([key])
    assert renewed.unseal_text(blob, "name") == "Anne"


async def test_a_rotation_goes_on_where_it_stopped(keys_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    timer = Timer()
    monkeypatch.setattr(keys, "BATCH", 2)
    vault = await Vault.open(keys_database, SECRET, NOON)
    beside = await Vault.open(keys_database, SECRET, NOON, timer=timer)  # a process that runs all the while
    made = [await vault.new_key(NOON) for _ in range(5)]
    blobs = [vault.seal_text(key, "name", "Anne") for key in made]

    rewrap, done = keys.rewrap, 0

    async def stop_at_the_second(*arguments: object) -> None:
        nonlocal done
        done += 1
        if done == 2:
            raise ConnectionError
        await rewrap(*arguments)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(keys, "rewrap", stop_at_the_second)
    with pytest.raises(ConnectionError):
        await vault.rotate(NEW_SECRET, NOON)

    await beside.prepare(made)
    assert [beside.unseal_text(blob, "name") for blob in blobs] == ["Anne"] * 5
    made.append(await beside.new_key(NOON))
    blobs.append(beside.seal_text(made[-1], "name", "Anne"))

    again = await Vault.open(keys_database, SECRET, NOON)
    with pytest.raises(WrongSecret):
        await again.rotate(b"not the one with which it was begun", NOON)
    await again.rotate(NEW_SECRET, NOON)
    renewed = await Vault.open(keys_database, NEW_SECRET, NOON)
    await renewed.finish(NEW_SECRET, NOON)
    await renewed.prepare(made)
    assert [renewed.unseal_text(blob, "name") for blob in blobs] == ["Anne"] * 6
    timer.now += EXPIRES_AFTER + 1
    await beside.prepare(made)
    assert [beside.unseal_text(blob, "name") for blob in blobs] == ["Anne"] * 6


async def test_it_is_finished_with_the_new_secret_and_once(keys_database: Database) -> None:
    vault = await Vault.open(keys_database, SECRET, NOON)
    with pytest.raises(NothingBegun):
        await vault.finish(SECRET, NOON)
    with pytest.raises(SameSecret):
        await vault.rotate(SECRET, NOON)
    await vault.rotate(NEW_SECRET, NOON)
    with pytest.raises(WrongSecret, match="former"):
        await vault.finish(SECRET, NOON)
    await vault.finish(NEW_SECRET, NOON)
    with pytest.raises(NothingBegun):
        await vault.finish(NEW_SECRET, NOON)


async def test_who_rotate_at_once_make_one_new_master_key(store_urls: StoreUrls) -> None:
    several = [Database.open(store_urls.keys) for _ in range(3)]
    vaults = [await Vault.open(db, SECRET, NOON) for db in several]
    keys_made = await vaults[0].new_keys(10, NOON)
    await asyncio.gather(*(vault.rotate(NEW_SECRET, NOON) for vault in vaults))
    async with several[0].read() as conn:
        assert [row.version for row in await keys.versions(conn)] == [1, 2]
    renewed = await Vault.open(several[0], NEW_SECRET, NOON)
    await renewed.finish(NEW_SECRET, NOON)
    await renewed.prepare(keys_made)
    for key in keys_made:
        renewed.seal(key, "name", b"")
    for db in several:
        await db.close()


async def test_who_looked_in_time_outlives_the_former_secret(keys_database: Database) -> None:
    vault, followed = [await Vault.open(keys_database, SECRET, NOON) for _ in range(2)]
    key = await vault.new_key(NOON)
    await vault.rotate(NEW_SECRET, NOON)
    await followed.follow()
    await vault.finish(NEW_SECRET, NOON)
    await followed.follow()
    await followed.prepare([key, await followed.new_key(NOON)])
    followed.seal(key, "name", b"")


async def test_who_missed_a_rotation_is_told(keys_database: Database) -> None:
    vault, missed = [await Vault.open(keys_database, SECRET, NOON) for _ in range(2)]
    key = await vault.new_key(NOON)
    await vault.rotate(NEW_SECRET, NOON)
    await vault.finish(NEW_SECRET, NOON)
    with pytest.raises(WrongSecret, match="start again"):
        await missed.prepare([key])
    with pytest.raises(WrongSecret, match="start again"):
        await missed.new_key(NOON)
    with pytest.raises(WrongSecret, match="start again"):
        await missed.follow()


async def test_a_key_is_tied_to_its_number(vault: Vault, keys_database: Database) -> None:
    """Whoever can write to the key store cannot give one person's key to another."""
    one, two = await vault.new_key(NOON), await vault.new_key(NOON)
    table = keys.person_key
    wrapped = select(table.c.wrapped).where(table.c.key_id == one).scalar_subquery()
    async with keys_database.begin() as conn:
        await conn.execute(update(table).where(table.c.key_id == two).values(wrapped=wrapped))
    vault = await Vault.open(keys_database, SECRET, NOON)
    await vault.prepare([one, two])
    vault.seal(one, "name", b"")
    with pytest.raises(Unreadable):
        vault.seal(two, "name", b"")


@only_sqlite
async def test_a_destroyed_key_is_gone_from_the_files(
    vault: Vault, keys_database: Database, store_urls: StoreUrls
) -> None:
    keys_made = [await vault.new_key(NOON) for _ in range(50)]
    async with keys_database.read() as conn:
        wrapped = {key.key_id: key.wrapped for key in await keys.load(conn, keys_made)}
    file = make_url(store_urls.keys).database
    assert file is not None

    def on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in Path(file).parent.glob("keys.db*"))

    gone = wrapped[keys_made[25]]
    assert gone is not None
    assert gone in on_disk()
    await vault.destroy(keys_made[25], NOON)
    left = on_disk()
    assert gone not in left
    assert all(value in left for key_id, value in wrapped.items() if value and key_id != keys_made[25])
