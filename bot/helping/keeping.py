"""Who a resident lets in: invited with a link that they pass on themselves, opened once in one browser, ended by them,
by the time that they chose, or by the one who helped.

We know no address of a helper's, and never write to them. A link and a browser's token are bearer secrets of which only
the keyed index is stored. Who has none, or one that ended, expired or never was, gets the same answer.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import from_ms, to_ms
from bot.errors import Refused
from bot.house import House
from bot.inbound import Fallen
from bot.privacy.vault import Unreadable
from bot.talk import Talk
from flows.grammar import Reply
from flows.helpers import MOST, EndHelper, EndHelpers, Helper, Helpers, Invitation, Invite, May
from flows.naasten import LABEL
from flows.session import Frame
from flows.text import Json, t, verbatim
from storage import helpers as store
from storage.helpers import Found

#: For how many days a link can be opened.
LINK_DAYS = 7
#: The shell's own ping that puts on file that a time is over (``bot.falling``); nobody reads along after it anyway.
ENDS = "helpers.end"

OPENED = t(
    "naasten.opened",
    "{name} heeft de link geopend en leest nu mee. Wilt u dat niet? Kies in het menu: {menu}.",
)


@dataclass(frozen=True, slots=True)
class OnFile:
    """A helper as the desk knows them, whatever became of it. ``until`` is the last day; ``how`` it ended is a code."""

    id: int
    name: str
    may: May
    state: str  # invited|open|ended
    until: date
    how: str | None


@dataclass(frozen=True, slots=True)
class Guest:
    """A helper, as they are found by their link or their browser. ``until`` in milliseconds UTC; they see what came
    after message ``start``."""

    id: int
    person_id: int
    conversation_id: int
    key_id: int
    name: str
    may: May
    until: int
    start: int


# ---- what the person asks for --------------------------------------------------------------------------------------


async def helpers(talk: Talk, conn: AsyncConnection, frame: Frame) -> Helpers:
    """Who helps this person now."""
    rows = await store.active(conn, talk.person_id, talk.now)
    found = tuple(
        Helper(row.id, _name(talk.house, row), row.may, _last_day(talk.house, row.ends_at), row.opened_at is not None)
        for row in rows
    )
    return Helpers(found, talk.columns["danger_at"] is not None, talk.house.config.web.public_url)


async def invitation(talk: Talk, conn: AsyncConnection, frame: Frame) -> Invitation:
    """A new link for who was invited last and did not come yet: the link before it ends. Written at once. Not when the
    same screen is only said again: what they passed on meanwhile would open nothing, and nobody would know."""
    rows = [row for row in await store.active(conn, talk.person_id, talk.now) if row.state == "invited"]
    if not rows or talk.columns["danger_at"] is not None:
        return Invitation("", None, LINK_DAYS)
    house, token, row = talk.house, secrets.token_urlsafe(24), rows[-1]
    stands = row.invite_index is not None and row.invited_at > _since(talk.now)
    offered = talk.session.offered
    if stands and offered is not None and offered.screen == f"{frame.flow}.{frame.screen}":
        return Invitation(_name(house, row), None, LINK_DAYS)
    await store.set_invite(conn, row.id, house.vault.index("helper invite", token), talk.now)
    return Invitation(_name(house, row), f"{house.config.web.public_url}/m/{token}", LINK_DAYS, again=stands)


async def invite(talk: Talk, effect: Invite, conn: AsyncConnection) -> None:
    """The person's consent. Refused ``closed`` (someone is in danger, or a human holds the conversation), ``full``."""
    if talk.columns["danger_at"] is not None or talk.held:
        raise Refused("closed")
    rows = await store.active(conn, talk.person_id, talk.now)
    if len(rows) >= MOST:
        raise Refused("full")
    day = talk.house.calendar.day_of(from_ms(talk.now)) + timedelta(days=effect.days)
    ends_at = to_ms(talk.house.calendar.instant(day, 24 * 60))
    number = await store.add(
        conn,
        {
            "person_id": talk.person_id,
            "name_sealed": talk.seal("helper", effect.name),
            "may": effect.may,
            "state": "invited",
            "invited_at": talk.now,
            "ends_at": ends_at,
        },
    )
    _record(talk, number, "given", may=effect.may, days=effect.days)
    _plan(talk, min([ends_at, *(row.ends_at for row in rows)]))


async def end(talk: Talk, effect: EndHelper, conn: AsyncConnection) -> None:
    """Withdrawn: at once, and nothing is said to the helper."""
    await _end(talk, conn, "withdrawn", only=effect.helper)


async def end_all(talk: Talk, effect: EndHelpers, conn: AsyncConnection) -> None:
    """The same of everyone."""
    await _end(talk, conn, "withdrawn")


async def end_at_desk(talk: Talk, conn: AsyncConnection, number: int, staff_id: int) -> bool:
    """One of us ends it, because the person asked for that; False: there was nothing to end."""
    ended = await store.end(conn, talk.person_id, "withdrawn", talk.now, only=number)
    for one in ended:
        talk.record("consent", {"helper": one, "what": "withdrawn", "at_desk": True}, staff_id=staff_id)
    return bool(ended)


async def leave(talk: Talk, conn: AsyncConnection, guest: Guest) -> None:
    """The helper wants to read along no longer."""
    await _end(talk, conn, "left", only=guest.id)


async def fall(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """The time of one is over: that is put on file, and the next one is waited for."""
    talk.staged.ended.append((ping.ping_id, "done", None))
    for number in await store.end(conn, talk.person_id, "expired", talk.now, before=talk.now):
        _record(talk, number, "expired")
    if rows := await store.active(conn, talk.person_id, talk.now):
        _plan(talk, min(row.ends_at for row in rows))


async def _end(talk: Talk, conn: AsyncConnection, how: str, *, only: int | None = None) -> None:
    for number in await store.end(conn, talk.person_id, how, talk.now, only=only):
        _record(talk, number, how)


def _record(talk: Talk, number: int, what: str, **more: Json) -> None:
    talk.record("consent", {"helper": number, "what": what, **more})


def _plan(talk: Talk, at: int) -> None:
    row: dict[str, Any] = {"conversation_id": talk.id, "kind": ENDS, "created_at": talk.now}
    talk.staged.plans.append({**row, "due_at": at, "about_sealed": None})


# ---- the helper's own browser --------------------------------------------------------------------------------------


async def look(house: House, token: str) -> Guest | None:
    """Who is invited by this link. To look uses nothing up."""
    now = to_ms(house.clock.now())
    async with house.db.read() as conn:
        row = await store.by_invite(conn, house.vault.index("helper invite", token), now, _since(now))
    return await _guest(house, row)


async def open_(talk: Talk, conn: AsyncConnection, guest: Guest, browser: str) -> bool:
    """Opens it in the browser with this token, once: that sees what is said from now on. The person hears of it, in
    their own conversation alone. False: it was opened, or ended, this very moment, or someone is in danger."""
    vault = talk.house.vault
    index = vault.index("helper browser", browser)
    if talk.columns["danger_at"] is not None:
        return False
    if not await store.open_(conn, guest.id, index, talk.now, talk.columns["last_seq"]):
        return False
    _record(talk, guest.id, "opened")
    if not talk.held:  # rule 8; it stands in the list
        talk.say(Reply((OPENED.but(name=verbatim(guest.name), menu=LABEL),), origin="naasten.opened", sensitive=True))
    return True


async def find(house: House, browser: str) -> Guest | None:
    """Whose browser this is, as long as they may read along."""
    now = to_ms(house.clock.now())
    async with house.db.read() as conn:
        row = await store.by_browser(conn, house.vault.index("helper browser", browser), now)
    return await _guest(house, row)


async def still(talk: Talk, conn: AsyncConnection, guest: Guest) -> Found | None:
    """The helper's row, now that the conversation is locked: they may have been ended meanwhile."""
    rows = await store.active(conn, talk.person_id, talk.now)
    return next((row for row in rows if row.id == guest.id and row.state == "open"), None)


async def still_invited(talk: Talk, conn: AsyncConnection, guest: Guest, token: str) -> bool:
    """Whether the link still is theirs, now that the conversation is locked."""
    index = talk.house.vault.index("helper invite", token)
    row = await store.by_invite(conn, index, talk.now, _since(talk.now))
    return row is not None and row.id == guest.id and row.person_id == talk.person_id


async def of_file(house: House, conn: AsyncConnection, person_id: int) -> tuple[OnFile, ...]:
    """Everyone whom this person ever let in, the newest first; one whose time is over has ended."""
    now = to_ms(house.clock.now())
    return tuple(
        OnFile(
            row.id,
            _name(house, row),
            row.may,
            "ended" if row.ends_at <= now else row.state,
            _last_day(house, row.ends_at),
            row.ended_how or ("expired" if row.ends_at <= now else None),
        )
        for row in await store.of(conn, person_id)
    )


async def names(house: House, ids: set[int]) -> dict[int, str]:
    """What the person calls these helpers."""
    if not ids:
        return {}
    async with house.db.read() as conn:
        rows = await store.named(conn, ids)
    await house.vault.prepare({house.vault.key_of(row.name_sealed) for row in rows})
    return {row.id: _name(house, row) for row in rows}


async def _guest(house: House, row: Found | None) -> Guest | None:
    if row is None:
        return None
    await house.vault.prepare([row.key_id])
    try:
        name = _name(house, row)
    except Unreadable:  # the person was erased
        return None
    return Guest(row.id, row.person_id, row.conversation_id, row.key_id, name, row.may, row.ends_at, row.from_seq)


def _since(now: int) -> int:
    return now - LINK_DAYS * 24 * 3600 * 1000


def _name(house: House, row: Found) -> str:
    return house.vault.unseal_text(row.name_sealed, "helper")


def _last_day(house: House, ends_at: int) -> date:
    return house.calendar.day_of(from_ms(ends_at - 1))
