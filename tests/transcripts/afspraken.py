"""What the transcripts of agreements share: what was agreed in two talks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flows.agreements import Agreement, Summary
from flows.data import load
from flows.text import Text, verbatim
from tests.transcripts.player import TONGUE, Chat

#: Sentences of the phrasebook, as they are chosen at the desk.
_PHRASES = load("phrasebook")["phrase"]
OPEN_POST: Text = _PHRASES["open_post"]["you"]
POST_MAP: Text = _PHRASES["unopened_post"]["you"]
PAPERS: Text = _PHRASES["sort_papers"]["we"]

TUESDAY, FRIDAY = date(2026, 12, 1), date(2026, 12, 4)
#: What the person does, in the order of the caseworker, and what a caseworker does.
POST = Agreement(31, OPEN_POST, FRIDAY, summary=5)
UNOPENED = Agreement(32, POST_MAP, TUESDAY, summary=5)
FREE = Agreement(33, verbatim("Bel Kees van de woningbouw."), None, summary=5)
OURS = Agreement(34, PAPERS, FRIDAY, ours=True, name="Noor", summary=5)
TALK = Summary(5, date(2026, 11, 23), "Noor", (UNOPENED, POST, FREE, OURS), "Tot volgende week!")
#: An earlier talk with another contact.
BEFORE = Summary(
    4,
    date(2026, 11, 2),
    "Fatma",
    (Agreement(21, PAPERS, date(2026, 11, 6), "done", ours=True, name="Fatma", summary=4),),
    answer="agreed",
)


def talked(chat: Chat, *lines: Agreement, note: str = "") -> Chat:
    """One talk with these lines, agreed on before."""
    return chat.agreed(replace(TALK, lines=lines, note=note, answer="agreed"))


def said(chat: Chat, text: Text) -> str:
    """The text as the person reads it."""
    return TONGUE.say(text, chat.session.language)
