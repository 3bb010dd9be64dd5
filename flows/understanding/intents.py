"""What a sentence asks for: the flow that helps with it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from flows.understanding.cards import card
from flows.understanding.crises import crisis
from flows.understanding.loading import finder, phrases, tables
from flows.understanding.normalising import PAUSE, words_of
from flows.understanding.patterns import Finder
from flows.understanding.remembering import remembered
from flows.understanding.words import global_word


def intent(text: str, flows: Iterable[str]) -> str | None:
    """The flow among ``flows`` that ``text`` asks for, or a global word when that is all it says, or None.

    A crisis goes to the flow ``crisis``; what is written in one language is read in all.
    """
    here = frozenset(flows)
    if "crisis" in here and crisis(text) is not None:
        return "crisis"
    told = "kaarten" if "kaarten" in here and card(text) is not None else None
    return global_word(text) or wish(text, here) or told


def wish(text: str, flows: Iterable[str]) -> str | None:
    """The flow among ``flows`` that ``text`` asks for in a sentence, whatever else it may mean."""
    return _finder(frozenset(flows)).find(words_of(text))


@remembered
def aside(text: str) -> str | None:
    """What is said in passing, at whatever question: ``young`` (someone is under 18), ``ashamed``, or a question
    about the help itself (``cost``, ``readers``, ``papers``, ``robot``, ``phone``, ``creditors``, ``duration``),
    or that there is a ``letter`` with a decision, or what to ``say`` to a creditor, or that everything is to be read
    ``aloud``, or is not (``silent``)."""
    return _asides().find((PAUSE, *words_of(text)))


@cache
def _asides() -> Finder:
    return finder([pair for table in tables() for pair in phrases(table, table.asides)], [])


@lru_cache(maxsize=16)
def _finder(here: frozenset[str]) -> Finder:
    """The phrases of the flows that are here; the order of the flows is that of the first table."""
    order = list(dict.fromkeys(name for table in tables() for name in table.intents))
    found = [pair for table in tables() for pair in phrases(table, table.intents) if pair[0] in here]
    return finder(sorted(found, key=lambda pair: order.index(pair[0])), [])
