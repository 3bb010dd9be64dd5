"""Now, the demo's clock, and instants as the database has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import DemoClock, SystemClock, from_ms, to_ms

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
START = datetime(2027, 3, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Stopped:
    """A clock that stands still until it is set."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class Agenda:
    """Something that falls due: notes what the clock said when each was handled."""

    def __init__(self, clock: DemoClock, *due: datetime) -> None:
        self.clock = clock
        self.waiting = sorted(due)
        self.handled: list[datetime] = []

    async def next_due(self, after: datetime) -> datetime | None:
        return next((due for due in self.waiting if due > after), None)

    async def run_due(self) -> None:
        now = self.clock.now()
        self.handled += [now for due in self.waiting if due <= now]
        self.waiting = [due for due in self.waiting if due > now]


def test_the_system_clock_gives_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


async def test_the_demo_clock_stops_at_every_due_time_on_the_way() -> None:
    clock = DemoClock(Stopped())
    agenda = Agenda(clock, START + HOUR, START + 3 * HOUR, START + 30 * HOUR)
    await clock.advance(START + 24 * HOUR, agenda.next_due, agenda.run_due)
    assert agenda.handled == [START + HOUR, START + 3 * HOUR]
    assert clock.now() == START + 24 * HOUR


async def test_the_demo_clock_handles_what_was_planned_on_the_way() -> None:
    clock = DemoClock(Stopped())
    agenda = Agenda(clock, START + HOUR)

    async def run_and_plan() -> None:
        await agenda.run_due()
        if len(agenda.handled) == 1 and not agenda.waiting:
            agenda.waiting.append(clock.now() + HOUR)

    await clock.advance(START + 5 * HOUR, agenda.next_due, run_and_plan)
    assert agenda.handled == [START + HOUR, START + 2 * HOUR]


async def test_the_demo_clock_handles_what_was_late_before_it_moves() -> None:
    clock = DemoClock(Stopped())
    agenda = Agenda(clock, START - HOUR)
    await clock.advance(START + HOUR, agenda.next_due, agenda.run_due)
    assert agenda.handled == [START]


async def test_the_demo_clock_runs_on_and_never_goes_back() -> None:
    real = Stopped()
    clock = DemoClock(real)
    agenda = Agenda(clock)
    await clock.advance(START + HOUR, agenda.next_due, agenda.run_due)
    real.at += timedelta(minutes=5)
    assert clock.now() == START + HOUR + timedelta(minutes=5)
    with pytest.raises(ValueError, match="forward"):
        await clock.advance(START, agenda.next_due, agenda.run_due)
    assert clock.now() == START + HOUR + timedelta(minutes=5)


async def test_what_stays_due_is_tried_again_and_does_not_stop_the_clock() -> None:
    clock = DemoClock(Stopped())
    tries: list[datetime] = []

    async def stuck(after: datetime) -> datetime:
        return START + HOUR

    async def run_due() -> None:
        tries.append(clock.now())

    await clock.advance(START + HOUR + timedelta(seconds=150), stuck, run_due)
    assert [(at - START).total_seconds() for at in tries] == [0, 3600, 3660, 3720, 3750]


@pytest.mark.parametrize(
    ("ms", "iso"),
    [
        (0, "1970-01-01T01:00:00+01:00"),
        (1_806_195_600_000, "2027-03-28T03:00:00+02:00"),  # the hour after 01:59:59 in spring
        (1_824_942_600_000, "2027-10-31T02:30:00+02:00"),  # half past two, the first time
        (1_824_946_200_000, "2027-10-31T02:30:00+01:00"),  # and the second
    ],
)
def test_instants_in_milliseconds(ms: int, iso: str) -> None:
    assert from_ms(ms, AMSTERDAM).isoformat() == iso
    assert to_ms(datetime.fromisoformat(iso)) == ms


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_ms(datetime(2027, 3, 1))  # noqa: DTZ001 - that is the point


@given(st.integers(min_value=0, max_value=4_102_444_800_000))
def test_milliseconds_survive_the_way_there_and_back(ms: int) -> None:
    assert to_ms(from_ms(ms, AMSTERDAM)) == to_ms(from_ms(ms)) == ms
