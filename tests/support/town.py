"""A whole municipality for one test: both databases, a clock that only the test moves, residents and colleagues.

``town`` (tests/conftest.py) runs on SQLite and on PostgreSQL. Residents go through ``Conversations``, as every channel
does; what they hear is read back from the database, as every page does.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Table, insert, select

from bot import config as configuration
from bot import reading
from bot.alarms import Alarms
from bot.channels.limits import TELEGRAM
from bot.clock import from_ms, to_ms
from bot.content import Message, Upload
from bot.conversation import Conversations, Inbound, Receipt
from bot.errors import PermanentDeliveryError
from bot.house import House
from bot.notify import CollectingNotifier
from bot.outbox import Outbox
from bot.outgoing import Outgoing, Pace
from bot.pings import Pings
from bot.server import open_house
from flows import registry
from flows import session as sessions
from flows.grammar import Case, Opened, Picked, Said, Screen, Sent, Tapped, Typed
from flows.session import Session
from storage import tables
from tests.stores import StoreUrls

ZONE = ZoneInfo("Europe/Amsterdam")
#: Monday 23 November 2026, ten in the morning: open, a week without holidays.
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)

SECRET = base64.b64encode(bytes(range(32))).decode()

FILE = """
[gemeente]
name = "Waterdrecht"
languages = {languages}
phone = "0999 123 456"
postcodes = ["9900-9949"]

[crisis]
phone = "0999 123 999"
outside_hours = "Bel 0999 112 233"
alarm_email = "piket@waterdrecht.example"

[database]
url = "{data}"
keys_url = "{keys}"

[web]
host = "127.0.0.1"
port = {port}

[desk]
second_factor = "optional"

[channels.webchat]
"""

#: What this municipality speaks, unless a test says otherwise.
SPOKEN = ("nl", "en", "ar")

#: For residents who write on it and are to be answered there; `open_town` starts nothing for it.
TELEGRAM_TOO = """
[channels.telegram]
token = "123456789:made-up-and-long-enough-for-a-token"
"""

#: All of them, as they come: *alleen seintje*.
EVERY_CHANNEL = (
    TELEGRAM_TOO
    + """
[channels.whatsapp]
phone_number_id = "100200300"
token = "made-up"
app_secret = "made-up"
verify_token = "made-up"

[channels.whatsapp.templates]
seintje = "klopaan_seintje"

[channels.email]
"""
)


class MovedClock:
    """Stands still until a test moves it."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self._at = at

    def now(self) -> datetime:
        """This instant."""
        return self._at.astimezone(ZoneInfo("UTC"))

    def to(self, at: datetime) -> None:
        """Jumps."""
        self._at = at

    def forward(self, **amount: float) -> None:
        """So much later, in the words of ``timedelta``."""
        self._at += timedelta(**amount)


def write_config(
    folder: Path, urls: StoreUrls, *, port: int = 0, extra: str = "", languages: tuple[str, ...] = SPOKEN
) -> Path:
    """The municipality's file."""
    path = folder / "gemeente.toml"
    filled = FILE.format(data=urls.data, keys=urls.keys, port=port, languages=json.dumps(languages))
    path.write_text(filled + extra, "utf-8")
    return path


@asynccontextmanager
async def open_town(
    folder: Path, urls: StoreUrls, *, extra: str = "", languages: tuple[str, ...] = SPOKEN
) -> AsyncIterator[Town]:
    """A municipality on databases that were migrated before; without a voice, whatever this machine has."""
    path = write_config(folder, urls, extra=extra, languages=languages)
    config = configuration.load(path, {configuration.SECRET: SECRET})
    clock = MovedClock()
    async with open_house(config, clock, find_voice=lambda: None) as house:
        town = Town(house, clock)
        await town.conversations.start()
        try:
            yield town
        finally:
            for each in town.processes:
                await each.stop()


@dataclass(frozen=True, slots=True)
class Colleague:
    """A signed-in caseworker."""

    id: int
    name: str


class Town:
    """The municipality and everything that works in it."""

    def __init__(self, house: House, clock: MovedClock) -> None:
        self.house = house
        self.clock = clock
        self.conversations = Conversations(house)
        self.processes = [self.conversations]
        self.pings = Pings(house)
        self.notifier = CollectingNotifier()
        self.alarms = Alarms(house, self.notifier)
        self._numbers = count(1)

    async def another_process(self) -> Conversations:
        """A second ``Conversations``, as another process would have."""
        other = Conversations(self.house)
        self.processes.append(other)
        await other.start()
        return other

    async def colleague(self, name: str = "Noor") -> Colleague:
        """A new caseworker."""
        row = {"username": name.lower(), "name": name, "created_at": to_ms(self.clock.now())}
        async with self.house.db.begin() as conn:
            statement = insert(tables.staff).values(row).returning(tables.staff.c.id)
            return Colleague((await conn.execute(statement)).scalar_one(), name)

    async def resident(self, channel: str = "webchat", *, at_menu: bool = True) -> Resident:
        """A new person, past the first hello unless ``at_menu`` is False."""
        one = Resident(self, channel, f"resident-{next(self._numbers):020}")
        if at_menu:
            await one.says(Opened())
            await one.says(Tapped("welkom.hello:nl"))
            if channel != "webchat":
                await one.says(Tapped("welkom.own_phone:yes"))
            await one.hears()
        return one

    async def rows(self, table: Table, **where: Any) -> list[Row[*tuple[Any, ...]]]:
        """What stands in a table, in order of its first column."""
        statement = select(table).order_by(next(iter(table.c)))
        for name, value in where.items():
            statement = statement.where(table.c[name] == value)
        async with self.house.db.read() as conn:
            return list(await conn.execute(statement))

    async def run_due(self) -> None:
        """What is due now happens: pings, then alarms."""
        await self.pings.run_due()
        await self.alarms.run_due()

    async def move_to(self, target: datetime) -> None:
        """Moves the clock from one due time to the next, as the demo's does."""
        while (due := await self.pings.next_due(self.clock.now())) is not None and due <= target:
            self.clock.to(max(due, self.clock.now() + timedelta(milliseconds=1)))
            await self.run_due()
        self.clock.to(target)
        await self.run_due()


class Resident:
    """A person at one address."""

    def __init__(self, town: Town, channel: str, external_id: str) -> None:
        self.town = town
        self.channel = channel
        self.external_id = external_id
        self.conversation_id = 0
        self._heard = 0
        self._said = count(1)

    def inbound(self, said: Said, message_id: str | None = None, uploads: tuple[Upload, ...] = ()) -> Inbound:
        """A message as the channel hands it over."""
        message_id = message_id or f"{self.external_id}-{next(self._said)}"
        return Inbound(self.channel, self.external_id, message_id, said, uploads)

    async def says(self, said: Said, *uploads: Upload, message_id: str | None = None) -> Receipt:
        """Does anything that a person can do."""
        receipt = await self.town.conversations.receive(self.inbound(said, message_id, uploads))
        self.conversation_id = receipt.conversation_id
        return receipt

    async def types(self, text: str, *, message_id: str | None = None) -> list[Message]:
        """Writes; gives what came back."""
        await self.says(Typed(text), message_id=message_id)
        return await self.hears()

    async def taps(self, data: str) -> list[Message]:
        """Taps a button, by what it sends; gives what came back."""
        await self.says(Tapped(data))
        return await self.hears()

    async def picks(self, screen: str, *choices: str) -> list[Message]:
        """Ticks boxes and sends them together."""
        await self.says(Picked(screen, choices))
        return await self.hears()

    async def sends(self, media_type: str, data: bytes, caption: str = "") -> list[Message]:
        """A photo."""
        await self.says(Sent("photo", caption), Upload(media_type, data))
        return await self.hears()

    async def messages(self) -> list[Message]:
        """The whole conversation."""
        return await reading.messages(self.town.house, self.conversation_id, limit=100_000)

    async def hears(self) -> list[Message]:
        """What the bot or a human said since the last time that was asked."""
        new = await reading.messages(self.town.house, self.conversation_id, after=self._heard, limit=100_000)
        if new:
            self._heard = new[-1].seq
        return [one for one in new if one.author != "resident"]

    async def row(self) -> Row[*tuple[Any, ...]]:
        """The conversation's own row."""
        (found,) = await self.town.rows(tables.conversation, id=self.conversation_id)
        return found

    async def session(self) -> Session:
        """The dialogue state as the database has it."""
        sealed = (await self.row()).session_sealed
        key = self.town.house.vault.key_of(sealed)
        await self.town.house.vault.prepare([key])
        return sessions.loads(self.town.house.vault.unseal_text(sealed, "session"))

    async def screen(self) -> str:
        """Where the person is: ``flow.screen``."""
        top = (await self.session()).top
        return f"{top.flow}.{top.screen}"

    async def events(self) -> list[str]:
        """Kinds of what is on file, in order."""
        return [row.kind for row in await self.town.rows(tables.event, conversation_id=self.conversation_id)]


def origins(messages: list[Message]) -> list[str]:
    """Which screens were said."""
    return [one.content.origin for one in messages]


def local(ms: int | None) -> datetime | None:
    """An instant of the database as people here read it."""
    return None if ms is None else from_ms(ms, ZONE)


@contextmanager
def screen_replaced(flow: str, screen: str, function: Callable[[Case], Screen]) -> Iterator[None]:
    """Another function in the place of a screen's own."""
    screens = registry.all_flows()[flow].screens
    own = screens[screen]
    screens[screen] = function
    try:
        yield
    finally:
        screens[screen] = own


@dataclass
class StrictChannel:
    """A platform that takes one message of a person at a time, and notes what it took.

    ``faults``: what the next sends raise, by text; anything that is not sent in order of the outbox fails the test.
    """

    limits = TELEGRAM
    pace = Pace(overall=math.inf, person=math.inf, burst=1)

    faults: dict[str, list[Exception]] = field(default_factory=dict)
    took: list[tuple[str, str]] = field(default_factory=list)  # (external id, text)
    tries: list[str] = field(default_factory=list)  # keys, in order of the tries
    sent: list[Outgoing] = field(default_factory=list)
    _busy: set[str] = field(default_factory=set)
    _numbers: Any = field(default_factory=lambda: count(1))

    async def send(self, outgoing: Outgoing) -> str:
        """Takes it, or raises what was planned for it."""
        who = outgoing.external_id
        assert who not in self._busy, "two messages of one person at once"
        self._busy.add(who)
        await asyncio.sleep(0)  # lets others in between, as a network does
        self._busy.discard(who)
        self.tries.append(outgoing.key)
        planned = self.faults.get(outgoing.shown.text)
        if planned:
            raise planned.pop(0)
        self.took.append((who, outgoing.shown.text))
        self.sent.append(outgoing)
        return f"platform-{next(self._numbers)}"

    async def fetch(self, reference: str, most: int) -> bytes:
        """It keeps no files."""
        raise PermanentDeliveryError("gone")

    async def open(self) -> None:
        """Nothing to make ready."""

    async def close(self) -> None:
        """Nothing to give back."""


async def send_all(town: Town, channels: Mapping[str, StrictChannel]) -> None:
    """Sends until nothing may go out now."""
    outbox = Outbox(town.house, channels)
    while await outbox.run_due():
        pass
