"""Early signals at the desk: put down, from a form or a file; and the ordinary route. Nothing here says whether someone
is a client: every signal has the same answer (docs/decisions/0024)."""

from __future__ import annotations

from aiohttp import web

from bot.desk import ending_words, wording
from bot.desk.access import count_signals, open_signals
from bot.desk.page import Visit, go, staff_only, status_of
from bot.errors import Refused
from bot.vroegsignaal import KINDS, acts, entering, importing
from bot.vroegsignaal.importing import COLUMNS, MOST_LINES, Counted

#: The fields of one signal, by the names of ``entering.Entered``.
FIELDS = ("kind", "received", "surname", "born", "postcode", "number", "phone", "email", "amount", "sender")


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/signals``; ``?done=1`` after one was put down, ``?lines=n`` after a file."""
    return await page_of(visit)


async def page_of(visit: Visit, *, refused: str = "", counted: Counted | None = None) -> web.Response:
    """That page; ``refused`` says why what was just asked was not done, and what was typed is still there. ``counted``:
    a file that waits for a yes."""
    house = visit.house
    lines = visit.request.query.get("lines", "")
    return visit.render(
        "signals.html",
        status_of(refused) if refused else 200,
        kinds={kind: ending_words.SIGNALS[kind] for kind in KINDS},
        today=house.calendar.day_of(house.clock.now()).isoformat(),
        typed=visit.form if refused else {},
        done="done" in visit.request.query,
        lines=int(lines) if lines.isascii() and lines.isdecimal() and len(lines) <= 5 else None,
        counted=counted,
        why=wording.REFUSALS,
        heads=[heads[0] for heads in COLUMNS.values()],
        most_lines=MOST_LINES,
        ordinary=await count_signals(house, visit.staff),
        refused=wording.REFUSALS.get(refused, ""),
    )


@staff_only()
async def enter(visit: Visit) -> web.StreamResponse:
    """``POST /desk/signals``: one signal."""
    try:
        await entering.enter(visit.house, visit.staff, {name: visit.form.get(name, "") for name in FIELDS})
    except Refused as error:
        return await page_of(visit, refused=error.code)
    return go("/desk/signals?done=1")


@staff_only(file=True)
async def look(visit: Visit) -> web.Response:
    """``POST /desk/signals/import``: a file, of which only numbers are shown; nothing is put down yet."""
    try:
        if visit.form.is_too_big:
            raise Refused("import_big")
        counted = await importing.look(visit.house, visit.staff, visit.form.file)
    except Refused as error:
        return await page_of(visit, refused=error.code)
    return await page_of(visit, counted=counted)


@staff_only()
async def take(visit: Visit) -> web.StreamResponse:
    """``POST /desk/signals/import/take``: yes (``act`` ``take``) or no to the file ``number``."""
    number = visit.form.get("number", "")
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise Refused("bad_form")
    if visit.form.get("act") != "take":
        await importing.forget(visit.house, visit.staff)
        return go("/desk/signals")
    try:
        lines = await importing.take(visit.house, visit.staff, int(number))
    except Refused as error:
        return await page_of(visit, refused=error.code)
    return go(f"/desk/signals?lines={lines}")


@staff_only()
async def ordinary(visit: Visit) -> web.Response:
    """``GET /desk/signals/ordinary``: for coordinators."""
    found = await open_signals(visit.house, visit.staff)
    return visit.render("signals_ordinary.html", found=found, say=ending_words)


@staff_only()
async def take_up(visit: Visit) -> web.StreamResponse:
    """``POST /desk/signals/ordinary/{signal}/done``: taken up elsewhere."""
    await acts.take_up(visit.house, visit.staff, int(visit.request.match_info["signal"]))
    return go("/desk/signals/ordinary")
