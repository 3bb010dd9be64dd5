"""One person, several channels: a code that is shown in one conversation and typed in another makes them one.

Never without a question: whoever made the code would read all that is said where it is typed, and anyone can send a
link that types it. Until the yes the code is only noted as asked there (``used_by``).

A join code is a bearer secret of half an hour. Only its keyed index is stored: a stolen copy of the database gives
nothing to try codes on. A person's own code, kept from before, joins too, unless there is a PIN. Who has one joins from
the web chat: what is made one there, others may read without it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import to_ms
from bot.errors import Refused
from bot.house import House
from bot.identity import new_code, read_code, real_now
from bot.limiter import Limiter
from bot.privacy.vault import Damaged, Unreadable
from bot.signals import INBOX, OUTBOX
from bot.talk import FETCHED
from flows import kanalen_code, understanding
from flows import session as sessions
from flows.grammar import Joined, Said, Tapped, Typed
from flows.understanding import ascii_digits
from storage import conversations, merging
from storage.database import retried
from storage.merging import Side
from storage.tables import address, conversation, event, person, personal_link

log = logging.getLogger(__name__)

#: How long a join code can be used, in real time, also in the demo.
JOIN_MINUTES = 30
#: Codes that nobody has, typed at one address: so many at once, and so many an hour. With a million people, and from a
#: thousand addresses, one guess is right in six years.
FREE_GUESSES = GUESSES_AN_HOUR = 20

#: Characters. A code has twelve; what is pasted may bring quotes, stars and unseen marks along.
_LONGEST = 40
#: A code as it is shown. Without a letter it may well be a telephone number.
_AS_SHOWN = re.compile(r"(?=.*[A-Z])[0-9A-Z]{4}-[0-9A-Z]{3}-[0-9A-Z]{3}")
#: What a link is for: a join code, or what stands for a person's own code while its question is open.
_JOIN, _OWN = "join", "join_own"
#: A transaction that was refused for a passing reason, or that others were before, is tried again this often.
TRIES = 6

_LINK = select(
    func.coalesce(person.c.merged_into, person.c.id).label("person_id"),
    personal_link.c.token_hash,
    (
        personal_link.c.used_at.is_(None)
        & personal_link.c.revoked_at.is_(None)
        & (personal_link.c.expires_at > bindparam("now"))
    ).label("valid"),
)
_BY_JOIN_CODE = (
    _LINK.select_from(personal_link)
    .join(person, person.c.id == personal_link.c.person_id)
    .where(personal_link.c.token_hash == bindparam("hash"), personal_link.c.purpose == _JOIN)
)
_holder = person.alias("holder")
_BY_OWN_CODE = (
    select(_holder.c.id.label("person_id"), _holder.c.pin_sealed.is_not(None).label("has_pin"))
    .select_from(person)
    .join(_holder, _holder.c.id == func.coalesce(person.c.merged_into, person.c.id))
    .where(person.c.code_index == bindparam("index"))
)
_WHOSE = select(address.c.person_id, address.c.channel).where(address.c.id == bindparam("address"))
_NOW = select(func.coalesce(person.c.merged_into, person.c.id)).where(person.c.id == bindparam("person"))
_OPEN = update(personal_link).where(
    personal_link.c.token_hash == bindparam("hash"),
    personal_link.c.used_at.is_(None),
    personal_link.c.revoked_at.is_(None),
    personal_link.c.expires_at > bindparam("now"),
)
_ASK = _OPEN.values(used_by=bindparam("by"))
_USE = _OPEN.where(personal_link.c.used_by == bindparam("by")).values(used_at=bindparam("now"))
_ASKED_HERE = (personal_link.c.used_by == bindparam("address"), personal_link.c.used_at.is_(None))
_FORGET_OWN = delete(personal_link).where(*_ASKED_HERE, personal_link.c.purpose == _OWN)
_FORGET = update(personal_link).where(*_ASKED_HERE).values(used_by=None)
#: What was asked at an address: first what is still open, then what was used (a yes that a platform says again).
_ASKED = (
    select(
        func.coalesce(person.c.merged_into, person.c.id).label("person_id"),
        personal_link.c.token_hash,
        personal_link.c.purpose,
    )
    .select_from(personal_link)
    .join(person, person.c.id == personal_link.c.person_id)
    .where(
        personal_link.c.used_by == bindparam("address"),
        personal_link.c.purpose.in_((_JOIN, _OWN)),
        personal_link.c.expires_at > bindparam("now"),
        or_(personal_link.c.used_at.is_not(None), personal_link.c.revoked_at.is_(None)),
    )
    .order_by(personal_link.c.used_at.is_not(None), personal_link.c.created_at.desc())
    .limit(1)
)
#: The dialogue at an address; nothing when a human holds the conversation: what is typed then is for that human.
_DIALOGUE = (
    select(conversation.c.session_sealed, person.c.key_id)
    .select_from(address)
    .join(person, person.c.id == address.c.person_id)
    .join(conversation, conversation.c.person_id == person.c.id)
    .where(address.c.id == bindparam("address"), conversation.c.held_by.is_(None))
)


async def new_join_code(house: House, person_id: int, conn: AsyncConnection) -> str:
    """A code with which this person's other channels join, once and within `JOIN_MINUTES`; it ends their earlier ones.

    Written in the caller's transaction.
    """
    code, now = new_code(), real_now()
    await conn.execute(
        update(personal_link)
        .where(
            personal_link.c.person_id == person_id,
            personal_link.c.purpose == _JOIN,
            personal_link.c.used_at.is_(None),
            personal_link.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    await conn.execute(
        insert(personal_link).values(
            token_hash=house.vault.index(_JOIN, code),
            person_id=person_id,
            created_at=now,
            expires_at=_expiry(now),
            purpose=_JOIN,
        )
    )
    return code


def _expiry(now: int) -> int:
    return now + timedelta(minutes=JOIN_MINUTES) // timedelta(milliseconds=1)


async def refuse(conn: AsyncConnection, address_id: int) -> None:
    """Ends the code that was asked about at this address: it is not theirs."""
    values = {"address": address_id, "now": real_now()}
    await conn.execute(update(personal_link).where(*_ASKED_HERE).values(revoked_at=bindparam("now")), values)


# ---- what was typed ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """Whose code it is. ``link`` is that of a join code, or of what was asked; ``own``: it is the code that was theirs
    from the beginning; ``agreed``: the person said that it is theirs; ``refused`` says why it joins nothing."""

    person_id: int
    link: bytes | None = None
    own: bool = False
    agreed: bool = False
    refused: Joined | None = None


class Joining:
    """Recognises codes in what is typed; remembers, in this process, who typed how many that nobody has."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._guesses = Limiter(FREE_GUESSES, GUESSES_AN_HOUR / 3600)
        yes = kanalen_code.JOIN_ANSWERS[0]
        said = [(yes.label, "\n"), *([] if yes.words is None else [(yes.words, ",")])]
        self._yes = {"1"} | {
            understanding.normalise(words)
            for language in house.gemeente.languages
            for text, between in said
            for words in house.tongue.say(text, language).split(between)
        }

    async def heard(self, said: Said, address_id: int) -> Said:
        """``said`` as it goes on: ``Joined`` in the place of a code, so that it is stored nowhere, else as it was.

        A code that is valid is asked about; only the person's own, in their own conversation, is no question. One that
        is not is an answer of its own only as it is shown, with hyphens: ten characters may be a word or a telephone
        number.
        """
        if not isinstance(said, Typed) or len(said.text) > _LONGEST:
            return said
        words = _bare(said.text)
        code = read_code(words)
        if code is None:
            return said
        wrong = Joined(False) if _AS_SHOWN.fullmatch(words.upper()) else said
        try:
            self._guesses.check(address_id)
        except Refused:
            return wrong
        found = await self._find(code)
        if found is None:
            self._guesses.take(address_id)
            return wrong
        return await _join(self.house, address_id, found)

    async def says_yes(self, said: Said, address_id: int) -> bool:
        """Whether ``said`` is the yes to the question that `heard` led to: its button, or words on its screen."""
        if isinstance(said, Tapped):
            return said.data == kanalen_code.JOIN_YES
        if not isinstance(said, Typed) or not self._agrees(said.text):
            return False
        async with self.house.db.read() as conn:
            found = (await conn.execute(_DIALOGUE, {"address": address_id})).first()
        if found is None or found.session_sealed is None:
            return False
        await self.house.vault.prepare([found.key_id])
        with contextlib.suppress(ValueError, Damaged):  # of a newer release, or broken
            stack = sessions.loads(self.house.vault.unseal_text(found.session_sealed, "session")).stack
            return bool(stack) and (stack[-1].flow, stack[-1].screen) == kanalen_code.JOINING
        return False

    async def agreed(self, address_id: int) -> Joined:
        """After the yes: whoever writes from this address and whose code they were asked about are one person by then,
        unless nothing was asked, or too long ago."""
        async with self.house.db.read() as conn:
            row = (await conn.execute(_ASKED, {"address": address_id, "now": real_now()})).first()
        if row is None:
            return Joined(False)
        found = _Found(row.person_id, row.token_hash, own=row.purpose == _OWN, agreed=True)
        return await _join(self.house, address_id, found)

    def _agrees(self, text: str) -> bool:
        """Whether these words say yes and nothing else: more may say who did make the code."""
        return understanding.agrees(text) or understanding.normalise(text) in self._yes

    async def _find(self, code: str) -> _Found | None:
        index = self.house.vault.index
        async with self.house.db.read() as conn:
            link = (await conn.execute(_BY_JOIN_CODE, {"hash": index(_JOIN, code), "now": real_now()})).first()
            own = (await conn.execute(_BY_OWN_CODE, {"index": index("code", code)})).first()
        if link is not None:
            return _Found(link.person_id, link.token_hash, refused=None if link.valid else Joined(False))
        if own is not None:
            return _Found(own.person_id, own=True, refused=Joined(False, pin=True) if own.has_pin else None)
        return None


def _bare(text: str) -> str:
    """Without the marks around and within it that copying and keyboards add; dashes and digits of one kind."""
    seen = (sign for sign in ascii_digits(text) if unicodedata.category(sign) != "Cf")
    plain = "".join("-" if unicodedata.category(sign) == "Pd" else sign for sign in seen)
    return plain.strip(" \t\r\n\"'`*_.,:;!?()[]<>“”‘’„«»")


# ---- two persons become one ----------------------------------------------------------------------------------------


async def _join(house: House, address_id: int, found: _Found) -> Joined:
    """Makes whoever writes from this address and whose code it is one person, if they are not and agreed to it; else
    notes that they are asked."""
    for _ in range(TRIES):
        try:
            joined = await retried(lambda: _try(house, address_id, found), tries=TRIES)
        except Unreadable:  # one of them was erased
            return Joined(False)
        if joined is not None:
            if joined.ok:
                await finish(house)
            return joined
    raise RuntimeError("one of two persons became part of another again and again")


async def _try(house: House, address_id: int, found: _Found) -> Joined | None:
    """One try; None when one of the two became part of another meanwhile."""
    topics: list[str] = []
    async with house.db.begin() as conn:
        mine, theirs, channel = await _who(conn, address_id, found)
        if mine == theirs:  # whatever became of the code: both are one
            return Joined(True)
        if found.refused is not None:
            return found.refused
        sides = await merging.lock(conn, mine, theirs)
        if sides is None or (mine, theirs, channel) != await _who(conn, address_id, found):
            return None
        pins = {side.person.id for side in sides if side.person.pin_sealed is not None}
        # A PIN keeps what was said from who merely holds the telephone: it is not got round by a code of their own.
        if mine in pins and channel not in FETCHED:
            return Joined(False, pin=True)
        if found.own and theirs in pins:
            return Joined(False, pin=True)
        await house.vault.prepare(side.person.key_id for side in sides)
        for side in sides:  # nobody is asked to become one with someone who was erased
            house.vault.unseal(side.person.code_sealed, "code")
        if not found.agreed:
            return await _ask(conn, address_id, theirs, found.link)
        used = {"hash": found.link, "now": real_now(), "by": address_id}
        if (await conn.execute(_USE, used)).rowcount != 1:
            return Joined(False)
        topics = await _merge(house, conn, *sides)
    house.signals.publish(topics)
    return Joined(True)


async def _ask(conn: AsyncConnection, address_id: int, theirs: int, link: bytes | None) -> Joined:
    """Notes what is asked at this address, and nothing else that was. A person's own code has no ``link``: one that
    nobody can type stands for it."""
    now = real_now()
    await conn.execute(_FORGET_OWN, {"address": address_id})
    await conn.execute(_FORGET, {"address": address_id})
    if link is None:
        link = secrets.token_bytes(32)
        values = {"token_hash": link, "person_id": theirs, "created_at": now, "expires_at": _expiry(now)}
        await conn.execute(insert(personal_link).values(**values, purpose=_OWN))
    asked = (await conn.execute(_ASK, {"hash": link, "now": now, "by": address_id})).rowcount == 1
    return Joined(False, asks=asked)


async def _who(conn: AsyncConnection, address_id: int, found: _Found) -> tuple[int, int, str]:
    """Who typed, whose code it is, and the channel on which it was typed."""
    mine, channel = (await conn.execute(_WHOSE, {"address": address_id})).one()
    theirs = (await conn.execute(_NOW, {"person": found.person_id})).scalar_one()
    return mine, theirs, channel


async def _merge(house: House, conn: AsyncConnection, older: Side, younger: Side) -> list[str]:
    """Everything of the younger under the older one's key; gives whom to wake at the commit."""
    vault, now = house.vault, to_ms(house.clock.now())
    key_id, keys = older.person.key_id, (older.person.key_id, younger.person.key_id)

    async def reseal(purpose: str, blob: bytes | None) -> bytes | None:
        await vault.prepare(keys)  # again and again: a long conversation takes longer than they are kept ready
        return None if blob is None else vault.seal(key_id, purpose, vault.unseal(blob, purpose))

    session = older.conversation.session_sealed
    if await _is_blank(house, older) and not await _is_blank(house, younger):
        session = await reseal("session", younger.conversation.session_sealed)
    channels = await merging.merge(conn, older, younger, session, reseal, now, real_now())
    await vault.prepare(keys)
    await conn.execute(
        insert(event).values(
            conversation_id=older.conversation.id,
            person_id=older.person.id,
            kind="merge",
            created_at=now,
            detail_sealed=vault.seal_text(key_id, "event", json.dumps({"channels": channels})),
        )
    )
    topics = [INBOX, OUTBOX, *(str(side.conversation.id) for side in (older, younger))]
    await conversations.notify(conn, topics)
    return topics


async def _is_blank(house: House, side: Side) -> bool:
    """Whether nothing that can be gone on with was ever talked about there."""
    sealed = side.conversation.session_sealed
    if sealed is None:
        return True
    await house.vault.prepare([side.person.key_id])
    try:
        return not sessions.loads(house.vault.unseal_text(sealed, "session")).stack
    except Damaged:
        return True
    except ValueError:  # of a newer release: something was talked about
        return False


async def finish(house: House) -> None:
    """Destroys the keys of persons who became part of another: what an old copy of the data has of them under those
    stays unreadable. What fails, or was left by a process that died, is done the next time."""
    try:
        async with house.db.read() as conn:
            keys = await merging.keys_to_destroy(conn)
        for key_id in keys:
            await house.vault.destroy(key_id, to_ms(house.clock.now()))
            async with house.db.begin() as conn:
                await merging.forget_key(conn, key_id)
    except Exception as error:
        log.error("a key of no use any more could not be destroyed: %s", type(error).__name__)
