"""Who of us someone knows, and the short route to them: no new sign-up, no queue where nobody knows them [003] module
10."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import clocks, standing
from bot.clock import from_ms, to_ms
from bot.talk import Talk
from flows.aftercare import AskContact, KnownContact
from flows.grammar import Urgency
from flows.session import Frame
from storage import contact as store
from storage import progress
from storage.tables import alarm, promise


@dataclass(frozen=True, slots=True)
class Known:
    """Who someone knows: number and name of an account that works here; None: nobody does. ``was``: who they knew, when
    that one left and this is the successor."""

    staff_id: int | None = None
    name: str | None = None
    was: str | None = None


async def known_contact(talk: Talk, conn: AsyncConnection, conversation_id: int) -> Known:
    """Who helps them, else whose file it is, else who helped them before, or was in touch with them last; for who left,
    their successor.
    ``talk`` is of that conversation: what it changed counts."""
    return await of_conversation(conn, conversation_id, talk.columns["assigned_to"])


async def of_conversation(conn: AsyncConnection, conversation_id: int, assigned_to: int | None) -> Known:
    """The same, for who only reads. ``assigned_to``: whose file it is."""
    cases = await store.cases(conn, conversation_id)
    taken = [row.taken_by for row in cases if row.closed_at is None]
    before = [row.taken_by for row in cases if row.closed_at is not None]
    tried: set[int] = set()
    for candidate in (*taken, assigned_to, *before, await store.spoke_last(conn, conversation_id)):
        if candidate is not None and candidate not in tried:
            tried.add(candidate)
            found, first = await store.working(conn, candidate), await store.colleague(conn, candidate)
            if found is not None and first is not None:
                return Known(found.id, found.name, None if found.id == candidate else first.name)
    return Known()


async def read(talk: Talk, conn: AsyncConnection, frame: Frame) -> KnownContact:
    """For flows."""
    known = await known_contact(talk, conn, talk.id)
    cases = await store.cases(conn, talk.id)
    ended = None if not cases or cases[0].closed_at is None else cases[0].closed_at
    return KnownContact(
        known.name,
        known.was,
        open_case=any(row.closed_at is None for row in cases),
        closed=None if ended is None else talk.house.calendar.day_of(from_ms(ended)),
    )


async def ask(talk: Talk, effect: AskContact, conn: AsyncConnection) -> None:
    """Wants to talk with who they know: the same promise of an answer as for anyone who asks for a human."""
    talk.record("handover", {"reason": effect.reason})
    await to_contact(talk, conn, effect.reason, Urgency.NORMAL)


async def to_contact(talk: Talk, conn: AsyncConnection, reason: str, urgency: Urgency) -> None:
    """The short route: the file goes to who they know, waits for us, and that colleague hears of it by e-mail; where
    nobody is known, everyone does. ``NORMAL`` is due as any question, ``URGENT`` today or as soon as we open. Who holds
    the conversation reads it there; while a crisis waits for an answer its own alarm is enough."""
    at = clocks.due(talk, clocks.promises(talk).first_contact) if urgency is Urgency.NORMAL else today(talk)
    known = await give(talk, conn)
    clocks.ask_human(talk, Urgency.NORMAL, at)  # its clock says how soon: urgent there is a crisis
    if urgency is not Urgency.NORMAL or "first_contact" in talk.house.gemeente.promises:
        talk.staged.add(promise, conversation_id=talk.id, kind="answer", made_at=talk.now, due_at=at)
    if talk.held or (await standing.read(talk, conn)).unanswered or await _is_raised(talk, conn):
        return
    calendar = talk.house.calendar
    at_once = known.staff_id is not None  # mail to one colleague waits for no one; that of all not for the night
    talk.staged.add(
        alarm,
        conversation_id=talk.id,
        raised_at=talk.now,
        kind="contact",
        staff_id=known.staff_id,
        urgency=int(urgency),
        category_sealed=talk.seal("alarm", reason),
        next_at=talk.now if at_once else to_ms(calendar.opens_at(from_ms(talk.now))),
    )


async def give(talk: Talk, conn: AsyncConnection) -> Known:
    """The file is whose they know, unless a human holds it now; a successor is introduced, once."""
    known = await known_contact(talk, conn, talk.id)
    if known.staff_id is None or talk.held:
        return known
    if known.was is not None:
        await progress.take(conn, talk.id, known.staff_id)
        talk.record("introduced", {"name": known.name, "was": known.was, "to": known.staff_id})
    talk.columns["assigned_to"] = known.staff_id
    return known


def today(talk: Talk) -> int:
    """The end of the day on which someone of us reads what comes in now, in milliseconds UTC."""
    calendar = talk.house.calendar
    return clocks.due(talk, calendar.day_of(calendar.opens_at(from_ms(talk.now))))


async def _is_raised(talk: Talk, conn: AsyncConnection) -> bool:
    """Whether such an alarm waits already: once more is no other one."""
    if any(row["kind"] == "contact" for row in talk.staged.rows.get(alarm, [])):
        return True
    return await store.asked_for(conn, talk.id) is not None
