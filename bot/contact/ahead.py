"""Check-ins that fall due: what is asked of the database is read for many at once, and what becomes of them is written
so (``bot.talk.write``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.contact import known
from bot.talk import Talk
from flows.text import Json
from storage import contact as store

#: Where it is left (``Talk.ahead``).
_WAITS = "check_in"

_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Waits:
    """A check-in that falls due, by the number that its ping names. ``row``: as it is in this step; None: it is not
    theirs. ``others``: those beside it that are not over, in order. ``last``: as `storage.contact.last_of` tells of its
    plan. ``before``: the one before it to which something was said."""

    number: Json
    row: Any = None
    others: tuple[_Row, ...] = ()
    last: tuple[int, int | None] = (0, None)
    before: _Row | None = None


async def read(numbers: Mapping[Talk, Json], conn: AsyncConnection) -> None:
    """Reads it for many people, a check-in of each, with who they know."""
    await known.read_ahead(numbers, conn)
    theirs: dict[int, list[_Row]] = {talk.id: [] for talk in numbers}
    wanted = {talk.id: number for talk, number in numbers.items()}
    for row in await store.these_and_open(conn, wanted):
        theirs[row.conversation_id].append(row)
    found = {
        row.conversation_id: row for rows in theirs.values() for row in rows if row.id == wanted[row.conversation_id]
    }
    now = max(talk.now for talk in numbers)
    last = await store.last_of_plans(conn, {row.plan_id for row in found.values()}, now)
    before = await store.before_these(conn, [row.id for row in found.values()])
    for talk, number in numbers.items():
        one = found.get(talk.id)
        if one is None:
            talk.ahead[_WAITS] = Waits(number)
            continue
        others = tuple(each for each in theirs[talk.id] if each.id != one.id)
        talk.ahead[_WAITS] = Waits(number, one, others, last[one.plan_id], before.get(talk.id))


async def waits(talk: Talk, conn: AsyncConnection, number: Json) -> Waits:
    """That check-in: as it was read ahead, else read now."""
    found = there(talk, number)
    if found is None:
        await read({talk: number}, conn)
        found = there(talk, number)
    assert found is not None
    return found


def there(talk: Talk, number: Json) -> Waits | None:
    """The same if it was read ahead."""
    found: Waits | None = talk.ahead.get(_WAITS)
    return found if found is not None and found.number == number else None


def becomes(talk: Talk, one: Waits, **values: Any) -> None:
    """It is asked: ``state``, ``asked_at``, ``again_at``. Written with the batch; whoever reads it in this step finds
    it so."""
    row = SimpleNamespace(**{**one.row._mapping, **values})
    talk.ahead[_WAITS] = replace(one, row=row)
    talk.staged.asked.append({"key": row.id, "to": row.state, "asked": row.asked_at, "again": row.again_at})
