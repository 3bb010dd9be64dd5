"""What becomes of the terms of a file (``bot.terms``): a warning before one runs out, and what keeps it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import clocks, standing, terms
from bot.clock import from_ms, to_ms
from bot.contact import making
from bot.inbound import Fallen
from bot.ratings import asking
from bot.standing import Term
from bot.talk import Talk
from flows.grammar import Urgency
from flows.ratings import Occasion
from storage import contact, conversations
from storage.promises import BY_TALK, TERM_WARNINGS
from storage.tables import case_file, event, promise

_TOLD = select(event.c.kind, event.c.detail_sealed).where(
    event.c.conversation_id == bindparam("conversation"), event.c.kind.in_(TERM_WARNINGS)
)
_OPENED = select(func.max(case_file.c.opened_at)).where(
    case_file.c.conversation_id == bindparam("conversation"), case_file.c.closed_at.is_(None)
)
_DECISIONS = select(func.count()).where(
    promise.c.conversation_id == bindparam("conversation"),
    promise.c.kind == "decision",
    promise.c.made_at >= bindparam("since"),
)
_KEPT = select(promise.c.kind).where(
    promise.c.conversation_id == bindparam("conversation"),
    promise.c.kind.in_(BY_TALK),
    promise.c.kept_at == bindparam("at"),
)
_UNKEEP = (
    update(promise)
    .where(promise.c.conversation_id == bindparam("conversation"), promise.c.kind.in_(BY_TALK))
    .where(promise.c.kept_at == bindparam("at"))
    .values(kept_at=None)
)
_NO_DECISION = delete(promise).where(
    promise.c.conversation_id == bindparam("conversation"),
    promise.c.kind == "decision",
    promise.c.kept_at.is_(None),
    promise.c.made_at >= bindparam("since"),
)
_KEEP = update(promise).where(promise.c.id.in_(bindparam("ids", expanding=True))).values(kept_at=bindparam("at"))


async def fall(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """A term runs out, or ran out: the desk sees it with its clock, once for each of the two. What was kept or
    withdrawn meanwhile is left alone."""
    kind = ping.kind.removeprefix(terms.PREFIX)
    told, again = await _told(talk, conn), []
    for term in await standing.terms(talk, conn, (kind,)):
        if _near(talk, term) > talk.now:
            again.append(_near(talk, term))
            continue
        what = "deadline_passed" if term.due_at <= talk.now else "deadline_near"
        if what == "deadline_near":
            again.append(term.due_at)
        day = talk.house.calendar.day_of(from_ms(term.due_at)).isoformat()
        if (what, kind, day) not in told:
            clocks.ask_human(talk, Urgency.NORMAL, term.due_at)
            talk.record(what, {"kind": kind, "day": day})
    if again:
        await conversations.postpone_ping(conn, ping.ping_id, min(again))
    else:
        await conversations.finish_ping(conn, ping.ping_id, "done", None)


async def talk_held(talk: Talk, conn: AsyncConnection, at: int) -> None:
    """A human and the person had a talk at ``at`` (milliseconds UTC): that keeps what was to be done before or by it.
    With the first one of a sign-up the term for the decision begins; there is one for each sign-up."""
    met = [term for term in await standing.terms(talk, conn, BY_TALK) if term.made_at <= at]
    await _keep(talk, met, at, conn)
    values = {"conversation": talk.id}
    opened = (await conn.execute(_OPENED, values)).scalar_one()
    if opened is None or opened > at or (await conn.execute(_DECISIONS, {**values, "since": opened})).scalar_one():
        return
    weeks = talk.house.config.promises.decision_weeks
    await terms.begin(talk, "decision", terms.decision_by(talk.house.calendar, from_ms(at), weeks), conn)
    await asking.on(talk, conn, Occasion.INTAKE)


async def talk_not_held(talk: Talk, conn: AsyncConnection, at: int) -> None:
    """There was no talk at ``at`` after all: what it kept runs again, and no decision is waited for if it was the first
    one of the sign-up."""
    values = {"conversation": talk.id, "at": at}
    kinds = sorted(set((await conn.execute(_KEPT, values)).scalars()))
    await conn.execute(_UNKEEP, values)
    opened = (await conn.execute(_OPENED, values)).scalar_one()
    if "first_talk" in kinds and opened is not None:
        await conn.execute(_NO_DECISION, {**values, "since": opened})
        asking.off(talk, Occasion.INTAKE)
    for kind in kinds:
        terms.look_again(talk, kind)
    for term in await standing.terms(talk, conn, kinds):
        if _near(talk, term) <= talk.now:  # we were warned of it before
            clocks.ask_human(talk, Urgency.NORMAL, term.due_at)


async def decided(talk: Talk, conn: AsyncConnection, staff_id: int) -> bool:
    """This human sent the decision (beschikking) today; when none is waited for, nothing happens: False."""
    met = await standing.terms(talk, conn, ("decision",))
    if met:
        talk.record("decided", staff_id=staff_id)
        await _keep(talk, met, talk.now, conn)
    return bool(met)


async def heard(talk: Talk, conn: AsyncConnection) -> None:
    """The person hears of their progress now: that keeps what we said of when they would."""
    await _keep(talk, await standing.terms(talk, conn, ("news",)), talk.now, conn)


async def evaluated(talk: Talk, conn: AsyncConnection, staff_id: int) -> None:
    """This human looked today how keeping in touch goes, and whether it should be otherwise [004] 3.1.7; while there is
    a plan of such a kind, there is a next time."""
    talk.record("evaluated", staff_id=staff_id)
    await _keep(talk, await standing.terms(talk, conn, (making.EVALUATION,)), talk.now, conn)
    plan = await contact.standing(conn, talk.id)
    if plan is not None and plan.kind in making.EVALUATED_KINDS:
        await making.begin_evaluation(talk, conn)


async def _keep(talk: Talk, met: Sequence[Term], at: int, conn: AsyncConnection) -> None:
    """With its promises kept, a clock that a warning set is gone."""
    if not met:
        return
    await conn.execute(_KEEP, {"ids": [term.id for term in met], "at": at})
    if talk.columns["due_at"] in {term.due_at for term in met}:
        await clocks.nothing_due(talk, conn)


def _near(talk: Talk, term: Term) -> int:
    """When we are warned of it."""
    calendar = talk.house.calendar
    last = calendar.day_of(from_ms(term.due_at))
    return to_ms(terms.warned_at(calendar, term.kind, from_ms(term.made_at), last))


async def _told(talk: Talk, conn: AsyncConnection) -> set[tuple[str, str, str]]:
    """Of which terms we were warned before: the event, the kind of the term, its last day."""
    found = set()
    for kind, sealed in await conn.execute(_TOLD, {"conversation": talk.id}):
        detail = json.loads(talk.house.vault.unseal_text(sealed, "event"))
        found.add((kind, detail["kind"], detail["day"]))
    return found
