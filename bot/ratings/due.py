"""A question for a grade falls due: looked at again, and asked, put off, or dropped with its reason on file; and a day
after it was answered, or two weeks after it was not, it is over."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import allowed, standing, taking
from bot.clock import from_ms, to_ms
from bot.inbound import Fallen
from bot.ratings import settling
from bot.ratings.answering import CONTACT, WAITS, settle_later
from bot.ratings.asking import ASK, PUT_OFF, SETTLE, first_at
from bot.talk import Talk
from flows.grammar import Due
from flows.ratings import ASKED, FLOW, Occasion
from storage import conversations
from storage import ratings as store

#: What the flow calls it.
KIND = f"{FLOW}.ask"
#: What it is about is said later than this to nobody: in milliseconds.
_OF_USE = timedelta(days=3)
#: Nobody is asked for a grade so soon after a crisis, nor so soon after another question for one.
_AFTER_CRISIS, _APART = timedelta(days=14), timedelta(days=7)
_DAY = timedelta(days=1)
#: Of `flows.aftercare.END_REASONS`: nobody is asked who has the telephone now.
_DIED = "overleden"

_Row = Row[*tuple[Any, ...]]


async def fall(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """Sees to one of the pings of ``bot.ratings.asking``."""
    if ping.kind.startswith(ASK):
        await _ask(ping, talk, conn)
    elif await conversations.finish_ping(conn, ping.ping_id, "done", None):
        await settling.settle(talk, conn, int(ping.kind.removeprefix(SETTLE)))


async def _ask(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    occasion = Occasion(ping.kind.removeprefix(ASK))
    since: int = json.loads(talk.house.vault.unseal_text(ping.about_sealed or b"", "ping"))["since"]
    case = await store.case_of(conn, talk.id, since)
    before = None if case is None else await store.of_case(conn, case.id, occasion)
    reason = _never(talk, occasion, case, before)
    if reason is None:
        reason, later = await _not_now(talk, conn)
        if later is not None and later <= first_at(talk, occasion, since) + PUT_OFF:
            await conversations.postpone_ping(conn, ping.ping_id, to_ms(later))
            return
    if not await conversations.finish_ping(conn, ping.ping_id, "dropped" if reason else "done", reason):
        return
    if case is None or (before is not None and before.asked_at is not None):
        return
    values = {"state": "dropped" if reason else "asked", "reason": reason, "asked_at": None if reason else talk.now}
    if before is None:
        known = {"conversation_id": talk.id, "case_id": case.id, "occasion": occasion, "made_at": talk.now}
        number = await store.add(conn, **known, promises=",".join(ASKED[occasion]), **values)
    else:
        number = before.id
        await store.put(conn, number, **values)
    if reason is None:
        await _say(talk, conn, number)


async def _say(talk: Talk, conn: AsyncConnection, number: int) -> None:
    expires_at = to_ms(from_ms(talk.now) + _OF_USE)
    turn = await taking.step(Due(KIND, {"rating": number}), talk, conn, kind=KIND, expires_at=expires_at)
    if turn.replies:
        settle_later(talk, number, WAITS)
        talk.record("contactmoment", {"kind": CONTACT, "channel": talk.channel, "by": "bot"})
    else:
        await store.put(conn, number, state="dropped", reason=turn.reason, asked_at=None)


def _never(talk: Talk, occasion: Occasion, case: _Row | None, before: _Row | None) -> str | None:
    """Why it is never asked."""
    ended = occasion in (Occasion.END, Occasion.YEAR_ON)
    if not talk.house.config.ratings.on:
        return "off"
    if case is None:
        return "no_case"
    if case.capacity != "self":
        return "for_another"  # whoever was helped is not who we talk with
    if before is not None and before.asked_at is not None:
        return "asked_before"
    if case.reason == _DIED:
        return "died"
    if ended and case.closed_at is None:
        return "reopened"
    if not ended and case.closed_at is not None:
        return "closed"
    return None


async def _not_now(talk: Talk, conn: AsyncConnection) -> tuple[str | None, datetime | None]:
    """Why it is not asked now, and when it can be looked at again (None: it never is)."""
    now, calendar = from_ms(talk.now), talk.house.calendar
    may = await allowed.unasked(talk, conn)
    if may.reason is not None:
        return may.reason, None
    if (await standing.read(talk, conn)).crises:
        return "crisis", allowed.sending_time(calendar, now + _DAY, talk.id)
    over = await store.crisis_over(conn, talk.id)
    if over is not None and now < from_ms(over) + _AFTER_CRISIS:
        return "crisis", allowed.sending_time(calendar, from_ms(over) + _AFTER_CRISIS, talk.id)
    last = await store.newest(conn, talk.id)
    if last is not None and now < from_ms(last.asked_at) + _APART:
        return "another_asked", allowed.sending_time(calendar, from_ms(last.asked_at) + _APART, talk.id)
    return (None, None) if may.later is None else ("no_moment", may.later)
