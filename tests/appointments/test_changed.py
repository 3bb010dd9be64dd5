"""Appointments are moved, confirmed, amended and ended: whatever is refused leaves everything as it was."""

from __future__ import annotations

from typing import Any

import pytest

from bot import effects
from bot.agenda import acts
from bot.agenda.making import LONGEST
from bot.errors import Refused
from bot.takeover import locked
from bot.talk import Talk
from flows.agenda import Accept, Amend, Book, Cancel, Confirm, Differently, Kind, Move
from flows.grammar import Effect, Record
from storage import conversations, tables
from tests.support.agenda import (
    WEDNESDAY,
    at,
    booked,
    check,
    details,
    does,
    events,
    free,
    known,
    picture,
    reminders,
    rows,
    slot_at,
    taken,
    times,
)
from tests.support.town import Colleague, Resident, Town
from tests.test_joining_races import join

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


async def test_who_turns_out_to_be_one_person_has_the_appointments_of_both(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    phone = await town.resident("telegram")
    first, second = await booked(sanne, at("11:00"), noor, remark="een"), await booked(phone, at("14:00"), noor)
    await join(sanne, phone)
    await check(town)
    assert [one.id for one in (await known(sanne)).standing] == [first.id, second.id]
    assert (await known(sanne)).standing[0].details["remark"] == "een"
    assert await does(sanne, Move(second.id, slot_at(at("09:00", WEDNESDAY), noor)), Cancel(first.id)) is None
    await check(town)
