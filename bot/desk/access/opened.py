"""An opened file: what the desk shows of one. Made by ``bot.desk.access.door`` only."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from bot import closing, inviting, measurements, reading, standing, talk
from bot.agenda.reading import details_of
from bot.agreements.reading import Sent, of_file
from bot.clock import to_ms
from bot.contact.reading import Kept as Touch
from bot.contact.reading import of_file as read_touch
from bot.content import Content, Message, without_tokens
from bot.desk import card
from bot.desk.card import Card, Happened, Note, Warned
from bot.desk.planned import Planned, planned
from bot.desk.ways import Address
from bot.errors import Refused
from bot.helping.keeping import OnFile
from bot.helping.keeping import of_file as helpers_of
from bot.house import House
from bot.kept import Kept
from bot.privacy import holding
from bot.privacy.vault import Damaged
from bot.progress.reading import Known
from bot.progress.reading import read as read_progress
from bot.reference import reference
from bot.vroegsignaal import reading as early
from flows import session as sessions
from flows.session import Session
from flows.text import Json
from storage import agenda, files
from storage.promises import OF_CRISIS

#: Messages shown at first, and added at a time.
MESSAGES = 100


@dataclass(frozen=True, slots=True)
class File:
    """An opened file.  ``head`` is its row of ``storage.files.head``."""

    house: House
    head: Row[*tuple[Any, ...]]

    @property
    def id(self) -> int:
        """Number of the conversation."""
        return int(self.head.id)

    @property
    def reference(self) -> str:
        """How people name it: ``K-000123``."""
        return reference(self.id)

    @property
    def name(self) -> str | None:
        """What the person wants to be called."""
        return self._unsealed(self.head.name_sealed, "name")

    async def messages(self, *, after: int = 0, before: int | None = None) -> list[Message]:
        """At most `MESSAGES` messages in order: those after a sequence number, or the last ones before one. Personal
        links are without their key: who reads along must not be able to come in as the person."""
        found = await reading.messages(self.house, self.id, after=after, before=before, limit=MESSAGES)
        return [replace(one, content=without_tokens(one.content)) for one in found]

    async def attachment(self, attachment_id: int) -> tuple[str, bytes]:
        """Media type and bytes of an attachment in this conversation. Refused ``gone``."""
        found = await reading.attachment(self.house, attachment_id)
        if found is None or found[0] != self.id:
            raise Refused("gone")
        return found[1:]

    async def content(self, message_id: int) -> Content:
        """What a message of this conversation holds. Refused ``gone``."""
        found = await reading.content(self.house, message_id)
        if found is None or found[0] != self.id:
            raise Refused("gone")
        return found[1]

    async def notes(self) -> list[Note]:
        """The private notes, oldest first."""
        async with self.house.db.read() as conn:
            rows = await files.notes(conn, self.id)
        await self._prepare()
        return [Note(row.id, row.created_at, row.name, self._need(row.text_sealed, "note")) for row in rows]

    async def appointments(self) -> list[Planned]:
        """All of them, in whatever state, in order of time."""
        async with self.house.db.read() as conn:
            rows = await agenda.of(conn, self.id)
            staff = await agenda.staff_of(conn, [row.id for row in rows])
            reminders = await agenda.reminders(conn, self.id) if rows else {}
        await self._prepare()
        return [
            planned(row, staff.get(row.id, ()), details_of(self.house, row.details_sealed), reminders) for row in rows
        ]

    async def agreements(self) -> tuple[Sent, ...]:
        """What was agreed in talks, and what became of it: the newest summary first."""
        await self._prepare()
        async with self.house.db.read() as conn:
            return await of_file(self.house, conn, self.id)

    async def progress(self) -> Known:
        """How far the person is, who their contact is, and what was told of it."""
        await self._prepare()
        async with self.house.db.read() as conn:
            return await read_progress(self.house, conn, self.id, self.head.assigned_to)

    async def measurements(self) -> tuple[tuple[Kept, ...], bool]:
        """What they were invited to, oldest first, and whether one of us spoke with them yet."""
        await self._prepare()
        async with self.house.db.read() as conn:
            kept = await measurements.of(self.house, conn, self.id)
            return kept, await inviting.has_spoken(self.house, conn, self.id)

    async def touch(self) -> Touch:
        """How we keep in touch: plans, check-ins with their answers, hard moments."""
        await self._prepare()
        async with self.house.db.read() as conn:
            return await read_touch(self.house, conn, self.id)

    async def no_aftercare(self) -> list[Happened]:
        """Why no aftercare is possible, whenever that was put on file, the newest first."""
        async with self.house.db.read() as conn:
            rows = await files.events(conn, self.id, ("no_aftercare",))
        await self._prepare()
        return [Happened(row.kind, row.created_at, row.name, self._json(row.detail_sealed, "event")) for row in rows]

    async def ending(self) -> closing.Ending:
        """Whether help goes on, or when and why it ended."""
        async with self.house.db.read() as conn:
            return await closing.read(self.house, conn, self.id, self.head.assigned_to)

    async def signals(self) -> tuple[tuple[early.OnFile, ...], int]:
        """Early signals that came in about this person, and by how many keys a next one finds them."""
        await self._prepare()
        async with self.house.db.read() as conn:
            return await early.of_file(self.house, conn, self.id)

    async def helpers(self) -> tuple[OnFile, ...]:
        """Whom the person let in to help, the newest first."""
        await self._prepare()
        async with self.house.db.read() as conn:
            return await helpers_of(self.house, conn, int(self.head.person_id))

    async def card(self) -> tuple[Card, bool]:
        """The handoff card, and whether all of it could be read: what was answered in a sign-up that is not finished
        cannot when a newer release stored it."""
        async with self.house.db.read() as conn:
            case = await files.case(conn, self.id)
            promises = await files.promises(conn, self.id)
            alarms = await files.alarms(conn, self.id)
            events = await files.events(conn, self.id, card.KINDS)
            channels = await files.channels(conn, self.id, talk.lately(to_ms(self.house.clock.now())))
            crises = await files.crises(conn, self.id)
            recognised = [row.created_at for row in crises if row.kind == "alarm"]
            said = await files.said(conn, self.id, recognised) if recognised else {}
        await self._prepare()
        told = [(row.kind, row.created_at, self._json(row.detail_sealed, "event")) for row in crises]
        withdrawn = standing.ended(told)
        fell_away = {row.created_at for row in events if row.kind in ("closed", "put_away")}  # with the help itself
        session, complete = None, case is not None
        if case is None:
            with suppress(ValueError, Damaged):
                session, complete = self._session(), True
        signed_up = None if case is None else (case.capacity, self._json(case.answers_sealed, "case"), case.opened_at)
        need = self._need
        made = card.build(
            language=self.head.language,
            session=session,
            signed_up=signed_up,
            taken_by=None if case is None else case.name,
            promises=[
                (row.kind, row.due_at, row.kept_at)
                for row in promises
                if row.kept_at not in fell_away
                and (row.kept_at is not None or row.kind not in OF_CRISIS or row.made_at not in withdrawn)
            ],
            alarms=[
                Warned(need(row.category_sealed, "alarm"), row.state, row.raised_at, row.acknowledged_at, row.name)
                for row in alarms
            ],
            events=[
                Happened(row.kind, row.created_at, row.name, self._json(row.detail_sealed, "event")) for row in events
            ],
            crises=standing.of_events(told) if self.head.urgency else {},
            said={at: self._address_of(seq) for at, seq in said.items()},
            reach={
                "phone": self._unsealed(self.head.phone_sealed, "phone"),
                "email": self._unsealed(self.head.email_sealed, "email"),
            },
            addresses=[self._address(row) for row in channels],
            opted_out=self.head.opted_out_at is not None,
            phone_shared=self.head.phone_shared_at is not None,
            undelivered=bool(self.head.undelivered),
            house=self.house,
        )
        return made, complete

    def _address_of(self, seq: int) -> str:
        """Of a message: in the page as it opens, or among the older ones."""
        before = f"?before={seq + 1}" if seq <= self.head.last_seq - MESSAGES else ""
        return f"/desk/file/{self.id}{before}#m{seq}"

    def _address(self, row: Row[*tuple[Any, ...]]) -> Address:
        return Address(
            row.channel,
            self._need(row.external_sealed, "external"),
            row.last_inbound_at,
            blocked=row.blocked_at is not None,
            left=row.left_at is not None,
            preferred=bool(row.preferred),
            in_full=bool(row.in_full and row.confirmed_at is not None),
        )

    async def holds(self) -> tuple[holding.Hold, ...]:
        """Legal holds that are or were on it, the newest first."""
        await self._prepare()
        async with self.house.db.read() as conn:
            return await holding.of_file(self.house, conn, self.id)

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
