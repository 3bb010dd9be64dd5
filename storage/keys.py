"""The key store: a database of its own, left out of the data's backups, so that what is destroyed is gone there too.

Everything here is bytes that were wrapped before they came; what wraps them is ``bot.privacy.vault``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import insert_ignore
from storage.listed import listed

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

#: One row per master key ever used. The master key itself is derived from the municipality's secret and ``salt``.
master_version = Table(
    "master_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("check_sealed", LargeBinary, nullable=False),  # a fixed text under this key: tells a wrong secret
    Column("bridge", LargeBinary),  # while rotating: this master key under the one before it, or (the first) after it
    Column("created_at", BigInteger, nullable=False),
    Column("retired_at", BigInteger),
)

person_key = Table(
    "person_key",
    metadata,
    Column("key_id", BigInteger, primary_key=True, autoincrement=False),  # random, 63 bits
    Column("wrapped", LargeBinary),  # absent when destroyed
    Column("master_version", Integer, ForeignKey("master_version.version"), index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("destroyed_at", BigInteger),
)

#: The keys that are nobody's: today the one of the blind indexes.
shared_key = Table(
    "shared_key",
    metadata,
    Column("name", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("master_version", Integer, ForeignKey("master_version.version"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

#: How far a chain in the data had come (``storage.access_tables.look``): that it was cut off shows by this.
anchor = Table(
    "anchor",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class MasterVersion:
    """A row of ``master_version``."""

    version: int
    salt: bytes
    check_sealed: bytes
    bridge: bytes | None
    retired_at: int | None = None


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key as stored: ``wrapped`` under master key number ``master_version``; both None when destroyed."""

    key_id: int
    wrapped: bytes | None
    master_version: int | None


_versions = select(
    master_version.c.version,
    master_version.c.salt,
    master_version.c.check_sealed,
    master_version.c.bridge,
    master_version.c.retired_at,
).order_by(master_version.c.version)
_newest = _versions.where(
    master_version.c.version == select(func.max(master_version.c.version)).scalar_subquery()
).with_for_update(read=True)
_add_version = insert_ignore(master_version)
_retire = (
    update(master_version)
    .where(master_version.c.version < bindparam("newest"), master_version.c.retired_at.is_(None))
    .values(retired_at=bindparam("now"))
)
_hold = select(master_version.c.version).order_by(master_version.c.version).with_for_update()
_set_bridge = (
    update(master_version).where(master_version.c.version == bindparam("which")).values(bridge=bindparam("across"))
)
_drop_bridges = update(master_version).values(bridge=None)

_add = insert(person_key)
_load = select(person_key.c.key_id, person_key.c.wrapped, person_key.c.master_version)
_load_many = _load.where(listed(person_key.c.key_id, "key_ids"))
_load_older = (
    _load.where(person_key.c.master_version < bindparam("version"))
    .order_by(person_key.c.key_id)
    .limit(bindparam("most"))
)
_destroy = (
    update(person_key)
    .where(person_key.c.key_id == bindparam("which"), person_key.c.destroyed_at.is_(None))
    .values(wrapped=None, master_version=None, destroyed_at=bindparam("now"))
)
_rewrap = (
    update(person_key)
    # A key that was destroyed in the meantime stays destroyed.
    .where(person_key.c.key_id == bindparam("which"), person_key.c.wrapped.is_not(None))
    .values(wrapped=bindparam("new"), master_version=bindparam("version"))
)

_add_shared = insert_ignore(shared_key)
_load_shared = select(shared_key.c.wrapped, shared_key.c.master_version).where(shared_key.c.name == bindparam("which"))
_rewrap_shared = (
    update(shared_key)
    .where(shared_key.c.name == bindparam("which"))
    .values(wrapped=bindparam("new"), master_version=bindparam("version"))
)

#: Both engines take at most some 32,000 parameters; this many keys are also a reasonable transaction.
BATCH = 1000


def _as_version(row: Row[Any, Any, Any, Any, Any]) -> MasterVersion:
    return MasterVersion(row.version, row.salt, row.check_sealed, row.bridge, row.retired_at)


async def versions(conn: AsyncConnection) -> list[MasterVersion]:
    """Give every master version, oldest first."""
    return [_as_version(row) for row in await conn.execute(_versions)]


async def newest_version(conn: AsyncConnection) -> MasterVersion:
    """Give the newest master version; until this write transaction ends it is not retired."""
    return _as_version((await conn.execute(_newest)).one())


async def add_version(conn: AsyncConnection, version: MasterVersion, now: int) -> None:
    """Store a master version, unless another process stored that number before: read `versions` afterwards."""
    values = {
        "version": version.version,
        "salt": version.salt,
        "check_sealed": version.check_sealed,
        "bridge": version.bridge,
        "created_at": now,
    }
    await conn.execute(_add_version, values)


async def hold_versions(conn: AsyncConnection) -> None:
    """Wait until nobody else changes master versions; until this write transaction ends nobody does."""
    (await conn.execute(_hold)).all()


async def set_bridge(conn: AsyncConnection, version: int, bridge: bytes) -> None:
    """Store the way to a master version from the one after it."""
    await conn.execute(_set_bridge, {"which": version, "across": bridge})


async def retire_older(conn: AsyncConnection, newest: int, now: int) -> None:
    """Close every version below ``newest``, and the bridges by which they gave access to it."""
    await conn.execute(_retire, {"newest": newest, "now": now})
    await conn.execute(_drop_bridges)


async def add(conn: AsyncConnection, key: WrappedKey, now: int) -> None:
    """Store a new person's key. Raises IntegrityError when the number is taken."""
    values = {"key_id": key.key_id, "wrapped": key.wrapped, "master_version": key.master_version, "created_at": now}
    await conn.execute(_add, values)


async def load(conn: AsyncConnection, key_ids: Sequence[int]) -> list[WrappedKey]:
    """Give the keys that exist, destroyed ones included, in no particular order."""
    found: list[WrappedKey] = []
    for start in range(0, len(key_ids), BATCH):
        rows = await conn.execute(_load_many, {"key_ids": list(key_ids[start : start + BATCH])})
        found += [WrappedKey(row.key_id, row.wrapped, row.master_version) for row in rows]
    return found


async def load_older(conn: AsyncConnection, version: int) -> list[WrappedKey]:
    """Give at most `BATCH` keys that are still under a master version below ``version``."""
    rows = await conn.execute(_load_older, {"version": version, "most": BATCH})
    return [WrappedKey(row.key_id, row.wrapped, row.master_version) for row in rows]


async def rewrap(conn: AsyncConnection, keys: Iterable[WrappedKey]) -> None:
    """Replace the wrapping of existing keys; a key that was destroyed meanwhile stays destroyed."""
    await conn.execute(_rewrap, [{"which": k.key_id, "new": k.wrapped, "version": k.master_version} for k in keys])


async def destroy(conn: AsyncConnection, key_id: int, now: int) -> bool:
    """Destroy a key for good; only the fact and the instant stay. False when there was none (any more)."""
    return (await conn.execute(_destroy, {"which": key_id, "now": now})).rowcount == 1


async def add_shared(conn: AsyncConnection, name: str, wrapped: bytes, version: int, now: int) -> None:
    """Store a shared key, unless there is one of that name: read `load_shared` afterwards."""
    await conn.execute(_add_shared, {"name": name, "wrapped": wrapped, "master_version": version, "created_at": now})


async def load_shared(conn: AsyncConnection, name: str) -> tuple[bytes, int]:
    """Give a shared key and its master version. Raises NoResultFound."""
    row = (await conn.execute(_load_shared, {"which": name})).one()
    return row.wrapped, row.master_version


async def rewrap_shared(conn: AsyncConnection, name: str, wrapped: bytes, version: int) -> None:
    """Replace the wrapping of a shared key."""
    await conn.execute(_rewrap_shared, {"which": name, "new": wrapped, "version": version})
