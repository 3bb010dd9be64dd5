"""Things that take a while to make: a few at once, each once, and the last of them kept for whoever asks again."""

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
        self._making: dict[Key, asyncio.Task[bytes]] = {}

    async def get(self, key: Key, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """What was kept under ``key``, or what ``make`` makes. Raises what that raises, and keeps nothing then. Who is
        cancelled takes it from nobody else who waits."""
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return kept
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make(key, make))
            task.add_done_callback(lambda done: self._ended(key, done))
        return await asyncio.shield(task)

    async def _make(self, key: Key, make: Callable[[], Awaitable[bytes]]) -> bytes:
        async with self._room:
            made = await make()
        self._kept[key] = made
        while len(self._kept) > self._keep:
            self._kept.popitem(last=False)
        return made

    def _ended(self, key: Key, done: asyncio.Task[bytes]) -> None:
        del self._making[key]
        if not done.cancelled():
            done.exception()  # whoever waits gets it; that nobody waits any more is no news
