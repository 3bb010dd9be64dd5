"""News for open pages, as server-sent events. They only say *that* something changed; the page then fetches it, as
anybody who asks for a page does, so that nothing personal goes this way and nobody sees what they may not."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from aiohttp import web

from bot.desk.access import open_file
from bot.desk.page import DESK, Visit, read_cookie, staff_only
from bot.running import ended
from bot.signals import INBOX, wait

#: Seconds between signs of life, so that a broken connection is noticed.
HEARTBEAT = 20.0

#: Seconds after which a page connects again, and so has to show who asks.
LONGEST = 600.0


@staff_only(part=True)
async def of_inbox(visit: Visit) -> web.StreamResponse:
    """``GET /desk/news``."""
    return await _tell(visit, INBOX)


@staff_only(part=True)
async def of_file(visit: Visit) -> web.StreamResponse:
    """``GET /desk/file/{id}/news``."""
    file = await open_file(visit.house, visit.staff, visit.file_id)
    return await _tell(visit, str(file.id))


async def stop(app: web.Application) -> None:
    """Lets the open streams go, so that the server can stop."""
    await ended(list(app[DESK].streams))


async def _tell(visit: Visit, topic: str) -> web.StreamResponse:
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    response = web.StreamResponse(headers=headers)
    writing = asyncio.create_task(_write(response, visit, topic))
    streams = visit.desk.streams
    streams.add(writing)
    try:
        # A stream that is let go, or a page that closed: both are how this ends.
        with suppress(asyncio.CancelledError, ConnectionError):
            await writing
    finally:
        writing.cancel()
        streams.discard(writing)
    return response


async def _write(response: web.StreamResponse, visit: Visit, topic: str) -> None:
    until, token = time.monotonic() + LONGEST, read_cookie(visit.request, visit.desk.cookie)
    async with visit.house.signals.subscribe(topic) as event:
        await response.prepare(visit.request)
        await response.write(b"retry: 2000\n\n")
        while time.monotonic() < until:
            changed = await wait(event, HEARTBEAT)
            if await visit.desk.accounts.who(token) is None:  # signed out meanwhile, here or by somebody else
                return
            await response.write(b"data: changed\n\n" if changed else b": still here\n\n")
