from __future__ import annotations

import pytest

from tests.support.desk import Balie
from tests.support.two_teams import TwoTeams


@pytest.fixture
async def two(balie: Balie) -> TwoTeams:
    """Two teams."""
    return await TwoTeams(balie).made()
