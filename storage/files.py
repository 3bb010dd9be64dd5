"""What the desk shows of one file beside its messages. Only ``bot.desk.access`` reads it, and puts that on record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, Row, and_, bindparam, exists, func, insert, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import (
    address,
    alarm,
    case_file,
    conversation,
    event,
    message,
    note,
    outbox,
    person,
    promise,
    staff,
)

#: Events that say which crises stand on a file.
CRISIS_KINDS = ("alarm", "false_alarm", "crisis_over")

_last = (
    select(outbox.c.id)
    .where(outbox.c.conversation_id == conversation.c.id, outbox.c.state != "dropped")
    .order_by(outbox.c.id.desc())
    .limit(1)
    .correlate(conversation)
    .scalar_subquery()
)
#: Event numbers grow: what a human did about it came later.
_told = (
    select(func.coalesce(func.max(event.c.id), 0))
    .where(event.c.conversation_id == conversation.c.id, event.c.kind == "undelivered")
    .correlate(conversation)
    .scalar_subquery()
)
_contact = event.alias("contact")
#: The last message that was to go out did not arrive, by whatever way, and nobody spoke with the person since.
UNDELIVERED = and_(
    exists().where(outbox.c.id == _last, outbox.c.state == "failed"),
    not_(
        exists().where(
            _contact.c.conversation_id == conversation.c.id,
            _contact.c.kind == "contactmoment",
            _contact.c.staff_id.is_not(None),
            _contact.c.id > _told,
        )
    ),
)

_assigned = staff.alias("assigned")
_holder = staff.alias("holder")
_OF: BindParameter[int] = bindparam("conversation")
_WORKS = and_(address.c.left_at.is_(None), address.c.blocked_at.is_(None))
#: Where they last were they left, and there is no other way to reach them in writing.
_LEFT = and_(
    exists().where(address.c.person_id == person.c.id, address.c.left_at.is_not(None)),
    not_(exists().where(address.c.person_id == person.c.id, _WORKS)),
).label("left")
_HEAD = (
    select(
        conversation.c.id,
        conversation.c.person_id,
        conversation.c.created_at,
        conversation.c.session_sealed,
        conversation.c.last_seq,
        conversation.c.queue,
        conversation.c.urgency,
        conversation.c.due_at,
        conversation.c.assigned_to,
        conversation.c.held_by,
        conversation.c.hold_until,
        conversation.c.paused_at,
        person.c.key_id,
        person.c.language,
        person.c.name_sealed,
        person.c.phone_sealed,
        person.c.email_sealed,
        person.c.opted_out_at,
        person.c.phone_shared_at,
        person.c.pin_sealed.is_not(None).label("has_pin"),
        _LEFT,
        UNDELIVERED.label("undelivered"),
        _assigned.c.name.label("assigned_name"),
        _holder.c.name.label("holder_name"),
    )
    .join(person, person.c.id == conversation.c.person_id)
    .outerjoin(_assigned, _assigned.c.id == conversation.c.assigned_to)
    .outerjoin(_holder, _holder.c.id == conversation.c.held_by)
    .where(conversation.c.id == _OF)
)
_CASE = (
    select(case_file.c.opened_at, case_file.c.closed_at, case_file.c.capacity, case_file.c.answers_sealed, staff.c.name)
    .outerjoin(staff, staff.c.id == case_file.c.taken_by)
    .where(case_file.c.conversation_id == _OF)
    .order_by(case_file.c.id.desc())
    .limit(1)
)
_PROMISES = (
    select(promise.c.kind, promise.c.made_at, promise.c.due_at, promise.c.kept_at)
    .where(promise.c.conversation_id == _OF)
    .order_by(promise.c.due_at, promise.c.id)
)
_ALARMS = (
    select(alarm.c.raised_at, alarm.c.category_sealed, alarm.c.state, alarm.c.acknowledged_at, staff.c.name)
    .outerjoin(staff, staff.c.id == alarm.c.acknowledged_by)
    .where(alarm.c.conversation_id == _OF, alarm.c.kind == "crisis")
    .order_by(alarm.c.id.desc())
    .limit(10)
)
#: Of contact the conversation tells by itself, but for what a human had outside it.
_IN_CHAT = and_(
    event.c.kind == "contactmoment",
    or_(
        event.c.staff_id.is_(None),
        exists().where(
            message.c.conversation_id == event.c.conversation_id,
            message.c.staff_id == event.c.staff_id,
            message.c.created_at == event.c.created_at,
        ),
    ),
)
_EVENTS = (
    select(event.c.kind, event.c.created_at, event.c.detail_sealed, event.c.staff_id, staff.c.name)
    .outerjoin(staff, staff.c.id == event.c.staff_id)
    .where(event.c.conversation_id == _OF, event.c.kind.in_(bindparam("kinds", expanding=True)), not_(_IN_CHAT))
    .order_by(event.c.id.desc())
    .limit(20)
)
_CRISES = (
    select(event.c.kind, event.c.created_at, event.c.detail_sealed)
    .where(event.c.conversation_id == _OF, event.c.kind.in_(CRISIS_KINDS))
    .order_by(event.c.id)
)
_SAID = (
    select(message.c.created_at, func.min(message.c.seq).label("seq"))
    .where(message.c.conversation_id == _OF, message.c.author.in_(["resident", "helper"]))
    .where(message.c.created_at.in_(bindparam("instants", expanding=True)))
    .group_by(message.c.created_at)
)
_NOTES = (
    select(note.c.id, note.c.created_at, note.c.text_sealed, staff.c.name)
    .join(staff, staff.c.id == note.c.staff_id)
    .where(note.c.conversation_id == _OF)
    .order_by(note.c.id)
)
#: Where they last wrote from, as long as that was lately.
_HERE = (
    select(message.c.address_id)
    .where(message.c.conversation_id == conversation.c.id, message.c.author == "resident")
    .where(conversation.c.last_inbound_at > bindparam("recent"))
    .order_by(message.c.seq.desc())
    .limit(1)
    .correlate(conversation)
    .scalar_subquery()
)
_CHANNELS = (
    select(
        address.c.channel,
        address.c.external_sealed,
        address.c.last_inbound_at,
        address.c.blocked_at,
        address.c.left_at,
        address.c.confirmed_at,
        address.c.preferred,
        address.c.in_full,
    )
    .join(conversation, conversation.c.person_id == address.c.person_id)
    .where(conversation.c.id == _OF)
    .order_by(
        address.c.blocked_at.is_not(None),
        address.c.left_at.is_not(None),
        func.coalesce(address.c.id == _HERE, False).desc(),
        address.c.preferred.desc(),
        address.c.channel == "webchat",
        address.c.last_inbound_at.is_(None),
        address.c.last_inbound_at.desc(),
        address.c.id.desc(),
    )
)
_ON_RECORD = select(event.c.conversation_id).where(
    event.c.conversation_id.in_(bindparam("ids", expanding=True)),
    event.c.staff_id == bindparam("staff_id"),
    event.c.kind == bindparam("kind"),
    event.c.created_at > bindparam("since"),
)
_RECORD = insert(event)

Rows = list[Row[*tuple[Any, ...]]]


async def head(conn: AsyncConnection, conversation_id: int) -> Row[*tuple[Any, ...]] | None:
    """The conversation with its person, or None."""
    return (await conn.execute(_HEAD, {"conversation": conversation_id})).first()


async def case(conn: AsyncConnection, conversation_id: int) -> Row[*tuple[Any, ...]] | None:
    """The newest case of the conversation, with the name of who took it, or None."""
    return (await conn.execute(_CASE, {"conversation": conversation_id})).first()


async def promises(conn: AsyncConnection, conversation_id: int) -> Rows:
    """What was promised, by when, and when it was kept."""
    return list(await conn.execute(_PROMISES, {"conversation": conversation_id}))


async def alarms(conn: AsyncConnection, conversation_id: int) -> Rows:
    """The last ten alarms of crises, newest first, with the name of who acknowledged each."""
    return list(await conn.execute(_ALARMS, {"conversation": conversation_id}))


async def events(conn: AsyncConnection, conversation_id: int, kinds: tuple[str, ...]) -> Rows:
    """The last twenty events of these kinds, newest first, with the name of who did it; a ``contactmoment`` only where
    it was outside the conversation."""
    return list(await conn.execute(_EVENTS, {"conversation": conversation_id, "kinds": kinds}))


async def crises(conn: AsyncConnection, conversation_id: int) -> Rows:
    """When a crisis was recognised, denied or over, oldest first."""
    return list(await conn.execute(_CRISES, {"conversation": conversation_id}))


async def said(conn: AsyncConnection, conversation_id: int, instants: Iterable[int]) -> dict[int, int]:
    """The sequence number of what the person said at each of these instants."""
    rows = await conn.execute(_SAID, {"conversation": conversation_id, "instants": list(set(instants))})
    return {row.created_at: row.seq for row in rows}


async def notes(conn: AsyncConnection, conversation_id: int) -> Rows:
    """The private notes, oldest first, each with who wrote it."""
    return list(await conn.execute(_NOTES, {"conversation": conversation_id}))


async def channels(conn: AsyncConnection, conversation_id: int, recent: int) -> Rows:
    """Where the person can be reached, in the order in which we try (as ``storage.conversations.lock``)."""
    return list(await conn.execute(_CHANNELS, {"conversation": conversation_id, "recent": recent}))


async def on_record(conn: AsyncConnection, kind: str, staff_id: int, ids: Iterable[int], since: int) -> set[int]:
    """Of which of these conversations it is on record that this member of staff did so (``looked``, ``searched``)
    after ``since``."""
    values = {"ids": list(ids), "staff_id": staff_id, "kind": kind, "since": since}
    return set((await conn.execute(_ON_RECORD, values)).scalars())


async def record(conn: AsyncConnection, kind: str, staff_id: int, people: Iterable[tuple[int, int]], now: int) -> None:
    """Puts a look into files, or a search that found them, on record. ``people``: conversation and person; in order of
    the first, as others lock several: neither waits for the other."""
    await conn.execute(
        _RECORD,
        [
            {
                "conversation_id": conversation_id,
                "person_id": person_id,
                "staff_id": staff_id,
                "kind": kind,
                "created_at": now,
            }
            for conversation_id, person_id in sorted(people)
        ],
    )
