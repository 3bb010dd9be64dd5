"""What a sentence asks about keeping in touch, in all languages at once: a pause, none any more, more or less of it,
something else about it, or the hard moments."""

from __future__ import annotations

from functools import cache

from flows.understanding.loading import finder, phrases, tables
from flows.understanding.normalising import words_of
from flows.understanding.patterns import Finder
from flows.understanding.remembering import remembered

#: What is longer (in words) tells a story.
LONGEST = 10


@remembered
def keeping(text: str) -> str | None:
    """``pause``, ``stop``, ``often``, ``change``, ``moments``, ``contact`` (it is just about that), or None."""
    return _finder().find(words_of(text)) if len(text.split()) <= LONGEST else None


@cache
def _finder() -> Finder:
    """The phrases of all tables; the order is that of the first, most telling first."""
    order = list(dict.fromkeys(name for table in tables() for name in table.keeping))
    found = [pair for table in tables() for pair in phrases(table, table.keeping)]
    return finder(sorted(found, key=lambda pair: order.index(pair[0])), [])
