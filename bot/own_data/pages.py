"""The own page of a person: what we know of them to read and to take along, and erasing it.

The page of a link is the same for every link, known or not, and looking at it changes nothing. What is posted opens
it; from then on a cookie of that page alone holds it open. Nothing is loaded from elsewhere and nothing is kept.
"""

from __future__ import annotations

import hmac
import math
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qs

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot import web as web_
from bot.agreements.page import Both, both
from bot.channels import webchat
from bot.channels.webchat import texts as chat_texts
from bot.channels.webchat.guard import call_text, language_of
from bot.channels.webchat.pages import ASSETS
from bot.clock import to_ms
from bot.errors import Refused
from bot.house import HOUSE, House
from bot.identity import Wait
from bot.own_data import file, proof, shown, words
from bot.own_data.gathering import gather, is_told
from bot.own_data.proof import Visitor
from bot.privacy import erasing, looks
from bot.privacy.vault import Unreadable
from flows.own_data import Asked
from flows.text import Text
from locales import direction, own_name
from storage.tables import event

JINJA: web.AppKey[jinja2.Environment] = web.AppKey("own data templates")

_COOKIE = "klopaan_mijn"
_TOKEN, _OPENED, _FORM = (re.compile(one, re.ASCII) for one in (r"[\w-]{32}", r"[0-9a-f]{64}", r"[\w-]{10,40}"))
#: Bytes of a form; what is asked takes some hundred.
_LARGEST = 4096
#: Never kept by anyone; the page's address goes nowhere else, and our own form may say that it is ours.
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie", "Referrer-Policy": "same-origin"}
_STATUS = {"link_gone": 404, "closed": 401, "pin_needed": 401, "pin_wrong": 401, "pin_new": 403, "no_pin": 403}
_STATUS |= {"elsewhere": 403, "malformed": 400, "not_sure": 400}

Fields: TypeAlias = Mapping[str, str]
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


def setup(app: web.Application) -> None:
    """Adds the pages; ``app`` has its house. They look like the web chat, which need not be there."""
    webchat.setup_look(app)
    folders = [Path(__file__).parent / "templates", webchat.TEMPLATES]
    loader = jinja2.FileSystemLoader(folders)
    aiohttp_jinja2.setup(app, app_key=JINJA, loader=loader, trim_blocks=True, lstrip_blocks=True)
    app.add_routes(
        [
            web.get("/mijn", _told(show)),
            web.get("/mijn/wissen", _told(show_wipe)),
            web.post("/mijn/wissen", _told(wipe)),
            web.post("/mijn/bestand", _told(download)),
            web.post("/mijn/sluiten", _told(close)),
            web.get("/mijn/{token}", ask),
            web.post("/mijn/{token}", _told(open_)),
        ]
    )


def _told(handler: Handler) -> Handler:
    """Says a refusal in the person's language; nothing was changed then."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Unreadable:
            return _refusal(request, Refused("closed"))
        except Refused as refused:
            return _refusal(request, refused)

    return handle


# ---- the link ------------------------------------------------------------------------------------------------------


async def ask(request: web.Request) -> web.Response:
    """``GET /mijn/{token}``: the same for all; nothing is looked up."""
    return _ask(request)


async def open_(request: web.Request) -> web.StreamResponse:
    """``POST /mijn/{token}``: opens the page for whoever shows that it is them."""
    token, fields = request.match_info["token"], await _fields(request)
    form = fields.get("form", "")
    if not _FORM.fullmatch(form):
        raise Refused("malformed")
    if not _TOKEN.fullmatch(token):
        raise Refused("link_gone")
    try:
        opened = await proof.open_page(request.app[HOUSE], token, form, fields.get("pin", "").strip())
    except Refused as refused:
        if refused.code in ("pin_needed", "pin_wrong", "wait"):
            return _ask(request, refused)
        raise
    response = _go("/mijn")
    _remember(request, response, opened, proof.PAGE.seconds)
    return response


# ---- the page ------------------------------------------------------------------------------------------------------


async def show(request: web.Request) -> web.Response:
    """``GET /mijn``: everything to read; ``?voor=`` a number: earlier messages."""
    house, opened, visitor = await _visit(request)
    language = _language(request, visitor)
    own = await gather(house, visitor)
    asked = request.query.get("voor", "")
    before = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None
    said, earlier = await shown.messages(own, language, before)
    response = _page(
        request,
        "own.html",
        language,
        sections=await shown.sections(own, language),
        said_messages=said,
        earlier=earlier,
        csrf=_csrf(opened),
        w=_both_of(house, language, "TITLE FILE FILE_WHAT FILE_STAYS_HERE WIPE CLOSE NOTHING EARLIER"),
        intro=both(house, words.INTRO.but(gemeente=house.gemeente.name), language),
        talk=both(house, words.HEADINGS["messages"], language),
    )
    return _closes(response, visitor)


async def download(request: web.Request) -> web.StreamResponse:
    """``POST /mijn/bestand``: all of it as one file, made while it is sent. That it was taken is on record before."""
    house, opened, visitor = await _visit(request)
    await _posted(request, opened)
    own = await gather(house, visitor)
    async with house.db.begin() as conn:
        now = to_ms(house.clock.now())
        about = {"person_id": visitor.person_id, "conversation_id": visitor.conversation_id}
        await conn.execute(event.insert().values(**about, kind="data_downloaded", created_at=now))
        await looks.record(house, conn, "downloaded", None, [(visitor.conversation_id, visitor.person_id)], now)
    response = web.StreamResponse(headers={**_HEADERS, "Content-Disposition": f'attachment; filename="{file.NAME}"'})
    response.content_type = "application/zip"
    await response.prepare(request)
    async for piece in file.pieces(own):
        await response.write(piece)
    await response.write_eof()
    return response


async def close(request: web.Request) -> web.Response:
    """``POST /mijn/sluiten``: nobody finds it open here any more."""
    house, opened, visitor = await _visit(request)
    await _posted(request, opened)
    await proof.close(house, opened)
    response = _message(request, words.CLOSED, language=_language(request, visitor))
    _remember(request, response, "", 0)
    return response


# ---- erasing -------------------------------------------------------------------------------------------------------


async def show_wipe(request: web.Request) -> web.Response:
    """``GET /mijn/wissen``: what would go, what stays, why and until when. Nothing is done."""
    return await _wipe_page(request)


async def wipe(request: web.Request) -> web.Response:
    """``POST /mijn/wissen``: does it, after the person showed once more that it is them and ticked that they are
    sure."""
    house, opened, visitor = await _visit(request)
    fields = await _posted(request, opened)
    if fields.get("sure") != "yes":
        return await _wipe_page(request, Refused("not_sure"))
    language = _language(request, visitor)
    try:
        try:
            how = await proof.prove(house, visitor.person_id, fields.get("pin", "").strip(), (Asked.ERASURE,))
            await proof.visitor(house, opened)  # what was proved of one says nothing of both, once two became one
        except (Refused, Unreadable) as problem:
            # Of who is erased the PIN is gone too: not that is told, but that it is done.
            await erasing.plan(house, visitor.person_id)
            if isinstance(problem, Refused):
                return await _wipe_page(request, problem)
            raise
        if (await erasing.plan(house, visitor.person_id)).held:
            return await _wipe_page(request)
        await proof.note_erasing(house, visitor, how)
        done = await erasing.erase(house, visitor.person_id, by_staff=None, why="asked")
        if done.held:  # since this very moment: a colleague sees that they asked
            return await _wipe_page(request)
        whole = done.whole
    except erasing.NobodyThere:  # the same form, sent twice
        whole = True
    await proof.close(house, opened)
    more = (words.GONE_WHAT, words.GONE_BACK) if whole else (words.GONE_PARTLY, words.STILL)
    response = _message(request, words.GONE, *more, language=language)
    _remember(request, response, "", 0)
    return response


async def _wipe_page(request: web.Request, refused: Refused | None = None) -> web.Response:
    house, opened, visitor = await _visit(request)
    language = _language(request, visitor)
    try:
        plan = await erasing.plan(house, visitor.person_id)
    except erasing.NobodyThere:
        raise Refused("closed") from None
    async with house.db.read() as conn:
        now = to_ms(house.clock.now())
        way = (await proof.standing(conn, visitor.person_id, (Asked.ERASURE,), now)).way
        # Who told of the danger may not be told on: then the page says no more of it than of any other reason.
        neutral = await is_told(conn, visitor.conversation_id)

    def say(text: Text) -> Both:
        return both(house, text, language)

    def why(one: erasing.Stays) -> list[Both]:
        until = [say(words.KEPT_UNTIL.but(day=one.until))] if isinstance(one.until, date) else []
        return [say(words.WHY["hold" if neutral and one.why == "danger" else one.why]), *until]

    response = _page(
        request,
        "wipe.html",
        language,
        200 if refused is None else _status(refused),
        goes=[say(words.PARTS[part]) for part, count in plan.goes if count],
        stays=[why(one) for one in plan.stays],
        held=[why(one) for one in plan.held],
        asks_pin=way != "known",
        problem=None if refused is None else _words(house, refused, language),
        csrf=_csrf(opened),
        w=_both_of(house, language, "WIPE GOES STAYS FILE_STAYS NOT_NOW HUMAN SURE WIPE_NOW PIN BACK"),
        means=[say(one) for one in ((words.LOST, words.STILL) if plan.stays else (words.MEANS,))],
        forgotten=say(chat_texts.PIN_FORGOTTEN_ASK),
    )
    return _closes(response, visitor)


def _closes(response: web.Response, visitor: Visitor) -> web.Response:
    """What stands on the screen goes when the page closes: nobody may have been there to close it."""
    response.headers["Refresh"] = f"{visitor.seconds}; url=/mijn"
    return response


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _visit(request: web.Request) -> tuple[House, str, Visitor]:
    """Whose page is open in this browser, by its cookie. Raises ``Refused("closed")``."""
    house, opened = request.app[HOUSE], request.cookies.get(_cookie(request.app[HOUSE]), "")
    if not _OPENED.fullmatch(opened):
        raise Refused("closed")
    return house, opened, await proof.visitor(house, opened)


async def _posted(request: web.Request, opened: str) -> Fields:
    """The fields of a form of the open page. Raises ``Refused("elsewhere")`` for one that may be forged."""
    fields = await _fields(request)
    if not hmac.compare_digest(fields.get("csrf", "").encode(), _csrf(opened).encode()):
        raise Refused("elsewhere")
    return fields


async def _fields(request: web.Request) -> Fields:
    if not web_.is_from_here(request, unsaid=True):
        raise Refused("elsewhere")
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refused("malformed")
    raw = bytearray()
    async with web_.in_time(web_.FORM_TIME):
        async for chunk in request.content.iter_chunked(_LARGEST):
            raw += chunk
            if len(raw) > _LARGEST:
                raise web.HTTPRequestEntityTooLarge(_LARGEST, len(raw))
    try:
        return {name: values[0] for name, values in parse_qs(raw.decode(), max_num_fields=10).items()}
    except ValueError:
        raise Refused("malformed") from None


def _csrf(opened: str) -> str:
    return hmac.digest(opened.encode(), b"klopaan own data form", "sha256").hex()


def _cookie(house: House) -> str:
    return f"__Host-{_COOKIE}" if _is_https(house) else _COOKIE


def _is_https(house: House) -> bool:
    return house.config.web.public_url.startswith("https:")


def _remember(request: web.Request, response: web.Response, opened: str, seconds: int) -> None:
    """Holds the page open in this browser; 0 seconds: not any more."""
    house = request.app[HOUSE]
    response.set_cookie(
        _cookie(house), opened, max_age=seconds, path="/", httponly=True, samesite="Strict", secure=_is_https(house)
    )


def _go(path: str) -> web.Response:
    return web.Response(status=303, headers={**_HEADERS, "Location": path})


def _language(request: web.Request, visitor: Visitor) -> str:
    known = request.app[HOUSE].gemeente.languages
    asked = request.query.get("taal", visitor.language)
    return asked if asked in known else language_of(request)


def _words(house: House, refused: Refused, language: str) -> Both:
    if isinstance(refused, Wait):
        return both(house, chat_texts.WAIT.but(minutes=math.ceil(refused.seconds / 60)), language)
    return both(house, words.REFUSED.get(refused.code, words.REFUSED["malformed"]), language)


def _status(refused: Refused) -> int:
    return 429 if isinstance(refused, Wait) else _STATUS.get(refused.code, 400)


def _both_of(house: House, language: str, names: str) -> dict[str, Both]:
    return {name: both(house, getattr(words, name), language) for name in names.split()}


def _refusal(request: web.Request, refused: Refused) -> web.Response:
    language = language_of(request)
    return _page(
        request, "ask.html", language, _status(refused), title=_words(request.app[HOUSE], refused, language), form=""
    )


def _ask(request: web.Request, refused: Refused | None = None) -> web.Response:
    house, language = request.app[HOUSE], language_of(request)
    return _page(
        request,
        "ask.html",
        language,
        200 if refused is None else _status(refused),
        title=both(house, words.ASK, language),
        form=proof.new_form(),
        problem=None if refused is None else _words(house, refused, language),
        w=_both_of(house, language, "ASK_WHAT PIN OPEN"),
        forgotten=both(house, chat_texts.PIN_FORGOTTEN_ASK, language),
        languages=[(code, own_name(code)) for code in house.gemeente.languages if code != language],
        languages_name=house.tongue.say(chat_texts.PAGE["languages"], language),
    )


def _message(request: web.Request, title: Text, *more: Text, language: str) -> web.Response:
    house = request.app[HOUSE]
    return _page(
        request,
        "ask.html",
        language,
        title=both(house, title, language),
        more=[both(house, text, language) for text in more],
        form="",
    )


def _page(request: web.Request, template: str, language: str, status: int = 200, **context: Any) -> web.Response:
    house = request.app[HOUSE]
    about = {
        "language": language,
        "dir": direction(language),
        "gemeente": house.gemeente,
        "has_logo": house.config.logo is not None,
        "assets": request.app[ASSETS],
        "call": call_text(house, language),
        "phone": "".join(sign for sign in house.gemeente.phone if sign in "0123456789+"),
    }
    response = aiohttp_jinja2.render_template(template, request, {**about, **context}, app_key=JINJA, status=status)
    response.headers.update(_HEADERS)
    return response
