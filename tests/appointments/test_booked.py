"""Appointments are made: what can be had and what not, and that what is taken is exactly what stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.agenda import reading
from bot.agenda.making import kinds_of_pings
from bot.clock import from_ms, to_ms
from bot.takeover import locked
from flows.agenda import Book, Cancel, Kind, Move
from flows.session import Frame
from flows.text import Json
from storage import tables
from tests.support.agenda import (
    ALL_KINDS,
    TUESDAY,
    WEDNESDAY,
    add_day,
    add_hours,
    at,
    booked,
    check,
    disable,
    does,
    events,
    free,
    known,
    meetings,
    picture,
    reminders,
    rows,
    set_length,
    slot_at,
    taken,
    times,
)
from tests.support.town import MONDAY, ZONE, Colleague, Resident, Town

# ---- booked --------------------------------------------------------------------------------------------------------


async def test_a_booked_moment_takes_its_quanta_and_plans_two_reminders(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    one = await booked(sanne, at("11:00"), noor, company=True)
    await check(town)
    assert len(await taken(town)) == 4
    assert (one.at, one.until, one.names, one.place) == (at("11:00"), at("12:00"), ("Noor",), "Stadskantoor")
    assert one.details["company"] is True
    assert "token" not in one.details
    assert await events(sanne) == ["appointment_booked"]
    assert set(await reminders(town, one.id)) == set(kinds_of_pings(one.id))
    assert (await rows(town))[one.id].news == "booked"


async def test_what_is_taken_is_offered_to_nobody_else(
    town: Town, noor: Colleague, sanne: Resident, omar: Resident
) -> None:
    before = await times(omar)
    await booked(sanne, at("11:00"), noor)
    assert await times(omar) == [one for one in before if one not in ("10:30", "11:00", "11:30")]
    assert await does(omar, Book(Kind.OFFICE, slot_at(at("11:30"), noor))) == "slot_taken"
    assert await does(omar, Book(Kind.OFFICE, slot_at(at("12:00"), noor))) is None
    await check(town)


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-24 11:07",  # not on a quarter
        "2026-11-24 11:15",  # on one, but never offered
        "2026-11-24 16:30",  # does not end within the hours
        "2026-11-24 05:00",
        "2026-11-28 11:00",  # Saturday
        "2026-11-23 12:00",  # at the end of the notice, to the minute
        "2026-11-23 11:00",
        "2026-11-20 11:00",  # last week
        "2026-12-22 11:00",  # further ahead than one may book
        "2026-12-25 11:00",
        "9999-12-31 11:00",
        "0001-01-02 11:00",
    ],
)
async def test_a_moment_that_was_never_offered_cannot_be_had(
    town: Town, noor: Colleague, sanne: Resident, moment: str
) -> None:
    before = await picture(town)
    wanted = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
    assert await does(sanne, Book(Kind.OFFICE, slot_at(wanted, noor))) == "slot_taken"
    assert await picture(town) == before


@pytest.mark.parametrize(("kind", "who"), [("inloop", 0), ("", 0), ("nonsense", 0), (Kind.OFFICE, 10**15)])
async def test_nor_can_a_kind_or_a_colleague_that_there_is_not(
    town: Town, noor: Colleague, sanne: Resident, kind: str, who: int
) -> None:
    wanted = slot_at(at("11:00"), Colleague(who or noor.id, "Noor"))
    assert await does(sanne, Book(kind, wanted)) == "slot_taken"
    await check(town)


async def test_nothing_is_offered_within_the_hours_of_notice(town: Town, noor: Colleague, sanne: Resident) -> None:
    assert (await times(sanne, MONDAY.date()))[0] == "12:30"  # two open hours after ten, and a caseworker has seen it
    town.clock.to(MONDAY.replace(hour=16, minute=30))
    assert (await times(sanne, MONDAY.date()), (await times(sanne))[0]) == ([], "11:00")
    assert await does(sanne, Book(Kind.OFFICE, slot_at(at("10:30"), noor))) == "slot_taken"
    assert await does(sanne, Book(Kind.OFFICE, slot_at(at("11:00"), noor))) is None


async def test_the_last_day_is_the_last_one_that_can_be_booked(town: Town, noor: Colleague, sanne: Resident) -> None:
    last = MONDAY.date() + timedelta(days=town.house.config.appointments.days)
    assert await does(sanne, Book(Kind.OFFICE, slot_at(at("11:00", last), noor))) is None
    assert await does(sanne, Book(Kind.OFFICE, slot_at(at("11:00", last + timedelta(days=1)), noor))) == "slot_taken"


async def test_three_is_enough_and_one_that_was_cancelled_does_not_count(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    first = await booked(sanne, at("09:00", WEDNESDAY), noor)
    for hour in (11, 13):
        await booked(sanne, at(f"{hour}:00"), noor)
    assert await does(sanne, Book(Kind.OFFICE, slot_at(at("15:00"), noor))) == "enough"
    await does(sanne, Cancel(first.id))
    assert await does(sanne, Book(Kind.OFFICE, slot_at(at("15:00"), noor))) is None
    await check(town)


async def test_nobody_has_two_appointments_at_the_same_time(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    await booked(sanne, at("11:00"), noor)
    assert [one for one in await times(sanne) if "10:00" < one < "12:00"] == []
    before = await picture(town)
    for moment in ("10:30", "11:00", "11:30"):
        assert await does(sanne, Book(Kind.OFFICE, slot_at(at(moment), bas))) == "slot_taken"
    assert await picture(town) == before
    other = await booked(sanne, at("13:00"), bas)
    assert await does(sanne, Move(other.id, slot_at(at("11:30"), bas))) == "slot_taken"


async def test_a_colleague_who_left_is_not_offered_and_cannot_be_had(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    await disable(town, noor)
    assert {slot.staff for slot in (await free(sanne)).slots} == {bas.id}
    assert await does(sanne, Book(Kind.OFFICE, slot_at(at("11:00"), noor))) == "slot_taken"
    assert Kind.OFFICE in (await meetings(sanne)).kinds
    await disable(town, bas)
    assert (await meetings(sanne)).kinds == ()


async def test_the_travel_of_a_visit_keeps_off_its_neighbours(
    town: Town, noor: Colleague, sanne: Resident, omar: Resident
) -> None:
    await booked(sanne, at("12:00"), noor, Kind.HOME)
    await check(town)
    assert len(await taken(town)) == 8
    assert await times(omar) == [
        "09:00",
        "09:30",
        "10:00",
        "10:30",
        "13:30",
        "14:00",
        "14:30",
        "15:00",
        "15:30",
        "16:00",
    ]
    for moment in ("11:00", "13:00"):
        assert await does(omar, Book(Kind.OFFICE, slot_at(at(moment), noor))) == "slot_taken"
    for moment in ("10:30", "13:30"):
        assert await does(omar, Book(Kind.OFFICE, slot_at(at(moment), noor))) is None
    await check(town)


async def test_the_travel_of_a_visit_at_midnight_keeps_off_the_day_before(
    town: Town, noor: Colleague, sanne: Resident, omar: Resident
) -> None:
    await add_hours(town, noor, kinds="home,office", starts=0, ends=60)
    await add_hours(town, noor, kinds="office", starts=23 * 60, ends=1440)
    await booked(sanne, at("00:00", WEDNESDAY), noor, Kind.HOME)
    assert await does(omar, Book(Kind.OFFICE, slot_at(at("23:00"), noor))) == "slot_taken"
    await check(town)


@pytest.mark.parametrize(("minutes", "count"), [(20, 2), (45, 3), (50, 4)])
async def test_a_talk_of_an_odd_length_takes_whole_quanta(
    town: Town, noor: Colleague, sanne: Resident, minutes: int, count: int
) -> None:
    await set_length(town, Kind.OFFICE, minutes)
    one = await booked(sanne, at("11:00"), noor)
    assert one.until - one.at == timedelta(minutes=minutes)
    assert len(await taken(town)) == count
    await check(town)


async def test_the_own_contact_comes_first_and_then_who_has_least_to_do(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident, omar: Resident
) -> None:
    await booked(omar, at("09:00"), bas)
    assert {slot.name for slot in (await free(sanne)).slots if slot.at.date() == TUESDAY} == {"Noor"}
    mine = update(tables.conversation).where(tables.conversation.c.id == sanne.conversation_id)
    async with town.house.db.begin() as conn:
        await conn.execute(mine.values(assigned_to=bas.id))
    found = await free(sanne)
    assert found.contact_name == "Bas"
    assert all(slot.own == (slot.name == "Bas") for slot in found.slots)
    assert {slot.name for slot in found.slots if slot.at > at("10:00")} == {"Bas"}
    assert {slot.name for slot in found.slots if at("09:00") <= slot.at < at("10:00")} == {"Noor"}


# ---- nights of the changes of the clock ----------------------------------------------------------------------------


@pytest.mark.parametrize("sunday", [date(2027, 3, 28), date(2027, 10, 31), date(2028, 3, 26), date(2028, 10, 29)])
async def test_every_moment_of_such_a_night_that_is_offered_can_be_had_and_is_told_right(
    town: Town, noor: Colleague, sunday: date
) -> None:
    await add_day(town, noor, sunday, kinds="office", starts=60, ends=240)
    town.clock.to(datetime(sunday.year, sunday.month, sunday.day, 10, tzinfo=ZONE) - timedelta(days=3))
    one = await town.resident()
    offered = [slot for slot in (await free(one)).slots if slot.at.date() == sunday]
    assert len(offered) == {3: 3, 10: 7}[sunday.month]
    for slot in offered:
        person = await town.resident()
        assert await does(person, Book(Kind.OFFICE, slot)) is None
        (mine,) = (await known(person)).standing
        assert (to_ms(mine.at), mine.at.fold) == (to_ms(slot.at), slot.at.fold)
        assert to_ms(mine.until) - to_ms(mine.at) == 3_600_000
        await check(town)
        await does(person, Cancel(mine.id))


@pytest.mark.parametrize("sunday", [date(2027, 3, 28), date(2027, 10, 31), date(2028, 3, 26), date(2028, 10, 29)])
async def test_office_hours_around_it_are_those_on_the_clock(town: Town, noor: Colleague, sunday: date) -> None:
    await add_hours(town, noor, weekdays=[6], kinds="office")
    extra = town.house.calendar.is_closed_day(sunday)
    if extra:
        await add_day(town, noor, sunday, kinds="office", starts=540, ends=1020)
    town.clock.to(datetime(sunday.year, sunday.month, sunday.day, 10, tzinfo=ZONE) - timedelta(days=4))
    one = await town.resident()
    monday = sunday + timedelta(days=1)
    for day in (sunday, monday):
        if day == monday and town.house.calendar.is_closed_day(day):
            continue
        assert (await times(one, day))[:2] == ["09:00", "09:30"]
        made = await booked(one, at("09:00", day), noor)
        assert (made.at.hour, made.until.hour) == (9, 10)
    await check(town)


# ---- read ----------------------------------------------------------------------------------------------------------


async def test_open_hours_are_told_until_they_end(town: Town, noor: Colleague, sanne: Resident) -> None:
    await add_hours(town, None, kinds="inloop", starts=540, ends=660, weekdays=[0, 3], place="Buurthuis")
    told = (await meetings(sanne)).walk_in
    assert [(one.at.strftime("%a %H:%M"), one.until.strftime("%H:%M"), one.place) for one in told][:2] == [
        ("Mon 09:00", "11:00", "Buurthuis"),
        ("Thu 09:00", "11:00", "Buurthuis"),
    ]
    town.clock.to(MONDAY.replace(hour=11))
    assert (await meetings(sanne)).walk_in[0].at.strftime("%a") == "Thu"
    assert set((await meetings(sanne)).kinds) == set(ALL_KINDS.split(","))


async def test_a_kind_that_is_on_offer_on_one_day_only_is_known(town: Town, sanne: Resident) -> None:
    bas, last = await town.colleague("Bas"), MONDAY.date() + timedelta(days=town.house.config.appointments.days)
    await add_day(town, bas, last + timedelta(days=1), kinds="office", starts=540, ends=600)
    assert (await meetings(sanne)).kinds == ()
    await add_day(town, bas, last, kinds="video", starts=540, ends=600)
    assert (await meetings(sanne)).kinds == ("video",)
    assert [slot.at for slot in (await free(sanne, "video")).slots] == [at("09:00", last)]


async def test_an_answer_of_any_shape_is_no_error(town: Town, noor: Colleague, sanne: Resident) -> None:
    shapes: tuple[Json, ...] = (None, True, "7", 0, -1, 10**18 - 1, [1], {"a": 1}, 1.5)
    for value in shapes:
        frame = Frame("afspraak", "day", {"appointment": value, "kind": value})
        async with locked(town.house, sanne.conversation_id) as (talk, conn):
            assert (await reading.free_slots(talk, conn, frame)).slots == ()
            assert (await reading.appointments(talk, conn, frame)).one is None


async def test_a_day_on_which_the_team_is_away_offers_nothing(town: Town, noor: Colleague, sanne: Resident) -> None:
    await add_day(town, None, TUESDAY)
    assert await times(sanne) == []
    assert await does(sanne, Book(Kind.OFFICE, slot_at(at("11:00"), noor))) == "slot_taken"


async def test_an_evening_is_known_as_one(town: Town, noor: Colleague, sanne: Resident) -> None:
    await add_hours(town, noor, starts=1020, ends=1200, weekdays=[3])
    slots = (await free(sanne)).slots
    assert {slot.at.strftime("%a") for slot in slots if slot.evening} == {"Thu"}
    assert all(slot.evening == (slot.at.hour >= 17) for slot in slots)


async def test_moments_are_in_order_and_one_of_a_time(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    slots = (await free(sanne)).slots
    starts = [to_ms(slot.at) for slot in slots]
    assert starts == sorted(set(starts))
    assert from_ms(starts[0]) > town.clock.now()
