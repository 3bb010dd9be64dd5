"""Legal holds: someone who may says that nothing of a file goes, because of a lawsuit, a complaint, an investigation;
retention and erasure leave it alone until the last day is over or someone lifts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import to_ms
from bot.errors import Refused
from bot.house import House
from bot.privacy import looks
from bot.privacy.masking import clean, says
from bot.takeover import Staff, is_new, locked
from storage import holds as store

#: Lengths of a reason, in characters.
SHORTEST, LONGEST = 10, 500


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold on a file. Instants in milliseconds UTC; ``until`` is its last day, None: until it is lifted. ``stands``:
    today. ``by`` and ``lifted_by`` are names."""

    id: int
    placed_at: int
    by: str | None
    until: date | None
    reason: str
    stands: bool
    lifted_at: int | None
    lifted_by: str | None


async def of_file(house: House, conn: AsyncConnection, conversation_id: int) -> tuple[Hold, ...]:
    """All that ever were on a file, the newest first. The person's key is prepared; raises ``Unreadable``."""
    today = house.calendar.day_of(house.clock.now())
    found = []
    for row in await store.of(conn, conversation_id):
        until = None if row.until is None else date.fromisoformat(row.until)
        stands = row.lifted_at is None and (until is None or until >= today)
        reason = house.vault.unseal_text(row.reason_sealed, "legal_hold")
        found.append(
            Hold(row.id, row.placed_at, row.placed_name, until, reason, stands, row.lifted_at, row.lifted_name)
        )
    return tuple(found)


async def place(house: House, conversation_id: int, staff: Staff, *, reason: str, until: str, client_id: str) -> None:
    """Nothing of this file goes any more, up to and including the day ``until`` (ISO 8601; empty: until it is lifted).

    Refused ``why_held`` (a reason that says nothing), ``too_long``, ``no_hold_day`` (no day, or one that is over). The
    same ``client_id`` again does nothing."""
    words = clean(reason).strip() if says(reason) else ""
    if len(words) < SHORTEST:
        raise Refused("why_held")
    if len(words) > LONGEST:
        raise Refused("too_long")
    last = _last_day(house, until)
    async with locked(house, conversation_id) as (one, conn):
        if not await is_new(client_id, one, conn):
            return
        await store.place(
            conn,
            conversation_id=one.id,
            reason_sealed=one.seal("legal_hold", words),
            placed_at=one.now,
            placed_by=staff.id,
            until=last,
        )
        one.record("hold_placed", {"until": last}, staff_id=staff.id)
    await _look(house, "hold_placed", staff, one.id, one.person_id)


async def lift(house: House, conversation_id: int, staff: Staff, number: int) -> None:
    """What is past its term goes again. Refused ``no_hold``: it was lifted before."""
    async with locked(house, conversation_id) as (one, conn):
        if not await store.lift(conn, one.id, number, staff.id, one.now):
            raise Refused("no_hold")
        one.record("hold_lifted", staff_id=staff.id)
    await _look(house, "hold_lifted", staff, one.id, one.person_id)


def _last_day(house: House, typed: str) -> str | None:
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise Refused("no_hold_day") from None
    if day < house.calendar.day_of(house.clock.now()):
        raise Refused("no_hold_day")
    return day.isoformat()


async def _look(house: House, kind: str, staff: Staff, conversation_id: int, person_id: int) -> None:
    """In a transaction of its own: whoever makes the chain longer holds it until the end."""
    async with house.db.begin() as conn:
        await looks.record(house, conn, kind, staff.id, [(conversation_id, person_id)], to_ms(house.clock.now()))
