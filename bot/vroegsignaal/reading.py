"""Signals as the desk reads them: on a file, and on the ordinary route. Only ``bot.desk.access`` does."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import to_ms
from bot.house import House
from bot.privacy import looks
from bot.privacy.vault import Unreadable
from bot.takeover import Staff
from bot.vroegsignaal.entering import Entered
from storage import closing
from storage import signals as store

#: So many on the ordinary route are listed; the rest follows when these are taken up.
MOST = 100


@dataclass(frozen=True, slots=True)
class OnFile:
    """A signal on someone's file. ``day`` is ISO 8601, ``amount`` in cents; ``state`` is ``new|invited|done``."""

    id: int
    kind: str
    day: str
    route: str
    state: str
    amount: int | None
    sender: str


@dataclass(frozen=True, slots=True)
class OnRoute:
    """A signal on the ordinary route; ``signal`` None: it cannot be read any more."""

    id: int
    signal: Entered | None
    by: str


async def of_file(house: House, conn: AsyncConnection, conversation_id: int) -> tuple[tuple[OnFile, ...], int]:
    """The signals of a file, the newest first, and by how many keys others would find it. The key is at hand."""
    found = []
    for row in await store.of(conn, conversation_id):
        told = json.loads(house.vault.unseal_text(row.details_sealed, "signal"))
        amount, sender = told.get("amount"), str(told.get("sender") or "")
        found.append(OnFile(row.id, row.kind, row.received_on, row.route, row.state, amount, sender))
    return tuple(found), await closing.count_keys(conn, conversation_id)


async def ordinary(house: House, staff: Staff) -> tuple[OnRoute, ...]:
    """Those that nobody took up yet, the oldest first, and that this colleague read them."""
    async with house.db.begin() as conn:
        rows = await store.ordinary(conn, MOST)
        now = to_ms(house.clock.now())
        await store.looked(conn, staff.id, now)
        await looks.record(house, conn, "signals", staff.id, [(None, None)], now)
    await house.vault.prepare({row.key_id for row in rows})
    return tuple(OnRoute(row.id, _entered(house, row.details_sealed), row.name) for row in rows)


async def count(house: House) -> int:
    """How many of these there are."""
    async with house.db.read() as conn:
        return await store.count_ordinary(conn)


def _entered(house: House, sealed: bytes) -> Entered | None:
    try:
        return Entered.loads(house.vault.unseal_text(sealed, "signal"))
    except Unreadable:
        return None
