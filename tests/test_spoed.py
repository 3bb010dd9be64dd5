"""*Spoed*, and none of what is on the list: soon all the same."""

from __future__ import annotations

from datetime import datetime

from flows.grammar import Urgency
from storage import tables
from tests.support.town import ZONE, Town, local


async def test_something_else_urgent_has_the_clock_of_no_food(town: Town) -> None:
    one = await town.resident()
    await one.types("mens")
    later = local((await one.row()).due_at)
    await one.taps("!go:crisis")
    await one.taps("crisis.which:other")
    row = await one.row()
    assert row.urgency == Urgency.URGENT
    assert local(row.due_at) == datetime(2026, 11, 24, 17, 0, tzinfo=ZONE)
    assert later is not None
    assert later > datetime(2026, 11, 25, tzinfo=ZONE)
    assert [promise.due_at for promise in await town.rows(tables.promise)][-1] == row.due_at
