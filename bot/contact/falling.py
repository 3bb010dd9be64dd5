"""What was planned to keep in touch falls due: a check-in is asked, once more asked, or given up on; a human's own
contact is due; a pause, or a plan, is over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import allowed, clocks
from bot.allowed import Allowed
from bot.clock import DAY, from_ms
from bot.contact import ahead, answering, making, rhythm, scheduling
from bot.contact.known import give
from bot.contact.reading import day_here, day_of
from bot.contact.scheduling import AGAIN
from bot.inbound import Fallen
from bot.talk import Talk
from flows.aftercare import Means, Part, PlanKind, Rhythm
from flows.grammar import Urgency
from flows.text import Json
from storage import contact as store
from storage import conversations

#: The beginning of the kinds of messages of check-ins.
PREFIX = "checkin."


# ---- messages of check-ins -----------------------------------------------------------------------------------------


async def read_ahead(theirs: Sequence[tuple[Fallen, Json, Talk]], conn: AsyncConnection) -> None:
    """What is asked of the database for many that fall due, a check-in of each person."""
    await ahead.read({talk: _number(about) for _, about, talk in theirs}, conn)


async def recheck(ping: Fallen, about: Json, talk: Talk, conn: AsyncConnection) -> Allowed:
    """Whether it may be asked now: it is still wanted, rule 9 allows it, and it does not come so late that the next one
    is due. What is put off comes in their own part of the day."""
    row = (await ahead.waits(talk, conn, _number(about))).row
    if row is None or row.plan_state != "active":
        return Allowed("cancelled")
    again = ping.kind == AGAIN
    wanted = row.state == "asked" and row.answers_sealed is None if again else row.state == "planned"
    if not wanted:
        return Allowed("cancelled")
    may = await allowed.unasked(talk, conn)
    if may.later is None:
        return may
    calendar = talk.house.calendar
    part = rhythm.part_of(calendar, from_ms(talk.now)) if again else Part(row.part)
    later = rhythm.at_or_after(calendar, may.later, part, talk.id)
    if again:
        return Allowed("too_late") if later > from_ms(row.asked_at) + rhythm.AGAIN_UNTIL else Allowed(later=later)
    plan = await store.plan(conn, talk.id, row.plan_id)
    following = None if plan is None else scheduling.next_at(talk, plan, calendar.day_of(from_ms(row.due_at)))
    if following is not None and later >= following:
        return Allowed("replaced")
    late = row.until is not None and calendar.day_of(later) > day_of(row.until)
    return Allowed("too_late") if late else Allowed(later=later)


async def going(ping: Fallen, about: Json, talk: Talk, conn: AsyncConnection) -> None:
    """It is asked now; what comes of silence, and the next one, are planned."""
    one = await ahead.waits(talk, conn, _number(about))
    if ping.kind == AGAIN:
        ahead.becomes(talk, one, again_at=talk.now)
        _silent_at(talk, one.row.id, from_ms(talk.now) + rhythm.GIVEN_UP)
        return
    if any(each.state == "asked" for each in one.others):
        await _make_room(talk, conn, one.row.id)
        await ahead.read({talk: one.number}, conn)  # the plan may have ended with it
        one = await ahead.waits(talk, conn, one.number)
    row = one.row
    ahead.becomes(talk, one, state="asked", asked_at=talk.now)
    again = rhythm.again(talk.house.calendar, from_ms(talk.now), talk.id)
    scheduling.plan_ping(talk, AGAIN, again, {"check_in": row.id, "kind": row.kind})
    _silent_at(talk, row.id, again + rhythm.GIVEN_UP)
    if row.plan_state == "active" and row.rhythm != Rhythm.ONCE:
        scheduling.stage_next(talk, one)


async def dropped(ping: Fallen, about: Json, reason: str, talk: Talk, conn: AsyncConnection) -> None:
    """It has its reason on record, and the next one is planned; who wants no messages is left in peace until they
    do."""
    row = await store.one(conn, talk.id, _number(about))
    if row is None or reason == "cancelled":
        return
    if reason == "opted_out":
        await answering.leave_all(talk, conn)
        plan = await store.standing(conn, talk.id)
        if plan is not None:
            await making.sleep(talk, conn, plan)
        return
    if ping.kind == AGAIN:
        return  # it stays asked: what comes of silence is planned
    before = await store.settled_before(conn, talk.id, row.id)
    await store.change(conn, row.id, state="dropped", reason=reason, done_at=talk.now)
    if reason == "no_address" and (before is None or before[1] != "no_address"):
        await _task(talk, conn, "check_in_unreached", row.id)
    await _plan_next(talk, conn)


def moment(ping: Fallen, about: Json) -> dict[str, Json]:
    """What is on file of it as a contact moment."""
    kind = about.get("kind") if isinstance(about, dict) else None
    return {"kind": kind, "result": "asked"} if isinstance(kind, str) else {}


# ---- the shell's own -----------------------------------------------------------------------------------------------


async def silent(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """No answer: a human looks, because silence is a signal [004] 3.1.7. That we asked was a contact; that nothing came
    is none."""
    row = await store.one(conn, talk.id, await _begun(ping, talk, conn))
    if row is None or row.state != "asked":
        return
    if await answering.leave(talk, conn, row):
        return
    await store.change(conn, row.id, state="silent", done_at=talk.now)
    await _task(talk, conn, "check_in_silent", row.id)
    await answering.was_last(talk, conn, row)


async def human(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """A telephone call or a visit is due: a task for who they know, today."""
    row = await store.one(conn, talk.id, await _begun(ping, talk, conn))
    if row is None or row.state != "planned" or row.plan_state != "active":
        return
    await _make_room(talk, conn, row.id)
    await store.change(conn, row.id, state="asked", asked_at=talk.now)
    await give(talk, conn)
    clocks.ask_human(talk, Urgency.NORMAL, clocks.due(talk, rhythm.own_day(talk.house.calendar, day_here(talk))))
    talk.record("check_in_due", {"check_in": row.id, "means": row.way})
    await _plan_next(talk, conn)


async def left(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """Half way, and nothing for an hour."""
    row = await store.one(conn, talk.id, await _begun(ping, talk, conn))
    if row is not None:
        await answering.leave(talk, conn, row)


async def resume(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """A pause is over: the contact comes on the days on which it came before."""
    await _begun(ping, talk, conn)
    plan = await store.standing(conn, talk.id)
    if plan is None or plan.state != "paused" or plan.paused_until is None:
        return
    until = day_of(plan.paused_until)
    if until >= day_here(talk):
        return
    if talk.opted_out_at is not None:
        await store.change_plan(conn, plan.id, reason="opted_out", paused_until=None)
        return
    await store.change_plan(conn, plan.id, state="active", reason=None, paused_until=None)
    talk.record("contact_plan", {"plan": plan.id, "what": "resumed", "kind": plan.kind})
    again = await store.plan(conn, talk.id, plan.id)
    assert again is not None
    await scheduling.plan_next(talk, conn, again, after=day_here(talk) - DAY)


async def over(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """A plan has lasted as long as it may; what was asked on its last days may still be answered. After *volgen* a
    human decides what comes: aftercare can begin; and where the one contact that the guide asks for never could be,
    one looks too [004] 3.1.9."""
    await _begun(ping, talk, conn)
    plan = await store.standing(conn, talk.id)
    if plan is None or plan.until is None or day_of(plan.until) >= day_here(talk):
        return
    await answering.leave_all(talk, conn)
    today, still = day_here(talk), await store.plan(conn, talk.id, plan.id)
    if still is None or still.state == "ended":
        return
    asked = any(row.state == "asked" for row in await store.open_ones(conn, talk.id, plan.id))
    if asked and today <= day_of(plan.until) + rhythm.LINGERS:
        scheduling.plan_ping(talk, scheduling.OVER, talk.house.calendar.instant(today + DAY, 0), None)
        return
    await scheduling.end_plan(talk, conn, plan, "over")
    if plan.kind == PlanKind.FOLLOW:
        await _task(talk, conn, "following_over", None)
    elif plan.rhythm == Rhythm.ONCE:  # it ends with its contact: paused, stopped or without a way to the person
        await _task(talk, conn, "check_in_unreached", None)


# ---- parts ---------------------------------------------------------------------------------------------------------


def _number(about: Json) -> Json:
    return about.get("check_in") if isinstance(about, dict) else None


async def _begun(ping: Fallen, talk: Talk, conn: AsyncConnection) -> Json:
    """Of a ping of our own: it is seen to; gives the number of the check-in that it is about."""
    await conversations.finish_ping(conn, ping.ping_id, "done", None)
    if ping.about_sealed is None:
        return None
    return _number(json.loads(talk.house.vault.unseal_text(ping.about_sealed, "ping")))


async def _make_room(talk: Talk, conn: AsyncConnection, number: int) -> None:
    """One is asked at a time. The one before it that nobody answered is silence, without a task of its own: this one
    asks again; a call that was not made is replaced."""
    for row in await store.open_ones(conn, talk.id):
        if row.id == number or row.state != "asked" or await answering.leave(talk, conn, row):
            continue
        if row.way == Means.CHAT:
            await store.change(conn, row.id, state="silent", done_at=talk.now)
        else:
            await store.change(conn, row.id, state="dropped", reason="replaced", done_at=talk.now)


async def _plan_next(talk: Talk, conn: AsyncConnection) -> None:
    plan = await store.standing(conn, talk.id)
    if plan is None or plan.state != "active":
        return
    if plan.rhythm == Rhythm.ONCE and any(
        row.state == "asked" for row in await store.open_ones(conn, talk.id, plan.id)
    ):
        return
    await scheduling.plan_next(talk, conn, plan)


async def _task(talk: Talk, conn: AsyncConnection, kind: str, number: int | None) -> None:
    """Who they know looks, no later than at any question."""
    await give(talk, conn)
    clocks.ask_human(talk, Urgency.NORMAL, answering.silent_due(talk, talk.now))
    talk.record(kind, {} if number is None else {"check_in": number})


def _silent_at(talk: Talk, number: int, at: datetime) -> None:
    scheduling.plan_ping(talk, scheduling.SILENT, at, {"check_in": number})
