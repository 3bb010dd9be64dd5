"""What the tests of all channels share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stores import StoreUrls
from tests.support.channels import WAYS, Line, open_line


@pytest.fixture(params=WAYS)
async def line(request: pytest.FixtureRequest, store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Line]:
    """Each channel; at the end the platform must have had nothing to object to."""
    async with open_line(WAYS[request.param], tmp_path, store_urls) as opened:
        yield opened
        assert opened.fake.violations == []
