"""Both sides at the same moment, and several processes: one after the other, nothing lost, nothing twice."""

from __future__ import annotations

import asyncio

import pytest

from bot.agreements.acts import Line
from flows.grammar import Tapped
from tests.support.agreements import FREE, FRIDAY, POST, assert_same, at_desk, items, reminders, sent, settled, states
from tests.support.town import Town


@pytest.fixture
def town(towns: list[Town]) -> Town:
    """The first of them."""
    return towns[0]


async def test_the_resident_ticks_while_the_desk_drops(towns: list[Town], town: Town) -> None:
    noor, one = await town.colleague(), await town.resident()
    for turn in range(4):
        await sent(town, one, noor, Line(POST, FRIDAY))
        number = (await items(one))[-1].id
        await asyncio.gather(
            towns[-1].conversations.receive(one.inbound(Tapped(f"!to:afspraken.done:{number}"), f"tick-{turn}")),
            settled(town, one, noor, number, state="dropped"),
        )
        state, _, news = (await states(one))[-1]
        assert (state, news) == ("dropped", None)  # whoever was first: it was dropped in the end
    assert await reminders(town) == []
    await assert_same(one)


async def test_the_same_button_in_two_processes(towns: list[Town], town: Town) -> None:
    noor, one = await town.colleague(), await town.resident()
    await sent(town, one, noor, Line(POST, FRIDAY), Line(FREE, FRIDAY))
    first, second = [item.id for item in await items(one)]
    await asyncio.gather(
        *(
            where.conversations.receive(one.inbound(Tapped(f"!to:afspraken.done:{number}"), f"tick-{n}-{number}"))
            for n, where in enumerate([*towns, *towns])
            for number in (first, second)
        )
    )
    assert [state for state, *_ in await states(one)] == ["done", "done"]
    assert (await one.events()).count("agreement_done") == 2
    assert await reminders(town) == []


async def test_two_colleagues_send_at_once_and_both_are_there(towns: list[Town], town: Town) -> None:
    noor, bas, one = await town.colleague(), await town.colleague("Bas"), await town.resident()
    await asyncio.gather(sent(town, one, noor, Line(POST, FRIDAY)), sent(towns[-1], one, bas, Line(FREE, FRIDAY)))
    assert {each.name for each in await at_desk(one)} == {"Noor", "Bas"}
    assert len(await reminders(town)) == 1
    await assert_same(one)
