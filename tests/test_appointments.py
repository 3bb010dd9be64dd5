"""Appointments are made, moved and ended: what is taken is always exactly what stands, whatever is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot import effects
from bot.agenda import acts, reading
from bot.agenda.acts import MOST_PROPOSED
from bot.agenda.making import LONGEST, kinds_of_pings
from bot.clock import from_ms, to_ms
from bot.errors import Refused
from bot.takeover import locked
from bot.talk import Talk
from flows.agenda import Accept, Amend, Book, Cancel, Confirm, Differently, Kind, Move
from flows.grammar import Effect, Record
from flows.session import Frame
from flows.text import Json
from storage import conversations, tables
from tests.support.agenda import (
    ALL_KINDS,
    TUESDAY,
    add_day,
    add_hours,
    at,
    booked,
    check,
    details,
    disable,
    does,
    free,
    known,
    meetings,
    picture,
    reminders,
    rows,
    set_length,
    slot_at,
    taken,
)
from tests.support.town import MONDAY, ZONE, Colleague, Resident, Town

WEDNESDAY = TUESDAY + timedelta(days=1)


@pytest.fixture
async def noor(town: Town) -> Colleague:
    """A caseworker with office hours."""
    one = await town.colleague("Noor")
    await add_hours(town, one, place="Stadskantoor")
    return one


@pytest.fixture
async def bas(town: Town, noor: Colleague) -> Colleague:
    """Another one."""
    one = await town.colleague("Bas")
    await add_hours(town, one)
    return one


@pytest.fixture
async def sanne(town: Town) -> Resident:
    return await town.resident()


@pytest.fixture
async def omar(town: Town) -> Resident:
    return await town.resident()


async def times(one: Resident, day: date = TUESDAY, kind: str = Kind.OFFICE, **more: Any) -> list[str]:
    """What is offered on a day."""
    found = (await free(one, kind, **more)).slots
    return [slot.at.strftime("%H:%M") for slot in found if slot.at.date() == day]


async def events(one: Resident) -> list[str]:
    """What is on file of appointments, in order."""
    return [kind for kind in await one.events() if kind.startswith("appointment")]


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


# ---- moved ---------------------------------------------------------------------------------------------------------


async def test_a_moved_appointment_frees_its_time_and_is_reminded_of_at_the_new_one(
    town: Town, noor: Colleague, sanne: Resident, omar: Resident
) -> None:
    one = await booked(sanne, at("11:00"), noor)
    assert await does(sanne, Confirm(one.id), Move(one.id, slot_at(at("14:00", WEDNESDAY), noor))) is None
    await check(town)
    (mine,) = (await known(sanne)).standing
    assert (mine.id, mine.at, mine.coming) == (one.id, at("14:00", WEDNESDAY), False)
    assert await does(omar, Book(Kind.OFFICE, slot_at(at("11:00"), noor))) is None
    assert await events(sanne) == ["appointment_booked", "appointment_confirmed", "appointment_moved"]
    assert (await rows(town))[one.id].news == "moved"
    dropped = [
        row.reason for row in await town.rows(tables.ping, conversation_id=sanne.conversation_id, state="dropped")
    ]
    assert dropped == ["moved", "moved"]


@pytest.mark.parametrize("moment", ["10:30", "11:30"])
async def test_it_can_be_moved_onto_a_part_of_its_own_time(
    town: Town, noor: Colleague, sanne: Resident, moment: str
) -> None:
    one = await booked(sanne, at("11:00"), noor)
    assert moment in await times(sanne, moving=one.id)
    assert "11:00" not in await times(sanne, moving=one.id)  # it is there already
    assert await does(sanne, Move(one.id, slot_at(at(moment), noor))) is None
    await check(town)
    assert len(await taken(town)) == 4


async def test_a_refused_move_leaves_everything_as_it_was(
    town: Town, noor: Colleague, sanne: Resident, omar: Resident
) -> None:
    one = await booked(sanne, at("11:00"), noor)
    await booked(omar, at("14:00"), noor)
    before = await picture(town)
    for moment in ("13:30", "14:00", "14:30", "16:30", "11:07"):
        assert await does(sanne, Move(one.id, slot_at(at(moment), noor))) == "slot_taken"
        assert await picture(town) == before
    await check(town)


async def test_it_goes_to_another_colleague_when_that_is_who_was_chosen(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    one = await booked(sanne, at("11:00"), noor)
    assert await does(sanne, Move(one.id, slot_at(at("14:00"), bas))) is None
    await check(town)
    (mine,) = (await known(sanne)).standing
    assert mine.names == ("Bas",)


async def test_a_move_of_what_is_gone_or_another_s_is_refused(
    town: Town, noor: Colleague, sanne: Resident, omar: Resident
) -> None:
    one, other = await booked(sanne, at("11:00"), noor), await booked(omar, at("14:00"), noor)
    await does(sanne, Cancel(one.id))
    before = await picture(town)
    for number in (one.id, other.id, 10**17):
        assert await does(sanne, Move(number, slot_at(at("09:00", WEDNESDAY), noor))) == "gone"
    assert await picture(town) == before


async def test_another_s_appointment_can_be_neither_seen_nor_touched(
    town: Town, noor: Colleague, sanne: Resident, omar: Resident
) -> None:
    theirs = await booked(omar, at("14:00"), noor)
    before = await picture(town)
    assert (await known(sanne, theirs.id)).one is None
    wanted: tuple[Effect, ...] = (
        Cancel(theirs.id),
        Confirm(theirs.id),
        Amend(theirs.id, {"remark": "x"}),
        Differently(theirs.id, "x"),
    )
    for effect in wanted:
        assert await does(sanne, effect) is None
    assert await does(sanne, Accept(theirs.id)) == "gone"
    assert await picture(town) == before
    free_for_moving = await free(sanne, moving=theirs.id)
    assert free_for_moving.slots == ()  # of no kind


async def test_what_has_begun_is_moved_no_more_and_what_is_over_not_cancelled(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    one = await booked(sanne, at("11:00"), noor)
    town.clock.to(at("11:00"))
    assert await does(sanne, Move(one.id, slot_at(at("15:00"), noor))) == "gone"
    town.clock.to(at("12:00"))
    before = await picture(town)
    await does(sanne, Cancel(one.id))
    await does(sanne, Confirm(one.id))
    assert await picture(town) == before
    assert (await known(sanne)).standing == ()


async def test_who_cannot_stay_may_say_so_after_it_began(town: Town, noor: Colleague, sanne: Resident) -> None:
    one = await booked(sanne, at("11:00"), noor)
    town.clock.to(at("11:10"))
    await does(sanne, Cancel(one.id))
    await check(town)
    assert (await rows(town))[one.id].state == "cancelled"


# ---- cancelled, confirmed, said ------------------------------------------------------------------------------------


async def test_a_cancelled_one_frees_its_time_and_nothing_reminds_of_it(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    one = await booked(sanne, at("11:00"), noor)
    for _ in range(2):  # the same button twice
        assert await does(sanne, Cancel(one.id)) is None
        await check(town)
    assert (await taken(town), await reminders(town)) == ({}, {})
    row = (await rows(town))[one.id]
    assert (row.state, row.sequence, row.news) == ("cancelled", 1, "cancelled")
    assert await events(sanne) == ["appointment_booked", "appointment_cancelled"]


async def test_who_says_to_come_says_it_once(town: Town, noor: Colleague, sanne: Resident) -> None:
    one = await booked(sanne, at("11:00"), noor)
    for _ in range(3):
        await does(sanne, Confirm(one.id))
    (mine,) = (await known(sanne)).standing
    assert mine.coming
    assert await events(sanne) == ["appointment_booked", "appointment_confirmed"]


async def test_what_is_said_is_added_and_none_takes_it_away(town: Town, noor: Colleague, sanne: Resident) -> None:
    one = await booked(sanne, at("11:00"), noor, company="mijn zus")
    await does(sanne, Amend(one.id, {"remark": "rolstoel", "interpreter": "ar"}))
    await does(sanne, Amend(one.id, {"company": None, "remark": "lift graag"}))
    (mine,) = (await known(sanne)).standing
    assert dict(mine.details) == {"remark": "lift graag", "interpreter": "ar", "place": "Stadskantoor", "travel": 0}


async def test_what_was_said_shows_until_it_was_seen_and_the_desk_moving_it_is_no_seeing(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    one = await booked(sanne, at("11:00"), noor)
    await acts.seen(town.house, bas, one.id)
    assert (await rows(town))[one.id].news == "booked"  # not Bas's
    await acts.seen(town.house, noor, one.id)
    assert (await rows(town))[one.id].news is None
    await does(sanne, Amend(one.id, {"remark": "rolstoel"}))
    await acts.move(town.house, sanne.conversation_id, bas, one.id, at=at("14:00"), who=[noor.id], client_id="1")
    assert (await rows(town))[one.id].news == "said"


async def test_huge_details_are_cut_and_cannot_replace_what_is_ours(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    huge = "é" * 100_000
    one = await booked(sanne, at("11:00"), noor, remark=huge, place=huge, token="mine", travel=99)
    kept = await details(town, one.id)
    assert kept["token"] != "mine"
    assert kept["travel"] == 0
    assert [len(str(kept[name])) for name in ("remark", "place")] == [LONGEST, LONGEST]
    await does(sanne, Amend(one.id, {"remark": huge, "token": "mine", "travel": 99}))
    assert {**await details(town, one.id), "remark": ""} == {**kept, "remark": ""}
    await check(town)


async def test_after_a_missed_one_what_would_help_is_kept(town: Town, noor: Colleague, sanne: Resident) -> None:
    one = await booked(sanne, at("11:00"), noor)
    await does(sanne, Differently(one.id, "bellen"))
    assert "differently" not in await details(town, one.id)  # it was not missed
    town.clock.to(at("12:30"))
    await acts.mark(town.house, sanne.conversation_id, noor, one.id, "no_show", client_id="1")
    await does(sanne, Differently(one.id, "bellen"))
    assert (await details(town, one.id))["differently"] == "bellen"
    await check(town)


async def test_the_calendar_file_s_number_rises_with_every_change(town: Town, noor: Colleague, sanne: Resident) -> None:
    one = await booked(sanne, at("11:00"), noor)
    numbers = [(await rows(town))[one.id].sequence]
    await does(sanne, Move(one.id, slot_at(at("14:00"), noor)))
    numbers.append((await rows(town))[one.id].sequence)
    await acts.move(town.house, sanne.conversation_id, noor, one.id, at=at("15:15"), who=[noor.id], client_id="1")
    numbers.append((await rows(town))[one.id].sequence)
    await does(sanne, Cancel(one.id))
    numbers.append((await rows(town))[one.id].sequence)
    assert numbers == [0, 1, 2, 3]


async def test_a_token_that_exists_already_is_refused_and_nothing_is_lost(
    town: Town, noor: Colleague, sanne: Resident, omar: Resident
) -> None:
    token = (await free(sanne)).token
    assert await does(sanne, Book(Kind.OFFICE, slot_at(at("11:00"), noor), token)) is None
    before = await picture(town)
    for one in (sanne, omar):
        assert await does(one, Book(Kind.OFFICE, slot_at(at("14:00"), noor), token)) == "slot_taken"
        assert await picture(town) == before
    await check(town)


# ---- all or nothing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failing", ["refused", "bug"])
async def test_nothing_stays_of_a_turn_of_which_a_later_effect_fails(
    town: Town, noor: Colleague, sanne: Resident, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    one = await booked(sanne, at("11:00"), noor)
    before = await picture(town)

    async def fails(*_: object) -> None:
        raise Refused("gone") if failing == "refused" else ValueError

    monkeypatch.setitem(effects.HANDLERS, Record, fails)
    firsts: tuple[Effect, ...] = (
        Book(Kind.OFFICE, slot_at(at("14:00"), noor)),
        Move(one.id, slot_at(at("15:00"), noor)),
        Cancel(one.id),
        Confirm(one.id),
        Amend(one.id, {"remark": "x"}),
    )
    for first in firsts:
        async with locked(town.house, sanne.conversation_id) as (talk, conn):
            kept = talk.snapshot()
            with pytest.raises((Refused, ValueError)):
                await effects.apply(talk, (first, Record("x")), conn)
            talk.restore(kept)
        assert await picture(town) == before


async def test_two_in_one_transaction_who_want_the_same_are_told_apart(
    town: Town, noor: Colleague, sanne: Resident, omar: Resident
) -> None:
    """As in a batch of messages that commits as a whole."""
    wanted = Book(Kind.OFFICE, slot_at(at("11:00"), noor))
    heard: list[str | None] = []
    async with locked(town.house, sanne.conversation_id) as (first, conn):
        second = Talk(town.house, await _row(omar, conn), first.now)
        for talk in (first, second):
            before = talk.snapshot()
            try:
                await effects.apply(talk, (wanted,), conn)
                heard.append(None)
            except Refused as error:
                talk.restore(before)
                heard.append(error.code)
    assert heard == [None, "slot_taken"]
    await check(town)


async def _row(one: Resident, conn: Any) -> Any:
    (row,) = await conversations.lock(conn, [one.conversation_id])
    await one.town.house.vault.prepare({row.key_id})
    return row


# ---- with several --------------------------------------------------------------------------------------------------


async def test_a_talk_of_three_takes_both_agendas_and_moves_with_both(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident, omar: Resident
) -> None:
    house, number = town.house, sanne.conversation_id
    await acts.book(house, number, noor, kind="office", at=at("11:00"), who=[noor.id, bas.id, noor.id], client_id="1")
    await check(town)
    assert len(await taken(town)) == 8
    (one,) = (await known(sanne)).standing
    assert one.names == ("Noor", "Bas")
    await booked(omar, at("14:00"), bas)
    offered = await times(sanne, moving=one.id)
    assert "14:00" not in offered
    assert await does(sanne, Move(one.id, slot_at(at("14:00"), noor))) == "slot_taken"
    assert await does(sanne, Move(one.id, slot_at(at("15:00"), noor))) is None
    await check(town)
    (one,) = (await known(sanne)).standing
    assert one.names == ("Noor", "Bas")
    await does(sanne, Cancel(one.id))
    await check(town)


async def test_without_one_of_them_a_talk_of_three_cannot_be_moved_by_the_person(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    house, number = town.house, sanne.conversation_id
    await acts.book(house, number, noor, kind="office", at=at("11:00"), who=[noor.id, bas.id], client_id="1")
    (one,) = (await known(sanne)).standing
    await disable(town, bas)
    assert (await free(sanne, moving=one.id)).slots == ()
    assert await does(sanne, Move(one.id, slot_at(at("15:00"), noor))) == "slot_taken"
    await check(town)


# ---- by the desk ---------------------------------------------------------------------------------------------------


async def test_the_desk_books_outside_hours_but_never_what_is_taken(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident, omar: Resident
) -> None:
    house, number = town.house, sanne.conversation_id
    await acts.book(house, number, noor, kind="home", at=at("19:15"), who=[noor.id], client_id="1")
    await check(town)
    before = await picture(town)
    for kind, moment, who, refused in (
        ("office", at("19:00"), [noor.id], "slot_taken"),  # the travel
        ("office", at("19:00"), [bas.id, noor.id], "slot_taken"),
        ("office", at("11:07"), [noor.id], "no_moment"),
        ("office", MONDAY, [noor.id], "no_moment"),
        ("office", at("11:00"), [], "no_colleague"),
        ("office", at("11:00"), [10**15], "no_colleague"),
        ("inloop", at("11:00"), [noor.id], "no_kind"),
    ):
        with pytest.raises(Refused) as found:
            await acts.book(house, omar.conversation_id, noor, kind=kind, at=moment, who=who, client_id="2")
        assert found.value.code == refused
        assert await picture(town) == before
    await acts.book(house, omar.conversation_id, noor, kind="office", at=at("11:00"), who=[bas.id], client_id="2")
    await check(town)


async def test_a_form_that_is_sent_twice_does_it_once(town: Town, noor: Colleague, sanne: Resident) -> None:
    house, number = town.house, sanne.conversation_id
    for _ in range(2):
        await acts.book(house, number, noor, kind="office", at=at("11:00"), who=[noor.id], client_id="a")
    (one,) = (await known(sanne)).standing
    for _ in range(2):
        await acts.move(house, number, noor, one.id, at=at("14:00"), who=[noor.id], client_id="b")
    for _ in range(2):
        await acts.cancel(house, number, noor, one.id, client_id="c")
    for _ in range(2):
        moments = [(at("15:00"), [noor.id]), (at("16:00"), [noor.id])]
        await acts.propose(house, number, noor, kind="office", moments=moments, client_id="d")
    assert len(await rows(town)) == 3
    assert await events(sanne) == [
        "appointment_booked",
        "appointment_moved",
        "appointment_cancelled",
        "appointment_proposed",
    ]
    with pytest.raises(Refused, match="gone"):
        await acts.cancel(house, number, noor, one.id, client_id="e")
    await check(town)


async def test_how_it_went_is_said_when_it_has_begun_and_can_be_put_right(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    house, number = town.house, sanne.conversation_id
    one = await booked(sanne, at("11:00"), noor)
    with pytest.raises(Refused, match="not_yet"):
        await acts.mark(house, number, noor, one.id, "held", client_id="1")
    town.clock.to(at("11:15"))
    for n, state in enumerate(("no_show", "no_show", "held", "no_show")):
        await acts.mark(house, number, noor, one.id, state, client_id=f"mark-{n}")
        assert (await rows(town))[one.id].state == state
        await check(town)
    assert [kind for kind in await events(sanne) if kind != "appointment_booked"] == [
        "appointment_no_show",
        "appointment_held",
        "appointment_no_show",
    ]
    with pytest.raises(Refused, match="gone"):
        await acts.cancel(house, number, noor, one.id, client_id="2")
    assert (await known(sanne)).standing == ()


# ---- proposed ------------------------------------------------------------------------------------------------------


async def propose(
    one: Resident, by: Colleague, *moments: datetime, who: tuple[int, ...] = (), kind: str = "office"
) -> None:
    """By the desk."""
    offered = [(moment, who or (by.id,)) for moment in moments]
    key = f"propose-{len(await rows(one.town))}"
    await acts.propose(one.town.house, one.conversation_id, by, kind=kind, moments=offered, client_id=key)


async def test_what_is_proposed_takes_nothing_until_it_is_chosen_and_then_the_others_go(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    await propose(sanne, noor, at("11:00"), at("13:00"), at("19:00"), who=(noor.id, bas.id), kind="home")
    assert await taken(town) == {}
    await check(town)
    offered = (await known(sanne)).proposed
    assert [one.at for one in offered] == [at("11:00"), at("13:00"), at("19:00")]
    for _ in range(2):  # the same button twice
        assert await does(sanne, Accept(offered[2].id)) is None
        await check(town)
    assert len(await taken(town)) == 16
    assert (await known(sanne)).proposed == ()
    assert [row.state for row in (await rows(town)).values()] == ["withdrawn", "withdrawn", "booked"]
    assert await does(sanne, Accept(offered[0].id)) == "gone"
    assert await events(sanne) == ["appointment_proposed", "appointment_booked"]


async def test_what_was_taken_meanwhile_is_offered_no_more_and_refused(
    town: Town, noor: Colleague, sanne: Resident, omar: Resident
) -> None:
    await propose(sanne, noor, at("11:00"), at("14:00"))
    first, second = (await known(sanne)).proposed
    await booked(omar, at("11:30"), noor)
    assert [one.id for one in (await known(sanne)).proposed] == [second.id]
    before = await picture(town)
    assert await does(sanne, Accept(first.id)) == "slot_taken"
    assert await picture(town) == before
    assert await does(sanne, Accept(second.id)) is None
    await check(town)


async def test_what_has_begun_or_whose_colleague_left_is_offered_no_more(
    town: Town, noor: Colleague, bas: Colleague, sanne: Resident
) -> None:
    await propose(sanne, noor, at("11:00"), at("14:00"))
    offered = (await known(sanne)).proposed
    town.clock.to(at("11:30"))
    assert [one.at for one in (await known(sanne)).proposed] == [at("14:00")]
    assert await does(sanne, Accept(offered[0].id)) == "gone"
    await disable(town, noor)
    assert (await known(sanne)).proposed == ()
    assert await does(sanne, Accept(offered[1].id)) == "gone"
    await check(town)


async def test_the_desk_proposes_only_what_can_be_had_and_no_more_than_three(
    town: Town, noor: Colleague, sanne: Resident, omar: Resident
) -> None:
    await booked(omar, at("11:00"), noor)
    before = await picture(town)
    with pytest.raises(Refused, match="slot_taken"):
        await propose(sanne, noor, at("14:00"), at("11:30"))
    with pytest.raises(Refused, match="too_many"):
        await propose(sanne, noor, *(at(f"{13 + n}:00") for n in range(MOST_PROPOSED + 1)))
    with pytest.raises(Refused, match="no_moment"):
        await propose(sanne, noor)
    assert await picture(town) == before


async def test_a_new_proposal_takes_the_place_of_the_old_and_a_booking_of_any(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await propose(sanne, noor, at("11:00"))
    await propose(sanne, noor, at("14:00"))
    assert [one.at for one in (await known(sanne)).proposed] == [at("14:00")]
    await booked(sanne, at("09:30", WEDNESDAY), noor)
    assert (await known(sanne)).proposed == ()
    await check(town)


async def test_two_who_were_offered_the_same_moment_do_not_both_get_it(
    town: Town, noor: Colleague, sanne: Resident, omar: Resident
) -> None:
    for one in (sanne, omar):
        await propose(one, noor, at("11:00"))
    first, second = [(await known(one)).proposed[0] for one in (sanne, omar)]
    assert await does(omar, Accept(second.id)) is None
    assert await does(sanne, Accept(first.id)) == "slot_taken"
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
