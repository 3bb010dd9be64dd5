"""Where residents find no moment staff are told: in opening hours, once a day, more of them each time, until over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.agenda.alarming import AgendaAlarms, AgendaNotice, due_at
from bot.clock import DAY, Calendar, DemoClock, Span, to_ms
from bot.demo import page as demo_page
from bot.notify import SmtpNotifier
from bot.running import idle
from bot.server import Role, make_app
from flows.agenda import Kind
from storage.agenda_alarms import Told
from tests.support.agenda import TUESDAY, add_day, add_hours, meetings
from tests.support.agenda_alarm import HOUR, finds_none, follow, kinds, no_hours, three_recipients, worker
from tests.support.fake_smtp import MailServer
from tests.support.town import MONDAY, ZONE, Colleague, Resident, Town


@pytest.fixture
async def noor(town: Town) -> Colleague:
    """She has filled in no hours."""
    three_recipients(town)
    return await town.colleague()


@pytest.fixture
async def fatima(town: Town, noor: Colleague) -> Resident:
    return await town.resident()


# ---- when ----------------------------------------------------------------------------------------------------------


async def test_nobody_is_told_before_a_resident_found_none(town: Town, fatima: Resident) -> None:
    assert await worker(town).run_due() is False
    assert await worker(town).next_due(town.clock.now()) is None
    await finds_none(fatima)
    assert await worker(town).next_due(town.clock.now()) == MONDAY
    assert await worker(town).run_due() is True
    assert await worker(town).run_due() is False
    assert len(town.notifier.sent) == 1


async def test_each_later_open_day_one_more_is_told_and_then_less_often(town: Town, fatima: Resident) -> None:
    calendar = replace(town.house.calendar, closed_days=frozenset({date(2026, 11, 24)}))
    town.house.calendar = calendar
    await finds_none(fatima)
    assert await follow(town, MONDAY + timedelta(days=18)) == [
        "Mon 23 10:00 0",
        "Wed 25 09:00 1",
        "Thu 26 09:00 2",
        "Thu 03 09:00 3",
        "Thu 10 09:00 4",
    ]
    assert await kinds(town) == ["sent"] * 5


async def test_who_finds_none_after_everyone_was_told_is_told_of_the_next_day(town: Town, fatima: Resident) -> None:
    await finds_none(fatima)
    assert len(await follow(town, MONDAY + 3 * DAY)) == 3
    await finds_none(fatima)
    assert await follow(town, MONDAY + 5 * DAY) == ["Thu 26 10:00 3"]


async def test_outside_opening_hours_it_waits(town: Town, fatima: Resident) -> None:
    town.clock.to(datetime(2026, 11, 27, 18, tzinfo=ZONE))  # Friday
    await finds_none(fatima)
    assert await follow(town, MONDAY + 7 * DAY) == ["Mon 30 09:00 0"]


async def test_what_was_due_while_no_process_ran_waits_for_opening_hours_too(town: Town, fatima: Resident) -> None:
    await finds_none(fatima)
    town.clock.forward(hours=10)
    assert await follow(town, MONDAY + DAY) == ["Tue 24 09:00 0"]


async def test_what_is_overdue_while_we_are_closed_is_next_due_at_the_opening(town: Town, fatima: Resident) -> None:
    await finds_none(fatima)
    town.clock.to(datetime(2026, 11, 27, 18, tzinfo=ZONE))  # Friday
    opening = datetime(2026, 11, 30, 9, tzinfo=ZONE)
    assert await worker(town).next_due(town.clock.now()) == opening


# ---- whether -------------------------------------------------------------------------------------------------------


async def test_it_stops_by_itself_and_begins_anew_another_day(town: Town, noor: Colleague, fatima: Resident) -> None:
    await finds_none(fatima)
    assert await follow(town, MONDAY + 7 * HOUR) == ["Mon 23 10:00 0"]
    await add_hours(town, noor)
    await add_day(town, noor, TUESDAY)  # away: there are moments enough on other days
    assert await follow(town, MONDAY + DAY) == []
    assert await kinds(town) == ["sent", "over"]
    await finds_none(fatima)
    town.clock.forward(hours=1)
    assert await follow(town, MONDAY + DAY + 2 * HOUR) == []
    assert await kinds(town) == ["sent", "over", "over"]
    await no_hours(town)
    await finds_none(fatima)
    assert await follow(town, MONDAY + 2 * DAY) == ["Tue 24 12:00 0", "Wed 25 09:00 1"]


async def test_that_it_is_over_is_found_soon(town: Town, noor: Colleague, fatima: Resident) -> None:
    await finds_none(fatima)
    one = worker(town)
    assert await one.run_due()
    await add_hours(town, noor)
    for minutes, found in ((14, ["sent"]), (1, ["sent", "over"]), (15, ["sent", "over"])):
        town.clock.forward(minutes=minutes)
        assert not await one.run_due()
        assert await kinds(town) == found


async def test_repaired_and_empty_again_on_one_day_is_told_once(town: Town, noor: Colleague, fatima: Resident) -> None:
    await finds_none(fatima)
    assert await worker(town).run_due()
    await add_hours(town, noor)
    town.clock.forward(hours=1)
    assert not await worker(town).run_due()
    await no_hours(town)
    town.clock.forward(hours=1)
    await finds_none(fatima)
    assert await follow(town, MONDAY + DAY) == ["Tue 24 09:00 0"]


async def test_repaired_before_anyone_was_told(town: Town, noor: Colleague, fatima: Resident) -> None:
    town.clock.to(MONDAY - DAY)  # closed
    await finds_none(fatima)
    await add_hours(town, noor)
    assert await follow(town, MONDAY + DAY) == []
    assert await kinds(town) == ["over"]


async def test_moments_further_away_than_residents_may_book_are_none(
    town: Town, noor: Colleague, fatima: Resident
) -> None:
    house = town.house
    appointments, promises = replace(house.config.appointments, days=10), replace(house.config.promises, intake=15)
    house.config = replace(house.config, appointments=appointments, promises=promises)
    await add_hours(town, noor)
    for n in range(11):
        await add_day(town, noor, MONDAY.date() + n * DAY)
    await finds_none(fatima)
    assert await follow(town, MONDAY + HOUR) == ["Mon 23 10:00 0"]
    assert town.notifier.sent[0].facts["until"] == "2026-12-03"


async def test_a_kind_that_is_on_offer_later_only_is_lacking_until_then(
    town: Town, noor: Colleague, fatima: Resident
) -> None:
    await add_hours(town, noor, kinds="phone")
    await add_day(town, noor, date(2026, 12, 14), kinds="home", starts=9 * 60, ends=17 * 60)
    assert (await meetings(fatima)).kinds == ("home", "phone")
    await finds_none(fatima)
    assert await follow(town, MONDAY + HOUR) == ["Mon 23 10:00 0"]
    assert town.notifier.sent[0].facts["lacking"] == "kinds"


async def test_where_residents_make_no_appointments_nobody_is_told(town: Town, fatima: Resident) -> None:
    await finds_none(fatima)
    town.house.flows -= {"afspraak"}
    assert await follow(town, MONDAY + DAY) == []


# ---- what it says --------------------------------------------------------------------------------------------------


async def test_it_says_what_is_lacking_and_leads_to_the_hours(town: Town, noor: Colleague, fatima: Resident) -> None:
    await finds_none(fatima)
    town.clock.forward(hours=2)
    await worker(town).run_due()
    (hours,) = town.notifier.sent
    assert hours == AgendaNotice(
        what="hours",
        until=date(2026, 12, 3),
        since=MONDAY,
        round=0,
        gemeente="Waterdrecht",
        link=f"{town.house.config.web.public_url}/desk/hours",
    )
    await add_hours(town, noor, kinds="phone,call", weekdays=[1])
    for n in range(0, 20, 7):  # all of these Tuesdays
        await add_day(town, noor, date(2026, 11, 24) + n * DAY)
    town.clock.forward(days=1)
    await worker(town).run_due()
    assert "kunnen geen afspraak kiezen tot en met vrijdag 4 december." in town.notifier.sent[0].body
    assert "Herhaling: 1." in town.notifier.sent[0].body
    await add_day(town, noor, date(2026, 11, 27), kinds="phone")
    town.clock.forward(days=1)
    await worker(town).run_due()
    assert "niet elk soort gesprek" in town.notifier.sent[0].body


@pytest.mark.parametrize("what", ["hours", "moments", "kinds"])
def test_it_gives_nothing_away(what: Any) -> None:
    notice = AgendaNotice(what, date(2026, 12, 3), MONDAY, 3, "Voorbeeldstad", "https://hulp.example/desk/hours")
    words = f"{notice.subject} {notice.body} {dict(notice.facts)}".lower()
    assert notice.link in words
    assert not [word for word in ("schuld", "crisis", "dossier", "alarm", *Kind) if f" {word}" in words]


async def test_each_round_reaches_one_more_by_mail(town: Town, fatima: Resident) -> None:
    server = MailServer()
    await finds_none(fatima)
    async with server.listening() as port:
        house = town.house
        smtp = replace(house.config.smtp, host="127.0.0.1", port=port)
        one = AgendaAlarms(house, SmtpNotifier(smtp, house.config.crisis))
        for day in range(2):
            town.clock.to(MONDAY + day * DAY)
            assert await one.run_due()
    first, second = server.mail
    assert first[0] == ["piket@waterdrecht.example"]
    assert second[0] == ["piket@waterdrecht.example", "tweede@v.example"]
    assert first[1]["Importance"] == "normal"
    assert first[1]["Message-ID"] == f"<klopaan-agenda-{to_ms(MONDAY)}-0@waterdrecht.example>"


# ---- where it runs -------------------------------------------------------------------------------------------------


@pytest.fixture
async def demo(town: Town, fatima: Resident) -> AsyncIterator[TestClient[Any, Any]]:
    town.house.clock = clock = DemoClock(town.clock)
    app = make_app(town.house, notifier=town.notifier)
    demo_page.setup(app, clock, town.notifier)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_the_demo_shows_each_of_them_when_its_clock_moves(
    town: Town, fatima: Resident, demo: TestClient[Any, Any]
) -> None:
    await finds_none(fatima)
    async with demo.post("/demo/clock", json={"advance": "P1W"}) as response:
        assert response.status == 200
    async with demo.get("/demo") as response:
        page = await response.text()
    assert page.count("<strong>Klopaan: te weinig vrije momenten in de agenda") == 3
    assert "(herhaling 2)" in page


async def test_workers_tell_and_pages_do_not(town: Town, fatima: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = asyncio.Event()

    async def run(self: AgendaAlarms) -> None:
        ran.set()
        with idle():
            await asyncio.Event().wait()

    monkeypatch.setattr(AgendaAlarms, "run", run)
    roles: tuple[tuple[Role, bool], ...] = (("web", False), ("worker", True), ("all", True))
    for role, runs in roles:
        ran.clear()
        async with TestClient(TestServer(make_app(town.house, role=role, notifier=town.notifier))):
            for _ in range(10):
                await asyncio.sleep(0)
            assert ran.is_set() is runs, role


# ---- the rule itself -----------------------------------------------------------------------------------------------


def test_a_house_that_never_closes_is_told_at_most_once_a_day() -> None:
    always = Calendar(opening_hours=((Span(time(0), time(0)),),) * 7)
    late = datetime(2026, 11, 23, 23, 50, tzinfo=ZONE)
    told = Told(to_ms(late), to_ms(late), 1, to_ms(late), 0, None)
    assert due_at(told, to_ms(late), 2, always) == datetime(2026, 11, 24, tzinfo=ZONE)


def test_what_begins_anew_at_night_is_due_in_the_morning() -> None:
    told, night = to_ms(MONDAY), to_ms(MONDAY + 2 * DAY + 10 * HOUR)
    assert due_at(Told(night, night, 0, told, 0, None), night, 2, Calendar()) == MONDAY + 3 * DAY - HOUR


def test_a_try_that_failed_just_before_closing_waits_for_the_next_opening() -> None:
    late = datetime(2026, 11, 27, 16, 59, 30, tzinfo=ZONE)
    told = Told(to_ms(late), to_ms(late), 0, None, 1, to_ms(late))
    assert due_at(told, to_ms(late), 2, Calendar()) == datetime(2026, 11, 30, 9, tzinfo=ZONE)
