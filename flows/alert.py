"""When a sign of crisis interrupts, and when it was said before (rule 7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from flows import understanding, warned
from flows.grammar import Call, Category, Json, Moment, SetContact
from flows.reach import read_phone
from flows.session import Session
from flows.walk import Walk

#: A crisis that is no danger to life does not interrupt again within this time; its alarm is repeated silently.
CALM = timedelta(hours=24)


#: A human who answered within this time is clearly there, whatever the opening hours.
THERE = timedelta(hours=1)


def nobody_answers(moment: Moment) -> bool:
    """While a human holds the conversation: whether the one notice of this evening is to be given now (rule 8)."""
    there = moment.answered_at is not None and moment.now - moment.answered_at < THERE
    return moment.notice_due and not moment.open and not there


def interrupts(session: Session, category: Category, moment: Moment) -> bool:
    """Danger always does; any other crisis once a day, its alarm being repeated silently in between."""
    return category.is_danger or not _lately(session, category, moment)


def was_denied(session: Session, category: Category, moment: Moment) -> bool:
    """The person said of the same signs, not long ago, that it is not that."""
    return _lately(session, category, moment) and session.raised[category].endswith(" denied")


def _lately(session: Session, category: Category, moment: Moment) -> bool:
    raised = session.raised.get(category)
    return raised is not None and moment.now - datetime.fromisoformat(raised.split()[0]) <= CALM


def raise_(walk: Walk, category: Category, words: str) -> None:
    """To the crisis screen, on top of where the person was; when is kept with the session. A telephone number in the
    same ``words`` is kept to call."""
    at = walk.moment.now.isoformat(timespec="seconds")
    walk.session = replace(walk.session, raised={**walk.session.raised, category.value: at})
    answers: dict[str, Json] = {"category": category.value}
    phone = read_phone(words)
    if phone is not None:
        answers["contact"] = {"text": phone, "phone": phone}
        walk.effects.append(SetContact(phone=phone))
    card = understanding.card_in(words) if category is Category.SEIZURE else None
    if card is not None:
        answers["card"] = card
    walk.call(Call("crisis", category.value, tuple(answers.items())))


def deny(walk: Walk, category: str) -> None:
    """*Nee, dat is het niet*: the same signs do not interrupt again for a while."""
    at = f"{walk.moment.now.isoformat(timespec='seconds')} denied"
    denied = replace(walk.session, raised={**walk.session.raised, category: at})
    walk.session = warned.forget(denied, category)
