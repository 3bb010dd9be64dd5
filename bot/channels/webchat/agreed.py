"""The list of what was agreed, to print: of whose browser this is. Without scripts, and in no cache."""

from __future__ import annotations

import aiohttp_jinja2
from aiohttp import web

from bot.agreements import page
from bot.channels.webchat.guard import who
from bot.channels.webchat.pages import ASSETS, HEADERS, JINJA
from bot.house import HOUSE
from bot.privacy.vault import Unreadable
from locales import direction


async def show(request: web.Request) -> web.Response:
    """``GET /chat/list``. Who has no conversation here is led to where one begins."""
    house, whom = request.app[HOUSE], await who(request)
    if whom is None:
        return _elsewhere()
    asked = request.query.get("taal", "")
    language = asked if asked in house.gemeente.languages else whom.language
    await house.vault.prepare([whom.key_id])
    try:
        groups = await page.groups(house, whom.conversation_id, language)
    except Unreadable:  # erased
        return _elsewhere()
    context = {
        "language": language,
        "dir": direction(language),
        "gemeente": house.gemeente,
        "has_logo": house.config.logo is not None,
        "assets": request.app[ASSETS],
        "title": page.both(house, page.TITLE, language),
        "nothing": page.both(house, page.NONE, language),
        "back": page.both(house, page.BACK, language),
        "groups": groups,
    }
    response = aiohttp_jinja2.render_template("list.html", request, context, app_key=JINJA)
    response.headers.update(HEADERS)
    return response


def _elsewhere() -> web.Response:
    return web.Response(status=303, headers={"Location": "/chat", "Cache-Control": "no-store"})
