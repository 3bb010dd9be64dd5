"""Reading a conversation back. Desk pages reach this only through ``bot.desk.access``."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import BindParameter, and_, bindparam, case, exists, not_, select

from bot import content as contents
from bot.content import AttachmentInfo, Content, Delivery, Download, Message
from bot.house import House
from storage.tables import address, download, message, outbox
from storage.tables import attachment as attachments_table

_MESSAGES = (
    select(
        message.c.id,
        message.c.seq,
        message.c.created_at,
        message.c.author,
        message.c.staff_id,
        message.c.content_sealed,
        message.c.unhandled,
        message.c.helper_id,
        message.c.private,
    )
    .where(message.c.conversation_id == bindparam("conversation"), message.c.seq > bindparam("after"))
    .order_by(message.c.seq)
    .limit(bindparam("most"))
)
_BEFORE = _MESSAGES.where(message.c.seq < bindparam("before")).order_by(None).order_by(message.c.seq.desc())
_OF: BindParameter[int] = bindparam("ids", expanding=True)
_ATTACHMENTS = (
    select(
        attachments_table.c.id, attachments_table.c.message_id, attachments_table.c.media_type, attachments_table.c.size
    )
    .where(attachments_table.c.message_id.in_(_OF))
    .order_by(attachments_table.c.id)
)
_other = address.alias()
#: Said where the person had left (snel weg), and they have not come back: it lies there until they do.
_UNREAD = and_(
    address.c.left_at <= outbox.c.sent_at,
    not_(
        exists().where(
            _other.c.person_id == address.c.person_id, _other.c.channel == address.c.channel, _other.c.left_at.is_(None)
        )
    ),
)
_DELIVERIES = (
    select(
        outbox.c.message_id,
        outbox.c.channel,
        outbox.c.reason,
        outbox.c.style,
        case((_UNREAD, "left"), else_=outbox.c.state).label("state"),
    )
    .join(address, address.c.id == outbox.c.address_id)
    .where(outbox.c.message_id.in_(_OF))
    .order_by(outbox.c.id)
)
_DOWNLOADS = (
    select(download.c.message_id, download.c.state, download.c.reason)
    .where(download.c.message_id.in_(_OF), download.c.state != "done")
    .order_by(download.c.id)
)
_ATTACHMENT = select(
    attachments_table.c.conversation_id, attachments_table.c.media_type, attachments_table.c.data_sealed
).where(attachments_table.c.id == bindparam("key"))
#: What is for the desk alone has neither a picture nor a voice.
_CONTENT = select(message.c.conversation_id, message.c.content_sealed).where(
    message.c.id == bindparam("key"), message.c.private < 2
)


async def messages(
    house: House, conversation_id: int, *, after: int = 0, limit: int = 200, before: int | None = None
) -> list[Message]:
    """The messages with ``after < seq`` (and ``seq < before``: then the last ``limit`` of those), in order.
    Raises ``Unreadable`` when the person's key was destroyed."""
    async with house.db.read() as conn:
        values = {"conversation": conversation_id, "after": after, "most": limit}
        if before is None:
            rows = list(await conn.execute(_MESSAGES, values))
        else:
            rows = list(await conn.execute(_BEFORE, {**values, "before": before}))[::-1]
        ids = [row.id for row in rows]
        files = list(await conn.execute(_ATTACHMENTS, {"ids": ids})) if ids else []
        sent = list(await conn.execute(_DELIVERIES, {"ids": ids})) if ids else []
        fetched = list(await conn.execute(_DOWNLOADS, {"ids": ids})) if ids else []
    await house.vault.prepare({house.vault.key_of(row.content_sealed) for row in rows})
    attachments: defaultdict[int, list[AttachmentInfo]] = defaultdict(list)
    deliveries: defaultdict[int, list[Delivery]] = defaultdict(list)
    downloads: defaultdict[int, list[Download]] = defaultdict(list)
    for file in files:
        attachments[file.message_id].append(AttachmentInfo(file.id, file.media_type, file.size))
    for way in sent:
        deliveries[way.message_id].append(Delivery(way.channel, way.state, way.reason, way.style))
    for lacking in fetched:
        downloads[lacking.message_id].append(Download(lacking.state, lacking.reason))
    return [
        Message(
            row.id,
            row.seq,
            row.created_at,
            row.author,
            contents.loads(house.vault.unseal_text(row.content_sealed, "message")),
            row.staff_id,
            tuple(attachments[row.id]),
            tuple(deliveries[row.id]),
            bool(row.unhandled),
            tuple(downloads[row.id]),
            row.helper_id,
            row.private,
        )
        for row in rows
    ]


async def attachment(house: House, attachment_id: int) -> tuple[int, str, bytes] | None:
    """``(conversation id, media type, bytes)`` of an attachment, or None."""
    async with house.db.read() as conn:
        row = (await conn.execute(_ATTACHMENT, {"key": attachment_id})).first()
    if row is None:
        return None
    await house.vault.prepare({house.vault.key_of(row.data_sealed)})
    return row.conversation_id, row.media_type, house.vault.unseal(row.data_sealed, "attachment")


async def content(house: House, message_id: int) -> tuple[int, Content] | None:
    """``(conversation id, content)`` of a message, or None."""
    async with house.db.read() as conn:
        row = (await conn.execute(_CONTENT, {"key": message_id})).first()
    if row is None:
        return None
    await house.vault.prepare({house.vault.key_of(row.content_sealed)})
    return row.conversation_id, contents.loads(house.vault.unseal_text(row.content_sealed, "message"))
