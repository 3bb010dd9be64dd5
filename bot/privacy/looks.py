"""The chain of looks: who saw, searched, exported or erased whose data, so that changing the record afterwards shows.

Each row's digest is made with a key from the key store, of the digest before it and of what the row says. Who can
change the data but has no keys can therefore change, leave out or put in nothing without it showing; cutting off the
end shows by the mark in the key store, and cutting off the beginning by the mark that retention makes there.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import to_ms
from bot.house import House
from bot.privacy.vault import Vault
from storage import looks as store
from storage.database import after_commit
from storage.looks import END, NOTHING, START, Mark

log = logging.getLogger(__name__)

#: Rows in memory at a time.
PIECE = 1000

#: What one person is shown of theirs.
MOST_OF_PERSON = 500

#: What a row says beside its number, which its digest is also made of.
_SAID = ("at", "kind", "staff_id", "conversation_id", "person_id")

#: What does not hold: a row that was changed (or put in, or moved), one that is missing, an end that was cut off, or
#: one that was cut off and grown anew.
Wrong = Literal["changed", "missing", "cut_off", "grown_anew"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain holds. ``checked`` rows, from number ``first`` to ``last`` (0 and 0: there are none); ``wrong``
    names the first thing that does not hold, and ``at`` the number of its row."""

    checked: int
    first: int
    last: int
    wrong: Wrong | None = None
    at: int = 0

    @property
    def holds(self) -> bool:
        """Whether all is as it was written."""
        return self.wrong is None


@dataclass(frozen=True, slots=True)
class Seen:
    """Someone saw something of a person, or did something with it. ``at`` in milliseconds UTC; ``kind`` as in
    ``look.kind``; ``name`` and ``role`` of the colleague, None: a command on the server."""

    at: int
    kind: str
    name: str | None
    role: str | None


async def record(
    house: House,
    conn: AsyncConnection,
    kind: str,
    staff_id: int | None,
    people: Iterable[tuple[int | None, int | None]],
    now: int,
) -> None:
    """Adds to the chain, in the caller's write transaction, that this happened with each of ``people`` (conversation
    and person) at ``now`` (milliseconds UTC).

    Until the transaction ends nobody else can add: on PostgreSQL it comes after every other lock of the transaction.
    """
    rows: list[dict[str, Any]] = [
        {
            "at": now,
            "kind": kind,
            "staff_id": staff_id,
            "conversation_id": conversation_id,
            "person_id": person_id,
        }
        for conversation_id, person_id in people
    ]
    if not rows:
        return
    await store.hold(conn)
    mark = await store.end(conn)
    if mark is None:  # the first ever, or retention removed all there was
        mark = await _start(house)
    for row in rows:
        mark = Mark(mark.seq + 1, _digest(house.vault, mark, row))
        row |= {"seq": mark.seq, "digest": mark.digest}
    await store.add(conn, rows)
    after_commit(conn, "looks", lambda: note(house))


async def note(house: House) -> None:
    """Notes in the key store how far the chain has come, if what was noted before is still in it. Raises nothing: what
    was missed is noted with the next."""
    try:
        while not await _noted(house):
            pass
    except (SQLAlchemyError, OSError) as error:
        log.warning("the end of the chain of looks could not be noted: %s", type(error).__name__)


async def _noted(house: House) -> bool:
    """False: someone else noted another end just now."""
    async with house.keys.read() as conn:
        known, start = await store.anchored(conn, END), await store.anchored(conn, START) or NOTHING
    async with house.db.read() as conn:
        end = await store.end(conn)
        there = known if known is None else await store.at(conn, known.seq)
    if end is None or (known is not None and (end.seq <= known.seq or (known.seq > start.seq and there != known))):
        return True
    async with house.keys.begin() as conn:
        return await store.move_anchor(conn, END, known, end, to_ms(house.clock.now()))


async def verify(house: House, *, newest: int | None = None) -> Verdict:
    """Walks the chain, a piece at a time, and gives the first row that does not hold. With ``newest``: only that many
    rows at its end, whose beginning is then taken as it stands."""
    start = await _start(house)
    verdict = await _walk(house, start, newest)
    if not verdict.holds and await _start(house) != start:  # its beginning was removed meanwhile, as it should be
        return await verify(house, newest=newest)
    return verdict


async def _walk(house: House, start: Mark, newest: int | None) -> Verdict:
    # What is noted was committed before: read first, so that it is not ahead of what is read of the chain afterwards.
    async with house.keys.read() as conn:
        noted = await store.anchored(conn, END)
    if noted is not None and noted.seq <= start.seq:  # removed since
        noted = None
    if newest is not None:
        async with house.db.read() as conn:
            end = await store.end(conn)
            skipped = 0 if end is None else end.seq - newest
            if skipped > start.seq:
                found = await store.at(conn, skipped)
                if found is None:
                    return Verdict(0, 0, 0, "missing", skipped)
                if noted is not None and noted.seq <= skipped:
                    if await store.at(conn, noted.seq) != noted:
                        return Verdict(0, 0, 0, "grown_anew", noted.seq)
                    noted = None
                start = found
    mark, checked = start, 0
    while True:
        async with house.db.read() as conn:
            rows = await store.after(conn, mark.seq, PIECE)
        for row in rows:
            wrong = _wrong(house.vault, mark, row, noted)
            if wrong is not None:
                at = mark.seq + 1
                return Verdict(checked, start.seq + 1 if checked else 0, mark.seq if checked else 0, wrong, at)
            mark, checked = Mark(row.seq, row.digest), checked + 1
        if len(rows) < PIECE:
            break
    first, last = (start.seq + 1, mark.seq) if checked else (0, 0)
    if noted is not None and noted.seq > mark.seq:
        return Verdict(checked, first, last, "cut_off", mark.seq + 1)
    return Verdict(checked, first, last)


def _wrong(vault: Vault, before: Mark, row: Row[*tuple[Any, ...]], noted: Mark | None) -> Wrong | None:
    if row.seq != before.seq + 1:
        return "missing"
    said = {name: getattr(row, name) for name in _SAID}
    if not hmac.compare_digest(_digest(vault, before, said), row.digest):
        return "changed"
    if noted is not None and row.seq == noted.seq and row.digest != noted.digest:
        return "grown_anew"
    return None


async def prune(house: House, before: int, *, dry: bool = False) -> int:
    """Removes the rows at the beginning that are of before an instant (milliseconds UTC), and gives how many; ``dry``:
    only says so.

    Where the chain begins from then on is noted in the key store first: stopped half-way, the rows that are still there
    count as removed, and the next time they are.
    """
    start = await _start(house)
    async with house.db.read() as conn:
        last = await store.last_before(conn, before, start)
        upto = start if last is None else last
        if dry:
            return await store.count_upto(conn, upto.seq)
    if last is not None:
        async with house.keys.begin() as conn:
            known = await store.anchored(conn, START)
            await store.move_anchor(conn, START, known, last, to_ms(house.clock.now()))
    async with house.db.begin() as conn:
        return await store.remove_upto(conn, upto.seq)


async def accept_end(house: House) -> Verdict:
    """Goes on from the end that is there, although more had been noted: after the data were restored from a backup,
    and by hand only. That it was done becomes a row of the chain (``restored``), so that it stays to be seen. Gives the
    verdict from before; does nothing when the end was as noted."""
    verdict = await verify(house)
    if verdict.wrong not in ("cut_off", "grown_anew"):
        return verdict
    now = to_ms(house.clock.now())
    async with house.db.begin() as conn:
        await record(house, conn, "restored", None, [(None, None)], now)
    async with house.db.read() as conn:
        end = await store.end(conn)
    async with house.keys.begin() as conn:
        known = await store.anchored(conn, END)
        if end is not None:
            await store.move_anchor(conn, END, known, end, now)
    return verdict


async def of_person(house: House, person_id: int) -> list[Seen]:
    """Who saw something of this person or did something with it, the newest first, at most `MOST_OF_PERSON`; what
    happened with who became one with them included."""
    async with house.db.read() as conn:
        rows = await store.of_person(conn, person_id, MOST_OF_PERSON)
    return [Seen(row.at, row.kind, row.name, row.role) for row in rows]


async def _start(house: House) -> Mark:
    async with house.keys.read() as conn:
        return await store.anchored(conn, START) or NOTHING


def _digest(vault: Vault, before: Mark, row: dict[str, Any]) -> bytes:
    said = json.dumps([before.seq + 1, *(row[name] for name in _SAID)])
    return vault.mac("look", before.digest + said.encode())
