"""The conversation as a helper sees it: only what was marked as for helpers, looked at once more when it is read."""

from __future__ import annotations

from dataclasses import dataclass

from bot import content as contents
from bot.content import Content, SentButton
from bot.helping import private
from bot.helping.keeping import Guest
from bot.house import House
from flows import helping
from storage import helpers as store


@dataclass(frozen=True, slots=True)
class Shown:
    """A message. ``place`` is its number for helpers, ``seq`` that in the conversation, never told them; ``at`` in
    milliseconds UTC; ``buttons`` are those that a helper may tap."""

    place: int
    seq: int
    at: int
    author: str  # resident|helper|caseworker|bot
    staff_id: int | None
    helper_id: int | None
    content: Content
    text: str
    buttons: tuple[SentButton, ...] = ()


async def messages(
    house: House, guest: Guest, *, after: int | None = None, before: int = 2**31 - 1, limit: int = 60
) -> list[Shown]:
    """Those after a place, or the last ones before one, in order. Raises ``Unreadable`` when the person was erased."""
    async with house.db.read() as conn:
        rows = await store.shown(conn, guest.conversation_id, guest.start, after=after, before=before, limit=limit)
    await house.vault.prepare({house.vault.key_of(row.content_sealed) for row in rows})
    found = []
    for row in rows:
        content = contents.loads(house.vault.unseal_text(row.content_sealed, "message"))
        if not private.is_shown(row.author, content):
            continue
        may = guest.may == "act" and row.author == "bot" and not content.many
        buttons = tuple(button for button in content.buttons if may and helping.may_tap(button.data))
        text = private.for_helper(content)
        who = (row.author, row.staff_id, row.helper_id)
        found.append(Shown(row.place, row.seq, row.created_at, *who, content, text, buttons))
    return found


async def newest(house: House, guest: Guest) -> int:
    """The place of the last message that is for helpers: of others nothing is told, not even that they came."""
    async with house.db.read() as conn:
        return await store.newest(conn, guest.conversation_id, guest.start)
