"""Marks and panels as shapes: what a picture says without words, and never by colour alone."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageDraw

from bot.pictures.letters import Colour

#: Shapes are drawn so many times larger and then made smaller: Pillow smooths letters only.
_FINE = 4

Point = tuple[float, float]


def panel(image: Image.Image, box: tuple[int, int, int, int], colour: Colour, *, radius: int = 24) -> None:
    """A filled box with round corners."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    mask = Image.new("L", (width, height), 255)
    if radius:
        _round_off(mask, min(radius, width // 2, height // 2))
    image.paste(colour, (left, top), mask)


def _round_off(mask: Image.Image, radius: int) -> None:
    width, height = mask.size
    disc = Image.new("L", (2 * radius * _FINE, 2 * radius * _FINE), 0)
    ImageDraw.Draw(disc).ellipse((0, 0, disc.width - 1, disc.height - 1), fill=255)
    disc = disc.resize((2 * radius, 2 * radius), Image.Resampling.LANCZOS)
    for x, at_x in ((0, 0), (radius, width - radius)):
        for y, at_y in ((0, 0), (radius, height - radius)):
            mask.paste(disc.crop((x, y, x + radius, y + radius)), (at_x, at_y))


def mark(
    image: Image.Image,
    name: str,
    centre: tuple[int, int],
    size: int,
    colour: Colour,
    on: Colour,
    *,
    mirrored: bool = False,
) -> None:
    """The mark called ``name``, so many pixels wide, in ``colour`` with what is inside it in ``on``."""
    fine = size * _FINE
    drawn = Image.new("RGBA", (fine, fine), (*colour, 0))
    _SHAPES[name](_Pen(ImageDraw.Draw(drawn), fine), (*colour, 255), (*on, 255))
    if mirrored and name in _TURNED:
        drawn = drawn.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    drawn = drawn.resize((size, size), Image.Resampling.LANCZOS)
    image.paste(drawn, (centre[0] - size // 2, centre[1] - size // 2), drawn)


_Rgba = tuple[int, int, int, int]


class _Pen:
    """Draws in a square that is 1 by 1."""

    def __init__(self, draw: ImageDraw.ImageDraw, size: int) -> None:
        self._draw = draw
        self._size = size

    def disc(self, x: float, y: float, radius: float, colour: _Rgba) -> None:
        reach = [(x - radius) * self._size, (y - radius) * self._size, (x + radius) * self._size - 1]
        self._draw.ellipse((*reach, (y + radius) * self._size - 1), fill=colour)

    def area(self, points: list[Point], colour: _Rgba) -> None:
        self._draw.polygon([(x * self._size, y * self._size) for x, y in points], fill=colour)

    def stroke(self, points: list[Point], thick: float, colour: _Rgba) -> None:
        """A line with round ends and corners."""
        width = round(thick * self._size)
        self._draw.line([(x * self._size, y * self._size) for x, y in points], colour, width, joint="curve")
        for x, y in points:
            self.disc(x, y, thick / 2, colour)

    def box(self, left: float, top: float, right: float, bottom: float, radius: float, colour: _Rgba) -> None:
        inside = (left * self._size, top * self._size, right * self._size - 1, bottom * self._size - 1)
        self._draw.rounded_rectangle(inside, radius * self._size, fill=colour)


def _do(pen: _Pen, colour: _Rgba, on: _Rgba) -> None:
    pen.disc(0.5, 0.5, 0.5, colour)
    pen.stroke([(0.27, 0.53), (0.43, 0.69), (0.74, 0.34)], 0.11, on)


def _dont(pen: _Pen, colour: _Rgba, on: _Rgba) -> None:
    cut = 0.29  # a stop sign: another outline than that of what is good to do
    pen.area([(cut, 0), (1 - cut, 0), (1, cut), (1, 1 - cut), (1 - cut, 1), (cut, 1), (0, 1 - cut), (0, cut)], colour)
    pen.stroke([(0.31, 0.31), (0.69, 0.69)], 0.12, on)
    pen.stroke([(0.69, 0.31), (0.31, 0.69)], 0.12, on)


def _say(pen: _Pen, colour: _Rgba, on: _Rgba) -> None:
    pen.area([(0.2, 0.6), (0.14, 0.98), (0.5, 0.74)], colour)
    pen.box(0, 0.08, 1, 0.78, 0.22, colour)
    for x in (0.27, 0.5, 0.73):
        pen.disc(x, 0.43, 0.07, on)


def _call(pen: _Pen, colour: _Rgba, on: _Rgba) -> None:
    pen.disc(0.5, 0.5, 0.5, colour)
    pen.stroke([(0.33, 0.32), (0.36, 0.47), (0.46, 0.6), (0.57, 0.67), (0.7, 0.7)], 0.1, on)
    pen.stroke([(0.31, 0.28), (0.35, 0.38)], 0.17, on)
    pen.stroke([(0.64, 0.66), (0.73, 0.71)], 0.17, on)


def _from(pen: _Pen, colour: _Rgba, on: _Rgba) -> None:
    pen.disc(0.5, 0.5, 0.5, colour)
    pen.disc(0.5, 0.37, 0.17, on)
    pen.box(0.22, 0.6, 0.78, 0.84, 0.14, on)


def _now(pen: _Pen, colour: _Rgba, on: _Rgba) -> None:
    pen.disc(0.5, 0.5, 0.5, colour)
    pen.area([(0.36, 0.25), (0.36, 0.75), (0.78, 0.5)], on)


def _next(pen: _Pen, colour: _Rgba, on: _Rgba) -> None:
    pen.disc(0.5, 0.5, 0.42, colour)
    pen.disc(0.5, 0.5, 0.32, on)


def _skipped(pen: _Pen, colour: _Rgba, on: _Rgba) -> None:
    pen.disc(0.5, 0.5, 0.42, colour)
    pen.disc(0.5, 0.5, 0.32, on)
    pen.stroke([(0.33, 0.5), (0.67, 0.5)], 0.1, colour)


def _stopped(pen: _Pen, colour: _Rgba, on: _Rgba) -> None:
    pen.box(0.06, 0.06, 0.94, 0.94, 0.14, colour)
    pen.box(0.33, 0.33, 0.67, 0.67, 0.02, on)


_SHAPES: dict[str, Callable[[_Pen, _Rgba, _Rgba], None]] = {
    "do": _do,
    "dont": _dont,
    "say": _say,
    "call": _call,
    "from": _from,
    "done": _do,
    "now": _now,
    "next": _next,
    "skipped": _skipped,
    "stopped": _stopped,
}
#: Point where reading goes, or lean to one side: they turn with the language.
_TURNED = frozenset({"say", "now"})
