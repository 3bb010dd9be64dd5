"""What the desk does with an appointment is told to the resident at once, in their own conversation and language."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot import takeover
from bot.desk.accounts import Staff
from bot.desk.planned import DIFFERENTLY
from flows import afspraak_na
from storage import tables
from tests.support.desk import Balie, Browser
from tests.support.desk_agenda import agreed, booked, chosen, give_hours, on, path, plan, press, section
from tests.support.town import Resident, origins


async def heard(one: Resident) -> list[str]:
    """Which screens of appointments were said since the last time that was asked."""
    return [origin for origin in origins(await one.hears()) if origin.startswith("afspraak.")]


async def test_every_act_is_told_at_once_and_the_desk_sees_what_was_said(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima", "ar")
    await give_hours(balie, noor.id)
    browser = await balie.browser(noor)
    await one.hears()
    fields = await plan(browser, one)
    await browser.post(path(one, "appointments/book"), **fields, moment=chosen(on(1, "10:00"), noor))
    (told,) = await one.hears()
    assert (told.content.origin, told.content.language) == ("afspraak.told_booked", "ar")
    (row,) = await agreed(balie, one)
    fields = await plan(browser, one, f"?for=move:{row.id}")
    await browser.post(path(one, "appointments", row.id, "move"), **fields, moment=chosen(on(1, "14:00"), noor))
    assert await heard(one) == ["afspraak.told_moved"]
    await browser.get(path(one))
    assert "Uw afspraak is verzet" in browser.page
    await press(browser, one, row.id, "cancel")
    assert await heard(one) == ["afspraak.told_cancelled"]


async def test_after_a_no_show_a_kind_word_and_what_would_help_reaches_the_desk(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await give_hours(balie, noor.id)
    number = await booked(balie, one, noor, on(1, "10:00"))
    balie.town.clock.to(on(1, "11:00"))
    browser = await balie.browser(noor)
    await one.hears()
    await press(browser, one, number, "no-show")
    (told,) = await one.hears()
    assert told.content.origin == "afspraak.missed"
    await one.taps(next(button.data for button in told.content.buttons if "differently" in button.data))
    await one.taps("afspraak.differently:company")
    await browser.get(path(one))
    assert "Wat volgende keer helpt: met iemand erbij" in section(browser.page)
    await press(browser, one, number, "held")
    assert await heard(one) == [], "that they were there needs no message"


@pytest.mark.parametrize("held", [False, True])
async def test_who_takes_none_of_the_moments_is_heard_at_the_desk(balie: Balie, noor: Staff, held: bool) -> None:
    one = await balie.resident()
    if held:
        await takeover.take_over(balie.house, one.conversation_id, noor)
    browser = await balie.browser(noor)
    await proposes(browser, one, noor, 1)
    (earlier,) = await agreed(balie, one)
    await proposes(browser, one, noor, 2, 3)
    none = f"!to:afspraak.no_proposal:{earlier.id}"
    await one.taps(none)
    await browser.get(path(one))
    assert section(browser.page).count("Voorgesteld, de inwoner koos nog niet") == 2, (
        "that was said of another proposal"
    )
    _, row, other = await agreed(balie, one)
    await one.taps(none.replace(str(earlier.id), str(row.id)))
    await browser.get(path(one))
    assert section(browser.page).count("De inwoner zei dat geen van deze momenten past") == 2
    assert "koos nog niet" not in section(browser.page)
    assert (await one.taps(f"!to:afspraak.chosen:{other.id}"))[-1].content.text.startswith("Gelukt.")
    await proposes(browser, one, noor, 4)
    await browser.get(path(one))
    words = section(browser.page)
    assert "geen van deze" not in words
    assert "Voorgesteld, de inwoner koos nog niet" in words


async def proposes(browser: Browser, one: Resident, by: Staff, *days: int) -> None:
    """A moment on each of these days."""
    fields = await plan(browser, one, "?for=propose")
    moments = {f"moment-{day}": chosen(on(day, "10:00"), by) for day in days}
    assert (await browser.post(path(one, "appointments/propose"), **fields, **moments)).status == 303


def test_the_desk_has_words_for_all_that_can_be_tapped() -> None:
    assert set(DIFFERENTLY) == {choice.id for choice in afspraak_na.DIFFERENTLY}


async def test_a_proposal_is_chosen_with_one_tap(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    await one.hears()
    fields = await plan(browser, one, "?for=propose")
    moments = {f"moment-{hour}": chosen(on(1, f"{hour}:00"), noor) for hour in (10, 14)}
    await browser.post(path(one, "appointments/propose"), **fields, **moments)
    (told,) = await one.hears()
    assert told.content.origin == "afspraak.proposed"
    await one.taps(told.content.buttons[1].data)
    assert [row.state for row in await agreed(balie, one)] == ["withdrawn", "booked"]
    await browser.get(path(one))
    words = section(browser.page)
    assert "morgen 14:00 , bellen, met Noor" in words
    assert "Nieuw: de inwoner maakte deze afspraak zelf." in words
    assert "Voorgesteld" not in words


@pytest.mark.parametrize("silent", ["held", "stop"])
async def test_it_is_told_in_a_hold_and_after_stop_too(balie: Balie, noor: Staff, silent: str) -> None:
    one = await balie.resident()
    if silent == "held":
        await takeover.take_over(balie.house, one.conversation_id, noor)
    else:
        await one.types("stop")
    await one.hears()
    number = await booked(balie, one, noor, on(1, "10:00"))
    browser = await balie.browser(noor)
    await press(browser, one, number, "cancel")
    assert await heard(one) == ["afspraak.told_booked", "afspraak.told_cancelled"]


async def test_who_has_no_place_in_the_chat_any_more_hears_it_too(balie: Balie, noor: Staff) -> None:
    one, town = await balie.resident(), balie.town
    lost = update(tables.conversation).where(tables.conversation.c.id == one.conversation_id)

    async def forgotten() -> None:
        async with town.house.db.begin() as conn:
            await conn.execute(lost.values(session_sealed=None))  # as when a first step failed

    await forgotten()
    number = await booked(balie, one, noor, on(1, "10:00"))
    assert origins(await one.hears())[-1] == "afspraak.told_booked"
    await forgotten()
    await one.taps(f"!to:afspraak.cancelled:{number}")
    assert [row.state for row in await agreed(balie, one)] == ["cancelled"]
    await one.taps("!terug")
    assert await one.screen() == "welkom.menu"
