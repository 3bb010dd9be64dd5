"""A year with people who are looked after, killed and restarted: every planned contact happened once, inside its hours
and caps, or has a recorded reason; who said stop heard nothing unasked until they came back."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.contact import plans
from bot.contact.plans import Wanted
from bot.desk.accounts import Staff
from bot.inbound import Inbound
from flows.aftercare import RHYTHMS, Means, Part, PlanKind
from flows.grammar import Opened, Said, Tapped
from tests.stores import StoreUrls
from tests.support.process import ROOT
from tests.support.town import MONDAY, Town, open_town
from tests.year.checked import Lived, at_work, told
from tests.year.people import Person
from tests.year.process import IN_FULL

#: From Monday 23 November 2026: both clock changes and every holiday are in it.
YEAR = timedelta(days=366)
#: Of everything that chance decides.
SEED = 20261123
#: Seconds for one stretch, at most.
PATIENCE = 3600


async def settle(town: Town, people: list[Person]) -> None:
    """Everyone signs up, and agrees with the colleague how they keep in touch."""
    colleague = await town.colleague()
    staff = Staff(colleague.id, "noor", colleague.name, "caseworker")
    kinds = list(PlanKind)
    for one in people:
        talk = 0
        for number, said in enumerate(
            (
                Opened(),
                Tapped("welkom.hello:nl"),
                *((Tapped("welkom.own_phone:yes"),) if one.channel != "webchat" else ()),
                Tapped("!go:aanmelden"),
                Tapped("aanmelden.for_whom:self"),
                Tapped("aanmelden.worries:enough"),
                Tapped("aanmelden.summary:yes"),
            )
        ):
            talk = await tell(town, one, f"begin-{number}", said)
        kind = kinds[one.number % len(kinds)]
        rhythm = RHYTHMS[kind][one.number // len(kinds) % len(RHYTHMS[kind])]
        part = list(Part)[one.number % 3]
        means = Means.PHONE if one.number % 11 == 5 else Means.CHAT
        weekday = None if one.number % 4 == 0 else one.number % 5
        wanted = Wanted(kind, rhythm, weekday, part, means)
        await plans.agree(town.house, talk, staff, wanted, client_id=f"plan-{one.number:08}")


async def tell(town: Town, one: Person, key: str, said: Said) -> int:
    """Says it; gives the number of the conversation."""
    message = Inbound(one.channel, one.external_id, f"year-{one.number}-{key}", said)
    return (await town.conversations.receive(message)).conversation_id


async def stretch(folder: Path, urls: StoreUrls, people: int, run: int, kill_at: datetime | None) -> None:
    """A process that lives on from where the last one was; at ``kill_at`` in its year it is killed."""
    until = MONDAY + YEAR
    arguments = (str(folder), urls.data, urls.keys, str(people), str(SEED), until.isoformat())
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.year.process", *arguments),
            cwd=ROOT,
            env={**os.environ, "RUN": str(run)},
            stdout=log,
            stderr=log,
        )
    ended = asyncio.create_task(process.wait())
    try:
        async with asyncio.timeout(PATIENCE):
            while kill_at is not None and not ended.done():
                if datetime.fromisoformat((folder / "now").read_text()) >= kill_at:
                    process.kill()
                await asyncio.wait({ended}, timeout=0.02)
            await ended
    finally:
        if process.returncode is None:
            process.kill()
            await ended
    if kill_at is None:
        assert process.returncode == 0, (folder / "log").read_text()[-3000:]


async def lives(urls: StoreUrls, folder: Path, people: int, kills: int) -> None:
    """A year of so many people, in processes that are killed so often."""
    (folder / "now").write_text(at_work(MONDAY))
    (folder / "platform").touch()
    async with open_town(folder, urls, extra=IN_FULL) as town:
        await settle(town, [Person(number, SEED) for number in range(people)])
    chance = random.Random(SEED)
    moments = sorted(MONDAY + YEAR * chance.uniform(0.01, 0.95) for _ in range(kills))
    for run, kill_at in enumerate((*moments, None)):
        await stretch(folder, urls, people, run, kill_at)
    async with open_town(folder, urls, extra=IN_FULL) as town:
        town.clock.to(MONDAY + YEAR)
        lived = await Lived.read(town, folder)
    (folder / "told").write_text(told(lived))
    lived.check()


async def test_a_year_of_16_people(store_urls: StoreUrls, tmp_path: Path) -> None:
    await lives(store_urls, tmp_path, people=16, kills=3)


@pytest.mark.soak
async def test_a_year_of_1000_people(store_urls: StoreUrls, tmp_path: Path) -> None:
    await lives(store_urls, tmp_path, people=1000, kills=40)
