"""The notation of the tables, and finding many phrases in one message at once.

A phrase is written as people say it, one a line::

    {wil} … (dood|sterven)      sets by name in braces, alternatives in brackets; an empty one may be left out
    zelfmoord*                  a star: any ending
    wil .. dood                 two dots: at most two other words in between, none of them a negation
    wil … sterven               three dots: at most four
    pillen ~ slikken            a wave: at most four other words in between, in either order
    ik kan niet meer .          one dot: the sentence or the message ends here

Finding works on sets of positions kept as the bits of an integer, so that its cost grows with the number of words and
not with the number of ways in which they could be combined.
"""

from __future__ import annotations

import itertools
import re
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

from rapidfuzz.distance import OSA

from flows.understanding.normalising import PAUSE, key, normalise

#: At most this many other words where a phrase has dots.
GAPS = {"..": 2, "…": 4}
#: No phrase may unfold into more than this many plain ones; a larger one is a mistake in the table.
UNFOLDED = 400

_SYMBOLS = re.compile(r"\s*(…|\(|\)|\||\{[^}]*\}|[^\s()|{}…]+)")

Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class Step:
    """One word of a plain phrase: any of ``words`` (a trailing ``*`` is any ending), after at most ``gap`` others."""

    words: Words
    gap: int = 0


Plain = tuple[Step, ...]
#: Numbers of what one word of a message can be.
Steps = tuple[int, ...]


class Notation:
    """Reads phrases: ``sets`` by name, ``spelling`` by word (other ways in which people write it)."""

    def __init__(self, sets: Mapping[str, str], spelling: Mapping[str, str]) -> None:
        self._spelling = {key(normalise(word)): _keys(others) for word, others in spelling.items()}
        self._sets: dict[str, list[Plain]] = {}
        self._steps: dict[str, Step] = {}
        for name, alternatives in sets.items():
            self._sets[name] = self.unfold(f"({alternatives})")

    def unfold(self, line: str) -> list[Plain]:
        """The plain phrases that ``line`` stands for. Raises ``ValueError`` when it cannot be read."""
        plain: list[Plain] = []
        for ordered in _orders(line):
            found, rest = self._alternatives(_SYMBOLS.findall(ordered), line)
            if rest:
                raise ValueError(f"a bracket too many: {line}")
            plain += found
        if not plain or len(plain) > UNFOLDED or () in plain:
            raise ValueError(f"says nothing or too much: {line}")
        return plain

    def lines(self, text: str) -> list[Plain]:
        """The plain phrases of a block: one phrase a line, empty lines and lines that begin with # left out."""
        wanted = (line.strip() for line in text.splitlines())
        found = [plain for line in wanted if line and not line.startswith("#") for plain in self.unfold(line)]
        self._steps.clear()
        return found

    def _alternatives(self, symbols: list[str], line: str) -> tuple[list[Plain], list[str]]:
        options: list[Plain] = []
        while True:
            option, symbols = self._sequence(symbols, line)
            options += option
            if not symbols or symbols[0] != "|":
                return _merged(options), symbols
            symbols = symbols[1:]

    def _sequence(self, symbols: list[str], line: str) -> tuple[list[Plain], list[str]]:
        found: list[tuple[Plain, int]] = [((), 0)]  # what was read, and the gap before what comes next
        while symbols and symbols[0] not in ("|", ")"):
            symbol, symbols = symbols[0], symbols[1:]
            if symbol in GAPS:
                found = [(before, GAPS[symbol]) for before, _ in found]
                continue
            if symbol == "(":
                part, symbols = self._alternatives(symbols, line)
                if not symbols:
                    raise ValueError(f"a bracket is not closed: {line}")
                symbols = symbols[1:]
            elif symbol.startswith("{"):
                if symbol[1:-1] not in self._sets:
                    raise ValueError(f"no set is called {symbol}: {line}")
                part = self._sets[symbol[1:-1]]
            else:
                part = [(self._step(symbol),)]
            # A part that is left out leaves its gap to the next word.
            found = [
                (before + _after(gap, after), 0 if after else gap)
                for (before, gap), after in itertools.product(found, part)
            ]
            if len(found) > UNFOLDED:
                raise ValueError(f"stands for too many phrases: {line}")
        return [plain for plain, _ in found], symbols

    def _step(self, word: str) -> Step:
        """One step for a word, however often a block has it."""
        found = self._steps.get(word)
        if found is None:
            star = "*" if word.endswith("*") else ""
            bare = key(normalise(word.removesuffix("*")))
            found = self._steps[word] = Step(frozenset({bare + star, *self._spelling.get(bare, ())}))
        return found


def _orders(line: str) -> list[str]:
    """The line as it stands, or both orders of what is on the two sides of a wave."""
    left, wave, right = line.partition("~")
    return [f"{left} … {right}", f"{right} … {left}"] if wave else [line]


def _keys(text: str) -> tuple[str, ...]:
    return tuple(key(normalise(word)) for word in text.split())


def _after(gap: int, plain: Plain) -> Plain:
    return (Step(plain[0].words, max(gap, plain[0].gap)), *plain[1:]) if plain else plain


def _merged(options: Iterable[Plain]) -> list[Plain]:
    """The same alternatives with all single words taken together as one step."""
    single: set[str] = set()
    others: list[Plain] = []
    for option in options:
        if len(option) == 1:
            single |= option[0].words
        elif option not in others:
            others.append(option)
    return [(Step(frozenset(single)),), *others] if single else others


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A compiled phrase: ids of its steps with their gaps; ``guarded`` when a negation undoes it."""

    label: str
    steps: tuple[int, ...]
    gaps: tuple[int, ...]
    guarded: bool


class _Ground(NamedTuple):
    """The positions (bits) that a gap may pass over, and those of fillers, which every phrase may pass over."""

    open: int
    free: int


class Finder:
    """Finds labelled phrases in a list of words.

    ``phrases`` and ``lookalikes`` are (label, plain phrase), most important first; a look-alike takes its words away
    from the phrases with the same label. ``negation`` undoes a phrase when it stands right before it or in a gap.
    ``known`` are ordinary words that are never taken for a misspelt one, ``fillers`` are skipped where no phrase names
    them, ``prefixes`` may stand before an unknown word (Arabic "the"), ``joined`` before any (Arabic "and").
    ``glued`` are the words to which people forget the space: what begins with one may be several words.
    """

    def __init__(
        self,
        phrases: Sequence[tuple[str, Plain]],
        lookalikes: Sequence[tuple[str, Plain]] = (),
        *,
        negation: Words = frozenset(),
        known: Words = frozenset(),
        fillers: Words = frozenset(),
        prefixes: Sequence[str] = (),
        joined: Sequence[str] = (),
        glued: Words = frozenset(),
    ) -> None:
        self._ids: dict[Words, int] = {negation: 0}
        self._gaps: dict[tuple[int, ...], tuple[int, ...]] = {}  # each once: there are few
        self._negation = negation
        used = {word for _, plain in (*phrases, *lookalikes) for step in plain for word in step.words}
        self._fillers = fillers - used
        self._named_fillers = fillers & used
        self._prefixes = tuple(prefixes)
        self._joined = tuple(joined)
        self._glued = glued
        self._phrases = [self._compiled(label, plain) for label, plain in phrases]
        self._lookalikes = [self._compiled(label, plain) for label, plain in lookalikes]
        self._exact: dict[str, tuple[int, ...]] = dict.fromkeys(known, ())
        self._stems: dict[str, tuple[int, ...]] = {}
        for words, step in self._ids.items():
            for word in words:
                table, word = (self._stems, word[:-1]) if word.endswith("*") else (self._exact, word)
                table[word] = (*table.get(word, ()), step)
        self._shortest = min(map(len, self._stems), default=0)
        meant = {word.removesuffix("*") for _, plain in phrases for step in plain for word in step.words}
        self._misspelt = Misspelt(
            meant, (word for word in {*self._exact, *self._stems} if self._exact.get(word) or word in self._stems)
        )
        self._ready = {word: self._parts(word) for word in self._exact}  # most words of most messages
        self._anchored = self._index(self._phrases, known)
        self._lookalike_anchored = self._index(self._lookalikes, known)
        self._ids.clear()  # of use while it was made; it would take megabytes

    def _compiled(self, label: str, plain: Plain) -> _Phrase:
        steps = tuple(self._ids.setdefault(step.words, len(self._ids)) for step in plain)
        guarded = not any(step.words & self._negation for step in plain)
        gaps = tuple(step.gap for step in plain)
        return _Phrase(label, steps, self._gaps.setdefault(gaps, gaps), guarded)

    def _index(self, phrases: list[_Phrase], known: Words) -> dict[int, list[int]]:
        """Phrase numbers by the step that is least likely to be in a message."""
        uses = Counter(step for phrase in phrases for step in set(phrase.steps))
        common = {step for words, step in self._ids.items() if words & known}
        index: dict[int, list[int]] = defaultdict(list)
        for number, phrase in enumerate(phrases):
            rarest = min(phrase.steps, key=lambda step: (step in common, uses[step]))
            index[rarest].append(number)
        return index

    def find(self, words: Iterable[str]) -> str | None:
        """The label of the most important phrase in ``words`` (as of ``words_of``), or None."""
        steps, ground = self._read(words)
        there = set().union(*steps)
        candidates = self._candidates(self._anchored, self._phrases, there)
        if not candidates:
            return None
        places = self._places(steps, self._phrases, candidates)
        blocked: dict[str, int] | None = None
        for number in candidates:
            phrase = self._phrases[number]
            if not _positions(phrase, places, ground):
                continue
            if blocked is None:
                blocked = self._blocked(steps, there, ground)
            taken = blocked.get(phrase.label, 0)
            if not taken or _positions(phrase, places, ground, taken):
                return phrase.label
        return None

    def _blocked(self, steps: list[Steps], there: set[int], ground: _Ground) -> dict[str, int]:
        candidates = self._candidates(self._lookalike_anchored, self._lookalikes, there)
        places = self._places(steps, self._lookalikes, candidates)
        blocked: dict[str, int] = {}
        for number in candidates:
            phrase = self._lookalikes[number]
            on_path = _positions(phrase, places, ground)
            if on_path:
                blocked[phrase.label] = blocked.get(phrase.label, 0) | on_path
        return blocked

    @staticmethod
    def _candidates(index: dict[int, list[int]], phrases: list[_Phrase], there: set[int]) -> list[int]:
        """Numbers of the phrases all of whose steps are there somewhere, most important first."""
        rarest = (index[step] for step in there & index.keys())
        return sorted(n for numbers in rarest for n in numbers if there.issuperset(phrases[n].steps))

    def _read(self, words: Iterable[str]) -> tuple[list[Steps], _Ground]:
        """The steps that stand at each position, and what may be passed over between them."""
        found: list[Steps] = []
        open_places = free = 0
        for word in itertools.chain(words, (PAUSE,)):
            if word in self._fillers:
                continue
            parts = self._ready.get(word) or self._parts(word)
            if word in self._named_fillers:
                free |= 1 << len(found)
            if word != PAUSE:
                open_places |= (1 << len(parts)) - 1 << len(found)
            found += parts
        return found, _Ground(open_places, free)

    @staticmethod
    def _places(steps: list[Steps], phrases: list[_Phrase], numbers: list[int]) -> dict[int, int]:
        """Where the steps of these phrases and the negations stand (bit n: the n-th position). Only these: a frequent
        word is a step of hundreds of phrases."""
        needed = {0}.union(*(phrases[number].steps for number in numbers))
        places: dict[int, int] = {}
        for position, here in enumerate(steps):
            for step in needed.intersection(here):
                places[step] = places.get(step, 0) | 1 << position
        return places

    def _parts(self, word: str) -> tuple[Steps, ...]:
        """The steps that ``word`` can be: one entry, or more when words were written without spaces."""
        steps = self._steps(word)
        for prefix in self._joined:
            if word.startswith(prefix):
                rest = self._steps(word.removeprefix(prefix))
                steps = steps if rest is None else (steps or ()) + rest
        if steps is not None:
            return (steps,)
        for prefix in self._prefixes:
            bare = word.removeprefix(prefix)
            if len(word) > len(bare) > 1 and (steps := self._steps(bare)):
                return (steps,)
        near = self._near(word) if 4 < len(word) < 25 else ()
        return (near,) if near else tuple(map(self._exact.__getitem__, self._apart(word))) or ((),)

    def _steps(self, word: str) -> Steps | None:
        found = self._exact.get(word)
        for end in range(self._shortest, len(word) + 1):
            stem = self._stems.get(word[:end])
            if stem is not None:
                found = stem if found is None else found + stem
        return found

    def _apart(self, word: str) -> list[str]:
        """The listed words that ``word`` consists of when it was written without spaces; empty when it is not so."""
        if not 7 <= len(word) <= 40:
            return []
        reached = {len(first): [first] for first in self._glued & self._exact.keys() if word.startswith(first)}
        for start in range(1, len(word)):
            if start not in reached:
                continue
            for end in range(start + 2, min(len(word), start + 16) + 1):
                # Where one word ends with the letter that the next begins with, that letter is written once.
                for piece in (word[start:end], word[max(start - 1, 0) : end]):
                    if piece in self._exact and len(reached.get(end, word)) > len(reached[start]) + 1:
                        reached[end] = [*reached[start], piece]
        pieces = reached.get(len(word), [])
        # Two such words in a row are no coincidence; else all must be long enough to be words.
        return pieces if len(self._glued & set(pieces[:3])) > 1 or min(map(len, pieces), default=0) > 2 else []

    def _near(self, word: str) -> tuple[int, ...]:
        """The steps of the listed words that ``word`` is a misspelling of."""
        return tuple(step for other in self._misspelt.nearest(word) for step in self._steps(other) or ())


#: Bits for the place of a word in its list, below the 32 of its number.
_PLACES = 24
_PLACE = (1 << _PLACES) - 1


class Misspelt:
    """Finds the listed word that was meant: one edit from six letters on, two from eleven; of five letters, two
    neighbours swapped. ``others`` (words of look-alikes) take no mistake away from ``signs``: it is then read as both.

    Words meet in what is left of them without a letter. There are a hundred thousand of such remains: kept as numbers
    in one row, not as texts, they take one megabyte instead of ten.
    """

    def __init__(self, signs: Iterable[str], others: Iterable[str] = ()) -> None:
        meant = {word for word in signs if len(word) > 4}
        self._words = [*sorted(meant), *sorted({word for word in others if len(word) > 4} - meant)]
        self._signs = len(meant)
        remains = array("Q")
        for place, word in enumerate(self._words):
            remains.extend(_number(shorter) << _PLACES | place for shorter in _without(word, _edits(word)))
        self._remains = array("Q", sorted(remains))

    def nearest(self, word: str) -> list[str]:
        """The listed word that is nearest to ``word``, if any is near enough; and where that is one of the others, the
        nearest of the signs as well."""
        near = sorted(
            (OSA.distance(word, self._words[place]), self._words[place], place < self._signs)
            for place in {place for shorter in _without(word, 1) for place in self._sharing(shorter)}
        )
        near = [
            (distance, other, meant)
            for distance, other, meant in near
            if distance <= _edits(other) and (len(other) > 5 or sorted(word) == sorted(other))
        ]
        return [other for _, other, _ in [*near[:1], *[each for each in near if each[2]][:1]]]

    def _sharing(self, shorter: str) -> Iterator[int]:
        """The places of the words that ``shorter`` may be left of; a few others have the same number, and are not
        near."""
        number = _number(shorter)
        for at in range(bisect_left(self._remains, number << _PLACES), len(self._remains)):
            if self._remains[at] >> _PLACES != number:
                break
            yield self._remains[at] & _PLACE


def _number(text: str) -> int:
    return crc32(text.encode())


def _edits(word: str) -> int:
    return 2 if len(word) > 10 else 1


def _without(word: str, count: int) -> set[str]:
    """``word`` and what is left of it without any one letter, or any two: misspelt words meet in what they share."""
    found = {word}
    for _ in range(count):
        found |= {each[:place] + each[place + 1 :] for each in found for place in range(len(each))}
    return found


def _positions(phrase: _Phrase, places: dict[int, int], ground: _Ground, taken: int = 0) -> int:
    """The positions (bits) of the words that make up ``phrase``, over all ways to find it; 0 when it is not there."""
    negated = places.get(0, 0) if phrase.guarded else 0
    passable = ground.open & ~negated
    free = ground.free
    wanted = ~taken
    reach = places.get(phrase.steps[0], 0) & ~(negated << 1) & wanted
    forward = [reach]
    for step, gap in zip(phrase.steps[1:], phrase.gaps[1:], strict=True):
        reach = _spread(reach, gap, passable, free) & places.get(step, 0) & wanted
        if not reach:
            return 0
        forward.append(reach)
    found = reach
    for here, gap in zip(reversed(forward[:-1]), reversed(phrase.gaps[1:]), strict=True):
        reach = here & _spread_back(reach, gap, passable, free)
        found |= reach
    return found


def _spread(reach: int, gap: int, passable: int, free: int) -> int:
    found = 0
    for _ in range(gap + 1):
        reach <<= 1
        while more := (reach & free) << 1 & ~reach:
            reach |= more
        found |= reach
        reach &= passable
    return found


def _spread_back(reach: int, gap: int, passable: int, free: int) -> int:
    found = 0
    for _ in range(gap + 1):
        reach >>= 1
        while more := (reach & free) >> 1 & ~reach:
            reach |= more
        found |= reach
        reach &= passable
    return found
