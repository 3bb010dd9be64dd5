"""One export: what, of which days, in which form; on record before its first line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from bot.clock import to_ms
from bot.errors import Refused
from bot.export.rows import Rows
from bot.export.writing import CASE_COLUMNS, CONTACT_COLUMNS, csv_text, json_text
from bot.house import House
from bot.privacy import looks
from flows.text import Json
from storage import exporting

#: What can be exported.
WHATS = ("contactmomenten", "trajecten")
FORMATS = ("csv", "json")
#: The longest period, in days: two years and a leap day.
LONGEST = 731

Kind = Literal["text/csv", "application/json"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An export of whole days here, both included."""

    what: str
    first: date
    last: date
    format: str

    @property
    def name(self) -> str:
        """Of the file."""
        return f"{self.what}_{self.first}_{self.last}.{self.format}"

    @property
    def media_type(self) -> Kind:
        """Of the file."""
        return "text/csv" if self.format == "csv" else "application/json"


def wanted(what: str, first: str, last: str, format_: str) -> Wanted:
    """What was asked for in words. Refused ``no_export`` (no such kind or form), ``no_period`` (no two days in order),
    ``long_period``."""
    if what not in WHATS or format_ not in FORMATS:
        raise Refused("no_export")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise Refused("no_period") from None
    if days[0] > days[1] or days[1] == date.max:
        raise Refused("no_period")
    if (days[1] - days[0]).days >= LONGEST:
        raise Refused("long_period")
    return Wanted(what, *days, format_)


@dataclass(frozen=True, slots=True)
class Taken:
    """That somebody made an export; ``name`` None: on the server itself. ``at`` in milliseconds UTC."""

    what: str
    at: int
    name: str | None


async def taken(house: House, most: int) -> tuple[Taken, ...]:
    """The last exports that were made, newest first."""
    whats = {kind: what for what, kind in exporting.KINDS.items()}
    async with house.db.read() as conn:
        rows = await exporting.taken(conn, most)
    return tuple(Taken(whats[row.kind], row.created_at, row.name) for row in rows)


class Export:
    """Made by a member of staff, or (``staff_id`` None) on the server itself."""

    def __init__(self, house: House, asked: Wanted, staff_id: int | None = None) -> None:
        self.house = house
        self.asked = asked
        self._staff_id = staff_id
        zone = house.calendar.zone
        since = datetime.combine(asked.first, time(), zone)
        until = datetime.combine(asked.last + timedelta(days=1), time(), zone)
        self.rows = Rows(house, to_ms(since), to_ms(until), self._tell)
        self._told: set[tuple[int, int]] = set()

    async def record(self) -> None:
        """Puts on record that it is made."""
        async with self.house.db.begin() as conn:
            now = to_ms(self.house.clock.now())
            await exporting.record(conn, self.asked.what, self._staff_id, now)
            await looks.record(self.house, conn, "exported", self._staff_id, [(None, None)], now)

    async def _tell(self, people: set[tuple[int, int]]) -> None:
        """Puts on record that someone is in it, once for each."""
        new = sorted(people - self._told)
        self._told |= people
        async with self.house.db.begin() as conn:
            await looks.record(self.house, conn, "exported", self._staff_id, new, to_ms(self.house.clock.now()))

    async def text(self) -> AsyncIterator[str]:
        """The file, piece by piece. It is on record before the first."""
        await self.record()
        of_contacts = self.asked.what == "contactmomenten"
        rows = self.rows.contacts() if of_contacts else self.rows.cases()
        if self.asked.format == "csv":
            pieces = csv_text(rows, CONTACT_COLUMNS if of_contacts else CASE_COLUMNS)
        else:
            head: dict[str, Json] = {
                "soort": self.asked.what,
                "van": self.asked.first.isoformat(),
                "tot_en_met": self.asked.last.isoformat(),
                "gemaakt_op": self.house.clock.now().astimezone(self.house.calendar.zone).isoformat(timespec="seconds"),
            }
            pieces = json_text(rows, head, lambda: self.rows.left_out)
        async for piece in pieces:
            yield piece
