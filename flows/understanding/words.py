"""The global words: mens, menu, terug, stop, opnieuw, taal, help, waarom, kort (rule 1)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import product

from rapidfuzz import process
from rapidfuzz.distance import OSA

from flows.grammar import GLOBAL_WORDS
from flows.understanding.loading import phrases, tables
from flows.understanding.normalising import PAUSE, words_of
from flows.understanding.remembering import remembered

#: A global word is said by itself: what is longer than this (in words, politeness left out) tells something.
LONGEST = 7
#: Words that a misspelt word may have been, at most.
SPELLINGS = 3


@remembered
def global_word(text: str) -> str | None:
    """The global word that the whole of ``text`` means, in any language, or None. Politeness, punctuation and a typing
    mistake in a longer word do not matter; a word inside a story is never taken for a command."""
    said = [word for word in words_of(text[:200]) if word != PAUSE]
    bare = [word for word in said if word not in _polite()] or said
    if not bare or len(bare) > LONGEST or len(text) > 200:
        return None
    return _meaning(bare) or _meaning(said) or _misspelt(bare)


def _meaning(words: Sequence[str]) -> str | None:
    """The global word of the first saying that has just these words."""
    for steps, name in _sayings().get((len(words), words[0]), ()):
        if all(word in step for word, step in zip(words, steps, strict=True)):
            return name
    return None


def _misspelt(words: list[str]) -> str | None:
    """What ``words`` mean when some are misspelt: one edit in one word of a saying from six letters on, in two from
    twelve; two neighbours swapped from four. Word by word, for there are few words and very many sayings."""
    utterance = " ".join(words)
    options: list[tuple[str, ...]] = []
    edits = 0
    for word in words:
        if word in _vocabulary() or word in _ordinary():
            options.append((word,))
            continue
        near = process.extract(word, _vocabulary(), scorer=OSA.distance, score_cutoff=1, limit=SPELLINGS)
        options.append(tuple(found for found, _, _ in near))
        edits += 1
    if edits > (2 if len(utterance) >= 12 else 1):
        return None
    for meant in product(*options):
        name = _meaning(meant)
        if name is not None:
            swapped = len(utterance) >= 4 and sorted(" ".join(meant)) == sorted(utterance)
            return name if swapped or len(utterance) >= 6 else None
    return None


@cache
def _polite() -> frozenset[str]:
    return frozenset().union(*(table.polite for table in tables()))


@cache
def _ordinary() -> frozenset[str]:
    return frozenset().union(*(table.known for table in tables()))


@cache
def _vocabulary() -> frozenset[str]:
    """Every word that stands in a saying."""
    return frozenset(word for same in _sayings().values() for steps, _ in same for step in steps for word in step)


@cache
def _sayings() -> dict[tuple[int, str], list[tuple[tuple[frozenset[str], ...], str]]]:
    """Ways to say a global word, by their number of words and the first: for each place the words that may stand
    there, as written and with politeness left out. Where a polite word stands for what is meant ("no bot", "geen
    robot") it stays: "no" alone is an answer. Raises ``ValueError`` for a word that is none."""
    found: dict[tuple[int, str], list[tuple[tuple[frozenset[str], ...], str]]] = {}
    same: dict[frozenset[str], frozenset[str]] = {}  # most are used often: as one, they take megabytes less
    for table in tables():
        for name, plain in phrases(table, table.words):
            if name not in GLOBAL_WORDS:
                raise ValueError(f"{table.code}: {name} is not a global word")
            written = [step.words for step in plain]
            less = [same.setdefault(step - _polite(), step - _polite()) for step in written]
            for steps in (written, less):
                bare = tuple(step for step in steps if step)
                for first in bare[0] if bare else ():
                    found.setdefault((len(bare), first), []).append((bare, name))
    return found
