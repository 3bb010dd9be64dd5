"""Which files someone may open: those of their own team and of no team, what is theirs by name, and what they were let
into for a time, asked along by a colleague or by an emergency."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.listed import listed
from storage.tables import admission, alarm, appointment, appointment_staff, conversation, person, staff, team

Rows = list[Row[*tuple[Any, ...]]]

_viewer: BindParameter[int] = bindparam("viewer")
_now: BindParameter[int] = bindparam("now")
_lasts = and_(admission.c.ended_at.is_(None), admission.c.expires_at > _now)
_let_in = exists().where(admission.c.conversation_id == conversation.c.id, admission.c.staff_id == _viewer, _lasts)
#: Who speaks with someone has to know what was said, and to write down what was.
_meets = exists().where(
    appointment_staff.c.appointment_id == appointment.c.id,
    appointment_staff.c.staff_id == _viewer,
    appointment.c.conversation_id == conversation.c.id,
    appointment.c.state == "booked",
    appointment.c.ends_at > bindparam("lately"),
)
_own_team = select(staff.c.team_id).where(staff.c.id == _viewer).scalar_subquery()
#: What a caseworker opens. It names the parameters ``viewer``, ``now`` and ``lately`` (milliseconds UTC).
OPENS: ColumnElement[bool] = or_(
    conversation.c.team_id.is_(None),
    conversation.c.team_id == _own_team,
    conversation.c.assigned_to == _viewer,
    conversation.c.held_by == _viewer,
    _let_in,
    _meets,
)
#: What anyone who helps has to be able to reach: an alarm of a crisis that nobody took up.
RINGS: ColumnElement[bool] = exists().where(
    alarm.c.conversation_id == conversation.c.id, alarm.c.state == "raised", alarm.c.kind == "crisis"
)

#: An appointment that was booked and of which nobody said how it went counts for so long after it (milliseconds).
MET_LATELY = 7 * 24 * 3600 * 1000

_OPENED = select(conversation.c.id).where(listed(conversation.c.id, "ids"), OPENS)
_LET_IN = select(conversation.c.id).where(conversation.c.id == bindparam("conversation"), _let_in)
_IN_EMERGENCY = select(admission.c.id).where(
    admission.c.conversation_id == bindparam("conversation"),
    admission.c.staff_id == _viewer,
    admission.c.kind == "emergency",
    _lasts,
)
_RINGING = select(conversation.c.id).where(listed(conversation.c.id, "ids"), RINGS)
_ADD = insert(admission).returning(admission.c.id)
_granter = staff.alias("granter")
_seer = staff.alias("seer")
_OF_FILE = (
    select(admission, staff.c.name, staff.c.role, _granter.c.name.label("granted_name"))
    .join(staff, staff.c.id == admission.c.staff_id)
    .outerjoin(_granter, _granter.c.id == admission.c.granted_by)
    .where(admission.c.conversation_id == bindparam("conversation"), _lasts)
    .order_by(admission.c.id)
)
_EMERGENCIES = (
    select(
        admission,
        staff.c.name,
        staff.c.role,
        person.c.key_id,
        person.c.name_sealed,
        team.c.name.label("team_name"),
        _seer.c.name.label("seen_name"),
    )
    .join(staff, staff.c.id == admission.c.staff_id)
    .join(conversation, conversation.c.id == admission.c.conversation_id)
    .join(person, person.c.id == conversation.c.person_id)
    .outerjoin(team, team.c.id == conversation.c.team_id)
    .outerjoin(_seer, _seer.c.id == admission.c.seen_by)
    .where(admission.c.kind == "emergency")
    .order_by(admission.c.seen_at.is_not(None), admission.c.id.desc())
    .limit(bindparam("most"))
)
_COUNT_UNSEEN = select(func.count()).where(admission.c.kind == "emergency", admission.c.seen_at.is_(None))
_SEE = (
    update(admission)
    .where(admission.c.id == bindparam("which"), admission.c.kind == "emergency", admission.c.seen_at.is_(None))
    .where(admission.c.staff_id != bindparam("by"))  # nobody says so of themselves
    .values(seen_at=_now, seen_by=bindparam("by"))
)
_END = (
    update(admission)
    .where(admission.c.id == bindparam("which"), admission.c.conversation_id == bindparam("conversation"), _lasts)
    .values(ended_at=_now)
    .returning(admission.c.staff_id)
)


def viewing(staff_id: int, now: int) -> dict[str, int]:
    """The parameters of `OPENS`."""
    return {"viewer": staff_id, "now": now, "lately": now - MET_LATELY}


async def opened(conn: AsyncConnection, staff_id: int, now: int, ids: Iterable[int]) -> set[int]:
    """Which of these conversations a caseworker may open."""
    return set((await conn.execute(_OPENED, {"ids": list(ids), **viewing(staff_id, now)})).scalars())


async def is_let_in(conn: AsyncConnection, staff_id: int, now: int, conversation_id: int) -> bool:
    """Whether someone was let into this one, and is still."""
    values = {"viewer": staff_id, "now": now, "conversation": conversation_id}
    return (await conn.execute(_LET_IN, values)).first() is not None


async def in_emergency(conn: AsyncConnection, staff_id: int, now: int, conversation_id: int) -> bool:
    """Whether someone has this one open in an emergency of their own that lasts still."""
    values = {"viewer": staff_id, "now": now, "conversation": conversation_id}
    return (await conn.execute(_IN_EMERGENCY, values)).first() is not None


async def ringing(conn: AsyncConnection, ids: Iterable[int]) -> set[int]:
    """Which of these have an alarm of a crisis that nobody took up."""
    return set((await conn.execute(_RINGING, {"ids": list(ids)})).scalars())


async def add(
    conn: AsyncConnection,
    conversation_id: int,
    staff_id: int,
    *,
    granted_by: int | None,
    reason_sealed: bytes,
    now: int,
    expires_at: int,
) -> int:
    """Lets someone in and gives the number of that; ``granted_by`` None: an emergency of their own."""
    values = {
        "conversation_id": conversation_id,
        "staff_id": staff_id,
        "kind": "emergency" if granted_by is None else "asked",
        "granted_by": granted_by,
        "reason_sealed": reason_sealed,
        "created_at": now,
        "expires_at": expires_at,
    }
    return int((await conn.execute(_ADD, values)).scalar_one())


async def of_file(conn: AsyncConnection, conversation_id: int, now: int) -> Rows:
    """Who is let into this one now, with names."""
    return list(await conn.execute(_OF_FILE, {"conversation": conversation_id, "now": now}))


async def end(conn: AsyncConnection, conversation_id: int, admission_id: int, now: int) -> int | None:
    """Ends it; gives whose it was, None: there was none (any more)."""
    values = {"which": admission_id, "conversation": conversation_id, "now": now}
    found: int | None = (await conn.execute(_END, values)).scalar_one_or_none()
    return found


async def emergencies(conn: AsyncConnection, most: int) -> Rows:
    """Files that were opened in an emergency, those that no coordinator saw yet first, then the newest."""
    return list(await conn.execute(_EMERGENCIES, {"most": most}))


async def count_unseen(conn: AsyncConnection) -> int:
    """How many of these no coordinator saw yet."""
    return int((await conn.execute(_COUNT_UNSEEN)).scalar_one())


async def see(conn: AsyncConnection, admission_id: int, by: int, now: int) -> bool:
    """A coordinator saw it. False: someone did before, or it is the coordinator's own."""
    return (await conn.execute(_SEE, {"which": admission_id, "by": by, "now": now})).rowcount == 1
