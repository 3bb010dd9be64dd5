"""How long what is kept, what went in the last nights, and what would go now: numbers, and nothing of anyone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.desk.page import Visit, go, staff_only
from bot.house import House
from bot.privacy import retention
from bot.privacy.retention import Report
from bot.privacy.retention_rules import RULES
from bot.reference import reference
from storage import holds
from storage import retention as store

#: Runs that are listed.
MOST = 20

#: What each kind is called, and from when its term counts.
KINDS = {
    "delivery": ("Hoe berichten aankwamen, en wat gepland was", "nadat het klaar was"),
    "chat": ("Berichten, foto’s en bestanden", "nadat ze zijn gestuurd"),
    "helpers": ("Namen van naasten die meelazen", "nadat zij stopten"),
    "signals": ("Vroegsignalen van wie wij niet kennen", "nadat ze binnenkwamen"),
    "ratings": ("Vragen om een cijfer, en open antwoorden", "na afloop; open antwoorden na het jaar"),
    "requests": ("Verzoeken over eigen gegevens", "nadat ze klaar waren"),
    "access": ("Links, sessies en inlogpogingen", "nadat ze niet meer werkten"),
    "records": ("Wat medewerkers deden buiten dossiers", "nadat het gebeurde"),
    "reports": ("Deze verslagen", "na de nacht zelf"),
    "freed": ("Afspraken van wie is gewist", "na de dag van de afspraak"),
    "unreadable": ("Wie al gewist was, en met een reservekopie terugkwam", "meteen"),
    "drafts": ("Half ingevulde antwoorden zonder aanmelding", "na het laatste contact"),
    "signal_keys": ("Waarop een vroegsignaal iemand vindt", "na de beschikking"),
    "people": ("Mensen zonder dossier: alles", "na het laatste contact"),
    "files": ("Dossiers", "na de beschikking die de hulp beëindigde"),
    "looks": ("Wie welk dossier zag", "na het bekijken"),
}
_FIXED = {"freed": "geen", "unreadable": "geen", "signal_keys": "6 maanden"}


@dataclass(frozen=True, slots=True)
class Term:
    """A line of the table: ``long`` is how long."""

    kind: str
    name: str
    since: str
    long: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is listed; without a ``report`` it did not come to its end."""

    id: int
    at: int
    dry: bool
    report: Report | None


@dataclass(frozen=True, slots=True)
class Held:
    """A file of which nothing goes; ``until`` its last day."""

    id: int
    reference: str
    since: int
    until: date | None


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/retention``."""
    house = visit.house
    today = house.calendar.day_of(house.clock.now()).isoformat()
    async with house.db.read() as conn:
        rows = await store.runs(conn, MOST)
        held = await holds.standing(conn, today)
    runs = [
        Run(row.id, row.began_at, bool(row.dry), None if row.report is None else Report.loads(row.report))
        for row in rows
    ]
    return visit.render(
        "retention.html",
        terms=terms(house),
        runs=runs,
        kinds={kind: name for kind, (name, _) in KINDS.items()},
        held=[
            Held(
                row.conversation_id,
                reference(row.conversation_id),
                row.placed_at,
                None if row.until is None else date.fromisoformat(row.until),
            )
            for row in held
        ],
        counted="counted" in visit.request.query,
    )


@staff_only()
async def count(visit: Visit) -> web.StreamResponse:
    """``POST /desk/retention/plan``: counts what would go now; nothing goes."""
    await retention.plan(visit.house, asked_by=visit.staff.id)
    return go("/desk/retention?counted")


def terms(house: House) -> list[Term]:
    """How long what is kept here."""
    return [Term(kind, *KINDS[kind], _long(house, kind)) for kind in RULES]


def _long(house: House, kind: str) -> str:
    if kind in _FIXED:
        return _FIXED[kind]
    name = RULES[kind].term
    number = getattr(house.config.retention, name)
    if name.endswith("_days"):
        return f"{number} dagen"
    if number % 12 == 0:
        return f"{number // 12} jaar"
    return "1 maand" if number == 1 else f"{number} maanden"


ROUTES = (
    web.get("/desk/retention", show),
    web.post("/desk/retention/plan", count),
)
