"""A real `klopaan demo` and a real browser, one of each per process of the test run.

Everything here lives in one event loop: a test module says ``pytestmark = pytest.mark.asyncio(loop_scope="session")``.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Request, Route, async_playwright

#: Where *snel weg* goes in the demo. No test leaves this machine: the page is made up here.
NEUTRAL = "https://www.nu.nl/"

#: Options of ``new_page``.
WIDE: dict[str, Any] = {"viewport": {"width": 1360, "height": 850}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}}
#: The narrowest phone that people still have.
NARROWEST: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo. ``desk_link`` signs in once."""

    url: str
    desk_link: str


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    """`klopaan demo`, started when first asked for and stopped at the end."""
    async with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own_demo(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> AsyncIterator[Demo]:
    """Another one, for a module that signs in, moves the clock, or counts what stands there: ``demo = own_demo``. It
    finds its databases, which it would take a second to make."""
    async with running_demo(_with_databases(tmp_path_factory, migrated_sqlite)) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def coordinators_demo(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> AsyncIterator[Demo]:
    """The same, and one signs in as a coordinator, who looks after texts: ``demo = coordinators_demo``."""
    folder = _with_databases(tmp_path_factory, migrated_sqlite)
    async with running_demo(folder) as running:
        with closing(sqlite3.connect(folder / "klopaan.db", timeout=30)) as database:
            database.execute("UPDATE staff SET role = 'coordinator'")
            database.commit()
        yield running


def _with_databases(factory: pytest.TempPathFactory, made: Path) -> Path:
    folder = factory.mktemp("own")
    for found, wanted in (("data.db", "klopaan.db"), ("keys.db", "klopaan-keys.db")):
        shutil.copy(made / found, folder / wanted)
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def signed_in(chromium: Browser, demo: Demo) -> AsyncIterator[Any]:
    """The cookies of a caseworker. The link works once, so the module that asks for this has its own demo."""
    context = await chromium.new_context(base_url=demo.url)
    page = await context.new_page()
    await page.goto(demo.desk_link)
    assert await violations(page) == []
    await page.get_by_role("button", name="Inloggen").click()
    await page.wait_for_url("**/desk")
    yield await context.storage_state()
    await context.close()


@asynccontextmanager
async def running_demo(folder: Path) -> AsyncIterator[Demo]:
    """`klopaan demo` on a free port, with its data in ``folder``."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", str(port), "--data", str(folder)),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Demo(f"http://localhost:{port}", await _desk_link(process))
    finally:
        process.terminate()
        await process.wait()


async def _desk_link(process: asyncio.subprocess.Process) -> str:
    """Waits for the welcome text, which is printed when the demo listens."""
    assert process.stdout is not None
    while line := (await asyncio.wait_for(process.stdout.readline(), 60)).decode():
        if found := re.search(r"Desk +(\S+)", line):
            return found[1]
    raise AssertionError("the demo did not start")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The browser; every test has profiles of its own in it."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "the browser tests need Chromium: scripts/browser finds or installs it"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        await browser.close()


NewPage = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def new_page(chromium: Browser, demo: Demo) -> AsyncIterator[NewPage]:
    """Opens a page in a new profile, on a phone unless the options say otherwise (those of ``new_context``).

    At the end of the test: no script failed, nothing broke the content security policy, nothing was asked of others.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    async def open_page(**options: Any) -> Page:
        options = {"viewport": {"width": 390, "height": 780}, "locale": "nl-NL", "reduced_motion": "reduce"} | options
        context = await chromium.new_context(base_url=demo.url, **options)
        contexts.append(context)
        await context.route(f"{NEUTRAL}**", _made_up)
        context.on("request", lambda request: wrong.extend(_elsewhere(request, demo.url)))
        context.on("weberror", lambda failed: wrong.append(str(failed.error)))
        context.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        return await context.new_page()

    yield open_page
    for context in contexts:
        await context.close()
    assert wrong == []


async def _made_up(route: Route) -> None:
    await route.fulfill(content_type="text/html", body="<title>Nieuws</title><p>Nieuws")


def _elsewhere(request: Request, home: str) -> list[str]:
    """The address, when something was asked of anyone but us."""
    ours = request.url.startswith((f"{home}/", "data:", "blob:", NEUTRAL))
    return [] if ours else [request.url]


async def no_wider_than_the_screen(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is now, once its style is there."""
    await page.wait_for_load_state("load")
    found = await Axe().run(page)
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
