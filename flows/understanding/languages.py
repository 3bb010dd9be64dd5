"""Which language a message is in: script, frequent words, and groups of three letters. Unsure is an answer too."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from flows.understanding.loading import Table, tables
from flows.understanding.normalising import PAUSE, words_of

#: Only the beginning is read (characters): enough to know.
READ = 600
#: How much better (in the unit of a frequent word that only one language has) the best must be than the next.
MARGIN = 0.7
#: From this many words on one frequent word is enough; names often have one ("el", "van").
LONG = 4
#: What the letters of one word can add at most: a name or a rare word must not outweigh frequent ones.
LETTERS = 0.6


def language(text: str) -> str | None:
    """The ISO 639-1 code (``pap`` for Papiamentu) of the language that ``text`` is in, or None when unsure: one word,
    names, greetings that languages share. The languages are those of the tables."""
    text = unicodedata.normalize("NFC", text[:READ])
    script = _script(text)
    words = [word for word in words_of(text) if word != PAUSE and not word.isdigit()]
    candidates = [table for table in tables() if table.script == script]
    if not candidates or not words:
        return None
    if script != "latin":
        signs = {table.code: sum(char in table.letters for char in text) for table in candidates}
        if any(signs.values()):
            return max(signs, key=lambda code: signs[code])
    if len(words) < 2:
        return None
    if len(candidates) == 1:
        return candidates[0].code
    known, profiles = _profiles(script)
    rare = [_groups(word[:30]) for word in words if word not in known]
    scores = sorted(((_score(words, rare, profile), code) for code, profile in profiles.items()), reverse=True)
    (best, code), (second, _) = scores[0], scores[1]
    frequent = sum(word in profiles[code].weights for word in words)
    enough = frequent >= 2 or (frequent == 1 and len(words) >= LONG)
    return code if enough and best - second >= MARGIN else None


def _script(text: str) -> str:
    """The script that most letters are in, by the first word of their Unicode names (``latin``, ``arabic``, …)."""
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
class _Profile:
    """What tells one language from the others that share its script."""

    weights: Mapping[str, float]  # frequent word → 1 / number of languages that have it
    letters: Mapping[str, float]  # group of three letters → how much likelier here than elsewhere (logarithm)


@cache
def _profiles(script: str) -> tuple[frozenset[str], dict[str, _Profile]]:
    """The frequent words of all languages of a script, and each language's profile."""
    candidates = [table for table in tables() if table.script == script]
    having = Counter(word for table in candidates for word in table.frequent)
    groups = {table.code: _groups_of(table) for table in candidates}
    everywhere = sum(groups.values(), Counter[str]())
    return frozenset(having), {
        table.code: _Profile(
            {word: 1 / having[word] for word in table.frequent},
            _likelihoods(groups[table.code], everywhere - groups[table.code]),
        )
        for table in candidates
    }


def _groups_of(table: Table) -> Counter[str]:
    return Counter(group for word in (*words_of(table.sample), *table.frequent) for group in _groups(word))


def _groups(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[start : start + 3] for start in range(len(padded) - 2)]


def _likelihoods(here: Counter[str], elsewhere: Counter[str]) -> dict[str, float]:
    size, other = here.total() + 500, elsewhere.total() + 500
    return {
        group: math.log((here[group] + 0.5) / size) - math.log((elsewhere[group] + 0.5) / other)
        for group in {*here, *elsewhere}
    }


def _score(words: list[str], rare: list[list[str]], profile: _Profile) -> float:
    """How well the words fit: frequent ones by themselves, ``rare`` ones by their groups of letters."""
    frequent = sum(profile.weights.get(word, 0.0) for word in words)
    return frequent + sum(_letters_score(groups, profile) for groups in rare)


def _letters_score(groups: list[str], profile: _Profile) -> float:
    letters = sum(profile.letters.get(group, 0.0) for group in groups) / len(groups)
    return max(-LETTERS, min(LETTERS, 0.25 * letters))
