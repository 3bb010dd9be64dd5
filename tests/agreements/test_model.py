"""Whatever is done in whatever order: what is kept is what a simple model says, and both sides see it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from bot.agreements.acts import Line
from flows.agreements import Postpone, Stuck, TickOff
from flows.text import Json
from tests.support.agenda import does
from tests.support.agreements import (
    FREE,
    FRIDAY,
    NEXT,
    PAPERS,
    POST,
    TODAY,
    TUESDAY,
    assert_same,
    items,
    reminders,
    sent,
    settled,
)
from tests.support.town import Colleague, Resident, Town

DAYS = (None, TUESDAY, FRIDAY, NEXT)
WHYS: tuple[Json, ...] = (None, {"text": "te moeilijk"}, {"text": " "}, "x", 3)
STEPS = 40


@dataclass
class Kept:
    """How one of them should stand."""

    ours: bool
    state: str
    due: date | None


def expected(model: dict[int, Kept]) -> set[str]:
    """Reminders that should wait, with the clock standing still on the Monday."""
    found = set()
    for one in model.values():
        if one.state == "open" and one.due is not None:
            kind = "agreements.ours" if one.ours else "afspraken.due"
            found.add(f"{kind}:{one.due.isoformat()}")
    return found


@pytest.mark.parametrize("seed", range(4))
async def test_random_operations(town: Town, noor: Colleague, sanne: Resident, seed: int) -> None:
    rng, model = random.Random(seed), dict[int, Kept]()
    for _ in range(STEPS):
        await _step(rng, model, town, noor, sanne)
        await sanne.hears()
    found = {item.id: Kept(item.ours, item.state, item.due) for item in await items(sanne)}
    assert found == model
    assert {kind for kind, _ in await reminders(town)} == expected(model)
    await assert_same(sanne)


async def _step(rng: random.Random, model: dict[int, Kept], town: Town, noor: Colleague, one: Resident) -> None:
    number = rng.choice([*model, 0, 999])
    kept = model.get(number)
    match rng.choice(["send", "done", "undone", "stuck", "later", "settle", "settle"]):
        case "send":
            lines = [
                Line(PAPERS if ours else rng.choice([POST, FREE]), rng.choice(DAYS), noor.id if ours else None)
                for ours in rng.choices([False, True], k=rng.randint(1, 3))
            ]
            before = {item.id for item in await items(one)}
            await sent(town, one, noor, *lines)
            for item in await items(one):
                if item.id not in before:
                    model[item.id] = Kept(item.ours, "open", item.due)
        case "done":
            await does(one, TickOff(number))
            if kept and not kept.ours and kept.state in ("open", "stuck"):
                kept.state = "done"
        case "undone":
            await does(one, TickOff(number, done=False))
            if kept and not kept.ours and kept.state == "done":
                kept.state = "open"
        case "stuck":
            await does(one, Stuck(number, rng.choice(WHYS)))
            if kept and not kept.ours and kept.state == "open":
                kept.state = "stuck"
        case "later":
            day = rng.choice([*DAYS[1:], TODAY - timedelta(days=1), TODAY + timedelta(days=400)])
            await does(one, Postpone(number, day))
            if kept and not kept.ours and kept.state in ("open", "stuck") and day in DAYS:
                kept.state, kept.due = "open", day
        case "settle" if kept:
            kept.state, kept.due = rng.choice(["done", "open", "dropped"]), rng.choice([kept.due, *DAYS])
            await settled(town, one, noor, number, state=kept.state, due=kept.due)
