"""What takes a while is made once, and is gone again before it can outlive the key of whom it is about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

from bot import workshop
from bot.workshop import Workshop


async def test_what_was_made_is_forgotten_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "KEPT_FOR", 0.05)
    pool: Workshop[str, str] = Workshop(keep=8, at_once=1)
    made = []

    async def make() -> str:
        made.append("once more")
        return "een geheim van Noor"

    for _ in range(3):
        await pool.get("Noor", make)
    assert len(made) == 1
    async with asyncio.timeout(10):
        while "Noor" in repr(vars(pool)):  # noqa: ASYNC110 - a timer of the loop ends it
            await asyncio.sleep(0.01)
    await pool.get("Noor", make)
    assert len(made) == 2


async def test_what_was_made_again_stays_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    timers: list[Callable[[], object]] = []

    def later(_after: float, do: Callable[..., object], *given: object) -> None:
        timers.append(partial(do, *given))

    monkeypatch.setattr(asyncio.get_running_loop(), "call_later", later)
    pool: Workshop[str, list[str]] = Workshop(keep=1, at_once=1)
    for key in ("kaart", "brief", "kaart"):

        async def make(key: str = key) -> list[str]:
            return [key]

        last = await pool.get(key, make)
    first_card, _, second_card = timers
    first_card()
    assert await pool.get("kaart", make) is last
    second_card()
    assert await pool.get("kaart", make) is not last


async def test_who_no_longer_waits_takes_it_from_nobody() -> None:
    pool: Workshop[str, str] = Workshop(keep=8, at_once=1)
    may_end = asyncio.Event()

    async def make() -> str:
        await may_end.wait()
        return "gemaakt"

    gone, waits = (asyncio.create_task(pool.get("kaart", make)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    may_end.set()
    assert await waits == "gemaakt"
    with pytest.raises(asyncio.CancelledError):
        await gone
