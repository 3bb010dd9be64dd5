"""The hours page: when someone can be met week by week, days that are otherwise, how long talks take; of the team:
closed days, open hours, usual lengths. Everyone looks, one changes one's own, a coordinator everybody's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from http import HTTPStatus
from itertools import pairwise
from typing import Any

from aiohttp import web
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.agenda import keeping
from bot.agenda.hours import MIDNIGHT, USUAL, Length, days_from
from bot.agenda.reading import read_agenda
from bot.clock import DAY, to_ms
from bot.desk import agenda_words, hours_form
from bot.desk.access import Booked, open_calendar
from bot.desk.accounts import Staff
from bot.desk.hours_form import Typed
from bot.desk.page import Visit, go, staff_only
from bot.desk.week import is_outside
from bot.errors import Refused
from bot.signals import INBOX
from flows.agenda import Kind
from storage import agenda_hours

#: Who may change the hours of others, and the team's.
ARRANGES = ("coordinator", "beheerder")
TEAM = "team"
#: How long days that were otherwise are still shown, and how far ahead appointments outside the hours are looked for.
_SHOWN_AFTER, _LOOKED_AHEAD = 31, 365
#: Of appointments outside the hours so many are named.
_MOST_NAMED = 20
#: Forms on the page that are always there.
_FORMS = ("weekly-new", "days-new", "days-list", "lengths-all")
_CONFLICTS = ("overlap", "overlap_days", "away_days", "gone_row")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row that are otherwise in the same way. ``numbers`` are its rows, with commas; ``counts``: nobody says
    beside it that they are away all day."""

    numbers: str
    first: date
    last: date
    starts: int
    ends: int
    kinds: str
    place: str
    is_past: bool
    counts: bool

    @property
    def is_whole(self) -> bool:
        """Whether it is from midnight to midnight."""
        return (self.starts, self.ends) == (0, MIDNIGHT)


@dataclass(frozen=True, slots=True)
class Known:
    """How long a kind of talk takes: what was said, and what holds where nothing was."""

    kind: str
    said: Length | None
    otherwise: Length

    @property
    def travels(self) -> bool:
        """Whether it has travel time."""
        return Kind(self.kind).travels


Change = Callable[[Visit, int | None], Awaitable[None]]


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/hours?who=``: a number, or ``team``."""
    team = await keeping.team(visit.house)
    wanted = visit.request.query.get("who", "")
    known = {str(number): number for number in team}
    owner = known.get(wanted, visit.staff.id if wanted != TEAM and visit.staff.id in team else None)
    return await _page(visit, owner, saved=visit.request.query.get("saved") == "1")


def may_change(staff: Staff, owner: int | None) -> bool:
    """Whether these are hours that this member of staff may change."""
    return staff.id == owner or staff.role in ARRANGES


def _change(place: str) -> Callable[[Change], Callable[[web.Request], Awaitable[web.StreamResponse]]]:
    """A posted form that changes hours. Afterwards the page is opened anew, at ``place`` or at what now stands outside
    the hours; a refusal is said on the page, which keeps what was typed."""

    def decorate(change: Change) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        @staff_only()
        async def handle(visit: Visit) -> web.StreamResponse:
            owner = await _owner(visit)
            try:
                await change(visit, owner)
            except Refused as error:
                if error.code not in agenda_words.REFUSALS:
                    raise
                return await _page(visit, owner, refused=error.code)
            visit.desk.free.forget()
            visit.house.signals.publish([INBOX])
            at = "outside" if await _outside(visit, owner) else place
            return go(f"{_address(owner)}&saved=1#{at}")

        return handle

    return decorate


@_change("weekly")
async def put_weekly(visit: Visit, owner: int | None) -> None:
    """``POST /desk/hours/weekly``: ``who``, ``starts``, ``ends``, ``kind-…``, ``place``; with a ``row`` its new
    ``weekday``, else all of ``weekday-…``."""
    form = visit.form
    given = hours_form.weekly(form, owner)
    if form.get("row"):
        number, weekday = hours_form.number(form), hours_form.weekday(form)
        await keeping.change_weekly(visit.house, visit.staff.id, number, weekday, given)
    else:
        await keeping.add_weekly(visit.house, visit.staff.id, hours_form.weekdays(form), given)


@_change("weekly")
async def remove_weekly(visit: Visit, owner: int | None) -> None:
    """``POST /desk/hours/weekly/remove``: ``who``, ``row``."""
    await keeping.remove_weekly(visit.house, visit.staff.id, owner, hours_form.number(visit.form))


@_change("days")
async def add_days(visit: Visit, owner: int | None) -> None:
    """``POST /desk/hours/days``: ``who``, ``what`` (``away``, ``partly``, ``extra``), ``first``, ``last`` (may be
    empty), and as for weekly hours."""
    first, last, given = hours_form.days(visit.form, owner)
    await keeping.add_days(visit.house, visit.staff.id, first, last, given)


@_change("days")
async def remove_days(visit: Visit, owner: int | None) -> None:
    """``POST /desk/hours/days/remove``: ``who``, ``rows``."""
    await keeping.remove_days(visit.house, visit.staff.id, owner, hours_form.numbers(visit.form))


@_change("lengths")
async def put_lengths(visit: Visit, owner: int | None) -> None:
    """``POST /desk/hours/lengths``: ``who``, ``minutes-…`` and ``travel-…`` per kind."""
    async with visit.house.db.read() as conn:
        otherwise = await _otherwise(conn, owner)
    await keeping.put_lengths(visit.house, visit.staff.id, owner, hours_form.lengths(visit.form, otherwise))


# ---- the page ------------------------------------------------------------------------------------------------------


async def _page(visit: Visit, owner: int | None, *, refused: str | None = None, saved: bool = False) -> web.Response:
    house, team = visit.house, await keeping.team(visit.house)
    today = house.calendar.day_of(house.clock.now())
    since = (today - _SHOWN_AFTER * DAY).isoformat()
    async with house.db.read() as conn:
        weekly = await agenda_hours.weekly(conn, owner)
        others = await agenda_hours.days(conn, owner, since)
        team_days = await agenda_hours.days(conn, None, since)
        lengths = await _lengths(conn, owner)
        otherwise = await _otherwise(conn, owner)
    outside = await _outside(visit, owner)
    form = visit.form.get("form", "") if refused is not None else ""
    if refused is not None and form not in (*_FORMS, *(f"weekly-{row.id}" for row in weekly)):
        form = "weekly-list"  # what it was about is gone
    status = HTTPStatus.OK if refused is None else HTTPStatus.BAD_REQUEST
    return visit.render(
        "hours.html",
        HTTPStatus.CONFLICT if refused in _CONFLICTS else status,
        owner=owner,
        who=TEAM if owner is None else str(owner),
        name=team.get(owner, "") if owner is not None else "Het team",
        team=team,
        is_mine=owner == visit.staff.id,
        may=may_change(visit.staff, owner),
        weekly=weekly,
        stretches=_stretches(others, today, _all_away([*others, *team_days])),
        lengths=[Known(kind, lengths.get(kind), otherwise[kind]) for kind in Kind],
        outside=outside[:_MOST_NAMED],
        outside_count=len(outside),
        too_short=partial(_too_short, {**otherwise, **lengths}),
        today=today.isoformat(),
        typed=Typed(form, visit.form if refused is not None else {}),
        refused=None if refused is None else agenda_words.REFUSALS[refused],
        saved=saved,
        agenda=agenda_words,
        midnight=MIDNIGHT,
        longest_place=keeping.LONGEST_PLACE,
    )


async def _lengths(conn: AsyncConnection, owner: int | None) -> dict[str, Length]:
    """How long and how far, of the kinds of which they said so."""
    return {row.kind: Length(row.minutes, row.travel) for row in await agenda_hours.lengths(conn, owner)}


async def _otherwise(conn: AsyncConnection, owner: int | None) -> Mapping[str, Length]:
    """What holds where they said nothing."""
    return USUAL if owner is None else {**USUAL, **await _lengths(conn, None)}


def _address(owner: int | None) -> str:
    return f"/desk/hours?who={TEAM if owner is None else owner}"


async def _owner(visit: Visit) -> int | None:
    """Whose hours are to be changed. Refused ``not_yours``, ``no_colleague``."""
    who = visit.form.get("who", "")
    known = {TEAM: None, **{str(number): number for number in await keeping.team(visit.house)}}
    if who not in known:
        raise Refused("no_colleague")
    if not may_change(visit.staff, known[who]):
        raise Refused("not_yours")
    return known[who]


async def _outside(visit: Visit, owner: int | None) -> list[tuple[Booked, list[str]]]:
    """Appointments that still come at a time at which colleagues have no hours, and who these are."""
    house = visit.house
    now = house.clock.now()
    days = days_from(house.calendar.day_of(now), _LOOKED_AHEAD)
    end = to_ms(house.calendar.instant(days[-1], MIDNIGHT))
    booked = await open_calendar(house, visit.staff, to_ms(now), end, who=owner)
    if not booked:
        return []
    async with house.db.read() as conn:
        agenda = await read_agenda(house, conn, days)
    found = (
        (one, [name for number, name in one.staff if owner in (None, number) and is_outside(agenda, number, one)])
        for one in booked
        if one.state == "booked"
    )
    return [(one, names) for one, names in found if names]


def _too_short(lengths: Mapping[str, Length], kinds: str, starts: int, ends: int) -> str:
    """The kinds of talks that are offered in these hours and do not fit into them; empty where all do."""
    return agenda_words.listed(
        kind for kind in kinds.split(",") if kind in lengths and lengths[kind].minutes > ends - starts
    )


def _all_away(rows: Iterable[Row[*tuple[Any, ...]]]) -> frozenset[str]:
    """The days (ISO 8601) of which one of these says that nobody is there at all."""
    return frozenset(row.day for row in rows if not row.kinds and (row.starts, row.ends) == (0, MIDNIGHT))


def _stretches(rows: Sequence[Row[*tuple[Any, ...]]], today: date, away: Collection[str]) -> list[Stretch]:
    """Rows of days that follow each other and are otherwise in the same way, as one; hours on days of ``away`` do not
    count."""
    same: dict[tuple[int, int, str, str, bool], list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        counts = not row.kinds or row.day not in away
        same.setdefault((row.starts, row.ends, row.kinds, row.place, counts), []).append(row)
    found = [_stretch(group, today, counts=key[-1]) for key, alike in same.items() for group in _in_a_row(alike)]
    return sorted(found, key=lambda one: (one.is_past, one.first, one.starts))


def _in_a_row(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[list[Row[*tuple[Any, ...]]]]:
    rows = list(rows)
    groups = [[rows[0]]]
    for before, row in pairwise(rows):
        if date.fromisoformat(row.day) == date.fromisoformat(before.day) + DAY:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _stretch(group: Sequence[Row[*tuple[Any, ...]]], today: date, *, counts: bool) -> Stretch:
    first, last = (date.fromisoformat(group[place].day) for place in (0, -1))
    numbers = ",".join(str(row.id) for row in group)
    row = group[0]
    return Stretch(numbers, first, last, row.starts, row.ends, row.kinds, row.place, last < today, counts)
