"""What residents asked of their own data, of the files that one may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from bot.clock import DAY, to_ms
from bot.desk.access.door import openable, readable
from bot.desk.accounts import Staff
from bot.errors import Refused
from bot.house import House
from bot.own_data.acts import Detail, detail_of
from bot.privacy.vault import Damaged, Unreadable
from storage import requests as store

#: How long one that is over is still listed.
SHOWN = 92 * DAY


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. ``row`` of ``storage.requests``; ``name`` of who asked, as they want to be called."""

    row: Row[*tuple[Any, ...]]
    name: str | None
    detail: Detail

    @property
    def is_open(self) -> bool:
        """Whether it still asks something of one of us, or of the person."""
        return self.row.state in store.OPEN


async def open_requests(house: House, staff: Staff) -> tuple[Asked, ...]:
    """Those of the files that this member of staff may open, what is due first; then those that are over. To see the
    list is no look into a file."""
    now = house.clock.now()
    async with house.db.read() as conn:
        rows = await store.listed(conn, to_ms(now - SHOWN))
        own = await openable(conn, staff, to_ms(now), {row.conversation_id for row in rows})
    rows = [row for row in rows if row.conversation_id in own]
    await house.vault.prepare({row.key_id for row in rows})
    return tuple(_asked(house, row) for row in rows)


async def open_request(house: House, staff: Staff, number: int) -> Asked:
    """One of them; the file itself is opened beside it. Refused ``gone``."""
    async with house.db.read() as conn:
        row = await store.one(conn, number)
        own = set() if row is None else await openable(conn, staff, to_ms(house.clock.now()), [row.conversation_id])
    if row is None or row.conversation_id not in own:
        raise Refused("gone")
    await house.vault.prepare({row.key_id})
    return _asked(house, row)


def _asked(house: House, row: Row[*tuple[Any, ...]]) -> Asked:
    try:
        if not readable(house, row.key_id):
            return Asked(row, None, Detail())
        name = None if row.name_sealed is None else house.vault.unseal_text(row.name_sealed, "name")
        return Asked(row, name, detail_of(house, row.detail_sealed))
    except (Unreadable, Damaged):
        return Asked(row, None, Detail())
