"""What still stands on a file: crises that nobody denied or ended, and what went wrong or lapsed since our answer."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.talk import Talk
from flows.grammar import Category
from flows.text import Json
from storage import files
from storage.files import CRISIS_KINDS
from storage.promises import OF_CRISIS, TERM_WARNINGS
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
    .where(event.c.kind.in_([*CRISIS_KINDS, *TERM_WARNINGS, "failed_step", "lapsed"]))
    .where(or_(event.c.id > _ANSWERED, event.c.id > _OVER))
    .order_by(event.c.id)
)
_ACTED_ON = select(_last(event.c.kind == "alarm") < _ACTED)
_OWED = select(func.min(promise.c.due_at)).where(
    promise.c.conversation_id == bindparam("conversation"),
    promise.c.kind.in_(["first_contact", "answer"]),
    promise.c.kept_at.is_(None),
)
_TERMS = (
    select(promise.c.id, promise.c.kind, promise.c.made_at, promise.c.due_at)
    .where(promise.c.conversation_id == bindparam("conversation"), promise.c.kept_at.is_(None))
    .where(promise.c.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(promise.c.due_at, promise.c.id)
)


@dataclass(frozen=True, slots=True)
class Term:
    """A promise that is a term (``bot.terms``). Instants in milliseconds UTC."""

    id: int
    kind: str
    made_at: int
    due_at: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Instants in milliseconds UTC. ``crises``: since when each one, that was not denied and that no human called over;
    ``unanswered`` those of them that were said since our last answer. ``owed``: when the first ordinary answer is due
    that was promised and not given; ``near``: when the first term ends that we were warned of since our last answer."""

    crises: Mapping[Category, int]
    unanswered: Mapping[Category, int]
    failed_at: int | None
    lapsed_at: int | None
    owed: int | None
    near: int | None


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
    warned: set[str] = set()
    for kind, at, sealed, unanswered in happened:
        if kind in CRISIS_KINDS:
            told.append((kind, at, _word(talk, sealed, "category"), bool(unanswered)))
        elif unanswered and kind in TERM_WARNINGS:
            warned.add(_word(talk, sealed, "kind") or "")
        elif unanswered:
            others.setdefault(kind, at)
    owed = (await conn.execute(_OWED, values)).scalar_one()
    near = await terms(talk, conn, warned) if warned else []
    return Standing(
        crises(one[:3] for one in told),
        crises(one[:3] for one in told if one[3]),
        others.get("failed_step"),
        others.get("lapsed"),
        owed,
        near[0].due_at if near else None,
    )


async def terms(talk: Talk, conn: AsyncConnection, kinds: Collection[str]) -> list[Term]:
    """The terms of these kinds that run on this file, without those of a crisis that was denied or is over; what ends
    first comes first."""
    rows = await conn.execute(_TERMS, {"conversation": talk.id, "kinds": list(kinds)})
    found = [Term(row.id, row.kind, row.made_at, row.due_at) for row in rows]
    if not any(term.kind in OF_CRISIS for term in found):
        return found
    unseal = talk.house.vault.unseal_text
    told = [(row.kind, row.created_at, row.detail_sealed) for row in await files.crises(conn, talk.id)]
    told += [
        (row["kind"], row["created_at"], row["detail_sealed"])
        for row in talk.staged.rows.get(event, [])
        if row["kind"] in CRISIS_KINDS
    ]
    withdrawn = ended(
        (kind, at, None if sealed is None else json.loads(unseal(sealed, "event"))) for kind, at, sealed in told
    )
    return [term for term in found if term.kind not in OF_CRISIS or term.made_at not in withdrawn]


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


def _word(talk: Talk, sealed: bytes | None, name: str) -> str | None:
    """A word of an event's detail."""
    return None if sealed is None else str(json.loads(talk.house.vault.unseal_text(sealed, "event"))[name])
