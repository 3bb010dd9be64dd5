"""What ``make bench`` measures is there to be measured; its figures are for a machine that does nothing else."""

from __future__ import annotations

import pytest

from bench import step
from locales import load


def test_every_step_of_the_story_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step, "ROUNDS", 1)
    monkeypatch.setattr(step, "TOLD", 1)
    each, json_mean = step.steps(load(("nl", "en", "ar")))
    assert len(each) == len(step.STORY)
    assert all(cost > 0 for cost in (*each.values(), json_mean))
