"""The page on which a caseworker chooses a moment: what it offers, marks and leaves out, and what it refuses."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import insert

from bot.agenda import acts
from bot.clock import to_ms
from bot.desk.accounts import Staff
from storage import tables
from tests.support.desk import Balie, Browser
from tests.support.desk_agenda import booked, give_hours, on, section
from tests.support.town import Resident


@pytest.fixture
async def samir(balie: Balie) -> Staff:
    return await balie.add_staff("samir", "Samir", "coordinator")


async def opened(balie: Balie, staff: Staff, one: Resident, query: str = "") -> Browser:
    """The page in a browser of its own."""
    browser = await balie.browser(staff)
    assert (await browser.get(f"/desk/file/{one.conversation_id}/plan{query}")).status == 200
    return browser


def offered(page: str) -> list[tuple[str, str]]:
    """Each moment on offer: its day and its time, with whatever stands beside it."""
    found = []
    for legend, day in re.findall(r"<legend>(.*?)</legend>(.*?)</fieldset>", page, re.DOTALL):
        for label in re.findall(r"<label>(.*?)</label>", day, re.DOTALL):
            words = re.sub(r"<[^>]+>", "", html.unescape(label)).split()
            found.append((legend, " ".join(words)))
    return found


def values(page: str) -> list[str]:
    """What the fields of those moments say."""
    return re.findall(r'name="moment[^"]*"(?: required)? value="([^"]*)"', page)


def selected(page: str, field: str) -> list[str]:
    """What is chosen in a list, by the id of the list."""
    found = re.search(rf'<select id="{field}".*?</select>', page, re.DOTALL)
    assert found is not None, field
    return re.findall(r'value="(\w+)" selected', found[0])


async def promised(balie: Balie, one: Resident, kind: str, due_at: datetime, **other: Any) -> None:
    """A term on the file."""
    values = {"conversation_id": one.conversation_id, "kind": kind, "made_at": 1, "due_at": to_ms(due_at), **other}
    async with balie.house.db.begin() as conn:
        await conn.execute(insert(tables.promise).values(values))


async def test_it_begins_with_a_telephone_call_of_who_looks(balie: Balie, noor: Staff, samir: Staff) -> None:
    one = await balie.resident()
    await give_hours(balie, noor.id, [1], hours=(9, 11))
    await give_hours(balie, samir.id, [2], hours=(9, 11))
    browser = await opened(balie, noor, one)
    assert selected(browser.page, "kind") == ["phone"]
    assert selected(browser.page, "with") == [str(noor.id)]
    assert selected(browser.page, "also") == []
    clocks = ("09:00", "09:30", "10:00", "10:30")
    days = ("Dinsdag 24 november", "Dinsdag 1 december")
    assert offered(browser.page) == [(day, clock) for day in days for clock in clocks]
    assert "Vrij van maandag 23 november tot en met zondag 6 december" in browser.page


async def test_whoever_has_time_once_for_each_moment_who_looks_first(balie: Balie, noor: Staff, samir: Staff) -> None:
    one, other = await balie.resident(), await balie.resident()
    await give_hours(balie, noor.id, [1], hours=(10, 11))
    await give_hours(balie, samir.id, [1], hours=(9, 11))
    ans = await balie.add_staff("ans", "Ans", "coordinator")
    browser = await opened(balie, noor, one, "?with=&from=2026-11-24")
    (first, *_) = [day for day, _ in offered(browser.page)]
    on_tuesday = [words for day, words in offered(browser.page) if day == first]
    assert on_tuesday == ["09:00 Samir", "09:30 Samir", "10:00 Noor", "10:30 Noor"]
    await booked(balie, other, noor, on(1, "9:00"), samir)
    browser = await opened(balie, ans, one, "?with=&from=2026-11-24")
    on_tuesday = [words for day, words in offered(browser.page) if day == first]
    assert on_tuesday == ["09:30 Samir", "10:00 Noor", "10:30 Noor"], "else who has least to do that day"


async def test_two_at_the_same_time_for_who_gets_the_file(balie: Balie, noor: Staff, samir: Staff) -> None:
    one = await balie.resident()
    await give_hours(balie, noor.id, [1], hours=(9, 11))
    await give_hours(balie, samir.id, [1], hours=(10, 12))
    browser = await opened(balie, noor, one, f"?with={noor.id}&with={samir.id}")
    assert [words for _, words in offered(browser.page)][:2] == ["10:00", "10:30"]
    assert values(browser.page)[0] == f"{to_ms(on(1, '10:00'))}-{noor.id}-{samir.id}"
    assert selected(browser.page, "also") == [str(samir.id)]


async def test_to_propose_several_can_be_ticked(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await give_hours(balie, noor.id, [1, 2], hours=(9, 10))
    browser = await opened(balie, noor, one, "?for=propose")
    names = re.findall(r'type="checkbox" name="(moment[^"]*)"', browser.page)
    assert len(names) == len(set(names)) == len(offered(browser.page)) == 8
    assert "hooguit 3 momenten" in browser.page


async def test_an_appointment_that_is_moved_brings_its_own_kind_and_colleagues(
    balie: Balie, noor: Staff, samir: Staff
) -> None:
    one = await balie.resident()
    await give_hours(balie, samir.id, [1], hours=(9, 11))
    number = await booked(balie, one, noor, on(1, "9:00"), samir, kind="office")
    browser = await opened(balie, noor, one, f"?for=move:{number}&kind=home")
    assert selected(browser.page, "with") == [str(samir.id)]
    assert "Nu: <strong>morgen 09:00</strong>, op kantoor, met Samir" in browser.page
    assert 'id="kind"' not in browser.page
    assert offered(browser.page)[0][1] == "09:00", "what it takes itself is free for it"
    assert f'action="/desk/file/{one.conversation_id}/appointments/{number}/move#refused"' in browser.page


async def test_what_the_resident_has_already_is_told_and_left_out(balie: Balie, noor: Staff, samir: Staff) -> None:
    one = await balie.resident()
    for staff in (noor, samir):
        await give_hours(balie, staff.id, [1], hours=(9, 11))
    await booked(balie, one, noor, on(1, "9:15"), samir)
    browser = await opened(balie, noor, one)
    assert "Staat al: morgen 09:15, bellen, met Samir" in browser.page
    assert [words for _, words in offered(browser.page)][:2] == ["10:00", "10:30"]


async def test_terms_are_told_and_moments_after_them_marked(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await give_hours(balie, noor.id, [1, 2, 3], hours=(9, 10))
    await promised(balie, one, "intake", on(2, "17:00"))
    await promised(balie, one, "first_talk", on(-3, "17:00"))
    await promised(balie, one, "crisis_talk", on(1, "17:00"), kept_at=2)
    await promised(balie, one, "answer", on(1, "17:00"))
    browser = await opened(balie, noor, one)
    terms = re.search(r'<ul class="terms">.*?</ul>', browser.page, re.DOTALL)
    assert terms is not None
    assert "uiterlijk wo 25 november 17:00" in terms[0]
    assert "te laat sinds vr 20 november 17:00" in terms[0]
    assert terms[0].count("<li>") == 2
    days = re.findall(r"<legend>(.*?)</legend>(.*?)</fieldset>", browser.page, re.DOTALL)
    late = {legend: re.sub(r"<[^>]+>", "", rest).split() for legend, rest in days if "Na de termijn" in rest}
    assert "Dinsdag 24 november" not in late
    assert "Woensdag 25 november" not in late
    assert late["Donderdag 26 november"][:5] == ["!", "Na", "de", "termijn", "Intake"]


async def test_days_further_on_and_back(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await give_hours(balie, noor.id, [1], hours=(9, 10))
    browser = await opened(balie, noor, one, f"?for=propose&kind=office&with={noor.id}")
    later = re.search(r'href="([^"]*)" rel="next"', browser.page)
    assert later is not None
    assert 'rel="prev"' not in browser.page
    await browser.get(html.unescape(later[1]))
    assert offered(browser.page)[0] == ("Dinsdag 8 december", "09:00")
    assert selected(browser.page, "kind") == ["office"]
    assert "Momenten voorstellen" in browser.page
    earlier = re.search(r'href="([^"]*)" rel="prev"', browser.page)
    assert earlier is not None
    await browser.get(html.unescape(earlier[1]))
    assert offered(browser.page)[0] == ("Dinsdag 24 november", "09:00")


async def test_a_way_to_meet_that_has_a_place_asks_for_one(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    for kind, asked in (("home", True), ("elsewhere", True), ("office", True), ("video", True), ("phone", False)):
        browser = await opened(balie, noor, one, f"?kind={kind}")
        assert ('name="place"' in browser.page) is asked, kind


async def test_without_hours_any_moment_can_still_be_typed(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima", "ar")
    browser = await opened(balie, noor, one)
    assert "Geen vrij moment in deze twee weken" in browser.page
    assert re.search(r'<details class="other box" id="other" open>.*type="date"', browser.page, re.DOTALL)
    assert "in de eigen taal (Arabisch)" in browser.page


async def test_who_cannot_be_reached_is_to_be_called(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    for row in await balie.town.rows(tables.address, person_id=(await one.row()).person_id):
        async with balie.house.db.begin() as conn:
            await conn.execute(tables.address.update().where(tables.address.c.id == row.id).values(blocked_at=1))
    assert "niet bereikbaar in de chat" in (await opened(balie, noor, one)).page


@pytest.mark.parametrize(
    "query",
    [
        "?kind=nonsense&with=nonsense&from=nonsense&for=nonsense",
        "?from=0001-01-01",
        "?from=9999-12-31",
        "?with=999999999999999999&with=-1&with=%00",
        "?kind=&with=&from=&for=",
        "?with=1&with=1&with=1&with=1",
    ],
)
async def test_what_the_page_never_asked_for_changes_nothing(balie: Balie, noor: Staff, query: str) -> None:
    one = await balie.resident()
    await give_hours(balie, noor.id)
    browser = await balie.browser(noor)
    before = await balie.state()
    assert (await browser.get(f"/desk/file/{one.conversation_id}/plan{query}")).status == 200
    assert "Nieuwe afspraak" in browser.page
    assert selected(browser.page, "kind") == ["phone"]
    assert await balie.state() == before


@pytest.mark.parametrize("wanted", ["move:", "move:0", "move:x", "move:%00", "move:999999999999999999"])
async def test_what_is_not_there_cannot_be_moved(balie: Balie, noor: Staff, wanted: str) -> None:
    one, other = await balie.resident(), await balie.resident()
    number = await booked(balie, other, noor, on(1, "9:00"), noor)
    browser = await balie.browser(noor)
    path = f"/desk/file/{one.conversation_id}/plan?for="
    assert (await browser.get(path + wanted)).status == (200 if wanted == "move:" else 409)
    assert (await browser.get(f"{path}move:{number}")).status == 409, "someone else's"
    assert "net veranderd of afgezegd" in browser.page


async def test_an_auditor_plans_nothing(balie: Balie) -> None:
    one = await balie.resident()
    browser = await balie.browser(await balie.add_staff("ans", "Ans", "auditor"))
    assert (await browser.get(f"/desk/file/{one.conversation_id}/plan")).status == 403


async def test_who_is_not_signed_in_is_asked_to(balie: Balie) -> None:
    one = await balie.resident()
    browser = await balie.browser()
    assert (await browser.get(f"/desk/file/{one.conversation_id}/plan")).status == 303


async def test_that_there_is_no_number_to_call_is_said_with_a_call_alone(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    missing = "Er is nog geen nummer om te bellen."
    browser = await opened(balie, noor, one)
    assert missing in browser.page
    assert missing not in (await opened(balie, noor, one, "?for=book&kind=office")).page
    await booked(balie, one, noor, on(1, "10:00"))
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert missing in section(browser.page)
    (person,) = await balie.town.rows(tables.person)
    await balie.set(one, tables.person, phone_sealed=balie.house.vault.seal_text(person.key_id, "phone", "0612345678"))
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert missing not in section(browser.page)
    assert missing not in (await opened(balie, noor, one)).page


async def test_that_a_new_appointment_ends_what_is_proposed_is_said_beforehand(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await give_hours(balie, noor.id)
    lapses = "Wat nog is voorgesteld, vervalt."
    browser = await opened(balie, noor, one)
    assert lapses not in browser.page
    moments = [(on(1, "10:00"), [noor.id])]
    await acts.propose(balie.house, one.conversation_id, noor, kind="office", moments=moments, client_id="abcdefgh")
    assert lapses in (await opened(balie, noor, one)).page


async def test_a_moment_of_today_says_so(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await give_hours(balie, noor.id)
    number = await booked(balie, one, noor, on(0, "16:00"))
    assert "Nu: <strong>vandaag 16:00" in (await opened(balie, noor, one, f"?for=move:{number}")).page
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert "vandaag 16:00 , bellen" in section(browser.page)


async def test_that_a_link_is_awaited_is_said_with_a_video_call_alone(balie: Balie, noor: Staff) -> None:
    browser, awaited = await balie.browser(noor), "rekent van tevoren op een link voor het videogesprek"
    for kind, says in (("video", True), ("office", False)):
        one = await balie.resident()
        day = on(1 if says else 2, "10:00")
        await acts.book(balie.house, one.conversation_id, noor, kind=kind, at=day, who=[noor.id], client_id="abcdefgh")
        assert ("De link krijgt u van tevoren." in (await one.hears())[-1].content.text) is says
        await browser.get(f"/desk/file/{one.conversation_id}")
        assert (awaited in browser.page) is says


async def test_what_was_chosen_still_stands_when_it_is_refused(balie: Balie, noor: Staff, samir: Staff) -> None:
    one = await balie.resident()
    await give_hours(balie, noor.id, [1, 2], hours=(9, 11))
    browser = await opened(balie, noor, one, "?for=propose")
    fields = {name: browser.field(name) for name in ("client_id", "kind", "from", "showing")}
    four = {f"moment-{count}": value for count, value in enumerate(values(browser.page)[:4])}
    address = f"/desk/file/{one.conversation_id}/appointments"
    assert (await browser.post(f"{address}/propose", **fields, **four)).status == 400
    assert re.findall(r'value="([^"]*)" checked', browser.page) == [*four.values()]
    assert values(browser.page)[:4] == [*four.values()]
    typed = {"day": "2026-11-22", "time": "10:00", "with": str(samir.id), "also": str(noor.id)}
    await browser.get(f"/desk/file/{one.conversation_id}/plan")
    assert (await browser.post(f"{address}/book", **fields, **typed)).status == 400
    assert selected(browser.page, "other-with") == [str(samir.id)]
    assert selected(browser.page, "other-also") == [str(noor.id)]
    assert browser.page.count("#refused") == 2, "the browser goes to what was wrong"


async def test_a_link_is_never_cut_short(balie: Balie, noor: Staff) -> None:
    browser = await opened(balie, noor, await balie.resident(), "?kind=video")
    assert 'inputmode="url"' in browser.page
    assert "maxlength" not in browser.page
