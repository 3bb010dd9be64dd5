"""The picture of a message, and its text read aloud, as the resident has them."""

from __future__ import annotations

from aiohttp import web

from bot import enclosed, uploads
from bot.content import Content, Upload
from bot.desk.access import open_file
from bot.desk.page import Visit, staff_only
from bot.errors import Refused


@staff_only()
async def picture(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/picture/{message}``: in the resident's language; ``?save`` saves it."""
    return _shown(visit, await enclosed.picture(visit.house, await _content(visit)))


@staff_only()
async def voice(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/voice/{message}``."""
    return _shown(visit, await enclosed.voice(visit.house, await _content(visit)))


async def _content(visit: Visit) -> Content:
    file = await open_file(visit.house, visit.staff, visit.file_id)
    return await file.content(int(visit.request.match_info["message"]))


def _shown(visit: Visit, made: Upload | None) -> web.Response:
    if made is None:
        raise Refused("gone")
    shown = "attachment" if "save" in visit.request.query else "inline"
    headers = {
        "Content-Disposition": f'{shown}; filename="{uploads.file_name(made.media_type)}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return web.Response(body=made.data, content_type=made.media_type, headers=headers)
