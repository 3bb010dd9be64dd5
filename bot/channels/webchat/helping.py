"""The page of someone who helps a resident: they read along, and write along where that was allowed.

A browser has a cookie of its own for this: who helps may have a conversation here themselves. For a link or a cookie
that ended, expired, was forged or never was there is one answer: nothing to see.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aiohttp_jinja2
from aiohttp import web

from bot import web as web_
from bot.channels.webchat import helping_texts, texts
from bot.channels.webchat.api import BUTTON, CLIENT_ID, MOST_SEQ, PAGE_SIZE, answer, number
from bot.channels.webchat.guard import TEXT_LIMIT, TOKEN, answers, body, is_https, language_of, matched, say, text_in
from bot.channels.webchat.guard import words as words_of_page
from bot.channels.webchat.limits import LIMITS, Streams
from bot.channels.webchat.messages import named, names_of_staff
from bot.channels.webchat.pages import ASSETS, HEADERS, JINJA
from bot.channels.webchat.streams import HEARTBEAT, LONGEST
from bot.clock import from_ms
from bot.errors import Refused
from bot.helping import acting, keeping, shown
from bot.helping.keeping import Guest
from bot.helping.shown import Shown
from bot.house import HOUSE, House
from bot.privacy.vault import Unreadable
from bot.signals import wait
from bot.takeover import locked
from flows.grammar import Tapped, Text, Typed
from locales import direction

COOKIE = "klopaan_with"
#: Over https: no other host or path can set it.
HOST_COOKIE = "__Host-klopaan_with"

#: The streams that are open, by helper.
STREAMS: web.AppKey[Streams] = web.AppKey("streams of helpers")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes() -> list[web.RouteDef]:
    """What ``bot.channels.webchat.setup`` adds."""
    return [
        web.get("/meelezen", page),
        web.get("/m/{token}", page),
        web.post("/meelezen/look", _for_helpers(look)),
        web.post("/meelezen/open", _for_helpers(open_)),
        web.get("/meelezen/messages", _for_helpers(messages)),
        web.get("/meelezen/events", _for_helpers(events)),
        web.post("/meelezen/message", _for_helpers(say_something)),
        web.post("/meelezen/leave", _for_helpers(leave)),
    ]


def _for_helpers(handler: Handler) -> Handler:
    """As for everyone who asks the web chat something; who was erased is nobody, as who never was."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Unreadable:
            raise Refused("nothing") from None

    return answers(handle)


# ---- the page, and coming in ---------------------------------------------------------------------------------------


async def page(request: web.Request) -> web.Response:
    """The same page for every link and for none, so that a robot that looks ahead opens nothing and learns nothing."""
    house, language = request.app[HOUSE], language_of(request)
    said = words_of_page(house, language)
    own = {name: say(house, text, language) for name, text in helping_texts.PAGE.items()}
    refused = {name: say(house, text, language) for name, text in helping_texts.REFUSED.items()}
    said = {**said, "say": {**said["say"], **own, **refused}}
    context = {
        **said,
        "gemeente": house.gemeente,
        "no_script": say(house, texts.NO_SCRIPT, language),
        "has_logo": house.config.logo is not None,
        "assets": request.app[ASSETS],
        "data": {**said, "invited": "token" in request.match_info},
    }
    response = aiohttp_jinja2.render_template("helping.html", request, context, app_key=JINJA)
    response.headers.update(HEADERS)
    response.enable_compression()
    return response


async def look(request: web.Request) -> web.Response:
    """``{link}``: who is invited by it. Uses nothing up."""
    guest, _ = await _invited(request)
    return answer(_told(request, guest) | {"asks": _say(request, helping_texts.WHO.but(name=guest.name))})


async def open_(request: web.Request) -> web.Response:
    """``{link}``: they say that it is them; from now on this browser reads along, and no other one."""
    guest, link = await _invited(request)
    house, token = request.app[HOUSE], secrets.token_urlsafe(32)
    async with locked(house, guest.conversation_id) as (one, conn):
        is_theirs = await keeping.still_invited(one, conn, guest, link)
        if not is_theirs or not await keeping.open_(one, conn, guest, token):
            raise Refused("nothing")
    response = answer(_told(request, guest))
    seconds = max(0, (guest.until - int(house.clock.now().timestamp() * 1000)) // 1000)
    response.set_cookie(_cookie(house), token, max_age=seconds, path="/", **_safely(house))
    return response


async def leave(request: web.Request) -> web.Response:
    """They want to read along no longer."""
    guest = await _someone(request)
    await body(request)
    async with locked(request.app[HOUSE], guest.conversation_id) as (one, conn):
        await keeping.leave(one, conn, guest)
    response = answer({"ok": True})
    response.del_cookie(_cookie(request.app[HOUSE]), path="/", **_safely(request.app[HOUSE]))
    return response


async def _invited(request: web.Request) -> tuple[Guest, str]:
    link = text_in(await body(request), "link", 100)
    wrong, place = request.app[LIMITS].wrong_codes, web_.place(request)
    wrong.check(place)
    guest = await keeping.look(request.app[HOUSE], link) if link is not None and TOKEN.fullmatch(link) else None
    if guest is None or link is None:
        wrong.take(place)
        raise Refused("nothing")
    return guest, link


# ---- reading along -------------------------------------------------------------------------------------------------


async def messages(request: web.Request) -> web.Response:
    """The newest messages, those ``?after=seq``, or a page of those ``?before=seq``: of what is for helpers, numbered
    as if there were no others."""
    guest, house = await _someone(request), request.app[HOUSE]
    after, before = number(request, "after", MOST_SEQ), number(request, "before", MOST_SEQ)
    found = await shown.messages(house, guest, after=after, before=before or MOST_SEQ, limit=PAGE_SIZE)
    staff = await names_of_staff(house, {one.staff_id for one in found if one.staff_id is not None})
    earlier = after is None and len(found) == PAGE_SIZE
    drawn = [_as_json(request, one, guest, staff) for one in found]
    return answer({"messages": drawn, "earlier": earlier, **_told(request, guest)})


async def events(request: web.Request) -> web.StreamResponse:
    """A stream that tells the number of the newest message for helpers; of others nothing, not even that they came."""
    guest = await _someone(request)
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    streams, writing = request.app[STREAMS], asyncio.create_task(_tell(request, response, guest))
    streams.add(guest.id, writing)
    try:
        with suppress(asyncio.CancelledError, ConnectionError):
            await writing
    finally:
        writing.cancel()
        streams.remove(guest.id, writing)
    return response


async def _tell(request: web.Request, response: web.StreamResponse, guest: Guest) -> None:
    house, until = request.app[HOUSE], time.monotonic() + LONGEST
    known, beat = number(request, "after", MOST_SEQ) or 0, time.monotonic() + HEARTBEAT
    async with house.signals.subscribe(str(guest.conversation_id)) as news:
        await response.prepare(request)
        await response.write(b"retry: 3000\n\n")
        while True:
            now = await _find(request)
            if now is None or now.id != guest.id:
                await response.write(b"event: closed\ndata: 0\n\n")
                return
            newest = await shown.newest(house, now)
            if newest > known:
                known = newest
                await response.write(f"id: {known}\ndata: {known}\n\n".encode())
            # By the clock alone: what happens that is not for helpers does not put it off either.
            if (at := time.monotonic()) >= beat:
                beat = at + HEARTBEAT
                await response.write(b":\n\n")
            if at >= until:
                return
            await wait(news, min(beat, until) - at)


# ---- writing along -------------------------------------------------------------------------------------------------


async def say_something(request: web.Request) -> web.Response:
    """``{client_id, text | tap}``; the same client id twice is one message. ``texts`` are for who wrote it alone."""
    guest = await _someone(request)
    data = await body(request)
    client_id = matched(text_in(data, "client_id", 36), CLIENT_ID)
    text, tap = text_in(data, "text", TEXT_LIMIT), text_in(data, "tap", 200)
    if (text is None) == (tap is None) or (text is not None and not text.strip()):
        raise Refused("malformed")
    request.app[LIMITS].says.take(("helper", guest.id))
    said = Typed(text) if text is not None else Tapped(matched(tap, BUTTON))
    became = await acting.say(request.app[HOUSE], guest, said, client_id, language_of(request))
    return answer({"ok": True, "texts": list(became.texts)})


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _find(request: web.Request) -> Guest | None:
    token = request.cookies.get(_cookie(request.app[HOUSE]), "")
    return await keeping.find(request.app[HOUSE], token) if TOKEN.fullmatch(token) else None


async def _someone(request: web.Request) -> Guest:
    """Whose browser this is. Raises ``Refused("nothing")``."""
    guest = await _find(request)
    if guest is None:
        raise Refused("nothing")
    return guest


def _told(request: web.Request, guest: Guest) -> dict[str, Any]:
    last = request.app[HOUSE].calendar.day_of(from_ms(guest.until - 1))
    return {"until": _say(request, helping_texts.UNTIL.but(until=last)), "acts": guest.may == "act"}


def _as_json(request: web.Request, one: Shown, guest: Guest, staff: dict[int, str]) -> dict[str, Any]:
    house, content = request.app[HOUSE], one.content
    return {
        "seq": one.place,
        "at": one.at,
        "author": one.author,
        "own": one.helper_id == guest.id,
        "who": _who(request, one, guest, staff),
        "text": one.text,
        "kind": content.kind,
        "lang": content.language,
        "dir": "auto" if one.author != "bot" and not content.texts else direction(content.language),
        "buttons": [
            {
                "data": button.data,
                "icon": button.icon,
                "label": button.label,
                "lang": named(house, button),
                "box": False,
                "ticked": False,
            }
            for button in one.buttons
        ],
        "files": [],
    }


def _who(request: web.Request, one: Shown, guest: Guest, staff: dict[int, str]) -> str:
    """Of another helper the name is not told: the person may not want the two to know of each other."""
    match one.author:
        case "bot":
            return _say(request, texts.BOT)
        case "caseworker":
            name = staff.get(one.staff_id or 0)
            return _say(request, texts.CASEWORKER.but(name=name) if name else texts.A_CASEWORKER)
        case "helper":
            return guest.name if one.helper_id == guest.id else _say(request, helping_texts.PAGE["with_other"])
    return _say(request, helping_texts.PAGE["with_person"])


def _say(request: web.Request, text: Text) -> str:
    return say(request.app[HOUSE], text, language_of(request))


def _cookie(house: House) -> str:
    return HOST_COOKIE if is_https(house) else COOKIE


def _safely(house: House) -> dict[str, Any]:
    return {"httponly": True, "samesite": "Strict", "secure": is_https(house)}
