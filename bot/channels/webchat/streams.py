"""Streams that tell an open page that there is news; what it is, the page asks for itself."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from aiohttp import web

from bot.channels.webchat.guard import someone, who
from bot.channels.webchat.limits import STREAMS
from bot.house import HOUSE
from bot.identity import Whom
from bot.signals import wait

#: Seconds without news after which a stream says that it still lives, and looks for news that no signal told of.
HEARTBEAT = 20.0

#: Seconds after which a page connects again.
LONGEST = 600.0


async def events(request: web.Request) -> web.StreamResponse:
    """A stream that tells the number of the newest message whenever there is one; the page then asks for it."""
    whom = await someone(request)
    assert whom.address_id is not None  # found by the cookie, which is an address
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    streams, writing = request.app[STREAMS], asyncio.create_task(_tell(request, response, whom))
    streams.add(whom.address_id, writing)
    try:
        # A stream that is let go, or a page that closed: both are how this ends.
        with suppress(asyncio.CancelledError, ConnectionError):
            await writing
    finally:
        writing.cancel()
        streams.remove(whom.address_id, writing)
    return response


async def _tell(request: web.Request, response: web.StreamResponse, whom: Whom) -> None:
    house, until = request.app[HOUSE], time.monotonic() + LONGEST
    told = request.headers.get("Last-Event-ID", request.query.get("after", ""))
    known = int(told) if told.isascii() and told.isdecimal() and len(told) < 11 else whom.last_seq
    async with house.signals.subscribe(str(whom.conversation_id)) as news:
        await response.prepare(request)
        await response.write(b"retry: 3000\n\n")
        while True:
            now = await who(request)
            if now is None:  # left in another tab
                await response.write(b"event: closed\ndata: 0\n\n")
                return
            if now.last_seq > known:
                known = now.last_seq
                await response.write(f"id: {known}\ndata: {known}\n\n".encode())
            else:
                await response.write(b":\n\n")
            if now.conversation_id != whom.conversation_id:
                return  # part of another by now: the page connects again and hears the news of that one
            if (left := until - time.monotonic()) <= 0:
                return
            await wait(news, min(HEARTBEAT, left))
