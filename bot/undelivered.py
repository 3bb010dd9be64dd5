"""What follows when a message could not be delivered: another channel takes it on, or a human learns of it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import clocks, talk
from bot.agenda.making import is_reminder
from bot.channels.limits import EMAIL, LIMITS
from bot.clock import to_ms
from bot.house import House
from bot.privacy.vault import Unreadable
from bot.talk import FETCHED, Talk
from flows.grammar import Urgency
from storage import conversations, outgoing
from storage.tables import address, case_file, message, outbox, promise

#: The person, or the platform for them, closed this way: it is an opt-out, and nothing more goes there.
CLOSED = frozenset({"blocked", "opted_out", "deactivated"})
#: There is nobody any more to tell it to, or about.
ERASED = "erased"
#: Nothing but templates goes out now, whatever we reckoned.
WINDOW_CLOSED = "window_closed"

_ROW = (
    select(
        outbox.c.id,
        outbox.c.message_id,
        outbox.c.address_id,
        outbox.c.channel,
        outbox.c.asked,
        outbox.c.planned,
        outbox.c.kind,
        outbox.c.expires_at,
        message.c.author,
        message.c.created_at,
        address.c.person_id,
        address.c.blocked_at,
    )
    .join(message, message.c.id == outbox.c.message_id)
    .join(address, address.c.id == outbox.c.address_id)
    .where(outbox.c.id == bindparam("key"))
)
_tried = outbox.alias()
#: Another way to the same person that works and that this message has not been tried on. An e-mail address that nobody
#: confirmed may be someone else's: no way that a message can be left to.
_OTHER = (
    select(address.c.id, address.c.channel)
    .where(
        address.c.person_id == bindparam("person"),
        address.c.channel.in_(bindparam("channels", expanding=True)),
        address.c.blocked_at.is_(None),
        address.c.left_at.is_(None),
        or_(address.c.channel != EMAIL.channel, address.c.confirmed_at.is_not(None)),
        ~exists().where(_tried.c.message_id == bindparam("message"), _tried.c.address_id == address.c.id),
    )
    .order_by(address.c.preferred.desc(), func.coalesce(address.c.last_inbound_at, 0).desc(), address.c.id.desc())
    .limit(1)
)
#: The same message that they have already, from another address.
_THERE = select(outbox.c.id).where(
    outbox.c.message_id == bindparam("message"), outbox.c.state.in_(["sent", "delivered", "read"])
)
_OPEN_CASE = select(case_file.c.id).where(
    case_file.c.conversation_id == bindparam("conversation"), case_file.c.closed_at.is_(None)
)
#: What that answer kept, as of ``bot.talk``; who never got it is still waiting.
_REOPEN = (
    update(promise)
    .where(promise.c.conversation_id == bindparam("conversation"), promise.c.kept_at == bindparam("at"))
    .values(kept_at=None)
)
_CLOSE = (
    update(address)
    .where(address.c.id == bindparam("address"), address.c.blocked_at.is_(None))
    .values(blocked_at=bindparam("at"))
)
_CLOSE_WINDOW = (
    update(address)
    .where(address.c.id == bindparam("address"), address.c.last_inbound_at > bindparam("at"))
    .values(last_inbound_at=bindparam("at"))
)


async def lock(conn: AsyncConnection, outbox_id: int) -> Row[*tuple[Any, ...]] | None:
    """The conversation of a message, locked, whichever that is by now; None: there is none any more.

    Before anything is done to the message itself: whoever makes two persons one takes them in this order.
    """
    before: int | None = None
    while (conversation_id := await outgoing.conversation_of(conn, outbox_id)) != before:
        for row in await conversations.lock(conn, [conversation_id]):
            return row
        before = conversation_id  # it became part of another while we waited
    return None


async def fail(house: House, conn: AsyncConnection, values: outgoing.Values, code: str) -> None:
    """Marks a claimed message as failed for ``code``, with what follows from it; of one that is not waiting any more
    nothing follows."""
    conversation = await lock(conn, values["key"])
    if await outgoing.mark_one(conn, values):
        await follow_up(house, conn, conversation, values["key"], code)


async def follow_up(
    house: House, conn: AsyncConnection, conversation: Row[*tuple[Any, ...]] | None, outbox_id: int, code: str
) -> None:
    """After a message was marked as failed for ``code``, in the same transaction, its ``conversation`` being locked."""
    if conversation is None or code == ERASED:
        return
    await house.vault.prepare({conversation.key_id})
    with suppress(Unreadable):  # erased: see `ERASED`
        one = Talk(house, conversation, to_ms(house.clock.now()))
        failed = (await conn.execute(_ROW, {"key": outbox_id})).one()
        if code in CLOSED and failed.blocked_at is None:
            one.record("blocked", {"channel": failed.channel, "reason": code})
            await conn.execute(_CLOSE, {"address": failed.address_id, "at": one.now})
        if code == WINDOW_CLOSED and await _is_news(one, conn, failed):
            await _again(one, conn, failed, failed.address_id, failed.channel)  # as a template
        elif not await _elsewhere(one, conn, failed):
            await _tell(one, conn, failed, code)
        await talk.write(conn, one.staged, [one])


async def _elsewhere(one: Talk, conn: AsyncConnection, failed: Row[*tuple[Any, ...]]) -> bool:
    """Lets another channel take the message on; whether there is one, and need of it."""
    if _is_over(one, failed) or (await conn.execute(_THERE, {"message": failed.message_id})).first() is not None:
        return False
    channels = [name for name in one.house.config.channels.names if name not in FETCHED]
    values = {"person": failed.person_id, "channels": channels or [""], "message": failed.message_id}
    other = (await conn.execute(_OTHER, values)).first()
    if other is None:
        return False
    one.record("fell_back", {"from": failed.channel, "to": other.channel})
    await _again(one, conn, failed, other.id, other.channel)
    return True


async def _again(
    one: Talk, conn: AsyncConnection, failed: Row[*tuple[Any, ...]], address_id: int, channel: str
) -> None:
    values = {
        "conversation_id": one.id,
        "message_id": failed.message_id,
        "address_id": address_id,
        "channel": channel,
        "asked": failed.asked,  # an answer stays one: the numbers for someone in danger go in full
        "planned": failed.planned,
        "kind": failed.kind,
        "expires_at": failed.expires_at,
        "due_at": one.now,
    }
    await conn.execute(insert(outbox).values(values))


async def _is_news(one: Talk, conn: AsyncConnection, failed: Row[*tuple[Any, ...]]) -> bool:
    """Notes that the platform's window is closed, whoever reckons otherwise; False: we knew."""
    window = LIMITS[failed.channel].window
    if window is None:
        return False
    closed = one.now - window // timedelta(milliseconds=1)
    return bool((await conn.execute(_CLOSE_WINDOW, {"address": failed.address_id, "at": closed})).rowcount)


async def _tell(one: Talk, conn: AsyncConnection, failed: Row[*tuple[Any, ...]], code: str) -> None:
    """On file, and in the queue of those who can do something about it: silence would look like an answer. Nobody looks
    after someone who only said hello and closed the door."""
    one.record("undelivered", {"reason": code, "channel": failed.channel})
    if _is_over(one, failed):
        return
    if failed.author == "caseworker":
        await conn.execute(_REOPEN, {"conversation": one.id, "at": failed.created_at})
    known = one.held or one.columns["queue"] in ("new", "waiting_us", "waiting_them") or is_reminder(failed.kind or "")
    if failed.author == "caseworker" or known or (await conn.execute(_OPEN_CASE, {"conversation": one.id})).first():
        by = clocks.due(one, clocks.promises(one).first_contact)
        clocks.ask_human(one, Urgency.NORMAL, by if failed.expires_at is None else min(by, failed.expires_at))


def _is_over(one: Talk, failed: Row[*tuple[Any, ...]]) -> bool:
    """Whether the message says nothing any more, whoever would bring it."""
    return failed.expires_at is not None and failed.expires_at <= one.now
