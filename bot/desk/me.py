"""What residents know of a colleague, and where the colleague hears of them: the name, the number on the cards, the
work e-mail; and how and where they are signed in. Anyone sees to their own."""

from __future__ import annotations

from aiohttp import web

from bot.clock import from_ms
from bot.desk import wording
from bot.desk.page import Visit, go, staff_only, status_of, takes_passwords
from bot.desk.sessions import real_now
from bot.errors import Refused


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/me``."""
    return await _page(visit)


async def _page(visit: Visit, refused: str = "") -> web.Response:
    """That page; ``refused`` says why something was not kept, and it is still there."""
    accounts, number, session = visit.desk.accounts, visit.staff.id, visit.session
    return visit.render(
        "me.html",
        status_of(refused) if refused else 200,
        phone=visit.form.get("phone", await accounts.phone_of(number)),
        email=visit.form.get("email", await accounts.email_of(number)),
        sessions=await accounts.sessions.listed(session),
        at=lambda instant: wording.moment(instant, from_ms(real_now()), visit.house.calendar),
        session=session,
        takes_passwords=takes_passwords(visit.desk),
        codes_left=await accounts.second.codes_left(number) if session.has_second else 0,
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


@staff_only()
async def end_session(visit: Visit) -> web.StreamResponse:
    """``POST /desk/me/sessions``: ``mark`` of one session of one's own to end; ``others``: all but this one."""
    sessions, number = visit.desk.accounts.sessions, visit.staff.id
    if "others" in visit.form:
        await sessions.close_all(number, but=visit.session.token_hash)
    else:
        await sessions.close_marked(number, visit.form.get("mark", ""))
    return go("/desk/me?saved#signed-in")
