"""What a platform tells of a message that it took: it arrived, was read, or could not be delivered after all."""

from __future__ import annotations

from collections.abc import Iterable

from bot import undelivered
from bot.clock import to_ms
from bot.house import House
from bot.signals import INBOX, OUTBOX
from storage import outgoing


def index_of(house: House, channel: str, platform_id: str) -> bytes:
    """Under which a platform's id of a message is kept."""
    return house.vault.index("receipt", f"{channel}:{platform_id}")


async def note(house: House, channel: str, platform_id: str, state: str, reason: str | None = None) -> None:
    """A receipt: ``delivered``, ``read`` or ``failed`` (for ``reason``). A message never goes backwards; a receipt of
    one that is not known yet is kept until it is."""
    external = index_of(house, channel, platform_id)
    now = to_ms(house.clock.now())
    if await _apply(house, external, state, reason):
        return
    async with house.db.begin() as conn:
        if not await outgoing.keep_early(conn, external, state, reason, now):
            return
    # Who noted it as sent may have looked for early receipts just before this one was there.
    await _apply(house, external, state, reason)


async def catch_up(house: House, externals: Iterable[bytes]) -> None:
    """Applies what was told of these messages before they were noted as sent. After that commit: what comes later
    finds them."""
    indexes = list(externals)
    if not indexes:
        return
    async with house.db.read() as conn:
        told = await outgoing.early(conn, indexes)
    for row in told:
        await _apply(house, row.external_index, row.state, row.reason)


async def _apply(house: House, external: bytes, state: str, reason: str | None) -> bool:
    """Moves the message forward; whether it moved."""
    conversation = None
    async with house.db.begin() as conn:
        if state == "failed" and (known := await outgoing.known(conn, external)) is not None:
            conversation = await undelivered.lock(conn, known)
        found = await outgoing.received(conn, external, state, reason)
        if found is None:
            return False
        if state == "failed":
            await undelivered.follow_up(house, conn, conversation, found.id, reason or "rejected")
    house.signals.publish([INBOX, OUTBOX, str(found.conversation_id)])
    return True
