"""The phrasebook of this municipality: our entries and what it added, changed and switched off in the desk.

An entry is never removed and never gets another number: what was sent is kept with it, as it was sent. Refused, each
with words in ``bot.desk.phrasebook_words``: what is meant cannot be, and nothing was changed.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import to_ms
from bot.errors import Refused
from bot.house import House
from flows import data
from flows.phrasebook import PARAMETERS, Phrase, Phrasebook, Term, own_phrase, parameters_of, words_to_json
from flows.text import Text
from locales.catalog import SOURCE
from locales.formatting import direction, without_controls
from storage import phrases as store

#: A sentence, in UTF-16 code units as channels count: filled in, it fits every one of them, with its day beside it.
LONGEST = 200
#: What finds an entry, and own entries of one municipality.
LONGEST_WORDS, MOST_OWN = 200, 300
_LONGEST_ICON = 8
FORMS = ("you", "we")

_SLOT = re.compile(rf"\{{(?:{'|'.join(PARAMETERS)})\}}")
_UNKNOWN = re.compile(r"\{\w*\}")
_ZERO_WIDTH_JOINER = "\u200d"

Sentences = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Given:
    """An entry as it was typed: what the person does (``you``) and what we do (``we``), by language, Dutch among
    them."""

    icon: str
    words: str
    you: Sentences
    we: Sentences


async def read_book(house: House, conn: AsyncConnection | None = None) -> Phrasebook:
    """All entries, own ones after ours; those that are switched off too, with ``shown`` False."""
    if conn is None:
        async with house.db.read() as reading:
            return await read_book(house, reading)
    ours = _ours()
    phrases = dict(ours.phrases)
    for row in await store.all_of(conn):
        shown = bool(row.shown)
        if row.name in phrases:
            phrases[row.name] = replace(phrases[row.name], shown=shown, id=row.id)
        elif row.name.startswith(store.OWN):
            phrases[row.name] = own_phrase(row.id, row.words, shown=shown)
    return Phrasebook(phrases, ours.terms)


def lacking(house: House, phrase: Phrase) -> tuple[str, ...]:
    """The languages of this municipality in which the entry is not whole: there it cannot be sent."""
    texts = [text for text in (phrase.you, phrase.we) if text is not None]
    return tuple(
        language
        for language in house.config.identity.languages
        if not all(house.tongue.has(text, language) for text in texts)
    )


def mark(phrase: Phrase) -> str:
    """Differs as soon as anything that an entry says does."""
    said = [None if text is None else (text.msgid, text.own) for text in (phrase.you, phrase.we)]
    return sha256(json.dumps([phrase.icon, phrase.words, said]).encode()).hexdigest()[:16]


def draft(house: House, given: Given) -> Phrase:
    """How an entry would be, were it kept. Refused as `add`, as far as that can be known of the entry alone."""
    return own_phrase(0, _checked(house, given))


async def add(house: House, by: int, given: Given) -> int:
    """An entry of the municipality's own; gives its number. Refused ``no_dutch``, ``no_such_value``, ``braces``,
    ``other_values``, ``same_words``, ``not_its_letters``, ``too_long_phrase``, ``no_icon``, ``too_many_phrases``,
    ``double_phrase``."""
    kept = _checked(house, given)
    async with house.db.begin() as conn:
        number = await store.add(conn, words=kept, **_by(house, by))
        if await store.count_own(conn) > MOST_OWN:
            raise Refused("too_many_phrases")
        await _check_single(house, conn, number, kept)
        await store.record(conn, by, to_ms(house.clock.now()))
    return number


async def change(house: House, by: int, number: int, given: Given, *, seen: str) -> None:
    """Other words for an own entry, from now on; ``seen`` is the `mark` of those that they replace. Refused as `add`,
    and ``gone_phrase``, ``other_phrase`` (a colleague changed it meanwhile)."""
    kept = _checked(house, given)
    async with house.db.begin() as conn:
        row = await store.find(conn, number)
        if row is None or not row.name.startswith(store.OWN):
            raise Refused("gone_phrase")
        if mark(own_phrase(number, row.words)) != seen:
            raise Refused("other_phrase")
        kept = _with_other_languages(house, row.words, kept)
        await _check_single(house, conn, number, kept)
        await store.change(conn, number, words=kept, **_by(house, by))
        await store.record(conn, by, to_ms(house.clock.now()))


async def switch(house: House, by: int, name: str, *, shown: bool) -> None:
    """Offers an entry, ours or an own one, or offers it no longer. Refused ``gone_phrase``."""
    async with house.db.begin() as conn:
        if name not in (await read_book(house, conn)).phrases:
            raise Refused("gone_phrase")
        await store.switch(conn, name, shown=int(shown), **_by(house, by))
        await store.record(conn, by, to_ms(house.clock.now()))


# ---- parts ---------------------------------------------------------------------------------------------------------


@cache
def _ours() -> Phrasebook:
    content = data.load("phrasebook")
    entries: Mapping[str, Mapping[str, Any]] = content["phrase"]
    lists: Mapping[str, Mapping[str, Text]] = content["term"]
    return Phrasebook(
        {
            name: Phrase(name, entry["icon"], entry.get("you"), entry.get("we"), entry["words"])
            for name, entry in entries.items()
        },
        {kind: tuple(Term(kind, name, text) for name, text in terms.items()) for kind, terms in lists.items()},
    )


def _by(house: House, by: int) -> dict[str, int]:
    return {"changed_at": to_ms(house.clock.now()), "changed_by": by}


def _checked(house: House, given: Given) -> str:
    """How the entry is kept."""
    icon = unicodedata.normalize("NFC", without_controls(given.icon)).strip()
    if icon and not _is_icon(icon):
        raise Refused("no_icon")
    words = _plain(given.words)
    if _length(words) > LONGEST_WORDS:
        raise Refused("too_long_phrase")
    languages = house.config.identity.languages
    you, we = (_sentences(said, languages) for said in (given.you, given.we))
    if not (you or we):
        raise Refused("no_dutch")
    return words_to_json(icon, words, you, we)


def _sentences(typed: Sentences, languages: tuple[str, ...]) -> dict[str, str]:
    """One form of an entry in the languages in which something was typed; empty where nothing was."""
    plain = {language: _plain(typed.get(language, "")) for language in languages}
    said = {language: words for language, words in plain.items() if words}
    if said and SOURCE not in said:
        raise Refused("no_dutch")
    for language, words in said.items():
        _check_sentence(words, language, said[SOURCE])
    return said


def _check_sentence(words: str, language: str, dutch: str) -> None:
    if _length(words) > LONGEST:
        raise Refused("too_long_phrase")
    literal = _SLOT.sub(" ", words)
    if _UNKNOWN.search(literal):
        raise Refused("no_such_value")
    if "{" in literal or "}" in literal:
        raise Refused("braces")
    if not any(character.isalpha() for character in literal):
        raise Refused("no_dutch" if language == SOURCE else "not_its_letters")
    if language == SOURCE:
        return
    if set(parameters_of(words)) != set(parameters_of(dutch)):
        raise Refused("other_values")
    if words.casefold() == dutch.casefold():
        raise Refused("same_words")
    if direction(language) == "rtl" and not any(unicodedata.bidirectional(one) in ("R", "AL") for one in literal):
        raise Refused("not_its_letters")


def _plain(typed: str) -> str:
    """On one line, without what cannot be seen and without directional controls, which would upset what stands
    around it."""
    seen = (
        " " if one.isspace() else one
        for one in without_controls(typed)
        if one.isspace() or one == _ZERO_WIDTH_JOINER or unicodedata.category(one)[0] != "C"
    )
    return " ".join(unicodedata.normalize("NFC", "".join(seen)).split())


def _is_icon(typed: str) -> bool:
    """Whether it is a picture, without letters, digits or signs."""
    kinds = {unicodedata.category(one) for one in typed if one != _ZERO_WIDTH_JOINER}
    return len(typed) <= _LONGEST_ICON and "So" in kinds and kinds <= {"So", "Sk", "Mn", "Me"}


def _length(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


async def _check_single(house: House, conn: AsyncConnection, number: int, kept: str) -> None:
    """A form that is sent twice makes one entry; two that read the same cannot be told apart."""
    made = _dutch(own_phrase(number, kept))
    others = (one for one in (await read_book(house, conn)).phrases.values() if one.id != number)
    if any(_dutch(one) == made for one in others):
        raise Refused("double_phrase")


def _dutch(phrase: Phrase) -> tuple[str | None, ...]:
    return tuple(None if text is None else text.msgid.casefold() for text in (phrase.you, phrase.we))


def _with_other_languages(house: House, before: str, after: str) -> str:
    """The new words, with the old ones in languages that are switched off now and so were not on the form, where the
    Dutch is still what they are a translation of."""
    old, new = json.loads(before), json.loads(after)
    for form in FORMS:
        if new[form] and old[form].get(SOURCE) == new[form][SOURCE]:
            off = {name: said for name, said in old[form].items() if name not in house.config.identity.languages}
            new[form] = off | new[form]
    return words_to_json(new["icon"], new["words"], new["you"], new["we"])
