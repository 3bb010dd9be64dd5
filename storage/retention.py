"""What is past its term: one selection for each kind, which counts it and removes it, so that what a dry run says is
what a run does. Days and instants come from the caller (``bot.privacy.retention``)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import insert_ignore
from storage.merging import MERGED
from storage.signals import IMPORT
from storage.tables import (
    alarm,
    appointment,
    appointment_staff,
    attachment,
    case_file,
    conversation,
    data_request,
    download,
    event,
    helper,
    legal_hold,
    message,
    outbox,
    person,
    personal_link,
    ping,
    rating,
    receipt,
    received,
    recovery_code,
    registration,
    remark,
    retention_run,
    seen_token,
    sign_in_attempt,
    sign_in_link,
    signal,
    signal_key,
    slot,
    spent_key,
    staff_session,
    tries,
)

_Row = Row[*tuple[Any, ...]]
Where = ColumnElement[bool]
#: A primary key.
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """Everything from before these is past its term. Instants in milliseconds UTC, days ISO 8601; ``real`` ones by the
    real clock, which sign-ins and links go by."""

    now: int
    today: str
    chat: int
    visitor: int
    unfinished: int
    file: int
    file_day: str
    keys: int
    keys_day: str
    signal: int
    rating: int
    remark_year: int
    delivery: int
    request: int
    report: int
    record: int
    access_real: int


# ---- conditions ----------------------------------------------------------------------------------------------------


def held(limits: Limits) -> Where:
    """Conversations of which nothing goes: a legal hold stands, or danger of which nobody said that it is over."""
    hold = exists().where(
        legal_hold.c.conversation_id == conversation.c.id,
        legal_hold.c.lifted_at.is_(None),
        or_(legal_hold.c.until.is_(None), legal_hold.c.until >= limits.today),
    )
    raised = exists().where(
        alarm.c.conversation_id == conversation.c.id, alarm.c.kind == "crisis", alarm.c.state == "raised"
    )
    return or_(hold, conversation.c.paused_at.is_not(None), raised)


def _on_file(table: Table, limits: Limits) -> Where:
    """Rows whose conversation is not held."""
    return table.c.conversation_id.not_in(select(conversation.c.id).where(held(limits)))


def _has_case(*more: Where) -> Where:
    return exists().where(case_file.c.conversation_id == conversation.c.id, *more)


def _ended_since(day: str, at: int) -> Where:
    """Of a closed case: its decision, or else the closing, is of then or later."""
    return or_(
        and_(case_file.c.ended_on.is_not(None), case_file.c.ended_on >= day),
        and_(case_file.c.ended_on.is_(None), case_file.c.closed_at >= at),
    )


def _no_case_since(day: str, at: int) -> Where:
    """No case is open, and every one ended before then."""
    return not_(_has_case(or_(case_file.c.closed_at.is_(None), _ended_since(day, at))))


def _met_since(at: int) -> Where:
    """An appointment is or was after then, unless it was never kept."""
    return exists().where(
        appointment.c.conversation_id == conversation.c.id,
        appointment.c.ends_at >= at,
        appointment.c.state.in_(("booked", "proposed", "held", "no_show")),
    )


def _quiet_since(at: int) -> Where:
    """Nobody said anything since, nor met."""
    return and_(
        conversation.c.created_at < at,
        func.coalesce(conversation.c.last_inbound_at, 0) < at,
        func.coalesce(conversation.c.last_staff_at, 0) < at,
        not_(_met_since(at)),
    )


def people(limits: Limits) -> Where:
    """Conversations of whom nothing has to stay: no file within its term, and no contact within that of a visitor."""
    return and_(
        conversation.c.queue != MERGED,
        not_(held(limits)),
        _no_case_since(limits.file_day, limits.file),
        _quiet_since(limits.visitor),
    )


def files(limits: Limits) -> Where:
    """Conversations whose file is past its term, of who was in touch lately."""
    return and_(
        conversation.c.queue != MERGED,
        not_(held(limits)),
        _has_case(),
        _no_case_since(limits.file_day, limits.file),
        not_(_quiet_since(limits.visitor)),
        not_(_met_since(limits.now)),
    )


def drafts(limits: Limits) -> Where:
    """Conversations of who never signed up, and left a talk half-way."""
    return and_(
        conversation.c.queue != MERGED,
        not_(held(limits)),
        not_(_has_case()),
        conversation.c.session_sealed.is_not(None),
        _quiet_since(limits.unfinished),
        not_(_quiet_since(limits.visitor)),
    )


def keyed(limits: Limits) -> Where:
    """Conversations that an early signal finds although their help ended too long ago."""
    return and_(
        conversation.c.queue != MERGED,
        not_(held(limits)),
        exists().where(signal_key.c.conversation_id == conversation.c.id),
        _has_case(),
        _no_case_since(limits.keys_day, limits.keys),
        not_(_no_case_since(limits.file_day, limits.file)),
    )


#: Kinds of which the unit is a conversation.
OF_PEOPLE: dict[str, Callable[[Limits], Where]] = {
    "people": people,
    "files": files,
    "drafts": drafts,
    "signal_keys": keyed,
}


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of ``table`` that go by themselves. ``children`` name them in ``of`` and go first; ``keyed``: what is sealed
    in them is under a key of their own, which is of no use afterwards."""

    table: Table
    where: Callable[[Limits], Where]
    children: tuple[tuple[Table, str], ...] = ()
    keyed: bool = False


def _nobodys(limits: Limits) -> Where:
    """Appointments of who was erased, which are over; until then the desk saw that they were off."""
    erased = select(conversation.c.id).join(person, person.c.id == conversation.c.person_id)
    return and_(
        appointment.c.conversation_id.in_(erased.where(person.c.erased_at.is_not(None))),
        appointment.c.ends_at < limits.now,
    )


def _helpers(limits: Limits) -> Where:
    """Who helped and no longer does, and of whom no message is left."""
    theirs = select(conversation.c.person_id).where(held(limits))
    says = exists().where(message.c.helper_id == helper.c.id, message.c.created_at >= limits.chat)
    return and_(
        helper.c.state == "ended", helper.c.ended_at < limits.chat, helper.c.person_id.not_in(theirs), not_(says)
    )


#: By kind; what refers to another comes first.
ROWS: dict[str, tuple[Rows, ...]] = {
    "delivery": (
        Rows(
            outbox,
            lambda at: and_(outbox.c.state != "waiting", outbox.c.due_at < at.delivery, _on_file(outbox, at)),
        ),
        Rows(
            download,
            lambda at: and_(download.c.state != "waiting", download.c.due_at < at.delivery, _on_file(download, at)),
        ),
        Rows(ping, lambda at: and_(ping.c.state != "waiting", ping.c.due_at < at.delivery, _on_file(ping, at))),
        Rows(
            registration,
            lambda at: and_(
                registration.c.state == "sent", registration.c.sent_at < at.delivery, _on_file(registration, at)
            ),
        ),
        Rows(receipt, lambda at: receipt.c.received_at < at.delivery),
        Rows(received, lambda at: received.c.received_at < at.delivery),
    ),
    "chat": (
        Rows(
            message,
            lambda at: and_(message.c.created_at < at.chat, _on_file(message, at)),
            children=((outbox, "message_id"), (download, "message_id"), (attachment, "message_id")),
        ),
    ),
    "helpers": (Rows(helper, _helpers),),
    "signals": (
        Rows(
            signal,
            lambda at: and_(
                signal.c.conversation_id.is_(None), signal.c.route != IMPORT, signal.c.entered_at < at.signal
            ),
            keyed=True,
        ),
    ),
    "ratings": (
        Rows(
            rating,
            lambda at: and_(
                rating.c.state.in_(("settled", "dropped")),
                func.coalesce(rating.c.ended_at, rating.c.asked_at, rating.c.made_at) < at.rating,
                _on_file(rating, at),
            ),
        ),
        Rows(remark, lambda at: remark.c.year < at.remark_year, keyed=True),
    ),
    "requests": (
        Rows(
            data_request,
            lambda at: and_(data_request.c.done_at < at.request, _on_file(data_request, at)),
        ),
    ),
    "access": (
        Rows(personal_link, lambda at: personal_link.c.expires_at < at.access_real),
        Rows(staff_session, lambda at: staff_session.c.expires_at < at.access_real),
        Rows(sign_in_link, lambda at: sign_in_link.c.expires_at < at.access_real),
        Rows(sign_in_attempt, lambda at: sign_in_attempt.c.expires_at < at.access_real),
        Rows(seen_token, lambda at: seen_token.c.expires_at < at.access_real),
        Rows(tries, lambda at: tries.c.last_at < at.access_real),
        Rows(recovery_code, lambda at: recovery_code.c.used_at < at.access_real),
        Rows(
            event,
            lambda at: and_(
                event.c.conversation_id.is_(None),
                event.c.person_id.is_not(None),
                event.c.created_at < at.access_real,
            ),
        ),
    ),
    "records": (
        Rows(
            event,
            lambda at: and_(
                event.c.conversation_id.is_(None), event.c.person_id.is_(None), event.c.created_at < at.record
            ),
        ),
    ),
    "reports": (Rows(retention_run, lambda at: retention_run.c.began_at < at.report),),
    "freed": (
        Rows(
            appointment,
            _nobodys,
            children=((slot, "appointment_id"), (appointment_staff, "appointment_id")),
        ),
    ),
}


# ---- counting and removing -----------------------------------------------------------------------------------------


async def count_rows(conn: AsyncConnection, rows: Rows, limits: Limits) -> int:
    """How many there are."""
    statement = select(func.count()).select_from(rows.table).where(rows.where(limits))
    return int((await conn.execute(statement)).scalar_one())


async def past(conn: AsyncConnection, rows: Rows, limits: Limits, most: int) -> list[Key]:
    """At most so many of them, by their primary keys."""
    parts = list(rows.table.primary_key.columns)
    found = await conn.execute(select(*parts).where(rows.where(limits)).order_by(*parts).limit(most))
    return [tuple(key) for key in found]


async def remove_rows(conn: AsyncConnection, rows: Rows, limits: Limits, keys: Collection[Key]) -> int:
    """Removes those of these that are past their term still; gives how many. To find them was another transaction's
    work: whoever writes waits for this one."""
    table = rows.table
    parts = list(table.primary_key.columns)
    these = parts[0].in_([key[0] for key in keys]) if len(parts) == 1 else tuple_(*parts).in_(keys)
    still = [tuple(key) for key in await conn.execute(select(*parts).where(these, rows.where(limits)))]
    if not still:
        return 0
    these = parts[0].in_([key[0] for key in still]) if len(parts) == 1 else tuple_(*parts).in_(still)
    for child, of in rows.children:
        await conn.execute(delete(child).where(child.c[of].in_([key[0] for key in still])))
    if rows.keyed:
        own = select(table.c.key_id, bindparam("at", limits.now)).where(these, table.c.key_id.is_not(None))
        await conn.execute(insert_ignore(spent_key).from_select(["key_id", "spent_at"], own))
    await conn.execute(delete(table).where(these))
    return len(still)


async def count_people(conn: AsyncConnection, where: Where) -> int:
    """How many conversations there are of which this holds."""
    return int((await conn.execute(select(func.count()).select_from(conversation).where(where))).scalar_one())


async def some_people(conn: AsyncConnection, where: Where, after: int, most: int) -> list[tuple[int, int]]:
    """Number and person of those, after this number, in order."""
    statement = (
        select(conversation.c.id, conversation.c.person_id)
        .where(where, conversation.c.id > after)
        .order_by(conversation.c.id)
        .limit(most)
    )
    return [(row[0], row[1]) for row in await conn.execute(statement)]


async def holds_for(conn: AsyncConnection, where: Where, conversation_id: int) -> bool:
    """Whether this holds of this one."""
    statement = select(conversation.c.id).where(where, conversation.c.id == conversation_id)
    return (await conn.execute(statement)).first() is not None


async def drop_draft(conn: AsyncConnection, conversation_id: int) -> None:
    """Where the person was in a talk with the bot is forgotten."""
    await conn.execute(update(conversation).where(conversation.c.id == conversation_id).values(session_sealed=None))


async def no_longer_known(conn: AsyncConnection, conversation_id: int) -> None:
    """Whose file went is a visitor, whom nobody of us knows."""
    values = {"assigned_to": None, "team_id": None}
    mine = conversation.c.id == conversation_id
    await conn.execute(update(conversation).where(mine).values(**values))
    await conn.execute(update(conversation).where(mine, conversation.c.queue == "closed").values(queue="bot"))


async def keys_of(conn: AsyncConnection, after: int, most: int) -> list[tuple[int, int]]:
    """Number and key of persons who were not erased, after this number, in order."""
    statement = (
        select(person.c.id, person.c.key_id)
        .where(person.c.id > after, person.c.merged_into.is_(None), person.c.erased_at.is_(None))
        .order_by(person.c.id)
        .limit(most)
    )
    return [(row[0], row[1]) for row in await conn.execute(statement)]


# ---- runs ----------------------------------------------------------------------------------------------------------


async def begin_run(conn: AsyncConnection, now: int, *, dry: bool, asked_by: int | None) -> int:
    """A run begins; gives its number."""
    values = {"began_at": now, "dry": int(dry), "asked_by": asked_by}
    return int((await conn.execute(insert(retention_run).values(values).returning(retention_run.c.id))).scalar_one())


async def end_run(conn: AsyncConnection, number: int, now: int, report: str) -> None:
    """It is done; ``report`` is JSON."""
    mine = retention_run.c.id == number
    await conn.execute(update(retention_run).where(mine).values(ended_at=now, report=report))


async def last_done(conn: AsyncConnection) -> int | None:
    """When the last run began that removed things and came to its end."""
    done = select(func.max(retention_run.c.began_at)).where(
        retention_run.c.dry == 0, retention_run.c.ended_at.is_not(None)
    )
    found: int | None = (await conn.execute(done)).scalar_one()
    return found


async def runs(conn: AsyncConnection, most: int) -> list[_Row]:
    """The last ones, the newest first."""
    return list(await conn.execute(select(retention_run).order_by(retention_run.c.id.desc()).limit(most)))
