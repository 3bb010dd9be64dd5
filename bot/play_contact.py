"""Made-up keeping in touch, for ``klopaan play`` and the transcripts: what is agreed and asked, and what the person
does with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial

from flows.aftercare import (
    AcceptPlan,
    AgreePlan,
    AnswerCheckIn,
    CheckIn,
    ContactPlans,
    DropMoment,
    EndCheckIn,
    EndPlan,
    HardMoment,
    KeepMoment,
    KnownContact,
    Means,
    MomentKind,
    Part,
    PausePlan,
    Plan,
    PlanKind,
    ResumePlan,
    Rhythm,
)
from flows.grammar import Effect, Json, Need, OptIn, OptOut
from flows.session import Frame

#: What it answers.
OF_CONTACT: frozenset[type[Need]] = frozenset({CheckIn, ContactPlans, KnownContact})
#: The one whom everybody here knows, and a day on which something was asked.
_NAME, _DAY = "Noor", date(2026, 11, 20)
#: The number of the check-in of each kind.
NUMBERS = {kind: number for number, kind in enumerate(PlanKind, 1)}


def _one_of_each() -> list[CheckIn]:
    last = PlanKind.FOLLOW  # the one that asks whether it goes on
    return [CheckIn(number, kind, "asked", _DAY, last=kind is last) for kind, number in NUMBERS.items()]


@dataclass(slots=True)
class MadeUpContact:
    """What one person has: ``plan`` stands, ``proposed`` waits for a yes, ``kind`` can be agreed now; check-ins oldest
    first."""

    plan: Plan | None = None
    proposed: Plan | None = None
    kind: PlanKind | None = PlanKind.FIXED
    moments: list[HardMoment] = field(default_factory=list)
    check_ins: list[CheckIn] = field(default_factory=_one_of_each)
    stopped: bool = False
    contact: KnownContact = field(default_factory=partial(KnownContact, _NAME, open_case=True))

    def read(self, need: type[Need], frame: Frame) -> Need:
        """The answer to one of the needs of ``flows.aftercare``."""
        if need is KnownContact:
            return self.contact
        if need is CheckIn:
            return self._check_in(frame.answers.get("check_in"))
        moments = tuple(sorted(self.moments, key=lambda one: (one.on, one.id)))
        one = next((one for one in moments if one.id == frame.answers.get("moment")), None)
        return ContactPlans(self.plan, self.proposed, self.kind, moments, one, self.contact, self.stopped)

    def _check_in(self, number: Json) -> CheckIn:
        every = reversed(self.check_ins)
        found = (one for one in every if (one.state == "asked" if number is None else one.id == number))
        return replace(next(found, CheckIn()), contact=self.contact)

    def apply(self, effects: Iterable[Effect], now: datetime) -> None:
        """What a turn did with it."""
        for effect in effects:
            match effect:
                case OptOut() | OptIn():
                    self.stopped = isinstance(effect, OptOut)
                case AgreePlan(kind, rhythm, weekday, part, means):
                    self.plan = Plan(1, PlanKind(kind), Rhythm(rhythm), "active", weekday, Part(part), Means(means))
                    self.proposed = None
                case AcceptPlan(number) if self.proposed is not None and self.proposed.id == number:
                    self.plan, self.proposed = replace(self.proposed, state="active"), None
                case PausePlan(number, until) if self.plan is not None and self.plan.id == number:
                    self.plan = replace(self.plan, state="paused", paused_until=until)
                case ResumePlan(number) if self.plan is not None and self.plan.id == number:
                    self.plan = replace(self.plan, state="active", paused_until=None)
                case EndPlan(number):
                    self._end(number)
                case AnswerCheckIn(number, question, value):
                    self._answer(number, question, value)
                case EndCheckIn(number, declined):
                    self.check_ins = [
                        replace(one, state="answered") if one.id == number and (one.answers or not declined) else one
                        for one in self.check_ins
                    ]
                case KeepMoment():
                    self._keep(effect, now)
                case DropMoment(number):
                    self.moments = [one for one in self.moments if one.id != number]

    def _end(self, number: int) -> None:
        """Of *nazorg* one contact stays."""
        for one in (self.plan, self.proposed):
            if one is not None and one.id == number and one.kind is PlanKind.AFTERCARE:
                self.plan, self.proposed = replace(one, rhythm=Rhythm.ONCE, state="active", paused_until=None), None
        self.plan = None if self.plan is not None and self._none_left(self.plan, number) else self.plan
        self.proposed = None if self.proposed is not None and self.proposed.id == number else self.proposed

    @staticmethod
    def _none_left(plan: Plan, number: int) -> bool:
        return plan.id == number and plan.rhythm is not Rhythm.ONCE

    def _answer(self, number: int, question: str, value: Json) -> None:
        self.check_ins = [
            replace(one, answers={**one.answers, question: value}) if one.id == number and one.state != "over" else one
            for one in self.check_ins
        ]

    def _keep(self, kept: KeepMoment, now: datetime) -> None:
        before = next((one for one in self.moments if one.id == kept.moment), None)
        number = before.id if before else max((one.id for one in self.moments), default=0) + 1
        one = before or HardMoment(number, MomentKind.OTHER, now.date())
        one = replace(
            one,
            kind=one.kind if kept.kind is None else MomentKind(kept.kind),
            on=one.on if kept.on is None else kept.on,
            words=_typed(kept.words, one.words),
            plan=_typed(kept.plan, one.plan),
        )
        self.moments = [other for other in self.moments if other.id != number] + [one]


def _typed(said: Json, before: str) -> str:
    words = said.get("text") if isinstance(said, dict) else said
    return words if isinstance(words, str) else before
