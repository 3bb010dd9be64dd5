"""Whether something that nobody just asked for may be said to a person now (rule 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import from_ms
from bot.talk import Talk
from storage import conversations


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may, unless there is a ``reason`` why never, or a ``later`` time."""

    reason: str | None = None
    later: datetime | None = None


NOW = Allowed()


def week_before(now: int) -> int:
    """Since when what was said counts for the weekly cap, in milliseconds UTC."""
    return now - timedelta(days=7) // timedelta(milliseconds=1)


async def unasked(talk: Talk, conn: AsyncConnection) -> Allowed:
    """Consent, a way to the person, a human's hold, danger, sending hours, and the weekly cap over all flows."""
    house = talk.house
    now = from_ms(talk.now)
    if talk.opted_out_at is not None:
        return Allowed("opted_out")
    if not talk.is_reached:
        return Allowed("no_address")
    if talk.held:
        until = max(from_ms(talk.columns["hold_until"]), now + timedelta(hours=1))
        return Allowed(later=house.calendar.next_sending_time(until))
    if talk.columns["paused_at"] is not None:
        return Allowed(later=house.calendar.next_sending_time(now + timedelta(days=1)))
    if not house.calendar.in_sending_hours(now):
        return Allowed(later=house.calendar.next_sending_time(now))
    lately = talk.unasked_lately
    if lately is None:
        lately = (await conversations.planned_since(conn, [talk.id], week_before(talk.now))).get(talk.id, 0)
    if lately >= house.config.sending.weekly_cap:
        return Allowed(later=house.calendar.next_sending_time(now + timedelta(days=1)))
    return NOW
