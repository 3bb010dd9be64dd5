"""Whether something that nobody just asked for may be said to a person now (rule 9)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Calendar, from_ms
from bot.talk import Talk
from storage import conversations


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may, unless there is a ``reason`` why never, or a ``later`` time."""

    reason: str | None = None
    later: datetime | None = None


NOW = Allowed()


def sending_time(calendar: Calendar, at: datetime, conversation_id: int) -> datetime:
    """``at``, or in the first hour of the next sending hours: for each conversation at a time of its own, which is the
    same every time that it is asked."""
    return calendar.spread_sending_time(at, zlib.crc32(conversation_id.to_bytes(8, "big")) / 2**32)


def week_before(now: int) -> int:
    """Since when what was said counts for the weekly cap, in milliseconds UTC."""
    return now - timedelta(days=7) // timedelta(milliseconds=1)


async def unasked(talk: Talk, conn: AsyncConnection) -> Allowed:
    """Consent, a way to the person, a human's hold, danger, sending hours, and the weekly cap over all flows."""
    house = talk.house
    now, calendar = from_ms(talk.now), house.calendar
    if talk.opted_out_at is not None:
        return Allowed("opted_out")
    if not talk.is_reached:
        return Allowed("no_address")
    if talk.held:
        until = max(from_ms(talk.columns["hold_until"]), now + timedelta(hours=1))
        return Allowed(later=sending_time(calendar, until, talk.id))
    if talk.columns["paused_at"] is not None:
        return Allowed(later=sending_time(calendar, now + timedelta(days=1), talk.id))
    if not calendar.in_sending_hours(now):
        return Allowed(later=sending_time(calendar, now, talk.id))
    lately = talk.unasked_lately
    if lately is None:
        lately = (await conversations.planned_since(conn, [talk.id], week_before(talk.now))).get(talk.id, 0)
    if lately >= house.config.sending.weekly_cap:
        return Allowed(later=sending_time(calendar, now + timedelta(days=1), talk.id))
    return NOW
