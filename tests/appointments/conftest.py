"""Two caseworkers with office hours, and two residents who want to speak to them."""

from __future__ import annotations

import pytest

from tests.support.agenda import add_hours
from tests.support.town import Colleague, Resident, Town


@pytest.fixture
async def noor(town: Town) -> Colleague:
    """A caseworker with office hours."""
    one = await town.colleague("Noor")
    await add_hours(town, one, place="Stadskantoor")
    return one


@pytest.fixture
async def bas(town: Town, noor: Colleague) -> Colleague:
    """Another one, who came later."""
    one = await town.colleague("Bas")
    await add_hours(town, one)
    return one


@pytest.fixture
async def sanne(town: Town) -> Resident:
    """Someone at the menu."""
    return await town.resident()


@pytest.fixture
async def omar(town: Town) -> Resident:
    """Someone else."""
    return await town.resident()
