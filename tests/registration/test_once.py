"""Told once, whatever fails: down, slow, an answer that is lost, a process killed half-way, two that work together."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.registration import client, sending
from bot.registration.client import Client
from bot.registration.sending import LEASE, Registration
from storage import tables
from tests.registration.telling import called, states, tell, tell_for, worker
from tests.support.fake_openklant import FakeOpenKlant
from tests.support.town import Town


def numbers(fake: FakeOpenKlant) -> list[str]:
    return [one["nummer"] for one in fake.contacts]


async def lease_ends(town: Town) -> None:
    """As if so much real time passed that a claim holds no longer."""
    async with town.house.db.begin() as conn:
        ended = tables.registration.c.claimed_until - 2 * LEASE // timedelta(milliseconds=1)
        await conn.execute(update(tables.registration).values(claimed_until=ended))


async def troubles(town: Town) -> list[tuple[str, str]]:
    return [(one.channel, one.code) for one in await town.house.health.troubles()]


async def test_down_for_an_hour_nothing_is_lost_or_doubled(town: Town, fake: FakeOpenKlant) -> None:
    people = [await town.resident() for _ in range(4)]
    noor, works = await town.colleague(), worker(town)
    await fake.down()
    for _ in range(3):
        for one in people:
            await called(town, one, noor)
        await people[0].types("mens")
        await tell_for(town, works, minutes=20)
    assert not fake.contacts
    assert ("openklant", "unreachable") in await troubles(town)
    await fake.up()
    await tell_for(town, works, minutes=40)
    rows = await town.rows(tables.registration)
    assert {row.state for row in rows} == {"sent"}
    assert len(rows) == len(set(numbers(fake))) == len(fake.contacts) == 15
    assert len(fake.tasks) == 3
    assert fake.violations == []
    assert await troubles(town) == []


async def test_what_one_conversation_tells_goes_in_its_order(town: Town, fake: FakeOpenKlant) -> None:
    one, other, noor = await town.resident(), await town.resident(), await town.colleague()
    for _ in range(3):
        await called(town, one, noor)
        town.clock.forward(minutes=1)
    await called(town, other, noor)
    fake.plan(status=500)
    works = worker(town)
    await tell_for(town, works, minutes=10)
    own = [
        told["plaatsgevondenOp"]
        for told, subject in zip(fake.contacts, fake.subjects, strict=True)
        if subject["objectId"].endswith(str(one.conversation_id))
    ]
    assert own == sorted(own)
    assert len(own) == 3
    assert len(fake.contacts) == 4


@pytest.mark.parametrize("how", [{"lose": True}, {"drop": True}, {"status": 500}, {"status": 429}, {"status": 503}])
@pytest.mark.parametrize("after", [0, 1])
async def test_an_answer_that_is_not_there_is_looked_for(
    town: Town, fake: FakeOpenKlant, how: dict[str, Any], after: int
) -> None:
    one = await town.resident()
    await one.types("mens")
    fake.plan(after=after, **how)
    await tell_for(town, worker(town), minutes=5)
    assert await states(town) == [("sent", None)]
    assert (len(fake.contacts), len(fake.tasks)) == (1, 1)
    assert ("GET", "/klantcontacten") in fake.calls
    assert fake.violations == []


async def test_one_that_answers_too_late_is_looked_for(
    town: Town, fake: FakeOpenKlant, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = client.Client
    monkeypatch.setattr(sending, "Client", lambda config, zone: made(config, zone, patience=0.2))
    one, noor = await town.resident(), await town.colleague()
    await called(town, one, noor)
    fake.plan(hang=1.0)
    works = worker(town)
    await works.run_due()
    assert await states(town) == [("waiting", "timeout")]
    await tell_for(town, works, minutes=5)
    assert await states(town) == [("sent", None)]
    assert len(fake.contacts) == 1


async def test_killed_between_the_post_and_the_note(
    town: Town, fake: FakeOpenKlant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await town.resident()
    await one.types("mens")

    async def killed(*args: object, **kw: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(Registration, "_settle", killed)
        with pytest.raises(asyncio.CancelledError):
            await worker(town).run_due()
    assert (len(fake.contacts), len(fake.tasks)) == (1, 1)
    await tell(town)
    assert await states(town) == [("waiting", None)], "claimed still: nobody else tries"
    await lease_ends(town)
    await tell(town)
    assert await states(town) == [("sent", None)]
    assert (len(fake.contacts), len(fake.tasks)) == (1, 1)


async def test_killed_between_a_contact_and_its_task(town: Town, fake: FakeOpenKlant) -> None:
    one = await town.resident()
    await one.types("mens")
    fake.plan(after=1, drop=True)
    works = worker(town)
    await works.run_due()
    assert (len(fake.contacts), len(fake.tasks)) == (1, 0)
    await tell_for(town, works, minutes=5)
    assert (len(fake.contacts), len(fake.tasks)) == (1, 1)
    assert fake.tasks[0]["aanleidinggevendKlantcontact"] == {"uuid": fake.contacts[0]["uuid"]}


async def test_two_workers_share_the_rows(town: Town, fake: FakeOpenKlant) -> None:
    people, noor = [await town.resident() for _ in range(6)], await town.colleague()
    for one in people:
        await called(town, one, noor, times=2)
    first, second = worker(town), worker(town)
    for _ in range(6):
        await asyncio.gather(first.run_due(), second.run_due())
    assert Counter(await states(town)) == {("sent", None): 12}
    assert len(set(numbers(fake))) == len(fake.contacts) == 12
    assert ("GET", "/klantcontacten") not in fake.calls, "no row was tried twice"


async def test_a_worker_that_lost_its_claim_doubles_nothing(
    town: Town, fake: FakeOpenKlant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, noor = await town.resident(), await town.colleague()
    await called(town, one, noor)
    told = Client.tell
    meanwhile = [True]

    async def slow(self: Client, *args: object, **kw: object) -> None:
        if meanwhile:
            meanwhile.pop()
            await lease_ends(town)
            await tell(town)  # another process takes it on, and is done
        await told(self, *args, **kw)  # type: ignore[arg-type]

    monkeypatch.setattr(Client, "tell", slow)
    await worker(town).run_due()
    assert await states(town) == [("sent", None)]
    assert len(fake.contacts) == 1


async def test_a_number_that_another_system_has_is_drawn_again(
    town: Town, fake: FakeOpenKlant, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = {"nummer": "1000000007", "uuid": "x", "onderwerp": "Paspoort", "plaatsgevondenOp": "2020-01-01T09:00:00Z"}
    fake.contacts.append(theirs)
    draws = iter(["1000000007", "1000000008"])
    monkeypatch.setattr(sending, "draw", lambda: next(draws))
    one, noor = await town.resident(), await town.colleague()
    await called(town, one, noor)
    await tell(town)
    assert await states(town) == [("sent", None)]
    assert numbers(fake) == ["1000000007", "1000000008"]
    assert fake.contacts[0] == theirs


async def test_a_number_that_one_of_ours_has_is_drawn_again(
    town: Town, fake: FakeOpenKlant, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, noor = await town.resident(), await town.colleague()
    await called(town, one, noor)
    draws = iter(["1000000007", "1000000007", "1000000008"])
    monkeypatch.setattr(sending, "draw", lambda: next(draws))
    works = worker(town)
    await tell(town, works)
    await called(town, one, noor)
    with pytest.raises(Exception, match=r"(?i)unique"):
        await works.run_due()
    await tell(town, works)
    assert numbers(fake) == ["1000000007", "1000000008"]


@pytest.mark.parametrize("killed_after", [None, 1, 2, 3])
async def test_a_task_whose_number_another_system_has_gets_another_and_its_contact_is_no_second(
    town: Town, fake: FakeOpenKlant, monkeypatch: pytest.MonkeyPatch, killed_after: int | None
) -> None:
    theirs = {"nummer": "1000000007", "uuid": "x", "aanleidinggevendKlantcontact": {"uuid": "y"}}
    fake.tasks.append(theirs)
    monkeypatch.setattr(sending, "draw", lambda: "1000000007")
    one = await town.resident()
    await one.types("mens")
    if killed_after is not None:
        fake.plan(after=killed_after, lose=True)
    await tell_for(town, worker(town), minutes=5)
    assert await states(town) == [("sent", None)]
    assert numbers(fake) == ["1000000007"]
    assert fake.tasks[0] == theirs
    (ours,) = fake.tasks[1:]
    assert ours["aanleidinggevendKlantcontact"] == {"uuid": fake.contacts[0]["uuid"]}
    assert fake.violations == []
