"""What words mean, the same in every language: ``concepts.toml`` lists the words and stems of each meaning.

There are tens of thousands, so a process does not read them as they are written: ``make learn`` puts into
``meanings.bin`` a number for every word, in order, and what that one means.
"""

from __future__ import annotations

import sys
import tomllib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise
from typing import Final
from zlib import compress, crc32, decompress

from flows.understanding.normalising import key, normalise

#: What people write, and what is made of it.
SOURCE: Final = "concepts.toml"
FILE: Final = "meanings.bin"
#: A stem has at least so many letters, or it would stand in words that mean something else.
SHORTEST: Final = 3

Meanings = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Words as numbers, ascending; ``means`` has for each where in ``Lexicon.together`` its meanings stand."""

    numbers: array[int]
    means: array[int]

    def find(self, word: bytes) -> int | None:
        """Where the meanings of a word (UTF-8) stand; None when it is not listed."""
        number = crc32(word)
        at = bisect_left(self.numbers, number)
        return self.means[at] if at < len(self.numbers) and self.numbers[at] == number else None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that is listed: whole words, and beginnings of words. Most mean one thing of a few hundred, so what they
    mean stands once in ``together``."""

    words: Listed
    stems: Listed
    together: tuple[Meanings, ...]


def meanings(word: str) -> Meanings:
    """The numbers of what ``word`` (of ``words_of``) may mean, whatever the language; empty when it is not listed.
    A listed word counts before a stem, a long stem before a short one."""
    lexicon = _lexicon()
    found = lexicon.words.find(word.encode())
    for end in range(len(word), SHORTEST - 1, -1):
        if found is not None:
            break
        found = lexicon.stems.find(word[:end].encode())
    return () if found is None else lexicon.together[found]


def compiled(source: str) -> Lexicon:
    """What ``SOURCE`` says, as it is looked up."""
    words: dict[int, dict[int, None]] = {}
    stems: dict[int, dict[int, None]] = {}
    for number, languages in enumerate(tomllib.loads(source).values()):
        for listed in " ".join(languages.values()).split():
            known, bare = (stems, listed[:-1]) if listed.endswith("*") else (words, listed)
            word = key(normalise(bare))
            if known is words or len(word) >= SHORTEST:
                known.setdefault(crc32(word.encode()), {})[number] = None
    different = dict.fromkeys(map(tuple, (*words.values(), *stems.values())))
    together = {several: at for at, several in enumerate(different)}
    return Lexicon(_listed(words, together), _listed(stems, together), tuple(together))


def _listed(known: Mapping[int, Iterable[int]], together: Mapping[Meanings, int]) -> Listed:
    numbers = sorted(known)
    return Listed(array("I", numbers), array("H", (together[tuple(known[number])] for number in numbers)))


def pack(lexicon: Lexicon) -> bytes:
    """``lexicon`` as it is kept in ``FILE``: the lengths of the rows, then the rows, all little-endian and together
    compressed."""
    ends = array("H", accumulate(map(len, lexicon.together)))
    rows = [
        lexicon.words.numbers,
        lexicon.words.means,
        lexicon.stems.numbers,
        lexicon.stems.means,
        ends,
        array("H", (number for several in lexicon.together for number in several)),
    ]
    return compress(b"".join(map(_bytes, (array("I", map(len, rows)), *rows))), 9)


def unpack(packed: bytes) -> Lexicon:
    """What `pack` made."""
    data = decompress(packed)
    codes = "IHIHHH"
    lengths = _row("I", data[: 4 * len(codes)])
    sizes = [length * array(code).itemsize for code, length in zip(codes, lengths, strict=True)]
    places = accumulate(sizes, initial=4 * len(codes))
    rows = [_row(code, data[one:two]) for code, (one, two) in zip(codes, pairwise(places), strict=True)]
    together = tuple(tuple(rows[5][one:two]) for one, two in pairwise((0, *rows[4])))
    return Lexicon(Listed(rows[0], rows[1]), Listed(rows[2], rows[3]), together)


def _bytes(row: array[int]) -> bytes:
    return _little(row).tobytes()


def _row(code: str, data: bytes) -> array[int]:
    row = array(code)
    row.frombytes(data)
    return _little(row)


def _little(row: array[int]) -> array[int]:
    """``row`` between this machine's order of bytes and the file's."""
    if sys.byteorder == "little":
        return row
    swapped = array(row.typecode, row)
    swapped.byteswap()
    return swapped


@cache
def _lexicon() -> Lexicon:
    return unpack((files("flows.understanding") / FILE).read_bytes())
