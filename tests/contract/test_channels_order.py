"""Who goes first: an answer before whatever was planned, and no message faster than its platform takes it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.content import Content
from storage import tables
from tests.stores import StoreUrls
from tests.support.channels import WAYS, Line, open_line, until

NUDGE = "aanmelden.nudge"
#: Messages that were on their way when the resident wrote, and those that the platform takes while it is answered.
HANDFUL = 12


@asynccontextmanager
async def sending(line: Line) -> AsyncIterator[None]:
    """The sender at work, as in a running process."""
    jobs = [asyncio.create_task(job) for job in line.outbox.jobs()]
    try:
        yield
    finally:
        for job in jobs:
            job.cancel()
            with suppress(asyncio.CancelledError):
                await job


def planned(count: int) -> list[Content]:
    return [Content(f"gepland {number}", "nl") for number in range(count)]


@pytest.mark.parametrize("name", ["telegram-webhook", "whatsapp"])
async def test_an_answer_overtakes_ten_thousand_planned_messages(
    name: str, store_urls: StoreUrls, tmp_path: Path
) -> None:
    async with open_line(WAYS[name], tmp_path, store_urls) as line:
        *crowd, one = [await line.person() for _ in range(41)]
        for other in crowd:
            await other.tell(*planned(250), asked=False, kind=NUDGE)
        assert len(await line.town.rows(tables.outbox, state="waiting")) == 10_000
        line.channel.pace = type(line.channel).pace  # the platform's
        line.restart()
        before = len(line.fake.sent)
        async with sending(line):
            await until(lambda: len(line.fake.sent) > before + 20)
            assert await one.does(text="help") == 200
            asked = len(line.fake.sent)
            await until(lambda: bool(one.hears()))
        (place,) = [at for at, sent in enumerate(line.fake.sent) if at >= asked and sent["to"] == one.number]
        assert place - asked <= HANDFUL
        assert line.fake.violations == []


@pytest.mark.parametrize("name", ["telegram-webhook", "whatsapp"])
async def test_an_answer_overtakes_what_was_planned_for_the_same_person(
    name: str, store_urls: StoreUrls, tmp_path: Path
) -> None:
    async with open_line(WAYS[name], tmp_path, store_urls) as line:
        one = await line.person()
        await one.tell(*planned(3), asked=False, kind=NUDGE)
        answer, *later = await one.writes("help")
        assert not answer["text"].startswith("gepland")
        assert [sent["text"] for sent in later] == ["gepland 0", "gepland 1", "gepland 2"]


@pytest.mark.parametrize("name", ["telegram-webhook", "whatsapp"])
async def test_what_waits_for_the_morning_holds_up_no_answer(name: str, store_urls: StoreUrls, tmp_path: Path) -> None:
    async with open_line(WAYS[name], tmp_path, store_urls) as line:
        one = await line.person()
        line.town.clock.forward(hours=12)  # ten in the evening
        await one.tell(*planned(1), asked=False, kind=NUDGE)
        await line.send_all()
        assert one.hears() == []
        (answer,) = await one.writes("help")
        assert not answer["text"].startswith("gepland")
        line.town.clock.forward(hours=12)  # ten in the morning: it goes at some moment of the first hour
        await line.send_all()
        assert [sent["text"] for sent in one.hears()] == ["gepland 0"]


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["telegram-webhook", "whatsapp"])
async def test_at_its_own_pace_no_platform_ever_has_to_refuse(name: str, store_urls: StoreUrls, tmp_path: Path) -> None:
    """In real time, which platforms go by; a little more than each takes at once."""
    async with open_line(WAYS[name], tmp_path, store_urls, clock=time.time) as line:
        line.town.clock.to(datetime.now(UTC))
        people = [await line.person() for _ in range(12)]
        line.channel.pace = type(line.channel).pace  # the platform's
        line.restart()
        line.fake.forward(10)  # what went before counts no more
        line.fake.strict_rates = True
        for one in people:
            await one.tell(*(Content(f"bericht {number}", "nl") for number in range(5)))
        async with sending(line):
            await until(lambda: bool(line.fake.violations) or all(len(one.screen) >= 3 + 5 for one in people))
        assert line.fake.violations == []
        for one in people:
            assert [sent["text"] for sent in one.screen[-5:]] == [f"bericht {number}" for number in range(5)]
        assert line.fake.violations == []
        assert {state for state, _ in await line.rows()} == {"sent"}
