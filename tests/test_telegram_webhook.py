"""Telegram: the webhook takes what Telegram brings, and nothing of anyone else."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot import web as web_
from bot.channels import telegram
from bot.channels.telegram import TelegramChannel, channel, receiving
from bot.channels.telegram.reading import KINDS
from bot.config import Telegram
from bot.conversation import CONVERSATIONS, Conversations, Receipt
from bot.house import HOUSE
from flows.grammar import Typed
from storage import tables
from tests.support.fake_telegram import TOKEN, FakeTelegram
from tests.support.telegram_updates import message, spoiled, tapped
from tests.support.telegram_work import SAM, Heard, working
from tests.support.town import Town

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

SECRET = "made-up-secret-of-a-webhook"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_PAUSE", "LONGEST_PAUSE", "EVERY"):
        monkeypatch.setattr(receiving, name, 0.01)
    monkeypatch.setattr(receiving, "POLL", 1)


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram().running() as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
async def heard(town: Town) -> Heard:
    heard = Heard(town)
    town.processes.append(heard)
    await heard.start()
    return heard


class Site:
    """Our own web server with the webhook on it."""

    def __init__(self, url: str, session: ClientSession) -> None:
        self.url = url
        self._session = session

    async def post(self, body: object, secret: str | None = SECRET) -> int:
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        data = BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        async with self._session.post(self.url + receiving.PLACE, data=data, headers=headers) as answer:
            await answer.read()
            return answer.status


@pytest.fixture
async def site(town: Town, fake: FakeTelegram, heard: Heard) -> AsyncIterator[Site]:
    app = web.Application(middlewares=[web_.guard])
    app[HOUSE], app[CONVERSATIONS] = town.house, heard
    bot = TelegramChannel(
        town.house, Telegram(token=TOKEN, api_url=fake.url, mode="webhook", webhook_secret=SECRET)
    )  # fmt: skip
    await bot.open()
    telegram.setup(app, bot)
    runner = web_.Runner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    town.house.config = replace(town.house.config, web=replace(town.house.config.web, public_url=url))
    async with ClientSession() as session:
        yield Site(url, session)
    await runner.cleanup()
    await bot.close()


def test_there_is_no_webhook_where_we_poll(town: Town) -> None:
    app = web.Application()
    telegram.setup(app, TelegramChannel(town.house, Telegram(token=TOKEN)))
    assert list(app.router.routes()) == []


async def test_the_webhook_is_set_and_brings_everything_once(
    town: Town, fake: FakeTelegram, heard: Heard, site: Site
) -> None:
    await fake.say(from_=SAM, text="voor")
    async with working(town, fake, heard, mode="webhook", webhook_secret=SECRET) as process:
        await process.told(None)
        await heard.become(lambda: heard.all)
        assert await fake.say(from_=SAM, text="hallo", id="1") == 200
        assert await fake.say(from_=SAM, text="hallo", id="1") == 200
        assert await fake.say(from_=SAM, block=True) == 200
    assert heard.of(SAM) == ["voor", "hallo"]
    assert heard.duplicates == 1
    assert fake.webhook == {"url": site.url + receiving.PLACE, "secret_token": SECRET}
    assert fake._allowed == KINDS
    assert fake.calls.count("setWebhook") == 1
    (address,) = await town.rows(tables.address, channel="telegram")
    assert address.blocked_at is not None


async def test_the_webhook_is_set_once_it_can_be(town: Town, fake: FakeTelegram, heard: Heard, site: Site) -> None:
    fake.revoke()
    async with working(town, fake, heard, mode="webhook", webhook_secret=SECRET) as process:
        await process.told("token")
        fake.revoke(False)
        await process.told("token", None)
        assert fake.webhook["url"].startswith(site.url)


async def test_what_could_not_be_stored_is_brought_again(
    fake: FakeTelegram, heard: Heard, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    heard.refuses = lambda _: RuntimeError("geheim-7391")
    assert await site.post(message(text="hallo")) == 500
    heard.refuses = lambda _: None
    assert await site.post(message(text="hallo")) == 200
    assert heard.of(SAM) == ["hallo"]
    assert "geheim-7391" not in caplog.text


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "é\xff"])
async def test_whoever_does_not_know_the_secret_is_refused(heard: Heard, site: Site, secret: str | None) -> None:
    for body in (message(text="hallo"), b"{", b"x" * 2_000_000):
        try:
            assert await site.post(body, secret) == 403
        except ConnectionError:
            assert len(body) > 1000, "refused before it was all sent"
    assert heard.all == []


async def test_the_secret_is_looked_at_before_anything_is_read(site: Site) -> None:
    host, port = site.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST {receiving.PLACE} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n".encode())
    async with asyncio.timeout(30):
        assert (await reader.readline()).split()[1] == b"403"
    writer.close()


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"\xff\xfe", b"[]", b"null", b"7", b'"x"', b"[" * 100_000, b'{"update_id":' + b"9" * 5000 + b"}"),
        *(b"{}", b'{"update_id": "1"}', b'{"update_id": 1, "message": null}', b'{"update_id": 1, "message": {}}'),
    ],
)
async def test_what_is_no_update_is_refused_and_what_is_one_is_not(heard: Heard, site: Site, body: bytes) -> None:
    assert await site.post(body) == 400
    assert await site.post(message(text="hallo")) == 200
    assert heard.of(SAM) == ["hallo"]


async def test_a_body_that_is_no_update_by_its_size(heard: Heard, site: Site) -> None:
    assert await site.post(message(text="x" * receiving.BODY_LIMIT)) == 413
    assert heard.all == []


async def test_kinds_that_we_do_not_know_are_taken(heard: Heard, site: Site) -> None:
    for update in ({"update_id": 1, "kind_of_next_year": {}}, {"update_id": 2, "channel_post": {"text": "x"}}):
        assert await site.post(update) == 200
    assert heard.all == []


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_sent_there_nothing_breaks(
    heard: Heard, site: Site, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    chance = random.Random(seed)
    for number in range(60):
        spoilt = spoiled(chance)
        status = await site.post(spoilt)
        assert status in (200, 400), (seed, number, spoilt)
        if number % 20 == 0:
            assert await site.post({**message(text=f"tussen {number}"), "update_id": 10_000 + number}) == 200
    assert [text for text in heard.of(SAM) if text.startswith("tussen")] == ["tussen 0", "tussen 20", "tussen 40"]
    assert caplog.text == ""


async def test_that_we_are_at_it_shows_while_a_message_waits(
    fake: FakeTelegram, heard: Heard, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "SLOW", 0)
    own: Callable[..., Awaitable[Receipt]] = Conversations.receive

    async def slowly(self: Conversations, *given: Any) -> Receipt:
        if isinstance(given[0].said, Typed):
            await fake.has(lambda: fake.actions)
        return await own(self, *given)

    await fake.say(from_=SAM, text="hallo")
    monkeypatch.setattr(Conversations, "receive", slowly)
    assert await site.post(message(text="hallo")) == 200
    assert await site.post(tapped()) == 200
    assert fake.actions == [SAM]
