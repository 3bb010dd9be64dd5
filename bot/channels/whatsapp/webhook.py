"""What the platform calls: once to see that we are there, then with messages and receipts.

It calls again, for days, when the answer is not 200; so 200 goes out only when everything that was valid is stored, and
what comes twice is found by its id.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from aiohttp import web
from prometheus_client import Counter

from bot import identity, receipts, renumbered
from bot import web as web_
from bot.channels.webchat.limits import Bodies
from bot.channels.whatsapp import payloads
from bot.channels.whatsapp.channel import NAME, WhatsappChannel
from bot.channels.whatsapp.payloads import Arrived, Renumbered, Status
from bot.conversation import CONVERSATIONS
from bot.house import HOUSE, House
from bot.inbound import Inbound

log = logging.getLogger(__name__)

PATH = "/webhooks/whatsapp"

#: Bytes of one call: "webhooks payloads can be up to 3 MB".
BODY_LIMIT = 3 * 1024 * 1024

#: Anyone can post, and what it is worth is only known at its end. So bodies above this many bytes wait for each other;
#: a call with a handful of messages is far below it.
SMALL = 64 * 1024

_SIGNED = "sha256="

#: People whose number is known to be known, so that most messages cost no look-up for that.
_REMEMBERED = 10_000

CAME_IN = Counter("klopaan_whatsapp_webhook", "What WhatsApp posted to us, by kind", ["kind"], registry=web_.REGISTRY)


def setup(app: web.Application, channel: WhatsappChannel) -> None:
    """Adds the routes; ``app`` has its house and its conversations, and opens and closes ``channel``."""
    hook = Webhook(channel)
    app.add_routes([web.get(PATH, hook.verify), web.post(PATH, hook.receive)])


class Webhook:
    """The two handlers. Which numbers are known by themselves is remembered as their keyed index."""

    def __init__(self, channel: WhatsappChannel) -> None:
        self._channel = channel
        self._config = channel.config
        self._known: set[bytes] = set()
        self._large = Bodies()

    async def verify(self, request: web.Request) -> web.Response:
        """The handshake: who knows the verify token gets its challenge back."""
        given = request.query.get("hub.verify_token", "")
        if request.query.get("hub.mode") != "subscribe" or not _same(given, self._config.verify_token):
            raise web.HTTPForbidden
        return web.Response(text=request.query.get("hub.challenge", ""))

    async def receive(self, request: web.Request) -> web.Response:
        """Messages and receipts, signed over the bytes of the body."""
        signature = request.headers.get("X-Hub-Signature-256", "")
        if len(signature) != len(_SIGNED) + 64 or not signature.startswith(_SIGNED):
            raise web.HTTPForbidden
        async with AsyncExitStack() as in_memory:
            body = await self._body(request, in_memory)
            expected = hmac.new(self._config.app_secret.encode(), body, hashlib.sha256).hexdigest()
            if not _same(signature, _SIGNED + expected):
                raise web.HTTPForbidden
            try:
                payload = json.loads(body)
            except (ValueError, RecursionError):
                raise web.HTTPBadRequest from None
        if not isinstance(payload, dict):
            raise web.HTTPBadRequest
        return web.Response(status=200 if await self._handle(request.app, payload) else 500)

    async def _body(self, request: web.Request, in_memory: AsyncExitStack) -> bytes:
        """The bytes as they came; a large one waits for its turn. Raises ``web.HTTPRequestEntityTooLarge``."""
        raw = bytearray()
        is_large = False
        async with web_.in_time(web_.FORM_TIME):
            while max(len(raw), request.content_length or 0) <= BODY_LIMIT:
                chunk = await request.content.readany()
                if not chunk:
                    return bytes(raw)
                raw += chunk
                if len(raw) > SMALL and not is_large:
                    await in_memory.enter_async_context(self._large.one(web_.place(request)))
                    is_large = True
        raise web.HTTPRequestEntityTooLarge(BODY_LIMIT, len(raw))

    async def _handle(self, app: web.Application, payload: dict[str, Any]) -> bool:
        """Whether everything valid in it is stored now."""
        house = app[HOUSE]
        delivery = payloads.read(payload, self._config.phone_number_id, house.flows)
        for kind, count in delivery.ignored.items():
            CAME_IN.labels(kind).inc(count)
        CAME_IN.labels("message").inc(len(delivery.arrived))
        CAME_IN.labels("status").inc(len(delivery.statuses))
        CAME_IN.labels("renumbered").inc(len(delivery.renumbered))
        for code in dict.fromkeys(delivery.troubles):
            await self._channel.tell(code)
        by_person: dict[str, list[Arrived | Renumbered]] = defaultdict(list)
        try:
            for one in delivery.arrived:
                by_person[await self._address(house, one)].append(one)
        except Exception as error:
            log.error("a message could not be stored: %s", type(error).__name__)
            return False
        for left in delivery.renumbered:  # what is said after it is someone else's
            by_person[left.phone] = sorted([*by_person[left.phone], left], key=lambda one: one.sent_at or 0)
        stored = await asyncio.gather(
            *(self._take(app, address, messages) for address, messages in by_person.items()),
            _note(house, delivery.statuses),
        )
        return all(stored)

    async def _address(self, house: House, one: Arrived) -> str:
        """What they are known by already, else their number, else the id of who hides theirs."""
        if one.phone is None or one.user_id is None:
            return one.phone or one.user_id or ""
        index = house.vault.index("external", f"{NAME}:{one.phone}")
        if index in self._known:
            return one.phone
        if await identity.find(house, NAME, one.phone) is None:
            return one.phone if await identity.find(house, NAME, one.user_id) is None else one.user_id
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known.add(index)
        return one.phone

    async def _take(self, app: web.Application, address: str, messages: Sequence[Arrived | Renumbered]) -> bool:
        """One person's messages, each after the one before. One that cannot be stored holds up those behind it: they
        come again together, in their order."""
        last = None
        for one in messages:
            try:
                if isinstance(one, Renumbered):
                    await self._forget(app[HOUSE], one)
                else:
                    said = Inbound(NAME, address, one.message_id, one.said, media=one.media, sent_at=one.sent_at)
                    await app[CONVERSATIONS].receive(said)
                    last = one.message_id
            except Exception as error:
                log.error("a message could not be stored: %s", type(error).__name__)
                return False
        if last is not None:
            self._channel.seen(last)
        return True

    async def _forget(self, house: House, left: Renumbered) -> None:
        self._known.discard(house.vault.index("external", f"{NAME}:{left.phone}"))
        await renumbered.left_number(house, NAME, left.phone, left.message_id)


async def _note(house: House, statuses: Sequence[Status]) -> bool:
    for one in statuses:
        try:
            await receipts.note(house, NAME, one.message_id, one.state, one.reason)
        except Exception as error:
            log.error("a receipt could not be stored: %s", type(error).__name__)
            return False
    return True


def _same(given: str, expected: str) -> bool:
    """Compares in constant time; what was given may hold anything."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
