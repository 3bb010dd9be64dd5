"""The one door to a file: it checks who may and puts the look on record (invariant 7). tests/test_desk_access.py keeps
every other desk module from reading files by another way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from bot import reading
from bot.clock import to_ms
from bot.content import Message
from bot.desk import card
from bot.desk.accounts import Staff
from bot.desk.card import Card, Happened, Note, Warned
from bot.errors import Refused
from bot.house import House
from bot.privacy.vault import Unreadable
from flows import session as sessions
from flows.session import Session
from flows.text import Json
from storage import files

#: A look is put on record once in so many milliseconds per person and file: an open page looks again by itself.
LOOK_LASTS = 10 * 60 * 1000

#: Messages shown at first, and added at a time.
MESSAGES = 100


async def open_file(house: House, staff: Staff, conversation_id: int, *, acting: bool = False) -> File:
    """The file of a conversation, for this member of staff, who looks at it or (``acting``) changes something.

    Refused: ``gone`` (there is none), ``not_allowed``, ``erased`` (the person's key was destroyed).
    """
    if acting and not staff.may_act:
        raise Refused("not_allowed")
    now = to_ms(house.clock.now())
    async with house.db.read() as conn:
        row = await files.head(conn, conversation_id)
        known = await files.has_looked(conn, conversation_id, staff.id, now - LOOK_LASTS)
    if row is None:
        raise Refused("gone")
    await house.vault.prepare({row.key_id})
    try:
        file = File(house, row, house.vault.unseal_text(row.code_sealed, "code"))
    except Unreadable:
        raise Refused("erased") from None
    if not known:
        async with house.db.begin() as conn:
            await files.record_look(conn, conversation_id, row.person_id, staff.id, now)
    return file


@dataclass(frozen=True, slots=True)
class File:
    """An opened file. Made by `open_file` only. ``head`` is its row of ``storage.files.head``."""

    house: House
    head: Row[*tuple[Any, ...]]
    code: str

    @property
    def id(self) -> int:
        """Number of the conversation."""
        return int(self.head.id)

    @property
    def name(self) -> str | None:
        """What the person wants to be called."""
        return self._unsealed(self.head.name_sealed, "name")

    async def messages(self, *, after: int = 0, before: int | None = None) -> list[Message]:
        """At most `MESSAGES` messages in order: those after a sequence number, or the last ones before one."""
        return await reading.messages(self.house, self.id, after=after, before=before, limit=MESSAGES)

    async def attachment(self, attachment_id: int) -> tuple[str, bytes]:
        """Media type and bytes of an attachment in this conversation. Refused ``gone``."""
        found = await reading.attachment(self.house, attachment_id)
        if found is None or found[0] != self.id:
            raise Refused("gone")
        return found[1:]

    async def notes(self) -> list[Note]:
        """The private notes, oldest first."""
        async with self.house.db.read() as conn:
            rows = await files.notes(conn, self.id)
        await self._prepare()
        return [Note(row.id, row.created_at, row.name, self._need(row.text_sealed, "note")) for row in rows]

    async def card(self) -> Card:
        """The handoff card."""
        async with self.house.db.read() as conn:
            case = await files.case(conn, self.id)
            promises = await files.promises(conn, self.id)
            alarms = await files.alarms(conn, self.id)
            events = await files.events(conn, self.id, card.KINDS)
            channels = await files.channels(conn, self.id)
        await self._prepare()
        return card.build(
            language=self.head.language,
            session=self._session(),
            signed_up=None
            if case is None
            else (case.capacity, self._json(case.answers_sealed, "case"), case.opened_at),
            taken_by=None if case is None else case.name,
            promises=[(row.kind, row.due_at, row.kept_at) for row in promises],
            alarms=[
                Warned(
                    self._need(row.category_sealed, "alarm"), row.state, row.raised_at, row.acknowledged_at, row.name
                )
                for row in alarms
            ],
            events=[
                Happened(row.kind, row.created_at, row.name, self._json(row.detail_sealed, "event")) for row in events
            ],
            reach={
                "phone": self._unsealed(self.head.phone_sealed, "phone"),
                "email": self._unsealed(self.head.email_sealed, "email"),
            },
            channels=[(row.channel, row.blocked_at is not None) for row in channels],
            opted_out=self.head.opted_out_at is not None,
            phone_shared=self.head.phone_shared_at is not None,
            house=self.house,
        )

    async def _prepare(self) -> None:
        await self.house.vault.prepare({self.head.key_id})

    def _session(self) -> Session | None:
        words = self._unsealed(self.head.session_sealed, "session")
        return None if words is None else sessions.loads(words)

    def _unsealed(self, blob: bytes | None, purpose: str) -> str | None:
        return None if blob is None else self.house.vault.unseal_text(blob, purpose)

    def _need(self, blob: bytes, purpose: str) -> str:
        return self.house.vault.unseal_text(blob, purpose)

    def _json(self, blob: bytes | None, purpose: str) -> Json:
        words = self._unsealed(blob, purpose)
        read: Json = None if words is None else json.loads(words)
        return read
