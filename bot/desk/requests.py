"""What residents asked of their own data: who knows that it is them, what is refused and why, and erasing it."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlalchemy import Row

from bot.clock import from_ms, to_ms
from bot.desk import wording
from bot.desk.access import open_file
from bot.desk.access.requests import open_request, open_requests
from bot.desk.page import Visit, go, staff_only, status_of
from bot.desk.wording import REFUSALS
from bot.errors import Refused
from bot.own_data import acts, doing, proof
from bot.privacy import erasing
from bot.reference import reference

KINDS = {"access": "Inzage: wat weten jullie van mij", "erasure": "Wissen: wis mijn gegevens"}
STATES = {
    "asked": "Wacht op ons",
    "identified": "De inwoner kan verder",
    "done": "Gedaan",
    "refused": "Niet gedaan",
    "withdrawn": "Ingetrokken door de inwoner",
}
KNEW = {
    "known": "Ik ken de inwoner en sprak die zelf",
    "met": "De inwoner was hier, aan de balie of in een gesprek",
    "card": "Ik zag een identiteitsbewijs; ik heb er niets van overgenomen",
    "called": "Ik belde het nummer dat al in het dossier stond en stelde vragen",
}
PARTS = {
    "chat": "Het gesprek met bijlagen",
    "draft": "Antwoorden van een aanmelding die niet af is",
    "helpers": "Naasten en hun toegang",
    "links": "Persoonlijke links",
    "grades": "Vragen om een cijfer",
    "moments": "Moeilijke momenten",
    "planned": "Geplande berichten",
    "file": "Het dossier",
}
WHY = {
    "open_case": "Het dossier: de hulp loopt nog. Sluit die eerst af als de inwoner dat wil.",
    "term": "Het dossier: de bewaartermijn loopt nog.",
    "hold": "Er staat een bewaarplicht (legal hold) op dit dossier.",
    "danger": "Er is een crisis. Praat eerst met de inwoner.",
}

OVER = "De inwoner kon een week verder; nu vraagt die het opnieuw"

_ROUTE = r"/desk/requests/{request:\d{1,18}}"


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/requests``."""
    house = visit.house
    now = house.clock.now()
    return visit.render(
        "requests.html",
        found=await open_requests(house, visit.staff),
        kinds=KINDS,
        state=lambda row: _state(row, to_ms(now)),
        reference=reference,
        left=lambda at: wording.countdown(at, now, 0, house.calendar),
        day=lambda at: wording.moment(at, now, house.calendar),
        erased="erased" in visit.request.query,
    )


@staff_only()
async def one(visit: Visit) -> web.Response:
    """``GET /desk/requests/{request}``: it is a look into the file."""
    return await page_of(visit)


async def page_of(visit: Visit, *, refused: str = "") -> web.Response:
    """That page; ``refused`` says why what was just asked was not done, and what was typed is still there."""
    house, now = visit.house, visit.house.clock.now()
    asked = await open_request(house, visit.staff, _number(visit))
    file = await open_file(house, visit.staff, asked.row.conversation_id)
    erases = asked.row.kind == "erasure" and asked.row.state == "identified"
    plan = await erasing.plan(house, asked.row.person_id) if erases else None
    return visit.render(
        "request.html",
        status_of(refused) if refused else 200,
        asked=asked,
        file=file,
        has_pin=bool(file.head.has_pin),
        plan=plan,
        kinds=KINDS,
        state=_state(asked.row, to_ms(now)),
        knew=KNEW,
        parts=PARTS,
        why=WHY,
        longest=acts.LONGEST,
        typed=visit.form,
        left=wording.countdown(asked.row.due_at, now, 0, house.calendar),
        day=lambda at: wording.moment(at, now, house.calendar),
        due=from_ms(asked.row.due_at, house.calendar.zone).date(),
        may_erase=visit.staff.role == "coordinator",
        refused=REFUSALS.get(refused, ""),
    )


@staff_only()
async def identify(visit: Visit) -> web.StreamResponse:
    """``POST …/identify``: ``how`` of `KNEW`, and ``words`` about it."""
    asked = await open_request(visit.house, visit.staff, _number(visit))
    await open_file(visit.house, visit.staff, asked.row.conversation_id, acting=True)
    try:
        await acts.identify(
            visit.house,
            asked.row.conversation_id,
            visit.staff,
            asked.row.id,
            how=visit.form.get("how", ""),
            words=visit.form.get("words", ""),
            client_id=visit.client_id,
        )
    except Refused as error:
        return await page_of(visit, refused=error.code)
    return go(f"/desk/requests/{asked.row.id}")


@staff_only()
async def refuse(visit: Visit) -> web.StreamResponse:
    """``POST …/refuse``: ``why``, as the resident reads it."""
    asked = await open_request(visit.house, visit.staff, _number(visit))
    await open_file(visit.house, visit.staff, asked.row.conversation_id, acting=True)
    try:
        await acts.refuse(
            visit.house,
            asked.row.conversation_id,
            visit.staff,
            asked.row.id,
            why=visit.form.get("why", ""),
            client_id=visit.client_id,
        )
    except Refused as error:
        return await page_of(visit, refused=error.code)
    return go(f"/desk/requests/{asked.row.id}")


@staff_only(proved=True)
async def erase(visit: Visit) -> web.StreamResponse:
    """``POST …/erase``: by a coordinator who proved once more who they are, of whom a colleague said that it is them;
    ``sure`` is ticked."""
    asked = await open_request(visit.house, visit.staff, _number(visit))
    await open_file(visit.house, visit.staff, asked.row.conversation_id, acting=True)
    try:
        if visit.form.get("sure") != "yes":
            raise Refused("not_sure_erase")
        await doing.erase(visit.house, visit.staff, asked.row)
    except Refused as error:
        return await page_of(visit, refused=error.code)
    return go("/desk/requests?erased=1")


def _state(row: Row[*tuple[Any, ...]], now: int) -> str:
    """How a request stands; ``now`` by the house's clock (milliseconds)."""
    if row.state == "identified" and row.identified_how != "pin" and proof.is_over(row.identified_at, now):
        return OVER
    return STATES[row.state]


def _number(visit: Visit) -> int:
    return int(visit.request.match_info["request"])


ROUTES = (
    web.get("/desk/requests", show),
    web.get(_ROUTE, one),
    web.post(f"{_ROUTE}/identify", identify),
    web.post(f"{_ROUTE}/refuse", refuse),
    web.post(f"{_ROUTE}/erase", erase),
)
