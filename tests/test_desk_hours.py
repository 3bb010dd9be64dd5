"""The hours page: weekly hours, days that are otherwise, lengths; who may change whose, and what is no hours at all."""

from __future__ import annotations

import logging
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.agenda import acts, keeping
from bot.agenda.reading import read_agenda
from bot.desk import agenda_words, hours_form
from bot.desk.accounts import Staff
from storage import tables
from tests.support.agenda import at
from tests.support.desk import Balie, Browser
from tests.support.town import MONDAY

WEEK = {"weekday-0": "yes", "starts": "09:00", "ends": "12:00", "kind-phone": "yes", "place": ""}
AWAY = {"what": "away", "first": "2026-11-30"}


async def weekly(balie: Balie) -> list[tuple[Any, ...]]:
    """Weekly hours as they stand: whose, day, from, to, kinds, place."""
    rows = await balie.town.rows(tables.working_hours)
    return [(row.staff_id, row.weekday, row.starts, row.ends, row.kinds, row.place) for row in rows]


async def days(balie: Balie) -> list[tuple[Any, ...]]:
    """Days that are otherwise: whose, day, from, to, kinds."""
    rows = await balie.town.rows(tables.other_hours)
    return [(row.staff_id, row.day, row.starts, row.ends, row.kinds) for row in rows]


async def adds(browser: Browser, who: int | str, path: str = "weekly", **fields: str) -> int:
    """Posts a form of the page; gives the status."""
    await browser.get(f"/desk/hours?who={who}")
    form = {"weekly": "weekly-new", "days": "days-new", "lengths": "lengths-all"}.get(path, "weekly-list")
    return (await browser.post(f"/desk/hours/{path}", **{"who": str(who), "form": form, **fields})).status


def refusal(browser: Browser) -> str | None:
    """What the page says was wrong."""
    found = re.search(r'<p class="refused" role="alert"[^>]*>([^<]*)</p>', browser.page)
    return None if found is None else found[1]


# ---- weekly hours --------------------------------------------------------------------------------------------------


async def test_hours_are_added_for_several_days_changed_and_removed(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    typed = {**WEEK, "weekday-2": "yes", "kind-office": "yes", "place": " Kade  1 "}
    assert await adds(browser, noor.id, **typed) == 303
    expected = (540, 720, "office,phone", "Kade 1")
    assert await weekly(balie) == [(noor.id, 0, *expected), (noor.id, 2, *expected)]
    await browser.get("/desk/hours?saved=1")
    assert "Bewaard." in browser.page
    assert "Woensdag 09:00–12:00" in browser.page
    assert "bellen en op kantoor" in browser.page
    second = (await balie.town.rows(tables.working_hours))[1].id
    changed = {**WEEK, "row": str(second), "weekday": "4", "ends": "00:00", "form": f"weekly-{second}"}
    assert await adds(browser, noor.id, **changed) == 303
    assert (await weekly(balie))[1] == (noor.id, 4, 540, 1440, "phone", "")
    await browser.get("/desk/hours")
    assert "Vrijdag 09:00–24:00" in browser.page
    assert await adds(browser, noor.id, "weekly/remove", row=str(second)) == 303
    assert len(await weekly(balie)) == 1
    events = await balie.town.rows(tables.event, kind="hours_changed")
    assert [row.staff_id for row in events] == [noor.id] * 3


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"weekday-0": None}, "no_day"),
        ({"starts": "25:61"}, "no_time"),
        ({"starts": "-1:00"}, "no_time"),
        ({"starts": "9" * 400}, "no_time"),
        ({"starts": "٠٩:٠٠"}, "no_time"),
        ({"ends": ""}, "no_time"),
        ({"starts": "09:10"}, "no_quarter"),
        ({"ends": "09:00"}, "from_to"),
        ({"starts": "13:00"}, "from_to"),
        ({"kind-phone": None}, "no_kinds"),
        ({"kind-party": "yes"}, "no_kinds"),
        ({"kind-inloop": "yes"}, "no_kinds"),
        ({"kind-office": "yes"}, "no_place"),
        ({"kind-office": "yes", "place": "x" * 201}, "place_too_long"),
        ({"starts": "11:45", "ends": "15:00", "weekday-1": "yes"}, "overlap"),
    ],
)  # fmt: skip
async def test_what_are_no_hours_is_said_and_what_was_typed_stays(
    balie: Balie, noor: Staff, fields: dict[str, str | None], code: str
) -> None:
    await keeping.add_weekly(balie.house, noor.id, [1], hours_form.weekly(WEEK, noor.id))
    browser, before = await balie.browser(noor), await weekly(balie)
    typed = {name: value for name, value in {**WEEK, "kind-home": "yes", **fields}.items() if value is not None}
    if code == "no_kinds" and "kind-phone" not in typed:
        del typed["kind-home"]
    status = await adds(browser, noor.id, **typed)
    assert status == (409 if code == "overlap" else 400)
    assert refusal(browser) == agenda_words.REFUSALS[code]
    assert '<details class="add" id="add-weekly" open>' in browser.page
    assert 'action="/desk/hours/weekly#refused"' in browser.page  # in sight, also without scripts
    if len(typed["starts"]) < 9 and typed["starts"].isascii():
        assert f'name="starts" type="time" step="900" value="{typed["starts"]}"' in browser.page
    assert ('name="kind-home" value="yes" checked' in browser.page) == ("kind-home" in typed)
    assert await weekly(balie) == before
    assert len(await balie.town.rows(tables.event, kind="hours_changed")) == 1


async def test_there_is_an_end_to_rows(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    all_days = {f"weekday-{day}": "yes" for day in range(7)}
    for hour in range(5):
        status = await adds(browser, noor.id, **{**WEEK, **all_days, "starts": f"{hour}:00", "ends": f"{hour}:15"})
        assert status == 303
    assert await adds(browser, noor.id, **{**WEEK, **all_days, "starts": "22:00", "ends": "23:00"}) == 400
    assert refusal(browser) == agenda_words.REFUSALS["too_many_rows"]
    assert len(await weekly(balie)) == 35


async def test_a_row_that_is_gone_or_is_of_someone_else_is_not_touched(balie: Balie, noor: Staff) -> None:
    bas = await balie.add_staff("bas", "Bas")
    await keeping.add_weekly(balie.house, bas.id, [0], hours_form.weekly(WEEK, bas.id))
    await keeping.add_days(balie.house, bas.id, *hours_form.days(AWAY, bas.id))
    (row,), (day,) = await balie.town.rows(tables.working_hours), await balie.town.rows(tables.other_hours)
    browser, before = await balie.browser(noor), (await weekly(balie), await days(balie))
    theirs, other = {"row": str(row.id)}, {"rows": str(day.id)}
    changed = {**WEEK, "weekday": "1", "form": f"weekly-{row.id}"}
    for path, fields in (("weekly", {**changed, **theirs}), ("weekly/remove", theirs), ("days/remove", other)):
        assert await adds(browser, noor.id, path, **fields) == 409, path
        assert refusal(browser) == agenda_words.REFUSALS["gone_row"]
        assert await adds(browser, bas.id, path, **fields) == 403, path
        assert "Een coördinator kan ze veranderen" in browser.page
    for wrong in ("", "0x1", "-1", "9" * 30, "1;2"):
        assert await adds(browser, noor.id, "weekly/remove", row=wrong) == 400
        assert await adds(browser, noor.id, "days/remove", rows=wrong) == 400
    assert await adds(browser, noor.id, "weekly/remove", row="9" * 18) == 409
    assert (await weekly(balie), await days(balie)) == before


# ---- who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "own", "others"),
    [("caseworker", 303, 403), ("coordinator", 303, 303), ("beheerder", None, 303)],
)
async def test_who_may_change_whose(balie: Balie, noor: Staff, role: str, own: int | None, others: int) -> None:
    one = await balie.add_staff("one", "One", role)
    browser = await balie.browser(one)
    if own is not None:
        assert await adds(browser, one.id, **WEEK) == own
    else:  # who meets nobody has no hours
        assert await adds(browser, one.id, **WEEK) in (400, 403)
    for owner in (noor.id, "team"):
        allowed = {**WEEK, "place": "Kade 1"}
        assert await adds(browser, owner, **allowed) == others
        assert await adds(browser, owner, "days", **AWAY) == others
        assert await adds(browser, owner, "lengths", **{"minutes-phone": "45"}) == others
        assert (await browser.get(f"/desk/hours?who={owner}")).status == 200
        assert ("Toevoegen</button>" in browser.page) == (others == 303)
        assert ("<summary>" in browser.page) == (others == 303)
    assert (len(await weekly(balie)) > 0) == (303 in (own, others))


async def test_nobody_changes_hours_without_the_forms_token_or_of_nobody(balie: Balie, noor: Staff) -> None:
    samir = await balie.add_staff("samir", "Samir", "coordinator")
    browser, stranger = await balie.browser(samir), await balie.browser()
    for path in ("weekly", "weekly/remove", "days", "days/remove", "lengths"):
        await browser.get("/desk/hours")
        posted = {**WEEK, **AWAY, "who": str(noor.id), "row": "1", "rows": "1"}
        assert (await browser.post(f"/desk/hours/{path}", **{**posted, "csrf": "x"})).status == 403
        assert (await stranger.post(f"/desk/hours/{path}", **posted)).status == 401
        for who in ("", "0", "-1", "999", "9" * 30, "Team", f"{noor.id} "):
            assert (await browser.post(f"/desk/hours/{path}", **{**posted, "who": who})).status in (400, 403), who
    assert (await weekly(balie), await days(balie)) == ([], [])
    assert (await stranger.get("/desk/hours")).status == 303


# ---- days that are otherwise ---------------------------------------------------------------------------------------


async def test_a_holiday_is_one_line_that_is_removed_as_one(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    assert await adds(browser, noor.id, "days", **{**AWAY, "first": "2026-12-21", "last": "2027-01-03"}) == 303
    assert await adds(browser, noor.id, "days", **{**AWAY, "what": "partly", "starts": "13:00", "ends": "17:00"}) == 303
    assert len(await days(balie)) == 15
    await browser.get("/desk/hours")
    assert "Maandag 21 december t/m zondag 3 januari 2027" in browser.page
    assert re.search(r"Maandag 30 november</strong>\s+13:00–17:00\s+afwezig", browser.page)
    numbers = re.findall(r'name="rows" value="([\d,]+)"', browser.page)
    assert [len(found.split(",")) for found in numbers] == [1, 14]
    assert await adds(browser, noor.id, "days/remove", rows=numbers[1]) == 303
    assert await days(balie) == [(noor.id, "2026-11-30", 780, 1020, "")]


async def test_an_evening_extra_is_offered_and_an_absence_is_not(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    await adds(browser, noor.id, **WEEK)
    extra = {**WEEK, "what": "extra", "first": "2026-11-30", "starts": "18:00", "ends": "19:00"}
    assert await adds(browser, noor.id, "days", **extra) == 303
    assert await adds(browser, noor.id, "days", what="partly", first="2026-11-30", starts="10:00", ends="11:00") == 303
    day = date(2026, 11, 30)
    async with balie.house.db.read() as conn:
        agenda = await read_agenda(balie.house, conn, [day])
    zone = balie.house.calendar.zone
    free = [f"{one.at.astimezone(zone):%H:%M}" for one in agenda.free("phone", day, after=MONDAY)]
    assert free == ["09:00", "09:30", "11:00", "11:30", "18:00", "18:30"]


async def test_hours_in_which_nobody_comes_to_us_have_no_place_of_ours(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    hidden = {"starts": "09:00", "ends": "12:00", "place": "Kade 1"}  # the form begins with the place of other hours
    assert (
        await adds(browser, noor.id, **hidden, **{"weekday-0": "yes", "kind-home": "yes", "kind-phone": "yes"}) == 303
    )
    assert (
        await adds(browser, noor.id, **hidden, **{"weekday-1": "yes", "kind-home": "yes", "kind-papers": "yes"}) == 303
    )
    assert [row[5] for row in await weekly(balie)] == ["", "Kade 1"]


async def test_holidays_that_follow_each_other_are_removed_as_one_however_long(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    for first, last in (("2026-12-01", "2027-01-31"), ("2027-02-01", "2027-04-03"), ("2027-04-04", "2027-06-04")):
        assert await adds(browser, noor.id, "days", what="away", first=first, last=last) == 303
    await browser.get("/desk/hours")
    assert await adds(browser, noor.id, "days/remove", rows=browser.field("rows")) == 303
    assert await days(balie) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"first": ""}, "no_day"),
        ({"first": "2026-02-30"}, "no_day"),
        ({"first": "30-11-2026"}, "no_day"),
        ({"first": "2026-11-22"}, "past"),
        ({"last": "2026-11-29"}, "last_before_first"),
        ({"last": "9999-12-31"}, "too_far"),
        ({"last": "2027-03-01"}, "too_many_days"),
        ({"first": "2026-12-08", "last": "2026-12-10"}, "overlap_days"),
        ({"first": "2026-12-07", "what": "extra", "starts": "11:00", "ends": "13:00"}, "overlap_days"),
        ({"what": "partly", "starts": "12:00", "ends": "11:00"}, "from_to"),
        ({"what": "partly", "starts": "12:00", "ends": "12:05"}, "no_quarter"),
        ({"what": "extra", "kind-phone": None}, "no_kinds"),
    ],
)
async def test_what_is_no_day_is_said_and_what_was_typed_stays(
    balie: Balie, noor: Staff, fields: dict[str, str | None], code: str
) -> None:
    await keeping.add_weekly(balie.house, noor.id, [0], hours_form.weekly(WEEK, noor.id))
    await keeping.add_days(balie.house, noor.id, *hours_form.days({**AWAY, "first": "2026-12-09"}, noor.id))
    browser, before = await balie.browser(noor), await days(balie)
    typed = {name: value for name, value in {**WEEK, **AWAY, **fields}.items() if value is not None}
    assert await adds(browser, noor.id, "days", **typed) == (409 if code == "overlap_days" else 400)
    assert refusal(browser) == agenda_words.REFUSALS[code]
    assert f'value="{typed["what"]}" checked' in browser.page
    assert f'name="first" type="date" min="2026-11-23" value="{typed["first"]}"' in browser.page
    assert await days(balie) == before


async def test_away_all_day_goes_over_extra_hours_until_it_is_removed(balie: Balie, noor: Staff) -> None:
    """Who is ill is not there, whatever was planned; nobody has to look first what there was."""
    browser = await balie.browser(noor)
    assert await adds(browser, noor.id, "days", **{**WEEK, "what": "extra", "first": "2026-11-30"}) == 303
    part = {"what": "partly", "first": "2026-11-30", "starts": "13:00", "ends": "14:00"}
    assert await adds(browser, noor.id, "days", **part) == 303
    assert await offered(balie) == 6
    assert await adds(browser, noor.id, "days", what="away", first="2026-11-28", last="2026-12-01") == 303
    assert await offered(balie) == 0
    await browser.get("/desk/hours")
    assert re.search(r"09:00–12:00\s+extra: bellen, telt niet: de hele dag afwezig", browser.page)
    assert await adds(browser, noor.id, "days", **AWAY) == 409, "they are already"
    assert refusal(browser) == agenda_words.REFUSALS["overlap_days"]
    (stretch,) = [rows for rows in re.findall(r'name="rows" value="([\d,]+)"', browser.page) if rows.count(",") == 3]
    assert await adds(browser, noor.id, "days/remove", rows=stretch) == 303
    assert await offered(balie) == 6
    await browser.get("/desk/hours")
    assert "telt niet" not in browser.page


async def test_hours_instead_of_others_on_one_day_as_the_refusal_says(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    assert await adds(browser, noor.id, **WEEK) == 303
    hours = {"first": "2026-11-30", "starts": "10:00", "ends": "12:00"}
    assert await adds(browser, noor.id, "days", **hours, what="extra", **{"kind-home": "yes"}) == 409
    assert "Vul die tijd dan eerst in als afwezig." in (refusal(browser) or "")
    assert await adds(browser, noor.id, "days", **hours, what="partly") == 303
    assert await adds(browser, noor.id, "days", **hours, what="extra", **{"kind-home": "yes"}) == 303


@pytest.mark.parametrize("of_team", [False, True])
async def test_extra_hours_on_a_day_away_are_refused_in_words(balie: Balie, noor: Staff, of_team: bool) -> None:
    """They would count for nothing."""
    samir = await balie.add_staff("samir", "Samir", "coordinator")
    assert await adds(await balie.browser(samir), "team" if of_team else noor.id, "days", **AWAY) == 303
    browser, before = await balie.browser(noor), await days(balie)
    typed = {**WEEK, "what": "extra", "first": "2026-11-27", "last": "2026-12-02"}
    assert await adds(browser, noor.id, "days", **typed) == 409
    assert refusal(browser) == agenda_words.REFUSALS["away_days"]
    assert await days(balie) == before
    assert await adds(browser, noor.id, "days", **{**typed, "first": "2026-12-01"}) == 303


async def test_the_team_away_goes_over_the_extra_hours_of_each(balie: Balie, noor: Staff) -> None:
    samir = await balie.add_staff("samir", "Samir", "coordinator")
    browser = await balie.browser(noor)
    assert await adds(browser, noor.id, "days", **{**WEEK, "what": "extra", "first": "2026-11-30"}) == 303
    assert await adds(await balie.browser(samir), "team", "days", **AWAY) == 303
    assert await offered(balie) == 0
    await browser.get("/desk/hours")
    assert "telt niet: de hele dag afwezig" in browser.page


async def offered(balie: Balie, day: date = date(2026, 11, 30)) -> int:
    """How many moments to phone there are."""
    async with balie.house.db.read() as conn:
        agenda = await read_agenda(balie.house, conn, [day])
    return len(list(agenda.free("phone", day, after=MONDAY)))


async def test_what_has_been_can_be_removed(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    await adds(browser, noor.id, "days", **AWAY)
    balie.town.clock.forward(days=9)
    await browser.get("/desk/hours")
    assert re.search(r"Maandag 30 november</strong>\s+afwezig, geweest", browser.page)
    assert await adds(browser, noor.id, "days/remove", rows=browser.field("rows")) == 303
    assert await days(balie) == []


# ---- the team --------------------------------------------------------------------------------------------------------


async def test_the_team_has_open_hours_and_closed_days(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(await balie.add_staff("samir", "Samir", "coordinator"))
    assert await adds(browser, "team", **WEEK) == 400
    assert refusal(browser) == agenda_words.REFUSALS["no_place"]
    assert await adds(browser, "team", **{**WEEK, "place": "Kade 1"}) == 303
    assert await weekly(balie) == [(None, 0, 540, 720, "inloop", "Kade 1")]
    await keeping.add_weekly(balie.house, noor.id, [0], hours_form.weekly(WEEK, noor.id))
    assert await adds(browser, "team", "days", **AWAY) == 303
    day = date(2026, 11, 30)
    async with balie.house.db.read() as conn:
        agenda = await read_agenda(balie.house, conn, [day, day + timedelta(days=7)])
    assert not [*agenda.free("phone", day, after=MONDAY), *agenda.walk_in([day])]
    assert [*agenda.free("phone", day + timedelta(days=7), after=MONDAY)]
    await browser.get("/desk/hours?who=team")
    assert re.search(r"Maandag 30 november</strong>\s+niemand aanwezig", browser.page)


async def test_the_page_says_which_appointments_are_left_outside_the_hours(
    balie: Balie, noor: Staff, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await keeping.add_weekly(balie.house, noor.id, range(5), hours_form.weekly(WEEK, noor.id))
    people = [await balie.resident(name) for name in ("Fatima", "Willemijn")]
    for one, moment in zip(people, ("10:00", "11:00"), strict=True):
        number = one.conversation_id
        await acts.book(
            balie.house, number, noor, kind="phone", at=at(moment), who=[noor.id], client_id=f"abcd{number}"
        )
    browser = await balie.browser(noor)
    await browser.get("/desk/hours")
    assert "buiten deze uren" not in browser.page
    posted = await browser.post("/desk/hours/days", who=str(noor.id), form="days-new", what="away", first="2026-11-24")
    assert posted.headers["Location"] == f"/desk/hours?who={noor.id}&saved=1#outside"
    await browser.get("/desk/hours")
    assert "2 afspraken staan buiten deze uren" in browser.page
    assert all(f'href="/desk/file/{one.conversation_id}#appointments"' in browser.page for one in people)
    assert {row.state for row in await balie.town.rows(tables.appointment)} == {"booked"}
    (person,) = [one for one in await balie.town.rows(tables.person) if one.id == (await people[0].row()).person_id]
    await balie.house.vault.destroy(person.key_id, 1)
    await browser.get("/desk/hours")
    assert "Gewist" in browser.page
    assert "Fatima" not in browser.page
    await browser.get("/desk/hours?who=team")
    assert "met Noor" in browser.page
    assert "Willemijn" not in caplog.text


async def test_a_talk_of_three_on_a_closed_day_counts_once(balie: Balie, noor: Staff) -> None:
    bas = await balie.add_staff("bas", "Bas", "coordinator")
    one = await balie.resident()
    who = [noor.id, bas.id]
    number = one.conversation_id
    await acts.book(balie.house, number, noor, kind="office", at=at("10:00"), who=who, client_id="abcdefgh")
    browser = await balie.browser(bas)
    assert await adds(browser, "team", "days", what="away", first="2026-11-24") == 303
    await browser.get("/desk/hours?who=team")
    assert "Eén afspraak staat buiten deze uren" in browser.page
    assert f"Zonder naam K-{number:06}" in browser.page
    assert "met Noor en Bas" in browser.page
    await browser.get(f"/desk/hours?who={noor.id}")
    assert "Eén afspraak staat buiten deze uren" in browser.page


def test_every_refusal_has_words() -> None:
    source = "".join(Path(str(module.__file__)).read_text("utf-8") for module in (hours_form, keeping))
    codes = {*re.findall(r'Refused\("(\w+)"\)', source), *re.findall(r'"(no_(?:length|travel))"', source)}
    assert codes - {"bad_form", "no_colleague"} == set(agenda_words.REFUSALS)


async def test_a_place_is_text(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    await adds(browser, noor.id, **{**WEEK, "kind-office": "yes", "place": '<img src=x onerror="1">'})
    await browser.get("/desk/hours")
    assert "<img" not in browser.page
