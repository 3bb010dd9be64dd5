"""What is not put back: said in words, and nothing is changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from bot.backup import making
from bot.backup.file import BadBackup, Begun, Reader, Writer
from bot.backup.restoring import KEYS_LIVE, Refusal, restore
from bot.config import Config
from bot.errors import KlopaanError
from bot.privacy.vault import Vault
from bot.server import open_house
from storage import backup as stored
from storage.database import Database
from storage.migrate import upgrade
from storage.release import lacks_file
from tests.backup.conftest import only_from_sqlite
from tests.stores import StoreUrls
from tests.support.backups import NOW, back_up, config_of, everything
from tests.support.town import Town

#: Where a backup came from makes no difference to why it is refused.
pytestmark = only_from_sqlite

DAY = 24 * 60 * 60 * 1000
OTHER = "YW5vdGhlciBtYXN0ZXIga2V5LCBtYWRlIHVwLCBhbmQgbG9uZyBlbm91Z2g="

Change = Callable[[list[Any]], list[Any]]


async def filled(town: Town) -> Config:
    await town.resident()
    await town.colleague()
    return town.house.config


async def names(url: str) -> list[str]:
    """The tables of a database, which may not exist."""
    if lacks_file(url):
        return []

    def found(sync: Connection) -> list[str]:
        return inspect(sync).get_table_names()

    db = Database.open(url)
    async with db.read() as conn:
        there = await conn.run_sync(found)
    await db.close()
    return there


async def changed(config: Config, path: Path, change: Change) -> None:
    """The file with other parts, and a last line and a seal that fit: as who has the keys could make it."""
    async with open_house(config, find_voice=lambda: None) as house:
        _change(house.vault, path, change)


def _change(vault: Vault, path: Path, change: Change) -> None:
    with path.open("rb") as source:
        reader = Reader(source)
        *parts, _ = reader.parts()
    head, out = reader.head, BytesIO()
    writer = Writer(out, head.kind, head.schema, head.made_at)
    for part in change(parts):
        if isinstance(part, Begun):
            writer.begin(part.table, part.columns)
        else:
            writer.add(part)
    writer.end(making.seal(vault, head.kind, writer.digest))
    path.write_bytes(out.getvalue())


def without(table: str) -> Change:
    """The rows and the table."""

    def change(parts: list[Any]) -> list[Any]:
        kept, keep = [], True
        for part in parts:
            keep = part.table != table if isinstance(part, Begun) else keep
            kept += [part] if keep else []
        return kept

    return change


def without_rows(table: str) -> Change:
    def change(parts: list[Any]) -> list[Any]:
        kept, inside = [], False
        for part in parts:
            inside = part.table == table if isinstance(part, Begun) else inside
            kept += [part] if isinstance(part, Begun) or not inside else []
        return kept

    return change


def renamed(table: str, other: str) -> Change:
    return lambda parts: [
        Begun(other, part.columns) if isinstance(part, Begun) and part.table == table else part for part in parts
    ]


def retyped(parts: list[Any]) -> list[Any]:
    """The names of staff are bytes."""
    begun = [part for part in parts if isinstance(part, Begun)]
    return [Begun(one.table, {**one.columns, "name": "bytes"}) if one.table == "staff" else one for one in begun]


def twice(parts: list[Any]) -> list[Any]:
    """Each row two times."""
    return [one for part in parts for one in ([part] if isinstance(part, Begun) else [part, part])]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without("lease"), "a table is missing"),
        (without_rows("person"), "refuses this backup|what a row refers to"),
        (renamed("lease", "sqlite_master"), "tables of its own release"),
        (renamed("lease", 'x"; DROP TABLE person; --'), "tables of its own release"),
        (retyped, "tables of its own release"),
        (twice, "refuses this backup"),
    ],
)
async def test_a_file_that_holds_something_else_changes_nothing(
    town: Town, empty_urls: StoreUrls, tmp_path: Path, change: Change, words: str
) -> None:
    config = await filled(town)
    data, keys = await back_up(config, tmp_path)
    await changed(config, data, change)
    with pytest.raises(KlopaanError, match=words):
        await restore(config_of(tmp_path / "there", empty_urls), data, keys, NOW)
    assert await names(empty_urls.data) == []
    assert await names(empty_urls.keys) == []


async def test_what_was_changed_by_who_has_no_keys_is_refused(
    town: Town, empty_urls: StoreUrls, tmp_path: Path
) -> None:
    """The digest fits, for anyone can reckon it. The seal does not."""
    config = await filled(town)
    data, keys = await back_up(config, tmp_path)
    lines = data.read_text().splitlines()
    end = json.loads(lines[-1])
    writer_sees = [line.replace('"noor","Noor"', '"noor","Eve"') for line in lines[:-1]]
    assert writer_sees != lines[:-1]
    body = "".join(f"{line}\n" for line in writer_sees).encode()
    end["sha256"] = hashlib.sha256(body).hexdigest()
    data.write_bytes(body + json.dumps(end).encode() + b"\n")
    with data.open("rb") as file:
        making.read(file)  # whole, as far as it says itself
    there = config_of(tmp_path / "there", empty_urls)
    with pytest.raises(Refusal, match="not made with these keys, or it was changed"):
        await restore(there, data, keys, NOW)
    assert await names(empty_urls.data) == await names(empty_urls.keys) == []


async def test_that_of_other_keys_is_refused(town: Town, empty_urls: StoreUrls, tmp_path: Path) -> None:
    config = await filled(town)
    data, _ = await back_up(config, tmp_path)
    there = config_of(tmp_path / "there", empty_urls)
    await stores_of_its_own(there)
    with pytest.raises(Refusal, match="not made with these keys"):
        await restore(there, data, None, NOW)
    assert set(await names(empty_urls.data)) > {"person"}  # as they were
    assert not (await everything(there))["person"]


async def stores_of_its_own(config: Config) -> None:
    await upgrade(config.database.url, config.database.keys_url)
    async with open_house(config, find_voice=lambda: None):
        pass


async def test_what_is_there_is_never_overwritten(town: Town, tmp_path: Path) -> None:
    config = await filled(town)
    data, keys = await back_up(config, tmp_path)
    before = await everything(config)
    with pytest.raises(Refusal, match="into an empty database only"):
        await restore(config, data, None, NOW)
    with pytest.raises(Refusal, match="leave --keys out"):
        await restore(config, None, keys, NOW)
    assert await everything(config) == before


async def test_a_database_of_others_is_not_ours_to_empty(town: Town, empty_urls: StoreUrls, tmp_path: Path) -> None:
    config = await filled(town)
    data, keys = await back_up(config, tmp_path)
    db = Database.open(empty_urls.data)
    async with db.begin() as conn:
        await conn.execute(text("CREATE TABLE of_someone_else (number INTEGER)"))
    await db.close()
    with pytest.raises(Refusal, match="something in the database of the data"):
        await restore(config_of(tmp_path / "there", empty_urls), data, keys, NOW)
    assert await names(empty_urls.data) == ["of_someone_else"]


async def test_data_without_keys_are_no_use(town: Town, empty_urls: StoreUrls, tmp_path: Path) -> None:
    config = await filled(town)
    data, _ = await back_up(config, tmp_path)
    with pytest.raises(Refusal, match="Give --keys too"):
        await restore(config_of(tmp_path / "there", empty_urls), data, None, NOW)
    assert await names(empty_urls.data) == []


async def test_the_master_key_of_then_is_needed(town: Town, empty_urls: StoreUrls, tmp_path: Path) -> None:
    config = await filled(town)
    data, keys = await back_up(config, tmp_path)
    with pytest.raises(Refusal, match="master key of when it was made"):
        await restore(config_of(tmp_path / "there", empty_urls, OTHER), data, keys, NOW)
    assert await names(empty_urls.keys) == []


@pytest.mark.parametrize("column", ["check_sealed", "wrapped"])
async def test_keys_that_are_none(town: Town, empty_urls: StoreUrls, tmp_path: Path, column: str) -> None:
    """A file of keys as anyone could make it."""

    def shortened(parts: list[Any]) -> list[Any]:
        made: list[Any] = []
        at = -1
        for part in parts:
            if isinstance(part, Begun):
                at = list(part.columns).index(column) if column in part.columns else -1
                made.append(part)
            else:
                made.append(part if at < 0 else [b"x" if number == at else one for number, one in enumerate(part)])
        return made

    config = await filled(town)
    data, keys = await back_up(config, tmp_path)
    await changed(config, keys, shortened)
    there = config_of(tmp_path / "there", empty_urls)
    with pytest.raises(Refusal, match="does not open these keys"):
        await restore(there, data, keys, NOW)
    await changed(config, keys, without_rows("shared_key"))
    with pytest.raises(Refusal, match="does not open these keys"):
        await restore(there, data, keys, NOW)
    assert await names(empty_urls.keys) == []


async def test_the_one_file_is_not_the_other(town: Town, empty_urls: StoreUrls, tmp_path: Path) -> None:
    config = await filled(town)
    data, keys = await back_up(config, tmp_path)
    there = config_of(tmp_path / "there", empty_urls)
    with pytest.raises(Refusal, match="is a backup of keys; a backup of data was asked for"):
        await restore(there, keys, keys, NOW)
    with pytest.raises(Refusal, match="is a backup of data; a backup of keys was asked for"):
        await restore(there, data, data, NOW)


async def test_old_keys_are_put_back_only_when_asked_to(town: Town, empty_urls: StoreUrls, tmp_path: Path) -> None:
    config = await filled(town)
    data, keys = await back_up(config, tmp_path)
    there = config_of(tmp_path / "there", empty_urls)
    late = NOW + KEYS_LIVE * DAY + 1
    with pytest.raises(Refusal, match="older than 7 days"):
        await restore(there, data, keys, late)
    assert await names(empty_urls.keys) == []
    assert (await restore(there, data, keys, late, old_keys=True)).people == 1


async def test_a_folder_that_is_not_there(town: Town, tmp_path: Path) -> None:
    config = await filled(town)
    data, keys = await back_up(config, tmp_path)
    nowhere = StoreUrls("sqlite", *(f"sqlite+aiosqlite:///{tmp_path}/nowhere/{name}.db" for name in ("data", "keys")))
    with pytest.raises(Refusal, match=r"database\.url: the folder"):
        await restore(config_of(tmp_path / "there", nowhere), data, keys, NOW)


async def test_of_a_newer_release(
    town: Town, empty_urls: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = await filled(town)
    data, keys = await back_up(config, tmp_path)
    monkeypatch.setattr("bot.backup.restoring.revisions", lambda branch: [f"{branch}_0001"])
    with pytest.raises(Refusal, match="made by a newer release"):
        await restore(config_of(tmp_path / "there", empty_urls), data, keys, NOW)
    assert await names(empty_urls.data) == []


async def test_a_file_that_changes_while_it_is_read(
    town: Town, empty_urls: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = await filled(town)
    data, keys = await back_up(config, tmp_path)
    (tmp_path / "other").mkdir()
    await town.resident()
    other, _ = await back_up(config, tmp_path / "other")
    begin: Callable[..., Awaitable[Any]] = stored.begin

    async def begin_late(conn: Any, branch: Any, at: str) -> Any:
        made = await begin(conn, branch, at)
        if branch == "data":
            data.write_bytes(other.read_bytes())
        return made

    monkeypatch.setattr(stored, "begin", begin_late)
    with pytest.raises(BadBackup, match="changed while it was read"):
        await restore(config_of(tmp_path / "there", empty_urls), data, keys, NOW)
    assert await names(empty_urls.data) == await names(empty_urls.keys) == []
