"""Post that came, and nobody who knows what to do with it: what most people come with, and no crisis."""

from __future__ import annotations

from collections.abc import Sequence

from flows.understanding.loading import Table, tables
from flows.understanding.normalising import PAUSE


def only_post(words: Sequence[str]) -> bool:
    """Whether ``words`` (of ``words_of``) say in one language that there is post and that someone does not understand
    it, and have no other word than those with which that is said."""
    said = [word for word in words if word != PAUSE]
    return any(_only_post(table, said) for table in tables() if table.post.names)


def _only_post(table: Table, said: Sequence[str]) -> bool:
    named = puzzled = False
    for word in said:
        ways = {word, *(word.removeprefix(prefix) for prefix in table.joined)}
        named = named or not table.post.names.isdisjoint(ways)
        puzzled = puzzled or not table.post.puzzled.isdisjoint(ways)
        if not any(way in words for way in ways for words in (table.post.names, table.post.puzzled, table.post.around)):
            return False
    return named and puzzled
