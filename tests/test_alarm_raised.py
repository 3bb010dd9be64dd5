"""A sign of crisis raises an alarm; a denial takes it back, and only that one (rule 7)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot import takeover
from bot.clock import to_ms
from bot.talk import Staged, write
from flows.grammar import Category
from storage import tables
from tests.support.town import MONDAY, Resident, Town, local, origins


async def alarms(one: Resident, state: str = "raised") -> list[Category]:
    """What the alarms of a conversation in this state are about."""
    rows = await one.town.rows(tables.alarm, conversation_id=one.conversation_id, state=state)
    return [Category(one.town.house.vault.unseal_text(row.category_sealed, "alarm")) for row in rows]


@pytest.mark.parametrize(
    ("said", "category", "urgency"),
    [
        ("ik wil niet meer leven", Category.LIFE, 3),
        ("mijn man slaat mij", Category.VIOLENCE, 3),
        ("ik word uit huis gezet", Category.HOME, 2),
        ("ze sluiten vandaag de stroom af", Category.UTILITIES, 2),
        ("mijn zorgverzekering is opgezegd", Category.CARE, 2),
        ("ik heb niets te eten", Category.FOOD, 2),
    ],
)
async def test_a_crisis_raises_an_alarm(town: Town, said: str, category: Category, urgency: int) -> None:
    one = await town.resident()
    assert origins(await one.types(said)) == [f"crisis.{category}"]
    assert await alarms(one) == [category]
    (row,) = await town.rows(tables.alarm)
    assert (row.urgency, row.next_at) == (urgency, to_ms(MONDAY))
    assert (await one.row()).urgency == urgency


async def test_what_a_human_acts_on_is_no_new_alarm_while_they_hold_the_conversation(town: Town) -> None:
    """Talking about an eviction with who answers it woke the whole list of addresses at every message."""
    one, noor = await town.resident(), await town.colleague()
    await one.types("ik word uit huis gezet")
    await takeover.acknowledge(town.house, one.conversation_id, noor)
    await takeover.take_over(town.house, one.conversation_id, noor)
    await one.types("ze zetten ons morgen uit huis")
    assert await alarms(one) == []
    await one.types("ik wil niet meer leven")  # danger is always told
    assert await alarms(one) == [Category.LIFE]
    await one.types("de stroom wordt afgesloten")  # nobody knew of this
    assert await alarms(one) == [Category.LIFE, Category.UTILITIES]


async def test_what_a_human_acted_on_is_an_alarm_again_when_nobody_holds_the_conversation(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types("ik word uit huis gezet")
    await takeover.acknowledge(town.house, one.conversation_id, noor)
    await one.types("ze zetten ons morgen uit huis")
    assert await alarms(one) == [Category.HOME]


async def test_a_seizure_goes_to_the_urgent_queue_without_an_alarm(town: Town) -> None:
    one = await town.resident()
    assert origins(await one.types("er staat een deurwaarder voor de deur")) == ["crisis.seizure"]
    assert await town.rows(tables.alarm) == []
    row = await one.row()
    assert (row.queue, row.urgency) == ("waiting_us", 1)
    assert local(row.due_at) == MONDAY.replace(hour=17) + timedelta(days=2)  # no later than any other question


async def test_a_home_at_stake_is_due_the_next_working_day(town: Town) -> None:
    one = await town.resident()
    await one.types("ik word uit huis gezet")
    assert local((await one.row()).due_at) == MONDAY.replace(hour=17) + timedelta(days=1)
    promised = {row.kind: local(row.due_at) for row in await town.rows(tables.promise)}
    assert promised["crisis"] == MONDAY.replace(hour=17) + timedelta(days=1)


async def test_the_same_cry_again_is_not_one_more_alarm_to_escalate(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    for _ in range(3):
        await one.types("ik wil niet meer leven")
    assert await alarms(one) == [Category.LIFE]
    await takeover.acknowledge(town.house, one.conversation_id, noor)
    await one.types("ik wil niet meer leven")
    assert await alarms(one) == [Category.LIFE]
    assert await alarms(one, "acknowledged") == [Category.LIFE]


async def test_something_worse_is_an_alarm_of_its_own(town: Town) -> None:
    one = await town.resident()
    await one.types("ik word uit huis gezet")
    await one.types("ik wil niet meer leven")
    assert sorted(await alarms(one)) == [Category.HOME, Category.LIFE]


async def test_an_acknowledged_alarm_is_not_sent_again(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types("ik wil niet meer leven")
    await town.run_due()
    assert len(town.notifier.sent) == 1
    await takeover.acknowledge(town.house, one.conversation_id, noor)
    await town.move_to(MONDAY + timedelta(days=1))
    assert len(town.notifier.sent) == 1


async def test_a_false_alarm_goes_back_to_where_the_person_was(town: Town) -> None:
    one = await town.resident()
    await one.taps("!go:aanmelden")
    await one.types("ik wil niet meer leven")
    assert origins(await one.taps("crisis.life:not_it")) == ["aanmelden.for_whom"]
    assert await alarms(one) == []
    assert await alarms(one, "false_alarm") == [Category.LIFE]
    row = await one.row()
    assert (row.urgency, row.paused_at) == (0, None)
    await town.move_to(MONDAY + timedelta(days=1))
    assert not town.notifier.sent


async def test_a_denial_does_not_undo_that_a_human_acknowledged(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types("ik wil niet meer leven")
    (raised,) = await town.rows(tables.alarm)
    await takeover.acknowledge(town.house, one.conversation_id, noor)
    late = Staged(quiet_alarms=[(raised.id, to_ms(MONDAY + timedelta(hours=1)))])  # read before, written after
    async with town.house.db.begin() as conn:
        await write(conn, late, [])
    (row,) = await town.rows(tables.alarm)
    assert (row.state, row.acknowledged_by, row.acknowledged_at) == ("acknowledged", noor.id, to_ms(MONDAY))


async def test_denying_one_alarm_silences_no_other(town: Town) -> None:
    one = await town.resident()
    await one.types("ik wil niet meer leven")
    await one.types("ik word uit huis gezet")
    assert origins(await one.taps("crisis.home:not_it"))
    assert await alarms(one) == [Category.LIFE]
    row = await one.row()
    assert row.urgency == 3
    assert row.paused_at is not None


async def test_denying_one_danger_does_not_end_the_pause_for_another_that_a_human_acts_on(town: Town) -> None:
    one, noor = await town.resident(), await town.colleague()
    await one.types("mijn man slaat mij")
    await takeover.acknowledge(town.house, one.conversation_id, noor)
    await one.types("ik wil niet meer leven")
    await one.taps("crisis.life:not_it")
    assert (await one.row()).paused_at is not None


async def test_a_cry_and_its_denial_in_one_batch_leave_no_alarm(town: Town) -> None:
    one = await town.resident()
    await asyncio.gather(one.types("ik wil niet meer leven"), one.taps("crisis.life:not_it"))
    assert await alarms(one) == []
    assert await alarms(one, "false_alarm") == [Category.LIFE]


async def test_of_who_was_erased_it_goes_to_nobody_and_of_others_it_does(town: Town) -> None:
    """Nobody can open that file, and so nobody could ever end it."""
    gone, other = await town.resident(), await town.resident()
    for one in (gone, other):
        await one.types("ik word uit huis gezet")
    await town.run_due()
    assert len(town.notifier.sent) == 2
    town.notifier.sent.clear()
    (person,) = await town.rows(tables.person, id=(await gone.row()).person_id)
    await town.house.vault.destroy(person.key_id, 1)
    await town.move_to(MONDAY + timedelta(days=2))
    files = {notice.facts["file"] for notice in town.notifier.sent}
    assert files == {other.conversation_id}
    (row,) = await town.rows(tables.alarm, conversation_id=gone.conversation_id)
    assert (row.state, row.next_at, row.acknowledged_by) == ("erased", None, None)
