"""The conversation about appointments on the real agenda: what the person hears is what stands."""

from __future__ import annotations

import asyncio

import pytest

from bot.agenda import acts
from flows.agenda import Kind
from storage import tables
from tests.support.agenda import at, booked, check, known, rows, times
from tests.support.town import Colleague, Resident, Town, local, origins


async def heard(one: Resident, *did: str) -> list[str]:
    """Types or taps; what was said back to the last of these, in paragraphs."""
    said: list[str] = []
    for what in did:
        messages = await (one.taps(what) if what.startswith(("!", "afspraak.")) else one.types(what))
        said = [part for message in messages for part in message.content.text.split("\n\n")]
    return said


async def test_a_whole_booking(town: Town, noor: Colleague) -> None:
    one = await town.resident("telegram")
    said = await heard(one, "!go:afspraak", "afspraak.kind:office", "dinsdag", "10 uur")
    assert said[:4] == [
        "Gelukt. Uw afspraak staat.",
        "📅 dinsdag 24 november, 10:00",
        "🏢 Op kantoor, met Noor.",
        "🚩 Waar: Stadskantoor",
    ]
    (row,) = (await rows(town)).values()
    assert (row.state, row.kind, local(row.starts_at)) == ("booked", "office", at("10:00"))
    await heard(one, "afspraak.booked:extra", "afspraak.extra:remark", "de bel is stuk")
    (mine,) = (await known(one)).standing
    assert mine.details["remark"] == "de bel is stuk"
    await check(town)


@pytest.mark.parametrize("at_once", [False, True])
async def test_two_persons_and_one_moment(town: Town, noor: Colleague, at_once: bool) -> None:
    sanne, tarik = await town.resident(), await town.resident()
    for one in (sanne, tarik):
        await heard(one, "!go:afspraak", "afspraak.kind:office", "dinsdag")
    if at_once:
        both = list(await asyncio.gather(heard(sanne, "10 uur"), heard(tarik, "10 uur")))
    else:
        both = [await heard(sanne, "afspraak.time:20261124T0900Z"), await heard(tarik, "afspraak.time:20261124T0900Z")]
    assert sorted(said[0] for said in both)[0] in (
        "Dat moment is net weg. Iemand anders was iets eerder.",
        "Gelukt. Uw afspraak staat.",
    )
    assert sorted(await _screens(sanne, tarik)) == ["afspraak.booked", "afspraak.time"]
    assert len(await rows(town)) == 1
    await check(town)


async def _screens(*residents: Resident) -> list[str]:
    return [await one.screen() for one in residents]


async def test_as_many_as_one_may_book(town: Town, noor: Colleague) -> None:
    one = await town.resident()
    most = town.house.config.appointments.most
    for hour in range(9, 9 + most):
        await booked(one, at(f"{hour:02}:00"), noor)
    said = await heard(one, "!go:afspraak", "afspraak.kind:office", "woensdag", "10 uur")
    assert said[0] == "U heeft al afspraken staan. Meer tegelijk lukt hier niet."
    assert len(await rows(town)) == most


async def test_moved_confirmed_and_cancelled_by_buttons_of_an_old_message(town: Town, noor: Colleague) -> None:
    one = await town.resident()
    made = await booked(one, at("10:00"), noor)
    said = await heard(one, f"!to:afspraak.moving:{made.id}", "dinsdag", "om 2 uur")
    assert said[:2] == ["Gelukt. Uw afspraak staat nu op:", "📅 dinsdag 24 november, 14:00"]
    await heard(one, f"!to:afspraak.coming:{made.id}")
    (mine,) = (await known(one)).standing
    assert (mine.at, mine.coming) == (at("14:00"), True)
    await heard(one, f"!to:afspraak.cancelling:{made.id}", f"!to:afspraak.cancelled:{made.id}")
    assert (await known(one)).standing == ()
    assert "14:00" in await times(one)
    await check(town)


async def test_after_a_cancellation_by_the_desk_the_same_kind_is_offered_anew(town: Town, noor: Colleague) -> None:
    one = await town.resident()
    made = await booked(one, at("10:00"), noor, kind=Kind.PHONE)
    await one.hears()
    await acts.cancel(town.house, one.conversation_id, noor, made.id, client_id="cancel-1")
    assert "afspraak.told_cancelled" in origins(await one.hears())
    said = await heard(one, f"!to:afspraak.again:{made.id}", "dinsdag", "11 uur")
    assert said[:3] == ["Gelukt. Uw afspraak staat.", "📅 dinsdag 24 november, 11:00", "📞 U wordt gebeld door Noor."]
    await check(town)


async def test_proposed_chosen_and_the_others_go(town: Town, noor: Colleague) -> None:
    one = await town.resident()
    moments = [(at(clock), [noor.id]) for clock in ("10:00", "13:00", "15:00")]
    number = one.conversation_id
    await acts.propose(town.house, number, noor, kind="office", moments=moments, client_id="propose-1")
    assert "afspraak.proposed" in origins(await one.hears())
    first, second, _ = (await known(one)).proposed
    assert (await heard(one, f"!to:afspraak.chosen:{second.id}"))[0] == "Gelukt. Uw afspraak staat."
    assert (await heard(one, f"!to:afspraak.chosen:{first.id}"))[0].startswith("Dat moment is niet meer vrij.")
    assert [mine.id for mine in (await known(one)).standing] == [second.id]
    await check(town)


async def test_what_is_proposed_says_with_whom_each_moment_is(town: Town, noor: Colleague) -> None:
    one, bas = await town.resident(), await town.colleague("Bas")
    moments = [(at("10:00"), [noor.id]), (at("13:00"), [bas.id]), (at("15:00"), [noor.id, bas.id])]
    await acts.propose(town.house, one.conversation_id, noor, kind="office", moments=moments, client_id="propose-1")
    (said,) = [sent.content for sent in await one.hears() if sent.content.origin == "afspraak.proposed"]
    assert said.text.split("\n\n") == [
        "We willen graag met u afspreken.",
        "📅 dinsdag 24 november, 10:00",
        "🏢 Op kantoor, met Noor.",
        "🚩 Waar: Stadskantoor",
        "📅 dinsdag 24 november, 13:00",
        "🏢 Op kantoor, met Bas.",
        "📅 dinsdag 24 november, 15:00",
        "🏢 Op kantoor, met Noor.",
        "👥 Ook erbij: Bas.",
        "🚩 Waar: Stadskantoor",
        "Welk moment past u?",
    ]


async def test_who_missed_it_says_what_would_help(town: Town, noor: Colleague) -> None:
    one = await town.resident()
    made = await booked(one, at("10:00"), noor)
    town.clock.to(at("12:00"))
    await acts.mark(town.house, one.conversation_id, noor, made.id, "no_show", client_id="mark-1")
    assert "afspraak.missed" in origins(await one.hears())
    await heard(one, f"!to:afspraak.differently:{made.id}", "afspraak.differently:phone")
    mine = (await known(one, made.id)).one
    assert mine is not None
    assert mine.details["differently"] == "phone"


async def test_stop_names_what_stands(town: Town, noor: Colleague) -> None:
    one = await town.resident()
    await booked(one, at("10:00"), noor)
    assert "Uw afspraak blijft staan: dinsdag 24 november, 10:00." in await heard(one, "stop")


async def test_nothing_free_asks_a_human(town: Town) -> None:
    one = await town.resident()
    assert (await heard(one, "!go:afspraak"))[0].startswith("Er is nu geen vrij moment in onze agenda.")
    assert "no_slots" in await one.events()
    assert (await one.row()).queue == "waiting_us"


async def test_who_left_no_way_to_be_reached_can_give_one_at_once(town: Town, noor: Colleague) -> None:
    reach = "Sluit u deze chat? Met uw nummer of e-mailadres kunnen we u nog bereiken."
    booking = ("!go:afspraak", "afspraak.kind:office", "dinsdag om 10 uur")
    visitor, in_app = await town.resident(), await town.resident("telegram")
    assert reach in await heard(visitor, *booking)
    assert reach not in await heard(in_app, "!go:afspraak", "afspraak.kind:office", "dinsdag om 11 uur")
    assert (await heard(visitor, "fatima@post.example"))[0] == "Dank u. We kunnen u bereiken via fatima@post.example."
    people = await town.rows(tables.person)
    assert [row.email_sealed is not None for row in people] == [True, False]
    await heard(visitor, "afspraak.reached:close")
    assert reach not in await heard(visitor, "!go:afspraak", "afspraak.kind:office", "woensdag om 10 uur")
    await check(town)


async def test_another_way_to_meet_and_moving_in_the_same_way(town: Town, noor: Colleague) -> None:
    one = await town.resident("telegram")
    said = await heard(one, "!go:afspraak", "afspraak.kind:office", "kan het ook telefonisch", "dinsdag om 10 uur")
    assert said[:3] == ["Gelukt. Uw afspraak staat.", "📅 dinsdag 24 november, 10:00", "📞 U wordt gebeld door Noor."]
    (row,) = (await rows(town)).values()
    moving = f"!to:afspraak.moving:{row.id}"
    said = await heard(one, moving, "liever op kantoor", "afspraak.same_way:other", "dinsdag om 2 uur")
    assert said[:3] == [
        "Gelukt. Uw afspraak staat nu op:",
        "📅 dinsdag 24 november, 14:00",
        "📞 U wordt gebeld door Noor.",
    ]
    await check(town)


async def test_that_nothing_is_free_is_on_the_file_once(town: Town) -> None:
    one = await town.resident()
    await heard(one, "!go:afspraak", "waarom", "kort", "afspraak.kind:say", "terug")
    assert (await one.events()).count("no_slots") == 1
