"""A backup is put back into databases that hold nothing: all of it, or nothing is changed.

Data and keys are put back in two transactions of which the keys' ends first: whoever is killed between the two finds
the keys there, and puts back the data alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Table, make_url, select
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backup import making
from bot.backup.file import BadBackup, Begun, End, Head, Reader, Value
from bot.backup.settling import settle
from bot.config import Config
from bot.errors import KlopaanError
from bot.privacy.vault import Unreadable, Vault, WrongSecret
from storage import backup as stored
from storage import keys as key_store
from storage.backup import Branch
from storage.database import Database
from storage.migrate import hold
from storage.release import lacks_file, revisions
from storage.tables import person

#: A backup of keys lives for days: someone whose key was destroyed since can be read again with it (decision 4).
KEYS_LIVE = 7
_DAY = 24 * 60 * 60 * 1000

#: Bytes of the file, and rows, that are put into the database at once.
_MANY_BYTES = 1024 * 1024
_MANY = 500


class Refusal(KlopaanError):
    """It cannot be put back."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: rows of each table of the data and of the keys; what ended by it (`settle`); and of how many
    people nothing can be read, because their key was ``destroyed`` or is ``missing`` (numbers of persons)."""

    data: Mapping[str, int]
    keys: Mapping[str, int]
    ended: Mapping[str, int]
    people: int
    destroyed: tuple[int, ...]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Given:
    """A file that was gone through once, and is whole."""

    file: BinaryIO
    head: Head
    end: End


async def restore(
    config: Config, data: Path | None, keys: Path | None, now: int, *, old_keys: bool = False
) -> Restored:
    """Puts back the files that are given, at least one, and migrates to this release; ``now`` in milliseconds UTC.
    ``old_keys``: a backup of keys may be older than `KEYS_LIVE` days. A few rows at a time are in memory.

    Raises ``KlopaanError`` with the reason in words, DBAPIError, OSError; then nothing is changed.
    """
    async with AsyncExitStack() as stack:
        data_file = None if data is None else _given(stack, data, "data")
        keys_file = None if keys is None else _given(stack, keys, "keys")
        if keys_file is not None and not old_keys and now - keys_file.head.made_at > KEYS_LIVE * _DAY:
            raise Refusal(
                f"This backup of keys is older than {KEYS_LIVE} days: who was erased since could be read again. "
                "With --old-keys it is put back nevertheless."
            )
        _look_at_places(config, keys_file)
        return await _put_back(config, data_file, keys_file, now)


async def _put_back(config: Config, data: _Given | None, keys: _Given | None, now: int) -> Restored:
    async with AsyncExitStack() as stack:
        conn = None
        if data is not None:  # committed last
            conn = await stack.enter_async_context(_writing(config.database.url))
            await _refuse_full(conn, "data", "restore puts data into an empty database only.")
        async with _writing(config.database.keys_url) as keys_conn:
            if keys is not None:
                hint = "To put back data beside them, leave --keys out."
                await _refuse_full(keys_conn, "keys", f"restore puts keys into an empty key store only. {hint}")
                await _load(keys_conn, keys)
            elif not await _has_keys(keys_conn):
                raise Refusal("The key store is empty: nothing could be read. Give --keys too.")
            else:
                await stored.migrate(keys_conn, "keys")
            vault = await _opened(config, keys_conn)
            for file in (data, keys):
                if file is not None and making.seal(vault, file.head.kind, file.end.digest) != file.end.seal:
                    raise Refusal("This backup was not made with these keys, or it was changed since.")
            if data is None or conn is None:
                return Restored({}, {} if keys is None else keys.end.rows, {}, 0, (), ())
            await _load(conn, data)
            ended = await settle(conn, now)
            people, destroyed, missing = await _unreadable(conn, keys_conn)
        return Restored(data.end.rows, {} if keys is None else keys.end.rows, ended, people, destroyed, missing)


def _given(stack: AsyncExitStack, path: Path, kind: Branch) -> _Given:
    """Raises ``KlopaanError`` for a file that is not whole, is of the other kind, or of a newer release."""
    file = stack.enter_context(path.open("rb"))
    head, end = making.read(file)
    if head.kind != kind:
        raise Refusal(f"{path}: is a backup of {head.kind}; a backup of {kind} was asked for.")
    if head.schema not in revisions(kind):
        raise Refusal(f"{path}: was made by a newer release ({head.release}). Install that one first.")
    return _Given(file, head, end)


def _look_at_places(config: Config, keys: _Given | None) -> None:
    """Raises ``Refusal``, before a database is made by looking at it."""
    database = config.database
    if database.url == database.keys_url:
        raise Refusal("database: the key store must be a database apart.")
    for name, url in (("url", database.url), ("keys_url", database.keys_url)):
        parsed = make_url(url)
        if lacks_file(url) and not Path(parsed.database or "").parent.is_dir():
            raise Refusal(f"database.{name}: the folder of this file is not there. Make it, or name another.")
    if keys is None and lacks_file(database.keys_url):
        raise Refusal("The key store does not exist: nothing could be read. Give --keys too.")


@asynccontextmanager
async def _writing(url: str) -> AsyncIterator[AsyncConnection]:
    db = Database.open(url, pool_size=1, foreign_keys=False)
    try:
        async with db.begin() as conn:
            yield conn
    finally:
        await db.close()


async def _refuse_full(conn: AsyncConnection, branch: Branch, words: str) -> None:
    await hold(conn)
    if not await stored.is_empty(conn, branch):
        raise Refusal(f"There is something in the database of the {branch} already: {words} Nothing was changed.")


async def _has_keys(conn: AsyncConnection) -> bool:
    if await stored.revision(conn) is None:
        return False
    return bool(await key_store.versions(conn))


async def _opened(config: Config, conn: AsyncConnection) -> Vault:
    keys = Database.open(config.database.keys_url)  # it is only looked at by `conn`
    try:
        return await Vault.found(keys, conn, config.secret)
    except (WrongSecret, Unreadable, NoResultFound):
        raise Refusal(
            "KLOPAAN_SECRET does not open these keys. A backup of keys needs the master key of when it was made."
        ) from None
    finally:
        await keys.close()


async def _load(conn: AsyncConnection, given: _Given) -> None:
    try:
        await _fill(conn, given)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        raise Refusal(
            f"The database refuses this backup ({type(error.orig).__name__}). Nothing was put back."
        ) from None


async def _fill(conn: AsyncConnection, given: _Given) -> None:
    """All rows, and then this release's schema."""
    branch = given.head.kind
    made = await stored.begin(conn, branch, given.head.schema)
    given.file.seek(0)
    left = dict(made)
    table: Table | None = None
    names: list[str] = []
    some: list[list[Value]] = []
    begun_at = 0

    async def put() -> None:
        nonlocal begun_at
        if some and table is not None:
            await stored.put(conn, table, [dict(zip(names, row, strict=True)) for row in some])
        some.clear()
        begun_at = given.file.tell()

    for part in Reader(given.file).parts():
        if isinstance(part, list):
            some.append(part)
            if len(some) >= _MANY or given.file.tell() - begun_at > _MANY_BYTES:
                await put()
            continue
        await put()
        if isinstance(part, Begun):
            table = left.pop(part.table, None)
            if table is None or stored.types(table) != part.columns:
                raise BadBackup(f"This backup does not have the tables of its own release ({given.head.schema}).")
            names = list(part.columns)
        elif part != given.end:
            raise BadBackup("The file was changed while it was read.")
    if left or not await stored.finish(conn, branch, made):
        raise BadBackup("This backup is not whole: a table is missing, or what a row refers to.")


async def _unreadable(
    conn: AsyncConnection, keys_conn: AsyncConnection
) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """How many people there are, and of whom nothing can be read: whose key was destroyed, and whose is missing."""
    statement = select(person.c.id, person.c.key_id).where(person.c.erased_at.is_(None), person.c.merged_into.is_(None))
    people: dict[int, int] = {row.key_id: row.id for row in await conn.execute(statement)}
    found = {key.key_id: key.wrapped is None for key in await key_store.load(keys_conn, list(people))}
    destroyed = tuple(number for key, number in people.items() if found.get(key, False))
    return len(people), destroyed, tuple(number for key, number in people.items() if key not in found)
