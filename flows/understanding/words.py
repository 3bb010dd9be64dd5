"""The global words: mens, menu, terug, stop, opnieuw, taal, help, waarom, kort (service.md, rule 1)."""

from __future__ import annotations

from functools import cache
from itertools import product

from rapidfuzz import process
from rapidfuzz.distance import OSA

from flows.grammar import GLOBAL_WORDS
from flows.understanding.loading import phrases, tables
from flows.understanding.normalising import PAUSE, words_of

#: A global word is said by itself: what is longer than this (in words, politeness left out) tells something.
LONGEST = 7
#: Words that a misspelt word may have been, at most.
SPELLINGS = 3


def global_word(text: str) -> str | None:
    """The global word that the whole of ``text`` means, in any language, or None. Politeness, punctuation and a typing
    mistake in a longer word do not matter; a word inside a story is never taken for a command."""
    said = [word for word in words_of(text[:200]) if word != PAUSE]
    bare = [word for word in said if word not in _polite()] or said
    if not bare or len(bare) > LONGEST or len(text) > 200:
        return None
    sayings = _sayings()
    return sayings.get(" ".join(bare)) or sayings.get(_nearest(bare))


def _nearest(words: list[str]) -> str:
    """The saying that ``words`` are a misspelling of: one edit in one word of a saying from six letters on, in two from
    twelve; two neighbours swapped from four. Word by word, for there are few words and very many sayings."""
    utterance = " ".join(words)
    options: list[tuple[str, ...]] = []
    edits = 0
    for word in words:
        if word in _vocabulary():
            options.append((word,))
            continue
        near = process.extract(word, _vocabulary(), scorer=OSA.distance, score_cutoff=1, limit=SPELLINGS)
        options.append(tuple(found for found, _, _ in near))
        edits += 1
    if edits > (2 if len(utterance) >= 12 else 1):
        return ""
    found = next((saying for saying in map(" ".join, product(*options)) if saying in _sayings()), "")
    swapped = len(utterance) >= 4 and sorted(found) == sorted(utterance)
    return found if swapped or (len(utterance) >= 6 and utterance not in _ordinary()) else ""


@cache
def _vocabulary() -> tuple[str, ...]:
    """Every word that stands in a saying."""
    return tuple(sorted({word for saying in _sayings() for word in saying.split()}))


@cache
def _polite() -> frozenset[str]:
    return frozenset().union(*(table.polite for table in tables()))


@cache
def _ordinary() -> frozenset[str]:
    return frozenset().union(*(table.known for table in tables()))


@cache
def _sayings() -> dict[str, str]:
    """Every way to say a global word, as compared words. Raises ``ValueError`` for a word that is none."""
    found: dict[str, str] = {}
    for table in tables():
        for name, plain in phrases(table, table.words):
            if name not in GLOBAL_WORDS:
                raise ValueError(f"{table.code}: {name} is not a global word")
            sayings = [""]
            for step in plain:
                sayings = [f"{saying} {word}".strip() for saying in sayings for word in sorted(step.words)]
            for saying in sayings:
                bare = " ".join(word for word in saying.split() if word not in _polite()) or saying
                found.setdefault(saying, name)
                found.setdefault(bare, name)
    return found
