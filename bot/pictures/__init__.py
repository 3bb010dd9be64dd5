"""Pictures to look at and to keep: a card with do's and don'ts, and how far someone is.

Drawn when they are looked at or sent, not stored (docs/decisions/0018). Pillow is imported with the first one: whoever
never draws does without it in memory.
"""

from __future__ import annotations

from bot.pictures.written import Written, write
from flows.grammar import Picture
from flows.text import Tongue


def draw(picture: Picture, language: str, tongue: Tongue) -> bytes:
    """``picture`` in ``language`` as a PNG, 720 pixels wide. Takes tens of milliseconds. Raises ``TooLong``."""
    return drawn(write(picture, language, tongue))


def drawn(written: Written) -> bytes:
    """The same, of what is in words already."""
    from bot.pictures.card import card
    from bot.pictures.process import process

    return card(written) if written.kind == "card" else process(written)
