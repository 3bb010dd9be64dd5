"""Browsers on their way to a provider and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aiohttp import ClientResponse, ClientSession
from yarl import URL

from bot.config.oidc import Oidc
from tests.support.desk import Browser
from tests.support.fake_provider import CLIENT, SECRET
from tests.support.town import Town

ROLES = (("teamleiders", "coordinator"), ("schuldhulp", "caseworker"), ("beheer", "beheerder"))


def use_provider(town: Town, issuer: str, **changed: Any) -> None:
    """This municipality has a provider of its own."""
    values: dict[str, Any] = {"issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "roles": ROLES}
    town.house.config = replace(town.house.config, oidc=Oidc(**(values | changed)))


async def to_provider(browser: Browser, path: str = "/desk/oidc/start") -> str:
    """Goes there; gives the address at the provider."""
    sent = await browser.get(path)
    assert sent.status == 303, browser.page
    return sent.headers["Location"]


async def at_provider(address: str) -> str:
    """Signs in there at once; gives where it sends the browser back to, at our end."""
    async with ClientSession() as session, session.get(address, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()
        return str(URL(answer.headers["Location"]).relative())


async def signs_in(browser: Browser, path: str = "/desk/oidc/start") -> ClientResponse:
    """All the way; gives what the desk answers in the end."""
    return await browser.get(await at_provider(await to_provider(browser, path)))


async def is_in(browser: Browser) -> bool:
    """Whether the desk is open."""
    return (await browser.get("/desk/me")).status == 200
