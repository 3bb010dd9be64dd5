"""What goes along with a message and is made when it goes: its picture, and its text read aloud.

The text says all of it: what cannot be made is left out, counted and logged, and the text goes all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from prometheus_client import Counter

from bot.content import Content, Upload
from bot.errors import KlopaanError
from bot.house import House
from bot.web import REGISTRY

log = logging.getLogger(__name__)

PNG, OGG = "image/png", "audio/ogg"

MADE = Counter("klopaan_enclosed", "What became of pictures and voice notes", ["kind", "result"], registry=REGISTRY)


def has_voice(house: House, content: Content) -> bool:
    """Whether ``content`` is read aloud here."""
    return content.aloud and house.voice is not None and content.language in house.gemeente.voices


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
    """The text of ``content`` as a voice note; None where it has none, or it cannot be made."""
    if house.voice is None or not has_voice(house, content):
        return None
    return await _made("voice", OGG, house.voice.speak(content.text, content.language))


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
