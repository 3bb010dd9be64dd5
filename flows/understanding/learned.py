"""What the signs of the tables lack: a crisis in words that nobody wrote down beforehand.

Learned from the sentences in ``examples/`` by ``python -m scripts.learn`` and kept in ``learned.bin`` as one small
number per feature. A feature is a word, two words near each other, a group of four letters and, the same in all
languages, what a word means (``concepts.toml``) and which two meanings stand near each other. Features have no list:
each is a number made of what it is about, quickly, for this is done with every message. Whoever wants to know why a
message was taken for a crisis can add up what they say by hand (``python -m scripts.learn why``).
"""

from __future__ import annotations

import itertools
import json
import math
from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, TypeAlias
from zlib import compress, crc32, decompress

from flows.grammar import Category
from flows.understanding.meanings import meanings
from flows.understanding.normalising import PAUSE

FILE: Final = "learned.bin"
#: Bits of the number of a feature: as many as keep nearly all of them apart.
BITS: Final = 20
#: Which crisis it is takes fewer: of two features that share a number the others of a message tell which it was.
KIND_BITS: Final = 17
#: A long story is read in overlapping parts of so many words: one sentence in it is enough.
PART, STEP = 18, 9
#: Letters in a group.
LETTERS: Final = 4
#: Meanings further apart than this (in words that have one) say nothing together.
NEAR: Final = 8
CATEGORIES: Final = tuple(Category)
#: So far ahead a life in danger must be of what the tables found, to be what it is about: of a hundred that they found
#: otherwise, seventy are seen so, and one in two hundred of the others is taken for it.
CLEAR: Final = 3.0

_MASK = (1 << BITS) - 1
_KIND_MASK = (1 << KIND_BITS) - 1

#: What a feature is called by: its sort, and the words, letters or meanings that it is about.
Name: TypeAlias = tuple[str, *tuple[str | int, ...]]


@dataclass(frozen=True, slots=True)
class Learned:
    """``danger``: how much each feature speaks for a crisis, in units of ``scale``; ``kinds``: how much for each of
    ``CATEGORIES``, the rows one after the other, in units of ``kinds_scale``; ``offset`` and ``offsets`` are where the
    sums begin. ``signs``: how much it says, by category, that the tables found one. ``made_of``: what it was learned
    from, as a checksum."""

    danger: array[int]
    kinds: array[int]
    scale: float
    kinds_scale: float
    offset: float
    offsets: tuple[float, ...]
    signs: tuple[float, ...]
    made_of: str


def parts(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """``words`` (of ``words_of``) as they are judged: whole, or in overlapping parts where they are many. How they end
    does not matter."""
    while words and words[-1] == PAUSE:
        words = words[:-1]
    while words and words[0] == PAUSE:
        words = words[1:]
    if len(words) <= PART + STEP // 2:
        yield words
        return
    for start in range(0, len(words) - STEP, STEP):
        yield words[start : start + PART]


def names(words: Sequence[str]) -> Iterator[Name]:
    """The features of ``words``, by name, some more than once: a ``word``, two in a ``row``, two with one or two
    ``between`` them, a group of ``letters``, a ``meaning``, two meanings in ``order`` or ``near`` each other."""
    placed = ["^", *words, "$"]
    yield from (("word", word) for word in placed)
    yield from (("row", one, two) for one, two in itertools.pairwise(placed))
    for gap in (2, 3):
        yield from (("between", one, two) for one, two in zip(placed, placed[gap:], strict=False))
    for word in words:
        if word != PAUSE:
            padded = f"<{word}>"
            yield from (("letters", padded[at : at + LETTERS]) for at in range(len(padded) - LETTERS + 1))
    meant = [several for word in words if (several := meanings(word))]
    for place, here in enumerate(meant):
        for one in here:
            yield "meaning", one
            for between, there in enumerate(meant[place + 1 : place + 1 + NEAR]):
                for two in there:
                    yield "near", min(one, two), max(one, two)
                    if not between:
                        yield "order", one, two


def number(name: Name) -> int:
    """The number of the feature called ``name``."""
    match name:
        case "word", str(word):
            return _code(word) & _MASK
        case "row", str(one), str(two):
            return (3 * _code(one) + _code(two)) & _MASK
        case "between", str(one), str(two):
            return (5 * _code(one) + _code(two)) & _MASK
        case "letters", str(letters):
            return crc32(letters.encode("utf-32-le"), 7) & _MASK
        case "meaning", int(one):
            return _meant(one) & _MASK
        case "near", int(one), int(two):
            return (7 * _meant(one) + _meant(two)) & _MASK
        case "order", int(one), int(two):
            return (11 * _meant(one) + _meant(two)) & _MASK
        case _:
            raise ValueError(f"no feature: {name}")


def numbers(words: Sequence[str]) -> set[int]:
    """The numbers of the features of ``words``: `number` of all `names`, without a name being made."""
    codes = [_code("^"), *map(_code, words), _code("$")]
    found = {code & _MASK for code in codes}
    found.update((3 * one + two) & _MASK for one, two in itertools.pairwise(codes))
    found.update((5 * one + two) & _MASK for one, two in zip(codes, codes[2:], strict=False))
    found.update((5 * one + two) & _MASK for one, two in zip(codes, codes[3:], strict=False))
    for word in words:
        if word != PAUSE:
            padded = f"<{word}>".encode("utf-32-le")
            ends = range(4 * LETTERS, len(padded) + 1, 4)
            found.update(crc32(padded[end - 4 * LETTERS : end], 7) & _MASK for end in ends)
    meant = [[(one, _meant(one)) for one in several] for word in words if (several := meanings(word))]
    for place, here in enumerate(meant):
        near = meant[place + 1 : place + 1 + NEAR]
        for one, code in here:
            found.add(code & _MASK)
            if near:
                found.update((11 * code + other) & _MASK for _, other in near[0])
            for there in near:
                for two, other in there:
                    found.add((7 * code + other if one <= two else 7 * other + code) & _MASK)
    return found


def _code(word: str) -> int:
    return crc32(word.encode())


def _meant(meaning: int) -> int:
    """A code for a meaning, in a range where words seldom have theirs."""
    return crc32(meaning.to_bytes(2, "big"), 13)


def danger(words: Sequence[str], found: Category | None, learned: Learned | None = None) -> float:
    """How much speaks for a crisis in ``words`` (of ``words_of``); above 0 when that is enough. ``found``: what the
    tables of words found."""
    learned = learned or taught()
    worst = max(_danger(learned, numbers(part)) for part in parts(words))
    return worst + (learned.signs[CATEGORIES.index(found)] if found else 0.0)


def likeliest(words: Sequence[str], found: Category | None = None, learned: Learned | None = None) -> Category:
    """Which crisis it is, in the part of ``words`` that sounds most like one: what the tables ``found``, unless a life
    in danger is clearly likelier; without that the likeliest."""
    learned = learned or taught()
    sums = _kinds(learned, max(map(numbers, parts(words)), key=lambda there: _danger(learned, there)))
    if found is not None:
        life = sums.pop(Category.LIFE)
        return Category.LIFE if life - max(sums.values()) > CLEAR else found
    return max(sums, key=sums.__getitem__)


def _danger(learned: Learned, there: Collection[int]) -> float:
    return learned.offset + learned.scale * sum(map(learned.danger.__getitem__, there)) / math.sqrt(len(there))


def _kinds(learned: Learned, there: Collection[int]) -> dict[Category, float]:
    """How likely each category is, worst first; only the differences say something."""
    few = {each & _KIND_MASK for each in there}
    share = learned.kinds_scale / math.sqrt(len(few))
    return {
        category: offset + share * sum(map(learned.kinds.__getitem__, map((row << KIND_BITS).__add__, few)))
        for row, (category, offset) in enumerate(zip(CATEGORIES, learned.offsets, strict=True))
    }


def pack(learned: Learned) -> bytes:
    """``learned`` as it is kept in ``FILE``: the size of the head in four bytes, the head as JSON, the numbers."""
    head = {
        "offset": learned.offset,
        "scale": learned.scale,
        "kinds_scale": learned.kinds_scale,
        "offsets": learned.offsets,
        "signs": learned.signs,
        "made_of": learned.made_of,
    }
    written = json.dumps(head).encode()
    return len(written).to_bytes(4, "big") + written + compress((learned.danger + learned.kinds).tobytes(), 9)


def unpack(packed: bytes) -> Learned:
    """What `pack` made."""
    size = int.from_bytes(packed[:4], "big")
    head = json.loads(packed[4 : 4 + size])
    rows = array("b", decompress(packed[4 + size :]))
    return Learned(
        rows[: 1 << BITS],
        rows[1 << BITS :],
        head["scale"],
        head["kinds_scale"],
        head["offset"],
        tuple(head["offsets"]),
        tuple(head["signs"]),
        head["made_of"],
    )


@cache
def taught() -> Learned:
    """What was learned, read once."""
    return unpack((files("flows.understanding") / FILE).read_bytes())
