"""What a caseworker does with a conversation: take it over, answer, hand it back. Each is one transaction.

While a human holds the conversation the bot is silent (rule 8); the hold begins here, not at the request.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import clocks, deadlines, identity, standing, taking, talk
from bot.clock import to_ms
from bot.content import Content, Upload
from bot.errors import Refused
from bot.house import House
from bot.privacy.masking import says
from bot.talk import Talk
from bot.uploads import kind as kind_of
from flows import understanding
from flows.grammar import HandedBack
from flows.text import Json
from storage import admissions, conversations, teams
from storage.tables import alarm, case_file, message, note, person
from storage.tables import staff as account

#: The longest answer a caseworker can send at once, in characters: what every channel takes in one message.
LONGEST = 4000

#: Ways in which people speak each other outside the chat.
SPOKEN = ("telefoon", "bezoek", "anders")

#: Who writes for the municipality.
OURS = ("bot", "caseworker")

#: Alarms: of a crisis, which a human acknowledges; of who asks for the one they know, which any answer ends.
CRISIS, CONTACT = "crisis", "contact"

#: What can be told of an appointment that gives no moment: cancelled by us, or missed by them.
OFF = ("cancelled", "no_show")


class Staff(Protocol):
    """The signed-in caseworker."""

    @property
    def id(self) -> int:
        """Number of the account."""

    @property
    def name(self) -> str:
        """As residents see it."""


async def take_over(house: House, conversation_id: int, staff: Staff) -> None:
    """From now on this human holds the conversation; an alarm that asks for who the person knows ends. The file is
    theirs then, unless they opened it in an emergency: that ends when the conversation goes back. Refused
    ``held_by_other``: a colleague does already, and did not give the file to who asks."""
    async with locked(house, conversation_id) as (one, conn):
        if one.columns["held_by"] not in (None, staff.id) and one.columns["assigned_to"] != staff.id:
            raise Refused("held_by_other")
        if one.columns["held_by"] != staff.id:
            one.record("taken_over", staff_id=staff.id)
            await _quieten(one, staff, conn, CONTACT)
            if one.columns["queue"] in ("bot", "closed"):
                one.columns["queue"] = "waiting_us"
            taking.hold(one, staff.id)  # once: only an answer starts the hold time anew
            if not await admissions.in_emergency(conn, staff.id, one.now, one.id):
                one.columns["assigned_to"] = staff.id
            if (await teams.of_file(conn, one.id))[0] is None:  # who comes to help from another team takes it not along
                await give(conn, one.id, staff.id)


async def reply(
    house: House,
    conversation_id: int,
    staff: Staff,
    text: str,
    *,
    seen_seq: int,
    client_id: str,
    uploads: tuple[Upload, ...] = (),
    private: bool = False,
) -> int:
    """Answers in the person's own conversation, with a file or without; gives the sequence number. ``private``: it is
    not for who helps them and reads along; nor is what has a sign of a crisis in it.

    Refused: ``empty``, ``too_long``, ``not_held`` (take over first), ``newer_reply`` (a colleague answered after
    ``seen_seq``: look first). The same ``client_id`` again is the same answer: nothing happens, gives 0.
    """
    text = text.strip() if says(text) else ""
    if not text and not uploads:
        raise Refused("empty")
    if len(text) > LONGEST:
        raise Refused("too_long")
    async with locked(house, conversation_id) as (one, conn):
        if not await is_new(client_id, one, conn):
            return 0
        if one.columns["held_by"] != staff.id:
            raise Refused("held_by_other" if one.held else "not_held")
        newer = select(message.c.seq).where(
            message.c.conversation_id == conversation_id,
            message.c.seq > seen_seq,
            message.c.author == "caseworker",
            message.c.staff_id != staff.id,
        )
        if (await conn.execute(newer)).first() is not None:
            raise Refused("newer_reply")
        kind = kind_of(uploads[0].media_type) if uploads else "text"
        content = Content(text, one.session.language, kind)  # by a human: never translated behind anyone's back
        apart = private or understanding.crisis(text) is not None
        seq = one.add_message("caseworker", content, staff_id=staff.id, uploads=uploads, send=True, private=int(apart))
        await _answered(one, staff, conn, {"kind": "bericht", "channel": one.channel})
        return seq


async def spoke(
    house: House,
    conversation_id: int,
    staff: Staff,
    kind: str,
    *,
    seen_seq: int,
    client_id: str,
    text: str = "",
    first_talk: bool = False,
) -> None:
    """This human spoke with the person outside the chat, in a way of ``SPOKEN``, with a note of it: that counts as an
    answer, and sends nothing. Nobody has to take the conversation over for it. ``first_talk``: it was the one that the
    law and our own promise ask for (``bot.deadlines``).

    Refused: ``no_way``, ``too_long``, ``held_by_other``, ``newer_message`` (someone wrote after ``seen_seq``: look
    first). The same ``client_id`` again does nothing.
    """
    if kind not in SPOKEN:
        raise Refused("no_way")
    if len(text.strip()) > LONGEST:
        raise Refused("too_long")
    async with locked(house, conversation_id) as (one, conn):
        if not await is_new(client_id, one, conn):
            return
        if one.columns["held_by"] not in (None, staff.id):
            raise Refused("held_by_other")
        newer = select(message.c.seq).where(
            message.c.conversation_id == conversation_id, message.c.seq > seen_seq, message.c.author != "bot"
        )
        if (await conn.execute(newer)).first() is not None:
            raise Refused("newer_message")
        await _answered(one, staff, conn, {"kind": kind, **({"first_talk": True} if first_talk else {})})
        if first_talk:
            await deadlines.talk_held(one, conn, one.now)
        if text.strip():
            _note(one, staff, text)


async def met(one: Talk, staff: Staff, conn: AsyncConnection, kind: str, at: int) -> None:
    """An appointment with the person took place at ``at`` (milliseconds UTC). That is an answer to all that was said
    before it; when anything was said since, or a colleague holds the conversation, it is only on file."""
    how: dict[str, Json] = {"kind": kind, "at": at}
    said = max(one.columns["last_inbound_at"] or 0, one.columns["last_staff_at"] or 0)
    if said <= at and one.columns["held_by"] in (None, staff.id):
        await _answered(one, staff, conn, how)
    else:  # without who of us it was: that would count as an answer (``bot.standing``)
        one.record("contactmoment", {**how, "by": "caseworker"})


async def had_contact(one: Talk, staff: Staff, conn: AsyncConnection, how: dict[str, Json]) -> None:
    """This human was in touch with the person just now, outside the chat: that is an answer, unless a colleague holds
    the conversation; then it is only on file."""
    if one.columns["held_by"] in (None, staff.id):
        await _answered(one, staff, conn, how)
    else:
        one.record("contactmoment", {**how, "by": "caseworker"})


async def told(
    one: Talk,
    staff: Staff,
    conn: AsyncConnection,
    what: str,
    *,
    seen_seq: int | None = None,
    is_there: bool = True,
    kind: str = "afspraak",
) -> None:
    """The person was told ``what`` this human did with their appointments, or (``kind``) what was agreed. A moment that
    was made, moved or proposed, and a summary, answers what they said up to message ``seen_seq`` (None: all of it), and
    then it is their turn; that one is off answers something only in a talk that this human has with them. It is only on
    file as well when there is no way to the person, when a colleague holds the conversation, and while a crisis waits
    for an answer: that asks for words, not for a moment some day. ``is_there``: this human meets them then, and so
    becomes who they know."""
    how: dict[str, Json] = {"kind": kind, "what": what, "channel": one.channel}
    holder = one.columns["held_by"]
    answers = holder == staff.id or (holder is None and what not in OFF)
    if answers and seen_seq is not None:
        newer = select(message.c.seq).where(
            message.c.conversation_id == one.id, message.c.seq > seen_seq, message.c.author.not_in(OURS)
        )
        answers = (await conn.execute(newer)).first() is None
    if answers and one.is_reached and not (await standing.read(one, conn)).unanswered:
        await _answered(one, staff, conn, how, takes=is_there)
    else:  # without who of us it was: that would count as an answer (``bot.standing``)
        one.record("contactmoment", {**how, "by": "caseworker"})


async def hand_back(house: House, conversation_id: int, staff: Staff, *, coordinates: bool = False) -> None:
    """The bot speaks again, says so, and goes on where the person was. Who ``coordinates`` may end a colleague's hold.

    Refused ``not_held``, ``held_by_other``.
    """
    async with locked(house, conversation_id) as (one, conn):
        holder = one.columns["held_by"]
        if holder is None:
            raise Refused("not_held")
        if holder != staff.id and not coordinates:
            raise Refused("held_by_other")
        name = staff.name if holder == staff.id else await _name_of(holder, conn)
        taking.release(one)
        one.columns["paused_at"] = None  # a human was here: what danger put off may go on
        one.record("handed_back", staff_id=staff.id)
        one.staged.cancels.append((one.id, (taking.HOLD_LAPSES,), "handed_back"))
        await taking.say_back(HandedBack(name), one, conn)


async def assign(
    house: House, conversation_id: int, to_staff_id: int | None, staff: Staff, *, client_id: str, text: str = ""
) -> None:
    """Gives the file to a colleague (None: to nobody), with a note for them. A hold stays with who has it until that
    colleague takes over: nobody is left with someone who is not there. The same ``client_id`` again does nothing.
    Refused ``too_long``."""
    if len(text.strip()) > LONGEST:
        raise Refused("too_long")
    async with locked(house, conversation_id) as (one, conn):
        if not await is_new(client_id, one, conn):
            return
        one.columns["assigned_to"] = to_staff_id
        await give(conn, one.id, to_staff_id)
        one.record("assigned", {"to": to_staff_id}, staff_id=staff.id)
        if text.strip():
            _note(one, staff, text)


async def give(conn: AsyncConnection, conversation_id: int, to_staff_id: int | None) -> None:
    """The file goes along to the team of who it is given to, where they have one."""
    team_id = None if to_staff_id is None else await teams.of_staff(conn, to_staff_id)
    if team_id is not None:
        await teams.move(conn, conversation_id, team_id)


async def add_note(house: House, conversation_id: int, staff: Staff, text: str, *, client_id: str) -> None:
    """A private note: never in the resident's conversation. Refused ``empty``, ``too_long``. The same ``client_id``
    again is the same note."""
    if not text.strip():
        raise Refused("empty")
    if len(text.strip()) > LONGEST:
        raise Refused("too_long")
    async with locked(house, conversation_id) as (one, conn):
        if await is_new(client_id, one, conn):
            _note(one, staff, text)


async def remove_pin(house: House, conversation_id: int, staff: Staff) -> None:
    """Takes away a PIN that the person forgot; without one nothing happens. Who they are was found out before."""
    async with locked(house, conversation_id) as (one, conn):
        known = update(person).where(person.c.id == one.person_id, person.c.pin_sealed.is_not(None))
        if (await conn.execute(known.values(pin_sealed=None, pin_since=None))).rowcount:
            await identity.end_own_data(conn, one.person_id)
            one.record("pin_removed", staff_id=staff.id)


async def end_links(house: House, conversation_id: int, staff: Staff) -> None:
    """No personal link of this person works any more; where none did, nothing happens."""
    async with locked(house, conversation_id) as (one, conn):
        if await identity.end_links(conn, one.person_id):
            one.record("links_ended", staff_id=staff.id)


async def acknowledge(house: House, conversation_id: int, staff: Staff) -> None:
    """This human knows of the alarm and acts: it does not escalate any further."""
    async with locked(house, conversation_id) as (one, conn):
        if await _quieten(one, staff, conn, CONTACT):
            one.record("contact_acknowledged", staff_id=staff.id)
        if await _quieten(one, staff, conn, CRISIS):
            one.record("alarm_acknowledged", staff_id=staff.id)


async def crisis_over(house: House, conversation_id: int, staff: Staff, *, seen: Collection[str]) -> None:
    """This human says that the crises on the file are over; without any nothing happens. Refused ``held_by_other``,
    ``not_acted`` (since the last one nobody took over, answered or acknowledged), ``newer_crisis`` (there is one that
    is not of the categories ``seen``)."""
    async with locked(house, conversation_id) as (one, conn):
        crises = (await standing.read(one, conn)).crises
        if not crises:
            return
        if not crises.keys() <= set(seen):
            raise Refused("newer_crisis")
        if one.columns["held_by"] not in (None, staff.id):
            raise Refused("held_by_other")
        if not one.held and not await standing.acted_on(one, conn):
            raise Refused("not_acted")
        one.record("crisis_over", staff_id=staff.id)
        await _quieten(one, staff, conn, CRISIS)
        one.columns["paused_at"] = one.columns["danger_at"] = None
        clocks.set_clock(one, await standing.read(one, conn))
        if one.held and one.columns["queue"] == "waiting_us" and one.columns["due_at"] is None:
            one.columns["due_at"] = one.columns["hold_until"]  # what the person wrote still wants an answer


async def _answered(
    one: Talk, staff: Staff, conn: AsyncConnection, how: dict[str, Json], *, takes: bool = True
) -> None:
    """This human answered the person: what was promised is kept, and it is the person's turn. With ``takes`` a case of
    nobody's is theirs."""
    urgency = clocks.urgency_of(await standing.read(one, conn))  # a crisis is over when a human says so
    one.columns.update(queue="waiting_them", due_at=None, urgency=int(urgency), last_staff_at=one.now)
    one.staged.answered.append((one.id, one.now))
    if one.held:
        taking.hold(one, staff.id)  # an answer starts the hold time anew
    one.record("contactmoment", {**how, "by": "caseworker"}, staff_id=staff.id)
    await _quieten(one, staff, conn, CONTACT)
    taken = update(case_file).where(
        case_file.c.conversation_id == one.id, case_file.c.closed_at.is_(None), case_file.c.taken_by.is_(None)
    )
    if takes:
        await conn.execute(taken.values(taken_by=staff.id))


async def _quieten(one: Talk, staff: Staff, conn: AsyncConnection, kind: str) -> bool:
    """The alarms of this kind that were raised are acknowledged by this human; whether there were any."""
    statement = update(alarm).where(alarm.c.conversation_id == one.id, alarm.c.state == "raised", alarm.c.kind == kind)
    done = statement.values(state="acknowledged", acknowledged_at=one.now, acknowledged_by=staff.id, next_at=None)
    return bool((await conn.execute(done)).rowcount)


async def _name_of(staff_id: int, conn: AsyncConnection) -> str:
    """The colleague with whom the person was talking."""
    return str((await conn.execute(select(account.c.name).where(account.c.id == staff_id))).scalar_one())


async def is_new(client_id: str, one: Talk, conn: AsyncConnection) -> bool:
    """Whether the form with this id was not sent before, at this file: a button pressed twice, a page gone back to."""
    key = {"scope": f"desk:{one.id}", "external_index": one.house.vault.index("received", client_id)}
    return bool(await conversations.receive(conn, [{**key, "received_at": one.now}]))


def _note(one: Talk, staff: Staff, text: str) -> None:
    one.staged.add(
        note,
        conversation_id=one.id,
        staff_id=staff.id,
        created_at=one.now,
        text_sealed=one.seal("note", text.strip()),
    )


@asynccontextmanager
async def locked(house: House, conversation_id: int) -> AsyncIterator[tuple[Talk, AsyncConnection]]:
    """The locked conversation; what it staged is written when the block ends. Refused ``gone``: there is none."""
    now = to_ms(house.clock.now())
    async with house.db.begin() as conn:
        rows = await conversations.lock(conn, [conversation_id], recent=talk.lately(now))
        if not rows:
            raise Refused("gone")
        await house.vault.prepare({rows[0].key_id})
        one = Talk(house, rows[0], now)
        yield one, conn
        await talk.write(conn, one.staged, [one])
    house.signals.publish(talk.topics([one]))
