"""What a caseworker does with someone's progress from the desk. Each is one transaction, in which the person is told
too: a human did it, so it is said at once, also in a hold.

News of the progress answers nothing that the person asked: it is on file as contact, and their question still waits.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import content as contents
from bot import deadlines, taking, terms
from bot.clock import from_ms
from bot.content import Content
from bot.errors import Refused
from bot.house import House
from bot.privacy.masking import clean, says
from bot.progress import reading
from bot.progress.phases import HOW, Change, changes
from bot.progress.reading import Known
from bot.takeover import Staff, give, is_new, locked
from bot.talk import Talk
from flows.grammar import Due
from flows.progress import CREDITOR_ANSWERS, DELAYS, FAREWELLS, Phase
from flows.text import Json
from storage import progress as store
from storage.agenda import team

#: The longest free words, in characters, and the longest name of a creditor.
LONGEST_WORDS = 600
LONGEST_NAME = 80
#: The only delay of which we can say when one hears more: the others are in the hands of others [001] phase 7.
OURS = "busy"
#: A day further off is a slip of the pen.
FURTHEST = timedelta(days=92)


@dataclass(slots=True)
class Look:
    """Given to an act: nothing happens, and ``says`` is what the person would read."""

    says: tuple[Content, ...] = ()


class _LookedAt(Exception):
    """Ends a transaction of which nothing is to stay."""


async def move(
    house: House,
    conversation_id: int,
    staff: Staff,
    phase: str,
    how: str,
    *,
    also: Collection[str] = (),
    tell: bool = True,
    seen: str | None = None,
    client_id: str,
    look: Look | None = None,
) -> None:
    """Moves a phase: ``how`` is one of ``phases.HOW``, ``also`` phases that end along with it. ``tell``: the person
    hears of it. ``seen`` is `Known.seen` of the page that it was done from.

    Refused ``no_phase``, ``no_case``, ``newer_phase`` (a colleague moved one after ``seen``), and as
    ``phases.changes``. The same ``client_id`` again does nothing."""
    if how not in HOW or not {phase, *also} <= set(Phase):
        raise Refused("no_phase")
    async with act_on(house, conversation_id, client_id, look) as (one, conn):
        if one is None:
            return
        known = await _known(one, conn)
        if seen is not None and seen != known.seen:
            raise Refused("newer_phase")
        along = [each for each in Phase if each in set(also)]
        assert known.case_id is not None
        made = changes(known.rows, Phase(phase), how, along, known.case_id, one.now)
        again = how == "begin" and any(row.phase == phase and row.state != "skipped" for row in known.rows)
        await _store(one, conn, staff, known, made)
        about: dict[str, Json] = {"phase": phase, "also": [each.value for each in along], "again": again}
        one.record("phase", {**about, "how": how, "told": tell}, staff_id=staff.id)
        if tell:
            await _tell(one, conn, {**about, "what": how})


async def tell_delay(
    house: House,
    conversation_id: int,
    staff: Staff,
    code: str,
    *,
    words: str = "",
    until: date | None = None,
    client_id: str,
    look: Look | None = None,
) -> None:
    """It takes longer: why (``flows.progress.DELAYS``), and words of the caseworker. ``until``, of our own delay only:
    the last day on which the person hears from us again; it is a promise, and has a clock.

    Refused ``no_reason``, ``not_ours`` (not ours to promise, over, or more than three months off), ``too_long``,
    ``no_case``."""
    words = _short(words, LONGEST_WORDS)
    if code not in DELAYS:
        raise Refused("no_reason")
    async with act_on(house, conversation_id, client_id, look) as (one, conn):
        if one is None:
            return
        await _known(one, conn)
        today = house.calendar.day_of(from_ms(one.now))
        if until is not None and (code != OURS or not today < until <= today + FURTHEST):
            raise Refused("not_ours")
        day = None if until is None else until.isoformat()
        about: dict[str, Json] = {"what": "delay", "code": code, "words": words, "until": day}
        one.record("progress", about, staff_id=staff.id)
        if await _tell(one, conn, {**about, "by": staff.name}) and until is not None:
            await terms.begin(one, "news", until, conn)


async def tell_creditor(
    house: House,
    conversation_id: int,
    staff: Staff,
    name: str,
    answer: str,
    *,
    words: str = "",
    client_id: str,
    look: Look | None = None,
) -> None:
    """What a creditor answered to the proposal (``flows.progress.CREDITOR_ANSWERS``). Refused ``no_name``,
    ``no_answer``, ``too_long``, ``no_case``."""
    name, words = _short(" ".join(name.split()), LONGEST_NAME), _short(words, LONGEST_WORDS)
    if not name:
        raise Refused("no_name")
    if answer not in CREDITOR_ANSWERS:
        raise Refused("no_answer")
    async with act_on(house, conversation_id, client_id, look) as (one, conn):
        if one is None:
            return
        await _known(one, conn)
        about: dict[str, Json] = {"what": "creditor", "code": answer, "name": name, "words": words}
        one.record("progress", about, staff_id=staff.id)
        await _tell(one, conn, {**about, "by": staff.name})


async def tell_decision(
    house: House, conversation_id: int, staff: Staff, *, client_id: str, look: Look | None = None
) -> None:
    """A decision (beschikking) was sent: the first one, for which a term may run, or one for a plan that changed.
    Refused ``no_case``."""
    async with act_on(house, conversation_id, client_id, look) as (one, conn):
        if one is None:
            return
        await _known(one, conn)
        if not await deadlines.decided(one, conn, staff.id):
            one.record("decided", staff_id=staff.id)
        await _tell(one, conn, {"what": "decision"})


async def decided(house: House, conversation_id: int, staff: Staff) -> None:
    """The decision that a term runs for was sent, and the person is told that a letter comes; when none is waited for,
    nothing happens."""
    async with locked(house, conversation_id) as (one, conn):
        if await deadlines.decided(one, conn, staff.id):
            await _tell(one, conn, {"what": "decision"})


async def introduce(
    house: House,
    conversation_id: int,
    staff: Staff,
    to: int,
    *,
    ready: str = "",
    words: str = "",
    welcome: str = "",
    seen: str | None = None,
    client_id: str,
    look: Look | None = None,
) -> None:
    """Another colleague is the contact from now on: file, case and what the one before was still to do go over, and
    the person is introduced by both: by who goes with a ``ready`` sentence (``flows.progress.FAREWELLS``) or own
    ``words``, by who comes with ``welcome`` or a sentence of ours. A hold stays with who has it until the colleague
    takes over. ``seen`` is `Known.leaves` of the page that it was done from: nobody says farewell in another's name.
    Refused ``no_colleague``, ``same_contact``, ``newer_contact``, ``no_words``, ``too_long``, ``no_case``."""
    words, welcome = _short(words, LONGEST_WORDS), _short(welcome, LONGEST_WORDS)
    if ready and ready not in FAREWELLS:
        raise Refused("no_words")
    async with act_on(house, conversation_id, client_id, look) as (one, conn):
        if one is None:
            return
        known = await _known(one, conn)
        if seen is not None and seen != known.leaves:
            raise Refused("newer_contact")
        colleagues = {row.id: row.name for row in await team(conn)}
        if to not in colleagues:
            raise Refused("no_colleague")
        if known.contact is not None and known.contact[0] == to:
            raise Refused("same_contact")
        if known.contact is not None and not ready and not words:
            raise Refused("no_words")
        was = None if known.contact is None else known.contact[1]
        one.columns["assigned_to"] = to
        await give(conn, one.id, to)
        await store.take(conn, one.id, to)
        if known.contact is not None:
            await store.hand_on_tasks(conn, one.id, known.contact[0], to)
        about: dict[str, Json] = {
            "name": colleagues[to],
            "was": was,
            "code": ready if not words else "",
            "words": words,
            "welcome": welcome,
        }
        one.record("contact", {**about, "to": to}, staff_id=staff.id)
        await _tell(one, conn, {**about, "what": "contact"})


# ---- parts ---------------------------------------------------------------------------------------------------------


def _short(typed: str, most: int) -> str:
    typed = clean(typed).strip() if says(typed) else ""
    if len(typed) > most:
        raise Refused("too_long")
    return typed


async def _known(one: Talk, conn: AsyncConnection) -> Known:
    known = await reading.read(one.house, conn, one.id, one.columns["assigned_to"])
    if known.case_id is None:
        raise Refused("no_case")
    return known


async def _store(one: Talk, conn: AsyncConnection, staff: Staff, known: Known, made: Collection[Change]) -> None:
    """With the first move the sign-up is stored too, as everyone begins with it."""
    begun = next((row for row in known.rows if not row.id), None)
    if begun is not None and all(change.before != begun for change in made):
        made = (Change(begun, begun), *made)
    for change in made:
        was, row = change.before, change.after
        if row is None:
            assert was is not None
            await store.drop(conn, was.id)
        elif was is None or not was.id:
            await store.add(
                conn,
                conversation_id=one.id,
                case_id=row.case_id,
                phase=row.phase,
                state=row.state,
                began_at=row.began_at,
                ended_at=row.ended_at,
                set_by=None if row == begun else staff.id,
            )
        else:
            await store.change(conn, was.id, state=row.state, ended_at=row.ended_at, set_by=staff.id)


async def _tell(one: Talk, conn: AsyncConnection, about: dict[str, Json]) -> bool:
    """The person hears of it, whatever they were promised to hear; False: they could not be told."""
    told = await taking.interrupt(Due("voortgang.told", about), one, conn)
    if told:
        if one.is_reached:
            await deadlines.heard(one, conn)
        # Without who of us it was: that would count as an answer (``bot.standing``).
        detail: Json = {"kind": "voortgang", "what": about["what"], "channel": one.channel, "by": "caseworker"}
        one.record("contactmoment", detail)
    return told


@asynccontextmanager
async def act_on(
    house: House, conversation_id: int, client_id: str, look: Look | None
) -> AsyncIterator[tuple[Talk | None, AsyncConnection]]:
    """The locked conversation, or None when this form was handled before. For a ``look``, nothing of it stays."""
    with suppress(_LookedAt):
        async with locked(house, conversation_id) as (one, conn):
            yield (one if look is not None or await is_new(client_id, one, conn) else None), conn
            if look is not None:
                sealed = [row["content_sealed"] for row in one.staged.messages]
                look.says = tuple(contents.loads(house.vault.unseal_text(each, "message")) for each in sealed)
                raise _LookedAt
