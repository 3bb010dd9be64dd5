"""Reminders of appointments: when they are planned, whether they still go, and that none is late or said twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot import takeover
from bot.agenda.making import REMINDERS, reminded_at
from bot.clock import AMSTERDAM, DAY, Calendar, from_ms, to_ms
from bot.errors import TemporaryDeliveryError
from bot.pings import Pings
from storage import tables
from tests.stores import StoreUrls
from tests.support.reminders import (
    DAY_BEFORE,
    MINUTE,
    REMINDER,
    THURSDAY,
    TWO_HOURS,
    booked,
    called_off,
    change,
    drained,
    moved,
    outgoing,
    planned,
    reminded,
    someone,
)
from tests.support.town import (
    EVERY_CHANNEL,
    MONDAY,
    ZONE,
    Resident,
    StrictChannel,
    Town,
    open_town,
    origins,
    send_all,
)
from tests.test_joining import code_of, joins
from tests.test_pings import ended, unfinished, waiting, went_out
from tests.test_undelivered import Refuses


@pytest.fixture
async def town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """Every channel, in *alleen seintje*."""
    async with open_town(tmp_path, store_urls, extra=EVERY_CHANNEL) as opened:
        yield opened


# ---- when they are planned -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "of_day", "of_hours"),
    [
        ("2026-11-26 14:00", "2026-11-25 14:00", "2026-11-26 12:00"),
        ("2026-11-26 09:00", "2026-11-25 09:00", "2026-11-25 19:45"),  # seven is too early: the evening before
        ("2026-11-26 10:45", "2026-11-25 10:45", "2026-11-25 19:45"),
        ("2026-11-26 11:00", "2026-11-25 11:00", "2026-11-26 09:00"),
        ("2026-11-26 08:30", "2026-11-24 19:45", "2026-11-25 19:45"),
        ("2026-11-26 19:30", "2026-11-25 19:30", "2026-11-26 17:30"),
        ("2026-11-26 20:00", "2026-11-25 19:45", "2026-11-26 18:00"),
        ("2026-11-26 22:00", "2026-11-25 19:45", "2026-11-26 19:45"),
        ("2027-01-01 00:30", "2026-12-30 19:45", "2026-12-31 19:45"),
        # Sunday 28 March 2027: at two it is three
        ("2027-03-28 09:00", "2027-03-27 09:00", "2027-03-27 19:45"),
        ("2027-03-28 14:00", "2027-03-27 14:00", "2027-03-28 12:00"),  # 23 hours before
        ("2027-03-28 03:15", "2027-03-26 19:45", "2027-03-27 19:45"),
        ("2027-03-29 02:30", "2027-03-27 19:45", "2027-03-28 19:45"),  # the day before has no half past two
        ("2027-03-29 10:00", "2027-03-28 10:00", "2027-03-28 19:45"),
        # Sunday 31 October 2027: at three it is two
        ("2027-10-31 09:00", "2027-10-30 09:00", "2027-10-30 19:45"),
        ("2027-10-31 14:00", "2027-10-30 14:00", "2027-10-31 12:00"),  # 25 hours before
        ("2027-11-01 02:30", "2027-10-30 19:45", "2027-10-31 19:45"),
        ("2027-11-01 11:00", "2027-10-31 11:00", "2027-11-01 09:00"),
        # Sunday 26 March 2028 and Sunday 29 October 2028
        ("2028-03-26 09:00", "2028-03-25 09:00", "2028-03-25 19:45"),
        ("2028-03-26 11:00", "2028-03-25 11:00", "2028-03-26 09:00"),
        ("2028-03-27 09:00", "2028-03-26 09:00", "2028-03-26 19:45"),
        ("2028-10-29 09:00", "2028-10-28 09:00", "2028-10-28 19:45"),
        ("2028-10-29 20:30", "2028-10-28 19:45", "2028-10-29 18:30"),
        ("2028-10-30 08:00", "2028-10-28 19:45", "2028-10-29 19:45"),
    ],
)
def test_a_day_and_two_hours_before_and_earlier_where_that_is_outside_the_hours(
    start: str, of_day: str, of_hours: str
) -> None:
    at = datetime.fromisoformat(start).replace(tzinfo=AMSTERDAM)
    found = [each.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M") for each in reminded_at(Calendar(), at)]
    assert found == [of_day, of_hours]


@pytest.mark.parametrize(
    ("start", "of_hours"),
    [
        ("2027-03-28T04:30+02:00", "2027-03-28T01:30+01:00"),  # on the clock three hours earlier
        ("2027-10-31T04:30+01:00", "2027-10-31T02:30+01:00"),  # the second half past two
        ("2027-10-31T03:00+01:00", "2027-10-31T02:00+02:00"),  # on the clock one hour earlier
        ("2027-10-31T02:30+02:00", "2027-10-31T00:30+02:00"),
    ],
)
def test_two_hours_are_two_hours_in_the_nights_in_which_the_clock_changes(start: str, of_hours: str) -> None:
    calendar = Calendar(sending_from=time(0), sending_until=time(23, 59))
    assert reminded_at(calendar, datetime.fromisoformat(start))[1] == datetime.fromisoformat(of_hours)


def test_hours_of_which_a_night_leaves_nothing_are_those_of_the_day_before() -> None:
    calendar = Calendar(
        sending_from=time(2, 30), sending_until=time(3, 30)
    )  # on 28 March 2027 both are half past three
    start = datetime.fromisoformat("2027-03-29T03:00+02:00")
    of_day, of_hours = reminded_at(calendar, start)
    assert of_day == of_hours == datetime.fromisoformat("2027-03-27T03:15+01:00")


NIGHTS = [date(2027, 3, 28), date(2027, 10, 31), date(2028, 3, 26), date(2028, 10, 29)]
MINUTES = st.integers(0, 24 * 60 - 1)


@given(
    day=st.one_of(
        st.dates(date(2026, 1, 1), date(2030, 12, 31)),
        st.builds(lambda night, days: night + days * DAY, st.sampled_from(NIGHTS), st.integers(-1, 2)),
    ),
    minutes=MINUTES,
    opens=MINUTES,
    closes=MINUTES,
)
def test_whatever_the_hours_no_reminder_is_outside_them_or_later_than_wanted(
    day: date, minutes: int, opens: int, closes: int
) -> None:
    assume(closes - opens >= 60)  # as the configuration asks
    calendar = Calendar(sending_from=time(*divmod(opens, 60)), sending_until=time(*divmod(closes, 60)))
    start = calendar.instant(day, minutes)
    of_day, of_hours = reminded_at(calendar, start)
    assert calendar.in_sending_hours(of_day)
    assert calendar.in_sending_hours(of_hours)
    assert of_day <= of_hours <= start - timedelta(hours=2)
    assert calendar.day_of(of_day) < calendar.day_of(start)


async def test_what_is_booked_late_is_not_reminded_of_at_once(town: Town) -> None:
    one = await town.resident("telegram")
    await booked(town, one, MONDAY.replace(hour=16))
    assert await planned(town) == [("afspraak.hours", MONDAY.replace(hour=14))]
    await booked(town, one, MONDAY.replace(hour=11))
    assert len(await planned(town)) == 1


# ---- said, and to whom ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["telegram", "webchat"])
async def test_a_reminder_on_the_day_before_and_one_two_hours_before(town: Town, channel: str) -> None:
    one, number = await someone(town, channel)
    assert await planned(town) == [("afspraak.day", DAY_BEFORE), ("afspraak.hours", TWO_HOURS)]
    await town.move_to(DAY_BEFORE - MINUTE)
    assert await reminded(one) == 0
    await town.move_to(DAY_BEFORE)
    assert await reminded(one) == 1
    await drained(town)
    await town.move_to(TWO_HOURS)
    assert await reminded(one) == 1
    await drained(town)
    await town.move_to(THURSDAY + 30 * DAY)
    assert await reminded(one) == 0
    assert await outgoing(town) == [("sent", None)] * 2
    rows = await town.rows(tables.outbox, planned=1)
    assert {row.expires_at for row in rows} == {to_ms(THURSDAY)}
    assert [row.kind for row in rows] == [f"afspraak.day:{number}", f"afspraak.hours:{number}"]
    events = await town.rows(tables.event, conversation_id=one.conversation_id, kind="contactmoment")
    details = [json.loads(town.house.vault.unseal_text(row.detail_sealed, "event")) for row in events]
    assert [detail["kind"] for detail in details] == list(REMINDERS)  # without the number: figures count them


async def test_an_early_appointment_is_reminded_of_on_the_evening_before(town: Town) -> None:
    at = THURSDAY.replace(hour=9)
    one, _ = await someone(town, at=at)
    evening = (at - DAY).replace(hour=19, minute=45)
    assert await planned(town) == [("afspraak.day", at - DAY), ("afspraak.hours", evening)]
    await town.move_to(at)
    assert await reminded(one) == 2
    said = [from_ms(row.due_at, ZONE) for row in await town.rows(tables.outbox, planned=1)]
    assert said == [at - DAY, evening]


async def test_each_of_two_appointments_has_its_own(town: Town) -> None:
    one, first = await someone(town)
    second = await booked(town, one, THURSDAY + DAY)
    await called_off(town, one, first)
    await town.move_to(DAY_BEFORE)
    assert await reminded(one) == 0
    third = await booked(town, one, THURSDAY + timedelta(days=4))
    await town.move_to(THURSDAY + 10 * DAY)
    assert await reminded(one) == 4
    kinds = [row.kind for row in await town.rows(tables.outbox, planned=1)]
    assert kinds == [f"{name}:{number}" for number in (second, third) for name in REMINDERS]


async def test_it_is_said_in_a_humans_hold_and_the_hold_goes_on(town: Town) -> None:
    one, _ = await someone(town)
    noor = await town.colleague("Sam")
    await town.move_to(DAY_BEFORE - MINUTE)
    await drained(town)
    await takeover.take_over(town.house, one.conversation_id, noor)
    await town.move_to(DAY_BEFORE)
    assert await reminded(one) == 1
    assert (await one.row()).held_by == noor.id
    assert len((await drained(town)).took) == 1
    assert await outgoing(town) == [("sent", None)]


async def test_it_does_not_wait_behind_a_nudge_that_waits_for_a_human_to_let_go(town: Town) -> None:
    one = await unfinished(town, "telegram")
    await booked(town, one)
    await drained(town)
    await town.move_to(MONDAY + DAY)
    assert len(await one.hears()) == 1
    town.clock.to(DAY_BEFORE - MINUTE)
    await takeover.take_over(town.house, one.conversation_id, await town.colleague("Sam"))
    assert (await drained(town)).took == []
    await town.move_to(DAY_BEFORE)
    ((_, text),) = (await drained(town)).took
    assert "bericht" in text
    rows = await town.rows(tables.outbox, planned=1)
    assert [(row.kind or "").partition(":")[0] for row in rows] == ["aanmelden.nudge", "afspraak.day"]
    assert [(row.state, row.reason) for row in rows] == [("waiting", "later"), ("sent", None)]


async def test_it_waits_for_an_answer_that_is_on_its_way(town: Town) -> None:
    one, _ = await someone(town)
    sam = await town.colleague("Sam")
    await town.move_to(DAY_BEFORE - MINUTE)
    await takeover.take_over(town.house, one.conversation_id, sam)
    await takeover.reply(town.house, one.conversation_id, sam, "Tot morgen!", seen_seq=99, client_id="a")
    await send_all(town, {"telegram": Refuses(TemporaryDeliveryError("busy", retry_after=5 * MINUTE))})
    await town.move_to(DAY_BEFORE)
    assert (await drained(town)).took == []
    town.clock.forward(minutes=5)
    answer, reminder = (await drained(town)).took
    assert "Sam" in answer[1]
    assert "Sam" not in reminder[1]


# ---- caps ----------------------------------------------------------------------------------------------------------


async def test_three_reminders_do_not_use_the_weekly_cap_up(town: Town) -> None:
    one = await unfinished(town, "telegram")
    await booked(town, one, MONDAY.replace(hour=16))
    await booked(town, one, MONDAY.replace(hour=11) + DAY)
    await town.move_to(MONDAY + DAY)
    said = origins(await one.hears())
    assert said == [REMINDER] * 3 + ["aanmelden.worries"]


async def test_the_weekly_cap_does_not_stop_a_reminder_and_what_is_none_counts(town: Town) -> None:
    one = await unfinished(town, "telegram")
    await town.move_to(MONDAY + DAY)
    assert origins(await one.hears()) == ["aanmelden.worries"]
    await drained(town)
    for minutes in (1, 2):
        await went_out(town, one, MONDAY + DAY + minutes * MINUTE)
    await change(town, tables.outbox, sent_at=tables.outbox.c.due_at)
    await booked(town, one, THURSDAY + DAY)
    await town.move_to(THURSDAY)
    assert len((await drained(town)).took) == 1
    await town.move_to(THURSDAY + DAY)
    assert origins(await one.hears()) == [REMINDER] * 2
    assert [kind for kind, _ in await waiting(town)] == ["aanmelden.nudge"]  # planned for that morning


# ---- restarts, and several processes -------------------------------------------------------------------------------


async def test_they_fall_due_after_a_restart(store_urls: StoreUrls, tmp_path: Path) -> None:
    async with open_town(tmp_path, store_urls, extra=EVERY_CHANNEL) as town:
        one, _ = await someone(town)
    async with open_town(tmp_path, store_urls, extra=EVERY_CHANNEL) as again:
        one.town = again
        await again.move_to(THURSDAY + DAY)
        assert await reminded(one) == 2


async def test_two_processes_say_and_send_each_one_once(town: Town) -> None:
    people = [(await someone(town, at=THURSDAY + number * timedelta(hours=1)))[0] for number in range(5)]
    await drained(town)
    other = Pings(town.house)
    town.clock.to(DAY_BEFORE + timedelta(hours=5))
    await asyncio.gather(town.pings.run_due(), other.run_due(), town.pings.run_due(), other.run_due())
    assert [await reminded(one) for one in people] == [1] * 5
    platform = StrictChannel()
    await asyncio.gather(*(send_all(town, {"telegram": platform}) for _ in range(3)))
    assert sorted(who for who, _ in platform.took) == sorted(one.external_id for one in people)


@pytest.mark.parametrize("later", [None, THURSDAY + timedelta(days=5)])
async def test_whoever_is_first_nothing_is_sent_of_what_was_called_off_or_moved(
    town: Town, later: datetime | None
) -> None:
    people = [await someone(town, at=THURSDAY + number * timedelta(hours=1)) for number in range(6)]
    other = Pings(town.house)
    town.clock.to(DAY_BEFORE + timedelta(hours=6))

    async def changed(one: Resident, number: int, days: int) -> None:
        if later is None:
            await called_off(town, one, number)
        else:
            await moved(town, one, number, later + days * DAY)

    changes = [changed(one, number, days) for days, (one, number) in enumerate(people)]
    await asyncio.gather(*changes[:3], town.pings.run_due(), *changes[3:], other.run_due())
    await drained(town)
    assert {state for state, _ in await outgoing(town)} <= {"dropped"}
    assert len(await planned(town)) == (0 if later is None else 12)
    town.clock.to(THURSDAY + 30 * DAY)
    await town.run_due()
    assert {state for state, _ in await outgoing(town)} <= {"dropped"}


async def test_one_that_two_processes_come_for_is_said_once(town: Town) -> None:
    one, _ = await someone(town)
    town.clock.to(DAY_BEFORE)
    await asyncio.gather(town.pings.run_due(), Pings(town.house).run_due())
    assert await reminded(one) == 1
    assert await ended(town) == [("done", None)]


async def test_it_goes_along_when_two_persons_become_one(town: Town) -> None:
    older, younger = await town.resident("webchat"), await town.resident("telegram")
    await booked(town, younger)
    await joins(younger, await code_of(older))
    assert younger.conversation_id == older.conversation_id
    await drained(town)
    await older.hears()
    town.clock.to(DAY_BEFORE)
    await town.run_due()
    assert await reminded(older) == 1
    assert len((await drained(town)).took) == 1
    await town.move_to(THURSDAY + DAY)
    assert await reminded(older) == 1


async def test_one_that_waits_to_be_sent_goes_along_too_and_can_still_be_taken_back(town: Town) -> None:
    older, younger = await town.resident("webchat"), await town.resident("telegram")
    number = await booked(town, younger)
    await drained(town)
    await town.move_to(DAY_BEFORE)
    await joins(younger, await code_of(older))
    await called_off(town, younger, number)
    assert await outgoing(town) == [("dropped", "cancelled")]
