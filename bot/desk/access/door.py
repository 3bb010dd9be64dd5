"""The one door to files: it checks who may and puts the look, or the search, on record (invariant 7)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import to_ms
from bot.desk.access.opened import File
from bot.desk.accounts import Staff
from bot.desk.roles import AUDITOR, CASEWORKER, COORDINATOR, HELPS
from bot.errors import Refused
from bot.house import House
from bot.privacy import looks
from bot.privacy.vault import Unreadable
from bot.signals import INBOX
from storage import admissions, conversations, files, merging

#: Why someone was let in by itself.
ALARM = {"code": "alarm"}

#: A look or search is put on record once in so many milliseconds per person and file: an open page asks again.
LOOK_LASTS = 10 * 60 * 1000


class Moved(Refused):
    """The file became one with another, whose number is ``to``."""

    def __init__(self, to: int) -> None:
        self.to = to
        super().__init__("moved")


class Shut(Refused):
    """This file is not one that they may open; in an emergency they may, with a reason."""

    def __init__(self, conversation_id: int) -> None:
        self.conversation_id = conversation_id
        super().__init__("shut")


async def open_file(house: House, staff: Staff, conversation_id: int, *, acting: bool = False) -> File:
    """The file of a conversation, for this member of staff, who looks at it or (``acting``) changes something.

    Refused: ``gone`` (there is none), ``not_allowed``, ``erased`` (the person was, or their key is gone); ``Shut``: it
    is another team's; ``Moved``: it is another file now, which is opened, and its look recorded, when one goes there.

    Who helps can always reach someone of whom an alarm rings: opening such a file of another team is an emergency by
    itself, which is on record and which a coordinator sees.
    """
    if acting and not staff.may_act:
        raise Refused("not_allowed")
    now = to_ms(house.clock.now())
    async with house.db.read() as conn:
        row = await files.head(conn, conversation_id)
        survivor = await merging.survivor(conn, conversation_id) if row is not None and row.queue == "merged" else None
        may = conversation_id in await openable(conn, staff, now, [conversation_id])
        rings = not may and bool(await admissions.ringing(conn, [conversation_id]))
    if survivor is not None and survivor != conversation_id:
        raise Moved(survivor)
    if row is None:
        raise Refused("gone")
    await house.vault.prepare({row.key_id})
    if row.queue == "merged":
        raise Refused("gone" if readable(house, row.key_id) else "erased")
    if not may and not (rings and staff.role in HELPS):
        raise Shut(conversation_id)
    if not readable(house, row.key_id):
        raise Refused("erased")
    if not may:
        await let_in(house, staff, row, ALARM)
    await record(house, staff, "looked", [(conversation_id, row.person_id)])
    return File(house, row)


async def openable(conn: AsyncConnection, staff: Staff, now: int, ids: Collection[int]) -> set[int]:
    """Which of these conversations this member of staff may open at ``now`` (milliseconds UTC)."""
    if not ids or staff.role == COORDINATOR:
        return set(ids)
    if staff.role == CASEWORKER:
        return await admissions.opened(conn, staff.id, now, ids)
    if staff.role == AUDITOR:
        return {one for one in ids if await admissions.is_let_in(conn, staff.id, now, one)}
    return set()


async def let_in(house: House, staff: Staff, head: Row[*tuple[Any, ...]], reason: Mapping[str, str]) -> None:
    """Lets someone in by emergency, for as long as the municipality set, and puts that on record. ``head`` is the
    file's row. Refused ``gone``."""
    now = to_ms(house.clock.now())
    async with house.db.begin() as conn:
        owner = next(iter(await conversations.lock(conn, [head.id])), None)
        if owner is None:  # became part of another, or was erased, this very moment
            raise Refused("gone")
        if await admissions.is_let_in(conn, staff.id, now, head.id):
            return
        await house.vault.prepare([owner.key_id])
        await admissions.add(
            conn,
            head.id,
            staff.id,
            granted_by=None,
            reason_sealed=house.vault.seal_text(owner.key_id, "admission", json.dumps(reason)),
            now=now,
            expires_at=now + house.config.desk.emergency_minutes * 60_000,
        )
        people = [(int(head.id), int(head.person_id))]
        await files.record(conn, "emergency", staff.id, people, now)
        await looks.record(house, conn, "emergency", staff.id, people, now)
    house.signals.publish([INBOX])


async def record(house: House, staff: Staff, kind: str, people: Iterable[tuple[int, int]]) -> None:
    """Puts on record what this member of staff did with these conversations and persons, before anything is shown."""
    now, wanted = to_ms(house.clock.now()), dict(people)
    if not wanted:
        return
    async with house.db.read() as conn:
        known = await files.on_record(conn, kind, staff.id, wanted, now - LOOK_LASTS)
    if new := [one for one in wanted.items() if one[0] not in known]:
        async with house.db.begin() as conn:
            await files.record(conn, kind, staff.id, new, now)
            await looks.record(house, conn, kind, staff.id, new, now)


def readable(house: House, key_id: int) -> bool:
    """Whether the person was not erased: only a key that is there seals anything."""
    try:
        house.vault.seal(key_id, "readable", b"")
    except Unreadable:
        return False
    return True
