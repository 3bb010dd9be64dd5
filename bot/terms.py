"""The terms of a file: by when there is a first talk and a decision, and when we are warned of it (docs/rules.md).

Legal terms count in the statutory calendar: own closed days never make them longer. Warnings are for the desk, so they
come on days on which it is open; they are no messages to the person, and nothing that stops those stops them.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import standing
from bot.clock import DAY, STATUTORY_CRISIS_DAYS, Calendar, from_ms, to_ms
from bot.talk import Talk
from flows.grammar import Category
from storage.tables import promise

#: The crises for which the law sets a term of its own (Wgs art. 4, second paragraph).
LEGAL_CRISES = frozenset({Category.HOME, Category.UTILITIES, Category.CARE})

#: Four weeks from the sign-up to the first talk (Wgs art. 4, first paragraph).
FIRST_TALK_DAYS = 28

#: How many of our own working days before the last day of a term we are warned, when that day begins.
WARNED_BEFORE = {"intake": 2, "first_talk": 2, "decision": 2, "crisis_talk": 1, "news": 1, "evaluation": 2}

#: Kinds of pings that warn of a term: this and the kind of the promise.
PREFIX = "deadline."


# ---- reckoning -----------------------------------------------------------------------------------------------------


def first_talk_by(calendar: Calendar, signed_up: datetime) -> date:
    """The last day for the first talk with who signed up then."""
    day = calendar.add_calendar_days(calendar.day_of(signed_up), FIRST_TALK_DAYS)
    return calendar.statutory_term_end(day)


def crisis_talk_by(calendar: Calendar, recognised: datetime) -> date:
    """The last day for the first talk in a crisis of ``LEGAL_CRISES`` that was recognised then."""
    return calendar.add_statutory_days(recognised, STATUTORY_CRISIS_DAYS)


def decision_by(calendar: Calendar, held: datetime, weeks: int) -> date:
    """The last day for the decision, so many weeks after the first talk was held."""
    return calendar.statutory_term_end(calendar.add_calendar_days(calendar.day_of(held), 7 * weeks))


def end_of(calendar: Calendar, day: date) -> datetime:
    """The end of ``day`` for us: when we close then, or midnight when we are closed all day."""
    closing = calendar.next_closing(_midnight(calendar, day))
    if closing is None or calendar.day_of(closing) != day:
        return datetime.combine(day, time.max, calendar.zone)
    return closing


def warned_at(calendar: Calendar, kind: str, made: datetime, last: date) -> datetime:
    """When we are warned of a term that began at ``made`` and ends on the day ``last``; at once when it is short."""
    day, days, first = last, WARNED_BEFORE[kind], calendar.day_of(made)
    while days and day > first:
        day -= DAY
        days -= calendar.is_own_day(day)
    if days:
        return made
    opens = calendar.next_opening(_midnight(calendar, day) - timedelta(milliseconds=1))
    return min(max(opens, made), end_of(calendar, last))


def _midnight(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, time.min, calendar.zone)


# ---- on a file -----------------------------------------------------------------------------------------------------


async def begin(talk: Talk, kind: str, last: date, conn: AsyncConnection) -> None:
    """A term of this ``kind`` begins now and ends on the day ``last``; we are warned of it in time."""
    calendar = talk.house.calendar
    talk.staged.add(promise, conversation_id=talk.id, kind=kind, made_at=talk.now, due_at=to_ms(end_of(calendar, last)))
    if await standing.terms(talk, conn, (kind,)):
        look_again(talk, kind)  # the warning of that one may be planned for sooner, or may have been given
    else:
        _plan(talk, kind, to_ms(warned_at(calendar, kind, from_ms(talk.now), last)))


def look_again(talk: Talk, kind: str) -> None:
    """What runs of this ``kind`` changed: it is seen to anew when we are warned of it."""
    _plan(talk, kind, talk.now)


async def begin_with_sign_up(talk: Talk, intake: date | None, conn: AsyncConnection) -> None:
    """The terms of who signs up now; ``intake``: the day that was promised for it, None when none was."""
    if intake is not None:
        await begin(talk, "intake", intake, conn)
    await begin(talk, "first_talk", first_talk_by(talk.house.calendar, from_ms(talk.now)), conn)


async def begin_with_crisis(talk: Talk, category: Category, conn: AsyncConnection) -> None:
    """The term of a crisis that is recognised now, before that is on record; one that stands already has its own."""
    if category in LEGAL_CRISES and category not in (await standing.read(talk, conn)).crises:
        await begin(talk, "crisis_talk", crisis_talk_by(talk.house.calendar, from_ms(talk.now)), conn)


def _plan(talk: Talk, kind: str, at: int) -> None:
    talk.staged.plans.append(
        {
            "conversation_id": talk.id,
            "kind": PREFIX + kind,
            "created_at": talk.now,
            "due_at": at,
            "about_sealed": None,
        }
    )
