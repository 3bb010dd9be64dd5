"""What is known of keeping in touch with someone: for flows, and for the desk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import from_ms
from bot.contact import ahead, known, rhythm
from bot.contact.possible import kind_now
from bot.house import House
from bot.talk import Talk
from flows.aftercare import (
    Before,
    CheckIn,
    ContactPlans,
    HardMoment,
    Means,
    MomentKind,
    Part,
    Plan,
    PlanKind,
    Rhythm,
)
from flows.aftercare_days import months_on
from flows.session import Frame
from flows.text import Json
from storage import contact as store

_Row = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Answers:
    """What was said in a check-in, by question (``flows.aftercare.QUESTIONS``), and in ``words``. ``told``: one of them
    went to a human. ``left``: they left half way; what they still say counts."""

    mood: str | None = None
    balance: str | None = None
    changes: tuple[str, ...] = ()
    contact: str | None = None
    go_on: str | None = None
    words: str = ""
    told: bool = False
    left: bool = False

    def dumps(self) -> str:
        """As JSON, without what is not there."""
        return json.dumps({each.name: value for each in fields(self) if (value := getattr(self, each.name))})

    @property
    def given(self) -> dict[str, Json]:
        """What was said, by question and as ``words``, as a screen keeps it."""
        one: dict[str, Json] = {"mood": self.mood, "balance": self.balance, "contact": self.contact}
        one |= {"changes": list(self.changes) or None, "go_on": self.go_on}
        one["words"] = {"text": self.words} if self.words else None
        return {name: value for name, value in one.items() if value is not None}


def loads(stored: str) -> Answers:
    """From `Answers.dumps`."""
    told = json.loads(stored)
    return Answers(**{**told, "changes": tuple(told.get("changes", ()))})


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan, for the desk. ``state`` is ``proposed|active|paused|ended``; instants in milliseconds UTC; ``by`` who of
    us made it, None: the person. ``reason`` as a code: why it ended or is paused."""

    id: int
    kind: PlanKind
    rhythm: Rhythm
    state: str
    weekday: int | None
    part: Part
    means: Means
    made_at: int
    by: str | None
    began_at: int | None
    until: date | None
    paused_until: date | None
    ended_at: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class KeptCheckIn:
    """A contact that a plan asks for, for the desk. ``state`` is ``planned|asked|answered|silent|held|dropped``, of a
    telephone call or a visit ``asked`` once it is due; ``reason`` why it was dropped; ``by`` who of us had it. Instants
    in milliseconds UTC."""

    id: int
    plan_id: int
    kind: PlanKind
    means: Means
    number: int
    due_at: int
    state: str
    reason: str | None
    asked_at: int | None
    again_at: int | None
    done_at: int | None
    by: str | None
    answers: Answers | None


@dataclass(frozen=True, slots=True)
class Kept:
    """All of it on one file: plans and check-ins the oldest first; moments by their next day. ``evaluated_by``: when
    the next evaluation is due, None: none is asked for; ``asked_for`` since when an alarm waits for who they know, that
    ends when someone takes over, answers or acknowledges it. ``kind``: what can be agreed now, by how far they are.
    Instants in milliseconds UTC."""

    plans: tuple[KeptPlan, ...] = ()
    check_ins: tuple[KeptCheckIn, ...] = ()
    moments: tuple[HardMoment, ...] = ()
    kind: PlanKind | None = None
    evaluated_by: int | None = None
    asked_for: int | None = None

    @property
    def stands(self) -> KeptPlan | None:
        """The plan that stands, active or paused."""
        return next((plan for plan in self.plans if plan.state in store.STANDS), None)

    @property
    def proposed(self) -> KeptPlan | None:
        """The one that waits for their yes."""
        return next((plan for plan in self.plans if plan.state == "proposed"), None)

    @property
    def next(self) -> KeptCheckIn | None:
        """The contact that comes next."""
        return next((one for one in reversed(self.check_ins) if one.state == "planned"), None)


# ---- for the desk --------------------------------------------------------------------------------------------------


async def of_file(house: House, conn: AsyncConnection, conversation_id: int) -> Kept:
    """What is kept of a conversation, whose key was prepared."""
    plans = await store.plans(conn, conversation_id)
    evaluations = await store.evaluations(conn, conversation_id)
    today = house.calendar.day_of(house.clock.now())
    return Kept(
        tuple(_kept_plan(row) for row in plans),
        tuple(_kept(house, row) for row in await store.check_ins(conn, conversation_id)),
        await _moments(house, conn, conversation_id, today),
        await kind_now(conn, conversation_id, plans, today),
        min((row.due_at for row in evaluations), default=None),
        await store.asked_for(conn, conversation_id),
    )


def _kept_plan(row: _Row) -> KeptPlan:
    return KeptPlan(
        row.id,
        PlanKind(row.kind),
        Rhythm(row.rhythm),
        row.state,
        row.weekday,
        Part(row.part),
        Means(row.way),
        row.made_at,
        row.name,
        row.began_at,
        day(row.until),
        day(row.paused_until),
        row.ended_at,
        row.reason,
    )


def _kept(house: House, row: _Row) -> KeptCheckIn:
    return KeptCheckIn(
        row.id,
        row.plan_id,
        PlanKind(row.kind),
        Means(row.way),
        row.number,
        row.due_at,
        row.state,
        row.reason,
        row.asked_at,
        row.again_at,
        row.done_at,
        row.name,
        None if row.answers_sealed is None else answers_of(house, row),
    )


# ---- for flows -----------------------------------------------------------------------------------------------------


async def contact_plans(talk: Talk, conn: AsyncConnection, frame: Frame) -> ContactPlans:
    """What was agreed, what is proposed, and what can be agreed now."""
    house, today = talk.house, day_here(talk)
    plans = await store.plans(conn, talk.id)
    stands = next((row for row in plans if row.state in store.STANDS), None)
    proposed = next((row for row in plans if row.state == "proposed"), None)
    planned = [row for row in await store.open_ones(conn, talk.id) if row.state == "planned"]
    moments = await _moments(house, conn, talk.id, today)
    return ContactPlans(
        None if stands is None else _plan(stands, _next(house, planned)),
        None if proposed is None else _plan(proposed, None),
        await kind_now(conn, talk.id, plans, today),
        moments,
        next((one for one in moments if one.id == frame.answers.get("moment")), None),
        await known.read(talk, conn, frame),
        stopped=talk.opted_out_at is not None,
    )


async def check_in(talk: Talk, conn: AsyncConnection, frame: Frame) -> CheckIn:
    """That of the frame, else the newest that waits for an answer."""
    contact = await known.read(talk, conn, frame)
    wanted = frame.answers.get("check_in")
    due = None if wanted is None else ahead.there(talk, wanted)
    if due is not None:
        row = due.row
    elif wanted is None:
        row = await store.newest(conn, talk.id, ("asked",))
    else:
        row = await store.one(conn, talk.id, wanted)
    if row is None or row.asked_at is None or row.way != Means.CHAT:
        return CheckIn(contact=contact)
    house = talk.house
    answers = answers_of(house, row)
    return CheckIn(
        row.id,
        PlanKind(row.kind),
        state_of(row, answers),
        house.calendar.day_of(from_ms(row.asked_at)),
        again=row.again_at is not None,
        last=is_last(house, row),
        answers=answers.given,
        before=_before(house, await store.before(conn, talk.id, row.id) if due is None else due.before),
        contact=contact,
    )


def _before(house: House, earlier: _Row | None) -> Before | None:
    if earlier is None:
        return None
    said = answers_of(house, earlier)
    at = earlier.done_at or earlier.asked_at or earlier.due_at
    return Before(house.calendar.day_of(from_ms(at)), said.mood, said.balance, said.changes)


def state_of(row: _Row, answers: Answers) -> str:
    """How a check-in that was asked is to who is asked: ``asked``, also when we gave up on it, when it went with a plan
    that changed, or when they declined it or left half way: a face counts however late; ``answered``, or ``over``."""
    if row.state in ("asked", "silent", "dropped") or (row.state == "answered" and answers.left):
        return "asked"
    return "answered" if row.state == "answered" else "over"


def is_last(house: House, row: _Row) -> bool:
    """Whether it is the last one of *volgen*: the one after it would come after its half year."""
    if row.kind != PlanKind.FOLLOW or row.until is None:
        return False
    due = house.calendar.day_of(from_ms(row.due_at))
    base = house.calendar.day_of(from_ms(row.began_at))
    return rhythm.following(Rhythm(row.rhythm), row.weekday, base, due) > day_of(row.until)


# ---- parts ---------------------------------------------------------------------------------------------------------


def answers_of(house: House, row: _Row) -> Answers:
    """What was said in it so far."""
    return Answers() if row.answers_sealed is None else loads(house.vault.unseal_text(row.answers_sealed, "check_in"))


async def _moments(house: House, conn: AsyncConnection, conversation_id: int, today: date) -> tuple[HardMoment, ...]:
    found = [moment_of(house, row, today) for row in await store.moments(conn, conversation_id)]
    return tuple(sorted(found, key=lambda one: (one.on, one.id)))


def moment_of(house: House, row: _Row, today: date) -> HardMoment:
    """One of someone's hard moments, as it comes next."""
    told: Mapping[str, str] = json.loads(house.vault.unseal_text(row.details_sealed, "moment"))
    on = next_time(day_of(row.next_on), today)
    return HardMoment(row.id, MomentKind(row.kind), on, told.get("words", ""), told.get("plan", ""))


def next_time(on: date, today: date) -> date:
    """When what comes on the day ``on``, and every year after, comes next: ``today`` counts."""
    years = (months_on(on, 12 * n) for n in range(max(0, today.year - on.year) + 2))
    return next(each for each in years if each >= today)


def _plan(row: _Row, next_: date | None) -> Plan:
    return Plan(
        row.id,
        PlanKind(row.kind),
        Rhythm(row.rhythm),
        row.state,
        row.weekday,
        Part(row.part),
        Means(row.way),
        day(row.until),
        next_,
        day(row.paused_until),
        row.name,
    )


def _next(house: House, planned: list[_Row]) -> date | None:
    return house.calendar.day_of(from_ms(planned[-1].due_at)) if planned else None


def day_here(talk: Talk) -> date:
    """Today."""
    return talk.house.calendar.day_of(from_ms(talk.now))


def day(iso: str | None) -> date | None:
    """A day as the database has it."""
    return None if iso is None else date.fromisoformat(iso)


def day_of(iso: str) -> date:
    """The same, of one that is there."""
    return date.fromisoformat(iso)
