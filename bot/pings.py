"""What is due later comes back into the conversations at the top, checked again there (``bot.falling``). Many share a
transaction: what they need is read, and what becomes of them is written, for all at once.

That transaction is all that claims them: who is killed in it leaves them due, and whoever comes next has them. They do
not wait in line with what people write, and nobody waits for more of them than share one transaction. However many are
due, no more than that are in memory.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import falling, taking, talk
from bot.clock import from_ms, to_ms
from bot.house import House
from bot.inbound import Fallen
from bot.privacy.vault import NotPrepared
from bot.running import again_and_again, idle
from bot.talk import Staged, Talk
from storage import conversations, due
from storage.database import retried

log = logging.getLogger(__name__)

#: So many share a transaction: more gains little, and keeps the people whose conversations are locked waiting.
TOGETHER = 100
#: Transactions under way at once where the engine has more than one writer: one reckons while others wait for it.
ABREAST = 3
#: After so many whoever writes comes in between.
BETWEEN = 5
#: What could not be stored is tried again after this.
ASIDE = timedelta(minutes=2)
#: How often it looks when nothing tells it to, in seconds.
EVERY = 5.0
#: A transaction that was refused for a passing reason is tried again this often.
TRIES = 6


class Pings:
    """The worker; also moved by hand when the demo clock moves. Any number of processes share what is due."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._one_at_a_time = asyncio.Lock()
        self._claiming = asyncio.Lock()

    async def run(self) -> None:
        """Runs until cancelled."""
        await again_and_again(self.run_due, "pings", EVERY)

    async def run_due(self) -> int:
        """Handles everything that is due now, but for people who are being written with at this moment; gives how
        many."""
        total = 0
        async with self._one_at_a_time:
            # one of several abreast may find nothing only because another has their conversations at that moment
            while some := await self._abreast():
                total += some
        return total

    async def _abreast(self) -> int:
        abreast = 1 if self.house.db.dialect == "sqlite" else ABREAST
        stop = asyncio.Event()
        work = asyncio.gather(*(self._work(stop) for _ in range(abreast)), return_exceptions=True)
        try:
            with idle():
                ended = await asyncio.shield(work)
        except asyncio.CancelledError:
            stop.set()
            await work  # what is under way is finished
            raise
        for error in ended:
            if isinstance(error, BaseException):
                raise error
        return sum(count for count in ended if isinstance(count, int))

    async def _work(self, stop: asyncio.Event) -> int:
        total = 0
        while not stop.is_set() and (count := await self._some()):
            total += count
        return total

    async def _some(self) -> int:
        """Sees to some of what is due; gives how many. What cannot be committed together is tried one by one; what
        cannot be then is put aside for a while."""
        claimed: list[int] = []
        try:
            await retried(lambda: self._commit(claimed), tries=TRIES, passing=(NotPrepared,))
        except Exception:
            if not claimed:
                raise
            for number in claimed:
                await self._alone(number)
        return len(claimed)

    async def _alone(self, number: int) -> None:
        try:
            await retried(lambda: self._commit([], number), tries=TRIES, passing=(NotPrepared,))
        except Exception as error:
            log.error("what is due could not be stored: %s", type(error).__name__)
            async with self.house.db.begin() as conn:
                await self._put_aside(conn, [number])

    async def _put_aside(self, conn: AsyncConnection, numbers: Sequence[int]) -> None:
        await due.put_aside(conn, numbers, until=to_ms(datetime.now(UTC) + ASIDE))

    async def next_due(self, after: datetime) -> datetime | None:
        """When the next ping or alarm is due, not before ``after``: where the demo clock stops on its way."""
        async with self.house.db.read() as conn:
            at = await due.next_due(conn, real_now=to_ms(datetime.now(UTC)))
        return None if at is None else max(from_ms(at), after)

    async def _claim(self, conn: AsyncConnection, now: int, only: int | None) -> list[Fallen]:
        if only is not None:
            rows = await due.claim_these(conn, [only], now=now)
        else:
            async with self._claiming:  # of two for one person the second is passed over while the first is seen to
                rows = await due.claim(conn, now=now, real_now=to_ms(datetime.now(UTC)), most=TOGETHER)
        return [Fallen(*row) for row in rows]

    async def _commit(self, claimed: list[int], only: int | None = None) -> None:
        """Sees to some of what is due, or to ``only`` this one. Their numbers stand in ``claimed``, also when it
        fails."""
        house = self.house
        now = to_ms(house.clock.now())
        batch, talks = Staged(), dict[int, Talk]()
        async with house.db.begin() as conn:
            pings = await self._claim(conn, now, only)
            claimed[:] = [ping.ping_id for ping in pings]
            if not pings:
                return
            wanted = {ping.conversation_id for ping in pings}
            rows = {row.id: row for row in await conversations.lock(conn, wanted, recent=talk.lately(now))}
            await house.vault.prepare({row.key_id for row in rows.values()})
            erased = await house.vault.destroyed({row.key_id for row in rows.values()})
            gone = [ping for ping in pings if rows[ping.conversation_id].key_id in erased]
            if gone:
                await falling.erased(gone, conn)
                pings = [ping for ping in pings if ping not in gone]
            for ping in pings:
                if ping.conversation_id not in talks:
                    one = talks[ping.conversation_id] = Talk(house, rows[ping.conversation_id], now)
                    batch.merge(one.staged)  # that its session could not be read
            await falling.read_ahead([(ping, talks[ping.conversation_id]) for ping in pings], conn)
            begun = set[int]()
            for ping in pings:
                one = talks[ping.conversation_id]
                if one.id in begun:  # what the one before it led to must be there to be read, and may have ended it
                    await talk.write(conn, batch, [])
                    batch, one.unasked_lately, one.ahead = Staged(), None, {}
                    if not await due.still_due(conn, [ping.ping_id], now=now):
                        continue
                begun.add(one.id)
                await self._take(ping, one, conn, alone=only is not None)
                batch.merge(one.staged)
                if len(begun) % BETWEEN == 0:
                    await asyncio.sleep(0)
            await talk.write(conn, batch, list(talks.values()))
            if left := await due.still_due(conn, claimed, now=now):
                log.error("what is due was not seen to: %d", len(left))
                await self._put_aside(conn, left)  # else it would be the first again, without end
        house.signals.publish(talk.topics(list(talks.values())))

    async def _take(self, ping: Fallen, one: Talk, conn: AsyncConnection, *, alone: bool) -> None:
        """One step. A bug in it undoes all that share the transaction: then each has one of its own. A bug there drops
        the ping, with what it wrote; a human hears of it."""
        before = one.snapshot()
        try:
            async with conn.begin_nested() if alone else nullcontext():
                await falling.fall(ping, one, conn)
        except (DBAPIError, NotPrepared):
            raise
        except Exception as error:
            if not alone:
                raise
            log.error("a step failed: %s in %s", type(error).__name__, taking.place_of(error))
            one.restore(before)
            one.ahead = {}  # it may tell what became of it in the step that failed
            await conversations.fail_ping(conn, ping.ping_id)
            try:
                async with conn.begin_nested():
                    await falling.failed(ping, one, conn)
            except (DBAPIError, NotPrepared):
                raise
            except Exception as another:
                log.error("a failed step was not seen to: %s in %s", type(another).__name__, taking.place_of(another))
                one.restore(before)
            taking.unsaid(one)
