"""Plans to keep in touch, their check-ins, hard moments, and who of us someone knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.direct import Direct, Values
from storage.listed import listed
from storage.tables import (
    alarm,
    case_file,
    check_in,
    contact_plan,
    conversation,
    event,
    hard_moment,
    phase,
    promise,
    staff,
)

Rows = list[Row[*tuple[Any, ...]]]

#: A plan that stands: there is one at most.
STANDS = ("active", "paused")
#: A check-in that is not over.
OPEN = ("planned", "asked")

_OF = bindparam("conversation", type_=contact_plan.c.conversation_id.type)
_PLANS = (
    select(contact_plan, staff.c.name)
    .outerjoin(staff, staff.c.id == contact_plan.c.made_by)
    .where(contact_plan.c.conversation_id == _OF)
    .order_by(contact_plan.c.id)
)
_STANDING = _PLANS.where(contact_plan.c.state.in_(STANDS))
_PROPOSED = _PLANS.where(contact_plan.c.state == "proposed")
_PLAN = _PLANS.where(contact_plan.c.id == bindparam("number"))
_ROWS = (
    select(
        check_in,
        contact_plan.c.kind,
        contact_plan.c.rhythm,
        contact_plan.c.way,
        contact_plan.c.until,
        contact_plan.c.weekday,
        contact_plan.c.part,
        contact_plan.c.began_at,
        contact_plan.c.state.label("plan_state"),
        staff.c.name,
    )
    .join(contact_plan, contact_plan.c.id == check_in.c.plan_id)
    .outerjoin(staff, staff.c.id == check_in.c.done_by)
    .order_by(check_in.c.id)
)
_CHECK_INS = _ROWS.where(check_in.c.conversation_id == _OF)
_CHECK_IN = _CHECK_INS.where(check_in.c.id == bindparam("number"))
_NEWEST = (
    _CHECK_INS.order_by(None)
    .where(check_in.c.state.in_(bindparam("states", expanding=True)))
    .order_by(check_in.c.asked_at.desc(), check_in.c.id.desc())
    .limit(1)
)
_BEFORE = (
    _CHECK_INS.order_by(None)
    .where(check_in.c.id < bindparam("number"), check_in.c.answers_sealed.is_not(None))
    .order_by(check_in.c.id.desc())
    .limit(1)
)
_LAST_OF_PLANS = (
    select(
        check_in.c.plan_id,
        func.max(check_in.c.number).label("number"),
        func.max(check_in.c.due_at).filter(check_in.c.due_at <= bindparam("now")).label("due_at"),
    )
    .where(listed(check_in.c.plan_id, "many"))
    .group_by(check_in.c.plan_id)
)
_THESE_AND_OPEN = _ROWS.where(
    listed(check_in.c.conversation_id, "many"), or_(listed(check_in.c.id, "asked"), check_in.c.state.in_(OPEN))
)
_earlier, _later = check_in.alias("earlier"), check_in.alias("later")
_BEFORE_THESE = _ROWS.where(
    check_in.c.id.in_(
        select(func.max(_earlier.c.id))
        .join(_later, and_(_later.c.conversation_id == _earlier.c.conversation_id, _later.c.id > _earlier.c.id))
        .where(listed(_later.c.id, "many"), _earlier.c.answers_sealed.is_not(None))
        .group_by(_later.c.id)
    )
)
_ASK = Direct(
    update(check_in)
    .where(check_in.c.id == bindparam("key"))
    .values(state=bindparam("to"), asked_at=bindparam("asked"), again_at=bindparam("again"))
)
_ADD = insert(check_in).returning(check_in.c.plan_id, check_in.c.number, check_in.c.id)
_SETTLED = (
    select(check_in.c.state, check_in.c.reason)
    .where(check_in.c.conversation_id == _OF, check_in.c.state.not_in(OPEN), check_in.c.id != bindparam("but"))
    .order_by(check_in.c.id.desc())
    .limit(1)
)
_MOMENTS = (
    select(hard_moment)
    .where(hard_moment.c.conversation_id == _OF, hard_moment.c.dropped_at.is_(None))
    .order_by(hard_moment.c.id)
)
_MOMENT = _MOMENTS.where(hard_moment.c.id == bindparam("number"))
_CASE = select(
    case_file.c.conversation_id, case_file.c.id, case_file.c.opened_at, case_file.c.closed_at, case_file.c.taken_by
).order_by(case_file.c.id.desc())
_CASES = _CASE.where(case_file.c.conversation_id == _OF)
_CASES_OF = _CASE.where(listed(case_file.c.conversation_id, "many"))
_PHASES = select(phase.c.phase, phase.c.state).where(
    phase.c.conversation_id == _OF, phase.c.case_id == bindparam("case_id")
)
_ASSIGNED = select(conversation.c.assigned_to).where(conversation.c.id == _OF)
#: Nothing of this asks a human for anything; whatever else is on file may.
_ASKS_NOTHING = ("contactmoment", "ping_dropped", "contact_plan", "hard_moment", "consent")
_HAPPENED = select(
    select(event.c.id)
    .where(event.c.conversation_id == _OF, event.c.created_at > bindparam("at"), event.c.kind.not_in(_ASKS_NOTHING))
    .exists()
)
_SPOKE = select(event.c.conversation_id, event.c.staff_id).where(
    event.c.id.in_(
        select(func.max(event.c.id))
        .where(listed(event.c.conversation_id, "many"), event.c.kind == "contactmoment", event.c.staff_id.is_not(None))
        .group_by(event.c.conversation_id)
    )
)
_STAFF = select(staff.c.id, staff.c.name, staff.c.email, staff.c.successor_id, staff.c.disabled_at).where(
    listed(staff.c.id, "many")
)
_WAITS = and_(alarm.c.conversation_id == _OF, alarm.c.kind == "contact", alarm.c.state == "raised")
_ASKED_FOR = select(func.min(alarm.c.raised_at)).where(_WAITS)
_RAISED = select(alarm.c.id, alarm.c.urgency, alarm.c.level, alarm.c.next_at).where(_WAITS).order_by(alarm.c.id)
_EVALUATION = select(promise.c.id, promise.c.due_at).where(
    promise.c.conversation_id == _OF, promise.c.kind == "evaluation", promise.c.kept_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """An account; ``email`` empty: none is known. Whether someone ``works`` here with it, and who came in their
    place."""

    id: int
    name: str
    email: str
    successor_id: int | None
    works: bool


# ---- plans ---------------------------------------------------------------------------------------------------------


async def plans(conn: AsyncConnection, conversation_id: int) -> Rows:
    """All that there were, in the order in which they were made, with the name of who of us made each."""
    return list(await conn.execute(_PLANS, {"conversation": conversation_id}))


async def standing(conn: AsyncConnection, conversation_id: int) -> Row[*tuple[Any, ...]] | None:
    """The plan that stands."""
    return (await conn.execute(_STANDING, {"conversation": conversation_id})).first()


async def proposed(conn: AsyncConnection, conversation_id: int) -> Row[*tuple[Any, ...]] | None:
    """The one that waits for their yes."""
    return (await conn.execute(_PROPOSED, {"conversation": conversation_id})).first()


async def plan(conn: AsyncConnection, conversation_id: int, number: object) -> Row[*tuple[Any, ...]] | None:
    """One of this conversation's plans."""
    if not _is_number(number):
        return None
    return (await conn.execute(_PLAN, {"conversation": conversation_id, "number": number})).first()


async def add_plan(conn: AsyncConnection, **values: Any) -> int:
    """A new one; gives its number."""
    return int((await conn.execute(insert(contact_plan).values(**values).returning(contact_plan.c.id))).scalar_one())


async def change_plan(conn: AsyncConnection, number: int, **values: Any) -> None:
    """What became of one."""
    await conn.execute(update(contact_plan).where(contact_plan.c.id == number).values(**values))


# ---- check-ins -----------------------------------------------------------------------------------------------------


async def check_ins(conn: AsyncConnection, conversation_id: int) -> Rows:
    """All that there were, in the order in which they were planned, with what their plan is and who of us had each."""
    return list(await conn.execute(_CHECK_INS, {"conversation": conversation_id}))


async def one(conn: AsyncConnection, conversation_id: int, number: object) -> Row[*tuple[Any, ...]] | None:
    """One of this conversation's check-ins."""
    if not _is_number(number):
        return None
    return (await conn.execute(_CHECK_IN, {"conversation": conversation_id, "number": number})).first()


async def newest(conn: AsyncConnection, conversation_id: int, states: Collection[str]) -> Row[*tuple[Any, ...]] | None:
    """The one in these states that was asked last."""
    values = {"conversation": conversation_id, "states": list(states)}
    return (await conn.execute(_NEWEST, values)).first()


async def before(conn: AsyncConnection, conversation_id: int, number: int) -> Row[*tuple[Any, ...]] | None:
    """The one before this one to which something was said."""
    return (await conn.execute(_BEFORE, {"conversation": conversation_id, "number": number})).first()


async def open_ones(conn: AsyncConnection, conversation_id: int, plan_id: int | None = None) -> Rows:
    """Those that are not over, in order; of this plan or of any."""
    statement = _CHECK_INS.where(check_in.c.state.in_(OPEN))
    if plan_id is not None:
        statement = statement.where(check_in.c.plan_id == plan_id)
    return list(await conn.execute(statement, {"conversation": conversation_id}))


async def last_of(conn: AsyncConnection, plan_id: int, now: int) -> tuple[int, int | None]:
    """The highest number of a plan's check-ins (0: there is none), and when the last of those was due that were due by
    ``now``, in milliseconds UTC."""
    return (await last_of_plans(conn, [plan_id], now)).get(plan_id, (0, None))


async def last_of_plans(conn: AsyncConnection, plan_ids: Iterable[int], now: int) -> dict[int, tuple[int, int | None]]:
    """The same of many plans, by plan; none of those without check-ins."""
    rows = await conn.execute(_LAST_OF_PLANS, {"many": list(plan_ids), "now": now})
    return {row.plan_id: (row.number, row.due_at) for row in rows}


async def these_and_open(conn: AsyncConnection, wanted: Mapping[int, object]) -> Rows:
    """Of many conversations the check-in of this number (as a ping says it, which may be anything), if it is theirs,
    and those that are not over, in order."""
    numbers = [number for number in wanted.values() if _is_number(number)]
    return list(await conn.execute(_THESE_AND_OPEN, {"many": list(wanted), "asked": numbers}))


async def before_these(conn: AsyncConnection, numbers: Iterable[int]) -> dict[int, Row[*tuple[Any, ...]]]:
    """The one before each of these, of a conversation each, to which something was said, by conversation."""
    rows = await conn.execute(_BEFORE_THESE, {"many": list(numbers)})
    return {row.conversation_id: row for row in rows}


async def settled_before(conn: AsyncConnection, conversation_id: int, but: int) -> tuple[str, str | None] | None:
    """State and reason of the last one that is over, without ``but``."""
    row = (await conn.execute(_SETTLED, {"conversation": conversation_id, "but": but})).first()
    return None if row is None else (row.state, row.reason)


async def add(conn: AsyncConnection, **values: Any) -> int:
    """A new one; gives its number."""
    return int((await conn.execute(insert(check_in).values(**values).returning(check_in.c.id))).scalar_one())


async def change(conn: AsyncConnection, number: int, **values: Any) -> None:
    """What became of one."""
    await conn.execute(update(check_in).where(check_in.c.id == number).values(**values))


async def ask(conn: AsyncConnection, asked: Sequence[Values]) -> None:
    """Check-ins that are asked: ``key`` (the number), ``to`` (the state), and ``asked`` and ``again`` (when)."""
    await _ASK.run(conn, asked)


async def add_many(conn: AsyncConnection, rows: Sequence[Values]) -> dict[tuple[int, int], int]:
    """New ones; gives their numbers by plan and number of the plan."""
    return {(row.plan_id, row.number): row.id for row in await conn.execute(_ADD, [dict(row) for row in rows])}


# ---- hard moments --------------------------------------------------------------------------------------------------


async def moments(conn: AsyncConnection, conversation_id: int) -> Rows:
    """Those that were not dropped, in the order in which they were told."""
    return list(await conn.execute(_MOMENTS, {"conversation": conversation_id}))


async def moment(conn: AsyncConnection, conversation_id: int, number: object) -> Row[*tuple[Any, ...]] | None:
    """One of those."""
    if not _is_number(number):
        return None
    return (await conn.execute(_MOMENT, {"conversation": conversation_id, "number": number})).first()


async def add_moment(conn: AsyncConnection, **values: Any) -> int:
    """A new one; gives its number."""
    return int((await conn.execute(insert(hard_moment).values(**values).returning(hard_moment.c.id))).scalar_one())


async def change_moment(conn: AsyncConnection, number: int, **values: Any) -> None:
    """What became of one."""
    await conn.execute(update(hard_moment).where(hard_moment.c.id == number).values(**values))


# ---- how far someone is, and whom they know ------------------------------------------------------------------------


async def asked_for(conn: AsyncConnection, conversation_id: int) -> int | None:
    """Since when they ask for who they know, in milliseconds UTC; None: they do not, or someone took it up."""
    found: int | None = (await conn.execute(_ASKED_FOR, {"conversation": conversation_id})).scalar_one()
    return found


async def raised(conn: AsyncConnection, conversation_id: int) -> Row[*tuple[Any, ...]] | None:
    """The alarm by which they ask for who they know, as long as nobody took it up."""
    return (await conn.execute(_RAISED, {"conversation": conversation_id})).first()


async def raise_again(conn: AsyncConnection, number: int, **values: Any) -> None:
    """How that alarm is from now on; whoever is sending it decides no more about it."""
    await conn.execute(update(alarm).where(alarm.c.id == number).values(claimed_until=None, **values))


async def cases(conn: AsyncConnection, conversation_id: int) -> Rows:
    """Their sign-ups, the newest first."""
    return list(await conn.execute(_CASES, {"conversation": conversation_id}))


async def phases(conn: AsyncConnection, conversation_id: int, case_id: int) -> set[str]:
    """The phases in which they are, or have been, with this sign-up."""
    rows = await conn.execute(_PHASES, {"conversation": conversation_id, "case_id": case_id})
    return {row.phase for row in rows if row.state in ("now", "done")}


async def assigned_to(conn: AsyncConnection, conversation_id: int) -> int | None:
    """The colleague whose file it is."""
    found: int | None = (await conn.execute(_ASSIGNED, {"conversation": conversation_id})).scalar_one_or_none()
    return found


async def cases_of(conn: AsyncConnection, conversation_ids: Iterable[int]) -> dict[int, Rows]:
    """The same of many, by conversation."""
    found: dict[int, Rows] = {number: [] for number in conversation_ids}
    for row in await conn.execute(_CASES_OF, {"many": list(found)}):
        found[row.conversation_id].append(row)
    return found


async def happened_since(conn: AsyncConnection, conversation_id: int, at: int) -> bool:
    """Whether something is on file from after ``at`` (milliseconds UTC) that may ask a human for something."""
    return bool((await conn.execute(_HAPPENED, {"conversation": conversation_id, "at": at})).scalar_one())


async def spoke_last(conn: AsyncConnection, conversation_ids: Iterable[int]) -> dict[int, int]:
    """The colleague who was in touch with them last, by conversation; none of those with whom nobody was."""
    rows = await conn.execute(_SPOKE, {"many": list(conversation_ids)})
    return {row.conversation_id: row.staff_id for row in rows}


async def colleagues(conn: AsyncConnection, staff_ids: Iterable[int]) -> dict[int, Colleague]:
    """These accounts, and whoever came in the place of those that are disabled, and in theirs."""
    found: dict[int, Colleague] = {}
    wanted = set(staff_ids)
    while wanted:
        for row in await conn.execute(_STAFF, {"many": sorted(wanted)}):
            found[row.id] = Colleague(row.id, row.name, row.email or "", row.successor_id, row.disabled_at is None)
        left = [found[number] for number in wanted if number in found and not found[number].works]
        wanted = {one.successor_id for one in left if one.successor_id is not None} - found.keys()
    return found


def working(staff: Mapping[int, Colleague], staff_id: int) -> Colleague | None:
    """This colleague, or who came in their place, as `colleagues` found them; None: nobody did."""
    tried, one = set[int](), staff.get(staff_id)
    while one is not None and not one.works:
        tried.add(one.id)
        following = one.successor_id
        one = None if following is None or following in tried else staff.get(following)
    return one


async def evaluations(conn: AsyncConnection, conversation_id: int) -> Rows:
    """``(id, due_at)`` of the evaluations to come."""
    return list(await conn.execute(_EVALUATION, {"conversation": conversation_id}))


def _is_number(number: object) -> bool:
    """Whether it can be the number of a row: what comes back with a button may be anything."""
    return isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**63
