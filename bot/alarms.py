"""Staff who must know now: an alarm is sent until a human acknowledges it, to more of them each time.

Alarms are written by the message's own transaction (``bot.effects``; who asks for the colleague they know:
``bot.contact.known``) and end in the desk (``bot.takeover``) or as a false alarm (``bot.talk``). Here they are claimed,
by any number of processes, and sent; of whoever was erased they end, because nobody can open that file.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Row, bindparam, insert, or_, select, update

from bot.clock import Calendar, from_ms, to_ms
from bot.config import Crisis
from bot.errors import DeliveryError
from bot.house import House
from bot.notify import Notifier
from bot.reference import reference
from bot.running import again_and_again
from flows.grammar import Urgency
from storage.contact import Colleague, colleagues, working
from storage.tables import alarm, conversation, event, person

log = logging.getLogger(__name__)

CLAIMED = 20
#: A process that dies with a claimed alarm leaves it to others after this.
LEASE = timedelta(minutes=2)
#: How often it looks, in seconds.
EVERY = 2.0

#: Once everyone has been told, repeats come less and less often, down to this.
SLOWEST = timedelta(hours=1)
#: The room of the column; at one an hour that is more than three years.
MOST_ROUNDS = 32_000

SOONEST_RETRY = timedelta(seconds=15)
LATEST_RETRY = timedelta(minutes=5)

#: A table expression, for the reason given in ``storage.due``.
_DUE = (
    select(alarm.c.id)
    .where(alarm.c.state == "raised", alarm.c.next_at <= bindparam("now"))
    .where(or_(alarm.c.claimed_until.is_(None), alarm.c.claimed_until < bindparam("real_now")))
    .order_by(alarm.c.urgency.desc(), alarm.c.next_at)
    .limit(CLAIMED)
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM = (
    update(alarm)
    .where(alarm.c.id.in_(select(_DUE.c.id)))
    .values(claimed_until=bindparam("until"))
    .returning(
        alarm.c.id,
        alarm.c.conversation_id,
        alarm.c.raised_at,
        alarm.c.urgency,
        alarm.c.level,
        alarm.c.kind,
        alarm.c.staff_id,
    )
)
#: Only while it is still raised and ours: someone may have acknowledged it meanwhile, or the claim may have run out.
_CONCLUDE = (
    update(alarm)
    .where(alarm.c.id == bindparam("key"), alarm.c.state == "raised", alarm.c.claimed_until == bindparam("claim"))
    .values(level=bindparam("to_level"), next_at=bindparam("at"), last_error=bindparam("error"), claimed_until=None)
)
_KEYS = (
    select(conversation.c.id, person.c.key_id)
    .join(person, person.c.id == conversation.c.person_id)
    .where(conversation.c.id.in_(bindparam("ids", expanding=True)))
)
_ERASED = (
    update(alarm)
    .where(alarm.c.conversation_id.in_(bindparam("ids", expanding=True)), alarm.c.state == "raised")
    .values(state="erased", next_at=None, claimed_until=None)
)
_SENT = insert(event).values(kind="alarm_sent")


#: How much opening time a colleague has for what is no crisis.
_PATIENCE = {Urgency.NORMAL: timedelta(hours=8), Urgency.URGENT: timedelta(hours=2)}

_HOW_URGENT = {
    Urgency.NORMAL: "op tijd voor wat is beloofd",
    Urgency.URGENT: "vandaag, of zodra u weer werkt",
    Urgency.DANGER: "nu meteen, ook buiten openingstijden",
    Urgency.CRISIS: "vandaag, zodra er iemand is",
}


@dataclass(frozen=True, slots=True)
class AlarmNotice:
    """A ``bot.notify.Notice`` about an alarm. ``raised_at`` in the municipality's zone. ``first`` hear of it before all
    others; ``meant_for`` is the colleague whom the person knows. ``kind``: ``alarm`` of a crisis, or ``contact`` of who
    asks for that colleague, which is no emergency."""

    alarm_id: int
    conversation_id: int
    urgency: Urgency
    raised_at: datetime
    round: int
    gemeente: str
    link: str
    first: tuple[str, ...] = ()
    meant_for: str = ""
    kind: str = "alarm"

    @property
    def importance(self) -> Literal["high", "normal"]:
        """A crisis is not to be missed among the rest."""
        return "high" if self.kind == "alarm" else "normal"

    @property
    def key(self) -> str:
        """The same when it is tried again."""
        return f"alarm-{self.alarm_id}-{self.round}"

    @property
    def subject(self) -> str:
        """One line, in Dutch."""
        again = f" (herhaling {self.round})" if self.round else ""
        return f"Klopaan: dossier {reference(self.conversation_id)} vraagt iemand{again}"

    @property
    def body(self) -> str:
        """What to know and to do, in Dutch."""
        lines = [
            f"Gemeente: {self.gemeente}",
            f"Dossier: {reference(self.conversation_id)}",
            f"Hoe dringend: {_HOW_URGENT.get(self.urgency, 'met spoed')}",
            *([f"Voor: {self.meant_for}"] if self.meant_for else []),
            f"Sinds: {self.raised_at:%d-%m-%Y %H:%M}",
            *([f"Herhaling: {self.round}. Nog niemand heeft dit alarm bevestigd."] if self.round else []),
            "",
            "Wat te doen: open het dossier en bevestig het alarm. Daarmee stopt het.",
            self.link,
            "",
            "Met opzet staat hier niet om wie het gaat en waarover.",
        ]
        return "\n".join(lines) + "\n"

    @property
    def facts(self) -> Mapping[str, str | int]:
        """Which file, how urgent, since when."""
        return {
            "alarm": self.alarm_id,
            "file": self.conversation_id,
            "urgency": self.urgency.name.lower(),
            "raised_at": self.raised_at.isoformat(),
        }


class Alarms:
    """The worker; also moved by hand with the demo clock. Escalation follows the house's clock, claims the real one."""

    def __init__(self, house: House, notifier: Notifier) -> None:
        self.house = house
        self._notifier = notifier

    async def run(self) -> None:
        """Runs until cancelled."""
        await again_and_again(self.run_due, "alarms", EVERY)

    async def run_due(self) -> int:
        """Sends everything that is due now; gives how many were tried."""
        total = 0
        while True:
            real = datetime.now(UTC)
            claim = to_ms(real + LEASE)
            values = {"now": to_ms(self.house.clock.now()), "real_now": to_ms(real), "until": claim}
            async with self.house.db.begin() as conn:
                rows = list(await conn.execute(_CLAIM, values))
            if not rows:
                return total
            erased = await self._erased({row.conversation_id for row in rows})
            await asyncio.gather(*(self._send(row, claim) for row in rows if row.conversation_id not in erased))
            total += len(rows)

    async def _erased(self, conversation_ids: Collection[int]) -> Collection[int]:
        """Those of whoever was erased, whose alarms are no more. Where that cannot be seen, all are told."""
        house = self.house
        try:
            async with house.db.read() as conn:
                keys = {row.id: row.key_id for row in await conn.execute(_KEYS, {"ids": sorted(conversation_ids)})}
            await house.vault.prepare(set(keys.values()))
            destroyed = await house.vault.destroyed(set(keys.values()))
            erased = [number for number, key in keys.items() if key in destroyed]
            if erased:
                async with house.db.begin() as conn:
                    await conn.execute(_ERASED, {"ids": erased})
            return erased
        except Exception as bug:  # an alarm outlives every mistake of ours
            log.error("whether alarms are of who was erased could not be seen: %s", type(bug).__name__)
            return ()

    async def _send(self, row: Row[int, int, int, int, int, str, int | None], claim: int) -> None:
        alarm_id, conversation_id, raised_at, urgency, level, kind, staff_id = row
        house, crisis = self.house, self.house.config.crisis
        raised = from_ms(raised_at, house.calendar.zone)
        whom = await self._meant_for(staff_id)
        notice = AlarmNotice(
            alarm_id=alarm_id,
            conversation_id=conversation_id,
            urgency=Urgency(urgency),
            raised_at=raised,
            round=level,
            gemeente=house.gemeente.name,
            link=f"{house.config.web.public_url}/desk/file/{conversation_id}",
            first=() if whom is None or not whom.email else (whom.email,),
            meant_for="" if whom is None else whom.name,
            kind="alarm" if kind == "crisis" else kind,
        )
        error: str | None = None
        try:
            await self._notifier.notify(notice)
        except DeliveryError as failure:
            error = failure.code
        except Exception as bug:  # an alarm outlives every mistake of ours
            log.error("alarm %d could not be sent: %s", alarm_id, type(bug).__name__)
            error = "bug"
        now = house.clock.now()
        if error is None:
            level, at = min(level + 1, MOST_ROUNDS), next_round(now, notice, crisis, house.calendar)
        else:
            # Whoever could not be reached is tried again, and the next one with them.
            level, at = max(level, min(level + 1, steps(notice, crisis))), try_again(now, raised)
            if notice.kind == "contact":  # the next ones are everyone, whom nobody wakes for what is no crisis
                at = house.calendar.opens_at(at)
        values = {"key": alarm_id, "claim": claim, "to_level": level, "at": to_ms(at), "error": error}
        async with house.db.begin() as conn:
            await conn.execute(_CONCLUDE, values)
            if error is None:
                await conn.execute(_SENT, {"conversation_id": conversation_id, "created_at": to_ms(now)})

    async def _meant_for(self, staff_id: int | None) -> Colleague | None:
        """The colleague for whom it is, or who came in their place meanwhile."""
        if staff_id is None:
            return None
        async with self.house.db.read() as conn:
            return working(await colleagues(conn, [staff_id]), staff_id)


def steps(sent: AlarmNotice, crisis: Crisis) -> int:
    """After how many rounds everyone was told."""
    return len(crisis.escalate_to) + bool(sent.first)


def next_round(now: datetime, sent: AlarmNotice, crisis: Crisis, calendar: Calendar) -> datetime:
    """When an alarm that was just sent goes to the next recipient, if nobody acknowledges it.

    Danger counts every hour of the day, the rest opening hours. Once all were told the wait doubles, up to ``SLOWEST``.
    What is no crisis waits longer: the colleague for whom it is has other people too.
    """
    danger = sent.urgency is Urgency.DANGER
    wait = _PATIENCE.get(
        sent.urgency, timedelta(minutes=crisis.escalate_after if danger else crisis.escalate_after_crisis)
    )
    repeats = max(0, sent.round - steps(sent, crisis))
    wait = min(wait * 2 ** min(repeats, 8), max(wait, SLOWEST))
    return now + wait if danger else calendar.add_open_time(now, wait)


def try_again(now: datetime, raised_at: datetime) -> datetime:
    """When an alarm that reached nobody is sent again, at any hour: the longer it fails, the longer the wait."""
    return now + min(max((now - raised_at) / 4, SOONEST_RETRY), LATEST_RETRY)
