"""What a caseworker does with agreements from the desk. Each is one transaction, in which the resident is told too: a
human did it, so it is said at once, also in a hold, and whatever was opted out of (rule 10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import EllipsisType
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import clocks, takeover, taking
from bot.agreements import making
from bot.agreements.reading import Agreed, Details, agreed_of
from bot.clock import from_ms
from bot.errors import Refused
from bot.house import House
from bot.privacy.masking import clean, says
from bot.privacy.vault import Unreadable
from bot.takeover import Staff, is_new, locked
from bot.talk import Talk
from flows.agreements import FURTHEST
from flows.grammar import Due
from flows.text import Text
from flows.text import Value as TextValue
from storage import agreements as store

#: Lines of a summary: more is a plan, and nobody keeps them all in mind.
MOST = 20
#: A line, in characters, as it reads in Dutch.
LONGEST_LINE = 300
#: The caseworker's note below the lines, in characters.
LONGEST_NOTE = 2000

_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """What someone does, by the day ``due`` or by none. ``staff_id``: who of us does it; None: the person."""

    text: Text
    due: date | None = None
    staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """What one of us does: ``staff`` is their name, ``name`` whom it is for, as far as we know."""

    id: int
    conversation_id: int
    person_id: int
    staff_id: int
    staff: str
    text: Text
    due: date | None
    name: str | None


async def send(
    house: House,
    conversation_id: int,
    staff: Staff,
    lines: Sequence[Line],
    *,
    note: str = "",
    client_id: str,
    seen_seq: int | None = None,
) -> int:
    """A summary of a talk, told to the resident at once; gives its number. The same ``client_id`` again does nothing,
    and gives 0. It answers what the resident said up to message ``seen_seq`` (None: all of it), as far as
    `takeover.told` says.

    Refused: ``empty`` (no lines, or one without words), ``too_many``, ``too_long``, ``no_day`` (over, or more than a
    year off), ``no_colleague``, ``held_by_other``, ``not_translated`` (a line cannot be said in the resident's language
    and is not free text).
    """
    lines, note = [replace(line, text=_cleaned(line.text)) for line in lines], clean(note).strip()
    if not lines or not all(says(house.tongue.say(line.text, "nl")) for line in lines):
        raise Refused("empty")
    if len(lines) > MOST:
        raise Refused("too_many")
    if len(note) > LONGEST_NOTE or any(len(house.tongue.say(line.text, "nl")) > LONGEST_LINE for line in lines):
        raise Refused("too_long")
    async with locked(house, conversation_id) as (one, conn):
        if not await is_new(client_id, one, conn):
            return 0
        if one.columns["held_by"] not in (None, staff.id):
            raise Refused("held_by_other")
        await _check(one, conn, lines)
        number = await store.add(
            conn,
            {
                "conversation_id": one.id,
                "made_at": one.now,
                "made_by": staff.id,
                "details_sealed": one.seal("summary", Details(note).dumps()),
            },
            [
                {
                    "staff_id": line.staff_id,
                    "due_on": _iso(line.due),
                    "state": "open",
                    "changed_at": one.now,
                    "details_sealed": one.seal("agreement", Agreed(line.text, _iso(line.due)).dumps()),
                }
                for line in lines
            ],
        )
        for day in dict.fromkeys(_iso(line.due) for line in lines):
            if day is not None:
                await making.remind(one, conn, day)
        one.record("summary_sent", {"summary": number, "lines": len(lines)}, staff_id=staff.id)
        if await taking.interrupt(Due("afspraken.summary", {"summary": number}), one, conn):
            await takeover.told(one, staff, conn, "summary", seen_seq=seen_seq, kind="samenvatting")
        return number


async def settle(
    house: House,
    conversation_id: int,
    staff: Staff,
    agreement_id: int,
    *,
    state: str,
    due: date | EllipsisType | None = ...,
    client_id: str,
) -> None:
    """It is ``done``, ``open`` or ``dropped``, by the day ``due`` (not given: the day stays). The resident is told what
    changes for them; not of what they do themselves that it is done. The same ``client_id`` again does nothing; so does
    what changes nothing. Refused ``gone``, ``no_day``, ``held_by_other``."""
    assert state in ("done", "open", "dropped")
    async with locked(house, conversation_id) as (one, conn):
        if not await is_new(client_id, one, conn):
            return
        if one.columns["held_by"] not in (None, staff.id):
            raise Refused("held_by_other")
        row = await store.one(conn, one.id, agreement_id)
        if row is None:
            raise Refused("gone")
        day = row.due_on if isinstance(due, EllipsisType) else _iso(due)
        if day != row.due_on and day is not None:
            _check_day(one, date.fromisoformat(day))
        if (state, day) == (row.state, row.due_on):
            return
        await making.put(one, conn, row, state=state, due=None if day is None else date.fromisoformat(day))
        told = {"agreement": row.id, "state": state, "from": row.state, "day": day}
        one.record("agreement_settled", told, staff_id=staff.id)
        if row.staff_id is not None:
            await _no_longer_due(one, conn, row)
        what = _news(row, state, day)
        if what is not None:
            await taking.interrupt(Due("afspraken.told", {"agreement": row.id, "what": what}), one, conn)


async def seen(house: House, conversation_id: int, *, at: int | None = None) -> None:
    """The desk saw what the person did, up to ``at`` (milliseconds UTC; None: all of it)."""
    async with house.db.begin() as conn:
        await store.seen(conn, conversation_id, at)


async def tasks(house: House, staff_id: int | None) -> tuple[Task, ...]:
    """What is open that this colleague does (None: any colleague), in the order of its days; without those of who was
    erased."""
    async with house.db.read() as conn:
        rows = await store.tasks(conn, staff_id)
    await house.vault.prepare({row.key_id for row in rows})
    found = []
    for row in rows:
        try:
            agreed = agreed_of(house, row.details_sealed)
            name = None if row.name_sealed is None else house.vault.unseal_text(row.name_sealed, "name")
        except Unreadable:
            continue
        day = None if row.due_on is None else date.fromisoformat(row.due_on)
        found.append(Task(row.id, row.conversation_id, row.person_id, row.staff_id, row.name, agreed.text, day, name))
    return tuple(found)


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _check(one: Talk, conn: AsyncConnection, lines: Sequence[Line]) -> None:
    for line in lines:
        if line.due is not None:
            _check_day(one, line.due)
    who = {line.staff_id for line in lines if line.staff_id is not None}
    if who and await store.colleagues(conn, sorted(who)) != who:
        raise Refused("no_colleague")
    has, language = one.house.tongue.has, one.session.language
    if not all(has(line.text, language) for line in lines):
        raise Refused("not_translated")


def _check_day(one: Talk, day: date) -> None:
    today = one.house.calendar.day_of(from_ms(one.now))
    if not today <= day <= today + FURTHEST:
        raise Refused("no_day")


def _news(row: _Row, state: str, day: str | None) -> str | None:
    """What the resident is told: ``done``, ``dropped``, ``moved`` or ``open``; None: it changes nothing for them."""
    ours, before = row.staff_id is not None, row.state
    if state != before and state != "open":
        return state if ours or state == "dropped" else None
    if state == "open" and (before == "dropped" or (ours and before == "done")):
        return "open"
    return "moved" if state == "open" and day != row.due_on else None


async def _no_longer_due(one: Talk, conn: AsyncConnection, row: _Row) -> None:
    """With the last of our own tasks of a day done or moved, its clock is gone."""
    day = row.due_on
    if not isinstance(day, str) or (await store.open_on(conn, one.id, day))[1]:
        return
    if one.columns["due_at"] == making.ours_due(one.house.calendar, date.fromisoformat(day)):
        await clocks.nothing_due(one, conn)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _cleaned(text: Text) -> Text:
    """Without what only does harm in words that someone typed: in a free line, and among the values of another."""
    if not text.context:
        return replace(text, msgid=" ".join(clean(text.msgid).split()))
    return replace(text, values=tuple((name, _clean_value(value)) for name, value in text.values))


def _clean_value(value: TextValue) -> TextValue:
    if isinstance(value, str):
        return " ".join(clean(value).split())
    if isinstance(value, Text):
        return _cleaned(value)
    return tuple(map(_cleaned, value)) if isinstance(value, tuple) else value
