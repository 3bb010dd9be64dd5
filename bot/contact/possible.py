"""Which kind of plan can be agreed with someone now, by how far they are, and how long it may last [004] 3.1."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.contact.rhythm import last_day
from flows.aftercare import PlanKind
from flows.progress import Phase
from storage import contact as store

#: The kind that goes with a phase, the furthest first; from the first day on with any.
_OF_PHASE = {
    Phase.AFTERCARE: PlanKind.AFTERCARE,
    Phase.FOLLOWING: PlanKind.FOLLOW,
    Phase.SETTLING: PlanKind.WATCH,
}

_Row = Row[*tuple[Any, ...]]


async def kind_now(conn: AsyncConnection, conversation_id: int, plans: Sequence[_Row], today: date) -> PlanKind | None:
    """None: there is no sign-up that goes on, or what is possible has lasted as long as it may. ``plans``: all of the
    conversation's."""
    opened = next((row for row in await store.cases(conn, conversation_id) if row.closed_at is None), None)
    if opened is None:
        return None
    been = await store.phases(conn, conversation_id, opened.id)
    kind = next((kind for phase, kind in _OF_PHASE.items() if phase in been), PlanKind.FIXED)
    until = until_of(plans, kind, opened.opened_at, today)
    return None if until is not None and until <= today else kind


async def until(
    conn: AsyncConnection, conversation_id: int, plans: Sequence[_Row], kind: PlanKind, today: date
) -> date | None:
    """The last day that a plan of this kind may last when it is agreed today; None: as long as it is wanted."""
    opened = next((row for row in await store.cases(conn, conversation_id) if row.closed_at is None), None)
    return until_of(plans, kind, 0 if opened is None else opened.opened_at, today)


def until_of(plans: Sequence[_Row], kind: PlanKind, since: int, today: date) -> date | None:
    """The same: another plan of the same kind does not make it longer, since ``since`` (milliseconds UTC)."""
    longest = last_day(kind, today)
    if longest is None:
        return None
    before = (
        date.fromisoformat(row.until)
        for row in plans
        if row.kind == kind and row.began_at is not None and row.made_at >= since and row.until is not None
    )
    return min((longest, *before))
