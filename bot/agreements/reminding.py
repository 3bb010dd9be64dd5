"""A day by which something is to be done comes near: the person is reminded of what is still open then (rule 9), and
what one of us does waits for us on the morning of the day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import effects
from bot.agreements import making
from bot.agreements.making import DUE, OURS
from bot.clock import to_ms
from bot.inbound import Fallen
from bot.talk import Talk
from flows.grammar import Urgency
from storage import agreements as store
from storage import conversations


def day_of(kind: str) -> date | None:
    """The day that a ping of this kind reminds the person of; None: it is none of these."""
    return date.fromisoformat(kind.removeprefix(DUE)) if making.is_reminder(kind) else None


def expires_at(day: date, talk: Talk) -> int:
    """When a reminder of ``day`` is of no use any more: as that day ends, in milliseconds UTC."""
    return to_ms(talk.house.calendar.instant(day, 24 * 60))


async def recheck(
    day: date, allowed: tuple[str | None, datetime | None], talk: Talk, conn: AsyncConnection
) -> tuple[str | None, datetime | None]:
    """Whether a reminder of ``day`` may go now, ``allowed`` being what holds for all that nobody asked for: a reason
    why never, or a later time, or neither."""
    reason, later = allowed
    theirs, _ = await store.open_on(conn, talk.id, day.isoformat())
    if not theirs:
        return "cancelled", None
    at = talk.now if later is None else to_ms(later)
    return ("too_late", None) if reason is None and at >= expires_at(day, talk) else allowed


async def fall(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """The morning of a day on which one of us is to be done with something: until we close the file waits for us."""
    if not await conversations.finish_ping(conn, ping.ping_id, "done", None):
        return
    day = ping.kind.removeprefix(OURS)
    _, ours = await store.open_on(conn, talk.id, day)
    if ours:
        effects.ask_human(talk, Urgency.NORMAL, making.ours_due(talk.house.calendar, date.fromisoformat(day)))
        talk.record("task_due", {"day": day})
