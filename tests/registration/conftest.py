"""A municipality with an Open Klant beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import OpenKlant
from tests.stores import StoreUrls
from tests.support.fake_openklant import ACTOR, TOKEN, FakeOpenKlant, open_fake
from tests.support.town import Town, open_town


@pytest.fixture
async def fake() -> AsyncIterator[FakeOpenKlant]:
    """The Open Klant."""
    async with open_fake() as made:
        yield made


@pytest.fixture
async def town(store_urls: StoreUrls, tmp_path: Path, fake: FakeOpenKlant) -> AsyncIterator[Town]:
    """A municipality that tells it what happens."""
    async with open_town(tmp_path, store_urls) as opened:
        told = OpenKlant(url=fake.url, token=TOKEN, actor=ACTOR)
        opened.house.config = replace(opened.house.config, openklant=told)
        yield opened
