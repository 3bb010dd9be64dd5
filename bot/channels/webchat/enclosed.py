"""The picture of a message and its text read aloud, for the page that shows that message."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot import enclosed, reading, uploads
from bot.channels.webchat.guard import someone
from bot.channels.webchat.limits import LIMITS
from bot.content import Content, Message
from bot.errors import Refused
from bot.house import HOUSE, House
from locales import direction
from locales.formatting import without_controls

#: An id is a 64-bit integer in both databases.
_MOST_ID = 2**63 - 1


async def beside(house: House, one: Message) -> dict[str, Any]:
    """Where the page finds what goes along with a message, what it says for who cannot see it, and in which language
    it is read to who cannot read it."""
    content = one.content
    told = one.author in ("bot", "caseworker") and bool(content.text)
    sound = {
        "voice": f"/chat/voice/{one.id}" if told and enclosed.can_read(house, content) else None,
        "aloud": enclosed.has_voice(house, content),
        "speaks": enclosed.spoken_in(content) if told else None,
    }
    size = await enclosed.size(house, content)
    if content.picture is None or size is None:
        return {"picture": None, **sound}
    picture = {
        "url": f"/chat/pictures/{one.id}",
        "alt": without_controls(content.picture.told(content.language, house.tongue)),
        "lang": content.language,
        "dir": direction(content.language),
        "width": size[0],
        "height": size[1],
        "name": uploads.file_name(enclosed.PNG),
    }
    return {"picture": picture, **sound}


async def picture(request: web.Request) -> web.Response:
    """The picture of a message in one's own conversation."""
    return enclosed.response(request, await enclosed.picture(request.app[HOUSE], await _content(request)))


async def voice(request: web.Request) -> web.Response:
    """A message in one's own conversation, read aloud for who asks for that."""
    request.app[LIMITS].sounds.take((await someone(request)).address_id)
    return enclosed.response(request, await enclosed.voice(request.app[HOUSE], await _content(request)))


async def _content(request: web.Request) -> Content:
    whom = await someone(request)
    number = int(request.match_info["id"])
    found = await reading.content(request.app[HOUSE], number) if number <= _MOST_ID else None
    if found is None or found[0] != whom.conversation_id:
        raise Refused("gone")
    return found[1]
