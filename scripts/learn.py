"""Learns what a crisis sounds like, from the sentences in ``flows/understanding/examples/`` (``make learn``).

``python -m scripts.learn`` writes ``meanings.bin`` and ``learned.bin``; run it after sentences or meanings were added.
``python -m scripts.learn try`` learns from two thirds and tells how the others are judged, three times, per language.
``python -m scripts.learn why TEXT`` shows what in a text speaks for a crisis, and what against it.
``python -m scripts.learn measure`` (``make understanding``) tells how all of it does on sentences that nothing was made
with (``tests/understanding/unseen/``), and what a message costs.

Logistic regression, twice: whether there is a crisis, and which one. What stands more in one than in the other weighs
more from the beginning (Wang and Manning 2012, "Baselines and Bigrams"), and the weights are kept in one byte each.
"""

from __future__ import annotations

import csv
import sys
from array import array
from collections.abc import Collection, Sequence
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import NamedTuple, TypeAlias
from zlib import crc32

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from flows.grammar import Category
from flows.understanding import learned, meanings
from flows.understanding.crises import crisis, signs
from flows.understanding.learned import BITS, CATEGORIES, FILE, KIND_BITS, Learned, names, numbers
from flows.understanding.normalising import words_of

FOLDER = Path(__file__).parents[1] / "flows/understanding"
EXAMPLES = FOLDER / "examples"
UNSEEN = Path(__file__).parents[1] / "tests/understanding/unseen"
#: How freely weights may grow; this and the next were found by ``try``.
FREEDOM = 100.0
#: What counts how much besides: a life in danger; what the tables were made with; being common in crises only.
LIFE, KNOWN, APART = 1.5, 0.5, 0.4
#: How far ahead another crisis must be of a life in danger to be taken for it: the worst comes first.
LIFE_FIRST = 0.5
#: Of a hundred ordinary sentences that it did not learn from, as many may be taken for a crisis.
FALSE_ALARMS = 0.08
FOLDS = 3
#: The part of the sentences that the tables have never met, and what is typed in the transcripts, which is no crisis.
LEARNED, TYPED = "learned", "typed"
#: Of so many sentences the features of one are in the checksum.
SAMPLED = 100
#: What it weighs that the tables found a crisis; as much as a feature or two of a short sentence.
SIGN = 0.3

Vector: TypeAlias = np.ndarray[tuple[int], np.dtype[np.float64]]
Matrix: TypeAlias = np.ndarray[tuple[int, int], np.dtype[np.float64]]


class Example(NamedTuple):
    """One labelled sentence; ``category`` is ``none`` for what is no crisis. The tables were made with those of part
    ``built`` and ``held``: what they find in these says nothing of what they find elsewhere."""

    language: str
    category: str
    part: str
    text: str

    @property
    def signs(self) -> Category | None:
        """What the tables find in it, where that is worth knowing."""
        return signs(words_of(self.text)) if self.part == LEARNED else None


def examples(folder: Path = EXAMPLES) -> list[Example]:
    """All sentences, file by file."""
    found = []
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            next(rows)
            found += [Example(path.stem, *row) for row in rows]
    return found


def features_of(found: Sequence[Example], bits: int = BITS) -> csr_matrix:
    """One row a sentence, one column a feature; a sentence weighs the same however long it is."""
    rows = [sorted({number & (1 << bits) - 1 for number in numbers(words_of(one.text))}) for one in found]
    values = [np.full(len(row), len(row) ** -0.5) for row in rows]
    places = np.cumsum([0, *map(len, rows)])
    return csr_matrix((np.concatenate(values), np.concatenate(rows), places), shape=(len(rows), 1 << bits))


def table_of(found: Sequence[Example]) -> csr_matrix:
    """The features of every sentence and, in the last columns, what the tables found in it."""
    known = [one.signs for one in found]
    signs = SIGN * np.array([[sign is kind for kind in CATEGORIES] for sign in known])
    return csr_matrix(hstack([features_of(found), signs]))


def learn(found: Sequence[Example], table: csr_matrix, threshold: float = 0.0) -> Learned:
    """What ``found`` teaches, of which ``table`` is the `table_of`. A crisis counts from ``threshold`` on."""
    is_crisis = np.array([one.category != "none" for one in found])
    weighs = np.array([_weight(one) for one in found])
    apart = _apart(table, is_crisis)
    both, offset = _weights(
        csr_matrix(table.multiply(apart)), np.stack([~is_crisis, is_crisis], axis=1).astype(float), weighs
    )
    danger = (both[:, 1] - both[:, 0]) * apart
    crises = [one for one in found if one.category != "none"]
    which = np.array([[one.category == kind for kind in CATEGORIES] for one in crises], float)
    kinds, offsets = _weights(features_of(crises, KIND_BITS), which, np.ones(len(crises)))
    offsets[CATEGORIES.index(Category.LIFE)] += LIFE_FIRST
    bytes_of_danger, scale = _in_bytes(danger[None, : 1 << BITS])
    bytes_of_kinds, kinds_scale = _in_bytes(kinds.T)
    return Learned(
        bytes_of_danger,
        bytes_of_kinds,
        scale,
        kinds_scale,
        float(offset[1] - offset[0]) - threshold,
        tuple(map(float, offsets)),
        tuple(float(weight) * SIGN for weight in danger[1 << BITS :]),
        made_of(),
    )


def _weight(one: Example) -> float:
    """How much a sentence counts: a life most of all, and least what the tables were made with."""
    return (LIFE if one.category == Category.LIFE else 1.0) * (1.0 if one.part in (LEARNED, TYPED) else KNOWN)


def _apart(table: csr_matrix, is_crisis: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Vector:
    """By column: how freely it may speak, the more the less evenly it stands in crises and in ordinary sentences."""
    has = table > 0
    crises, ordinary = (np.asarray(has[rows].sum(axis=0)).ravel() + 1.0 for rows in (is_crisis, ~is_crisis))
    uneven: Vector = np.abs(np.log(crises / crises.sum()) - np.log(ordinary / ordinary.sum()))
    return (1 - APART) + APART * uneven


def made_of() -> str:
    """A checksum of all that is learned from: sentences, meanings, and which features some of the sentences have. Not
    the tables: these may change a little without harm."""
    files = [*sorted(EXAMPLES.glob("*.tsv")), FOLDER / meanings.SOURCE]
    features = [sorted(numbers(words_of(one.text))) for one in examples()[::SAMPLED]]
    return sha256(b"".join(path.read_bytes() for path in files) + repr(features).encode()).hexdigest()[:16]


def _weights(table: csr_matrix, classes: Matrix, weighs: Vector) -> tuple[Matrix, Vector]:
    """Weights (feature by class) and offsets of the likeliest regression; a row counts as much as it ``weighs``."""
    columns = np.unique(table.indices)
    dense = table[:, columns]
    size, count = len(columns), classes.shape[1]

    def cost(flat: Vector) -> tuple[float, Vector]:
        weights, offsets = flat[: size * count].reshape(size, count), flat[size * count :]
        sums = dense @ weights + offsets
        sums -= sums.max(axis=1, keepdims=True)
        likely = np.exp(sums)
        total = likely.sum(axis=1, keepdims=True)
        missed = (likely / total - classes) * weighs[:, None]
        value = float(weighs @ (np.log(total[:, 0]) - (sums * classes).sum(axis=1)))
        value += float((weights**2).sum()) / (2 * FREEDOM)
        return value, np.concatenate([(dense.T @ missed + weights / FREEDOM).ravel(), missed.sum(axis=0)])

    best = minimize(cost, np.zeros((size + 1) * count), jac=True, method="L-BFGS-B", options={"maxiter": 120}).x
    weights = np.zeros((table.shape[1], count))
    weights[columns] = best[: size * count].reshape(size, count)
    return weights, best[size * count :]


def _in_bytes(rows: Matrix) -> tuple[array[int], float]:
    """``rows``, one after the other, as whole numbers from -127 to 127, and what one of these is worth. The few largest
    are cut off: they would make all others coarse."""
    top = float(np.quantile(np.abs(rows[rows != 0]), 0.9995))
    return array("b", np.clip(np.rint(rows / top * 127), -127, 127).astype(np.int8).tobytes()), top / 127


def threshold_of(dangers: Collection[float]) -> float:
    """Where few enough ordinary sentences, of which these are the ``dangers``, are taken for a crisis."""
    return float(np.quantile(list(dangers), 1 - FALSE_ALARMS))


def tried(found: Sequence[Example]) -> list[tuple[float, str]]:
    """Every sentence judged by what the others taught, in their order. Which are others does not depend on chance."""
    fold = np.array([crc32(one.text.encode()) % FOLDS for one in found])
    table = table_of(found)
    results: list[tuple[float, str]] = [(0.0, "")] * len(found)
    for number in range(FOLDS):
        others = np.flatnonzero(fold != number)
        taught = learn([found[int(place)] for place in others], table[others])
        for place in map(int, np.flatnonzero(fold == number)):
            words = words_of(found[place].text)
            results[place] = learned.danger(words, found[place].signs, taught), learned.likeliest(words, learned=taught)
    return results


def main(arguments: Sequence[str]) -> None:
    """Runs the command."""
    match arguments:
        case ["why", *words]:
            _why(" ".join(words))
        case ["measure"]:
            _measure()
        case ["try"]:
            compile_meanings()
            _report(found := examples(), tried(found))
        case _:
            compile_meanings()
            found = examples()
            threshold = threshold_of(_ordinary(found, tried(found)))
            (FOLDER / FILE).write_bytes(learned.pack(learn(found, table_of(found), threshold)))


def compile_meanings() -> None:
    """Writes what the meanings are looked up in; it counts for this process too when nothing was looked up yet."""
    lexicon = meanings.compiled((FOLDER / meanings.SOURCE).read_text("utf-8"))
    (FOLDER / meanings.FILE).write_bytes(meanings.pack(lexicon))


def _ordinary(found: Sequence[Example], results: Sequence[tuple[float, str]]) -> list[float]:
    """How dangerous the sentences look that are no crisis."""
    pairs = zip(found, results, strict=True)
    return [danger for one, (danger, _) in pairs if one.category == "none" and one.part == LEARNED]


def _report(found: Sequence[Example], results: Sequence[tuple[float, str]]) -> None:
    least = threshold_of(_ordinary(found, results))
    pairs = zip(found, results, strict=True)
    apart = [(one, kind if danger > least else "none") for one, (danger, kind) in pairs if one.part == LEARNED]
    _table([one for one, _ in apart], [said for _, said in apart])


def _table(found: Sequence[Example], said: Sequence[str]) -> None:
    print("language  sentences  life as life  any crisis  by its name  false alarms")
    for language in dict.fromkeys(one.language for one in found):
        here = [(one.category, name) for one, name in zip(found, said, strict=True) if one.language == language]
        shares = (
            _share([name == "life" for true, name in here if true == "life"]),
            _share([name != "none" for true, name in here if true != "none"]),
            _share([name == true for true, name in here if true != "none"]),
            _share([name != "none" for true, name in here if true == "none"]),
        )
        print(f"{language:8}  {len(here):9}  " + "  ".join(f"{share:11.3f}" for share in shares))


def _measure() -> None:
    found = examples(UNSEEN)
    crisis("ik heb een vraag over mijn brief")  # everything is read at the first message
    said, took = [], []
    for one in found:
        begun = perf_counter()
        said.append(crisis(one.text) or "none")
        took.append(perf_counter() - begun)
    _table(found, said)
    ordinary = [seconds for one, seconds in zip(found, took, strict=True) if one.category == "none"]
    letters = sum(len(one.text) for one in found) / len(found)
    print(f"{_microseconds(ordinary)} an ordinary message, {_microseconds(took)} any here, {letters:.0f} characters")


def _microseconds(took: Sequence[float]) -> str:
    return f"{1e6 * sum(took) / len(took):.0f} µs"


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right)


def _why(text: str) -> None:
    taught, found = learned.taught(), signs(words_of(text))
    danger, kind = learned.danger(words_of(text), found), learned.likeliest(words_of(text))
    print(f"{danger:+.2f} {kind}; the tables find {found}")
    weights = {name: taught.danger[learned.number(name)] for name in names(words_of(text))}
    for name, weight in sorted(weights.items(), key=lambda pair: -abs(pair[1]))[:40]:
        print(f"{weight:+4} {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
