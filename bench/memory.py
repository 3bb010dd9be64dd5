"""What the demo takes: resident memory of its process after the start, and after 200 conversations in the browser."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
import uuid
from pathlib import Path

import psutil
from aiohttp import ClientSession, CookieJar, TCPConnector

CONVERSATIONS = 200
HERE = {"Sec-Fetch-Site": "same-origin"}
TAPS = ("welkom.hello:nl", "!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough")
WORDS = ("klopt", "mens", "Ik heb nog een vraag over de huur.")


async def talk(url: str, number: int) -> None:
    """One visitor, from a network address that few others share: visitors of one are slowed down."""
    connector = TCPConnector(local_addr=(f"127.0.0.{2 + number % 10}", 0))
    jar = CookieJar(unsafe=True)  # also for an address that is a number
    async with ClientSession(url, connector=connector, cookie_jar=jar, headers=HERE, raise_for_status=True) as session:
        await session.post("/chat/start", json={"client_id": str(uuid.uuid4()), "language": "nl"})
        for said in (*({"tap": data} for data in TAPS), *({"text": words} for words in WORDS)):
            await session.post("/chat/message", json={"client_id": str(uuid.uuid4()), **said})
        async with session.get("/chat/messages") as response:
            assert len((await response.json())["messages"]) > len(WORDS)


async def measure(folder: Path) -> tuple[float, float]:
    """Megabytes (of 10^6 bytes) at the start and at the end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0", "--data", str(folder)), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        url = None
        while url is None:
            line = (await process.stdout.readline()).decode()
            assert line, "the demo ended"
            url = re.search(r"http://localhost:\d+", line)
        address = url[0].replace("localhost", "127.0.0.1")
        running = psutil.Process(process.pid)
        async with ClientSession(address) as session:
            await session.get("/")
        before = running.memory_info().rss / 1e6
        for begin in range(0, CONVERSATIONS, 10):
            await asyncio.gather(*(talk(address, number) for number in range(begin, begin + 10)))
        return before, running.memory_info().rss / 1e6
    finally:
        process.terminate()
        await process.wait()


def main() -> None:
    """Prints both."""
    with tempfile.TemporaryDirectory(prefix="klopaan-bench-") as folder:
        before, after = asyncio.run(measure(Path(folder)))
    print(f"the demo after its start             {before:6.1f} MB   (aim 120)")
    print(f"the demo after {CONVERSATIONS} conversations     {after:6.1f} MB   (aim 120)")
