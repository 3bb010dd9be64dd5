"""Many people who want few moments, by what their telephones show them; and whether they heard the truth."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, datetime

from flows.agenda import Kind
from flows.text import t
from tests.support.agenda import TUESDAY, add_day, known, rows, set_length
from tests.support.town import Resident, Town

#: Buttons on which a time or a day is chosen, wherever they stand.
TIME = re.compile(r"afspraak\.\w+:(?:own-)?\d{8}T\d{4}Z")
DAY = re.compile(r"afspraak\.\w+:(?:all-)?\d{4}-\d\d-\d\d")
#: Screens that tell how it ended.
ENDS = ("afspraak.booked", "afspraak.moved", "afspraak.cancelled")

#: Sends what a person taps: the person, a number of this tap of theirs, what the button sends.
Send = Callable[[Resident, int, str], Awaitable[None]]


class Grabber:
    """Someone who wants any moment of a day, and takes the first that they get."""

    def __init__(self, one: Resident, send: Send, rng: random.Random) -> None:
        self.one = one
        self.rng = rng
        self.heard: list[str] = []
        self.send = send
        self._count = 0

    async def taps(self, data: str) -> None:
        """A button."""
        self._count += 1
        await self.send(self.one, self._count, data)

    async def arrives(self, day: date) -> None:
        """As someone new, at the times of the day."""
        for data in ("!menu", "welkom.hello:nl", "!go:afspraak", "afspraak.kind:office", f"afspraak.day:{day}"):
            await self.taps(data)
        assert await self.one.screen() == "afspraak.time"

    async def buttons(self) -> list[str]:
        """What can be tapped now."""
        last = [message for message in await self.one.messages() if message.author == "bot"][-1]
        self.heard.append(last.content.origin)
        return [button.data for button in last.content.buttons]

    async def grabs(self, prefer: str | None = None) -> None:
        """Until it is theirs, or nothing is to be had."""
        while True:
            offered = await self.buttons()
            times = [data for data in offered if TIME.fullmatch(data)]
            days = [data for data in offered if DAY.fullmatch(data)]
            if self.heard[-1] in ENDS or not (times or days):
                return
            await self.taps(prefer if prefer in times else self.rng.choice(times or days))
            prefer = None

    async def changes_their_mind(self) -> None:
        """Cancels what they have, or moves it to any other time."""
        standing = (await known(self.one)).standing
        if not standing:
            return
        await self.taps(f"!to:afspraak.{self.rng.choice(('moving', 'cancelled'))}:{standing[0].id}")
        await self.grabs()


async def few_moments(town: Town, day: date = TUESDAY) -> None:
    """Twenty of half an hour on that day, ten of each of two colleagues, and none on any other."""
    await set_length(town, Kind.OFFICE, 30)
    for name in ("Noor", "Bas"):
        await add_day(town, await town.colleague(name), day, kinds="office", starts=540, ends=840)


async def newcomers(town: Town, send: Send, count: int, *, day: date = TUESDAY) -> list[Grabber]:
    """So many people at the times of that day."""
    them = [Resident(town, "webchat", f"someone-who-wants-one-{n:020}") for n in range(count)]
    people = [Grabber(one, send, random.Random(n)) for n, one in enumerate(them)]
    await asyncio.gather(*(one.arrives(day) for one in people))
    return people


async def assert_all_heard_the_truth(town: Town, people: list[Grabber]) -> Counter[bool]:
    """Who has one was told so last, of that moment and colleague; who has none was not. How many of each."""
    made = {row.conversation_id for row in (await rows(town)).values() if row.state == "booked"}
    for grabber in people:
        messages = await grabber.one.messages()
        assert not any(message.unhandled or message.content.origin == "taking.failed" for message in messages)
        told = [message.content for message in messages if message.content.origin in ENDS]
        standing = (await known(grabber.one)).standing
        assert bool(standing) == (grabber.one.conversation_id in made)
        if not standing:
            assert not told or told[-1].origin == "afspraak.cancelled"
            continue
        (mine,) = standing
        assert told[-1].origin in ("afspraak.booked", "afspraak.moved")
        assert _when(town, mine.at) in told[-1].text
        assert mine.names[0] in told[-1].text
    return Counter(grabber.one.conversation_id in made for grabber in people)


def _when(town: Town, moment: datetime) -> str:
    return town.house.tongue.say(t("afspraak.line.when", "📅 {moment}", moment=moment), "nl")
