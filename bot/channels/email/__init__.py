"""E-mail: letters that nobody answers, and the page behind their link."""

from __future__ import annotations

from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.channels import webchat
from bot.channels.email import pages
from bot.channels.email.channel import EmailChannel

__all__ = ["EmailChannel", "setup"]


def setup(app: web.Application) -> None:
    """Adds the page; ``app`` has its house. It looks like the web chat, which need not be there."""
    webchat.setup_look(app)
    folders = [Path(__file__).parent / "templates", webchat.TEMPLATES]
    loader = jinja2.FileSystemLoader(folders)
    aiohttp_jinja2.setup(app, app_key=pages.JINJA, loader=loader, trim_blocks=True, lstrip_blocks=True)
    app.add_routes([web.get("/mail/{token}", pages.ask), web.post("/mail/{token}", pages.answer)])
