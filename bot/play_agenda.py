"""A made-up agenda, for ``klopaan play`` and the transcripts: a few free days, and what the person does with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from flows.agenda import (
    Accept,
    Appointment,
    Appointments,
    Book,
    Cancel,
    Confirm,
    FreeSlots,
    Kind,
    Meetings,
    Move,
    Slot,
    WalkIn,
)
from flows.grammar import Effect, Need
from flows.session import Frame

#: Where the office is.
PLACE = "Stadhuis, Kade 1"
#: Days from now on which someone is free, with the hours; the last of a day with an evening is in the evening.
HOURS = (time(9), time(11, 30), time(14), time(15, 30))
EVENING = time(19)
SOON = timedelta(days=10)


@dataclass(slots=True)
class MadeUpAgenda:
    """``all`` are the appointments of one person, in whatever state."""

    all: list[Appointment] = field(default_factory=list)

    def read(self, need: type[Need], frame: Frame, now: datetime) -> Need:
        """The answer to one of the needs of ``flows.agenda``."""
        if need is Meetings:
            return Meetings(tuple(Kind), _open_hours(now), phone="…678")
        one = next(
            (one for one in self.all if one.id == frame.answers.get("appointment", frame.answers.get("again"))), None
        )
        if need is Appointments:
            return Appointments(self._in("booked", now), one, self._in("proposed", now))
        moving = one if one is not None and one.state == "booked" else None
        kind = moving.kind if moving else frame.answers.get("kind") or (one.kind if one else "")
        slots = free_slots(str(kind), now) if kind in set(Kind) else ()
        taken = {one.at for one in self._in("booked", now)}
        return FreeSlots(
            tuple(slot for slot in slots if slot.at not in taken),
            now.date() + SOON,
            link="https://waterdrecht.example/agenda/k7m2",
        )

    def apply(self, effects: Iterable[Effect]) -> None:
        """What a turn did with it."""
        for effect in effects:
            match effect:
                case Book(kind, slot):
                    until = slot.at + timedelta(minutes=slot.minutes)
                    number = max((one.id for one in self.all), default=0) + 1
                    self.all.append(Appointment(number, kind, slot.at, until, (slot.name,), place=slot.place))
                case Accept(number):
                    self._change(number, state="booked")
                    self.all = [replace(one, state="withdrawn") if one.state == "proposed" else one for one in self.all]
                case Move(number, slot):
                    self._change(number, at=slot.at, until=slot.at + timedelta(minutes=slot.minutes), coming=False)
                case Cancel(number):
                    self._change(number, state="cancelled")
                case Confirm(number):
                    self._change(number, coming=True)

    def _in(self, state: str, now: datetime) -> tuple[Appointment, ...]:
        found = (one for one in self.all if one.state == state and one.until > now)
        return tuple(sorted(found, key=lambda one: one.at))

    def _change(self, number: int, **values: str | bool | datetime) -> None:
        self.all = [replace(one, **values) if one.id == number else one for one in self.all]  # type: ignore[arg-type] # by name


def free_slots(kind: str, now: datetime) -> tuple[Slot, ...]:
    """Seven working days from tomorrow, two of them with an evening, and one with a moment every half hour."""
    place = "" if kind in (Kind.PHONE, Kind.VIDEO, Kind.HOME, Kind.ELSEWHERE) else PLACE
    found: list[Slot] = []
    for number, day in enumerate(_working_days(now.date())):
        hours = [time(half // 2, half % 2 * 30) for half in range(18, 34)] if number == 1 else list(HOURS)
        hours += [EVENING] if number in (2, 6) else []
        for hour in hours:
            at = datetime.combine(day, hour, now.tzinfo)
            staff, name = (1, "Fatma") if hour < time(12) else (2, "Noor")
            found.append(Slot(at, 60, staff, name, place, evening=hour >= EVENING))
    return tuple(found)


def _working_days(today: date) -> list[date]:
    days = [today + timedelta(days=number) for number in range(1, 12)]
    return [day for day in days if day.weekday() < 5][:7]


def _open_hours(now: datetime) -> tuple[WalkIn, ...]:
    day = _working_days(now.date())[1]
    at = datetime.combine(day, time(10), now.tzinfo)
    return (WalkIn(at, at + timedelta(hours=2), PLACE),)
