"""Time: what it is now, when we are open, when something is due.

Instants that this module hands out are aware and in UTC: two instants in one local zone compare by their wall clock,
and that is wrong in the night in which an hour comes twice. Days are dates in the municipality's zone. A term of days
does not count the day of receipt.

Two calendars: *statutory* working days are those of the Algemene termijnenwet (Atw) and measure
legal terms; *own* days and hours are the municipality's and measure its promises and queues.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import count
from typing import Protocol
from zoneinfo import ZoneInfo

from dateutil.easter import easter

from flows.grammar import Promised

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MILLISECOND = timedelta(milliseconds=1)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")

#: Terms that are law: a first talk in a threatening situation within three working days (Wgs art. 4, second paragraph).
STATUTORY_CRISIS_DAYS = 3

#: What moves forward into sending hours is due this long before their end, so that a busy worker is still in time.
SENDING_MARGIN = timedelta(minutes=15)

#: What waited for the start of the sending hours goes out in so long after it.
SPREAD = timedelta(hours=1)

#: The demo clock's step past something that stays due.
PATIENCE = timedelta(minutes=1)


# ---- now -----------------------------------------------------------------------------------------------------------


class Clock(Protocol):
    """Where the time comes from; handed in, never imported."""

    def now(self) -> datetime:
        """This instant, aware and in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """This instant in UTC."""
        return datetime.now(UTC)


class Passed(ValueError):
    """The moment that the clock was to be moved to is over."""


class DemoClock:
    """Real time plus an offset that only grows: it runs on by itself and can be moved forward."""

    def __init__(self, real: Clock | None = None) -> None:
        self._real = real or SystemClock()
        self._offset = timedelta(0)
        self._moving = asyncio.Lock()

    def now(self) -> datetime:
        """This instant in the demo, in UTC."""
        return self._real.now() + self._offset

    async def advance(
        self,
        target: datetime,
        next_due: Callable[[datetime], Awaitable[datetime | None]],
        run_due: Callable[[], Awaitable[None]],
    ) -> None:
        """Moves to ``target`` from one due time to the next, so that hours and caps hold on the way.

        ``next_due(after)`` gives the first due time after ``after``, or None; ``run_due`` handles what is due. What
        stays due although it was run (another worker has it) is tried again every ``PATIENCE`` on the way.
        Raises ``Passed``.
        """
        async with self._moving:
            after = self.now()
            if target < after:
                raise Passed("the demo clock only moves forward")
            await run_due()
            while (due := await next_due(after)) is not None:
                after = due if due > after else after + PATIENCE
                if after > target:
                    break
                self._move_to(after)
                await run_due()
            self._move_to(target)
            await run_due()

    def _move_to(self, at: datetime) -> None:
        self._offset = max(self._offset, at - self._real.now())


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC, rounded down, as in the database. Raises ``ValueError`` without a zone."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return (at - EPOCH) // MILLISECOND


def from_ms(ms: int, zone: ZoneInfo | None = None) -> datetime:
    """The instant of so many milliseconds since 1970-01-01 UTC, in ``zone`` (default UTC)."""
    return (EPOCH + timedelta(milliseconds=ms)).astimezone(zone or UTC)


# ---- working time --------------------------------------------------------------------------------------------------


#: Days from Easter Sunday: Good Friday (equated, Atw art. 3 lid 3), Easter Monday, Ascension, Whit Monday.
_AROUND_EASTER = (-2, 1, 39, 50)
#: Month and day: New Year, Liberation Day (in law every year), Christmas.
_FIXED = ((1, 1), (5, 5), (12, 25), (12, 26))


@cache
def general_holidays(year: int) -> frozenset[date]:
    """The general holidays of Atw art. 3 that can fall on a working day, and Good Friday, which is equated to them.

    Other days equated by decree are a setting. Held in a test against the ``holidays`` library, which would bring
    every country of the world into memory.
    """
    sunday = easter(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == 6:
        kings_day -= timedelta(days=1)
    moving = (sunday + timedelta(days=days) for days in _AROUND_EASTER)
    return frozenset({*moving, kings_day, *(date(year, month, day) for month, day in _FIXED)})


@dataclass(frozen=True, slots=True)
class Span:
    """Open from ``opens`` up to ``closes``, on one day; a closing time of 00:00 is midnight at the end of that day."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes != time(0) and self.closes <= self.opens:
            raise ValueError("closes before it opens")


#: Per weekday, Monday first; several spans make a day with a break.
OFFICE_HOURS: tuple[tuple[Span, ...], ...] = (*(((Span(time(9), time(17)),),) * 5), (), ())


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time of one municipality, in both calendars, and its sending hours.

    ``opening_hours``: seven tuples of spans in order of time, Monday first. ``closed_days``: own closed days besides
    the general holidays; ``open_holidays``: general holidays on which we are open all the same. ``equated_days``: days
    that a decree equates with a holiday (Atw art. 3, third paragraph); they do not close us, and leaving one out makes
    a legal term end earlier, never later. Raises ``ValueError`` when no weekday has hours.
    """

    zone: ZoneInfo = AMSTERDAM
    opening_hours: tuple[tuple[Span, ...], ...] = OFFICE_HOURS
    closed_days: frozenset[date] = frozenset()
    open_holidays: frozenset[date] = frozenset()
    equated_days: frozenset[date] = frozenset()
    sending_from: time = time(9)
    sending_until: time = time(20)

    def __post_init__(self) -> None:
        if len(self.opening_hours) != 7 or not any(self.opening_hours):
            raise ValueError("opening hours need seven days, of which at least one with hours")

    # -- days --

    def day_of(self, at: datetime) -> date:
        """The day on which ``at`` falls here."""
        return at.astimezone(self.zone).date()

    def is_statutory_day(self, day: date) -> bool:
        """Whether ``day`` is a working day in the sense of the Atw."""
        return day.weekday() < 5 and day not in general_holidays(day.year) and day not in self.equated_days

    def is_own_day(self, day: date) -> bool:
        """Whether the municipality has opening hours on ``day``."""
        return bool(self._spans(day))

    def is_closed_day(self, day: date) -> bool:
        """Whether ``day`` is a general holiday on which we are not open, or a closed day of our own."""
        return day in self.closed_days or (day in general_holidays(day.year) and day not in self.open_holidays)

    def instant(self, day: date, minutes: int) -> datetime:
        """So many minutes after midnight on the clock of ``day``; 1440 is the midnight that ends it."""
        days, rest = divmod(minutes, 24 * 60)
        return self._instant(day + days * DAY, time(*divmod(rest, 60)))

    def add_statutory_days(self, at: datetime, days: int) -> date:
        """The last day of a legal term of so many working days that began with something received at ``at``."""
        return _nth(self.is_statutory_day, self.day_of(at), days)

    def add_own_days(self, at: datetime, days: int) -> date:
        """The ``days``-th day after that of ``at`` on which we open; with 0 that day itself, or the next such day."""
        return _nth(self.is_own_day, self.day_of(at), days)

    def add_calendar_days(self, day: date, days: int) -> date:
        """So many days later, whatever days they are."""
        return day + days * DAY

    def statutory_term_end(self, day: date) -> date:
        """``day``, or the next working day when a term may not end on it (Atw art. 1, first paragraph)."""
        return _nth(self.is_statutory_day, day, 0)

    # -- hours --

    def is_open(self, at: datetime) -> bool:
        """Whether it is within opening hours; at the very moment of closing it is not."""
        return any(start <= at < end for start, end in self._periods(self.day_of(at)))

    def next_opening(self, at: datetime) -> datetime:
        """The first moment after ``at`` at which we open (also when we are open now)."""
        return next(start for start, _ in self._periods_from(at) if start > at)

    def opens_at(self, at: datetime) -> datetime:
        """``at`` when we are open, else the next opening: when someone reads what came in at ``at``."""
        return at.astimezone(UTC) if self.is_open(at) else self.next_opening(at)

    def next_closing(self, at: datetime) -> datetime | None:
        """The first moment after ``at`` at which we close for the day; None when we do not close for two weeks.

        A break is no closing, and neither is midnight when we stay open.
        """
        today = self.day_of(at)
        for day in (today + n * DAY for n in range(15)):
            periods = self._periods(day)
            if periods and (closing := periods[-1][1]) > at and not self.is_open(closing):
                return closing
        return None

    def add_open_time(self, at: datetime, amount: timedelta) -> datetime:
        """The first moment by which ``amount`` of opening time has passed since ``at``; ``at`` itself for nothing."""
        if amount < timedelta(0):
            raise ValueError("opening time only adds up")
        if not amount:
            return at.astimezone(UTC)
        for start, end in self._periods_from(at):
            start = max(start, at.astimezone(UTC))
            if end - start >= amount:
                return start + amount
            amount -= max(end - start, timedelta(0))
        raise AssertionError("periods never end")

    # -- messages that nobody just asked for (rule 9) --

    def in_sending_hours(self, at: datetime) -> bool:
        """Whether something planned may be sent."""
        start, end = self._sending(self.day_of(at))
        return start <= at < end

    def next_sending_time(self, at: datetime) -> datetime:
        """``at``, or the next start of sending hours."""
        if self.in_sending_hours(at):
            return at.astimezone(UTC)
        today = self.day_of(at)
        return next(start for start, _ in map(self._sending, (today, today + DAY)) if start > at)

    def spread_sending_time(self, at: datetime, share: float) -> datetime:
        """``at``, or in the first hour after the next start of sending hours, so far into it as ``share`` (from 0 up to
        1) says: else everything that waited would go out at once. Of shorter hours it is into those."""
        start = self.next_sending_time(at)
        if self.in_sending_hours(at):
            return start
        _, end = self._sending(self.day_of(start))
        room = min(SPREAD, max(end - start - SENDING_MARGIN, timedelta(0)))  # never all of it
        return start + int(share * (room // MILLISECOND)) * MILLISECOND

    def previous_sending_time(self, at: datetime) -> datetime:
        """``at``, or the last moment before it in sending hours, with a margin: reminders move earlier, never later."""
        today = self.day_of(at)  # two days before: the night that has an hour less may leave nothing of one
        hours = map(self._sending, (today, today - DAY, today - 2 * DAY))
        return next(last for start, end in hours if (last := min(at.astimezone(UTC), end - SENDING_MARGIN)) >= start)

    # -- parts --

    def _instant(self, day: date, at: time) -> datetime:
        """Local wall time as an instant: an hour that is missing counts as the next, a doubled one the first time."""
        return _instant(self.zone, day, at)

    def _spans(self, day: date) -> tuple[Span, ...]:
        if self.is_closed_day(day):
            return ()
        return self.opening_hours[day.weekday()]

    def _periods(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        periods = (
            (
                self._instant(day, span.opens),
                self._instant(day + DAY if span.closes == time(0) else day, span.closes),
            )
            for span in self._spans(day)
        )
        return tuple((start, end) for start, end in periods if start < end)  # an hour may be missing in spring

    def _periods_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        today = self.day_of(at)
        for n in count():
            yield from self._periods(today + n * DAY)

    def _sending(self, day: date) -> tuple[datetime, datetime]:
        return self._instant(day, self.sending_from), self._instant(day, self.sending_until)


@lru_cache(maxsize=4_096)
def _instant(zone: ZoneInfo, day: date, at: time) -> datetime:
    """The same few hours of the same few days are asked of every message."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def _nth(works: Callable[[date], bool], day: date, days: int) -> date:
    """The ``days``-th day after ``day`` that ``works``; with 0 ``day`` itself or the first one after it that does."""
    if days < 0:
        raise ValueError("terms run forward")
    if not days:
        day, days = day - DAY, 1
    while days:
        day += DAY
        days -= works(day)
    return day


# ---- what we promise -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """The municipality's own clocks, in own days unless it says otherwise."""

    first_contact: int = 2  # [002]
    intake: int = 10  # [002]
    intake_in_own_days: bool = False
    crisis: int = 1  # promised only when it is faster than the law
    food: int = 1
    seizure: int = 3
    hold: timedelta = timedelta(hours=4)  # opening hours


def promised(now: datetime, calendar: Calendar, terms: Terms) -> Promised:
    """The dates that a person may be told now: for a crisis the legal one or the own one, whichever is earlier, and
    never later than for whoever asks for help without one."""
    today = calendar.day_of(now)
    first_contact = calendar.add_own_days(now, terms.first_contact)
    return Promised(
        first_contact=first_contact,
        intake=calendar.add_own_days(now, terms.intake)
        if terms.intake_in_own_days
        else calendar.add_calendar_days(today, terms.intake),
        crisis=min(
            calendar.add_statutory_days(now, STATUTORY_CRISIS_DAYS),
            calendar.add_own_days(now, terms.crisis),
            first_contact,
        ),
        food=min(calendar.add_own_days(now, terms.food), first_contact),
        seizure=min(calendar.add_own_days(now, terms.seizure), first_contact),
        reads_at=calendar.opens_at(now).astimezone(calendar.zone),
    )


def hold_until(now: datetime, calendar: Calendar, terms: Terms) -> datetime:
    """When a hold that begins now, or in which a human answers now, lapses (rule 8).

    After the hold time in opening hours or at closing time, whichever is earlier; outside hours this counts from the
    next opening.
    """
    start = calendar.opens_at(now)
    lapses = calendar.add_open_time(start, terms.hold)
    closing = calendar.next_closing(start)
    return lapses if closing is None else min(lapses, closing)
