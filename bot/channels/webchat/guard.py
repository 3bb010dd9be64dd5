"""Who may ask what of the web chat: the cookie, the same origin, limits, and refusals in the person's language."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from aiohttp import web

from bot import identity
from bot import web as web_
from bot.channels.webchat import helping_texts, texts
from bot.conversation import Gone
from bot.errors import Refused
from bot.house import HOUSE, House
from bot.identity import Whom
from bot.privacy.masking import LONGEST
from bot.privacy.vault import Unreadable
from flows.text import Text
from locales import direction

CHANNEL = "webchat"
COOKIE = "klopaan_chat"
#: Over https: no other host or path can set it, so that nobody can put someone in a conversation that they can read.
HOST_COOKIE = "__Host-klopaan_chat"

#: Bytes of a JSON body. Far above `TEXT_LIMIT`, so that a text that is too long is told so.
BODY_LIMIT = 256 * 1024
#: Characters of one typed message.
TEXT_LIMIT = LONGEST
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")

_STATUS = {
    "malformed": 400,
    "closed_here": 401,
    "pin_needed": 401,
    "pin_wrong": 401,
    "elsewhere": 403,
    "gone": 404,
    "nothing": 404,
    "only_reads": 403,
    "theirs": 409,
    "unknown": 404,
    "link_gone": 404,
    "too_long": 413,
    "files_full": 413,
    "wrong_type": 415,
    "pin_form": 422,
    "busy": 429,
}

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class TooBig(Refused):
    """A file above the municipality's limit."""

    def __init__(self) -> None:
        super().__init__("too_big")


def answers(handler: Handler) -> Handler:
    """Turns a refusal into its status and a short text in the person's language; nothing was changed then."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            # One that says nothing is no browser of today.
            if request.method == "POST" and not web_.is_from_here(request, unsaid=False):
                raise Refused("elsewhere")
            return await handler(request)
        except ConnectionError:
            return web.Response(status=400)  # the page went away half-way; nobody gets this answer
        except (Unreadable, Gone):  # erased, or part of another conversation, perhaps this very moment
            return _refusal(request, Refused("busy" if await _is_here(request) else "closed_here"))
        except Refused as refused:
            return _refusal(request, refused)

    return answer


def _refusal(request: web.Request, refused: Refused) -> web.Response:
    house = request.app[HOUSE]
    code, status, headers = refused.code, _STATUS.get(refused.code, 400), {"Cache-Control": "no-store"}
    match refused:
        case identity.Wait(seconds=seconds):
            words, status = texts.WAIT.but(minutes=math.ceil(seconds / 60)), 429
            headers["Retry-After"] = str(seconds)
        case TooBig():
            words, status = texts.TOO_BIG.but(mb=house.config.web.upload_limit_mb), 413
        case _:
            words = texts.PAGE.get(code) or helping_texts.REFUSED.get(code) or texts.PAGE["malformed"]
            if code == "busy":
                headers["Retry-After"] = "5"
    said = house.tongue.say(words, language_of(request))
    return web.json_response({"error": code, "text": said}, status=status, headers=headers)


# ---- who asks ------------------------------------------------------------------------------------------------------


def token_of(request: web.Request) -> str | None:
    """The token in the cookie, if it has the form of one."""
    token = request.cookies.get(_cookie(request.app[HOUSE]), "")
    return token if TOKEN.fullmatch(token) else None


async def who(request: web.Request) -> Whom | None:
    """Whose browser this is, as far as we know."""
    token = token_of(request)
    return None if token is None else await identity.find(request.app[HOUSE], CHANNEL, token)


async def _is_here(request: web.Request) -> bool:
    """Whether this browser has a conversation that can be read: then the page only has to ask again."""
    whom = await who(request)
    if whom is None:
        return False
    vault = request.app[HOUSE].vault
    await vault.prepare([whom.key_id])
    try:
        vault.seal(whom.key_id, "readable", b"")
    except Unreadable:
        return False
    return True


async def someone(request: web.Request) -> Whom:
    """Whose browser this is. Raises ``Refused("closed_here")`` when the cookie is missing, forged or revoked."""
    whom = await who(request)
    if whom is None:
        raise Refused("closed_here")
    return whom


def remember(request: web.Request, response: web.Response, token: str) -> None:
    """Puts the token in a cookie that scripts cannot read and other sites cannot use."""
    house = request.app[HOUSE]
    response.set_cookie(
        _cookie(house),
        token,
        max_age=house.config.web.session_days * 24 * 3600,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=is_https(house),
    )


def forget(request: web.Request, response: web.Response) -> None:
    """Takes the cookie away."""
    house = request.app[HOUSE]
    response.del_cookie(_cookie(house), path="/", samesite="Strict", httponly=True, secure=is_https(house))


def _cookie(house: House) -> str:
    return HOST_COOKIE if is_https(house) else COOKIE


def is_https(house: House) -> bool:
    """Whether people come over https: then cookies are for that alone."""
    return house.config.web.public_url.startswith("https:")


def language_of(request: web.Request) -> str:
    """``?taal=``, else the best of Accept-Language that the municipality has, else its first language."""
    known = request.app[HOUSE].gemeente.languages
    asked = request.query.get("taal", "")
    if asked in known:
        return asked
    wanted = []
    for place, part in enumerate(request.headers.get("Accept-Language", "").split(",")[:20]):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), place, tag.partition("-")[0].lower()))
        except ValueError:
            continue
    return next((tag for _, _, tag in sorted(wanted) if tag in known), known[0])


def words(house: House, language: str) -> dict[str, Any]:
    """All texts of the page, for the script and the template."""
    say = house.tongue.say
    said: dict[str, Any] = {name: say(text, language) for name, text in texts.PAGE.items()}
    said["title"] = say(texts.TITLE.but(gemeente=house.gemeente.name), language)
    said["too_big"] = say(texts.TOO_BIG.but(mb=house.config.web.upload_limit_mb), language)
    phone = _whole(house.gemeente.phone)
    forgotten = texts.PIN_FORGOTTEN.but(phone=phone) if phone else texts.PIN_FORGOTTEN_ASK
    said["pin_forgotten"] = say(forgotten, language)
    said["link_what"] = say(texts.LINK_WHAT.but(days=house.config.web.personal_link_days), language)
    return {"language": language, "dir": direction(language), "say": said}


def call_text(house: House, language: str) -> str:
    """How to reach the municipality by phone, or nothing."""
    phone = _whole(house.gemeente.phone)
    return house.tongue.say(texts.CALL.but(phone=phone), language) if phone else ""


def _whole(phone: str) -> str:
    """A number that is not broken over two lines."""
    return phone.replace(" ", "\u00a0")


def say(house: House, text: Text, language: str) -> str:
    """One text of this channel."""
    return house.tongue.say(text, language)


# ---- what is asked -------------------------------------------------------------------------------------------------


async def body(request: web.Request) -> dict[str, Any]:
    """The JSON object in a request. Raises ``Refused``: ``malformed``, ``too_long``."""
    if request.content_type != "application/json":
        raise Refused("malformed")
    raw = bytearray()
    async with web_.in_time(web_.FORM_TIME):
        async for chunk in request.content.iter_chunked(16 * 1024):
            raw += chunk
            if len(raw) > BODY_LIMIT:
                raise Refused("too_long")
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused("malformed") from None
    if not isinstance(data, dict):
        raise Refused("malformed")
    return data


def text_in(data: dict[str, Any], name: str, most: int) -> str | None:
    """A text in ``data``, None when it is absent. Raises ``Refused``: ``malformed``, ``too_long``."""
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Refused("malformed")
    if len(value) > most:
        raise Refused("too_long")
    # Half an emoji, cut off by a keyboard, is no Unicode text and could not be stored.
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def matched(value: str | None, pattern: re.Pattern[str]) -> str:
    """``value`` when all of it matches. Raises ``Refused("malformed")``."""
    if value is None or not pattern.fullmatch(value):
        raise Refused("malformed")
    return value
