"""Crisis words, in all languages at once (rule 7 and the crisis table)."""

from __future__ import annotations

from functools import cache

from flows.grammar import Category
from flows.understanding.explained import only_asks
from flows.understanding.loading import finder, phrases, tables
from flows.understanding.normalising import words_of
from flows.understanding.patterns import Finder


def crisis(text: str) -> Category | None:
    """The worst crisis that ``text`` speaks of, or None. Reads every language, whatever the conversation's is: people
    in distress fall back on their own. A false alarm costs one tap, a missed crisis may cost a life. Who asks what a
    bailiff or an eviction is, and no more, only wants to know."""
    found = _finder().find(words_of(text))
    category = None if found is None else Category(found)
    return None if category is not None and not category.is_danger and only_asks(text) else category


@cache
def _finder() -> Finder:
    """All signs of all languages, worst category first (the order of ``Category``), then in the order of the files."""
    signs = [pair for table in tables() for pair in phrases(table, table.signs)]
    lookalikes = [pair for table in tables() for pair in phrases(table, table.lookalikes)]
    order = list(Category)
    return finder(sorted(signs, key=lambda pair: order.index(Category(pair[0]))), lookalikes)
