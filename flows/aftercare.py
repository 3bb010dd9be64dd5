"""Keeping in touch (contact houden), as flows know it: how it was agreed, what was asked and said, hard moments, who is
there for someone, and what must happen [002] promise 2 [003] module 10 [004] 3.1.7-3.1.9."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from flows.grammar import Effect, Json, Need


class PlanKind(StrEnum):
    """Why we keep in touch. To residents all of them are called *contact houden*. The database knows the code in
    clear."""

    FIXED = "vast"  # vast contactmoment: from the first day, for who wants it
    WATCH = "waakvlam"  # during repayment
    FOLLOW = "volgen"  # at most half a year after the goals are met
    AFTERCARE = "nazorg"  # at most a year after that


class Rhythm(StrEnum):
    """How often."""

    WEEK = "week"
    TWO_WEEKS = "two_weeks"
    MONTH = "month"
    TWO_MONTHS = "two_months"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    ONCE = "once"  # no more is wanted: the one contact that the guide asks for, then silence [004] 3.1.9


class Part(StrEnum):
    """When in the day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Means(StrEnum):
    """Which way. But for the chat it is a human who makes the contact, and has a task on that day."""

    CHAT = "chat"
    PHONE = "phone"
    VISIT = "visit"  # at the office, or where it suits


#: What each kind can be agreed as, what is usual first.
RHYTHMS: Mapping[PlanKind, tuple[Rhythm, ...]] = {
    PlanKind.FIXED: (Rhythm.WEEK, Rhythm.TWO_WEEKS, Rhythm.MONTH),
    PlanKind.WATCH: (Rhythm.MONTH, Rhythm.TWO_MONTHS, Rhythm.QUARTER),
    PlanKind.FOLLOW: (Rhythm.MONTH, Rhythm.TWO_WEEKS, Rhythm.TWO_MONTHS),
    PlanKind.AFTERCARE: (Rhythm.QUARTER, Rhythm.MONTH, Rhythm.TWO_MONTHS, Rhythm.HALF_YEAR, Rhythm.ONCE),
}
#: The longest that a kind lasts, in months [004] 3.1.8, 3.1.9; the others last as long as they are wanted.
MOST_MONTHS = {PlanKind.FOLLOW: 6, PlanKind.AFTERCARE: 12}

#: How someone is, by the face that they tapped, worst first.
FACES = ("awful", "bad", "so_so", "good", "great")
#: Whether income and spending are in balance.
BALANCES = ("yes", "just", "no")
#: What may have changed (life events); ``none`` goes with no other.
CHANGES = ("work", "family", "home", "health", "allowances", "none")
#: What a check-in asks, in its order. ``go_on``: at the end of *volgen*, whether it should go on.
QUESTIONS = ("mood", "balance", "changes", "contact", "go_on")
#: Answers that go to a human: by the name of the question.
RED: Mapping[str, frozenset[str]] = {
    "mood": frozenset({"awful", "bad"}),
    "balance": frozenset({"no"}),
    "contact": frozenset({"yes"}),
}


class MomentKind(StrEnum):
    """What makes a moment in the year hard. The database knows the code in clear."""

    BIRTHDAY = "birthday"
    DECEMBER = "december"
    HOLIDAY_PAY = "holiday_pay"  # holiday allowance in May: tempting
    BILL = "bill"  # one that comes once a year
    OTHER = "other"


#: More hard moments than this nobody keeps in mind.
MOST_MOMENTS = 12
#: Why help ended, as the national registration names it (DDAS, EnumUitstroomreden).
END_REASONS = (
    "afgerond",
    "zelf",
    "ingetrokken",
    "niet_passend",
    "niet_verschenen",
    "voldoet_niet",
    "verhuisd",
    "overleden",
    "overig",
)
#: Why no aftercare is possible; on file [003] module 10.
NO_AFTERCARE = ("not_wanted", "not_reached", "moved", "died", "elsewhere", "other")


# ---- what may be known ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plan:
    """How we keep in touch. ``state`` is ``proposed|active|paused``; ``until`` the last day that its kind may last;
    ``next`` the day of the next contact; ``paused_until`` None while paused: until they say so. ``name``: who proposed
    it; None: the person themselves."""

    id: int
    kind: PlanKind
    rhythm: Rhythm
    state: str = "active"
    weekday: int | None = None  # 0 is Monday; None: any
    part: Part = Part.MORNING
    means: Means = Means.CHAT
    until: date | None = None
    next: date | None = None
    paused_until: date | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class HardMoment:
    """A moment that comes every year: ``words`` and ``plan`` as they typed them, perhaps nothing."""

    id: int
    kind: MomentKind
    on: date
    words: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True)
class KnownContact(Need):
    """Who of us this person knows: who helped them last, or (``was`` then names who did) the successor of who left.
    ``name`` None: nobody does yet. ``open_case``: there is a sign-up that goes on; ``closed`` when the last one
    ended."""

    name: str | None = None
    was: str | None = None
    open_case: bool = False
    closed: date | None = None


@dataclass(frozen=True, slots=True)
class ContactPlans(Need):
    """What was agreed with this person, what is proposed to them, and the kind that can be agreed now, by how far they
    are; None: none can, without a sign-up. ``one`` is the hard moment of the frame's answer ``moment``, None when it
    is not theirs. ``stopped``: they said *stop*, so that nothing unasked goes out."""

    plan: Plan | None = None
    proposed: Plan | None = None
    kind: PlanKind | None = None
    moments: tuple[HardMoment, ...] = ()
    one: HardMoment | None = None
    contact: KnownContact = KnownContact()
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """What they said the time before: wording follows from it."""

    on: date
    mood: str | None = None
    balance: str | None = None
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckIn(Need):
    """The check-in of the frame's answer ``check_in``, else the newest that waits for them; ``id`` 0: there is none.
    ``state`` is ``asked`` (an answer still counts, also of one that was given up on), ``answered`` or ``over``;
    ``answers`` by question as `AnswerCheckIn` gave them, as far as they went. ``again``: it is asked once more,
    because the first time got no answer. ``last``: of *volgen*, the last one that fits in its half year."""

    id: int = 0
    kind: PlanKind = PlanKind.FIXED
    state: str = "over"
    asked: date | None = None
    again: bool = False
    last: bool = False
    answers: Mapping[str, Json] = field(default_factory=dict)
    before: Before | None = None
    contact: KnownContact = KnownContact()


# ---- what must happen ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgreePlan(Effect):
    """This is how the person wants it from now on, instead of what stood. Refused ``no_plan`` where it cannot be
    agreed (any more)."""

    kind: str
    rhythm: str
    weekday: int | None
    part: str
    means: str


@dataclass(frozen=True, slots=True)
class AcceptPlan(Effect):
    """Yes to what a caseworker proposed. Refused ``no_plan``: it is not there any more."""

    plan: int


@dataclass(frozen=True, slots=True)
class PausePlan(Effect):
    """Not for a while: until the day ``until``, or (None) until they say so."""

    plan: int
    until: date | None


@dataclass(frozen=True, slots=True)
class ResumePlan(Effect):
    """Again, from now on."""

    plan: int


@dataclass(frozen=True, slots=True)
class EndPlan(Effect):
    """They want none (any more); also no to a proposal. Of *nazorg*, the one contact that the guide asks for stays."""

    plan: int


@dataclass(frozen=True, slots=True)
class AnswerCheckIn(Effect):
    """An answer, kept at once: ``question`` of `QUESTIONS` with a code (of ``changes`` a list of them), or ``words``
    with ``{"text": …}``: all that they told beside it. What is over, or not theirs, stays as it is. One of `RED` goes
    to the known contact by the short route; own words are for a human to read, red or not."""

    check_in: int
    question: str
    value: Json


@dataclass(frozen=True, slots=True)
class EndCheckIn(Effect):
    """That was all; or (``declined``) they want none this time."""

    check_in: int
    declined: bool = False


@dataclass(frozen=True, slots=True)
class KeepMoment(Effect):
    """A hard moment, new (``moment`` 0) or changed. ``on`` is its next day; what is None stays as it was."""

    moment: int
    kind: str | None = None
    on: date | None = None
    words: Json = None
    plan: Json = None


@dataclass(frozen=True, slots=True)
class DropMoment(Effect):
    """It is hard no more, or nobody needs to think of it."""

    moment: int


@dataclass(frozen=True, slots=True)
class AskContact(Effect):
    """Wants to talk with who they know, without signing up anew: the file goes there, with this reason."""

    reason: str
