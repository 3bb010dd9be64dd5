"""On which day a plan asks for contact: worked out in one place, for who says it and for who plans it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from flows.aftercare import Rhythm

_DAYS = 7
#: Of rhythms that count in weeks, how many; of the others, how many months. ONCE: half a year on [004] 3.1.9.
WEEKS: Mapping[Rhythm, int] = {Rhythm.WEEK: 1, Rhythm.TWO_WEEKS: 2}
MONTHS: Mapping[Rhythm, int] = {
    Rhythm.MONTH: 1,
    Rhythm.TWO_MONTHS: 2,
    Rhythm.QUARTER: 3,
    Rhythm.HALF_YEAR: 6,
    Rhythm.ONCE: 6,
}


def next_day(rhythm: Rhythm, weekday: int | None, after: date) -> date:
    """The day of the contact that comes after the one of ``after``, or after the agreement of that day. With a
    ``weekday`` (0 is Monday): counted in weeks, the first such day that is at most that many weeks away; counted in
    months, the one nearest to the same day of its month, so that it does not move through the month in a year."""
    weeks = WEEKS.get(rhythm)
    if weeks is not None:
        latest = after + timedelta(weeks=weeks)
        return latest if weekday is None else latest - timedelta(days=(latest.weekday() - weekday) % _DAYS)
    return near(months_on(after, MONTHS[rhythm]), weekday)


def near(day: date, weekday: int | None) -> date:
    """The day of the week that is nearest to ``day``; None: any is."""
    ahead = 0 if weekday is None else (weekday - day.weekday()) % _DAYS
    return day + timedelta(days=ahead if ahead <= _DAYS // 2 else ahead - _DAYS)


def months_on(day: date, months: int) -> date:
    """The same day of the month, so many months on; the last of a shorter one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def yearly(day: int, month: int, today: date) -> date:
    """The next time, from ``today`` on, that the year has this day (1 to 31) of this month (1 to 12); the last of the
    month where it has no such day."""
    this, following = (date(year, month, min(day, monthrange(year, month)[1])) for year in (today.year, today.year + 1))
    return this if this >= today else following
