"""The figures against a second opinion: scipy, on any two samples; and what is told of them, or withheld."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, mannwhitneyu

from bot.ratings.statistics import (
    ALPHA,
    FEWEST,
    GRADES,
    NONE,
    Change,
    Counts,
    Verdict,
    changes,
    figures,
    holm,
    mann_whitney,
    parts,
    together,
)

Sample = list[int]
samples = st.lists(st.integers(1, 10), min_size=1, max_size=60)
enough = st.lists(st.integers(1, 10), min_size=FEWEST, max_size=60)


def counted(grades: Sequence[int]) -> Counts:
    times = Counter(grades)
    return tuple(times[grade] for grade in GRADES)


@given(samples, samples)
def test_u_and_its_chance_are_those_of_scipy(one: Sample, other: Sample) -> None:
    u, p = mann_whitney(counted(one), counted(other))
    second = mannwhitneyu(one, other, alternative="two-sided", method="asymptotic", use_continuity=True)
    assert u == pytest.approx(second.statistic)
    if len({*one, *other}) > 1:  # scipy divides by nought where all gave the same grade
        assert p == pytest.approx(second.pvalue, abs=1e-12)
    else:
        assert p == 1


@given(samples, samples)
def test_who_is_compared_with_whom_does_not_matter(one: Sample, other: Sample) -> None:
    (u, p), (back, same) = mann_whitney(counted(one), counted(other)), mann_whitney(counted(other), counted(one))
    assert u + back == len(one) * len(other)
    assert p == pytest.approx(same)


@given(enough)
def test_number_and_mean(grades: Sample) -> None:
    found = figures(counted(grades))
    assert found is not None
    assert found.number == len(grades)
    assert abs(float(found.mean) - fmean(grades)) <= 0.05 + 1e-9
    assert found.mean.as_tuple().exponent == -1


def test_a_half_goes_up() -> None:
    found = figures(counted([7] * 13 + [8] * 7))  # 7.35
    assert found is not None
    assert found.mean == Decimal("7.4")


@given(st.lists(st.integers(1, 10), max_size=FEWEST - 1))
def test_fewer_than_ten_are_withheld(grades: Sample) -> None:
    assert figures(counted(grades)) is None


@given(st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(1, 10), max_size=25), max_size=4))
def test_nobody_reckons_a_small_group_out_of_the_others(groups: dict[str, Sample]) -> None:
    counts = {name: counted(grades) for name, grades in groups.items()}
    shown, whole = parts(counts), figures(together(counts.values()))
    hidden = sum(len(grades) for name, grades in groups.items() if shown[name] is None)
    assert hidden == 0 or whole is None or hidden >= FEWEST
    for name, found in shown.items():
        assert found is None or found.counts == counts[name]


def test_holm_is_what_stands_in_the_books() -> None:
    # Holm (1979): the smallest times n, the next times n - 1, never less than the one before.
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005}) == pytest.approx(
        {"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02}
    )
    assert holm({}) == {}


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_lies_between_no_correction_and_bonferroni(chances: list[float]) -> None:
    found = holm(dict(enumerate(chances)))
    for name, chance in enumerate(chances):
        assert chance <= found[name] <= min(1.0, chance * len(chances)) + 1e-12
    # stricter than what keeps only the share of false ones small (Benjamini and Hochberg)
    loose = false_discovery_control(chances)
    assert all(found[name] >= loose[name] - 1e-12 for name in found)


@given(st.dictionaries(st.sampled_from("123456"), st.tuples(samples, samples), min_size=1))
def test_a_difference_is_one_where_scipy_and_holm_say_so(years: dict[str, tuple[Sample, Sample]]) -> None:
    before = {name: counted(was) for name, (was, _) in years.items()}
    after = {name: counted(now) for name, (_, now) in years.items()}
    told = {name: pair for name, pair in years.items() if min(map(len, pair)) >= FEWEST}
    chances = {}
    for name, (was, now) in told.items():
        varied = len({*was, *now}) > 1
        chances[name] = float(mannwhitneyu(now, was, method="asymptotic").pvalue) if varied else 1.0
    adjusted = holm(chances)
    for name, change in changes(before, after).items():
        if name not in told:
            assert change == Change(Verdict.FEW)
            continue
        assert change.p == pytest.approx(adjusted[name], abs=1e-12)
        if abs(adjusted[name] - ALPHA) > 1e-9:
            is_one = change.verdict in (Verdict.HIGHER, Verdict.LOWER, Verdict.OTHERWISE)
            assert is_one == (adjusted[name] < ALPHA)


HIGH, LOW = counted([8] * 15 + [9] * 15), counted([5] * 15 + [6] * 15)


def test_the_verdicts() -> None:
    split = counted([1] * 10 + [10] * 20)
    found = changes(
        {"up": LOW, "down": HIGH, "same": HIGH, "chance": HIGH, "few": counted([8] * 9), "new": NONE},
        {
            "up": HIGH,
            "down": LOW,
            "same": tuple(2 * number for number in HIGH),
            "chance": counted([8] * 14 + [9] * 16),
            "few": HIGH,
            "new": HIGH,
        },
    )
    assert {name: change.verdict for name, change in found.items()} == {
        "up": Verdict.HIGHER,
        "down": Verdict.LOWER,
        "same": Verdict.SAME,
        "chance": Verdict.CHANCE,
        "few": Verdict.FEW,
        "new": Verdict.FEW,
    }
    assert found["up"].by == Decimal("3.0")
    # more tens, and more ones: nobody can say that it is higher or lower
    (only,) = changes({"": counted([7] * 30)}, {"": split}).values()
    assert only.verdict in (Verdict.OTHERWISE, Verdict.CHANCE)


def test_grades_that_are_higher_more_often_with_a_mean_that_fell_are_called_neither() -> None:
    before, after = counted([7] * 60), counted([8] * 45 + [1] * 15)
    change = changes({"": before}, {"": after})[""]
    assert change.by is not None
    assert change.by < 0
    assert change.verdict is Verdict.OTHERWISE
