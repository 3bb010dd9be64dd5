"""How someone shows that it is them, before their data are shown or erased: more than holding the telephone.

Two ways. The own PIN, typed on the municipality's own page: one that stands for at least `NEW_PIN`, since whoever
borrows a telephone can set a PIN a minute ago; and nobody whose conversation just became one with another's, as the PIN
of the one proves nothing of the other. Or a colleague who knows the person said that it is them, for this very kind of
request, at most `KNOWN` ago. Either way the page opens by a personal link: of one person, for an hour, once, and only
when something is posted, so that a program that looks at links ahead uses nothing up. Expiry uses real time.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, and_, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import identity
from bot.clock import from_ms, to_ms
from bot.errors import Refused
from bot.house import House
from bot.identity import real_now
from bot.talk import Talk
from flows.gegevens import answered_by
from flows.own_data import Asked
from storage import requests as store
from storage.tables import conversation, event, person, personal_link

#: How long a link leads to the page, and how long the page stays open after that.
LINK, PAGE = timedelta(hours=1), timedelta(minutes=30)
#: So old is a PIN that proves something.
NEW_PIN = timedelta(hours=24)
#: So long after a colleague said that it is them, they can open the page.
KNOWN = timedelta(days=7)

#: Purposes of personal links (``storage.merging.DATA_LINKS``).
LEADS, OPEN = "data", "data_open"


@dataclass(frozen=True, slots=True)
class Standing:
    """How someone can show that it is them (``flows.own_data.OwnData.way``), and in how many hours their PIN will
    do."""

    way: str
    hours: int = 0


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose page is open in this browser. ``until`` in milliseconds UTC, of real time."""

    person_id: int
    conversation_id: int
    key_id: int
    language: str
    has_pin: bool
    until: int = 0

    @property
    def seconds(self) -> int:
        """For how long the page stays open, at least one."""
        return max(1, (self.until - real_now()) // 1000 + 1)


# ---- who may ------------------------------------------------------------------------------------------------------


async def standing(conn: AsyncConnection, person_id: int, kinds: Iterable[Asked], now: int) -> Standing:
    """How this person can show that it is them, for one of ``kinds``; ``now`` by the house's clock (milliseconds)."""
    if await store.vouched(conn, person_id, (kind.value for kind in kinds), now - _ms(KNOWN)) is not None:
        return Standing("known")
    columns = select(person.c.pin_sealed, person.c.pin_since).where(person.c.id == person_id)
    row = (await conn.execute(columns)).one()
    if row.pin_sealed is None:
        return Standing("none")
    left = _too_new(row.pin_since)
    return Standing("new_pin", -(-left // 3_600_000)) if left > 0 else Standing("pin")


async def prove(house: House, person_id: int, pin: str, kinds: Iterable[Asked]) -> str:
    """That it is them, by their PIN or because a colleague said so for one of ``kinds``: gives ``pin`` or
    ``caseworker``. Raises ``Refused``: ``pin_needed``, ``pin_wrong``, ``pin_new``, ``no_pin``; ``Wait``;
    ``Unreadable``."""
    async with house.db.read() as conn:
        found = await standing(conn, person_id, kinds, to_ms(house.clock.now()))
    if found.way == "known":
        return "caseworker"
    if found.way == "new_pin":
        raise Refused("pin_new")
    if found.way == "none":
        raise Refused("no_pin")
    if not pin:
        raise Refused("pin_needed")
    await identity.check_pin(house, person_id, pin)
    return "pin"


def _too_new(since: int | None) -> int:
    """Milliseconds until a PIN proves something; None is one of before that was kept."""
    return 0 if since is None else since + _ms(NEW_PIN) - real_now()


# ---- the link, and the page that it opens --------------------------------------------------------------------------


async def add_link(conn: AsyncConnection, person_id: int) -> str:
    """A new link's token (32 characters, base 64 for addresses); those from before end."""
    now, token = real_now(), secrets.token_urlsafe(24)
    before = and_(
        personal_link.c.person_id == person_id,
        personal_link.c.purpose == LEADS,
        personal_link.c.used_at.is_(None),
        personal_link.c.revoked_at.is_(None),
    )
    await conn.execute(update(personal_link).where(before).values(revoked_at=now))
    await conn.execute(insert(personal_link).values(_row(token, person_id, LEADS, now, LINK)))
    return token


def new_form() -> str:
    """What a form carries that opens the page: the same form posted twice opens the same page."""
    return secrets.token_urlsafe(16)


async def open_page(house: House, token: str, form: str, pin: str) -> str:
    """Lets the person in, once; gives the token of the open page. Raises as `prove`, and ``Refused("link_gone")`` for
    a link that is unknown, expired, revoked or was used in another browser."""
    row = await _leads(house, token)
    if row is None:
        raise Refused("link_gone")
    how = await prove(house, row.person_id, pin, Asked)
    opened = _opened(token, form)
    now = real_now()
    async with house.db.begin() as conn:
        # The conversation first, as everywhere: who becomes one with another, or sets another PIN, this very moment
        # ends the link before, or finds the page that it opened.
        await conn.execute(_THEIR_CONVERSATION, {"person": row.person_id})
        await conn.execute(_THEM, {"person": row.person_id})
        mine = and_(
            personal_link.c.token_hash == _hash(token),
            personal_link.c.used_at.is_(None),
            personal_link.c.revoked_at.is_(None),
        )
        if (await conn.execute(update(personal_link).where(mine).values(used_at=now))).rowcount != 1:
            if await _visitor(conn, opened) is None:
                raise Refused("link_gone")
            return opened  # the same form, sent twice
        await conn.execute(insert(personal_link).values(_row(opened, row.person_id, OPEN, now, PAGE)))
        at = to_ms(house.clock.now())
        about = {"person_id": row.person_id, "conversation_id": row.conversation_id}
        if how == "pin":
            await _by_themselves(house, conn, row.person_id, row.conversation_id, Asked.ACCESS)
        else:
            await _done(conn, row.person_id, Asked.ACCESS, at)
        await conn.execute(insert(event).values(**about, kind="data_shown", created_at=at))
    return opened


async def note_erasing(house: House, visitor: Visitor, how: str) -> None:
    """They erase their data themselves: what they ask is on record, and is done by the transaction that erases."""
    if how != "pin":
        return
    at = to_ms(house.clock.now())
    known = {"state": "identified", "identified_how": "pin", "identified_at": at}
    by = {"person_id": visitor.person_id, "conversation_id": visitor.conversation_id}
    async with house.db.begin() as conn:
        await store.add(conn, **by, **known, kind=Asked.ERASURE.value, asked_at=at, due_at=due_at(house, at))


async def _by_themselves(
    house: House, conn: AsyncConnection, person_id: int, conversation_id: int, kind: Asked
) -> None:
    """What someone asked and did by themselves, after their PIN, is a request too."""
    at = to_ms(house.clock.now())
    done = {"identified_how": "pin", "identified_at": at, "done_at": at, "state": "done"}
    by = {"person_id": person_id, "conversation_id": conversation_id}
    await store.add(conn, **by, **done, kind=kind.value, asked_at=at, due_at=due_at(house, at))


async def _done(conn: AsyncConnection, person_id: int, kind: Asked, at: int) -> None:
    """What a colleague knew to be theirs is done."""
    row = await store.vouched(conn, person_id, (kind.value,), at - _ms(KNOWN))
    if row is not None:
        await store.change(conn, row.id, ("identified",), state="done", done_at=at)


async def visitor(house: House, opened: str) -> Visitor:
    """Whose page this is. Raises ``Refused("closed")``: it is none, or not any more."""
    async with house.db.read() as conn:
        found = await _visitor(conn, opened)
    if found is None:
        raise Refused("closed")
    return found


async def close(house: House, opened: str) -> None:
    """Ends it, wherever that token is."""
    async with house.db.begin() as conn:
        mine = and_(personal_link.c.token_hash == _hash(opened), personal_link.c.purpose == OPEN)
        await conn.execute(update(personal_link).where(mine).values(revoked_at=real_now()))


def is_over(identified_at: int | None, now: int) -> bool:
    """Whether it is too long ago (both in milliseconds, by the house's clock) that a colleague said that it is them."""
    return identified_at is None or identified_at <= now - _ms(KNOWN)


def due_at(house: House, asked_at: int) -> int:
    """The end of the day by which a request has to be answered (milliseconds UTC)."""
    calendar = house.calendar
    day = answered_by(from_ms(asked_at, calendar.zone).date())
    return to_ms(calendar.instant(day + timedelta(days=1), 0)) - 1


# ---- for the conversation ------------------------------------------------------------------------------------------


async def link_for(talk: Talk, conn: AsyncConnection) -> str:
    """The address of the page, with a new token."""
    return f"{talk.house.config.web.public_url}/mijn/{await add_link(conn, talk.person_id)}"


# ---- parts --------------------------------------------------------------------------------------------------------

_THEIR_CONVERSATION = select(conversation.c.id).where(conversation.c.person_id == bindparam("person")).with_for_update()
_THEM = select(person.c.id).where(person.c.id == bindparam("person")).with_for_update()
_LEADS = (
    select(personal_link.c.person_id, conversation.c.id.label("conversation_id"))
    .join(person, person.c.id == personal_link.c.person_id)
    .join(conversation, conversation.c.person_id == person.c.id)
    .where(
        personal_link.c.token_hash == bindparam("hash"),
        personal_link.c.purpose == LEADS,
        personal_link.c.revoked_at.is_(None),
        personal_link.c.expires_at > bindparam("now"),
        person.c.erased_at.is_(None),
    )
)
_WHO = (
    select(
        person.c.id,
        person.c.key_id,
        person.c.language,
        person.c.pin_sealed,
        personal_link.c.expires_at,
        conversation.c.id.label("conversation_id"),
    )
    .join(personal_link, personal_link.c.person_id == person.c.id)
    .join(conversation, conversation.c.person_id == person.c.id)
    .where(
        personal_link.c.token_hash == bindparam("hash"),
        personal_link.c.purpose == OPEN,
        personal_link.c.revoked_at.is_(None),
        personal_link.c.expires_at > bindparam("now"),
        person.c.erased_at.is_(None),
    )
)


async def _leads(house: House, token: str) -> Row[*tuple[Any, ...]] | None:
    async with house.db.read() as conn:
        return (await conn.execute(_LEADS, {"hash": _hash(token), "now": real_now()})).first()


async def _visitor(conn: AsyncConnection, opened: str) -> Visitor | None:
    row = (await conn.execute(_WHO, {"hash": _hash(opened), "now": real_now()})).first()
    if row is None:
        return None
    return Visitor(row.id, row.conversation_id, row.key_id, row.language, row.pin_sealed is not None, row.expires_at)


def _row(token: str, person_id: int, purpose: str, now: int, lasts: timedelta) -> dict[str, object]:
    expires = now + _ms(lasts)
    values = {"token_hash": _hash(token), "person_id": person_id, "purpose": purpose}
    return {**values, "created_at": now, "expires_at": expires}


def _opened(token: str, form: str) -> str:
    """The token of the page that this form opens with this link: who has neither cannot know it."""
    return hmac.digest(token.encode(), b"klopaan own data " + form.encode(), "sha256").hex()


def _hash(token: str) -> bytes:
    """They are long and made by chance: they need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
