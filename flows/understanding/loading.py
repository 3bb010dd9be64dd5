"""The tables of all languages: read once, at first use."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from typing import Any

from flows.understanding.normalising import key, normalise
from flows.understanding.patterns import Finder, Notation, Plain, Words

#: What is a row, and no set, in ``[match.moment]``.
_LISTS = ("months", "hours", "later_hours")


@dataclass(frozen=True, slots=True)
class Table:
    """One language's file. The blocks of phrases are still text, by name, in the order of the file."""

    code: str
    notation: Notation
    negation: Words
    fillers: Words
    known: Words
    prefixes: tuple[str, ...]
    joined: tuple[str, ...]
    glued: Words
    polite: Words
    signs: Mapping[str, str]
    lookalikes: Mapping[str, str]
    words: Mapping[str, str]
    intents: Mapping[str, str]
    asides: Mapping[str, str]
    meaning: Mapping[str, str]
    terms: Mapping[str, str]
    appointment: Mapping[str, Mapping[str, str]]
    agreement: Mapping[str, str]
    cards: Mapping[str, str]
    keeping: Mapping[str, str]
    post: Post
    cardinals: tuple[Words, ...]
    ordinals: tuple[Words, ...]
    weekdays: tuple[Words, ...]
    around_day: Words
    only: Words
    called: tuple[tuple[str, ...], ...]
    clock: Mapping[str, Words]
    months: tuple[Words, ...]
    moment: Mapping[str, Words]
    hours: tuple[Words, ...]
    later_hours: tuple[Words, ...]
    last: Words
    joining: Words
    either: Words
    around: Words
    answers: Mapping[str, str]
    frequent: Words
    script: str
    letters: frozenset[str]
    sample: str
    romanised: Romanised | None


@dataclass(frozen=True, slots=True)
class Post:
    """What post is called, how people say that they do not understand, and what else stands in such a sentence."""

    names: Words
    puzzled: Words
    around: Words


@dataclass(frozen=True, slots=True)
class Romanised:
    """A language as it is typed in Latin letters: its most frequent words there, and a little ordinary text."""

    frequent: Words
    sample: str


@cache
def tables() -> tuple[Table, ...]:
    """All tables, by language code."""
    folder = files("flows.understanding") / "tables"
    found = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(_read(name.removesuffix(".toml"), tomllib.loads((folder / name).read_text("utf-8"))) for name in found)


def _read(code: str, data: Mapping[str, Any]) -> Table:
    language = data.get("language", {})
    match = data.get("match", {})
    moment = match.get("moment", {})
    crisis = data.get("crisis", {})
    frequent = _words(language.get("words", ""))
    negation = _words(data.get("negation", ""))
    return Table(
        code=code,
        notation=Notation(data.get("sets", {}), data.get("spelling", {})),
        negation=negation,
        fillers=_words(data.get("fillers", "")),
        known=_words(data.get("known", "")) | frequent,
        prefixes=tuple(key(normalise(prefix)) for prefix in data.get("prefixes", "").split()),
        joined=tuple(key(normalise(prefix)) for prefix in data.get("joined", "").split()),
        glued=_words(data.get("glued", "")),
        polite=_words(data.get("polite", "")),
        signs={name: block["signs"] for name, block in crisis.items()},
        lookalikes={name: block.get("not", "") for name, block in crisis.items()},
        words=data.get("words", {}),
        intents=_wishes(data),
        asides=data.get("asides", {}),
        meaning=data.get("meaning", {}),
        terms=data.get("terms", {}),
        appointment=data.get("appointment", {}),
        agreement=data.get("agreement", {}),
        cards=data.get("cards", {}),
        keeping=data.get("keeping", {}),
        post=Post(*(_words(data.get("post", {}).get(name, "")) for name in ("names", "puzzled", "around"))),
        cardinals=_listed(match, "cardinals"),
        ordinals=_listed(match, "ordinals"),
        weekdays=_listed(match, "weekdays"),
        around_day=_words(match.get("around_day", "")),
        only=_words(match.get("only", "")),
        called=tuple(tuple(key(normalise(word)) for word in saying.split()) for saying in match.get("called", ())),
        months=_listed(moment, "months"),
        moment={name: _words(words) for name, words in moment.items() if name not in _LISTS},
        hours=_listed(moment, "hours"),
        later_hours=_listed(moment, "later_hours"),
        clock={name: _words(words) for name, words in match.get("clock", {}).items()},
        last=_words(match.get("last", "")),
        joining=_words(match.get("joining", "")),
        either=_words(match.get("either", "")),
        around=_words(match.get("around", "")),
        answers=match.get("answers", {}),
        frequent=frequent,
        script=language.get("script", "latin"),
        letters=frozenset(language.get("letters", "")),
        sample=language.get("sample", ""),
        romanised=Romanised(_words(latin["words"]), latin["sample"]) if (latin := language.get("latin")) else None,
    )


def _wishes(data: Mapping[str, Any]) -> Mapping[str, str]:
    """What asks for which flow; whatever is said about keeping in touch asks for that."""
    intents: Mapping[str, str] = data.get("intents", {})
    keeping = data.get("keeping", {})
    return {"contact": "\n".join(keeping.values()), **intents} if keeping else intents


def _listed(block: Mapping[str, Any], name: str) -> tuple[Words, ...]:
    """A row of which every place may have several words."""
    return tuple(_words(place.replace("|", " ")) for place in block.get(name, "").split())


def _words(text: str) -> Words:
    return frozenset(key(normalise(word)) for word in text.split())


def numbers_of(table: Table) -> tuple[Words, ...]:
    """The words of ``table`` for the numbers from one on, as things and as hours are counted; empty without any."""
    if not table.cardinals:
        return ()
    counted = (*table.cardinals, *(table.moment[kind] for kind in ("eleven", "twelve")), *table.later_hours)
    return tuple(words | hour for words, hour in zip_longest(counted, table.hours, fillvalue=frozenset[str]()))


def phrases(table: Table, blocks: Mapping[str, str]) -> list[tuple[str, Plain]]:
    """The plain phrases of ``blocks`` with the name of their block."""
    return [(name, plain) for name, block in blocks.items() for plain in table.notation.lines(block)]


def finder(found: list[tuple[str, Plain]], lookalikes: list[tuple[str, Plain]]) -> Finder:
    """A finder of these phrases that knows the ordinary words, negations, fillers and prefixes of all languages."""
    return Finder(
        found,
        lookalikes,
        negation=frozenset().union(*(table.negation for table in tables())),
        known=frozenset().union(*(table.known for table in tables())),
        fillers=frozenset().union(*(table.fillers for table in tables())),
        prefixes=[prefix for table in tables() for prefix in table.prefixes],
        joined=[prefix for table in tables() for prefix in table.joined],
        glued=frozenset().union(*(table.glued for table in tables())),
    )
