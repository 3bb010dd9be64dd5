"""Both engines: accounts of the desk, and signing in with them."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import sign_ins, staff
from storage.database import Database
from tests.conftest import NOON

HOUR = 3_600_000


async def add(conn: AsyncConnection, username: str = "sam") -> int:
    return await staff.add_staff(conn, username=username, name="Sam Jansen", role="caseworker", now=NOON)


async def test_an_account_is_added_found_and_listed(database: Database) -> None:
    async with database.begin() as conn:
        second, first = await add(conn, "zoe"), await add(conn, "anne")
        await staff.set_password(conn, first, "$argon2id$…")
    async with database.read() as conn:
        found = await staff.find_by_username(conn, "anne")
        everyone = await staff.list_staff(conn)
        assert await staff.find_by_username(conn, "nobody") is None
    assert found == staff.StaffAccount(first, "anne", "Sam Jansen", "caseworker", "$argon2id$…", None)
    assert [one.id for one in everyone] == [first, second]


async def test_an_account_is_found_as_it_signs_in(database: Database) -> None:
    """However it was written when it was made: the sign-in compares small letters."""
    async with database.begin() as conn:
        number = await add(conn, "Noor")
        found = await staff.find_by_username(conn, "noor")
        signs_in = await sign_ins.by_username(conn, "noor")
    assert found is not None
    assert signs_in is not None
    assert found.id == signs_in.id == number


async def test_a_username_is_given_once(database: Database) -> None:
    async with database.begin() as conn:
        await add(conn)
        with pytest.raises(IntegrityError):
            await add(conn)


async def test_a_closed_account_is_signed_out_at_once(database: Database) -> None:
    async with database.begin() as conn:
        number = await add(conn)
        await sign_ins.open_session(conn, b"session", number, NOON, NOON + HOUR)
        await sign_ins.add_link(conn, b"link", number, NOON + HOUR)
        assert await sign_ins.by_session(conn, b"session", NOON) is not None
        await staff.disable(conn, number, NOON)
    async with database.begin() as conn:
        assert await sign_ins.by_session(conn, b"session", NOON) is None
        assert await sign_ins.use_link(conn, b"link", NOON) is None
        assert await sign_ins.by_username(conn, "sam") is None
        found = await staff.find_by_username(conn, "sam")
    assert found is not None
    assert found.disabled_at == NOON


async def test_a_new_password_ends_what_the_former_one_began(database: Database) -> None:
    async with database.begin() as conn:
        number = await add(conn)
        await sign_ins.open_session(conn, b"session", number, NOON, NOON + HOUR)
        await staff.set_password(conn, number, "$argon2id$…")
        assert await sign_ins.by_session(conn, b"session", NOON) is None


async def test_a_session_ends(database: Database) -> None:
    async with database.begin() as conn:
        number = await add(conn)
        await sign_ins.open_session(conn, b"session", number, NOON, NOON + HOUR)
        assert await sign_ins.by_session(conn, b"session", NOON + HOUR - 1) is not None
        assert await sign_ins.by_session(conn, b"session", NOON + HOUR) is None
        await sign_ins.close_session(conn, b"session")
        assert await sign_ins.by_session(conn, b"session", NOON) is None


async def test_a_link_signs_in_once(database: Database) -> None:
    async with database.begin() as conn:
        number = await add(conn)
        await sign_ins.add_link(conn, b"link", number, NOON + HOUR)
        await sign_ins.add_link(conn, b"late", number, NOON)

    async def use() -> int | None:
        async with database.begin() as conn:
            return await sign_ins.use_link(conn, b"link", NOON)

    used = await asyncio.gather(*(use() for _ in range(8)))
    assert sorted(used, key=str) == [number] + [None] * 7
    async with database.begin() as conn:
        assert await sign_ins.use_link(conn, b"late", NOON) is None
