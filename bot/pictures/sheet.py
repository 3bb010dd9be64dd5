"""A sheet of fixed width that grows downwards: all is laid out first, and drawn when the height is known."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import NamedTuple

from PIL import Image, ImageDraw

from bot.errors import KlopaanError
from bot.pictures import letters, marks
from bot.pictures.colours import BRAND, PAGE, PAPER
from bot.pictures.letters import Colour, Style
from locales.formatting import direction

#: A small phone has so many pixels across; letters are sized for it.
WIDTH = 720
#: What messengers take at most, with room to spare (Telegram: width and height together 10000; up to 2560 it is shown
#: as it is, and made smaller above that).
MOST_HEIGHT = 8000
#: Between the sides and what stands on the sheet, in pixels.
EDGE = 28
_TITLE = Style(52, "bold")
#: Of a flat picture; fewer bytes, for who pays for them.
_COLOURS = 64

Step = Callable[[Image.Image, ImageDraw.ImageDraw], None]


class Box(NamedTuple):
    """Left and right as on a left-to-right sheet."""

    left: int
    right: int
    top: int
    bottom: int


class TooLong(KlopaanError):
    """It would become higher than messengers take."""


class Sheet:
    """Where things come is told for left-to-right; in a right-to-left language all of it is mirrored."""

    def __init__(self, language: str, page: Colour) -> None:
        self.language = language
        self.mirrored = direction(language) == "rtl"
        self.y = 0  # where the next thing comes
        self._page = page
        self._steps: list[Step] = []

    def reserve(self) -> int:
        """Keeps a place for a panel whose size is known later (`fill`)."""
        self._steps.append(_nothing)
        return len(self._steps) - 1

    def fill(self, place: int, box: Box, colour: Colour, *, radius: int = 24) -> None:
        """The panel of a place that was kept; it lies under what was added after that."""
        left, right = (WIDTH - box.right, WIDTH - box.left) if self.mirrored else (box.left, box.right)
        where = (left, box.top, right, box.bottom)
        self._steps[place] = lambda image, _: marks.panel(image, where, colour, radius=radius)

    def mark(self, name: str, x: int, y: int, size: int, colour: Colour, on: Colour) -> None:
        """A mark around this middle."""
        centre = (WIDTH - x if self.mirrored else x, y)
        self._steps.append(lambda image, _: marks.mark(image, name, centre, size, colour, on, mirrored=self.mirrored))

    def words(self, words: str, left: int, right: int, style: Style, colour: Colour, *, language: str = "") -> None:
        """Words from here on down, in as many lines as they take; each begins where its language is read from. Of words
        that cannot be drawn a line stays empty: what stands beside them has its place. Raises ``TooLong``."""
        language = language or self.language
        start = WIDTH - right if self.mirrored else left
        found = letters.lines(letters.drawable(words, style), language, style, right - left)
        for line in found or ([""] if words else []):
            self._steps.append(_line(start, self.y, right - left, line, language, style, colour))
            self.y += style.height(language)
            if self.y > MOST_HEIGHT:
                raise TooLong

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, of all that was laid out."""
        return WIDTH, self.y

    def image(self) -> Image.Image:
        """All of it, drawn."""
        image = Image.new("RGB", self.size, self._page)
        draw = ImageDraw.Draw(image)
        for step in self._steps:
            step(image, draw)
        return image

    def png(self) -> bytes:
        """The image as a file."""
        body = io.BytesIO()
        self.image().quantize(_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(body, "PNG")
        return body.getvalue()


def titled(title: str, language: str) -> Sheet:
    """A sheet with its title on top. Raises ``TooLong``."""
    sheet = Sheet(language, PAGE)
    head = sheet.reserve()
    sheet.y = EDGE
    sheet.words(title, EDGE, WIDTH - EDGE, _TITLE, PAPER)
    sheet.y += EDGE
    sheet.fill(head, Box(0, WIDTH, 0, sheet.y), BRAND, radius=0)
    return sheet


def _line(left: int, top: int, width: int, words: str, language: str, style: Style, colour: Colour) -> Step:
    return lambda _, draw: letters.put(draw, left, top, width, words, language, style, colour)


def _nothing(image: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    """In a place that nothing came to."""
