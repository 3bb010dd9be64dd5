"""Which language a message is in: script, frequent words, and groups of three letters. Unsure is an answer too."""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from flows.understanding.loading import tables
from flows.understanding.normalising import PAUSE, words_of

#: Only the beginning is read (characters): enough to know.
READ = 600
#: How much better (in the unit of a frequent word that only one language has) the best must be than the next.
MARGIN = 0.7
#: From this many words on one frequent word is enough; names often have one ("el", "van").
LONG = 4
#: The script in which any language may be typed.
_LATIN = "latin"
#: What the letters of one word can add at most: a name or a rare word must not outweigh frequent ones.
LETTERS = 0.6


def language(text: str) -> str | None:
    """The ISO 639-1 code (``pap`` for Papiamentu) of the language that ``text`` is in, or None when unsure: one word,
    names, greetings that languages share. The languages are those of the tables."""
    text = unicodedata.normalize("NFC", text[:READ])
    script = _script(text)
    words = [word for word in words_of(text) if word != PAUSE and not word.isdigit()]
    candidates = _spelled_in(script)
    if not candidates or not words:
        return None
    if script != _LATIN:
        signs = {spelled.code: sum(char in spelled.letters for char in text) for spelled in candidates}
        if any(signs.values()):
            return max(signs, key=lambda code: signs[code])
    if len(words) < 2:
        return None
    if len(candidates) == 1:
        return candidates[0].code
    profile = _profile(script)
    scores = [0.0] * len(profile.codes)
    counts = [0] * len(profile.codes)
    for word in words:
        weights = profile.weights.get(word)
        if weights is None:
            for place, letters in enumerate(_letters(word[:30], profile)):
                scores[place] += letters
        else:
            for place, weight in weights:
                scores[place] += weight
                counts[place] += 1
    (best, _, place), (second, _, _) = sorted(zip(scores, profile.codes, itertools.count(), strict=False))[:-3:-1]
    enough = counts[place] >= 2 or (counts[place] == 1 and len(words) >= LONG)
    return profile.codes[place] if enough and best - second >= MARGIN else None


def written_in(text: str, languages: Collection[str]) -> str | None:
    """The first of ``languages`` that is written in the letters of ``text``, were it one word: whoever reads another
    one in them still reads more than of Dutch. None: those letters are Latin, which hundreds of languages share, or it
    is clearly another language."""
    script = _script(unicodedata.normalize("NFC", text[:READ]))
    here = [table.code for table in tables() if table.script == script != _LATIN and table.code in languages]
    clearly = language(text)
    return next((code for code in languages if code in here and clearly in (None, code)), None)


@cache
def _spelled_in(script: str) -> tuple[_Spelled, ...]:
    """The languages that are written in ``script``, with how they look in it; romanised ones among the Latin."""
    return tuple(
        _Spelled(table.code, found.frequent, found.sample, table.letters)
        for table in tables()
        if (found := table if table.script == script else table.romanised if script == _LATIN else None)
    )


def _script(text: str) -> str:
    """The script that most letters are in, by the first word of their Unicode names (``latin``, ``arabic``, …)."""
    if text.isascii():
        return "latin" if any(map(str.isalpha, text)) else ""
    counted = Counter(_script_of(char) for char in text if char.isalpha())
    return counted.most_common(1)[0][0] if counted else ""


@cache
def _block(block: int) -> str:
    """The script of a block of 16 characters, or empty when it is mixed or unnamed."""
    names = (unicodedata.name(chr(block * 16 + offset), "") for offset in range(16))
    return next((name.split(" ")[0].split("-")[0].lower() for name in names if name), "")


def _script_of(char: str) -> str:
    return "latin" if ord(char) < 0x250 else _block(ord(char) // 16)


@dataclass(frozen=True, slots=True)
class _Spelled:
    """A language in one script: frequent words, a little text, letters that only this language has there."""

    code: str
    frequent: frozenset[str]
    sample: str
    letters: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Profile:
    """What tells the languages of one script apart; every row is in the order of ``codes``."""

    codes: tuple[str, ...]
    weights: Mapping[str, tuple[tuple[int, float], ...]]  # frequent word → (place, 1 / languages that have it)
    letters: Mapping[str, tuple[float, ...]]  # group of three letters → how much likelier there (logarithm)
    unknown: tuple[float, ...]  # for a group that none of them has


@cache
def _profile(script: str) -> _Profile:
    candidates = _spelled_in(script)
    having: dict[str, list[int]] = defaultdict(list)
    for place, spelled in enumerate(candidates):
        for word in spelled.frequent:
            having[word].append(place)
    groups = [_groups_of(spelled) for spelled in candidates]
    everywhere = sum(groups, Counter[str]())
    likelihoods = [_likelihoods(here, everywhere - here) for here in groups]
    return _Profile(
        tuple(spelled.code for spelled in candidates),
        {word: tuple((place, 1 / len(places)) for place in places) for word, places in having.items()},
        {group: tuple(one.get(group, 0.0) for one in likelihoods) for group in everywhere},
        (0.0,) * len(candidates),
    )


def _groups_of(spelled: _Spelled) -> Counter[str]:
    return Counter(group for word in (*words_of(spelled.sample), *spelled.frequent) for group in _groups(word))


def _groups(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[start : start + 3] for start in range(len(padded) - 2)]


def _likelihoods(here: Counter[str], elsewhere: Counter[str]) -> dict[str, float]:
    size, other = here.total() + 500, elsewhere.total() + 500
    return {
        group: math.log((here[group] + 0.5) / size) - math.log((elsewhere[group] + 0.5) / other)
        for group in {*here, *elsewhere}
    }


def _letters(word: str, profile: _Profile) -> Iterator[float]:
    """How well the letters of a word that is not frequent fit each language."""
    groups = _groups(word)
    rows = [profile.letters.get(group, profile.unknown) for group in groups]
    share = 0.25 / len(groups)
    return (max(-LETTERS, min(LETTERS, share * sum(column))) for column in zip(*rows, strict=True))
