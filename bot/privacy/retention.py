"""What is past its term goes, once a night and by itself: one process does it, in small transactions, and whoever comes
after one that died goes on. A dry run counts what a run would remove, by the same selections (``storage.retention``).

Rows go first, then people as a whole, with their key; so what is counted before is what goes. A kind that cannot be
removed keeps no other back, and is named in the report.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy import and_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import to_ms
from bot.closing import SIGNAL_MONTHS
from bot.errors import KlopaanError, Refused
from bot.house import House
from bot.privacy import erasing, looks
from bot.privacy.retention_rules import RULES
from bot.running import again_and_again
from bot.signals import INBOX
from bot.takeover import locked
from storage import closing as endings
from storage import conversations, leases
from storage import erasing as removing
from storage import keys as key_store
from storage import retention as store
from storage.merging import MERGED
from storage.retention import Limits, Where
from storage.tables import conversation

log = logging.getLogger(__name__)

#: Rows, or people, to a transaction.
MOST_ROWS, MOST_PEOPLE = 200, 50
#: A run is of a day from this time on the municipality's clock (minutes after midnight): when few write.
AT_NIGHT = 2 * 60 + 30
#: Seconds between two looks whether it is time.
EVERY = 60.0
#: Who has the lease and is not heard of for so long is dead.
LEASE = timedelta(minutes=5)
#: Persons whose keys are looked up at a time; of who was erased before a copy was put back, so many a night.
KEYS, MOST_UNREADABLE = 1000, 10_000

_NAME = "retention"


class Busy(KlopaanError):
    """Another process removes things this very moment."""

    def __init__(self) -> None:
        super().__init__("another run of retention is under way.")


@dataclass(slots=True)
class Report:
    """What a run removed, or would: ``counts`` by kind (``retention_rules.RULES``), those of which there was anything;
    ``held`` conversations of which nothing goes; ``failed`` kinds, which the next run tries again."""

    counts: dict[str, int] = field(default_factory=dict)
    held: int = 0
    failed: list[str] = field(default_factory=list)

    def add(self, kind: str, count: int) -> None:
        """So many more of a kind."""
        if count:
            self.counts[kind] = self.counts.get(kind, 0) + count

    def dumps(self) -> str:
        """For the database."""
        return json.dumps({"counts": self.counts, "held": self.held, "failed": self.failed})

    @classmethod
    def loads(cls, stored: str) -> Report:
        """As stored by `dumps`."""
        return cls(**json.loads(stored))


# ---- days and instants ---------------------------------------------------------------------------------------------


def kept_from(today: date, months: int) -> date:
    """The first day that is within a term of so many months today: what is of before it is past its term. A term ends
    on the day with the same number, or the last one of a shorter month."""
    span = relativedelta(months=months)
    day = today - span
    while day + span < today:
        day += timedelta(days=1)
    return day


def limits(house: House) -> Limits:
    """What is past its term now."""
    terms, calendar = house.config.retention, house.calendar
    now = house.clock.now()
    today = calendar.day_of(now)

    def at(day: date) -> int:
        return to_ms(calendar.instant(day, 0))

    def since(months: int) -> int:
        return at(kept_from(today, months))

    real_today = calendar.day_of(datetime.now(UTC))
    file_day, keys_day = kept_from(today, terms.file_months), kept_from(today, SIGNAL_MONTHS)
    return Limits(
        now=to_ms(now),
        today=today.isoformat(),
        chat=since(terms.chat_months),
        visitor=since(terms.visitor_months),
        unfinished=since(terms.unfinished_months),
        file=at(file_day),
        file_day=file_day.isoformat(),
        keys=at(keys_day),
        keys_day=keys_day.isoformat(),
        signal=since(terms.signal_months),
        rating=since(terms.rating_months),
        remark_year=kept_from(today, terms.rating_months).year,
        delivery=at(today - timedelta(days=terms.delivery_days)),
        request=since(terms.request_months),
        report=since(terms.report_months),
        record=since(terms.look_months),
        access_real=at(real_today - timedelta(days=terms.access_days)),
    )


# ---- runs ----------------------------------------------------------------------------------------------------------


async def plan(house: House, *, asked_by: int | None = None) -> Report:
    """What a run would remove now; it is kept with the runs, as a dry one."""
    at, report = limits(house), Report()
    unreadable = await _unreadable(house)
    async with house.db.read() as conn:
        for kind, several in store.ROWS.items():
            for rows in several:
                report.add(kind, await store.count_rows(conn, rows, at))
        for kind, condition in store.OF_PEOPLE.items():
            report.add(kind, await store.count_people(conn, _but(condition(at), unreadable)))
        report.held = await _count_held(conn, at)
    report.add("unreadable", len(unreadable))
    report.add("looks", await looks.prune(house, at.record, dry=True))
    async with house.db.begin() as conn:
        number = await store.begin_run(conn, at.now, dry=True, asked_by=asked_by)
        await store.end_run(conn, number, at.now, report.dumps())
    return report


async def run(house: House, *, asked_by: int | None = None) -> Report:
    """Removes what is past its term, and gives what that was. Raises ``Busy``."""
    return await _Run(house).all(asked_by)


class Retention:
    """The worker. Any number of processes look whether it is time; one does it."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def run(self) -> None:
        """Runs until cancelled."""
        await again_and_again(self.run_due, "retention", EVERY)

    async def run_due(self) -> Report | None:
        """The run of this night, if it was not done yet; None: it was, or another process does it."""
        async with self.house.db.read() as conn:
            last = await store.last_done(conn)
        if last is not None and last >= to_ms(self._last_night()):
            return None
        try:
            return await run(self.house)
        except Busy:
            return None

    def _last_night(self) -> datetime:
        now = self.house.clock.now()
        tonight = self._night(self.house.calendar.day_of(now))
        return tonight if tonight <= now else self._night(self.house.calendar.day_of(now) - timedelta(days=1))

    def _night(self, day: date) -> datetime:
        return self.house.calendar.instant(day, AT_NIGHT)


class _Run:
    """One run, for as long as it has the lease."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.at = limits(house)
        self.report = Report()
        self._holder = secrets.token_hex(8)

    async def all(self, asked_by: int | None) -> Report:
        """Everything."""
        async with self.house.db.begin() as conn:
            await self._hold(conn)
            number = await store.begin_run(conn, self.at.now, dry=False, asked_by=asked_by)
            self.report.held = await _count_held(conn, self.at)
        try:
            await erasing.finish(self.house)
            unreadable = await _unreadable(self.house)
            for kind in RULES:
                try:
                    await self._remove(kind, unreadable)
                except Busy:
                    raise
                except Exception as error:
                    self._failed(kind, error)
            await erasing.finish(self.house)
            async with self.house.db.begin() as conn:
                await store.end_run(conn, number, to_ms(self.house.clock.now()), self.report.dumps())
        finally:
            async with self.house.db.begin() as conn:
                await leases.release(conn, _NAME, self._holder)
        return self.report

    def _failed(self, kind: str, error: Exception) -> None:
        log.error("what is past its term could not go: %s, %s", kind, type(error).__name__)
        if kind not in self.report.failed:
            self.report.failed.append(kind)

    async def _remove(self, kind: str, unreadable: list[int]) -> None:
        if kind in store.ROWS:
            for rows in store.ROWS[kind]:
                while await self._some_rows(kind, rows):
                    pass
        elif kind == "looks":
            self.report.add(kind, await looks.prune(self.house, self.at.record))
        elif kind == "unreadable":
            for person_id in unreadable:
                await self._one(kind, erasing.erase_whole(self.house, person_id, _always))
        else:
            await self._people(kind, _but(store.OF_PEOPLE[kind](self.at), unreadable))

    async def _some_rows(self, kind: str, rows: store.Rows) -> bool:
        """Whether there may be more."""
        async with self.house.db.read() as conn:
            keys = await store.past(conn, rows, self.at, MOST_ROWS)
        if not keys:
            return False
        async with self.house.db.begin() as conn:
            await self._hold(conn)
            gone = await store.remove_rows(conn, rows, self.at, keys)
        self.report.add(kind, gone)
        await asyncio.sleep(0)  # whoever writes comes in between
        return gone > 0

    async def _people(self, kind: str, where: Where) -> None:
        last = 0
        while True:
            async with self.house.db.read() as conn:
                found = await store.some_people(conn, where, last, MOST_PEOPLE)
            for conversation_id, person_id in found:
                await self._one(kind, self._of(kind, conversation_id, person_id, where))
                last = conversation_id
            if len(found) < MOST_PEOPLE:
                return

    async def _of(self, kind: str, conversation_id: int, person_id: int, where: Where) -> bool:
        async def still(conn: AsyncConnection, number: int) -> bool:
            return await store.holds_for(conn, where, number)

        if kind == "people":
            return await erasing.erase_whole(self.house, person_id, still)
        if kind == "files":
            return await _drop_file(self.house, person_id, still)
        async with locked(self.house, conversation_id) as (one, conn):
            if not await still(conn, conversation_id):
                return False
            if kind == "drafts":
                await store.drop_draft(conn, conversation_id)
            else:
                await endings.drop_keys(conn, conversation_id)
                one.record("signal_keys", {"what": "ended"})
            return True

    async def _one(self, kind: str, work: Awaitable[bool]) -> None:
        """One person; the lease is kept, and whoever waits to write comes in between."""
        try:
            self.report.add(kind, int(await work))
        except Refused:  # became part of another this very moment
            return
        except Exception as error:  # one who cannot go keeps nobody else here
            self._failed(kind, error)
        async with self.house.db.begin() as conn:
            await self._hold(conn)
        await erasing.finish(self.house)

    async def _hold(self, conn: AsyncConnection) -> None:
        real = datetime.now(UTC)
        if not await leases.take(conn, _NAME, self._holder, to_ms(real), to_ms(real + LEASE)):
            raise Busy


async def _drop_file(house: House, person_id: int, still: erasing.Still) -> bool:
    """The file is past its term and its person was in touch lately: it goes, and they stay, under a new key. The next
    night, when something of it is with a platform this very moment."""
    now = to_ms(house.clock.now())
    async with house.db.begin() as conn:
        found = await removing.whole(conn, person_id, lock=True)
        if found is None or not await still(conn, found[1].id):
            return False
        who, its = found
        if await removing.in_flight(conn, its.id, to_ms(datetime.now(UTC))):
            return False
        await erasing.reduce(house, conn, who, its, ("draft", "grades", "moments", "planned", "file"), now)
        await store.no_longer_known(conn, its.id)
        topics = [INBOX, str(its.id)]
        await conversations.notify(conn, topics)
        await looks.record(house, conn, "erased", None, [(its.id, who.id)], now)
    house.signals.publish(topics)
    return True


async def _unreadable(house: House) -> list[int]:
    """Persons whose key was destroyed although their rows are here: a copy from before was put back."""
    found: list[int] = []
    last = 0
    while len(found) < MOST_UNREADABLE:
        async with house.db.read() as conn:
            rows = await store.keys_of(conn, last, KEYS)
        if not rows:
            break
        last = rows[-1][0]
        async with house.keys.read() as conn:
            known = await key_store.load(conn, [key_id for _, key_id in rows])
        destroyed = {key.key_id for key in known if key.wrapped is None}
        found += [number for number, key_id in rows if key_id in destroyed]
    return found[:MOST_UNREADABLE]


def _but(where: Where, unreadable: list[int]) -> Where:
    """Without those, who go anyway."""
    return and_(where, conversation.c.person_id.not_in(unreadable)) if unreadable else where


async def _count_held(conn: AsyncConnection, at: Limits) -> int:
    return await store.count_people(conn, and_(conversation.c.queue != MERGED, store.held(at)))


async def _always(_: AsyncConnection, __: int) -> bool:
    return True
