"""The link of a video talk: given with the booking, shown to the resident as what it is, and in no calendar."""

from __future__ import annotations

import re

import pytest
from markupsafe import escape

from bot import invitation
from bot.agenda import acts
from bot.agenda.acts import LONGEST_LINK
from bot.desk.accounts import Staff
from flows.agenda import Kind
from tests.support.agenda import details
from tests.support.desk import Balie, Browser
from tests.support.desk_agenda import (
    agreed,
    booked,
    chosen,
    detailed,
    give_hours,
    history,
    on,
    path,
    plan,
    press,
    section,
)
from tests.support.town import Resident

LINK = "https://video.voorbeeld.nl/j/123?pwd=aB-9_x#begin"
AWAITED = "rekent van tevoren op een link voor het videogesprek"


async def books(browser: Browser, one: Resident, by: Staff, place: str, *, act: str = "book") -> int:
    """Chooses a moment for a video talk with this link; gives the status."""
    fields = await plan(browser, one, f"?for={act}&kind=video")
    moment = {"moment" if act == "book" else "moment-1-1": chosen(on(1, "10:00"), by)}
    return (await browser.post(path(one, "appointments", act), **fields, **moment, place=place)).status


@pytest.mark.parametrize("link", [LINK, "http://video.voorbeeld.nl", "https://[2001:db8::1]:8443/x", "Https://A.NL/é"])
async def test_the_resident_gets_the_link_with_the_appointment(balie: Balie, noor: Staff, link: str) -> None:
    one = await balie.resident()
    await one.hears()
    browser = await balie.browser(noor)
    assert await books(browser, one, noor, f"  {link} ") == 303
    link = link.replace("Https", "https")
    said = (await one.hears())[-1].content.text.split("\n\n")
    assert said[2:4] == ["🎥 Via videobellen, met Noor.", f"🔗 Link van het videogesprek: {link}"]
    await browser.get(path(one))
    assert f"Link van het videogesprek {link}" in section(browser.page)
    assert f'<a href="{link}" target="_blank" rel="noopener noreferrer">' in browser.page
    assert AWAITED not in browser.page
    assert (await one.types("waar is het"))[0].content.text.startswith(
        f"We spreken u via videobellen. Dit is de link: {link}"
    )


async def test_without_one_it_comes_later(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    assert await books(browser, one, noor, " ") == 303
    assert "De link krijgt u van tevoren." in (await one.hears())[-1].content.text
    await browser.get(path(one))
    assert AWAITED in browser.page


async def test_what_is_proposed_has_the_link_too(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    assert await books(browser, one, noor, LINK, act="propose") == 303
    assert f"🔗 Link van het videogesprek: {LINK}" in (await one.hears())[-1].content.text
    (row,) = await agreed(balie, one)
    said = (await one.taps(f"!to:afspraak.chosen:{row.id}"))[-1].content.text
    assert said.startswith("Gelukt. Uw afspraak staat.")
    assert LINK in said


@pytest.mark.parametrize(
    "typed",
    [
        "video.voorbeeld.nl/j/123",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://voorbeeld.nl",
        "https://",
        "https:///pad",
        "https://een twee.nl",
        "https://bank.nl@voorbeeld.nl",
        "https://voorbeeld.nl\\@bank.nl",
        "https://voorbeeld.nl/<b>",
        'https://voorbeeld.nl/"',
        "https://[2001:db8::1",
        "https://voorbeeld.nl:x/",
        "https://voorbeeld.nl/" + LONGEST_LINK * "a",
        "bel maar even",
    ],
)
@pytest.mark.parametrize("act", ["book", "propose"])
async def test_what_is_no_link_is_refused_in_words(balie: Balie, noor: Staff, typed: str, act: str) -> None:
    one = await balie.resident()
    browser, before = await balie.browser(noor), await balie.state()
    assert await books(browser, one, noor, typed, act=act) == 409
    assert "Dit is geen link naar een videogesprek." in browser.page
    assert await balie.state() == before
    assert "<b>" not in browser.page


async def test_only_a_link_can_be_followed_at_the_desk(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"), kind="video")
    await detailed(balie, one, number, {"place": "javascript:alert(1)"})
    browser = await balie.browser(noor)
    await browser.get(path(one))
    assert "Plek javascript:alert(1)" in section(browser.page)
    assert 'href="javascript' not in browser.page


async def test_a_place_of_another_kind_is_still_any_words(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"), kind="elsewhere", place="Bibliotheek, bij de deur")
    assert (await details(balie.town, number))["place"] == "Bibliotheek, bij de deur"


async def test_the_form_asks_for_it_with_a_video_talk_alone(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    for kind in Kind:
        await plan(browser, one, f"?kind={kind}")
        assert ("Link van het videogesprek" in browser.page) is (kind == Kind.VIDEO), kind


def test_in_a_calendar_there_is_no_link() -> None:
    assert invitation.where(Kind.VIDEO, LINK) == ""


async def test_when_it_is_moved_the_link_stays(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"), kind="video", place=LINK)
    browser = await balie.browser(noor)
    fields = {**await plan(browser, one, f"?for=move:{number}"), "moment": chosen(on(2, "11:00"), noor)}
    assert (await browser.post(path(one, "appointments", number, "move"), **fields)).status == 303
    assert f"🔗 Link van het videogesprek: {LINK}" in (await one.hears())[-1].content.text


# ---- given later ---------------------------------------------------------------------------------------------------


async def gives(browser: Browser, one: Resident, number: int, link: str, *, opens: bool = True) -> int:
    """Types a link into the form of an appointment that stands; gives the status."""
    if opens:
        await browser.get(path(one))
    form = re.search(rf'action="{path(one, "appointments", number, "link")}">(.*?)</form>', browser.page, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'name="(client_id|seen)" value="([^"]+)"', form[1]))
    return (await browser.post(path(one, "appointments", number, "link"), **fields, link=link)).status


@pytest.mark.parametrize("language", ["nl", "ar"])
async def test_a_talk_that_the_resident_booked_gets_its_link(balie: Balie, noor: Staff, language: str) -> None:
    one = await balie.resident("Fatima", language)
    number = await booked(balie, one, noor, on(1, "10:00"), kind="video")
    await detailed(balie, one, number, await details(balie.town, number), news="booked")
    browser = await balie.browser(noor)
    await browser.get(path(one))
    assert f"{AWAITED}. Vul hem hieronder in" in browser.page
    assert "Link geven" in section(browser.page)
    sequence = (await agreed(balie, one))[0].sequence
    await one.hears()
    assert await gives(browser, one, number, f" {LINK} ") == 303
    (told,) = await one.hears()
    assert (told.content.origin, told.content.language) == ("afspraak.told_link", language)
    assert LINK in told.content.text
    if language == "nl":
        assert told.content.text.startswith("De link van uw videogesprek op dinsdag 24 november staat klaar:\n\n📅")
    assert (await agreed(balie, one))[0].sequence == sequence, "a calendar shows no link"
    await browser.get(path(one))
    assert AWAITED not in browser.page
    assert "Nieuw:" not in section(browser.page)
    assert f'value="{LINK}"' in browser.page
    assert "Link veranderen" in section(browser.page)
    assert history(browser.page)[0].startswith("Link gegeven: videobellen, morgen 10:00 Noor")
    assert (await one.row()).queue == "waiting_them"


async def test_what_one_asks_for_has_it_and_another_one_is_told_as_such(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(3, "10:00"), kind="video")
    browser = await balie.browser(noor)
    assert await gives(browser, one, number, LINK) == 303
    assert f"🔗 Link van het videogesprek: {LINK}" in (await one.taps(f"!to:afspraak.one:{number}"))[-1].content.text
    assert "Tot dan" in (await one.taps(f"!to:afspraak.coming:{number}"))[-1].content.text
    assert await gives(browser, one, number, f"{LINK}2") == 303
    told = (await one.hears())[-1].content
    assert told.text.startswith("Uw videogesprek op donderdag 26 november heeft een nieuwe link:")
    assert [button.data for button in told.buttons] == [
        f"!to:afspraak.moving:{number}",
        f"!to:afspraak.cancelling:{number}",
    ], "that they come was said"


async def test_the_same_form_or_the_same_link_is_told_once(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"), kind="video")
    browser, other = await balie.browser(noor), await balie.browser(await balie.add_staff("bas", "Bas"))
    await one.hears()
    await other.get(path(one))
    assert await gives(browser, one, number, LINK) == 303
    assert await gives(browser, one, number, LINK, opens=False) == 303
    assert await gives(other, one, number, LINK, opens=False) == 303
    assert len(await one.hears()) == 1
    # A colleague had another one, on a page from before; and the first is given once more.
    for who, link, opens in ((other, f"{LINK}2", False), (browser, LINK, True), (browser, f"{LINK}2", True)):
        assert await gives(who, one, number, link, opens=opens) == 303
        assert [said.content.origin for said in await one.hears()] == ["afspraak.told_new_link"]
        assert (await details(balie.town, number))["place"] == link
    assert await gives(browser, one, number, LINK, opens=False) == 303
    assert await gives(browser, one, number, f"{LINK}2", opens=False) == 303
    assert len(await one.hears()) == 1, "what was sent before does not come back"


@pytest.mark.parametrize("typed", ["", "video.voorbeeld.nl", "javascript:alert(1)", 'https://v.nl/"><b>', "a" * 600])
@pytest.mark.parametrize("before", ["", LINK])
async def test_what_is_no_link_changes_nothing_and_can_be_put_right(
    balie: Balie, noor: Staff, typed: str, before: str
) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"), kind="video", place=before)
    browser, state = await balie.browser(noor), await balie.state()
    assert await gives(browser, one, number, typed) == 409
    assert "Dit is geen link naar een videogesprek." in browser.page
    assert await balie.state() == state
    assert f'value="{escape(typed)}"' in browser.page
    assert "<b>" not in browser.page


async def test_only_a_video_talk_that_stands_takes_one(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    phone = await booked(balie, one, noor, on(1, "10:00"))
    video = await booked(balie, one, noor, on(1, "14:00"), kind="video")
    browser = await balie.browser(noor)
    await press(browser, one, video, "cancel")
    await browser.get(path(one))
    assert "Link" not in section(browser.page)
    for number, words in ((phone, "Dit is geen videogesprek"), (video, "Deze afspraak is net veranderd of afgezegd")):
        fields = {"client_id": "abcdefgh12", "link": LINK}
        assert (await browser.post(path(one, "appointments", number, "link"), **fields)).status == 409
        assert words in browser.page
    assert [(await details(balie.town, number))["place"] for number in (phone, video)] == ["", ""]


async def test_while_it_lasts_the_link_can_be_changed_and_not_after(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"), kind="video", place=LINK)
    browser = await balie.browser(noor)
    balie.town.clock.to(on(1, "10:10"))
    assert await gives(browser, one, number, f"{LINK}2") == 303
    await browser.get(path(one))
    balie.town.clock.to(on(1, "13:00"))
    assert await gives(browser, one, number, LINK, opens=False) == 409
    await browser.get(path(one))
    assert "Link veranderen" not in section(browser.page)


async def test_a_question_that_came_in_meanwhile_is_not_answered_by_a_link(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"), kind="video")
    browser = await balie.browser(noor)
    await browser.get(path(one))
    await one.types("mens")
    assert await gives(browser, one, number, LINK, opens=False) == 303
    assert (await one.row()).queue == "waiting_us"
    assert await gives(browser, one, number, f"{LINK}2") == 303
    assert (await one.row()).queue == "waiting_them"


# ---- moved ---------------------------------------------------------------------------------------------------------


async def test_with_another_colleague_the_former_ones_link_leads_nowhere(balie: Balie, noor: Staff) -> None:
    one, bas = await balie.resident(), await balie.add_staff("bas", "Bas")
    number = await booked(balie, one, noor, on(1, "10:00"), kind="video", place=LINK)
    browser = await balie.browser(noor)
    fields = {**await plan(browser, one, f"?for=move:{number}"), "moment": chosen(on(2, "11:00"), bas)}
    assert (await browser.post(path(one, "appointments", number, "move"), **fields)).status == 303
    said = (await one.hears())[-1].content.text
    assert "🎥 Via videobellen, met Bas. De link krijgt u van tevoren." in said
    assert LINK not in said
    await browser.get(path(one))
    assert AWAITED in browser.page


async def test_a_second_colleague_changes_nothing_about_the_link(balie: Balie, noor: Staff) -> None:
    one, bas = await balie.resident(), await balie.add_staff("bas", "Bas")
    number = await booked(balie, one, noor, on(1, "10:00"), kind="video", place=LINK)
    moment, who = on(2, "11:00"), [noor.id, bas.id]
    await acts.move(balie.house, one.conversation_id, noor, number, at=moment, who=who, client_id="with-both")
    assert (await details(balie.town, number))["place"] == LINK


async def test_a_resident_who_moves_to_another_colleague_hears_that_the_link_comes(balie: Balie, noor: Staff) -> None:
    one, bas = await balie.resident(), await balie.add_staff("bas", "Bas")
    number = await booked(balie, one, noor, on(1, "10:00"), kind="video", place=LINK)
    await give_hours(balie, bas.id)
    days = (await one.taps(f"!to:afspraak.moving:{number}"))[-1].content.buttons
    times = (await one.taps(days[0].data))[-1].content.buttons
    said = (await one.taps(times[0].data))[-1].content.text
    assert "met Bas. De link krijgt u van tevoren." in said
    assert (await details(balie.town, number))["place"] == ""
