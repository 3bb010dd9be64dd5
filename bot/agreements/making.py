"""What becomes of agreements, in the transaction of whoever does it: the person's message, or the desk. Every change
plans or ends the reminders of its day at once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import EllipsisType
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import terms
from bot.agreements.reading import Agreed, agreed_of, details_of
from bot.channels.limits import EMAIL
from bot.clock import DAY, Calendar, from_ms, to_ms
from bot.contact.rhythm import SPREAD, place
from bot.talk import Talk
from flows.agreements import (
    AGREED,
    ANSWERS,
    FURTHEST,
    AnswerSummary,
    MailAgreements,
    Postpone,
    SayFirst,
    Stuck,
    TickOff,
)
from flows.text import Json
from storage import agreements as store
from storage.tables import address

#: One message to the person for each day, in their sending hours and under their weekly cap (rule 9).
DUE = "afspraken.due:"
#: The shell's own: what one of us is to do by that day.
OURS = "agreements.ours:"

#: When the first are reminded, in minutes after midnight.
REMINDED = 10 * 60
#: What a person may say about an agreement, in characters.
LONGEST = 1000

_Row = Row[*tuple[Any, ...]]
#: Of several the one they gave last.
_CONFIRMED = (
    select(address.c.id)
    .where(address.c.person_id == bindparam("person"), address.c.channel == EMAIL.channel)
    .where(address.c.confirmed_at.is_not(None), address.c.blocked_at.is_(None), address.c.left_at.is_(None))
    .order_by(address.c.id.desc())
    .limit(1)
)


# ---- by the person -------------------------------------------------------------------------------------------------


async def answer(talk: Talk, effect: AnswerSummary, conn: AsyncConnection) -> bool:
    """Whether that is new, as every question is; one that is not theirs, and an answer that is none, stay as they
    are."""
    row = await store.one_summary(conn, talk.id, effect.summary)
    words = words_of(effect.words)
    if row is None or effect.answer not in ANSWERS or (effect.answer == row.answer == AGREED and words is None):
        return False
    details = details_of(talk.house, row.details_sealed)
    if words is not None:
        details = replace(details, said=words)
    await store.change_summary(
        conn,
        row.id,
        answer=effect.answer,
        answered_at=talk.now,
        details_sealed=talk.seal("summary", details.dumps()),
    )
    talk.record("summary_answered", {"summary": row.id, "answer": effect.answer, "words": words})
    return True


async def say_first(talk: Talk, effect: SayFirst, conn: AsyncConnection) -> None:
    """Whether it was explained well: one of their own agreements, or their words."""
    row = await store.one_summary(conn, talk.id, effect.summary)
    if row is None:
        return
    first: int | str | None = words_of(effect.first)
    if isinstance(effect.first, int) and not isinstance(effect.first, bool):
        own = await _own(talk, conn, effect.first)
        first = None if own is None else int(own.id)
    if first is None:
        return
    details = replace(details_of(talk.house, row.details_sealed), first=first)
    await store.change_summary(conn, row.id, details_sealed=talk.seal("summary", details.dumps()))
    talk.record("summary_first", {"summary": row.id, "first": first})


async def tick_off(talk: Talk, effect: TickOff, conn: AsyncConnection) -> None:
    """Done, or after all not; of what is not theirs, or was dropped, nothing changes."""
    row = await _own(talk, conn, effect.agreement)
    if row is None or row.state not in (("open", "stuck") if effect.done else ("done",)):
        return
    if effect.done:
        await put(talk, conn, row, state="done", news="done")
        talk.record("agreement_done", {"agreement": row.id})
    else:  # a slip that nobody at the desk saw is none
        await put(talk, conn, row, state="open", news=None if row.news == "done" else "open")
        talk.record("agreement_undone", {"agreement": row.id})


async def stuck(talk: Talk, effect: Stuck, conn: AsyncConnection) -> bool:
    """Whether a human should look: it does not work out, or that is said again with a reason."""
    row = await _own(talk, conn, effect.agreement)
    words = words_of(effect.why)
    if row is None or row.state not in ("open", "stuck") or (row.state == "stuck" and words is None):
        return False
    agreed = agreed_of(talk.house, row.details_sealed)
    if words is not None:
        agreed = replace(agreed, why=words)
    await put(talk, conn, row, state="stuck", news="stuck", agreed=agreed)
    talk.record("agreement_stuck", {"agreement": row.id, "why": words})
    return True


async def postpone(talk: Talk, effect: Postpone, conn: AsyncConnection) -> None:
    """By another day that still comes."""
    row = await _own(talk, conn, effect.agreement)
    today = talk.house.calendar.day_of(from_ms(talk.now))
    if row is None or row.state not in ("open", "stuck") or not today <= effect.day <= today + FURTHEST:
        return
    if row.state == "open" and row.due_on == effect.day.isoformat():
        return
    await put(talk, conn, row, state="open", due=effect.day, news="moved")
    talk.record("agreement_moved", {"agreement": row.id, "from": row.due_on, "to": effect.day.isoformat()})


async def mail(talk: Talk, effect: MailAgreements, conn: AsyncConnection) -> None:
    """What was just said goes to their own e-mail address as well, if they have one that they confirmed."""
    number = await mail_address(talk, conn)
    if number is not None:
        talk.send(talk.columns["last_seq"], beside=(number, EMAIL.channel))
        talk.record("agreements_mailed")


async def mail_address(talk: Talk, conn: AsyncConnection) -> int | None:
    """The e-mail address that the person confirmed, where mail is sent."""
    if talk.house.config.channels.email is None:
        return None
    return (await conn.execute(_CONFIRMED, {"person": talk.person_id})).scalar_one_or_none()


# ---- by whoever ----------------------------------------------------------------------------------------------------


async def put(
    talk: Talk,
    conn: AsyncConnection,
    row: _Row,
    *,
    state: str,
    due: date | EllipsisType | None = ...,
    news: str | None = None,
    agreed: Agreed | None = None,
) -> None:
    """How it stands from now on; ``due`` not given: the day stays. What the person did before and nobody saw is
    over with this."""
    day = row.due_on if isinstance(due, EllipsisType) else None if due is None else due.isoformat()
    values: dict[str, Any] = {"state": state, "due_on": day, "changed_at": talk.now, "news": news}
    if agreed is not None:
        values["details_sealed"] = talk.seal("agreement", agreed.dumps())
    await store.change(conn, row.id, **values)
    for one in dict.fromkeys((row.due_on, day)):
        if one is not None:
            await remind(talk, conn, one)


async def remind(talk: Talk, conn: AsyncConnection, day: str) -> None:
    """Reminders of ``day`` (ISO 8601) as they are wanted now: of the person if something of theirs is open by then, and
    of us if something of ours is; once for each day. One that waits keeps its hour: reckoned from now it might be too
    late for it. To who said *stop* nothing is planned."""
    theirs, ours = await store.open_on(conn, talk.id, day)
    calendar, now, wanted = talk.house.calendar, from_ms(talk.now), date.fromisoformat(day)
    there = await store.reminded(conn, talk.id, (DUE + day, OURS + day))
    if not theirs or talk.opted_out_at is not None:
        _cancel(talk, DUE + day)
    elif DUE + day not in there and (at := reminded_at(calendar, now, wanted, talk.id)) is not None:
        _plan(talk, DUE + day, at, {"due": day})
    if not ours:
        _cancel(talk, OURS + day)
    elif OURS + day not in there and calendar.day_of(now) <= wanted:
        _plan(talk, OURS + day, max(ours_at(calendar, wanted), now), None)


async def remind_again(talk: Talk, conn: AsyncConnection) -> None:
    """Who wants our messages again (rule 10) is reminded of what is open."""
    for day in await store.open_days(conn, talk.id):
        await remind(talk, conn, day)


def reminded_at(calendar: Calendar, now: datetime, day: date, conversation_id: int) -> datetime | None:
    """When the person is reminded of what is to be done by ``day``: the day before, or on the day itself where that is
    too late; not on the day on which it was agreed. Everyone has a minute of their own within an hour of that morning,
    as far as the sending hours reach: so no wall of messages forms at ten o'clock."""
    for one in (day - DAY, day):
        at = calendar.next_sending_time(calendar.instant(one, REMINDED))
        if calendar.day_of(now) < calendar.day_of(at) <= day:
            own = at + timedelta(minutes=place(conversation_id, SPREAD))
            return max(at, calendar.previous_sending_time(own))
    return None


def last_open_day(calendar: Calendar, day: date) -> date:
    """The last day up to ``day`` on which we are open: what we promised by a Sunday is done on Friday."""
    return next((one for one in (day - n * DAY for n in range(60)) if calendar.is_own_day(one)), day)


def ours_at(calendar: Calendar, day: date) -> datetime:
    """The opening of the last own day up to ``day``."""
    midnight = calendar.instant(last_open_day(calendar, day), 0)
    return calendar.next_opening(midnight - timedelta(milliseconds=1))


def ours_due(calendar: Calendar, day: date) -> int:
    """When what we do by ``day`` is late, in milliseconds UTC: when we close on that last own day."""
    return to_ms(terms.end_of(calendar, last_open_day(calendar, day)))


def words_of(said: Json) -> str | None:
    """Own words as a screen keeps them (``{"text": …}``), no more than there is room for; None: there are none."""
    words = said.get("text") if isinstance(said, dict) else None
    return words.strip()[:LONGEST] or None if isinstance(words, str) else None


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _own(talk: Talk, conn: AsyncConnection, number: int) -> _Row | None:
    """That one, if the person does it."""
    row = await store.one(conn, talk.id, number)
    return None if row is None or row.staff_id is not None else row


def _cancel(talk: Talk, kind: str) -> None:
    talk.staged.cancels.append((talk.id, (kind,), "cancelled"))


def _plan(talk: Talk, kind: str, at: datetime, about: Json) -> None:
    talk.staged.plans.append(
        {
            "conversation_id": talk.id,
            "kind": kind,
            "created_at": talk.now,
            "due_at": to_ms(at),
            "about_sealed": None if about is None else talk.seal("ping", json.dumps(about)),
        }
    )
