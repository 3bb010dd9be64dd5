"""What words mean, the same in every language: ``concepts.toml`` lists the words and stems of each meaning."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from flows.understanding.normalising import key, normalise

#: A stem has at least so many letters, or it would stand in words that mean something else.
SHORTEST = 3

Meanings = tuple[int, ...]


class _Lexicon(NamedTuple):
    """Numbers of meanings by whole word and by the beginning of words."""

    words: Mapping[str, Meanings]
    stems: Mapping[str, Meanings]


def meanings(word: str) -> Meanings:
    """The numbers of what ``word`` (of ``words_of``) may mean, whatever the language; empty when it is not listed.
    A listed word counts before a stem, a long stem before a short one."""
    lexicon = _lexicon()
    found = lexicon.words.get(word)
    for end in range(len(word), SHORTEST - 1, -1):
        if found is not None:
            return found
        found = lexicon.stems.get(word[:end])
    return found or ()


@cache
def _lexicon() -> _Lexicon:
    concepts = tomllib.loads((files("flows.understanding") / "concepts.toml").read_text("utf-8"))
    words: dict[str, Meanings] = {}
    stems: dict[str, Meanings] = {}
    shared: dict[Meanings, Meanings] = {}  # most words mean one thing, and most things have many words
    for number, languages in enumerate(concepts.values()):
        for listed in " ".join(languages.values()).split():
            known, bare = (stems, listed[:-1]) if listed.endswith("*") else (words, listed)
            word = key(normalise(bare))
            meant = tuple(dict.fromkeys((*known.get(word, ()), number)))
            known[word] = shared.setdefault(meant, meant)
    return _Lexicon(words, {stem: meant for stem, meant in stems.items() if len(stem) >= SHORTEST})
