"""Made-up ratings, for ``klopaan play`` and the transcripts: one for each occasion, and what the person says to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from flows.grammar import Effect
from flows.ratings import ASKED, EndRating, Grade, Occasion, Rating
from flows.session import Frame

#: The number of the rating of each occasion.
NUMBERS = {occasion: number for number, occasion in enumerate(Occasion, 1)}


def _one_of_each() -> list[Rating]:
    return [
        Rating(number, occasion, tuple(promise.value for promise in ASKED[occasion]), open=True)
        for occasion, number in NUMBERS.items()
    ]


@dataclass(slots=True)
class MadeUpRatings:
    """``all`` are the ratings of one person, oldest first."""

    all: list[Rating] = field(default_factory=_one_of_each)

    def read(self, frame: Frame) -> Rating:
        """The one that is asked about, else the newest that waits for them."""
        number = frame.answers.get("rating")
        found = (one for one in reversed(self.all) if (one.open if number is None else one.id == number))
        return next(found, Rating())

    def apply(self, effects: Iterable[Effect]) -> None:
        """What a turn did with them."""
        for effect in effects:
            match effect:
                case Grade(number, promise, grade):
                    self.all = [_graded(one, promise, grade) if one.id == number else one for one in self.all]
                case EndRating(number):
                    self.all = [replace(one, open=False) if one.id == number else one for one in self.all]


def _graded(one: Rating, promise: str, grade: int | None) -> Rating:
    if not one.open:
        return one
    kept = {name: said for name, said in one.answers.items() if name != promise}
    return replace(one, answers=kept if grade is None else {**kept, promise: grade})
