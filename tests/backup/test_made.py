"""A backup is of one instant, whatever is written meanwhile, and who is killed leaves nothing that looks whole."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import config as configuration
from bot.backup import making
from bot.backup.file import BadBackup, Reader
from bot.backup.restoring import restore
from bot.errors import KlopaanError
from bot.privacy.vault import Vault
from flows.grammar import Typed
from storage import backup as stored
from storage import tables
from storage.database import Database
from storage.migrate import bring
from tests.backup.conftest import only_from_sqlite, only_to_sqlite
from tests.stores import StoreUrls
from tests.support.backups import NOW, back_up, config_of, everything, restored
from tests.support.process import PATIENCE, ROOT
from tests.support.town import SECRET, Town

#: Does what ``klopaan`` does, and is killed by itself the Nth time that it is about to do what is named.
KILLED = """
import importlib, os, signal, sys
module, name, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
owner = importlib.import_module(module)
for part in name.split(".")[:-1]:
    owner = getattr(owner, part)
real = getattr(owner, name.split(".")[-1])
def counted(*given, **named):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given, **named)
setattr(owner, name.split(".")[-1], counted)
from bot.__main__ import main
sys.exit(main(sys.argv[4:]))
"""


async def killed_at(what: tuple[str, str], count: int, *arguments: str) -> int:
    """The status of ``klopaan`` with these arguments: -9, unless it ended before."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", KILLED, *what, str(count), *arguments),
        cwd=ROOT,
        env={**os.environ, configuration.SECRET: SECRET},
        stdout=asyncio.subprocess.DEVNULL,
    )
    async with asyncio.timeout(PATIENCE):
        return await process.wait()


@only_to_sqlite
async def test_what_is_written_meanwhile_is_in_it_as_a_whole_or_not_at_all(
    town: Town, empty_urls: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await town.resident("telegram")
    before = await everything(town.house.config)
    rows = stored.rows

    async def slowly(conn: AsyncConnection, table: Table) -> AsyncIterator[Sequence[Any]]:
        async for row in rows(conn, table):
            yield row
        if table.name in ("address", "conversation", "message"):
            await one.says(Typed(f"terwijl {table.name} werd gelezen"))
            await town.resident("telegram")

    monkeypatch.setattr(stored, "rows", slowly)
    data, keys = tmp_path / "data.backup", tmp_path / "keys.backup"
    await making.make(town.house.config, "data", data, NOW)
    await making.make(town.house.config, "keys", keys, NOW)
    config = config_of(tmp_path / "there", empty_urls)
    assert (await restored(config, data, keys)).missing == ()
    after = await everything(config)
    for name in ("person", "address", "conversation", "message", "event", "received"):
        assert after[name] == before[name], name
    assert len(await town.rows(tables.person)) == 4


async def test_only_its_owner_reads_it_and_it_is_never_overwritten(town: Town, tmp_path: Path) -> None:
    data, _ = await back_up(town.house.config, tmp_path)
    assert stat.S_IMODE(os.stat(data).st_mode) == 0o600
    size = os.stat(data).st_size
    await town.resident()
    with pytest.raises(KlopaanError, match="is there already"):
        await making.make(town.house.config, "data", data, NOW)
    assert os.stat(data).st_size == size
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".part")]


async def test_the_data_hold_no_key(town: Town, tmp_path: Path) -> None:
    await town.resident()
    data, keys = await back_up(town.house.config, tmp_path)
    assert set(_rows(data)).isdisjoint({"person_key", "master_version", "shared_key"})
    assert _rows(keys) == {"master_version": 1, "person_key": 1, "shared_key": 1, "anchor": 0}


def _rows(path: Path) -> dict[str, int]:
    with path.open("rb") as file:
        return dict(making.read(file)[1].rows)


async def test_whatever_fails_leaves_no_file(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_conn: AsyncConnection, _table: Table) -> AsyncIterator[Sequence[Any]]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stored, "rows", fails)
    (tmp_path / "out").mkdir()
    with pytest.raises(OSError, match="No space"):
        await making.make(town.house.config, "data", tmp_path / "out" / "data.backup", NOW)
    assert os.listdir(tmp_path / "out") == []


async def test_a_backup_that_is_killed_is_none(town: Town, tmp_path: Path) -> None:
    await town.resident()
    out = tmp_path / "out"
    out.mkdir()
    arguments = ("backup", "--config", str(tmp_path / "gemeente.toml"), "--to", str(out / "data.backup"))
    assert await killed_at(("bot.backup.file", "Writer._write"), 40, *arguments) == -9
    (left,) = os.listdir(out)
    assert left.endswith(".part")
    with (out / left).open("rb") as file, pytest.raises(BadBackup):
        making.read(file)
    assert await killed_at(("os", "fsync"), 0, *arguments) == -9  # all of it is written, and may not be on the disk
    assert not (out / "data.backup").exists()
    assert await killed_at(("os", "fsync"), 99, *arguments) == 0
    assert (out / "data.backup").exists()


@only_from_sqlite
@pytest.mark.parametrize(
    ("what", "count"),
    [
        (("storage.backup", "put"), 7),
        (("storage.backup", "finish"), 1),
        (("bot.backup.restoring", "settle"), 0),
        (("bot.backup.restoring", "Restored"), 0),
    ],
)
async def test_a_restore_that_is_killed_put_nothing_back(
    town: Town, empty_urls: StoreUrls, tmp_path: Path, what: tuple[str, str], count: int
) -> None:
    await town.resident()
    await town.colleague()
    before = await everything(town.house.config)
    data, keys = await back_up(town.house.config, tmp_path)
    config = config_of(tmp_path / "there", empty_urls)
    file = str(tmp_path / "there" / "gemeente.toml")
    arguments = ("restore", "--config", file, "--from", str(data), "--keys", str(keys), "--old-keys")
    assert await killed_at(what, count, *arguments) == -9
    keys_are_there = what[1] == "Restored"  # between the two commits: then the data are put back beside them
    assert await revision(empty_urls.data) is None
    assert (await revision(empty_urls.keys) is not None) == keys_are_there
    await restored(config, data, None if keys_are_there else keys)
    assert (await everything(config))["message"] == before["message"]


async def revision(url: str) -> str | None:
    db = Database.open(url)
    try:
        async with db.read() as conn:
            return await stored.revision(conn)
    finally:
        await db.close()


@only_from_sqlite
async def test_one_of_an_older_release_is_migrated(
    request: pytest.FixtureRequest, store_urls: StoreUrls, empty_urls: StoreUrls, tmp_path: Path
) -> None:
    """Made by the release before this one of databases that it had made; a colleague stands for all that is in it."""
    old = _blank(request, store_urls, tmp_path)
    for url, branch, revision in ((old.data, "data", "data_0006"), (old.keys, "keys", "keys_0001")):
        db = Database.open(url, pool_size=1, foreign_keys=False)
        async with db.begin() as conn:
            await bring(conn, branch, stored._METADATA[branch], revision)
        await db.close()
    config = config_of(tmp_path / "old", old)
    db, keys_db = Database.open(old.data), Database.open(old.keys)
    async with db.begin() as conn:
        for name in ("noor", "samir"):
            statement = text(
                "INSERT INTO staff (username, name, role, created_at) VALUES (:name, :name, 'beheerder', 1)"
            )
            await conn.execute(statement, {"name": name})
        await conn.execute(text("UPDATE staff SET successor_id = 2 WHERE username = 'noor'"))  # to one further on
    await Vault.open(keys_db, config.secret, NOW)
    await db.close()
    await keys_db.close()
    data, keys = await back_up(config, tmp_path)
    with data.open("rb") as file:
        assert Reader(file).head.schema == "data_0006"
    there = config_of(tmp_path / "there", empty_urls)
    await restored(there, data, keys)
    after = (await everything(there))["staff"]
    assert [(row["username"], row["successor_id"], row["team_id"]) for row in after.values()] == [
        ("noor", 2, None),
        ("samir", None, None),
    ]


def _blank(request: pytest.FixtureRequest, urls: StoreUrls, folder: Path) -> StoreUrls:
    if urls.dialect == "postgresql":
        blank: StoreUrls = request.getfixturevalue("postgres").blank("older")
        return blank
    (folder / "older").mkdir()
    data, keys = (f"sqlite+aiosqlite:///{folder}/older/{name}.db" for name in ("data", "keys"))
    return StoreUrls("sqlite", data, keys)


@only_to_sqlite
async def test_files_pass_one_by_one(town: Town, empty_urls: StoreUrls, tmp_path: Path) -> None:
    """Thirty files of a megabyte: neither making nor putting back has them in memory together."""
    one = await town.resident()
    key = town.house.vault
    (row,) = await town.rows(tables.person)
    await key.prepare([row.key_id])
    (message, *_) = await town.rows(tables.message, conversation_id=one.conversation_id)
    values = {"conversation_id": one.conversation_id, "message_id": message.id, "created_at": NOW, "size": 2**20}
    for _ in range(30):
        sealed = key.seal(row.key_id, "attachment", bytes(2**20))
        async with town.house.db.begin() as conn:
            await conn.execute(insert(tables.attachment).values(**values, media_type="image/png", data_sealed=sealed))
    config = config_of(tmp_path / "there", empty_urls)
    tracemalloc.start()
    try:
        data, keys = await back_up(town.house.config, tmp_path)
        await restore(config, data, keys, NOW)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 15 * 2**20
    db = Database.open(empty_urls.data)
    async with db.read() as conn:
        assert len((await conn.execute(select(tables.attachment.c.id))).all()) == 30
    await db.close()
