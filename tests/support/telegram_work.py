"""Processes that take what comes in over Telegram, and what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.channels import telegram
from bot.channels.telegram import TelegramChannel
from bot.config import Telegram
from bot.conversation import Conversations, Receipt
from bot.inbound import Inbound
from bot.running import ended
from flows.grammar import Typed
from tests.support.fake_telegram import TOKEN, FakeTelegram
from tests.support.town import Town

SAM, NUR = "5550001", "5550002"


class Heard(Conversations):
    """What was received, in order; ``refuses`` says of a message what it raises instead."""

    def __init__(self, town: Town) -> None:
        super().__init__(town.house)
        self.all: list[Inbound] = []
        self.duplicates = 0
        self.refuses: Callable[[Inbound], Exception | None] = lambda _: None
        self.news = asyncio.Event()

    async def receive(self, message: Inbound, known: Any = None) -> Receipt:
        self.news.set()
        if (error := self.refuses(message)) is not None:
            raise error
        receipt = await super().receive(message, known)
        self.duplicates += receipt.duplicate
        if not receipt.duplicate:
            self.all.append(message)
        self.news.set()
        return receipt

    def of(self, who: str) -> list[str]:
        return [one.said.text for one in self.all if one.external_id == who and isinstance(one.said, Typed)]

    async def become(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                self.news.clear()
                await self.news.wait()


class Process:
    """One process that takes what comes in."""

    def __init__(self, town: Town, fake: FakeTelegram, conversations: Conversations, **config: Any) -> None:
        self.bot = TelegramChannel(town.house, Telegram(**{"token": TOKEN, "api_url": fake.url, **config}))
        self.reports: list[str | None] = []
        self.reported = asyncio.Event()
        self._town, self._conversations = town, conversations
        self.task: asyncio.Task[None]

    async def report(self, name: str, code: str | None) -> None:
        assert name == "telegram"
        if self.reports[-1:] != [code]:
            self.reports.append(code)
        self.reported.set()

    async def told(self, *codes: str | None) -> None:
        async with asyncio.timeout(60):
            while self.reports != list(codes):
                self.reported.clear()
                await self.reported.wait()

    async def start(self) -> None:
        await self.bot.open()
        self.task = asyncio.create_task(
            telegram.run(self.bot, self._town.house, self._conversations, self.report)
        )  # fmt: skip

    async def stop(self) -> None:
        await ended([self.task])
        await self.bot.close()


@asynccontextmanager
async def working(town: Town, fake: FakeTelegram, heard: Conversations, **config: Any) -> AsyncIterator[Process]:
    process = Process(town, fake, heard, **config)
    await process.start()
    try:
        yield process
    finally:
        await process.stop()
