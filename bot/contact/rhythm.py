"""When contact is due: reckoned from the day, the rhythm and the part of the day, without input or output.

For the chat any day will do, within the sending hours; for a telephone call or a visit it is an own day. Everyone has a
place of their own within about an hour, so that no wall of messages forms at ten o'clock.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count

from bot.clock import DAY, SENDING_MARGIN, Calendar
from flows.aftercare import MOST_MONTHS, Part, PlanKind, Rhythm
from flows.aftercare_days import MONTHS, WEEKS, months_on, near, next_day

#: When each part of the day begins, in minutes after midnight.
BEGINS = {Part.MORNING: 10 * 60, Part.AFTERNOON: 14 * 60, Part.EVENING: 18 * 60 + 30}
#: The minutes over which those who are due in one part of a day are spread.
SPREAD = 60
#: How long we wait for an answer before we ask once more, and after that before a human looks.
ASKED_AGAIN = timedelta(days=2)
GIVEN_UP = timedelta(days=3)
#: When something stood in the way: how long after it was asked it may still be asked once more.
AGAIN_UNTIL = timedelta(days=4)
#: So long after the last day of a plan what was asked then still waits for an answer.
LINGERS = AGAIN_UNTIL + GIVEN_UP
#: Who left half way and says nothing for so long, is done for now.
LEFT = timedelta(hours=1)
#: How many months after one evaluation there is another [004] 3.1.7.
EVALUATED = 6

#: On which part of another day it is asked once more.
_OTHER = {Part.MORNING: Part.EVENING, Part.AFTERNOON: Part.MORNING, Part.EVENING: Part.AFTERNOON}
#: Of who wants none any more: how far off the one contact is at least, in months.
_ONCE_AHEAD = 1


# ---- days ----------------------------------------------------------------------------------------------------------


def following(rhythm: Rhythm, weekday: int | None, base: date, after: date) -> date:
    """The first day of contact after the day ``after`` of a plan that was agreed on the day ``base``. Counted from that
    day, not from the contact before it: so it does not move through the month."""
    return next(day for day in _days(rhythm, weekday, base) if day > after)


def _days(rhythm: Rhythm, weekday: int | None, base: date) -> Iterator[date]:
    first = next_day(rhythm, weekday, base)
    if rhythm in WEEKS:
        yield from (first + timedelta(weeks=WEEKS[rhythm] * n) for n in count())
    for n in count(1):
        yield near(months_on(base, MONTHS[rhythm] * n), weekday)


def once(weekday: int | None, until: date, today: date) -> date | None:
    """The day of the one contact of who wants none in the year up to ``until``: half way, a month off at least. None:
    no day is left."""
    began = months_on(until, -MOST_MONTHS[PlanKind.AFTERCARE])
    day = max(next_day(Rhythm.ONCE, weekday, began), months_on(today, _ONCE_AHEAD))
    day = day if weekday is None or day.weekday() == weekday else day + timedelta(days=(weekday - day.weekday()) % 7)
    day = min(day, until)
    return day if day > today else None


def last_day(kind: PlanKind, began: date) -> date | None:
    """The last day that a plan of this kind may last; None: as long as it is wanted [004] 3.1.8, 3.1.9."""
    return months_on(began, MOST_MONTHS[kind]) if kind in MOST_MONTHS else None


def own_day(calendar: Calendar, day: date, until: date | None = None) -> date:
    """``day``, or the next one on which we are open; where that is after ``until``, the one before."""
    found = next(each for each in (day + n * DAY for n in count()) if calendar.is_own_day(each))
    if until is None or found <= until:
        return found
    return next(each for each in (day - n * DAY for n in count()) if calendar.is_own_day(each))


# ---- moments -------------------------------------------------------------------------------------------------------


def place(conversation_id: int, among: int) -> int:
    """Someone's own place among so many minutes: always the same, and next to each other nobody of one busy hour."""
    return zlib.crc32(b"contact" + conversation_id.to_bytes(8, "big")) % among


def moment(calendar: Calendar, day: date, part: Part, conversation_id: int) -> datetime:
    """When someone is asked on ``day``: in that part of it, as far as the sending hours reach."""
    opens, closes = _minutes(calendar.sending_from), _minutes(calendar.sending_until)
    closes -= SENDING_MARGIN // timedelta(minutes=1)
    begins = max(opens, min(BEGINS[part], closes - SPREAD))
    at = calendar.instant(day, begins + place(conversation_id, max(1, min(SPREAD, closes - begins))))
    return calendar.next_sending_time(at)  # an hour of it may be missing in spring


def at_or_after(calendar: Calendar, at: datetime, part: Part, conversation_id: int) -> datetime:
    """The first moment in someone's own part of a day that is not before ``at``: where what was put off goes."""
    today = calendar.day_of(at)
    found = (moment(calendar, today + n * DAY, part, conversation_id) for n in count())
    return next(each for each in found if each >= at)


def again(calendar: Calendar, asked: datetime, conversation_id: int) -> datetime:
    """When someone who did not answer is asked once more: on another day of the week and in another part of the day."""
    at = at_or_after(calendar, asked + ASKED_AGAIN, _OTHER[part_of(calendar, asked)], conversation_id)
    while _weekday(calendar, at) == _weekday(calendar, asked):
        at = moment(calendar, calendar.day_of(at) + DAY, _OTHER[part_of(calendar, asked)], conversation_id)
    return at


def part_of(calendar: Calendar, at: datetime) -> Part:
    """The part of the day in which ``at`` is."""
    minutes = _minutes(at.astimezone(calendar.zone).time())
    return next((part for part in reversed(Part) if BEGINS[part] <= minutes), Part.MORNING)


def _weekday(calendar: Calendar, at: datetime) -> int:
    return calendar.day_of(at).weekday()


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
