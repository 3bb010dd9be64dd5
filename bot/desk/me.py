"""What residents know of a colleague: the name, and the number on the cards. Anyone sees to their own."""

from __future__ import annotations

from aiohttp import web

from bot.desk import wording
from bot.desk.page import Visit, go, staff_only, status_of
from bot.errors import Refused


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/me``."""
    phone = await visit.desk.accounts.phone_of(visit.staff.id)
    return visit.render("me.html", phone=phone, saved="saved" in visit.request.query, refused="")


@staff_only()
async def save(visit: Visit) -> web.StreamResponse:
    """``POST /desk/me``: ``phone``, empty for none."""
    typed = visit.form.get("phone", "")
    try:
        await visit.desk.accounts.set_phone(visit.staff.id, typed)
    except Refused as error:
        said = wording.REFUSALS[error.code]
        return visit.render("me.html", status_of(error.code), phone=typed, saved=False, refused=said)
    return go("/desk/me?saved")
