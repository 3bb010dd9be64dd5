"""Never more than a platform takes: in any second, and per person."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from bot.outgoing import Pace
from bot.pace import Bucket, Paces


class Timer:
    """Seconds that only the test lets pass."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(0, 0.4), min_size=20, max_size=200), st.sampled_from([1.0, 30.0, 80.0]))
def test_in_no_second_more_than_the_platform_takes(steps: list[float], overall: float) -> None:
    timer, gone = Timer(), []
    bucket = Paces(Pace(overall, person=1, burst=1), timer).overall
    for step in steps:
        timer.now += step
        while bucket.room() >= 1:
            bucket.take()
            gone.append(timer.now)
    for start in gone:
        assert sum(start <= at < start + 1 for at in gone) <= max(overall, 2)


def test_whoever_waits_as_long_as_it_says_may_go() -> None:
    timer = Timer()
    bucket = Bucket(1 / 6, 2, timer)
    assert bucket.wait() == 0
    bucket.take(2)
    assert math.isclose(bucket.wait(), 6)
    timer.now += 6
    assert bucket.wait() < 1e-6
    assert not bucket.is_full
    timer.now += 60
    assert bucket.is_full


def test_each_person_has_a_pace_of_their_own_and_without_a_limit_nobody_waits() -> None:
    paces = Paces(Pace(math.inf, person=1, burst=1), Timer())
    paces.person(1).take()
    assert paces.person(1).wait() > 0
    assert paces.person(2).wait() == 0
    assert (paces.overall.room(), paces.kept) == (math.inf, 0)
