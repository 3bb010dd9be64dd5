"""A reminder of an appointment falls due: whether it still may go out (rules 8, 9 and 10).

It goes in a human's hold too and does not count for the weekly cap. It is no use after the appointment began: what
keeps it from going until then ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import effects
from bot.agenda.making import is_reminder, kinds_of_pings, reminded_at
from bot.clock import from_ms, to_ms
from bot.talk import Talk
from flows.grammar import Urgency
from flows.text import Json
from storage import agenda as store
from storage.tables import outbox, ping

#: Reasons for which a reminder is not sent that a human can do something about: there is no way to the person.
NO_WAY = ("no_address", "blocked")

_PLANNED = select(ping.c.created_at).where(ping.c.id == bindparam("key")).scalar_subquery()
_KINDS: BindParameter[list[str]] = bindparam("kinds", expanding=True)
_other, _arrived = ping.alias(), outbox.alias()
#: Of the reminders that were planned together: one that had no way, and one that was tried on every way in vain.
_TOLD = select(
    or_(
        exists().where(
            _other.c.conversation_id == bindparam("conversation"),
            _other.c.kind.in_(_KINDS),
            _other.c.created_at == _PLANNED,
            _other.c.id != bindparam("key"),
            _other.c.reason.in_(NO_WAY),
        ),
        exists().where(
            outbox.c.conversation_id == bindparam("conversation"),
            outbox.c.kind.in_(_KINDS),
            outbox.c.due_at >= _PLANNED,
            outbox.c.state == "failed",
            ~exists().where(_arrived.c.message_id == outbox.c.message_id, _arrived.c.state != "failed"),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a ping reminds of: ``at`` is the start that it was planned for, in milliseconds UTC."""

    kind: str
    appointment: int
    at: int


def read(kind: str, about: Json) -> Reminder | None:
    """The reminder that a ping of this kind is, if it is one; ``about`` was planned with it."""
    if not is_reminder(kind):
        return None
    assert isinstance(about, dict)
    return Reminder(kind, int(str(about["appointment"])), int(str(about["at"])))


async def recheck(reminder: Reminder, talk: Talk, conn: AsyncConnection) -> tuple[str | None, datetime | None]:
    """Whether it may go now: a reason why never, or a later time, or neither."""
    calendar, now = talk.house.calendar, from_ms(talk.now)
    row = await store.one(conn, talk.id, reminder.appointment)
    if reminder.at <= talk.now:
        return "too_late", None
    if row is None or row.state != "booked":
        return "cancelled", None
    if row.starts_at != reminder.at:
        return "moved", None
    of_day, _ = kinds_of_pings(reminder.appointment)
    if reminder.kind == of_day and reminded_at(calendar, from_ms(reminder.at))[1] <= now:
        return "replaced", None  # the other one is due as well: nobody needs both at once
    if talk.opted_out_at is not None:
        return "opted_out", None
    if talk.columns["paused_at"] is not None:
        return "paused", None
    if talk.address_id is None:
        return "no_address", None
    if talk.is_blocked:
        return "blocked", None
    if calendar.in_sending_hours(now):
        return None, None
    later = calendar.next_sending_time(now)
    return ("too_late", None) if to_ms(later) >= reminder.at else (None, later)


def supersede(reminder: Reminder, talk: Talk) -> None:
    """It is said now: that of the day before is not sent any more if it still waits for that."""
    of_day, _ = kinds_of_pings(reminder.appointment)
    if reminder.kind != of_day:
        talk.staged.cancels.append((talk.id, (of_day,), "replaced"))


async def dropped(reminder: Reminder, reason: str, ping_id: int, talk: Talk, conn: AsyncConnection) -> None:
    """On file. Where no way to the person is left a human is asked, before the appointment begins, and only once."""
    talk.record("ping_dropped", {"kind": reminder.kind.partition(":")[0], "reason": reason})
    if reason not in NO_WAY:
        return
    values = {"conversation": talk.id, "kinds": kinds_of_pings(reminder.appointment), "key": ping_id}
    if (await conn.execute(_TOLD, values)).scalar_one():
        return
    talk.record("not_reminded", {"appointment": reminder.appointment})
    effects.ask_human(talk, Urgency.NORMAL, reminder.at)
