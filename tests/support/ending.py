"""Someone who signed up and whose help ends; signals about them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Row, update

from bot import closing
from bot.agreements.acts import Line, send
from bot.progress.acts import Look
from bot.takeover import Staff
from bot.vroegsignaal import acts, entering
from bot.vroegsignaal.sorting import Sorting
from flows.text import verbatim
from storage import tables
from tests.support.town import MONDAY, ZONE, Resident, Town

_numbers = count(1)

#: Who signals are about, as a landlord writes it.
SANNE = {"surname": "van der Linden", "born": "1980-03-14", "postcode": "9901 AB", "number": "12a"}


async def signs_up(one: Resident) -> Resident:
    """The shortest sign-up that there is."""
    for data in ("!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough", "aanmelden.summary:yes"):
        await one.taps(data)
    await one.hears()
    return one


async def closes(
    town: Town,
    one: Resident,
    staff: Staff,
    *,
    reason: str = "afgerond",
    ended_on: date | None = None,
    look: Look | None = None,
    **more: Any,
) -> None:
    """Help ends, today unless another day is said."""
    today = town.house.calendar.day_of(town.clock.now())
    number = more.pop("client_id", f"closes-{next(_numbers):06}")
    await closing.close(
        town.house,
        one.conversation_id,
        staff,
        reason=reason,
        ended_on=ended_on or today,
        client_id=number,
        look=look,
        **more,
    )


async def reopens(town: Town, one: Resident, staff: Staff, why: str, phase: str = "", **more: Any) -> None:
    """The case goes on."""
    number = f"reopens-{next(_numbers):06}"
    await closing.reopen(town.house, one.conversation_id, staff, why=why, phase=phase, client_id=number, **more)


async def agrees(town: Town, one: Resident, staff: Staff, *ours: bool) -> None:
    """Something for each of ``ours``: of this colleague, or of the person."""
    day = (town.clock.now().astimezone(ZONE) + timedelta(days=10)).date()
    lines = [Line(verbatim(f"ding {n}"), day, staff.id if mine else None) for n, mine in enumerate(ours, 1)]
    await send(town.house, one.conversation_id, staff, lines, client_id=f"agrees-{next(_numbers):06}")


async def recognised(town: Town, one: Resident, staff: Staff, **words: str) -> None:
    """By what a signal finds them."""
    number = f"keys-{next(_numbers):08}"
    await acts.add_key(town.house, one.conversation_id, staff, **{**SANNE, **words}, client_id=number)


async def signals(town: Town, staff: Staff, **words: str) -> Row[*tuple[Any, ...]]:
    """One comes in and is sorted; gives its row."""
    today = town.house.calendar.day_of(town.clock.now())
    typed = {"kind": "rent", "received": today.isoformat(), "amount": "612,50", "sender": "Woonstede", **words}
    await entering.enter(town.house, staff, typed)
    await Sorting(town.house).run_due()
    return (await town.rows(tables.signal))[-1]


async def set_row(town: Town, table: Any, number: int, **values: Any) -> None:
    """Changes a row as time would have."""
    async with town.house.db.begin() as conn:
        await conn.execute(update(table).where(table.c.id == number).values(**values))


def later(months: int, days: int = 0, hour: int = 12) -> datetime:
    """An instant so long after the Monday on which the tests begin."""
    year, month = divmod(MONDAY.month - 1 + months, 12)
    return MONDAY.replace(year=MONDAY.year + year, month=month + 1, hour=hour) + timedelta(days=days)
