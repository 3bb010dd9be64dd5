"""Forms of the desk's appointments and hours that no page of ours made: refused in words, and nothing is changed."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from bot.agenda import keeping
from bot.agenda.hours import Hours, Length
from bot.clock import to_ms
from bot.desk.accounts import Staff
from storage import tables
from tests.support.agenda import details, picture
from tests.support.desk import Balie, Browser
from tests.support.desk_agenda import agreed, booked, chosen, give_hours, on, path, plan
from tests.support.town import Resident

#: Markup, a template, an override of direction and the ends of attributes.
EVIL = "<img src=x onerror=alert(1)>{{7*7}}{name}\u202e\u2066\"'&"
HARMLESS = "<img src=x onerror=alert(1)>{{7*7}}{name}\"'&"

#: What can be done with an appointment.
ACTS = ("move", "link", "cancel", "held", "no-show", "seen")


@pytest.fixture
async def fatima(balie: Balie, noor: Staff) -> Resident:
    """A resident of a team that has hours."""
    await give_hours(balie, noor.id)
    return await balie.resident("Fatima")


@pytest.mark.parametrize("act", ACTS)
async def test_an_appointment_is_reached_by_its_own_file_only(
    balie: Balie, noor: Staff, fatima: Resident, act: str
) -> None:
    omar = await balie.resident("Omar")
    number = await booked(balie, omar, noor, on(1, "11:00"))
    browser, before = await balie.browser(noor), await picture(balie.town)
    await browser.get("/desk/calendar")
    fields = {"client_id": "abcdefgh12", "moment": chosen(on(2, "10:00"), noor), "link": "https://v.nl"}
    for one in (number, 0, 10**18 - 1, "9" * 30, "-1", "٣"):
        assert (await browser.post(path(fatima, "appointments", one, act), **fields)).status in (404, 405, 409)
    kept = await picture(balie.town)
    assert isinstance(before, list)
    assert isinstance(kept, list)
    assert kept[:-1] == before[:-1]
    assert {row.kind for row in kept[-1]} - {row.kind for row in before[-1]} <= {"looked"}


async def test_an_auditor_and_a_forged_form_change_nothing(balie: Balie, noor: Staff, fatima: Resident) -> None:
    number = await booked(balie, fatima, noor, on(1, "11:00"))
    ans = await balie.add_staff("ans", "Ans", "auditor")
    before = await picture(balie.town)
    moment = {"kind": "phone", "moment": chosen(on(2, "10:00"), noor), "client_id": "abcdefgh12"}
    forms = {
        path(fatima, "appointments/book"): moment,
        path(fatima, "appointments/propose"): moment,
        **{path(fatima, "appointments", number, act): moment for act in ACTS},
        **{
            f"/desk/hours/{each}": {"who": str(noor.id), "row": "1", "rows": "1"}
            for each in ("weekly", "weekly/remove", "days", "days/remove", "lengths")
        },
        "/desk/calendar/seen": {"appointment": str(number)},
    }
    for staff, csrf in ((ans, None), (noor, "0" * 64), (noor, "")):
        browser = await balie.browser(staff)
        await browser.get("/desk/calendar")
        for address, fields in forms.items():
            sent = fields if csrf is None else {**fields, "csrf": csrf}
            assert (await browser.post(address, **sent)).status == 403, address
    assert await picture(balie.town) == before


TUESDAY_TEN = to_ms(on(1, "10:00"))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"kind": "party"},
        {"kind": "inloop"},
        {"moment": "x"},
        {"moment": "1-{noor}"},
        {"moment": "99999999999999-{noor}"},
        {"moment": f"{TUESDAY_TEN + 300_000}-{{noor}}"},
        {"moment": f"{TUESDAY_TEN}-999999999999999999"},
        {"moment": f"{TUESDAY_TEN}-{{noor}}-{{noor}}-{{noor}}"},
        {"moment": f"{to_ms(on(-1, '10:00'))}-{{noor}}"},
        {"moment": f"{TUESDAY_TEN}-{{noor}}", "moment2": f"{TUESDAY_TEN + 3_600_000}-{{noor}}"},
        {"moment": f"{TUESDAY_TEN}-{{noor}}", "client_id": "x"},
        {"moment": f"{TUESDAY_TEN}-{{noor}}", "client_id": "x" * 65},
        {"day": "0001-01-01", "time": "10:00", "with": "{noor}"},
        {"day": "9999-12-31", "time": "23:59", "with": "{noor}"},
        {"day": "2026-11-25", "time": "24:00", "with": "{noor}"},
        {"day": "2026-11-25", "time": "١٠:٠٠", "with": "{noor}"},
        {"day": "2026-11-25", "time": "10:00", "with": "٣"},
        {"day": "2026-11-25", "time": "10:00", "with": "{noor}", "also": "x"},
        {"day": "2026-11-25", "time": "10:00"},
    ],
)
async def test_what_is_no_moment_is_refused(
    balie: Balie, noor: Staff, fatima: Resident, fields: dict[str, str]
) -> None:
    browser = await balie.browser(noor)
    await plan(browser, fatima)
    sent = {name: value.replace("{noor}", str(noor.id)) for name, value in fields.items()}
    answer = await browser.post(
        path(fatima, "appointments/book"), **{"kind": "phone", "client_id": "abcdefgh1", **sent}
    )
    assert answer.status == 400
    assert await agreed(balie, fatima) == []


async def test_weeks_days_and_colleagues_that_there_are_not_are_left_out(
    balie: Balie, noor: Staff, fatima: Resident
) -> None:
    browser = await balie.browser(noor)
    said = ("week=9999-W99", "week=0001-W01", "week=2025-W53", "week=2026-W53", "week=2199-W52", "week=2026-W٤٨",
            f"week={'2' * 5000}", "who=%00", "who=-1", f"who={'9' * 30}", "who=team&who=1")  # fmt: skip
    for page in ("/desk/calendar", "/desk/calendar/parts", "/desk/hours"):
        for query in said:
            assert (await browser.get(f"{page}?{query}")).status == 200, query
    for query in ("from=9999-12-31", "from=0001-01-01", "from=x", "kind=<script>", f"with={'1-' * 2000}", "with=%00"):
        assert (await browser.get(path(fatima, f"plan?{query}"))).status == 200, query
    assert (await browser.get(path(fatima, f"plan?for=move:{'9' * 400}"))).status == 409


async def test_a_place_is_words_and_nothing_else(balie: Balie, noor: Staff, fatima: Resident) -> None:
    """On every page of the desk and in the chat."""
    browser = await balie.browser(noor)
    await browser.get("/desk/hours")
    evening = {"starts": "18:00", "ends": "20:00", "weekday-1": "yes", "kind-office": "yes", "place": EVIL}
    assert (await browser.post("/desk/hours/weekly", **{"who": str(noor.id), **evening})).status == 303
    await plan(browser, fatima)
    for number, (at, kind, place) in enumerate(((on(1, "18:00"), "office", ""), (on(2, "10:00"), "home", EVIL))):
        fields = {"kind": kind, "place": place, "moment": chosen(at, noor), "client_id": f"abcdefgh{number}"}
        assert (await browser.post(path(fatima, "appointments/book"), **fields)).status == 303
        row = (await agreed(balie, fatima))[-1]
        assert (await details(balie.town, row.id))["place"] == HARMLESS
        assert HARMLESS in (await fatima.messages())[-1].content.text
    for page in ("/desk/calendar", "/desk/calendar?who=team", "/desk/hours", path(fatima), path(fatima, "plan")):
        await _shows_no_markup(browser, page)


async def test_what_a_resident_says_is_words_and_nothing_else(balie: Balie, noor: Staff) -> None:
    await give_hours(balie, noor.id)
    one = await balie.resident(HARMLESS)
    await one.taps("!go:afspraak")
    for step in ("kind:home", None, None):
        last = [message for message in await one.messages() if message.author == "bot"][-1]
        choices = [button.data for button in last.content.buttons]
        await one.taps(f"afspraak.{step}" if step else choices[0])
    await one.types(EVIL)
    (row,) = await agreed(balie, one)
    assert (await details(balie.town, row.id))["place"] == HARMLESS
    browser = await balie.browser(noor)
    for page in ("/desk/calendar?week=2026-W48", path(one), path(one, f"plan?for=move:{row.id}"), "/desk"):
        await _shows_no_markup(browser, page)


async def _shows_no_markup(browser: Browser, page: str) -> None:
    assert (await browser.get(page)).status == 200
    assert "<img src=x" not in browser.page
    assert "\u202e" not in browser.page


@pytest.mark.parametrize("of_team", [False, True])
async def test_colleagues_who_change_the_same_hours_at_once_do_so_one_by_one(
    balie: Balie, noor: Staff, of_team: bool
) -> None:
    owner, kind = (None, "inloop") if of_team else (noor.id, "office")
    hours = [Hours(owner, 540 + 15 * number, 720, frozenset({kind}), "Kade 1") for number in range(6)]
    away, first, last = Hours(owner, 0, 1440, frozenset()), date(2026, 12, 1), date(2026, 12, 3)
    for changes in (
        [keeping.add_weekly(balie.house, noor.id, [0, 1], one) for one in hours],
        [keeping.add_days(balie.house, noor.id, first, last, away) for _ in hours],
        [keeping.put_lengths(balie.house, noor.id, owner, {"phone": Length(15)}) for _ in hours],
    ):
        codes = [getattr(one, "code", one) for one in await asyncio.gather(*changes, return_exceptions=True)]
        assert set(codes) <= {None, "overlap", "overlap_days"}
    counts = [len(await balie.town.rows(each)) for each in (tables.working_hours, tables.other_hours, tables.meeting)]
    assert counts == [2, 3, 1]
