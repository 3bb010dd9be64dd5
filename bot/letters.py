"""What stands around a message by e-mail, and what whose address it is decides about it: *from me*, *no more*.

Anyone can type any address. Until its owner said yes no letter holds more than a notice and the way to the web chat,
and the owner needs no account to say no: the link in every letter is proof enough.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import bindparam, case, func, insert, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.limits import EMAIL
from bot.clock import to_ms
from bot.house import House
from bot.outgoing import Letter
from bot.privacy.vault import Unreadable
from flows.text import Json, t
from storage import conversations
from storage.database import insert_ignore
from storage.tables import address, conversation, event, person

_SUBJECT = t("mail.subject", "Een bericht van {sender}")
_WHY = t("mail.why", "U krijgt deze mail, omdat dit adres is ingevuld in de chat van {gemeente}.")
_NO_ANSWER = t("mail.no_answer", "Op deze mail kunt u niet antwoorden.")
_CONFIRM = t("mail.confirm", "Is dit adres van u? Bevestig het dan hier. Geen mail meer? Dat kan daar ook.")
_STOP = t("mail.stop", "Wilt u geen mail meer? Dat kan hier:")

#: Bytes of a token: the address's number, and the proof that we made it.
_NUMBER, _PROOF = 8, 16


def letter(house: House, address_id: int, language: str, *, confirmed: bool, sender: str) -> Letter:
    """The subject, the foot and the link for an address; ``sender`` is who the message is from, as people know them."""
    say = house.tongue.say
    link = link_of(house, address_id, language)
    foot = (
        say(_WHY.but(gemeente=house.gemeente.name), language),
        say(_NO_ANSWER, language),
        say(_STOP if confirmed else _CONFIRM, language),
        link,
    )
    return Letter(say(_SUBJECT.but(sender=sender), language), "\n".join(foot), link)


def link_of(house: House, address_id: int, language: str) -> str:
    """The page of an address. It says its language itself: the page asks nobody who is behind it."""
    return f"{house.config.web.public_url}/mail/{token_of(house, address_id)}?taal={language}"


def token_of(house: House, address_id: int) -> str:
    """What opens the page of an address for ever (32 characters, base 64 for addresses)."""
    number = address_id.to_bytes(_NUMBER, "big")
    return base64.urlsafe_b64encode(number + _proof(house, address_id)).decode()


def address_of(house: House, token: str) -> int | None:
    """Whose token this is; None when we did not make it."""
    try:
        raw = base64.b64decode(token.encode("ascii"), b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    if len(raw) != _NUMBER + _PROOF:
        return None
    address_id = int.from_bytes(raw[:_NUMBER], "big")
    return address_id if hmac.compare_digest(raw[_NUMBER:], _proof(house, address_id)) else None


def _proof(house: House, address_id: int) -> bytes:
    return house.vault.index("mail", f"page:{address_id}")


# ---- what its owner decides ----------------------------------------------------------------------------------------


class Wish(StrEnum):
    """What can be asked on the page of an address."""

    CONFIRM = "confirm"
    STOP = "stop"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an address stands: its owner said that it is theirs, and wants no mail there."""

    confirmed: bool
    stopped: bool


_STANDING = (
    select(
        address.c.person_id,
        address.c.confirmed_at,
        address.c.blocked_at,
        person.c.key_id,
        conversation.c.id.label("conversation_id"),
    )
    .join(person, person.c.id == address.c.person_id)
    .join(conversation, conversation.c.person_id == func.coalesce(person.c.merged_into, person.c.id))
    .where(address.c.id == bindparam("id"), address.c.channel == EMAIL.channel)
)
_OF = update(address).where(address.c.id == bindparam("address"))
_CHANGES = {
    Wish.CONFIRM: _OF.where(address.c.confirmed_at.is_(None)).values(confirmed_at=bindparam("at")),
    Wish.STOP: _OF.where(address.c.blocked_at.is_(None)).values(blocked_at=bindparam("at")),
    Wish.RESUME: _OF.where(address.c.blocked_at.is_not(None)).values(blocked_at=None),
}
#: Whose it is changed meanwhile: it is asked again.
_MOVED = Standing(confirmed=False, stopped=False)
_EVENTS: dict[Wish, tuple[str, Json]] = {
    Wish.CONFIRM: ("address_confirmed", {"channel": EMAIL.channel}),
    Wish.STOP: ("consent", {"channel": EMAIL.channel, "unasked": False}),
    Wish.RESUME: ("consent", {"channel": EMAIL.channel, "unasked": True}),
}


async def decide(house: House, address_id: int, wish: Wish) -> Standing | None:
    """Does what the owner of an address asks; the same twice is one. None: there is no such address any more."""
    standing: Standing | None = _MOVED
    while standing is _MOVED:  # became part of another this very moment
        standing = await _decided(house, address_id, wish)
    return standing


async def _decided(house: House, address_id: int, wish: Wish) -> Standing | None:
    kind, detail = _EVENTS[wish]
    now = to_ms(house.clock.now())
    async with house.db.begin() as conn:
        row = (await conn.execute(_STANDING, {"id": address_id})).first()
        if row is None:
            return None
        owner = next(iter(await conversations.lock(conn, [row.conversation_id])), None)
        if owner is None:
            return _MOVED
        await house.vault.prepare([owner.key_id])
        try:
            sealed = house.vault.seal_text(owner.key_id, "event", json.dumps(detail))
        except Unreadable:  # erased
            return None
        changed = await conn.execute(_CHANGES[wish], {"address": address_id, "at": now})
        if changed.rowcount:
            values = {"conversation_id": owner.id, "person_id": owner.person_id, "kind": kind}
            await conn.execute(insert(event).values(**values, created_at=now, detail_sealed=sealed))
    house.signals.publish([str(owner.id)])
    return Standing(
        confirmed=wish is Wish.CONFIRM or row.confirmed_at is not None,
        stopped=wish is Wish.STOP or (wish is Wish.CONFIRM and row.blocked_at is not None),
    )


# ---- an address that someone gives ---------------------------------------------------------------------------------

#: Letters that one person can have sent in a day to addresses that nobody confirmed: whoever mistypes has some left,
#: and we are no means to write to strangers.
FIRST_LETTERS_A_DAY = 5
_DAY = 24 * 60 * 60 * 1000

_ADD = insert_ignore(address).returning(address.c.id)
_MINE = (
    update(address)
    .where(
        address.c.channel == EMAIL.channel,
        address.c.external_index == bindparam("index"),
        address.c.person_id == bindparam("person"),
    )
    .values(
        left_at=None,
        # Who typed it may be someone else than who said on the page that they want no mail.
        blocked_at=case((address.c.confirmed_at.is_not(None), null()), else_=address.c.blocked_at),
    )
    .returning(address.c.id)
)
_FIRST_LETTERS = select(func.count()).where(
    address.c.channel == EMAIL.channel,
    address.c.person_id == bindparam("person"),
    address.c.confirmed_at.is_(None),
    address.c.created_at > bindparam("since"),
)


def normalised(email: str) -> str:
    """An e-mail address as it is stored and found. No server of today tells capitals apart, and in another spelling a
    *no more mail* would not hold."""
    return email.strip().lower()


async def add_address(
    house: House, conn: AsyncConnection, person_id: int, key_id: int, email: str, now: int
) -> int | None:
    """One more way to reach a person, unconfirmed; their key is prepared. Gives its number when it is new: then they
    are to be asked whether it is theirs. One that was theirs works again, unless its unknown owner wants no mail, and
    one that is someone else's stays so: two persons are not merged by typing an address. After `FIRST_LETTERS_A_DAY`
    none is added."""
    external_id = normalised(email)
    index = house.vault.index("external", f"{EMAIL.channel}:{external_id}")
    if (await conn.execute(_MINE, {"index": index, "person": person_id})).first() is not None:
        return None
    asked = (await conn.execute(_FIRST_LETTERS, {"person": person_id, "since": now - _DAY})).scalar_one()
    if asked >= FIRST_LETTERS_A_DAY:
        return None
    values = {
        "person_id": person_id,
        "channel": EMAIL.channel,
        "external_index": index,
        "external_sealed": house.vault.seal_text(key_id, "external", external_id),
        "created_at": now,
    }
    added: int | None = (await conn.execute(_ADD, values)).scalar_one_or_none()
    return added
