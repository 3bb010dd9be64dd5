"""The accounts of those who work at the desk. Signing in with them is ``storage.sign_ins``."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Row, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import sign_in_link, staff, staff_session


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """A row of ``staff``. ``password_hash`` is argon2's; without one, only a link signs in."""

    id: int
    username: str
    name: str
    role: str
    password_hash: str | None
    disabled_at: int | None


_ALL = select(
    staff.c.id, staff.c.username, staff.c.name, staff.c.role, staff.c.password_hash, staff.c.disabled_at
).order_by(staff.c.username)
_BY_USERNAME = _ALL.where(func.lower(staff.c.username) == bindparam("which"))
_ADD = insert(staff).returning(staff.c.id)
_SET_PASSWORD = update(staff).where(staff.c.id == bindparam("which")).values(password_hash=bindparam("hash"))
_DISABLE = update(staff).where(staff.c.id == bindparam("which")).values(disabled_at=bindparam("now"))
_PHONE = select(staff.c.phone).where(staff.c.id == bindparam("which"))
_SET_PHONE = update(staff).where(staff.c.id == bindparam("which")).values(phone=bindparam("number"))
_EMAIL = select(staff.c.email).where(staff.c.id == bindparam("which"))
_SET_EMAIL = update(staff).where(staff.c.id == bindparam("which")).values(email=bindparam("address"))
_SET_SUCCESSOR = update(staff).where(staff.c.id == bindparam("which")).values(successor_id=bindparam("successor"))
_TEAM = select(
    staff.c.id, staff.c.username, staff.c.name, staff.c.role, staff.c.email, staff.c.successor_id, staff.c.disabled_at
).order_by(staff.c.disabled_at.is_not(None), staff.c.name, staff.c.id)
_FORGET = tuple(
    delete(table).where(table.c.staff_id == bindparam("which"), table.c.token_hash != bindparam("but"))
    for table in (staff_session, sign_in_link)
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone who works here or did. ``successor_id``: who knows the people that they helped, once they left."""

    id: int
    username: str
    name: str
    role: str
    email: str
    successor_id: int | None
    left: bool


def _account(row: Row[int, str, str, str, str | None, int | None]) -> StaffAccount:
    return StaffAccount(row.id, row.username, row.name, row.role, row.password_hash, row.disabled_at)


async def add_staff(conn: AsyncConnection, *, username: str, name: str, role: str, now: int) -> int:
    """Add an account without a password and give its id. Raises IntegrityError when the username is taken."""
    values = {"username": username, "name": name, "role": role, "created_at": now}
    return int((await conn.execute(_ADD, values)).scalar_one())


async def find_by_username(conn: AsyncConnection, username: str) -> StaffAccount | None:
    """Give the account of a name in small letters, a disabled one too."""
    row = (await conn.execute(_BY_USERNAME, {"which": username})).first()
    return None if row is None else _account(row)


async def list_staff(conn: AsyncConnection) -> list[StaffAccount]:
    """Give every account by username, the disabled ones too."""
    return [_account(row) for row in await conn.execute(_ALL)]


async def set_password(conn: AsyncConnection, staff_id: int, password_hash: str, but: bytes = b"") -> None:
    """Set the argon2 hash of the password; whoever was signed in with the former one no longer is, ``but`` for the
    session of this token."""
    await conn.execute(_SET_PASSWORD, {"which": staff_id, "hash": password_hash})
    await _sign_out(conn, staff_id, but)


async def disable(conn: AsyncConnection, staff_id: int, now: int) -> None:
    """Close an account at once, with its sessions and links. The row stays: messages and events refer to it."""
    await conn.execute(_DISABLE, {"which": staff_id, "now": now})
    await _sign_out(conn, staff_id)


async def phone_of(conn: AsyncConnection, staff_id: int) -> str:
    """The number for who they help; empty: none."""
    return (await conn.execute(_PHONE, {"which": staff_id})).scalar() or ""


async def set_phone(conn: AsyncConnection, staff_id: int, phone: str) -> None:
    """Another number, or (empty) none."""
    await conn.execute(_SET_PHONE, {"which": staff_id, "number": phone or None})


async def email_of(conn: AsyncConnection, staff_id: int) -> str:
    """Where they hear of who they help; empty: nowhere."""
    return (await conn.execute(_EMAIL, {"which": staff_id})).scalar() or ""


async def set_email(conn: AsyncConnection, staff_id: int, address: str) -> None:
    """Another address, or (empty) none."""
    await conn.execute(_SET_EMAIL, {"which": staff_id, "address": address or None})


async def set_successor(conn: AsyncConnection, staff_id: int, successor_id: int | None) -> None:
    """Who knows the people that they helped, once they left; None: nobody."""
    await conn.execute(_SET_SUCCESSOR, {"which": staff_id, "successor": successor_id})


async def team(conn: AsyncConnection) -> list[Colleague]:
    """Give everyone who works here or did, who left last."""
    return [
        Colleague(
            row.id, row.username, row.name, row.role, row.email or "", row.successor_id, row.disabled_at is not None
        )
        for row in await conn.execute(_TEAM)
    ]


async def _sign_out(conn: AsyncConnection, staff_id: int, but: bytes = b"") -> None:
    for statement in _FORGET:
        await conn.execute(statement, {"which": staff_id, "but": but})
