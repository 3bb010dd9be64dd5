"""Hard moments in someone's year: kept with their own plan for it, and a light message just before, every year
[004] 3.1.8."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import allowed
from bot.agreements.making import words_of
from bot.allowed import Allowed
from bot.clock import DAY, from_ms, to_ms
from bot.contact import known, rhythm, scheduling
from bot.contact.reading import day_here, day_of, moment_of
from bot.inbound import Fallen
from bot.talk import Talk
from flows.aftercare import MOST_MOMENTS, DropMoment, KeepMoment, MomentKind, Part
from flows.text import Json
from storage import contact as store

#: The message before one, with its number: each has its own.
DUE = "contact.moment:"
#: How many days before.
AHEAD = 3
#: A moment comes every year: its next day is no further off.
FURTHEST = timedelta(days=366)

_Row = Row[*tuple[Any, ...]]


# ---- by the person -------------------------------------------------------------------------------------------------


async def keep(talk: Talk, effect: KeepMoment, conn: AsyncConnection) -> None:
    """What is no moment, or not theirs, stays as it is."""
    today = day_here(talk)
    if effect.on is not None and not today <= effect.on <= today + FURTHEST:
        return
    if effect.moment:
        row = await store.moment(conn, talk.id, effect.moment)
        if row is None or (effect.kind is not None and effect.kind not in set(MomentKind)):
            return
        known = moment_of(talk.house, row, today)
        on, kind = row.next_on if effect.on is None else effect.on.isoformat(), effect.kind or row.kind
        sealed = _sealed(talk, _words(effect.words, known.words), _words(effect.plan, known.plan))
        await store.change_moment(conn, row.id, kind=kind, next_on=on, details_sealed=sealed)
        number = int(row.id)
    else:
        if effect.kind not in set(MomentKind) or effect.on is None:
            return
        if len(await store.moments(conn, talk.id)) >= MOST_MOMENTS:
            return
        number = await store.add_moment(
            conn,
            conversation_id=talk.id,
            kind=effect.kind,
            next_on=effect.on.isoformat(),
            made_at=talk.now,
            details_sealed=_sealed(talk, _words(effect.words, ""), _words(effect.plan, "")),
        )
        talk.record("hard_moment", {"moment": number, "what": "kept"})
    kept = await store.moment(conn, talk.id, number)
    if kept is not None:
        plan(talk, kept)


async def drop(talk: Talk, effect: DropMoment, conn: AsyncConnection) -> None:
    """Of one that is not theirs nothing changes."""
    row = await store.moment(conn, talk.id, effect.moment)
    if row is None:
        return
    await store.change_moment(conn, row.id, dropped_at=talk.now)
    stop(talk, [row.id], "dropped")
    talk.record("hard_moment", {"moment": row.id, "what": "dropped"})


# ---- the message before it -----------------------------------------------------------------------------------------


def plan(talk: Talk, row: _Row, *, after: date | None = None) -> None:
    """The message before the next time that it comes, or the next time after the day ``after``. To who said *stop*
    nothing is planned."""
    if talk.opted_out_at is not None:
        return
    calendar, today = talk.house.calendar, day_here(talk)
    on = moment_of(talk.house, row, max(after or today, today) + DAY).on
    at = rhythm.moment(calendar, on - AHEAD * DAY, Part.MORNING, talk.id)
    if to_ms(at) <= talk.now:  # it was told so late: tomorrow, unless that is the day itself
        at = rhythm.moment(calendar, today + DAY, Part.MORNING, talk.id)
        if calendar.day_of(at) >= on:
            on = moment_of(talk.house, row, on + DAY).on
            at = rhythm.moment(calendar, on - AHEAD * DAY, Part.MORNING, talk.id)
    scheduling.plan_ping(talk, f"{DUE}{row.id}", at, {"moment": row.id, "on": on.isoformat()})


async def plan_all(talk: Talk, conn: AsyncConnection) -> None:
    """The message before each: help, or messages, were stopped, and go on."""
    for row in await store.moments(conn, talk.id):
        plan(talk, row)


def stop(talk: Talk, numbers: Collection[int], reason: str) -> None:
    """Nothing is said of these."""
    if numbers:
        scheduling.cancel(talk, tuple(f"{DUE}{number}" for number in numbers), reason)


async def recheck(ping: Fallen, about: Json, talk: Talk, conn: AsyncConnection) -> Allowed:
    """It is still theirs, help goes on, and its day has not come by the time that rule 9 allows it."""
    if await _of(about, talk, conn) is None:
        return Allowed("cancelled")
    if await known.help_ended(talk, conn):
        return Allowed("closed")
    may = await allowed.unasked(talk, conn)
    at = from_ms(talk.now) if may.later is None else may.later
    late = talk.house.calendar.day_of(at) >= _on(about)
    return Allowed("too_late") if may.reason is None and late else may


async def going(ping: Fallen, about: Json, talk: Talk, conn: AsyncConnection) -> None:
    """It is said now; and in a year again."""
    row = await _of(about, talk, conn)
    if row is not None:
        plan(talk, row, after=_on(about))


async def dropped(ping: Fallen, about: Json, reason: str, talk: Talk, conn: AsyncConnection) -> None:
    """Not this time; in a year perhaps."""
    row = await _of(about, talk, conn)
    if row is not None and reason not in ("cancelled", "closed"):
        plan(talk, row, after=_on(about))


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _of(about: Json, talk: Talk, conn: AsyncConnection) -> _Row | None:
    return await store.moment(conn, talk.id, about.get("moment") if isinstance(about, dict) else None)


def _on(about: Json) -> date:
    """The day that the message comes before."""
    told = about.get("on") if isinstance(about, dict) else None
    assert isinstance(told, str)
    return day_of(told)


def _words(said: Json, before: str) -> str:
    """As a screen keeps them, or as they are; None: as they were."""
    if said is None:
        return before
    return words_of({"text": said} if isinstance(said, str) else said) or ""


def _sealed(talk: Talk, words: str, own_plan: str) -> bytes:
    return talk.seal("moment", json.dumps({"words": words, "plan": own_plan}, ensure_ascii=False))
