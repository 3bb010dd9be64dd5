"""Small things that a resident or a caseworker notices at once when they are wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import takeover
from bot.agenda import acts
from bot.clock import to_ms
from bot.errors import Refused
from flows.agenda import Accept, Amend, Book, Cancel, Kind, Move
from flows.grammar import SetContact
from storage import agenda, tables
from tests.support.agenda import (
    TUESDAY,
    WEDNESDAY,
    add_day,
    add_hours,
    at,
    booked,
    check,
    details,
    does,
    events,
    free,
    known,
    meetings,
    picture,
    rows,
    set_length,
    slot_at,
    taken,
    times,
)
from tests.support.town import MONDAY, Colleague, Resident, Town
from tests.test_deadlines import running, signs_up
from tests.test_invitation import lines

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


async def test_the_desk_s_note_of_a_place_is_short_and_the_talk_as_long_as_with_the_first(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    await set_length(town, Kind.OFFICE, 90, 0, bas)
    number, who = sanne.conversation_id, [noor.id, bas.id]
    await acts.book(town.house, number, bas, kind="office", at=at("11:00"), who=who, place="x" * 9999, client_id="a")
    (one,) = (await known(sanne)).standing
    assert (one.until, one.place) == (at("12:00"), "x" * acts.LONGEST_PLACE)


@pytest.mark.parametrize(
    ("kind", "minutes", "travel"),
    [
        (Kind.PHONE, 30, 0),
        (Kind.OFFICE, 60, 0),
        (Kind.HOME, 60, 30),
        (Kind.ELSEWHERE, 60, 30),
        (Kind.VIDEO, 45, 0),
        (Kind.CALL, 30, 0),
        (Kind.PAPERS, 60, 0),
    ],
)
async def test_how_long_it_takes_until_the_desk_says_otherwise(
    town: Town, noor: Colleague, sanne: Resident, kind: str, minutes: int, travel: int
) -> None:
    one = await booked(sanne, at("11:00"), noor, kind)
    assert one.until - one.at == timedelta(minutes=minutes)
    assert len(await taken(town)) * 15 == minutes + 2 * travel


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


async def test_every_change_of_whoever_comes_into_the_calendar(town: Town, noor: Colleague) -> None:
    one = await town.resident("telegram")
    house, number = town.house, one.conversation_id
    first = await booked(one, at("11:00"), noor)
    await does(one, Move(first.id, slot_at(at("14:00"), noor)))
    await acts.move(house, number, noor, first.id, at=at("15:15"), who=[noor.id], client_id="a")
    await acts.cancel(house, number, noor, first.id, client_id="b")
    await acts.book(house, number, noor, kind="office", at=at("10:00"), who=[noor.id], client_id="c")
    (second,) = (await known(one)).standing
    await does(one, Cancel(second.id))
    moments = [(at("16:00"), [noor.id])]
    await acts.propose(house, number, noor, kind="home", moments=moments, place="Dorpsstraat 12", client_id="d")
    (third,) = (await known(one)).proposed
    await does(one, Accept(third.id))
    vault = town.house.vault
    files = [lines(vault.unseal(row.data_sealed, "attachment")) for row in await town.rows(tables.attachment)]
    assert [(file["DTSTART"][9:13], file["SEQUENCE"], file["STATUS"]) for file in files] == [
        ("1000", "0", "CONFIRMED"),
        ("1300", "1", "CONFIRMED"),
        ("1415", "2", "CONFIRMED"),
        ("1415", "3", "CANCELLED"),
        ("0900", "0", "CONFIRMED"),
        ("0900", "1", "CANCELLED"),
        ("1500", "0", "CONFIRMED"),
    ]
    assert [file.get("LOCATION") for file in files] == ["Stadskantoor"] * 6 + [None]


async def test_the_desk_changes_nothing_that_is_over(town: Town, noor: Colleague, sanne: Resident) -> None:
    one = await booked(sanne, at("11:00"), noor)
    town.clock.to(at("11:59"))
    await acts.move(
        town.house, sanne.conversation_id, noor, one.id, at=at("15:00"), who=[noor.id], client_id="while it lasts"
    )
    town.clock.to(at("16:00"))
    before = await picture(town)
    with pytest.raises(Refused, match="gone"):
        await acts.cancel(town.house, sanne.conversation_id, noor, one.id, client_id="a")
    with pytest.raises(Refused, match="gone"):
        await acts.move(
            town.house, sanne.conversation_id, noor, one.id, at=at("10:00", WEDNESDAY), who=[noor.id], client_id="b"
        )
    assert await picture(town) == before


async def test_what_is_on_offer_on_several_days_is_looked_at_on_each(
    town: Town, noor: Colleague, sanne: Resident, omar: Resident
) -> None:
    friday = TUESDAY + timedelta(days=3)
    moments = [(at("10:00"), [noor.id]), (at("10:00", friday), [noor.id])]
    await acts.propose(town.house, sanne.conversation_id, noor, kind="office", moments=moments, client_id="p")
    await booked(omar, at("10:30", friday), noor)
    assert [one.at for one in (await known(sanne)).proposed] == [at("10:00")]


async def test_about_what_is_off_nothing_more_is_said(town: Town, noor: Colleague, sanne: Resident) -> None:
    one = await booked(sanne, at("11:00"), noor)
    await does(sanne, Cancel(one.id), Amend(one.id, {"remark": "rolstoel"}))
    assert "remark" not in await details(town, one.id)
    assert await events(sanne) == ["appointment_booked", "appointment_cancelled"]


async def test_a_day_of_the_calendar_ends_at_midnight(town: Town, noor: Colleague, sanne: Resident) -> None:
    for n, moment in enumerate((at("00:00"), at("23:00"), at("00:00", WEDNESDAY))):
        await acts.book(
            town.house, sanne.conversation_id, noor, kind="phone", at=moment, who=[noor.id], client_id=f"{n}"
        )
    async with town.house.db.read() as conn:
        found = await agenda.between(conn, to_ms(at("00:00")), to_ms(at("00:00", WEDNESDAY)))
    assert [row.starts_at for row in found] == [to_ms(at("00:00")), to_ms(at("23:00"))]


async def test_after_an_absence_in_the_middle_of_the_day_the_place_is_the_same(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await add_day(town, noor, TUESDAY, starts=12 * 60, ends=13 * 60)
    first, second = await booked(sanne, at("11:00"), noor), await booked(sanne, at("13:00"), noor)
    assert (first.place, second.place) == ("Stadskantoor", "Stadskantoor")
    assert await does(sanne, Book(Kind.PHONE, slot_at(at("12:00"), noor))) == "slot_taken"


# ---- what is told of hours and ways --------------------------------------------------------------------------------


async def test_open_hours_are_told_a_fortnight_ahead_and_each_once(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    for who in (noor, bas, None):
        await add_hours(town, who, kinds="inloop", starts=540, ends=660, weekdays=[3], place="Buurthuis")
    told = [one.at for one in (await meetings(sanne)).walk_in]
    assert told == [at("09:00", TUESDAY + timedelta(days=days)) for days in (2, 9)]


async def test_a_number_or_a_mail_address_is_a_way_to_be_reached(town: Town, sanne: Resident, omar: Resident) -> None:
    assert not (await meetings(sanne)).reached
    assert await does(sanne, SetContact(email="sam@voorbeeld.example")) is None
    assert await does(omar, SetContact(phone="+31612345678")) is None
    email, phone = await meetings(sanne), await meetings(omar)
    assert (email.reached, email.phone) == (True, None)
    assert (phone.reached, phone.phone) == (True, "…678")


@pytest.mark.parametrize("column", ["blocked_at", "left_at"])
async def test_an_app_that_was_blocked_or_left_is_no_way_to_be_reached(
    town: Town, noor: Colleague, column: str
) -> None:
    one = await town.resident("telegram")
    assert (await meetings(one)).reached
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.address).values({column: to_ms(MONDAY)}))
    assert not (await meetings(one)).reached


async def test_whom_the_person_knows_is_who_answered_and_before_that_who_has_the_conversation(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    await signs_up(sanne)
    assert (await meetings(sanne)).contact_name is None
    await _spoke(sanne, noor)
    assert (await meetings(sanne)).contact_name == "Noor"
    assert all(slot.name == "Noor" for slot in (await free(sanne)).slots)
    await takeover.take_over(town.house, sanne.conversation_id, bas)
    await takeover.hand_back(town.house, sanne.conversation_id, bas)
    assert (await meetings(sanne)).contact_name == "Bas"


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
    await _spoke(sanne, noor)
    town.clock.to(at("12:30"))
    await acts.mark(town.house, sanne.conversation_id, noor, one.id, "no_show", client_id="m")
    assert set(await running(sanne)) == {"decision"}
    assert (await rows(town))[one.id].state == "no_show"


async def _spoke(one: Resident, staff: Colleague) -> None:
    """The first talk, by telephone."""
    seen, house = (await one.row()).last_seq, one.town.house
    await takeover.spoke(
        house, one.conversation_id, staff, "telefoon", seen_seq=seen, client_id=f"spoke-{seen}", first_talk=True
    )
