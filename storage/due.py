"""Claiming what is due: pings and outgoing messages, by any number of processes, each row by one of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import address, alarm, message, outbox, person, ping

_FREE_PING = or_(ping.c.claimed_until.is_(None), ping.c.claimed_until < bindparam("real_now"))
#: As a table expression: as a plain subquery PostgreSQL may run it again for every row, and so claim more than it may.
_DUE_PINGS = (
    select(ping.c.id)
    .where(ping.c.state == "waiting", ping.c.due_at <= bindparam("now"), _FREE_PING)
    .order_by(ping.c.due_at, ping.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM_PINGS = (
    update(ping)
    .where(ping.c.id.in_(select(_DUE_PINGS.c.id)))
    .values(claimed_until=bindparam("until"))
    .returning(ping.c.id, ping.c.conversation_id, ping.c.kind, ping.c.about_sealed)
)
_NEXT_PING = select(func.min(ping.c.due_at)).where(ping.c.state == "waiting")
_NEXT_ALARM = select(func.min(alarm.c.next_at)).where(alarm.c.state == "raised")

_earlier = outbox.alias()
_FREE_ROW = or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until < bindparam("real_now"))
#: Order per person: a row is free to go when no earlier one of the conversation waits. Answers to someone who is
#: waiting overtake what was planned.
_FREE_TO_GO = (
    select(outbox.c.id)
    .where(outbox.c.state == "waiting", outbox.c.due_at <= bindparam("now"), _FREE_ROW)
    .where(
        ~exists().where(
            _earlier.c.conversation_id == outbox.c.conversation_id,
            _earlier.c.state == "waiting",
            _earlier.c.id < outbox.c.id,
        )
    )
    .order_by(outbox.c.planned, outbox.c.due_at, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("free")
)
_CLAIM_OUTBOX = (
    update(outbox)
    .where(outbox.c.id.in_(select(_FREE_TO_GO.c.id)))
    .values(claimed_until=bindparam("until"), attempts=outbox.c.attempts + 1)
    .returning(outbox.c.id)
)
_OUTGOING = (
    select(
        outbox.c.id,
        outbox.c.conversation_id,
        outbox.c.channel,
        outbox.c.attempts,
        message.c.content_sealed,
        address.c.external_sealed,
        person.c.key_id,
    )
    .join(message, message.c.id == outbox.c.message_id)
    .join(address, address.c.id == outbox.c.address_id)
    .join(person, person.c.id == address.c.person_id)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(outbox.c.planned, outbox.c.id)
)
_MARK = (
    update(outbox)
    .where(outbox.c.id == bindparam("key"), outbox.c.state == "waiting")
    .values(
        state=bindparam("to"),
        reason=bindparam("why"),
        due_at=func.coalesce(bindparam("at"), outbox.c.due_at),
        sent_at=bindparam("sent"),
        external_index=bindparam("external"),
        claimed_until=None,
    )
)


async def claim_pings(
    conn: AsyncConnection, *, now: int, real_now: int, until: int, most: int
) -> list[Row[int, int, str, bytes | None]]:
    """Pings due at ``now``, claimed until the real time ``until``."""
    values = {"now": now, "real_now": real_now, "until": until, "most": most}
    return list(await conn.execute(_CLAIM_PINGS, values))


async def next_due(conn: AsyncConnection) -> int | None:
    """When the next ping or alarm is due."""
    found = [
        (await conn.execute(_NEXT_PING)).scalar_one(),
        (await conn.execute(_NEXT_ALARM)).scalar_one(),
    ]
    return min((at for at in found if at is not None), default=None)


async def claim_outgoing(
    conn: AsyncConnection, *, now: int, real_now: int, until: int, most: int
) -> list[Row[*tuple[Any, ...]]]:
    """Messages that may go out now: at most one per conversation, claimed, with what is needed to send them."""
    values = {"now": now, "real_now": real_now, "until": until, "most": most}
    ids = list((await conn.execute(_CLAIM_OUTBOX, values)).scalars())
    return list(await conn.execute(_OUTGOING, {"ids": ids})) if ids else []


async def mark(
    conn: AsyncConnection,
    outbox_id: int,
    state: str,
    *,
    reason: str | None = None,
    at: int | None = None,
    sent: int | None = None,
    external: bytes | None = None,
) -> None:
    """What became of a claimed message: ``sent``, ``failed`` (for ``reason``) or ``waiting`` again until ``at``."""
    values = {"key": outbox_id, "to": state, "why": reason, "at": at, "sent": sent, "external": external}
    await conn.execute(_MARK, values)
