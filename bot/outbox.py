"""Sends what was committed: in order per person, tried again when it can help, with a reason on record when it cannot.

The web chat fetches its messages itself: for it, committed is sent (``bot.talk.FETCHED``), and nothing waits here.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Row

from bot import content as contents
from bot.clock import to_ms
from bot.content import Content
from bot.errors import PermanentDeliveryError, TemporaryDeliveryError
from bot.house import House
from bot.privacy.vault import Unreadable
from bot.signals import INBOX, OUTBOX, wait
from storage import due

log = logging.getLogger(__name__)

CLAIMED = 50
#: Longer than any platform takes to answer; after it another process may send the message.
LEASE = timedelta(minutes=2)
EVERY = 2.0
#: Back-off for what is temporary: doubles from the first to the longest; after the last try it has failed.
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
TRIES = 20


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message for a channel. ``outbox_id`` is the same at every try."""

    outbox_id: int
    external_id: str = field(repr=False)
    content: Content = field(repr=False)


class Channel(Protocol):
    """A channel that we push to."""

    async def send(self, outgoing: Outgoing) -> str | None:
        """Sends; gives the platform's id. Raises ``TemporaryDeliveryError`` or ``PermanentDeliveryError``."""


class Outbox:
    """The sender of one process; any number of them share the rows."""

    def __init__(self, house: House, channels: Mapping[str, Channel]) -> None:
        self.house = house
        self.channels = channels

    async def run(self) -> None:
        """Runs until cancelled. A failure is logged and the next round tries again."""
        async with self.house.signals.subscribe(OUTBOX) as event:
            while True:
                try:
                    sent = await self.run_due()
                except Exception as error:
                    log.error("messages could not be sent: %s", type(error).__name__)
                    sent = 0
                if not sent:
                    await wait(event, EVERY)

    async def run_due(self) -> int:
        """Sends what may go out now; gives how many rows were taken on."""
        real = datetime.now(UTC)
        async with self.house.db.begin() as conn:
            rows = await due.claim_outgoing(
                conn,
                now=to_ms(self.house.clock.now()),
                real_now=to_ms(real),
                until=to_ms(real + LEASE),
                most=CLAIMED,
            )
        await self.house.vault.prepare({row.key_id for row in rows})
        await asyncio.gather(*(self._send(row) for row in rows))
        return len(rows)

    async def _send(self, row: Row[*tuple[Any, ...]]) -> None:
        """One message, and what became of it. An error of our own is no reason to lose it: it waits and comes again."""
        vault = self.house.vault
        outcome: dict[str, Any]
        try:
            outgoing = Outgoing(
                row.id,
                vault.unseal_text(row.external_sealed, "external"),
                contents.loads(vault.unseal_text(row.content_sealed, "message")),
            )
            channel = self.channels.get(row.channel)
            if channel is None:
                raise PermanentDeliveryError("channel_off")
            external = await channel.send(outgoing)
            outcome = {
                "state": "sent",
                "sent": to_ms(self.house.clock.now()),
                "external": None if external is None else vault.index("receipt", f"{row.channel}:{external}"),
            }
        except PermanentDeliveryError as error:
            outcome = {"state": "failed", "reason": error.code}
        except Unreadable:
            outcome = {"state": "failed", "reason": "erased"}
        except Exception as error:
            outcome = self._later(row, error)
        async with self.house.db.begin() as conn:
            await due.mark(conn, row.id, **outcome)
        self.house.signals.publish([INBOX, str(row.conversation_id)])

    def _later(self, row: Row[*tuple[Any, ...]], error: Exception) -> dict[str, Any]:
        code = error.code if isinstance(error, TemporaryDeliveryError) else "error"
        if code == "error":
            log.error("a message could not be sent: %s", type(error).__name__)
        if row.attempts >= TRIES:
            return {"state": "failed", "reason": code}
        pause = min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311
        if isinstance(error, TemporaryDeliveryError) and error.retry_after is not None:
            pause = error.retry_after
        return {"state": "waiting", "reason": code, "at": to_ms(self.house.clock.now() + pause)}
