"""Two persons become one: every row of the younger goes over to the older, in the caller's transaction.

What is sealed comes back sealed anew from a function of the caller's; it goes through memory a few rows at a time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Row,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import helpers
from storage.database import insert_ignore
from storage.direct import Direct
from storage.tables import (
    address,
    admission,
    agreement,
    alarm,
    appointment,
    attachment,
    case_file,
    check_in,
    contact_plan,
    conversation,
    data_request,
    download,
    event,
    hard_moment,
    helper,
    legal_hold,
    measurement,
    message,
    note,
    outbox,
    person,
    personal_link,
    phase,
    ping,
    promise,
    rating,
    received,
    registration,
    signal,
    signal_key,
    summary,
)

#: The queue of a conversation whose messages are another's now.
MERGED = "merged"
#: The key of a person whose key was destroyed after the merge.
NO_KEY = 0
#: Purposes of personal links to someone's own data: what leads there, and what is open in a browser.
DATA_LINKS = ("data", "data_open")
#: Rows in memory at a time; a file can be as large as many of them together.
CHUNK, FILES = 200, 1

#: From most to least of what a conversation asks of a human.
_QUEUES = ("new", "waiting_us", "waiting_them", "bot", "closed")

#: Takes a ciphertext (or None) and its purpose; gives the same words under the older one's key.
Reseal = Callable[[str, bytes | None], Awaitable[bytes | None]]


@dataclass(frozen=True, slots=True)
class Side:
    """One of two persons, with their conversation, as they stand in the locked rows."""

    person: Row[*tuple[Any, ...]]
    conversation: Row[*tuple[Any, ...]]


_CONVERSATIONS = (
    select(conversation)
    .where(conversation.c.person_id.in_(bindparam("people", expanding=True)), conversation.c.queue != MERGED)
    .order_by(conversation.c.id)
    .with_for_update()
)
_PEOPLE = (
    select(person)
    .where(person.c.id.in_(bindparam("people", expanding=True)), person.c.merged_into.is_(None))
    .order_by(person.c.id)
    .with_for_update(key_share=True)
)
_MOVE_MESSAGE = Direct(
    update(message)
    .where(message.c.id == bindparam("key"))
    .values(
        conversation_id=bindparam("to"),
        seq=message.c.seq + bindparam("after", type_=message.c.seq.type),
        content_sealed=bindparam("sealed"),
        # Who helps the older one was never let in to what the younger one said.
        private=case((message.c.private == literal_column("0"), literal_column("1")), else_=message.c.private),
    )
)
_survivor = conversation.alias("survivor")
_SURVIVOR = (
    select(_survivor.c.id)
    .join(person, person.c.merged_into == _survivor.c.person_id)
    .join(conversation, conversation.c.person_id == person.c.id)
    .where(conversation.c.id == bindparam("conversation"))
)
_FORMER = (
    select(conversation.c.id)
    .join(person, person.c.id == conversation.c.person_id)
    .where(person.c.merged_into == bindparam("person"))
    .order_by(conversation.c.id)
)


async def survivor(conn: AsyncConnection, conversation_id: int) -> int | None:
    """The conversation that this one became part of; None when it is itself still one, or never was."""
    found = (await conn.execute(_SURVIVOR, {"conversation": conversation_id})).scalar_one_or_none()
    return None if found is None else int(found)


async def former(conn: AsyncConnection, person_id: int) -> list[int]:
    """The conversations that became part of this person's."""
    return list((await conn.execute(_FORMER, {"person": person_id})).scalars())


async def lock(conn: AsyncConnection, one: int, other: int) -> tuple[Side, Side] | None:
    """Two persons, locked until the commit, the older one first. None: one of them became part of another meanwhile."""
    people = {"people": [one, other]}
    conversations = {row.person_id: row for row in await conn.execute(_CONVERSATIONS, people)}
    persons = sorted(await conn.execute(_PEOPLE, people), key=lambda row: (row.created_at, row.id))
    if len(conversations) < 2 or len(persons) < 2:
        return None
    older, younger = (Side(row, conversations[row.id]) for row in persons)
    return older, younger


async def merge(
    conn: AsyncConnection,
    older: Side,
    younger: Side,
    session_sealed: bytes | None,
    reseal: Reseal,
    now: int,
    real_now: int,
) -> list[str]:
    """Moves everything of ``younger`` to ``older``, with ``session_sealed`` as its dialogue state; gives the younger
    one's channels. ``now`` and ``real_now`` are of the house's clock and of the real one, in milliseconds UTC."""
    await _move_messages(conn, older, younger, reseal)
    await _move_sealed(conn, note, note.c.text_sealed, "note", older, younger, reseal)
    await _move_sealed(conn, alarm, alarm.c.category_sealed, "alarm", older, younger, reseal)
    await _move_sealed(conn, appointment, appointment.c.details_sealed, "appointment", older, younger, reseal)
    await _move_sealed(conn, summary, summary.c.details_sealed, "summary", older, younger, reseal)
    await _move_sealed(conn, agreement, agreement.c.details_sealed, "agreement", older, younger, reseal)
    await _move_sealed(conn, measurement, measurement.c.answers_sealed, "measurement", older, younger, reseal)
    await _move_plans(conn, older, younger, reseal, now)
    await _move_sealed(conn, hard_moment, hard_moment.c.details_sealed, "moment", older, younger, reseal)
    await _move_sealed(conn, rating, rating.c.answers_sealed, "rating", older, younger, reseal)
    await _move_sealed(conn, signal, signal.c.details_sealed, "signal", older, younger, reseal)
    await _move_sealed(conn, registration, registration.c.payload_sealed, "registration", older, younger, reseal)
    await _move_sealed(conn, admission, admission.c.reason_sealed, "admission", older, younger, reseal)
    await _move_sealed(conn, legal_hold, legal_hold.c.reason_sealed, "legal_hold", older, younger, reseal)
    await _move_requests(conn, older, younger, reseal)
    await _move_helpers(conn, older, younger, reseal, now)
    await _move_pings(conn, older, younger, reseal)
    await _move_cases(conn, older, younger, reseal)
    await _move_events(conn, older, younger, reseal)
    await _move_received(conn, older, younger)
    for table in (outbox, promise, phase, signal_key):
        await conn.execute(_to(table, older).where(_of(table, younger)))
    channels = await _move_addresses(conn, older, younger, reseal)
    await _move_links(conn, older, younger, now)
    await _join_conversations(conn, older.conversation, younger.conversation, session_sealed, now)
    await _join_people(conn, older.person, younger.person, reseal, real_now)
    return channels


async def keys_to_destroy(conn: AsyncConnection) -> list[int]:
    """Keys of persons who became part of another, under which nothing is sealed any more."""
    statement = select(person.c.key_id).where(person.c.merged_into.is_not(None), person.c.key_id != NO_KEY)
    return list((await conn.execute(statement)).scalars())


async def forget_key(conn: AsyncConnection, key_id: int) -> None:
    """Notes that this key of a merged person was destroyed."""
    gone = and_(person.c.key_id == key_id, person.c.merged_into.is_not(None))
    await conn.execute(update(person).where(gone).values(key_id=NO_KEY))


# ---- what hangs on the conversation --------------------------------------------------------------------------------


def _of(table: FromClause, side: Side) -> ColumnElement[bool]:
    mine: ColumnElement[bool] = table.c.conversation_id == side.conversation.id
    return mine


def _to(table: Table, side: Side) -> Any:
    return update(table).values(conversation_id=side.conversation.id)


async def _move_messages(conn: AsyncConnection, older: Side, younger: Side, reseal: Reseal) -> None:
    """With the files that came with them; those of the younger come after all of the older's, in their own order."""
    chunk = (
        select(message.c.id, message.c.content_sealed).where(_of(message, younger)).order_by(message.c.seq).limit(CHUNK)
    )
    to, after = older.conversation.id, older.conversation.last_seq
    while rows := (await conn.execute(chunk)).all():
        values = [
            {"key": row.id, "to": to, "after": after, "sealed": await reseal("message", row.content_sealed)}
            for row in rows
        ]
        await _MOVE_MESSAGE.run(conn, values)
        theirs = [row.id for row in rows]
        for table, column, purpose, most in (
            (attachment, attachment.c.data_sealed, "attachment", FILES),
            (download, download.c.reference_sealed, "download", CHUNK),
        ):
            where = and_(table.c.message_id.in_(theirs), _of(table, younger))
            await _reseal(conn, table, column, purpose, where, {"conversation_id": to}, reseal, most)


async def _move_sealed(
    conn: AsyncConnection, table: Table, column: Column[Any], purpose: str, older: Side, younger: Side, reseal: Reseal
) -> None:
    values = {"conversation_id": older.conversation.id}
    await _reseal(conn, table, column, purpose, _of(table, younger), values, reseal)


async def _move_plans(conn: AsyncConnection, older: Side, younger: Side, reseal: Reseal, now: int) -> None:
    """Of two plans that stand, or are proposed, the older one's does: what the other asks for is not asked."""
    other = contact_plan.alias()
    for states in (("active", "paused"), ("proposed",)):
        twice = and_(
            _of(contact_plan, younger),
            contact_plan.c.state.in_(states),
            exists().where(_of(other, older), other.c.state.in_(states)),
        )
        theirs = select(contact_plan.c.id).where(twice)
        await conn.execute(
            update(check_in)
            .where(check_in.c.plan_id.in_(theirs), check_in.c.state.in_(("planned", "asked")))
            .values(state="dropped", reason=MERGED, done_at=now)
        )
        await conn.execute(update(contact_plan).where(twice).values(state="ended", reason=MERGED, ended_at=now))
    await conn.execute(_to(contact_plan, older).where(_of(contact_plan, younger)))
    await _move_sealed(conn, check_in, check_in.c.answers_sealed, "check_in", older, younger, reseal)


async def _move_pings(conn: AsyncConnection, older: Side, younger: Side, reseal: Reseal) -> None:
    """One of a kind waits: the older one's. A warning of a term sees to all of its kind, so what is left of
    two is due when the first of them was."""
    other = ping.alias()
    same = and_(other.c.kind == ping.c.kind, other.c.state == "waiting", _of(other, younger))
    sooner = select(func.min(other.c.due_at)).where(same).scalar_subquery()
    await conn.execute(
        update(ping)
        .where(_of(ping, older), ping.c.state == "waiting", ping.c.kind.startswith("deadline."), ping.c.due_at > sooner)
        .values(due_at=sooner, aside_until=None)
    )
    twice = exists().where(_of(other, older), other.c.kind == ping.c.kind, other.c.state == "waiting")
    await conn.execute(
        update(ping)
        .where(_of(ping, younger), ping.c.state == "waiting", twice)
        .values(state="dropped", reason=MERGED, aside_until=None)
    )
    values = {"conversation_id": older.conversation.id, "aside_until": None}
    await _reseal(conn, ping, ping.c.about_sealed, "ping", _of(ping, younger), values, reseal)


async def _move_requests(conn: AsyncConnection, older: Side, younger: Side, reseal: Reseal) -> None:
    values = {"conversation_id": older.conversation.id, "person_id": older.person.id}
    where = _of(data_request, younger)
    # Who was known to be one of them is not thereby known to be both: a colleague says so again.
    for side in (older, younger):
        known = and_(_of(data_request, side), data_request.c.state == "identified")
        gone = {"state": "asked", "identified_how": None, "identified_by": None, "identified_at": None}
        await conn.execute(update(data_request).where(known).values(gone))
        # One that is done lets them in for some days more (storage.requests.vouched).
        done = and_(_of(data_request, side), data_request.c.state == "done")
        await conn.execute(update(data_request).where(done).values(identified_at=None))
    await _reseal(conn, data_request, data_request.c.detail_sealed, "data_request", where, values, reseal)


async def _move_helpers(conn: AsyncConnection, older: Side, younger: Side, reseal: Reseal, now: int) -> None:
    """Who was let into the younger one's conversation was not let into that of both."""
    of = helper.c.person_id == younger.person.id
    await helpers.forget_received(conn, of)
    ended = {"state": "ended", "ended_how": MERGED, "ended_at": now, "invite_index": None, "browser_index": None}
    await conn.execute(update(helper).where(of, helper.c.state != "ended").values(ended))
    values = {"person_id": older.person.id}
    await _reseal(conn, helper, helper.c.name_sealed, "helper", of, values, reseal)


async def _move_cases(conn: AsyncConnection, older: Side, younger: Side, reseal: Reseal) -> None:
    values = {"conversation_id": older.conversation.id}
    await _reseal(conn, case_file, case_file.c.answers_sealed, "case", _of(case_file, younger), values, reseal)
    for column in (case_file.c.person_id, case_file.c.author_id):
        mine = column == younger.person.id
        await conn.execute(update(case_file).where(mine).values({column: older.person.id}))


async def _move_events(conn: AsyncConnection, older: Side, younger: Side, reseal: Reseal) -> None:
    """Also those of the person alone, such as a try at the PIN."""
    alone = and_(event.c.conversation_id.is_(None), event.c.person_id == younger.person.id)
    await conn.execute(update(event).where(alone).values(person_id=older.person.id))
    values = {"conversation_id": older.conversation.id, "person_id": older.person.id}
    await _reseal(conn, event, event.c.detail_sealed, "event", _of(event, younger), values, reseal)


async def _move_received(conn: AsyncConnection, older: Side, younger: Side) -> None:
    """What a page sent before, and sends again after the merge, is still the same message."""
    to, of = (f"conversation:{side.conversation.id}" for side in (older, younger))
    known = select(literal(to), received.c.external_index, received.c.received_at).where(received.c.scope == of)
    columns = ["scope", "external_index", "received_at"]
    await conn.execute(insert_ignore(received).from_select(columns, known))
    await conn.execute(delete(received).where(received.c.scope == of))


async def _reseal(
    conn: AsyncConnection,
    table: Table,
    column: Column[Any],
    purpose: str,
    where: ColumnElement[bool],
    values: Mapping[str, Any],
    reseal: Reseal,
    most: int = CHUNK,
) -> None:
    """Sets ``values`` and the ciphertext sealed anew in the rows ``where``, a chunk at a time; ``values`` takes a row
    out of ``where``."""
    chunk = select(table.c.id, column).where(where).order_by(table.c.id).limit(most)
    change = update(table).where(table.c.id == bindparam("key")).values({**values, column.name: bindparam("sealed")})
    while rows := (await conn.execute(chunk)).all():
        await conn.execute(change, [{"key": key, "sealed": await reseal(purpose, blob)} for key, blob in rows])


# ---- the two themselves --------------------------------------------------------------------------------------------


async def _move_addresses(conn: AsyncConnection, older: Side, younger: Side, reseal: Reseal) -> list[str]:
    """What the older one chose as their way to be reached stays the only one chosen."""
    chosen = select(address.c.id).where(address.c.person_id == older.person.id, address.c.preferred == 1)
    of = address.c.person_id == younger.person.id
    if (await conn.execute(chosen)).first() is not None:
        await conn.execute(update(address).where(of).values(preferred=0))
    channels = list((await conn.execute(select(address.c.channel).where(of).order_by(address.c.id))).scalars())
    values = {"person_id": older.person.id}
    await _reseal(conn, address, address.c.external_sealed, "external", of, values, reseal)
    return list(dict.fromkeys(channels))


async def _move_links(conn: AsyncConnection, older: Side, younger: Side, now: int) -> None:
    """What opened the conversation of the younger does not open that of both; a code that joins still does that."""
    of = personal_link.c.person_id == younger.person.id
    opens = and_(of, personal_link.c.purpose == "open", personal_link.c.revoked_at.is_(None))
    await conn.execute(update(personal_link).where(opens).values(revoked_at=now))
    # Who could see the data of one of them was not let in to those of both.
    shows = and_(
        personal_link.c.person_id.in_([older.person.id, younger.person.id]),
        personal_link.c.purpose.in_(DATA_LINKS),
        personal_link.c.revoked_at.is_(None),
    )
    await conn.execute(update(personal_link).where(shows).values(revoked_at=now))
    await conn.execute(update(personal_link).where(of).values(person_id=older.person.id))


async def _join_conversations(
    conn: AsyncConnection, older: Any, younger: Any, session_sealed: bytes | None, now: int
) -> None:
    holder = older if older.held_by is not None else younger
    values = {
        "updated_at": now,
        "session_sealed": session_sealed,
        "last_seq": older.last_seq + younger.last_seq,
        "queue": min(older.queue, younger.queue, key=_QUEUES.index),
        "urgency": max(older.urgency, younger.urgency),
        "due_at": _least(older.due_at, younger.due_at),
        "assigned_to": younger.assigned_to if older.assigned_to is None else older.assigned_to,
        "team_id": younger.team_id if older.team_id is None else older.team_id,
        "held_by": holder.held_by,
        "held_at": holder.held_at,
        "hold_until": holder.hold_until,
        "paused_at": _least(older.paused_at, younger.paused_at),
        "danger_at": _least(older.danger_at, younger.danger_at),
        "last_inbound_at": _most(older.last_inbound_at, younger.last_inbound_at),
        "last_staff_at": _most(older.last_staff_at, younger.last_staff_at),
        "notice_at": _most(older.notice_at, younger.notice_at),
    }
    empty = {
        **dict.fromkeys(values),
        "updated_at": now,
        "last_seq": 0,
        "queue": MERGED,
        "urgency": 0,
    }
    for row, changed in ((older, values), (younger, empty)):
        await conn.execute(update(conversation).where(conversation.c.id == row.id).values(**changed))


async def _join_people(conn: AsyncConnection, older: Any, younger: Any, reseal: Reseal, real_now: int) -> None:
    """What the older one said of themselves stands, the younger one fills the gaps. The younger one's code still finds
    them, by ``merged_into``; what is sealed goes."""
    values: dict[str, Any] = {
        "opted_out_at": younger.opted_out_at if older.opted_out_at is None else older.opted_out_at,
        "phone_shared_at": _least(older.phone_shared_at, younger.phone_shared_at),
    }
    for name in ("pin", "name", "phone", "email"):
        if getattr(older, f"{name}_sealed") is None:
            values[f"{name}_sealed"] = await reseal(name, getattr(younger, f"{name}_sealed"))
            if f"{name}_index" in person.c:
                values[f"{name}_index"] = getattr(younger, f"{name}_index")
    if older.pin_sealed is not None or younger.pin_sealed is not None:
        # The PIN of the one says nothing of the other's file before it is as old as any new one (bot.own_data.proof).
        values["pin_since"] = real_now
    empty = {one.name: None for one in person.c if one.nullable and one.name.endswith(("_sealed", "_index"))}
    gone = {**empty, "code_sealed": b"", "merged_into": older.id}
    await conn.execute(update(person).where(person.c.merged_into == younger.id).values(merged_into=older.id))
    for row, changed in ((older, values), (younger, gone)):
        await conn.execute(update(person).where(person.c.id == row.id).values(**changed))


def _least(*instants: int | None) -> int | None:
    return min((at for at in instants if at is not None), default=None)


def _most(*instants: int | None) -> int | None:
    return max((at for at in instants if at is not None), default=None)
