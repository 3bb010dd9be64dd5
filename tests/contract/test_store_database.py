"""Both engines: transactions that hold or do not, savepoints, and keys that refuse a second row."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, make_url, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables
from storage.database import Database, after_commit, insert_ignore, is_transient, retried
from tests.conftest import NOON
from tests.stores import StoreUrls


async def count(conn: AsyncConnection, table: Table) -> int:
    return (await conn.execute(select(func.count()).select_from(table))).scalar_one()


async def add(conn: AsyncConnection, table: Table, **values: Any) -> int:
    """Insert a row and give its id."""
    return int((await conn.execute(insert(table).values(**values).returning(table.c.id))).scalar_one())


async def add_staff(conn: AsyncConnection, username: str = "sam") -> int:
    return await add(conn, tables.staff, username=username, name="Sam", created_at=NOON)


async def add_conversation(conn: AsyncConnection, code: bytes = b"code") -> int:
    person = await add(
        conn, tables.person, created_at=NOON, key_id=2**63 - 1, code_index=code, code_sealed=b"", language="nl"
    )
    return await add(conn, tables.conversation, person_id=person, created_at=NOON, updated_at=NOON)


async def test_commits_all(database: Database) -> None:
    async with database.begin() as conn:
        await add_staff(conn)
        await add_conversation(conn)
    async with database.read() as conn:
        assert await count(conn, tables.staff) == 1
        assert (await conn.execute(select(tables.person.c.key_id))).scalar_one() == 2**63 - 1


async def test_undoes_all_when_it_raises(database: Database) -> None:
    async def work() -> None:
        async with database.begin() as conn:
            await add_staff(conn)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await work()
    async with database.read() as conn:
        assert await count(conn, tables.staff) == 0


async def test_undoes_all_when_it_is_cancelled(database: Database) -> None:
    written = asyncio.Event()

    async def work() -> None:
        async with database.begin() as conn:
            await add_staff(conn)
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.begin() as conn:
        assert await count(conn, tables.staff) == 0


async def test_a_savepoint_undoes_only_its_own(database: Database) -> None:
    async def inside(conn: AsyncConnection) -> None:
        async with conn.begin_nested():
            await add_staff(conn, "inside")
            await add_staff(conn, "before")

    async with database.begin() as conn:
        await add_staff(conn, "before")
        with pytest.raises(IntegrityError):
            await inside(conn)
        await add_staff(conn, "after")
    async with database.read() as conn:
        names = (await conn.execute(select(tables.staff.c.username).order_by(tables.staff.c.id))).scalars()
        assert list(names) == ["before", "after"]


async def test_a_read_transaction_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.read() as conn:
            await add_staff(conn)
    async with database.begin() as conn:
        await add_staff(conn)


async def test_a_reader_neither_waits_for_a_writer_nor_sees_its_work(database: Database) -> None:
    async with database.begin() as writing:
        await add_staff(writing)
        async with database.read() as reading:
            assert await count(reading, tables.staff) == 0


async def test_writers_take_turns_and_lose_nothing(database: Database) -> None:
    """Read-then-write by many at once: on SQLite by turn, on PostgreSQL because the row is locked."""
    async with database.begin() as conn:
        conversation = await add_conversation(conn)
    table = tables.conversation
    last = select(table.c.last_seq).where(table.c.id == conversation)

    async def raise_it() -> None:
        async with database.begin() as conn:
            seq = (await conn.execute(last.with_for_update())).scalar_one()
            await conn.execute(table.update().where(table.c.id == conversation).values(last_seq=seq + 1))

    await asyncio.gather(*(raise_it() for _ in range(30)))
    async with database.read() as conn:
        assert (await conn.execute(last)).scalar_one() == 30


async def test_a_row_that_refers_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.begin() as conn:
            await add(conn, tables.slot, staff_id=4711, starts_at=NOON)


async def test_a_slot_is_given_once(database: Database) -> None:
    """Both databases refuse a second row for the same caseworker and instant, whatever the program believes."""
    async with database.begin() as conn:
        staff = await add_staff(conn)
        conversation = await add_conversation(conn)
        times = {"starts_at": NOON, "ends_at": NOON + 1, "made_at": NOON}
        values = {"conversation_id": conversation, "kind": "phone", "state": "booked", "details_sealed": b"", **times}
        appointment = await add(conn, tables.appointment, **values)

    async def make() -> bool:
        try:
            async with database.begin() as conn:
                await add(conn, tables.slot, staff_id=staff, starts_at=NOON, appointment_id=appointment)
        except IntegrityError:
            return False
        return True

    assert sorted(await asyncio.gather(*(make() for _ in range(8)))) == [False] * 7 + [True]


async def test_a_message_is_received_once(database: Database) -> None:
    statement = insert_ignore(tables.received).returning(tables.received.c.external_index)
    row = {"scope": "webchat", "external_index": b"1", "received_at": NOON}

    async def receive() -> bool:
        async with database.begin() as conn:
            return (await conn.execute(statement, row)).first() is not None

    assert sorted(await asyncio.gather(*(receive() for _ in range(8)))) == [False] * 7 + [True]
    async with database.begin() as conn:
        rows = [row, row | {"external_index": b"2"}, row | {"scope": "conversation:1"}]
        fresh = [(await conn.execute(statement, one)).first() is not None for one in rows]
    assert fresh == [False, True, True]


async def test_an_address_belongs_to_one_person(database: Database) -> None:
    values = {"channel": "telegram", "external_index": b"7", "external_sealed": b"", "created_at": NOON}
    async with database.begin() as conn:
        await add_conversation(conn, b"one")
        await add_conversation(conn, b"two")
        await add(conn, tables.address, person_id=1, **values)
        await add(conn, tables.address, person_id=1, **values | {"channel": "whatsapp"})
        with pytest.raises(IntegrityError):
            await add(conn, tables.address, person_id=2, **values)


async def test_one_ping_of_a_kind_waits(database: Database) -> None:
    statement = insert_ignore(tables.ping)
    async with database.begin() as conn:
        conversation = await add_conversation(conn)
        row = {"conversation_id": conversation, "kind": "aanmelden.nudge", "created_at": NOON, "due_at": NOON}
        assert (await conn.execute(statement, row)).rowcount == 1
        assert (await conn.execute(statement, row)).rowcount == 0
        assert (await conn.execute(statement, row | {"kind": "notice"})).rowcount == 1
        await conn.execute(tables.ping.update().values(state="done"))
        assert (await conn.execute(statement, row)).rowcount == 1  # what is done is not in the way


async def test_a_message_number_is_used_once_and_gives_the_order(database: Database) -> None:
    async with database.begin() as conn:
        conversation = await add_conversation(conn)
        same = {"conversation_id": conversation, "created_at": NOON, "author": "resident", "content_sealed": b""}
        for seq in (2, 1, 3):
            await add(conn, tables.message, seq=seq, **same)
        order = select(tables.message.c.seq).order_by(tables.message.c.seq)
        assert list((await conn.execute(order)).scalars()) == [1, 2, 3]
    with pytest.raises(IntegrityError):
        async with database.begin() as conn:
            await add(conn, tables.message, seq=3, **same)


async def test_an_error_tells_no_values(database: Database) -> None:
    """Invariant 4: what was being written stays out of exceptions, and so out of logs."""
    async with database.begin() as conn:
        await add_staff(conn, "geheim-4711")
        with pytest.raises(IntegrityError) as raised:
            await add_staff(conn, "geheim-4711")
    assert "UNIQUE" in str(raised.value).upper()
    assert "geheim-4711" not in str(raised.value)


async def test_what_was_deleted_is_gone_from_the_files(store_urls: StoreUrls, database: Database) -> None:
    async with database.begin() as conn:
        await conn.execute(insert(tables.lease).values(name="teruggevonden", holder="marker-4711", expires_at=NOON))
    async with database.begin() as conn:
        await conn.execute(tables.lease.delete())
    await database.scrub(tables.lease)
    if store_urls.dialect == "sqlite":
        folder = make_url(store_urls.data).database
        assert folder is not None
        assert not [file for file in Path(folder).parent.iterdir() if b"marker-4711" in file.read_bytes()]


class Coded(Exception):
    def __init__(self, **codes: object) -> None:
        self.__dict__.update(codes)


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (Coded(sqlstate="40001"), True),  # serialization failure
        (Coded(sqlstate="40P01"), True),  # deadlock
        (Coded(sqlstate="08006"), True),  # connection failure
        (Coded(sqlstate="57P01"), True),  # the server stops
        (Coded(sqlstate="23505"), False),  # a unique key is taken
        (Coded(sqlite_errorcode=5), True),  # busy
        (Coded(sqlite_errorcode=517), True),  # busy: the snapshot is too old
        (Coded(sqlite_errorcode=2067), False),  # a unique key is taken
        (ConnectionRefusedError(), True),
        (ValueError(), False),
    ],
)
def test_which_errors_pass(error: Exception, transient: bool) -> None:
    assert is_transient(error) is transient
    assert is_transient(DBAPIError("SELECT 1", None, error)) is transient


@pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)
async def test_a_deadlock_passes(database: Database) -> None:
    """Two transactions, each waiting for what the other holds: PostgreSQL ends one, which may be tried again."""
    async with database.begin() as conn:
        rows = [await add_staff(conn, name) for name in ("one", "two")]
    both = asyncio.Barrier(2)

    async def write(order: list[int]) -> bool:
        try:
            async with database.begin() as conn:
                for number in order:
                    await conn.execute(tables.staff.update().where(tables.staff.c.id == number).values(name="x"))
                    if number == order[0]:
                        await both.wait()
        except DBAPIError as error:
            return is_transient(error)
        return False

    assert sorted(await asyncio.gather(write(rows), write(rows[::-1]))) == [False, True]


@pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)
async def test_a_lost_connection_passes(database: Database) -> None:
    with pytest.raises(DBAPIError) as raised:
        async with database.begin() as conn:
            await conn.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    assert is_transient(raised.value)
    async with database.begin() as conn:
        await add_staff(conn)


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_sqlite_is_set_to_lose_nothing(database: Database) -> None:
    async with database.begin() as conn:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        found = {name: (await conn.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in names}
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:", "mysql+aiomysql://x/y"])
def test_refuses_other_databases(url: str) -> None:
    with pytest.raises(ValueError, match=r"file|engine"):
        Database.open(url)


class Refusing:
    """A transaction that is refused so often, for this reason, before it succeeds."""

    def __init__(self, times: int, reason: Exception) -> None:
        self.times = times
        self.reason = reason
        self.tries = 0

    async def __call__(self) -> str:
        self.tries += 1
        if self.tries <= self.times:
            raise self.reason
        return "committed"


@pytest.mark.parametrize(
    ("times", "reason", "tries"),
    [(0, ConnectionError(), 1), (3, ConnectionError(), 4), (9, ConnectionError(), 4), (1, ValueError(), 1)],
    ids=["at once", "in the end", "never", "not worth a try"],
)
async def test_what_passes_is_tried_again_so_often_and_nothing_else_is(
    times: int, reason: Exception, tries: int
) -> None:
    transaction = Refusing(times, reason)
    if tries > times:
        assert await retried(transaction, tries=4, longest=0.001) == "committed"
    else:
        with pytest.raises(type(reason)):
            await retried(transaction, tries=4, longest=0.001)
    assert transaction.tries == tries


async def test_what_comes_after_the_commit_is_done_once_and_not_when_it_is_undone(database: Database) -> None:
    done: list[int] = []

    async def counts() -> None:
        async with database.read() as conn:
            done.append(await count(conn, tables.staff))

    async def fails() -> None:
        async with database.begin() as conn:
            after_commit(conn, "count", counts)
            raise RuntimeError("no")

    async with database.begin() as conn:
        after_commit(conn, "count", counts)
        await add_staff(conn)
        after_commit(conn, "count", counts)
    assert done == [1]
    with pytest.raises(RuntimeError, match="no"):
        await fails()
    async with database.begin() as conn:
        await add_staff(conn, "noor")
    assert done == [1], "what was undone is not done with the next"
