"""What the tests of the notice about an empty agenda share."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete

from bot.agenda.alarming import AgendaAlarms
from flows.agenda import Kind, NoSlots
from storage import tables
from tests.support.agenda import does
from tests.support.town import ZONE, Resident, Town

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def three_recipients(town: Town) -> None:
    """One after the other."""
    crisis = replace(town.house.config.crisis, escalate_to=("tweede@v.example", "derde@v.example"))
    town.house.config = replace(town.house.config, crisis=crisis)


def worker(town: Town) -> AgendaAlarms:
    """As another process would have."""
    return AgendaAlarms(town.house, town.notifier)


async def finds_none(one: Resident) -> None:
    """As a screen without moments does."""
    assert await does(one, NoSlots(Kind.OFFICE)) is None


async def no_hours(town: Town) -> None:
    """Nobody can be met any more."""
    async with town.house.db.begin() as conn:
        await conn.execute(delete(tables.working_hours))


async def kinds(town: Town) -> list[str]:
    """What is kept of it, without what is on files."""
    prefix = "agenda_alarm_"
    rows = await town.rows(tables.event)
    return [row.kind.removeprefix(prefix) for row in rows if row.kind.startswith(prefix)]


async def follow(town: Town, until: datetime) -> list[str]:
    """Moves the clock by an hour at a time; gives when staff were told, and how often before."""
    one, told = worker(town), []
    while town.clock.now() < until:
        if await one.run_due():
            newest = town.notifier.sent[0]
            told.append(f"{town.clock.now().astimezone(ZONE):%a %d %H:%M} {newest.round}")
        town.clock.forward(hours=1)
    return told
