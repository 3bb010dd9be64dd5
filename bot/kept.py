"""What is kept of an invitation to prepare a talk or to say how things go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.text import Json

#: How one ended: the person said that it is enough, wanted none of it, or the caseworker took it back.
ENOUGH, DECLINED, WITHDRAWN = "enough", "declined", "withdrawn"


@dataclass(frozen=True, slots=True)
class Kept:
    """An invitation and what was answered to it. Instants in milliseconds UTC; ``end``: how it ended, empty while it is
    open; ``answers`` by area, as in ``flows.measuring.Answer``."""

    id: int
    kind: str
    by: str
    invited_at: int
    answered_at: int | None
    ended_at: int | None
    end: str
    answers: Mapping[str, Json]
