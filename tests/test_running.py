"""Ending what runs: whatever loses a cancellation on its way, the process ends."""

from __future__ import annotations

import asyncio
import gc
from contextlib import suppress

import pytest

from bot import running
from bot.running import again_and_again, ended, idle, settled, starting
from bot.signals import wait


@pytest.mark.parametrize("turns", range(4))
async def test_a_cancellation_that_comes_together_with_the_event_is_not_lost(turns: int) -> None:
    """What `asyncio.wait_for` of Python 3.11 loses: a sender that was told of work while it was stopped went on."""
    event = asyncio.Event()

    async def works_for_ever() -> None:
        while True:
            await wait(event, 60)

    task = asyncio.create_task(works_for_ever())
    await asyncio.sleep(0)
    event.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task], timeout=1)
    assert task.cancelled()


async def test_work_under_way_is_finished_first() -> None:
    """A transaction that is cancelled half-way leaves a thread that answers nobody."""
    may_end, finished = asyncio.Event(), False

    async def works() -> None:
        nonlocal finished
        await may_end.wait()
        finished = True
        with idle():
            await asyncio.sleep(60)

    task = asyncio.create_task(works())
    await asyncio.sleep(0)
    ending = asyncio.create_task(ended([task]))
    await asyncio.sleep(0)
    assert not task.done()
    may_end.set()
    await ending
    assert finished
    assert task.cancelled()


async def test_what_waits_for_work_ends_at_once() -> None:
    async def waits() -> None:
        with idle():
            await asyncio.sleep(60)

    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    await ended([task])
    assert task.cancelled()


async def test_what_swallows_a_cancellation_is_cancelled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PATIENCE", 0.01)
    lost = 0

    async def deaf() -> None:
        nonlocal lost
        while lost < 2:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
                continue
            lost += 1
        await asyncio.sleep(60)

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    await ended([task])
    assert task.cancelled()
    assert lost == 2


def test_rolling_back_is_given_its_time() -> None:
    """Whoever is busy cleaning up after the first cancellation must not be cancelled out of that."""
    assert running.PATIENCE >= 5


async def test_what_failed_or_ended_before_is_no_trouble() -> None:
    async def fails() -> None:
        raise RuntimeError

    async def ends() -> None:
        return

    tasks = [asyncio.create_task(fails()), asyncio.create_task(ends())]
    await asyncio.sleep(0)
    await ended(tasks)
    await ended([])
    assert all(task.done() for task in tasks)


async def test_work_that_fails_is_done_again_and_only_its_kind_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    done = asyncio.Event()
    tries = 0

    async def fails_twice() -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ConnectionError("mevrouw Jansen")
        done.set()

    task = asyncio.create_task(again_and_again(fails_twice, "what is due", 0))
    async with asyncio.timeout(10):
        await done.wait()
    await ended([task])
    assert task.cancelled()
    assert caplog.messages == ["what is due could not be handled: ConnectionError"] * 2


def test_garbage_is_looked_for_again_once_it_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("collect", "freeze"):  # what other tests left is no matter of this one
        monkeypatch.setattr(gc, name, int)
    try:
        starting()
        assert not gc.isenabled()
        settled()
        assert gc.isenabled()
    finally:
        gc.enable()
