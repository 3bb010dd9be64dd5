"""A red answer after another one: it makes what waits more urgent, or sends it anew, and is told once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot import takeover
from bot.clock import to_ms
from bot.notify import recipients_of
from flows.aftercare import AskContact
from flows.grammar import Urgency
from storage import tables
from tests.support.contact import agrees, alarms, answers, asked, days, details, does, kept, notices, writes
from tests.support.town import ZONE, Colleague, Resident, Town

NOOR, DUTY = "noor@waterdrecht.example", "piket@waterdrecht.example"
HOUR = 1 / 20  # more than an hour, in days
WANTS = AskContact("wil praten")


@pytest.fixture
async def number(town: Town, noor: Colleague, sanne: Resident) -> int:
    """A check-in that was just asked, of someone whom Noor helps."""
    await writes(town, noor, email=NOOR)
    await agrees(town, sanne, noor)
    return await asked(town, sanne)


def mailed(town: Town) -> list[tuple[list[str], Urgency]]:
    """Who were mailed, and how urgent it was said to be."""
    crisis = town.house.config.crisis
    return [(recipients_of(each, crisis), each.urgency) for each in notices(town)]


async def test_who_asked_to_talk_and_then_is_not_well_is_not_left_waiting(
    town: Town, sanne: Resident, number: int
) -> None:
    await does(town, sanne, WANTS)
    await town.run_due()
    assert mailed(town) == [([NOOR], Urgency.NORMAL)]
    await answers(town, sanne, number, mood="awful")
    await town.run_due()
    assert mailed(town)[1:] == [([NOOR, DUTY], Urgency.URGENT)]
    (row,) = await alarms(town, sanne)
    assert (row.urgency, row.state) == (Urgency.URGENT, "raised")
    await town.run_due()
    await does(town, sanne, WANTS)
    await town.run_due()
    assert len(notices(town)) == 2, "who asks once more adds nothing"
    assert (await alarms(town, sanne))[0].urgency == Urgency.URGENT


async def test_before_the_first_was_mailed_one_mail_says_how_urgent_it_is(
    town: Town, sanne: Resident, number: int
) -> None:
    await does(town, sanne, WANTS)
    await answers(town, sanne, number, mood="awful")
    await town.run_due()
    assert mailed(town) == [([NOOR], Urgency.URGENT)]


async def test_another_red_check_in_is_sent_anew_at_once(town: Town, sanne: Resident, number: int) -> None:
    await answers(town, sanne, number, mood="bad")
    await town.run_due()
    following = await asked(town, sanne)
    await town.run_due()
    async with town.house.db.begin() as conn:  # its next round is hours off, and it is under way just now
        later = to_ms(town.clock.now() + timedelta(hours=5))
        await conn.execute(tables.alarm.update().values(next_at=later, claimed_until=later))
    before = len(notices(town))
    await answers(town, sanne, following, mood="awful")
    await town.run_due()
    assert len(notices(town)) == before + 1
    assert len(await alarms(town, sanne)) == 1
    assert [each["mood"] for each in await details(town, sanne, "check_in_red")] == ["bad", "awful"]
    await days(town, HOUR / 2)
    assert len(notices(town)) == before + 1, "and no more than once"


async def test_what_goes_to_all_waits_for_the_morning(town: Town, sanne: Resident, number: int) -> None:
    await answers(town, sanne, number, ends=False, mood="bad")
    await days(town, HOUR)
    await town.move_to(datetime(2026, 11, 30, 23, tzinfo=ZONE))
    before = len(notices(town))
    await answers(town, sanne, number, mood="awful")
    await town.run_due()
    assert len(notices(town)) == before
    (row,) = await alarms(town, sanne)
    assert row.level > 0
    assert row.next_at == to_ms(datetime(2026, 12, 1, 9, tzinfo=ZONE))


@pytest.mark.parametrize("taken_up", [False, True])
async def test_a_worse_face_of_the_same_check_in_is_told_too(
    town: Town, noor: Colleague, sanne: Resident, number: int, taken_up: bool
) -> None:
    await answers(town, sanne, number, ends=False, mood="bad")
    await days(town, HOUR)
    if taken_up:
        await takeover.acknowledge(town.house, sanne.conversation_id, noor)
    before = len(notices(town))
    await answers(town, sanne, number, ends=False, mood="awful", balance="no")
    assert len(await details(town, sanne, "check_in_red")) == 1, "not before they are done with it"
    await days(town, HOUR)
    assert [each["mood"] for each in await details(town, sanne, "check_in_red")] == ["bad", "awful"]
    assert [row.state for row in await alarms(town, sanne)] == ["acknowledged", "raised"] if taken_up else ["raised"]
    assert len(notices(town)) > before
    told = len(await details(town, sanne, "check_in_red"))
    await answers(town, sanne, number, mood="bad", balance="just")
    assert len(await details(town, sanne, "check_in_red")) == told, "better is nothing to ring for"


async def test_who_wants_contact_after_all_is_heard(town: Town, sanne: Resident, number: int) -> None:
    await answers(town, sanne, number, ends=False, mood="bad", contact="no")
    await days(town, HOUR)
    assert await alarms(town, sanne) == []
    await answers(town, sanne, number, contact="yes")
    assert len(await alarms(town, sanne)) == 1
    assert [each["quiet"] for each in await details(town, sanne, "check_in_red")] == [True, False]
    assert (await kept(town, sanne)).asked_for is not None
