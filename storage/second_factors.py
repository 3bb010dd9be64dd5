"""The second factor of staff: the secret of their app, and the codes that stand in for it once. Secrets come here
sealed, recovery codes as keyed indexes; all instants are real time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import recovery_code, staff

_WHICH = staff.c.id == bindparam("which")
_ROW = select(staff.c.username, staff.c.key_id, staff.c.totp_sealed, staff.c.totp_since).where(_WHICH)
_TAKE_KEY = update(staff).where(_WHICH, staff.c.key_id.is_(None)).values(key_id=bindparam("key"))
_CONFIRM = (
    update(staff)
    .where(_WHICH, staff.c.totp_since.is_(None))
    .values(totp_sealed=bindparam("sealed"), totp_since=bindparam("now"), totp_step=bindparam("step"))
)
_USE_STEP = (
    update(staff)
    .where(
        _WHICH,
        staff.c.totp_since.is_not(None),
        or_(staff.c.totp_step.is_(None), staff.c.totp_step < bindparam("step")),
    )
    .values(totp_step=bindparam("step"))
)
_REMOVE = update(staff).where(_WHICH).values(totp_sealed=None, totp_step=None, totp_since=None)

_CODES = recovery_code.c.staff_id == bindparam("which")
_LOCK = select(staff.c.id).where(_WHICH).with_for_update()
_FORGET_CODES = delete(recovery_code).where(_CODES)
_USE_CODE = (
    update(recovery_code)
    .where(_CODES, recovery_code.c.code_index == bindparam("index"), recovery_code.c.used_at.is_(None))
    .values(used_at=bindparam("now"))
)
_LEFT = select(func.count()).select_from(recovery_code).where(_CODES, recovery_code.c.used_at.is_(None))


async def of(conn: AsyncConnection, staff_id: int) -> Row[*tuple[Any, ...]]:
    """``(username, key_id, totp_sealed, totp_since)`` of an account. Raises NoResultFound."""
    return (await conn.execute(_ROW, {"which": staff_id})).one()


async def take_key(conn: AsyncConnection, staff_id: int, key_id: int) -> None:
    """The key of someone's own secrets, unless they have one: read `of` afterwards."""
    await conn.execute(_TAKE_KEY, {"which": staff_id, "key": key_id})


async def confirm(conn: AsyncConnection, staff_id: int, sealed: bytes, step: int, now: int) -> bool:
    """From now on this secret counts; False when another already does."""
    values = {"which": staff_id, "sealed": sealed, "step": step, "now": now}
    return (await conn.execute(_CONFIRM, values)).rowcount == 1


async def use_step(conn: AsyncConnection, staff_id: int, step: int) -> bool:
    """Uses up the code of a step of time, and those before it; False when it was."""
    return (await conn.execute(_USE_STEP, {"which": staff_id, "step": step})).rowcount == 1


async def put_codes(conn: AsyncConnection, staff_id: int, indexes: Iterable[bytes], now: int) -> None:
    """New recovery codes; the former ones count no longer, those neither that came at the same moment."""
    await conn.execute(_LOCK, {"which": staff_id})
    await conn.execute(_FORGET_CODES, {"which": staff_id})
    await conn.execute(
        insert(recovery_code), [{"staff_id": staff_id, "code_index": one, "made_at": now} for one in indexes]
    )


async def use_code(conn: AsyncConnection, staff_id: int, index: bytes, now: int) -> bool:
    """Uses up a recovery code; False: there is none such, or it was used."""
    return (await conn.execute(_USE_CODE, {"which": staff_id, "index": index, "now": now})).rowcount == 1


async def codes_left(conn: AsyncConnection, staff_id: int) -> int:
    """How many recovery codes were not used."""
    return int((await conn.execute(_LEFT, {"which": staff_id})).scalar_one())


async def remove(conn: AsyncConnection, staff_id: int) -> None:
    """There is no second factor any more."""
    await conn.execute(_REMOVE, {"which": staff_id})
    await conn.execute(_FORGET_CODES, {"which": staff_id})
