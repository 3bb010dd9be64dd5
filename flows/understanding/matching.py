"""Which of the options on the screen someone means who typed instead of tapping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from flows.understanding.loading import phrases, tables
from flows.understanding.moments import names_date
from flows.understanding.normalising import PAUSE, words_of

#: What is longer (in words) is a story that happens to contain a label's word, not an answer.
LONGEST = 7
#: Longer texts (in characters) are no answer to a choice; comparing is not worth its cost.
CHARACTERS = 200
#: A word of a sentence is read as this one misspelt from so many letters on: a shorter one may be a name ("Boer").
MISSPELT = 6
#: From so many words on, that are no name of what is picked, something is told beside it.
TOLD = 2
#: A name with another beside it, as on letters: "rent allowance (huurtoeslag)".
_BESIDE = re.compile(r"([^()]+)\(([^()]+)\)")

Said = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One option as the person saw it: ``label`` in their language, ``words`` that mean the same."""

    id: str
    label: str
    words: tuple[str, ...] = ()


def match(text: str, options: Sequence[Option], *, numbered: bool = True) -> tuple[str, ...]:
    """The ids of the ``options`` (in the order in which they were shown) that ``text`` picks; empty when it is not
    clear. Understood are numbers ("2", "the second one", "2 en 5"), labels and synonyms (spelling, accents, emoji and
    small typing mistakes do not matter), several of them, and yes or no in any language for ids ``yes`` and ``no``.
    Not ``numbered``: nobody saw them as a list."""
    text = text.strip()
    if not text or len(text) > CHARACTERS:
        return ()
    # A thumb up is an answer too, whatever its colour.
    said = tuple(word for word in words_of(text) if word != PAUSE) or (text[0],)
    small = _small()
    bare = tuple(word for word in said if word not in small.polite) or said
    names = _names(tuple(options))
    whole = _named(said, names) or _named(bare, names)
    if whole is not None:
        return (whole,)
    numbers = _numbers(bare, options) if numbered else ()
    if numbers:
        return numbers
    answer = small.answers.get(said) or small.answers.get(bare)
    if answer is not None and answer != "pass":
        meant = answer if any(option.id == answer for option in options) else None
        return tuple(filter(None, (meant or _standing_for(answer, names),)))
    refused = _refused(said, names, options)
    if refused is not None:
        return (refused,)
    if sum(word not in small.fillers for word in said) > LONGEST or small.unclear & set(said):
        return ()
    return _mentioned(bare, names, options)


def tells_beside(text: str, picked: Iterable[Option]) -> bool:
    """Whether ``text`` tells something beside what it picks: `TOLD` words or more that are in no name of that."""
    small = _small()
    names = {word for option in picked for name in (option.label, *option.words) for word in words_of(name)}
    names |= small.polite | small.joining | small.fillers
    told = [word for word in words_of(text[:CHARACTERS]) if word not in names and any(map(str.isalpha, word))]
    return len(told) >= TOLD


def says_no(text: str) -> bool:
    """Whether the whole of ``text`` says no and nothing else."""
    return "no" in _meant(text)


def declines(text: str) -> bool:
    """Whether the whole of ``text`` says no, that someone does not know, or to go on: no answer to an open question."""
    return bool(_meant(text) & {"no", "unsure", "pass"})


def agrees(text: str) -> bool:
    """Whether the whole of ``text`` says yes and nothing else."""
    return "yes" in _meant(text)


def courtesy(text: str) -> str | None:
    """``thanks`` or ``greeting`` when the whole of ``text`` is no more than that."""
    return next(iter(_meant(text) & {"thanks", "greeting"}), None)


def refuses(text: str) -> bool:
    """Whether a short ``text`` that is no answer has a no in it: somebody does not have or want what is asked."""
    said = {word for word in words_of(text[:CHARACTERS]) if word != PAUSE}
    small = _small()
    no = small.unclear - small.either | frozenset(word for refusal in small.refusals for word in refusal)
    return len(said) <= LONGEST and bool(said & no)


def _meant(text: str) -> frozenset[str]:
    said = tuple(word for word in words_of(text[:CHARACTERS]) if word != PAUSE)
    small = _small()
    bare = tuple(word for word in said if word not in small.polite) or said
    return frozenset(filter(None, (small.answers.get(said), small.answers.get(bare))))


def weekday(text: str) -> int | None:
    """The one day of the week that ``text`` names (Monday is 0), with no more around it than "on" or "please"."""
    small = _small()
    around = small.polite | small.around_day
    said = [word for word in words_of(text[:CHARACTERS]) if word != PAUSE and word not in around]
    return small.weekdays.get(said[0]) if len(said) == 1 else None


def _refused(said: Said, names: _Names, options: Sequence[Option]) -> str | None:
    """The option that a no stands for, when ``said`` is a sentence that begins with no or is short and has one in it.
    What also says yes, leaves a choice or tells that someone does not know is no refusal."""
    small = _small()
    meant = {small.answers.get(part) for size in range(1, LONGEST) for part in _runs(said, size)}
    plain = next((word for word in said if word not in small.polite), "")
    begins = (plain,) in small.refusals
    inside = len(said) <= LONGEST and any((word,) in small.refusals and word not in small.unclear for word in said)
    if "unsure" in meant or small.either & set(said) or not (begins or (inside and "yes" not in meant)):
        return None
    ids: Set[str] = {option.id for option in options if option.id == "no"}
    return _only(ids) or _standing_for_no(names)


def _standing_for(answer: str, names: _Names) -> str | None:
    """The one option that a no stands for, or a yes in any language: who taps a thumb up at *I am coming* comes."""
    if answer == "no":
        return _standing_for_no(names)
    said_yes = (ids for name, ids in names.ids.items() if _small().answers.get(name) == "yes")
    return _only(frozenset[str]().union(*said_yes)) if answer == "yes" else None


def _standing_for_no(names: _Names) -> str | None:
    """The one option that a plain no is a name of."""
    return _only(frozenset[str]().union(*(names.ids.get(refusal, frozenset()) for refusal in _small().refusals)))


def _runs(said: Said, size: int) -> list[Said]:
    return [said[start : start + size] for start in range(len(said) - size + 1)]


@dataclass(frozen=True, slots=True)
class _Names:
    """What the options of a screen are called: ``ids`` by compared words, and the same with each name ``written`` as
    one, to look for what is nearly the same; of so many words at most (``longest``)."""

    ids: Mapping[Said, frozenset[str]]
    written: tuple[tuple[str, frozenset[str]], ...]
    longest: int


@lru_cache(maxsize=64)  # what stood on screens lately; nothing that a person typed
def _names(options: tuple[Option, ...]) -> _Names:
    """Every label and synonym as compared words, with the ids that have it; a label that joins two things ("rent or
    mortgage") or has one beside it ("rent allowance (huurtoeslag)") also counts by each of them, and each without the
    small words around it ("[my] mother")."""
    found: dict[Said, frozenset[str]] = {}
    for option in options:
        for name in (option.label, *option.words):
            for part in _ways_to_say(name):
                found[part] = found.get(part, frozenset()) | {option.id}
    written = tuple((" ".join(words), ids) for words, ids in found.items())
    return _Names(found, written, max(map(len, found), default=0))


@lru_cache(maxsize=4096)  # every label and synonym in a few languages; nothing that a person typed
def _ways_to_say(name: str) -> frozenset[Said]:
    beside = _BESIDE.fullmatch(name.strip())
    ways: list[Said] = []
    for half in (name, *(beside.groups() if beside else ())):
        words = tuple(word for word in words_of(half) if word != PAUSE)
        ways += (words, *_parts(words, _small().joining | _small().either))
    bare = (tuple(word for word in way if word not in _small().polite) for way in ways)
    return frozenset(way for way in (*ways, *bare) if way)


def _parts(words: Said, separators: frozenset[str]) -> list[Said]:
    parts: list[Said] = [()]
    for word in words:
        if word in separators:
            parts.append(())
        else:
            parts[-1] = (*parts[-1], word)
    return parts


def _named(said: Said, names: _Names, misspelt: int = 0) -> str | None:
    """The one option with this name, or with nearly this name where it has ``misspelt`` letters or more; None when two
    could be meant."""
    exact = names.ids.get(said)
    if exact is not None:
        return _only(exact)
    utterance = " ".join(said)
    size = len(utterance)
    near: list[frozenset[str]] = []
    for name, ids in names.written:
        length = len(name)
        if length < misspelt or not -_MOST_EDITS <= length - size <= _MOST_EDITS:
            continue
        allowed = _edits(min(length, size))
        if OSA.distance(utterance, name, score_cutoff=allowed) <= allowed and _digits(name) == _digits(utterance):
            near.append(ids)
    return _only(frozenset[str]().union(*near))


def _digits(text: str) -> str:
    """A digit is never a typing mistake: 67 is no 17."""
    return "".join(filter(str.isdigit, text))


def _only(ids: Set[str]) -> str | None:
    return next(iter(ids)) if len(ids) == 1 else None


def _edits(length: int) -> int:
    """How many typing mistakes a name of so many letters may have: short ones are too easily another word."""
    return 0 if length < 4 else 1 if length < 9 else _MOST_EDITS


_MOST_EDITS = 2


def _mentioned(bare: Said, names: _Names, options: Sequence[Option]) -> tuple[str, ...]:
    """The options that a short answer names among other words, one ("ik heb boetes") or several ("huur en boetes")."""
    sure = 0 if len(bare) == 1 else MISSPELT
    picked: set[str] = set()
    start = 0
    while start < len(bare):
        for size in range(min(names.longest, len(bare) - start), 0, -1):
            name = _named(bare[start : start + size], names, sure)
            if name is not None:
                picked.add(name)
                start += size
                break
        else:
            start += 1
    return tuple(dict.fromkeys(option.id for option in options if option.id in picked))


@dataclass(frozen=True, slots=True)
class _Small:
    """The small words of all languages: what surrounds an answer, joins two, counts, or says yes or no."""

    polite: frozenset[str]
    joining: frozenset[str]
    either: frozenset[str]
    unclear: frozenset[str]
    cardinals: Mapping[str, int]
    ordinals: Mapping[str, int]
    last: frozenset[str]
    answers: Mapping[Said, str]
    refusals: frozenset[Said]
    fillers: frozenset[str]
    weekdays: Mapping[str, int]
    around_day: frozenset[str]


@cache
def _small() -> _Small:
    answers: dict[Said, str] = {}
    refusals: set[Said] = set()
    for table in tables():
        for answer, plain in phrases(table, table.answers):
            sayings: list[Said] = [()]
            for step in plain:
                sayings = [(*saying, word) for saying in sayings for word in step.words]
            if answer == "refusal":
                refusals.update(sayings)
            else:
                answers.update(dict.fromkeys(sayings, answer))
    either = frozenset[str]().union(*(table.either for table in tables()))
    return _Small(
        polite=frozenset[str]().union(*(table.polite | table.around for table in tables())),
        joining=frozenset[str]().union(*(table.joining for table in tables())),
        either=either,
        unclear=either.union(*(table.negation for table in tables())),
        cardinals=_counted(table.cardinals for table in tables()),
        ordinals=_counted(table.ordinals for table in tables()),
        last=frozenset[str]().union(*(table.last for table in tables())),
        answers=answers,
        refusals=frozenset(refusals),
        fillers=frozenset[str]().union(*(table.fillers for table in tables())),
        around_day=frozenset[str]().union(*(table.around_day for table in tables())),
        weekdays={word: day - 1 for word, day in _counted(table.weekdays for table in tables()).items()},
    )


def _counted(lists: Iterable[tuple[frozenset[str], ...]]) -> dict[str, int]:
    return {word: number for words in lists for number, same in enumerate(words, start=1) for word in same}


def is_number(text: str) -> bool:
    """Whether the whole of ``text`` is a number or several: in digits of any script or in words, also as a place in a
    row ("2", "٢", "twee", "the second one", "2 en 5"). A date is none ("1-12")."""
    small = _small()
    said = [word for word in words_of(text[:CHARACTERS]) if word not in (PAUSE, *small.joining)]
    bare = [word for word in said if word not in small.polite] or said
    return bool(bare) and all(_number(word, 0, small) for word in bare) and not names_date(text)


def _numbers(bare: Said, options: Sequence[Option]) -> tuple[str, ...]:
    """The options that are picked by number, when the text is nothing but numbers that are on the screen."""
    small = _small()
    words = [word for word in bare if word not in small.joining] or list(bare)
    ordered = [word for word in words if word in small.ordinals or word in small.last]
    if ordered:  # "the second one" is not one
        words = [word for word in words if word not in small.cardinals]
    numbers = [_number(word, len(options), small) for word in words]
    if not all(1 <= number <= len(options) for number in numbers):
        return ()
    return tuple(dict.fromkeys(options[number - 1].id for number in numbers))


def _number(word: str, count: int, small: _Small) -> int:
    """The number that ``word`` says, or 0."""
    if word in small.last:
        return count
    digits = re.fullmatch(r"([0-9]{1,3})(e|de|ste|st|nd|rd|th)?", word)
    return int(digits[1]) if digits else small.ordinals.get(word, small.cardinals.get(word, 0))
