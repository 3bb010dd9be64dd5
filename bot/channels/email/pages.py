"""The page behind the link in every letter: *this address is mine*, *no more mail*.

It is the same for every link, known or not, and looking changes nothing: robots look at links before people do. What is
posted does it, without a cookie: the link is the proof. Mail programs post *no more mail* by themselves (RFC 8058).
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot import letters
from bot import web as web_
from bot.channels.email import texts
from bot.channels.webchat import texts as chat_texts
from bot.channels.webchat.guard import call_text, language_of
from bot.channels.webchat.pages import ASSETS
from bot.house import HOUSE
from bot.letters import Standing, Wish
from flows.text import Text
from locales import direction, own_name

JINJA: web.AppKey[jinja2.Environment] = web.AppKey("mail templates")

_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
#: Bytes of a form; what is asked takes some twenty, in parts a few hundred.
_LARGEST = 4096

#: Never kept by anyone; the page's address goes nowhere else, and our own form may say that it is ours.
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept-Language", "Referrer-Policy": "same-origin"}


async def ask(request: web.Request) -> web.Response:
    """What can be asked; nothing is looked up."""
    return _page(request, texts.ASKED, (texts.WHY,), (Wish.CONFIRM, Wish.STOP))


async def answer(request: web.Request) -> web.Response:
    """Does what was asked; the same twice is one."""
    body = await _body(request)
    one_click = _is_one_click(request, body)
    if not one_click and not web_.is_from_here(request, unsaid=True):
        return _page(request, chat_texts.PAGE["elsewhere"], status=403)
    wish = Wish.STOP if one_click else _wish(request, body)
    if wish is None:
        return _page(request, chat_texts.PAGE["malformed"], status=400)
    house = request.app[HOUSE]
    address_id = letters.address_of(house, request.match_info["token"])
    standing = None if address_id is None else await letters.decide(house, address_id, wish)
    if standing is None:
        return _page(request, texts.UNKNOWN, status=404)
    said = (texts.STOPPED,) if wish is Wish.CONFIRM and standing.stopped else ()
    return _page(request, texts.DONE[wish], said, _left(standing))


def _left(standing: Standing) -> tuple[Wish, ...]:
    """What can be asked next."""
    confirm = () if standing.confirmed or standing.stopped else (Wish.CONFIRM,)
    return (*confirm, Wish.RESUME if standing.stopped else Wish.STOP)


async def _body(request: web.Request) -> bytes:
    if request.content_type not in (_FORM, _MULTIPART):
        return b""
    raw = bytearray()
    async with web_.in_time(web_.FORM_TIME):
        async for chunk in request.content.iter_chunked(_LARGEST):
            raw += chunk
            if len(raw) > _LARGEST:
                raise web.HTTPRequestEntityTooLarge(_LARGEST, len(raw))
    return bytes(raw)


def _is_one_click(request: web.Request, body: bytes) -> bool:
    """What a mail program posts, as a form of one field; in parts it may look in many ways."""
    if request.content_type == _MULTIPART:
        return b'"List-Unsubscribe"' in body and b"One-Click" in body
    return body.strip() == b"List-Unsubscribe=One-Click"


def _wish(request: web.Request, body: bytes) -> Wish | None:
    if request.content_type != _FORM:
        return None
    try:
        (wish,) = parse_qs(body.decode("ascii"), max_num_fields=1)["wish"]
        return Wish(wish)
    except (ValueError, KeyError):
        return None


def _page(
    request: web.Request, title: Text, more: Sequence[Text] = (), wishes: Sequence[Wish] = (), *, status: int = 200
) -> web.Response:
    house, language = request.app[HOUSE], language_of(request)

    is_asked = request.method != "POST"  # an answer cannot be fetched again in another language

    def say(text: Text) -> str:
        filled = text.but(gemeente=house.gemeente.name) if "{gemeente}" in text.msgid else text
        return house.tongue.say(filled, language)

    context = {
        "language": language,
        "dir": direction(language),
        "gemeente": house.gemeente,
        "has_logo": house.config.logo is not None,
        "assets": request.app[ASSETS],
        "title": say(title),
        "more": [say(text) for text in more],
        "wishes": [(wish.value, texts.ICONS[wish], say(texts.WISHES[wish]), wish is not Wish.STOP) for wish in wishes],
        "call": call_text(house, language),
        "phone": "".join(sign for sign in house.gemeente.phone if sign in "0123456789+"),
        "languages": [(code, own_name(code)) for code in house.gemeente.languages if code != language and is_asked],
        "languages_name": say(chat_texts.PAGE["languages"]),
    }
    response = aiohttp_jinja2.render_template("mail.html", request, context, app_key=JINJA, status=status)
    response.headers.update(_HEADERS)
    return response
