"""What someone wants to talk about, and how things go by their own experience, as flows know it [004] 1.4.3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from flows.grammar import Effect, Json, Need


class Kind(StrEnum):
    """What a caseworker can invite to. The database knows the code in clear."""

    AGENDA = "agenda"  # what to talk about (agenda mapping)
    LIVING = "living"  # leefgebieden
    HEALTHY = "healthy"  # financieel gezond


#: From worst to best, as people tap it: −− − + ++. No norm: only their own experience.
SCALE = (-2, -1, 1, 2)


@dataclass(frozen=True, slots=True)
class Measurement(Need):
    """What this person was invited to: the newest that is not over, of the frame's answer ``measurement`` when that
    names one that is theirs. ``answers`` by area; ``id`` 0: there is none. ``another`` is the newest beside it that
    waits for them, 0: none does."""

    id: int = 0
    kind: str = ""
    name: str = ""  # of the caseworker who invited
    invited: date | None = None
    ended: bool = False
    answers: Mapping[str, Json] = field(default_factory=dict)
    another: int = 0


@dataclass(frozen=True, slots=True)
class Answer(Effect):
    """An answer to an area, kept at once; ``value`` None takes it back. What is over, or not theirs, stays as it is."""

    measurement: int
    area: str
    value: Json


@dataclass(frozen=True, slots=True)
class EndMeasurement(Effect):
    """It is enough, or (``declined``) the person wants none of it."""

    measurement: int
    declined: bool = False
