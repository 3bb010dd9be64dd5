"""The colleagues: where each hears of who they help, and who knows these once one left. For coordinator and
beheerder."""

from __future__ import annotations

from aiohttp import web

from bot.desk import wording
from bot.desk.page import Visit, go, staff_only, status_of
from bot.desk.roles import HELPS
from bot.errors import Refused


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/team``."""
    return await _page(visit)


async def _page(visit: Visit, refused: str = "") -> web.Response:
    """That page; ``refused`` says why something was not kept, and it is still there."""
    team = await visit.desk.accounts.team()
    return visit.render(
        "team.html",
        status_of(refused) if refused else 200,
        team=team,
        names={one.id: one.name for one in team},
        follows=[one for one in team if not one.left and one.role in HELPS],
        typed=visit.form,
        saved="saved" in visit.request.query,
        refused=wording.REFUSALS.get(refused, ""),
    )


@staff_only()
async def save(visit: Visit) -> web.StreamResponse:
    """``POST /desk/team/{staff}``: ``email`` and ``successor`` (an account's number), both empty for none."""
    accounts, number = visit.desk.accounts, int(visit.request.match_info["staff"])
    successor = visit.form.get("successor", "")
    if successor and not (successor.isascii() and successor.isdecimal() and len(successor) <= 18):
        raise Refused("bad_form")
    try:
        await accounts.set_colleague(number, visit.form.get("email", ""), int(successor) if successor else None)
    except Refused as error:
        return await _page(visit, error.code)
    return go("/desk/team?saved")


@staff_only()
async def sign_out(visit: Visit) -> web.StreamResponse:
    """``POST /desk/team/{staff}/sign-out``: ends every session of a colleague, who lost a telephone, say."""
    number = int(visit.request.match_info["staff"])
    await visit.desk.accounts.sessions.close_all(number)
    return go("/desk/team?saved" if number != visit.staff.id else "/desk/sign-in")
