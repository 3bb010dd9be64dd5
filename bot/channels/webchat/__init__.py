"""The municipality's own web chat, at ``/`` and ``/chat``: the page, and what it asks of us."""

from __future__ import annotations

from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.channels.webchat import agreed, api, assets, enclosed, helping, limits, pages, streams
from bot.channels.webchat.guard import answers
from bot.running import ended

__all__ = ["TEMPLATES", "setup", "setup_look"]

TEMPLATES = Path(__file__).parent / "templates"


def setup_look(app: web.Application) -> None:
    """Adds what every page for residents looks like, once, for whichever channel asks first."""
    if pages.ASSETS in app:
        return
    app[pages.ASSETS] = assets.load()
    app.add_routes(
        [
            web.get("/chat/look.css", pages.own_look),
            web.get("/chat/logo", pages.logo),
            web.get("/chat/static/{version}/{name}", app[pages.ASSETS].serve),
        ]
    )


def setup(app: web.Application) -> None:
    """Adds the routes; ``app`` has its house and its conversations."""
    setup_look(app)
    loader = jinja2.FileSystemLoader(TEMPLATES)
    aiohttp_jinja2.setup(app, app_key=pages.JINJA, loader=loader, trim_blocks=True, lstrip_blocks=True)
    app[limits.LIMITS] = limits.Limits()
    app[limits.BODIES] = limits.Bodies()
    app[limits.STREAMS], app[helping.STREAMS] = limits.Streams(), limits.Streams()
    app.on_shutdown.append(_end_streams)
    app.add_routes(
        [
            web.get("/", pages.chat),
            web.get("/chat", pages.chat),
            web.get("/c/{token}", pages.personal_link),
            web.get("/chat/list", agreed.show),
            web.get("/chat/words", pages.say_words),
            web.post("/chat/start", answers(api.start)),
            web.post("/chat/resume", answers(api.resume)),
            web.post("/chat/leave", answers(api.leave)),
            web.get("/chat/me", answers(api.me)),
            web.post("/chat/message", answers(api.say_something)),
            web.post("/chat/upload", answers(api.upload)),
            web.get("/chat/messages", answers(api.messages)),
            web.get("/chat/events", answers(streams.events)),
            web.post("/chat/seen", answers(api.seen)),
            web.get(r"/chat/files/{id:\d{1,19}}", answers(api.attachment)),
            web.get(r"/chat/pictures/{id:\d{1,19}}", answers(enclosed.picture)),
            web.get(r"/chat/voice/{id:\d{1,19}}", answers(enclosed.voice)),
            web.get("/chat/settings", answers(api.settings)),
            web.post("/chat/pin", answers(api.pin)),
            web.post("/chat/link", answers(api.make_link)),
            web.post("/chat/link/end", answers(api.end_links)),
            *helping.routes(),
        ]
    )


async def _end_streams(app: web.Application) -> None:
    """Open streams would keep the server waiting; pages connect again by themselves."""
    await ended([*app[limits.STREAMS].open, *app[helping.STREAMS].open])
