"""The way to the municipality's own provider and back, and what it tells us of who signed out there."""

from __future__ import annotations

import logging
import secrets

from aiohttp import web

from bot import web as web_
from bot.desk import page, sign_in
from bot.desk.oidc.provider import ProviderDown
from bot.desk.page import DESK, Desk, Visit, staff_only
from bot.errors import Refused

log = logging.getLogger(__name__)

#: Seconds that the browser keeps what the provider's answer is tied to.
_COOKIE_LASTS = 3600
#: Bytes of the longest form with a logout token.
_LONGEST = 20_000


async def start(request: web.Request) -> web.StreamResponse:
    """``GET /desk/oidc/start``, with the page of the desk that comes ``next``: goes to the provider."""
    return await _go(request, page.back_to(request.query.get("next", "")), None)


@staff_only()
async def prove(visit: Visit) -> web.StreamResponse:
    """``GET /desk/oidc/prove``, with ``next``: goes there to sign in once more."""
    if visit.session.way != "oidc":
        return page.go("/desk/prove")
    return await _go(visit.request, page.back_to(visit.request.query.get("next", "")), visit.staff.id)


async def callback(request: web.Request) -> web.StreamResponse:
    """``GET /desk/oidc/callback``: the provider's answer."""
    desk, query = request.app[DESK], request.query
    ours, token = desk.oidc, page.read_cookie(request, desk.cookie)
    if ours is None:
        return page.refusal(desk, "no_page")
    if "error" in query:
        return page.refusal(desk, "oidc_refused")
    try:
        returned = await ours.come_back(
            query.get("state", ""),
            query.get("code", ""),
            query.get("iss", ""),
            page.read_cookie(request, _cookie(desk)),
            await desk.accounts.sessions.find(token) if token else None,
            agent=request.headers.get("User-Agent", ""),
            instead=token,
        )
    except Refused as error:
        return page.refusal(desk, error.code)
    except ProviderDown as down:
        return _down(desk, down)
    if returned.signed_in is None:
        return page.go(returned.next_page)
    return await sign_in.signed_in(request, returned.signed_in, returned.next_page)


async def logout(request: web.Request) -> web.Response:
    """``POST /desk/oidc/logout``: ``logout_token`` (OpenID Connect Back-Channel Logout). Only the provider can make
    one; no cookie, no form of ours."""
    ours, headers = request.app[DESK].oidc, {"Cache-Control": "no-store"}
    wrong = web.json_response({"error": "invalid_request"}, status=400, headers=headers)
    length = request.content_length
    is_form = request.content_type == "application/x-www-form-urlencoded"
    if ours is None or length is None or length > _LONGEST or not is_form:
        return wrong
    try:
        async with web_.in_time(web_.FORM_TIME):
            token = (await request.post()).get("logout_token")
        if not isinstance(token, str):
            return wrong
        await ours.sign_out(token)
    except (Refused, ValueError, LookupError):
        return wrong
    except ProviderDown as down:
        log.warning("%s", down)
        return web.json_response({"error": "temporarily_unavailable"}, status=503, headers=headers)
    return web.Response(headers=headers)


async def signed_out(request: web.Request) -> web.Response:
    """``GET /desk/signed-out``: who signed out here is brought to the provider to sign out there too."""
    desk = request.app[DESK]
    ours, way_out = desk.oidc, ""
    if ours is not None:
        try:
            way_out = await ours.way_out()
        except ProviderDown as down:
            log.warning("%s", down)
    response = page.render(desk, "signed_out.html", way_out=way_out)
    if way_out:  # not a redirect: where a form leads stays within the desk (``form-action``)
        response.headers["Refresh"] = f"0; url={way_out}"
    return response


async def _go(request: web.Request, next_page: str, proves: int | None) -> web.Response:
    desk = request.app[DESK]
    ours = desk.oidc
    if ours is None:
        return page.refusal(desk, "no_page")
    browser = page.read_cookie(request, _cookie(desk)) or secrets.token_urlsafe(32)
    try:
        to = await ours.begin("sign_in" if proves is None else "prove", browser, next_page, web_.place(request), proves)
    except Refused as error:
        return page.refusal(desk, error.code)
    except ProviderDown as down:
        return _down(desk, down)
    response = page.go(to)
    page.set_cookie(desk, response, _cookie(desk), browser, _COOKIE_LASTS)
    return response


def _down(desk: Desk, down: ProviderDown) -> web.Response:
    log.warning("%s", down)
    return page.refusal(desk, "oidc_down")


def _cookie(desk: Desk) -> str:
    return f"{desk.cookie}-oidc"


ROUTES = (
    web.get("/desk/oidc/start", start),
    web.get("/desk/oidc/prove", prove),
    web.get("/desk/oidc/callback", callback),
    web.post("/desk/oidc/logout", logout),
    web.get("/desk/signed-out", signed_out),
)
