"""Check-ins that fall due together share what is read and written; what becomes of one is no matter of the others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import taking
from bot.clock import to_ms
from bot.contact import scheduling
from bot.talk import Talk
from flows.grammar import Said
from storage import contact as store
from storage import tables
from tests.support.contact import MONTHLY, contacts, days, details, does, due, heard, kept, results, waiting
from tests.support.ending import signs_up
from tests.support.town import Resident, Town


@pytest.fixture
async def people(town: Town) -> list[Resident]:
    """Who all asked for the same contact, which is due."""
    found = [await signs_up(await town.resident()) for _ in range(4)]
    for one in found:
        await does(town, one, MONTHLY)
    first = min([await due(town, one) for one in found])
    await town.move_to(first - timedelta(hours=1))
    for one in found:
        await one.hears()
    town.clock.to(max([await due(town, one) for one in found]))
    return found


async def test_each_is_asked_and_the_next_that_waits_is_their_own(town: Town, people: list[Resident]) -> None:
    await town.pings.run_due()
    for one in people:
        assert await heard(one) == ["checkin.mood"]
        assert await contacts(town, one) == [("asked", None), ("planned", None)]
        following = (await kept(town, one)).next
        (ping,) = await town.rows(tables.ping, conversation_id=one.conversation_id, kind="checkin.ask", state="waiting")
        assert following is not None
        assert json.loads(town.house.vault.unseal_text(ping.about_sealed, "ping"))["check_in"] == following.id
        assert ping.due_at == following.due_at
    await days(town, 32)
    for one in people:
        assert [state for state, _ in await contacts(town, one)] == ["silent", "asked", "planned"]


async def test_what_is_read_of_them_is_read_once(
    town: Town, people: list[Resident], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    own = store.these_and_open

    async def these_and_open(conn: AsyncConnection, wanted: Mapping[int, object]) -> Any:
        read.append(len(wanted))
        return await own(conn, wanted)

    async def never(*_: object) -> Any:
        raise AssertionError("read of one alone")

    monkeypatch.setattr(store, "these_and_open", these_and_open)
    for name in ("one", "standing", "open_ones", "before", "last_of"):
        monkeypatch.setattr(store, name, never)
    await town.pings.run_due()
    monkeypatch.undo()
    assert read == [len(people)]
    assert [await heard(one) for one in people] == [["checkin.mood"]] * len(people)


async def test_a_bug_in_one_leaves_it_dropped_and_the_next_one_planned(
    town: Town, people: list[Resident], monkeypatch: pytest.MonkeyPatch
) -> None:
    own, broken = taking.step, people[1].conversation_id

    async def step(said: Said, talk: Talk, *rest: Any, **more: Any) -> Any:
        if talk.id == broken:
            raise ValueError
        return await own(said, talk, *rest, **more)

    monkeypatch.setattr(taking, "step", step)
    await town.pings.run_due()
    for one in people:
        failed = one.conversation_id == broken
        assert await contacts(town, one) == [("dropped", "failed") if failed else ("asked", None), ("planned", None)]
        assert await results(town, one) == ([] if failed else ["asked"])
        assert "checkin.ask" in await waiting(town, one)
        assert ("checkin.again" in await waiting(town, one)) is not failed


async def test_who_has_two_things_due_finds_what_the_first_one_led_to(town: Town, people: list[Resident]) -> None:
    one = people[0]
    following = (await kept(town, one)).next
    assert following is not None
    async with town.house.db.begin() as conn:
        (row,) = await town.rows(tables.ping, conversation_id=one.conversation_id, kind="checkin.ask", state="waiting")
        also = {"conversation_id": one.conversation_id, "kind": scheduling.HUMAN, "about_sealed": row.about_sealed}
        values = {**also, "created_at": 0, "due_at": to_ms(town.clock.now())}
        await conn.execute(insert(tables.ping).values(values))
    await town.pings.run_due()
    assert await details(town, one, "check_in_due") == [], "it was asked before: there is no call to make"
    assert [await contacts(town, each) for each in people] == [[("asked", None), ("planned", None)]] * len(people)
