"""Opening a file in an emergency: with a reason, for a time, and seen by a coordinator afterwards."""

from __future__ import annotations

from aiohttp import web

from bot.desk import wording
from bot.desk.access import admitting
from bot.desk.page import Visit, go, staff_only, status_of
from bot.errors import Refused
from bot.reference import reference


@staff_only()
async def show(visit: Visit) -> web.StreamResponse:
    """``GET /desk/file/{id}/emergency``; the file itself to who may open it."""
    if await admitting.is_open(visit.house, visit.staff, visit.file_id):
        return go(f"/desk/file/{visit.file_id}")
    return _page(visit)


@staff_only()
async def begin(visit: Visit) -> web.StreamResponse:
    """``POST /desk/file/{id}/emergency``: ``reason``."""
    try:
        await admitting.begin_emergency(visit.house, visit.staff, visit.file_id, visit.form.get("reason", ""))
    except Refused as error:
        if error.code not in ("why_open", "too_long"):
            raise
        return _page(visit, error.code)
    return go(f"/desk/file/{visit.file_id}")


def _page(visit: Visit, refused: str = "") -> web.Response:
    return visit.render(
        "emergency.html",
        status_of(refused) if refused else 200,
        number=visit.file_id,
        reference=reference(visit.file_id),
        minutes=visit.house.config.desk.emergency_minutes,
        longest=admitting.LONGEST_REASON,
        typed=visit.form.get("reason", ""),
        refused=wording.REFUSALS.get(refused, ""),
    )


@staff_only()
async def listed(visit: Visit) -> web.Response:
    """``GET /desk/emergencies``."""
    return visit.render(
        "emergencies.html",
        found=await admitting.open_emergencies(visit.house, visit.staff),
        most=admitting.LISTED,
        saved="saved" in visit.request.query,
    )


@staff_only()
async def seen(visit: Visit) -> web.StreamResponse:
    """``POST /desk/emergencies/{admission}/seen``."""
    await admitting.see(visit.house, visit.staff, int(visit.request.match_info["admission"]))
    return go("/desk/emergencies?saved")


_PAGE = r"/desk/file/{id:\d{1,18}}/emergency"
ROUTES = (
    web.get(_PAGE, show),
    web.post(_PAGE, begin),
    web.get("/desk/emergencies", listed),
    web.post(r"/desk/emergencies/{admission:\d{1,18}}/seen", seen),
)
