"""A caseworker, and someone who signed up."""

from __future__ import annotations

import pytest

from tests.support.ending import signs_up
from tests.support.town import Colleague, Resident, Town


@pytest.fixture
async def noor(town: Town) -> Colleague:
    """A caseworker."""
    return await town.colleague("Noor")


@pytest.fixture
async def sanne(town: Town) -> Resident:
    """Someone who signed up."""
    return await signs_up(await town.resident())
