"""Who is signed in proves once more who they are, before what not everyone who finds an open screen may do."""

from __future__ import annotations

from aiohttp import web

from bot.desk import page
from bot.desk.forms import Form
from bot.desk.page import Visit, staff_only
from bot.errors import Refused


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/prove``, with the page of the desk that comes ``next``."""
    next_page = page.back_to(visit.request.query.get("next", ""))
    return page.proof_page(visit, "/desk/prove", keep=Form(), next_page=next_page)


@staff_only()
async def take(visit: Visit) -> web.Response:
    """``POST /desk/prove``: ``proof_password``, ``proof_code``, ``next``."""
    next_page = page.back_to(visit.form.get("next", ""))
    try:
        await page.prove(visit)
    except Refused as error:
        return page.proof_page(visit, "/desk/prove", keep=Form(), next_page=next_page, refused=error.code)
    return page.go(next_page)


ROUTES = (web.get("/desk/prove", show), web.post("/desk/prove", take))
