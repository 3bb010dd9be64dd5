"""Signing in and out: by user name and password, or by a one-time link that a page asks to confirm (a mail scanner that
opens the link does not use it up)."""

from __future__ import annotations

import re

from aiohttp import web
from yarl import URL

from bot.desk import page, wording
from bot.desk.forms import csrf_of, read_form
from bot.desk.page import DESK, Visit, staff_only
from bot.desk.sessions import SignedIn
from bot.errors import Refused

#: Where one may be sent after signing in: a file, or else the inbox. Never to another site.
_NEXT = re.compile(r"/desk/file/[0-9]{1,18}")


async def show(request: web.Request) -> web.Response:
    """``GET /desk/sign-in``."""
    return _form(request, next_page=_next(request.query.get("next", "")))


async def sign_in(request: web.Request) -> web.StreamResponse:
    """``POST /desk/sign-in``: ``username``, ``password``, ``next``."""
    desk = request.app[DESK]
    try:
        form = await read_form(request, page.form_token(request))
    except Refused as error:
        return _form(request, error.code, status=page.status_of(error.code))
    if not page.takes_passwords(desk):
        return _form(request, "no_local", status=page.status_of("no_local"))
    username, next_page = form.get("username", ""), _next(form.get("next", ""))
    place = page.place_of(request, username)
    try:
        session = await desk.accounts.sign_in(username, form.get("password", ""), place, **_browser(request))
    except Refused as error:
        return _form(request, error.code, username, next_page, page.status_of(error.code))
    return await signed_in(request, session, next_page)


async def show_link(request: web.Request) -> web.Response:
    """``GET /desk/link/{token}``: a button; nothing is used up yet."""
    desk = request.app[DESK]
    if not await desk.accounts.is_usable(request.match_info["token"]):
        return page.refusal(desk, "used_link")
    token = page.form_token(request)
    response = page.render(desk, "link.html", csrf=csrf_of(token))
    page.keep_form_token(desk, response, token)
    return response


async def use_link(request: web.Request) -> web.StreamResponse:
    """``POST /desk/link/{token}``: signs in, once."""
    desk = request.app[DESK]
    try:
        await read_form(request, page.form_token(request))
    except Refused as error:
        return page.refusal(desk, error.code)
    try:
        session = await desk.accounts.use_link(request.match_info["token"], **_browser(request))
    except Refused:
        return page.refusal(desk, "used_link")
    return await signed_in(request, session, "/desk")


async def signed_in(request: web.Request, session: SignedIn, next_page: str) -> web.Response:
    """The answer to who just signed in: a new cookie, and the way to ``next_page``, or first to the second factor."""
    desk = request.app[DESK]
    found = await desk.accounts.sessions.find(session.token, in_use=False)
    if found is None:
        return page.refusal(desk, "signed_out")
    first = page.second_page(found) if found.lacks else ""
    response = page.go(str(URL(first).with_query(next=next_page)) if first else next_page)
    page.keep_session(desk, response, session)
    if not found.lacks:
        page.keep_device(desk, response, found.staff.username)
    return response


def _browser(request: web.Request) -> dict[str, str]:
    """What kind of browser signs in, and the session that it had before."""
    desk = request.app[DESK]
    return {"browser": request.headers.get("User-Agent", ""), "instead": page.read_cookie(request, desk.cookie)}


@staff_only(waiting=True)
async def sign_out(visit: Visit) -> web.StreamResponse:
    """``POST /desk/sign-out``."""
    await visit.desk.accounts.sessions.close(visit.request.cookies[visit.desk.cookie])
    response = page.go("/desk/signed-out" if visit.session.way == "oidc" else "/desk/sign-in")
    response.headers["Clear-Site-Data"] = '"cache"'
    page.set_cookie(visit.desk, response, visit.desk.cookie, "", 0)
    return response


def _form(
    request: web.Request, refused: str = "", username: str = "", next_page: str = "/desk", status: int = 200
) -> web.Response:
    desk = request.app[DESK]
    token = page.form_token(request)
    response = page.render(
        desk,
        "sign_in.html",
        status,
        csrf=csrf_of(token),
        refused=wording.REFUSALS[refused] if refused else "",
        username=username,
        next_page=next_page,
        is_local=page.takes_passwords(desk),
        provider=desk.house.config.oidc,
    )
    page.keep_form_token(desk, response, token)
    return response


def _next(given: str) -> str:
    return given if _NEXT.fullmatch(given) else "/desk"
