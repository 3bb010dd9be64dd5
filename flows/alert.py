"""When a sign of crisis interrupts, and when it was said before (rule 7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from flows.grammar import Call, Category, Moment
from flows.session import Session
from flows.walk import Walk

#: A crisis that is no danger to life does not interrupt again within this time; its alarm is repeated silently.
CALM = timedelta(hours=24)


def interrupts(session: Session, category: Category, moment: Moment) -> bool:
    """Danger always does; any other crisis once a day, its alarm being repeated silently in between."""
    if category.is_danger:
        return True
    raised = session.raised.get(category)
    return raised is None or moment.now - datetime.fromisoformat(raised.split()[0]) > CALM


def was_denied(session: Session, category: Category) -> bool:
    """The person said of the same signs that it is not that."""
    return session.raised.get(category, "").endswith(" denied")


def raise_(walk: Walk, category: Category) -> None:
    """To the crisis screen, on top of where the person was; when is kept with the session."""
    at = walk.moment.now.isoformat(timespec="seconds")
    walk.session = replace(walk.session, raised={**walk.session.raised, category.value: at})
    walk.call(Call("crisis", category.value, (("category", category.value),)))


def deny(walk: Walk, category: str) -> None:
    """*Nee, dat is het niet*: the same signs do not interrupt again for a while."""
    at = f"{walk.moment.now.isoformat(timespec='seconds')} denied"
    walk.session = replace(walk.session, raised={**walk.session.raised, category: at})
