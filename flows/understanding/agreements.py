"""What is typed about something on the list of what was agreed: done, not possible, on another day; and its number."""

from __future__ import annotations

from functools import cache

from flows.understanding.loading import finder, phrases, tables
from flows.understanding.normalising import PAUSE, ascii_digits, words_of
from flows.understanding.patterns import Finder

#: What is longer (in words) tells a story.
LONGEST = 12
#: No list is longer.
_MOST = 100


def doing(text: str) -> str | None:
    """What ``text`` says of it: ``done``, ``stuck`` (it does not work out), ``later`` (not yet), ``undone`` (a tick by
    mistake), or None."""
    return _found(text, _finder())


def mentions(text: str) -> bool:
    """Whether ``text`` is about that at all, also where it only asks, or says that it is not so."""
    return _found(text, _finder(strict=False)) is not None


def _found(text: str, finder: Finder) -> str | None:
    said = words_of(text)
    if len([word for word in said if word != PAUSE]) > LONGEST:
        return None
    return finder.find((PAUSE, *said))


def number_in(text: str) -> int | None:
    """The one number that ``text`` names, in digits or in words; None: none, or several."""
    said = words_of(ascii_digits(text))
    found = {int(word) for word in said if word.isascii() and word.isdecimal() and len(word) < 4}
    found |= {n for table in tables() for n, words in enumerate(table.cardinals, 1) if n > 1 and words & set(said)}
    found |= {n for table in tables() for n, words in enumerate(table.ordinals, 1) if words & set(said)}
    return found.pop() if len(found) == 1 and max(found) < _MOST else None


@cache
def _finder(*, strict: bool = True) -> Finder:
    """In the order of the first table with these names. ``strict``: what ``not_done`` finds is not ``done``."""
    found = [pair for table in tables() for pair in phrases(table, table.agreement)]
    order = list(dict.fromkeys(name for name, _ in found))
    signs = sorted((pair for pair in found if pair[0] != "not_done"), key=lambda pair: order.index(pair[0]))
    return finder(signs, [("done", plain) for name, plain in found if name == "not_done" and strict])
