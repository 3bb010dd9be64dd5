"""The picture of a message and its text read aloud, for the page that shows that message."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot import enclosed, reading, uploads
from bot.channels.webchat.guard import someone
from bot.content import Content, Message
from bot.errors import Refused
from bot.house import HOUSE, House
from locales import direction
from locales.formatting import without_controls

#: An id is a 64-bit integer in both databases.
_MOST_ID = 2**63 - 1


async def beside(house: House, one: Message) -> dict[str, Any]:
    """Where the page finds what goes along with a message, and what it says for who cannot see it."""
    content = one.content
    heard = f"/chat/voice/{one.id}" if enclosed.has_voice(house, content) else None
    size = await enclosed.size(house, content)
    if content.picture is None or size is None:
        return {"picture": None, "voice": heard}
    picture = {
        "url": f"/chat/pictures/{one.id}",
        "alt": without_controls(content.picture.told(content.language, house.tongue)),
        "lang": content.language,
        "dir": direction(content.language),
        "width": size[0],
        "height": size[1],
        "name": uploads.file_name(enclosed.PNG),
    }
    return {"picture": picture, "voice": heard}


async def picture(request: web.Request) -> web.Response:
    """The picture of a message in one's own conversation."""
    return enclosed.response(request, await enclosed.picture(request.app[HOUSE], await _content(request)))


async def voice(request: web.Request) -> web.Response:
    """The text of a message in one's own conversation, read aloud."""
    return enclosed.response(request, await enclosed.voice(request.app[HOUSE], await _content(request)))


async def _content(request: web.Request) -> Content:
    whom = await someone(request)
    number = int(request.match_info["id"])
    found = await reading.content(request.app[HOUSE], number) if number <= _MOST_ID else None
    if found is None or found[0] != whom.conversation_id:
        raise Refused("gone")
    return found[1]
