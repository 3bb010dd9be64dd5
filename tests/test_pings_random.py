"""Any order of planning, stopping, coming back, holding, joining and killing, with two processes at work: each ping
ends once, said or with a reason; and a large backlog takes no more memory than a small one."""

from __future__ import annotations

import asyncio
import json
import random
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import falling, pings, takeover
from bot.allowed import week_before
from bot.clock import to_ms
from bot.errors import Refused
from bot.inbound import Fallen
from bot.pings import Pings
from bot.talk import Talk
from flows import aanmelden
from flows.grammar import Tapped, Typed
from storage import conversations, tables
from tests.support.town import Colleague, Resident, Town
from tests.test_joining import code_of, joins
from tests.test_pings import TOMORROW, unfinished

STEPS = 40
PEOPLE = 6


class Killed(BaseException):
    """The process is gone in the middle of something."""


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[None]:
    """Whichever process comes to so many pings is killed at the last of them."""
    own, left = falling.fall, after

    async def fall(ping: Fallen, talk: Talk, conn: AsyncConnection) -> None:
        nonlocal left
        left -= 1
        await own(ping, talk, conn)
        if left == 0:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(falling, "fall", fall)
        yield


class Life:
    """What may happen to some people in some weeks."""

    def __init__(self, town: Town, people: list[Resident], noor: Colleague, seed: int) -> None:
        self.town = town
        self.people = people
        self.noor = noor
        self.rng = random.Random(seed)
        self.killed = self.planned = 0

    async def plan(self) -> None:
        """Something is planned for the coming days, perhaps for who wants none of it."""
        self.planned += 1
        now, one = to_ms(self.town.clock.now()), self.rng.choice(self.people)
        due_at = now + self.rng.randrange(1, 72 * 3_600_000)
        row = {"conversation_id": one.conversation_id, "kind": f"{aanmelden.ASK}:{self.planned}", "created_at": now}
        async with self.town.house.db.begin() as conn:
            await conn.execute(insert(tables.ping).values(**row, due_at=due_at))

    async def stop(self) -> None:
        """No more unasked messages."""
        await self.rng.choice(self.people).says(Typed("stop"))

    async def back(self) -> None:
        """They are welcome again."""
        one = self.rng.choice(self.people)
        await one.says(Typed("stop"))
        await one.says(Tapped("woorden.stopped:start"))

    async def hold(self) -> None:
        """A human takes over, or lets go."""
        one = self.rng.choice(self.people)
        act = takeover.take_over if (await one.row()).held_by is None else takeover.hand_back
        with suppress(Refused):  # it lapsed just now
            await act(self.town.house, one.conversation_id, self.noor)

    async def join(self) -> None:
        """Two become one person; what was planned goes along."""
        one, other = self.rng.sample(self.people, 2)
        if len(self.people) > 2:
            await joins(one, await code_of(other))
            for each in (one, other):
                await each.says(Typed("menu"))
            if one.conversation_id == other.conversation_id:
                self.people.remove(one)

    async def later(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Time passes, and two processes are at work, while someone writes. One may be killed."""
        house = self.town.house
        self.town.clock.forward(minutes=self.rng.randrange(1, 24 * 60))
        now = self.town.clock.now()
        before = await self.town.rows(tables.outbox, planned=1)
        closed = await self._may_hear_nothing()
        with dying(monkeypatch, self.rng.randrange(1, 4) if self.rng.random() < 0.5 else 0):
            work = (self.town.pings.run_due(), Pings(house).run_due(), self.rng.choice(self.people).says(Typed("menu")))
            done = await asyncio.gather(*work, return_exceptions=True)
        for error in done:
            if isinstance(error, Killed):
                self.killed += 1
            elif isinstance(error, BaseException):
                raise error
        said = (await self.town.rows(tables.outbox, planned=1))[len(before) :]
        assert not said or house.calendar.in_sending_hours(now)
        assert not closed & {row.conversation_id for row in said}

    async def _may_hear_nothing(self) -> set[int]:
        """Conversations in which nothing unasked may be said now: stopped, held, or over the cap."""
        async with self.town.house.db.read() as conn:
            ids = [one.conversation_id for one in self.people]
            since = week_before(to_ms(self.town.clock.now()))
            lately = await conversations.planned_since(conn, ids, since)
        cap = self.town.house.config.sending.weekly_cap
        stopped = {row.id for row in await self.town.rows(tables.person) if row.opted_out_at is not None}
        return {
            row.id
            for row in await self.town.rows(tables.conversation)
            # a hold may lapse now: then its ping and another fall due together
            if row.person_id in stopped or lately.get(row.id, 0) >= cap
        }


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_each_ping_ends_once_said_or_with_a_reason(
    town: Town, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(pings, "TOGETHER", 2)
    life = Life(town, [await unfinished(town) for _ in range(PEOPLE)], await town.colleague(), seed)
    for _ in range(STEPS):
        act = life.rng.choice((life.plan, life.plan, life.stop, life.back, life.hold, life.join, None, None, None))
        await (life.later(monkeypatch) if act is None else act())
    for one in life.people:
        with suppress(Refused):
            await takeover.hand_back(town.house, one.conversation_id, life.noor)
    await town.move_to(town.clock.now() + timedelta(days=60))
    ours = [row for row in await town.rows(tables.ping) if row.kind.startswith("aanmelden.")]
    assert {row.state for row in ours} == {"done", "dropped"}
    assert all(row.reason for row in ours if row.state == "dropped")
    kinds = [row.kind for row in await town.rows(tables.event)]
    done = sum(row.state == "done" for row in ours)
    assert done == kinds.count("contactmoment") + kinds.count("ping_dropped")
    said = {(row.conversation_id, row.message_id) for row in await town.rows(tables.outbox, planned=1)}
    assert len(said) >= kinds.count("contactmoment") > 0
    assert life.killed > 0


async def test_a_large_backlog_takes_no_more_memory_than_a_small_one(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody can be told yet, so that nothing is left of it in the database either."""
    monkeypatch.setattr(pings, "TOGETHER", 10)
    one, noor = await unfinished(town), await town.colleague()
    key = (await town.rows(tables.person))[0].key_id
    await town.house.vault.prepare([key])
    about = town.house.vault.seal_text(key, "ping", json.dumps("x" * 2_000))
    held = {"held_by": noor.id, "held_at": 0, "hold_until": to_ms(TOMORROW)}

    async def peak(count: int) -> int:
        row: dict[str, Any] = {"conversation_id": one.conversation_id, "created_at": 0, "due_at": to_ms(TOMORROW)}
        async with town.house.db.begin() as conn:
            await conn.execute(tables.ping.delete())
            rows = [{**row, "kind": f"{aanmelden.ASK}:{number}", "about_sealed": about} for number in range(count)]
            await conn.execute(insert(tables.ping), rows)
            await conn.execute(update(tables.conversation).values(held))
        del rows
        tracemalloc.start()
        try:
            assert await town.pings.run_due() == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    town.clock.to(TOMORROW)
    await peak(40)  # statements are compiled once
    small, large = await peak(40), await peak(400)
    assert large < small + 200_000  # a quarter of what the others weigh by themselves
