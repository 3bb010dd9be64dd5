"""What grades of many people say: how many, how high, whether another year is different, and when that is too little to
say. All of it from counts: how often each grade from 1 to 10 was given."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TypeAlias, TypeVar

from flows.ratings import HIGHEST, LOWEST

#: How often each grade was given, the lowest first.
Counts: TypeAlias = tuple[int, ...]

GRADES = range(LOWEST, HIGHEST + 1)
NONE: Counts = (0,) * len(GRADES)
#: Figures about fewer people are withheld (rule 14).
FEWEST = 10
#: Of all differences that are called one, together, at most so many are chance.
ALPHA = 0.05

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Figures:
    """Grades that may be told: ``mean`` with one decimal."""

    counts: Counts
    number: int
    mean: Decimal


class Verdict(StrEnum):
    """What two years say of each other."""

    FEW = "few"  # in one of them too few people answered
    HIGHER = "higher"
    LOWER = "lower"
    OTHERWISE = "otherwise"  # other grades, and as high on average
    CHANCE = "chance"  # a difference that may be chance
    SAME = "same"  # none


@dataclass(frozen=True, slots=True)
class Change:
    """``by`` is how much the mean rose; ``p`` after Holm's correction. None: too few to say."""

    verdict: Verdict
    by: Decimal | None = None
    p: float | None = None


def together(parts: Iterable[Counts]) -> Counts:
    """All of these counts."""
    return tuple(map(sum, zip(NONE, *parts, strict=True)))


def figures(counts: Counts) -> Figures | None:
    """None: too few people to tell anything."""
    number = sum(counts)
    if number < FEWEST:
        return None
    total = sum(grade * times for grade, times in zip(GRADES, counts, strict=True))
    mean = (Decimal(total) / number).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Figures(counts, number, mean)


def parts(counts: Mapping[K, Counts]) -> dict[K, Figures | None]:
    """Each of these groups, whose sum is told as well. Where one of them is too small, none is: it would be what is
    left of the sum."""
    shown = {name: figures(each) for name, each in counts.items()}
    if any(0 < sum(each) < FEWEST for each in counts.values()):
        return dict.fromkeys(shown)
    return shown


def mann_whitney(one: Counts, other: Counts) -> tuple[float, float]:
    """Mann and Whitney's U of ``one`` against ``other``, and the chance (two-sided) of a difference at least as large
    where there is none: normal approximation, corrected for ties and for continuity. Both have at least one grade."""
    n, m = sum(one), sum(other)
    below, u = 0, 0.0
    for mine, theirs in zip(one, other, strict=True):
        u += mine * (below + theirs / 2)
        below += theirs
    ties = sum(both**3 - both for both in map(sum, zip(one, other, strict=True)))
    total = n + m
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:  # all gave the same grade
        return u, 1.0
    z = (abs(u - n * m / 2) - 0.5) / math.sqrt(variance)
    return u, min(1.0, math.erfc(z / math.sqrt(2)))


def holm(chances: Mapping[K, float]) -> dict[K, float]:
    """Each chance as if it were the only one looked at (Holm): who looks six times finds something by chance sooner."""
    adjusted: dict[K, float] = {}
    highest = 0.0
    for place, (name, chance) in enumerate(sorted(chances.items(), key=lambda one: one[1])):
        highest = max(highest, min(1.0, chance * (len(chances) - place)))
        adjusted[name] = highest
    return adjusted


def changes(before: Mapping[K, Counts], after: Mapping[K, Counts]) -> dict[K, Change]:
    """What changed from one year to another, for each name of ``after``; all of them are one look."""
    pairs = {
        name: (was, now)
        for name, counts in after.items()
        if (was := figures(before.get(name, NONE))) is not None and (now := figures(counts)) is not None
    }
    tests = {name: mann_whitney(now.counts, was.counts) for name, (was, now) in pairs.items()}
    chances = holm({name: p for name, (_, p) in tests.items()})
    found = dict.fromkeys(after, Change(Verdict.FEW))
    for name, (was, now) in pairs.items():
        by, up = now.mean - was.mean, tests[name][0] - now.number * was.number / 2
        found[name] = Change(_verdict(was, now, by, up, chances[name]), by, chances[name])
    return found


def _verdict(was: Figures, now: Figures, by: Decimal, up: float, p: float) -> Verdict:
    """``by`` is how much the mean rose, ``up`` above nought where grades are higher more often than lower."""
    if p < ALPHA:
        if by > 0 and up > 0:
            return Verdict.HIGHER
        return Verdict.LOWER if by < 0 and up < 0 else Verdict.OTHERWISE
    shares = [tuple(times / each.number for times in each.counts) for each in (was, now)]
    return Verdict.SAME if shares[0] == shares[1] else Verdict.CHANCE
