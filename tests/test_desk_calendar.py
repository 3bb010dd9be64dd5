"""The calendar: who is with whom and when, what residents did, closed days, and that nothing free is said aloud."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import update

from bot.agenda import acts, keeping
from bot.agenda.hours import INLOOP, Hours
from bot.clock import Calendar, general_holidays
from bot.desk.accounts import Staff
from bot.desk.agenda_words import holiday
from flows.agenda import Book, Cancel, Confirm, Move, NoSlots
from storage import tables
from tests.support.agenda import at, booked, does, slot_at
from tests.support.desk import Balie, Browser
from tests.support.desk_agenda import give_hours, on
from tests.support.town import Colleague, Resident

WEEK = "/desk/calendar?week=2026-W48"


def text(browser: Browser) -> str:
    """The page as people read it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", browser.page)).split())


def days(browser: Browser) -> list[str]:
    """What stands under each day."""
    found = re.findall(r'<li class="day[^"]*">(.*?)</li>\s*(?=<li class="day|</ol>)', browser.page, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", day)).split()) for day in found]


async def agree(
    balie: Balie, by: Staff, name: str, moment: str, who: Sequence[int] = (), kind: str = "phone"
) -> Resident:
    """A resident of this name, with whom a caseworker agreed to talk on Tuesday."""
    one = await balie.resident(name)
    number, wanted = one.conversation_id, who or [by.id]
    await acts.book(balie.house, number, by, kind=kind, at=at(moment), who=wanted, client_id=f"abcd{number}")
    return one


def as_colleague(one: Staff) -> Colleague:
    return Colleague(one.id, one.name)


# ---- a week --------------------------------------------------------------------------------------------------------


async def test_a_week_of_ones_own_says_who_when_how_and_what_is_free(balie: Balie, noor: Staff) -> None:
    await give_hours(balie, noor.id, hours=(9, 12))
    bas = await balie.add_staff("bas", "Bas")
    one = await agree(balie, noor, "Fatima", "10:00", [noor.id, bas.id])
    await agree(balie, noor, "Jan", "11:00", [bas.id])
    browser = await balie.browser(noor)
    await browser.get("/desk/calendar")
    monday, tuesday, *rest = days(browser)
    assert monday.startswith("maandag 23 november vandaag 10:15–12:00 vrij")
    assert tuesday == (
        "dinsdag 24 november 09:00–10:00 vrij bellen, op kantoor, bij de inwoner thuis en videobellen Stadhuis "
        "10:00–10:30 Fatima Bellen, samen met Bas ? nog niet bevestigd "
        "10:30–12:00 vrij bellen, op kantoor, bij de inwoner thuis en videobellen Stadhuis"
    )
    assert len(rest) == 3  # nothing in the weekend
    assert f'href="/desk/file/{one.conversation_id}#appointments"' in browser.page
    assert "Jan" not in browser.page
    assert await balie.town.rows(tables.event, kind="looked") == []  # a list is no look into a file


async def test_the_team_stands_day_by_day_with_who_has_no_hours(balie: Balie, noor: Staff) -> None:
    bas, lot = await balie.add_staff("bas", "Bas"), await balie.add_staff("lot", "Lot")
    await give_hours(balie, noor.id, [1], hours=(9, 12))
    inloop = Hours(None, 570, 690, frozenset({INLOOP}), "Kade 1")
    await keeping.add_weekly(balie.house, lot.id, [1], inloop)
    await agree(balie, noor, "Fatima", "10:00", [bas.id])
    browser = await balie.browser(await balie.add_staff("ans", "Ans", "coordinator"))
    await browser.get("/desk/calendar?who=team")
    assert "Agenda van het team" in browser.page
    tuesday = days(browser)[1]
    assert "Team 09:30–11:30 inloop Kade 1" in tuesday
    assert "Bas 10:00–10:30 Fatima Bellen ? nog niet bevestigd ! buiten de uren" in tuesday
    assert "Noor 09:00–12:00 vrij" in tuesday
    assert tuesday.endswith("Geen uren: Ans, Lot")
    assert days(browser)[2].endswith("Geen uren: Ans, Bas, Lot, Noor")


@pytest.mark.parametrize(
    ("role", "own", "teams"),
    [
        ("caseworker", "invullen", "bekijken"),
        ("coordinator", "invullen", "invullen"),
    ],
)
async def test_hours_are_to_be_filled_in_by_who_may(balie: Balie, role: str, own: str, teams: str) -> None:
    browser = await balie.browser(await balie.add_staff("ans", "Ans", role))
    for address, word in (("/desk/calendar", own), ("/desk/calendar?who=team", teams)):
        await browser.get(address)
        assert f">Uren {word}</a>" in browser.page


async def test_how_an_appointment_stands(balie: Balie, noor: Staff) -> None:
    await give_hours(balie, noor.id)
    people = [await agree(balie, noor, f"P{n}", f"{9 + n:02}:00") for n in range(4)]
    numbers = [row.id for row in await balie.town.rows(tables.appointment)]
    assert await does(people[0], Confirm(numbers[0])) is None
    browser = await balie.browser(noor)
    await browser.get(WEEK)
    assert "09:00–09:30 P0 Bellen ✓ komt" in days(browser)[1]
    balie.town.clock.to(on(1, "11:30"))
    await acts.mark(balie.house, people[0].conversation_id, noor, numbers[0], "held", client_id="abcdefg1")
    await acts.mark(balie.house, people[1].conversation_id, noor, numbers[1], "no_show", client_id="abcdefg2")
    await acts.cancel(balie.house, people[3].conversation_id, noor, numbers[3], client_id="abcdefg3")
    await browser.get(WEEK)
    tuesday = days(browser)[1]
    assert "P0 Bellen ✓ geweest" in tuesday
    assert "P1 Bellen ✕ niet verschenen" in tuesday
    assert "P2 Bellen ! zeg nog hoe het ging" in tuesday
    assert "P3" not in tuesday
    assert "11:45–17:00 vrij" in tuesday


async def test_travel_is_told_and_is_not_free(balie: Balie, noor: Staff) -> None:
    await give_hours(balie, noor.id, [1], hours=(9, 13))
    await agree(balie, noor, "Fatima", "10:00", kind="home")
    browser = await balie.browser(noor)
    await browser.get(WEEK)
    tuesday = days(browser)[1]
    assert "09:30–10:00 onderweg 10:00–11:00 Fatima Bij de inwoner thuis" in tuesday
    assert "11:00–11:30 onderweg 11:30–13:00 vrij" in tuesday


async def test_closed_days_and_absences_are_named(balie: Balie, noor: Staff) -> None:
    await give_hours(balie, noor.id)
    away = Hours(noor.id, 0, 1440, frozenset())
    await keeping.add_days(balie.house, noor.id, date(2026, 12, 22), date(2026, 12, 22), away)
    closed = Hours(None, 720, 1440, frozenset())
    await keeping.add_days(balie.house, noor.id, date(2026, 12, 24), date(2026, 12, 24), closed)
    browser = await balie.browser(noor)
    await browser.get("/desk/calendar?week=2026-W52")
    monday, tuesday, _, thursday, friday = days(browser)
    assert "09:00–17:00 vrij" in monday
    assert tuesday == "dinsdag 22 december Afwezig"
    assert "Team afwezig 12:00–24:00 09:00–12:00 vrij" in thursday
    assert friday == "vrijdag 25 december Eerste Kerstdag: gesloten Geen uren"


def test_every_general_holiday_has_a_name() -> None:
    names = set()
    for year in range(2026, 2046):
        for day in general_holidays(year):
            said = holiday(day, Calendar())
            assert said is not None
            assert said.endswith(": gesloten")
            names.add(said)
        assert holiday(date(year, 4, 27), Calendar()) == "Koningsdag: gesloten" or date(year, 4, 27).weekday() == 6
    assert len(names) == 9
    assert holiday(date(2026, 11, 24), Calendar()) is None
    assert holiday(date(2027, 5, 5), Calendar(open_holidays=frozenset({date(2027, 5, 5)}))) == "Bevrijdingsdag: open"
    assert holiday(date(2026, 11, 24), Calendar(closed_days=frozenset({date(2026, 11, 24)}))) == "Gesloten"


async def test_weeks_lead_to_each_other_also_around_new_year(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    await browser.get("/desk/calendar?week=2026-W53&who=team")
    assert "week 53" in browser.page
    assert 'href="/desk/calendar?week=2026-W52&amp;who=team"' in browser.page
    assert 'href="/desk/calendar?week=2027-W01&amp;who=team"' in browser.page
    for wrong in ("2026-W54", "2026-W00", "0001-W01", "9999-W52", "2026-48", "x" * 3000, "٢٠٢٦-W48", ""):
        assert (await browser.get("/desk/calendar", params={"week": wrong, "who": wrong})).status == 200
        assert "Agenda, week 48" in browser.page, wrong
    for last in ("2000-W01", "2199-W52"):
        assert (await browser.get(f"/desk/calendar?week={last}")).status == 200


async def test_only_staff_see_it(balie: Balie) -> None:
    stranger = await balie.browser()
    assert (await stranger.get("/desk/calendar")).status == 303
    assert (await stranger.get("/desk/calendar/parts")).status == 401
    assert (await stranger.post("/desk/calendar/seen", appointment="1")).status == 401


async def test_who_is_erased_has_no_name_and_the_moment_stays(
    balie: Balie, noor: Staff, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await give_hours(balie, noor.id)
    one = await agree(balie, noor, "Willemijn", "10:00")
    await balie.resident("Ander")
    browser = await balie.browser(noor)
    await browser.get(WEEK)
    assert "Willemijn" in browser.page
    (person,) = await balie.town.rows(tables.person, id=(await one.row()).person_id)
    await balie.house.vault.destroy(person.key_id, 1)
    for path in (WEEK, f"{WEEK}&who=team", "/desk/calendar/parts?week=2026-W48"):
        await browser.get(path)
        assert "Willemijn" not in browser.page
        assert "10:00–10:30" in browser.page
        assert "Gewist" in browser.page
    assert "Willemijn" not in caplog.text


async def test_what_a_colleague_had_who_left_is_still_seen(balie: Balie, noor: Staff) -> None:
    bas = await balie.add_staff("bas", "Bas")
    await agree(balie, noor, "Fatima", "10:00", [bas.id])
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.staff).where(tables.staff.c.id == bas.id).values(disabled_at=1))
    browser = await balie.browser(noor)
    await browser.get(f"{WEEK}&who=team")
    assert "Bas 10:00–10:30 Fatima Bellen ? nog niet bevestigd ! buiten de uren" in days(browser)[1]


async def test_who_gave_no_name_is_told_apart_by_the_number_of_the_file(balie: Balie, noor: Staff) -> None:
    await give_hours(balie, noor.id)
    one = await balie.resident()
    await booked(one, at("10:00"), as_colleague(noor), "phone")
    browser = await balie.browser(noor)
    await browser.get(WEEK)
    assert text(browser).count(f"Zonder naam K-{one.conversation_id:06}") == 3, "as news, on its button, in the week"


async def test_a_name_is_text(balie: Balie, noor: Staff) -> None:
    await give_hours(balie, noor.id)
    await agree(balie, noor, "<script>alert(1)</script>", "10:00")
    browser = await balie.browser(noor)
    await browser.get(WEEK)
    assert "<script>alert" not in browser.page
    assert "<script>alert(1)</script>" in text(browser)


# ---- news ----------------------------------------------------------------------------------------------------------


async def test_what_residents_did_is_news_until_it_was_seen(balie: Balie, noor: Staff) -> None:
    await give_hours(balie, noor.id)
    bas = await balie.add_staff("bas", "Bas")
    one = await balie.resident("Fatima")
    made = await booked(one, at("10:00"), as_colleague(noor), "phone")
    browser, other = await balie.browser(noor), await balie.browser(bas)
    await browser.get("/desk")
    assert "Nieuw in uw agenda 1" in text(browser)
    assert re.search(r'id="agenda-news">1 ', browser.page)
    await browser.get(WEEK)
    assert "Fatima maakte een afspraak: bellen, dinsdag 24 november 10:00" in text(browser)
    assert await does(one, Move(made.id, slot_at(at("14:00"), as_colleague(noor)))) is None
    await browser.get("/desk/calendar/parts")
    assert "Fatima verzette de afspraak: bellen, dinsdag 24 november 14:00" in text(browser)
    await other.get(WEEK)
    assert "Fatima" not in other.page
    assert (await other.post("/desk/calendar/seen", appointment=str(made.id))).status == 303
    assert [row.news for row in await balie.town.rows(tables.appointment)] == ["moved"]  # it is not theirs
    seen = await browser.get("/desk/calendar?week=2026-W49&who=team")
    assert seen.status == 200
    posted = await browser.post("/desk/calendar/seen", appointment=str(made.id), week="2026-W49", who="team")
    assert posted.headers["Location"] == "/desk/calendar?week=2026-W49&who=team#news"
    await browser.get("/desk")
    assert "Nieuw in uw agenda" not in browser.page
    assert await does(one, Cancel(made.id)) is None
    await browser.get(WEEK)
    assert "Fatima zegde af: bellen" in text(browser)
    assert "14:00–14:30" not in days(browser)[1]


async def test_what_residents_did_with_the_appointments_of_who_left_is_news_for_everyone(
    balie: Balie, noor: Staff
) -> None:
    bas = await balie.add_staff("bas", "Bas")
    one = await agree(balie, noor, "Fatima", "10:00", [bas.id])
    (made,) = await balie.town.rows(tables.appointment)
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.staff).where(tables.staff.c.id == bas.id).values(disabled_at=1))
    assert await does(one, Cancel(made.id)) is None
    browser = await balie.browser(noor)
    await browser.get(WEEK)
    assert "Fatima zegde af: bellen" in text(browser)
    assert (await browser.post("/desk/calendar/seen", appointment=str(made.id))).status == 303
    await browser.get(WEEK)
    assert "Fatima zegde af" not in text(browser)


async def test_what_is_seen_comes_from_a_form_of_ours(balie: Balie, noor: Staff) -> None:
    await give_hours(balie, noor.id)
    made = await booked(await balie.resident("Fatima"), at("10:00"), as_colleague(noor), "phone")
    browser = await balie.browser(noor)
    await browser.get(WEEK)
    assert (await browser.post("/desk/calendar/seen", csrf="x", appointment=str(made.id))).status == 403
    for wrong in ("", "-1", "1e3", "9" * 30, "x"):
        await browser.get(WEEK)
        assert (await browser.post("/desk/calendar/seen", appointment=wrong)).status == 400
    await browser.get(WEEK)
    assert (await browser.post("/desk/calendar/seen", appointment="9" * 18)).status == 303
    posted = await browser.post("/desk/calendar/seen", appointment="9" * 18, week="//evil.example", who="//evil")
    assert posted.headers["Location"].startswith("/desk/calendar?")
    auditor = await balie.browser(await balie.add_staff("ans", "Ans", "auditor"))
    await auditor.get(WEEK)
    assert (await auditor.post("/desk/calendar/seen", appointment=str(made.id))).status == 403
    assert [row.news for row in await balie.town.rows(tables.appointment)] == ["booked"]


# ---- nothing free --------------------------------------------------------------------------------------------------


async def test_that_nothing_can_be_chosen_is_said_until_there_is(balie: Balie, noor: Staff) -> None:
    balie.house.flows |= {"afspraak"}
    browser = await balie.browser(noor)
    for path in ("/desk", "/desk/rows", WEEK, "/desk/calendar/parts"):
        await browser.get(path)
        assert "Niemand heeft uren ingevuld." in browser.page, path
        assert "Vul in wanneer u er bent." in browser.page, path
        assert 'href="/desk/hours"' in browser.page
    await browser.get("/desk/hours")
    form = {"starts": "09:00", "ends": "10:00", "kind-phone": "yes", "weekday-1": "yes", "who": str(noor.id)}
    assert (await browser.post("/desk/hours/weekly", **form)).status == 303
    await browser.get("/desk")  # at once: it was changed here
    assert 'id="lacking"' not in browser.page
    everything = Hours(noor.id, 0, 1440, frozenset())
    await keeping.add_days(balie.house, noor.id, date(2026, 11, 24), date(2026, 12, 3), everything)
    await browser.get("/desk")
    assert 'id="lacking"' not in browser.page  # at most once a minute
    balie.town.clock.forward(minutes=1)
    await browser.get("/desk")
    assert "Er is geen vrij moment tot en met donderdag 3 december." in text(browser)


async def test_that_one_kind_cannot_be_chosen_is_said_by_name(balie: Balie, noor: Staff) -> None:
    balie.house.flows |= {"afspraak"}
    await keeping.add_weekly(balie.house, noor.id, [1], Hours(noor.id, 540, 570, frozenset({"phone", "home"})))
    browser = await balie.browser(noor)
    await browser.get(WEEK)
    assert "Geen vrij moment tot en met donderdag 3 december voor: bij de inwoner thuis." in text(browser)
    balie.house.flows -= {"afspraak"}
    balie.own.free.forget()
    await browser.get(WEEK)
    assert 'id="lacking"' not in browser.page  # nobody can choose in the chat at all


async def test_the_file_says_that_its_resident_found_no_moment(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima")
    await balie.set(one, queue="waiting_us")
    assert await does(one, NoSlots("phone")) is None
    browser = await balie.browser(noor)
    await browser.get("/desk")
    assert "Inwoner vond geen vrij moment: bellen" in text(browser)
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert text(browser).count("Inwoner vond geen vrij moment: bellen") == 2  # why, and in what happened
    await give_hours(balie, noor.id)
    balie.town.clock.forward(minutes=1)
    assert await does(one, Book("phone", slot_at(at("10:00"), as_colleague(noor)))) is None
    await browser.get("/desk")
    assert "geen vrij moment: bellen" not in text(browser)
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert text(browser).count("Inwoner vond geen vrij moment: bellen") == 1


async def test_the_night_in_which_an_hour_comes_twice_is_shown_by_the_clock(balie: Balie, noor: Staff) -> None:
    balie.town.clock.to(on(0, "10:00") + timedelta(days=330))  # October 2027
    sunday = date(2027, 10, 31)
    hours = Hours(noor.id, 0, 6 * 60, frozenset({"phone"}))
    await keeping.add_days(balie.house, noor.id, sunday, sunday, hours)
    browser = await balie.browser(noor)
    await browser.get("/desk/calendar?week=2027-W43")
    assert days(browser)[-1] == "zondag 31 oktober 00:00–06:00 vrij bellen"
