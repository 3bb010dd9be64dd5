"""What still stands on a file: crises that nobody denied or ended, and what went wrong or lapsed since our answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.talk import Talk
from flows.grammar import Category
from flows.text import Json
from storage.files import CRISIS_KINDS
from storage.tables import event, promise


def _last(*what: object) -> ScalarSelect[int]:
    newest = select(func.coalesce(func.max(event.c.id), 0)).where(event.c.conversation_id == bindparam("conversation"))
    return newest.where(*what).scalar_subquery()  # type: ignore[arg-type]


#: A caseworker's own answer is on file as this, with who wrote it.
_ANSWERED = _last(event.c.kind == "contactmoment", event.c.staff_id.is_not(None))
_OVER = _last(event.c.kind == "crisis_over")
_ACTED = _last(
    or_(
        event.c.kind.in_(["taken_over", "alarm_acknowledged"]),
        (event.c.kind == "contactmoment") & event.c.staff_id.is_not(None),
    )
)
_SINCE = (
    select(event.c.kind, event.c.created_at, event.c.detail_sealed, (event.c.id > _ANSWERED).label("unanswered"))
    .where(event.c.conversation_id == bindparam("conversation"))
    .where(event.c.kind.in_([*CRISIS_KINDS, "failed_step", "lapsed"]))
    .where(or_(event.c.id > _ANSWERED, event.c.id > _OVER))
    .order_by(event.c.id)
)
_ACTED_ON = select(_last(event.c.kind == "alarm") < _ACTED)
_OWED = select(func.min(promise.c.due_at)).where(
    promise.c.conversation_id == bindparam("conversation"),
    promise.c.kind.in_(["first_contact", "answer"]),
    promise.c.kept_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Instants in milliseconds UTC. ``crises``: since when each one, that was not denied and that no human called over;
    ``unanswered`` those of them that were said since our last answer. ``owed``: when the first ordinary answer is due
    that was promised and not given."""

    crises: Mapping[Category, int]
    unanswered: Mapping[Category, int]
    failed_at: int | None
    lapsed_at: int | None
    owed: int | None


async def read(talk: Talk, conn: AsyncConnection) -> Standing:
    """What stands on this file, with what the step under way has staged."""
    values = {"conversation": talk.id}
    happened = [tuple(row) for row in await conn.execute(_SINCE, values)]
    happened += [
        (row["kind"], row["created_at"], row["detail_sealed"], True)
        for row in talk.staged.rows.get(event, [])
        if row["kind"] in CRISIS_KINDS
    ]
    told: list[tuple[str, int, str | None, bool]] = []
    others: dict[str, int] = {}
    for kind, at, sealed, unanswered in happened:
        if kind in CRISIS_KINDS:
            told.append((kind, at, _category(talk, sealed), bool(unanswered)))
        elif unanswered:
            others.setdefault(kind, at)
    owed = (await conn.execute(_OWED, values)).scalar_one()
    return Standing(
        crises(one[:3] for one in told),
        crises(one[:3] for one in told if one[3]),
        others.get("failed_step"),
        others.get("lapsed"),
        owed,
    )


async def acted_on(talk: Talk, conn: AsyncConnection) -> bool:
    """Whether a human took over, answered or acknowledged since the last crisis was recognised."""
    return bool((await conn.execute(_ACTED_ON, {"conversation": talk.id})).scalar_one())


def crises(told: Iterable[tuple[str, int, Json]]) -> dict[Category, int]:
    """Since when each crisis stands, of events in the order in which they happened: kind, instant, category."""
    found: dict[Category, int] = {}
    for kind, at, category in told:
        if kind == "crisis_over":
            found.clear()
        elif category not in set(Category):
            continue
        elif kind == "alarm":
            found.setdefault(Category(category), at)
        else:
            found.pop(Category(category), None)
    return found


def of_events(told: Iterable[tuple[str, int, Json]]) -> dict[Category, int]:
    """The same of events with their details; of other kinds than of crises, nothing."""
    return crises(
        (kind, at, detail.get("category") if isinstance(detail, dict) else None)
        for kind, at, detail in told
        if kind in CRISIS_KINDS
    )


def ended(told: Iterable[tuple[str, int, Json]]) -> set[int]:
    """The instants at which only such crises were recognised as were denied or over later."""
    alive: dict[str, set[int]] = {}
    over: set[int] = set()
    for kind, at, detail in told:
        category = detail.get("category") if isinstance(detail, dict) else None
        if kind == "alarm":
            alive.setdefault(str(category), set()).add(at)
        elif kind == "false_alarm":
            over |= alive.pop(str(category), set())
        elif kind == "crisis_over":
            over = over.union(*alive.values())
            alive.clear()
    return over.difference(*alive.values())


def _category(talk: Talk, sealed: bytes | None) -> str | None:
    if sealed is None:
        return None
    return str(json.loads(talk.house.vault.unseal_text(sealed, "event"))["category"])
