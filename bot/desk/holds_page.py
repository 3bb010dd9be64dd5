"""Legal holds on a file: who placed them, why and until when; placing one, and lifting it."""

from __future__ import annotations

from aiohttp import web

from bot.desk import wording
from bot.desk.access import open_file
from bot.desk.page import Visit, go, staff_only, status_of
from bot.errors import Refused
from bot.privacy import holding


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/hold``."""
    return await _page(visit)


@staff_only()
async def place(visit: Visit) -> web.StreamResponse:
    """``POST …/hold``: ``reason``, ``until`` (ISO 8601 or empty), ``client_id``."""
    form = visit.form
    file = await open_file(visit.house, visit.staff, visit.file_id, acting=True)
    try:
        await holding.place(
            visit.house,
            file.id,
            visit.staff,
            reason=form.get("reason", ""),
            until=form.get("until", ""),
            client_id=visit.client_id,
        )
    except Refused as error:
        if error.code not in ("why_held", "too_long", "no_hold_day"):
            raise
        return await _page(visit, error.code)
    return go(f"/desk/file/{file.id}/hold?saved")


@staff_only(proved=True)
async def lift(visit: Visit) -> web.StreamResponse:
    """``POST …/hold/{hold}/lift``."""
    file = await open_file(visit.house, visit.staff, visit.file_id, acting=True)
    await holding.lift(visit.house, file.id, visit.staff, int(visit.request.match_info["hold"]))
    return go(f"/desk/file/{file.id}/hold?saved")


async def _page(visit: Visit, refused: str = "") -> web.Response:
    file = await open_file(visit.house, visit.staff, visit.file_id)
    return visit.render(
        "hold.html",
        status_of(refused) if refused else 200,
        file=file,
        name=file.name or "Zonder naam",
        holds=await file.holds(),
        today=visit.house.calendar.day_of(visit.house.clock.now()).isoformat(),
        shortest=holding.SHORTEST,
        longest=holding.LONGEST,
        typed=visit.form,
        saved="saved" in visit.request.query,
        refused=wording.REFUSALS.get(refused, ""),
    )


_PAGE = r"/desk/file/{id:\d{1,18}}/hold"
ROUTES = (
    web.get(_PAGE, show),
    web.post(_PAGE, place),
    web.post(_PAGE + r"/{hold:\d{1,18}}/lift", lift),
)
