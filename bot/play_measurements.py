"""Made-up invitations, for ``klopaan play`` and the transcripts: one of each kind, and what the person does with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from flows.grammar import Effect
from flows.measuring import Answer, EndMeasurement, Kind, Measurement
from flows.session import Frame
from flows.text import Json

#: When they were invited, and by whom.
_DAY, _BY = date(2026, 11, 20), "Fatma"
#: Their numbers.
NUMBERS = {Kind.HEALTHY: 1, Kind.LIVING: 2, Kind.AGENDA: 3}


def _one_of_each() -> list[Measurement]:
    return [Measurement(number, kind, _BY, _DAY) for kind, number in NUMBERS.items()]


@dataclass(slots=True)
class MadeUpMeasurements:
    """``all`` are the invitations of one person, oldest first."""

    all: list[Measurement] = field(default_factory=_one_of_each)

    def read(self, frame: Frame) -> Measurement:
        """As ``bot.measurements`` reads it."""
        number = frame.answers.get("measurement")
        found = self._newest() if number is None else next((one for one in self.all if one.id == number), None)
        if found is None:
            return Measurement()
        other = self._newest(besides=found.id)
        return replace(found, another=0 if other is None else other.id)

    def _newest(self, *, besides: int = 0) -> Measurement | None:
        return next((one for one in reversed(self.all) if not one.ended and one.id != besides), None)

    def apply(self, effects: Iterable[Effect]) -> None:
        """What a turn did with it."""
        for effect in effects:
            match effect:
                case Answer(number, area, value):
                    self.all = [_answered(one, area, value) if one.id == number else one for one in self.all]
                case EndMeasurement(number):
                    self.all = [replace(one, ended=True) if one.id == number else one for one in self.all]


def _answered(one: Measurement, area: str, value: Json) -> Measurement:
    if one.ended:
        return one
    kept = {name: said for name, said in one.answers.items() if name != area}
    return replace(one, answers=kept if value is None else {**kept, area: value})
