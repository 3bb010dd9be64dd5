"""Pictures to look at and to keep: a card with do's and don'ts, and how far someone is.

Drawn when they are looked at or sent, not stored (docs/decisions/0018). Pillow is imported with the first one: whoever
never draws does without it in memory.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.pictures.written import Written, write
from bot.workshop import Workshop
from flows.grammar import Picture
from flows.text import Tongue

if TYPE_CHECKING:
    from bot.pictures.sheet import Sheet

#: Drawn at once, and kept of what was drawn last: a picture is some tens of kilobytes, and megabytes while it is drawn.
_AT_ONCE, _KEPT, _SIZES_KEPT = 2, 32, 256


class Pictures:
    """The pictures of one process, drawn beside the event loop."""

    def __init__(self) -> None:
        self._made: Workshop[Written, bytes] = Workshop(keep=_KEPT, at_once=_AT_ONCE)
        self._sizes: Workshop[Written, tuple[int, int]] = Workshop(keep=_SIZES_KEPT, at_once=_AT_ONCE)

    async def png(self, picture: Picture, language: str, tongue: Tongue) -> bytes:
        """As `draw`."""
        written = write(picture, language, tongue)
        return await self._made.get(written, lambda: asyncio.to_thread(drawn, written))

    async def size(self, picture: Picture, language: str, tongue: Tongue) -> tuple[int, int]:
        """Width and height that it has or will have, in pixels. Raises ``TooLong``."""
        written = write(picture, language, tongue)
        return await self._sizes.get(written, lambda: asyncio.to_thread(_size, written))


def draw(picture: Picture, language: str, tongue: Tongue) -> bytes:
    """``picture`` in ``language`` as a PNG, 720 pixels wide. Takes a tenth of a second. Raises ``TooLong``."""
    return drawn(write(picture, language, tongue))


def drawn(written: Written) -> bytes:
    """The same, of what is in words already."""
    return laid_out(written).png()


def _size(written: Written) -> tuple[int, int]:
    return laid_out(written).size


def laid_out(written: Written) -> Sheet:
    """The picture as it will be drawn. Raises ``TooLong``."""
    from bot.pictures.card import card
    from bot.pictures.process import process

    return card(written) if written.kind == "card" else process(written)
