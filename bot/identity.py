"""How a person comes back: the code of their own, personal links, the PIN on both, and more than one address.

Codes and links are bearer secrets: who has one opens the conversation, unless there is a PIN. Every wrong PIN counts,
in the database and so in every process; after a few the next try has to wait, and the wait is said, never silent.
Expiry and waiting use real time, also in the demo.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Row, Select, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import to_ms
from bot.errors import Refused
from bot.house import House
from storage import keys
from storage.merging import DATA_LINKS
from storage.tables import address, conversation, event, person, personal_link

#: Crockford's base 32: no I, L, O or U, so that a code can be read out and copied from a screen without mistakes.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("ILO", "110")
#: Dashes of all kinds, and the unseen marks that a text from right to left brings along when it is copied.
_BETWEEN = frozenset({"Pd", "Cf"})
#: Ten characters are 50 bits: with a million people one guess in a thousand million is right.
_CODE_LENGTH = 10

#: Lengths of a PIN, in digits.
PIN_LENGTHS = range(4, 9)
#: Wrong PINs in a day before the next try has to wait, and how long; it doubles with every further one.
FREE_TRIES = 5
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=12)
_COUNTED = timedelta(days=1)

#: OWASP's setting for little memory: 19 MiB, two passes. What slows guessing down is `FREE_TRIES`.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

#: Kinds of events. A try is written before the PIN is compared, so that tries at the same moment count too.
_TRIED, _OPENED = "pin_tried", "pin_right"


class Wait(Refused):
    """Too many wrong tries; ``seconds`` until the next one counts."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("wait")


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is behind an address, a code or a link. ``address_id`` is None for the last two."""

    person_id: int
    conversation_id: int
    key_id: int
    language: str
    has_pin: bool
    last_seq: int
    address_id: int | None = None


_WHOM = (
    select(
        person.c.id,
        person.c.key_id,
        person.c.language,
        person.c.pin_sealed,
        conversation.c.id.label("conversation_id"),
        conversation.c.last_seq,
    )
    .select_from(person)
    .join(conversation, conversation.c.person_id == func.coalesce(person.c.merged_into, person.c.id))
)
_BY_ADDRESS = (
    _WHOM.add_columns(address.c.id.label("address_id"))
    .join(address, address.c.person_id == person.c.id)
    .where(address.c.channel == bindparam("channel"), address.c.external_index == bindparam("index"))
)
_BY_PERSON = _WHOM.where(person.c.id == bindparam("person"))
_OWNER = (
    select(person.c.id, person.c.key_id, person.c.merged_into)
    .where(person.c.id == bindparam("person"))
    .with_for_update(key_share=True)
)
_BY_CODE = select(func.coalesce(person.c.merged_into, person.c.id)).where(person.c.code_index == bindparam("index"))
_BY_LINK = (
    select(func.coalesce(person.c.merged_into, person.c.id))
    .join(personal_link, personal_link.c.person_id == person.c.id)
    .where(
        personal_link.c.token_hash == bindparam("hash"),
        personal_link.c.purpose == "open",
        personal_link.c.revoked_at.is_(None),
        personal_link.c.expires_at > bindparam("now"),
    )
)


# ---- codes ---------------------------------------------------------------------------------------------------------


def new_code() -> str:
    """A new code, as it is shown, stored and indexed: ``7K3D-9QX-2MF``."""
    return _grouped("".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)))


def read_code(words: str) -> str | None:
    """A code as someone typed it or pasted it (any case, spaces, dashes, look-alikes), in the form of `new_code`.
    None: it is none."""
    signs = (sign for sign in _ascii_digits(words) if unicodedata.category(sign) not in _BETWEEN)
    plain = "".join("".join(signs).upper().split()).translate(_LOOKALIKES)
    if len(plain) != _CODE_LENGTH or not set(plain) <= set(_ALPHABET):
        return None
    return _grouped(plain)


def _grouped(plain: str) -> str:
    return f"{plain[:4]}-{plain[4:7]}-{plain[7:]}"


def _ascii_digits(words: str) -> str:
    """Arabic and Persian keyboards give digits of their own."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in words)


async def own_code(house: House, whom: Whom) -> str:
    """The person's own code. Raises ``Unreadable`` when the person was erased."""
    async with house.db.read() as conn:
        sealed = (await conn.execute(select(person.c.code_sealed).where(person.c.id == whom.person_id))).scalar_one()
    await house.vault.prepare([whom.key_id])
    return house.vault.unseal_text(sealed, "code")


# ---- finding and coming back ---------------------------------------------------------------------------------------


async def find(house: House, channel: str, external_id: str) -> Whom | None:
    """Who is behind an address, if anyone; makes nobody."""
    return await _one(house, _BY_ADDRESS, channel=channel, index=_index(house, channel, external_id))


async def resume(house: House, code: str, pin: str | None) -> Whom:
    """Who has this code. Raises ``Refused``: ``unknown``, ``pin_needed``, ``pin_wrong``; ``Wait``; ``Unreadable`` for
    the PIN of someone who was erased."""
    read = read_code(code)
    if read is None:
        raise Refused("unknown")
    return await _opened(house, _BY_CODE, {"index": house.vault.index("code", read)}, pin)


async def use_link(house: House, token: str, pin: str | None) -> Whom:
    """Who has this personal link. Raises as `resume`; an expired or revoked link is ``unknown`` too."""
    return await _opened(house, _BY_LINK, {"hash": _hash(token), "now": real_now()}, pin)


async def attach_address(house: House, person_id: int, channel: str, external_id: str) -> int:
    """One more address of a person; gives its id, also when it was theirs already.

    Raises ``Refused("taken")`` when it is someone else's: two persons are not merged by this.
    """
    try:
        async with house.db.begin() as conn:
            owner = await _owner(conn, person_id)
            await house.vault.prepare([owner.key_id])
            values = {
                "person_id": owner.id,
                "channel": channel,
                "external_index": _index(house, channel, external_id),
                "external_sealed": house.vault.seal_text(owner.key_id, "external", external_id),
                "created_at": to_ms(house.clock.now()),
            }
            found = await conn.execute(insert(address).values(values).returning(address.c.id))
            return int(found.scalar_one())
    except IntegrityError:
        known = await find(house, channel, external_id)
        if known is None or known.address_id is None or known.person_id != owner.id:
            raise Refused("taken") from None
        return known.address_id


async def forget_address(house: House, whom: Whom) -> None:
    """Makes the address of ``whom`` lead nowhere. Its row stays: messages refer to it as where they came from."""
    async with house.db.begin() as conn:
        await forget(conn, house, whom)


async def forget(conn: AsyncConnection, house: House, whom: Whom) -> Row[int, int, int | None]:
    """`forget_address` in the caller's transaction; gives whose it is by now: ``(id, key_id, merged_into)``, locked."""
    assert whom.address_id is not None
    owner = await _owner(conn, whom.person_id)
    await house.vault.prepare([owner.key_id])
    values = {
        "external_index": secrets.token_bytes(16),
        "external_sealed": house.vault.seal_text(owner.key_id, "external", ""),
        "left_at": to_ms(house.clock.now()),
    }
    await conn.execute(update(address).where(address.c.id == whom.address_id).values(values))
    return owner


async def forget_erased(house: House, channel: str, external_id: str) -> bool:
    """Makes an address lead nowhere whose person was erased, so that whoever writes from it is new; False: it is not
    such a one."""
    whom = await find(house, channel, external_id)
    if whom is None or whom.address_id is None:
        return False
    async with house.keys.read() as conn:
        found = await keys.load(conn, [whom.key_id])
    if not any(key.wrapped is None for key in found):  # a key that is not there at all is a mistake of ours
        return False
    values = {
        "external_index": secrets.token_bytes(16),
        "external_sealed": b"",
        "left_at": to_ms(house.clock.now()),
    }
    async with house.db.begin() as conn:
        await conn.execute(update(address).where(address.c.id == whom.address_id).values(values))
    return True


# ---- personal links ------------------------------------------------------------------------------------------------


async def make_link(house: House, person_id: int) -> str:
    """A new personal link's token (32 characters, base 64 for addresses); it can be used until it expires."""
    async with house.db.begin() as conn:
        return await add_link(conn, house, person_id)


async def add_link(conn: AsyncConnection, house: House, person_id: int) -> str:
    """`make_link` in the caller's transaction."""
    token = secrets.token_urlsafe(24)
    now = real_now()
    expires = now + _ms(timedelta(days=house.config.web.personal_link_days))
    values = {"token_hash": _hash(token), "person_id": person_id, "created_at": now, "expires_at": expires}
    await conn.execute(insert(personal_link).values(values))
    return token


async def revoke_links(house: House, person_id: int) -> int:
    """Ends every personal link of a person; gives how many still worked."""
    async with house.db.begin() as conn:
        return await end_links(conn, person_id)


async def end_links(conn: AsyncConnection, person_id: int) -> int:
    """`revoke_links` in the caller's transaction."""
    now = real_now()
    working = (
        personal_link.c.person_id == person_id,
        personal_link.c.revoked_at.is_(None),
        personal_link.c.expires_at > now,
    )
    return (await conn.execute(update(personal_link).where(*working).values(revoked_at=now))).rowcount


# ---- the PIN -------------------------------------------------------------------------------------------------------


async def set_pin(house: House, whom: Whom, pin: str | None, current: str | None) -> None:
    """Sets, replaces or (None) removes the PIN; one that is there has to be given first.

    Raises ``Refused("pin_form")`` unless it is 4 to 8 digits, ``busy`` (ask again), and as `resume` for ``current``.
    """
    new = None if pin is None else _ascii_digits(pin)
    if new is not None and not (new.isascii() and new.isdecimal() and len(new) in PIN_LENGTHS):
        raise Refused("pin_form")
    had = await _check_pin(house, whom.person_id, current)
    hashed = None if new is None else await asyncio.to_thread(_hasher.hash, new)
    async with house.db.begin() as conn:
        owner = await _owner(conn, whom.person_id)
        if owner.id != whom.person_id:  # became one with another this very moment, who may have a PIN
            raise Refused("busy")
        await house.vault.prepare([owner.key_id])
        sealed = None if hashed is None else house.vault.seal_text(owner.key_id, "pin", hashed)
        changed: dict[str, object] = {"pin_sealed": sealed}
        if not had or sealed is None:  # who gave the old one goes on knowing a secret of the same age
            changed["pin_since"] = None if sealed is None else real_now()
        await conn.execute(update(person).where(person.c.id == owner.id).values(changed))
        if had:
            await end_own_data(conn, owner.id)


async def end_own_data(conn: AsyncConnection, person_id: int) -> None:
    """Closes the page of own data wherever it is open, and ends what leads there: after another PIN, or none any more,
    whoever knew the old one does not read on."""
    theirs = (
        personal_link.c.person_id == person_id,
        personal_link.c.purpose.in_(DATA_LINKS),
        personal_link.c.revoked_at.is_(None),
    )
    await conn.execute(update(personal_link).where(*theirs).values(revoked_at=real_now()))


async def check_pin(house: House, person_id: int, pin: str) -> None:
    """That this is their own PIN. Raises ``Refused``: ``no_pin`` (they have none), ``pin_wrong``; ``Wait``;
    ``Unreadable``."""
    if not await _check_pin(house, person_id, pin):
        raise Refused("no_pin")


async def _check_pin(house: House, person_id: int, pin: str | None) -> bool:
    """Whether there is one; then it was given, and is right."""
    now = real_now()
    async with house.db.begin() as conn:
        # Locked: tries at the same moment must see each other.
        who = select(person.c.pin_sealed).where(person.c.id == person_id).with_for_update()
        sealed = (await conn.execute(who)).scalar_one()
        if sealed is None:
            return False
        tries = (await conn.execute(_TRIES, {"person": person_id, "since": now - _ms(_COUNTED)})).all()
        if tries and (seconds := _wait(len(tries), now - tries[0].created_at)):
            raise Wait(seconds)
        if pin is None:
            raise Refused("pin_needed")
        await conn.execute(insert(event).values(person_id=person_id, kind=_TRIED, created_at=now))
    await house.vault.prepare([house.vault.key_of(sealed)])
    hashed = house.vault.unseal_text(sealed, "pin")
    try:
        await asyncio.to_thread(_hasher.verify, hashed, _ascii_digits(pin))
    except VerificationError:
        raise Refused("pin_wrong") from None
    async with house.db.begin() as conn:
        await conn.execute(insert(event).values(person_id=person_id, kind=_OPENED, created_at=now))
    return True


#: Tries since the last one that was right, newest first. A right one stands at the same moment as its own try.
_TRIES = (
    select(event.c.created_at)
    .where(
        event.c.person_id == bindparam("person"),
        event.c.kind == _TRIED,
        event.c.created_at
        > func.coalesce(
            select(func.max(event.c.created_at))
            .where(
                event.c.person_id == bindparam("person"),
                event.c.kind == _OPENED,
                event.c.created_at > bindparam("since"),
            )
            .scalar_subquery(),
            0,
        ),
        event.c.created_at > bindparam("since"),
    )
    .order_by(event.c.created_at.desc())
)


def _wait(tries: int, since_last: int) -> int:
    """Seconds until the next try may be made, after so many wrong ones; ``since_last`` in milliseconds."""
    if tries < FREE_TRIES:
        return 0
    # The exponent is bounded: nobody waits longer than `LONGEST_WAIT`, whatever the count.
    wait = min(FIRST_WAIT * 2 ** min(tries - FREE_TRIES, 16), LONGEST_WAIT)
    return max(0, -((since_last - _ms(wait)) // 1000))


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _opened(house: House, statement: Select[Any], values: dict[str, object], pin: str | None) -> Whom:
    async with house.db.read() as conn:
        person_id = (await conn.execute(statement, values)).scalar_one_or_none()
    if person_id is None:
        raise Refused("unknown")
    await _check_pin(house, person_id, pin)
    whom = await _one(house, _BY_PERSON, person=person_id)
    assert whom is not None  # every person has a conversation
    return whom


async def _owner(conn: AsyncConnection, person_id: int) -> Row[int, int, int | None]:
    """The person, or whom they became one with; nobody becomes one with them until the commit."""
    while True:
        owner = (await conn.execute(_OWNER, {"person": person_id})).one()
        if owner.merged_into is None:
            return owner
        person_id = owner.merged_into


async def _one(house: House, statement: Select[Any], **values: object) -> Whom | None:
    async with house.db.read() as conn:
        row = (await conn.execute(statement, values)).first()
    if row is None:
        return None
    known = row._mapping
    return Whom(
        row.id,
        row.conversation_id,
        row.key_id,
        row.language,
        row.pin_sealed is not None,
        row.last_seq,
        known.get("address_id"),
    )


def _index(house: House, channel: str, external_id: str) -> bytes:
    return house.vault.index("external", f"{channel}:{external_id}")


def _hash(token: str) -> bytes:
    """A link's token is random and long: it needs no salt and no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def real_now() -> int:
    """This instant in milliseconds UTC by the real clock, also where the demo's clock is ahead."""
    return to_ms(datetime.now(UTC))


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
