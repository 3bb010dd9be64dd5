"""Crisis words, in all languages at once (rule 7 and the crisis table)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from flows.grammar import Category
from flows.understanding.explained import only_asks
from flows.understanding.learned import danger, likeliest
from flows.understanding.loading import finder, phrases, tables
from flows.understanding.normalising import PAUSE, words_of
from flows.understanding.patterns import Finder
from flows.understanding.post import only_post
from flows.understanding.remembering import remembered

#: So much must speak against a crisis that the tables found before it is none: they are what people can read and rely
#: on, and a false alarm costs one tap. Against a life in danger more: missing one costs that.
DOUBT, DOUBT_OF_DANGER = 2.5, 4.0
#: What is shorter (in words) says too little for more than the tables to judge.
FEWEST = 3


@remembered
def crisis(text: str) -> Category | None:
    """The worst crisis that ``text`` speaks of, or None. Reads every language, whatever the conversation's is: people
    in distress fall back on their own. A false alarm costs one tap, a missed crisis may cost a life. Who asks what a
    bailiff or an eviction is, and no more, only wants to know; who got a letter and does not know what to do with it,
    and says no more, is in no danger, whatever was learned of such words."""
    words = words_of(text)
    if not any(word != PAUSE for word in words):
        return None
    found = category = signs(words)
    is_certain = found is not None and found.is_danger
    if len(words) >= FEWEST:
        doubt = 0.0 if found is None else DOUBT_OF_DANGER if is_certain else DOUBT
        category = likeliest(words, found) if danger(words, found) > -doubt else None
    if category is None or is_certain:
        return category
    return None if only_asks(text) or (found is None and only_post(words)) else category


def signs(words: Sequence[str]) -> Category | None:
    """The worst crisis that the tables find in ``words`` (of ``words_of``), or None."""
    found = _finder().find(words)
    return None if found is None else Category(found)


@cache
def _finder() -> Finder:
    """All signs of all languages, worst category first (the order of ``Category``), then in the order of the files."""
    signs = [pair for table in tables() for pair in phrases(table, table.signs)]
    lookalikes = [pair for table in tables() for pair in phrases(table, table.lookalikes)]
    order = list(Category)
    return finder(sorted(signs, key=lambda pair: order.index(Category(pair[0]))), lookalikes)
