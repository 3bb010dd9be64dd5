"""What residents know of a colleague, and where the colleague hears of them: the name, the number on the cards, the
work e-mail. Anyone sees to their own."""

from __future__ import annotations

from aiohttp import web

from bot.desk import wording
from bot.desk.page import Visit, go, staff_only, status_of
from bot.errors import Refused


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/me``."""
    return await _page(visit)


async def _page(visit: Visit, refused: str = "") -> web.Response:
    """That page; ``refused`` says why something was not kept, and it is still there."""
    accounts, number = visit.desk.accounts, visit.staff.id
    return visit.render(
        "me.html",
        status_of(refused) if refused else 200,
        phone=visit.form.get("phone", await accounts.phone_of(number)),
        email=visit.form.get("email", await accounts.email_of(number)),
        saved="saved" in visit.request.query,
        refused=wording.REFUSALS.get(refused, ""),
    )


@staff_only()
async def save(visit: Visit) -> web.StreamResponse:
    """``POST /desk/me``: ``phone`` or ``email``, empty for none; what is not in the form stays."""
    accounts, number = visit.desk.accounts, visit.staff.id
    try:
        if "phone" in visit.form:
            await accounts.set_phone(number, visit.form["phone"])
        if "email" in visit.form:
            await accounts.set_email(number, visit.form["email"])
    except Refused as error:
        return await _page(visit, error.code)
    return go("/desk/me?saved")
