"""What was asked of a message lately. While one is handled the same is asked of it several times: by the step, by what
is said in passing, by who may see it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

#: So many messages are remembered, as others come in between; no more, as they are what people wrote.
LATELY = 8

_forgetting: list[Callable[[], None]] = []


def remembered(ask: Callable[[str], T]) -> Callable[[str], T]:
    """``ask``, which is pure, with its answers of lately."""
    asked = lru_cache(maxsize=LATELY)(ask)
    _forgetting.append(asked.cache_clear)
    return asked


def forget() -> None:
    """As if nothing was asked yet: to measure, and to test."""
    for one in _forgetting:
        one()
