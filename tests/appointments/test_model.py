"""Whatever people and caseworkers do with an agenda, in any order and at once: the tables say what a model says."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from bot.agenda import acts
from bot.conversation import TRIES
from bot.errors import Refused
from flows.agenda import Accept, Book, Cancel, Confirm, Kind, Move
from storage import tables
from storage.database import retried
from tests.support.agenda import (
    TUESDAY,
    add_hours,
    at,
    check,
    does,
    rows,
    slot_at,
)
from tests.support.town import Colleague, Resident, Town


@pytest.fixture
def town(towns: list[Town]) -> Town:
    """The first of them."""
    return towns[0]


# ---- anything at all, in any order ---------------------------------------------------------------------------------

QUARTER = timedelta(minutes=15)
#: Kind: minutes, travel. What is usual, written out by hand.
LENGTHS = {Kind.PHONE: (30, 0), Kind.OFFICE: (60, 0), Kind.HOME: (60, 30)}


class Model:
    """Who has which quarter of whom: a dictionary, and the rules in a few lines."""

    def __init__(self) -> None:
        self.taken: dict[tuple[int, datetime], int] = {}  # staff and quarter: appointment
        self.mine: dict[int, dict[int, tuple[datetime, datetime]]] = {}  # person: appointment: from, until

    def quarters(self, kind: Kind, start: datetime) -> list[datetime]:
        """What a talk takes."""
        minutes, travel = LENGTHS[kind]
        first = start - timedelta(minutes=travel)
        return [first + n * QUARTER for n in range((minutes + 2 * travel) // 15)]

    def clashes(self, staff: list[int], quarters: list[datetime], but: int = 0) -> bool:
        """Whether some of it is another's."""
        return any(self.taken.get((who, quarter), but) != but for who in staff for quarter in quarters)

    def busy(self, person: int, kind: Kind, start: datetime, but: int = 0) -> bool:
        """Whether the person has something else then."""
        until = start + timedelta(minutes=LENGTHS[kind][0])
        return any(start < end and begin < until for n, (begin, end) in self.mine[person].items() if n != but)

    def put(self, number: int, person: int, kind: Kind, staff: list[int], start: datetime) -> None:
        """It stands there now, and nowhere else."""
        self.drop(number, person)
        self.mine[person][number] = (start, start + timedelta(minutes=LENGTHS[kind][0]))
        self.taken |= {(who, quarter): number for who in staff for quarter in self.quarters(kind, start)}

    def drop(self, number: int, person: int) -> None:
        """It stands no more."""
        self.mine[person].pop(number, None)
        self.taken = {key: one for key, one in self.taken.items() if one != number}


class Anything:
    """People and colleagues who do whatever they can with two days of two agendas."""

    def __init__(self, town: Town, people: list[Resident], staff: list[Colleague], rng: random.Random) -> None:
        self.town = town
        self.people = people
        self.staff = staff
        self.rng = rng
        self.model = Model()
        self.model.mine = {one.conversation_id: {} for one in people}
        self.number = 0

    def moment(self, step: int) -> datetime:
        """On Tuesday or Wednesday, within office hours or a little outside."""
        day = TUESDAY + timedelta(days=self.rng.randrange(2))
        return at("00:00", day) + timedelta(minutes=self.rng.randrange(8 * 60, 18 * 60, step))

    async def any(self, one: Resident) -> int | None:
        """One of this person's appointments, whatever became of it; now and then another's."""
        mine = [row.id for row in (await rows(self.town)).values() if row.conversation_id == one.conversation_id]
        return self.rng.choice(mine) if mine and self.rng.random() > 0.05 else self.rng.randrange(1, 20)

    def offered(self, kind: Kind, start: datetime) -> bool:
        """Whether residents can have it: on the half hours, from nine to five."""
        until = start + timedelta(minutes=LENGTHS[kind][0])
        return start.hour >= 9 and start.minute % 30 == 0 and until <= start.replace(hour=17, minute=0)

    async def books(self, one: Resident) -> None:
        """A person books."""
        kind, start, who = self.rng.choice(list(LENGTHS)), self.moment(30), self.rng.choice(self.staff)
        model, mine = self.model, self.model.mine[one.conversation_id]
        expected = None
        if len(mine) >= 3:
            expected = "enough"
        elif (
            not self.offered(kind, start)
            or model.clashes([who.id], model.quarters(kind, start))
            or model.busy(one.conversation_id, kind, start)
        ):
            expected = "slot_taken"
        assert await does(one, Book(kind, slot_at(start, who))) == expected
        if expected is None:
            model.put(max(await rows(self.town)), one.conversation_id, kind, [who.id], start)

    async def moves(self, one: Resident) -> None:
        """A person moves."""
        number, start, who = await self.any(one), self.moment(30), self.rng.choice(self.staff)
        assert number is not None
        model, made = self.model, await rows(self.town)
        if number not in model.mine[one.conversation_id]:
            assert await does(one, Move(number, slot_at(start, who))) == "gone"
            return
        kind = Kind(made[number].kind)
        staff = await self.who(number)
        staff = staff if len(staff) > 1 else [who.id]
        fits = (
            self.offered(kind, start)
            and not model.clashes(staff, model.quarters(kind, start), number)
            and not model.busy(one.conversation_id, kind, start, number)
        )
        assert await does(one, Move(number, slot_at(start, who))) == (None if fits else "slot_taken")
        if fits:
            model.put(number, one.conversation_id, kind, staff, start)

    async def who(self, number: int) -> list[int]:
        """Who is at it."""
        found = await self.town.rows(tables.appointment_staff, appointment_id=number)
        return [row.staff_id for row in sorted(found, key=lambda row: int(row.place))]

    async def cancels(self, one: Resident) -> None:
        """A person cancels, or says to come first."""
        number = await self.any(one)
        assert number is not None
        first = (Confirm(number),) if self.rng.random() < 0.3 else ()
        assert await does(one, *first, Cancel(number)) is None
        if number in self.model.mine[one.conversation_id]:
            self.model.drop(number, one.conversation_id)

    async def accepts(self, one: Resident) -> None:
        """A person takes what was proposed."""
        number = await self.any(one)
        assert number is not None
        row, model = (await rows(self.town)).get(number), self.model
        if row is None or row.conversation_id != one.conversation_id or row.state not in ("proposed", "booked"):
            assert await does(one, Accept(number)) == "gone"
            return
        kind, staff = Kind(row.kind), await self.who(number)
        start = at("00:00", TUESDAY) + timedelta(milliseconds=row.starts_at - self.ms(at("00:00", TUESDAY)))
        expected = None
        if row.state == "proposed" and model.busy(one.conversation_id, kind, start):
            expected = "resident_busy"
        elif row.state == "proposed" and model.clashes(staff, model.quarters(kind, start)):
            expected = "slot_taken"
        assert await does(one, Accept(number)) == expected
        if row.state == "proposed" and expected is None:
            model.put(number, one.conversation_id, kind, staff, start)

    def ms(self, moment: datetime) -> int:
        """As in the database."""
        return round(moment.timestamp() * 1000)

    async def desk(self, one: Resident) -> None:
        """A caseworker books, moves, cancels or proposes."""
        self.number += 1
        key, house, by = f"form-{self.number}", self.town.house, self.rng.choice(self.staff)
        person, model = one.conversation_id, self.model
        kind, start = self.rng.choice(list(LENGTHS)), self.moment(15)
        who = [each.id for each in self.rng.sample(self.staff, self.rng.choice((1, 1, 2)))]
        number = await self.any(one)
        assert number is not None
        match self.rng.randrange(4):
            case 0:
                expected = self.of_desk(person, kind, start, who)
                act = acts.book(house, person, by, kind=kind, at=start, who=who, client_id=key)
                await self.refused(act, expected)
                if expected is None:
                    model.put(max(await rows(self.town)), person, kind, who, start)
            case 1:
                act = acts.move(house, person, by, number, at=start, who=who, client_id=key)
                if number not in model.mine[person]:
                    await self.refused(act, "gone")
                    return
                kind = Kind((await rows(self.town))[number].kind)
                expected = self.of_desk(person, kind, start, who, number)
                await self.refused(act, expected)
                if expected is None:
                    model.put(number, person, kind, who, start)
            case 2:
                act = acts.cancel(house, person, by, number, client_id=key)
                await self.refused(act, None if number in model.mine[person] else "gone")
                if number in model.mine[person]:
                    model.drop(number, person)
            case 3:
                moments = [(self.moment(15), who) for _ in range(self.rng.randrange(1, 4))]
                codes = [self.of_desk(person, kind, moment, who) for moment, _ in moments]
                act = acts.propose(house, person, by, kind=kind, moments=moments, client_id=key)
                await self.refused(act, next(filter(None, codes), None))

    def of_desk(self, person: int, kind: Kind, start: datetime, who: list[int], but: int = 0) -> str | None:
        """What the desk hears that chooses this moment."""
        if self.model.busy(person, kind, start, but):
            return "resident_busy"
        return "slot_taken" if self.model.clashes(who, self.model.quarters(kind, start), but) else None

    async def refused(self, act: Awaitable[None], code: str | None) -> None:
        """Whether the desk heard that."""
        heard = None
        try:
            await act
        except Refused as error:
            heard = error.code
        assert heard == code

    async def one(self) -> None:
        """Something happens."""
        doing: list[Callable[[Resident], Awaitable[None]]] = [
            *(self.books, self.books, self.books, self.moves, self.moves),
            *(self.cancels, self.accepts, self.desk, self.desk),
        ]
        await self.rng.choice(doing)(self.rng.choice(self.people))


async def anything(town: Town, rng: random.Random, *, people: int = 5) -> Anything:
    """Before anything happened."""
    staff = [await town.colleague(name) for name in ("Noor", "Bas", "Ali")]
    for who in staff:
        await add_hours(town, who)
    return Anything(town, [await town.resident() for _ in range(people)], staff, rng)


async def run(town: Town, seed: int, *, steps: int) -> None:
    """So much happens, and after each of it the model and the tables say the same."""
    world = await anything(town, random.Random(seed))
    for _ in range(steps):
        await world.one()
        found = {(row.staff_id, row.starts_at): row.appointment_id for row in await town.rows(tables.slot)}
        assert found == {(who, world.ms(quarter)): one for (who, quarter), one in world.model.taken.items()}
    await check(town)


@pytest.mark.parametrize("seed", range(2))
async def test_whatever_happens_the_tables_say_what_the_model_says(town: Town, seed: int) -> None:
    await run(town, seed, steps=120)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
async def test_whatever_happens_the_tables_say_what_the_model_says_at_length(town: Town, seed: int) -> None:
    await run(town, seed, steps=1000)


def there(town: Town, one: Resident) -> Resident:
    """The same person, in another process."""
    found = Resident(town, one.channel, one.external_id)
    found.conversation_id = one.conversation_id
    return found


async def something(one: Resident, world: Anything, rng: random.Random, key: str) -> None:
    """By a person, as a step does it, or by the desk."""
    who, kind, start = rng.choice(world.staff), rng.choice(list(LENGTHS)), world.moment(30)
    made = [row.id for row in (await rows(one.town)).values() if row.conversation_id == one.conversation_id]
    number, slot = rng.choice(made or [1]), slot_at(start, who)
    both = [each.id for each in rng.sample(world.staff, 2)]
    house, person = one.town.house, one.conversation_id
    wanted = rng.choice(
        (Book(kind, slot), Book(kind, slot), Move(number, slot), Move(number, slot), Cancel(number), None)
    )
    if wanted is not None:
        await retried(lambda: does(one, wanted), tries=TRIES)
        return
    with contextlib.suppress(Refused):
        if rng.random() < 0.5:
            await acts.book(house, person, who, kind=kind, at=start, who=both, client_id=key)
        else:
            await acts.move(house, person, who, number, at=start, who=both, client_id=key)


async def at_once(towns: list[Town], seed: int, *, people: int, steps: int) -> None:
    """Everyone does things at the same time, in whatever process."""
    town, rng = towns[0], random.Random(seed)
    world = await anything(town, rng, people=people)

    async def busy(n: int, one: Resident) -> None:
        mine = random.Random(f"{seed}-{n}")
        for step in range(steps):
            await something(there(mine.choice(towns), one), world, mine, f"{n}-{step}")

    await asyncio.gather(*(busy(n, one) for n, one in enumerate(world.people)))
    await check(town)
    assert [row for row in (await rows(town)).values() if row.state == "booked"]


async def test_everything_at_once_gives_nothing_twice(towns: list[Town]) -> None:
    await at_once(towns, 1, people=12, steps=12)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
async def test_everything_at_once_gives_nothing_twice_at_length(towns: list[Town], seed: int) -> None:
    await at_once(towns, seed, people=40, steps=100)
