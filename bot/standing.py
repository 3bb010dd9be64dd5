"""What still stands on a file: what was raised, went wrong or lapsed there, and no human answered since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.talk import Talk
from flows.grammar import Category
from storage.tables import event, promise

#: A caseworker's own answer is on file as this, with who wrote it.
_ANSWERS = (
    select(func.max(event.c.id))
    .where(event.c.conversation_id == bindparam("conversation"))
    .where(event.c.kind == "contactmoment", event.c.staff_id.is_not(None))
    .scalar_subquery()
)
_SINCE = (
    select(event.c.kind, event.c.created_at, event.c.detail_sealed)
    .where(event.c.conversation_id == bindparam("conversation"))
    .where(event.c.kind.in_(["alarm", "false_alarm", "failed_step", "lapsed"]))
    .where(event.c.id > func.coalesce(_ANSWERS, 0))
    .order_by(event.c.id)
)
_OWED = select(func.min(promise.c.due_at)).where(
    promise.c.conversation_id == bindparam("conversation"),
    promise.c.kind.in_(["first_contact", "answer"]),
    promise.c.kept_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Instants in milliseconds UTC. ``crises``: since when each one, that was not denied. ``owed``: when the first
    ordinary answer is due that was promised and not given."""

    crises: Mapping[Category, int]
    failed_at: int | None
    lapsed_at: int | None
    owed: int | None


async def read(talk: Talk, conn: AsyncConnection) -> Standing:
    """What stands on this file, with what the step under way has staged."""
    values = {"conversation": talk.id}
    happened = [(row.kind, row.created_at, row.detail_sealed) for row in await conn.execute(_SINCE, values)]
    happened += [
        (row["kind"], row["created_at"], row["detail_sealed"])
        for row in talk.staged.rows.get(event, [])
        if row["kind"] in ("alarm", "false_alarm")
    ]
    crises: dict[Category, int] = {}
    others: dict[str, int] = {}
    for kind, at, sealed in happened:
        if kind not in ("alarm", "false_alarm"):
            others.setdefault(kind, at)
            continue
        category = Category(json.loads(talk.house.vault.unseal_text(sealed, "event"))["category"])
        if kind == "alarm":
            crises.setdefault(category, at)
        else:
            crises.pop(category, None)
    owed = (await conn.execute(_OWED, values)).scalar_one()
    return Standing(crises, others.get("failed_step"), others.get("lapsed"), owed)
