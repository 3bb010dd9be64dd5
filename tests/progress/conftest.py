"""A caseworker, and someone who signed up."""

from __future__ import annotations

import pytest

from tests.support.town import Colleague, Resident, Town


async def signs_up(one: Resident) -> Resident:
    """The shortest sign-up that there is."""
    for data in ("!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough", "aanmelden.summary:yes"):
        await one.taps(data)
    await one.hears()
    return one


@pytest.fixture
async def noor(town: Town) -> Colleague:
    """A caseworker."""
    return await town.colleague("Noor")


@pytest.fixture
async def bas(town: Town) -> Colleague:
    """Another one."""
    return await town.colleague("Bas")


@pytest.fixture
async def sanne(town: Town) -> Resident:
    """Someone who signed up."""
    return await signs_up(await town.resident())
