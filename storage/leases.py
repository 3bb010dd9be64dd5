"""What only one process may do at a time (polling a channel): whoever holds the lease does it, until it expires."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import lease

_new = insert(lease)
_TAKE = _new.on_conflict_do_update(
    index_elements=["name"],
    set_={"holder": _new.excluded.holder, "expires_at": _new.excluded.expires_at},
    where=or_(lease.c.holder == _new.excluded.holder, lease.c.expires_at <= bindparam("now")),
).returning(lease.c.holder)
_RELEASE = delete(lease).where(lease.c.name == bindparam("which"), lease.c.holder == bindparam("who"))


async def take(conn: AsyncConnection, name: str, holder: str, now: int, until: int) -> bool:
    """Take or renew the lease ``name`` until the instant ``until``; False while another holds it.

    ``now`` and ``until`` are real time, in milliseconds: the demo clock has no say in which process works.
    """
    values = {"name": name, "holder": holder, "expires_at": until, "now": now}
    return (await conn.execute(_TAKE, values)).first() is not None


async def release(conn: AsyncConnection, name: str, holder: str) -> None:
    """Let go of the lease, if ``holder`` has it."""
    await conn.execute(_RELEASE, {"which": name, "who": holder})
