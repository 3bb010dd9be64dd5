"""A platform tells that a person has another number: the old one will be someone else's."""

from __future__ import annotations

import json

from sqlalchemy import insert, select, update

from bot import identity
from bot.clock import to_ms
from bot.house import House
from storage import conversations
from storage.merging import MERGED
from storage.tables import address, conversation, event


async def left_number(house: House, channel: str, external_id: str, message_id: str) -> None:
    """Makes an address lead nowhere, once for each ``message_id``: whoever writes from it is new, and nothing goes
    there, not even what was asked for. The person's file says so. Nobody new is made."""
    whom = await identity.find(house, channel, external_id)
    if whom is None or whom.address_id is None:
        return
    now = to_ms(house.clock.now())
    index = house.vault.index("received", message_id)
    notice = {"scope": channel, "external_index": index, "received_at": now}
    async with house.db.begin() as conn:
        known = await conversations.was_received(conn, channel, index)
        if known or not await conversations.receive(conn, [notice]):
            return
        owner = await identity.forget(conn, house, whom)
        await conn.execute(update(address).where(address.c.id == whom.address_id).values(blocked_at=now, preferred=0))
        theirs = select(conversation.c.id).where(conversation.c.person_id == owner.id, conversation.c.queue != MERGED)
        conversation_id = (await conn.execute(theirs)).scalar_one()
        await conn.execute(
            insert(event).values(
                conversation_id=conversation_id,
                person_id=owner.id,
                kind="number_changed",
                created_at=now,
                detail_sealed=house.vault.seal_text(owner.key_id, "event", json.dumps({"channel": channel})),
            )
        )
    house.signals.publish([str(conversation_id)])
