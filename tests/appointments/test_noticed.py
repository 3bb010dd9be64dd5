"""Small things that a resident or a caseworker notices at once when they are wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import takeover
from bot.agenda import acts
from bot.clock import to_ms
from flows.agenda import Book, Kind, Move
from storage import tables
from tests.support.agenda import (
    TUESDAY,
    WEDNESDAY,
    add_hours,
    at,
    booked,
    check,
    details,
    does,
    free,
    known,
    meetings,
    rows,
    set_length,
    slot_at,
    times,
)
from tests.support.town import MONDAY, Colleague, Resident, Town
from tests.test_deadlines import running, signs_up

# ---- how many ------------------------------------------------------------------------------------------------------


async def test_what_the_desk_made_and_cancelled_is_not_counted_against_the_resident(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    house, number = town.house, sanne.conversation_id
    for n in range(12):
        await acts.book(
            house, number, noor, kind="phone", at=at(f"{9 + n % 8:02}:00"), who=[noor.id], client_id=f"b{n}"
        )
        (one,) = (await known(sanne)).standing
        await acts.cancel(house, number, noor, one.id, client_id=f"c{n}")
    assert await does(sanne, Book(Kind.OFFICE, slot_at(at("11:00"), noor))) is None


async def test_what_is_on_offer_is_neither_counted_nor_in_the_way(town: Town, noor: Colleague, sanne: Resident) -> None:
    moments = [(at(clock), [noor.id]) for clock in ("10:00", "13:00", "15:00")]
    await acts.propose(town.house, sanne.conversation_id, noor, kind="office", moments=moments, client_id="p")
    assert {"10:00", "13:00", "15:00"} <= set(await times(sanne))
    assert await does(sanne, Book(Kind.OFFICE, slot_at(at("10:00"), noor))) is None
    await check(town)


# ---- which moments -------------------------------------------------------------------------------------------------


async def test_right_before_and_right_after_the_own_appointment_is_offered(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await booked(sanne, at("11:00"), noor)
    offered = await times(sanne)
    assert {"10:00", "12:00"} <= set(offered)
    assert not {"10:30", "11:00", "11:30"} & set(offered)


async def test_who_it_is_with_comes_first_when_it_is_moved(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    one = await booked(sanne, at("11:00"), bas)
    found = await free(sanne, moving=one.id)
    assert found.contact_name == "Bas"
    assert {slot.name for slot in found.slots} == {"Bas"}


async def test_with_whom_there_is_least_to_do_is_of_that_day(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident, omar: Resident
) -> None:
    for clock in ("09:00", "10:00"):
        await booked(omar, at(clock), noor)
    await booked(omar, at("09:00", WEDNESDAY), bas)
    found = [slot for slot in (await free(sanne)).slots if slot.at.hour >= 12]
    assert {slot.name for slot in found if slot.at.date() == TUESDAY} == {"Bas"}
    assert {slot.name for slot in found if slot.at.date() == WEDNESDAY} == {"Noor"}


# ---- moved ---------------------------------------------------------------------------------------------------------


async def test_moved_to_another_colleague_it_is_where_and_as_far_as_that_one_says(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    eva = await town.colleague("Eva")
    await add_hours(town, eva, place="Buurthuis")
    await set_length(town, Kind.HOME, 60, 60, eva)
    office, home = await booked(sanne, at("11:00"), noor), await booked(sanne, at("14:00"), noor, Kind.HOME)
    assert await does(sanne, Move(office.id, slot_at(at("11:00", WEDNESDAY), eva))) is None
    assert await does(sanne, Move(home.id, slot_at(at("14:00", WEDNESDAY), eva))) is None
    await check(town)
    assert [(one.names, one.place) for one in (await known(sanne)).standing] == [
        (("Eva",), "Buurthuis"),
        (("Eva",), ""),
    ]
    assert (await details(town, home.id))["travel"] == 60


async def test_moved_to_who_names_no_place_it_stays_where_it_was(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    one = await booked(sanne, at("11:00"), noor)
    visit = await booked(sanne, at("14:00"), noor, Kind.HOME, place="Dorpsstraat 12")
    assert await does(sanne, Move(one.id, slot_at(at("11:00", WEDNESDAY), bas))) is None
    assert await does(sanne, Move(visit.id, slot_at(at("14:00", WEDNESDAY), bas))) is None
    assert [each.place for each in (await known(sanne)).standing] == ["Stadskantoor", "Dorpsstraat 12"]


# ---- what is told of hours and ways --------------------------------------------------------------------------------


async def test_open_hours_are_told_a_fortnight_ahead_and_each_once(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    for who in (noor, bas, None):
        await add_hours(town, who, kinds="inloop", starts=540, ends=660, weekdays=[3], place="Buurthuis")
    told = [one.at for one in (await meetings(sanne)).walk_in]
    assert told == [at("09:00", TUESDAY + timedelta(days=days)) for days in (2, 9)]


@pytest.mark.parametrize("column", ["blocked_at", "left_at"])
async def test_an_app_that_was_blocked_or_left_is_no_way_to_be_reached(
    town: Town, noor: Colleague, column: str
) -> None:
    one = await town.resident("telegram")
    assert (await meetings(one)).reached
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.address).values({column: to_ms(MONDAY)}))
    assert not (await meetings(one)).reached


# ---- how it went ---------------------------------------------------------------------------------------------------


async def test_a_talk_is_of_when_it_was_held_not_of_when_that_is_noted(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await signs_up(sanne)
    one = await booked(sanne, at("11:00"), noor)
    town.clock.to(at("09:00", WEDNESDAY + timedelta(days=5)))
    await acts.mark(town.house, sanne.conversation_id, noor, one.id, "held", client_id="m")
    (decision,) = await town.rows(tables.promise, kind="decision")
    assert decision.due_at == to_ms(at("17:00", TUESDAY + timedelta(weeks=8)))


async def test_a_missed_appointment_undoes_no_other_talk_of_that_day(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await signs_up(sanne)
    one = await booked(sanne, at("11:00"), noor)
    town.clock.to(at("09:30"))
    await takeover.spoke(
        town.house,
        sanne.conversation_id,
        noor,
        "telefoon",
        seen_seq=(await sanne.row()).last_seq,
        client_id="s",
        first_talk=True,
    )
    town.clock.to(at("12:30"))
    await acts.mark(town.house, sanne.conversation_id, noor, one.id, "no_show", client_id="m")
    assert set(await running(sanne)) == {"decision"}
    assert (await rows(town))[one.id].state == "no_show"
