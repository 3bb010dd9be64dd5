"""Teams: made, named, closed, and who is in which. Without any, everyone who helps opens every file."""

from __future__ import annotations

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from bot.desk import wording
from bot.desk.page import Visit, go, staff_only, status_of
from bot.desk.roles import HELPS
from bot.desk.sessions import real_now
from bot.errors import Refused
from storage import teams

#: Of a name, in characters.
LONGEST = 60

#: In the form that closes a team: its files are of all from then on.
TO_ALL = "all"


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/teams``."""
    return await _page(visit)


@staff_only()
async def add(visit: Visit) -> web.StreamResponse:
    """``POST /desk/teams``: ``name``."""
    try:
        name = _name(visit)
        async with visit.house.db.begin() as conn:
            if await teams.named(conn, name) is not None:
                raise Refused("team_name")
            await teams.add(conn, name, real_now())
    except (Refused, IntegrityError) as error:
        return await _page(visit, _code(error))
    return go("/desk/teams?saved")


@staff_only()
async def rename(visit: Visit) -> web.StreamResponse:
    """``POST /desk/teams/{team}/rename``: ``name``."""
    try:
        name, number = _name(visit), _team(visit)
        async with visit.house.db.begin() as conn:
            if await teams.named(conn, name) not in (None, number):
                raise Refused("team_name")
            if not await teams.rename(conn, number, name):
                raise Refused("no_team")
    except (Refused, IntegrityError) as error:
        return await _page(visit, _code(error))
    return go("/desk/teams?saved")


@staff_only()
async def close(visit: Visit) -> web.StreamResponse:
    """``POST /desk/teams/{team}/close``: ``to``, the team that its files and members go to, or ``all``."""
    try:
        number, to = _team(visit), visit.form.get("to", "")
        async with visit.house.db.begin() as conn:
            known = {str(row.id): row for row in await teams.teams(conn)}
            if str(number) not in known:
                raise Refused("no_team")
            if to == str(number) or to not in {TO_ALL, *known}:
                raise Refused("team_left")
            left = f"{known[str(number)].name} (gesloten, {number})"
            await teams.close(conn, number, None if to == TO_ALL else int(to), left, real_now())
    except Refused as error:
        return await _page(visit, error.code)
    return go("/desk/teams?saved")


@staff_only()
async def join(visit: Visit) -> web.StreamResponse:
    """``POST /desk/teams/members/{staff}``: ``team``, its number or empty."""
    number, to = int(visit.request.match_info["staff"]), visit.form.get("team", "")
    try:
        async with visit.house.db.begin() as conn:
            if number not in {row.id for row in await teams.colleagues(conn) if row.role in HELPS}:
                raise Refused("no_colleague")
            if to not in {"", *(str(row.id) for row in await teams.teams(conn))}:
                raise Refused("no_team")
            await teams.join(conn, number, int(to) if to else None)
    except Refused as error:
        return await _page(visit, error.code)
    return go("/desk/teams?saved#members")


async def _page(visit: Visit, refused: str = "") -> web.Response:
    async with visit.house.db.read() as conn:
        known, everyone = await teams.counted(conn), await teams.colleagues(conn)
    return visit.render(
        "teams.html",
        status_of(refused) if refused else 200,
        teams=known,
        colleagues=[one for one in everyone if one.role in HELPS],
        longest=LONGEST,
        typed=visit.form,
        saved="saved" in visit.request.query,
        refused=wording.REFUSALS.get(refused, ""),
    )


def _name(visit: Visit) -> str:
    name = " ".join(visit.form.get("name", "").split())
    if not 0 < len(name) <= LONGEST or not name.isprintable():
        raise Refused("team_name")
    return name


def _team(visit: Visit) -> int:
    return int(visit.request.match_info["team"])


def _code(error: Refused | IntegrityError) -> str:
    """Two at once gave the same name: the other was first."""
    return error.code if isinstance(error, Refused) else "team_name"


_TEAM = r"/desk/teams/{team:\d{1,18}}"
ROUTES = (
    web.get("/desk/teams", show),
    web.post("/desk/teams", add),
    web.post(f"{_TEAM}/rename", rename),
    web.post(f"{_TEAM}/close", close),
    web.post(r"/desk/teams/members/{staff:\d{1,18}}", join),
)
