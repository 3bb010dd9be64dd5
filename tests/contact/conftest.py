"""Someone who signed up, and the caseworker who helps them."""

from __future__ import annotations

import pytest

from bot import takeover
from tests.support.contact import client_id, ratings_apart
from tests.support.ending import signs_up
from tests.support.town import Colleague, Resident, Town


@pytest.fixture
async def noor(town: Town) -> Colleague:
    """Who helps them."""
    return await town.colleague("Noor")


@pytest.fixture
async def bas(town: Town, noor: Colleague) -> Colleague:
    """Another one, who came later."""
    return await town.colleague("Bas")


@pytest.fixture
async def sanne(town: Town, noor: Colleague) -> Resident:
    """Someone who signed up, and whom Noor called since."""
    one = await signs_up(await town.resident())
    seq = (await one.messages())[-1].seq
    await takeover.spoke(
        town.house, one.conversation_id, noor, "telefoon", seen_seq=seq, client_id=client_id(), first_talk=True
    )
    await ratings_apart(town)
    return one
