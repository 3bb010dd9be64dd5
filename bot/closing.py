"""Help ends: a case is closed, with what remains open, and opened again by mistake or because someone came back [004]
1.10, 3.1.9.

The clocks of how long a file is kept start from here: the day of the decision (beëindigingsbeschikking) stands with the
case, and for six months after it an early signal still finds the person.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import clocks, standing, taking, terms
from bot.agreements import making
from bot.clock import from_ms, to_ms
from bot.contact import moments, plans
from bot.contact.known import known_contact, of_conversation
from bot.errors import Refused
from bot.house import House
from bot.inbound import Fallen
from bot.privacy import erasing
from bot.privacy.masking import clean, says
from bot.progress.acts import LONGEST_WORDS, Look, act_on
from bot.progress.phases import Was, with_sign_up
from bot.ratings import asking
from bot.takeover import OURS, Staff, is_new, locked
from bot.talk import Talk
from flows import handing_back
from flows.aftercare import END_REASONS
from flows.grammar import Due, Urgency
from flows.progress import Phase
from flows.ratings import Occasion
from flows.text import Json
from storage import agenda, conversations
from storage import closing as store
from storage import progress as phases
from storage.signals import ANSWERED
from storage.tables import message

#: What remains open, in lines of the caseworker: more is a plan, not an ending.
MOST_LINES = 10
#: A line, in characters.
LONGEST_LINE = 200
#: After a death nothing is said to whoever has the telephone now.
DEATH = "overleden"
#: The one reason with which the phases that go on are done; with the others they stopped.
GOALS_MET = "afgerond"
#: How long after the decision an early signal is still one of a relapse [004] 1.10, in months.
SIGNAL_MONTHS = 6
#: The shell's own ping: by what an early signal finds someone goes.
KEYS_END = "care.keys"
#: Why a case is opened again: it was closed by mistake, or the person came back.
REOPENED = ("mistake", "back")

_Row = Row[*tuple[Any, ...]]


def keys_until(ended_on: date) -> date:
    """The last day on which an early signal belongs to help that ended on ``ended_on``."""
    return ended_on + relativedelta(months=SIGNAL_MONTHS)


@dataclass(frozen=True, slots=True)
class Ending:
    """How the newest case of a conversation stands: ``signed_up`` None: there is none; ``ended_on`` None: it is open.
    Days are ISO 8601. ``contact``: whom of us the person knows."""

    signed_up: str | None = None
    ended_on: str | None = None
    reason: str = ""
    contact: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is something to close."""
        return self.signed_up is not None and self.ended_on is None

    @property
    def keys_until(self) -> str | None:
        """The last day on which an early signal belongs to it."""
        return None if self.ended_on is None else keys_until(date.fromisoformat(self.ended_on)).isoformat()


async def read(house: House, conn: AsyncConnection, conversation_id: int, assigned_to: int | None) -> Ending:
    """What is open of a conversation, or what was closed last. ``assigned_to``: whose file it is."""
    rows = await store.cases(conn, conversation_id)
    if not rows:
        return Ending()
    opened = min(row.opened_at for row in rows if (row.closed_at is None) == (rows[0].closed_at is None))
    signed_up = house.calendar.day_of(from_ms(opened)).isoformat()
    contact = (await of_conversation(conn, conversation_id, assigned_to)).name
    return Ending(signed_up, rows[0].ended_on, rows[0].reason or "", contact)


async def close(
    house: House,
    conversation_id: int,
    staff: Staff,
    *,
    reason: str,
    ended_on: date,
    open_lines: Sequence[str] = (),
    words: str = "",
    done: Collection[int] = (),
    tell: bool = True,
    seen_seq: int | None = None,
    client_id: str,
    look: Look | None = None,
) -> None:
    """Closes what is open of a conversation. ``reason`` is one of ``flows.aftercare.END_REASONS``, ``ended_on`` the day
    of the decision; ``done`` are numbers of what we were to do and did, the rest of ours is dropped. With ``tell`` the
    person hears of it, but after a death nobody does.

    Refused: ``no_case``, ``no_end_reason``, ``no_end_day`` (still to come, or before the sign-up), ``too_many_open``,
    ``too_long``, ``held_by_other``, ``newer_message`` (they wrote after message ``seen_seq``), ``danger_first`` (a
    crisis stands), ``has_appointment`` (one still comes). The same ``client_id`` again does nothing."""
    if reason not in END_REASONS:
        raise Refused("no_end_reason")
    lines, words = _lines(open_lines), _cleaned(words, LONGEST_WORDS)
    tell = tell and reason != DEATH
    async with act_on(house, conversation_id, client_id, look) as (one, conn):
        if one is None:
            return
        cases = [row for row in await store.cases(conn, one.id) if row.closed_at is None]
        if not cases:
            raise Refused("no_case")
        _check_day(house, one, cases, ended_on)
        await _check(one, conn, staff, seen_seq)
        known = await known_contact(one, conn, one.id)
        await _end_phases(one, conn, staff, cases, "done" if reason == GOALS_MET else "stopped")
        theirs = await _settle_ours(one, conn, staff, done)
        await plans.stop_all(one, conn, "closed")
        await store.settle_promises(conn, one.id, one.now)
        await store.quieten(conn, one.id, staff.id, one.now)
        _cancel_all(one)
        values = {"closed_at": one.now, "ended_on": ended_on.isoformat(), "reason": reason}
        await store.end(conn, [row.id for row in cases], **values)
        _plan_keys(one, keys_until(ended_on))
        if reason == DEATH:
            for occasion in Occasion:
                asking.off(one, occasion)
        else:
            await asking.on(one, conn, Occasion.END)
            await asking.on(one, conn, Occasion.YEAR_ON)
        _put_away(one, known.staff_id)
        detail: dict[str, Json] = {
            "reason": reason,
            "ended_on": ended_on.isoformat(),
            "keys_until": keys_until(ended_on).isoformat(),
            "open": list(lines),
            "words": words,
            "agreements": theirs,
            "told": tell,
        }
        one.record("closed", detail, staff_id=staff.id)
        if tell:
            about: dict[str, Json] = {"name": staff.name, "open": list(lines), "agreements": theirs}
            await _tell(one, conn, Due("contact.closed", {**about, "words": words, "reason": reason}), "afsluiting")


async def reopen(
    house: House,
    conversation_id: int,
    staff: Staff,
    *,
    why: str,
    phase: str = "",
    tell: bool = True,
    client_id: str,
    look: Look | None = None,
) -> None:
    """The case that was closed last goes on. By ``mistake``: as if it, and any that was closed with it, had never been,
    but for how we keep in touch. Because the person came ``back``: in a new ``phase`` (``flows.progress.Phase``), of
    which they hear with ``tell``.

    Refused ``bad_form``, ``no_phase``, ``held_by_other``, ``not_closed`` (nothing was closed, or something is open).
    The same ``client_id`` again does nothing."""
    if why not in REOPENED:
        raise Refused("bad_form")
    if why == "back" and phase not in set(Phase):
        raise Refused("no_phase")
    async with act_on(house, conversation_id, client_id, look) as (one, conn):
        if one is None:
            return
        cases = await store.cases(conn, one.id)
        if not cases or cases[0].closed_at is None:
            raise Refused("not_closed")
        if one.columns["held_by"] not in (None, staff.id):
            raise Refused("held_by_other")
        case = cases[0]
        again_open = [row for row in cases if row.closed_at == case.closed_at] if why == "mistake" else [case]
        await store.end(conn, [row.id for row in again_open], closed_at=None, ended_on=None, reason=None)
        one.staged.cancels.append((one.id, (KEYS_END,), "reopened"))
        asking.off(one, Occasion.END)
        asking.off(one, Occasion.YEAR_ON)
        await moments.plan_all(one, conn)
        clocks.ask_human(one, Urgency.NORMAL, clocks.due(one, clocks.promises(one).first_contact))
        if one.columns["assigned_to"] is None:
            one.columns["assigned_to"] = case.taken_by or staff.id
        again = False
        if why == "mistake":
            await _undo(one, conn, again_open)
        else:
            again = any(row.phase == phase and row.state != "skipped" for row in await phases.phases(conn, one.id))
            where = {"conversation_id": one.id, "case_id": case.id, "phase": phase}
            await phases.add(conn, **where, state="now", began_at=one.now, ended_at=None, set_by=staff.id)
        detail: dict[str, Json] = {"why": why, "phase": phase, "reason": case.reason, "ended_on": case.ended_on}
        one.record("reopened", detail, staff_id=staff.id)
        if tell and why == "back":
            about: dict[str, Json] = {"what": "begin", "phase": phase, "also": [], "again": again}
            await _tell(one, conn, Due("voortgang.told", about), "voortgang")


async def put_away(house: House, conversation_id: int, staff: Staff, *, client_id: str) -> None:
    """Someone whose help ended wrote again, and that was answered: the file is closed again as it was. Refused
    ``not_closed``, ``held_by_other``, ``danger_first``, ``has_appointment``."""
    async with locked(house, conversation_id) as (one, conn):
        if not await is_new(client_id, one, conn):
            return
        cases = await store.cases(conn, one.id)
        if not cases or cases[0].closed_at is None:
            raise Refused("not_closed")
        await _check(one, conn, staff, None)
        await store.settle_promises(conn, one.id, one.now)
        await store.quieten(conn, one.id, staff.id, one.now)
        _put_away(one, one.columns["assigned_to"])
        one.record("put_away", staff_id=staff.id)


async def keys_end(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """Six months after the decision: an early signal finds this person no more; not while something is open. Under a
    legal hold nothing goes: once it is lifted, retention sees to it."""
    if await erasing.holds(talk.house, conn, talk.id):
        await conversations.finish_ping(conn, ping.ping_id, "dropped", "hold")
        return
    cases = await store.cases(conn, talk.id)
    ended = [date.fromisoformat(row.ended_on) for row in cases if row.closed_at is not None and row.ended_on]
    if cases and len(ended) == len(cases):
        last = max(map(keys_until, ended))
        if last >= talk.house.calendar.day_of(from_ms(talk.now)):  # a later one ended since
            await conversations.postpone_ping(conn, ping.ping_id, _after(talk, last))
            return
        if await store.drop_keys(conn, talk.id):
            talk.record("signal_keys", {"what": "ended"})
    await conversations.finish_ping(conn, ping.ping_id, "done", None)


# ---- parts ---------------------------------------------------------------------------------------------------------


def _lines(typed: Sequence[str]) -> list[str]:
    lines = [line for one in typed if (line := _cleaned(" ".join(one.split()), LONGEST_LINE))]
    if len(lines) > MOST_LINES:
        raise Refused("too_many_open")
    return lines


def _cleaned(typed: str, most: int) -> str:
    typed = clean(typed).strip() if says(typed) else ""
    if len(typed) > most:
        raise Refused("too_long")
    return typed


def _check_day(house: House, one: Talk, cases: Sequence[_Row], ended_on: date) -> None:
    """Of two cases that became one file, the first sign-up counts."""
    calendar = house.calendar
    signed_up = calendar.day_of(from_ms(min(row.opened_at for row in cases)))
    if not signed_up <= ended_on <= calendar.day_of(from_ms(one.now)):
        raise Refused("no_end_day")


async def _check(one: Talk, conn: AsyncConnection, staff: Staff, seen_seq: int | None) -> None:
    """Whether a file may be put away."""
    if one.columns["held_by"] not in (None, staff.id):
        raise Refused("held_by_other")
    if one.columns["paused_at"] is not None or (await standing.read(one, conn)).crises:
        raise Refused("danger_first")
    if seen_seq is not None:
        newer = select(message.c.seq).where(
            message.c.conversation_id == one.id, message.c.seq > seen_seq, message.c.author.not_in(OURS)
        )
        if (await conn.execute(newer)).first() is not None:
            raise Refused("newer_message")
    if await agenda.current(conn, one.id, one.now):
        raise Refused("has_appointment")


async def _end_phases(one: Talk, conn: AsyncConnection, staff: Staff, cases: Sequence[_Row], state: str) -> None:
    """The sign-up that everyone begins with is stored too, as with the first move of a phase."""
    rows = await phases.phases(conn, one.id)
    known = [Was(row.id, row.case_id, row.phase, row.state, row.began_at, row.ended_at) for row in rows]
    for was in with_sign_up(known, cases[0].id, min(row.opened_at for row in cases)):
        if was.state != "now":
            continue
        if was.id:
            await phases.change(conn, was.id, state=state, ended_at=one.now, set_by=staff.id)
        else:
            where = {"conversation_id": one.id, "case_id": was.case_id, "phase": was.phase}
            ended = {"began_at": was.began_at, "ended_at": one.now}
            await phases.add(conn, **where, **ended, state=state, set_by=staff.id)


async def _settle_ours(one: Talk, conn: AsyncConnection, staff: Staff, done: Collection[int]) -> int:
    """What we were to do is done or dropped; gives how much of the person's own is still open, and stays so."""
    theirs = 0
    for row in await store.waiting(conn, one.id):
        if row.staff_id is None:
            theirs += 1
            continue
        state = "done" if row.id in done else "dropped"
        await making.put(one, conn, row, state=state)
        told: dict[str, Json] = {"agreement": row.id, "state": state, "from": row.state, "day": row.due_on}
        one.record("agreement_settled", {**told, "why": "closed"}, staff_id=staff.id)
    return theirs


def _cancel_all(one: Talk) -> None:
    """Nothing that was planned for the person comes, nor what was planned just now: that is stored after this."""
    one.staged.cancels += [(one.id, None, "closed"), (one.id, (ANSWERED,), "closed")]
    one.staged.plans = [row for row in one.staged.plans if not row["kind"].startswith(making.DUE)]


def _put_away(one: Talk, contact: int | None) -> None:
    """Nothing is asked of a human any more; who the person knows stays with the file."""
    if one.held:
        taking.release(one)
        one.staged.cancels.append((one.id, (taking.HOLD_LAPSES,), "closed"))
    session = handing_back.resumed(one.session)
    if session.stack != one.session.stack:  # it said that a human comes: what is typed there waits for nobody any more
        one.session = replace(session, offered=None, covered=None)
    one.columns.update(queue="closed", urgency=int(Urgency.NORMAL), due_at=None)
    if one.columns["assigned_to"] is None:
        one.columns["assigned_to"] = contact


def _after(one: Talk, day: date) -> int:
    """The midnight that ends ``day``, in milliseconds UTC."""
    return to_ms(one.house.calendar.instant(day, 24 * 60))


def _plan_keys(one: Talk, last: date) -> None:
    one.staged.plans.append(
        {
            "conversation_id": one.id,
            "kind": KEYS_END,
            "created_at": one.now,
            "due_at": _after(one, last),
            "about_sealed": None,
        }
    )


async def _undo(one: Talk, conn: AsyncConnection, cases: Sequence[_Row]) -> None:
    """What ended at the instant of the closing goes on; ``cases`` were closed together."""
    at = cases[0].closed_at
    for case in cases:
        await store.phases_go_on(conn, case.id, at)
    for kind in await store.unsettle_promises(conn, one.id, at):
        if kind in terms.WARNED_BEFORE:
            terms.look_again(one, kind)
    for row in await store.dropped(conn, one.id, at):
        await making.put(one, conn, row, state="open")
    await making.remind_again(one, conn)


async def _tell(one: Talk, conn: AsyncConnection, due: Due, kind: str) -> None:
    """Said at once: a human did it. Without who of us it was: that would count as an answer (``bot.standing``)."""
    if await taking.interrupt(due, one, conn):
        one.record("contactmoment", {"kind": kind, "channel": one.channel, "by": "caseworker"})
