"""The outbox: claiming what may go out now, by any number of processes, and noting what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, exists, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import address, attachment, conversation, helper, message, outbox, person, receipt, staff

Values = Mapping[str, Any]

#: Spelt out rather than bound: only so do both engines know that the index of what waits holds every such row.
_WAITING: ColumnElement[str] = literal_column("'waiting'")

#: In milliseconds.
_WEEK = 7 * 24 * 60 * 60 * 1_000

_other = outbox.alias()
_FREE = or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until < bindparam("real_now"))
#: After so many tries in vain what comes later waits for it no longer: that may be a cry for help being answered.
STUCK = 5
#: Order per address: a row is free to go when no earlier one waits and none is under way. What was planned may have to
#: wait for the morning, or for a human to let go: no answer waits behind it, and neither does what expires. As a table
#: expression: as a plain subquery PostgreSQL may run it again for every row, and so claim more than it may.
_FREE_TO_GO = (
    select(outbox.c.id)
    .where(outbox.c.state == _WAITING, outbox.c.planned == bindparam("unasked"), outbox.c.due_at <= bindparam("now"))
    .where(_FREE)
    .where(
        ~exists().where(
            _other.c.address_id == outbox.c.address_id,
            _other.c.state == _WAITING,
            or_(
                and_(
                    _other.c.id < outbox.c.id,
                    _other.c.planned <= outbox.c.planned,
                    or_(_other.c.attempts < STUCK, _other.c.due_at <= bindparam("now")),
                    or_(outbox.c.expires_at.is_(None), _other.c.expires_at.is_not(None), _other.c.planned == 0),
                ),
                and_(_other.c.id != outbox.c.id, _other.c.claimed_until >= bindparam("real_now")),
            ),
        )
    )
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def _claim(which: Any) -> Any:
    free = _FREE_TO_GO.where(which).cte("free")
    return (
        update(outbox)
        .where(outbox.c.id.in_(select(free.c.id)))
        .values(claimed_until=bindparam("until"), attempts=outbox.c.attempts + 1)
        .returning(outbox.c.id)
    )


_CLAIM = _claim(outbox.c.channel == bindparam("which"))
_CLAIM_OTHERS = _claim(outbox.c.channel.not_in(bindparam("known", expanding=True)))
_FILES = (
    select(func.count())
    .select_from(attachment)
    .where(attachment.c.message_id == message.c.id)
    .scalar_subquery()
    .label("files")
)
_sent, _said = outbox.alias(), message.alias()
#: On how many other occasions something that nobody asked for went to this person in the last week: what waited long
#: may not all go at once. As ``storage.conversations.planned_since`` counts when it is said.
_UNASKED_LATELY = case(
    (
        outbox.c.planned == 1,
        select(func.count(_said.c.created_at.distinct()))
        .select_from(_sent.join(_said, _said.c.id == _sent.c.message_id))
        .where(
            _sent.c.conversation_id == outbox.c.conversation_id,
            _sent.c.planned == 1,
            _sent.c.state.in_(["sent", "delivered", "read"]),
            _sent.c.sent_at > bindparam("since"),
            ~func.coalesce(_sent.c.kind, "").startswith("afspraak."),
            _said.c.created_at != message.c.created_at,
        )
        .correlate(outbox, message)
        .scalar_subquery(),
    ),
    else_=0,
).label("unasked_lately")
_CLAIMED = (
    select(
        outbox.c.id,
        outbox.c.conversation_id,
        outbox.c.message_id,
        outbox.c.address_id,
        outbox.c.channel,
        outbox.c.attempts,
        outbox.c.asked,
        outbox.c.planned,
        outbox.c.kind,
        outbox.c.expires_at,
        outbox.c.page,
        outbox.c.parts,
        message.c.content_sealed,
        message.c.author,
        message.c.created_at,
        address.c.external_sealed,
        address.c.last_inbound_at,
        address.c.blocked_at,
        address.c.left_at,
        address.c.confirmed_at,
        address.c.in_full,
        person.c.id.label("person_id"),
        person.c.key_id,
        person.c.language,
        person.c.opted_out_at,
        person.c.phone_shared_at,
        conversation.c.held_by,
        conversation.c.hold_until,
        conversation.c.paused_at,
        staff.c.name.label("staff_name"),
        helper.c.name_sealed.label("helper_sealed"),
        _FILES,
        _UNASKED_LATELY,
    )
    .join(message, message.c.id == outbox.c.message_id)
    .join(address, address.c.id == outbox.c.address_id)
    .join(person, person.c.id == address.c.person_id)
    .join(conversation, conversation.c.id == outbox.c.conversation_id)
    .outerjoin(staff, staff.c.id == message.c.staff_id)
    .outerjoin(helper, helper.c.id == message.c.helper_id)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(outbox.c.planned, outbox.c.id)
)
_MARK = (
    update(outbox)
    .where(outbox.c.id == bindparam("key"), outbox.c.state == _WAITING)
    .values(
        state=bindparam("to"),
        reason=bindparam("why"),
        due_at=func.coalesce(bindparam("at"), outbox.c.due_at),
        sent_at=bindparam("sent"),
        external_index=bindparam("external"),
        style=bindparam("how"),
        attempts=outbox.c.attempts - bindparam("uncounted"),
        claimed_until=None,
    )
)
_KEY = select(person.c.key_id).join(address, address.c.person_id == person.c.id).where(address.c.id == bindparam("of"))
_CONVERSATION = select(outbox.c.conversation_id).where(outbox.c.id == bindparam("key"))
_PROGRESS = (
    update(outbox)
    .where(outbox.c.id == bindparam("key"), outbox.c.state == _WAITING)
    .values(parts=bindparam("taken"), claimed_until=bindparam("until"))
)
_BEFORE = (
    select(outbox.c.style, outbox.c.state, message.c.created_at)
    .join(message, message.c.id == outbox.c.message_id)
    .where(outbox.c.address_id == bindparam("address"), outbox.c.id < bindparam("key"))
    .order_by(outbox.c.id.desc())
    .limit(1)
)
_ATTACHMENTS = (
    select(attachment.c.media_type, attachment.c.data_sealed)
    .where(attachment.c.message_id == bindparam("message"))
    .order_by(attachment.c.id)
)
_EARLY = select(receipt.c.external_index, receipt.c.state, receipt.c.reason).where(
    receipt.c.external_index.in_(bindparam("indexes", expanding=True))
)
#: Styles in which a message is not in what was sent, but behind its link.
NOTICES = ("nudge", "template", "announced")
#: A receipt moves a message forward only: platforms tell twice, and in any order.
_BELOW = {"delivered": ("sent",), "read": ("sent", "delivered"), "failed": ("sent",)}
_RECEIVED = {
    state: update(outbox)
    .where(outbox.c.external_index == bindparam("external"), outbox.c.state.in_(below))
    .values(
        # Of a notice the platform knows only that it was read, not the message behind it.
        state=case((outbox.c.style.in_(NOTICES), "delivered"), else_="read") if state == "read" else state,
        reason=bindparam("why"),
    )
    .returning(outbox.c.id, outbox.c.conversation_id)
    for state, below in _BELOW.items()
}
_KNOWN = select(outbox.c.id).where(outbox.c.external_index == bindparam("external")).limit(1)
_new = insert(receipt)
_KEEP = _new.on_conflict_do_update(
    index_elements=["external_index"],
    set_={"state": _new.excluded.state, "reason": _new.excluded.reason},
    where=receipt.c.state == "delivered",
)


async def claim(
    conn: AsyncConnection, channel: str, *, planned: bool, now: int, real_now: int, until: int, most: int
) -> list[Row[*tuple[Any, ...]]]:
    """Messages for ``channel`` that may go out now, at most one per address, claimed until the real time ``until``,
    with all that is needed to send them. ``planned``: those that nobody just asked for, or the others."""
    values = {"which": channel, "unasked": int(planned), "now": now, "real_now": real_now, "until": until, "most": most}
    ids = list((await conn.execute(_CLAIM, values)).scalars())
    return list(await conn.execute(_CLAIMED, {"ids": ids, "since": now - _WEEK})) if ids else []


async def claim_others(
    conn: AsyncConnection, channels: Iterable[str], *, now: int, real_now: int, until: int, most: int
) -> list[Row[*tuple[Any, ...]]]:
    """The same for channels that are none of ``channels``: they were switched off."""
    ids: list[int] = []
    for planned in (0, 1):
        values = {"unasked": planned, "now": now, "real_now": real_now, "until": until, "most": most}
        ids += (await conn.execute(_CLAIM_OTHERS, {**values, "known": ["", *channels]})).scalars()
    return list(await conn.execute(_CLAIMED, {"ids": ids, "since": now - _WEEK})) if ids else []


def marked(
    outbox_id: int,
    state: str,
    *,
    reason: str | None = None,
    at: int | None = None,
    sent: int | None = None,
    external: bytes | None = None,
    style: str | None = None,
    counts: bool = True,
) -> Values:
    """What became of a claimed message, for `mark`: ``waiting`` again until ``at``, or any state that is an end.
    ``counts``: whether it was a try."""
    return {
        "key": outbox_id,
        "to": state,
        "why": reason,
        "at": at,
        "sent": sent,
        "external": external,
        "how": style,
        "uncounted": int(not counts),
    }


async def mark(conn: AsyncConnection, rows: Sequence[Values]) -> None:
    """Notes what became of claimed messages."""
    await conn.execute(_MARK, rows)


async def mark_one(conn: AsyncConnection, values: Values) -> bool:
    """The same for one; False: it was no longer waiting (dropped meanwhile, or another process was first)."""
    return (await conn.execute(_MARK, values)).rowcount == 1


async def conversation_of(conn: AsyncConnection, outbox_id: int) -> int:
    """The conversation that a message is in by now."""
    return int((await conn.execute(_CONVERSATION, {"key": outbox_id})).scalar_one())


async def known(conn: AsyncConnection, external: bytes) -> int | None:
    """The message that a platform knows by this, if it was noted as sent."""
    found: int | None = (await conn.execute(_KNOWN, {"external": external})).scalar_one_or_none()
    return found


async def key_of(conn: AsyncConnection, address_id: int) -> int:
    """The key of whose address it is by now."""
    return int((await conn.execute(_KEY, {"of": address_id})).scalar_one())


async def progress(conn: AsyncConnection, outbox_id: int, parts: int, until: int) -> None:
    """So many platform messages of this one were taken: after a crash it goes on with the next. It stays claimed until
    the real time ``until``."""
    await conn.execute(_PROGRESS, {"key": outbox_id, "taken": parts, "until": until})


async def before(conn: AsyncConnection, address_id: int, outbox_id: int) -> Row[*tuple[Any, ...]] | None:
    """``(style, state, created_at of its message)`` of what went to the address just before."""
    return (await conn.execute(_BEFORE, {"address": address_id, "key": outbox_id})).first()


async def attachments(conn: AsyncConnection, message_id: int) -> list[Row[str, bytes]]:
    """``(media_type, data_sealed)`` of the files of a message, in order."""
    return list(await conn.execute(_ATTACHMENTS, {"message": message_id}))


async def early(conn: AsyncConnection, indexes: Sequence[bytes]) -> list[Row[bytes, str, str | None]]:
    """Receipts that were here before we had noted what they are about."""
    return list(await conn.execute(_EARLY, {"indexes": list(indexes)}))


async def received(conn: AsyncConnection, external: bytes, state: str, reason: str | None) -> Row[int, int] | None:
    """Moves the message forward; its ``(id, conversation_id)``, or None when it was there already or is not known."""
    found = await conn.execute(_RECEIVED[state], {"external": external, "why": reason})
    return found.first()


async def keep_early(conn: AsyncConnection, external: bytes, state: str, reason: str | None, now: int) -> bool:
    """Keeps a receipt of a message that is not known yet; False: it is known."""
    if await known(conn, external) is not None:
        return False
    await conn.execute(_KEEP, {"external_index": external, "state": state, "reason": reason, "received_at": now})
    return True
