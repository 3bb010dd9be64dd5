"""What lists at the desk show of files: no more than a list needs, and of files that one may not open nothing that
says whose they are."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import standing
from bot.agreements import acts as agreements
from bot.agreements.acts import Task
from bot.clock import DAY, to_ms
from bot.desk.access.door import openable, readable, record
from bot.desk.accounts import Staff
from bot.desk.listed import Booked, Inbox, Listed
from bot.desk.roles import COORDINATOR, HELPS
from bot.effects import digits
from bot.errors import Refused
from bot.house import House
from bot.identity import read_code
from bot.privacy.vault import Unreadable
from bot.reference import read_reference
from bot.vroegsignaal import reading as early
from flows.text import Json
from flows.understanding import normalise
from storage import admissions, agenda, agenda_hours, inbox
from storage.inbox import PAGE, Queue, Search

#: Appointments of which nobody said how it went, as many as are listed, and for how long: nobody remembers older ones.
UNMARKED, UNMARKED_SINCE = 50, 92 * DAY

#: A number of fewer digits is no telephone number.
_SHORTEST_PHONE = 6


async def open_inbox(
    house: House, staff: Staff, queue: Queue, *, mine: bool = False, words: str = "", page: int = 1
) -> Inbox:
    """A page of the inbox for this member of staff: of a queue or, with ``words``, what these find in all of them.
    Refused ``not_allowed``.

    Names and numbers are stored encrypted: only whole ones find anything. Of whom was found it is put on record who
    searched for them; to see the list as it is, is no look into a file. What is found of another team is only said to
    be there: its number, so that it can be asked for.
    """
    if staff.role not in HELPS:
        raise Refused("not_allowed")
    now = to_ms(house.clock.now())
    search = _search(house, words) if words else None
    viewing = None if staff.role == COORDINATOR else admissions.viewing(staff.id, now)
    async with house.db.read() as conn:
        found = await inbox.rows(
            conn,
            None if words else queue,
            assigned_to=staff.id if mine else None,
            search=search,
            page=page,
            viewing=None if words else viewing,
        )
        shown = found[:PAGE]
        own = await openable(conn, staff, now, [row.id for row in shown])
        known = [row for row in shown if row.id in own]
        why = await inbox.reasons(conn, [row.id for row in known], [row.id for row in known if row.urgency])
        counts = await inbox.counts(conn, staff.id, viewing)
        news = await agenda_hours.count_news(conn, staff.id)
        by_code = None if search is None or search.code is None else await inbox.by_code(conn, search.code)
    if search is not None:
        await record(house, staff, "searched", [(row.id, row.person_id) for row in shown])
    await house.vault.prepare({row.key_id for row in known})
    return Inbox(
        tuple(
            _listed(house, row, why.get(row.id, [])) if row.id in own else Listed(row, shut=True)
            for row in shown
            if row.id in own or search is None
        ),
        more=len(found) > PAGE,
        counts=counts,
        news=news,
        by_code=by_code,
        elsewhere=tuple(row.id for row in shown if row.id not in own) if search is not None else (),
    )


async def open_calendar(
    house: House, staff: Staff, start: int, end: int, *, who: int | None = None
) -> tuple[Booked, ...]:
    """Appointments that begin between two instants (milliseconds UTC, the second not included), in order of time: of
    all, or of one colleague. Of a file that one may not open it is said that the time is taken, and no more, unless it
    is one's own appointment. To see the list is no look into a file."""
    async with house.db.read() as conn:
        rows = await agenda.between(conn, start, end)
        everyone = await agenda.staff_of(conn, [row.id for row in rows])
        if who is not None:
            rows = [row for row in rows if any(number == who for number, _ in everyone.get(row.id, ()))]
        own = await _known(house, conn, staff, rows, everyone)
    await house.vault.prepare({row.key_id for row in rows if row.conversation_id in own})
    return _appointments(house, rows, everyone, own)


async def open_news(house: House, staff: Staff) -> tuple[Booked, ...]:
    """What residents did with this member of staff's appointments that they did not see yet, in order of time."""
    async with house.db.read() as conn:
        rows = await agenda.news(conn, staff.id)
        everyone = await agenda.staff_of(conn, [row.id for row in rows])
        own = await _known(house, conn, staff, rows, everyone)
    await house.vault.prepare({row.key_id for row in rows if row.conversation_id in own})
    return _appointments(house, rows, everyone, own)


async def open_unmarked(house: House, staff: Staff) -> tuple[Booked, ...]:
    """At most `UNMARKED` appointments that are over and of which nobody said how it went, this member of staff's own
    first. Nothing for who may not say it; nor of files that they may not open, nor of who was erased."""
    if not staff.may_act:
        return ()
    now = house.clock.now()
    async with house.db.read() as conn:
        rows = await agenda.unmarked(conn, staff.id, to_ms(now - UNMARKED_SINCE), to_ms(now), UNMARKED)
        own = await openable(conn, staff, to_ms(now), {row.conversation_id for row in rows})
        rows = [row for row in rows if row.conversation_id in own]
        everyone = await agenda.staff_of(conn, [row.id for row in rows])
    await house.vault.prepare({row.key_id for row in rows})
    found = (_appointment(house, row, everyone.get(row.id, ())) for row in rows)
    return tuple(one for one in found if not one.erased)


async def open_tasks(house: House, staff: Staff, *, everyone: bool = False) -> tuple[Task, ...]:
    """What this member of staff, or anyone of us, agreed to do and did not yet, in order of its days. The words are of
    the files, of which one sees those that one may open: to see them is a look into these."""
    found = await _tasks(house, staff, everyone=everyone)
    await record(house, staff, "looked", [(one.conversation_id, one.person_id) for one in found])
    return found


async def count_tasks(house: House, staff: Staff) -> int:
    """How much of that is for today, or late; that is no look."""
    today = house.calendar.day_of(house.clock.now())
    return sum(one.due is not None and one.due <= today for one in await _tasks(house, staff))


async def _tasks(house: House, staff: Staff, *, everyone: bool = False) -> tuple[Task, ...]:
    found = await agreements.tasks(house, None if everyone else staff.id)
    if not found:
        return ()
    async with house.db.read() as conn:
        own = await openable(conn, staff, to_ms(house.clock.now()), {one.conversation_id for one in found})
    return tuple(one for one in found if one.conversation_id in own)


async def open_signals(house: House, staff: Staff) -> tuple[early.OnRoute, ...]:
    """Early signals of nobody that we know, for a coordinator, whose look is on record. Refused ``not_allowed``."""
    if staff.role != COORDINATOR:
        raise Refused("not_allowed")
    return await early.ordinary(house, staff)


async def count_signals(house: House, staff: Staff) -> int | None:
    """How many of these nobody took up yet; None for who is no coordinator."""
    return await early.count(house) if staff.role == COORDINATOR else None


def _search(house: House, words: str) -> Search:
    phone, code = digits(words), read_code(words)
    return Search(
        name=house.vault.index("name", normalise(words)),
        phone=house.vault.index("phone", phone) if len(phone) >= _SHORTEST_PHONE else None,
        code=house.vault.index("code", code) if code else None,
        number=read_reference(words),
    )


def _listed(house: House, row: Row[*tuple[Any, ...]], events: list[Row[*tuple[Any, ...]]]) -> Listed:
    unseal = house.vault.unseal_text
    try:
        if not readable(house, row.key_id):
            return Listed(row, erased=True)
        name = None if row.name_sealed is None else unseal(row.name_sealed, "name")
        told: list[tuple[str, int, Json]] = []
        why: tuple[str, Json] | None = None
        for one in events:
            detail = None if one.detail_sealed is None else json.loads(unseal(one.detail_sealed, "event"))
            told.append((one.kind, one.created_at, detail))
            why = (one.kind, detail) if one.newest else why
        return Listed(row, name, why, standing.of_events(told) if row.urgency else {})
    except Unreadable:
        return Listed(row, erased=True)


async def _known(
    house: House,
    conn: AsyncConnection,
    staff: Staff,
    rows: Iterable[Row[*tuple[Any, ...]]],
    everyone: Mapping[int, Iterable[tuple[int, str]]],
) -> set[int]:
    """Of whose appointments one may know whose they are: the files that one may open, and who one meets or met."""
    met = {row.conversation_id for row in rows if any(number == staff.id for number, _ in everyone.get(row.id, ()))}
    return met | await openable(conn, staff, to_ms(house.clock.now()), {row.conversation_id for row in rows})


def _appointments(
    house: House,
    rows: Iterable[Row[*tuple[Any, ...]]],
    everyone: Mapping[int, Iterable[tuple[int, str]]],
    own: Collection[int],
) -> tuple[Booked, ...]:
    """Those of the conversations ``own`` with a name, the others without."""
    return tuple(
        _appointment(house, row, everyone.get(row.id, ()), shut=row.conversation_id not in own) for row in rows
    )


def _appointment(
    house: House, row: Row[*tuple[Any, ...]], staff: Iterable[tuple[int, str]], *, shut: bool = False
) -> Booked:
    name, erased = None, not shut and not readable(house, row.key_id)
    if not shut and not erased and row.name_sealed is not None:
        try:
            name = house.vault.unseal_text(row.name_sealed, "name")
        except Unreadable:
            erased = True
    return Booked(
        id=row.id,
        conversation_id=row.conversation_id,
        name=name,
        kind=row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=row.state,
        coming=row.coming_at is not None,
        news=row.news,
        staff=tuple(staff),
        erased=erased,
        shut=shut,
    )
