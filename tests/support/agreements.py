"""Agreements for tests: summaries sent from the desk, and both sides of what became of them."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from bot.agreements import acts, reading
from bot.agreements.acts import Line
from bot.agreements.reading import Item, Sent
from bot.takeover import locked
from flows.agreements import Agreement, Agreements
from flows.data import load
from flows.session import Frame
from flows.text import Json, Text, verbatim
from tests.support.town import Colleague, Resident, Town
from tests.test_pings import waiting

#: Of the week of ``town.MONDAY`` and the next one.
TODAY, TUESDAY, FRIDAY, NEXT = (date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 27), date(2026, 12, 1))

_PHRASES = load("phrasebook")["phrase"]
POST: Text = _PHRASES["open_post"]["you"]
BRING: Text = _PHRASES["bring"]["you"]
PAPERS: Text = _PHRASES["sort_papers"]["we"]
FREE = verbatim("Bel Kees van de woningbouw.")

_KINDS = ("afspraken.", "agreements.")
_ids = count(1)


def client_id() -> str:
    """A form that was never sent before."""
    return f"form-{next(_ids)}"


async def sent(town: Town, one: Resident, by: Colleague, *lines: Line, **options: Any) -> int:
    """A summary, as the desk sends it; the resident has not looked yet."""
    return await acts.send(town.house, one.conversation_id, by, list(lines), **{"client_id": client_id(), **options})


async def settled(town: Town, one: Resident, by: Colleague, number: int, **options: Any) -> None:
    """What a colleague does with one of them."""
    await acts.settle(town.house, one.conversation_id, by, number, **{"client_id": client_id(), **options})


async def known(one: Resident, screen: str = "standing", **answers: Json) -> Agreements:
    """What a screen knows."""
    async with locked(one.town.house, one.conversation_id) as (talk, conn):
        return await reading.agreements(talk, conn, Frame("afspraken", screen, answers))


async def at_desk(one: Resident) -> tuple[Sent, ...]:
    """What the file's page knows."""
    async with locked(one.town.house, one.conversation_id) as (_, conn):
        return await reading.of_file(one.town.house, conn, one.conversation_id)


async def items(one: Resident) -> list[Item]:
    """Every line that the desk sees, in order of their numbers."""
    return sorted((line for each in await at_desk(one) for line in each.lines), key=lambda line: line.id)


async def states(one: Resident) -> list[tuple[str, date | None, str | None]]:
    """How each stands: state, day, and what the desk has not seen."""
    return [(line.state, line.due, line.news) for line in await items(one)]


async def assert_same(one: Resident) -> None:
    """What the resident sees equals what the desk sees."""
    theirs, ours = await known(one), await items(one)
    shown = {line.id: _facts(line) for line in (*theirs.open, *theirs.done)}
    assert shown == {
        line.id: (line.text, line.due, line.state, line.ours, line.name) for line in ours if line.state != "dropped"
    }
    in_summaries = [_facts(line) for each in theirs.summaries for line in each.lines]
    assert len(in_summaries) == len(ours)


def _facts(line: Agreement) -> tuple[Text, date | None, str, bool, str]:
    return line.text, line.due, line.state, line.ours, line.name


async def reminders(town: Town) -> list[tuple[str, str]]:
    """What waits to remind of agreements: kind, and when on the clock; of the person's own only in which hour."""
    found = [(kind, at) for kind, at in await waiting(town) if kind.startswith(_KINDS)]
    return [(kind, f"{at:%m-%d %H}" if kind.startswith(_KINDS[0]) else f"{at:%m-%d %H:%M}") for kind, at in found]
