"""Pings that fall due together share what is read and written; what becomes of one is no matter of the others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import falling, pings, running
from bot import talk as talk_module
from bot.allowed import NOW, Allowed
from bot.clock import to_ms
from bot.falling import Planned
from bot.inbound import Fallen
from bot.pings import Pings
from bot.talk import Staged, Talk
from flows import aanmelden
from flows.grammar import Typed
from flows.text import Json
from storage import conversations, due, tables
from storage.direct import COPIED
from tests.support.town import MONDAY, Resident, Town, origins
from tests.test_pings import TOMORROW, ended, unfinished, waiting, went_out

NUDGED = "aanmelden.worries"


async def also(town: Town, one: Resident, kind: str, at: datetime = TOMORROW) -> None:
    """Plans one more for this person."""
    row = {"conversation_id": one.conversation_id, "kind": kind, "created_at": 0, "due_at": to_ms(at)}
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.ping).values(row))


async def lapse(town: Town) -> None:
    """The time for which something was put aside is over."""
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.ping).values(aside_until=1))


async def test_many_at_once_are_each_said_to_whom_they_are_for(town: Town) -> None:
    people = [await unfinished(town) for _ in range(COPIED + 4)]
    town.clock.to(TOMORROW)
    assert await town.pings.run_due() == len(people)
    for one in people:
        assert origins(await one.hears()) == [NUDGED]
        (row,) = await town.rows(tables.outbox, conversation_id=one.conversation_id, planned=1)
        (said,) = await town.rows(tables.message, id=row.message_id)
        assert (said.conversation_id, said.seq) == (one.conversation_id, (await one.row()).last_seq)
        assert row.kind == aanmelden.NUDGE
    assert {kind for kind, _ in await waiting(town)} == {aanmelden.NUDGE}  # the next, in the place of what is done
    assert await ended(town) == [("done", None)] * len(people)


async def test_what_was_planned_again_by_what_was_said_stays_planned(town: Town) -> None:
    """The next of the same kind is planned in the same transaction in which this one ends."""
    one = await unfinished(town)
    await town.move_to(TOMORROW)
    assert len(await one.hears()) == 1
    assert await waiting(town) == [(aanmelden.NUDGE, TOMORROW + aanmelden.NEXT_NUDGE)]


async def test_what_the_first_of_two_for_one_person_led_to_holds_for_the_second(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cancels(ping: Fallen, about: Json, talk: Talk, conn: AsyncConnection) -> None:
        talk.staged.cancels.append((talk.id, ("aanmelden.later",), "replaced"))

    nudge = Planned(falling._rule_9, going=cancels)
    monkeypatch.setattr(falling, "PLANNED", {**falling.PLANNED, aanmelden.NUDGE: nudge})
    one, other = await unfinished(town), await unfinished(town)
    for each in (one, other):
        await also(town, each, "aanmelden.later", TOMORROW + timedelta(minutes=1))
    town.clock.to(TOMORROW + timedelta(minutes=2))
    await town.pings.run_due()
    for each in (one, other):
        assert origins(await each.hears()) == [NUDGED]
    assert (await ended(town)).count(("dropped", "replaced")) == 2


async def test_the_weekly_cap_counts_what_was_said_just_before_in_the_same_transaction(town: Town) -> None:
    one = await unfinished(town)
    await also(town, one, aanmelden.ASK, TOMORROW + timedelta(minutes=1))
    for hours in (1, 2):
        await went_out(town, one, MONDAY + timedelta(hours=hours))
    town.clock.to(TOMORROW + timedelta(minutes=2))
    await town.pings.run_due()
    assert origins(await one.hears()) == [NUDGED]
    assert (aanmelden.ASK, TOMORROW + timedelta(days=1, minutes=2)) in await waiting(town)


async def test_what_is_checked_again_of_each_is_read_for_all_at_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[list[int]] = []
    found: list[tuple[int, Any]] = []

    async def ahead(theirs: Sequence[tuple[Fallen, Json, Talk]], conn: AsyncConnection) -> None:
        read.append(sorted(talk.id for _, _, talk in theirs))
        for _, _, talk in theirs:
            talk.ahead["mine"] = talk.id

    async def recheck(ping: Fallen, about: Json, talk: Talk, conn: AsyncConnection) -> Allowed:
        found.append((talk.id, talk.ahead.get("mine")))
        return NOW

    entry = Planned(recheck, ahead=ahead)
    monkeypatch.setattr(falling, "PLANNED", {**falling.PLANNED, "aanmelden.": entry})
    people = [await unfinished(town) for _ in range(3)]
    ids = sorted(one.conversation_id for one in people)
    town.clock.to(TOMORROW)
    await town.pings.run_due()
    assert read == [ids]
    assert sorted(found) == [(number, number) for number in ids]


async def test_one_that_cannot_be_stored_stops_none_beside_it_and_comes_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await unfinished(town) for _ in range(3)]
    own, broken = conversations.write_back, people[1].conversation_id

    async def write_back(conn: AsyncConnection, rows: Any) -> None:
        if any(row["id"] == broken for row in rows):
            raise OSError("disk is full")
        await own(conn, rows)

    town.clock.to(TOMORROW)
    with monkeypatch.context() as patched:
        patched.setattr(conversations, "write_back", write_back)
        await town.pings.run_due()
    assert [len(await one.hears()) for one in people] == [1, 0, 1]
    await town.pings.run_due()
    assert await people[1].hears() == []  # put aside
    await lapse(town)
    await town.pings.run_due()
    assert [len(await one.hears()) for one in people] == [0, 1, 0]


async def test_a_conversation_in_which_nothing_changed_is_not_written(town: Town) -> None:
    one, noor = await unfinished(town), await town.colleague()
    async with town.house.db.begin() as conn:
        held = {"held_by": noor.id, "held_at": 0, "hold_until": to_ms(TOMORROW)}
        await conn.execute(update(tables.conversation).values(held))
    before = await one.row()
    town.clock.to(TOMORROW)
    await town.pings.run_due()
    assert await one.row() == before
    ((_, at),) = await waiting(town)
    assert at > TOMORROW


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> int:
    """So many in a transaction."""
    monkeypatch.setattr(pings, "TOGETHER", 3)
    return 3


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)  # the other engine has nobody wait for a ping at all
async def test_who_writes_waits_for_no_more_than_what_is_under_way(
    town: Town, few_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many are due. Counted in pings, from when the message was there to when it was answered."""
    people = [await unfinished(town) for _ in range(10)]
    for one in people:
        for number in range(5):
            await also(town, one, f"aanmelden.unknown:{number}")
    writer = await town.resident()
    async with town.house.db.begin(), town.house.db.read():
        pass  # connecting a second time takes a while, and is not what is waited for here
    town.clock.to(TOMORROW)
    fell, own = 0, falling.fall
    waited: list[int] = []

    async def writes() -> None:
        since = fell
        await writer.says(Typed("menu"))
        waited.append(fell - since)

    tasks: list[asyncio.Task[None]] = []

    async def fall(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
        nonlocal fell
        fell += 1
        if fell in (2, 12, 22):
            tasks.append(asyncio.create_task(writes()))
        await own(ping, talk, conn)

    monkeypatch.setattr(falling, "fall", fall)
    assert await town.pings.run_due() == 60
    await asyncio.gather(*tasks)
    assert len(waited) == 3
    assert max(waited) <= 30
    assert fell == 60


async def test_no_more_are_in_memory_than_share_a_transaction(
    town: Town, few_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(20):
        await unfinished(town)
    town.clock.to(TOMORROW)
    own, under_way, most = falling.read_ahead, 0, 0
    written = talk_module.write

    async def read_ahead(fallen: Sequence[tuple[Fallen, Talk]], conn: AsyncConnection) -> None:
        nonlocal under_way, most
        under_way += len(fallen)
        most = max(most, under_way)
        await own(fallen, conn)

    async def write(conn: AsyncConnection, staged: Staged, talks: list[Talk]) -> None:
        nonlocal under_way
        under_way -= len(talks)
        await written(conn, staged, talks)

    monkeypatch.setattr(falling, "read_ahead", read_ahead)
    monkeypatch.setattr(talk_module, "write", write)
    assert await town.pings.run_due() == 20
    assert under_way == 0
    assert few_at_once <= most <= few_at_once * (1 if town.house.db.dialect == "sqlite" else pings.ABREAST)


async def test_two_processes_share_a_backlog(town: Town, few_at_once: int) -> None:
    people = [await unfinished(town) for _ in range(12)]
    town.clock.to(TOMORROW)
    both = await asyncio.gather(town.pings.run_due(), Pings(town.house).run_due())
    assert sum(both) == len(people)
    assert [len(await one.hears()) for one in people] == [1] * len(people)


async def test_what_was_passed_over_because_another_had_it_is_seen_to_all_the_same(
    town: Town, few_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of those abreast may have found nothing in the end, each because of the others."""
    people = [await unfinished(town) for _ in range(few_at_once * 3)]
    town.clock.to(TOMORROW)
    own, asked = due.claim, 0
    abreast = 1 if town.house.db.dialect == "sqlite" else pings.ABREAST

    async def claim(conn: AsyncConnection, *, now: int, real_now: int, most: int) -> list[due.Claimed]:
        nonlocal asked
        asked += 1
        return [] if 1 < asked <= abreast + 1 else await own(conn, now=now, real_now=real_now, most=most)

    monkeypatch.setattr(due, "claim", claim)
    assert await town.pings.run_due() == len(people)
    assert [len(await one.hears()) for one in people] == [1] * len(people)


async def test_who_is_ended_finishes_what_is_under_way_and_begins_no_more(
    town: Town, few_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many wait still."""
    people = [await unfinished(town) for _ in range(few_at_once * (pings.ABREAST + 2))]
    town.clock.to(TOMORROW)
    own, began, may = falling.fall, asyncio.Event(), asyncio.Event()

    async def fall(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
        began.set()
        await may.wait()
        await own(ping, talk, conn)

    monkeypatch.setattr(falling, "fall", fall)
    task = asyncio.create_task(town.pings.run())
    await began.wait()
    ending = asyncio.create_task(running.ended([task]))
    while not task.cancelling():  # noqa: ASYNC110 - no event tells of it
        await asyncio.sleep(0)
    may.set()
    await ending
    said = [len(await one.hears()) for one in people]
    assert few_at_once <= sum(said) <= few_at_once * pings.ABREAST
    assert sum(said) == len(await ended(town))
