"""Reads all that is kept of one person, a few rows at a time: for their file and for their page."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import content as contents
from bot.clock import from_ms
from bot.content import without_tokens
from bot.house import House
from bot.own_data.parts import CONVERSATION, PARTS, PERSON, Part, Sealed, told_by_helper, whose
from bot.own_data.proof import Visitor
from bot.privacy import looks
from bot.privacy.vault import Damaged
from flows.text import Json
from storage.tables import alarm, appointment, appointment_staff, conversation, message, person, staff

#: Rows in memory at a time.
PIECE = 200
#: Numbers that say yes or no.
_YES_NO = frozenset({"preferred", "in_full", "private", "unhandled", "planned"})
#: What tells of a danger in how a conversation stands.
_DANGER = ("urgency", "due_at", "paused_at", "danger_at")
#: Instants whose column does not say so by its name.
_INSTANTS = frozenset({"hold_until"})

_NAMES = select(staff.c.id, staff.c.name)
_WITH = (
    select(appointment_staff.c.appointment_id, appointment_staff.c.staff_id)
    .where(appointment_staff.c.appointment_id.in_(bindparam("ids", expanding=True)))
    .order_by(appointment_staff.c.place)
)
_RAISED = (
    select(alarm.c.id)
    .where(
        alarm.c.conversation_id == bindparam("conversation"),
        alarm.c.state == "raised",
        told_by_helper(alarm.c.conversation_id, alarm.c.raised_at),
    )
    .exists()
)
_TOLD = select(
    or_(_RAISED, told_by_helper(conversation.c.id, conversation.c.danger_at, conversation.c.paused_at))
).where(conversation.c.id == bindparam("conversation"))


@dataclass(frozen=True, slots=True)
class Own:
    """Whose data are read, and what our colleagues are called."""

    house: House
    visitor: Visitor
    names: Mapping[int, str]

    async def person(self) -> dict[str, Json]:
        """What they said of themselves."""
        (own,) = [one async for one in self.rows(PERSON)]
        return own

    async def conversation(self) -> dict[str, Json]:
        """How the conversation stands, with what was answered in a sign-up that is not finished. That a danger stands
        is left out where a helper told of it (``told_by_helper``)."""
        (own,) = [one async for one in self.rows(CONVERSATION)]
        async with self.house.db.read() as conn:
            told = await is_told(conn, self.visitor.conversation_id)
        return own | dict.fromkeys(_DANGER) if told else own

    async def all(self, name: str) -> list[dict[str, Json]]:
        """The rows of a part by its name."""
        (part,) = (each for each in PARTS if each.name == name)
        return [one async for one in self.rows(part)]

    async def looks(self) -> list[dict[str, Json]]:
        """Who looked at the data of this person, or did something with them, the newest first."""
        found = await looks.of_person(self.house, self.visitor.person_id)
        return [{"at": instant(one.at), "kind": one.kind, "by": one.name, "role": one.role} for one in found]

    async def rows(self, part: Part) -> AsyncIterator[dict[str, Json]]:
        """The rows of a part in order, read in pieces: between two of them no transaction is open."""
        after, number = 0, part.key
        statement = select(part.table).where(whose(part, self.visitor.person_id, self.visitor.conversation_id))
        while True:
            piece = statement if number is None else statement.where(number > after).order_by(number).limit(PIECE)
            async with self.house.db.read() as conn:
                found = list(await conn.execute(piece))
                together: dict[int, list[str]] = {}
                if part.table is appointment and found:
                    for row in await conn.execute(_WITH, {"ids": [one.id for one in found]}):
                        together.setdefault(row.appointment_id, []).append(self.names.get(row.staff_id, ""))
            await self.house.vault.prepare([self.visitor.key_id])
            for row in found:
                made = self._made(part, row)
                yield {**made, "with": list(together.get(row.id, []))} if part.table is appointment else made
            if number is None or len(found) < PIECE:
                return
            after = found[-1].id

    def _made(self, part: Part, row: Row[*tuple[Any, ...]]) -> dict[str, Json]:
        made: dict[str, Json] = {}
        for name in part.gives:
            value = getattr(row, name)
            column = part.table.c[name]
            if value is not None and any(key.column.table is staff for key in column.foreign_keys):
                value = self.names.get(value, "")
            elif value is not None and (name.endswith("_at") or name in _INSTANTS):
                value = instant(value)
            elif name in _YES_NO:
                value = bool(value)
            made[part.renamed.get(name, name)] = value
        for one in part.sealed:
            made[one.name] = self._opened(part, one, getattr(row, one.column))
        return made

    def _opened(self, part: Part, one: Sealed, sealed: bytes | None) -> Json:
        if not sealed:
            return None
        try:
            words = self.house.vault.unseal_text(sealed, one.purpose)
            if part.table is message:  # a link in an old message still opens what it opened
                words = contents.dumps(without_tokens(contents.loads(words)))
        except Damaged:
            return None
        try:
            return json.loads(words) if one.json else words
        except ValueError:  # as it is, rather than not at all
            return words


async def is_told(conn: AsyncConnection, conversation_id: int) -> bool:
    """Whether the danger that stands now was told by a helper, for the desk alone."""
    return bool((await conn.execute(_TOLD, {"conversation": conversation_id})).scalar_one())


async def gather(house: House, visitor: Visitor) -> Own:
    """For the data of this person. Raises ``Unreadable`` where they were erased."""
    async with house.db.read() as conn:
        names = {row.id: row.name for row in await conn.execute(_NAMES)}
        sealed = (await conn.execute(select(person.c.code_sealed).where(person.c.id == visitor.person_id))).scalar_one()
    await house.vault.prepare([visitor.key_id])
    house.vault.unseal(sealed, "code")
    return Own(house, visitor, names)


def instant(ms: int) -> str:
    """ISO 8601, in UTC."""
    return from_ms(ms).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
