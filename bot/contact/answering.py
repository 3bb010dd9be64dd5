"""What someone answers to a check-in: kept at once, and, where it is red, brought to who they know."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import clocks, standing
from bot.agreements.making import words_of
from bot.clock import from_ms
from bot.contact import rhythm, scheduling
from bot.contact.known import give, introduce, to_contact
from bot.contact.reading import Answers, answers_of, is_last, state_of
from bot.talk import Talk
from flows.aftercare import BALANCES, CHANGES, FACES, RED, AnswerCheckIn, EndCheckIn, Means, Rhythm
from flows.grammar import Urgency
from flows.text import Json
from storage import contact as store

#: What each question can be answered with; ``changes`` with several.
_CAN_BE: dict[str, tuple[str, ...]] = {
    "mood": FACES,
    "balance": BALANCES,
    "contact": ("yes", "no"),
    "go_on": ("yes", "no"),
}
#: What a human is told of why, sealed with the alarm.
RED_REASON = "check_in"

_Row = Row[*tuple[Any, ...]]


async def answer(talk: Talk, effect: AnswerCheckIn, conn: AsyncConnection) -> None:
    """Of what is over, not theirs, or no answer to it, nothing changes."""
    row = await _waiting(talk, conn, effect.check_in)
    if row is None:
        return
    before = answers_of(talk.house, row)
    after = with_answer(before, effect.question, effect.value)
    if after is None or after == before:
        return
    if before.told and _is_worse(before, after):
        after = replace(after, told=False)
    await _no_task(talk, conn, row)
    await leave_all(talk, conn, but=row.id)  # one waits at a time
    again = {"state": "asked", "reason": None, "done_at": None} if row.state in ("dropped", "silent") else {}
    await _keep(conn, talk, row, after, **again)
    if effect.question == "contact":
        await introduce(talk, conn)
    scheduling.plan_ping(talk, scheduling.left_of(row.id), from_ms(talk.now) + rhythm.LEFT, {"check_in": row.id})
    if after.go_on != before.go_on and is_last(talk.house, row):
        await _goes_on(talk, conn, row, after.go_on == "yes")


async def end(talk: Talk, effect: EndCheckIn, conn: AsyncConnection) -> None:
    """That was all. Who declines wants none this time; what they said before that still counts."""
    row = await _waiting(talk, conn, effect.check_in)
    if row is None:
        return
    scheduling.cancel(talk, (scheduling.left_of(row.id),), "answered")
    answers = answers_of(talk.house, row)
    if row.state == "dropped" and not answers.given:
        return
    if effect.declined and not answers.given:
        await _no_task(talk, conn, row)
        await store.change(conn, row.id, state="dropped", reason="declined", done_at=talk.now)
        talk.record("contactmoment", moment(talk, row, "declined", inwards=True))
        await was_last(talk, conn, row)
        return
    await finish(talk, conn, row, left=False)


async def leave(talk: Talk, conn: AsyncConnection, row: _Row) -> bool:
    """Half way, and nothing for an hour: what was said so far counts, and so does what they still say. False: nothing
    was said, or it is over."""
    answers = answers_of(talk.house, row)
    if state_of(row, answers) != "asked" or not answers.given:
        return False
    await finish(talk, conn, row, left=True)
    return True


async def leave_all(talk: Talk, conn: AsyncConnection, *, but: int = 0) -> None:
    """Before what is asked goes, or another one, ``but``, is answered: who was half way has answered, also who came
    late."""
    for row in await store.open_ones(conn, talk.id):
        if row.state == "asked" and row.id != but:
            await leave(talk, conn, row)
    late = await store.newest(conn, talk.id, ("answered",))
    if late is None or late.id == but:
        return
    answers = answers_of(talk.house, late)
    if answers.left and not answers.told and is_red(answers):
        await leave(talk, conn, late)


async def finish(talk: Talk, conn: AsyncConnection, row: _Row, *, left: bool) -> None:
    """It is answered. A red answer goes to a human once, whatever is said after it that is not worse."""
    answers = answers_of(talk.house, row)
    if row.state != "answered":
        talk.record("contactmoment", moment(talk, row, "answered", inwards=True))
    if is_red(answers) and not answers.told:
        await _red(talk, conn, row, answers)
        answers = replace(answers, told=True)
    await _keep(conn, talk, row, replace(answers, left=left), state="answered", reason=None, done_at=talk.now)
    await was_last(talk, conn, row, answers.go_on)


def is_red(answers: Answers) -> bool:
    """Whether a human is to look."""
    return any(answers.given.get(question) in reds for question, reds in RED.items())


def with_answer(answers: Answers, question: str, value: Json) -> Answers | None:
    """The answers with this one; None: it is none."""
    if question == "words":
        return None if (words := words_of(value)) is None else replace(answers, words=words)
    if question == "changes":
        told = {each for each in value if isinstance(each, str)} if isinstance(value, list) else set()
        found = tuple(each for each in CHANGES if each in told)
        return replace(answers, changes=found) if found and ("none" not in found or len(found) == 1) else None
    if not isinstance(value, str) or value not in _CAN_BE.get(question, ()):
        return None
    match question:
        case "mood":
            return replace(answers, mood=value)
        case "balance":
            return replace(answers, balance=value)
        case "contact":
            return replace(answers, contact=value)
    return replace(answers, go_on=value)


def moment(talk: Talk, row: _Row, result: str, *, inwards: bool = False) -> dict[str, Json]:
    """A check-in as the contact moment that it is."""
    told: dict[str, Json] = {"kind": row.kind, "channel": talk.channel, "by": "bot", "result": result}
    return {**told, "direction": "in"} if inwards else told


async def was_last(talk: Talk, conn: AsyncConnection, row: _Row, go_on: str | None = None) -> None:
    """After the one contact of who wants none it is silent [004] 3.1.9; *volgen* ends with who goes on alone."""
    plan = await store.standing(conn, talk.id)
    if plan is None or plan.id != row.plan_id:
        return
    if plan.rhythm == Rhythm.ONCE:
        await scheduling.end_plan(talk, conn, plan, "once")
    elif go_on == "no" and is_last(talk.house, row):
        await scheduling.end_plan(talk, conn, plan, "alone")


def silent_due(talk: Talk, at: int) -> int:
    """By when a human looks at a silence that began at ``at``, in milliseconds UTC."""
    return clocks.due(talk, talk.house.promised(at).first_contact)


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _waiting(talk: Talk, conn: AsyncConnection, number: int) -> _Row | None:
    """That check-in, as long as it can be answered here."""
    row = await store.one(conn, talk.id, number)
    if row is None or row.asked_at is None or row.way != Means.CHAT:
        return None
    return row if state_of(row, answers_of(talk.house, row)) == "asked" else None


def _is_worse(before: Answers, after: Answers) -> bool:
    """Whether a human who heard of it is to hear of it again: a worse face, or contact is wanted after all."""
    was, now = (len(FACES) if one.mood is None else FACES.index(one.mood) for one in (before, after))
    return (after.mood in RED["mood"] and now < was) or (before.contact, after.contact) == ("no", "yes")


async def _keep(conn: AsyncConnection, talk: Talk, row: _Row, answers: Answers, **values: Any) -> None:
    await store.change(conn, row.id, answers_sealed=talk.seal("check_in", answers.dumps()), **values)


async def _red(talk: Talk, conn: AsyncConnection, row: _Row, answers: Answers) -> None:
    """By the short route, unless they want no contact: then who they know decides what to do with it."""
    quiet = answers.contact == "no"
    detail: dict[str, Json] = {"check_in": row.id, "quiet": quiet, **answers.given}
    talk.record("check_in_red", detail)
    if quiet:
        await give(talk, conn)
        clocks.ask_human(talk, Urgency.NORMAL, silent_due(talk, talk.now))
    else:
        await to_contact(talk, conn, RED_REASON, Urgency.URGENT)


async def _goes_on(talk: Talk, conn: AsyncConnection, row: _Row, on: bool) -> None:
    """At the end of *volgen*: a human decides whether help goes on, or hears that *nazorg* can begin [004] 3.1.8."""
    talk.record("check_in_go_on", {"check_in": row.id, "go_on": on})
    await give(talk, conn)
    clocks.ask_human(talk, Urgency.NORMAL, silent_due(talk, talk.now))


async def _no_task(talk: Talk, conn: AsyncConnection, row: _Row) -> None:
    """A late answer to what we gave up on: the silence is no reason to look any more, if it was the only one."""
    if row.state != "silent" or talk.columns["due_at"] != silent_due(talk, row.done_at):
        return
    if await store.happened_since(conn, talk.id, row.done_at):
        return
    left = await standing.read(talk, conn)
    clocks.set_clock(talk, left)
    asked = left.unanswered or {left.failed_at, left.lapsed_at, left.owed, left.near} != {None}
    if talk.columns["queue"] == "waiting_us" and not asked:
        talk.columns.update(queue="waiting_them", due_at=None)
