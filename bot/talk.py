"""One conversation under way in one transaction, and the rows that a batch of them writes at the end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Table, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import content as contents
from bot.channels import limits, rendering
from bot.content import Content, Media, Upload
from bot.helping.private import PRIVATE, is_private, is_shown
from bot.house import House
from bot.pictures.words import HEADINGS
from bot.privacy.vault import Damaged
from bot.registration import staging
from bot.signals import DOWNLOADS, INBOX, OUTBOX
from flows import session as sessions
from flows.grammar import Reply
from flows.session import Session
from flows.text import Json
from storage import contact, conversations
from storage.direct import Inserts
from storage.promises import TERMS
from storage.tables import alarm, case_file, event, note, person, promise, registration

#: Where the page itself fetches what was said: committed is sent.
FETCHED = frozenset({limits.WEBCHAT.channel})


#: Who wrote so lately is still there: what we begin then goes where they are.
HERE = timedelta(minutes=15)


def lately(now: int) -> int:
    """Since when someone counts as being here."""
    return now - HERE // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Contact:
    """A check-in to insert (``check_in``), and the ping that waits for it: what that is about names the number that
    the row is given."""

    row: dict[str, Any]
    ping: dict[str, Any]
    about: Callable[[int], bytes]


@dataclass(slots=True)
class Staged:
    """What one step wants written. Nothing is written before the whole batch has been taken, so that a step that fails
    leaves nothing behind."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    outgoing: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    downloads: list[dict[str, Any]] = field(default_factory=list)
    addresses: list[dict[str, Any]] = field(default_factory=list)  # that were written from
    rows: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    people: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    ended: list[tuple[int, str, str | None]] = field(default_factory=list)  # locked pings: which, state, reason
    postponed: list[tuple[int, int]] = field(default_factory=list)  # locked pings: which, until when
    plans: list[dict[str, Any]] = field(default_factory=list)
    cancels: list[tuple[int, tuple[str, ...] | None, str]] = field(default_factory=list)  # None: all kinds
    asked: list[dict[str, Any]] = field(default_factory=list)  # check-ins (storage.contact.ask)
    contacts: list[Contact] = field(default_factory=list)
    quiet_alarms: list[tuple[int, int]] = field(default_factory=list)  # false alarms: (alarm, now)
    answered: list[tuple[int, int]] = field(default_factory=list)  # keeps what was promised: (conversation, now)

    def add(self, table: Table, **values: Any) -> None:
        """One row to insert."""
        self.rows.setdefault(table, []).append(values)

    def merge(self, other: Staged) -> None:
        """Takes over what a step that succeeded staged."""
        self.messages += other.messages
        self.outgoing += other.outgoing
        self.attachments += other.attachments
        self.downloads += other.downloads
        self.addresses += other.addresses
        for table, rows in other.rows.items():
            self.rows.setdefault(table, []).extend(rows)
        self.people += other.people
        self.ended += other.ended
        self.postponed += other.postponed
        self.plans += other.plans
        self.cancels += other.cancels
        self.asked += other.asked
        self.contacts += other.contacts
        self.quiet_alarms += other.quiet_alarms
        self.answered += other.answered


#: Written in this order; messages come first because others refer to them.
_ORDER = (case_file, alarm, promise, note, event, registration)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a step may change, to go back to when it fails."""

    columns: dict[str, Any]
    session: Session
    opted_out_at: int | None


class Talk:
    """A locked conversation: its columns, its session, and what happens to it in this transaction."""

    def __init__(self, house: House, row: Row[*tuple[Any, ...]], now: int) -> None:
        self.house = house
        self.now = now
        self.columns: dict[str, Any] = {name: getattr(row, name) for name in conversations.CHANGEABLE}
        self.id: int = row.id
        self.person_id: int = row.person_id
        self.key_id: int = row.key_id
        self.opted_out_at: int | None = row.opted_out_at
        self.address_id: int | None = row.address_id
        self.channel: str | None = row.channel
        self.is_blocked: bool = row.blocked_at is not None
        self.pushes = self.fetches = False  # whether there is something to send, or a file to fetch
        self._sent_at = now
        self.place = ""  # the network that it was said from, as far as we know it (``Inbound.place``)
        #: What was read for many conversations at once, before the steps of any: on how many occasions something that
        #: nobody asked for was said in the last week, and what ``bot.falling.Planned.ahead`` left for its own.
        self.unasked_lately: int | None = None
        self.ahead: dict[str, Any] = {}
        self.asked = False  # whether what is said now is the answer to what the person just said, and where they did
        self.staged = Staged()
        self.session = Session(language=row.language)
        self.answers_in: str = row.language  # the language of what is being made ready to be said
        if self.columns["session_sealed"] is not None:
            try:
                self.session = sessions.loads(house.vault.unseal_text(self.columns["session_sealed"], "session"))
            except (ValueError, Damaged):  # of a newer release, or broken: begin again rather than fall silent
                self.record("session_unreadable")
        self._read, self._columns = self.session, dict(self.columns)

    def snapshot(self) -> Snapshot:
        """Begins a step: what it stages is apart from what was staged before."""
        self.staged = Staged()
        return Snapshot(dict(self.columns), self.session, self.opted_out_at)

    def restore(self, before: Snapshot) -> None:
        """The step failed, or is taken again: nothing of it stays."""
        self.columns = dict(before.columns)
        self.session = before.session
        self.opted_out_at = before.opted_out_at
        self.staged = Staged()

    @property
    def held(self) -> bool:
        """Whether a human holds the conversation: the bot is silent (rule 8)."""
        return self.columns["held_by"] is not None

    @property
    def is_reached(self) -> bool:
        """Whether there is a way to the person."""
        return self.address_id is not None and not self.is_blocked

    def seal(self, purpose: str, text: str) -> bytes:
        """``text`` under this person's key."""
        return self.house.vault.seal_text(self.key_id, purpose, text)

    def add_message(
        self,
        author: str,
        content: Content,
        *,
        staff_id: int | None = None,
        uploads: tuple[Upload, ...] = (),
        media: tuple[Media, ...] = (),
        send: bool = False,
        kind: str | None = None,
        expires_at: int | None = None,
        unhandled: bool = False,
        helper_id: int | None = None,
        private: int = 0,
    ) -> int:
        """Puts a message in the conversation and, with ``send``, in the outbox; gives its sequence number. ``kind`` is
        of the ping that led to it: then it was planned; it is not sent after ``expires_at``. ``media`` is fetched
        later, from where the person is now. ``private`` is the least of who it is kept from (``bot.helping.private``).
        """
        if send and self._is_read_aloud(author, content):
            content = replace(content, aloud=True)
        self.columns["last_seq"] += 1
        place = {"conversation_id": self.id, "seq": self.columns["last_seq"]}
        # Of what a human wrote also what tells of a danger: that something came which is not shown must not show. What
        # is private anyway is not read for that: a bug in reading must not lose the message that it failed on.
        is_theirs = self.columns["danger_at"] is not None or unhandled or bool(uploads or media) or private >= PRIVATE
        if is_theirs or (is_private(author, content) if author == "bot" else not is_shown(author, content)):
            private = max(private, PRIVATE)
        self.staged.messages.append(
            {
                **place,
                "created_at": self.now,
                "author": author,
                "staff_id": staff_id,
                "helper_id": helper_id,
                "address_id": self.address_id if helper_id is None else None,
                "content_sealed": self.seal("message", contents.dumps(content)),
                "unhandled": int(unhandled),
                "private": private,
            }
        )
        self.staged.attachments += [
            {
                **place,
                "created_at": self.now,
                "media_type": file.media_type,
                "size": len(file.data),
                "data_sealed": self.house.vault.seal(self.key_id, "attachment", file.data),
            }
            for file in uploads
        ]
        self.fetches |= bool(media)
        self.staged.downloads += [
            {
                **place,
                "channel": self.channel,
                "reference_sealed": self.seal("download", file.reference),
                "due_at": self.now,
            }
            for file in media
        ]
        if send:
            self.send(int(place["seq"]), kind=kind, expires_at=expires_at)
        return int(place["seq"])

    def hide_step(self) -> None:
        """What the step under way said is not for helpers, none of it."""
        for row in self.staged.messages:
            row["private"] = max(row["private"], PRIVATE)

    def _is_read_aloud(self, author: str, content: Content) -> bool:
        """Whether the person wants this read to them (*voorlezen*): not the Dutch beside their own language, and never
        what must be safe from who may hear it."""
        theirs = author != "bot" or content.language == self.session.language
        return self.session.aloud and theirs and not content.safe

    def send(
        self,
        seq: int,
        *,
        kind: str | None = None,
        expires_at: int | None = None,
        page: int = 1,
        beside: tuple[int, str] | None = None,
    ) -> None:
        """Puts a message of this conversation in the outbox; of a long list this ``page``. ``beside``: another address
        of the person and its channel, to which it goes as well."""
        address_id, channel = beside or (self.address_id, self.channel)
        if address_id is None:
            return
        fetched = channel in FETCHED
        self.pushes |= not fetched
        self.staged.outgoing.append(
            {
                "conversation_id": self.id,
                "seq": seq,
                "address_id": address_id,
                "channel": channel,
                "state": "sent" if fetched else "waiting",
                "asked": int(self.asked and beside is None),
                "planned": int(kind is not None),
                "kind": kind,
                "page": page,
                "due_at": self.now,
                "sent_at": self.now if fetched else None,
                "expires_at": expires_at,
            }
        )

    def written_from(self, address_id: int, channel: str, sent_at: int | None, place: str = "") -> None:
        """Begins a message of the person: answers go where it came from. ``sent_at`` as the platform tells it."""
        self.address_id, self.channel, self.place = address_id, channel, place
        self.asked, self.is_blocked = True, False
        self._sent_at = min(sent_at or self.now, self.now)

    def heard(self) -> None:
        """The person was here."""
        self.columns["last_inbound_at"] = self.now
        if self.channel not in FETCHED:
            self.staged.addresses.append({"id": self.address_id, "at": self._sent_at})

    def say(self, reply: Reply, *, kind: str | None = None, expires_at: int | None = None) -> None:
        """The bot's reply, in the person's language; how a channel shows it is seen to when it is sent."""
        for content in rendered(reply, self.session.language, self.house):
            self.add_message("bot", content, send=True, kind=kind, expires_at=expires_at)

    def record(self, kind: str, detail: Json = None, *, staff_id: int | None = None) -> None:
        """An event on the file; ``detail`` is encrypted."""
        self.staged.add(
            event,
            conversation_id=self.id,
            person_id=self.person_id,
            staff_id=staff_id,
            kind=kind,
            created_at=self.now,
            detail_sealed=None if detail is None else self.seal("event", json.dumps(detail, ensure_ascii=False)),
        )
        staging.on_event(self, kind, detail)

    @property
    def is_changed(self) -> bool:
        """Whether its row is another than it was."""
        return self.session is not self._read or self.columns != self._columns

    def close(self) -> dict[str, Any]:
        """The conversation's row as it is now, for writing back."""
        if self.session is not self._read:  # else it stays as it was stored, also by a release newer than this one
            self.columns["session_sealed"] = self.seal("session", sessions.dumps(self.session))
        self.columns["updated_at"] = self.now
        return {"id": self.id, **self.columns}


def rendered(reply: Reply, language: str, house: House) -> list[Content]:
    """``reply`` as messages, whole; next to the Dutch where rule 12 says so."""
    said = rendering.say(reply, language, house.tongue)
    if not reply.beside_dutch or language == "nl" or _is_confirmed(reply, language, house):
        return [said]
    dutch = rendering.say(reply, "nl", house.tongue)
    dutch = replace(dutch, buttons=(), many=False, asks_text=False, aloud=False)
    return [dutch, replace(said, bilingual=True)]


def _is_confirmed(reply: Reply, language: str, house: House) -> bool:
    """Whether native speakers have confirmed all that it says and shows; of its buttons there is no Dutch beside it."""
    texts = list(reply.paragraphs)
    if reply.picture is not None:
        texts += [reply.picture.title, reply.picture.alt]
        texts += [line for block in reply.picture.blocks for line in block.lines]
        texts += [HEADINGS[block.role] for block in reply.picture.blocks if block.role in HEADINGS]
    return all(house.tongue.is_confirmed(text, language) for text in texts)


async def write(conn: AsyncConnection, staged: Staged, talks: list[Talk]) -> None:
    """Writes everything that a batch staged: a handful of statements, however many messages."""
    if staged.ended:  # before what is planned in the place of one
        await conversations.end_pings(conn, staged.ended)
    if staged.postponed:
        await conversations.postpone_pings(conn, staged.postponed)
    for conversation_id, kinds, reason in staged.cancels:  # first: what this very batch says is not meant
        await conversations.drop_outgoing(conn, conversation_id, kinds, reason)
    await conversations.insert_messages(conn, staged.messages, staged.outgoing, staged.attachments, staged.downloads)
    if staged.addresses:
        await conversations.written_from(conn, staged.addresses)
    for alarm_id, now in staged.quiet_alarms:
        await conn.execute(
            update(alarm)
            .where(alarm.c.id == alarm_id, alarm.c.state == "raised")
            .values(state="false_alarm", next_at=None, acknowledged_at=now)
        )
    for conversation_id, now in staged.answered:
        await conn.execute(
            update(promise)
            .where(promise.c.conversation_id == conversation_id, promise.c.kept_at.is_(None))
            .where(promise.c.kind.not_in(TERMS))  # an answer in the chat is no talk yet
            .values(kept_at=now)
        )
    for table in _ORDER:
        if rows := staged.rows.get(table):
            await _INSERTS[table].run(conn, rows)
    for person_id, values in staged.people:
        await conn.execute(update(person).where(person.c.id == person_id).values(**values))
    for conversation_id, kinds, reason in staged.cancels:
        if kinds is None:
            await conversations.cancel_all_pings(conn, conversation_id, reason)
        else:
            await conversations.cancel_pings(conn, conversation_id, kinds, reason)
    if staged.asked:
        await contact.ask(conn, staged.asked)
    plans = staged.plans
    if staged.contacts:
        numbers = await contact.add_many(conn, [one.row for one in staged.contacts])
        about = {(one.row["plan_id"], one.row["number"]): one for one in staged.contacts}
        plans = [*plans, *({**one.ping, "about_sealed": one.about(numbers[key])} for key, one in about.items())]
    if plans:
        await conversations.plan(conn, plans)
    if changed := [talk.close() for talk in talks if talk.is_changed]:
        await conversations.write_back(conn, changed)
    if talks:
        await conversations.notify(conn, topics(talks))


def topics(talks: list[Talk]) -> list[str]:
    """Whom to wake: the pages of these conversations, the inbox, the sender."""
    workers = [OUTBOX] if any(talk.pushes for talk in talks) else []
    workers += [DOWNLOADS] if any(talk.fetches for talk in talks) else []
    return [INBOX, *workers, *(str(talk.id) for talk in talks)]


_INSERTS = {table: Inserts(table) for table in _ORDER}
