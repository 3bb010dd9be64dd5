"""The hot path: everything one batch of inbound messages reads and writes. Statements are built once, at import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    bindparam,
    func,
    insert,
    literal_column,
    null,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import insert_ignore
from storage.direct import Direct, Inserts, ManyInserts, are_copied
from storage.listed import listed
from storage.tables import address, attachment, conversation, download, message, outbox, person, ping, received

Values = Mapping[str, Any]

#: The columns of a conversation that a step may change; written back together.
CHANGEABLE = (
    "session_sealed",
    "last_seq",
    "queue",
    "urgency",
    "due_at",
    "assigned_to",
    "held_by",
    "held_at",
    "hold_until",
    "paused_at",
    "danger_at",
    "last_inbound_at",
    "last_staff_at",
    "notice_at",
    "updated_at",
)

_CONVERSATION = (
    *(conversation.c[name] for name in CHANGEABLE),
    conversation.c.id,
    conversation.c.person_id,
    person.c.key_id,
    person.c.language,
    person.c.opted_out_at,
)
_ADDRESS = (
    address.c.id.label("address_id"),
    address.c.channel,
    address.c.external_index,
    address.c.blocked_at,
)

#: Pings of the shell's own, by the beginning of their kind: what ends a person's messages ends none of these.
OUR_OWN = ("hold.", "deadline.", "agreements.", "care.", "ratings.", "helpers.")

#: Later than any message: nobody counts as being here.
NEVER = 2**62

_OWN = address.c.person_id == person.c.id
_last = message.alias()
#: Where they last wrote from, as long as that was lately: someone who is in the web chat now is not sent a notice.
_HERE = (
    select(_last.c.address_id)
    .where(_last.c.conversation_id == conversation.c.id, _last.c.author == "resident")
    .where(conversation.c.last_inbound_at > bindparam("recent"))
    .order_by(_last.c.seq.desc())
    .limit(1)
    .correlate(conversation)  # else it would be whoever said most of all, whose address is none of this person's
    .scalar_subquery()
)
#: Where a person is reached when it is us who begin: where they are now, else the address they prefer, else the newest
#: that we can push to. One that they left is better than none: what is said there is in the conversation when they
#: come back; one that is blocked is at least a reason on record.
_BEST_FIRST = (
    address.c.blocked_at.is_not(None),
    address.c.left_at.is_not(None),
    func.coalesce(address.c.id == _HERE, False).desc(),
    address.c.preferred.desc(),
    address.c.channel == "webchat",
    address.c.last_inbound_at.is_(None),
    address.c.last_inbound_at.desc(),
    address.c.id.desc(),
)
#: Spelt out rather than bound: only so do both engines know that the index of what waits holds every such row.
_WAITING: ColumnElement[str] = literal_column("'waiting'")

_FIND = (
    select(address.c.id, address.c.person_id, conversation.c.id.label("conversation_id"), person.c.key_id)
    .join(person, person.c.id == address.c.person_id)
    .join(conversation, conversation.c.person_id == person.c.id)
    .where(address.c.channel == bindparam("channel"), address.c.external_index == bindparam("external_index"))
)
#: Always locked in order of id: two batches never wait for each other in a circle.
#: One that became part of another is gone: PostgreSQL looks at this again after it has waited for the merge.
_LOCK = (
    select(*_CONVERSATION)
    .where(conversation.c.queue != "merged")
    .order_by(conversation.c.id)
    .with_for_update(of=conversation)
)
_PERSON = conversation.join(person, person.c.id == conversation.c.person_id)
_LOCK_BY_ADDRESS = (
    _LOCK.add_columns(*_ADDRESS).select_from(_PERSON.join(address, _OWN)).where(listed(address.c.id, "ids"))
)
#: With each of their addresses, the best first. Asked for the best alone, PostgreSQL compares everyone with everyone,
#: or reads all addresses there are; nobody has many.
_LOCK_BY_ID = (
    _LOCK.add_columns(*_ADDRESS)
    .select_from(_PERSON.outerjoin(address, _OWN))
    .where(listed(conversation.c.id, "ids"))
    .order_by(*_BEST_FIRST)
)
#: The key that each person has now. Who waited for a lock sees the conversation as it is by then, but the person as
#: they were before: PostgreSQL looks anew only at what is locked.
_KEYS = select(person.c.id, person.c.key_id).where(listed(person.c.id, "ids"))
_RECEIVE = ManyInserts(
    lambda rows: insert_ignore(received).values(rows).returning(received.c.scope, received.c.external_index),
    {name: partial(bindparam, type_=received.c[name].type) for name in ("scope", "external_index", "received_at")},
)
_INSERT_MESSAGES = Inserts(message)
#: A message is referred to by its place in the conversation, which is known before it has a number of its own.
_MESSAGE_ID = (
    select(message.c.id)
    .where(message.c.conversation_id == bindparam("conversation_id"), message.c.seq == bindparam("seq"))
    .scalar_subquery()
)
_OUTGOING = (
    *("conversation_id", "address_id", "channel", "state", "asked", "planned", "kind", "page"),
    *("due_at", "sent_at", "expires_at"),
)
_INSERT_OUTBOX = Direct(insert(outbox).values(message_id=_MESSAGE_ID, **{name: bindparam(name) for name in _OUTGOING}))
_COPY_OUTBOX = Inserts(outbox)
#: Numbers for so many messages that are about to be inserted (PostgreSQL).
_MESSAGE_IDS = Direct(
    select(literal_column("nextval(pg_get_serial_sequence('message', 'id'))")).select_from(
        func.generate_series(literal_column("1"), bindparam("count", type_=Integer))
    )
)
_INSERT_ATTACHMENT = Direct(
    insert(attachment).values(
        message_id=_MESSAGE_ID,
        **{name: bindparam(name) for name in ("conversation_id", "created_at", "media_type", "size", "data_sealed")},
    )
)
_INSERT_DOWNLOAD = Direct(
    insert(download).values(
        message_id=_MESSAGE_ID,
        **{name: bindparam(name) for name in ("conversation_id", "channel", "reference_sealed", "due_at")},
    )
)
_WRITTEN_FROM = Direct(
    update(address).where(address.c.id == bindparam("id")).values(last_inbound_at=bindparam("at"), blocked_at=null())
)
_DROP_OUTGOING = (
    update(outbox)
    .where(outbox.c.conversation_id == bindparam("conversation"), outbox.c.state == "waiting", outbox.c.planned == 1)
    .values(state="dropped", reason=bindparam("why"), claimed_until=None)
)
_UPDATE = Direct(
    update(conversation)
    .where(conversation.c.id == bindparam("id"))
    .values({conversation.c[name]: bindparam(f"new_{name}", type_=conversation.c[name].type) for name in CHANGEABLE})
)
_FINISH_PING = (
    update(ping)
    .where(ping.c.id == bindparam("key"), ping.c.state == _WAITING)
    .values(state=bindparam("to"), reason=bindparam("why"), aside_until=None)
)
_FAIL_PING = (
    update(ping).where(ping.c.id == bindparam("key")).values(state="dropped", reason="failed", aside_until=None)
)
_POSTPONE_PING = (
    update(ping)
    .where(ping.c.id == bindparam("key"), ping.c.state == _WAITING)
    .values(due_at=bindparam("at"), aside_until=None)
)
_POSTPONE_PINGS = Direct(
    update(ping).where(ping.c.id == bindparam("key")).values(due_at=bindparam("at"), aside_until=null())
)
_END_PINGS = (
    update(ping)
    .where(listed(ping.c.id, "ids"))
    .values(state=bindparam("to"), reason=bindparam("why"), aside_until=None)
)
_CANCEL_PINGS = (
    update(ping)
    .where(
        ping.c.conversation_id == bindparam("conversation"),
        ping.c.kind == bindparam("gone"),
        ping.c.state == _WAITING,
    )
    .values(state="dropped", reason=bindparam("why"))
)
_CANCEL_ALL_PINGS = (
    update(ping)
    .where(ping.c.conversation_id == bindparam("conversation"), ping.c.state == _WAITING)
    .where(*(~ping.c.kind.startswith(own) for own in OUR_OWN))
    .values(state="dropped", reason=bindparam("why"))
)
_REPLACE_PINGS = Direct(
    update(ping)
    .where(ping.c.conversation_id == bindparam("in"), ping.c.kind == bindparam("gone"), ping.c.state == _WAITING)
    .values(state=literal_column("'dropped'"), reason=literal_column("'replaced'"))
)
_PLAN = Direct(insert_ignore(ping), ("conversation_id", "kind", "created_at", "due_at", "about_sealed"))
#: What was said at one moment is one occasion, however many messages it took; a retry makes it no other one.
_OCCASIONS = func.count(message.c.created_at.distinct())
_PLANNED_SINCE = (
    select(outbox.c.conversation_id, _OCCASIONS)
    .select_from(outbox.join(message, message.c.id == outbox.c.message_id))
    .where(
        listed(outbox.c.conversation_id, "ids"),
        outbox.c.planned == 1,
        ~func.coalesce(outbox.c.kind, "").startswith("afspraak."),  # reminders of appointments do not count (rule 9)
        message.c.created_at > bindparam("since"),
    )
    .group_by(outbox.c.conversation_id)
)
_LAST_SAID = select(func.max(message.c.seq)).where(
    message.c.conversation_id == bindparam("conversation"), message.c.author == "bot"
)
_NOTIFY = text("SELECT pg_notify('klopaan', :topics)")


async def find(conn: AsyncConnection, channel: str, external_index: bytes) -> Row[int, int, int, int] | None:
    """``(id, person_id, conversation_id, key_id)`` of an address, or None."""
    return (await conn.execute(_FIND, {"channel": channel, "external_index": external_index})).first()


async def add_person(
    conn: AsyncConnection, *, now: int, person_row: Values, address_row: Values
) -> tuple[int, int, int]:
    """A new person with an address and a conversation: ``(person, conversation, address)`` ids.
    Raises IntegrityError when the address exists already (someone else was first)."""
    person_id = (await conn.execute(insert(person).values(**person_row).returning(person.c.id))).scalar_one()
    rows = {"person_id": person_id, "created_at": now}
    talk = insert(conversation).values(**rows, updated_at=now).returning(conversation.c.id)
    conversation_id = (await conn.execute(talk)).scalar_one()
    place = insert(address).values(**rows, **address_row).returning(address.c.id)
    return person_id, conversation_id, (await conn.execute(place)).scalar_one()


async def receive(conn: AsyncConnection, rows: Sequence[Values]) -> set[tuple[str, bytes]]:
    """Notes messages as received; gives those that were not there yet. ``rows``: scope, external_index, received_at."""
    ordered = sorted(rows, key=lambda row: (row["scope"], row["external_index"]))
    return {(scope, bytes(index)) for scope, index in await _RECEIVE.fetch(conn, ordered)}


async def was_received(conn: AsyncConnection, scope: str, external_index: bytes) -> bool:
    """Whether this message was noted by `receive` before."""
    known = select(received.c.scope).where(received.c.scope == scope, received.c.external_index == external_index)
    return (await conn.execute(known)).first() is not None


async def lock_by_address(conn: AsyncConnection, ids: Iterable[int]) -> list[Row[*tuple[Any, ...]]]:
    """The conversations of these addresses, locked until the commit (PostgreSQL), in order of their id."""
    return await _locked(conn, _LOCK_BY_ADDRESS, {"ids": sorted(set(ids))})


async def lock(conn: AsyncConnection, ids: Iterable[int], *, recent: int = NEVER) -> list[Row[*tuple[Any, ...]]]:
    """These conversations, locked, each with the address where the person is best reached (or None); who wrote after
    ``recent`` is reached where they did."""
    best: dict[int, Row[*tuple[Any, ...]]] = {}
    for row in await _locked(conn, _LOCK_BY_ID, {"ids": sorted(set(ids)), "recent": recent}):
        best.setdefault(row.id, row)
    return list(best.values())


async def _locked(conn: AsyncConnection, statement: Select[Any], values: Values) -> list[Row[*tuple[Any, ...]]]:
    """What is locked, with the key by which each person's data are sealed now: what is sealed under one that they had
    until this very moment is lost, because that is destroyed (``storage.erasing.move_to_key``)."""
    rows = list(await conn.execute(statement, values))
    if conn.dialect.name == "postgresql" and rows:
        read = {row.person_id: row.key_id for row in rows}
        if any(read[number] != key_id for number, key_id in await conn.execute(_KEYS, {"ids": sorted(read)})):
            rows = list(await conn.execute(statement, values))
    return rows


async def insert_messages(
    conn: AsyncConnection,
    messages: Sequence[Values],
    outgoing: Sequence[Values],
    attachments: Sequence[Values],
    downloads: Sequence[Values],
) -> None:
    """Inserts messages, then what is to be sent, what came with them and what is to be fetched; all of these name their
    message by its ``seq``."""
    if are_copied(conn, messages):
        ids = [number for (number,) in await _MESSAGE_IDS.fetch(conn, {"count": len(messages)})]
        messages = [{"id": number, **row} for number, row in zip(ids, messages, strict=True)]
        outgoing = await _copy_outgoing(conn, messages, outgoing)
    elif messages:
        await _INSERT_MESSAGES.run(conn, messages)
    if outgoing:
        await _INSERT_OUTBOX.run(conn, outgoing)
    if attachments:
        await _INSERT_ATTACHMENT.run(conn, attachments)
    if downloads:
        await _INSERT_DOWNLOAD.run(conn, downloads)


async def _copy_outgoing(
    conn: AsyncConnection, messages: Sequence[Values], outgoing: Sequence[Values]
) -> Sequence[Values]:
    """Copies messages that have their numbers, and what is to be sent of them; gives what is of earlier ones."""
    await _INSERT_MESSAGES.run(conn, messages)
    numbers = {(row["conversation_id"], row["seq"]): row["id"] for row in messages}
    earlier, rows = [], []
    for row in outgoing:
        number = numbers.get((row["conversation_id"], row["seq"]))
        if number is None:
            earlier.append(row)
        else:
            rows.append({"message_id": number, **{name: row[name] for name in _OUTGOING}})
    if rows:
        await _COPY_OUTBOX.run(conn, rows)
    return earlier


async def written_from(conn: AsyncConnection, rows: Sequence[Values]) -> None:
    """Notes that a person wrote from these addresses (``id``, ``at``); whoever does has not blocked us."""
    await _WRITTEN_FROM.run(conn, rows)


async def drop_outgoing(conn: AsyncConnection, conversation_id: int, kinds: Iterable[str] | None, reason: str) -> None:
    """Drops planned messages that wait to be sent, of these kinds (None: of all)."""
    statement = _DROP_OUTGOING if kinds is None else _DROP_OUTGOING.where(outbox.c.kind.in_(list(kinds)))
    await conn.execute(statement, {"conversation": conversation_id, "why": reason})


async def write_back(conn: AsyncConnection, rows: Sequence[Values]) -> None:
    """Writes what changed; each row has ``id`` and every one of CHANGEABLE."""
    await _UPDATE.run(conn, [{"id": row["id"], **{f"new_{name}": row[name] for name in CHANGEABLE}} for row in rows])


async def finish_ping(conn: AsyncConnection, ping_id: int, state: str, reason: str | None) -> bool:
    """Marks a waiting ping ``done`` or ``dropped``; False: another process was first, or it was cancelled."""
    result = await conn.execute(_FINISH_PING, {"key": ping_id, "to": state, "why": reason})
    return result.rowcount == 1


async def fail_ping(conn: AsyncConnection, ping_id: int) -> None:
    """Marks a ping dropped because of a bug, also when this very transaction marked it done."""
    await conn.execute(_FAIL_PING, {"key": ping_id})


async def postpone_ping(conn: AsyncConnection, ping_id: int, at: int) -> None:
    """Lets a waiting ping wait until ``at``."""
    await conn.execute(_POSTPONE_PING, {"key": ping_id, "at": at})


async def cancel_pings(conn: AsyncConnection, conversation_id: int, kinds: Iterable[str], reason: str) -> None:
    """Drops what waits of these kinds."""
    for kind in kinds:
        await conn.execute(_CANCEL_PINGS, {"conversation": conversation_id, "gone": kind, "why": reason})


async def cancel_all_pings(conn: AsyncConnection, conversation_id: int, reason: str) -> None:
    """Drops everything planned for a person; the clocks of a human's hold, of a term and of our own tasks
    are not for them."""
    await conn.execute(_CANCEL_ALL_PINGS, {"conversation": conversation_id, "why": reason})


async def end_pings(conn: AsyncConnection, ended: Iterable[tuple[int, str, str | None]]) -> None:
    """Pings that are locked (`storage.due`) are ``done``, or ``dropped`` with a reason."""
    for end, same in groupby(sorted(ended, key=_end_of), key=_end_of):
        state, why = end
        await conn.execute(_END_PINGS, {"ids": sorted(each[0] for each in same), "to": state, "why": why or None})


def _end_of(ended: tuple[int, str, str | None]) -> tuple[str, str]:
    return ended[1], ended[2] or ""


async def postpone_pings(conn: AsyncConnection, postponed: Iterable[tuple[int, int]]) -> None:
    """Lets pings that are locked wait, each until its time."""
    await _POSTPONE_PINGS.run(conn, [{"key": number, "at": at} for number, at in postponed])


async def plan(conn: AsyncConnection, rows: Sequence[Values]) -> None:
    """Plans pings, each in place of a waiting one of its kind; of several of one kind the last counts."""
    last = {(row["conversation_id"], row["kind"]): row for row in rows}
    await _REPLACE_PINGS.run(conn, [{"in": conversation_id, "gone": kind} for conversation_id, kind in last])
    await _PLAN.run(conn, list(last.values()))


async def planned_since(conn: AsyncConnection, conversation_ids: Iterable[int], since: int) -> dict[int, int]:
    """On how many occasions something that nobody asked for was said after ``since`` (the weekly cap), by conversation;
    none of those to whom nothing was."""
    rows = await conn.execute(_PLANNED_SINCE, {"ids": list(conversation_ids), "since": since})
    return {row[0]: row[1] for row in rows}


async def last_said(conn: AsyncConnection, conversation_id: int) -> int | None:
    """The place of the bot's last message, which carries the buttons that hold now."""
    found: int | None = (await conn.execute(_LAST_SAID, {"conversation": conversation_id})).scalar_one()
    return found


async def notify(conn: AsyncConnection, topics: Iterable[str]) -> None:
    """Tells other processes (PostgreSQL only), at the commit."""
    if conn.dialect.name == "postgresql":
        for chunk in _chunks(sorted(set(topics)), 400):
            await conn.execute(_NOTIFY, {"topics": ",".join(chunk)})


def _chunks(topics: list[str], size: int) -> Iterable[list[str]]:
    """A payload is at most 8000 bytes."""
    return (topics[start : start + size] for start in range(0, len(topics), size))
