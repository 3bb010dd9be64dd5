"""Free moments for one person out of a full agenda: ten caseworkers, four weeks, two thousand quanta taken."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import insert

from bench.town import opened
from bot.agenda import reading
from bot.agenda.hours import QUANTUM, days_from
from bot.clock import to_ms
from bot.conversation import Conversations, Inbound
from bot.house import House
from bot.takeover import locked
from flows.agenda import Kind
from flows.grammar import Opened
from flows.session import Frame
from storage import tables

TEAM = 10
DAYS = 28
TAKEN = 2_000
ROUNDS = 50


async def fill(house: House) -> int:
    """Hours of everyone, and appointments of an hour until so much is taken; gives the conversation of someone who has
    none of them."""
    rng, now = random.Random(7), house.clock.now()
    conversations = Conversations(house)
    await conversations.start()
    someone, other = [
        (await conversations.receive(Inbound("webchat", who, "1", Opened()))).conversation_id for who in ("one", "two")
    ]
    await conversations.stop()
    talk = {"conversation_id": other, "kind": "office", "state": "booked", "made_at": to_ms(now)}
    days = [day for day in days_from(house.calendar.day_of(now), DAYS) if not house.calendar.is_closed_day(day)]
    hours = {(day, hour): house.calendar.instant(day, hour * 60) for day in days for hour in range(9, 17)}
    pool = [(who, at) for who in range(1, TEAM + 1) for (day, _), at in hours.items() if day.weekday() < 5]
    chosen = rng.sample(pool, TAKEN // 4)
    appointments = [
        {**talk, "id": number, "starts_at": to_ms(at), "ends_at": to_ms(at + timedelta(hours=1)), "details_sealed": b""}
        for number, (_, at) in enumerate(chosen, 1)
    ]
    slots = [
        {"staff_id": who, "starts_at": to_ms(at + n * QUANTUM), "appointment_id": number}
        for number, (who, at) in enumerate(chosen, 1)
        for n in range(4)
    ]
    weekly = [
        {"staff_id": who, "weekday": day, "starts": starts, "ends": ends, "kinds": ",".join(Kind), "place": "Stadhuis"}
        for who in range(1, TEAM + 1)
        for day in range(5)
        for starts, ends in ((540, 720), (750, 1020))
    ]
    team = [
        {"id": n, "username": f"m{n}", "name": f"Medewerker {n}", "created_at": to_ms(now)} for n in range(1, TEAM + 1)
    ]
    async with house.db.begin() as conn:
        await conn.execute(insert(tables.staff), team)
        await conn.execute(insert(tables.working_hours), weekly)
        await conn.execute(insert(tables.appointment), appointments)
        await conn.execute(insert(tables.slot), slots)
    return someone


async def measure(folder: Path) -> tuple[float, float, int]:
    """Median and slowest of so many looks in milliseconds, and how many moments one gives."""
    urls = [f"sqlite+aiosqlite:///{folder / name}.db" for name in ("data", "keys")]
    async with opened(folder, *urls) as house:
        number = await fill(house)
        times, found = [], 0
        frame = Frame("afspraak", "day", {"kind": Kind.OFFICE.value})
        async with locked(house, number) as (talk, conn):
            for _ in range(ROUNDS):
                started = time.perf_counter()
                found = len((await reading.free_slots(talk, conn, frame)).slots)
                times.append((time.perf_counter() - started) * 1e3)
        return median(times), max(times), found


def main() -> None:
    """Prints it."""
    with tempfile.TemporaryDirectory(prefix="klopaan-bench-") as folder:
        middle, slowest, found = asyncio.run(measure(Path(folder)))
    print(
        f"free moments of {TEAM} caseworkers with {TAKEN} quanta taken   {middle:6.1f} ms"
        f" (slowest of {ROUNDS}: {slowest:.1f}), {found} of them   (aim 15)"
    )
