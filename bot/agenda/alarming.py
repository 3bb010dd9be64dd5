"""Residents who find no moment are no shrug: staff who have no desk open are told, until there are moments again.

That someone found none is an event on their file (``bot.agenda.making``). Here the agenda is looked at again, by any
number of processes, and one of them tells. It is no danger: opening hours only, and at most once a day.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Literal

from bot.agenda.lacking import Lacking, look
from bot.clock import Calendar, from_ms, to_ms
from bot.errors import DeliveryError
from bot.house import House
from bot.notify import Notifier
from bot.running import again_and_again
from locales.formatting import say_date
from storage import agenda_alarms as store
from storage import leases
from storage.agenda_alarms import Told

log = logging.getLogger(__name__)

#: Of the lease: one process tells.
NAME = "agenda_alarm"
#: A process that dies while it tells leaves it to others after this.
LEASE = timedelta(minutes=2)
#: How often it looks for what is due, in seconds.
EVERY = 30.0
#: How often it looks whether what staff were told of is over.
LOOKS = timedelta(minutes=15)

#: Own working days between notices once everyone was told and no other resident found nothing.
SLOWEST = 5

SOONEST_RETRY = timedelta(minutes=1)
LATEST_RETRY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AgendaNotice:
    """A ``bot.notify.Notice`` that moments are lacking, up to and including ``until``. ``since``, in the municipality's
    zone, is when the first resident found none. Kinds of talks are not named: some give the debts away (rule 11)."""

    kind: ClassVar[str] = "agenda"
    importance: ClassVar[Literal["normal"]] = "normal"
    first: ClassVar[tuple[str, ...]] = ()

    what: Literal["hours", "moments", "kinds"]
    until: date
    since: datetime
    round: int
    gemeente: str
    link: str

    @property
    def key(self) -> str:
        """The same when it is tried again."""
        return f"agenda-{to_ms(self.since)}-{self.round}"

    @property
    def subject(self) -> str:
        """One line, in Dutch."""
        again = f" (herhaling {self.round})" if self.round else ""
        return f"Klopaan: te weinig vrije momenten in de agenda{again}"

    @property
    def body(self) -> str:
        """What to know and to do, in Dutch."""
        until = say_date(self.until, "nl")
        what = {
            "hours": "niemand heeft uren ingevuld, en inwoners kunnen geen afspraak kiezen.",
            "moments": f"inwoners kunnen geen afspraak kiezen tot en met {until}.",
            "kinds": f"inwoners kunnen niet elk soort gesprek kiezen tot en met {until}.",
        }
        lines = [
            f"Gemeente: {self.gemeente}",
            f"Wat er is: {what[self.what]}",
            f"Sinds: {self.since:%d-%m-%Y %H:%M}",
            *([f"Herhaling: {self.round}. Het is nog niet opgelost."] if self.round else []),
            "",
            "Wat te doen: vul uren in, of vraag het aan wie dat kan. Zodra er weer vrije momenten zijn, stopt dit.",
            self.link,
            "",
            "Met opzet staat hier niet om wie het gaat en waarover.",
        ]
        return "\n".join(lines) + "\n"

    @property
    def facts(self) -> Mapping[str, str | int]:
        """What is lacking, until which day, since when."""
        return {"lacking": self.what, "until": self.until.isoformat(), "raised_at": self.since.isoformat()}


class AgendaAlarms:
    """The worker; also moved by hand with the demo clock. Days and hours are the house's clock's, the lease is real
    time."""

    def __init__(self, house: House, notifier: Notifier) -> None:
        self.house = house
        self._notifier = notifier
        self._holder = secrets.token_hex(8)
        self._one_at_a_time = asyncio.Lock()
        self._looked: datetime | None = None

    async def run(self) -> None:
        """Runs until cancelled."""
        await again_and_again(self.run_due, "what the agenda lacks", EVERY)

    async def run_due(self) -> bool:
        """Tells when that is due now and there still is too little; gives whether it tried to."""
        house = self.house
        async with self._one_at_a_time:
            now = house.clock.now()
            if not house.calendar.is_open(now):
                return False
            async with house.db.read() as conn:
                told = await store.read(conn)
            if told.first is None:
                return False
            is_due = self._due_at(told, told.first) <= now
            if not is_due and self._looked is not None and self._looked <= now < self._looked + LOOKS:
                return False
            lacking = await look(house, now)
            self._looked = now
            if lacking is None:
                async with house.db.begin() as conn:
                    await store.record(conn, store.OVER, to_ms(now))
                return False
            if not is_due or not await self._claim(told):
                return False
            await self._tell(told, told.first, lacking)
            return True

    async def next_due(self, after: datetime) -> datetime | None:
        """When the next notice is due, not before ``after``: where the demo clock stops on its way. What is overdue
        while we are closed waits for the opening."""
        async with self.house.db.read() as conn:
            told = await store.read(conn)
        if told.first is None:
            return None
        return self.house.calendar.opens_at(max(self._due_at(told, told.first), after))

    def _due_at(self, told: Told, first: int) -> datetime:
        return due_at(told, first, len(self.house.config.crisis.escalate_to), self.house.calendar)

    async def _claim(self, told: Told) -> bool:
        """Whether it is ours to tell: nobody else is at it, or has just been."""
        real = datetime.now(UTC)
        async with self.house.db.begin() as conn:
            if not await leases.take(conn, NAME, self._holder, to_ms(real), to_ms(real + LEASE)):
                return False
            if await store.read(conn) == told:
                return True
            await leases.release(conn, NAME, self._holder)
            return False

    async def _tell(self, told: Told, first: int, lacking: Lacking) -> None:
        house = self.house
        notice = AgendaNotice(
            what=lacking.what,
            until=lacking.until,
            since=from_ms(first, house.calendar.zone),
            round=told.round,
            gemeente=house.gemeente.name,
            link=f"{house.config.web.public_url}/desk/hours",
        )
        became = store.TOLD
        try:
            await self._notifier.notify(notice)
        except DeliveryError:  # logged by the way that it went
            became = store.FAILED
        except Exception as bug:  # a mistake of ours is no reason to fall silent
            log.error("%s could not be sent: %s", notice.key, type(bug).__name__)
            became = store.FAILED
        real = datetime.now(UTC)
        async with house.db.begin() as conn:
            # Taken again rather than believed: it may have run out meanwhile, and another have told and noted that.
            if await leases.take(conn, NAME, self._holder, to_ms(real), to_ms(real + LEASE)):
                if (await store.read(conn)).told_at == told.told_at:
                    await store.record(conn, became, to_ms(house.clock.now()))
                await leases.release(conn, NAME, self._holder)


def due_at(told: Told, first: int, more: int, calendar: Calendar) -> datetime:
    """When staff are told (again) of what ``first`` happened at, if moments are still lacking then; always in opening
    hours. ``more`` is how many recipients there are besides the first.

    At once; then on each later day on which we are open while there is someone new to tell, or while other residents
    find nothing; else less often.
    """
    at = calendar.opens_at(from_ms(first))
    if told.told_at is not None:
        is_still_news = told.round <= more or (told.last is not None and told.last > told.told_at)
        day = calendar.add_own_days(from_ms(told.told_at), 1 if is_still_news else SLOWEST)
        at = max(at, calendar.opens_at(calendar.instant(day, 0)))
    if told.failed_at is not None and told.failures:
        wait = min(SOONEST_RETRY * 2 ** min(told.failures - 1, 8), LATEST_RETRY)
        at = max(at, calendar.opens_at(from_ms(told.failed_at) + wait))
    return at
