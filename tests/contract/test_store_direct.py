"""Both engines: statements on the driver's own connection are part of SQLAlchemy's transaction."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, select, text

from storage.database import Database, insert_ignore
from storage.direct import Direct, Inserts, ManyInserts, NotInTransaction
from storage.tables import received

RECEIVE = ManyInserts(
    lambda rows: insert_ignore(received).values(rows).returning(received.c.scope, received.c.external_index),
    {name: partial(bindparam, type_=received.c[name].type) for name in ("scope", "external_index", "received_at")},
)
INSERT = Inserts(received)
DELETE = Direct(delete(received).where(received.c.scope == bindparam("which")))
FIND = Direct(select(received.c.external_index, received.c.received_at).where(received.c.scope == bindparam("which")))


def row(number: int, scope: str = "one") -> dict[str, Any]:
    return {"scope": scope, "external_index": bytes([number]), "received_at": number}


async def stored(database: Database) -> list[int]:
    async with database.read() as conn:
        return list((await conn.execute(select(received.c.received_at).order_by(received.c.received_at))).scalars())


async def test_rows_go_in_and_come_out_as_they_are(database: Database) -> None:
    async with database.begin() as conn:
        await conn.execute(text("SELECT 1"))
        await INSERT.run(conn, [row(1), row(2), row(255, "two")])
        assert sorted(await FIND.fetch(conn, {"which": "one"})) == [(b"\x01", 1), (b"\x02", 2)]
        assert await FIND.fetch(conn, {"which": "two"}) == [(b"\xff", 255)]
        await DELETE.run(conn, [{"which": "one"}, {"which": "nobody"}])
    assert await stored(database) == [255]


async def test_what_fails_later_takes_them_back(database: Database) -> None:
    with suppress(ZeroDivisionError):
        async with database.begin() as conn:
            await conn.execute(text("SELECT 1"))
            await INSERT.run(conn, [row(1)])
            raise ZeroDivisionError
    assert await stored(database) == []


async def test_a_savepoint_takes_them_back(database: Database) -> None:
    async with database.begin() as conn:
        await conn.execute(text("SELECT 1"))
        await INSERT.run(conn, [row(1)])
        with suppress(ZeroDivisionError):
            async with conn.begin_nested():
                await INSERT.run(conn, [row(2)])
                raise ZeroDivisionError
    assert await stored(database) == [1]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 64, 100])
async def test_of_many_only_the_new_ones_are_given_back(database: Database, count: int) -> None:
    async with database.begin() as conn:
        await conn.execute(text("SELECT 1"))
        assert await RECEIVE.fetch(conn, [row(0)]) == [("one", b"\x00")]
        found = await RECEIVE.fetch(conn, [row(number) for number in range(count)])
    assert sorted(bytes(index)[0] for _, index in found) == list(range(1, count))
    assert await stored(database) == list(range(max(count, 1)))


async def test_it_never_runs_outside_a_transaction(database: Database) -> None:
    """On PostgreSQL SQLAlchemy begins with its own first statement: before it, everything would be final at once."""
    if database.dialect == "postgresql":
        async with database.begin() as conn:
            with pytest.raises(NotInTransaction):
                await INSERT.run(conn, [row(1)])
    else:
        with suppress(ZeroDivisionError):
            async with database.begin() as conn:
                await INSERT.run(conn, [row(1)])
                raise ZeroDivisionError
    assert await stored(database) == []
