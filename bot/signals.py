"""Who must look again: conversations that changed, told to open pages and workers.

In one process a set of waiting queues; on PostgreSQL also LISTEN/NOTIFY, so that it reaches every process. A signal may
be lost (a connection that broke): everything that waits on one also looks by itself now and then.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress

from bot.running import idle

#: The topic of everything that changes an inbox row, next to the conversation's own number.
INBOX = "inbox"
OUTBOX = "outbox"
DOWNLOADS = "downloads"

#: PostgreSQL's channel. Payloads are topics joined by commas: ``inbox,outbox,17``.
CHANNEL = "klopaan"


class Signals:
    """Topics are strings: a conversation's number, ``inbox``, ``outbox`` or ``downloads``."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._hearers: list[tuple[str, Callable[[str], None]]] = []

    def hear(self, prefix: str, hearer: Callable[[str], None]) -> None:
        """Calls ``hearer`` with every topic that begins with ``prefix``: for news that is in the topic itself."""
        self._hearers.append((prefix, hearer))

    def publish(self, topics: Iterable[str]) -> None:
        """Wakes everyone in this process who waits for one of ``topics``."""
        for topic in topics:
            for event in self._waiting.get(topic, ()):
                event.set()
            for prefix, hearer in self._hearers:
                if topic.startswith(prefix):
                    hearer(topic)

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever one of ``topics`` was published; the reader clears it."""
        event = asyncio.Event()
        for topic in topics:
            self._waiting[topic].add(event)
        try:
            yield event
        finally:
            for topic in topics:
                self._waiting[topic].discard(event)
                if not self._waiting[topic]:
                    del self._waiting[topic]


async def wait(event: asyncio.Event, seconds: float) -> bool:
    """Waits until ``event`` is set or ``seconds`` of real time passed, and clears it. True: it was set."""
    with suppress(TimeoutError):
        # Not `wait_for`: until Python 3.12 that loses a cancellation that comes together with the event.
        async with asyncio.timeout(seconds):
            with idle():
                await event.wait()
    was_set = event.is_set()
    event.clear()
    return was_set
