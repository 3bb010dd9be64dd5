"""Preparing a talk, and the two measurements: invitations, what was answered, and first and later ones side by side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot import inviting
from bot.desk import chart, measured, wording
from bot.desk.access import File, open_file
from bot.desk.page import Visit, go, staff_only, status_of
from bot.errors import Refused

Act = Callable[[Visit, str], Awaitable[None]]


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/measurements``."""
    return await page_of(visit)


@staff_only(part=True)
async def parts(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/measurements/parts``: what may have changed since the page was made."""
    file = await open_file(visit.house, visit.staff, visit.file_id)
    return visit.render("_measurements.html", **await _context(visit, file))


async def page_of(visit: Visit, *, refused: str = "") -> web.Response:
    """That page; ``refused`` says why what was just asked was not done."""
    file = await open_file(visit.house, visit.staff, visit.file_id)
    status = status_of(refused) if refused else 200
    words = wording.REFUSALS.get(refused, "")
    return visit.render("measurements.html", status, refused=words, **await _context(visit, file))


def _act(act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Does ``act``, which gets the form's own number (the same form again does nothing); a refusal is said on the
    page."""

    @staff_only()
    async def handle(visit: Visit) -> web.StreamResponse:
        await open_file(visit.house, visit.staff, visit.file_id, acting=True)
        client_id = visit.client_id
        try:
            await act(visit, client_id)
        except Refused as error:
            if error.code in ("bad_form", "gone"):
                raise
            return await page_of(visit, refused=error.code)
        return go(f"/desk/file/{visit.file_id}/measurements")

    return handle


@_act
async def invite(visit: Visit, client_id: str) -> None:
    """``POST …/measurements/invite``: ``kind``."""
    kind = visit.form.get("kind", "")
    await inviting.invite(visit.house, visit.file_id, visit.staff, kind, client_id=client_id)


@_act
async def withdraw(visit: Visit, client_id: str) -> None:
    """``POST …/measurements/{measurement}/withdraw``."""
    number = int(visit.request.match_info["measurement"])
    await inviting.withdraw(visit.house, visit.file_id, visit.staff, number, client_id=client_id)


async def _context(visit: Visit, file: File) -> Mapping[str, Any]:
    kept, has_spoken = await file.measurements()
    return {
        "file": file,
        "name": file.name or "Zonder naam",
        "invitations": measured.invitations(kept),
        "why_not": "" if has_spoken else wording.REFUSALS["no_talk_yet"],
        "past": [one for one in reversed(kept) if one.ended_at is not None],
        "subjects": measured.subjects(kept),
        "compared": [(one, tuple(chart.pictures(one))) for one in measured.compared(kept)],
        "measured": measured,
        "chart": chart,
    }
