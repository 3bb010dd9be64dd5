"""The record of looks, for the auditor: who saw which file when, and whether the chain holds. To look at the record of
one file is itself put on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from aiohttp import web
from yarl import URL

from bot.clock import to_ms
from bot.desk.access import LOOK_LASTS
from bot.desk.page import Visit, staff_only
from bot.errors import Refused
from bot.privacy import looks
from bot.reference import read_reference, reference
from storage import looks as store
from storage import merging

#: Rows on a page, and those at the chain's end that are gone over each time; all of it when asked for.
PAGE, NEWEST = 50, 2000

#: What is said of each kind; one that is not here (of a part that came later) is shown by its code.
KINDS = {
    "looked": "bekeek het dossier",
    "searched": "zocht en vond",
    "emergency": "opende in een noodgeval",
    "record": "bekeek het register van dit dossier",
    "exported": "nam een export mee",
    "signals": "bekeek vroegsignalen van wie wij niet kennen",
    "downloaded": "downloadde het dossier",
    "erased": "wiste gegevens",
    "hold_placed": "zette vast dat er niets wordt gewist",
    "hold_lifted": "hief op dat er niets wordt gewist",
    "restored": "na een teruggezette reservekopie ging het register hier verder",
}

WRONG = {
    "changed": "Regel {at} is veranderd, verplaatst of ertussen gezet.",
    "missing": "Regel {at} ontbreekt.",
    "cut_off": "Vanaf regel {at} is het einde weggehaald.",
    "grown_anew": "Bij of voor regel {at} is het einde weggehaald; daarna zijn er nieuwe regels bij gekomen.",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: ``who`` (an account's number), ``file`` (as typed), ``day`` (ISO 8601), ``kind``."""

    who: str
    file: str
    day: str
    kind: str
    before: int | None

    def address(self, **changed: object) -> str:
        """The address of this view with something changed."""
        values = {"who": self.who, "file": self.file, "day": self.day, "kind": self.kind, "before": self.before}
        return str(URL("/desk/looks").with_query({k: str(v) for k, v in (values | changed).items() if v}))


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/looks?who=&file=&day=&kind=&before=``."""
    return await _page(visit, NEWEST)


@staff_only()
async def verify(visit: Visit) -> web.Response:
    """``POST /desk/looks/verify``: goes over the whole chain."""
    return await _page(visit, None)


async def _page(visit: Visit, newest: int | None) -> web.Response:
    house, asked = visit.house, _read(visit)
    found, number, problem = [], read_reference(asked.file), ""
    wanted: dict[str, Any] = {"kind": asked.kind or None, "before_seq": asked.before}
    try:
        if asked.file and number is None:
            raise Refused("no_file")
        if number is not None:
            wanted["conversations"] = await _conversations(visit, number)
        if asked.day:
            wanted |= _day(visit, asked.day)
        if asked.who:
            wanted["staff_id"] = int(asked.who)
        async with house.db.read() as conn:
            found = await store.listed(conn, **wanted, most=PAGE + 1)
    except Refused as error:
        problem = {"no_file": "Dit is geen dossiernummer. Het begint met K-.", "no_day": "Kies een dag."}[error.code]
    verdict = await looks.verify(house, newest=newest)
    return visit.render(
        "looks.html",
        asked=asked,
        rows=found[:PAGE],
        next=found[PAGE - 1].seq if len(found) > PAGE else None,
        kinds=KINDS,
        colleagues=await visit.desk.accounts.team(),
        reference=reference,
        verdict=verdict,
        wrong=WRONG.get(verdict.wrong or "", "").format(at=verdict.at),
        whole=newest is None or verdict.first <= 1,
        refused=problem,
    )


async def _conversations(visit: Visit, number: int) -> list[int]:
    """A file's number with those of files that became part of it. To ask for it is put on record as well."""
    house = visit.house
    async with house.db.begin() as conn:
        number = await merging.survivor(conn, number) or number
        person_id = await store.person_of(conn, number)
        former = [] if person_id is None else await merging.former(conn, person_id)
        now = to_ms(house.clock.now())
        wanted: dict[str, Any] = {"staff_id": visit.staff.id, "conversations": [number], "kind": "record"}
        if person_id is not None and not await store.listed(conn, **wanted, since=now - LOOK_LASTS, most=1):
            await looks.record(house, conn, "record", visit.staff.id, [(number, person_id)], now)
    return [number, *former]


def _day(visit: Visit, typed: str) -> dict[str, int]:
    try:
        day = date.fromisoformat(typed)
        calendar = visit.house.calendar
        return {
            "since": to_ms(calendar.instant(day, 0)),
            "until": to_ms(calendar.instant(day + timedelta(days=1), 0)),
        }
    except (ValueError, OverflowError):
        raise Refused("no_day") from None


def _read(visit: Visit) -> Asked:
    query = visit.request.query
    who, before = query.get("who", ""), query.get("before", "")
    kind = query.get("kind", "")
    return Asked(
        who if _is_number(who) else "",
        query.get("file", "").strip()[:40],
        query.get("day", "")[:10],
        kind if kind in KINDS else "",
        int(before) if _is_number(before) else None,
    )


def _is_number(given: str) -> bool:
    return given.isascii() and given.isdecimal() and len(given) <= 18


ROUTES = (
    web.get("/desk/looks", show),
    web.post("/desk/looks/verify", verify),
)
