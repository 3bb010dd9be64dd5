"""What the page asks of us while someone is talking: start, say, send a file, look, and how to come back."""

from __future__ import annotations

import re
import secrets
from contextlib import AsyncExitStack
from typing import Any

from aiohttp import BodyPartReader, web
from sqlalchemy import or_, select, update

from bot import identity, lengths, photos, reading, uploads
from bot import web as web_
from bot.channels import start as deep
from bot.channels.webchat.enclosed import beside
from bot.channels.webchat.guard import (
    CHANNEL,
    TEXT_LIMIT,
    TOKEN,
    TooBig,
    body,
    forget,
    language_of,
    matched,
    remember,
    someone,
    text_in,
    token_of,
    who,
)
from bot.channels.webchat.limits import BODIES, LIMITS
from bot.channels.webchat.messages import as_json, names_in
from bot.content import Upload
from bot.conversation import CONVERSATIONS, Inbound, Known
from bot.errors import Refused
from bot.helping.private import DESK
from bot.house import HOUSE, House
from bot.identity import Whom
from flows.grammar import Opened, Picked, Said, Sent, Tapped, Typed
from storage import merging
from storage.outgoing import NOTICES
from storage.tables import message as message_table
from storage.tables import outbox

#: Messages that a page shows at first, and with each *eerdere berichten*.
PAGE_SIZE = 60

CLIENT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
BUTTON = re.compile(r"[!a-z0-9_.:-]{1,200}", re.IGNORECASE)
NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")

#: A seq is a 32-bit integer in both databases, an id a 64-bit one.
MOST_SEQ, _MOST_ID = 2**31 - 1, 2**63 - 1


# ---- beginning and coming back -------------------------------------------------------------------------------------


async def start(request: web.Request) -> web.Response:
    """Begins a conversation, or opens a deep link in one. ``{client_id, language?, flow?, source?}``."""
    data = await body(request)
    client_id = matched(text_in(data, "client_id", 36), CLIENT_ID)
    flow, source = (_optional(data, name) for name in ("flow", "source"))
    house = request.app[HOUSE]
    whom, token = await who(request), token_of(request)
    if whom is None or token is None:
        request.app[LIMITS].starts.take(web_.place(request))
        token = secrets.token_urlsafe(32)
    else:
        request.app[LIMITS].says.take(whom.address_id)
    asked = text_in(data, "language", 12)
    hint = asked if asked in house.gemeente.languages else language_of(request)
    if whom is None or flow:
        wanted, place = deep.find(flow or "", house.flows)
        said = Opened(wanted, source, hint, place)
        await request.app[CONVERSATIONS].receive(
            Inbound(CHANNEL, token, client_id, said, hint=hint, place=web_.place(request))
        )
    response = answer({"ok": True})
    remember(request, response, token)
    return response


async def resume(request: web.Request) -> web.Response:
    """Opens a conversation in this browser with the person's code or link. ``{code | link, pin?}``."""
    data = await body(request)
    code, link, pin = (text_in(data, name, 100) for name in ("code", "link", "pin"))
    house, wrong = request.app[HOUSE], request.app[LIMITS].wrong_codes
    if link is None:  # nobody guesses a link: who has one is not to wait for who guesses codes beside them
        wrong.check(web_.place(request))
    request.app[LIMITS].starts.check(web_.place(request))
    try:
        if code is not None:
            whom = await identity.resume(house, code, pin)
        elif link is not None and TOKEN.fullmatch(link):
            whom = await identity.use_link(house, link, pin)
        else:
            raise Refused("unknown")
    except Refused as refused:
        if refused.code == "unknown" and link is not None:
            raise Refused("link_gone") from None
        if refused.code == "unknown":
            wrong.take(web_.place(request))
        raise
    request.app[LIMITS].starts.take(web_.place(request))
    token = secrets.token_urlsafe(32)
    await identity.attach_address(house, whom.person_id, CHANNEL, token)
    response = answer({"ok": True})
    remember(request, response, token)
    return response


async def leave(request: web.Request) -> web.Response:
    """*Snel weg*: this browser's cookie opens nothing any more, and the browser is told to forget the page."""
    whom = await who(request)
    if whom is not None:
        await identity.forget_address(request.app[HOUSE], whom)
        request.app[HOUSE].signals.publish([str(whom.conversation_id)])
    response = web.Response(status=204, headers={"Clear-Site-Data": '"cache", "storage"', "Cache-Control": "no-store"})
    forget(request, response)
    return response


async def me(request: web.Request) -> web.Response:
    """Whether this browser has a conversation. ``mark`` tells one conversation from another and means nothing else."""
    whom = await who(request)
    if whom is None:
        return answer({"started": False})
    return answer({"started": True, "mark": _mark(request.app[HOUSE], whom.conversation_id)})


# ---- saying --------------------------------------------------------------------------------------------------------


async def say_something(request: web.Request) -> web.Response:
    """``{client_id, text | tap | picked: {screen, choices}}``; the same client id twice is one message."""
    whom = await someone(request)
    data = await body(request)
    client_id = matched(text_in(data, "client_id", 36), CLIENT_ID)
    said = _said(data)
    request.app[LIMITS].says.take(whom.address_id)
    return await _receive(request, whom, client_id, said)


async def upload(request: web.Request) -> web.Response:
    """A form of ``client_id``, ``file`` and perhaps ``caption``."""
    whom = await someone(request)
    request.app[LIMITS].uploads.take(whom.address_id)  # before it is read: many at once are memory too
    limit = request.app[HOUSE].config.web.upload_limit_mb * 1024 * 1024
    if request.content_type != "multipart/form-data":
        raise Refused("malformed")
    most = limit + 64 * 1024
    size = most if request.content_length is None else request.content_length
    if size > most:
        raise TooBig
    place, budget = web_.place(request), request.app[LIMITS].bytes
    budget.take(place, size)  # before it is read: files that come at the same moment count too
    async with AsyncExitStack() as in_memory:
        try:
            async with web_.in_time(web_.FILE_TIME):
                await in_memory.enter_async_context(request.app[BODIES].one(place))
                fields = await _fields(request, {"client_id": 36, "caption": 4 * TEXT_LIMIT, "file": limit})
            client_id, said, file = await _sent(fields, whom.address_id)
        except BaseException:
            budget.give_back(place, size)  # nothing of it is kept
            raise
        budget.give_back(place, size - sum(map(len, fields.values())))
        return await _receive(request, whom, client_id, said, (file,))


async def _sent(fields: dict[str, bytes], address_id: int | None) -> tuple[str, Sent, Upload]:
    """What a form with a file says. Raises ``Refused``: ``malformed``, ``wrong_type``."""
    client_id = matched(fields.get("client_id", b"").decode("ascii", "replace"), CLIENT_ID)
    data = fields.get("file", b"")
    media_type = uploads.media_type(data)
    if media_type is None:
        raise Refused("wrong_type")
    caption = fields.get("caption", b"").decode("utf-8", "replace")[:TEXT_LIMIT]
    file = await photos.redrawn(Upload(media_type, data), f"address:{address_id}")
    kind = uploads.kind(file.media_type)
    seconds = await lengths.of(data) if kind == "voice" else None
    return client_id, Sent(kind, caption, seconds=seconds), file


async def _receive(
    request: web.Request, whom: Whom, client_id: str, said: Said, files: tuple[Upload, ...] = ()
) -> web.Response:
    token = token_of(request)
    assert token is not None  # whoever got here has one
    assert whom.address_id is not None
    known = Known(whom.address_id, whom.person_id, whom.conversation_id, whom.key_id)
    inbound = Inbound(CHANNEL, token, client_id, said, files, place=web_.place(request))
    receipt = await request.app[CONVERSATIONS].receive(inbound, known)
    return answer({"ok": True, "seq": receipt.seq})


def _said(data: dict[str, Any]) -> Said:
    """The one thing that was said."""
    text, tap, picked = text_in(data, "text", TEXT_LIMIT), text_in(data, "tap", 200), data.get("picked")
    if [text, tap, picked].count(None) != 2:
        raise Refused("malformed")
    if text is not None:
        if not text.strip():
            raise Refused("malformed")
        return Typed(text)
    if tap is not None:
        return Tapped(matched(tap, BUTTON))
    if not isinstance(picked, dict):
        raise Refused("malformed")
    screen, choices = matched(text_in(picked, "screen", 100), BUTTON), picked.get("choices")
    if not isinstance(choices, list) or len(choices) > 100:
        raise Refused("malformed")
    return Picked(screen, tuple(matched(choice if isinstance(choice, str) else None, BUTTON) for choice in choices))


async def _fields(request: web.Request, most: dict[str, int]) -> dict[str, bytes]:
    """The parts of a form that we know, each at most so many bytes; reading stops at the first that is larger."""
    found: dict[str, bytes] = {}
    try:
        form = await request.multipart()
        while (part := await form.next()) is not None:
            if not isinstance(part, BodyPartReader) or part.name not in most or part.name in found:
                raise Refused("malformed")
            data = bytearray()
            while chunk := await part.read_chunk(64 * 1024):
                data += chunk
                if len(data) > most[part.name]:
                    raise TooBig if part.name == "file" else Refused("too_long")
            found[part.name] = bytes(data)
    except (ValueError, AssertionError, web.HTTPException):  # what the parser raises at a form that is none
        raise Refused("malformed") from None
    return found


# ---- looking -------------------------------------------------------------------------------------------------------


async def messages(request: web.Request) -> web.Response:
    """The newest messages, those ``?after=seq``, or a page of those ``?before=seq``."""
    whom = await someone(request)
    house = request.app[HOUSE]
    after, before = number(request, "after", MOST_SEQ), number(request, "before", MOST_SEQ)
    if after is not None:
        found = await reading.messages(house, whom.conversation_id, after=after)
    else:
        found = await reading.messages(house, whom.conversation_id, before=before or MOST_SEQ, limit=PAGE_SIZE)
    former = await _former(house, whom) if after is None else []
    found = [one for one in found if one.private < DESK]
    names = await names_in(house, found)
    return answer(
        {
            "messages": [as_json(house, one, names, whom.language) | await beside(house, one) for one in found],
            "earlier": after is None and bool(found) and found[0].seq > 1,
            "language": whom.language,
            "mark": _mark(house, whom.conversation_id),
            "former": former,
        }
    )


async def seen(request: web.Request) -> web.Response:
    """``{seq}``: the person has the messages up to this one on the screen."""
    whom = await someone(request)
    seq = (await body(request)).get("seq")
    if type(seq) is not int or not 0 <= seq <= MOST_SEQ:
        raise Refused("malformed")
    house = request.app[HOUSE]
    shown = select(message_table.c.id).where(
        message_table.c.conversation_id == whom.conversation_id, message_table.c.seq <= seq
    )
    async with house.db.begin() as conn:
        result = await conn.execute(
            update(outbox)
            .where(
                outbox.c.conversation_id == whom.conversation_id,
                # What was only announced elsewhere is read here.
                or_(outbox.c.channel == CHANNEL, outbox.c.style.in_(NOTICES)),
                outbox.c.state.in_(("sent", "delivered")),
                outbox.c.message_id.in_(shown),
            )
            .values(state="read")
        )
    if result.rowcount:
        house.signals.publish([str(whom.conversation_id)])
    return answer({"ok": True})


async def attachment(request: web.Request) -> web.Response:
    """A file of one's own conversation. Only pictures and sound are shown in place; names are neutral (rule 11)."""
    whom = await someone(request)
    number = int(request.match_info["id"])
    found = await reading.attachment(request.app[HOUSE], number) if number <= _MOST_ID else None
    if found is None or found[0] != whom.conversation_id:
        raise Refused("gone")
    _, media_type, data = found
    shown = "inline" if media_type in uploads.INLINE else "attachment"
    return web.Response(
        body=data,
        content_type=media_type,
        headers={
            "Content-Disposition": f'{shown}; filename="{uploads.file_name(media_type)}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


# ---- settings ------------------------------------------------------------------------------------------------------


async def settings(request: web.Request) -> web.Response:
    """What the settings panel shows: the code to come back with, and whether there is a PIN."""
    whom = await someone(request)
    return answer({"code": await identity.own_code(request.app[HOUSE], whom), "has_pin": whom.has_pin})


async def pin(request: web.Request) -> web.Response:
    """``{pin: "1234" | null, current?}``: set, replace or remove the PIN."""
    whom = await someone(request)
    data = await body(request)
    if "pin" not in data:
        raise Refused("malformed")
    request.app[LIMITS].says.take(whom.address_id)
    await identity.set_pin(request.app[HOUSE], whom, text_in(data, "pin", 100), text_in(data, "current", 100))
    return answer({"ok": True})


async def make_link(request: web.Request) -> web.Response:
    """A new personal link."""
    whom = await someone(request)
    await body(request)
    request.app[LIMITS].says.take(whom.address_id)
    house = request.app[HOUSE]
    return answer({"url": f"{house.config.web.public_url}/c/{await identity.make_link(house, whom.person_id)}"})


async def end_links(request: web.Request) -> web.Response:
    """Ends every personal link."""
    whom = await someone(request)
    await body(request)
    await identity.revoke_links(request.app[HOUSE], whom.person_id)
    return answer({"ok": True})


# ---- parts ---------------------------------------------------------------------------------------------------------


def _mark(house: House, conversation_id: int) -> str:
    return house.vault.index("webchat mark", str(conversation_id)).hex()


async def _former(house: House, whom: Whom) -> list[str]:
    """The marks of conversations that became part of this one: what a page still had to say there, it says here."""
    async with house.db.read() as conn:
        return [_mark(house, number) for number in await merging.former(conn, whom.person_id)]


def _optional(data: dict[str, Any], name: str) -> str | None:
    value = text_in(data, name, 40)
    return None if value is None else matched(value, NAME)


def number(request: web.Request, name: str, most: int) -> int | None:
    """A number in the query, at most ``most``; None when there is none. Raises ``Refused("malformed")``."""
    value = request.query.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) < 20 and int(value) <= most):
        raise Refused("malformed")
    return int(value)


def answer(data: dict[str, Any]) -> web.Response:
    """JSON that no cache keeps."""
    return web.json_response(data, headers={"Cache-Control": "no-store"})
