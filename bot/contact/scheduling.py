"""The contacts that a plan asks for: the next one is planned, and what does not come any more has its reason."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import DAY, from_ms, to_ms
from bot.contact import rhythm
from bot.contact.ahead import Waits
from bot.contact.reading import day, day_here, day_of
from bot.talk import Contact, Talk
from flows.aftercare import Means, Part, Rhythm
from flows.text import Json
from storage import contact as store

#: Messages of the flow *checkin*, in the person's sending hours and under their weekly cap (rule 9).
ASK, AGAIN = "checkin.ask", "checkin.again"
#: The shell's own.
SILENT = "care.silent"  # no answer: a human looks
HUMAN = "care.human"  # a telephone call or a visit is due
LEFT = "care.left"  # half way, for an hour
RESUME = "care.resume"  # a pause is over
OVER = "care.over"  # a plan has lasted as long as it may
#: What waits for a check-in, and for a plan. What is half way is no part of it: that has a kind of its own (`left_of`).
OF_CHECK_IN = (ASK, AGAIN, SILENT, HUMAN)
OF_PLAN = (*OF_CHECK_IN, RESUME, OVER)

_Row = Row[*tuple[Any, ...]]


async def plan_next(talk: Talk, conn: AsyncConnection, plan: _Row, *, after: date | None = None) -> None:
    """Plans the next contact of a plan that is active, after today or the day ``after``; one that waits already is
    planned once more as it was. After its last day there is none."""
    planned = [row for row in await store.open_ones(conn, talk.id, plan.id) if row.state == "planned"]
    if planned:
        await_(talk, planned[-1].way, planned[-1].id, plan.kind, from_ms(planned[-1].due_at))
        return
    found = _following(talk, plan, plan.id, await store.last_of(conn, plan.id, talk.now), after or day_here(talk))
    if found is None:
        return
    values, at = found
    await_(talk, plan.way, await store.add(conn, **values), plan.kind, at)


def stage_next(talk: Talk, one: Waits) -> None:
    """The same after a check-in that is asked now, of which all is read: written with the batch."""
    row = one.row
    planned = [each for each in one.others if each.plan_id == row.plan_id and each.state == "planned"]
    if planned:
        await_(talk, planned[-1].way, planned[-1].id, row.kind, from_ms(planned[-1].due_at))
        return
    found = _following(talk, row, row.plan_id, one.last, day_here(talk))
    if found is None:
        return
    values, at = found
    vault, key_id, kind = talk.house.vault, talk.key_id, row.kind  # with ``talk`` in it, it would hold itself

    def about(number: int) -> bytes:
        return vault.seal_text(key_id, "ping", json.dumps({"check_in": number, "kind": kind}))

    talk.staged.contacts.append(Contact(values, _ping(talk, _seen_to(row.way), at), about))


def _following(
    talk: Talk, plan: _Row, plan_id: int, last: tuple[int, int | None], after: date
) -> tuple[dict[str, Any], datetime] | None:
    """The row of the contact after ``after`` and after the ``last`` that there was, and when it is seen to."""
    number, due_at = last
    at = next_at(talk, plan, max(after, _day(talk, due_at or 0)))
    if at is None:
        return None
    place = {"conversation_id": talk.id, "plan_id": plan_id, "number": number + 1}
    return {**place, "due_at": to_ms(at), "state": "planned"}, at


def next_at(talk: Talk, plan: _Row, after: date) -> datetime | None:
    """When its first contact after the day ``after`` is; None: after its last day."""
    calendar, until = talk.house.calendar, day(plan.until)
    if plan.rhythm == Rhythm.ONCE:
        on = None if until is None else rhythm.once(plan.weekday, until, after)
    else:
        on = rhythm.following(Rhythm(plan.rhythm), plan.weekday, _day(talk, plan.began_at), after)
    if on is None or (until is not None and on > until):
        return None
    if plan.way == Means.CHAT:
        return rhythm.moment(calendar, on, Part(plan.part), talk.id)
    own = rhythm.own_day(calendar, on, until)
    return None if own <= after else calendar.next_opening(calendar.instant(own, 0) - timedelta(milliseconds=1))


def await_(talk: Talk, way: str, check_in: int, kind: str, at: datetime) -> None:
    """It is seen to at ``at``: asked here, or made by a human."""
    plan_ping(talk, _seen_to(way), at, {"check_in": check_in, "kind": kind})


def left_of(number: int) -> str:
    """The kind of what waits for this check-in that is half way: what becomes of another one does not end it."""
    return f"{LEFT}:{number}"


async def stop(talk: Talk, conn: AsyncConnection, reason: str) -> None:
    """What is planned or asked does not come any more, for this reason. What was answered half way is answered: see
    ``bot.contact.answering.leave_all``, which goes first."""
    for row in await store.open_ones(conn, talk.id):
        await store.change(conn, row.id, state="dropped", reason=reason, done_at=talk.now)
    cancel(talk, OF_PLAN, reason)


async def end_plan(talk: Talk, conn: AsyncConnection, plan: _Row, reason: str, staff_id: int | None = None) -> None:
    """A plan is over; what it still asked for goes with it. ``staff_id``: which colleague ended it."""
    for row in await store.open_ones(conn, talk.id, plan.id):
        await store.change(conn, row.id, state="dropped", reason=reason, done_at=talk.now)
    if plan.state in store.STANDS:
        cancel(talk, OF_PLAN, reason)
    await store.change_plan(conn, plan.id, state="ended", ended_at=talk.now, reason=reason, paused_until=None)
    told: dict[str, Json] = {"plan": plan.id, "what": "ended", "reason": reason, "kind": plan.kind}
    talk.record("contact_plan", told, staff_id=staff_id)


def ends(talk: Talk, until: str | None) -> None:
    """A plan that may not last longer ends as its last day does."""
    if until is None:
        cancel(talk, (OVER,), "replaced")
    else:
        plan_ping(talk, OVER, talk.house.calendar.instant(day_of(until) + DAY, 0), None)


def plan_ping(talk: Talk, kind: str, at: datetime, about: Json) -> None:
    """In place of one of its kind that waits."""
    sealed = None if about is None else talk.seal("ping", json.dumps(about))
    talk.staged.plans.append({**_ping(talk, kind, at), "about_sealed": sealed})


def cancel(talk: Talk, kinds: Collection[str], reason: str) -> None:
    """What waits of these kinds is not meant any more, whatever was planned in this step."""
    talk.staged.plans = [
        row for row in talk.staged.plans if row["kind"] not in kinds or row["conversation_id"] != talk.id
    ]
    talk.staged.cancels.append((talk.id, tuple(kinds), reason))


def _day(talk: Talk, at: int) -> date:
    return talk.house.calendar.day_of(from_ms(at))


def _seen_to(way: str) -> str:
    return ASK if way == Means.CHAT else HUMAN


def _ping(talk: Talk, kind: str, at: datetime) -> dict[str, Any]:
    return {"conversation_id": talk.id, "kind": kind, "created_at": talk.now, "due_at": max(to_ms(at), talk.now)}
