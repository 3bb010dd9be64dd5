"""When the team can be met: weekly hours, days that are otherwise, what is taken already. Pure reckoning.

Hours are on the municipality's clock, in minutes after midnight; what comes out are instants, so that it is right in
the nights in which an hour is missing or comes twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot.clock import DAY, EPOCH, Calendar
from flows.agenda import Kind

#: What a slot row takes; appointments begin and end on one.
QUANTUM = timedelta(minutes=15)
#: Moments are offered so far apart.
STEP = timedelta(minutes=30)
#: Open hours without an appointment.
INLOOP = "inloop"
_KINDS = frozenset(Kind)
#: The end of a day, in minutes.
MIDNIGHT = 24 * 60


@dataclass(frozen=True, slots=True)
class Length:
    """How long a kind of talk takes, and how far away it is: there, and once more back. In minutes."""

    minutes: int
    travel: int = 0


#: Until the desk says otherwise.
USUAL: Mapping[str, Length] = {
    Kind.PHONE: Length(30),
    Kind.OFFICE: Length(60),
    Kind.HOME: Length(60, 30),
    Kind.ELSEWHERE: Length(60, 30),
    Kind.VIDEO: Length(45),
    Kind.CALL: Length(30),
    Kind.PAPERS: Length(60),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """Some hours of a day. ``staff`` None: of the whole team. ``kinds`` are codes; none: not there."""

    staff: int | None
    starts: int
    ends: int
    kinds: frozenset[str]
    place: str = ""

    @property
    def is_all_day(self) -> bool:
        """Whether it is from midnight to midnight."""
        return (self.starts, self.ends) == (0, MIDNIGHT)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which someone can be met."""

    start: datetime  # UTC
    end: datetime
    kinds: frozenset[str]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Free:
    """A moment that can be had, with all of ``staff``. ``at`` in UTC."""

    at: datetime
    minutes: int
    staff: tuple[int, ...]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is known of everyone's time. ``weekly`` by weekday (Monday is 0), ``other`` by day; ``lengths`` by member of
    staff (None: the team's) and kind; ``taken`` are quanta by member of staff, as instants in UTC."""

    calendar: Calendar
    names: Mapping[int, str]
    weekly: Mapping[int, tuple[Hours, ...]] = field(default_factory=dict)
    other: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    lengths: Mapping[tuple[int | None, str], Length] = field(default_factory=dict)
    taken: Mapping[int, Collection[datetime]] = field(default_factory=dict)

    def length(self, staff: int, kind: str) -> Length:
        """Their own, or the team's, or the usual one."""
        for who in (staff, None):
            if (known := self.lengths.get((who, kind))) is not None:
                return known
        return USUAL.get(kind, Length(60))

    def kinds(self) -> frozenset[str]:
        """What anyone offers in any week, or on a day of its own."""
        weekly = (hours for days in self.weekly.values() for hours in days)
        other = (hours for day, each in self.other.items() for hours in each if not self.is_away(hours.staff, day))
        rows = (*weekly, *other)
        return frozenset(kind for hours in rows if hours.staff in self.names for kind in hours.kinds) - {INLOOP}

    def spans(self, staff: int | None, day: date) -> tuple[Span, ...]:
        """When this member of staff (None: the team as a whole) can be met on ``day``, in order of time. On a general
        holiday or a closed day only in hours that were given for that very day. Such hours win over being away for a
        part of it; being away all day, oneself or with the team, wins over everything, whichever was said first."""
        if self.is_away(staff, day):
            return ()
        weekly = () if self.calendar.is_closed_day(day) else self.weekly.get(day.weekday(), ())
        other = self.other.get(day, ())
        found = [self._span(day, hours) for hours in weekly if hours.staff == staff]
        for hours in other:
            if not hours.kinds and hours.staff in (staff, None):
                away = self._span(day, hours)
                found = [rest for span in found for rest in _without(span, away)]
        found += [self._span(day, hours) for hours in other if hours.kinds and hours.staff == staff]
        return tuple(sorted((span for span in found if span.start < span.end), key=lambda span: span.start))

    def is_away(self, staff: int | None, day: date) -> bool:
        """Whether this member of staff (None: the team) is away all day."""
        return any(
            hours.is_all_day and not hours.kinds and hours.staff in (staff, None) for hours in self.other.get(day, ())
        )

    def free(self, kind: str, day: date, *, after: datetime, staff: Iterable[int] | None = None) -> Iterator[Free]:
        """The moments of ``day`` after ``after`` that each of ``staff`` (all) has for this kind of talk."""
        for who in self.names if staff is None else staff:
            yield from self._free(kind, day, after, who)

    def together(self, kind: str, day: date, staff: tuple[int, ...], *, after: datetime) -> Iterator[Free]:
        """The moments that all of ``staff`` have at the same time, for as long as the first needs."""
        if not set(staff) <= set(self.names):
            return
        first, *others = staff
        length = self.length(first, kind)
        for one in self._free(kind, day, after, first):
            if all(self.can(who, one.at, length) and self._works(who, one, day) for who in others):
                yield Free(one.at, one.minutes, staff, one.place)

    def can(self, staff: int, at: datetime, length: Length) -> bool:
        """Whether nothing of that time is taken."""
        taken = self.taken.get(staff, ())
        return not any(quantum in taken for quantum in quanta(at, length))

    def walk_in(self, days: Iterable[date]) -> Iterator[Span]:
        """The open hours of the team, and of each of its members."""
        for day in days:
            for who in (None, *self.names):
                yield from (span for span in self.spans(who, day) if INLOOP in span.kinds)

    def _free(self, kind: str, day: date, after: datetime, staff: int) -> Iterator[Free]:
        if kind not in _KINDS:
            return
        length, at_ours = self.length(staff, kind), Kind(kind).at_ours
        lasts = timedelta(minutes=length.minutes)
        # Around every moment the same, and there are thousands of moments.
        around = [quantum - EPOCH for quantum in quanta(EPOCH, length)]
        taken = self.taken.get(staff, ())
        given: set[datetime] = set()
        for span in self.spans(staff, day):
            if kind not in span.kinds:
                continue
            at, latest = _rounded(span.start), span.end - lasts
            while at <= latest:
                if at > after and at not in given:
                    for far in around:
                        if at + far in taken:
                            break
                    else:
                        given.add(at)
                        yield Free(at, length.minutes, (staff,), span.place if at_ours else "")
                at += STEP

    def _works(self, staff: int, one: Free, day: date) -> bool:
        """Whether they are there at all then, for whatever kind."""
        until = one.at + timedelta(minutes=one.minutes)
        return any(span.kinds and span.start <= one.at and until <= span.end for span in self.spans(staff, day))

    def _span(self, day: date, hours: Hours) -> Span:
        start, end = (self.calendar.instant(day, minutes) for minutes in (hours.starts, hours.ends))
        return Span(start, end, hours.kinds, hours.place)


def quanta(at: datetime, length: Length) -> tuple[datetime, ...]:
    """What a talk at ``at`` takes of someone's time, travel included, in order."""
    travel = timedelta(minutes=length.travel)
    start, end = _floor(at - travel), at + timedelta(minutes=length.minutes) + travel
    return tuple(start + n * QUANTUM for n in range(-((start - end) // QUANTUM)))


def is_quantum(at: datetime) -> bool:
    """Whether an appointment may begin at this instant."""
    return _floor(at) == at


def days_from(first: date, count: int) -> tuple[date, ...]:
    """So many days in a row."""
    return tuple(first + n * DAY for n in range(count))


def _floor(at: datetime) -> datetime:
    at = at.astimezone(UTC)
    return at - (at - EPOCH) % QUANTUM


def _rounded(at: datetime) -> datetime:
    """The first quantum that does not begin before ``at``."""
    floor = _floor(at)
    return floor if floor == at else floor + QUANTUM


def _without(span: Span, away: Span) -> Iterator[Span]:
    """What is left of ``span``: none, one or two parts. An absence in an hour that is missing that night is none."""
    if away.end <= away.start or away.end <= span.start or span.end <= away.start:
        yield span
        return
    if span.start < away.start:
        yield Span(span.start, away.start, span.kinds, span.place)
    if away.end < span.end:
        yield Span(away.end, span.end, span.kinds, span.place)
