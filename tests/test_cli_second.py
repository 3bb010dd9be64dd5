"""The command line helps whoever lost the second step, and joins an account with somebody at the provider."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.config import SECRET as SECRET_NAME
from storage import tables
from tests.stores import StoreUrls
from tests.support.desk import Balie, open_balie
from tests.support.fake_provider import FakeProvider
from tests.support.second import enrol
from tests.support.signing_in import is_in, signs_in, use_provider
from tests.support.town import SECRET, Town, write_config

OIDC = """
[oidc]
issuer = "{issuer}"
client_id = "klopaan"
client_secret = "geheim: van ons"
roles = {{ schuldhulp = "caseworker" }}
"""

User = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def user(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> User:
    """``klopaan user``; gives its status and what it said."""
    monkeypatch.setenv(SECRET_NAME, SECRET)

    async def call(*arguments: str) -> tuple[int, str]:
        command = ("user", *arguments, "--config", str(tmp_path / "gemeente.toml"))
        status = await asyncio.to_thread(main, command)
        said = capsys.readouterr()
        return status, said.out + said.err

    return call


async def test_who_lost_the_second_step_begins_anew(balie: Balie, user: User) -> None:
    noor = await balie.add_staff("noor", "Noor")
    browser = await balie.browser(noor)
    await enrol(browser)
    status, said = await user("reset-second", "noor")
    assert (status, "every session ended" in said) == (0, True)
    assert not await is_in(browser)
    assert await balie.town.rows(tables.recovery_code) == []
    assert await is_in(await balie.browser(noor)), "nothing is asked: it is optional here"
    assert (await user("reset-second", "niemand"))[0] == 1


async def test_an_account_is_joined_with_who_it_is_at_the_provider(
    town: Town, tmp_path: Path, store_urls: StoreUrls, user: User
) -> None:
    provider = FakeProvider()
    await provider.start()
    write_config(tmp_path, store_urls, extra=OIDC.format(issuer=provider.issuer))
    use_provider(town, provider.issuer)
    async with open_balie(town) as balie:
        noor, samir = await balie.add_staff("noor", "Noor"), await balie.add_staff("samir", "Samir")
        browser = await balie.browser(noor)
        assert (await user("subject", "noor", "--subject", "p-1"))[0] == 0
        assert not await is_in(browser), "whoever was signed in shows who they are again"
        status, said = await user("subject", "samir", "--subject", "p-1")
        assert (status, "Another account" in said) == (1, True)
        assert (await signs_in(browser)).status == 303
        assert await is_in(browser)
        assert (await user("subject", "noor"))[0] == 0
        assert not await is_in(browser)
        assert [one.id for one in await town.rows(tables.staff)] == [noor.id, samir.id]
    await provider.stop()


async def test_without_a_provider_nobody_is_joined(balie: Balie, user: User) -> None:
    await balie.add_staff("noor", "Noor")
    status, said = await user("subject", "noor", "--subject", "p-1")
    assert (status, "there is no [oidc]" in said) == (1, True)
