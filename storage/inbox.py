"""The desk's inbox: one page of files, what runs out first on top, and how many there are in each queue.

However many files are open, a page is two statements over the rows shown and one that counts. Nothing is decrypted
here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.admissions import OPENS, RINGS
from storage.files import CRISIS_KINDS, UNDELIVERED
from storage.promises import OF_CRISIS, TERM_WARNINGS, TERMS
from storage.tables import alarm, check_in, conversation, event, person, promise, staff

#: What is shown together. ``ours`` is whatever a human has to do something about.
Queue = Literal["ours", "crisis", "new", "waiting_us", "check_ins", "waiting_them", "bot", "closed"]
QUEUES: tuple[Queue, ...] = ("ours", "crisis", "new", "waiting_us", "check_ins", "waiting_them", "bot", "closed")

#: Files on one page.
PAGE = 50

#: Events of keeping in touch that ask a human to look: a red answer, silence, a telephone call that is ours to make.
CHECK_INS = (
    *("check_in_red", "check_in_silent", "check_in_unreached"),
    *("check_in_due", "check_in_go_on", "following_over"),
)

#: Events that say why a human is asked; the newest counts. That something did not arrive does so while it stands, that
#: a term runs out while there is one that was not kept, that there was no free moment until one was chosen.
WHY = (
    "handover",
    "alarm",
    "signup",
    "failed_step",
    "lapsed",
    "undelivered",
    "not_reminded",
    "no_slots",
    "signal",
    "signal_call",
    *CHECK_INS,
    *TERM_WARNINGS,
)


@dataclass(frozen=True, slots=True)
class Search:
    """Blind indexes of what was typed, each None when it cannot be that; a file that fits any of them is found."""

    name: bytes | None = None
    phone: bytes | None = None
    code: bytes | None = None
    number: int | None = None  # of the conversation, in clear


#: What is left of two files that became one is no file.
_is_file = conversation.c.queue != "merged"
_open = conversation.c.queue.not_in(("closed", "merged"))
_raised = conversation.c.id.in_(
    select(alarm.c.conversation_id).where(alarm.c.state == "raised", alarm.c.kind == "crisis")
)
#: Answered or not, a crisis that no human holds and that nobody called over is ours.
_stands = and_(_open, conversation.c.urgency > 0, conversation.c.held_by.is_(None))
#: A silence that was answered late, and a call that was made, ask for nobody any more.
_unanswered = exists().where(
    check_in.c.conversation_id == event.c.conversation_id,
    or_(
        and_(check_in.c.state == "silent", check_in.c.done_at == event.c.created_at),
        and_(check_in.c.state == "asked", check_in.c.asked_at == event.c.created_at),
    ),
)
_still_asks = or_(event.c.kind.not_in(("check_in_silent", "check_in_due")), _unanswered)
_check_in_waits = exists().where(
    event.c.conversation_id == conversation.c.id,
    event.c.kind.in_(CHECK_INS),
    event.c.created_at >= func.coalesce(conversation.c.last_staff_at, 0),
    _still_asks,
)
_WHERE: dict[Queue, ColumnElement[bool]] = {
    "ours": or_(conversation.c.queue.in_(["new", "waiting_us"]), _stands, _raised),
    "crisis": and_(_open, or_(conversation.c.urgency > 0, _raised)),
    "new": conversation.c.queue == "new",
    "waiting_us": conversation.c.queue == "waiting_us",
    "check_ins": and_(conversation.c.queue.in_(["new", "waiting_us"]), _check_in_waits),
    "waiting_them": conversation.c.queue == "waiting_them",
    "bot": conversation.c.queue == "bot",
    "closed": conversation.c.queue == "closed",
}
_assigned = staff.alias("assigned")
_holder = staff.alias("holder")
_ROWS = (
    select(
        conversation.c.id,
        conversation.c.queue,
        conversation.c.urgency,
        conversation.c.due_at,
        conversation.c.updated_at,
        conversation.c.last_inbound_at,
        _raised.label("alarm"),
        UNDELIVERED.label("undelivered"),
        person.c.key_id,
        person.c.language,
        person.c.name_sealed,
        conversation.c.person_id,
        _assigned.c.name.label("assigned_name"),
        _holder.c.name.label("holder_name"),
    )
    .join(person, person.c.id == conversation.c.person_id)
    .outerjoin(_assigned, _assigned.c.id == conversation.c.assigned_to)
    .outerjoin(_holder, _holder.c.id == conversation.c.held_by)
    .where(_is_file)
    # What runs out first: crisis on top, then the clocks, then whatever has none, the longest untouched first.
    .order_by(
        conversation.c.urgency.desc(),
        conversation.c.due_at.is_(None),
        conversation.c.due_at,
        conversation.c.updated_at,
        conversation.c.id,
    )
)
_own = conversation.alias("own")
_SURVIVOR = func.coalesce(person.c.merged_into, person.c.id)
_BY_CODE = (
    select(conversation.c.id)
    .join(person, conversation.c.person_id == _SURVIVOR)
    .where(person.c.code_index == bindparam("code"))
)
_runs = exists().where(
    promise.c.conversation_id == event.c.conversation_id,
    promise.c.kind.in_(TERMS),
    promise.c.kept_at.is_(None),
    promise.c.made_at < event.c.created_at,
    or_(promise.c.kind.not_in(OF_CRISIS), conversation.c.urgency > 0),  # those of a crisis end with it
)
_later = event.alias("later")
_chosen_since = exists().where(
    _later.c.conversation_id == event.c.conversation_id,
    _later.c.kind == "appointment_booked",
    _later.c.id > event.c.id,
)
_newest = (
    select(func.max(event.c.id))
    .join(conversation, conversation.c.id == event.c.conversation_id)
    .where(event.c.conversation_id.in_(bindparam("ids", expanding=True)), event.c.kind.in_(WHY))
    .where(or_(event.c.kind != "undelivered", UNDELIVERED), or_(event.c.kind.not_in(TERM_WARNINGS), _runs))
    .where(or_(event.c.kind != "no_slots", ~_chosen_since), _still_asks)
    .group_by(event.c.conversation_id)
)
_REASONS = (
    select(
        event.c.conversation_id,
        event.c.kind,
        event.c.created_at,
        event.c.detail_sealed,
        event.c.id.in_(_newest).label("newest"),
    )
    .where(
        or_(
            event.c.id.in_(_newest),
            and_(event.c.conversation_id.in_(bindparam("pressing", expanding=True)), event.c.kind.in_(CRISIS_KINDS)),
        )
    )
    .order_by(event.c.id)
)
_COUNTS = select(
    *(func.count().filter(_WHERE[queue]).label(queue) for queue in QUEUES if queue != "closed"),
    func.count().filter(conversation.c.assigned_to == bindparam("staff_id")).label("mine"),
).where(_open)
_SEEN = or_(OPENS, RINGS)
_COUNTS_SEEN = _COUNTS.where(_SEEN)


async def rows(
    conn: AsyncConnection,
    queue: Queue | None,
    *,
    assigned_to: int | None = None,
    search: Search | None = None,
    page: int = 1,
    viewing: Mapping[str, int] | None = None,
) -> list[Row[*tuple[Any, ...]]]:
    """The files of ``page`` (from 1), one more than `PAGE` when there is a next one. ``queue`` None: all of them;
    ``viewing`` (``storage.admissions.viewing``): those that this member of staff may open, or of whom an alarm
    rings."""
    statement = _ROWS.limit(PAGE + 1).offset((page - 1) * PAGE)
    if queue is not None:
        statement = statement.where(_WHERE[queue])
    if assigned_to is not None:
        statement = statement.where(conversation.c.assigned_to == assigned_to)
    if search is not None:
        statement = statement.where(conversation.c.person_id.in_(_found(search)))
    if viewing is not None:
        statement = statement.where(_SEEN)
    return list(await conn.execute(statement, viewing or {}))


async def by_code(conn: AsyncConnection, code: bytes) -> int | None:
    """The conversation of who has this code of their own, by its blind index."""
    return (await conn.execute(_BY_CODE, {"code": code})).scalar_one_or_none()


async def reasons(
    conn: AsyncConnection, ids: Sequence[int], pressing: Sequence[int]
) -> dict[int, list[Row[*tuple[Any, ...]]]]:
    """Per conversation the newest event that says why a human is asked and, of those that are ``pressing``, which
    crises were recognised, denied or over; oldest first."""
    found: dict[int, list[Row[*tuple[Any, ...]]]] = {}
    for row in await conn.execute(_REASONS, {"ids": list(ids), "pressing": list(pressing)}):
        found.setdefault(row.conversation_id, []).append(row)
    return found


def _found(search: Search) -> Select[int]:
    """Persons; who became one with somebody else is found as that person."""
    wanted = {
        person.c.name_index: search.name,
        person.c.phone_index: search.phone,
        person.c.code_index: search.code,
        _own.c.id: search.number,
    }
    found = (column == value for column, value in wanted.items() if value is not None)
    return select(_SURVIVOR).join(_own, _own.c.person_id == person.c.id).where(or_(false(), *found))


async def counts(conn: AsyncConnection, staff_id: int, viewing: Mapping[str, int] | None = None) -> dict[str, int]:
    """How many files there are in each queue but ``closed``, and ``mine``: assigned to this member of staff; of
    ``viewing`` as `rows`."""
    statement = _COUNTS if viewing is None else _COUNTS_SEEN
    return dict((await conn.execute(statement, {"staff_id": staff_id, **(viewing or {})})).one()._mapping)
