"""Sends what was committed: in order per address, at the platform's pace, tried again when it can help, with a reason
on record when it cannot.

The web chat fetches its messages itself: for it, committed is sent (``bot.talk.FETCHED``), and nothing waits here.
Each channel has a line of its own, so that one that is slow or out of order holds up no other.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from prometheus_client import Counter

from bot import receipts, undelivered
from bot.channels.limits import LIMITS
from bot.clock import to_ms
from bot.errors import ChannelDownError, DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.house import House
from bot.outgoing import Channel, Outgoing
from bot.pace import Paces
from bot.privacy.vault import Unreadable
from bot.running import idle
from bot.seintje import Announced, Claimed, Drop, Go, Wait, way_of
from bot.signals import INBOX, OUTBOX, wait
from bot.web import REGISTRY
from storage import outgoing as store
from storage.database import retried

log = logging.getLogger(__name__)

#: Claimed at once at most; enough to share a transaction, little enough to keep memory small.
CLAIMED = 50
#: Longer than one platform message may take; after it another process may send it.
LEASE = timedelta(minutes=2)
#: Seconds for one platform message.
PATIENCE = 40.0
#: Seconds for what is under way when the process ends; shorter than ``bot.running.PATIENCE``.
LANDING = 4.0
EVERY = 2.0
#: Back-off for what is temporary: doubles from the first to the longest; after the last try it has failed.
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
TRIES = 20
#: After so many a text goes without its picture, or without its voice note.
ENCLOSED_TRIES = 3
#: Back-off, in seconds, while a whole channel does not work; then one message is the probe.
FIRST_REST, LONGEST_REST = 2.0, 120.0
#: A transaction for one costs nearly as much as one for many: what ends within so many seconds shares one, and so does
#: what begins, while enough is under way. Nobody waits for either.
GATHER, MANY = 0.004, 16
#: How often a transaction that was refused for a passing reason is tried again, and the longest pause in between, in
#: seconds: nearly as long as the claim lasts, for what was sent and is not noted as such is sent twice.
MARKS, LONGEST_MARK_PAUSE = 55, 2.0

DELIVERIES = Counter("klopaan_deliveries", "What became of tries to send", ["channel", "result"], registry=REGISTRY)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a message: the columns to write, and whether others have to follow up on it."""

    row: Claimed
    values: store.Values
    failed: str | None = None
    external: bytes | None = None  # of a message that receipts may tell of


class Outbox:
    """The sender of one process; any number of them share the rows."""

    def __init__(self, house: House, channels: Mapping[str, Channel]) -> None:
        self.house = house
        lines = [Line(house, name, channel) for name, channel in channels.items()]
        self._parts: list[Line | Others] = [*lines, Others(house, frozenset(channels))]

    def jobs(self) -> list[Coroutine[Any, Any, None]]:
        """What runs until it is cancelled: a line for each channel."""
        return [part.run() for part in self._parts]

    async def run_due(self) -> int:
        """Sends what may go out now and waits for it; gives how many messages were taken on."""
        return sum([await part.round() for part in self._parts])


class Marks:
    """Notes what became of messages; those that end at the same moment share a transaction."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._waiting: list[tuple[Done, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def note(self, done: Done) -> None:
        """Returns after the commit."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((done, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write())
        await asyncio.shield(future)

    async def _write(self) -> None:
        while self._waiting:
            if len(self._waiting) < MANY:
                await asyncio.sleep(GATHER)
            batch, self._waiting = self._waiting, []
            try:
                await self._commit([done for done, _ in batch])
            except Exception as error:
                log.error("what was sent could not be followed up: %s", type(error).__name__)
            finally:
                for _, future in batch:
                    if not future.done():
                        future.set_result(None)

    async def _commit(self, batch: list[Done]) -> None:
        async def together() -> None:
            async with self.house.db.begin() as conn:
                await store.mark(conn, [done.values for done in batch if done.failed is None])

        if any(done.failed is None for done in batch):
            await _noted(together)
        for done in batch:
            if done.failed is not None:
                await self._fail(done, done.failed)
        topics = {str(done.row.conversation_id) for done in batch}
        self.house.signals.publish([INBOX, OUTBOX, *topics])
        await receipts.catch_up(self.house, [done.external for done in batch if done.external is not None])

    async def _fail(self, done: Done, code: str) -> None:
        """Each in a transaction of its own: what follows from one is no matter of another's."""

        async def alone() -> None:
            async with self.house.db.begin() as conn:
                await undelivered.fail(self.house, conn, done.values, code)

        await _noted(alone)


async def _noted(transaction: Callable[[], Awaitable[None]]) -> None:
    """Commits it, however long what stands in the way lasts. What cannot be committed comes again when its claim
    lapses."""
    try:
        await retried(transaction, tries=MARKS, longest=LONGEST_MARK_PAUSE)
    except Exception as error:
        log.error("what was sent could not be noted: %s", type(error).__name__)


class Line:
    """What goes out through one channel."""

    def __init__(self, house: House, name: str, channel: Channel) -> None:
        self.house = house
        self.name = name
        self.channel = channel
        self._paces = Paces(channel.pace)
        self._marks = Marks(house)
        self._flying: set[asyncio.Task[None]] = set()
        self._claimed_at = 0.0  # of the monotonic clock
        self._rest = 0.0  # seconds; 0 while the channel works
        self._resting_until = 0.0  # of the monotonic clock

    async def run(self) -> None:
        """Runs until cancelled. A failure is logged and the next round tries again."""
        async with self.house.signals.subscribe(OUTBOX) as event:
            try:
                while True:
                    try:
                        rows = await self._claim()
                    except Exception as error:
                        log.error("messages could not be claimed: %s", type(error).__name__)
                        rows = []
                    for row in rows:
                        task = asyncio.create_task(self._send(row))
                        self._flying.add(task)
                        task.add_done_callback(self._flying.discard)
                        task.add_done_callback(lambda _: event.set())  # there is room for the next
                    if rows:
                        await asyncio.sleep(0)  # whoever is waiting for the loop comes first
                    else:
                        await wait(event, self._nap())
            finally:
                await self._land()

    async def round(self) -> int:
        """Sends what may go out now and waits for it."""
        rows = await self._claim()
        await asyncio.gather(*(self._send(row) for row in rows))
        return len(rows)

    async def _land(self) -> None:
        """What is under way ends, however it does; a message that was broken off comes again when its claim lapses."""
        if self._flying:
            _, late = await asyncio.wait(self._flying, timeout=LANDING)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    # ---- taking on -------------------------------------------------------------------------------------------------

    async def _claim(self) -> list[Claimed]:
        """Takes on as many as there is room for: answers first, and what was planned as far as that leaves room for
        answers to come."""
        if time.monotonic() < self._resting_until:
            return []
        room, free = self._paces.overall.room(), self.channel.pace.together - len(self._flying)
        if self._rest:
            room, free = 1, 1 - len(self._flying)
        most = math.floor(min(room, free, CLAIMED))
        if most < 1 or (most < MANY and self._flying and time.monotonic() < self._claimed_at + GATHER):
            return []
        self._claimed_at = time.monotonic()
        kept = 0 if self._rest else self._paces.kept
        spare = min(room - kept, most if self._rest else free / 2)
        rows: list[Claimed] = []
        real = datetime.now(UTC)
        moment = {"now": to_ms(self.house.clock.now()), "real_now": to_ms(real), "until": to_ms(real + LEASE)}
        async with self.house.db.begin() as conn:
            rows += await store.claim(conn, self.name, planned=False, most=most, **moment)
            left = math.floor(min(most - len(rows), spare))
            if left >= 1:
                rows += await store.claim(conn, self.name, planned=True, most=left, **moment)
        self._paces.overall.take(len(rows))
        if rows:
            await self.house.vault.prepare({row.key_id for row in rows})
        return rows

    def _nap(self) -> float:
        """Seconds until it is worth another look, unless something is told."""
        resting = self._resting_until - time.monotonic()
        if resting > 0:
            return resting
        pause = self._paces.overall.wait()
        if self._flying and pause <= 0 and time.monotonic() < self._claimed_at + GATHER:
            return GATHER
        return EVERY if pause <= 0 else min(EVERY, pause)

    # ---- sending ---------------------------------------------------------------------------------------------------

    async def _send(self, row: Claimed) -> None:
        """One message, and what became of it. An error of our own is no reason to lose it: it waits and comes again."""
        try:
            done = await self._done(row)
        except PermanentDeliveryError as error:
            done = self._failed(row, error.code)
        except Unreadable:
            done = await self._unreadable(row)
        except ChannelDownError as error:
            await self._down(error)
            done = Done(row, store.marked(row.id, "waiting", reason=error.code, counts=False))
        except Exception as error:
            done = self._later(row, error)
        DELIVERIES.labels(self.name, done.values["why"] or done.values["how"] or done.values["to"]).inc()
        await self._marks.note(done)

    async def _done(self, row: Claimed) -> Done:
        way = await way_of(self.house, row)
        match way:
            case Wait(until):
                return Done(row, store.marked(row.id, "waiting", reason="later", at=to_ms(until), counts=False))
            case Drop(reason):
                return Done(row, store.marked(row.id, "dropped", reason=reason))
            case Announced():
                return Done(row, store.marked(row.id, "sent", sent=self._now(), style="announced"))
            case Go(_, style):
                external = await self._through(row, way)
                index = None if external is None else receipts.index_of(self.house, self.name, external)
                values = store.marked(row.id, "sent", sent=self._now(), external=index, style=style)
                return Done(row, values, external=index if LIMITS[self.name].receipts else None)

    async def _through(self, row: Claimed, way: Go) -> str | None:
        """Sends the platform messages of one of ours, from where it was left; gives the id of the last."""
        external: str | None = None
        begun = row.parts if way.style == "full" and row.parts < len(way.parts) else 0  # of another way nothing went
        for number, part in enumerate(way.parts[begun:], begun + 1):
            if part is None:
                continue
            person = self._paces.person(row.address_id)
            await asyncio.sleep(person.wait())
            person.take()
            if number > begun + 1:
                self._paces.overall.take()
            external = await self._platform(row, part) or external
            await self._works()
            if number < len(way.parts):
                await _noted(partial(self._took, row.id, number))
        return external

    async def _platform(self, row: Claimed, part: Outgoing) -> str | None:
        """Sends one platform message; gives its id. None: it only went along, and cannot go."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.channel.send(part)
        except TimeoutError:
            failure: DeliveryError = TemporaryDeliveryError("timeout")
        except DeliveryError as error:
            failure = error
        if part.enclosed and _can_do_without(failure, row.attempts):
            log.error("what goes along with a message could not be sent: %s", failure.code)
            DELIVERIES.labels(self.name, "left_out").inc()
            return None
        raise failure

    async def _took(self, outbox_id: int, parts: int) -> None:
        """So many parts are there; the claim holds for the next."""
        async with self.house.db.begin() as conn:
            await store.progress(conn, outbox_id, parts, to_ms(datetime.now(UTC) + LEASE))

    async def _unreadable(self, row: Claimed) -> Done:
        """The person was erased, or became one with another since this was claimed: then it is claimed again."""
        async with self.house.db.read() as conn:
            key_id = await store.key_of(conn, row.address_id)
        if key_id == row.key_id:
            return self._failed(row, "erased")
        return Done(row, store.marked(row.id, "waiting", reason="later", counts=False))

    def _failed(self, row: Claimed, code: str) -> Done:
        return Done(row, store.marked(row.id, "failed", reason=code), failed=code)

    def _later(self, row: Claimed, error: Exception) -> Done:
        code = error.code if isinstance(error, TemporaryDeliveryError) else "error"
        if code == "error":
            log.error("a message could not be sent: %s", type(error).__name__)
        if row.attempts >= TRIES:
            return self._failed(row, code)
        pause = min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311
        if isinstance(error, TemporaryDeliveryError) and error.retry_after is not None:
            pause = error.retry_after
        return Done(row, store.marked(row.id, "waiting", reason=code, at=self._now() + to_span(pause)))

    def _now(self) -> int:
        return to_ms(self.house.clock.now())

    # ---- the channel as a whole ------------------------------------------------------------------------------------

    async def _down(self, error: ChannelDownError) -> None:
        """No message of it is tried until the rest is over; then one is."""
        if time.monotonic() >= self._resting_until:
            self._rest = min(max(FIRST_REST, self._rest * 2), LONGEST_REST)
            rest = self._rest if error.retry_after is None else error.retry_after.total_seconds()
            self._resting_until = time.monotonic() + rest * random.uniform(0.8, 1.2)  # noqa: S311
        await self.house.health.report(self.name, error.code)

    async def _works(self) -> None:
        self._rest = self._resting_until = 0.0
        await self.house.health.sends(self.name)


class Others:
    """Messages for channels that were switched off: they fail with that reason, so that another channel or a human
    takes them on."""

    def __init__(self, house: House, channels: frozenset[str]) -> None:
        self.house = house
        self._channels = channels
        self._marks = Marks(house)

    async def run(self) -> None:
        """Looks now and then: channels are switched off by a new start. Then it goes on until nothing is left."""
        while True:
            taken = 0
            try:
                taken = await self.round()
            except Exception as error:
                log.error("messages could not be claimed: %s", type(error).__name__)
            with idle():
                await asyncio.sleep(0 if taken else 60 * EVERY)

    async def round(self) -> int:
        """Takes on what there is; gives how many."""
        real = datetime.now(UTC)
        moment = {"now": to_ms(self.house.clock.now()), "real_now": to_ms(real), "until": to_ms(real + LEASE)}
        async with self.house.db.begin() as conn:
            rows = await store.claim_others(conn, self._channels, most=CLAIMED, **moment)
        for row in rows:
            await self._marks.note(Done(row, store.marked(row.id, "failed", reason="channel_off"), "channel_off"))
        return len(rows)


def _can_do_without(failure: DeliveryError, attempts: int) -> bool:
    """Whether the text goes without what was to go along with it: that is refused, or fails again and again while the
    channel works. A person who cannot be reached gets neither."""
    if isinstance(failure, TemporaryDeliveryError):
        return attempts >= ENCLOSED_TRIES and not isinstance(failure, ChannelDownError) and failure.retry_after is None
    return failure.code in ("rejected", "too_big")


def to_span(pause: timedelta) -> int:
    """In milliseconds."""
    return pause // timedelta(milliseconds=1)
