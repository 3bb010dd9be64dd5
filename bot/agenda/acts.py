"""What a caseworker does with appointments from the desk. Each is one transaction, in which the resident is told too:
a human did it, so it is said at once, also in a hold, and whatever was opted out of (rule 10)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import urlsplit

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import deadlines, takeover, taking
from bot.agenda import making
from bot.agenda.hours import QUANTUM, Agenda, days_from, is_quantum
from bot.agenda.making import When
from bot.agenda.reading import read_agenda
from bot.clock import from_ms, to_ms
from bot.errors import Refused
from bot.house import House
from bot.takeover import Staff, is_new, locked
from bot.talk import Talk
from flows.agenda import Kind
from flows.grammar import Due
from flows.text import Json
from storage import agenda as store
from storage.database import retried

#: A transaction that was refused for a passing reason is tried again this often.
TRIES = 6
#: As many moments as can be proposed at once.
MOST_PROPOSED = 3
#: A note of the caseworker for the resident's own appointment (where to ring the bell), in characters.
LONGEST_PLACE = 200
#: The link of a video talk; those of common services are long.
LONGEST_LINK = 500
#: A day further off is a slip of the pen.
FURTHEST = timedelta(days=366)

_P = ParamSpec("_P")


def _tried_again(act: Callable[_P, Awaitable[None]]) -> Callable[_P, Coroutine[Any, Any, None]]:
    """Two who take the time of several colleagues may wait for each other in a circle (PostgreSQL ends one of them):
    then it is begun again, and nobody at the desk hears of it."""

    @wraps(act)
    async def tried(*args: _P.args, **kwargs: _P.kwargs) -> None:
        await retried(lambda: act(*args, **kwargs), tries=TRIES)

    return tried


@_tried_again
async def book(
    house: House,
    conversation_id: int,
    staff: Staff,
    *,
    kind: str,
    at: datetime,
    who: Sequence[int],
    place: str = "",
    client_id: str,
    seen_seq: int | None = None,
) -> None:
    """An appointment with ``who`` (the first is who it is with), at any moment that they have free, inside their hours
    or outside; the resident is told. Refused ``no_kind``, ``no_colleague``, ``no_moment``, ``slot_taken``,
    ``resident_busy`` (the resident has another appointment then), ``no_link``. The same ``client_id`` again does
    nothing. ``place`` is where they meet, as the resident reads it; of a video talk it is the link.

    It answers what the resident said up to message ``seen_seq`` (None: all of it), as far as `takeover.told` says; so
    do the other acts that give a moment."""
    async with _talk(house, conversation_id, client_id) as (one, conn):
        if one is None:
            return
        when = await _moment(one, conn, kind, at, who, place)
        number = await making.add(one, conn, kind, when, {"place": when.place}, by=staff.id)
        await _tell(one, staff, conn, number, "booked", seen_seq, is_there=staff.id in when.staff)
        await making.send_file(one, conn, number)


@_tried_again
async def propose(
    house: House,
    conversation_id: int,
    staff: Staff,
    *,
    kind: str,
    moments: Sequence[tuple[datetime, Sequence[int]]],
    place: str = "",
    client_id: str,
    seen_seq: int | None = None,
) -> None:
    """Up to three moments, each with who is there; the resident taps one, and until then nobody has them. What was
    proposed before is on offer no longer. Refused as `book`, and ``none_chosen``, ``too_many``."""
    if not moments or len(moments) > MOST_PROPOSED:
        raise Refused("too_many" if moments else "none_chosen")
    async with _talk(house, conversation_id, client_id) as (one, conn):
        if one is None:
            return
        await making.withdraw(one, conn)
        for at, who in moments:
            when = await _moment(one, conn, kind, at, who, place)
            await making.add(one, conn, kind, when, {"place": when.place}, by=staff.id, state="proposed")
        one.record("appointment_proposed", {"kind": kind, "moments": len(moments)}, staff_id=staff.id)
        if await taking.interrupt(Due("afspraak.proposed", {}), one, conn):
            is_there = any(staff.id in who for _, who in moments)
            await takeover.told(one, staff, conn, "proposed", seen_seq=seen_seq, is_there=is_there)


@_tried_again
async def move(
    house: House,
    conversation_id: int,
    staff: Staff,
    appointment_id: int,
    *,
    at: datetime,
    who: Sequence[int],
    client_id: str,
    seen_seq: int | None = None,
) -> None:
    """Another moment, or other colleagues; the resident is told. Refused ``gone``, and as `book`."""
    async with _talk(house, conversation_id, client_id) as (one, conn):
        if one is None:
            return
        row = await _row(one, conn, appointment_id, "booked")
        when = await _moment(one, conn, row.kind, at, who, "", without=row.id)
        await making.put(one, conn, row, when, by=staff.id)
        await store.seen(conn, staff.id, row.id)  # what it was before it was moved; for a colleague it still is news
        await _tell(one, staff, conn, row.id, "moved", seen_seq, is_there=staff.id in when.staff)
        await making.send_file(one, conn, row.id)


@_tried_again
async def give_link(
    house: House,
    conversation_id: int,
    staff: Staff,
    appointment_id: int,
    *,
    link: str,
    client_id: str,
    seen_seq: int | None = None,
) -> None:
    """The link of a video talk that stands, or another one; the resident is told, unless it is the one that they have.
    Refused ``gone``, ``not_video``, ``no_link``. The same ``client_id`` with the same link again does nothing: two
    colleagues may each have another."""
    async with _talk(house, conversation_id, f"{client_id} {link}") as (one, conn):
        if one is None:
            return
        row = await _row(one, conn, appointment_id, "booked")
        if row.kind != Kind.VIDEO:
            raise Refused("not_video")
        link = _link(link)
        before = await making.put_link(one, conn, row, link, by=staff.id)
        if link == before:
            return
        who = [number for number, _ in (await store.staff_of(conn, [row.id])).get(row.id, [])]
        await store.seen(conn, staff.id, row.id)
        await _tell(one, staff, conn, row.id, "new_link" if before else "link", seen_seq, is_there=staff.id in who)


@_tried_again
async def cancel(house: House, conversation_id: int, staff: Staff, appointment_id: int, *, client_id: str) -> None:
    """It does not take place; the resident is told and offered another. Refused ``gone``."""
    async with _talk(house, conversation_id, client_id) as (one, conn):
        if one is None:
            return
        row = await _row(one, conn, appointment_id, "booked")
        await making.end(one, conn, row, "cancelled", by=staff.id)
        await _tell(one, staff, conn, row.id, "cancelled")
        await making.send_file(one, conn, row.id)


@_tried_again
async def mark(
    house: House, conversation_id: int, staff: Staff, appointment_id: int, state: str, *, client_id: str
) -> None:
    """How it went: ``held``, or ``no_show``, of which the resident gets a kind word and new moments. It can be put
    right afterwards. Refused ``gone``, ``not_yet`` (it has not begun)."""
    assert state in ("held", "no_show")
    async with _talk(house, conversation_id, client_id) as (one, conn):
        if one is None:
            return
        row = await _row(one, conn, appointment_id, "booked", "held", "no_show")
        if row.starts_at > one.now:
            raise Refused("not_yet")
        if row.state == state:
            return
        await making.end(one, conn, row, state, by=staff.id)
        if state == "held":
            await takeover.met(one, staff, conn, row.kind, row.starts_at)
            await deadlines.talk_held(one, conn, row.starts_at)
        elif row.state == "held":
            await deadlines.talk_not_held(one, conn, row.starts_at)
            for other in await store.of(conn, one.id):  # what they did keep is kept by those
                if other.state == "held":
                    await deadlines.talk_held(one, conn, other.starts_at)
        if state == "no_show":
            await _tell(one, staff, conn, row.id, "no_show")


async def seen(house: House, staff: Staff, appointment_id: int) -> None:
    """This caseworker saw what a resident did with it."""
    async with house.db.begin() as conn:
        await store.seen(conn, staff.id, appointment_id)


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _moment(
    one: Talk,
    conn: AsyncConnection,
    kind: str,
    at: datetime,
    who: Sequence[int],
    place: str,
    *,
    without: int | None = None,
) -> When:
    """What a caseworker chose is theirs to choose, inside hours or outside; only what is taken is not to be had, of
    their time or of the resident's. The conversation is locked: nothing else is agreed with them meanwhile."""
    if kind not in set(Kind):
        raise Refused("no_kind")
    at, now = at.astimezone(UTC), from_ms(one.now)
    if not now < at < now + FURTHEST or not is_quantum(at):
        raise Refused("no_moment")
    day = one.house.calendar.day_of(at)
    agenda = await read_agenda(one.house, conn, days_from(day, 1), without=without)
    if not who or not set(who) <= set(agenda.names):
        raise Refused("no_colleague")
    staff = making.staff_in_order(who)
    length = agenda.length(staff[0], kind)
    place = _link(place) if place and kind == Kind.VIDEO else place[:LONGEST_PLACE]
    when = When(at, length, staff, place or _place(agenda, kind, at, staff[0]))
    beside = [row for row in await store.current(conn, one.id, one.now) if row.id != without]
    if making.overlaps(beside, to_ms(when.at), to_ms(when.until)):
        raise Refused("resident_busy")
    if not all(agenda.can(each, at, length) for each in staff):
        raise Refused("slot_taken")
    return when


def _place(agenda: Agenda, kind: str, at: datetime, staff: int) -> str:
    """Where they are at that moment, as far as their hours say."""
    day = agenda.calendar.day_of(at)
    return next((one.place for one in agenda.free(kind, day, after=at - QUANTUM, staff=[staff]) if one.at == at), "")


def _link(typed: str) -> str:
    """A link that opens a page and nothing else, at a host that one can read: where residents are sent is ours to
    answer for. Refused ``no_link``."""
    try:
        parts = urlsplit(typed)
        is_page = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        _ = parts.port
    except ValueError:  # a bracket too few, or a port that is none
        is_page = False
    if not is_page or len(typed) > LONGEST_LINK or not typed.isprintable() or set(typed) & set(' "<>\\'):
        raise Refused("no_link")
    scheme, rest = typed.split(":", 1)
    return f"{scheme.lower()}:{rest}"  # only so it is a link everywhere that it is shown


async def _row(one: Talk, conn: AsyncConnection, number: int, *states: str) -> Row[*tuple[Any, ...]]:
    row = await store.one(conn, one.id, number)
    if row is None or row.state not in states:
        raise Refused("gone")
    if "held" not in states and from_ms(row.ends_at) <= from_ms(one.now):
        raise Refused("gone")
    return row


async def _tell(
    one: Talk,
    staff: Staff,
    conn: AsyncConnection,
    number: int,
    what: str,
    seen_seq: int | None = None,
    *,
    is_there: bool = True,
) -> None:
    """The resident hears of it; only then it may be an answer."""
    about: Json = {"appointment": number, "what": what}
    if await taking.interrupt(Due("afspraak.told", about), one, conn):
        await takeover.told(one, staff, conn, what, seen_seq=seen_seq, is_there=is_there)


@asynccontextmanager
async def _talk(
    house: House, conversation_id: int, client_id: str
) -> AsyncIterator[tuple[Talk | None, AsyncConnection]]:
    """The locked conversation, or None when this form was handled before."""
    async with locked(house, conversation_id) as (one, conn):
        yield (one if await is_new(client_id, one, conn) else None), conn
