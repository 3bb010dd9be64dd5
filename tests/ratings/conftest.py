"""A resident who signed up for themselves, and a caseworker."""

from __future__ import annotations

import pytest

from tests.support.rating import sign_up
from tests.support.town import Colleague, Resident, Town


@pytest.fixture
async def noor(town: Town) -> Colleague:
    """A caseworker."""
    return await town.colleague("Noor")


@pytest.fixture
async def sanne(town: Town) -> Resident:
    """Signed up a moment ago, at the menu."""
    return await sign_up(town)
