"""Whether Dutch texts can be read by a tired person: short sentences, short words, known words.

The score is Flesch-Douma: 206.84 - 0.77 x syllables per hundred words - 0.93 x words per sentence; 65 and up is about
B1. Terms that *Uitleg* explains (``explained_terms.txt``) are left out of it: they have to be named, and they are
explained where they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent

#: From this many words on, a text has a score (a shorter one is judged by its sentences and words alone).
SCORED_FROM = 30
LONGEST_AVERAGE = 12.0
LONGEST_SENTENCE = 20
LOWEST_SCORE = 65.0

#: Dutch vowels that sound as one, longest first; what is not in it, such as the ``io`` of radio, is two syllables.
_VOWELS = re.compile("aai|ooi|oei|eau|ieu|eeu|ëi|aa|ee|oo|uu|ie|oe|eu|ui|ei|ij|au|ou|ai|[aeiouyàáâäèéêëìíîïòóôöùúûü]")
#: Words, mostly borrowed, that the rule above counts wrongly.
_SYLLABLES = {
    "apps": 1,
    "blessure": 3,
    "cliënt": 2,
    "code": 2,
    "creëren": 3,
    "date": 1,
    "file": 1,
    "mobiel": 2,
    "offline": 2,
    "online": 2,
    "service": 2,
    "site": 1,
    "sociale": 4,
    "station": 2,
    "team": 1,
    "teams": 1,
    "website": 2,
    "websites": 2,
}
_WORD = re.compile(r"[^\W_]+(?:['’\-./@:][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)]*(?:\s+|$)|\n+")
_PLACEHOLDER = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Measure:
    """A text measured; ``score`` is Flesch-Douma, ``longest`` the words of its longest sentence."""

    words: int
    average: float
    longest: int
    score: float


@dataclass(frozen=True, slots=True)
class DifficultWord:
    """A word or phrase that is not used, and what to say instead. A ``*`` at its end stands for any ending."""

    word: str
    instead: str

    def is_in(self, text: str) -> bool:
        """Whether ``text`` (lower case) uses it."""
        ending = "" if self.word.endswith("*") else r"(?!\w)"
        return re.search(rf"(?<!\w){re.escape(self.word.removesuffix('*'))}{ending}", text) is not None


def syllables(word: str) -> int:
    """Syllables of a Dutch word: a heuristic over groups of vowels with a list of exceptions.

    An abbreviation without vowels is spelled (BSN: three); a number counts as one, because it is seen, not read.
    """
    return sum(_syllables_of(part) for part in re.split(r"[-'’./@:]", word.lower()) if part)


def _syllables_of(part: str) -> int:
    if part.isdigit():
        return 1
    return _SYLLABLES.get(part) or len(_VOWELS.findall(part)) or len(part)


def measure(text: str) -> Measure:
    """Measures a Dutch text as it is shown; placeholders count as one known word."""
    plain = _PLACEHOLDER.sub("naam", text)
    lengths = [count for sentence in _SENTENCE_END.split(plain) if (count := len(_WORD.findall(sentence)))]
    scored = _WORD.findall(_explained().sub(" ", plain))
    if not lengths:
        return Measure(0, 0.0, 0, 100.0)
    average = sum(lengths) / len(lengths)
    per_hundred = 100 * sum(syllables(word) for word in scored) / max(len(scored), 1)
    return Measure(sum(lengths), average, max(lengths), 206.84 - 0.77 * per_hundred - 0.93 * average)


def findings(text: str) -> list[str]:
    """What is wrong with a Dutch text, in words; empty when it reads well."""
    measured = measure(text)
    found = [f"“{word.word}”: rather {word.instead}" for word in difficult_words_in(text)]
    if measured.longest > LONGEST_SENTENCE:
        found.append(f"a sentence of {measured.longest} words, over {LONGEST_SENTENCE}")
    if measured.words >= SCORED_FROM:
        if measured.average > LONGEST_AVERAGE:
            found.append(f"{measured.average:.1f} words a sentence, over {LONGEST_AVERAGE:.0f}")
        if measured.score < LOWEST_SCORE:
            found.append(f"a score of {measured.score:.0f}, under {LOWEST_SCORE:.0f}")
    return found


def difficult_words_in(text: str) -> list[DifficultWord]:
    """The difficult words that ``text`` uses, explained terms and allowed phrases set aside."""
    plain = _explained().sub(" ", text).lower()
    for phrase in _lines("allowed_phrases.txt"):
        plain = plain.replace(phrase, " ")
    return [word for word in difficult_words() if word.is_in(plain)]


@cache
def difficult_words() -> tuple[DifficultWord, ...]:
    """The list of difficult words with simple replacements (``difficult_words.tsv``)."""
    rows = (line.split("\t") for line in _lines("difficult_words.tsv"))
    return tuple(DifficultWord(word, instead) for word, instead in rows)


@cache
def _explained() -> re.Pattern[str]:
    """Matches a term that *Uitleg* explains, plural forms included."""
    terms = sorted(_lines("explained_terms.txt"), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, terms))})(?:s|'s|en|n)?(?!\w)", re.IGNORECASE)


@cache
def _lines(name: str) -> tuple[str, ...]:
    """The lines of a list file, comments and empty ones left out."""
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
