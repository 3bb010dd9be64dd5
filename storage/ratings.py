"""Who was asked for a rating, and, apart from that and from everyone, how often each grade was given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import insert_ignore
from storage.tables import case_file, event, grade, rating, remark

_Row = Row[*tuple[Any, ...]]

_CASE = (
    select(case_file.c.id, case_file.c.capacity, case_file.c.closed_at, case_file.c.reason)
    .where(case_file.c.conversation_id == bindparam("conversation"), case_file.c.opened_at <= bindparam("at"))
    .order_by(case_file.c.opened_at.desc(), case_file.c.id.desc())
    .limit(1)
)
_OF_CASE = select(rating).where(rating.c.case_id == bindparam("case"), rating.c.occasion == bindparam("occasion"))
_ONE = select(rating).where(rating.c.id == bindparam("rating"), rating.c.conversation_id == bindparam("conversation"))
_NEWEST = (
    select(rating)
    .where(rating.c.conversation_id == bindparam("conversation"), rating.c.asked_at.is_not(None))
    .order_by(rating.c.asked_at.desc(), rating.c.id.desc())
    .limit(1)
)
_LAST_OVER = select(func.max(event.c.created_at)).where(
    event.c.conversation_id == bindparam("conversation"), event.c.kind == "crisis_over"
)
_TALLY = (
    select(grade)
    .where(
        grade.c.year == bindparam("year"),
        grade.c.occasion == bindparam("occasion"),
        grade.c.promise == bindparam("promise"),
    )
    .with_for_update()
)
_WORDS = (
    select(remark)
    .where(remark.c.year == bindparam("year"), remark.c.occasion == bindparam("occasion"))
    .with_for_update()
)
_TALLIES = select(grade).order_by(grade.c.year, grade.c.promise, grade.c.occasion)
_ALL_WORDS = select(remark).where(remark.c.year == bindparam("year")).order_by(remark.c.occasion)


# ---- who was asked -------------------------------------------------------------------------------------------------


async def case_of(conn: AsyncConnection, conversation_id: int, at: int) -> _Row | None:
    """The newest sign-up of a conversation that was there at ``at`` (milliseconds UTC)."""
    return (await conn.execute(_CASE, {"conversation": conversation_id, "at": at})).first()


async def of_case(conn: AsyncConnection, case_id: int, occasion: str) -> _Row | None:
    """The rating of a sign-up on this occasion."""
    return (await conn.execute(_OF_CASE, {"case": case_id, "occasion": occasion})).first()


async def one(conn: AsyncConnection, conversation_id: int, number: int) -> _Row | None:
    """That one if it is this conversation's."""
    return (await conn.execute(_ONE, {"conversation": conversation_id, "rating": number})).first()


async def newest(conn: AsyncConnection, conversation_id: int) -> _Row | None:
    """The one that was asked last."""
    return (await conn.execute(_NEWEST, {"conversation": conversation_id})).first()


async def crisis_over(conn: AsyncConnection, conversation_id: int) -> int | None:
    """When a crisis was last called over, in milliseconds UTC."""
    found: int | None = (await conn.execute(_LAST_OVER, {"conversation": conversation_id})).scalar_one()
    return found


async def add(conn: AsyncConnection, **values: Any) -> int:
    """A new one; gives its number."""
    number: int = (await conn.execute(insert(rating).values(**values).returning(rating.c.id))).scalar_one()
    return number


async def put(conn: AsyncConnection, number: int, **values: Any) -> None:
    """How it is from now on."""
    await conn.execute(update(rating).where(rating.c.id == number).values(**values))


# ---- what was said, which is nobody's ------------------------------------------------------------------------------


async def tally(conn: AsyncConnection, year: int, occasion: str, promise: str) -> _Row | None:
    """The row that counts the grades for a promise, locked; None: there is none yet."""
    return (await conn.execute(_TALLY, {"year": year, "occasion": occasion, "promise": promise})).first()


async def add_tally(conn: AsyncConnection, **values: Any) -> None:
    """The first of them, unless another process was first."""
    await conn.execute(insert_ignore(grade), values)


async def put_tally(conn: AsyncConnection, number: int, counted: str, waiting: bytes) -> None:
    """What it counts from now on; ``waiting`` is sealed."""
    await conn.execute(update(grade).where(grade.c.id == number).values(counted=counted, waiting_sealed=waiting))


async def words(conn: AsyncConnection, year: int, occasion: str) -> _Row | None:
    """The row that holds what was said beside the grades, locked; None: there is none yet."""
    return (await conn.execute(_WORDS, {"year": year, "occasion": occasion})).first()


async def add_words(conn: AsyncConnection, **values: Any) -> None:
    """The first of them, unless another process was first."""
    await conn.execute(insert_ignore(remark), values)


async def put_words(conn: AsyncConnection, number: int, sealed: bytes) -> None:
    """What it holds from now on."""
    await conn.execute(update(remark).where(remark.c.id == number).values(words_sealed=sealed))


async def took_away(conn: AsyncConnection, staff_id: int, now: int) -> None:
    """Puts on record that this colleague took words away."""
    await conn.execute(insert(event).values(kind="remark_removed", staff_id=staff_id, created_at=now))


async def tallies(conn: AsyncConnection) -> Sequence[_Row]:
    """All that was counted."""
    return (await conn.execute(_TALLIES)).all()


async def all_words(conn: AsyncConnection, year: int) -> Sequence[_Row]:
    """What was said beside the grades of a year, sealed."""
    return (await conn.execute(_ALL_WORDS, {"year": year})).all()
