"""The nights in which the clock changes, the end of a year and days that there are not: what is offered can be had, and
what is named is what is booked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.agenda import TUESDAY, add_hours, at, check, free, known
from tests.support.town import ZONE, Colleague, Resident, Town, origins

#: An hour is missing; an hour comes twice.
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


@pytest.fixture
async def noor(town: Town) -> Colleague:
    """Works at night."""
    one = await town.colleague("Noor")
    await add_hours(town, one, starts=0, ends=300, weekdays=range(7))
    return one


async def choosing(town: Town, *taps: str) -> Resident:
    one = await town.resident()
    for data in ("!go:afspraak", "afspraak.kind:phone", *taps):
        await one.taps(data)
    return one


async def buttons(one: Resident) -> list[str]:
    last = [message for message in await one.messages() if message.author == "bot"][-1]
    return [button.data for button in last.content.buttons]


@pytest.mark.parametrize(
    ("day", "count"), [(SPRING, 8), (AUTUMN, 12), (date(2026, 12, 31), 10), (date(2027, 1, 3), 10)]
)
async def test_every_moment_on_offer_can_be_had_and_no_other(
    town: Town, noor: Colleague, day: date, count: int
) -> None:
    town.clock.to(datetime(day.year, day.month, day.day, 12, tzinfo=ZONE) - timedelta(days=4))
    slots = [slot for slot in (await free(await town.resident(), "phone")).slots if slot.at.date() == day]
    assert len(slots) == count
    for slot in slots:
        one = await choosing(town)
        await one.types(f"{day:%d-%m-%Y}")
        wanted = f"afspraak.time:{slot.at.astimezone(UTC):%Y%m%dT%H%MZ}"
        while wanted not in (there := await buttons(one)):
            await one.taps(next(data for data in there if data.startswith("afspraak.time:from-")))
        assert origins(await one.taps(wanted)) == ["afspraak.booked"]
        (mine,) = (await known(one)).standing
        assert mine.at.astimezone(UTC) == slot.at.astimezone(UTC)
        assert mine.until - mine.at.astimezone(UTC) == timedelta(minutes=30)
        assert origins(await one.types("terug")) == ["afspraak.time"]
        assert len((await known(one)).standing) == 1
    await check(town)


@pytest.mark.parametrize(
    "typed",
    ["30 februari 10:00", "24-11-2025 10:00", "29 februari 2027 om 10:00", "31-11 10:00", "dinsdag 31 november 10:00"],
)
async def test_an_hour_of_a_day_that_there_is_not_is_none_of_the_day_that_is_asked_about(
    town: Town, typed: str
) -> None:
    await add_hours(town, await town.colleague("Bas"))
    one = await choosing(town, f"afspraak.day:{TUESDAY}")
    await one.types(typed)
    assert (await known(one)).standing == ()
    assert (await one.screen()).startswith("afspraak.")


@pytest.mark.parametrize("typed", ["4 december 10:00", "vrijdag 4 december 10:00", "2026-12-04 10:00", "10:00 op 4-12"])
@pytest.mark.parametrize("taps", [(), (f"afspraak.day:{TUESDAY}",)])
async def test_a_date_with_an_hour_is_that_date(town: Town, typed: str, taps: tuple[str, ...]) -> None:
    await add_hours(town, await town.colleague("Bas"))
    one = await choosing(town, *taps)
    assert origins(await one.types(typed)) == ["afspraak.booked"]
    (mine,) = (await known(one)).standing
    assert mine.at == at("10:00", date(2026, 12, 4))
