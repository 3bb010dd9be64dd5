"""What the forms of the hours page say. Refused, with words in ``bot.desk.agenda_words``, what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.agenda.hours import INLOOP, MIDNIGHT, Hours, Length
from bot.desk.agenda_words import KINDS
from bot.errors import Refused
from flows.agenda import Kind

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"\d{1,18}")
#: Of consecutive days that are removed together, with commas: all that can be ahead (``keeping.FURTHEST``) and some.
_NUMBERS = re.compile(r"\d{1,18}(,\d{1,18}){0,999}")
_MINUTES = re.compile(r"\d{1,4}")

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in a form that was refused, so that it still stands there. ``form`` is its name on the page."""

    form: str = ""
    fields: Form = field(default_factory=dict)

    def value(self, form: str, name: str, default: str = "") -> str:
        """What was typed, or what stands there by itself."""
        return self.fields.get(name, "") if form == self.form else default

    def ticked(self, form: str, name: str, default: bool = False) -> bool:
        """Whether a box was ticked, or is by itself."""
        return name in self.fields if form == self.form else default


def weekly(form: Form, owner: int | None) -> Hours:
    """Hours of every week."""
    kinds = _kinds(form, owner)
    # The field is out of sight for hours in which nobody comes to us, and may still hold the place of other hours.
    place = _place(form) if owner is None or any(kind.at_ours for kind in Kind if kind in kinds) else ""
    return Hours(owner, _starts(form), _ends(form), kinds, place)


def weekdays(form: Form) -> tuple[int, ...]:
    """The days that were ticked."""
    return tuple(day for day in range(7) if f"weekday-{day}" in form)


def weekday(form: Form) -> int:
    """The one day that was chosen."""
    found = form.get("weekday", "")
    if found not in tuple("0123456"):
        raise Refused("no_day")
    return int(found)


def days(form: Form, owner: int | None) -> tuple[date, date, Hours]:
    """The first and the last day, and what is otherwise on them."""
    first = _day(form.get("first", ""))
    last = _day(form["last"]) if form.get("last") else first
    what = form.get("what")
    if what == "away":
        return first, last, Hours(owner, 0, MIDNIGHT, frozenset())
    if what == "partly":
        return first, last, Hours(owner, _starts(form), _ends(form), frozenset())
    if what == "extra":
        given = weekly(form, owner)
        if not given.kinds:  # that would be away
            raise Refused("no_kinds")
        return first, last, given
    raise Refused("bad_form")


def lengths(form: Form, otherwise: Mapping[str, Length]) -> dict[str, Length | None]:
    """Of each kind how long and how far; None where neither was typed. Of one that was left empty, what ``otherwise``
    says."""
    found: dict[str, Length | None] = {}
    for kind in Kind:
        minutes, travel = form.get(f"minutes-{kind}", "").strip(), form.get(f"travel-{kind}", "").strip()
        usual = otherwise[kind]
        found[kind] = (
            Length(
                _minutes(minutes, "no_length") if minutes else usual.minutes,
                _minutes(travel, "no_travel") if travel else usual.travel,
            )
            if minutes or travel
            else None
        )
    return found


def number(form: Form) -> int:
    """Of a row on the page."""
    found = form.get("row", "")
    if not _NUMBER.fullmatch(found):
        raise Refused("bad_form")
    return int(found)


def numbers(form: Form) -> tuple[int, ...]:
    """Of rows on the page that go together."""
    found = form.get("rows", "")
    if not _NUMBERS.fullmatch(found):
        raise Refused("bad_form")
    return tuple(map(int, found.split(",")))


def _starts(form: Form) -> int:
    return _time(form.get("starts", ""))


def _ends(form: Form) -> int:
    """Midnight at the end is 00:00 for a browser."""
    typed = form.get("ends", "").strip()
    return MIDNIGHT if typed in ("24:00", "00:00", "0:00") else _time(typed)


def _time(typed: str) -> int:
    found = _TIME.fullmatch(typed.strip())
    if found is None:
        raise Refused("no_time")
    return int(found[1]) * 60 + int(found[2])


def _day(typed: str) -> date:
    if not _DAY.fullmatch(typed):
        raise Refused("no_day")
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refused("no_day") from None


def _kinds(form: Form, owner: int | None) -> frozenset[str]:
    """Those that were ticked; the team's hours are open hours always."""
    if owner is None:
        return frozenset({INLOOP})
    ticked = {name.removeprefix("kind-") for name in form if name.startswith("kind-")}
    if not ticked <= set(KINDS):
        raise Refused("no_kinds")
    return frozenset(ticked)


def _place(form: Form) -> str:
    return " ".join(form.get("place", "").split())


def _minutes(typed: str, code: str) -> int:
    if not _MINUTES.fullmatch(typed):
        raise Refused(code)
    return int(typed)
