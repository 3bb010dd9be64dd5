"""Whom to tell of a hole, where machines and people look for it (RFC 9116)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.config.reading import Wrong
from bot.config.sections import Web
from bot.server import make_app
from tests.support.town import Town


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_it_tells_who_may_be_told(town: Town) -> None:
    async with TestClient(TestServer(make_app(town.house, role="web", notifier=town.notifier))) as client:
        assert (await client.get("/.well-known/security.txt")).status == 404
        contact = "mailto:beveiliging@waterveen.example"
        web_ = replace(town.house.config.web, security_contact=contact, public_url="https://hulp.example")
        town.house.config = replace(town.house.config, web=web_)
        response = await client.get("/.well-known/security.txt")
        assert (response.status, response.content_type) == (200, "text/plain")
        told = dict(line.split(": ", 1) for line in (await response.text()).splitlines())
    assert told["Contact"] == contact
    assert told["Canonical"] == "https://hulp.example/.well-known/security.txt"
    until = datetime.strptime(told["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=90) < until - datetime.now(UTC) < timedelta(days=365), "less than a year"


@pytest.mark.parametrize(
    ("contact", "is_one"),
    [
        ("mailto:beveiliging@waterveen.example", True),
        ("https://waterveen.example/melden", True),
        ("beveiliging@waterveen.example", False),
        ("http://waterveen.example", False),
        ("mailto:a@b.example\nPolicy: https://evil.example", False),
        ("https://waterveen.example/a\r\nX: y", False),
    ],
)
def test_it_is_one_line(contact: str, is_one: bool) -> None:
    read = Web.__dataclass_fields__["security_contact"].metadata["read"]
    if is_one:
        assert read(contact) == contact
    else:
        with pytest.raises(Wrong):
            read(contact)
