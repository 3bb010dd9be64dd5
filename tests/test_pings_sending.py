"""What was planned may wait long before it goes: what forbids it by then is looked at again as it is sent (rule 9)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.clock import SPREAD, from_ms, to_ms
from storage import tables
from tests.stores import StoreUrls
from tests.support.town import TELEGRAM_TOO, ZONE, Resident, StrictChannel, Town, open_town, send_all
from tests.test_pings import TOMORROW, unfinished

WHAT = "aanmelden.nudge"


@pytest.fixture
async def town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """With Telegram."""
    async with open_town(tmp_path, store_urls, extra=TELEGRAM_TOO) as opened:
        yield opened


async def nudged(town: Town) -> Resident:
    """Someone for whom a planned message waits to be sent."""
    one = await unfinished(town, "telegram")
    await send_all(town, {"telegram": StrictChannel()})
    await town.move_to(TOMORROW)
    assert [row.state for row in await planned(town)] == ["waiting"]
    return one


async def planned(town: Town) -> list[Any]:
    """What nobody asked for, in order."""
    return await town.rows(tables.outbox, planned=1)


async def sent(town: Town) -> int:
    """How many messages go out now."""
    platform = StrictChannel()
    await send_all(town, {"telegram": platform})
    return len(platform.took)


async def change(town: Town, table: Any, **values: Any) -> None:
    async with town.house.db.begin() as conn:
        await conn.execute(update(table).values(values))


async def went(town: Town, one: Resident, at: datetime, said_at: datetime | None = None, kind: str = WHAT) -> None:
    """Something planned went to this person then; it was said when it was sent, or at ``said_at``."""
    row = await one.row()
    place = {"conversation_id": one.conversation_id, "seq": row.last_seq + 1}
    said = {"created_at": to_ms(said_at or at), "author": "bot", "content_sealed": b""}
    address = (await town.rows(tables.address))[0].id
    out = {"address_id": address, "channel": "telegram", "state": "read", "planned": 1, "kind": kind, "due_at": 0}
    async with town.house.db.begin() as conn:
        statement = insert(tables.message).values(**place, **said).returning(tables.message.c.id)
        number = (await conn.execute(statement)).scalar_one()
        values = {"conversation_id": one.conversation_id, "message_id": number, "sent_at": to_ms(at)}
        await conn.execute(insert(tables.outbox).values(**values, **out))
        await conn.execute(update(tables.conversation).values(last_seq=row.last_seq + 1))


async def test_who_said_stop_meanwhile_is_sent_nothing(town: Town) -> None:
    await nudged(town)
    await change(town, tables.person, opted_out_at=to_ms(TOMORROW))
    assert await sent(town) == 0
    assert [(row.state, row.reason) for row in await planned(town)] == [("dropped", "opted_out")]


async def test_after_a_danger_it_waits_and_goes_when_that_is_over(town: Town) -> None:
    await nudged(town)
    await change(town, tables.conversation, paused_at=to_ms(TOMORROW))
    assert await sent(town) == 0
    (row,) = await planned(town)
    assert (row.state, row.due_at) == ("waiting", to_ms(TOMORROW + timedelta(days=1)))
    await change(town, tables.conversation, paused_at=None)
    town.clock.to(TOMORROW + timedelta(days=1))
    assert await sent(town) == 1


async def test_what_is_of_no_use_any_more_is_not_sent(town: Town) -> None:
    await nudged(town)
    await change(town, tables.outbox, expires_at=to_ms(TOMORROW + timedelta(hours=1)))
    town.clock.to(TOMORROW + timedelta(hours=1))
    assert await sent(town) == 0
    assert [(row.state, row.reason) for row in await planned(town)] == [("dropped", "too_late")]


async def test_what_would_be_of_no_use_by_the_morning_is_dropped_in_the_evening(town: Town) -> None:
    await nudged(town)
    await change(town, tables.outbox, expires_at=to_ms(TOMORROW.replace(hour=23)))
    town.clock.to(TOMORROW.replace(hour=22))
    assert await sent(town) == 0
    assert [(row.state, row.reason) for row in await planned(town)] == [("dropped", "too_late")]


async def test_in_the_morning_what_waited_is_no_wall(town: Town) -> None:
    people = [await unfinished(town, "telegram") for _ in range(6)]
    await sent(town)
    await town.move_to(TOMORROW)
    town.clock.to(TOMORROW.replace(hour=23))
    assert await sent(town) == 0
    morning = TOMORROW.replace(hour=9) + timedelta(days=1)
    times = {row.conversation_id: from_ms(row.due_at, ZONE) for row in await planned(town)}
    assert len(set(times.values())) == len(people)
    assert all(morning <= at < morning + SPREAD for at in times.values())
    town.clock.to(morning + SPREAD)
    assert await sent(town) == len(people)


async def test_what_expires_goes_as_soon_as_it_may(town: Town) -> None:
    await nudged(town)
    morning = TOMORROW.replace(hour=9) + timedelta(days=1)
    await change(town, tables.outbox, expires_at=to_ms(morning + timedelta(minutes=1)))
    town.clock.to(TOMORROW.replace(hour=23))
    assert await sent(town) == 0
    assert [row.due_at for row in await planned(town)] == [to_ms(morning)]
    town.clock.to(morning)
    assert await sent(town) == 1


async def test_what_waited_long_counts_for_the_cap_when_it_goes(town: Town) -> None:
    """A channel that was down for days does not make up for it in an hour."""
    one = await nudged(town)
    town.clock.to(TOMORROW + timedelta(days=9))
    now = town.clock.now()
    for hours in (1, 2, 3):
        await went(town, one, now - timedelta(hours=hours), said_at=TOMORROW - timedelta(days=hours))
    assert await sent(town) == 0
    waits = [row for row in await planned(town) if row.state == "waiting"]
    assert [row.due_at for row in waits] == [to_ms(now + timedelta(days=1))]
    town.clock.to(now + timedelta(days=7))
    assert await sent(town) == 1


async def test_what_was_said_at_one_moment_or_reminds_of_an_appointment_does_not_count(town: Town) -> None:
    one = await nudged(town)
    now = town.clock.now()
    for hours in (1, 2):
        await went(town, one, now - timedelta(hours=hours))
    for minutes in (1, 2, 3):
        await went(town, one, now - timedelta(minutes=minutes), kind="afspraak.day:1")
        await went(town, one, now - timedelta(minutes=minutes), said_at=now)  # a part of what is sent now
    assert await sent(town) == 1
