"""Hard moments: a light message just before, every year, until they are dropped."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from flows.aftercare import DropMoment, KeepMoment
from flows.grammar import OptIn, OptOut, SignUp, Urgency
from flows.text import Json
from tests.support.contact import agrees, days, does, heard, kept, waiting
from tests.support.ending import closes, reopens
from tests.support.town import ZONE, Colleague, Resident, Town

DECEMBER = date(2026, 12, 5)
PARTY = KeepMoment(0, "december", DECEMBER, {"text": "Sinterklaas"}, {"text": "Samen één cadeau"})


async def test_a_message_just_before_it_and_next_year_again(town: Town, sanne: Resident) -> None:
    await does(town, sanne, PARTY)
    (one,) = (await kept(town, sanne)).moments
    assert (one.kind, one.on, one.words, one.plan) == ("december", DECEMBER, "Sinterklaas", "Samen één cadeau")
    at = (await waiting(town, sanne))[f"contact.moment:{one.id}"]
    assert at.date() == date(2026, 12, 2)
    await town.move_to(at - timedelta(minutes=1))
    assert await heard(sanne) == []
    await town.move_to(at)
    assert await heard(sanne) == ["contact.before"]
    await town.move_to(datetime(2026, 12, 6, 12, tzinfo=ZONE))
    assert (await kept(town, sanne)).moments[0].on == date(2027, 12, 5)
    assert (await waiting(town, sanne))[f"contact.moment:{one.id}"].date() == date(2027, 12, 2)
    await town.move_to(datetime(2027, 12, 4, 12, tzinfo=ZONE))
    assert await heard(sanne) == ["contact.before"]


async def test_several_each_have_their_own(town: Town, sanne: Resident) -> None:
    birthday = KeepMoment(0, "birthday", date(2026, 12, 8))
    await does(town, sanne, PARTY, birthday)
    await days(town, 20)
    assert await heard(sanne) == ["contact.before"] * 2


async def test_one_that_changes_is_told_of_before_its_new_day(town: Town, sanne: Resident) -> None:
    await does(town, sanne, PARTY)
    (one,) = (await kept(town, sanne)).moments
    await does(town, sanne, KeepMoment(one.id, on=date(2026, 12, 24)), KeepMoment(one.id, plan={"text": "Naar oma"}))
    (one,) = (await kept(town, sanne)).moments
    assert (one.on, one.words, one.plan) == (date(2026, 12, 24), "Sinterklaas", "Naar oma")
    await days(town, 25)
    assert await heard(sanne) == []
    await days(town, 5)
    assert await heard(sanne) == ["contact.before"]


async def test_one_that_is_dropped_is_silent(town: Town, sanne: Resident) -> None:
    await does(town, sanne, PARTY)
    (one,) = (await kept(town, sanne)).moments
    await does(town, sanne, DropMoment(one.id))
    assert (await kept(town, sanne)).moments == ()
    await days(town, 20)
    assert await heard(sanne) == []


async def test_one_that_is_told_late_comes_tomorrow_and_one_of_today_next_year(town: Town, sanne: Resident) -> None:
    await does(town, sanne, KeepMoment(0, "bill", date(2026, 11, 25)), KeepMoment(0, "birthday", date(2026, 11, 23)))
    first, second = sorted((await kept(town, sanne)).moments, key=lambda each: each.id)
    planned = await waiting(town, sanne)
    assert planned[f"contact.moment:{first.id}"].date() == date(2026, 11, 24)
    assert planned[f"contact.moment:{second.id}"].date() == date(2027, 11, 20)


async def test_what_cannot_go_before_its_day_does_not_go_that_year(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    await does(town, sanne, PARTY)
    (one,) = (await kept(town, sanne)).moments
    await town.move_to(datetime(2026, 12, 2, 9, 30, tzinfo=ZONE))
    await sanne.types("ik wil niet meer leven")  # everything that is planned waits
    await heard(sanne)
    await town.move_to(datetime(2026, 12, 7, tzinfo=ZONE))
    assert await heard(sanne) == []
    assert (await waiting(town, sanne))[f"contact.moment:{one.id}"].date() == date(2027, 12, 2)


async def test_stop_silences_them_and_coming_back_does_not(town: Town, sanne: Resident) -> None:
    await does(town, sanne, PARTY, OptOut())
    assert not [kind for kind in await waiting(town, sanne) if kind.startswith("contact.")]
    await does(town, sanne, KeepMoment(0, "birthday", date(2026, 12, 8)))
    assert not [kind for kind in await waiting(town, sanne) if kind.startswith("contact.")]
    await does(town, sanne, OptIn())
    await days(town, 20)
    assert await heard(sanne) == ["contact.before"] * 2


async def test_after_the_end_of_help_nothing_is_said(town: Town, noor: Colleague, sanne: Resident) -> None:
    await agrees(town, sanne, noor)
    await does(town, sanne, PARTY)
    await closes(town, sanne, noor)
    await heard(sanne)
    await days(town, 20)
    assert await heard(sanne) == []


NO_MOMENTS: tuple[KeepMoment | DropMoment, ...] = (
    KeepMoment(0, "wedding", DECEMBER),
    KeepMoment(0, None, DECEMBER),
    KeepMoment(0, "bill", None),
    KeepMoment(0, "bill", date(2026, 11, 22)),
    KeepMoment(0, "bill", date(2028, 1, 1)),
    KeepMoment(99, "bill", DECEMBER),
    KeepMoment(10**30, "bill", DECEMBER),
    DropMoment(-1),
)
NO_WORDS: tuple[Json, ...] = (7, ["x"], {"text": 7}, {})


async def test_what_is_no_moment_is_none_and_what_are_no_words_are_none(town: Town, sanne: Resident) -> None:
    await does(town, sanne, *NO_MOMENTS)
    assert (await kept(town, sanne)).moments == ()
    await does(town, sanne, *(KeepMoment(0, "bill", DECEMBER, said, said) for said in NO_WORDS))
    assert {(one.words, one.plan) for one in (await kept(town, sanne)).moments} == {("", "")}


async def test_nobody_keeps_a_hundred_in_mind(town: Town, sanne: Resident) -> None:
    await does(town, sanne, *[PARTY] * 20)
    assert len((await kept(town, sanne)).moments) == 12


async def test_of_somebody_else_nothing_changes(town: Town, sanne: Resident) -> None:
    await does(town, sanne, PARTY)
    (one,) = (await kept(town, sanne)).moments
    other = await town.resident()
    await does(town, other, DropMoment(one.id), KeepMoment(one.id, on=date(2026, 12, 20), words="x"))
    assert (await kept(town, sanne)).moments == (one,)


async def test_when_nothing_ran_for_days_it_is_not_said_of_the_next_year(town: Town, sanne: Resident) -> None:
    await does(town, sanne, PARTY)
    (one,) = (await kept(town, sanne)).moments
    town.clock.to(datetime(2026, 12, 7, 12, tzinfo=ZONE))
    await town.run_due()
    assert await heard(sanne) == []
    assert (await waiting(town, sanne))[f"contact.moment:{one.id}"].date() == date(2027, 12, 2)


async def test_the_29th_of_february_stays_that_when_something_else_about_it_changes(
    town: Town, sanne: Resident
) -> None:
    await town.move_to(datetime(2027, 6, 1, 12, tzinfo=ZONE))
    await does(town, sanne, KeepMoment(0, "birthday", date(2028, 2, 29)))
    await town.move_to(datetime(2028, 3, 5, 12, tzinfo=ZONE))
    (one,) = (await kept(town, sanne)).moments
    assert one.on == date(2029, 2, 28)
    await does(town, sanne, KeepMoment(one.id, plan={"text": "Naar oma"}))
    town.clock.to(datetime(2031, 6, 1, 12, tzinfo=ZONE))
    assert [(each.on, each.plan) for each in (await kept(town, sanne)).moments] == [(date(2032, 2, 29), "Naar oma")]


@pytest.mark.parametrize("how", ["mistake", "back", "anew"])
async def test_whose_help_goes_on_hears_of_them_again(town: Town, noor: Colleague, sanne: Resident, how: str) -> None:
    await does(town, sanne, PARTY)
    await closes(town, sanne, noor)
    if how == "anew":
        await does(town, sanne, SignUp("self", {}, Urgency.NORMAL))
    else:
        await reopens(town, sanne, noor, how, "gesprek" if how == "back" else "")
    await heard(sanne)
    await days(town, 13)
    assert await heard(sanne) == ["contact.before"]
