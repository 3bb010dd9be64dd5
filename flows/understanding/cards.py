"""Which card with do's and don'ts a sentence is about, in all languages at once."""

from __future__ import annotations

from functools import cache

from flows.understanding.loading import finder, phrases, tables
from flows.understanding.normalising import PAUSE, words_of
from flows.understanding.patterns import Finder
from flows.understanding.remembering import remembered

#: What is longer (in words) tells a story, and wants more than a card.
LONGEST = 14


def card(text: str) -> str | None:
    """The name of the card (``flows.cards.NAMES``) for what ``text`` says, or None. Whether that is a crisis too is
    seen to before anything else."""
    said = words_of(text)
    if len([word for word in said if word != PAUSE]) > LONGEST:
        return None
    return card_in(text)


@remembered
def card_in(text: str) -> str | None:
    """The same in a text of any length, where it is known already that help is wanted."""
    return _finder().find((PAUSE, *words_of(text)))


@cache
def _finder() -> Finder:
    """The phrases of all tables; the order of the cards is that of the first table with them, most telling first."""
    found = [pair for table in tables() for pair in phrases(table, table.cards)]
    order = list(dict.fromkeys(name for name, _ in found))
    return finder(sorted(found, key=lambda pair: order.index(pair[0])), [])
