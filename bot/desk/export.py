"""Contacts and cases of a period as a file, for the municipality's administration; and what its own registration (Open
Klant) could not be told. Who took which export stands on the page for those who oversee."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from aiohttp import web

from bot.desk.page import Visit, go, staff_only
from bot.errors import Refused
from bot.export import making
from bot.export.making import Export
from bot.registration import overview

#: Who may take an export, who may have refused contacts sent again, and who sees that they did.
TAKES, SENDS = ("coordinator",), ("coordinator", "beheerder")
_SEES = ("coordinator", "beheerder", "auditor")
#: Written to the browser at a time, in characters.
_PIECE = 32 * 1024
#: Exports that are listed.
_LISTED = 20

WHATS = {
    "contactmomenten": "Contactmomenten: wanneer, waarvan, hoe, door wie en wat ervan kwam",
    "trajecten": "Trajecten: aanmelding tot en met uitstroom, met de velden van DDAS",
}
REFUSED = {
    "no_export": "Kies wat u wilt downloaden, en in welke vorm.",
    "no_period": "Kies een eerste en een laatste dag. De laatste dag is niet eerder dan de eerste.",
    "long_period": "Kies een periode van ten hoogste twee jaar.",
}
#: Why Open Klant refused a contact, by the beginning of its code.
_WHY = {
    "refused_kanaal": "Open Klant kent de naam van een kanaal niet. Een beheerder past die aan in de instellingen.",
    "refused_toegewezenAanActoren": "Open Klant kent de actor uit de instellingen niet. Een beheerder past die aan.",
    "restored": "Dit wachtte toen een reservekopie werd teruggezet. Kijk eerst in Open Klant of het er al staat.",
    "erased": "Deze mensen zijn gewist. Daarover gaat niets meer naar Open Klant.",
}
_ANY_WHY = "Open Klant nam het niet aan. Een beheerder zoekt de code op in de documentatie."


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/export``."""
    if visit.staff.role not in _SEES:
        raise Refused("not_allowed")
    return await _page(visit)


@staff_only(proved=True)
async def take(visit: Visit) -> web.StreamResponse:
    """``POST /desk/export``: ``what``, ``first``, ``last``, ``format``; the file, as it is being made."""
    if visit.staff.role not in TAKES:
        raise Refused("not_allowed")
    typed = {name: visit.form.get(name, "") for name in ("what", "first", "last", "format")}
    try:
        asked = making.wanted(typed["what"], typed["first"], typed["last"], typed["format"])
    except Refused as error:
        return await _page(visit, 400, typed=typed, refused=REFUSED[error.code])
    pieces = Export(visit.house, asked, visit.staff.id).text()
    first = await anext(pieces)
    response = web.StreamResponse(
        headers={
            "Content-Type": f"{asked.media_type}; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{asked.name}"',
            "Cache-Control": "no-store",
        }
    )
    await response.prepare(visit.request)
    waiting, size = [first], len(first)
    async for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _PIECE:
            await response.write("".join(waiting).encode())
            waiting, size = [], 0
    await response.write("".join(waiting).encode())
    await response.write_eof()
    return response


@staff_only()
async def again(visit: Visit) -> web.StreamResponse:
    """``POST /desk/export/again``: what Open Klant refused is told once more."""
    if visit.staff.role not in SENDS:
        raise Refused("not_allowed")
    await overview.again(visit.house)
    return go("/desk/export?again#openklant")


async def _page(
    visit: Visit, status: int = 200, *, typed: dict[str, str] | None = None, refused: str = ""
) -> web.Response:
    house, staff = visit.house, visit.staff
    first, last = _last_month(house.calendar.day_of(house.clock.now()))
    usual = {"what": "contactmomenten", "first": f"{first}", "last": f"{last}", "format": "csv"}
    context: dict[str, Any] = {
        "typed": usual | (typed or {}),
        "refused": refused,
        "whats": WHATS,
        "may_take": staff.role in TAKES,
        "may_send": staff.role in SENDS,
        "taken": await making.taken(house, _LISTED),
        "outside": await overview.read(house),
        "why": lambda code: _WHY.get(code or "", _ANY_WHY),
        "sent_again": "again" in visit.request.query,
    }
    return visit.render("export.html", status, **context)


def _last_month(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


ROUTES = (
    web.get("/desk/export", show),
    web.post("/desk/export", take),
    web.post("/desk/export/again", again),
)
