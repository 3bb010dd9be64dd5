"""A question below a message about an appointment can still be answered: the desk reads what was chosen there."""

from __future__ import annotations

import pytest

from bot.agenda import acts
from tests.support.agenda import at
from tests.support.town import Colleague, Resident, Town

#: Boxes to tick, and their buttons.
WORRIES = "aanmelden.worries"


@pytest.fixture
async def interrupted(town: Town, noor: Colleague, sanne: Resident) -> Resident:
    """Asked where her worries are, when the desk books an appointment."""
    for data in ("!go:aanmelden", "aanmelden.for_whom:self"):
        await sanne.taps(data)
    number = sanne.conversation_id
    await acts.book(town.house, number, noor, kind="office", at=at("11:00"), who=[noor.id], client_id="1")
    assert await sanne.screen() == "afspraak.told_booked"
    return sanne


async def said(one: Resident) -> str:
    """What is kept of what they said last."""
    return [message.content.text for message in await one.messages() if message.author == "resident"][-1]


async def test_a_button_that_is_tapped_there_is_kept_as_what_stood_on_it(interrupted: Resident) -> None:
    await interrupted.taps(f"{WORRIES}:rent")
    assert await interrupted.screen() == WORRIES
    assert await said(interrupted) == "Huur of hypotheek"


async def test_boxes_that_are_ticked_there_are_kept_as_what_stood_beside_them(interrupted: Resident) -> None:
    await interrupted.picks(WORRIES, "rent", "energy")
    assert await interrupted.screen() == "aanmelden.urgency"
    assert await said(interrupted) == "Huur of hypotheek, Energie of water"


async def test_of_a_question_from_before_that_nobody_knows_what_it_said(interrupted: Resident) -> None:
    await interrupted.taps("aanmelden.for_whom:self")
    assert await said(interrupted) == "(een knop van een eerdere vraag)"
    await interrupted.picks("aanmelden.for_whom", "self")
    assert await said(interrupted) == "–"
