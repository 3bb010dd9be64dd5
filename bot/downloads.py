"""Fetches what people sent on a channel that keeps files for us: after the commit, few at a time, each stored once."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import content as contents
from bot import lengths, photos, talk, uploads
from bot.clock import to_ms
from bot.errors import ChannelDownError, PermanentDeliveryError, TemporaryDeliveryError
from bot.house import House
from bot.outgoing import Channel
from bot.privacy.vault import Damaged, Unreadable
from bot.signals import DOWNLOADS, INBOX, OUTBOX, wait
from bot.talk import Talk
from flows.grammar import Reply
from flows.text import t
from storage import conversations
from storage import downloads as stored

log = logging.getLogger(__name__)

#: Under way at the same time: each may be as large as the municipality allows, and is in memory twice while sealed.
TOGETHER = 3
#: A platform that has not given the file by then is tried again later.
PATIENCE = timedelta(minutes=1)
#: Longer than that; after it another process may fetch the file.
LEASE = timedelta(minutes=3)
#: How often it looks when nothing tells it to, in seconds.
EVERY = 2.0
#: Back-off for what is temporary: doubles from the first to the longest; after the last try it has failed.
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
TRIES = 20
#: Bytes of one person in a day, as many as from one place in the web chat; what is above that stays with the platform
#: for now. A disk that is full takes no cry for help either.
FILES_A_DAY = 300 * 1024 * 1024
FULL = timedelta(hours=1)
#: Until a channel that does not work is asked again, unless it says when.
DOWN = timedelta(minutes=1)

LOST = {
    "too_big": t(
        "downloads.too_big",
        "Uw bestand is te groot, dat konden we niet bewaren. Stuur liever een foto of een kleiner bestand. "
        "Lukt het niet? Typ ‘mens’ en een medewerker helpt u.",
    ),
    "wrong_type": t(
        "downloads.wrong_type",
        "Uw bestand konden we niet openen. Een foto, een pdf of een spraakbericht kan wel. "
        "Lukt het niet? Typ ‘mens’ en een medewerker helpt u.",
    ),
}
LOST_OTHERWISE = t(
    "downloads.lost",
    "Uw bestand kwam niet goed aan. Stuurt u het nog een keer? Lukt het niet? Typ ‘mens’ en een medewerker helpt u.",
)


class Downloads:
    """The worker of one process; any number of them share the rows."""

    def __init__(self, house: House, channels: Mapping[str, Channel]) -> None:
        self.house = house
        self.channels = channels
        self._most = house.config.web.upload_limit_mb * 1024 * 1024

    async def run(self) -> None:
        """Runs until cancelled. A failure is logged and the next round tries again."""
        async with self.house.signals.subscribe(DOWNLOADS) as event:
            while True:
                try:
                    fetched = await self.run_due()
                except Exception as error:
                    log.error("files could not be fetched: %s", type(error).__name__)
                    fetched = 0
                if not fetched:
                    await wait(event, EVERY)

    async def run_due(self) -> int:
        """Fetches a few of what is waiting now; gives how many were taken on."""
        real, now = datetime.now(UTC), self.house.clock.now()
        async with self.house.db.begin() as conn:
            rows = await stored.claim(
                conn,
                now=to_ms(now),
                real_now=to_ms(real),
                until=to_ms(real + LEASE),
                most=TOGETHER,
                since=to_ms(now - timedelta(days=1)),
            )
        await asyncio.gather(*(self._fetch(row) for row in rows))
        return len(rows)

    async def _fetch(self, row: Row[*tuple[Any, ...]]) -> None:
        """One file, and what became of it. An error of our own is no reason to lose it: it waits and comes again."""
        if row.lately >= FILES_A_DAY:
            at = to_ms(self.house.clock.now() + FULL)
            await self._settle(row, {"state": "waiting", "reason": "later", "at": at, "counted": False})
            return
        try:
            data = await self._data(row)
            media_type = uploads.media_type(data)
            if media_type is None:
                raise PermanentDeliveryError("wrong_type")
            file = await photos.redrawn(contents.Upload(media_type, data), f"conversation:{row.conversation_id}")
            seconds = await lengths.of(data) if uploads.kind(media_type) == "voice" else None
            await self.house.vault.prepare([row.key_id])  # only now: fetching may take longer than keys are kept ready
            values = {
                "message_id": row.message_id,
                "created_at": to_ms(self.house.clock.now()),
                "media_type": file.media_type,
                "size": len(file.data),
                "data_sealed": self.house.vault.seal(row.key_id, "attachment", file.data),
            }
        except PermanentDeliveryError as error:
            await self._settle(row, {"state": "failed", "reason": error.code})
        except Unreadable:
            await self._settle(row, await self._unreadable(row))
        except Exception as error:
            await self._settle(row, self._later(row, error))
        else:
            await self._store(row, values, seconds)

    async def _data(self, row: Row[*tuple[Any, ...]]) -> bytes:
        """What the platform has. Raises as ``Channel.fetch``, ``Unreadable`` for someone who was erased."""
        vault = self.house.vault
        await vault.prepare([vault.key_of(row.reference_sealed)])
        reference = vault.unseal_text(row.reference_sealed, "download")
        channel = self.channels.get(row.channel)
        if channel is None:
            raise PermanentDeliveryError("channel_off")
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                data = await channel.fetch(reference, self._most)
        except TimeoutError:
            raise TemporaryDeliveryError("timeout") from None
        if len(data) > self._most:
            raise PermanentDeliveryError("too_big")
        return data

    async def _store(self, row: Row[*tuple[Any, ...]], values: dict[str, Any], seconds: int | None) -> None:
        async with self.house.db.begin() as conn:
            if not await stored.store(conn, row.id, row.key_id, values):
                # Another was first, or the person's key is another one by now: then it is fetched again, for that key.
                await stored.mark(conn, row.id, "waiting", counted=False)
            elif seconds is not None:
                await self._tell_length(row, seconds, conn)
            await conversations.notify(conn, _topics(row))
        self.house.signals.publish(_topics(row))

    async def _tell_length(self, row: Row[*tuple[Any, ...]], seconds: int, conn: AsyncConnection) -> None:
        """Adds how long a voice note lasts to its message, where the channel did not tell that. A message that cannot
        be read is left as it is: its file is worth more than a length."""
        vault = self.house.vault
        sealed = await stored.content_of(conn, row.message_id)
        try:
            content = contents.loads(vault.unseal_text(sealed, "message"))
        except Damaged:
            return
        if content.kind == "voice" and not content.seconds:
            told = contents.dumps(replace(content, seconds=seconds))
            await stored.retell(conn, row.message_id, vault.seal_text(row.key_id, "message", told))

    async def _unreadable(self, row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
        """The person was erased, or became one with another meanwhile: then it is fetched again, for that key."""
        async with self.house.db.read() as conn:
            key_id = await stored.key_of(conn, row.id)
        if key_id == row.key_id:
            return {"state": "failed", "reason": "erased"}
        return {"state": "waiting", "counted": False}

    async def _settle(self, row: Row[*tuple[Any, ...]], outcome: dict[str, Any]) -> None:
        async with self.house.db.begin() as conn:
            if outcome["state"] == "failed" and outcome["reason"] != "erased":
                await self._tell(row, outcome["reason"], conn)
            await stored.mark(conn, row.id, **outcome)
            await conversations.notify(conn, [OUTBOX, *_topics(row)])
        self.house.signals.publish([OUTBOX, *_topics(row)])

    async def _tell(self, row: Row[*tuple[Any, ...]], code: str, conn: AsyncConnection) -> None:
        """The person was thanked for the file when it was announced: now they hear that it is not here. In a human's
        hold the bot is silent (rule 8), and that human sees it."""
        now = to_ms(self.house.clock.now())
        for found in await conversations.lock(conn, [row.conversation_id], recent=talk.lately(now)):
            await self.house.vault.prepare([found.key_id])
            one = Talk(self.house, found, now)
            if not one.held:
                one.asked = (one.columns["last_inbound_at"] or 0) > talk.lately(now)
                one.say(Reply((LOST.get(code, LOST_OTHERWISE),), origin="downloads.lost"))
                await talk.write(conn, one.staged, [one])

    def _later(self, row: Row[*tuple[Any, ...]], error: Exception) -> dict[str, Any]:
        code = error.code if isinstance(error, TemporaryDeliveryError) else "error"
        if code == "error":
            log.error("a file could not be fetched: %s", type(error).__name__)
        down = isinstance(error, ChannelDownError)
        if row.attempts >= TRIES and not down:
            return {"state": "failed", "reason": code}
        pause = DOWN if down else min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE)
        pause *= random.uniform(0.8, 1.2)  # noqa: S311 - spreads, hides nothing
        if isinstance(error, TemporaryDeliveryError) and error.retry_after is not None:
            pause = error.retry_after
        return {
            "state": "waiting",
            "reason": code,
            "at": to_ms(self.house.clock.now() + pause),
            "counted": not down,
        }


def _topics(row: Row[*tuple[Any, ...]]) -> list[str]:
    return [INBOX, str(row.conversation_id)]
