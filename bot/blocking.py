"""A platform tells that a person blocked us, or takes that back: it is an opt-out, not an error."""

from __future__ import annotations

from sqlalchemy import insert, update

from bot import identity
from bot.clock import to_ms
from bot.house import House
from storage.tables import address, event


async def set_blocked(house: House, channel: str, external_id: str, blocked: bool) -> None:
    """Nothing goes to this address any more, or again. Nobody new is made; the same twice is one."""
    whom = await identity.find(house, channel, external_id)
    if whom is None or whom.address_id is None:
        return
    now = to_ms(house.clock.now())
    is_other = address.c.blocked_at.is_(None) if blocked else address.c.blocked_at.is_not(None)
    change = update(address).where(address.c.id == whom.address_id, is_other)
    async with house.db.begin() as conn:
        done = await conn.execute(change.values(blocked_at=now if blocked else None))
        if done.rowcount:
            await conn.execute(
                insert(event).values(
                    conversation_id=whom.conversation_id,
                    person_id=whom.person_id,
                    kind="blocked" if blocked else "unblocked",
                    created_at=now,
                )
            )
    house.signals.publish([str(whom.conversation_id)])
