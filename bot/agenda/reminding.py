"""A reminder of an appointment falls due: whether it still may go out (rules 8, 9 and 10).

It goes in a human's hold too and does not count for the weekly cap. It is no use after the appointment began: what
keeps it from going until then ends it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BindParameter, bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import clocks
from bot.agenda.making import kinds_of_pings, reminded_at
from bot.allowed import NOW, Allowed
from bot.clock import from_ms, to_ms
from bot.inbound import Fallen
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


async def recheck(ping: Fallen, about: Json, talk: Talk, conn: AsyncConnection) -> Allowed:
    """Whether it may go now."""
    calendar, now, reminder = talk.house.calendar, from_ms(talk.now), _read(ping, about)
    row = await store.one(conn, talk.id, reminder.appointment)
    if reminder.at <= talk.now:
        return Allowed("too_late")
    if row is None or row.state != "booked":
        return Allowed("cancelled")
    if row.starts_at != reminder.at:
        return Allowed("moved")
    of_day, _ = kinds_of_pings(reminder.appointment)
    if reminder.kind == of_day and reminded_at(calendar, from_ms(reminder.at))[1] <= now:
        return Allowed("replaced")  # the other one is due as well: nobody needs both at once
    if talk.opted_out_at is not None:
        return Allowed("opted_out")
    if talk.columns["paused_at"] is not None:
        return Allowed("paused")
    if talk.address_id is None:
        return Allowed("no_address")
    if talk.is_blocked:
        return Allowed("blocked")
    if calendar.in_sending_hours(now):
        return NOW
    later = calendar.next_sending_time(now)
    return Allowed("too_late") if to_ms(later) >= reminder.at else Allowed(later=later)


async def supersede(ping: Fallen, about: Json, talk: Talk, conn: AsyncConnection) -> None:
    """It is said now: that of the day before is not sent any more if it still waits for that."""
    of_day, _ = kinds_of_pings(_read(ping, about).appointment)
    if ping.kind != of_day:
        talk.staged.cancels.append((talk.id, (of_day,), "replaced"))


async def dropped(ping: Fallen, about: Json, reason: str, talk: Talk, conn: AsyncConnection) -> None:
    """On file. Where no way to the person is left a human is asked, before the appointment begins, and only once."""
    reminder = _read(ping, about)
    talk.record("ping_dropped", {"kind": reminder.kind.partition(":")[0], "reason": reason})
    if reason not in NO_WAY:
        return
    values = {"conversation": talk.id, "kinds": kinds_of_pings(reminder.appointment), "key": ping.ping_id}
    if (await conn.execute(_TOLD, values)).scalar_one():
        return
    talk.record("not_reminded", {"appointment": reminder.appointment})
    clocks.ask_human(talk, Urgency.NORMAL, reminder.at)


def expires_at(ping: Fallen, about: Json, talk: Talk) -> int:
    """When it is of no use any more: as the appointment begins, in milliseconds UTC."""
    return _read(ping, about).at


def _read(ping: Fallen, about: Json) -> Reminder:
    assert isinstance(about, dict)
    return Reminder(ping.kind, int(str(about["appointment"])), int(str(about["at"])))
