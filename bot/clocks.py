"""The clock of a file: by when what waits there is to be done by us, and how urgent it is."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import standing, terms
from bot.clock import to_ms
from bot.standing import Standing
from bot.talk import Talk
from flows.crisis import day_of
from flows.grammar import Category, Promised, Urgency

#: How urgent each crisis is: what the database knows of it in clear.
URGENCY = {
    Category.LIFE: Urgency.DANGER,
    Category.VIOLENCE: Urgency.DANGER,
    Category.HOME: Urgency.CRISIS,
    Category.UTILITIES: Urgency.CRISIS,
    Category.CARE: Urgency.CRISIS,
    Category.FOOD: Urgency.CRISIS,
    Category.SEIZURE: Urgency.URGENT,
}


def due(talk: Talk, day: date) -> int:
    """The end of ``day`` for us: when we close then, or midnight when we are closed all day."""
    return to_ms(terms.end_of(talk.house.calendar, day))


def ask_human(talk: Talk, urgency: Urgency, due_at: int) -> None:
    """Puts a conversation where humans look, no later than it was promised before. Danger has a clock of its own: it
    counts from the cry, whatever was late already."""
    columns = talk.columns
    if columns["queue"] in ("bot", "waiting_them", "closed"):
        columns["queue"] = "waiting_us"
    danger = urgency is Urgency.DANGER and columns["urgency"] < Urgency.DANGER
    columns["due_at"] = due_at if danger or columns["due_at"] is None else min(columns["due_at"], due_at)
    columns["urgency"] = max(columns["urgency"], int(urgency))


def crisis_due(talk: Talk, category: Category, since: int) -> int:
    """The clock of a crisis that was recognised at ``since`` (the crisis table in docs/rules.md)."""
    return since if category.is_danger else due(talk, day_of(category, talk.house.promised(since)))


def promises(talk: Talk) -> Promised:
    """The dates that hold for something asked now."""
    return talk.house.promised(talk.now)


def urgency_of(left: Standing) -> Urgency:
    """The worst crisis that stands, answered or not."""
    return max((URGENCY[category] for category in left.crises), default=Urgency.NORMAL)


def set_clock(talk: Talk, left: Standing) -> None:
    """Urgency and clock of what is left after a crisis was denied or is over; what was answered has no clock."""
    columns = talk.columns
    was_due = columns["due_at"] is not None
    columns.update(urgency=int(Urgency.NORMAL), due_at=None)
    for category, since in sorted(left.unanswered.items(), key=lambda one: URGENCY[one[0]], reverse=True):
        ask_human(talk, URGENCY[category], crisis_due(talk, category, since))
    if left.failed_at is not None:
        ask_human(talk, Urgency.URGENT, left.failed_at)
    for owed in (left.owed, left.near):
        if owed is not None:
            ask_human(talk, Urgency.NORMAL, owed)
    if columns["due_at"] is None and was_due and not talk.held:  # who holds it has the clock of the hold
        looks = due(talk, promises(talk).first_contact)  # a human still has a look
        columns["due_at"] = looks if left.lapsed_at is None else left.lapsed_at
    columns["urgency"] = max(columns["urgency"], int(urgency_of(left)))


async def nothing_due(talk: Talk, conn: AsyncConnection) -> None:
    """What the clock of the file was set for is done: it is that of what is left, and the file is gone from those that
    wait for us when nothing else is asked of us."""
    columns, left = talk.columns, await standing.read(talk, conn)
    set_clock(talk, left)
    answered = columns["last_staff_at"] is not None and columns["last_staff_at"] >= (columns["last_inbound_at"] or 0)
    asked = left.unanswered or {left.failed_at, left.lapsed_at, left.owed, left.near} != {None}
    if columns["queue"] == "waiting_us" and answered and not asked:
        columns.update(queue="waiting_them", due_at=None)
