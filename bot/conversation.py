"""One inbound message, one transaction.

Dedupe, lock the conversation, step, write session, messages, effects, outbox, pings and events, commit; only then is
the channel answered. Messages that wait together share a transaction. A step writes nothing itself: everything is
staged and written at the end, so that a step that fails leaves nothing behind and does not touch its neighbours.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web
from sqlalchemy import Row
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import taking, talk
from bot.clock import to_ms
from bot.house import House
from bot.identity import forget_erased, new_code
from bot.inbound import Inbound
from bot.joining import Joining, finish
from bot.privacy.vault import NotPrepared, Unreadable
from bot.running import ended, idle
from bot.talk import Staged, Talk
from flows.grammar import Said
from storage import conversations
from storage.database import retried

log = logging.getLogger(__name__)

#: Messages that share a transaction at most. More gains little and lets the first wait for the last.
BATCH = 100
#: A transaction that was refused for a passing reason is tried again this often.
TRIES = 6
#: Addresses whose people are remembered, so that a message needs no look-up of its own.
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    """Who is behind an address."""

    address_id: int
    person_id: int
    conversation_id: int
    key_id: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message. ``seq`` is its place in the conversation; 0 when nothing was added."""

    conversation_id: int
    seq: int
    duplicate: bool = False


class Gone(LookupError):
    """The address no longer exists (erased): whoever writes from it is new."""


@dataclass(slots=True)
class _Job:
    what: Inbound
    known: Known
    done: asyncio.Future[Receipt]


class Conversations:
    """Takes messages in. One worker on SQLite; two on PostgreSQL (one reckons while the other waits for the database),
    each person always with the same one, so that the order of receipt holds."""

    def __init__(self, house: House) -> None:
        self.house = house
        count = 1 if house.db.dialect == "sqlite" else 2
        self._queues: list[asyncio.Queue[_Job]] = [asyncio.Queue() for _ in range(count)]
        self._workers: list[asyncio.Task[None]] = []
        self._known: dict[bytes, Known] = {}  # a hint only: the locked row is what counts
        self._joining = Joining(house)

    async def start(self) -> list[asyncio.Task[None]]:
        """Starts the workers; gives them, to be watched."""
        await finish(self.house)
        self._workers = [asyncio.create_task(self._work(queue)) for queue in self._queues]
        return self._workers

    async def stop(self) -> None:
        """Stops them; what was not committed is not answered, and comes again."""
        await ended(self._workers)
        self._workers = []

    async def ensure(self, channel: str, external_id: str, *, hint: str | None = None) -> Known:
        """Who is behind this address; at first contact a new person with a key of their own (keys before data)."""
        vault = self.house.vault
        index = vault.index("external", f"{channel}:{external_id}")
        known = self._known.get(index)
        if known is not None:
            return known
        async with self.house.db.read() as conn:
            row = await conversations.find(conn, channel, index)
        if row is None:
            row = await self._add(channel, external_id, index, hint)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        known = self._known[index] = Known(row.id, row.person_id, row.conversation_id, row.key_id)
        return known

    async def receive(self, message: Inbound, known: Known | None = None) -> Receipt:
        """Handles a message; returns after the commit. Raises what the database raises when it cannot be stored.

        Who was erased and writes again is new: else a platform would bring that message again and again.

        With ``known`` the channel has looked already who it is; then nobody new is made, and ``Gone`` is raised when
        the address went away meanwhile.
        """
        looked_again = False
        for _ in range(TRIES):
            who = known or await self.ensure(message.channel, message.external_id, hint=message.hint)
            try:
                said = await self._joined(message, who)
                if said is not message.said:  # a code: whose conversation this is may have changed
                    message, who = replace(message, said=said), await self._again(message)
                return await self._submit(message, who)
            except Gone:
                if known is not None:
                    raise
                self._known.clear()
            except Unreadable:
                if known is not None:
                    raise
                forgotten = await forget_erased(self.house, message.channel, message.external_id)
                if looked_again and not forgotten:
                    raise
                looked_again = True  # another process may have made them new
                self._known.clear()
        raise Gone

    async def _joined(self, message: Inbound, who: Known) -> Said:
        """What was said as it goes on: what came of a code, or of the yes to one, stands in its place. A yes that comes
        once more is no yes to what was asked since."""
        if not await self._joining.says_yes(message.said, who.address_id):
            return await self._joining.heard(message.said, who.address_id)
        key = self._key_of(message, (await self._again(message)).conversation_id)
        async with self.house.db.read() as conn:
            if await conversations.was_received(conn, *key):
                return message.said
        return await self._joining.agreed(who.address_id)

    async def _again(self, message: Inbound) -> Known:
        """Who is behind the address by now. Raises ``Gone``."""
        self._known.clear()
        index = self.house.vault.index("external", f"{message.channel}:{message.external_id}")
        async with self.house.db.read() as conn:
            row = await conversations.find(conn, message.channel, index)
        if row is None:
            raise Gone
        return Known(row.id, row.person_id, row.conversation_id, row.key_id)

    async def _submit(self, what: Inbound, known: Known) -> Receipt:
        job = _Job(what, known, asyncio.get_running_loop().create_future())
        # Spread by a hash: numbers of one municipality's busy hour are next to each other.
        spread = zlib.crc32(known.conversation_id.to_bytes(8, "big"))
        self._queues[spread % len(self._queues)].put_nowait(job)
        return await job.done

    async def _add(self, channel: str, external_id: str, index: bytes, hint: str | None) -> Row[Any, Any, Any, Any]:
        house = self.house
        now = to_ms(house.clock.now())
        key_id = await house.vault.new_key(now)
        code = new_code()
        language = hint if hint in house.gemeente.languages else house.gemeente.languages[0]
        with contextlib.suppress(IntegrityError):  # someone else was first: then their row counts
            async with house.db.begin() as conn:
                await conversations.add_person(
                    conn,
                    now=now,
                    person_row={
                        "created_at": now,
                        "key_id": key_id,
                        "code_index": house.vault.index("code", code),
                        "code_sealed": house.vault.seal_text(key_id, "code", code),
                        "language": language,
                    },
                    address_row={
                        "channel": channel,
                        "external_index": index,
                        "external_sealed": house.vault.seal_text(key_id, "external", external_id),
                    },
                )
        async with house.db.read() as conn:
            row = await conversations.find(conn, channel, index)
        assert row is not None
        return row

    # ---- the worker ------------------------------------------------------------------------------------------------

    async def _work(self, queue: asyncio.Queue[_Job]) -> None:
        while True:
            with idle():
                jobs = [await queue.get()]
            while len(jobs) < BATCH and not queue.empty():
                jobs.append(queue.get_nowait())
            await self._settle(jobs)

    async def _settle(self, jobs: list[_Job]) -> None:
        """Commits a batch and answers it. A batch that cannot be committed is tried one by one."""
        try:
            receipts = await retried(lambda: self._commit(jobs), tries=TRIES, passing=(NotPrepared,))
        except Exception as error:
            if len(jobs) > 1:
                for job in jobs:
                    await self._settle([job])
                return
            log.error("a message could not be stored: %s", type(error).__name__)
            if not jobs[0].done.done():
                jobs[0].done.set_exception(error)
            return
        for job, receipt in zip(jobs, receipts, strict=True):
            if not job.done.done():  # the channel may have gone away meanwhile
                if isinstance(receipt, Receipt):
                    job.done.set_result(receipt)
                else:
                    job.done.set_exception(receipt)

    async def _commit(self, jobs: Sequence[_Job]) -> list[Receipt | Gone]:
        house = self.house
        now = to_ms(house.clock.now())
        await house.vault.prepare({job.known.key_id for job in jobs})
        receipts: list[Receipt | Gone] = []
        batch = Staged()
        async with house.db.begin() as conn:
            rows = await self._locked(conn, jobs)
            keys = [self._key(job, found) for job, found in zip(jobs, rows, strict=True)]
            # Only what can be handled counts as received: for someone who is gone it comes again, as of someone new.
            fresh = await self._fresh(conn, keys, now)
            talks: dict[int, Talk] = {}
            for job, key, found in zip(jobs, keys, rows, strict=True):
                if found is None:
                    receipts.append(Gone())
                    continue
                if key is not None and key not in fresh:
                    receipts.append(Receipt(found.id, 0, duplicate=True))
                    continue
                if key is not None:
                    fresh.discard(key)  # the same message twice in one batch
                one = talks.get(found.id)
                if one is None:
                    one = talks[found.id] = Talk(house, found, now)
                    batch.merge(one.staged)
                else:  # what this person's message before it led to must be there to be read, and in this order
                    await talk.write(conn, batch, [])
                    batch = Staged()
                one.written_from(found.address_id, found.channel, job.what.sent_at, job.what.place)
                receipts.append(Receipt(found.id, await self._take(job.what, one, conn)))
                batch.merge(one.staged)
            await talk.write(conn, batch, list(talks.values()))
        house.signals.publish(talk.topics(list(talks.values())))
        return receipts

    def _key(self, job: _Job, found: Row[*tuple[Any, ...]] | None) -> tuple[str, bytes] | None:
        """What makes a message the same as one before; scoped, so that nobody can suppress another's, by the
        conversation that it is in now: who wrote may be one person with another since the first time."""
        return None if found is None else self._key_of(job.what, found.id)

    def _key_of(self, message: Inbound, conversation_id: int) -> tuple[str, bytes]:
        scope = f"conversation:{conversation_id}" if message.channel in talk.FETCHED else message.channel
        return scope, self.house.vault.index("received", message.message_id)

    async def _fresh(
        self, conn: AsyncConnection, keys: Sequence[tuple[str, bytes] | None], now: int
    ) -> set[tuple[str, bytes]]:
        rows = [
            {"scope": scope, "external_index": index, "received_at": now} for scope, index in set(filter(None, keys))
        ]
        return await conversations.receive(conn, rows) if rows else set()

    async def _locked(self, conn: AsyncConnection, jobs: Sequence[_Job]) -> list[Row[*tuple[Any, ...]] | None]:
        """Each job's conversation, locked; None when it is gone, or its address leads nowhere any more: who writes from
        it may be someone else by now."""
        people = [job.known.address_id for job in jobs]
        found = {row.address_id: row for row in await conversations.lock_by_address(conn, people)}
        await self.house.vault.prepare({row.key_id for row in found.values()})
        rows = [found.get(wanted) for wanted in people]
        return [row if row is None or self._is_of(row, job.what) else None for row, job in zip(rows, jobs, strict=True)]

    def _is_of(self, row: Row[*tuple[Any, ...]], what: Inbound) -> bool:
        """Whether the address in ``row`` is still the one that was written from."""
        external = self.house.vault.index("external", f"{what.channel}:{what.external_id}")
        return bool(row.external_index == external)

    async def _take(self, what: Inbound, one: Talk, conn: AsyncConnection) -> int:
        """One step. A bug in it stores the message as unhandled, hands over to a human and says so to both."""
        before = one.snapshot()
        try:
            return await taking.take(what, one, conn)
        except DBAPIError:
            raise
        except Exception as error:
            log.error("a step failed: %s in %s", type(error).__name__, taking.place_of(error))
            one.restore(before)
            return await taking.unhandled(what, one, conn)


#: Where request handlers find it.
CONVERSATIONS: web.AppKey[Conversations] = web.AppKey("conversations")

__all__ = ["CONVERSATIONS", "Conversations", "Gone", "Inbound", "Known", "Receipt"]
