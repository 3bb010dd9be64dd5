"""Hours of the team of a ``Balie``, and appointments in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert

from storage import tables
from tests.support.desk import Balie
from tests.support.town import MONDAY, Resident, local

#: What is offered in the hours that tests give.
KINDS = "phone,office,home,video"


def on(day: int, clock: str) -> datetime:
    """A moment so many days after the Monday on which tests begin."""
    hour, minute = clock.split(":")
    return MONDAY.replace(hour=int(hour), minute=int(minute)) + timedelta(days=day)


async def give_hours(
    balie: Balie,
    staff_id: int | None,
    days: Sequence[int] = range(5),
    *,
    hours: tuple[int, int] = (9, 17),
    **other: Any,
) -> None:
    """Weekly hours of a member of staff; ``days`` with Monday 0, ``hours`` on the clock."""
    starts, ends = (hour * 60 for hour in hours)
    values = {"staff_id": staff_id, "starts": starts, "ends": ends, "kinds": KINDS, "place": "Stadhuis", **other}
    async with balie.house.db.begin() as conn:
        await conn.execute(insert(tables.working_hours), [{**values, "weekday": day} for day in days])


async def agreed(balie: Balie, one: Resident) -> list[Row[*tuple[Any, ...]]]:
    """A resident's appointments, in order of their making."""
    return await balie.town.rows(tables.appointment, conversation_id=one.conversation_id)


def starts(row: Row[*tuple[Any, ...]]) -> datetime | None:
    """When it begins, as people here read it."""
    return local(row.starts_at)
