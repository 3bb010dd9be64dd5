"""Who helps a person: invited, opened in one browser, ended. Instants are milliseconds UTC."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, and_, bindparam, cast, delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import conversation, helper, message, person, received

Found = Row[*tuple[Any, ...]]

#: Who may still come in, or is in.
_ACTIVE = and_(
    helper.c.person_id == bindparam("person"), helper.c.state != "ended", helper.c.ends_at > bindparam("now")
)
_GUEST = (
    select(
        helper.c.id,
        helper.c.person_id,
        helper.c.name_sealed,
        helper.c.may,
        helper.c.ends_at,
        helper.c.from_seq,
        conversation.c.id.label("conversation_id"),
        person.c.key_id,
    )
    .join(person, person.c.id == helper.c.person_id)
    .join(conversation, conversation.c.person_id == person.c.id)
    .where(helper.c.ends_at > bindparam("now"), person.c.merged_into.is_(None), person.c.erased_at.is_(None))
)
_BY_BROWSER = _GUEST.where(helper.c.browser_index == bindparam("index"), helper.c.state == "open")
_BY_INVITE = _GUEST.where(
    helper.c.invite_index == bindparam("index"), helper.c.state == "invited", helper.c.invited_at > bindparam("since")
)
#: What is for helpers, of one conversation.
_SHOWN = and_(
    message.c.conversation_id == bindparam("conversation"), message.c.private == 0, message.c.seq > bindparam("from")
)
#: ``place`` counts those alone: a number that was skipped would tell that something is kept from who helps.
_MESSAGES = (
    select(
        message.c.id,
        message.c.seq,
        func.row_number().over(order_by=message.c.seq).label("place"),
        message.c.created_at,
        message.c.author,
        message.c.staff_id,
        message.c.helper_id,
        message.c.content_sealed,
    )
    .where(_SHOWN)
    .subquery()
)
_NEWEST = select(func.count()).select_from(message).where(_SHOWN)


async def active(conn: AsyncConnection, person_id: int, now: int) -> Sequence[Found]:
    """Who was invited by this person, or is in, in the order in which they were."""
    statement = select(helper).where(_ACTIVE).order_by(helper.c.id)
    return (await conn.execute(statement, {"person": person_id, "now": now})).all()


async def of(conn: AsyncConnection, person_id: int) -> Sequence[Found]:
    """Everyone who was ever invited, the newest first."""
    return (
        await conn.execute(select(helper).where(helper.c.person_id == person_id).order_by(helper.c.id.desc()))
    ).all()


async def named(conn: AsyncConnection, ids: Collection[int]) -> Sequence[Found]:
    """``(id, name_sealed)`` of these."""
    return (await conn.execute(select(helper.c.id, helper.c.name_sealed).where(helper.c.id.in_(ids)))).all()


async def add(conn: AsyncConnection, values: Mapping[str, Any]) -> int:
    """One more; gives its number."""
    return int((await conn.execute(insert(helper).values(**values).returning(helper.c.id))).scalar_one())


async def set_invite(conn: AsyncConnection, helper_id: int, index: bytes, now: int) -> None:
    """Another link, from now on; the one before it works no more."""
    await conn.execute(update(helper).where(helper.c.id == helper_id).values(invite_index=index, invited_at=now))


async def by_invite(conn: AsyncConnection, index: bytes, now: int, since: int) -> Found | None:
    """Who is invited by this link, which was made after ``since`` and not used."""
    return (await conn.execute(_BY_INVITE, {"index": index, "now": now, "since": since})).first()


async def by_browser(conn: AsyncConnection, index: bytes, now: int) -> Found | None:
    """Whose browser this is, as long as they may read along."""
    return (await conn.execute(_BY_BROWSER, {"index": index, "now": now})).first()


async def open_(conn: AsyncConnection, helper_id: int, browser: bytes, now: int, last_seq: int) -> bool:
    """Opens it in this browser, once; False: someone was before."""
    values = {"state": "open", "invite_index": None, "browser_index": browser, "opened_at": now, "from_seq": last_seq}
    mine = update(helper).where(helper.c.id == helper_id, helper.c.state == "invited")
    return bool((await conn.execute(mine.values(**values))).rowcount)


async def end(
    conn: AsyncConnection, person_id: int, how: str, now: int, *, only: int | None = None, before: int | None = None
) -> list[int]:
    """Ends what this person allowed: all of it, one (``only``), or what was until ``before``; gives their numbers."""
    which = [helper.c.person_id == person_id, helper.c.state != "ended"]
    if only is not None:
        which.append(helper.c.id == only)
    if before is not None:
        which.append(helper.c.ends_at <= before)
    values = {"state": "ended", "ended_how": how, "ended_at": now, "invite_index": None, "browser_index": None}
    rows = await conn.execute(update(helper).where(*which).values(**values).returning(helper.c.id))
    ended = sorted(rows.scalars())
    await forget_received(conn, helper.c.id.in_(ended))
    return ended


async def forget_received(conn: AsyncConnection, which: ColumnElement[bool]) -> None:
    """What these helpers sent is not known again: they send nothing any more."""
    scopes = select(literal("helper:") + cast(helper.c.id, Text)).where(which)
    await conn.execute(delete(received).where(received.c.scope.in_(scopes)))


async def shown(
    conn: AsyncConnection, conversation_id: int, start: int, *, after: int | None, before: int, limit: int
) -> list[Found]:
    """What is for helpers after message ``start``: those after the place ``after``, or the last ones before the place
    ``before``, in order."""
    values, place = {"conversation": conversation_id, "from": start}, _MESSAGES.c.place
    if after is not None:
        newer = select(_MESSAGES).where(place > after).order_by(place).limit(limit)
        return list(await conn.execute(newer, values))
    last = select(_MESSAGES).where(place < before).order_by(place.desc()).limit(limit)
    return list(await conn.execute(last, values))[::-1]


async def newest(conn: AsyncConnection, conversation_id: int, start: int) -> int:
    """The place of the last message that is for helpers, after ``start``; 0: there is none."""
    return int((await conn.execute(_NEWEST, {"conversation": conversation_id, "from": start})).scalar_one())


async def told_of_danger(conn: AsyncConnection, conversation_id: int, helper_id: int, since: int) -> bool:
    """Whether it was this helper who told of a danger since then."""
    theirs = select(message.c.id).where(
        message.c.conversation_id == conversation_id,
        message.c.helper_id == helper_id,
        message.c.private == 2,
        message.c.created_at >= since,
    )
    return (await conn.execute(theirs.limit(1))).first() is not None
