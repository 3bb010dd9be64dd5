"""Who came in the place of one who left is introduced by name, once; who has no e-mail address is no reason to wake
others."""

from __future__ import annotations

import pytest

from flows.aftercare import AnswerCheckIn
from tests.support.contact import agrees, alarms, answers, asked, details, does, writes
from tests.support.town import ZONE, Colleague, Resident, Town, local


async def test_who_is_well_hears_of_a_successor_once(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    await agrees(town, sanne, noor)
    await writes(town, noor, disabled_at=1, successor_id=bas.id)
    said = []
    for _ in range(2):
        number = await asked(town, sanne)
        await sanne.taps(f"!to:checkin.good:{number}")
        await sanne.taps("checkin.good:yes")
        said.append("werkt hier niet meer" in str(await sanne.taps("checkin.changes:none")))
        await sanne.taps("checkin.contact:no")
    assert said == [True, False]
    assert await details(town, sanne, "introduced") == [{"name": "Bas", "was": "Noor", "to": bas.id}]
    assert (await sanne.row()).assigned_to == bas.id


async def test_without_one_who_left_the_file_stays_whose_it_is(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    await agrees(town, sanne, noor)
    before = (await sanne.row()).assigned_to
    await answers(town, sanne, await asked(town, sanne), mood="good", contact="no")
    assert (await sanne.row()).assigned_to == before
    assert await details(town, sanne, "introduced") == []


@pytest.mark.parametrize("email", ["noor@waterdrecht.example", None])
async def test_at_night_only_who_they_know_is_written_to(
    town: Town, noor: Colleague, sanne: Resident, email: str | None
) -> None:
    await agrees(town, sanne, noor)
    await writes(town, noor, email=email)
    number = await asked(town, sanne)
    await town.move_to(town.clock.now().astimezone(ZONE).replace(hour=23))
    await answers(town, sanne, number, mood="awful")
    (row,) = await alarms(town, sanne)
    assert (local(row.next_at) == town.clock.now()) is (email is not None)


async def test_of_two_that_are_half_way_both_faces_are_brought(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    first, second = await asked(town, sanne), await asked(town, sanne)
    await does(town, sanne, AnswerCheckIn(first, "mood", "awful"), AnswerCheckIn(second, "mood", "bad"))
    await town.move_to(town.clock.now().astimezone(ZONE).replace(hour=16))
    assert [each["mood"] for each in await details(town, sanne, "check_in_red")] == ["awful", "bad"]
    assert len(await alarms(town, sanne)) == 1
