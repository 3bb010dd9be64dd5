"""The desk's inbox with 5,000 open files: how long the page takes."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from pathlib import Path
from statistics import median

from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import insert

from bench.town import opened
from bot.clock import to_ms
from bot.desk.accounts import create_sign_in_link
from bot.desk.page import DESK
from bot.house import House
from bot.identity import new_code
from bot.server import make_app
from storage import tables

FILES = 5_000
PAGES = 30
#: A page decrypts what it shows, fifty files: as many keys as that are plenty.
KEYS = 200


async def fill(house: House) -> int:
    """Open files in every queue, and someone who looks at them; gives the number of the account."""
    rng, now = random.Random(5), to_ms(house.clock.now())
    keys = [await house.vault.new_key(now) for _ in range(KEYS)]
    people, talks, events = [], [], []
    for number in range(1, FILES + 1):
        key, code, at = keys[number % KEYS], new_code(), now - rng.randrange(10**9)
        seal = house.vault.seal_text
        people.append(
            {
                "id": number,
                "created_at": at,
                "key_id": key,
                "code_index": house.vault.index("code", code),
                "code_sealed": seal(key, "code", code),
                "language": rng.choice(("nl", "en", "ar")),
                "name_sealed": seal(key, "name", f"Inwoner {number}"),
                "name_index": house.vault.index("name", f"inwoner {number}"),
            }
        )
        talks.append(
            {
                "id": number,
                "person_id": number,
                "created_at": at,
                "updated_at": at,
                "queue": rng.choice(("new", "waiting_us", "waiting_us", "waiting_them")),
                "urgency": rng.choices((0, 1, 2, 3), (90, 6, 3, 1))[0],
                "due_at": at + 2 * 86_400_000,
                "last_inbound_at": at,
            }
        )
        events.append(
            {
                "conversation_id": number,
                "kind": "handover",
                "created_at": at,
                "detail_sealed": seal(key, "event", '{"reason": "vraagt om een mens"}'),
            }
        )
    async with house.db.begin() as conn:
        await conn.execute(insert(tables.person), people)
        await conn.execute(insert(tables.conversation), talks)
        await conn.execute(insert(tables.event), events)
        account = {"username": "noor", "name": "Noor", "created_at": now}
        return int((await conn.execute(insert(tables.staff).values(account).returning(tables.staff.c.id))).scalar_one())


async def measure(folder: Path) -> tuple[float, float, int]:
    """Median and slowest of so many pages in milliseconds, and the bytes of one."""
    urls = [f"sqlite+aiosqlite:///{folder / name}.db" for name in ("data", "keys")]
    async with opened(folder, *urls) as house:
        link = await create_sign_in_link(house, await fill(house))
        app = make_app(house)
        async with TestClient(TestServer(app)) as client:
            session = await app[DESK].accounts.use_link(link.rpartition("/")[2])
            client.session.cookie_jar.update_cookies({app[DESK].cookie: session.token}, client.make_url("/"))
            times, size = [], 0
            for _ in range(PAGES):
                started = time.perf_counter()
                async with client.get("/desk", allow_redirects=False) as response:
                    page = await response.read()
                times.append((time.perf_counter() - started) * 1e3)
                assert response.status == 200
                size = len(page)
            assert b"/desk/file/" in page
            return median(times), max(times), size


def main() -> None:
    """Prints it."""
    with tempfile.TemporaryDirectory(prefix="klopaan-bench-") as folder:
        middle, slowest, size = asyncio.run(measure(Path(folder)))
    print(
        f"the inbox with {FILES} open files   {middle:6.1f} ms (slowest of {PAGES}: {slowest:.1f}), {size / 1e3:.0f} kB"
    )
