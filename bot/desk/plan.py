"""Choosing a moment for an appointment: who is free when in two weeks, for a new one, another moment, or a proposal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aiohttp import web
from yarl import URL

from bot.agenda.acts import LONGEST_PLACE, MOST_PROPOSED
from bot.agenda.hours import Agenda, Free, days_from
from bot.agenda.reading import read_agenda
from bot.clock import DAY, from_ms, to_ms
from bot.desk import wording
from bot.desk.access import open_file
from bot.desk.card import Card, Promised
from bot.desk.page import Visit, staff_only, status_of
from bot.desk.planned import Planned, arrange
from bot.errors import Refused
from flows.agenda import Kind
from flows.grammar import Urgency
from locales.formatting import say_date
from storage.promises import BY_TALK

#: Days on one page, and how far ahead one can look.
DAYS = 14
FURTHEST = 366 * DAY
#: As many as can be with one resident at the same time: who had the file, and who gets it.
MOST_COLLEAGUES = 2

_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What moments are asked for. ``purpose``: ``book``, ``propose`` or ``move`` (of ``moving``). Nobody in ``who``:
    whoever of the team is free; two are both there. ``seen``: the last message of the conversation on the page from
    which this was opened."""

    purpose: str
    kind: str
    who: tuple[int, ...]
    first: date
    seen: int
    moving: Planned | None = None

    def address(self, file_id: int, first: date) -> str:
        """The same, from another day on."""
        purpose = f"move:{self.moving.id}" if self.moving else self.purpose
        given = [("for", purpose), ("kind", self.kind), *(("with", str(one)) for one in self.who or ("",))]
        when = [("from", first.isoformat()), ("seen", str(self.seen))]
        return str(URL(f"/desk/file/{file_id}/plan").with_query([*given, *when]))


@dataclass(frozen=True, slots=True)
class Choice:
    """A moment that can be had: what its field says, its time on the clock, with whom and where."""

    value: str
    clock: str
    names: str
    place: str


@dataclass(frozen=True, slots=True)
class Day:
    """The moments of a day; ``late``: what should have been before it, in words. ``place`` where all of them are."""

    words: str
    late: tuple[str, ...]
    choices: tuple[Choice, ...]
    place: str


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/plan?for=book|propose|move:<id>&kind=…&with=<staff>&with=<staff>&from=<day>&seen=<seq>``,
    all of them optional."""
    return await page_of(visit)


async def page_of(visit: Visit, *, refused: str = "") -> web.Response:
    """That page; ``refused`` says why what was just asked was not done, and what was typed is still there. Refused
    ``no_appointment``: there is none to move."""
    file = await open_file(visit.house, visit.staff, visit.file_id, acting=True)
    house, now = visit.house, visit.house.clock.now()
    found = arrange(await file.appointments(), to_ms(now))
    stands = (*found.open, *found.standing)
    card, _ = await file.card()
    moving, first = _moving(visit, stands), _first(visit, now)
    async with house.db.read() as conn:
        agenda = await read_agenda(house, conn, days_from(first, DAYS), without=moving.id if moving else None)
    wanted = _wanted(visit, moving, first, agenda, file.head.last_seq)
    others = [one for one in stands if moving is None or one.id != moving.id]
    today = house.calendar.day_of(now)
    return visit.render(
        "plan.html",
        status_of(refused) if refused else 200,
        file=file,
        name=file.name or "Zonder naam",
        card=card,
        wanted=wanted,
        kinds={kind.value: wording.MEETINGS[kind] for kind in Kind},
        colleagues=agenda.names,
        days=tuple(_days(agenda, wanted, others, card, now, visit.staff.id)),
        terms=_terms(card),
        stands=others,
        proposed=bool(found.proposed),
        where=_where(wanted),
        typed={name: visit.form.get(name, "") for name in ("place", "day", "time")},
        typed_with=_typed_with(visit, wanted, agenda),
        chosen={value for name, value in visit.form.items() if name.startswith("moment")},
        is_link=wanted.kind == Kind.VIDEO,
        longest_place=LONGEST_PLACE,
        most=MOST_PROPOSED,
        earlier=wanted.address(file.id, max(today, first - DAYS * DAY)) if first > today else None,
        later=wanted.address(file.id, first + DAYS * DAY) if first + DAYS * DAY <= today + FURTHEST else None,
        span=f"{say_date(first, 'nl')} tot en met {say_date(first + (DAYS - 1) * DAY, 'nl')}",
        today=today.isoformat(),
        furthest=(today + FURTHEST).isoformat(),
        countdown=lambda due_at: wording.countdown(due_at, now, Urgency.NORMAL, house.calendar),
        refused=wording.REFUSALS.get(refused, ""),
    )


# ---- what is asked for ---------------------------------------------------------------------------------------------


def _given(visit: Visit, name: str) -> str:
    """From the address, or of the form that was just refused."""
    return visit.form.get(name, visit.request.query.get(name, ""))


def _moving(visit: Visit, stands: Iterable[Planned]) -> Planned | None:
    """The appointment that gets another moment, if any."""
    number = visit.request.match_info.get("appointment") or _given(visit, "for").partition("move:")[2]
    if not number:
        return None
    moving = next((one for one in stands if str(one.id) == number), None)
    if moving is None:
        raise Refused("no_appointment")
    return moving


def _first(visit: Visit, now: datetime) -> date:
    today = visit.house.calendar.day_of(now)
    try:
        return min(max(date.fromisoformat(_given(visit, "from")), today), today + FURTHEST)
    except ValueError:
        return today


def _wanted(visit: Visit, moving: Planned | None, first: date, agenda: Agenda, last_seq: int) -> Wanted:
    purpose = "propose" if visit.request.path.endswith("/propose") or _given(visit, "for") == "propose" else "book"
    kind = moving.kind if moving else _given(visit, "kind")
    if kind not in set(Kind):
        kind = Kind.PHONE.value
    if "showing" in visit.form:
        given = visit.form["showing"].split("-")
    elif "with" in visit.request.query:
        given = visit.request.query.getall("with")
    else:
        given = [str(one) for one, _ in moving.staff] if moving else [str(visit.staff.id)]
    known = {str(one): one for one in agenda.names}
    who = tuple(dict.fromkeys(known[one] for one in given if one in known))[:MOST_COLLEAGUES]
    said = _given(visit, "seen")
    seen = min(int(said), last_seq) if said.isascii() and _NUMBER.fullmatch(said) else last_seq
    return Wanted("move" if moving else purpose, kind, who, first, seen, moving)


def _typed_with(visit: Visit, wanted: Wanted, agenda: Agenda) -> tuple[int | None, int | None]:
    """With whom a moment is that is typed: as was just chosen beside it, else as the moments on offer are."""
    if "day" in visit.form:
        known = {str(one): one for one in agenda.names}
        return known.get(visit.form.get("with", "")), known.get(visit.form.get("also", ""))
    first, second, *_ = (*wanted.who, None, None)
    return first, second


# ---- what there is -------------------------------------------------------------------------------------------------


def _days(
    agenda: Agenda, wanted: Wanted, stands: Sequence[Planned], card: Card, now: datetime, viewer: int
) -> Iterator[Day]:
    """The days on which there is a free moment, in order."""
    calendar = agenda.calendar
    last = [
        (one.what, day) for one in _terms(card) if (day := calendar.day_of(from_ms(one.due_at))) >= calendar.day_of(now)
    ]
    for day in days_from(wanted.first, DAYS):
        free = [one for one in _free(agenda, wanted, day, now, viewer) if not _overlaps(one, stands)]
        if free:
            places = {one.place for one in free}
            yield Day(
                say_date(day, "nl"),
                tuple(what for what, by in last if day > by),
                tuple(_choice(agenda, one, alone=len(places) == 1) for one in free),
                places.pop() if len(places) == 1 else "",
            )


def _terms(card: Card) -> list[Promised]:
    """What only a talk keeps, and no talk did yet."""
    return [one for one in card.promises if one.kind in BY_TALK and one.kept_at is None]


def _free(agenda: Agenda, wanted: Wanted, day: date, now: datetime, viewer: int) -> list[Free]:
    if len(wanted.who) > 1:
        return list(agenda.together(wanted.kind, day, wanted.who, after=now))
    best: dict[datetime, Free] = {}
    busy = {who: _busy(agenda, who, day) for who in agenda.names}
    for one in agenda.free(wanted.kind, day, after=now, staff=wanted.who or None):
        if one.at not in best or _rank(one, viewer, busy) < _rank(best[one.at], viewer, busy):
            best[one.at] = one
    return [best[at] for at in sorted(best)]


def _rank(one: Free, viewer: int, busy: Mapping[int, int]) -> tuple[bool, int, int]:
    """Of who are free at the same time: who looks, else who has least to do that day."""
    return viewer not in one.staff, busy[one.staff[0]], one.staff[0]


def _busy(agenda: Agenda, staff: int, day: date) -> int:
    return sum(agenda.calendar.day_of(at) == day for at in agenda.taken.get(staff, ()))


def _overlaps(one: Free, stands: Iterable[Planned]) -> bool:
    """Whether the resident has something else then."""
    start, end = to_ms(one.at), to_ms(one.at + timedelta(minutes=one.minutes))
    return any(start < other.ends_at and other.starts_at < end for other in stands)


def _choice(agenda: Agenda, one: Free, *, alone: bool) -> Choice:
    local = one.at.astimezone(agenda.calendar.zone)
    return Choice(
        "-".join(str(part) for part in (to_ms(one.at), *one.staff)),
        f"{local:%H:%M}",
        " en ".join(agenda.names[who] for who in one.staff),
        "" if alone else one.place,
    )


def _where(wanted: Wanted) -> str:
    """What to ask about the place; nothing where there is none, or where it stays as it was."""
    kind = Kind(wanted.kind)
    if wanted.moving:
        return ""
    if kind == Kind.VIDEO:
        return "Link van het videogesprek (mag leeg; dan stuurt u hem later)"
    if kind.travels:
        return "Adres of plek, zoals de inwoner het leest (mag leeg)"
    return "Plek, zoals de inwoner het leest (leeg: de plek die bij de uren staat)" if kind.at_ours else ""
