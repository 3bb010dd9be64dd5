"""What becomes of a plan to keep in touch, in the transaction of whoever does it: the person's message, or the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, delete
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import clocks, terms
from bot.clock import DAY
from bot.contact import answering, moments, possible, scheduling
from bot.contact.reading import day_here
from bot.contact.rhythm import EVALUATED
from bot.errors import Refused
from bot.talk import Talk
from flows.aftercare import (
    RHYTHMS,
    AcceptPlan,
    AgreePlan,
    EndPlan,
    Means,
    Part,
    PausePlan,
    PlanKind,
    ResumePlan,
    Rhythm,
)
from flows.aftercare_days import months_on
from flows.text import Json
from storage import contact as store
from storage.tables import promise

#: The kinds that a caseworker evaluates, half a year apart at most [004] 3.1.7.
EVALUATED_KINDS = frozenset({PlanKind.FIXED, PlanKind.WATCH})
EVALUATION = "evaluation"
#: The longest pause that has an end.
LONGEST_PAUSE = timedelta(days=366)

_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How contact is wanted. ``weekday``: 0 is Monday; None: any. Raises ``ValueError`` for what cannot be agreed."""

    kind: PlanKind
    rhythm: Rhythm
    weekday: int | None = None
    part: Part = Part.MORNING
    means: Means = Means.CHAT

    def __post_init__(self) -> None:
        days = 7 if self.means is Means.CHAT else 5  # a human of us makes the others
        if self.rhythm not in RHYTHMS[self.kind] or self.weekday not in (None, *range(days)):
            raise ValueError("no such plan")

    @property
    def values(self) -> dict[str, Any]:
        """As columns."""
        return {
            "kind": self.kind.value,
            "rhythm": self.rhythm.value,
            "weekday": self.weekday,
            "part": self.part.value,
            "way": self.means.value,
        }


# ---- by the person -------------------------------------------------------------------------------------------------


async def agree(talk: Talk, effect: AgreePlan, conn: AsyncConnection) -> None:
    """Refused ``no_plan``: it cannot be agreed (any more)."""
    plans = await store.plans(conn, talk.id)
    try:
        wanted = Wanted(
            PlanKind(effect.kind), Rhythm(effect.rhythm), effect.weekday, Part(effect.part), Means(effect.means)
        )
    except ValueError:
        raise Refused("no_plan") from None
    offered = {row.kind for row in plans if row.state in (*store.STANDS, "proposed")}
    if wanted.kind not in offered | {await possible.kind_now(conn, talk.id, plans, day_here(talk))}:
        raise Refused("no_plan")
    stands = next((row for row in plans if row.state in store.STANDS), None)
    if stands is not None and {name: getattr(stands, name) for name in wanted.values} == wanted.values:
        await drop_proposal(talk, conn, "replaced")
        await go_on_with(talk, conn, stands)
        return
    await put(talk, conn, wanted, None)


async def accept(talk: Talk, effect: AcceptPlan, conn: AsyncConnection) -> None:
    """Refused ``no_plan``: it is not proposed (any more)."""
    proposed = await store.proposed(conn, talk.id)
    if proposed is None or proposed.id != effect.plan:
        raise Refused("no_plan")
    await _begin(talk, conn, proposed)


async def pause(talk: Talk, effect: PausePlan, conn: AsyncConnection) -> None:
    """Of a plan that is not theirs, or does not stand, nothing changes."""
    stands = await store.standing(conn, talk.id)
    if stands is not None and stands.id == effect.plan:
        await pause_plan(talk, conn, stands, effect.until, "paused_by_person")


async def resume(talk: Talk, effect: ResumePlan, conn: AsyncConnection) -> None:
    """Of a plan that is not theirs, or does not stand, nothing changes."""
    stands = await store.standing(conn, talk.id)
    if stands is not None and stands.id == effect.plan:
        await go_on_with(talk, conn, stands)


async def end(talk: Talk, effect: EndPlan, conn: AsyncConnection) -> None:
    """Of a plan that is not theirs, or is over, nothing changes."""
    row = await store.plan(conn, talk.id, effect.plan)
    if row is not None and row.state in (*store.STANDS, "proposed"):
        await want_none(talk, conn, row, "not_wanted" if row.state in store.STANDS else "declined")


# ---- by whoever ----------------------------------------------------------------------------------------------------


async def propose(talk: Talk, conn: AsyncConnection, wanted: Wanted, staff_id: int) -> int:
    """It waits for their yes, beside what stands; gives its number."""
    await drop_proposal(talk, conn, "replaced")
    number = await _add(talk, conn, wanted, staff_id, "proposed")
    talk.record("contact_plan", {"plan": number, "what": "proposed", "kind": wanted.kind.value}, staff_id=staff_id)
    return number


async def put(talk: Talk, conn: AsyncConnection, wanted: Wanted, staff_id: int | None) -> int:
    """This is how it is from now on; gives its number."""
    await drop_proposal(talk, conn, "replaced")
    number = await _add(talk, conn, wanted, staff_id, "proposed")
    row = await store.plan(conn, talk.id, number)
    assert row is not None
    await _begin(talk, conn, row)
    return number


async def pause_plan(
    talk: Talk, conn: AsyncConnection, plan: _Row, until: date | None, reason: str, staff_id: int | None = None
) -> None:
    """Not for a while: up to and including the day ``until``, or (None, or a day that is no such day) until someone
    says so. ``staff_id``: which colleague did it."""
    today = day_here(talk)
    if until is not None and not today < until <= today + LONGEST_PAUSE:
        until = None
    if not await _stays(talk, conn, plan):
        return
    for row in await store.open_ones(conn, talk.id, plan.id):
        await store.change(conn, row.id, state="dropped", reason=reason, done_at=talk.now)
    scheduling.cancel(talk, (*scheduling.OF_CHECK_IN, scheduling.RESUME), reason)
    day = None if until is None else until.isoformat()
    await store.change_plan(conn, plan.id, state="paused", reason=reason, paused_until=day)
    if until is not None:
        scheduling.plan_ping(talk, scheduling.RESUME, talk.house.calendar.instant(until + DAY, 0), None)
    told: dict[str, Json] = {"plan": plan.id, "what": "paused", "until": day, "kind": plan.kind, "reason": reason}
    talk.record("contact_plan", told, staff_id=staff_id)


async def go_on_with(talk: Talk, conn: AsyncConnection, plan: _Row, staff_id: int | None = None) -> None:
    """Again, on the days on which it came before; of who wants no messages, once they want them. ``staff_id``: which
    colleague did it."""
    if plan.state != "paused":
        return
    scheduling.cancel(talk, (scheduling.RESUME,), "resumed")
    if talk.opted_out_at is not None:
        await store.change_plan(conn, plan.id, reason="opted_out", paused_until=None)
        return
    await store.change_plan(conn, plan.id, state="active", reason=None, paused_until=None)
    talk.record("contact_plan", {"plan": plan.id, "what": "resumed", "kind": plan.kind}, staff_id=staff_id)
    again = await store.plan(conn, talk.id, plan.id)
    assert again is not None
    await scheduling.plan_next(talk, conn, again)


async def want_none(talk: Talk, conn: AsyncConnection, plan: _Row, reason: str, staff_id: int | None = None) -> None:
    """No contact any more. Of *nazorg* the one that the guide asks for stays [004] 3.1.9."""
    if plan.kind != PlanKind.AFTERCARE:
        await end_plan(talk, conn, plan, reason, staff_id)
        return
    if (plan.rhythm == Rhythm.ONCE and plan.state == "active") or not await _stays(talk, conn, plan):
        return
    if plan.state == "proposed":
        await _begin(talk, conn, plan, rhythm=Rhythm.ONCE)
        return
    for row in await store.open_ones(conn, talk.id, plan.id):
        await store.change(conn, row.id, state="dropped", reason=reason, done_at=talk.now)
    scheduling.cancel(talk, (*scheduling.OF_CHECK_IN, scheduling.RESUME), reason)
    asleep = talk.opted_out_at is not None
    await store.change_plan(
        conn,
        plan.id,
        rhythm=Rhythm.ONCE.value,
        way=Means.CHAT.value,
        state="paused" if asleep else "active",
        reason="opted_out" if asleep else None,
        paused_until=None,
    )
    talk.record("contact_plan", {"plan": plan.id, "what": "once", "kind": plan.kind}, staff_id=staff_id)
    again = await store.plan(conn, talk.id, plan.id)
    if again is not None and not asleep:
        await scheduling.plan_next(talk, conn, again)


async def end_plan(talk: Talk, conn: AsyncConnection, plan: _Row, reason: str, staff_id: int | None = None) -> None:
    """It is over, and with it what was still to come of it, also of us."""
    if not await _stays(talk, conn, plan):
        return
    await scheduling.end_plan(talk, conn, plan, reason, staff_id)
    if plan.state in store.STANDS:
        await no_evaluation(talk, conn)


async def drop_proposal(talk: Talk, conn: AsyncConnection, reason: str, staff_id: int | None = None) -> None:
    """What waits for a yes waits no more."""
    proposed = await store.proposed(conn, talk.id)
    if proposed is not None:
        await scheduling.end_plan(talk, conn, proposed, reason, staff_id)


async def stop_all(talk: Talk, conn: AsyncConnection, reason: str) -> None:
    """Nothing of it comes any more. ``opted_out``: the plan stays, and sleeps until they want messages again; else it
    and what is proposed ended."""
    await answering.leave_all(talk, conn)
    stands = await store.standing(conn, talk.id)
    if reason != "opted_out":
        if stands is not None:
            await end_plan(talk, conn, stands, reason)
        await drop_proposal(talk, conn, reason)
    elif stands is not None and stands.state == "active":
        await sleep(talk, conn, stands)
    moments.stop(talk, [row.id for row in await store.moments(conn, talk.id)], reason)


async def sleep(talk: Talk, conn: AsyncConnection, plan: _Row) -> None:
    """They want no messages: the plan is there when they do again."""
    await scheduling.stop(talk, conn, "opted_out")
    await store.change_plan(conn, plan.id, state="paused", reason="opted_out", paused_until=None)
    scheduling.ends(talk, plan.until)


async def go_on(talk: Talk, conn: AsyncConnection) -> None:
    """They want messages again: what slept goes on."""
    stands = await store.standing(conn, talk.id)
    if stands is not None and stands.state == "paused" and stands.reason == "opted_out":
        await go_on_with(talk, conn, stands)
    await moments.plan_all(talk, conn)


# ---- the caseworker's own evaluation -------------------------------------------------------------------------------


async def begin_evaluation(talk: Talk, conn: AsyncConnection) -> None:
    """Within half a year a caseworker looks how it goes, unless that is to be done already."""
    if not await store.evaluations(conn, talk.id):
        await terms.begin(talk, EVALUATION, months_on(day_here(talk), EVALUATED), conn)


async def no_evaluation(talk: Talk, conn: AsyncConnection) -> None:
    """Without a plan there is nothing to evaluate."""
    warned = talk.columns["due_at"] in {row.due_at for row in await store.evaluations(conn, talk.id)}
    to_come = promise.c.kind == EVALUATION, promise.c.kept_at.is_(None)
    await conn.execute(delete(promise).where(promise.c.conversation_id == talk.id, *to_come))
    talk.staged.rows[promise] = [
        row
        for row in talk.staged.rows.get(promise, [])
        if row["kind"] != EVALUATION or row["conversation_id"] != talk.id
    ]
    if warned:
        await clocks.nothing_due(talk, conn)


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _stays(talk: Talk, conn: AsyncConnection, plan: _Row) -> bool:
    """Once what was answered half way counts: whether that did not end the plan."""
    await answering.leave_all(talk, conn)
    row = await store.plan(conn, talk.id, plan.id)
    return row is not None and row.state != "ended"


async def _add(talk: Talk, conn: AsyncConnection, wanted: Wanted, staff_id: int | None, state: str) -> int:
    until = await possible.until(conn, talk.id, await store.plans(conn, talk.id), wanted.kind, day_here(talk))
    return await store.add_plan(
        conn,
        conversation_id=talk.id,
        state=state,
        made_at=talk.now,
        made_by=staff_id,
        until=None if until is None else until.isoformat(),
        **wanted.values,
    )


async def _begin(talk: Talk, conn: AsyncConnection, plan: _Row, rhythm: Rhythm | None = None) -> None:
    """A plan that was proposed stands from now on, in the place of the one that did; ``rhythm``: in another one, and
    then in the chat."""
    await answering.leave_all(talk, conn)
    before = await store.standing(conn, talk.id)
    if before is not None:
        await scheduling.end_plan(talk, conn, before, "replaced")
    others = [row for row in await store.plans(conn, talk.id) if row.id != plan.id]
    until = await possible.until(conn, talk.id, others, PlanKind(plan.kind), day_here(talk))
    asleep = talk.opted_out_at is not None
    await store.change_plan(
        conn,
        plan.id,
        state="paused" if asleep else "active",
        reason="opted_out" if asleep else None,
        began_at=talk.now,
        until=None if until is None else until.isoformat(),
        rhythm=plan.rhythm if rhythm is None else rhythm.value,
        way=plan.way if rhythm is None else Means.CHAT.value,
    )
    begun = await store.plan(conn, talk.id, plan.id)
    assert begun is not None
    scheduling.ends(talk, begun.until)
    if not asleep:
        await scheduling.plan_next(talk, conn, begun)
    if begun.kind in EVALUATED_KINDS:
        await begin_evaluation(talk, conn)
    else:
        await no_evaluation(talk, conn)
    told = {"plan": begun.id, "what": "agreed", "kind": begun.kind, "rhythm": begun.rhythm, "means": begun.way}
    talk.record("contact_plan", told)
