"""Ending what runs beside the pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

#: Seconds after which a task that did not end is cancelled once more: longer than rolling back takes, which a second
#: cancellation would break off.
AGAIN = 5.0


async def ended(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels ``tasks`` and returns when all have ended, however they did.

    Once is not always enough: a library between here and the loop may lose a cancellation (``asyncio.wait_for`` before
    Python 3.12 does when what it waits for comes at the same moment), and a process that never ends is killed.
    """
    running = {task for task in tasks if not task.done()}
    while running:
        for task in running:
            task.cancel()
        done, running = await asyncio.wait(running, timeout=AGAIN)
        for task in done:
            if not task.cancelled():
                task.exception()  # it was told where it happened
