"""That residents found no free moment, and that staff were told of it: events, so that every process knows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, Select, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import event

#: Kinds of events: on a file, a resident found no moment; of nobody's file, staff were told, that failed, it is over.
FOUND_NONE = "no_slots"
TOLD, FAILED, OVER = "agenda_alarm_sent", "agenda_alarm_failed", "agenda_alarm_over"


@dataclass(frozen=True, slots=True)
class Told:
    """How it stands; instants in milliseconds UTC, the latest ever where nothing else is said.

    ``first``: when a resident found no moment, the first time since it was over; None when nobody did since. ``last``:
    the latest time. ``round`` counts the notices since ``first`` (``told_at`` the latest), ``failures`` the tries since
    then and since ``told_at`` that reached nobody (``failed_at`` the latest)."""

    first: int | None
    last: int | None
    round: int
    told_at: int | None
    failures: int
    failed_at: int | None


def _alone(statement: Select[int]) -> ScalarSelect[int]:
    """One value, of rows of its own and not of those around it."""
    return statement.correlate(None).scalar_subquery()


def _newest(kind: str) -> ScalarSelect[int]:
    return _alone(select(func.max(event.c.created_at)).where(event.c.kind == kind))


_FIRST = _alone(
    select(func.min(event.c.created_at)).where(
        event.c.kind == FOUND_NONE, event.c.created_at > func.coalesce(_newest(OVER), -1)
    )
)
_ROUND = _alone(select(func.count()).where(event.c.kind == TOLD, event.c.created_at >= _FIRST))
_FAILURES = _alone(
    select(func.count())
    .where(event.c.kind == FAILED, event.c.created_at >= _FIRST)
    .where(event.c.created_at > func.coalesce(_newest(TOLD), -1))
)
_READ = select(_FIRST, _newest(FOUND_NONE), _ROUND, _newest(TOLD), _FAILURES, _newest(FAILED))
_RECORD = insert(event)


async def read(conn: AsyncConnection) -> Told:
    """How it stands now."""
    return Told(*(await conn.execute(_READ)).one())


async def record(conn: AsyncConnection, kind: str, now: int) -> None:
    """Staff were told, or not, or it is over."""
    await conn.execute(_RECORD, {"kind": kind, "created_at": now})
