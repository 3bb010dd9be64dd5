"""Understanding free text, pure: crisis words, global words, intents, language, and which option someone means.

What is known about a language stands in one file in ``tables/``; nothing here depends on which languages there are.
"""

from __future__ import annotations

from collections.abc import Iterable

from flows.understanding.agreements import doing, mentions, number_in
from flows.understanding.appointments import asks, question, reply, suits, way
from flows.understanding.cards import card, card_in
from flows.understanding.crises import crisis
from flows.understanding.explained import asks_that, without_word, word_asked, words_used
from flows.understanding.hours import parts_of_day
from flows.understanding.intents import aside, intent, wish
from flows.understanding.keeping import keeping
from flows.understanding.languages import language, written_in
from flows.understanding.matching import (
    Option,
    agrees,
    courtesy,
    declines,
    is_number,
    match,
    refuses,
    says_no,
    tells_beside,
    weekday,
)
from flows.understanding.moments import day_in, days_from_in, hour_in, names_date, part_in, year_day_in
from flows.understanding.normalising import ascii_digits, normalise
from flows.understanding.remembering import forget
from flows.understanding.told import called, days_off
from flows.understanding.words import global_word

__all__ = [
    "Option",
    "agrees",
    "ascii_digits",
    "aside",
    "asks",
    "asks_that",
    "called",
    "card",
    "card_in",
    "courtesy",
    "crisis",
    "day_in",
    "days_from_in",
    "days_off",
    "declines",
    "describe",
    "doing",
    "forget",
    "global_word",
    "hour_in",
    "intent",
    "is_number",
    "keeping",
    "language",
    "match",
    "mentions",
    "names_date",
    "normalise",
    "number_in",
    "part_in",
    "parts_of_day",
    "question",
    "refuses",
    "reply",
    "says_no",
    "suits",
    "tells_beside",
    "way",
    "weekday",
    "wish",
    "without_word",
    "word_asked",
    "words_used",
    "written_in",
    "year_day_in",
]


def describe(text: str, flows: Iterable[str]) -> dict[str, str | None]:
    """What ``klopaan understand`` prints for one line: ``text``, ``language`` (ISO 639-1 or None when unsure),
    ``crisis`` (a ``Category`` value or None) and ``intent`` (a global word, one of ``flows`` or None)."""
    found = crisis(text)
    return {
        "text": text,
        "language": language(text),
        "crisis": None if found is None else found.value,
        "intent": intent(text, flows),
    }
