"""A provider that others wrote, as a process of its own: what we made of the standard holds there too."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientError, ClientSession
from yarl import URL

from bot.desk.oidc import provider as providers
from bot.desk.oidc.provider import remarks
from storage import tables
from tests.support.desk import Balie, Browser, open_balie
from tests.support.signing_in import is_in, to_provider, use_provider
from tests.support.town import Town

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

#: Seconds until a process that does not come up fails the test.
PATIENCE = 60
PEOPLE = (
    {"sub": "248289761001", "name": "Noor de Vries", "preferred_username": "noor", "groups": ["schuldhulp"]},
    {"sub": "248289761002", "name": "Samir Haddad", "groups": ["iedereen"]},
)


class Running:
    """One process on a port of its own, which starts with other keys each time."""

    def __init__(self) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port: int = found.getsockname()[1]
        self.issuer = f"http://localhost:{self.port}"
        self._process: Process | None = None

    async def start(self, *options: str) -> None:
        """Runs it until it answers."""
        people = [part for person in PEOPLE for part in ("--user-claims", json.dumps(person))]
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "oidc_provider_mock", "-p", str(self.port), "-n", "true"),
            *(*people, *options),
            stdout=DEVNULL,
            stderr=DEVNULL,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        async with asyncio.timeout(PATIENCE), ClientSession() as session:
            while True:
                try:
                    async with session.get(f"{self.issuer}/.well-known/openid-configuration"):
                        return
                except ClientError:
                    assert self._process.returncode is None
                    await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """Ends it."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    """The process."""
    made = Running()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def balie(town: Town, running: Running) -> AsyncIterator[Balie]:
    """A desk of which this is the provider."""
    use_provider(town, running.issuer)
    async with open_balie(town) as opened:
        yield opened


async def answers(address: URL | str, **form: str) -> str:
    """Fills in the provider's form; gives where it sends the browser back to, at our end."""
    async with ClientSession() as session, session.post(address, data=form, allow_redirects=False) as answer:
        assert answer.status in (302, 303), await answer.text()
        return str(URL(answer.headers["Location"]).relative())


async def signs_in(browser: Browser, sub: str) -> int:
    """All the way; gives what the desk answers."""
    return (await browser.get(await answers(await to_provider(browser), sub=sub))).status


async def test_who_is_in_a_group_comes_in_and_who_is_not_does_not(balie: Balie, running: Running) -> None:
    assert balie.house.config.oidc is not None
    assert await remarks(balie.house.config.oidc) == []
    noor, samir = await balie.browser(), await balie.browser()
    assert await signs_in(noor, "248289761001") == 303
    assert await is_in(noor)
    assert await signs_in(samir, "248289761002") == 403
    (account,) = await balie.town.rows(tables.staff)
    assert (account.username, account.name, account.role) == ("noor", "Noor de Vries", "caseworker")


async def test_a_no_is_told(balie: Balie, running: Running) -> None:
    browser = await balie.browser()
    assert (await browser.get(await answers(await to_provider(browser), action="deny"))).status == 403
    assert "ging niet door" in browser.page


async def test_it_starts_again_with_other_keys(balie: Balie, running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "BETWEEN", -1.0)
    assert await signs_in(await balie.browser(), "248289761001") == 303
    await running.stop()
    browser = await balie.browser()
    address = await to_provider(browser)  # what it said of itself is known still
    assert address.startswith(running.issuer)
    assert (await browser.get("/desk/oidc/callback?code=x&state=x")).status == 403
    await running.start()
    assert await signs_in(await balie.browser(), "248289761001") == 303


async def test_a_token_that_expired_long_ago_opens_nothing(balie: Balie, running: Running) -> None:
    await running.stop()
    await running.start("-e", "-600")
    browser = await balie.browser()
    assert await signs_in(browser, "248289761001") == 403
    assert not await is_in(browser)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"client_id": "another"}, id="a code for another client"),
        pytest.param({"nonce": "x" * 40}, id="a nonce of another sign-in"),
    ],
)
async def test_what_was_asked_for_someone_else_opens_nothing(
    balie: Balie, running: Running, changed: dict[str, str]
) -> None:
    browser = await balie.browser()
    address = URL(await to_provider(browser)).update_query(changed)
    assert (await browser.get(await answers(address, sub="248289761001"))).status == 403
    assert not await is_in(browser)


async def test_it_is_away(balie: Balie, running: Running) -> None:
    await running.stop()
    browser = await balie.browser()
    assert (await browser.get("/desk/oidc/start")).status == 503
    assert "er komt geen antwoord" in browser.page
