"""Many people, few moments, several processes (invariant 5): a moment is one person's, and nobody hears otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import zlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from bot.agenda import acts
from bot.clock import to_ms
from bot.conversation import TRIES, Conversations, Inbound
from bot.errors import Refused
from flows.agenda import Kind
from flows.grammar import Tapped
from flows.text import t
from storage import agenda as store
from storage import tables
from storage.database import retried
from tests.stores import StoreUrls
from tests.support.agenda import TUESDAY, add_day, add_hours, at, booked, check, known, rows, set_length
from tests.support.town import Resident, Town, open_town
from tests.test_joining_races import waiting

#: Screens on which a moment is chosen.
_TIME = re.compile(r"afspraak\.(?:time|again|moving):(?:own-)?(\d{8}T\d{4}Z)")
_DAY = re.compile(r"afspraak\.\w+:(?:all-)?\d{4}-\d\d-\d\d")


@pytest.fixture
async def towns(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[list[Town]]:
    """As many processes as the database is for: one on SQLite, three on PostgreSQL."""
    async with AsyncExitStack() as stack:
        count = 1 if store_urls.dialect == "sqlite" else 3
        yield [await stack.enter_async_context(open_town(tmp_path, store_urls)) for _ in range(count)]


@pytest.fixture
def town(towns: list[Town]) -> Town:
    """The first of them."""
    return towns[0]


class Grabber:
    """Someone who wants any moment, and takes the first that they get."""

    def __init__(self, one: Resident, towns: list[Town], rng: random.Random) -> None:
        self.one = one
        self.heard: list[str] = []
        self._towns = towns
        self._rng = rng
        self._count = 0

    async def taps(self, data: str) -> None:
        """In whatever process."""
        self._count += 1
        conversations = self._rng.choice(self._towns).conversations
        message = Inbound(
            self.one.channel, self.one.external_id, f"{self.one.external_id}-tap-{self._count}", Tapped(data)
        )
        receipt = await conversations.receive(message)
        self.one.conversation_id = receipt.conversation_id
        assert not receipt.duplicate

    async def arrives(self) -> None:
        """At the times of the day."""
        for data in ("!go:afspraak", "afspraak.kind:office", f"afspraak.day:{TUESDAY}"):
            await self.taps(data)
        assert await self.one.screen() == "afspraak.time"

    async def buttons(self) -> list[str]:
        """What can be tapped now."""
        last = [message for message in await self.one.messages() if message.author == "bot"][-1]
        self.heard.append(last.content.origin)
        return [button.data for button in last.content.buttons]

    async def grabs(self, prefer: str | None = None) -> None:
        """Until there is nothing to be had."""
        while True:
            offered = await self.buttons()
            if self.heard[-1] not in ("afspraak.time", "afspraak.day"):
                return
            times = [data for data in offered if _TIME.fullmatch(data)]
            days = [data for data in offered if _DAY.fullmatch(data)]
            if not times and not days:
                return
            await self.taps(prefer if prefer in times else self._rng.choice(times or days))
            prefer = None


async def newcomers(towns: list[Town], count: int) -> list[Grabber]:
    """People at the times of Tuesday."""
    people = [
        Grabber(Resident(towns[0], "webchat", f"resident-{n:020}"), towns, random.Random(n)) for n in range(count)
    ]

    async def comes(one: Grabber) -> None:
        await one.taps("!menu")
        await one.taps("welkom.hello:nl")
        await one.arrives()

    await asyncio.gather(*(comes(one) for one in people))
    return people


def told(town: Town, at_: datetime) -> str:
    """How a moment reads."""
    return town.house.tongue.say(t("afspraak.line.when", "📅 {moment}", moment=at_), "nl")


async def assert_all_heard_the_truth(town: Town, people: list[Grabber]) -> Counter[bool]:
    """Who has one was told so, of that moment; who has none was not. How many of each."""
    made = {row.conversation_id: row for row in (await rows(town)).values() if row.state == "booked"}
    for grabber in people:
        messages = [message for message in await grabber.one.messages() if message.author == "bot"]
        said = [message.content.text for message in messages if message.content.origin == "afspraak.booked"]
        assert not any(message.content.origin == "taking.failed" for message in messages)
        assert not any(message.unhandled for message in await grabber.one.messages())
        if grabber.one.conversation_id not in made:
            assert said == []
            continue
        (mine,) = (await known(grabber.one)).standing
        assert len(said) == 1
        assert told(town, mine.at) in said[0]
        assert mine.names[0] in said[0]
    return Counter(grabber.one.conversation_id in made for grabber in people)


async def few_moments(town: Town) -> None:
    """Twenty of half an hour on Tuesday, ten of each of two colleagues, and none on any other day."""
    await set_length(town, Kind.OFFICE, 30)
    for name in ("Noor", "Bas"):
        await add_day(town, await town.colleague(name), TUESDAY, kinds="office", starts=540, ends=840)


async def test_200_people_and_20_moments(towns: list[Town]) -> None:
    town = towns[0]
    await few_moments(town)
    people = await newcomers(towns, 200)
    await asyncio.gather(*(one.grabs() for one in people))
    assert await assert_all_heard_the_truth(town, people) == {True: 20, False: 180}
    await check(town)
    without = [one.heard[-1] for one in people if one.heard[-1] != "afspraak.booked"]
    assert set(without) <= {"afspraak.day", "afspraak.time"}  # kindly, with a human who looks for a moment
    assert await town.rows(tables.event, kind="failed_step") == []


async def test_everyone_wants_the_same_moment(towns: list[Town]) -> None:
    """Two colleagues have it: two people get it at once, and all others another one or none."""
    town = towns[0]
    await few_moments(town)
    people = await newcomers(towns, 40)
    wanted = "afspraak.time:20261124T0900Z"  # ten o'clock
    await asyncio.gather(*(one.grabs(wanted) for one in people))
    assert await assert_all_heard_the_truth(town, people) == {True: 20, False: 20}
    await check(town)
    starts = Counter(row.starts_at for row in (await rows(town)).values())
    assert set(starts.values()) == {2}


async def test_two_in_one_batch_who_want_one_moment(town: Town) -> None:
    """What the first of them takes, the second of the same transaction finds taken."""
    await set_length(town, Kind.OFFICE, 30)
    await add_day(town, await town.colleague("Noor"), TUESDAY, kinds="office", starts=540, ends=570)
    people = await newcomers([town], 6)
    together = [one for one in people if _queue(one) == _queue(people[0])]
    (wanted,) = [data for data in await people[0].buttons() if _TIME.fullmatch(data)]
    await asyncio.gather(*(one.taps(wanted) for one in together))
    for one in together:
        await one.buttons()
    assert Counter(one.heard[-1] for one in together)["afspraak.booked"] == 1
    await assert_all_heard_the_truth(town, together)
    await check(town)


def _queue(one: Grabber) -> int:
    """Which worker takes this person's messages (PostgreSQL has two)."""
    count = len(one.one.town.conversations._queues)
    return zlib.crc32(one.one.conversation_id.to_bytes(8, "big")) % count


@pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)
async def test_batches_that_wait_for_each_other_in_a_circle_are_tried_again_and_nobody_hears_of_it(
    towns: list[Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One took nine o'clock and wants ten, the other took ten and wants nine."""
    town, other, *_ = towns
    await set_length(town, Kind.OFFICE, 30)
    noor = await town.colleague("Noor")
    for hour in (9, 10):
        await add_day(town, noor, TUESDAY, kinds="office", starts=hour * 60, ends=hour * 60 + 30)
    everyone = await newcomers([town], 12)
    people = [one for one in everyone if _queue(one) == _queue(everyone[0])][:4]
    assert len(people) == 4
    nine, ten = [data for data in await people[0].buttons() if _TIME.fullmatch(data)]
    taken, both, real = 0, asyncio.Barrier(2), store.take
    errors: list[DBAPIError] = []

    async def slowly(*what: Any) -> bool:
        nonlocal taken
        try:
            done = await real(*what)
        except DBAPIError as error:
            errors.append(error)
            raise
        taken += 1
        if taken <= 2:
            await both.wait()  # now each has one of them
        return done

    monkeypatch.setattr(store, "take", slowly)

    async def wants(conversations: Conversations, *whats: tuple[Grabber, str]) -> None:
        """In one transaction: both are there before the worker looks."""
        whos = [await conversations.ensure("webchat", one.one.external_id) for one, _ in whats]
        messages = [
            Inbound("webchat", one.one.external_id, f"{one.one.external_id}-x", Tapped(data)) for one, data in whats
        ]
        await asyncio.gather(*map(conversations._submit, messages, whos))

    await asyncio.gather(
        wants(town.conversations, (people[0], nine), (people[1], ten)),
        wants(other.conversations, (people[2], ten), (people[3], nine)),
    )
    (error,) = errors
    assert "deadlock" in str(error)
    assert await assert_all_heard_the_truth(town, people) == {True: 2, False: 2}
    await check(town)
    for one in people:
        await one.buttons()
    assert Counter(one.heard[-1] == "afspraak.booked" for one in people) == {True: 2, False: 2}


@pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)
async def test_neither_does_the_desk(towns: list[Town]) -> None:
    """It wants two colleagues at nine; another transaction took the second and wants the first."""
    town, other, *_ = towns
    noor, bas = await town.colleague("Noor"), await town.colleague("Bas")
    for who in (noor, bas):
        await add_hours(town, who)
    one, omar = await town.resident(), await town.resident()
    number = (await booked(omar, at("15:00"), bas)).id
    nine = [to_ms(at("09:00"))]
    desk: list[asyncio.Task[None]] = []

    async def wants() -> None:
        async with town.house.db.begin() as conn:
            await store.take(conn, number, [bas.id], nine)
            if not desk:
                act = acts.book(
                    *(other.house, one.conversation_id, noor),
                    kind="office",
                    at=at("09:00"),
                    who=[noor.id, bas.id],
                    client_id="1",
                )
                desk.append(asyncio.create_task(act))
                await waiting(town, desk[0])
            await store.take(conn, number, [noor.id], nine)

    await retried(wants, tries=TRIES)
    with contextlib.suppress(Refused):  # whoever was first
        await desk[0]
    assert {row.staff_id for row in await town.rows(tables.slot, starts_at=nine[0])} == {noor.id, bas.id}
