"""The picture of a message, and its text read aloud, as the resident has them."""

from __future__ import annotations

from aiohttp import web

from bot import enclosed
from bot.content import Content
from bot.desk.access import open_file
from bot.desk.page import Visit, staff_only


@staff_only()
async def picture(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/picture/{message}``: in the resident's language; ``?save`` saves it."""
    return enclosed.response(visit.request, await enclosed.picture(visit.house, await _content(visit)))


@staff_only()
async def voice(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/voice/{message}``."""
    content = await _content(visit)
    sent = enclosed.has_voice(visit.house, content)
    return enclosed.response(visit.request, await enclosed.voice(visit.house, content) if sent else None)


async def _content(visit: Visit) -> Content:
    file = await open_file(visit.house, visit.staff, visit.file_id)
    return await file.content(int(visit.request.match_info["message"]))
