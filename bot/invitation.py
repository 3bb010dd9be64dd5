"""The calendar file of an appointment, as neutral as can be (rule 11), and the ways it reaches the person.

Whoever looks into someone's calendar reads *an appointment*, when, and at most the address of an office: no debts, no
municipality, no names. The file goes along where the channel takes one; a link to it works everywhere, for as long as
the appointment is news, and always tells how it stands now: a calendar takes what has the same UID and a higher
SEQUENCE as a change of what it has (RFC 5545, 3.8.4.7 and 3.8.7.4).
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import unicodedata
from datetime import timedelta

from aiohttp import web
from sqlalchemy import bindparam, select

from bot.channels.limits import LIMITS
from bot.clock import from_ms, to_ms
from bot.content import Content, Upload
from bot.house import HOUSE, House
from bot.privacy.vault import Unreadable
from bot.talk import Talk
from bot.uploads import CALENDAR, file_name
from flows.agenda import Kind
from flows.text import t
from storage.tables import appointment, conversation, person

TITLE = t("invitation.title", "Afspraak")
FILE = t("invitation.file", "Zet de afspraak in uw agenda: {link}")
OFF = t("invitation.off", "De afspraak gaat niet door. Zo haalt u hem uit uw agenda: {link}")

#: Platforms that take a calendar file. The web chat and WhatsApp show the link instead.
TAKES_FILES = frozenset(name for name, limits in LIMITS.items() if limits.calendar)

#: Bytes of chance in a token: nobody guesses one.
_CHANCE = 16
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
#: What can be in a calendar; what was proposed is nobody's yet, and what was withdrawn never was.
_SHOWN = frozenset({"booked", "held", "no_show", "cancelled"})
_AT_OURS = frozenset(kind.value for kind in Kind if kind.at_ours)
#: In a place as the municipality worded it for residents: better no place in a calendar than one that says why.
_TELLS = re.compile("schuld|incasso|kredietbank|deurwaarder|geldzorg|debt", re.IGNORECASE)
#: So long after its end the link works.
_KEPT = timedelta(days=30)

_FOUND = (
    select(
        appointment.c.kind,
        appointment.c.state,
        appointment.c.starts_at,
        appointment.c.ends_at,
        appointment.c.sequence,
        appointment.c.details_sealed,
        person.c.language,
    )
    .join(conversation, conversation.c.id == appointment.c.conversation_id)
    .join(person, person.c.id == conversation.c.person_id)
    .where(appointment.c.calendar_index == bindparam("index"))
)


# ---- token and link ------------------------------------------------------------------------------------------------


def new_token() -> str:
    """Stands for one appointment as long as it is there, also when it is moved."""
    return secrets.token_urlsafe(_CHANCE)


def index(house: House, token: str) -> bytes:
    """What an appointment is found by (``appointment.calendar_index``)."""
    return house.vault.index("calendar", token)


def link(house: House, token: str) -> str:
    """Where the calendar file is."""
    return f"{house.config.web.public_url}/a/{token}.ics"


def takes_files(channel: str | None) -> bool:
    """Whether the file itself goes there, so that no screen has to show the link."""
    return channel in TAKES_FILES


def where(kind: str, place: str) -> str:
    """The place as far as a calendar may show it: an office of ours whose name gives nothing away. Someone's own
    address, or one where they agreed to meet, stays between us."""
    return place if kind in _AT_OURS and not _TELLS.search(place) else ""


# ---- the file ------------------------------------------------------------------------------------------------------


def calendar_file(
    house: House,
    *,
    token: str,
    sequence: int,
    starts_at: int,
    ends_at: int,
    made_at: int,
    language: str,
    place: str = "",
    cancelled: bool = False,
) -> bytes:
    """iCalendar (RFC 5545) of one appointment: instants in milliseconds UTC, ``made_at`` that of this very file."""
    import icalendar  # 3 MB of memory, for who never makes one

    event = icalendar.Event()
    # Of the token, that nobody comes from the calendar to the link; without our host, which may say what we are about.
    event.add("uid", hashlib.sha256(token.encode()).hexdigest())
    event.add("sequence", sequence)
    event.add("dtstamp", from_ms(made_at).replace(microsecond=0))
    event.add("dtstart", from_ms(starts_at))
    event.add("dtend", from_ms(ends_at))
    event.add("summary", house.tongue.say(TITLE, language))
    if shown := _one_line(place):
        event.add("location", shown)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Afspraak//1.0//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _one_line(words: str) -> str:
    """Without what no line of a calendar may hold: control characters, and halves of characters."""
    kept = (sign for sign in " ".join(words.split()) if unicodedata.category(sign) not in ("Cc", "Cs"))
    return "".join(kept)


# ---- on its way ----------------------------------------------------------------------------------------------------


def attach(
    talk: Talk, *, token: str, sequence: int, starts_at: int, ends_at: int, place: str, cancelled: bool = False
) -> None:
    """Says where the appointment can be had for a calendar, with the file, where the person's channel takes one;
    elsewhere nothing. Instants in milliseconds UTC; ``place`` as `where` gives it. The words stand by themselves: the
    message may yet go through another channel, and the file is left out there (``bot.seintje``)."""
    if not takes_files(talk.channel):
        return
    house, language = talk.house, talk.session.language
    data = calendar_file(
        house,
        token=token,
        sequence=sequence,
        starts_at=starts_at,
        ends_at=ends_at,
        made_at=talk.now,
        language=language,
        place=place,
        cancelled=cancelled,
    )
    said = (OFF if cancelled else FILE).but(link=link(house, token))
    content = Content(house.tongue.say(said, language), language, kind="file", texts=(said,))
    talk.add_message("bot", content, uploads=(Upload(CALENDAR, data),), send=True)


# ---- the page ------------------------------------------------------------------------------------------------------


async def show(request: web.Request) -> web.Response:
    """``GET /a/{token}.ics``: the file as the appointment stands now. Looking changes nothing: robots look at links
    before people do. Of whatever is none, or none any more, a plain 404: nobody learns what it was."""
    house, token = request.app[HOUSE], request.match_info["token"]
    data = await _current(house, token) if _TOKEN.fullmatch(token) else None
    if data is None:
        raise web.HTTPNotFound
    headers = {
        "Content-Type": f"{CALENDAR}; charset=utf-8; method=PUBLISH",
        "Content-Disposition": f'attachment; filename="{file_name(CALENDAR)}"',
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return web.Response(body=data, headers=headers)


async def _current(house: House, token: str) -> bytes | None:
    async with house.db.read() as conn:
        row = (await conn.execute(_FOUND, {"index": index(house, token)})).first()
    now = house.clock.now()
    if row is None or row.state not in _SHOWN or now - from_ms(row.ends_at) > _KEPT:
        return None
    try:
        await house.vault.prepare({house.vault.key_of(row.details_sealed)})
        details = json.loads(house.vault.unseal_text(row.details_sealed, "appointment"))
    except Unreadable:  # erased
        return None
    return calendar_file(
        house,
        token=token,
        sequence=row.sequence,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        made_at=to_ms(now),
        language=row.language,
        place=where(row.kind, str(details.get("place") or "")),
        cancelled=row.state == "cancelled",
    )


def setup(app: web.Application) -> None:
    """Adds the page."""
    app.router.add_get("/a/{token}.ics", show)
