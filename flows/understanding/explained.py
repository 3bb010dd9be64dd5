"""Which word of the list (``flows/data/words.toml``) someone wants explained, and which of them a text of ours uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from flows.understanding.loading import tables
from flows.understanding.normalising import PAUSE, words_of

#: What is longer (in words) tells a story in which the word happens to be.
LONGEST = 14
#: A name of so many letters may have one typing mistake, a longer one two.
MISSPELT, LONG = 6, 11
#: Our own texts are in Dutch before they are translated.
_SOURCE = "nl"

Said = tuple[str, ...]


def word_asked(text: str, *, bare: bool = False) -> str | None:
    """The word whose meaning all of ``text`` asks for, in any language and also misspelt, or None. ``bare``: no more
    than the word itself will do."""
    said = _said(text)
    if len(said) > LONGEST or not (bare or _asks() & set(said)):
        return None
    wanted = _core(said)
    return _named(said) or (_misspelt(" ".join(wanted)) if wanted else None)


def only_asks(text: str) -> bool:
    """Whether ``text`` asks what a word means, and tells nothing of the one who asks."""
    return word_asked(text) is not None and not _union("about_me") & set(_said(text))


def without_word(text: str) -> str:
    """The question without the word that it asks for, which may be quoted from a letter in another language."""
    said = _said(text)
    before, after = _around(said)
    return " ".join((*said[:before], *said[len(said) - after :]))


def asks_that(text: str) -> bool:
    """Whether all of ``text`` asks what *that* is: a word that somebody just read."""
    said = _said(text)
    asked = bool(_asks() & set(said)) and bool(_union("pointing") & set(said))
    return asked and len(said) <= LONGEST and not _core(said) and not _denies(said)


def _denies(said: Said) -> bool:
    """Whether they say that something is not what they meant."""
    return any(said[at : at + len(one)] == one for one in _denials() for at in range(len(said)))


@lru_cache(maxsize=4096)  # texts of ours only; nothing that a person typed
def words_used(text: str) -> tuple[str, ...]:
    """The words of the list that a Dutch text of ours uses, in the order of the text."""
    said = _said(text)
    found: list[str] = []
    place = 0
    while place < len(said):
        name = next(((names[run], len(run)) for run, names in _runs(said, place)), None)
        place += 1 if name is None else name[1]
        found += [] if name is None else [name[0]]
    return tuple(dict.fromkeys(found))


def _runs(said: Said, place: int) -> Iterator[tuple[Said, Mapping[Said, str]]]:
    """Names that stand at ``place``, the longest first."""
    names = _names_in(_SOURCE)
    for size in range(max(map(len, names)), 0, -1):
        run = said[place : place + size]
        if run in names:
            yield run, names


def _said(text: str) -> Said:
    return tuple(word for word in words_of(text) if word != PAUSE)


def _core(said: Said) -> Said:
    """What is left of a question without the small words at its ends."""
    before, after = _around(said)
    return said[before : len(said) - after]


def _named(said: Said) -> str | None:
    """The word with the longest name around which there are only small words; some small words are a part of a name."""
    before, after = _around(said)
    runs = [said[start:end] for start in range(before + 1) for end in range(len(said) - after, len(said) + 1)]
    return next((_names()[run] for run in sorted(runs, key=len, reverse=True) if run in _names()), None)


def _around(said: Said) -> tuple[int, int]:
    """How many small words stand before and after the rest; all of them count as before when there is no rest."""
    small = _asks() | _union("around")
    rest = [place for place, word in enumerate(said) if word not in small]
    return (rest[0], len(said) - 1 - rest[-1]) if rest else (len(said), 0)


def _misspelt(wanted: str) -> str | None:
    """The one word that ``wanted`` is nearly the name of."""
    near: dict[str, int] = {}
    for name, word in _names().items():
        said = " ".join(name)
        allowed = 0 if min(len(said), len(wanted)) < MISSPELT else 1 if len(said) < LONG else 2
        distance = OSA.distance(wanted, said, score_cutoff=allowed)
        if allowed and distance <= allowed:
            near[word] = min(distance, near.get(word, allowed))
    nearest = [word for word, distance in near.items() if distance == min(near.values())]
    return nearest[0] if len(nearest) == 1 else None


def _asks() -> frozenset[str]:
    return _union("asks")


@cache
def _denials() -> frozenset[Said]:
    return frozenset(
        words for table in tables() for one in table.meaning.get("denies", "").split(",") if (words := _said(one))
    )


@cache
def _union(kind: str) -> frozenset[str]:
    return frozenset(word for table in tables() for word in _said(table.meaning.get(kind, "")))


@cache
def _names() -> Mapping[Said, str]:
    return {name: word for table in tables() for name, word in _names_in(table.code).items()}


@cache
def _names_in(language: str) -> Mapping[Said, str]:
    terms = next(table.terms for table in tables() if table.code == language)
    return {_said(name): word for word, names in terms.items() for name in names.split(",")}
