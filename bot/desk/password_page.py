"""A password of one's own: who was signed in elsewhere with the former one no longer is."""

from __future__ import annotations

from aiohttp import web

from bot.desk import page, wording
from bot.desk.page import Visit, staff_only
from bot.errors import Refused

_HERE = "/desk/me/password"


@staff_only(proved=True, back=_HERE)
async def show(visit: Visit) -> web.Response:
    """``GET /desk/me/password``."""
    return _page(visit)


@staff_only()
async def save(visit: Visit) -> web.Response:
    """``POST /desk/me/password``: ``new`` and ``again``."""
    if not visit.session.is_proved:  # asked without what was typed: a password stands in no page
        return page.go(f"/desk/prove?next={_HERE}")
    try:
        # Who comes by the provider is to stay out when the provider says so.
        if visit.session.way == "oidc" or not page.takes_passwords(visit.desk):
            raise Refused("no_local")
        await visit.desk.accounts.set_password(visit.session, visit.form.get("new", ""), visit.form.get("again", ""))
    except Refused as error:
        return _page(visit, error.code)
    return page.go("/desk/me?saved")


def _page(visit: Visit, refused: str = "") -> web.Response:
    words = wording.REFUSALS.get(refused, "")
    return visit.render("password.html", page.status_of(refused) if refused else 200, refused=words)


ROUTES = (web.get(_HERE, show), web.post(_HERE, save))
