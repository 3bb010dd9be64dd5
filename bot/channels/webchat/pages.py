"""The pages that people see first: the chat itself, a personal link, and the municipality's look."""

from __future__ import annotations

import mimetypes
import re
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot import uploads
from bot.channels.webchat import look, texts
from bot.channels.webchat.api import NAME
from bot.channels.webchat.assets import Assets
from bot.channels.webchat.guard import call_text, language_of, say, who, words
from bot.house import HOUSE
from flows.grammar import GLOBAL_WORDS
from locales import own_name

JINJA: web.AppKey[jinja2.Environment] = web.AppKey("webchat templates")
ASSETS: web.AppKey[Assets] = web.AppKey("webchat assets")

#: Where the icons of the global words stand in the panel *meer*; *mens* and *menu* are always in sight.
ICONS = {"terug": "↩️", "opnieuw": "🔄", "taal": "🌍", "help": "❓", "waarom": "💡", "kort": "✂️", "stop": "✋"}
assert {"mens", "menu", *ICONS} == set(GLOBAL_WORDS)

#: What the page lets people choose from: no file is offered that is then refused.
TAKEN = ",".join([*uploads.EXTENSIONS, *(f".{ending}" for ending in uploads.EXTENSIONS.values())])

#: Pages stay out of every cache: *back* after *snel weg* finds nothing.
HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie", "Referrer-Policy": "no-referrer"}


async def chat(request: web.Request) -> web.Response:
    """The chat. Before the start it is only text: no cookie is set and nothing is stored."""
    whom = await who(request)
    language = whom.language if whom and "taal" not in request.query else language_of(request)
    flow, source = (_name(request.query.get(name)) for name in ("naar", "van"))
    data = {"started": whom is not None, "flow": flow, "source": source}
    return _page(request, "chat.html", language, data)


async def personal_link(request: web.Request) -> web.Response:
    """The same page for every link, known or not, so that a robot that looks ahead opens nothing and learns nothing."""
    return _page(request, "link.html", language_of(request), {})


async def say_words(request: web.Request) -> web.Response:
    """The texts of the page in another language, when the conversation changed to it."""
    data = words(request.app[HOUSE], language_of(request))
    return web.json_response(data, headers={"Cache-Control": "no-store"})


async def own_look(request: web.Request) -> web.Response:
    """The municipality's colours."""
    sheet = look.stylesheet(request.app[HOUSE].config.identity.colour)
    return web.Response(text=sheet, content_type="text/css", headers={"Cache-Control": "max-age=3600"})


async def logo(request: web.Request) -> web.StreamResponse:
    """The municipality's logo, if it has one."""
    path = request.app[HOUSE].config.logo
    if path is None:
        raise web.HTTPNotFound
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = {"Content-Type": media_type, "Cache-Control": "max-age=3600", "X-Content-Type-Options": "nosniff"}
    return web.FileResponse(path, headers=headers)


def _page(request: web.Request, template: str, language: str, data: dict[str, Any]) -> web.Response:
    house = request.app[HOUSE]
    said = words(house, language)
    channel = house.config.channels.webchat
    assert channel is not None  # this page is only there when the channel is on
    context = {
        **said,
        "gemeente": house.gemeente,
        "call": call_text(house, language),
        "phone": re.sub(r"[^0-9+]", "", house.gemeente.phone),
        "no_script": say(house, texts.NO_SCRIPT, language),
        "languages": [(code, own_name(code)) for code in house.gemeente.languages if code != language],
        "has_logo": house.config.logo is not None,
        "leave_to": channel.leave_to,
        "icons": ICONS,
        "reads": bool(house.gemeente.voices),
        "takes": TAKEN,
        "assets": request.app[ASSETS],
        "data": {**data, **said, "leave_to": channel.leave_to, "limit": house.config.web.upload_limit_mb * 1024 * 1024},
    }
    response = aiohttp_jinja2.render_template(template, request, context, app_key=JINJA)
    response.headers.update(HEADERS)
    response.enable_compression()
    return response


def _name(value: str | None) -> str | None:
    """A part of a deep link, or None when it is nothing we would have written."""
    return value if value is not None and NAME.fullmatch(value) else None
