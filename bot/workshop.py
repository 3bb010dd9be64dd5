"""Things that take a while to make: a few at once, and the last of them kept for whoever asks again."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Workshop(Generic[Key]):
    """Of one process, in memory only. ``keep``: so many of what was made last; ``at_once``: so many under way."""

    def __init__(self, *, keep: int, at_once: int) -> None:
        self._keep = keep
        self._room = asyncio.Semaphore(at_once)
        self._kept: OrderedDict[Key, bytes] = OrderedDict()

    async def get(self, key: Key, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """What was kept under ``key``, or what ``make`` makes. Raises what that raises, and keeps nothing then."""
        made = self._kept.get(key)
        if made is None:
            async with self._room:
                made = self._kept.get(key)  # someone else may have asked for the same meanwhile
                if made is None:
                    made = await make()
                self._kept[key] = made
        self._kept.move_to_end(key)
        while len(self._kept) > self._keep:
            self._kept.popitem(last=False)
        return made
