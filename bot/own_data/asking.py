"""What someone asks of their own data in the conversation. What a colleague does with it: ``bot.own_data.acts``."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import from_ms
from bot.own_data import proof
from bot.talk import Talk
from flows.own_data import Asked, AskOwnData, OwnConsents, OwnData, WithdrawOwnData
from flows.session import Frame
from storage import requests as store


async def own_data(talk: Talk, conn: AsyncConnection, frame: Frame) -> OwnData:
    """How they can show that it is them, with a new link where they can."""
    kind = Asked.ERASURE if frame.screen == "wipe_page" else Asked.ACCESS
    found = await proof.standing(conn, talk.person_id, (kind,), talk.now)
    minutes = proof.LINK.seconds // 60
    if found.way in ("pin", "known"):
        return OwnData(found.way, await proof.link_for(talk, conn), minutes)
    row = await store.waiting(conn, talk.person_id, kind.value)
    due = None if row is None else from_ms(row.due_at, talk.house.calendar.zone).date()
    return OwnData(found.way, hours=found.hours, minutes=minutes, due=due)


async def own_consents(talk: Talk, conn: AsyncConnection, frame: Frame) -> OwnConsents:
    """Whether they want to hear from us unasked."""
    return OwnConsents(talk.opted_out_at is None)


async def ask(talk: Talk, effect: AskOwnData, conn: AsyncConnection) -> None:
    """A colleague is to say that it is them."""
    if await store.waiting(conn, talk.person_id, effect.kind.value) is not None:
        return
    about = {"person_id": talk.person_id, "conversation_id": talk.id, "kind": effect.kind.value}
    await store.add(conn, **about, state="asked", asked_at=talk.now, due_at=proof.due_at(talk.house, talk.now))
    talk.record("data_asked", {"kind": effect.kind.value})


async def withdraw(talk: Talk, effect: WithdrawOwnData, conn: AsyncConnection) -> None:
    """They do not ask it any more; what was answered stays."""
    row = await store.waiting(conn, talk.person_id, effect.kind.value)
    if row is not None and await store.change(conn, row.id, ("asked",), state="withdrawn", done_at=talk.now):
        talk.record("data_withdrawn", {"kind": effect.kind.value})
