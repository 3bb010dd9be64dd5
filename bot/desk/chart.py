"""The picture of a measurement beside the later ones: for each area a line of marks on −− − + ++, as SVG.

Each round has a shape and a number of its own besides its colour; each picture says in words what it shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.desk.measured import SIGNS, Cell, Compared, Row
from flows.meten import RATINGS

#: In units of the picture, which is as wide as a small telephone and grows no further than it reads well.
WIDTH, LEFT, LANE, TOP = 320, 44, 26, 24
_STEP = (WIDTH - LEFT) // 4
#: One after another; a fifth round begins again, with another number.
SHAPES = ("circle", "square", "triangle", "diamond")


@dataclass(frozen=True, slots=True)
class Mark:
    """An answer of round ``number`` (1: the first) in the picture, at ``x`` and ``y``; ``cell`` without a value: it was
    left out. ``shape`` is a path around nought, ``is_last`` of the newest round."""

    number: int
    x: int
    y: int
    cell: Cell
    shape: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """One area: its marks, and what they say."""

    row: Row
    height: int
    marks: tuple[Mark, ...]
    says: str


_X = {rating.value: LEFT + _STEP * place + _STEP // 2 for place, rating in enumerate(RATINGS)}
#: The scale above each picture: where each sign stands.
AXIS = tuple((_X[rating.value], SIGNS[rating.code]) for rating in RATINGS)
#: Between − and +.
MIDDLE = (_X[RATINGS[1].value] + _X[RATINGS[2].value]) // 2


def pictures(compared: Compared) -> Iterator[Picture]:
    """One for each area, in their order."""
    last = len(compared.rounds)
    for row in compared.rows:
        marks = tuple(
            Mark(
                number,
                MIDDLE if cell.value is None else _X[cell.value],
                TOP + LANE * (number - 1) + LANE // 2,
                cell,
                shape_of(number),
                number == last,
            )
            for number, cell in enumerate(row.cells, 1)
        )
        told = "; ".join(f"meting {mark.number}: {mark.cell.words}" for mark in marks)
        yield Picture(row, TOP + LANE * len(marks) + 4, marks, f"{row.label}. {told}.")


def shape_of(number: int) -> str:
    """The outline of the mark of a round, as an SVG path."""
    return _PATHS[SHAPES[(number - 1) % len(SHAPES)]]


_PATHS = {
    "circle": "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0z",
    "square": "M-6.5-6.5h13v13h-13z",
    "triangle": "M0-8L8 6.5H-8z",
    "diamond": "M0-9L8 0L0 9L-8 0z",
}
