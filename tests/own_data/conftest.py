"""The own pages of a town."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.own_data.visiting import Pages, open_pages
from tests.support.town import Town


@pytest.fixture
async def pages(town: Town) -> AsyncIterator[Pages]:
    """Listening, with browsers."""
    async with open_pages(town) as opened:
        yield opened
