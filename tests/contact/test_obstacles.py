"""What stands in the way of a check-in: a human's hold, the weekly cap, no way to the person, a bug; each contact
happens once, or has its reason."""

from __future__ import annotations

from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import update

from bot import falling, takeover
from bot.clock import to_ms
from bot.contact import falling as contact_falling
from bot.contact import rhythm, scheduling
from bot.pings import Pings
from bot.privacy.vault import NotPrepared
from flows.aftercare import Means, Part, PausePlan, PlanKind, Rhythm
from flows.grammar import Case, OptIn, OptOut, Screen
from storage import tables
from tests.support.contact import (
    MONTHLY,
    agrees,
    answers,
    asked,
    contacts,
    days,
    details,
    does,
    due,
    heard,
    in_phase,
    kept,
    last,
    standing,
    waiting,
    wanted,
)
from tests.support.town import MONDAY, Colleague, Resident, Town, local, screen_replaced


async def holding(town: Town, one: Resident, staff: Colleague, length: timedelta) -> None:
    """A human holds the conversation for so long."""
    await takeover.take_over(town.house, one.conversation_id, staff)
    async with town.house.db.begin() as conn:
        until = to_ms(town.clock.now() + length)
        await conn.execute(update(tables.conversation).values(hold_until=until))
        await conn.execute(update(tables.ping).where(tables.ping.c.kind == "hold.lapses").values(due_at=until))


async def blocks(town: Town, one: Resident, at: int | None) -> None:
    """Nothing reaches them any more, or does again."""
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.address).values(blocked_at=at))


async def test_a_hold_puts_it_off_to_their_own_part_of_the_day(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor, wanted(part=Part.EVENING))
    at = await due(town, sanne)
    await town.move_to(at - timedelta(hours=3))
    await holding(town, sanne, noor, timedelta(hours=14))
    await town.move_to(at + timedelta(hours=1))
    assert await contacts(town, sanne) == [("planned", None)]
    later = (await waiting(town, sanne))["checkin.ask"]
    assert later == rhythm.moment(town.house.calendar, later.date(), Part.EVENING, sanne.conversation_id)
    assert later.date() == at.date() + timedelta(days=1)
    await town.move_to(later - timedelta(minutes=1))
    assert "checkin.mood" not in await heard(sanne)
    await town.move_to(later)
    assert await heard(sanne) == ["checkin.mood"]


async def test_put_off_past_the_next_one_it_is_replaced(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    at = await due(town, sanne)
    await town.move_to(at - timedelta(hours=1))
    await holding(town, sanne, noor, timedelta(days=9))
    await town.move_to(at + timedelta(days=8))
    assert await contacts(town, sanne) == [("dropped", "replaced"), ("planned", None)]
    await days(town, 2)
    assert await contacts(town, sanne) == [("dropped", "replaced"), ("asked", None), ("planned", None)]


async def test_the_weekly_cap_holds_over_all(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    at = await due(town, sanne)
    await town.move_to(at - timedelta(hours=1))
    ours = [one for one in await sanne.messages() if one.author == "bot"][:3]
    async with town.house.db.begin() as conn:
        for n, one in enumerate(ours):
            sent = update(tables.outbox).where(tables.outbox.c.message_id == one.id)
            await conn.execute(sent.values(planned=1, kind="welkom.nudge"))
            said = update(tables.message).where(tables.message.c.id == one.id)
            await conn.execute(said.values(created_at=to_ms(town.clock.now()) - n))
    await town.move_to(at)
    assert await contacts(town, sanne) == [("planned", None)]
    assert (await waiting(town, sanne))["checkin.ask"].date() == at.date() + timedelta(days=1)
    await days(town, 7)
    assert await contacts(town, sanne) == [("dropped", "replaced"), ("asked", None), ("planned", None)]


async def test_without_a_way_to_them_a_human_is_asked_once(town: Town, noor: Colleague, sanne: Resident) -> None:
    await does(town, sanne, MONTHLY)
    await blocks(town, sanne, 1)
    for _ in range(3):
        await town.move_to(await due(town, sanne))
    assert await contacts(town, sanne) == [*[("dropped", "no_address")] * 3, ("planned", None)]
    assert len(await details(town, sanne, "check_in_unreached")) == 1
    assert (await sanne.row()).assigned_to == noor.id
    await blocks(town, sanne, None)
    await asked(town, sanne)
    assert (await contacts(town, sanne))[-2:] == [("asked", None), ("planned", None)]
    await days(town, 8)
    await blocks(town, sanne, 1)
    await town.move_to(await due(town, sanne))
    assert len(await details(town, sanne, "check_in_unreached")) == 2, "it is new that they cannot be reached"


async def test_who_cannot_be_asked_again_is_given_up_on_all_the_same(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await does(town, sanne, MONTHLY)
    await asked(town, sanne)
    await blocks(town, sanne, 1)
    await days(town, 8)
    one = await last(town, sanne)
    assert (one.state, one.again_at) == ("silent", None)
    assert len(await details(town, sanne, "check_in_silent")) == 1


async def test_what_can_only_be_asked_again_much_later_is_not(town: Town, noor: Colleague, sanne: Resident) -> None:
    await does(town, sanne, MONTHLY)
    await asked(town, sanne)
    again = (await waiting(town, sanne))["checkin.again"]
    await days(town, 1)
    at = local((await last(town, sanne)).asked_at)
    assert at is not None
    until = at + rhythm.AGAIN_UNTIL + timedelta(hours=1)
    await holding(town, sanne, noor, until - town.clock.now())
    await town.move_to(again)
    (row,) = await town.rows(tables.ping, conversation_id=sanne.conversation_id, kind="checkin.again")
    assert (row.state, row.reason) == ("dropped", "too_late")
    await days(town, 7)
    assert await town.rows(tables.outbox, kind="checkin.again") == []
    assert (await last(town, sanne)).state == "silent"


async def test_a_pause_that_is_over_wakes_nobody_who_said_stop(town: Town, noor: Colleague, sanne: Resident) -> None:
    number = await agrees(town, sanne, noor)
    await does(town, sanne, PausePlan(number, MONDAY.date() + timedelta(days=14)), OptOut())
    await days(town, 16)
    plan = await standing(town, sanne)
    assert (plan.state, plan.reason, plan.paused_until) == ("paused", "opted_out", None)
    assert await contacts(town, sanne) == [("dropped", "paused_by_person")]
    await does(town, sanne, OptIn())
    assert (await standing(town, sanne)).state == "active"


async def test_one_that_was_not_answered_makes_room_for_the_next(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    await asked(town, sanne)
    async with town.house.db.begin() as conn:  # a hold for a week, and nothing of it could go
        mine = tables.ping.c.kind.in_(["checkin.again", "care.silent"])
        await conn.execute(update(tables.ping).where(mine).values(due_at=tables.ping.c.due_at + 6 * 24 * 3600 * 1000))
    await asked(town, sanne)
    assert await contacts(town, sanne) == [("silent", None), ("asked", None), ("planned", None)]
    await days(town, 7.5)
    assert [state for state, _ in await contacts(town, sanne)] == ["silent", "silent", "asked", "planned"]
    assert len(await details(town, sanne, "check_in_silent")) == 1


def broken(
    monkeypatch: pytest.MonkeyPatch, where: ModuleType, name: str, often: int, error: type[Exception] = RuntimeError
) -> None:
    """This function fails so often."""
    own, left = getattr(where, name), [error()] * often

    async def fails(*given: Any, **named: Any) -> Any:
        if left:
            raise left.pop()
        return await own(*given, **named)

    monkeypatch.setattr(where, name, fails)


async def test_a_bug_in_asking_has_its_reason_and_the_next_one_comes(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await agrees(town, sanne, noor)

    def broken(case: Case) -> Screen:
        raise ZeroDivisionError

    with screen_replaced("checkin", "mood", broken):
        await asked(town, sanne)
    assert await contacts(town, sanne) == [("dropped", "failed"), ("planned", None)]
    assert "failed_step" in await sanne.events()
    await heard(sanne)
    await asked(town, sanne)
    assert await heard(sanne) == ["checkin.mood"]
    assert await contacts(town, sanne) == [("dropped", "failed"), ("asked", None), ("planned", None)]


@pytest.mark.parametrize("often", [1, 100])
async def test_a_bug_in_a_call_that_is_due_stops_no_rhythm(
    town: Town, noor: Colleague, sanne: Resident, monkeypatch: pytest.MonkeyPatch, often: int
) -> None:
    """What it wrote before it broke is undone; one that passes is as if it had not been."""
    await agrees(town, sanne, noor, wanted(means=Means.PHONE))
    broken(monkeypatch, contact_falling, "give", often)
    await town.move_to((await waiting(town, sanne))["care.human"])
    first = ("asked", None) if often == 1 else ("dropped", "failed")
    assert await contacts(town, sanne) == [first, ("planned", None)]
    assert "care.human" in await waiting(town, sanne)
    assert ("failed_step" in await sanne.events()) is (often > 1)
    assert (await sanne.row()).queue == "waiting_us"


async def test_a_bug_at_the_end_of_a_pause_that_passes_leaves_nothing_half_done(
    town: Town, noor: Colleague, sanne: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agrees(town, sanne, noor)
    await does(town, sanne, PausePlan((await standing(town, sanne)).id, date(2026, 12, 20)))
    broken(monkeypatch, scheduling, "plan_next", 1)
    await town.move_to((await waiting(town, sanne))["care.resume"])
    assert (await standing(town, sanne)).state == "active"
    assert "checkin.ask" in await waiting(town, sanne)


async def test_a_process_that_stood_still_in_the_middle_begins_again(
    town: Town, noor: Colleague, sanne: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agrees(town, sanne, noor)
    broken(monkeypatch, falling, "fall", 1, NotPrepared)
    await asked(town, sanne)
    assert await contacts(town, sanne) == [("asked", None), ("planned", None)]
    assert "failed_step" not in await sanne.events()


async def test_the_same_one_falls_due_twice_and_is_asked_once(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    town.clock.to(await due(town, sanne))
    others = [Pings(town.house) for _ in range(3)]
    for each in (*others, town.pings):
        await each.run_due()
    assert await heard(sanne) == ["checkin.mood"]
    assert await contacts(town, sanne) == [("asked", None), ("planned", None)]


async def test_put_off_past_the_end_of_its_plan_it_is_too_late(town: Town, noor: Colleague, sanne: Resident) -> None:
    await in_phase(town, sanne, "volgen")
    await agrees(town, sanne, noor, wanted(PlanKind.FOLLOW, Rhythm.TWO_MONTHS, None))
    for _ in range(2):
        await answers(town, sanne, await asked(town, sanne), mood="good")
    at = await due(town, sanne)
    await town.move_to(at - timedelta(hours=1))
    await holding(town, sanne, noor, timedelta(days=3))
    await days(town, 1)
    assert (await contacts(town, sanne))[-1] == ("dropped", "too_late")
    await days(town, 2)
    assert [(one.state, one.reason) for one in (await kept(town, sanne)).plans] == [("ended", "over")]


@pytest.mark.parametrize("paused", [True, False])
async def test_danger_pauses_all_of_it(town: Town, noor: Colleague, sanne: Resident, paused: bool) -> None:
    await agrees(town, sanne, noor)
    if paused:
        await sanne.types("ik wil niet meer leven")
        await heard(sanne)
    await town.move_to(await due(town, sanne) + timedelta(days=1))
    assert (await heard(sanne) == []) is paused
    assert local((await sanne.row()).paused_at) is None or paused
