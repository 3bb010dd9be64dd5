"""What leaves the house and is no page, as the programs read it that it is for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import icalendar
import vobject

from tests.attacks.pages import Page

#: What begins a formula, also in the width of Chinese and Japanese.
_BEGINS = tuple("=+-@\t\r\n＝＋－＠")
_EVENT = {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "STATUS"}
_CALENDAR = {"PRODID", "VERSION", "METHOD"}
#: Of a line in octets, without its end (RFC 5545, 3.1).
_LONGEST_LINE = 75


def cells(page: Page) -> list[list[str]]:
    """The rows of a table."""
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(page.text.lstrip("\ufeff"), newline=""), delimiter=";", strict=True))


def formulas(rows: Iterable[Iterable[str]]) -> list[str]:
    """Cells that a spreadsheet would reckon with, whatever blanks they begin with."""
    return [cell for row in rows for cell in row if cell.startswith(_BEGINS) or cell.lstrip().startswith(_BEGINS)]


def place_of(raw: bytes) -> str:
    """Where the one appointment of a calendar is; there is nothing in it that we did not put there, and its lines are
    as they are to be."""
    *lines, rest = raw.split(b"\r\n")
    assert rest == b""
    assert [line for line in lines if len(line) > _LONGEST_LINE or {*b"\r\n\x00"} & {*line}] == []
    for line in lines:
        line.decode()  # no character is cut in two
    calendar = icalendar.Calendar.from_ical(raw)
    assert {*calendar} == _CALENDAR
    (event,) = calendar.subcomponents
    assert (event.name, event.subcomponents, event.errors) == ("VEVENT", [], [])
    assert _EVENT <= {*event} <= _EVENT | {"LOCATION"}
    assert event["SUMMARY"] == "Afspraak"
    for value in event.values():
        assert {*getattr(value, "params", {})} <= {"VALUE", "TZID"}
    place = str(event.get("LOCATION", ""))
    other = vobject.readOne(raw.decode()).vevent
    assert {*other.contents} == {name.lower() for name in event}
    assert (other.location.value if place else "") == place
    return place
