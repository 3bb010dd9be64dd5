"""Who may open a file: its team, and colleagues who are asked along for a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.desk import wording
from bot.desk.access import Moved, admitting, open_file
from bot.desk.page import Visit, go, staff_only, status_of
from bot.errors import Refused

#: How the periods are said.
PERIODS = {1: "een dag", 7: "een week", 30: "een maand", 90: "drie maanden"}

#: Refusals that are said on the page.
_SAID = ("no_colleague", "no_period", "why_open", "too_long", "no_team", "in_emergency")

Act = Callable[[Visit], Awaitable[None]]


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/file/{id}/access``."""
    return await _page(visit)


def _act(act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Does ``act`` and goes back to the page, or to the inbox when the file is no longer one's own; a refusal is said
    on the page, which keeps what was typed."""

    @staff_only()
    async def handle(visit: Visit) -> web.StreamResponse:
        try:
            await act(visit)
        except Moved:
            raise
        except Refused as error:
            if error.code not in _SAID:
                raise
            return await _page(visit, error.code)
        if not await admitting.is_open(visit.house, visit.staff, visit.file_id):
            return go("/desk")
        return go(f"/desk/file/{visit.file_id}/access?saved")

    return handle


@_act
async def ask(visit: Visit) -> None:
    """``POST …/access/ask``: ``who`` (an account's number), ``days``, ``reason``, ``client_id``."""
    form = visit.form
    await admitting.ask_along(
        visit.house,
        visit.staff,
        visit.file_id,
        _number(form.get("who", ""), "no_colleague"),
        _number(form.get("days", ""), "no_period"),
        form.get("reason", ""),
        client_id=visit.client_id,
    )


@_act
async def end(visit: Visit) -> None:
    """``POST …/access/{admission}/end``."""
    await admitting.end(visit.house, visit.staff, visit.file_id, int(visit.request.match_info["admission"]))


@_act
async def give_to_team(visit: Visit) -> None:
    """``POST …/access/team``: ``team`` (its number, empty for all)."""
    team = visit.form.get("team", "")
    await admitting.give_to_team(visit.house, visit.staff, visit.file_id, _number(team, "no_team") if team else None)


async def _page(visit: Visit, refused: str = "") -> web.Response:
    file = await open_file(visit.house, visit.staff, visit.file_id)
    return visit.render(
        "access.html",
        status_of(refused) if refused else 200,
        file=file,
        name=file.name or "Zonder naam",
        access=await admitting.read(visit.house, visit.staff, file),
        periods=PERIODS,
        longest=admitting.LONGEST_REASON,
        typed=visit.form,
        saved="saved" in visit.request.query,
        refused=wording.REFUSALS.get(refused, ""),
    )


def _number(given: str, refused: str) -> int:
    if not (given.isascii() and given.isdecimal() and len(given) <= 18):
        raise Refused(refused)
    return int(given)


_PAGE = r"/desk/file/{id:\d{1,18}}/access"
ROUTES = (
    web.get(_PAGE, show),
    web.post(f"{_PAGE}/team", give_to_team),
    web.post(f"{_PAGE}/ask", ask),
    web.post(_PAGE + r"/{admission:\d{1,18}}/end", end),
)
