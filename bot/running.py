"""What runs beside the pages: again and again, and ended between two pieces of work, not in the middle of one."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet

from flows import understanding

log = logging.getLogger(__name__)

#: Seconds that a piece of work may take to its end; after them it is cancelled in the middle, and then again and again.
PATIENCE = 5.0

_idle: WeakSet[asyncio.Task[Any]] = WeakSet()
_ending: WeakSet[asyncio.Task[Any]] = WeakSet()


@contextmanager
def idle() -> Iterator[None]:
    """Around waiting for work: here a task may be ended without anything being half done. Raises ``CancelledError``
    when it is to end."""
    task = asyncio.current_task()
    assert task is not None
    if task in _ending:
        raise asyncio.CancelledError
    _idle.add(task)
    try:
        yield
    finally:
        _idle.discard(task)


def starting() -> None:
    """Until `settled`, Python does not look for garbage: what is read at the start stays, and looking through it while
    it grows takes a sixth of the start."""
    gc.disable()


def settled() -> None:
    """Begun: the tables of words are read now, not at the first message, and what is in memory stays as long as the
    process does. Python need not look through all of it again each time that it looks for garbage, which is a fifth of
    the work where much is handled."""
    understanding.describe("het eerste bericht van iemand", ())
    gc.collect()
    gc.freeze()
    gc.enable()
    _give_back()


async def again_and_again(work: Callable[[], Awaitable[object]], what: str, every: float) -> None:
    """Does ``work``, waits ``every`` seconds, and so on until cancelled. A failure is logged, and the next time tries
    again; ``what`` was to be handled."""
    while True:
        try:
            await work()
        except Exception as error:
            log.error("%s could not be handled: %s", what, type(error).__name__)
        with idle():
            await asyncio.sleep(every)


async def ended(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Ends ``tasks`` and returns when all have ended, however they did.

    What works on something finishes it first: a transaction that is cancelled half-way leaves its connection in a
    state that is thrown away, and on SQLite a thread that answers nobody. Cancelling once is not always enough: a
    library in between may lose it (``asyncio.wait_for`` does before Python 3.12, when what it waits for comes at the
    same moment), and a process that never ends is killed.
    """
    running = {task for task in tasks if not task.done()}
    _ending.update(running)
    for task in running & set(_idle):
        task.cancel()
    while running:
        done, running = await asyncio.wait(running, timeout=PATIENCE)
        for task in running:
            task.cancel()
        for task in done:
            if not task.cancelled():
                task.exception()  # it was told where it happened


def _give_back() -> None:
    """Returns to the system what reading the tables and catalogs took for a moment, where the C library can."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
