"""The texts as they are said in this municipality: what each says in every language, and how far that is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import cards
from bot.house import House
from flows.text import Text
from locales.catalog import SOURCE
from locales.wordings import TextState

#: In the order in which they ask for work.
STATES: tuple[TextState, ...] = ("missing", "stale", "draft", "confirmed")


@dataclass(frozen=True, slots=True)
class Said:
    """One text in one language, before anything is filled in: the Dutch and the words (None: there are none) that are
    said here, how far these are, and whether they are the municipality's ``own``. ``version`` counts what was done."""

    context: str
    language: str
    dutch: str
    words: str | None
    state: TextState
    own: bool
    version: int

    @property
    def mark(self) -> str:
        """Differs as soon as any of it does."""
        told = [self.dutch, self.words, self.state, self.version]
        return sha256(json.dumps(told).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Other:
    """A text that has a page of its own (a card): how it is said there, and whether it is ``worded`` there, and so not
    to be worded anywhere else."""

    text: Text
    worded: bool
    address: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A text on the page. ``said``: in the languages that were asked for, in their order."""

    context: str
    dutch: Said
    said: tuple[Said, ...]


Others = Mapping[str, Other]


async def others(house: House, conn: AsyncConnection | None = None) -> Others:
    """Every text that has a page of its own, by context."""
    return {
        text.context: Other(text, part in one.words, f"/desk/cards/{one.card.name}")
        for one in await cards.all_cards(house, conn)
        for part, text in cards.words_of(one.card).items()
    }


def contexts(house: House) -> tuple[str, ...]:
    """Every text that residents may read, in the order of the code; the municipality's own sentences come last."""
    return (*house.tongue.dutch, *sentences(house))


def sentences(house: House) -> dict[str, str]:
    """The municipality's own sentences, which no catalog has: their Dutch, from the configuration, by context."""
    told = {
        "gemeente.outside_hours": house.gemeente.outside_hours,
        "gemeente.food_help": house.gemeente.food_help,
    }
    return {context: words.replace("{", "(").replace("}", ")") for context, words in told.items() if words}


def said(house: House, context: str, language: str, known: Others) -> Said | None:
    """The text as it is said here. None: there is no such text."""
    tongue, other = house.tongue, known.get(context)
    kept = tongue.kept(context, language)
    version = 0 if kept is None else kept.version
    if other is not None and other.text.own:
        dutch = other.text.msgid
        words = dutch if language == SOURCE else dict(other.text.own).get(language)
        state: TextState = "confirmed" if language == SOURCE else tongue.own_state(context, language, dutch, words)
        return Said(context, language, dutch, words, state, other.worded, version)
    msgid = sentences(house).get(context)
    base, shown = tongue.shown(context, SOURCE, msgid), tongue.shown(context, language, msgid)
    if base is None:
        return None
    state, own = tongue.text_state(context, language, msgid), shown is not None and shown.own
    return Said(context, language, base.words, None if shown is None else shown.words, state, own, version)


def entries(house: House, languages: Iterable[str], known: Others) -> Iterator[Entry]:
    """All of them, in these languages."""
    asked = tuple(languages)
    for context in contexts(house):
        dutch = said(house, context, SOURCE, known)
        if dutch is not None:
            each = (said(house, context, language, known) for language in asked)
            yield Entry(context, dutch, tuple(one for one in each if one is not None))


def made_for(house: House, one: Said) -> str:
    """The Dutch that a translation was made or confirmed for, where that is not what is said now; else empty. Of the
    Dutch itself: what it stands in place of."""
    kept = house.tongue.kept(one.context, one.language)
    shown = house.tongue.shown(one.context, one.language, sentences(house).get(one.context))
    ways = ("" if kept is None else kept.dutch, "" if shown is None else shown.made_for)
    return next((dutch for dutch in ways if dutch not in ("", one.dutch)), "")


def standard_dutch(house: House, context: str) -> str:
    """The Dutch of the configuration or of the program."""
    base = house.tongue.standard(context, SOURCE, sentences(house).get(context))
    return "" if base is None else base.words


def is_fixed_here(house: House, context: str, language: str, known: Others) -> str:
    """Where else it is worded: ``card``, ``configuration``; empty: here."""
    other = known.get(context)
    if other is not None and (other.worded or language == SOURCE):
        return "card"
    return "configuration" if language == SOURCE and context in sentences(house) else ""
