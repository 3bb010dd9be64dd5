"""Appointments, as flows know them: kinds of talk, free moments, what stands, and what must happen to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from flows.grammar import Effect, Json, Need


class Kind(StrEnum):
    """Ways to meet (docs/rules.md, Afspraak). The database knows the code in clear."""

    PHONE = "phone"
    OFFICE = "office"
    HOME = "home"
    ELSEWHERE = "elsewhere"  # another place that suits
    VIDEO = "video"
    CALL = "call"  # calling a creditor together
    PAPERS = "papers"  # putting papers in order together

    @property
    def travels(self) -> bool:
        """Whether the caseworker goes to the person, so that travel time counts."""
        return self in (Kind.HOME, Kind.ELSEWHERE)

    @property
    def at_ours(self) -> bool:
        """Whether the person comes to where the caseworker is."""
        return self in (Kind.OFFICE, Kind.CALL, Kind.PAPERS)


# ---- what may be known ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slot:
    """A free moment. ``at`` is aware, in the municipality's zone; ``staff`` the number of who is free then."""

    at: datetime
    minutes: int
    staff: int
    name: str
    place: str = ""  # in the municipality's own words, empty where there is none
    own: bool = False  # with the person's own contact
    evening: bool = False


@dataclass(frozen=True, slots=True)
class WalkIn:
    """Open hours without an appointment, on one day."""

    at: datetime
    until: datetime
    place: str


@dataclass(frozen=True, slots=True)
class Meetings(Need):
    """What can be chosen: kinds (codes of ``Kind``) that someone of the team offers, and the next open hours."""

    kinds: tuple[str, ...]
    walk_in: tuple[WalkIn, ...] = ()
    contact_name: str | None = None  # the caseworker they know
    phone: str | None = None  # the end of the number that we have, like ``…678``
    reached: bool = True  # somehow, also after they left the web chat


@dataclass(frozen=True, slots=True)
class FreeSlots(Need):
    """Free moments for the frame's answer ``kind`` (for its ``appointment`` when that is being moved; where there is no
    ``kind``, for that of ``again``, an appointment that is over), in order of time, one of a time: the own contact's,
    or else of who has least to do that day. None that overlaps with what the person has already."""

    slots: tuple[Slot, ...]
    soon: date  # the last of the days within which one is always offered [002]
    contact_name: str | None = None
    token: str = ""  # of what is booked now: opens it in a calendar
    link: str = ""  # the same as an address; empty where the file itself is sent


@dataclass(frozen=True, slots=True)
class Appointment:
    """One that was made or proposed. ``at`` and ``until`` are aware, in the municipality's zone; ``state`` is
    ``proposed|booked|cancelled|held|no_show|withdrawn``."""

    id: int
    kind: str
    at: datetime
    until: datetime
    names: tuple[str, ...]  # of the caseworkers; the first is who it is with
    state: str = "booked"
    place: str = ""  # of a video talk its link
    coming: bool = False  # the person said so
    link: str = ""  # opens it in a calendar; empty where the file itself is sent
    details: Mapping[str, Json] = field(default_factory=dict)  # ``Amend.details``


@dataclass(frozen=True, slots=True)
class Appointments(Need):
    """What stands for this person, in order of time; ``one`` is that of the frame's answer ``appointment`` (or
    ``again``), in whatever state, or None when it is not theirs; ``proposed`` what a caseworker proposed and still can
    be had."""

    standing: tuple[Appointment, ...]
    one: Appointment | None = None
    proposed: tuple[Appointment, ...] = ()


# ---- what must happen ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Book(Effect):
    """This moment is the person's. Refused: ``slot_taken`` (always for a slot of nobody's, staff 0: it was gone when
    the screen was made), ``enough`` (they have as many as one may book)."""

    kind: str
    slot: Slot
    token: str = ""
    details: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accept(Effect):
    """One of the proposed moments is the person's; the others are let go. Refused: ``slot_taken``, ``gone``,
    ``resident_busy`` (they have another appointment then)."""

    appointment: int


@dataclass(frozen=True, slots=True)
class Decline(Effect):
    """None of the moments that were proposed with this one suits. They can still be had: who thinks again taps one."""

    appointment: int


@dataclass(frozen=True, slots=True)
class Move(Effect):
    """The same appointment at another moment: the old one is free at once, its reminders stop. Refused:
    ``slot_taken`` (then it stands as it was), ``gone``."""

    appointment: int
    slot: Slot


@dataclass(frozen=True, slots=True)
class Cancel(Effect):
    """The person does not come: the moment is free at once, its reminders stop. What is gone already stays so."""

    appointment: int


@dataclass(frozen=True, slots=True)
class Confirm(Effect):
    """The person comes."""

    appointment: int


@dataclass(frozen=True, slots=True)
class Amend(Effect):
    """Said about an appointment: ``phone``, ``place``, ``company``, ``interpreter``, ``access``, ``remark``. Added to
    what was said before; None takes it away."""

    appointment: int
    details: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Differently(Effect):
    """After one that the person missed: what would help next time."""

    appointment: int
    answer: Json


@dataclass(frozen=True, slots=True)
class NoSlots(Effect):
    """No moment could be offered for this kind, or none soon: the desk must know, not only the person."""

    kind: str  # empty: nobody offers any kind
