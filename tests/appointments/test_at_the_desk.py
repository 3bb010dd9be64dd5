"""What the desk does with appointments: with several, proposed, how it went. Nothing is ever given twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.agenda import acts
from bot.agenda.acts import MOST_PROPOSED
from bot.errors import Refused
from flows.agenda import Accept, Cancel, Move
from flows.grammar import Case, Screen
from storage import tables
from tests.support.agenda import (
    WEDNESDAY,
    at,
    booked,
    check,
    disable,
    does,
    events,
    free,
    known,
    picture,
    rows,
    slot_at,
    taken,
    times,
)
from tests.support.town import MONDAY, Colleague, Resident, Town, screen_replaced

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
    with pytest.raises(Refused, match="none_chosen"):
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


async def test_a_bug_in_telling_of_it_undoes_nothing_and_says_nothing_untrue(town: Town, noor: Colleague) -> None:
    one = await town.resident()
    await one.hears()

    def breaks(case: Case) -> Screen:
        raise RuntimeError("a bug")

    at = town.clock.now() + timedelta(days=1)
    with screen_replaced("afspraak", "told_booked", breaks):
        await acts.book(town.house, one.conversation_id, noor, kind="phone", at=at, who=[noor.id], client_id="abcdefgh")
    assert await one.hears() == []  # they wrote nothing: nothing of theirs was kept, and no message went wrong
    assert [row.state for row in await town.rows(tables.appointment)] == ["booked"]
    assert "failed_step" in await one.events()
    assert (await one.row()).queue == "waiting_us"
