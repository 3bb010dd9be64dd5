"""Tells Open Klant of the contacts that were staged: after the commit, each once, in the order of a conversation.

What is down or refuses our token loses nothing: everything waits. What Open Klant refuses as wrong has failed, which
the desk sees, and can be tried again there. No content is logged or counted: kinds and codes.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from prometheus_client import Counter
from sqlalchemy import Row

from bot.clock import to_ms
from bot.config.outside import OpenKlant
from bot.errors import ChannelDownError, PermanentDeliveryError, TemporaryDeliveryError
from bot.house import House
from bot.privacy.vault import Unreadable
from bot.reference import reference
from bot.registration import payloads
from bot.registration.client import Client, NumberTaken
from bot.registration.moments import Contact
from bot.registration.payloads import Telling
from bot.registration.staging import PURPOSE
from bot.running import idle
from bot.web import REGISTRY
from storage import registration as stored

log = logging.getLogger(__name__)

TOLD = Counter("klopaan_registrations", "Tries to tell Open Klant", ["kind", "result"], registry=REGISTRY)

#: As which its trouble is known (``bot.health``).
NAME = "openklant"
#: Contacts under way at the same time, each of another conversation.
TOGETHER = 8
#: Longer than four questions may take (``client.PATIENCE``); after it another process may try, and looks first.
LEASE = timedelta(minutes=3)
#: How often it looks for what is to be told, in seconds.
EVERY = 5.0
#: Back-off of one contact and of all: doubles from the first to the longest, and there is no last try.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)
#: Until Open Klant is asked again when token or address are wrong.
DOWN = timedelta(minutes=5)
#: So many rounds without any success, and the desk hears that it does not answer.
PATIENT_FOR = 5


def draw() -> str:
    """A number for something that we tell: ten digits."""
    return str(payloads.FIRST_NUMBER + secrets.randbelow(payloads.NUMBERS))


class Registration:
    """The worker of one process; any number of them share the rows."""

    def __init__(self, house: House, config: OpenKlant) -> None:
        self.house = house
        self.config = config
        self._failures = 0  # rounds in a row without any success
        self._rests_until: datetime | None = None

    async def run(self) -> None:
        """Runs until cancelled. A failure is logged and the next round tries again."""
        while True:
            try:
                told = await self.run_due()
            except Exception as error:
                log.error("Open Klant could not be told: %s", type(error).__name__)
                told = 0
            if not told:
                with idle():
                    await asyncio.sleep(EVERY)

    async def run_due(self) -> int:
        """Tells a few of what is waiting now; gives how many were taken on. Nothing while Open Klant is left alone
        after a failure."""
        now, real = self.house.clock.now(), datetime.now(UTC)
        if self._rests_until is not None and now < self._rests_until:
            return 0
        async with self.house.db.begin() as conn:
            rows = await stored.claim(
                conn,
                now=to_ms(now),
                real_now=to_ms(real),
                until=to_ms(real + LEASE),
                most=1 if self._failures else TOGETHER,  # whether it works again is seen by one
                draw=draw,
            )
        results = await asyncio.gather(*(self._tell(row) for row in rows))
        await self._reckon([result for result in results if result is not None], bool(rows))
        return len(rows)

    async def _tell(self, row: Row[*tuple[Any, ...]]) -> Exception | None:
        """One contact, and what became of it; gives why Open Klant does not work, if that is what it was."""
        number: str | None = row.number
        try:
            told = await self._read(row)
            async with Client(self.config, self.house.calendar.zone) as client:
                await client.tell(told, task=row.kind == "internetaak", again=row.attempts > 1)
        except NumberTaken:
            await self._settle(row, "waiting", number=None, reason="number_taken")
        except PermanentDeliveryError as error:
            log.error("Open Klant refuses what it is told: %s", error.code)
            await self._settle(row, "failed", number=number, reason=error.code)
        except Unreadable:
            await self._unreadable(row)
        except Exception as error:  # also one of our own: it waits, and comes again
            code = error.code if isinstance(error, TemporaryDeliveryError) else "error"
            if code == "error":
                log.error("a contact could not be told: %s", type(error).__name__)
            await self._settle(row, "waiting", number=number, reason=code, at=self._again_at(row, error))
            return error
        else:
            await self._settle(row, "sent", number=number, sent_at=to_ms(self.house.clock.now()))
        return None

    async def _read(self, row: Row[*tuple[Any, ...]]) -> Telling:
        """What is to be told. Raises ``Unreadable`` for someone who was erased."""
        vault = self.house.vault
        await vault.prepare([vault.key_of(row.payload_sealed)])
        told = json.loads(vault.unseal_text(row.payload_sealed, PURPOSE))
        language = told.pop("language")
        return Telling(Contact(**told), language, row.number, reference(row.conversation_id))

    async def _unreadable(self, row: Row[*tuple[Any, ...]]) -> None:
        """The person was erased, or became one with another meanwhile: then it is read again, under that key."""
        async with self.house.db.read() as conn:
            now = await stored.sealed(conn, row.id)
        if now == row.payload_sealed:
            await self._settle(row, "failed", number=row.number, reason="erased")
        else:
            await self._settle(row, "waiting", number=row.number)

    async def _settle(
        self,
        row: Row[*tuple[Any, ...]],
        state: str,
        *,
        number: str | None,
        reason: str | None = None,
        at: datetime | None = None,
        sent_at: int | None = None,
    ) -> None:
        due_at = None if at is None else to_ms(at)
        async with self.house.db.begin() as conn:
            await stored.mark(conn, row.id, state, number=number, reason=reason, at=due_at, sent_at=sent_at)
        TOLD.labels(row.kind, "later" if state == "waiting" else state).inc()

    def _again_at(self, row: Row[*tuple[Any, ...]], error: Exception) -> datetime:
        now = self.house.clock.now()
        if isinstance(error, ChannelDownError):
            return now + DOWN
        if isinstance(error, TemporaryDeliveryError) and error.retry_after is not None:
            return now + error.retry_after
        return now + _pause(row.attempts)

    async def _reckon(self, failures: list[Exception], tried: bool) -> None:
        """Whether Open Klant works, as far as this round tells."""
        if not tried:
            return
        if not failures:
            self._failures, self._rests_until = 0, None
            await self.house.health.report(NAME, None)
            return
        self._failures += 1
        worst = next((one for one in failures if isinstance(one, ChannelDownError)), failures[0])
        pause = DOWN if isinstance(worst, ChannelDownError) else _pause(self._failures)
        if isinstance(worst, TemporaryDeliveryError) and worst.retry_after is not None:
            pause = worst.retry_after
        self._rests_until = self.house.clock.now() + pause
        if isinstance(worst, ChannelDownError) or self._failures >= PATIENT_FOR:
            code = worst.code if isinstance(worst, TemporaryDeliveryError) else "error"
            await self.house.health.report(NAME, code)


def _pause(tries: int) -> timedelta:
    pause: timedelta = min(FIRST_PAUSE * 2 ** (min(tries, 20) - 1), LONGEST_PAUSE)
    return pause * random.uniform(0.8, 1.2)  # noqa: S311 - spreads, hides nothing
