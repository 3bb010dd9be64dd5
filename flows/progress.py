"""How far someone is, as flows know it: the phases of debt help, and what there is to tell of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flows.grammar import Need


class Phase(StrEnum):
    """The phases of debt help in their usual order (docs/rules.md, Waar sta ik). The database knows the code in
    clear. They may be skipped, come again, overlap, or stop."""

    SIGN_UP = "aanmelding"
    TALK = "gesprek"
    PLAN = "plan"  # plan van aanpak
    CALM = "rust"  # rust en overzicht (stabiliseren)
    SETTLING = "regelen"  # schulden regelen, also when that is the Wsnp
    FOLLOWING = "volgen"
    AFTERCARE = "nazorg"


#: Why something takes longer.
DELAYS = ("creditors", "papers", "judge", "change", "busy", "other")
#: What a creditor says to a proposal.
CREDITOR_ANSWERS = ("agreed", "refused", "asks", "other_offer")
#: Ready words of a contact who goes, in every language.
FAREWELLS = ("glad", "other_work", "fits", "away")


@dataclass(frozen=True, slots=True)
class Stage:
    """A phase as it is for this person: ``state`` is ``done|now|next|skipped|stopped``. ``times``: how often they were
    in it; more than one is a phase that came again."""

    phase: Phase
    state: str
    since: date | None = None
    until: date | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class News:
    """Something that was told: ``kind`` is ``delay|creditor|decision|contact``, ``words`` what a human typed with it
    (Dutch), ``by`` who that was, ``code`` what it is about; ``until`` the last day on which the person hears more, as
    long as that is promised."""

    kind: str
    on: date
    code: str = ""
    name: str = ""
    words: str = ""
    by: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Progress(Need):
    """Where this person is: every phase once, in its usual order; several may be ``now``. ``case`` False: there is no
    sign-up that goes on: all of it is still to come, or (``closed``) the help ended then."""

    stages: tuple[Stage, ...]
    case: bool = False
    closed: date | None = None
    contact_name: str | None = None
    news: tuple[News, ...] = ()


#: All of it as it is for who did not sign up.
AHEAD = Progress(tuple(Stage(phase, "next") for phase in Phase))
