"""What was agreed in a talk, as flows know it: who does what by when, what became of it, and what must happen to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flows.grammar import Effect, Json, Need, Text

#: What can be answered to *klopt dit?*
AGREED = "agreed"
ANSWERS = (AGREED, "change", "question")
#: A day further off is a slip of the pen.
FURTHEST = timedelta(days=366)


# ---- what may be known ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Agreement:
    """One thing that someone does. ``ours``: a caseworker does it, ``name`` (also where that is a colleague); else the
    person. ``state`` is ``open|done|stuck|dropped``."""

    id: int
    text: Text
    due: date | None = None
    state: str = "open"
    ours: bool = False
    name: str = ""
    summary: int = 0
    changed: date | None = None

    @property
    def day(self) -> date | None:
        """The day that is said beside the words; none where they name it themselves."""
        return None if any(value == self.due for _, value in self.text.values) else self.due

    @property
    def is_fixed(self) -> bool:
        """Whether the words name a day: by another one they would be untrue, and a term stays what it is."""
        return any(isinstance(value, date) for _, value in self.text.values)


@dataclass(frozen=True, slots=True)
class Summary:
    """What was sent after a talk: ``lines`` in the order of the caseworker ``name``, ``note`` in their own Dutch words;
    ``answer`` is one of `ANSWERS`, or None."""

    id: int
    made: date
    name: str
    lines: tuple[Agreement, ...]
    note: str = ""
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Agreements(Need):
    """What this person and we agreed: ``open`` (also what is stuck) and ``done`` in the order of their days, newest
    summary first. ``one`` is that of the frame's answer ``agreement``, ``summary`` that of the answer ``summary``; None
    when it is not theirs. ``page`` opens the list to print, where there is such a page."""

    open: tuple[Agreement, ...] = ()
    done: tuple[Agreement, ...] = ()
    summaries: tuple[Summary, ...] = ()
    one: Agreement | None = None
    summary: Summary | None = None
    page: str = ""


# ---- what must happen ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AnswerSummary(Effect):
    """What the person says to *klopt dit?*: one of `ANSWERS`; with ``change`` and ``question`` a human answers, who
    reads their ``words`` (None: not said yet)."""

    summary: int
    answer: str
    words: Json = None


@dataclass(frozen=True, slots=True)
class SayFirst(Effect):
    """What the person will do first: whether it was explained well shows from that (teach back)."""

    summary: int
    first: Json


@dataclass(frozen=True, slots=True)
class TickOff(Effect):
    """It is done; ``done`` False: after all it is not. What is not theirs, or ours, stays as it is."""

    agreement: int
    done: bool = True


@dataclass(frozen=True, slots=True)
class Stuck(Effect):
    """It does not work out; ``why`` in the person's words, or None."""

    agreement: int
    why: Json = None


@dataclass(frozen=True, slots=True)
class Postpone(Effect):
    """By another day."""

    agreement: int
    day: date


@dataclass(frozen=True, slots=True)
class MailAgreements(Effect):
    """The list goes to the person's e-mail address as well, in full or as a notice, as they chose."""
