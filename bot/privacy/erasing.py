"""A person's data go, as far as they may: all of it, or all but what has to stay (AVG art. 17 (1) and (3)).

Where nothing has to stay, every row goes and the person's key is destroyed. Where something has to, the rest goes and
what stays is sealed under a new key before the old one is destroyed. Either way no copy of the data from before can be
read again, because the key store is none of it.

What goes and which key is of no use any more are written in one transaction; the key is destroyed after it. Whoever
dies in between leaves the key noted, and `finish` destroys it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from dateutil.relativedelta import relativedelta
from sqlalchemy import Row, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import from_ms, to_ms
from bot.house import House
from bot.privacy import looks
from bot.privacy.vault import Damaged, Unreadable
from bot.signals import INBOX, OUTBOX
from storage import conversations
from storage import erasing as store
from storage.erasing import Part
from storage.tables import event, person

log = logging.getLogger(__name__)

#: Why something stays: help goes on, the file is within its term, a legal hold, or an alarm that nobody took up yet.
Why = Literal["open_case", "term", "hold", "danger"]

_Row = Row[*tuple[Any, ...]]

#: What is with a platform comes back first: so often, after so many seconds, it is looked whether it did.
TRIES, PAUSE = 50, 0.2

#: Whether something still holds of a conversation that is locked.
Still = Callable[[AsyncConnection, int], Awaitable[bool]]

#: What goes also where the file stays.
BESIDE_FILE: tuple[Part, ...] = ("chat", "draft", "helpers", "links", "grades", "moments", "planned")
ALL: tuple[Part, ...] = (*BESIDE_FILE, "file")


@dataclass(frozen=True, slots=True)
class Stays:
    """That something stays, and until the end of which day; None: as long as the reason lasts."""

    why: Why
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What erasing a person would do, or did. ``goes``: how many rows of each part. ``stays``: why the file stays, with
    the name and the addresses by which the person is known. ``held``: why nothing goes at all."""

    person_id: int
    goes: tuple[tuple[Part, int], ...] = ()
    stays: tuple[Stays, ...] = ()
    held: tuple[Stays, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing of the person is left to be read."""
        return not self.stays and not self.held


class _InFlight(Exception):
    """Something of theirs is with a platform this very moment."""


class NobodyThere(LookupError):
    """There is no such person, or they were erased before."""


async def plan(house: House, person_id: int) -> Plan:
    """What erasing would do now. Raises ``NobodyThere``."""
    async with house.db.read() as conn:
        number = await store.survivor(conn, person_id)
        found = None if number is None else await store.whole(conn, number)
        if found is None:
            raise NobodyThere
        return await _plan(house, conn, *found)


async def erase(house: House, person_id: int, *, by_staff: int | None, why: str) -> Plan:
    """Erases a person as far as that may be; gives what was done. ``by_staff`` None: it happened by itself, at the
    person's own request or at the end of a term; ``why`` is a code, for the record. Held, nothing changes. Raises
    ``NobodyThere``.

    What waits to be sent to them goes too: what they are to hear of it is said before.
    """
    done = await _erase(house, person_id, by_staff, why)
    await finish(house)
    assert done is not None
    return done


async def erase_whole(house: House, person_id: int, still: Still) -> bool:
    """Erases a person whose terms are over, if ``still`` says so once they are locked and nothing of them has to stay;
    gives whether they were. The caller calls `finish`."""
    try:
        return await _erase(house, person_id, None, "term", still) is not None
    except NobodyThere:
        return False


async def finish(house: House) -> None:
    """Destroys the keys that are of no use any more. What fails, or was left by a process that died, is done the next
    time."""
    try:
        async with house.db.read() as conn:
            keys = await store.spent(conn)
        for key_id in keys:
            await house.vault.destroy(key_id, to_ms(house.clock.now()))
            async with house.db.begin() as conn:
                await store.forget_spent(conn, key_id)
    except Exception as error:
        log.error("a key of no use any more could not be destroyed: %s", type(error).__name__)


def file_until(house: House, ended_on: str | None, closed_at: int) -> date:
    """The last day on which a closed case is kept: its term counts from the day of the decision that ended the help."""
    day = date.fromisoformat(ended_on) if ended_on else house.calendar.day_of(from_ms(closed_at))
    return day + relativedelta(months=house.config.retention.file_months)


async def holds(house: House, conn: AsyncConnection, conversation_id: int) -> tuple[Stays, ...]:
    """The legal holds that stand today; one whose last day is over does not."""
    today = house.calendar.day_of(house.clock.now())
    days = [until and date.fromisoformat(until) for until in await store.holds(conn, conversation_id)]
    return tuple(Stays("hold", day or None) for day in days if not day or day >= today)


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _plan(house: House, conn: AsyncConnection, who: _Row, its: _Row) -> Plan:
    held = await holds(house, conn, its.id)
    if its.paused_at is not None or await store.in_danger(conn, its.id):
        held = (*held, Stays("danger"))
    if held:
        return Plan(who.id, held=held)
    stays = await _why_file_stays(house, conn, its.id)
    goes = await store.count(conn, who.id, its.id, BESIDE_FILE if stays else ALL)
    return Plan(who.id, tuple(goes.items()), stays)


async def _why_file_stays(house: House, conn: AsyncConnection, conversation_id: int) -> tuple[Stays, ...]:
    cases = await store.cases(conn, conversation_id)
    if any(case.closed_at is None for case in cases):
        return (Stays("open_case"),)
    last = max((file_until(house, case.ended_on, case.closed_at) for case in cases), default=None)
    if last is not None and last >= house.calendar.day_of(house.clock.now()):
        return (Stays("term", last),)
    return ()


async def _erase(
    house: House, person_id: int, by_staff: int | None, why: str, still: Still | None = None
) -> Plan | None:
    """With ``still`` a person as a whole or, when it says no, nothing: None."""
    for _ in range(TRIES):
        try:
            return await _try(house, person_id, by_staff, why, still)
        except _InFlight:
            await asyncio.sleep(PAUSE)
    return await _try(house, person_id, by_staff, why, still, patient=False)


async def _try(
    house: House, person_id: int, by_staff: int | None, why: str, still: Still | None, *, patient: bool = True
) -> Plan | None:
    now = to_ms(house.clock.now())
    async with house.db.begin() as conn:
        number = await store.survivor(conn, person_id)
        found = None if number is None else await store.whole(conn, number, lock=True)
        if found is None:
            raise NobodyThere
        who, its = found
        await house.vault.prepare([who.key_id])
        if await house.vault.destroyed([who.key_id]):  # an old copy of the data was put back: nobody can read any of it
            done = Plan(who.id, tuple((await store.count(conn, who.id, its.id, ALL)).items()))
        else:
            done = await _plan(house, conn, who, its)
        if still is not None and not (done.whole and await still(conn, its.id)):
            return None
        if done.held:
            return done
        if patient and await store.in_flight(conn, its.id, to_ms(datetime.now(UTC))):
            raise _InFlight
        await store.answer_requests(conn, who, by_staff, now, whole=done.whole)
        if done.whole:
            await store.remove_all(conn, who, its, now, house.gemeente.languages[0])
        else:
            key_id = await reduce(house, conn, who, its, BESIDE_FILE, now)
            await conn.execute(update(person).where(person.c.id == who.id).values(reduced_at=now))
            detail = json.dumps({"why": why, "goes": [part for part, _ in done.goes]})
            told = house.vault.seal_text(key_id, "event", detail)
            row = {"conversation_id": its.id, "person_id": who.id, "staff_id": by_staff, "kind": "erased"}
            await conn.execute(insert(event).values(**row, created_at=now, detail_sealed=told))
        topics = [INBOX, OUTBOX, str(its.id)]
        await conversations.notify(conn, topics)
        await looks.record(house, conn, "erased", by_staff, [(its.id, who.id)], now)
    house.signals.publish(topics)
    return done


async def reduce(house: House, conn: AsyncConnection, who: _Row, its: _Row, parts: Collection[Part], now: int) -> int:
    """Removes these parts of a person whose rows are locked, and seals the rest under a new key, which it gives; the
    caller calls `finish` after the commit."""
    vault, old = house.vault, who.key_id
    new = await vault.new_key(now)

    async def reseal(purpose: str, blob: bytes) -> bytes:
        try:
            # Again and again: a long file takes longer than they are kept ready.
            await vault.prepare({old, new, vault.key_of(blob)})
            return vault.seal(new, purpose, vault.unseal(blob, purpose))
        except Damaged:  # as unreadable as it was
            return blob
        except Unreadable:  # what came under a key that is gone keeps nobody from being erased
            if vault.key_of(blob) == old:
                raise
            return blob

    await store.remove(conn, who, its, parts, now)
    await store.move_to_key(conn, who, its, new, now, reseal)
    await vault.prepare([new])
    return new
