"""What flows ask of the agenda: kinds that can be chosen, free moments, what stands. Also the agenda as a whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import invitation
from bot.agenda.hours import Agenda, Free, Hours, Length, days_from
from bot.channels.limits import WEBCHAT
from bot.clock import DAY, from_ms, to_ms
from bot.house import House
from bot.talk import Talk
from flows.agenda import Appointment, Appointments, FreeSlots, Meetings, Slot, WalkIn
from flows.session import Frame
from flows.text import Json
from storage import agenda as store
from storage.tables import address, person

#: How far ahead the open hours are told.
WALK_IN_DAYS = 14
#: Free moments in all that a conversation looks at: many days of choice, little to read.
MOST_SLOTS = 200


async def read_agenda(
    house: House, conn: AsyncConnection, days: Sequence[date], *, without: int | None = None
) -> Agenda:
    """Everyone's time on ``days`` (in a row); what appointment ``without`` takes counts as free."""
    weekly: dict[int, list[Hours]] = {}
    for row in await store.weekly(conn):
        weekly.setdefault(row.weekday, []).append(_hours(row))
    other: dict[date, list[Hours]] = {}
    for row in await store.other(conn, days[0].isoformat(), days[-1].isoformat()):
        other.setdefault(date.fromisoformat(row.day), []).append(_hours(row))
    calendar = house.calendar
    start, end = calendar.instant(days[0] - DAY, 0), calendar.instant(days[-1] + 2 * DAY, 0)  # travel crosses midnight
    taken: dict[int, set[datetime]] = {}
    instant = cache(from_ms)  # of thousands of quanta most begin when another does
    for who, starts_at, appointment in await store.taken(conn, to_ms(start), to_ms(end)):
        if appointment != without:
            taken.setdefault(who, set()).add(instant(starts_at))
    return Agenda(
        calendar,
        {row.id: row.name for row in await store.team(conn)},
        {weekday: tuple(rows) for weekday, rows in weekly.items()},
        {day: tuple(rows) for day, rows in other.items()},
        {(row.staff_id, row.kind): Length(row.minutes, row.travel) for row in await store.lengths(conn)},
        taken,
    )


def bookable_days(house: House, now: datetime) -> tuple[date, ...]:
    """The days on which a resident may book, today included."""
    return days_from(house.calendar.day_of(now), house.config.appointments.days + 1)


def first_moment(house: House, now: datetime) -> datetime:
    """A caseworker sees what is booked before it begins: nothing is offered within so many opening hours."""
    return house.calendar.add_open_time(now, timedelta(hours=house.config.appointments.notice_hours))


def last_day_soon(house: House, now: datetime) -> date:
    """The last of the days within which a moment is always offered [002]."""
    return house.promised(to_ms(now)).intake


# ---- needs ---------------------------------------------------------------------------------------------------------


async def meetings(talk: Talk, conn: AsyncConnection, frame: Frame) -> Meetings:
    """Which kinds can be chosen, and the next open hours."""
    house, now = talk.house, from_ms(talk.now)
    days = bookable_days(house, now)  # a kind may be on offer on some of these only
    agenda = await read_agenda(house, conn, days)
    contact = await store.contact(conn, talk.id)
    zone = house.calendar.zone
    open_hours = [
        WalkIn(span.start.astimezone(zone), span.end.astimezone(zone), span.place)
        for span in agenda.walk_in(days[:WALK_IN_DAYS])
        if span.end > now
    ]
    known = (await conn.execute(person.select().where(person.c.id == talk.person_id))).one()
    phone = known.phone_sealed
    elsewhere = exists().where(
        address.c.person_id == talk.person_id,
        address.c.channel != WEBCHAT.channel,
        address.c.blocked_at.is_(None),
        address.c.left_at.is_(None),
    )
    reached = (
        phone is not None or known.email_sealed is not None or (await conn.execute(select(elsewhere))).scalar_one()
    )
    return Meetings(
        tuple(sorted(agenda.kinds())),
        tuple(sorted(set(open_hours), key=lambda one: (one.at, one.place))),
        None if contact is None else agenda.names.get(contact),
        None if phone is None else f"…{house.vault.unseal_text(phone, 'phone')[-3:]}",
        bool(reached),
    )


async def free_slots(talk: Talk, conn: AsyncConnection, frame: Frame) -> FreeSlots:
    """Moments for the kind in the frame's answers."""
    house, now = talk.house, from_ms(talk.now)
    moved = _number(frame)
    moving = None if not isinstance(moved, int) else await store.one(conn, talk.id, moved)
    wanted = frame.answers.get("kind") if moving is None else frame.answers.get("kind", moving.kind)
    if moving is not None and (moving.state != "booked" or "appointment" not in frame.answers):
        moving = None
    if moving is not None:
        wanted = moving.kind  # whatever other way was asked for: it is moved as it is
    kind = wanted if isinstance(wanted, str) else ""  # nobody offers that
    days = bookable_days(house, now)
    agenda = await read_agenda(house, conn, days, without=None if moving is None else moving.id)
    mine = [row for row in await store.current(conn, talk.id, talk.now) if row.state == "booked"]
    busy = [(from_ms(row.starts_at), from_ms(row.ends_at)) for row in mine if moving is None or row.id != moving.id]
    with_ = [] if moving is None else [number for number, _ in (await store.staff_of(conn, [moving.id]))[moving.id]]
    contact = with_[0] if with_ else await store.contact(conn, talk.id)
    after = first_moment(house, now)
    day_of = cache(house.calendar.day_of)
    load = Counter((who, day_of(at)) for who, takes in agenda.taken.items() for at in takes)
    found: list[Slot] = []
    for day in days:
        if len(with_) > 1:
            free = (
                list(agenda.together(kind, day, tuple(with_), after=after)) if set(with_) <= set(agenda.names) else []
            )
        else:
            free = list(agenda.free(kind, day, after=after))
        if moving is not None:  # the moment that it is at now is no other moment
            free = [one for one in free if to_ms(one.at) != moving.starts_at]
        load_then = {who: load[who, day] for who in agenda.names}
        found += _one_of_a_time(agenda, free, contact, load_then, house)
        if len(found) >= MOST_SLOTS:
            break
    slots = [slot for slot in found if not any(_overlap(slot, start, end) for start, end in busy)]
    token = invitation.new_token()
    return FreeSlots(
        tuple(slots[:MOST_SLOTS]),
        last_day_soon(house, now),
        None if contact is None else agenda.names.get(contact),
        token,
        "" if invitation.takes_files(talk.channel) else invitation.link(house, token),
    )


async def appointments(talk: Talk, conn: AsyncConnection, frame: Frame) -> Appointments:
    """What stands, what is proposed, and the one that is asked about."""
    rows = await store.current(conn, talk.id, talk.now)
    wanted = _number(frame)
    one = next((row for row in rows if row.id == wanted), None)
    if one is None and isinstance(wanted, int):
        one = await store.one(conn, talk.id, wanted)
    everyone = await store.staff_of(conn, [row.id for row in rows] + ([one.id] if one is not None else []))
    rows = await _to_be_had(talk, conn, rows, everyone)
    made = {row.id: _appointment(talk, row, everyone.get(row.id, [])) for row in (*rows, *([one] if one else []))}
    return Appointments(
        tuple(made[row.id] for row in rows if row.state == "booked"),
        None if one is None else made[one.id],
        tuple(made[row.id] for row in rows if row.state == "proposed"),
    )


def details_of(house: House, sealed: bytes) -> dict[str, Json]:
    """What was said about an appointment; the person's key is at hand."""
    read: dict[str, Json] = json.loads(house.vault.unseal_text(sealed, "appointment"))
    return read


def length_of(row: Row[*tuple[Any, ...]], details: Mapping[str, Json]) -> Length:
    """How long it was made, and how far away."""
    return Length((row.ends_at - row.starts_at) // 60_000, int(str(details.get("travel") or 0)))


# ---- parts ---------------------------------------------------------------------------------------------------------


def _number(frame: Frame) -> Json:
    """The appointment that the screen is about: one that stands, or one that is over (``again``)."""
    return frame.answers.get("appointment", frame.answers.get("again"))


def _hours(row: Row[*tuple[Any, ...]]) -> Hours:
    return Hours(row.staff_id, row.starts, row.ends, frozenset(filter(None, row.kinds.split(","))), row.place)


def _one_of_a_time(
    agenda: Agenda, free: Iterable[Free], contact: int | None, load: Mapping[int, int], house: House
) -> list[Slot]:
    """Of those who are free at the same time the own contact, or who has least to do that day (``load``)."""
    best: dict[datetime, Free] = {}
    for one in free:
        known = best.get(one.at)
        if known is None or _rank(one, contact, load) < _rank(known, contact, load):
            best[one.at] = one
    return [_slot(agenda, best[at], contact, house) for at in sorted(best)]


def _rank(one: Free, contact: int | None, load: Mapping[int, int]) -> tuple[bool, int, int]:
    return contact not in one.staff, load[one.staff[0]], one.staff[0]


def _slot(agenda: Agenda, one: Free, contact: int | None, house: House) -> Slot:
    local = one.at.astimezone(agenda.calendar.zone)
    return Slot(
        local,
        one.minutes,
        one.staff[0],
        agenda.names[one.staff[0]],
        one.place,
        own=contact in one.staff,
        evening=local.time() >= house.config.appointments.evening_from,
    )


def _overlap(slot: Slot, start: datetime, end: datetime) -> bool:
    return to_ms(slot.at) < to_ms(end) and to_ms(start) < to_ms(slot.at) + slot.minutes * 60_000


async def _to_be_had(
    talk: Talk, conn: AsyncConnection, rows: store.Rows, everyone: Mapping[int, Sequence[tuple[int, str]]]
) -> store.Rows:
    """Without what was proposed and cannot be had any more: it began, was given to someone else, a colleague left, the
    person has something else then."""
    house = talk.house
    mine = [row for row in rows if row.state == "booked"]
    days = [house.calendar.day_of(from_ms(row.starts_at)) for row in rows if row.state == "proposed"]
    if not days:
        return rows
    agenda = await read_agenda(house, conn, days_from(days[0], (days[-1] - days[0]).days + 1))

    def can(row: Row[*tuple[Any, ...]]) -> bool:
        length, at = length_of(row, details_of(house, row.details_sealed)), from_ms(row.starts_at)
        who = [number for number, _ in everyone.get(row.id, ())]
        if row.starts_at <= talk.now or any(row.starts_at < it.ends_at and it.starts_at < row.ends_at for it in mine):
            return False
        return all(each in agenda.names and agenda.can(each, at, length) for each in who)

    return [row for row in rows if row.state != "proposed" or can(row)]


def _appointment(talk: Talk, row: Row[*tuple[Any, ...]], staff: Sequence[tuple[int, str]]) -> Appointment:
    house, zone = talk.house, talk.house.calendar.zone
    details = details_of(house, row.details_sealed)
    token = details.get("token")
    shown = isinstance(token, str) and row.state == "booked" and not invitation.takes_files(talk.channel)
    return Appointment(
        row.id,
        row.kind,
        from_ms(row.starts_at, zone),
        from_ms(row.ends_at, zone),
        tuple(name for _, name in staff),
        row.state,
        str(details.get("place") or ""),
        row.coming_at is not None,
        invitation.link(house, str(token)) if shown else "",
        {name: value for name, value in details.items() if name != "token"},
    )
