"""What the transcripts of appointments share: appointments that stand, and free moments of a team."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from flows.agenda import Appointment, FreeSlots, Slot
from flows.grammar import Json
from tests.transcripts.player import MONDAY, ZONE, Chat

HOUR = timedelta(hours=1)
#: Thursday of the week of the transcripts, at ten.
THURSDAY = datetime(2026, 11, 26, 10, 0, tzinfo=ZONE)
OFFICE = Appointment(17, "office", THURSDAY, THURSDAY + HOUR, ("Fatma",), place="Stadhuis, Kade 1")
PHONE = replace(OFFICE, id=18, kind="phone", at=THURSDAY + 24 * HOUR, until=THURSDAY + 25 * HOUR, place="")
MISSED = replace(OFFICE, id=19, at=MONDAY - 24 * HOUR, until=MONDAY - 23 * HOUR, state="no_show")
CANCELLED = replace(OFFICE, id=20, state="cancelled")
PROPOSED = tuple(
    replace(OFFICE, id=20 + number, at=at, until=at + HOUR, state="proposed")
    for number, at in enumerate((THURSDAY + 4 * HOUR, THURSDAY + 5 * HOUR, THURSDAY + 24 * HOUR), 1)
)
#: What a human did, or a clock, that is told.
DUES: tuple[tuple[str, Json], ...] = (
    ("afspraak.day", {"appointment": 17, "at": 0}),
    ("afspraak.hours", {"appointment": 17, "at": 0}),
    ("afspraak.told", {"appointment": 17, "what": "booked"}),
    ("afspraak.told", {"appointment": 17, "what": "moved"}),
    ("afspraak.told", {"appointment": 20, "what": "cancelled"}),
    ("afspraak.told", {"appointment": 19, "what": "no_show"}),
    ("afspraak.proposed", {}),
    ("afspraak.told", {"appointment": 17, "what": "link"}),
    ("afspraak.told", {"appointment": 17, "what": "new_link"}),
)


def at(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    """An instant in the autumn of the transcripts."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def slot(moment: datetime, name: str = "Noor", *, own: bool = False) -> Slot:
    """A free moment by telephone."""
    return Slot(moment, 30, 1 if own else 2, name, own=own, evening=moment.hour >= 18)


def offers(chat: Chat, *slots: Slot, contact: str | None = None) -> Chat:
    """Nothing else than this is free."""
    chat.known[FreeSlots] = FreeSlots(slots, date(2026, 12, 3), contact)
    return chat


def at_days(chat: Chat) -> Chat:
    """By telephone; at the question which day."""
    chat.starts("afspraak").taps("📞 Telefoon")
    assert chat.turn.replies[0].origin == "afspraak.day"
    return chat
