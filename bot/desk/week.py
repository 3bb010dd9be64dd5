"""A week of the calendar, day by day: appointments, free hours, travel. Pure reckoning."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.agenda.hours import INLOOP, MIDNIGHT, QUANTUM, Agenda, Span
from bot.clock import from_ms
from bot.desk import agenda_words
from bot.desk.access import Booked

What = Literal["booked", "free", "inloop", "travel"]


@dataclass(frozen=True, slots=True)
class Part:
    """Some time of a day, in the municipality's zone. ``outside``: of an appointment, that its colleague is not there
    then; ``colleagues`` are who else is at it."""

    what: What
    start: datetime
    end: datetime
    kinds: str = ""
    place: str = ""
    booked: Booked | None = None
    state: str = ""
    outside: bool = False
    colleagues: tuple[str, ...] = ()

    @property
    def hours(self) -> str:
        """From when to when, on the clock."""
        return f"{self.start:%H:%M}–{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Column:
    """A colleague's day, or (without a number) the team's."""

    staff: int | None
    name: str
    parts: tuple[Part, ...]
    away: str | None = None  # said of a colleague who has hours less, or none


@dataclass(frozen=True, slots=True)
class Day:
    """One day. ``named`` is what is special about it; ``absent`` who has neither hours nor appointments."""

    day: date
    named: str | None
    is_today: bool
    is_past: bool
    columns: tuple[Column, ...]
    absent: tuple[str, ...]


def days_of(
    agenda: Agenda, days: Iterable[date], booked: Sequence[Booked], now: datetime, *, who: int | None
) -> list[Day]:
    """The days as they are shown: of one member of staff, or (None) of the team. A weekend with nothing in it is left
    out; an appointment of who left the team is not."""
    today = agenda.calendar.day_of(now)
    found = []
    for day in days:
        wanted = [who] if who is not None else [None, *_everyone(agenda, booked, day)]
        columns = [_column(agenda, one, day, booked, now) for one in wanted]
        shown = columns if who is not None else [column for column in columns if column.parts or column.away]
        if day.weekday() >= 5 and day != today and not any(column.parts for column in columns):
            continue
        absent = [column.name for column in columns if column not in shown and column.staff is not None]
        named = agenda_words.holiday(day, agenda.calendar) or _away(agenda, None, day)
        found.append(Day(day, named, day == today, day < today, tuple(shown), tuple(absent)))
    return found


def is_outside(agenda: Agenda, staff: int, one: Booked) -> bool:
    """Whether this member of staff has no hours for (all of) an appointment, whatever they offer then."""
    at, end = from_ms(one.starts_at), from_ms(one.ends_at)
    spans = agenda.spans(staff, agenda.calendar.day_of(at)) if staff in agenda.names else ()
    while at < end:
        if not any(span.start <= at < span.end for span in spans):
            return True
        at += QUANTUM
    return False


def _column(agenda: Agenda, staff: int | None, day: date, booked: Sequence[Booked], now: datetime) -> Column:
    away = None if staff is None else _away(agenda, staff, day)
    return Column(staff, _name(agenda, booked, staff), tuple(_parts(agenda, staff, day, booked, now)), away)


def _away(agenda: Agenda, staff: int | None, day: date) -> str | None:
    """That a colleague (None: the whole team) is away, all day or from when to when."""
    away = [one for one in agenda.other.get(day, ()) if one.staff == staff and not one.kinds]
    who = "Team afwezig" if staff is None else "Afwezig"
    if not away or any(one.is_all_day for one in away):
        return who if away else None
    said = (f"{agenda_words.clock(one.starts)}–{agenda_words.clock(one.ends)}" for one in away)
    return f"{who} {', '.join(said)}"


def _everyone(agenda: Agenda, booked: Iterable[Booked], day: date) -> list[int]:
    calendar = agenda.calendar
    others = (number for one in booked if calendar.day_of(from_ms(one.starts_at)) == day for number, _ in one.staff)
    return list(dict.fromkeys([*agenda.names, *others]))


def _name(agenda: Agenda, booked: Iterable[Booked], staff: int | None) -> str:
    if staff is None:
        return "Team"
    return agenda.names.get(staff) or next(
        (name for one in booked for number, name in one.staff if number == staff), ""
    )


def _parts(agenda: Agenda, staff: int | None, day: date, booked: Iterable[Booked], now: datetime) -> list[Part]:
    mine = [
        one
        for one in booked
        if agenda.calendar.day_of(from_ms(one.starts_at)) == day and any(number == staff for number, _ in one.staff)
    ]
    parts = [_booked(agenda, one, staff, now) for one in mine if staff is not None]
    taken: Collection[datetime] = agenda.taken.get(staff, ()) if staff is not None else ()
    parts += _travel(agenda, day, mine, taken)
    for span in agenda.spans(staff, day):
        if span.end > now:
            parts += _free(agenda, span, taken, now)
    return sorted(parts, key=lambda part: (part.start, part.what != "booked", part.end))


def _booked(agenda: Agenda, one: Booked, staff: int, now: datetime) -> Part:
    zone = agenda.calendar.zone
    start, end = from_ms(one.starts_at, zone), from_ms(one.ends_at, zone)
    if one.state in ("held", "no_show"):
        state = one.state
    elif start <= now:
        state = "over"
    else:
        state = "coming" if one.coming else "open"
    others = tuple(name for number, name in one.staff if number != staff)
    outside = state in ("coming", "open") and is_outside(agenda, staff, one)
    return Part("booked", start, end, one.kind, "", one, state, outside, others)


def _travel(agenda: Agenda, day: date, mine: Sequence[Booked], taken: Collection[datetime]) -> list[Part]:
    """What is taken around the appointments."""
    begin, end = agenda.calendar.instant(day, 0), agenda.calendar.instant(day, MIDNIGHT)
    talks = [(from_ms(one.starts_at), from_ms(one.ends_at)) for one in mine]
    around = (
        at for at in sorted(taken) if begin <= at < end and not any(start <= at < until for start, until in talks)
    )
    zone = agenda.calendar.zone
    return [Part("travel", start.astimezone(zone), end.astimezone(zone)) for start, end in _runs(around)]


def _free(agenda: Agenda, span: Span, taken: Collection[datetime], now: datetime) -> Iterator[Part]:
    """What is left of a span: of today only what still comes."""
    steps = (span.end - span.start) // QUANTUM
    quanta = (span.start + n * QUANTUM for n in range(steps))
    zone = agenda.calendar.zone
    is_inloop = span.kinds == {INLOOP}
    if is_inloop:
        yield Part("inloop", span.start.astimezone(zone), span.end.astimezone(zone), INLOOP, span.place)
        return
    for start, end in _runs(at for at in quanta if at not in taken and at > now):
        kinds = agenda_words.listed(span.kinds)
        yield Part("free", start.astimezone(zone), end.astimezone(zone), kinds, span.place)


def _runs(quanta: Iterable[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """Quanta that follow each other, as one stretch."""
    start = end = None
    for at in quanta:
        if end is not None and start is not None and at != end:
            yield start, end
            start = None
        start = at if start is None else start
        end = at + QUANTUM
    if start is not None and end is not None:
        yield start, end
