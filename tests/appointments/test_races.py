"""Many people, few moments, several processes (invariant 5): a moment is one person's, and nobody hears otherwise."""

from __future__ import annotations

import asyncio
import contextlib
import random
import zlib
from collections import Counter
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from bot.agenda import acts
from bot.clock import to_ms
from bot.conversation import TRIES, Conversations
from bot.errors import Refused
from flows.agenda import Kind
from flows.grammar import Tapped
from storage import agenda as store
from storage import tables
from storage.database import retried
from tests.support.agenda import TUESDAY, add_day, add_hours, at, booked, check, rows, set_length
from tests.support.grabbing import TIME, Grabber, Send, assert_all_heard_the_truth, few_moments, newcomers
from tests.support.town import Resident, Town
from tests.test_joining_races import waiting


@pytest.fixture
def town(towns: list[Town]) -> Town:
    """The first of them."""
    return towns[0]


def anywhere(towns: list[Town]) -> Send:
    """Sends to whatever process."""
    rng = random.Random(1)

    async def send(one: Resident, number: int, data: str) -> None:
        receipt = await rng.choice(towns).conversations.receive(
            one.inbound(Tapped(data), f"{one.external_id}-{number}")
        )
        one.conversation_id = receipt.conversation_id
        assert not receipt.duplicate

    return send


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_200_people_and_20_moments(town: Town) -> None:
    """On PostgreSQL they come through real processes: tests/end_to_end/test_appointments_killed.py."""
    await few_moments(town)
    people = await newcomers(town, anywhere([town]), 200)
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
    people = await newcomers(town, anywhere(towns), 40)
    wanted = "afspraak.time:20261124T0900Z"  # ten o'clock
    await asyncio.gather(*(one.grabs(wanted) for one in people))
    assert await assert_all_heard_the_truth(town, people) == {True: 20, False: 20}
    await check(town)
    starts = Counter(row.starts_at for row in (await rows(town)).values())
    assert set(starts.values()) == {2}


async def test_people_who_change_their_minds_while_others_look(towns: list[Town]) -> None:
    """What one lets go another gets, and whoever moves keeps theirs until the other is theirs."""
    town = towns[0]
    await few_moments(town)
    people = await newcomers(town, anywhere(towns), 40)

    async def wavers(one: Grabber) -> None:
        await one.grabs()
        for _ in range(2):
            await one.changes_their_mind()

    await asyncio.gather(*map(wavers, people))
    await assert_all_heard_the_truth(town, people)
    await check(town)
    states = Counter(row.state for row in (await rows(town)).values())
    assert states["booked"] <= 20
    assert states["cancelled"]
    assert await town.rows(tables.event, kind="appointment_moved")


async def test_two_in_one_batch_who_want_one_moment(town: Town) -> None:
    """What the first of them takes, the second of the same transaction finds taken."""
    await set_length(town, Kind.OFFICE, 30)
    await add_day(town, await town.colleague("Noor"), TUESDAY, kinds="office", starts=540, ends=570)
    people = await newcomers(town, anywhere([town]), 6)
    together = [one for one in people if _queue(one) == _queue(people[0])]
    (wanted,) = [data for data in await people[0].buttons() if TIME.fullmatch(data)]
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
    everyone = await newcomers(town, anywhere([town]), 12)
    people = [one for one in everyone if _queue(one) == _queue(everyone[0])][:4]
    assert len(people) == 4
    nine, ten = [data for data in await people[0].buttons() if TIME.fullmatch(data)]
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
        messages = [one.one.inbound(Tapped(data), f"{one.one.external_id}-x") for one, data in whats]
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
