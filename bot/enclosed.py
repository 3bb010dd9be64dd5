"""What goes along with a message and is made when it goes: its picture, and its text read aloud.

The text says all of it: what cannot be made is left out, counted and logged, and the text goes all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from aiohttp import web
from prometheus_client import Counter

from bot import uploads
from bot.content import Content, Upload
from bot.errors import KlopaanError, Refused
from bot.house import House
from bot.voice import LONGEST, with_dutch
from bot.web import REGISTRY
from flows import understanding

log = logging.getLogger(__name__)

PNG, OGG = "image/png", "audio/ogg"

MADE = Counter("klopaan_enclosed", "What became of pictures and voice notes", ["kind", "result"], registry=REGISTRY)


def has_voice(house: House, content: Content) -> bool:
    """Whether ``content`` goes as a voice note too."""
    return content.aloud and can_read(house, content)


def can_read(house: House, content: Content) -> bool:
    """Whether this machine can read ``content`` aloud, for who asks for that."""
    fits = bool(content.text) and len(_said(content)) <= LONGEST
    return fits and house.voice is not None and spoken_in(content) in house.gemeente.voices


def spoken_in(content: Content) -> str:
    """The language in which ``content`` is read (ISO 639-1): what a human typed may be in another than is spoken with
    the person."""
    typed = None if content.texts else understanding.language(content.text)
    return typed or content.language


def _said(content: Content) -> str:
    """All that is read: the text, and what can be chosen, by the number that is understood as an answer."""
    choices = (f"{number}: {button.label}." for number, button in enumerate(content.buttons, 1))
    return "\n".join((content.text, *choices))


async def picture(house: House, content: Content) -> Upload | None:
    """The picture of ``content`` in its language; None where it has none, or it cannot be drawn."""
    if content.picture is None:
        return None
    return await _made("picture", PNG, house.pictures.png(content.picture, content.language, house.tongue))


async def size(house: House, content: Content) -> tuple[int, int] | None:
    """Width and height of that picture in pixels, before it is drawn."""
    if content.picture is None:
        return None
    try:
        return await house.pictures.size(content.picture, content.language, house.tongue)
    except Exception as error:
        _left_out("picture", error)
        return None


async def voice(house: House, content: Content) -> Upload | None:
    """``content`` as a voice note, in it in Dutch what is Dutch on purpose; None where it cannot be made."""
    if house.voice is None or not can_read(house, content):
        return None
    language = spoken_in(content)
    on_purpose = () if language == "nl" else (text.msgid for text in content.texts if not text.context)
    return await _made("voice", OGG, house.voice.speak(with_dutch(_said(content), on_purpose), language))


def response(request: web.Request, made: Upload | None) -> web.Response:
    """What a page fetches, or the part of it that is asked for (RFC 9110, 14): without that no sound is played on iOS.
    ``?save`` saves it, under its neutral name. Refused ``gone``: there is none."""
    if made is None:
        raise Refused("gone")
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": f"{'attachment' if 'save' in request.query else 'inline'}; "
        f'filename="{uploads.file_name(made.media_type)}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    try:
        wanted = request.http_range
    except ValueError:  # one that is not understood is ignored
        wanted = slice(None)
    start, end, _ = wanted.indices(len(made.data))
    if wanted.start is None and wanted.stop is None:
        return web.Response(body=made.data, content_type=made.media_type, headers=headers)
    if start >= end:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(made.data)}"})
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(made.data)}"
    return web.Response(status=206, body=made.data[start:end], content_type=made.media_type, headers=headers)


async def _made(kind: str, media_type: str, making: Awaitable[bytes]) -> Upload | None:
    try:
        data = await making
    except Exception as error:
        _left_out(kind, error)
        return None
    MADE.labels(kind, "made").inc()
    return Upload(media_type, data)


def _left_out(kind: str, error: Exception) -> None:
    """Whatever it is: no message waits for what only goes along with it."""
    why = str(error) if isinstance(error, KlopaanError) else type(error).__name__
    log.error("a %s could not be made: %s", kind, why)
    MADE.labels(kind, "failed").inc()
