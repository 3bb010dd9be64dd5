"""Files that people sent on a channel that keeps them for us: claimed, fetched, stored beside their message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import attachment, conversation, download, message, person

_FREE = or_(download.c.claimed_until.is_(None), download.c.claimed_until < bindparam("real_now"))
#: As a table expression: see ``storage.due``.
_DUE = (
    select(download.c.id)
    .where(download.c.state == "waiting", download.c.due_at <= bindparam("now"), _FREE)
    .order_by(download.c.due_at, download.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM = (
    update(download)
    .where(download.c.id.in_(select(_DUE.c.id)))
    .values(claimed_until=bindparam("until"), attempts=download.c.attempts + 1)
    .returning(download.c.id)
)
#: Bytes of the files of whom it is that were stored lately.
_LATELY = (
    select(func.coalesce(func.sum(attachment.c.size), 0))
    .join(message, message.c.id == attachment.c.message_id)
    .where(message.c.conversation_id == download.c.conversation_id, attachment.c.created_at > bindparam("since"))
    .scalar_subquery()
)
_CLAIMED = (
    select(
        download.c.id,
        download.c.message_id,
        download.c.conversation_id,
        download.c.channel,
        download.c.reference_sealed,
        download.c.attempts,
        person.c.key_id,
        _LATELY.label("lately"),
    )
    .join(conversation, conversation.c.id == download.c.conversation_id)
    .join(person, person.c.id == conversation.c.person_id)
    .where(download.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(download.c.due_at, download.c.id)
)
#: Whose it is now: two persons may have become one while the file was on its way. Who waited here for that to happen
#: finds nobody, and comes again.
_OWNED = (
    select(conversation.c.id, person.c.key_id)
    .join(download, download.c.conversation_id == conversation.c.id)
    .join(person, person.c.id == conversation.c.person_id)
    .where(download.c.id == bindparam("key"))
)
_OWNER = _OWNED.where(conversation.c.queue != "merged").with_for_update(of=conversation)
_MARK = (
    update(download)
    .where(download.c.id == bindparam("key"), download.c.state == "waiting")
    .values(
        state=bindparam("to"),
        reason=bindparam("why"),
        due_at=func.coalesce(bindparam("at"), download.c.due_at),
        attempts=download.c.attempts - bindparam("uncounted"),
        claimed_until=None,
    )
)
_STORE = insert(attachment)
_CONTENT = select(message.c.content_sealed).where(message.c.id == bindparam("key"))
_TOLD = update(message).where(message.c.id == bindparam("key")).values(content_sealed=bindparam("sealed"))


async def claim(
    conn: AsyncConnection, *, now: int, real_now: int, until: int, most: int, since: int
) -> list[Row[*tuple[Any, ...]]]:
    """Files to fetch at ``now``, claimed until the real time ``until``, with the key of whom they are and how many
    bytes of theirs were stored after ``since``."""
    values = {"now": now, "real_now": real_now, "until": until, "most": most}
    ids = list((await conn.execute(_CLAIM, values)).scalars())
    return list(await conn.execute(_CLAIMED, {"ids": ids, "since": since})) if ids else []


async def store(conn: AsyncConnection, download_id: int, key_id: int, values: Mapping[str, Any]) -> bool:
    """Keeps a fetched file, sealed under ``key_id``, as an attachment, and marks it done. ``values`` are the columns
    of the attachment but for its conversation.

    False: another process was first, or the person has another key by now; then nothing is stored.
    """
    owner = (await conn.execute(_OWNER, {"key": download_id})).first()
    if owner is None or await key_of(conn, download_id) != key_id:  # asked anew: who waited saw the key from before
        return False
    if not await mark(conn, download_id, "done"):
        return False
    await conn.execute(_STORE, {**values, "conversation_id": owner.id})
    return True


async def content_of(conn: AsyncConnection, message_id: int) -> bytes:
    """What the message of a file holds, sealed; its conversation is locked (`store`)."""
    return bytes((await conn.execute(_CONTENT, {"key": message_id})).scalar_one())


async def retell(conn: AsyncConnection, message_id: int, sealed: bytes) -> None:
    """Puts what is known now in the place of what the message held."""
    await conn.execute(_TOLD, {"key": message_id, "sealed": sealed})


async def key_of(conn: AsyncConnection, download_id: int) -> int:
    """The key of whose file it is by now."""
    return int((await conn.execute(_OWNED, {"key": download_id})).one().key_id)


async def mark(
    conn: AsyncConnection,
    download_id: int,
    state: str,
    *,
    reason: str | None = None,
    at: int | None = None,
    counted: bool = True,
) -> bool:
    """What became of a claimed file: ``done``, ``failed`` or ``waiting`` again until ``at``; ``counted`` False takes
    the try back. False: it was no longer waiting."""
    values = {"key": download_id, "to": state, "why": reason, "at": at, "uncounted": int(not counted)}
    return (await conn.execute(_MARK, values)).rowcount == 1
