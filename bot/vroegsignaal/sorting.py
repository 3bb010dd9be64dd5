"""Where a signal goes [004] 1.10: to the file of whom is being helped; to an invitation by who helped them last, when
that ended less than six months before; else to the ordinary route.

This runs beside the requests that enter signals, so that none of them takes longer, or answers otherwise, for someone
who is a client; and in its own time, so that neither does what is asked next.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import allowed, clocks, closing, standing
from bot.allowed import Allowed, unasked
from bot.clock import from_ms, to_ms
from bot.contact.known import give, known_contact
from bot.errors import Refused
from bot.house import House
from bot.inbound import Fallen
from bot.privacy.vault import Unreadable
from bot.running import again_and_again
from bot.takeover import locked
from bot.talk import Talk
from bot.vroegsignaal.entering import Entered
from bot.vroegsignaal.importing import forget
from bot.vroegsignaal.matching import find
from flows.grammar import Urgency
from flows.text import Json
from storage import closing as cases
from storage import conversations
from storage import signals as store
from storage.tables import signal

log = logging.getLogger(__name__)

#: Sorted in one round.
MOST = 100
#: How often it looks, in seconds; nothing tells it to.
EVERY = 5.0
#: Nobody is invited twice within this.
APART = timedelta(days=30)
#: Who does not answer an invitation for so long is called by a human.
PATIENCE = timedelta(days=7)

_Row = Row[*tuple[Any, ...]]


class Sorting:
    """The worker of one process; any number of them share the rows."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._is_tidy = False

    async def run(self) -> None:
        """Runs until cancelled."""
        await again_and_again(self.run_due, "early signals", EVERY)

    async def run_due(self) -> int:
        """Sorts what was entered; gives how many were. What cannot be sorted now is, the next time."""
        if not self._is_tidy:
            await self._tidy()
            self._is_tidy = True
        await forget(self.house)
        total = 0
        while done := await self._sort_some():
            total += done
        return total

    async def _sort_some(self) -> int:
        async with self.house.db.read() as conn:
            rows = await store.unsorted(conn, MOST)
        done = 0
        for row in rows:
            try:
                done += await self._sort(row)
            except Exception as error:  # one that cannot be sorted keeps no other back
                log.error("an early signal could not be sorted: %s", type(error).__name__)
        return done

    async def _tidy(self) -> None:
        """Destroys the keys of signals that went to a file when a process was killed before it did."""
        async with self.house.db.read() as conn:
            left = await store.with_key_left(conn)
        for row in left:
            await self._destroy(row.id, row.key_id)

    async def _destroy(self, number: int, key_id: int) -> None:
        """What it was entered with is gone for good; the file has its own."""
        await self.house.vault.destroy(key_id, to_ms(self.house.clock.now()))
        async with self.house.db.begin() as conn:
            await store.change(conn, signal.c.id == number, key_id=None)

    async def _sort(self, row: _Row) -> bool:
        """Whether it was sorted; it may have to be tried again."""
        entered = await self._entered(row)
        about = None if entered is None else await self._about(entered)
        if entered is not None and about is not None:
            try:
                went = await self._to_file(row, entered, about)
                if went:
                    await self._destroy(row.id, row.key_id)
                if went is not None:
                    return went
            except Refused:  # it became one with another file meanwhile
                return False
            except Unreadable:  # they were erased meanwhile
                pass
        async with self.house.db.begin() as conn:
            return await store.sort(conn, [row.id], route=store.ORDINARY) == 1

    async def _entered(self, row: _Row) -> Entered | None:
        """What it says, if its key is there."""
        await self.house.vault.prepare({row.key_id})
        try:
            return Entered.loads(self.house.vault.unseal_text(row.details_sealed, "signal"))
        except Unreadable:
            return None

    async def _about(self, entered: Entered) -> int | None:
        """The one conversation of whom it is about; of several it is nobody's: we never guess."""
        async with self.house.db.read() as conn:
            found = await find(self.house, conn, entered)
        return found.pop() if len(found) == 1 else None

    async def _to_file(self, row: _Row, entered: Entered, conversation_id: int) -> bool | None:
        """Whether it went to that file; False: another process was first. None: help there ended too long ago."""
        async with locked(self.house, conversation_id) as (one, conn):
            route = route_of(await cases.cases(conn, one.id), date.fromisoformat(entered.received))
            if route == store.ORDINARY:
                return None
            kept: dict[str, Json] = {"amount": entered.amount, "sender": entered.sender}
            values = {"route": route, "conversation_id": one.id}
            values["details_sealed"] = one.seal("signal", json.dumps(kept, ensure_ascii=False))
            if not await store.sort(conn, [row.id], **values):
                return False
            await _act(one, conn, row, route)
            return True


def route_of(known: Sequence[_Row], received: date) -> str:
    """Where a signal of that day goes, by the cases of a person: what is open first, then what was closed last."""
    if any(row.closed_at is None for row in known):
        return store.CASE
    ended = [date.fromisoformat(row.ended_on) for row in known if row.ended_on]
    return store.LAST if ended and received <= closing.keys_until(max(ended)) else store.ORDINARY


# ---- what follows --------------------------------------------------------------------------------------------------


async def _act(one: Talk, conn: AsyncConnection, row: _Row, route: str) -> None:
    kind = "signal" if route == store.CASE else "signal_after"
    one.record(kind, {"kind": row.kind, "day": row.received_on})
    if route == store.CASE:
        await _ask(one, conn)
        return
    why = await _never(one, conn)
    if why is not None:
        await _call(one, conn, why)
        return
    invited = await store.invited_at(conn, one.id)
    waits = (await store.invitation(conn, one.id) or ("", None))[0] == "waiting"
    if waits or (invited is not None and invited > one.now - APART // timedelta(milliseconds=1)):
        return  # it is on file: no second invitation so soon
    at = to_ms(allowed.sending_time(one.house.calendar, from_ms(one.now), one.id))
    known = await known_contact(one, conn, one.id)
    _plan(one, store.INVITED, at, {"name": known.name})
    _plan(one, store.ANSWERED, at + PATIENCE // timedelta(milliseconds=1), None)


async def _never(one: Talk, conn: AsyncConnection) -> str | None:
    """Why the bot invites nobody here, as a code; a human calls, or knows better."""
    known = await cases.cases(conn, one.id)
    if any(row.reason == closing.DEATH for row in known):
        return "died"
    if one.columns["paused_at"] is not None or (await standing.read(one, conn)).crises:
        return "crisis"
    if one.opted_out_at is not None:
        return "opted_out"
    return None if one.is_reached else "no_address"


async def _ask(one: Talk, conn: AsyncConnection) -> None:
    """A human has a look: who knows this person."""
    await give(one, conn)
    clocks.ask_human(one, Urgency.NORMAL, clocks.due(one, clocks.promises(one).first_contact))


async def _call(one: Talk, conn: AsyncConnection, why: str) -> None:
    """Who knows this person calls them instead; ``why`` is on file."""
    await _ask(one, conn)
    one.record("signal_call", {"why": why})


def _plan(one: Talk, kind: str, at: int, about: Json) -> None:
    sealed = None if about is None else one.seal("ping", json.dumps(about))
    one.staged.plans.append(
        {"conversation_id": one.id, "kind": kind, "created_at": one.now, "due_at": at, "about_sealed": sealed}
    )


# ---- the invitation (``bot.falling``) ------------------------------------------------------------------------------


async def recheck(ping: Fallen, about: Json, talk: Talk, conn: AsyncConnection) -> Allowed:
    """Help did not begin again meanwhile, and nothing speaks against it but rule 9."""
    if any(row.closed_at is None for row in await cases.cases(conn, talk.id)):
        return Allowed("open_case")
    why = await _never(talk, conn)
    return await unasked(talk, conn) if why is None else Allowed(why)


async def dropped(ping: Fallen, about: Json, reason: str, talk: Talk, conn: AsyncConnection) -> None:
    """A human calls instead."""
    talk.staged.cancels.append((talk.id, (store.ANSWERED,), "dropped"))
    await _call(talk, conn, reason)


async def going(ping: Fallen, about: Json, talk: Talk, conn: AsyncConnection) -> None:
    """It is said now; a week later we look whether there was an answer."""
    await _mark(talk, conn, ("new",), "invited")
    talk.record(store.WAS_INVITED)
    _plan(talk, store.ANSWERED, talk.now + PATIENCE // timedelta(milliseconds=1), None)


async def answered(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
    """Whether the invitation was said, and answered: else a human calls."""
    state, reason = await store.invitation(conn, talk.id) or ("", None)
    if state == "waiting":  # outside sending hours, or too much was said this week
        await conversations.postpone_ping(conn, ping.ping_id, talk.now + timedelta(days=1) // timedelta(milliseconds=1))
        return
    if not await conversations.finish_ping(conn, ping.ping_id, "done", None):
        return
    invited, heard = await store.invited_at(conn, talk.id), talk.columns["last_inbound_at"] or 0
    if state == "done" and invited is not None and heard >= invited:
        return
    if not any(row.closed_at is None for row in await cases.cases(conn, talk.id)):
        await _call(talk, conn, "silent" if state == "done" else reason or "failed")


async def _mark(talk: Talk, conn: AsyncConnection, states: Collection[str], state: str) -> None:
    where = (signal.c.conversation_id == talk.id, signal.c.route == store.LAST, signal.c.state.in_(states))
    await store.change(conn, *where, state=state)
