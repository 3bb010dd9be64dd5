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
    row = await store.waiting(conn, talk.person_id, kind.value)
    due = None if row is None else from_ms(row.due_at, talk.house.calendar.zone).date()
    is_open = await store.is_open(conn, talk.person_id, kind.value)
    link = await proof.link_for(talk, conn) if found.way in ("pin", "known") else ""
    return OwnData(found.way, link, minutes, found.hours, due, is_open)


async def own_consents(talk: Talk, conn: AsyncConnection, frame: Frame) -> OwnConsents:
    """Whether they want to hear from us unasked."""
    return OwnConsents(talk.opted_out_at is None)


async def ask(talk: Talk, effect: AskOwnData, conn: AsyncConnection) -> None:
    """A colleague is to say that it is them."""
    if await store.waiting(conn, talk.person_id, effect.kind.value) is not None:
        return
    # One that was answered too long ago to be of use is not a second one beside this.
    await store.withdraw(conn, talk.person_id, effect.kind.value, talk.now)
    about = {"person_id": talk.person_id, "conversation_id": talk.id, "kind": effect.kind.value}
    await store.add(conn, **about, state="asked", asked_at=talk.now, due_at=proof.due_at(talk.house, talk.now))
    talk.record("data_asked", {"kind": effect.kind.value})


async def withdraw(talk: Talk, effect: WithdrawOwnData, conn: AsyncConnection) -> None:
    """They do not ask it any more, also where a colleague said meanwhile that it is them: nothing is erased on their
    word then. What is done or refused stays."""
    if await store.withdraw(conn, talk.person_id, effect.kind.value, talk.now):
        talk.record("data_withdrawn", {"kind": effect.kind.value})
