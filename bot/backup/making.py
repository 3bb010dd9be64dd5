"""A backup is made: of everything as it was at one instant, while others go on writing."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backup.file import Begun, End, Head, Reader, Writer
from bot.config import Config
from bot.errors import KlopaanError
from bot.privacy.vault import Vault
from storage import backup as stored
from storage.backup import Branch
from storage.database import Database
from storage.release import lacks_file, revisions

#: What the seal of a file is made for (`Vault.mac`).
_PURPOSE: Mapping[Branch, str] = {"data": "backup of data", "keys": "backup of keys"}


async def make(config: Config, kind: Branch, out: Path, now: int) -> Mapping[str, int]:
    """Writes the file ``out``; gives how many rows of each table. ``now`` in milliseconds UTC. A few rows at a time are
    in memory.

    Raises ``KlopaanError`` when ``out`` is there already, or there is nothing to make a backup of; ``WrongSecret``;
    DBAPIError, OSError.
    """
    db, keys = _opened(config.database.url), _opened(config.database.keys_url)
    try:
        async with keys.snapshot() as conn:
            await _schema(conn, "keys")
            vault = await Vault.found(keys, conn, config.secret)
        with whole_or_not(out) as file:
            return await _write(db if kind == "data" else keys, kind, vault, file, now)
    finally:
        await db.close()
        await keys.close()


async def _write(db: Database, kind: Branch, vault: Vault, file: BinaryIO, now: int) -> Mapping[str, int]:
    async with db.snapshot() as conn:
        writer = Writer(file, kind, await _schema(conn, kind), now)
        for name, table in (await stored.reflected(conn)).items():
            writer.begin(name, stored.types(table))
            async for row in stored.rows(conn, table):
                writer.add(row)
    writer.end(seal(vault, kind, writer.digest))
    return writer.rows


def seal(vault: Vault, kind: Branch, digest: bytes) -> bytes:
    """What nobody without the key store can put on a file: neither a changed one nor one of other keys is taken."""
    return vault.mac(_PURPOSE[kind], digest)


def read(file: BinaryIO) -> tuple[Head, End]:
    """Goes through a whole file. Raises ``BadBackup``."""
    reader = Reader(file)
    for part in reader.parts():
        if isinstance(part, End):
            return reader.head, part
        assert isinstance(part, Begun | list)
    raise AssertionError("the last part is the end")


def _opened(url: str) -> Database:
    if lacks_file(url):
        raise KlopaanError("There is nothing to make a backup of: a database of this configuration does not exist.")
    return Database.open(url, pool_size=1)


async def _schema(conn: AsyncConnection, kind: Branch) -> str:
    found = await stored.revision(conn)
    if found not in revisions(kind):
        raise KlopaanError("There is nothing to make a backup of: a database of this configuration is none of ours.")
    return found


@contextmanager
def whole_or_not(out: Path) -> Iterator[BinaryIO]:
    """A file that only its owner reads, and that has its name once all of it is on the disk. Raises ``KlopaanError``
    when there is one of that name: a backup is never overwritten."""
    _refuse_if_there(out)
    part = out.with_name(f"{out.name}.{secrets.token_hex(4)}.part")
    number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _refuse_if_there(out)
        part.rename(out)
        _remember(out.parent)
    finally:
        part.unlink(missing_ok=True)


def _refuse_if_there(out: Path) -> None:
    if out.exists() or out.is_symlink():
        raise KlopaanError(f"{out}: is there already. Name a file that is not.")


def _remember(folder: Path) -> None:
    """That the file is in it reaches the disk too."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
