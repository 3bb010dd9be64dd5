"""The one door to files: it checks who may and puts the look, or the search, on record (invariant 7).
tests/test_desk_access.py keeps every other desk module from reading files by another way."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row

from bot import closing, inviting, measurements, reading, standing, talk
from bot.agenda.reading import details_of
from bot.agreements import acts as agreements
from bot.agreements.acts import Task
from bot.agreements.reading import Item as Item
from bot.agreements.reading import Sent as Sent
from bot.agreements.reading import of_file
from bot.clock import DAY, to_ms
from bot.contact.reading import Kept as Touch
from bot.contact.reading import of_file as read_touch
from bot.content import Content, Message, without_tokens
from bot.desk import card
from bot.desk.accounts import Staff
from bot.desk.card import Card, Happened, Note, Warned
from bot.desk.listed import Booked as Booked
from bot.desk.listed import Inbox as Inbox
from bot.desk.listed import Listed as Listed
from bot.desk.planned import Planned, planned
from bot.desk.ways import Address
from bot.effects import digits
from bot.errors import Refused
from bot.house import House
from bot.identity import read_code
from bot.kept import Kept
from bot.privacy import looks
from bot.privacy.vault import Damaged, Unreadable
from bot.progress.reading import Known
from bot.progress.reading import read as read_progress
from bot.reference import read_reference, reference
from bot.vroegsignaal import reading as early
from flows import session as sessions
from flows.session import Session
from flows.text import Json
from flows.understanding import normalise
from storage import agenda, agenda_hours, files, inbox, merging
from storage.inbox import PAGE, Queue, Search
from storage.promises import OF_CRISIS

#: A look or search is put on record once in so many milliseconds per person and file: an open page asks again.
LOOK_LASTS = 10 * 60 * 1000

#: Messages shown at first, and added at a time.
MESSAGES = 100

#: Appointments of which nobody said how it went, as many as are listed, and for how long: nobody remembers older ones.
UNMARKED, UNMARKED_SINCE = 50, 92 * DAY

#: A number of fewer digits is no telephone number.
_SHORTEST_PHONE = 6


class Moved(Refused):
    """The file became one with another, whose number is ``to``."""

    def __init__(self, to: int) -> None:
        self.to = to
        super().__init__("moved")


async def open_file(house: House, staff: Staff, conversation_id: int, *, acting: bool = False) -> File:
    """The file of a conversation, for this member of staff, who looks at it or (``acting``) changes something.

    Refused: ``gone`` (there is none), ``not_allowed``, ``erased`` (the person's key was destroyed); ``Moved``: it is
    another file now, which is opened, and its look recorded, when one goes there.
    """
    if acting and not staff.may_act:
        raise Refused("not_allowed")
    async with house.db.read() as conn:
        row = await files.head(conn, conversation_id)
        survivor = await merging.survivor(conn, conversation_id) if row is not None and row.queue == "merged" else None
    if survivor is not None and survivor != conversation_id:
        raise Moved(survivor)
    if row is None or row.queue == "merged":
        raise Refused("gone")
    await house.vault.prepare({row.key_id})
    if not _readable(house, row.key_id):
        raise Refused("erased")
    await _record(house, staff, "looked", [(conversation_id, row.person_id)])
    return File(house, row)


async def open_inbox(
    house: House, staff: Staff, queue: Queue, *, mine: bool = False, words: str = "", page: int = 1
) -> Inbox:
    """A page of the inbox for this member of staff: of a queue or, with ``words``, what these find in all of them.

    Names and numbers are stored encrypted: only whole ones find anything. Of whom was found it is put on record who
    searched for them; to see the list as it is, is no look into a file.
    """
    search = _search(house, words) if words else None
    async with house.db.read() as conn:
        found = await inbox.rows(
            conn,
            None if words else queue,
            assigned_to=staff.id if mine else None,
            search=search,
            page=page,
        )
        shown = found[:PAGE]
        why = await inbox.reasons(conn, [row.id for row in shown], [row.id for row in shown if row.urgency])
        counts = await inbox.counts(conn, staff.id)
        news = await agenda_hours.count_news(conn, staff.id)
        by_code = None if search is None or search.code is None else await inbox.by_code(conn, search.code)
    if search is not None:
        await _record(house, staff, "searched", [(row.id, row.person_id) for row in shown])
    await house.vault.prepare({row.key_id for row in shown})
    return Inbox(
        tuple(_listed(house, row, why.get(row.id, [])) for row in shown),
        more=len(found) > PAGE,
        counts=counts,
        news=news,
        by_code=by_code,
    )


async def open_calendar(
    house: House, staff: Staff, start: int, end: int, *, who: int | None = None
) -> tuple[Booked, ...]:
    """Appointments that begin between two instants (milliseconds UTC, the second not included), in order of time: of
    all, or of one colleague. Every role may see them; to see the list is no look into a file."""
    async with house.db.read() as conn:
        rows = await agenda.between(conn, start, end)
        everyone = await agenda.staff_of(conn, [row.id for row in rows])
    if who is not None:
        rows = [row for row in rows if any(number == who for number, _ in everyone.get(row.id, ()))]
    await house.vault.prepare({row.key_id for row in rows})
    return tuple(_appointment(house, row, everyone.get(row.id, ())) for row in rows)


async def open_news(house: House, staff: Staff) -> tuple[Booked, ...]:
    """What residents did with this member of staff's appointments that they did not see yet, in order of time."""
    async with house.db.read() as conn:
        rows = await agenda.news(conn, staff.id)
        everyone = await agenda.staff_of(conn, [row.id for row in rows])
    await house.vault.prepare({row.key_id for row in rows})
    return tuple(_appointment(house, row, everyone.get(row.id, ())) for row in rows)


async def open_unmarked(house: House, staff: Staff) -> tuple[Booked, ...]:
    """At most `UNMARKED` appointments that are over and of which nobody said how it went, this member of staff's own
    first. Nothing for who may not say it; nor of who was erased, whose file nobody can open."""
    if not staff.may_act:
        return ()
    now = house.clock.now()
    async with house.db.read() as conn:
        rows = await agenda.unmarked(conn, staff.id, to_ms(now - UNMARKED_SINCE), to_ms(now), UNMARKED)
        everyone = await agenda.staff_of(conn, [row.id for row in rows])
    await house.vault.prepare({row.key_id for row in rows})
    found = (_appointment(house, row, everyone.get(row.id, ())) for row in rows)
    return tuple(one for one in found if not one.erased)


async def open_tasks(house: House, staff: Staff, *, everyone: bool = False) -> tuple[Task, ...]:
    """What this member of staff, or anyone of us, agreed to do and did not yet, in order of its days. The words are of
    the files: to see them is a look into these."""
    found = await agreements.tasks(house, None if everyone else staff.id)
    await _record(house, staff, "looked", [(one.conversation_id, one.person_id) for one in found])
    return found


async def count_tasks(house: House, staff: Staff) -> int:
    """How much of that is for today, or late; that is no look."""
    today = house.calendar.day_of(house.clock.now())
    return sum(one.due is not None and one.due <= today for one in await agreements.tasks(house, staff.id))


async def open_signals(house: House, staff: Staff) -> tuple[early.OnRoute, ...]:
    """Early signals of nobody that we know, for a coordinator, whose look is on record. Refused ``not_allowed``."""
    if staff.role != "coordinator":
        raise Refused("not_allowed")
    return await early.ordinary(house, staff)


async def count_signals(house: House, staff: Staff) -> int | None:
    """How many of these nobody took up yet; None for who is no coordinator."""
    return await early.count(house) if staff.role == "coordinator" else None


@dataclass(frozen=True, slots=True)
class File:
    """An opened file. Made by `open_file` only. ``head`` is its row of ``storage.files.head``."""

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


async def _record(house: House, staff: Staff, kind: str, people: Iterable[tuple[int, int]]) -> None:
    """Puts on record what this member of staff did with these conversations and persons, before anything is shown."""
    now, wanted = to_ms(house.clock.now()), dict(people)
    if not wanted:
        return
    async with house.db.read() as conn:
        known = await files.on_record(conn, kind, staff.id, wanted, now - LOOK_LASTS)
    if new := [one for one in wanted.items() if one[0] not in known]:
        async with house.db.begin() as conn:
            await files.record(conn, kind, staff.id, new, now)
            await looks.record(house, conn, kind, staff.id, new, now)


def _search(house: House, words: str) -> Search:
    phone, code = digits(words), read_code(words)
    return Search(
        name=house.vault.index("name", normalise(words)),
        phone=house.vault.index("phone", phone) if len(phone) >= _SHORTEST_PHONE else None,
        code=house.vault.index("code", code) if code else None,
        number=read_reference(words),
    )


def _listed(house: House, row: Row[*tuple[Any, ...]], events: list[Row[*tuple[Any, ...]]]) -> Listed:
    unseal = house.vault.unseal_text
    try:
        if not _readable(house, row.key_id):
            return Listed(row, erased=True)
        name = None if row.name_sealed is None else unseal(row.name_sealed, "name")
        told: list[tuple[str, int, Json]] = []
        why: tuple[str, Json] | None = None
        for one in events:
            detail = None if one.detail_sealed is None else json.loads(unseal(one.detail_sealed, "event"))
            told.append((one.kind, one.created_at, detail))
            why = (one.kind, detail) if one.newest else why
        return Listed(row, name, why, standing.of_events(told) if row.urgency else {})
    except Unreadable:
        return Listed(row, erased=True)


def _appointment(house: House, row: Row[*tuple[Any, ...]], staff: Iterable[tuple[int, str]]) -> Booked:
    name, erased = None, not _readable(house, row.key_id)
    if not erased and row.name_sealed is not None:
        try:
            name = house.vault.unseal_text(row.name_sealed, "name")
        except Unreadable:
            erased = True
    return Booked(
        id=row.id,
        conversation_id=row.conversation_id,
        name=name,
        kind=row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=row.state,
        coming=row.coming_at is not None,
        news=row.news,
        staff=tuple(staff),
        erased=erased,
    )


def _readable(house: House, key_id: int) -> bool:
    """Whether the person was not erased: only a key that is there seals anything."""
    try:
        house.vault.seal(key_id, "readable", b"")
    except Unreadable:
        return False
    return True
