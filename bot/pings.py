"""What is due later: claimed, and back into the conversations at the top, checked again there (``bot.falling``). Many
share a transaction: what they need is read, and what becomes of them is written, for all at once.

They do not wait in line with what people write, and nobody waits for more of them than share one transaction. However
many are due, no more than were claimed are in memory.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
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

#: Claimed at a time: enough for shared transactions, little enough that memory does not grow with the backlog.
CLAIMED = 500
#: So many share a transaction: more gains little, and keeps the people whose conversations are locked waiting.
TOGETHER = 100
#: Transactions under way at once where the engine has more than one writer: one reckons while another waits for it.
ABREAST = 2
#: A process that dies with claimed pings leaves them to others after this.
LEASE = timedelta(minutes=2)
#: How often it looks when nothing tells it to, in seconds.
EVERY = 5.0
#: A transaction that was refused for a passing reason is tried again this often.
TRIES = 6


class Pings:
    """The worker; also moved by hand when the demo clock moves. Any number of processes share what is due."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> None:
        """Runs until cancelled."""
        await again_and_again(self.run_due, "pings", EVERY)

    async def run_due(self) -> int:
        """Handles everything that is due now; gives how many."""
        total = 0
        async with self._one_at_a_time:
            while pings := await self._claim():
                parts = iter([pings[begin : begin + TOGETHER] for begin in range(0, len(pings), TOGETHER)])
                abreast = 1 if self.house.db.dialect == "sqlite" else ABREAST
                ended = await asyncio.gather(*(self._work(parts) for _ in range(abreast)), return_exceptions=True)
                for error in filter(None, ended):  # only now: none of them is left at work
                    raise error
                total += len(pings)
                with idle():
                    await asyncio.sleep(0)
        return total

    async def _work(self, parts: Iterator[Sequence[Fallen]]) -> None:
        for part in parts:
            await self.fall(part)

    async def fall(self, pings: Sequence[Fallen]) -> None:
        """Sees to pings that are due. When they cannot be committed together each is tried on its own; what cannot be
        then comes again when its claim lapses."""
        try:
            await retried(lambda: self._commit(pings), tries=TRIES, passing=(NotPrepared,))
        except Exception as error:
            if len(pings) > 1:
                for ping in pings:
                    await self.fall([ping])
                return
            log.error("what is due could not be stored: %s", type(error).__name__)

    async def next_due(self, after: datetime) -> datetime | None:
        """When the next ping or alarm is due, not before ``after``: where the demo clock stops on its way."""
        async with self.house.db.read() as conn:
            at = await due.next_due(conn)
        return None if at is None else max(from_ms(at), after)

    async def _claim(self) -> list[Fallen]:
        real = datetime.now(UTC)
        async with self.house.db.begin() as conn:
            rows = await due.claim_pings(
                conn, now=to_ms(self.house.clock.now()), real_now=to_ms(real), until=to_ms(real + LEASE), most=CLAIMED
            )
        return [Fallen(*row) for row in rows]

    async def _commit(self, pings: Sequence[Fallen]) -> None:
        house = self.house
        now = to_ms(house.clock.now())
        batch, talks = Staged(), dict[int, Talk]()
        async with house.db.begin() as conn:
            # Those of a conversation that became part of another are not here: they went along, and fall due there.
            wanted = {ping.conversation_id for ping in pings}
            rows = {row.id: row for row in await conversations.lock(conn, wanted, recent=talk.lately(now))}
            waiting = await conversations.waiting_pings(conn, (ping.ping_id for ping in pings))
            await house.vault.prepare({row.key_id for row in rows.values()})
            here = [ping for ping in pings if ping.conversation_id in rows and ping.ping_id in waiting]
            erased = await house.vault.destroyed({row.key_id for row in rows.values()})
            gone = [ping for ping in here if rows[ping.conversation_id].key_id in erased]
            if gone:
                await falling.erased(gone, conn)
                here = [ping for ping in here if ping not in gone]
            for ping in here:
                if ping.conversation_id not in talks:
                    talks[ping.conversation_id] = Talk(house, rows[ping.conversation_id], now)
            await falling.read_ahead([(ping, talks[ping.conversation_id]) for ping in here], conn)
            begun = set[int]()
            for ping in here:
                one = talks[ping.conversation_id]
                if one.id in begun:  # what the one before it led to must be there to be read, and may have ended it
                    await talk.write(conn, batch, [])
                    batch, one.unasked_lately, one.ahead = Staged(), None, {}
                    if not await conversations.waiting_pings(conn, [ping.ping_id]):
                        continue
                begun.add(one.id)
                await self._take(ping, one, conn)
                batch.merge(one.staged)
                await asyncio.sleep(0)  # whoever writes comes in between
            await talk.write(conn, batch, list(talks.values()))
        house.signals.publish(talk.topics(list(talks.values())))

    async def _take(self, ping: Fallen, one: Talk, conn: AsyncConnection) -> None:
        """One step. A bug in it drops the ping; a human hears of it, and those beside it are said."""
        before = one.snapshot()
        try:
            await falling.fall(ping, one, conn)
        except DBAPIError:
            raise
        except Exception as error:
            log.error("a step failed: %s in %s", type(error).__name__, taking.place_of(error))
            one.restore(before)
            one.ahead = {}  # it may tell what became of it in the step that failed
            await conversations.fail_ping(conn, ping.ping_id)
            try:
                await falling.failed(ping, one, conn)
            except DBAPIError:
                raise
            except Exception as another:
                log.error("a failed step was not seen to: %s in %s", type(another).__name__, taking.place_of(another))
                one.restore(before)
            taking.unsaid(one)
