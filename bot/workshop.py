"""Things that take a while to make: a few at once, each once, and the last of them kept for whoever asks again."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

#: Seconds: what is made says what people were told, and so does its key. Neither stays much longer than it is looked at
#: or listened to, for it could outlive the person's own key.
KEPT_FOR = 300.0

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Workshop(Generic[Key, Made]):
    """Of one process, in memory only. ``keep``: so many of what was made last, each for `KEPT_FOR`; ``at_once``: so
    many under way."""

    def __init__(self, *, keep: int, at_once: int) -> None:
        self._keep = keep
        self._room = asyncio.Semaphore(at_once)
        self._kept: OrderedDict[Key, Made] = OrderedDict()
        self._making: dict[Key, asyncio.Task[Made]] = {}

    async def get(self, key: Key, make: Callable[[], Awaitable[Made]]) -> Made:
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

    async def _make(self, key: Key, make: Callable[[], Awaitable[Made]]) -> Made:
        async with self._room:
            made = await make()
        self._kept[key] = made
        asyncio.get_running_loop().call_later(KEPT_FOR, self._forget, key, made)
        while len(self._kept) > self._keep:
            self._kept.popitem(last=False)
        return made

    def _forget(self, key: Key, made: Made) -> None:
        if self._kept.get(key) is made:  # and not another one, made since this one had to leave
            del self._kept[key]

    def _ended(self, key: Key, done: asyncio.Task[Made]) -> None:
        del self._making[key]
        if not done.cancelled():
            done.exception()  # whoever waits gets it; that nobody waits any more is no news
