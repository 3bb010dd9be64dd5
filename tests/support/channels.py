"""Channels of others at work in a ``Town``: the real channels behind the real pages, the real sender, and in the place
of each platform a strict fake. The same for every channel: what differs between them stands in ``WAYS``.
"""

from __future__ import annotations

import asyncio
import base64
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import web
from yarl import URL

from bot import talk
from bot import web as web_
from bot.clock import to_ms
from bot.content import Content, Message
from bot.conversation import CONVERSATIONS
from bot.downloads import Downloads
from bot.outbox import Outbox
from bot.outgoing import Channel, Pace
from bot.server import WORKERS, Pushed, make_app
from bot.talk import Talk
from storage import conversations, tables
from tests.stores import StoreUrls
from tests.support.fake_telegram import FakeTelegram
from tests.support.fake_whatsapp import FakeWhatsapp
from tests.support.town import SPOKEN, Resident, Town, open_town

#: Nothing waits for a platform's pace, but where that itself is what a test is about.
AT_ONCE = Pace(overall=1_000_000, person=1_000_000, burst=1_000_000)

TELEGRAM_TOKEN = "123456789:made-up-and-long-enough-for-a-token"
WEBHOOK_SECRET = "made-up-and-long-enough"

_TELEGRAM = """
[channels.telegram]
token = "{token}"
api_url = "{url}"
mode = "{mode}"
webhook_secret = "{secret}"
style = "{style}"
assessment = "made up"
"""
_WHATSAPP = """
[channels.whatsapp]
phone_number_id = "1001"
token = "t"
app_secret = "a"
verify_token = "v"
api_url = "{url}"
templates = {{ seintje = "seintje_v1" }}
style = "{style}"
assessment = "made up"
"""

Sent = dict[str, Any]
Fake = FakeTelegram | FakeWhatsapp


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach people, with what differs. ``names`` begins with the channel; ``text`` and ``with_buttons`` are
    the platform's own limits, in UTF-16 code units; ``most`` is how many buttons it shows under one message."""

    name: str
    channel: str
    text: int
    with_buttons: int
    most: int

    @property
    def polls(self) -> bool:
        """Whether we ask for what came in."""
        return self.name.endswith("polling")


WAYS: Mapping[str, Way] = {
    way.name: way
    for way in (
        Way("telegram-webhook", "telegram", 4096, 4096, 100),
        Way("telegram-polling", "telegram", 4096, 4096, 100),
        Way("whatsapp", "whatsapp", 4096, 1024, 10),
    )
}


def config_of(way: Way, url: str, *, style: str = "volledig") -> str:
    """The channel's part of the municipality's file; ``url`` is the platform's address."""
    if way.channel == "whatsapp":
        return _WHATSAPP.format(url=url, style=style)
    mode = "polling" if way.polls else "webhook"
    return _TELEGRAM.format(token=TELEGRAM_TOKEN, url=url, mode=mode, secret=WEBHOOK_SECRET, style=style)


class Line:
    """One channel at work, and the people at its other end."""

    def __init__(
        self, way: Way, town: Town, fake: Fake, pushed: Pushed, relay: Relay | None, app: web.Application
    ) -> None:
        self.way = way
        self.town = town
        self.house = town.house
        self.app = app
        self.fake = fake
        self.pushed = pushed
        self.relay = relay
        self._numbers = count(31_600_000_001)
        self.restart()

    @property
    def channel(self) -> Channel:
        """The real one."""
        return self.pushed.channel

    def restart(self) -> None:
        """The sender and the fetcher as after a new start: they remember nothing."""
        channels = {self.way.channel: self.channel}
        self.outbox = Outbox(self.house, channels)
        self.downloads = Downloads(self.house, channels)

    async def person(self, language: str = "nl") -> Person:
        """Someone who began, chose a language and stands at the menu; what they were sent so far does not count."""
        one = Person(self, str(next(self._numbers)))
        await one.begins()
        for data in (f"welkom.hello:{language}", "welkom.own_phone:yes"):
            await one.taps(data)
        one.forget()
        return one

    async def send_all(self) -> None:
        """Sends until nothing may go out now."""
        while await self.outbox.run_due():
            pass

    async def fetch_all(self) -> None:
        """Fetches what people sent, until nothing may be fetched now."""
        while await self.downloads.run_due():
            pass

    async def rows(self, **where: Any) -> list[tuple[str, str | None]]:
        """State and reason of everything in the outbox."""
        return [(row.state, row.reason) for row in await self.town.rows(tables.outbox, **where)]

    async def waiting(self) -> list[str | None]:
        """The reasons of what waits in the outbox."""
        return [reason for state, reason in await self.rows() if state == "waiting"]

    async def trouble(self) -> list[str]:
        """What is on record as wrong with the channel."""
        return [one.code for one in await self.house.health.troubles() if one.channel == self.way.channel]


class Person:
    """Someone on the other side of the platform."""

    def __init__(self, line: Line, number: str) -> None:
        self.line = line
        self.number = number
        self._seen = 0

    # ---- what they do ----------------------------------------------------------------------------------------------

    async def does(self, **what: Any) -> int:
        """Anything; gives what the webhook answered, or 200 when it was asked for and taken."""
        fake = self.line.fake
        status = await fake.say(**{"from": self.number, **what})
        if self.line.way.polls and isinstance(fake, FakeTelegram):
            await until(lambda: not fake.pending)
            return 200
        return status

    async def begins(self, payload: str = "") -> None:
        """Opens the chat, perhaps by a link."""
        if self.line.way.channel == "whatsapp" and not payload:
            assert await self.does(text="hallo") == 200
        else:
            assert await self.does(start=payload) == 200
        await self.line.send_all()

    async def writes(self, text: str, **how: Any) -> list[Sent]:
        """Types; gives what came back."""
        assert await self.does(text=text, **how) == 200
        await self.line.send_all()
        return self.hears()

    async def taps(self, data: str, **how: Any) -> list[Sent]:
        """Taps a button that is on the screen; gives what came back."""
        assert await self.does(tap=data, **how) == 200
        await self.line.send_all()
        return self.hears()

    async def sends(self, kind: str, media_type: str, data: bytes, caption: str = "") -> list[Sent]:
        """Sends a file; gives what came back."""
        encoded = base64.b64encode(data).decode()
        file = {"kind": kind, "data_b64": encoded, "type": media_type, "caption": caption}
        assert await self.does(file=file) == 200
        await self.line.send_all()
        return self.hears()

    # ---- what they see ---------------------------------------------------------------------------------------------

    @property
    def screen(self) -> list[Sent]:
        """Everything they were sent, in order."""
        return [one for one in self.line.fake.sent if one["to"] == self.number]

    def hears(self) -> list[Sent]:
        """What came since the last time that was asked."""
        new = self.screen[self._seen :]
        self._seen += len(new)
        return new

    def forget(self) -> None:
        """What came so far does not count."""
        self._seen = len(self.screen)

    # ---- what we have ----------------------------------------------------------------------------------------------

    async def resident(self) -> Resident:
        """The same person, as the house knows them."""
        one = Resident(self.line.town, self.line.way.channel, self.number)
        known = await self.line.town.conversations.ensure(self.line.way.channel, self.number)
        one.conversation_id = known.conversation_id
        return one

    async def messages(self) -> list[Message]:
        """The whole conversation."""
        return await (await self.resident()).messages()

    async def said(self) -> list[str]:
        """What the house has of what they said, in order."""
        return [one.content.text for one in await self.messages() if one.author == "resident"]

    async def tell(self, *contents: Content, asked: bool = True, kind: str | None = None) -> None:
        """Messages for them in the outbox; ``kind``: planned, as by a ping of this kind."""
        house, conversation_id = self.line.house, (await self.resident()).conversation_id
        async with house.db.begin() as conn:
            (row,) = await conversations.lock(conn, [conversation_id])
            await house.vault.prepare({row.key_id})
            one = Talk(house, row, to_ms(house.clock.now()))
            one.asked = asked
            for content in contents:
                one.add_message("bot", content, send=True, kind=kind)
            await talk.write(conn, one.staged, [one])

    async def reachable(self) -> bool:
        """Whether their address is open."""
        (row,) = await self.line.town.rows(
            tables.address, person_id=(await (await self.resident()).row()).person_id, channel=self.line.way.channel
        )
        return row.blocked_at is None


class Relay:
    """A line to the platform that can be cut and mended."""

    def __init__(self, to: str) -> None:
        self._to = URL(to)
        self._port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """Where it begins."""
        return f"http://127.0.0.1:{self._port}"

    async def open(self) -> None:
        """Mends it."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Cuts it, for whoever is on it too."""
        assert self._server is not None
        self._server.close()
        for writer in self._open:
            writer.close()
        self._open.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._to.host, self._to.port)
        self._open |= {writer, back}
        with suppress(ConnectionError):
            await asyncio.gather(_pipe(reader, back), _pipe(there, writer))


async def _pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        sink.write(data)
        await sink.drain()
    sink.close()


async def until(done: Callable[[], bool]) -> None:
    """Returns when it is ``done``."""
    async with asyncio.timeout(90):
        while not done():  # noqa: ASYNC110 - a fake of someone else's platform has no event for it
            await asyncio.sleep(0.005)


# ---- opening -------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def open_line(
    way: Way,
    folder: Path,
    urls: StoreUrls,
    *,
    style: str = "volledig",
    more: str = "",
    pace: Pace | None = AT_ONCE,
    relayed: bool = False,
    languages: tuple[str, ...] = SPOKEN,
    **strict: Any,
) -> AsyncIterator[Line]:
    """A municipality with one channel, and its platform. ``more`` of the configuration; ``relayed``: the way to the
    platform can be cut; ``languages``: what is spoken; ``strict`` is for the fake."""
    async with AsyncExitStack() as stack:
        ours = stack.enter_context(socket.socket())
        ours.bind(("127.0.0.1", 0))  # and kept: nobody else finds this port free meanwhile
        public_url = f"http://127.0.0.1:{ours.getsockname()[1]}"
        now: list[Callable[[], float]] = []  # the platform goes by the town's clock, which is there later

        def clock() -> float:
            return now[0]()

        fake: Fake
        if way.channel == "whatsapp":
            whatsapp = FakeWhatsapp(webhook=f"{public_url}/webhooks/whatsapp", **{"clock": clock, **strict})
            fake = await stack.enter_async_context(whatsapp.running())
        else:
            telegram = FakeTelegram(TELEGRAM_TOKEN, **{"clock": clock, **strict})
            fake = await stack.enter_async_context(telegram.running())
        relay = Relay(fake.url) if relayed else None
        if relay is not None:
            await relay.open()
            stack.push_async_callback(relay.close)
        extra = config_of(way, relay.url if relay else fake.url, style=style) + more
        town = await stack.enter_async_context(open_town(folder, urls, extra=extra, languages=languages))
        now.append(lambda: town.clock.now().timestamp())
        house = town.house
        house.config = replace(house.config, web=replace(house.config.web, public_url=public_url))
        app = make_app(house, role="web")
        (pushed,) = [one for one in app[WORKERS].pushed if one.channel.limits.channel == way.channel]
        if pace is not None:
            pushed.channel.pace = pace
        runner = web_.Runner(app)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, ours).start()
        if pushed.receives is not None and isinstance(fake, FakeTelegram):
            task = asyncio.create_task(pushed.receives(app[CONVERSATIONS]))
            stack.push_async_callback(_ended, task)
            await until(lambda: bool(fake.webhook) or "getUpdates" in fake.calls)
        yield Line(way, town, fake, pushed, relay, app)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
