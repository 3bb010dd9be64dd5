"""Backups in tests: made, put back, and everything compared that can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from bot import config as configuration
from bot.backup import making
from bot.backup.restoring import Restored, restore
from bot.clock import to_ms
from bot.commands.restore import settle_people
from bot.config import Config
from bot.privacy.vault import Unreadable, Vault
from bot.server import open_house
from storage import tables
from storage.database import Database
from storage.erasing import SEALED
from tests.stores import StoreUrls
from tests.support.town import MONDAY, SECRET, write_config

NOW = to_ms(MONDAY)


def config_of(folder: Path, urls: StoreUrls, secret: str = SECRET) -> Config:
    """The configuration of a municipality on these databases."""
    folder.mkdir(exist_ok=True)
    return configuration.load(write_config(folder, urls), {configuration.SECRET: secret})


async def back_up(config: Config, folder: Path, *, now: int = NOW) -> tuple[Path, Path]:
    """Data, and then keys."""
    data, keys = folder / "data.backup", folder / "keys.backup"
    await making.make(config, "data", data, now)
    await making.make(config, "keys", keys, now)
    return data, keys


async def restored(config: Config, data: Path, keys: Path | None = None, *, now: int = NOW) -> Restored:
    """As the command does it."""
    done = await restore(config, data, keys, now)
    await settle_people(config, done)
    return done


class Words(NamedTuple):
    """What a sealed field holds, and under which key; None: nobody can read it."""

    key_id: int
    held: bytes | None


#: Rows by table and by primary key.
Everything = dict[str, dict[Any, dict[str, Any]]]


async def everything(config: Config) -> Everything:
    """What is in the databases of a municipality, with the words of every sealed field."""
    async with open_house(config, find_voice=lambda: None) as house:
        return {name: await _rows(house.db, house.vault, name) for name in tables.metadata.tables}


async def _rows(db: Database, vault: Vault, name: str) -> dict[Any, dict[str, Any]]:
    table = tables.metadata.tables[name]
    found: dict[Any, dict[str, Any]] = {}
    async with db.read() as conn:
        rows = [row._asdict() for row in await conn.execute(select(table))]
    for row in rows:
        for column in table.c:
            if column in SEALED and row[column.name]:
                row[column.name] = await _unsealed(vault, row[column.name], SEALED[column])
        found[tuple(row[column.name] for column in table.primary_key.columns)] = row
    return found


async def _unsealed(vault: Vault, blob: bytes, purpose: str) -> Words:
    key_id = vault.key_of(blob)
    await vault.prepare([key_id])
    try:
        return Words(key_id, vault.unseal(blob, purpose))
    except Unreadable:
        return Words(key_id, None)


def words(found: Everything) -> dict[tuple[str, Any, str], Words]:
    """Every sealed field, by table, row and column."""
    return {
        (name, key, column): value
        for name, rows in found.items()
        for key, row in rows.items()
        for column, value in row.items()
        if isinstance(value, Words)
    }
