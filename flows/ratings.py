"""What people think of how they were helped, as flows know it: a grade for each promise of the NVVK Belofte that they
just saw kept or not [000] [002]."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.grammar import Effect, Json, Need


class Promise(StrEnum):
    """The promises of the NVVK Belofte [002]. The database knows the code in clear."""

    SIGN_UP = "1"  # aanmelden zonder drempels
    TRUST = "2"  # hulp op basis van vertrouwen
    CLEAR = "3"  # duidelijkheid waar je aan toe bent
    ABOARD = "4"  # geen klanten buiten de boot
    CREDITORS = "5"  # druk van schuldeisers verlagen
    FREE = "6"  # zo goed mogelijk schuldzorgvrij


class Occasion(StrEnum):
    """When it is asked. The database knows the code in clear."""

    SIGNED_UP = "sign_up"
    INTAKE = "intake"
    END = "end"
    YEAR_ON = "year"


#: What is asked when: never more than two at a time.
ASKED: Mapping[Occasion, tuple[Promise, ...]] = {
    Occasion.SIGNED_UP: (Promise.SIGN_UP,),
    Occasion.INTAKE: (Promise.TRUST, Promise.CLEAR),
    Occasion.END: (Promise.ABOARD, Promise.CREDITORS),
    Occasion.YEAR_ON: (Promise.FREE, Promise.TRUST),
}
LOWEST, HIGHEST = 1, 10
#: The flow that asks. What is answered in it is nobody's, and is not kept as what this person said.
FLOW = "tevredenheid"


@dataclass(frozen=True, slots=True)
class Rating(Need):
    """The rating of the frame's answer ``rating``, else the newest that was asked; ``id`` 0: there is none. ``open``:
    answers still count. ``answers`` by promise."""

    id: int = 0
    occasion: str = ""
    promises: tuple[str, ...] = ()
    open: bool = False
    answers: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grade(Effect):
    """A grade for a promise, `LOWEST` to `HIGHEST`, kept at once and changeable for a day; None takes it back. What is
    over, or not theirs, stays as it is."""

    rating: int
    promise: str
    grade: int | None


@dataclass(frozen=True, slots=True)
class SayMore(Effect):
    """What they want to say beside it, in their own words."""

    rating: int
    words: Json


@dataclass(frozen=True, slots=True)
class EndRating(Effect):
    """That was all; or (``declined``) rather not: then never again on this occasion."""

    rating: int
    declined: bool = False
