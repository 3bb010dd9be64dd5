"""The appointments of a file as a caseworker reads them: what is to be done about which, and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from bot.desk import wording
from flows.text import Json

#: What is said of an appointment, by the name in its details, in the order in which it is shown; the place stands by
#: itself.
_SAID = {
    "phone": "Telefoon",
    "company": "Neemt iemand mee",
    "interpreter": "Tolk",
    "access": "Toegankelijkheid",
    "remark": "Opmerking",
}

#: What would help next time, by code (``flows.afspraak_na``); other answers are the person's own words.
DIFFERENTLY = {
    "other_time": "een andere tijd",
    "phone": "liever bellen",
    "home": "bij de inwoner thuis",
    "company": "met iemand erbij",
    "interpreter": "met een tolk",
    "reminder": "anders herinneren",
}

#: Why a reminder was not sent, by code, as far as it matters: one that was not needed any more is not told.
_NOT_SENT = {
    "opted_out": "de inwoner wil geen berichten uit zichzelf (stop)",
    "no_address": "er is geen weg om de inwoner te bereiken",
    "blocked": "de inwoner heeft ons geblokkeerd",
    "paused": "bij direct gevaar sturen we niets uit onszelf",
    "too_late": "het kon niet meer op tijd",
    "failed": "er was een storing",
}
_REMINDERS = {"afspraak.day": "van een dag van tevoren", "afspraak.hours": "van twee uur van tevoren"}

#: What the person did that nobody at the desk has seen yet.
_NEWS = {
    "booked": "de inwoner maakte deze afspraak zelf",
    "moved": "de inwoner verzette deze afspraak",
    "cancelled": "de inwoner zei deze afspraak af",
    "said": "de inwoner schreef iets bij deze afspraak",
}

#: Past ones that are shown at once; older ones behind a button.
RECENT = 3


@dataclass(frozen=True, slots=True)
class Planned:
    """An appointment. Instants in milliseconds UTC; ``state`` as in the database; ``staff`` number and name of who is
    there, the first of all; ``said`` pairs of a label and what the person said; ``not_sent`` reminders that did not go
    out, in words; ``ended_by`` the number of the member of staff who said how it ended, None: the person; ``links`` how
    often the link of a video talk was given since it stands; ``declined``: the person said that what was proposed does
    not suit."""

    id: int
    kind: str
    starts_at: int
    ends_at: int
    state: str
    staff: tuple[tuple[int, str], ...]
    place: str
    said: tuple[tuple[str, str], ...]
    differently: str
    not_sent: tuple[str, ...]
    news: str
    coming: bool
    ended_by: int | None
    sequence: int
    links: int
    declined: bool

    @property
    def what(self) -> str:
        """The way to meet, in words."""
        return wording.MEETINGS.get(self.kind, self.kind)

    @property
    def names(self) -> str:
        """Who of the team is there."""
        return " en ".join(name for _, name in self.staff)

    def form_id(self, act: str) -> str:
        """The number of the form for ``act``: the same until the appointment changes, so that a part of the page that
        is fetched again is the same too, and two colleagues who do the same do it once."""
        return f"appointment-{self.id}-{self.sequence}-{self.state}-{act}"

    def state_words(self, now: int, names: Mapping[int, str]) -> str:
        """How it stands."""
        match self.state:
            case "booked" if self.starts_at <= now:
                return "hoe ging het?"
            case "booked":
                return "de inwoner komt" if self.coming else "de inwoner zei nog niet of het lukt"
            case "proposed" if self.declined:
                return "de inwoner zei dat geen van deze momenten past"
            case "proposed":
                return "voorgesteld, de inwoner koos nog niet"
            case "held":
                return "geweest"
            case "no_show":
                return "niet verschenen"
        by = "de inwoner" if self.ended_by is None else names.get(self.ended_by, "een collega")
        return f"afgezegd door {by}"


@dataclass(frozen=True, slots=True)
class Arranged:
    """``open``: begun, and nobody said how it went; ``standing`` still comes; ``proposed`` is on offer. In order
    of time, but ``past`` the newest first."""

    open: tuple[Planned, ...] = ()
    standing: tuple[Planned, ...] = ()
    proposed: tuple[Planned, ...] = ()
    past: tuple[Planned, ...] = ()


def planned(
    row: Row[*tuple[Any, ...]],
    staff: Iterable[tuple[int, str]],
    details: Mapping[str, Json],
    reminders: Mapping[str, str | None],
) -> Planned:
    """An appointment from its row of ``storage.agenda.of``; ``reminders`` are those of ``storage.agenda.reminders``."""
    return Planned(
        row.id,
        row.kind,
        row.starts_at,
        row.ends_at,
        row.state,
        tuple(staff),
        _words(details.get("place")),
        tuple((label, words) for name, label in _SAID.items() if (words := _words(details.get(name)))),
        DIFFERENTLY.get(words := _words(details.get("differently")), words),
        tuple(
            f"De herinnering {which} is niet verstuurd: {_NOT_SENT[why]}."
            for name, which in _REMINDERS.items()
            if (why := reminders.get(f"{name}:{row.id}") or "") in _NOT_SENT
        ),
        _NEWS.get(row.news, ""),
        coming=row.coming_at is not None,
        ended_by=row.ended_by,
        sequence=row.sequence,
        links=int(_words(details.get("links")) or 0),
        declined=details.get("declined") is True,
    )


def arrange(found: Iterable[Planned], now: int) -> Arranged:
    """What needs a word first; a proposal that nobody took is not shown any more."""
    every = sorted(found, key=lambda one: (one.starts_at, one.id))
    booked = [one for one in every if one.state == "booked"]
    return Arranged(
        tuple(one for one in booked if one.starts_at <= now),
        tuple(one for one in booked if one.starts_at > now),
        tuple(one for one in every if one.state == "proposed" and one.starts_at > now),
        tuple(one for one in reversed(every) if one.state in ("held", "no_show", "cancelled")),
    )


def _words(value: Json) -> str:
    match value:
        case bool():
            return "ja" if value else ""
        case str() | int() | float():
            return str(value)
        case list():
            return ", ".join(words for one in value if (words := _words(one)))
    return ""
