"""Appointments for tests: hours, residents who do things with the agenda, and what must always hold of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, update

from bot import effects
from bot.agenda import making, reading
from bot.agenda.hours import Length, quanta
from bot.clock import from_ms, to_ms
from bot.errors import Refused
from bot.takeover import locked
from flows.agenda import Appointment, Appointments, Book, FreeSlots, Kind, Meetings, Slot
from flows.grammar import Effect
from flows.session import Frame
from flows.text import Json
from storage import tables
from tests.support.town import ZONE, Colleague, Resident, Town

#: 24 and 25 November 2026, the days after ``MONDAY``.
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
NINE, FIVE = 9 * 60, 17 * 60
ALL_KINDS = ",".join(Kind)


async def add_hours(
    town: Town,
    who: Colleague | None,
    *,
    kinds: str = ALL_KINDS,
    starts: int = NINE,
    ends: int = FIVE,
    weekdays: Iterable[int] = range(5),
    place: str = "",
) -> None:
    """Weekly hours, in minutes after midnight."""
    rows = [
        {
            "staff_id": None if who is None else who.id,
            "weekday": weekday,
            "starts": starts,
            "ends": ends,
            "kinds": kinds,
            "place": place,
        }
        for weekday in weekdays
    ]
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.working_hours), rows)


async def add_day(
    town: Town, who: Colleague | None, day: date, *, kinds: str = "", starts: int = 0, ends: int = 1440
) -> None:
    """A day that is otherwise; without ``kinds`` they are away."""
    row = {
        "staff_id": None if who is None else who.id,
        "day": day.isoformat(),
        "starts": starts,
        "ends": ends,
        "kinds": kinds,
        "place": "",
    }
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.other_hours).values(row))


async def set_length(town: Town, kind: str, minutes: int, travel: int = 0, who: Colleague | None = None) -> None:
    """How long a kind of talk takes."""
    row = {"staff_id": None if who is None else who.id, "kind": kind, "minutes": minutes, "travel": travel}
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.meeting).values(row))


async def disable(town: Town, who: Colleague) -> None:
    """They left."""
    gone = update(tables.staff).where(tables.staff.c.id == who.id).values(disabled_at=to_ms(town.clock.now()))
    async with town.house.db.begin() as conn:
        await conn.execute(gone)


def at(local: str, day: date = TUESDAY) -> datetime:
    """A time on the clock of ``day``."""
    return datetime.fromisoformat(f"{day} {local}").replace(tzinfo=ZONE)


# ---- what a flow does ----------------------------------------------------------------------------------------------


async def free(one: Resident, kind: str = Kind.OFFICE, *, moving: int | None = None) -> FreeSlots:
    """What a screen knows of free moments."""
    answers: dict[str, Json] = {"kind": kind} if moving is None else {"appointment": moving}
    async with locked(one.town.house, one.conversation_id) as (talk, conn):
        return await reading.free_slots(talk, conn, Frame("afspraak", "day", answers))


async def times(one: Resident, day: date = TUESDAY, kind: str = Kind.OFFICE, *, moving: int | None = None) -> list[str]:
    """What is offered on a day, on the clock."""
    found = (await free(one, kind, moving=moving)).slots
    return [slot.at.strftime("%H:%M") for slot in found if slot.at.date() == day]


async def known(one: Resident, number: int | None = None) -> Appointments:
    """What a screen knows of this person's appointments."""
    async with locked(one.town.house, one.conversation_id) as (talk, conn):
        return await reading.appointments(talk, conn, Frame("afspraak", "one", {"appointment": number}))


async def meetings(one: Resident) -> Meetings:
    """What a screen knows of the kinds there are."""
    async with locked(one.town.house, one.conversation_id) as (talk, conn):
        return await reading.meetings(talk, conn, Frame("afspraak", "kind"))


async def does(one: Resident, *wanted: Effect) -> str | None:
    """What a step does with its effects; gives the code of the refusal, after which the transaction goes on."""
    async with locked(one.town.house, one.conversation_id) as (talk, conn):
        before = talk.snapshot()
        try:
            await effects.apply(talk, wanted, conn)
        except Refused as error:
            talk.restore(before)
            return error.code
    return None


def slot_at(moment: datetime, who: Colleague, *, minutes: int = 60) -> Slot:
    """A moment as a screen offered it, or as nobody did."""
    return Slot(moment, minutes, who.id, who.name)


async def booked(
    one: Resident, moment: datetime, who: Colleague, kind: str = Kind.OFFICE, **details: Json
) -> Appointment:
    """A new appointment."""
    before = {each.id for each in (await known(one)).standing}
    assert await does(one, Book(kind, slot_at(moment, who), details=details)) is None
    (new,) = [each for each in (await known(one)).standing if each.id not in before]
    return new


async def events(one: Resident) -> list[str]:
    """What is on file of appointments, in order."""
    return [kind for kind in await one.events() if kind.startswith("appointment")]


# ---- what must always hold -----------------------------------------------------------------------------------------


async def rows(town: Town) -> dict[int, Row[*tuple[Any, ...]]]:
    """All appointments."""
    return {row.id: row for row in await town.rows(tables.appointment)}


async def details(town: Town, number: int) -> dict[str, Json]:
    """What was said about one."""
    vault, sealed = town.house.vault, (await rows(town))[number].details_sealed
    await vault.prepare({vault.key_of(sealed)})
    return reading.details_of(town.house, sealed)


async def taken(town: Town) -> Counter[tuple[int, datetime, int]]:
    """Quanta that are taken: staff, start, appointment."""
    return Counter((row.staff_id, from_ms(row.starts_at), row.appointment_id) for row in await town.rows(tables.slot))


async def reminders(town: Town, number: int | None = None) -> dict[str, Json]:
    """What waits to remind of an appointment (of all): kind and what it is about."""
    vault, found = town.house.vault, {}
    for row in await town.rows(tables.ping, state="waiting"):
        if making.is_reminder(row.kind) and (number is None or row.kind in making.kinds_of_pings(number)):
            await vault.prepare({vault.key_of(row.about_sealed)})
            assert row.kind not in found
            found[row.kind] = json.loads(vault.unseal_text(row.about_sealed, "ping"))
    return found


async def check(town: Town) -> None:
    """What is taken is what standing appointments take, to the quantum; what waits reminds of these, of all of them, at
    the times that hold now. Raises AssertionError."""
    made = await rows(town)
    staff: dict[int, list[int]] = {}
    for row in await town.rows(tables.appointment_staff):
        staff.setdefault(row.appointment_id, []).append(row.staff_id)
    assert staff.keys() == made.keys()
    wanted: Counter[tuple[int, datetime, int]] = Counter()
    planned: dict[str, Json] = {}
    now = town.clock.now()
    for row in made.values():
        assert row.starts_at < row.ends_at
        if row.state not in ("booked", "held", "no_show"):
            continue
        travel = int(str((await details(town, row.id))["travel"]))
        takes = quanta(from_ms(row.starts_at), Length((row.ends_at - row.starts_at) // 60_000, travel))
        wanted.update((who, moment, row.id) for who in staff[row.id] for moment in takes)
        if row.state == "booked":
            times = making.reminded_at(town.house.calendar, from_ms(row.starts_at))
            due = (kind for kind, when in zip(making.kinds_of_pings(row.id), times, strict=True) if when > now)
            planned |= {kind: {"appointment": row.id, "at": row.starts_at} for kind in due}
    assert await taken(town) == wanted
    assert max(Counter((who, moment) for who, moment, _ in wanted).values(), default=1) == 1
    assert await reminders(town) == planned


async def picture(town: Town) -> object:
    """Everything about appointments, to compare: nothing of it changed."""
    kept = (tables.appointment, tables.appointment_staff, tables.slot, tables.ping, tables.event)
    return [await town.rows(table) for table in kept]
