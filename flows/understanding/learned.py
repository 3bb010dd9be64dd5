"""What the signs of the tables lack: a crisis in words that nobody wrote down beforehand.

Learned from the sentences in ``examples/`` by ``python -m scripts.learn`` and kept in ``learned.bin`` as one small
number per feature. A feature is a word, two words near each other, a group of four letters and, the same in all
languages, what a word means (``concepts.toml``) and which two meanings stand near each other. Whoever wants to know why
a message was taken for a crisis can add the numbers up by hand (``python -m scripts.learn why``).
"""

from __future__ import annotations

import itertools
import json
import math
import zlib
from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from flows.grammar import Category
from flows.understanding.meanings import meanings
from flows.understanding.normalising import PAUSE

FILE: Final = "learned.bin"
#: Bits of the number of a feature; of two that share one the other features of a message tell which it was.
BITS: Final = 17
#: A long story is read in overlapping parts of so many words: one sentence in it is enough.
PART, STEP = 18, 9
#: Letters in a group.
LETTERS: Final = 4
#: Meanings further apart than this (in words that have one) say nothing together.
NEAR: Final = 5
CATEGORIES: Final = tuple(Category)

_MASK = (1 << BITS) - 1


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


def names(words: Sequence[str]) -> set[str]:
    """The features of ``words``, by name: ``w`` a word, ``b`` two in a row, ``s`` two with one or two between them, a
    group of letters, ``k`` a meaning, ``o`` two meanings in a row, ``p`` two near each other in any order."""
    placed = ["^", *words, "$"]
    found = {f"w{word}" for word in placed}
    found.update(f"b{one} {two}" for one, two in itertools.pairwise(placed))
    found.update(f"s{one} {two}" for one, two in zip(placed, placed[2:], strict=False))
    found.update(f"s{one} {two}" for one, two in zip(placed, placed[3:], strict=False))
    for word in words:
        if word != PAUSE:
            padded = f"<{word}>"
            found.update(padded[at : at + LETTERS] for at in range(len(padded) - LETTERS + 1))
    meant = [several for word in words if (several := meanings(word))]
    for place, here in enumerate(meant):
        for one in here:
            found.add(f"k{one}")
            for between, there in enumerate(meant[place + 1 : place + 1 + NEAR]):
                for two in there:
                    found.add(f"p{one} {two}" if one < two else f"p{two} {one}")
                    if not between:
                        found.add(f"o{one} {two}")
    return found


def numbers(words: Sequence[str]) -> set[int]:
    """The numbers of the features of ``words``."""
    return {zlib.crc32(name.encode()) & _MASK for name in names(words)}  # as `number`, for every message


def number(name: str) -> int:
    """The number of the feature called ``name``."""
    return zlib.crc32(name.encode()) & _MASK


def danger(words: Sequence[str], found: Category | None, learned: Learned | None = None) -> float:
    """How much speaks for a crisis in ``words`` (of ``words_of``); above 0 when that is enough. ``found``: what the
    tables of words found."""
    learned = learned or taught()
    worst = max(_danger(learned, numbers(part)) for part in parts(words))
    return worst + (learned.signs[CATEGORIES.index(found)] if found else 0.0)


def likeliest(words: Sequence[str], learned: Learned | None = None) -> Category:
    """Which crisis it would be, in the part of ``words`` that sounds most like one."""
    learned = learned or taught()
    return _kind(learned, max(map(numbers, parts(words)), key=lambda there: _danger(learned, there)))


def _danger(learned: Learned, there: Collection[int]) -> float:
    return learned.offset + learned.scale * sum(map(learned.danger.__getitem__, there)) / math.sqrt(len(there))


def _kind(learned: Learned, there: Collection[int]) -> Category:
    """The likeliest category; the worst of those that are equally likely."""
    share = learned.kinds_scale / math.sqrt(len(there))
    sums = (
        offset + share * sum(learned.kinds[row << BITS | each] for each in there)
        for row, offset in enumerate(learned.offsets)
    )
    return max(zip(sums, CATEGORIES, strict=True), key=lambda one: one[0])[1]


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
    return len(written).to_bytes(4, "big") + written + zlib.compress((learned.danger + learned.kinds).tobytes(), 9)


def unpack(packed: bytes) -> Learned:
    """What `pack` made."""
    size = int.from_bytes(packed[:4], "big")
    head = json.loads(packed[4 : 4 + size])
    rows = array("b", zlib.decompress(packed[4 + size :]))
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
