"""What a colleague does with what someone asked of their own data: says that it is them, or why it is not done."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import taking
from bot.errors import Refused
from bot.house import House
from bot.privacy.masking import clean
from bot.takeover import Staff, is_new, locked
from flows.grammar import Due
from storage import requests as store

#: How a colleague can know that it is them.
KNEW = ("met", "card", "called", "known")
#: Characters of what is said beside it, and of why something is refused.
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Detail:
    """What is sealed with a request: how the colleague knew, and why it was refused, in their words."""

    knew: str = ""
    why: str = ""

    def dumps(self) -> str:
        """As JSON, before it is sealed."""
        return json.dumps({"knew": self.knew, "why": self.why}, ensure_ascii=False)


def detail_of(house: House, sealed: bytes | None) -> Detail:
    """Of a request; the person's key is at hand. Erasing leaves other words there: then they are none of these."""
    read = {} if sealed is None else json.loads(house.vault.unseal_text(sealed, "data_request"))
    return Detail(str(read.get("knew", "")), str(read.get("why", "")))


async def identify(
    house: House, conversation_id: int, staff: Staff, number: int, *, how: str, words: str, client_id: str
) -> None:
    """This colleague says that it is them who asked, and they hear that they can go on. Refused: ``no_how``,
    ``too_long``, ``gone``, ``settled`` (it was answered meanwhile). The same ``client_id`` again does nothing."""
    if how not in KNEW:
        raise Refused("no_how")
    words = _words(words)
    async with locked(house, conversation_id) as (one, conn):
        if not await is_new(client_id, one, conn):
            return
        kind = await _kind(conn, conversation_id, number)
        known = {"identified_how": how, "identified_by": staff.id, "identified_at": one.now}
        sealed = one.seal("data_request", Detail(knew=words).dumps())
        if not await store.change(conn, number, ("asked",), state="identified", detail_sealed=sealed, **known):
            raise Refused("settled")
        one.record("data_identified", {"kind": kind, "how": how}, staff_id=staff.id)
        await taking.interrupt(Due("gegevens.known", {"kind": kind}), one, conn)


async def refuse(house: House, conversation_id: int, staff: Staff, number: int, *, why: str, client_id: str) -> None:
    """It is not done; the person hears why, and what they can do about that (AVG art. 12 (4)). Refused: ``no_why``,
    ``too_long``, ``gone``, ``settled``. The same ``client_id`` again does nothing."""
    why = _words(why)
    if not why:
        raise Refused("no_why")
    async with locked(house, conversation_id) as (one, conn):
        if not await is_new(client_id, one, conn):
            return
        kind = await _kind(conn, conversation_id, number)
        sealed = one.seal("data_request", Detail(why=why).dumps())
        done = {"done_at": one.now, "done_by": staff.id, "detail_sealed": sealed}
        if not await store.change(conn, number, store.OPEN, state="refused", **done):
            raise Refused("settled")
        one.record("data_refused", {"kind": kind}, staff_id=staff.id)
        await taking.interrupt(Due("gegevens.refused", {"why": why}), one, conn)


async def _kind(conn: AsyncConnection, conversation_id: int, number: int) -> str:
    row = await store.one(conn, number)
    if row is None or row.conversation_id != conversation_id:
        raise Refused("gone")
    return str(row.kind)


def _words(words: str) -> str:
    said = clean(words).strip()
    if len(said) > LONGEST:
        raise Refused("too_long")
    return said
