"""What of a person goes, and what stays under another key, in the caller's transaction; and the keys that are of no use
afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any, Literal

from sqlalchemy import (
    Column,
    ColumnElement,
    Row,
    Table,
    and_,
    bindparam,
    delete,
    func,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import helpers
from storage.database import insert_ignore
from storage.merging import CHUNK, FILES, MERGED
from storage.requests import OPEN
from storage.tables import (
    address,
    admission,
    agreement,
    alarm,
    appointment,
    appointment_staff,
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
    slot,
    spent_key,
    summary,
)

#: What a person's data are made of, as far as it goes or stays together.
Part = Literal["chat", "draft", "helpers", "links", "grades", "moments", "planned", "file"]

#: The tables of each part, in an order in which their rows can go: what refers to another comes first. The draft (where
#: the person was in a talk with the bot) is a column of the conversation.
TABLES: dict[Part, tuple[Table, ...]] = {
    "chat": (outbox, download, attachment, message),
    "draft": (),
    "helpers": (helper,),
    "links": (personal_link,),
    "grades": (rating,),
    "moments": (hard_moment,),
    "planned": (ping,),
    "file": (
        slot,
        appointment_staff,
        appointment,
        agreement,
        summary,
        check_in,
        contact_plan,
        phase,
        measurement,
        signal,
        signal_key,
        registration,
        alarm,
        promise,
        note,
        admission,
        legal_hold,
        event,
        case_file,
    ),
}

#: Everything that is sealed under a person's key, and for which purpose. What stays with nobody is not here.
SEALED: dict[Column[Any], str] = {
    message.c.content_sealed: "message",
    attachment.c.data_sealed: "attachment",
    download.c.reference_sealed: "download",
    note.c.text_sealed: "note",
    alarm.c.category_sealed: "alarm",
    appointment.c.details_sealed: "appointment",
    summary.c.details_sealed: "summary",
    agreement.c.details_sealed: "agreement",
    measurement.c.answers_sealed: "measurement",
    check_in.c.answers_sealed: "check_in",
    hard_moment.c.details_sealed: "moment",
    rating.c.answers_sealed: "rating",
    signal.c.details_sealed: "signal",
    registration.c.payload_sealed: "registration",
    admission.c.reason_sealed: "admission",
    legal_hold.c.reason_sealed: "legal_hold",
    data_request.c.detail_sealed: "data_request",
    case_file.c.answers_sealed: "case",
    event.c.detail_sealed: "event",
    ping.c.about_sealed: "ping",
    helper.c.name_sealed: "helper",
    address.c.external_sealed: "external",
    conversation.c.session_sealed: "session",
    person.c.code_sealed: "code",
    person.c.pin_sealed: "pin",
    person.c.name_sealed: "name",
    person.c.phone_sealed: "phone",
    person.c.email_sealed: "email",
}

#: What is planned for the file, and stays as long as that does: our own clocks, and reminders of appointments.
_OF_FILE = ("hold.", "deadline.", "agreements.", "afspraak.", "care.keys")
#: Why what was planned is off.
ERASED = "erased"

#: Takes a ciphertext and its purpose; gives the same words under another key.
Reseal = Callable[[str, bytes], Awaitable[bytes]]

_Row = Row[*tuple[Any, ...]]

_SURVIVOR = select(func.coalesce(person.c.merged_into, person.c.id)).where(person.c.id == bindparam("person"))
_CONVERSATION = select(conversation).where(
    conversation.c.person_id == bindparam("person"), conversation.c.queue != MERGED
)
_PERSON = select(person).where(person.c.id == bindparam("person"))
#: The conversation first, as everywhere: whoever writes holds it.
_LOCKED_CONVERSATION = _CONVERSATION.with_for_update()
_LOCKED_PERSON = _PERSON.with_for_update()
#: Of who became one with this person only a row without content is left, with a code that led here.
_FORMER = select(person.c.id, conversation.c.id).join(conversation, conversation.c.person_id == person.c.id)
_HOLDS = (
    select(legal_hold.c.until)
    .where(legal_hold.c.conversation_id == bindparam("conversation"), legal_hold.c.lifted_at.is_(None))
    .order_by(legal_hold.c.id)
)
_CASES = select(case_file.c.closed_at, case_file.c.ended_on).where(
    case_file.c.conversation_id == bindparam("conversation")
)
_ALARMS = select(func.count()).where(
    alarm.c.conversation_id == bindparam("conversation"), alarm.c.kind == "crisis", alarm.c.state == "raised"
)
_SPENT = select(spent_key.c.key_id).order_by(spent_key.c.key_id)


# ---- who it is about -----------------------------------------------------------------------------------------------


async def survivor(conn: AsyncConnection, person_id: int) -> int | None:
    """Who this person is by now; None: nobody has this number."""
    found: int | None = (await conn.execute(_SURVIVOR, {"person": person_id})).scalar_one_or_none()
    return found


async def whole(conn: AsyncConnection, person_id: int, *, lock: bool = False) -> tuple[_Row, _Row] | None:
    """The rows of a person and of their conversation, with ``lock`` until the commit. None: they became part of another
    or were erased meanwhile."""
    its = (await conn.execute(_LOCKED_CONVERSATION if lock else _CONVERSATION, {"person": person_id})).first()
    theirs = (await conn.execute(_LOCKED_PERSON if lock else _PERSON, {"person": person_id})).first()
    if its is None or theirs is None or theirs.merged_into is not None or theirs.erased_at is not None:
        return None
    return theirs, its


async def holds(conn: AsyncConnection, conversation_id: int) -> list[str | None]:
    """Until when (ISO 8601, the last day) each legal hold that was not lifted stands; None: until it is."""
    return list((await conn.execute(_HOLDS, {"conversation": conversation_id})).scalars())


async def cases(conn: AsyncConnection, conversation_id: int) -> list[_Row]:
    """When each case was closed, and the day of its decision."""
    return list(await conn.execute(_CASES, {"conversation": conversation_id}))


async def in_danger(conn: AsyncConnection, conversation_id: int) -> bool:
    """Whether there is an alarm that nobody took up."""
    return bool((await conn.execute(_ALARMS, {"conversation": conversation_id})).scalar_one())


async def in_flight(conn: AsyncConnection, conversation_id: int, real_now: int) -> bool:
    """Whether something of this conversation is with a platform this very moment, and is noted by its number when it
    comes back: SQLite gives the number of a last row that went to the next one. Until the commit nothing of it is taken
    there."""
    for table in (outbox, download, registration):
        theirs = and_(table.c.conversation_id == conversation_id, table.c.state == "waiting")
        waits = select(table.c.claimed_until).where(theirs).order_by(table.c.id).with_for_update()
        if any((until or 0) > real_now for until in (await conn.execute(waits)).scalars()):
            return True
    return False


async def count(conn: AsyncConnection, person_id: int, conversation_id: int, parts: Iterable[Part]) -> dict[Part, int]:
    """How many rows of each of these parts there are; those without any are left out."""
    found: dict[Part, int] = {}
    for part in parts:
        total = 0
        for table in TABLES[part]:
            if table not in (slot, appointment_staff):
                statement = select(func.count()).select_from(table).where(_of(table, [person_id], [conversation_id]))
                total += (await conn.execute(statement)).scalar_one()
        if part == "draft":
            draft = select(conversation.c.session_sealed.is_not(None)).where(conversation.c.id == conversation_id)
            total = int((await conn.execute(draft)).scalar_one())
        if total:
            found[part] = total
    return found


# ---- what goes -----------------------------------------------------------------------------------------------------


async def remove(conn: AsyncConnection, who: _Row, its: _Row, parts: Collection[Part], now: int) -> None:
    """Removes these parts of a person whose rows are locked. Where the file stays, so does what is planned for it, and
    keeping in touch ends: nobody asks how it goes any more."""
    for part, tables in TABLES.items():
        if part not in parts:
            continue
        for table in tables:
            where = _of(table, [who.id], [its.id])
            if part == "planned" and "file" not in parts:
                where = and_(where, not_(or_(*(ping.c.kind.startswith(own) for own in _OF_FILE))))
            if table is signal:
                await _spend(conn, where, now)
            elif table is helper:
                await helpers.forget_received(conn, where)
            await conn.execute(delete(table).where(where))
    if "draft" in parts:
        await conn.execute(update(conversation).where(conversation.c.id == its.id).values(session_sealed=None))
    if "planned" in parts and "file" not in parts:
        ended = {"state": "ended", "reason": ERASED, "ended_at": now}
        stands = and_(contact_plan.c.conversation_id == its.id, contact_plan.c.state != "ended")
        await conn.execute(update(contact_plan).where(stands).values(**ended))
        dropped = {"state": "dropped", "reason": ERASED, "done_at": now}
        waits = and_(check_in.c.conversation_id == its.id, check_in.c.state.in_(("planned", "asked")))
        await conn.execute(update(check_in).where(waits).values(**dropped))


async def answer_requests(conn: AsyncConnection, who: _Row, by_staff: int | None, now: int, *, whole: bool) -> None:
    """Whoever asked to be erased was, in this transaction; nothing can be shown any more of who went as a whole."""
    theirs = and_(data_request.c.person_id == who.id, data_request.c.state.in_(OPEN))
    done = {"state": "done", "done_at": now, "done_by": by_staff}
    await conn.execute(update(data_request).where(theirs, data_request.c.kind == "erasure").values(**done))
    if whole:
        await conn.execute(update(data_request).where(theirs).values(state="withdrawn", done_at=now))


async def remove_all(conn: AsyncConnection, who: _Row, its: _Row, now: int, language: str) -> None:
    """Removes a person but for the row that says that they were erased (their number is in the record of looks), and
    those that say that they asked for it.

    An appointment that is still to come stays until it would have been: the desk hears that it is off, and its time is
    free.
    """
    former = (await conn.execute(_FORMER.where(person.c.merged_into == who.id))).all()
    people, talks = [who.id, *(row[0] for row in former)], [its.id, *(row[1] for row in former)]
    still = and_(
        appointment.c.conversation_id.in_(talks), appointment.c.state == "booked", appointment.c.starts_at > now
    )
    kept = list((await conn.execute(select(appointment.c.id).where(still))).scalars())
    for tables in TABLES.values():
        for table in tables:
            where = _of(table, people, talks)
            if table is appointment:
                where = and_(where, appointment.c.id.not_in(kept))
            elif table is appointment_staff:
                where = and_(where, appointment_staff.c.appointment_id.not_in(kept))
            elif table is signal:
                await _spend(conn, where, now)
            elif table is helper:
                await helpers.forget_received(conn, where)
            await conn.execute(delete(table).where(where))
    off = {"state": "cancelled", "news": "cancelled", "ended_at": now, "calendar_index": None, "details_sealed": b""}
    await conn.execute(update(appointment).where(appointment.c.id.in_(kept)).values(**off))
    theirs = select(address.c.id).where(address.c.person_id.in_(people))
    await conn.execute(update(personal_link).where(personal_link.c.used_by.in_(theirs)).values(used_by=None))
    await conn.execute(delete(address).where(address.c.person_id.in_(people)))
    scopes = [f"{name}:{number}" for name in ("conversation", "desk") for number in talks]
    await conn.execute(delete(received).where(received.c.scope.in_(scopes)))
    await conn.execute(update(data_request).where(data_request.c.person_id.in_(people)).values(detail_sealed=None))
    empty = {one.name: None for one in conversation.c if one.nullable}
    gone = {**empty, "queue": MERGED, "urgency": 0, "last_seq": 0, "updated_at": now}
    await conn.execute(update(conversation).where(conversation.c.id.in_(talks)).values(**gone))
    for number in people:
        await conn.execute(update(person).where(person.c.id == number).values(**_nobody(now, language)))
    await conn.execute(insert_ignore(spent_key), {"key_id": who.key_id, "spent_at": now})


def _nobody(now: int, language: str) -> dict[str, Any]:
    """A person's row without anything of theirs. Their code and addresses find nobody; ``erased_at`` says why."""
    empty = {one.name: None for one in person.c if one.nullable and one.name != "merged_into"}
    code = {"code_index": secrets.token_bytes(16), "code_sealed": b""}
    return {**empty, **code, "language": language, "erased_at": now}


def _of(table: Table, people: list[int], talks: list[int]) -> ColumnElement[bool]:
    """What of ``table`` is theirs."""
    if table in (slot, appointment_staff):
        theirs = select(appointment.c.id).where(appointment.c.conversation_id.in_(talks))
        return table.c.appointment_id.in_(theirs)
    if table is event:
        return or_(event.c.conversation_id.in_(talks), event.c.person_id.in_(people))
    if "conversation_id" in table.c:
        return table.c.conversation_id.in_(talks)
    return table.c.person_id.in_(people)


# ---- what stays ----------------------------------------------------------------------------------------------------


async def move_to_key(conn: AsyncConnection, who: _Row, its: _Row, key_id: int, now: int, reseal: Reseal) -> None:
    """Seals what is left of a person under another key; the one it had is of no use any more."""
    for column, purpose in SEALED.items():
        table: Any = column.table
        if table is person:
            where = person.c.id == who.id
        elif table is conversation:
            where = conversation.c.id == its.id
        else:
            where = _of(table, [who.id], [its.id])
        where = and_(where, func.length(column) > 0)
        await _reseal(conn, table, column, purpose, where, reseal, FILES if table is attachment else CHUNK)
    await conn.execute(update(person).where(person.c.id == who.id).values(key_id=key_id))
    await conn.execute(insert_ignore(spent_key), {"key_id": who.key_id, "spent_at": now})


async def _reseal(
    conn: AsyncConnection,
    table: Table,
    column: Column[Any],
    purpose: str,
    where: ColumnElement[bool],
    reseal: Reseal,
    most: int,
) -> None:
    change = update(table).where(table.c.id == bindparam("key")).values({column.name: bindparam("sealed")})
    last = 0
    while True:
        chunk = select(table.c.id, column).where(where, table.c.id > last).order_by(table.c.id).limit(most)
        rows = (await conn.execute(chunk)).all()
        if not rows:
            return
        await conn.execute(change, [{"key": key, "sealed": await reseal(purpose, blob)} for key, blob in rows])
        last = rows[-1][0]


# ---- keys of no use any more ---------------------------------------------------------------------------------------


async def spent(conn: AsyncConnection) -> list[int]:
    """Keys that are to be destroyed."""
    return list((await conn.execute(_SPENT)).scalars())


async def forget_spent(conn: AsyncConnection, key_id: int) -> None:
    """This one was."""
    await conn.execute(delete(spent_key).where(spent_key.c.key_id == key_id))


async def _spend(conn: AsyncConnection, where: ColumnElement[bool], now: int) -> None:
    """Of early signals that go: one that was being put on the file just now may have its own key still."""
    keys = select(signal.c.key_id).where(where, signal.c.key_id.is_not(None))
    for key_id in list((await conn.execute(keys)).scalars()):
        await conn.execute(insert_ignore(spent_key), {"key_id": key_id, "spent_at": now})
