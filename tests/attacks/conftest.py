"""A running `klopaan demo` for each module of attacks, and all that it prints: nothing typed may be among that."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import sqlite3
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

from tests.attacks.pages import Page

#: Who works at the demo's desk beside its own two colleagues.
OTHERS = (("beheerder", "Bea Beheer"), ("auditor", "Aukje Toets"))
NAMES = {"caseworker": "noor", "coordinator": "samir", **{role: role for role, _ in OTHERS}}


@dataclass(slots=True)
class Attacked:
    """The demo under attack. ``printed`` grows as it prints, on either stream."""

    url: str
    port: int
    folder: Path
    printed: list[str] = field(default_factory=list)
    _visitors: list[aiohttp.ClientSession] = field(default_factory=list)

    def visitor(self) -> Visitor:
        """A browser without cookies."""
        session = aiohttp.ClientSession(
            self.url, cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout(60)
        )
        self._visitors.append(session)
        return Visitor(self, session)

    async def staff(self, role: str) -> Visitor:
        """A browser in which a colleague of this role signed in."""
        made = self.visitor()
        page = await made.post("/demo/desk", {"who": NAMES[role]})
        page = await made.post(page.path, {"csrf": page.forms[0].fields["csrf"]})
        assert made.cookies().get("klopaan-desk"), page.text
        return made

    async def resident(self) -> Visitor:
        """A browser with a conversation in Dutch."""
        made = self.visitor()
        answer = await made.ask("/chat/start", {"client_id": str(uuid.uuid4()), "language": "nl"})
        assert answer == (200, {"ok": True})
        await made.ask("/chat/message", {"client_id": str(uuid.uuid4()), "tap": "welkom.hello:nl"})
        return made

    def change(self, statement: str, *values: Any) -> list[Any]:
        """What time, or a colleague with the database, would have done."""
        with closing(sqlite3.connect(self.folder / "klopaan.db", timeout=60)) as database:
            rows = database.execute(statement, values).fetchall()
            database.commit()
        return rows

    async def close(self) -> None:
        """Browsers are closed."""
        for session in self._visitors:
            await session.close()


@dataclass(slots=True)
class Visitor:
    """A browser that runs no scripts; it says where its forms come from as browsers do."""

    demo: Attacked
    session: aiohttp.ClientSession

    async def get(self, path: str, **headers: str) -> Page:
        """A page, after redirects."""
        async with self.session.get(URL(path, encoded=True), headers={"Accept": "text/html", **headers}) as response:
            return await Page.of(response)

    async def post(self, path: str, fields: Any, *, follow: bool = True, site: str = "same-origin") -> Page:
        """A form, and the page that it leads to. ``site``: where the browser says that it stood."""
        sent = {"Accept": "text/html", "Sec-Fetch-Site": site}
        there = URL(path, encoded=True)
        async with self.session.post(there, data=fields, headers=sent, allow_redirects=follow) as response:
            return await Page.of(response)

    async def ask(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        """What the chat's page asks."""
        async with self.session.post(path, json=body, headers={"Sec-Fetch-Site": "same-origin", **headers}) as response:
            return response.status, await response.json(content_type=None)

    async def messages(self) -> list[dict[str, Any]]:
        """The conversation, the newest sixty."""
        async with self.session.get("/chat/messages") as response:
            found: list[dict[str, Any]] = (await response.json())["messages"]
            return found

    def cookies(self) -> dict[str, str]:
        """What the browser would send."""
        jar = self.session.cookie_jar.filter_cookies(URL(self.demo.url))
        return {name: morsel.value for name, morsel in jar.items()}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> AsyncIterator[Attacked]:
    """`klopaan demo` on a free port, with a beheerder and an auditor among its staff. At the end it has printed nothing
    that was typed, and nothing went wrong in it."""
    folder = tmp_path_factory.mktemp("attacked")
    for found, wanted in (("data.db", "klopaan.db"), ("keys.db", "klopaan-keys.db")):
        shutil.copy(migrated_sqlite / found, folder / wanted)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", str(port), "--data", str(folder)),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    attacked, listening = Attacked(f"http://127.0.0.1:{port}", port, folder), asyncio.Event()

    async def hear() -> None:
        assert process.stdout is not None
        while line := (await process.stdout.readline()).decode("utf-8", "replace"):
            attacked.printed.append(line)
            if "Stop with" in line:
                listening.set()
        listening.set()

    hearing = asyncio.create_task(hear())
    try:
        await asyncio.wait_for(listening.wait(), 60)
        assert any("Stop with" in line for line in attacked.printed), attacked.printed
        for role, name in OTHERS:
            attacked.change(
                "INSERT INTO staff (username, name, role, created_at) VALUES (?, ?, ?, 0)", role, name, role
            )
        yield attacked
        async with aiohttp.ClientSession(attacked.url) as last, last.get("/healthz") as response:
            assert await response.text() == "ok\n", "after all that it still works"
    finally:
        await attacked.close()
        process.terminate()
        await process.wait()
        await hearing
    printed = "".join(attacked.printed)
    assert "Traceback" not in printed, printed[-4000:]
    assert not re.search(r"(?i)geheim-?7391", printed), printed[-4000:]
