"""A caseworker invites someone to prepare a talk or to say how things go, after a personal talk [004] 1.4.3, and can
take that back. The resident is told at once: a human did it."""

from __future__ import annotations

import json

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import measurements, taking
from bot.errors import Refused
from bot.house import House
from bot.kept import WITHDRAWN
from bot.takeover import SPOKEN, Staff, is_new, locked
from flows.grammar import Due
from flows.measuring import Kind
from storage import measurements as store


async def invite(house: House, conversation_id: int, staff: Staff, kind: str, *, client_id: str) -> None:
    """Invites to one of ``Kind``. Refused ``bad_form`` (no such kind), ``no_talk_yet`` (nobody spoke with them yet),
    ``already_invited`` (one of that kind is open), ``danger_first`` (after a danger nothing is asked). The same
    ``client_id`` again does nothing."""
    if kind not in set(Kind):
        raise Refused("bad_form")
    async with locked(house, conversation_id) as (one, conn):
        if not await is_new(client_id, one, conn):
            return
        if one.columns["paused_at"] is not None:
            raise Refused("danger_first")
        if not await has_spoken(house, conn, one.id):
            raise Refused("no_talk_yet")
        if await store.is_open(conn, one.id, kind):
            raise Refused("already_invited")
        number = await store.add(
            conn, {"conversation_id": one.id, "kind": kind, "invited_at": one.now, "invited_by": staff.id}
        )
        one.record("measurement", {"kind": kind, "what": "invited"}, staff_id=staff.id)
        if await taking.interrupt(Due("voorbereiden.invited", {"measurement": number}), one, conn):
            # Without who of us it was: that would count as an answer (``bot.standing``).
            one.record("contactmoment", {"kind": "uitnodiging", "channel": one.channel, "by": "caseworker"})


async def withdraw(house: House, conversation_id: int, staff: Staff, number: int, *, client_id: str) -> None:
    """It is no longer asked; what was answered already stays, and its old buttons say so kindly. Refused
    ``no_invitation``: it is not this file's. What is over stays as it is; so does the same ``client_id`` again."""
    async with locked(house, conversation_id) as (one, conn):
        if not await is_new(client_id, one, conn):
            return
        row = await store.one(conn, one.id, number)
        if row is None:
            raise Refused("no_invitation")
        await measurements.finish(one, row, WITHDRAWN, conn, by=staff.id)


async def has_spoken(house: House, conn: AsyncConnection, conversation_id: int) -> bool:
    """Whether there was a personal talk: an appointment that was held, or a contact outside the chat that is on file.
    The person's key is at hand."""
    if await store.was_held(conn, conversation_id):
        return True
    contacts = await store.contacts(conn, conversation_id)
    told = (json.loads(house.vault.unseal_text(sealed, "event")) for sealed in contacts)
    return any(isinstance(detail, dict) and detail.get("kind") in SPOKEN for detail in told)
