"""Both engines: a lease has one holder."""

from __future__ import annotations

import asyncio

from storage import leases
from storage.database import Database
from tests.conftest import NOON

MINUTE = 60_000


async def take(database: Database, holder: str, now: int) -> bool:
    async with database.begin() as conn:
        return await leases.take(conn, "telegram", holder, now, now + MINUTE)


async def test_one_of_many_gets_it(database: Database) -> None:
    taken = await asyncio.gather(*(take(database, f"process {n}", NOON) for n in range(10)))
    assert taken.count(True) == 1


async def test_the_holder_renews_and_others_wait_until_it_expires(database: Database) -> None:
    assert await take(database, "one", NOON)
    assert await take(database, "one", NOON + MINUTE - 1)
    assert not await take(database, "two", NOON + MINUTE)
    assert await take(database, "two", NOON + 2 * MINUTE)
    assert not await take(database, "one", NOON + 2 * MINUTE)


async def test_only_the_holder_lets_go(database: Database) -> None:
    assert await take(database, "one", NOON)
    async with database.begin() as conn:
        await leases.release(conn, "telegram", "two")
    assert not await take(database, "two", NOON)
    async with database.begin() as conn:
        await leases.release(conn, "telegram", "one")
    assert await take(database, "two", NOON)


async def test_leases_of_another_name_are_free(database: Database) -> None:
    assert await take(database, "one", NOON)
    async with database.begin() as conn:
        assert await leases.take(conn, "email", "two", NOON, NOON + MINUTE)
