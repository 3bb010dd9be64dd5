"""How often something may be done, in this process: it slows a flood down and guards no secret by itself."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import Refused


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Limiter:
    """So much at once, refilled evenly; what is above that is refused as ``code``."""

    def __init__(
        self, at_once: int, per_second: float, timer: Callable[[], float] = time.monotonic, code: str = "busy"
    ) -> None:
        self._code = code
        self._at_once = at_once
        self._per_second = per_second
        self._timer = timer
        self._buckets: OrderedDict[object, _Bucket] = OrderedDict()

    def check(self, key: object, amount: int = 1) -> None:
        """Raises ``Refused`` when less is left for ``key``."""
        if self._refilled(key).left < amount:
            raise Refused(self._code)

    def take(self, key: object, amount: int = 1) -> None:
        """Takes one, or ``amount``, for ``key``. Raises ``Refused`` when less is left."""
        self.check(key, amount)
        self._buckets[key].left -= amount

    def give_back(self, key: object, amount: int) -> None:
        """What was taken and not used."""
        self._refilled(key).left += amount

    def _refilled(self, key: object) -> _Bucket:
        now = self._timer()
        bucket = self._buckets.setdefault(key, _Bucket(self._at_once, now))
        bucket.left = min(self._at_once, bucket.left + (now - bucket.at) * self._per_second)
        bucket.at = now
        self._buckets.move_to_end(key)
        while len(self._buckets) > 10_000:
            self._buckets.popitem(last=False)
        return bucket
