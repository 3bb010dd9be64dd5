"""What is under way at the moment that someone's data are sealed under another key: none of it comes under the key that
is destroyed then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, insert

from bot import letters
from bot.clock import to_ms
from bot.desk.access import admitting, door
from bot.desk.accounts import Staff
from bot.house import House
from bot.privacy import erasing, looks, retention
from flows.grammar import Typed
from storage import downloads, files, registration, tables, teams
from tests.retention.test_erasing import filled, readable
from tests.support.town import Resident, Town
from tests.test_joining_merge import person
from tests.test_joining_races import waiting


@asynccontextmanager
async def reducing_until_the_end(
    one: Resident, monkeypatch: pytest.MonkeyPatch, *, file: bool = False
) -> AsyncIterator[None]:
    """Erases someone who has an open case, or (``file``) takes their file away, as another process would: it commits
    when the block ends, and the key is destroyed by the caller."""
    begun, may_end, real = asyncio.Event(), asyncio.Event(), looks.record

    async def slowly(house: House, conn: Any, kind: str, *what: Any) -> None:
        if kind == "erased":
            begun.set()
            await may_end.wait()
        await real(house, conn, kind, *what)

    async def later(_: House) -> None:
        """The other process has not come to it yet."""

    who = await person(one)
    with monkeypatch.context() as patched:
        patched.setattr(looks, "record", slowly)
        patched.setattr(erasing, "finish", later)
        house = one.town.house
        work: Coroutine[Any, Any, Any]
        if file:
            work = retention._drop_file(house, who.id, retention._always)
        else:
            work = erasing.erase(house, who.id, by_staff=None, why="asked")
        under_way = asyncio.create_task(work)
        await begun.wait()
        yield
        may_end.set()
        assert await under_way
    assert (await person(one)).key_id != who.key_id


async def at_last(town: Town, one: Resident, former: int) -> int:
    """Destroys the key; gives the one by now."""
    await erasing.finish(town.house)
    assert not await readable(town, former)
    return int((await person(one)).key_id)


async def test_what_someone_says_meanwhile_can_be_read(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await filled(town)
    former = (await person(one)).key_id
    async with reducing_until_the_end(one, monkeypatch):
        said = asyncio.create_task(one.says(Typed("midden erin")))
        await waiting(town, said)
    await said
    await at_last(town, one, former)
    assert [message.content.text for message in await one.messages() if message.author == "resident"] == ["midden erin"]


async def test_why_a_colleague_is_asked_along_meanwhile_can_be_read(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    noor, sam = await town.colleague("Fatma"), await town.colleague("Sam")
    one = await filled(town)
    staff, former = Staff(noor.id, "Fatma", "fatma", "coordinator"), (await person(one)).key_id
    async with town.house.db.begin() as conn:
        await conn.execute(delete(tables.admission))
        await teams.add(conn, "Oost", 0)
        team_id = await teams.named(conn, "Oost")
        await teams.move(conn, one.conversation_id, team_id)
    async with reducing_until_the_end(one, monkeypatch):
        asked = asyncio.create_task(
            admitting.ask_along(
                town.house, staff, one.conversation_id, sam.id, 7, "om de brief te lezen", client_id="c1"
            )
        )
        await waiting(town, asked)
    await asked
    key_id = await at_last(town, one, former)
    (row,) = await town.rows(tables.admission, staff_id=sam.id)
    assert town.house.vault.key_of(row.reason_sealed) == key_id


async def test_why_someone_came_in_meanwhile_can_be_read(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    noor = await town.colleague("Fatma")
    one = await filled(town)
    staff, former = Staff(noor.id, "Fatma", "fatma", "caseworker"), (await person(one)).key_id
    async with town.house.db.read() as conn:
        head = await files.head(conn, one.conversation_id)
    assert head is not None
    async with reducing_until_the_end(one, monkeypatch):
        came = asyncio.create_task(door.let_in(town.house, staff, head, {"text": "zij belt, niemand is er"}))
        await waiting(town, came)
    await came
    key_id = await at_last(town, one, former)
    (row,) = await town.rows(tables.admission, kind="emergency", staff_id=noor.id)
    assert town.house.vault.key_of(row.reason_sealed) == key_id


async def test_what_the_owner_of_an_address_says_meanwhile_can_be_read(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await filled(town)
    who = await person(one)
    values = {"person_id": who.id, "channel": "email", "external_index": b"i" * 16, "created_at": 0}
    async with town.house.db.begin() as conn:
        await town.house.vault.prepare([who.key_id])
        sealed = town.house.vault.seal_text(who.key_id, "external", "iemand@voorbeeld.example")
        statement = insert(tables.address).values(**values, external_sealed=sealed).returning(tables.address.c.id)
        address_id = (await conn.execute(statement)).scalar_one()
    async with reducing_until_the_end(one, monkeypatch):
        said = asyncio.create_task(letters.decide(town.house, address_id, letters.Wish.CONFIRM))
        await waiting(town, said)
    assert await said == letters.Standing(confirmed=True, stopped=False)
    key_id = await at_last(town, one, who.key_id)
    (row,) = await town.rows(tables.event, kind="address_confirmed")
    assert town.house.vault.key_of(row.detail_sealed) == key_id


async def test_a_file_that_comes_meanwhile_is_fetched_again_for_the_new_key(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await filled(town)
    former = (await person(one)).key_id
    (row, *_) = await town.rows(tables.download, conversation_id=one.conversation_id)

    async def fetched() -> bool:
        values = {"message_id": row.message_id, "created_at": 0, "media_type": "image/png", "size": 1}
        async with town.house.db.begin() as conn:
            return await downloads.store(conn, row.id, former, {**values, "data_sealed": b"x"})

    async with reducing_until_the_end(one, monkeypatch, file=True):
        kept = asyncio.create_task(fetched())
        await waiting(town, kept)
    assert not await kept


@pytest.mark.parametrize("file", [True, False], ids=["the file", "the person"])
async def test_what_the_registration_is_just_being_told_comes_back_first(town: Town, file: bool) -> None:
    """Else its number may be another's by then, which would count as told. It is taken on while the erasing waits."""
    one, other = await filled(town), await filled(town, "of another")
    who = await person(one)

    async def erased() -> bool:
        if file:
            return await retention._drop_file(town.house, who.id, retention._always)
        return await erasing._try(town.house, who.id, None, "asked", None) is not None

    now = to_ms(datetime.now(UTC))
    values = {"now": 2 * now, "real_now": now, "until": now + 60_000, "most": 1}
    async with town.house.db.begin() as conn:
        (taken,) = await registration.claim(conn, **values, draw=str)
        assert taken.conversation_id == one.conversation_id
        work = asyncio.create_task(erased())
        await waiting(town, work)
    if file:
        assert not await work
    else:
        with pytest.raises(erasing._InFlight):
            await work
    assert (await person(one)).key_id == who.key_id
    async with town.house.db.begin() as conn:
        assert await registration.mark(conn, taken.id, "sent", number=None, sent_at=now)
    assert await erased()
    assert len(await town.rows(tables.registration, conversation_id=one.conversation_id)) == (0 if file else 1)
    assert len(await town.rows(tables.registration, conversation_id=other.conversation_id)) == 1
