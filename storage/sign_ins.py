"""Who may sign in at the desk, and who is signed in. Tokens come here hashed; all instants are real time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import sign_in_link, staff, staff_session

_ACCOUNT = (staff.c.id, staff.c.username, staff.c.name, staff.c.role)
_BY_USERNAME = select(*_ACCOUNT, staff.c.password_hash).where(
    func.lower(staff.c.username) == bindparam("username"), staff.c.disabled_at.is_(None)
)
_SESSION = (
    staff_session.c.token_hash,
    staff_session.c.way,
    staff_session.c.second_at,
    staff_session.c.proved_at,
    staff_session.c.created_at,
    staff_session.c.seen_at,
    staff_session.c.device,
)
_LASTS = (
    staff_session.c.expires_at > bindparam("now"),
    func.coalesce(staff_session.c.seen_at, staff_session.c.created_at) > bindparam("idle_since"),
)
_BY_SESSION = (
    select(
        *_ACCOUNT,
        *_SESSION,
        staff.c.password_hash.is_not(None).label("has_password"),
        staff.c.totp_since.is_not(None).label("has_second"),
    )
    .join(staff_session, staff_session.c.staff_id == staff.c.id)
    .where(staff_session.c.token_hash == bindparam("hash"), *_LASTS, staff.c.disabled_at.is_(None))
)
_SESSIONS = (
    select(*_SESSION)
    .where(staff_session.c.staff_id == bindparam("which"), *_LASTS)
    .order_by(staff_session.c.created_at.desc(), staff_session.c.token_hash)
)
_OF_THIS = staff_session.c.token_hash == bindparam("hash")
_SEEN = (
    update(staff_session)
    .where(_OF_THIS, or_(staff_session.c.seen_at.is_(None), staff_session.c.seen_at < bindparam("before")))
    .values(seen_at=bindparam("now"))
)
_PROVED = update(staff_session).where(_OF_THIS).values(proved_at=bindparam("now"))
_COLLEAGUES = select(*_ACCOUNT).where(staff.c.disabled_at.is_(None)).order_by(staff.c.name, staff.c.id)
_USABLE = (sign_in_link.c.used_at.is_(None), sign_in_link.c.expires_at > bindparam("now"))
_LINK = select(sign_in_link.c.staff_id).where(sign_in_link.c.token_hash == bindparam("hash"), *_USABLE)
_USE_LINK = (
    update(sign_in_link)
    .where(sign_in_link.c.token_hash == bindparam("hash"), *_USABLE)
    .where(sign_in_link.c.staff_id.in_(select(staff.c.id).where(staff.c.disabled_at.is_(None))))
    .values(used_at=bindparam("now"))
    .returning(sign_in_link.c.staff_id)
)

Account = Row[int, str, str, str]


async def by_username(conn: AsyncConnection, username: str) -> Row[*tuple[Any, ...]] | None:
    """In small letters: ``(id, username, name, role, password_hash)`` of an account that may sign in, or None."""
    return (await conn.execute(_BY_USERNAME, {"username": username})).first()


async def by_session(
    conn: AsyncConnection, token_hash: bytes, now: int, idle_since: int = 0
) -> Row[*tuple[Any, ...]] | None:
    """The account and the session, while it lasts, was used after ``idle_since`` and the account may sign in."""
    return (await conn.execute(_BY_SESSION, {"hash": token_hash, "now": now, "idle_since": idle_since})).first()


async def has_second(conn: AsyncConnection, staff_id: int) -> bool:
    """Whether the account has a second factor that was tried out."""
    found = await conn.execute(select(staff.c.totp_since).where(staff.c.id == staff_id))
    return found.scalar_one() is not None


async def sessions(conn: AsyncConnection, staff_id: int, now: int, idle_since: int) -> list[Row[*tuple[Any, ...]]]:
    """The sessions of an account that last, the newest first."""
    return list(await conn.execute(_SESSIONS, {"which": staff_id, "now": now, "idle_since": idle_since}))


async def seen(conn: AsyncConnection, token_hash: bytes, now: int, before: int) -> None:
    """Notes that a session is in use, unless that was noted since ``before``."""
    await conn.execute(_SEEN, {"hash": token_hash, "now": now, "before": before})


async def proved(conn: AsyncConnection, token_hash: bytes, now: int) -> None:
    """Notes that who is signed in proved once more who they are."""
    await conn.execute(_PROVED, {"hash": token_hash, "now": now})


async def colleagues(conn: AsyncConnection) -> list[Account]:
    """Everyone who may sign in, by name."""
    return list(await conn.execute(_COLLEAGUES))


async def open_session(
    conn: AsyncConnection, token_hash: bytes, staff_id: int, now: int, expires_at: int, **values: Any
) -> None:
    """Notes a new session, and forgets those that have ended. ``values``: further columns of it."""
    await conn.execute(delete(staff_session).where(staff_session.c.expires_at <= now))
    values |= {"token_hash": token_hash, "staff_id": staff_id, "created_at": now, "expires_at": expires_at}
    await conn.execute(insert(staff_session).values(**values))


async def close_session(conn: AsyncConnection, token_hash: bytes) -> None:
    """Ends a session."""
    await conn.execute(delete(staff_session).where(staff_session.c.token_hash == token_hash))


async def close_sessions(conn: AsyncConnection, staff_id: int, but: bytes = b"") -> None:
    """Ends every session of an account, ``but`` for this one."""
    await conn.execute(
        delete(staff_session).where(staff_session.c.staff_id == staff_id, staff_session.c.token_hash != but)
    )


async def add_link(conn: AsyncConnection, token_hash: bytes, staff_id: int, expires_at: int) -> None:
    """Notes a one-time link."""
    await conn.execute(insert(sign_in_link).values(token_hash=token_hash, staff_id=staff_id, expires_at=expires_at))


async def is_usable(conn: AsyncConnection, token_hash: bytes, now: int) -> bool:
    """Whether a one-time link can still be used."""
    return (await conn.execute(_LINK, {"hash": token_hash, "now": now})).first() is not None


async def use_link(conn: AsyncConnection, token_hash: bytes, now: int) -> int | None:
    """Uses a one-time link up and gives whose it is; None: there is none, it was used, or its time has passed."""
    found: int | None = (await conn.execute(_USE_LINK, {"hash": token_hash, "now": now})).scalar_one_or_none()
    return found
