"""How much, how often and how many at once. All of it per process: it slows a flood down and guards no secret."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from aiohttp import web

from bot.limiter import Limiter

#: Bytes of files from one place at once and, evenly, in a day: a hundred photos, and no disk that is full by tomorrow.
FILES_AT_ONCE = FILES_A_DAY = 300 * 1024 * 1024


class Limits:
    """How often, at once and a second. Of one browser: ``says``, ``uploads``, ``sounds``. Of one place, where a whole
    library may sit behind one address: ``starts`` (conversations begun or gone on with: sixty at once and 720 an hour),
    ``wrong_codes`` (thirty typing mistakes at once and 180 an hour: a code has 50 bits of chance, so the limit is
    against the noise; a link is not guessed and not counted) and ``bytes``. What has few possibilities, a PIN, is
    slowed per person and not here (``bot.identity``). tests/attacks/test_shared_computer.py has thirty people at one
    address, and one who guesses among them."""

    def __init__(self) -> None:
        self.says = Limiter(30, 1.0)
        self.uploads = Limiter(10, 0.2)
        self.sounds = Limiter(60, 0.5)  # a browser asks for one in parts
        self.starts = Limiter(60, 0.2)
        self.wrong_codes = Limiter(30, 0.05)
        self.bytes = Limiter(FILES_AT_ONCE, FILES_A_DAY / (24 * 3600), code="files_full")


class Bodies:
    """The files that are in memory: few in this process and fewer from one place, where slow ones may fill all."""

    def __init__(self, at_once: int = 6, from_one_place: int = 2) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._from_one_place = from_one_place
        self._places: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def one(self, place: str) -> AsyncIterator[None]:
        """Around the time that a file is in memory; waits for its turn."""
        own = self._places.get(place)
        if own is None:
            own = self._places[place] = asyncio.Semaphore(self._from_one_place)
        async with own, self._slots:
            yield


class Streams:
    """The streams that are open, each as the task that writes it, oldest first."""

    #: For one browser: its tabs, with room to spare.
    MOST = 5

    def __init__(self) -> None:
        self._open: defaultdict[int, list[asyncio.Task[None]]] = defaultdict(list)

    def add(self, address_id: int, writing: asyncio.Task[None]) -> None:
        """One more; of more than five the oldest is ended."""
        own = self._open[address_id]
        own.append(writing)
        for oldest in own[: -self.MOST]:
            oldest.cancel()

    def remove(self, address_id: int, writing: asyncio.Task[None]) -> None:
        """It has ended."""
        own = self._open[address_id]
        own.remove(writing)
        if not own:
            del self._open[address_id]

    @property
    def open(self) -> list[asyncio.Task[None]]:
        """All of them, to be ended when the server stops."""
        return [writing for own in self._open.values() for writing in own]


LIMITS: web.AppKey[Limits] = web.AppKey("webchat limits")
BODIES: web.AppKey[Bodies] = web.AppKey("webchat bodies")
STREAMS: web.AppKey[Streams] = web.AppKey("webchat streams")
