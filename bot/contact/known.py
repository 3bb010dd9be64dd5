"""Who of us someone knows, and the short route to them: no new sign-up, no queue where nobody knows them [003] module
10."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

#: Where `read_ahead` leaves what it read.
_MET = "met"


@dataclass(frozen=True, slots=True)
class Known:
    """Who someone knows: number and name of an account that works here; None: nobody does. ``was``: who they knew, when
    that one left and this is the successor. ``mailed``: an e-mail address of theirs is known."""

    staff_id: int | None = None
    name: str | None = None
    was: str | None = None
    mailed: bool = False


@dataclass(frozen=True, slots=True)
class Met:
    """How someone and we stand: who is known, whose file it was when that was read (``assigned_to``), whether help goes
    on, and when it ended if it does not (milliseconds UTC)."""

    known: Known
    assigned_to: int | None
    open_case: bool
    closed_at: int | None


async def help_ended(talk: Talk, conn: AsyncConnection) -> bool:
    """Whether they had help from us, and all of it ended."""
    cases = await store.cases(conn, talk.id)
    return bool(cases) and all(case.closed_at is not None for case in cases)


async def known_contact(talk: Talk, conn: AsyncConnection, conversation_id: int) -> Known:
    """Who helps them, else whose file it is, else who helped them before, or was in touch with them last; for who left,
    their successor.
    ``talk`` is of that conversation: what it changed counts."""
    return await of_conversation(conn, conversation_id, talk.columns["assigned_to"])


async def of_conversation(conn: AsyncConnection, conversation_id: int, assigned_to: int | None) -> Known:
    """The same, for who only reads. ``assigned_to``: whose file it is."""
    return (await met(conn, {conversation_id: assigned_to}))[conversation_id].known


async def met(conn: AsyncConnection, assigned: Mapping[int, int | None]) -> dict[int, Met]:
    """The same of many conversations, and how far their help is. ``assigned``: whose file each is."""
    cases = await store.cases_of(conn, assigned)
    spoke = await store.spoke_last(conn, assigned)
    candidates: dict[int, list[int]] = {}
    for number, rows in cases.items():
        taken = [row.taken_by for row in rows if row.closed_at is None]
        before = [row.taken_by for row in rows if row.closed_at is not None]
        order = (*taken, assigned[number], *before, spoke.get(number))
        candidates[number] = [one for one in order if one is not None]
    staff = await store.colleagues(conn, {one for each in candidates.values() for one in each})
    return {
        number: Met(
            _first(candidates[number], staff),
            assigned[number],
            open_case=any(row.closed_at is None for row in rows),
            closed_at=rows[0].closed_at if rows else None,
        )
        for number, rows in cases.items()
    }


def _first(candidates: Iterable[int], staff: Mapping[int, store.Colleague]) -> Known:
    """The first of them who works here, or whose successor does."""
    for candidate in candidates:
        found = store.working(staff, candidate)
        if found is not None:
            was = None if found.id == candidate else staff[candidate].name
            return Known(found.id, found.name, was, mailed=bool(found.email))
    return Known()


async def read_ahead(talks: Iterable[Talk], conn: AsyncConnection) -> None:
    """Reads for many what `read` tells."""
    theirs = {talk.id: talk for talk in talks}
    found = await met(conn, {number: talk.columns["assigned_to"] for number, talk in theirs.items()})
    for number, talk in theirs.items():
        talk.ahead[_MET] = found[number]


async def read(talk: Talk, conn: AsyncConnection, frame: Frame) -> KnownContact:
    """For flows."""
    one: Met | None = talk.ahead.get(_MET)
    if one is None or one.assigned_to != talk.columns["assigned_to"]:
        one = (await met(conn, {talk.id: talk.columns["assigned_to"]}))[talk.id]
    return KnownContact(
        one.known.name,
        one.known.was,
        open_case=one.open_case,
        closed=None if one.closed_at is None else talk.house.calendar.day_of(from_ms(one.closed_at)),
    )


async def ask(talk: Talk, effect: AskContact, conn: AsyncConnection) -> None:
    """Wants to talk with who they know: the same promise of an answer as for anyone who asks for a human."""
    talk.record("handover", {"reason": effect.reason})
    await to_contact(talk, conn, effect.reason, Urgency.NORMAL)


async def to_contact(talk: Talk, conn: AsyncConnection, reason: str, urgency: Urgency) -> None:
    """The short route: the file goes to who they know, waits for us, and that colleague hears of it by e-mail; where
    nobody is known, everyone does. ``NORMAL`` is due as any question, ``URGENT`` today or as soon as we open. Who holds
    the conversation reads it there; while a crisis waits for an answer its own alarm is enough. Where one waits
    already, who asks once more adds nothing to it; what is urgent makes it so, and it is sent anew."""
    at = clocks.due(talk, clocks.promises(talk).first_contact) if urgency is Urgency.NORMAL else today(talk)
    known = await give(talk, conn)
    clocks.ask_human(talk, Urgency.NORMAL, at)  # its clock says how soon: urgent there is a crisis
    if urgency is not Urgency.NORMAL or "first_contact" in talk.house.gemeente.promises:
        talk.staged.add(promise, conversation_id=talk.id, kind="answer", made_at=talk.now, due_at=at)
    if talk.held or (await standing.read(talk, conn)).unanswered:
        return
    values = {"staff_id": known.staff_id, "urgency": int(urgency), "category_sealed": talk.seal("alarm", reason)}
    # Mail to one colleague waits for no one; what goes to all is not for the night.
    opens = to_ms(talk.house.calendar.opens_at(from_ms(talk.now)))
    first_at = talk.now if known.mailed else opens
    staged = next((row for row in talk.staged.rows.get(alarm, []) if row["kind"] == "contact"), None)
    if staged is not None:
        staged.update(values if urgency > staged["urgency"] else {})
        return
    waits = await store.raised(conn, talk.id)
    if waits is None:
        told = {"conversation_id": talk.id, "raised_at": talk.now, "kind": "contact", "next_at": first_at}
        talk.staged.add(alarm, **told, **values)
    elif urgency > Urgency.NORMAL and urgency >= waits.urgency:
        at = first_at if waits.level == 0 else opens
        await store.raise_again(conn, waits.id, **values, next_at=min(waits.next_at, at))


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


async def introduce(talk: Talk, conn: AsyncConnection) -> None:
    """They just read who came in the place of who left: that need not be told once more."""
    if (await known_contact(talk, conn, talk.id)).was is not None:
        await give(talk, conn)


def today(talk: Talk) -> int:
    """The end of the day on which someone of us reads what comes in now, in milliseconds UTC."""
    calendar = talk.house.calendar
    return clocks.due(talk, calendar.day_of(calendar.opens_at(from_ms(talk.now))))
