"""What was agreed in talks: summaries as they were sent, and what became of each thing in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.agenda import MEETS
from storage.direct import Values
from storage.tables import agreement, conversation, person, ping, staff, summary

Rows = list[Row[*tuple[Any, ...]]]

_SUMMARIES = (
    select(summary, staff.c.name)
    .join(staff, staff.c.id == summary.c.made_by)
    .where(summary.c.conversation_id == bindparam("conversation"))
    .order_by(summary.c.id.desc())
)
_AGREEMENTS = (
    select(agreement, staff.c.name)
    .outerjoin(staff, staff.c.id == agreement.c.staff_id)
    .where(agreement.c.conversation_id == bindparam("conversation"))
    .order_by(agreement.c.summary_id, agreement.c.place, agreement.c.id)
)
_ONE = select(agreement).where(
    agreement.c.id == bindparam("agreement"), agreement.c.conversation_id == bindparam("conversation")
)
_ONE_SUMMARY = select(summary).where(
    summary.c.id == bindparam("summary"), summary.c.conversation_id == bindparam("conversation")
)
_OPEN_ON = select(agreement.c.staff_id).where(
    agreement.c.conversation_id == bindparam("conversation"),
    agreement.c.due_on == bindparam("day"),
    agreement.c.state == "open",
)
_OPEN_DAYS = (
    select(agreement.c.due_on)
    .where(agreement.c.conversation_id == bindparam("conversation"), agreement.c.due_on.is_not(None))
    .where(agreement.c.state == "open")
    .distinct()
)
_REMINDED = select(ping.c.kind).where(
    ping.c.conversation_id == bindparam("conversation"),
    ping.c.kind.in_(bindparam("kinds", expanding=True)),
    ping.c.state.in_(("done", "waiting")),
)
_TASKS = (
    select(agreement, staff.c.name, conversation.c.person_id, person.c.key_id, person.c.name_sealed)
    .join(staff, staff.c.id == agreement.c.staff_id)
    .join(conversation, conversation.c.id == agreement.c.conversation_id)
    .join(person, person.c.id == conversation.c.person_id)
    .where(agreement.c.state == "open")
    .order_by(agreement.c.due_on.is_(None), agreement.c.due_on, agreement.c.id)
)
_COLLEAGUES = select(staff.c.id).where(
    staff.c.id.in_(bindparam("ids", expanding=True)), staff.c.disabled_at.is_(None), staff.c.role.in_(MEETS)
)
_ADD_SUMMARY = insert(summary).returning(summary.c.id)
_CHANGE = update(agreement).where(agreement.c.id == bindparam("which"))


async def add(conn: AsyncConnection, values: Values, lines: Sequence[Values]) -> int:
    """A summary with its lines, in their order; gives its number."""
    number = int((await conn.execute(_ADD_SUMMARY, values)).scalar_one())
    place = {"summary_id": number, "conversation_id": values["conversation_id"]}
    await conn.execute(insert(agreement), [{**line, **place, "place": n} for n, line in enumerate(lines)])
    return number


async def summaries(conn: AsyncConnection, conversation_id: int) -> Rows:
    """Every summary with the ``name`` of who made it, the newest first."""
    return list(await conn.execute(_SUMMARIES, {"conversation": conversation_id}))


async def agreements(conn: AsyncConnection, conversation_id: int) -> Rows:
    """Everything agreed, as it stands, with the ``name`` of who of us does it (None: the person does)."""
    return list(await conn.execute(_AGREEMENTS, {"conversation": conversation_id}))


async def one(conn: AsyncConnection, conversation_id: int, agreement_id: int) -> Row[*tuple[Any, ...]] | None:
    """That one if it is this conversation's."""
    values = {"conversation": conversation_id, "agreement": agreement_id}
    return (await conn.execute(_ONE, values)).first()


async def one_summary(conn: AsyncConnection, conversation_id: int, summary_id: int) -> Row[*tuple[Any, ...]] | None:
    """That one if it is this conversation's."""
    return (await conn.execute(_ONE_SUMMARY, {"conversation": conversation_id, "summary": summary_id})).first()


async def change(conn: AsyncConnection, agreement_id: int, **values: Any) -> None:
    """Changes one; whose it is was looked at before, and the conversation is locked."""
    await conn.execute(_CHANGE.values(**values), {"which": agreement_id})


async def change_summary(conn: AsyncConnection, summary_id: int, **values: Any) -> None:
    """Changes a summary; as `change`."""
    await conn.execute(update(summary).where(summary.c.id == summary_id).values(**values))


async def open_on(conn: AsyncConnection, conversation_id: int, day: str) -> tuple[bool, bool]:
    """Whether something of the person, and something of ours, is open that is to be done by ``day`` (ISO 8601)."""
    who = list((await conn.execute(_OPEN_ON, {"conversation": conversation_id, "day": day})).scalars())
    return None in who, any(one is not None for one in who)


async def open_days(conn: AsyncConnection, conversation_id: int) -> list[str]:
    """The days by which something is open."""
    return list((await conn.execute(_OPEN_DAYS, {"conversation": conversation_id})).scalars())


async def reminded(conn: AsyncConnection, conversation_id: int, kinds: Sequence[str]) -> set[str]:
    """Those of these kinds of reminders that were said, or that wait."""
    return set((await conn.execute(_REMINDED, {"conversation": conversation_id, "kinds": list(kinds)})).scalars())


async def seen(conn: AsyncConnection, conversation_id: int, at: int | None) -> None:
    """What the person did up to ``at`` (milliseconds UTC; None: all of it) is no news any more."""
    news = update(agreement).where(agreement.c.conversation_id == conversation_id, agreement.c.news.is_not(None))
    await conn.execute((news if at is None else news.where(agreement.c.changed_at <= at)).values(news=None))


async def tasks(conn: AsyncConnection, staff_id: int | None) -> Rows:
    """What is open that one of us does (None: any of us), in the order of its days, with the ``name`` of who does it
    and the key and sealed name of whom it is for."""
    statement = _TASKS if staff_id is None else _TASKS.where(agreement.c.staff_id == staff_id)
    return list(await conn.execute(statement))


async def colleagues(conn: AsyncConnection, ids: Sequence[int]) -> set[int]:
    """Those of these who work here and meet residents."""
    return set((await conn.execute(_COLLEAGUES, {"ids": list(ids)})).scalars())
