"""What comes in: asked for by the one process that holds the lease, or brought by Telegram to the webhook."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import random
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from aiohttp import web

from bot import blocking
from bot import web as web_
from bot.channels.telegram import reading
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.reading import CHANNEL, KINDS, Malformed, Read
from bot.clock import to_ms
from bot.conversation import CONVERSATIONS, Conversations
from bot.errors import ChannelDownError, DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.house import House
from bot.outgoing import Report
from bot.running import idle
from storage import leases

log = logging.getLogger(__name__)

PLACE = "/webhooks/telegram"
#: Updates are some kilobytes.
BODY_LIMIT = 1024 * 1024

#: Seconds that the platform keeps a question open while nothing comes in.
POLL = 20
#: Longer than one poll with the handling of what it brought: a process that dies leaves the work to others after it.
LEASE = timedelta(seconds=60)
#: How often the others try to take over, and in webhook mode the lease is renewed, in seconds.
EVERY = 10.0
#: Back-off when something does not work, in seconds: doubles from the first to the longest.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
#: Another poller is noticed on every handing over; so many times on end is one that should not be there.
CONFLICTS = 3


async def take(channel: TelegramChannel, conversations: Conversations, found: Read) -> None:
    """Hands over what was read; returns after the commit. Raises what the database raises: it comes again then."""
    if found.blocked is not None:
        await blocking.set_blocked(channel.house, CHANNEL, found.chat, found.blocked)
    if found.inbound is not None and found.query is None:
        async with channel.typing(found.chat):
            await conversations.receive(found.inbound)
    elif found.inbound is not None:
        await conversations.receive(found.inbound)
    if found.query is not None:
        channel.answer(found.query)


def _read(channel: TelegramChannel, update: object) -> Read:
    house = channel.house
    return reading.read(update, house.flows, house.config.web.upload_limit_mb * 1024 * 1024)


# ---- webhook -------------------------------------------------------------------------------------------------------


def setup(app: web.Application, channel: TelegramChannel) -> None:
    """Adds the webhook, in the mode that has one; ``app`` has its conversations."""
    if channel.config.mode != "webhook":
        return
    secret = channel.config.webhook_secret.encode()

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), secret):
            raise web.HTTPForbidden
        try:
            found = _read(channel, json.loads(await _body(request)))
        except (ValueError, RecursionError, Malformed):
            raise web.HTTPBadRequest from None
        await take(channel, app[CONVERSATIONS], found)
        return web.Response()

    app.router.add_post(PLACE, receive)


async def _body(request: web.Request) -> bytes:
    body = bytearray()
    async with web_.in_time(web_.FORM_TIME):
        async for chunk in request.content.iter_chunked(16 * 1024):
            body += chunk
            if len(body) > BODY_LIMIT:
                raise web.HTTPRequestEntityTooLarge(BODY_LIMIT, len(body))
    return bytes(body)


# ---- the worker ----------------------------------------------------------------------------------------------------


async def run(channel: TelegramChannel, house: House, conversations: Conversations, report: Report) -> None:
    """Runs until cancelled: polls, or sees to it that the webhook is set. Any number of processes may run it; one at a
    time works."""
    await _Receiving(channel, house, conversations, report).run()


class _Receiving:
    """The worker of one process."""

    def __init__(self, channel: TelegramChannel, house: House, conversations: Conversations, report: Report) -> None:
        self.channel = channel
        self.house = house
        self.conversations = conversations
        self._report = report
        self._holder = secrets.token_hex(8)
        self._ready = False  # the platform knows in which way we take what comes in
        self._offset: int | None = None  # what comes before it is done with
        self._done: set[int] = set()  # from the offset on, what was handled while something before it was not
        self._failures = 0

    async def run(self) -> None:
        """Until cancelled."""
        work = self._poll if self.channel.config.mode == "polling" else self._be_called
        try:
            while True:
                await self._round(work)
        finally:
            await self._release()

    async def _round(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            if not await self._holds():
                self._ready = False
                await _pause(EVERY)
                return
            await work()
        except DeliveryError as error:
            self._failures += 1
            if error.code == "conflict" and self._failures < CONFLICTS:
                pass
            elif isinstance(error, ChannelDownError | PermanentDeliveryError):
                await self._report(CHANNEL, error.code)
            else:
                log.warning("telegram: %s", error.code)
            self._ready = False
            await _pause(self._backed_off(error))
        except Exception as error:
            self._failures += 1
            log.error("telegram: what came in could not be taken: %s", type(error).__name__)
            await _pause(self._backed_off())
        else:
            self._failures = 0
            await self._report(CHANNEL, None)

    async def _poll(self) -> None:
        """Asks once, and takes what came in."""
        if not self._ready:
            await self.channel.poll_instead()
            self._ready = True
        with idle():
            updates = await self.channel.updates(self._offset, KINDS, POLL)
        if not updates:
            # All is confirmed now. After a quiet week numbers begin anywhere, also below the offset.
            self._offset = None
            self._done.clear()
            return
        await self._take_all(updates)

    async def _take_all(self, updates: Sequence[object]) -> None:
        """Per chat in order, chats beside each other. Raises the first failure, after all that could be taken was."""
        numbers: list[int] = []
        chats: dict[str, list[tuple[int, Read]]] = {}
        unread = 0
        for update in updates:
            try:
                numbers.append(number := reading.number(update))
                if number not in self._done:
                    found = _read(self.channel, update)
                    chats.setdefault(found.chat, []).append((number, found))
                    self._done.add(number)
            except Malformed:
                unread += 1
        if unread:
            log.error("telegram: %d updates could not be read", unread)
        if not numbers:
            raise TemporaryDeliveryError("platform")
        outcomes = await asyncio.gather(*(self._take_in_order(one) for one in chats.values()))
        waiting = set().union(*(left for left, _ in outcomes))
        self._done -= waiting
        self._offset = next((number for number in numbers if number in waiting), numbers[-1] + 1)
        if waiting:
            raise next(error for _, error in outcomes if error is not None)
        self._done.clear()

    async def _take_in_order(self, found: Sequence[tuple[int, Read]]) -> tuple[set[int], Exception | None]:
        """What is left when one fails, from that one on, and why it did."""
        for at, (_, one) in enumerate(found):
            try:
                await take(self.channel, self.conversations, one)
            except Exception as error:
                return {number for number, _ in found[at:]}, error
        return set(), None

    async def _be_called(self) -> None:
        """Sets the webhook once; then only stays the one who did."""
        if not self._ready:
            await self.channel.be_called(self.house.config.web.public_url + PLACE, KINDS)
            self._ready = True
            await self._report(CHANNEL, None)
        await _pause(EVERY)

    # ---- lease, reports, pauses ------------------------------------------------------------------------------------

    async def _holds(self) -> bool:
        now = datetime.now(UTC)
        async with self.house.db.begin() as conn:
            return await leases.take(conn, CHANNEL, self._holder, to_ms(now), to_ms(now + LEASE))

    async def _release(self) -> None:
        try:
            async with self.house.db.begin() as conn:
                await leases.release(conn, CHANNEL, self._holder)
        except Exception as error:
            log.warning("telegram: the lease was not given back: %s", type(error).__name__)

    def _backed_off(self, error: DeliveryError | None = None) -> float:
        asked = error.retry_after if isinstance(error, TemporaryDeliveryError) else None
        pause = min(FIRST_PAUSE * 2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE)
        pause *= random.uniform(0.8, 1.2)  # noqa: S311 - spreads, hides nothing
        return max(pause, asked.total_seconds() if asked else 0.0)


async def _pause(seconds: float) -> None:
    with idle():
        await asyncio.sleep(seconds)
