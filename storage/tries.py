"""How often something was tried lately, as all processes together count it."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import insert_ignore
from storage.tables import tries

_THIS = tries.c.scope == bindparam("which")
_BEGIN = insert_ignore(tries)
_LOCK = select(tries.c.count.label("times"), tries.c.last_at).where(_THIS).with_for_update()
_PUT = update(tries).where(_THIS).values(count=bindparam("times"), last_at=bindparam("now"))
_FORGET = delete(tries).where(_THIS)
_PRUNE = delete(tries).where(tries.c.scope.startswith(bindparam("beginning")), tries.c.last_at < bindparam("before"))


async def lock(conn: AsyncConnection, scope: str, now: int) -> tuple[int, int]:
    """Give how often this was tried and when last (milliseconds); whoever else asks waits for this transaction."""
    await conn.execute(_BEGIN, {"scope": scope, "count": 0, "last_at": now})
    row = (await conn.execute(_LOCK, {"which": scope})).one()
    return row.times, row.last_at


async def put(conn: AsyncConnection, scope: str, count: int, now: int) -> None:
    """Note a try."""
    await conn.execute(_PUT, {"which": scope, "times": count, "now": now})


async def forget(conn: AsyncConnection, scope: str) -> None:
    """It was right: the wrong tries before it count no longer."""
    await conn.execute(_FORGET, {"which": scope})


async def prune(conn: AsyncConnection, beginning: str, before: int) -> None:
    """Forget what begins so and was not tried since ``before``."""
    await conn.execute(_PRUNE, {"beginning": beginning, "before": before})
