"""Appointments and what reminds of them, for tests: made, moved and called off as flows and the desk do it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Table, update

from bot import takeover
from bot.agenda import making
from bot.agenda.hours import Length
from bot.agenda.making import REMINDERS, When
from bot.clock import DAY
from storage import agenda, tables
from tests.support.town import (
    MONDAY,
    Resident,
    StrictChannel,
    Town,
    origins,
    send_all,
)
from tests.test_pings import waiting

#: Thursday of the same week, two in the afternoon.
THURSDAY = MONDAY.replace(hour=14) + timedelta(days=3)
DAY_BEFORE = THURSDAY - DAY
TWO_HOURS = THURSDAY - timedelta(hours=2)
MINUTE = timedelta(minutes=1)
REMINDER = "afspraak.reminder"


async def someone(town: Town, channel: str = "telegram", at: datetime = THURSDAY) -> tuple[Resident, int]:
    """A resident with an appointment, and its number."""
    one = await town.resident(channel)
    number = await booked(town, one, at)
    await drained(town)
    return one, number


async def booked(town: Town, one: Resident, at: datetime = THURSDAY) -> int:
    """One more appointment; gives its number."""
    known = await town.rows(tables.staff)
    colleague = known[0].id if known else (await town.colleague()).id
    async with takeover.locked(town.house, one.conversation_id) as (talk, conn):
        when = When(at, Length(30, 0), (colleague,))
        number = await making.add(talk, conn, "phone", when, {})
    await one.hears()
    return number


async def moved(town: Town, one: Resident, number: int, at: datetime) -> None:
    """It is at another moment now."""
    async with takeover.locked(town.house, one.conversation_id) as (talk, conn):
        row = await agenda.one(conn, talk.id, number)
        assert row is not None
        who = tuple(each.staff_id for each in await town.rows(tables.appointment_staff, appointment_id=number))
        await making.put(talk, conn, row, When(at, Length(30, 0), who))
    await one.hears()


async def called_off(town: Town, one: Resident, number: int) -> None:
    """It does not take place."""
    async with takeover.locked(town.house, one.conversation_id) as (talk, conn):
        row = await agenda.one(conn, talk.id, number)
        assert row is not None
        await making.end(talk, conn, row, "cancelled")
    await one.hears()


async def reminded(one: Resident) -> int:
    """How often one of appointments was said since the last time that was asked."""
    return origins(await one.hears()).count(REMINDER)


async def planned(town: Town) -> list[tuple[str, datetime]]:
    """Reminders that wait for their time, and for which."""
    found = [(kind.partition(":")[0], at) for kind, at in await waiting(town) if kind.startswith(REMINDERS)]
    return sorted(found, key=lambda one: one[1])


async def dropped(town: Town) -> list[str | None]:
    """Why reminders did not fall due, or were not said when they did."""
    rows = await town.rows(tables.ping, state="dropped")
    return [row.reason for row in rows if row.kind.startswith(REMINDERS)]


async def outgoing(town: Town) -> list[tuple[str, str | None]]:
    """What became of reminders that were said: state and reason."""
    rows = await town.rows(tables.outbox, planned=1)
    return [(row.state, row.reason) for row in rows if (row.kind or "").startswith(REMINDERS)]


async def told(town: Town, one: Resident, kind: str) -> int:
    """How many events of this kind are on file."""
    return (await one.events()).count(kind)


async def change(town: Town, table: Table, **values: object) -> None:
    """Sets these columns in every row."""
    async with town.house.db.begin() as conn:
        await conn.execute(update(table).values(**values))


async def drained(town: Town) -> StrictChannel:
    """Everything that waits for Telegram goes out now."""
    platform = StrictChannel()
    await send_all(town, {"telegram": platform})
    return platform
