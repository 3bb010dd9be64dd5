"""The second step of signing in: giving its code, setting it up, and the recovery codes for who lost the telephone."""

from __future__ import annotations

from typing import Any

import segno
from aiohttp import web

from bot.desk import page, wording
from bot.desk.page import Visit, staff_only
from bot.errors import Refused

#: Units of the picture of the code to a side of one of its squares.
_SCALE = 5


@staff_only(waiting=True)
async def show(visit: Visit) -> web.Response:
    """``GET /desk/second``: asks for the code, where it is still to come."""
    next_page = page.back_to(visit.request.query.get("next", ""))
    if visit.session.lacks != "code":
        return page.go(page.second_page(visit.session) if visit.session.lacks else next_page)
    return _ask(visit, next_page)


@staff_only(waiting=True)
async def take(visit: Visit) -> web.Response:
    """``POST /desk/second``: ``code``, ``next``. The session goes on under another token."""
    next_page = page.back_to(visit.form.get("next", ""))
    if visit.session.lacks != "code":
        return page.go("/desk")
    place = page.place_of(visit.request, visit.staff.username)
    try:
        await visit.desk.accounts.second.check(visit.staff.id, visit.form.get("code", ""), place)
    except Refused as error:
        return _ask(visit, next_page, error.code)
    response = page.go(next_page)
    await _go_on(visit, response)
    return response


@staff_only(waiting=True)
async def set_up(visit: Visit) -> web.Response:
    """``GET /desk/second/set-up``: what to bring into an app."""
    if visit.session.has_second:
        return page.go("/desk/me" if not visit.session.lacks else "/desk/second")
    if visit.session.way == "oidc":
        return page.go("/desk/me")
    if not _may_set_up(visit):
        return page.go("/desk/prove?next=/desk/second/set-up")
    return await _show_secret(visit)


@staff_only(waiting=True)
async def confirm(visit: Visit) -> web.Response:
    """``POST /desk/second/set-up``: ``code``, which shows that the app has it. Then the recovery codes, once."""
    if visit.session.has_second or visit.session.way == "oidc":
        raise Refused("has_second")
    if not _may_set_up(visit):
        return page.go("/desk/prove?next=/desk/second/set-up")
    place = page.place_of(visit.request, visit.staff.username)
    try:
        codes = await visit.desk.accounts.second.confirm(visit.session, visit.form.get("code", ""), place)
    except Refused as error:
        if error.code == "has_second":
            raise
        return await _show_secret(visit, error.code)
    # The page that follows has no form: it needs nothing of the session that begins here.
    response = _plain(visit, "second_codes.html", codes=codes, is_first=True)
    await _go_on(visit, response)
    return response


@staff_only(proved=True, back="/desk/me")
async def new_codes(visit: Visit) -> web.Response:
    """``POST /desk/second/codes``: other recovery codes, shown once."""
    if not visit.session.has_second:
        return page.go("/desk/me")
    codes = await visit.desk.accounts.second.new_codes(visit.staff.id)
    return _plain(visit, "second_codes.html", codes=codes, is_first=False)


@staff_only(proved=True, back="/desk/me")
async def begin_anew(visit: Visit) -> web.Response:
    """``POST /desk/second/anew``: another telephone. The former one no longer counts, and other sessions end."""
    if visit.session.has_second:
        await visit.desk.accounts.second.remove(visit.staff.id, but=visit.session.token_hash)
    return page.go("/desk/second/set-up")


async def _go_on(visit: Visit, response: web.Response) -> None:
    """The same sign-in under a token that nobody saw before the second step."""
    request, desk = visit.request, visit.desk
    session = await desk.accounts.sessions.open(
        visit.staff.id,
        visit.session.way,
        second=True,
        browser=request.headers.get("User-Agent", ""),
        instead=page.read_cookie(request, desk.cookie),
    )
    page.keep_session(desk, response, session)
    page.keep_device(desk, response, visit.staff.username)


def _may_set_up(visit: Visit) -> bool:
    """Whoever finds an open screen may not bring their own telephone into it."""
    return bool(visit.session.lacks) or visit.session.is_proved


def _ask(visit: Visit, next_page: str, refused: str = "") -> web.Response:
    return _plain(visit, "second.html", refused, next_page=next_page)


async def _show_secret(visit: Visit, refused: str = "") -> web.Response:
    enrolment = await visit.desk.accounts.second.enrolment(visit.session)
    picture = segno.make(enrolment.uri, error="m", micro=False)
    return _plain(
        visit,
        "second_set_up.html",
        refused,
        picture=picture.svg_data_uri(scale=_SCALE, light="#fff", xmldecl=False),
        size=picture.symbol_size(_SCALE)[0],
        groups=enrolment.groups,
        next_page="/desk/me",
        is_needed=bool(visit.session.lacks),
    )


def _plain(visit: Visit, template: str, refused: str = "", **context: Any) -> web.Response:
    """A page without the ways into the desk, which may not be open yet."""
    status = page.status_of(refused) if refused else 200
    words = wording.REFUSALS.get(refused, "")
    return page.render(visit.desk, template, status, csrf=visit.csrf, refused=words, who=visit.staff.name, **context)


ROUTES = (
    web.get("/desk/second", show),
    web.post("/desk/second", take),
    web.get("/desk/second/set-up", set_up),
    web.post("/desk/second/set-up", confirm),
    web.post("/desk/second/codes", new_codes),
    web.post("/desk/second/anew", begin_anew),
)
