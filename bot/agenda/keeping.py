"""Hours, days that are otherwise and lengths of talks are kept here; appointments that stand are never touched.

``owner`` is the member of staff whose hours they are, None the team; ``by`` who changes them. Refused, each with words
in ``bot.desk.agenda_words``: what is meant cannot be, and nothing was changed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.agenda.hours import INLOOP, MIDNIGHT, QUANTUM, Agenda, Hours, Length, days_from
from bot.agenda.reading import read_agenda
from bot.clock import to_ms
from bot.errors import Refused
from bot.house import House
from flows.agenda import Kind
from storage import agenda as store
from storage import agenda_hours as hours

#: Times are whole quarters of an hour.
QUARTER = QUANTUM // timedelta(minutes=1)
#: A place, in characters; weekly rows of one owner; days at once; days ahead.
LONGEST_PLACE, MOST_WEEKLY, MOST_DAYS, FURTHEST = 200, 40, 62, 730
#: Of a talk, in minutes.
LONGEST_TALK, LONGEST_TRAVEL = 240, 120


async def team(house: House) -> dict[int, str]:
    """Number and name of everyone who meets residents, by name."""
    async with house.db.read() as conn:
        return {row.id: row.name for row in await store.team(conn)}


async def add_weekly(house: House, by: int, weekdays: Collection[int], given: Hours) -> None:
    """The same hours on each of these weekdays (Monday is 0), every week.

    Refused ``no_day``, ``no_quarter``, ``from_to``, ``no_kinds``, ``no_place``, ``place_too_long``, ``too_many_rows``,
    ``overlap``, ``no_colleague``."""
    _check(given)
    if not weekdays or not set(weekdays) <= set(range(7)):
        raise Refused("no_day")
    async with _changing(house, by, given.staff) as conn:
        rows = await hours.weekly(conn, given.staff)
        if len(rows) + len(set(weekdays)) > MOST_WEEKLY:
            raise Refused("too_many_rows")
        if any(row.weekday in weekdays and _overlap(given, row.starts, row.ends) for row in rows):
            raise Refused("overlap")
        for weekday in sorted(set(weekdays)):
            await hours.add_weekly(conn, given.staff, weekday=weekday, **_values(given))


async def change_weekly(house: House, by: int, number: int, weekday: int, given: Hours) -> None:
    """Other weekly hours instead of those with this number. Refused as `add_weekly`, and ``gone_row``."""
    _check(given)
    if weekday not in range(7):
        raise Refused("no_day")
    async with _changing(house, by, given.staff) as conn:
        others = [row for row in await hours.weekly(conn, given.staff) if row.id != number]
        if any(row.weekday == weekday and _overlap(given, row.starts, row.ends) for row in others):
            raise Refused("overlap")
        if not await hours.change_weekly(conn, given.staff, number, weekday=weekday, **_values(given)):
            raise Refused("gone_row")


async def remove_weekly(house: House, by: int, owner: int | None, number: int) -> None:
    """Refused ``gone_row``."""
    async with _changing(house, by, owner) as conn:
        if not await hours.remove_weekly(conn, owner, number):
            raise Refused("gone_row")


async def add_days(house: House, by: int, first: date, last: date, given: Hours) -> None:
    """The same on all days from ``first`` to ``last``: hours more, or (without kinds) not there. Who is away all day is
    so whatever else was said of that day (``Agenda.spans``), and what was said holds again when that is removed.

    Refused as `add_weekly`, and ``past``, ``last_before_first``, ``too_many_days``, ``too_far``; ``overlap_days``: they
    are there already, or away already; ``away_days``: they, or the whole team, are away all of such a day."""
    today = house.calendar.day_of(house.clock.now())
    if first < today:
        raise Refused("past")
    if last < first:
        raise Refused("last_before_first")
    count = (last - first).days + 1
    if (last - today).days > FURTHEST:
        raise Refused("too_far")
    if count > MOST_DAYS:
        raise Refused("too_many_days")
    _check(given, may_be_away=True)
    days = days_from(first, count)
    async with _changing(house, by, given.staff) as conn:
        known = await hours.days(conn, given.staff, first.isoformat(), last.isoformat())
        if given.kinds:
            agenda = await read_agenda(house, conn, days)
            if any(agenda.is_away(given.staff, day) for day in days):
                raise Refused("away_days")
            known = [row for row in known if row.kinds]  # who is away for some hours may be there for some of these
            if _are_there(agenda, days, given):
                raise Refused("overlap_days")
        elif given.is_all_day:  # goes over whatever is there, but not over itself
            known = [row for row in known if not row.kinds and (row.starts, row.ends) == (given.starts, given.ends)]
        if any(_overlap(given, row.starts, row.ends) for row in known):
            raise Refused("overlap_days")
        await hours.add_days(conn, given.staff, [day.isoformat() for day in days], **_values(given))


async def remove_days(house: House, by: int, owner: int | None, numbers: Collection[int]) -> None:
    """Those days are as always. Refused ``gone_row``."""
    async with _changing(house, by, owner) as conn:
        if not numbers or not await hours.remove_days(conn, owner, numbers):
            raise Refused("gone_row")


async def put_lengths(house: House, by: int, owner: int | None, lengths: Mapping[str, Length | None]) -> None:
    """How long kinds of talk take and how far away they are; None: as for the team, or as usual. Refused
    ``no_length``, ``no_travel``."""
    for kind, length in lengths.items():
        if kind not in set(Kind):
            raise Refused("no_kinds")
        if length is not None:
            _check_length(kind, length)
    async with _changing(house, by, owner) as conn:
        for kind, length in lengths.items():
            kept = None if length is None else (length.minutes, length.travel)
            await hours.put_length(conn, owner, kind, kept)


# ---- parts ---------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _changing(house: House, by: int, owner: int | None) -> AsyncIterator[AsyncConnection]:
    """A change by ``by``, put on record. Refused ``no_colleague``: that is nobody who meets residents."""
    async with house.db.begin() as conn:
        if owner is not None and owner not in {row.id for row in await store.team(conn)}:
            raise Refused("no_colleague")
        await hours.lock(conn, owner)
        yield conn
        await hours.record(conn, by, to_ms(house.clock.now()))


def _are_there(agenda: Agenda, days: Iterable[date], given: Hours) -> bool:
    """Whether they have hours on one of these days that overlap with those that are given."""
    instant = agenda.calendar.instant
    return any(
        instant(day, given.starts) < span.end and span.start < instant(day, given.ends)
        for day in days
        for span in agenda.spans(given.staff, day)
    )


def _check(given: Hours, *, may_be_away: bool = False) -> None:
    if given.starts % QUARTER or given.ends % QUARTER:
        raise Refused("no_quarter")
    if not 0 <= given.starts < given.ends <= MIDNIGHT:
        raise Refused("from_to")
    known = {INLOOP} if given.staff is None else set(Kind)
    if not given.kinds <= known or not (given.kinds or may_be_away):
        raise Refused("no_kinds")
    if len(given.place) > LONGEST_PLACE:
        raise Refused("place_too_long")
    if needs_place(given.kinds) and not given.place.strip():
        raise Refused("no_place")


def needs_place(kinds: Iterable[str]) -> bool:
    """Whether a resident has to know where to go."""
    return any(kind == INLOOP or (kind in set(Kind) and Kind(kind).at_ours) for kind in kinds)


def _check_length(kind: str, length: Length) -> None:
    if length.minutes % QUARTER or not QUARTER <= length.minutes <= LONGEST_TALK:
        raise Refused("no_length")
    if length.travel % QUARTER or not 0 <= length.travel <= (LONGEST_TRAVEL if Kind(kind).travels else 0):
        raise Refused("no_travel")


def _overlap(given: Hours, starts: int, ends: int) -> bool:
    return given.starts < ends and starts < given.ends


def _values(given: Hours) -> dict[str, int | str]:
    kinds = ",".join(sorted(given.kinds))
    return {"starts": given.starts, "ends": given.ends, "kinds": kinds, "place": " ".join(given.place.split())}
