"""The one door to files: it checks who may and puts the look, or the search, on record (invariant 7)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.clock import to_ms
from bot.desk.access.opened import File
from bot.desk.accounts import Staff
from bot.errors import Refused
from bot.house import House
from bot.privacy import looks
from bot.privacy.vault import Unreadable
from storage import files, merging

#: A look or search is put on record once in so many milliseconds per person and file: an open page asks again.
LOOK_LASTS = 10 * 60 * 1000


class Moved(Refused):
    """The file became one with another, whose number is ``to``."""

    def __init__(self, to: int) -> None:
        self.to = to
        super().__init__("moved")


async def open_file(house: House, staff: Staff, conversation_id: int, *, acting: bool = False) -> File:
    """The file of a conversation, for this member of staff, who looks at it or (``acting``) changes something.

    Refused: ``gone`` (there is none), ``not_allowed``, ``erased`` (the person's key was destroyed); ``Moved``: it is
    another file now, which is opened, and its look recorded, when one goes there.
    """
    if acting and not staff.may_act:
        raise Refused("not_allowed")
    async with house.db.read() as conn:
        row = await files.head(conn, conversation_id)
        survivor = await merging.survivor(conn, conversation_id) if row is not None and row.queue == "merged" else None
    if survivor is not None and survivor != conversation_id:
        raise Moved(survivor)
    if row is None or row.queue == "merged":
        raise Refused("gone")
    await house.vault.prepare({row.key_id})
    if not readable(house, row.key_id):
        raise Refused("erased")
    await record(house, staff, "looked", [(conversation_id, row.person_id)])
    return File(house, row)


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
