"""A day by which something is to be done comes near: the person is reminded of what is still open then (rule 9), and
what one of us does waits for us on the morning of the day."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import allowed, clocks
from bot.agreements import making
from bot.agreements.making import DUE, OURS
from bot.allowed import Allowed
from bot.clock import to_ms
from bot.inbound import Fallen
from bot.talk import Talk
from flows.grammar import Urgency
from flows.text import Json
from storage import agreements as store
from storage import conversations


async def recheck(ping: Fallen, about: Json, talk: Talk, conn: AsyncConnection) -> Allowed:
    """Whether it may go now: there is something to be reminded of, and its day is not over by the time that rule 9
    allows it."""
    may = await allowed.unasked(talk, conn)
    theirs, _ = await store.open_on(conn, talk.id, _day(ping).isoformat())
    if not theirs:
        return Allowed("cancelled")
    at = talk.now if may.later is None else to_ms(may.later)
    return Allowed("too_late") if may.reason is None and at >= expires_at(ping, about, talk) else may


def expires_at(ping: Fallen, about: Json, talk: Talk) -> int:
    """When a reminder is of no use any more: as its day ends, in milliseconds UTC."""
    return to_ms(talk.house.calendar.instant(_day(ping), 24 * 60))


def _day(ping: Fallen) -> date:
    return date.fromisoformat(ping.kind.removeprefix(DUE))


async def fall(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """The morning of a day on which one of us is to be done with something: until we close the file waits for us."""
    if not await conversations.finish_ping(conn, ping.ping_id, "done", None):
        return
    day = ping.kind.removeprefix(OURS)
    _, ours = await store.open_on(conn, talk.id, day)
    if ours:
        clocks.ask_human(talk, Urgency.NORMAL, making.ours_due(talk.house.calendar, date.fromisoformat(day)))
        talk.record("task_due", {"day": day})
