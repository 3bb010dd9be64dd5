"""What is due later: claimed, and back into the conversation at the top, checked again there (``bot.falling``)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot.clock import from_ms, to_ms
from bot.conversation import Conversations
from bot.house import House
from bot.inbound import Fallen
from bot.running import again_and_again
from storage import due

#: Claimed at a time: enough for shared transactions, little enough that memory does not grow with the backlog.
CLAIMED = 100
#: A process that dies with claimed pings leaves them to others after this.
LEASE = timedelta(minutes=2)
#: How often it looks when nothing tells it to, in seconds.
EVERY = 5.0


class Pings:
    """The worker; also moved by hand when the demo clock moves."""

    def __init__(self, house: House, conversations: Conversations) -> None:
        self.house = house
        self.conversations = conversations
        self._one_at_a_time = asyncio.Lock()

    async def run(self) -> None:
        """Runs until cancelled."""
        await again_and_again(self.run_due, "pings", EVERY)

    async def run_due(self) -> int:
        """Handles everything that is due now; gives how many."""
        total = 0
        async with self._one_at_a_time:
            while True:
                real = datetime.now(UTC)
                async with self.house.db.begin() as conn:
                    rows = await due.claim_pings(
                        conn,
                        now=to_ms(self.house.clock.now()),
                        real_now=to_ms(real),
                        until=to_ms(real + LEASE),
                        most=CLAIMED,
                    )
                if not rows:
                    return total
                fallen = [Fallen(row.id, row.conversation_id, row.kind, row.about_sealed) for row in rows]
                await asyncio.gather(*(self.conversations.fall_due(ping) for ping in fallen))
                total += len(rows)

    async def next_due(self, after: datetime) -> datetime | None:
        """When the next ping or alarm is due, not before ``after``: where the demo clock stops on its way."""
        async with self.house.db.read() as conn:
            at = await due.next_due(conn)
        return None if at is None else max(from_ms(at), after)
