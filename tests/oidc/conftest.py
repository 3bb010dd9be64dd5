"""A desk whose staff sign in at a provider of our own making."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.desk import Balie, open_balie
from tests.support.fake_provider import FakeProvider
from tests.support.signing_in import use_provider
from tests.support.town import Town


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    """The provider."""
    made = FakeProvider()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def balie(town: Town, provider: FakeProvider) -> AsyncIterator[Balie]:
    """The desk."""
    use_provider(town, provider.issuer)
    async with open_balie(town) as opened:
        yield opened
