"""Files of translations: out to an agency, in again after a look at what they would change. A coordinator or beheerder
does."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from bot.desk import texts_words
from bot.desk.page import Visit, go, staff_only
from bot.desk.texts_page import languages_of, may_change
from bot.errors import Refused
from bot.texts import exchange
from bot.texts.exchange import SHOWN, Looked

_CONFLICTS = ("po_gone", "other_text")


@staff_only()
async def show(visit: Visit) -> web.Response:
    """``GET /desk/texts/files``; ``?taken=n`` after a file was taken over."""
    return _page(visit)


@staff_only(file=True)
async def look(visit: Visit) -> web.Response:
    """``POST /desk/texts/files``: ``language`` and a PO file; nothing is changed yet."""
    _check(visit)
    try:
        if visit.form.is_too_big:
            raise Refused("po_big")
        if not visit.form.file:
            raise Refused("no_file")
        language = visit.form.get("language", "")
        number, looked = await exchange.look(visit.house, visit.staff.id, language, visit.form.file)
    except Refused as error:
        return _refused(visit, error)
    return _page(visit, looked=looked, number=number)


@staff_only()
async def take(visit: Visit) -> web.StreamResponse:
    """``POST /desk/texts/files/take``: yes (``act`` ``take``) or no to the file ``number``."""
    _check(visit)
    number = visit.form.get("number", "")
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise Refused("bad_form")
    if visit.form.get("act") != "take":
        await exchange.forget(visit.house, visit.staff.id)
        return go("/desk/texts/files")
    try:
        taken = await exchange.take(visit.house, visit.staff.id, int(number))
    except Refused as error:
        return _refused(visit, error)
    return go(f"/desk/texts/files?taken={taken}")


def _refused(visit: Visit, error: Refused) -> web.Response:
    if error.code not in texts_words.REFUSALS:
        raise error
    return _page(visit, refused=error.code)


def _page(visit: Visit, *, refused: str = "", looked: Looked | None = None, number: int = 0) -> web.Response:
    _check(visit)
    taken = visit.request.query.get("taken", "")
    status = HTTPStatus.CONFLICT if refused in _CONFLICTS else HTTPStatus.BAD_REQUEST if refused else HTTPStatus.OK
    return visit.render(
        "texts_files.html",
        status,
        languages=languages_of(visit),
        language=visit.form.get("language", ""),
        refused=texts_words.REFUSALS[refused] if refused else "",
        looked=looked,
        number=number,
        taken=int(taken) if taken.isascii() and taken.isdecimal() and len(taken) <= 6 else None,
        most=SHOWN,
        text_words=texts_words,
    )


def _check(visit: Visit) -> None:
    if not may_change(visit.staff):
        raise Refused("not_allowed")
