"""A notice about the agenda is sent by one process, by another when that dies, and again when it reached nobody."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from sqlalchemy import update

from bot.agenda.alarming import AgendaAlarms
from bot.clock import DAY, to_ms
from bot.errors import TemporaryDeliveryError
from bot.notify import Notice
from storage import tables
from tests.support.agenda import add_hours
from tests.support.agenda_alarm import MINUTE, finds_none, follow, kinds, no_hours, three_recipients, worker
from tests.support.alarms import Failing
from tests.support.town import MONDAY, ZONE, Colleague, Resident, Town

TUESDAY_TEN = MONDAY + DAY


@pytest.fixture
async def noor(town: Town) -> Colleague:
    """She has filled in no hours."""
    three_recipients(town)
    return await town.colleague()


@pytest.fixture
async def fatima(town: Town, noor: Colleague) -> Resident:
    return await town.resident()


# ---- once, and at least once ---------------------------------------------------------------------------------------


async def test_several_processes_tell_it_once(town: Town, fatima: Resident) -> None:
    await finds_none(fatima)
    for day in range(3):
        town.clock.to(MONDAY + day * DAY)
        assert sorted(await asyncio.gather(*(worker(town).run_due() for _ in range(4)))) == [False] * 3 + [True]
    assert [notice.round for notice in town.notifier.sent] == [2, 1, 0]
    assert await town.rows(tables.lease) == []


class Dies:
    """The process is killed after the mail was taken, before that was written down."""

    def __init__(self) -> None:
        self.sent: list[Notice] = []

    async def notify(self, notice: Notice) -> None:
        self.sent.append(notice)
        raise asyncio.CancelledError


async def test_what_a_dead_process_told_is_told_again_by_another(town: Town, fatima: Resident) -> None:
    await finds_none(fatima)
    dies = Dies()
    with pytest.raises(asyncio.CancelledError):
        await AgendaAlarms(town.house, dies).run_due()
    assert not await worker(town).run_due()  # it may still be at it
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.lease).values(expires_at=to_ms(datetime.now(UTC) - MINUTE)))
    assert await worker(town).run_due()
    assert [notice.key for notice in town.notifier.sent] == [notice.key for notice in dies.sent]
    assert not await worker(town).run_due()
    assert await kinds(town) == ["sent"]


async def test_who_was_so_slow_that_another_told_it_meanwhile_notes_nothing(town: Town, fatima: Resident) -> None:
    class Slow:
        async def notify(self, notice: Notice) -> None:
            async with town.house.db.begin() as conn:
                await conn.execute(update(tables.lease).values(expires_at=to_ms(datetime.now(UTC) - MINUTE)))
            assert await worker(town).run_due()

    await finds_none(fatima)
    assert await AgendaAlarms(town.house, Slow()).run_due()
    assert await kinds(town) == ["sent"]
    assert await town.rows(tables.lease) == []


async def test_the_worker_and_the_demos_clock_do_not_tell_it_at_once(town: Town, fatima: Resident) -> None:
    class Waits:
        async def notify(self, notice: Notice) -> None:
            sent.append(notice)
            busy.set()
            await again.wait()

    sent: list[Notice] = []
    busy, again = asyncio.Event(), asyncio.Event()
    await finds_none(fatima)
    one = AgendaAlarms(town.house, Waits())
    first = asyncio.create_task(one.run_due())
    await busy.wait()
    second = asyncio.create_task(one.run_due())
    done, _ = await asyncio.wait({first, second}, timeout=0.1)
    again.set()
    assert (await first, await second, done) == (True, False, set())
    assert len(sent) == 1


# ---- when it cannot be sent ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [TemporaryDeliveryError("smtp_unreachable"), RuntimeError("oops")])
async def test_what_reaches_nobody_is_tried_again_after_longer_and_longer(
    town: Town, fatima: Resident, failure: Exception
) -> None:
    await finds_none(fatima)
    way = Failing(failure, times=9)
    one = AgendaAlarms(town.house, way)
    tried: list[datetime] = []
    while not way.sent:
        due = await one.next_due(town.clock.now())
        assert due is not None
        town.clock.to(due - MINUTE)
        assert not await one.run_due()
        town.clock.to(due)
        if await AgendaAlarms(town.house, way).run_due():  # also by another process
            tried.append(due)
    waits = [(later - earlier) // MINUTE for earlier, later in pairwise(tried)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert [notice.round for notice in way.sent] == [0]
    assert await kinds(town) == ["failed"] * 9 + ["sent"]
    assert await one.next_due(town.clock.now()) == datetime(2026, 11, 24, 9, tzinfo=ZONE)


@pytest.mark.parametrize("was_told", [True, False])
async def test_the_next_failure_is_a_first_one_again(
    town: Town, noor: Colleague, fatima: Resident, was_told: bool
) -> None:
    way = Failing(TemporaryDeliveryError("smtp_unreachable"), times=4)
    one = AgendaAlarms(town.house, way)
    await finds_none(fatima)
    for _ in range(4):
        assert await one.run_due()
        town.clock.forward(minutes=10)
    if was_told:
        assert await one.run_due()
    else:
        await add_hours(town, noor)
        town.clock.forward(minutes=15)
        assert not await one.run_due()
        await no_hours(town)
        town.clock.forward(minutes=1)
        await finds_none(fatima)
    assert await kinds(town) == ["failed"] * 4 + ["sent" if was_told else "over"]
    way.times = 1
    town.clock.to(TUESDAY_TEN)
    assert await one.run_due()
    assert await one.next_due(MONDAY) == TUESDAY_TEN + MINUTE


async def test_a_day_without_mail_makes_nobody_lose_their_turn(town: Town, fatima: Resident) -> None:
    await finds_none(fatima)
    one = AgendaAlarms(town.house, way := Failing(TemporaryDeliveryError("smtp_unreachable")))
    for _ in range(8):
        assert await one.run_due() is town.house.calendar.is_open(town.clock.now())
        town.clock.forward(hours=1)
    assert not way.sent
    assert await follow(town, MONDAY + DAY) == ["Tue 24 09:00 0"]
