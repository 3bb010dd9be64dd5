"""When contact is due: whatever the day, the rhythm and the sending hours are."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import AMSTERDAM, Calendar
from bot.contact import rhythm
from flows.aftercare import MOST_MONTHS, Part, PlanKind, Rhythm
from flows.aftercare_days import months_on, near, next_day

ROUND = tuple(one for one in Rhythm if one is not Rhythm.ONCE)
DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))
WEEKDAYS = st.one_of(st.none(), st.integers(0, 6))
PEOPLE = st.integers(1, 2**40)
INSTANTS = st.integers(0, 6 * 365 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
#: How far apart two contacts in a row are, in days.
APART = {
    Rhythm.WEEK: (7, 7),
    Rhythm.TWO_WEEKS: (14, 14),
    Rhythm.MONTH: (22, 37),
    Rhythm.TWO_MONTHS: (53, 68),
    Rhythm.QUARTER: (83, 98),
    Rhythm.HALF_YEAR: (175, 190),
}


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Sending hours of whatever length, the usual ones among them."""
    begins = draw(st.integers(0, 22 * 60))
    ends = draw(st.integers(begins + 60, 24 * 60 - 1))
    if draw(st.booleans()):
        return Calendar()
    return Calendar(sending_from=time(*divmod(begins, 60)), sending_until=time(*divmod(ends, 60)))


@given(st.sampled_from(ROUND), WEEKDAYS, DAYS)
def test_the_first_one_is_on_the_day_that_was_told(one: Rhythm, weekday: int | None, base: date) -> None:
    assert rhythm.following(one, weekday, base, base) == next_day(one, weekday, base)


@given(st.sampled_from(ROUND), WEEKDAYS, DAYS, st.integers(0, 2000))
def test_each_comes_after_the_one_before_it_once_in_each_period(
    one: Rhythm, weekday: int | None, base: date, days: int
) -> None:
    after = base + timedelta(days=days)
    first = rhythm.following(one, weekday, base, after)
    second = rhythm.following(one, weekday, base, first)
    assert after < first < second
    least, most = APART[one]
    assert least <= (second - first).days <= most
    assert weekday is None or first.weekday() == second.weekday() == weekday
    assert (first - after).days <= most


@given(st.sampled_from(ROUND), WEEKDAYS, DAYS)
def test_a_year_has_as_many_as_the_rhythm_says(one: Rhythm, weekday: int | None, base: date) -> None:
    days = [base]
    while days[-1] < months_on(base, 24):
        days.append(rhythm.following(one, weekday, base, days[-1]))
    wanted = {Rhythm.WEEK: 104, Rhythm.TWO_WEEKS: 52, Rhythm.MONTH: 24, Rhythm.TWO_MONTHS: 12}
    wanted |= {Rhythm.QUARTER: 8, Rhythm.HALF_YEAR: 4}
    assert abs(len(days) - 1 - wanted[one]) <= 2
    assert all(before < after for before, after in pairwise(days))


@pytest.mark.parametrize("weekday", range(7))
def test_a_weekday_is_never_further_than_half_a_week(weekday: int) -> None:
    day = date(2026, 12, 2)
    found = near(day, weekday)
    assert (found.weekday(), abs(found - day) <= timedelta(days=3)) == (weekday, True)


def test_the_last_day_of_a_month_stays_the_last_day() -> None:
    days = [date(2027, 1, 31)]
    while len(days) < 6:
        days.append(rhythm.following(Rhythm.MONTH, None, date(2027, 1, 31), days[-1]))
    assert days[1:] == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31), date(2027, 6, 30)]


@given(DAYS, st.integers(0, 12), WEEKDAYS)
def test_who_wants_none_has_one_in_the_year_and_a_month_off(began: date, months: int, weekday: int | None) -> None:
    until, today = months_on(began, MOST_MONTHS[PlanKind.AFTERCARE]), months_on(began, months)
    day = rhythm.once(weekday, until, today)
    if day is None:
        assert today >= until
        return
    assert today < day <= until
    assert day >= months_on(today, 1) or day == until
    assert months > 4 or abs((day - months_on(began, 6)).days) <= 7


@given(calendars(), DAYS, st.sampled_from(Part), PEOPLE)
def test_always_in_sending_hours_of_that_day(calendar: Calendar, day: date, part: Part, who: int) -> None:
    at = rhythm.moment(calendar, day, part, who)
    assert calendar.in_sending_hours(at)
    assert calendar.day_of(at) == day


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31), date(2027, 6, 1)])
@pytest.mark.parametrize(("part", "hour"), [(Part.MORNING, 10), (Part.AFTERNOON, 14), (Part.EVENING, 18)])
def test_in_their_own_part_of_the_day_also_when_the_clock_changes(day: date, part: Part, hour: int) -> None:
    found = {rhythm.moment(Calendar(), day, part, who).astimezone(AMSTERDAM) for who in range(1, 400)}
    begins = datetime.combine(day, time(hour, 30 if part is Part.EVENING else 0), AMSTERDAM)
    assert begins <= min(found) < begins + timedelta(minutes=5)
    assert begins + timedelta(minutes=55) <= max(found) < begins + timedelta(minutes=60)


def test_no_minute_has_many() -> None:
    """Ten thousand people of one Monday morning."""
    places = [rhythm.place(who, rhythm.SPREAD) for who in range(1, 10_001)]
    assert max(map(places.count, set(places))) < 2 * len(places) / rhythm.SPREAD
    assert set(places) == set(range(rhythm.SPREAD))


@given(calendars(), INSTANTS, st.sampled_from(Part), PEOPLE)
def test_what_is_put_off_comes_as_soon_as_it_suits(calendar: Calendar, at: datetime, part: Part, who: int) -> None:
    found = rhythm.at_or_after(calendar, at, part, who)
    assert at <= found < at + timedelta(days=2)
    assert found == rhythm.moment(calendar, calendar.day_of(found), part, who)


@given(calendars(), INSTANTS, PEOPLE)
def test_once_more_is_on_another_day_of_the_week(calendar: Calendar, asked: datetime, who: int) -> None:
    again = rhythm.again(calendar, asked, who)
    assert calendar.in_sending_hours(again)
    assert rhythm.ASKED_AGAIN <= again - asked <= rhythm.AGAIN_UNTIL
    assert calendar.day_of(again).weekday() != calendar.day_of(asked).weekday()


@given(DAYS, st.sampled_from(Part), PEOPLE)
def test_once_more_is_at_another_part_of_the_day(day: date, part: Part, who: int) -> None:
    asked = rhythm.moment(Calendar(), day, part, who)
    assert rhythm.part_of(Calendar(), asked) is part
    assert rhythm.part_of(Calendar(), rhythm.again(Calendar(), asked, who)) is not part


@given(DAYS)
def test_a_human_makes_contact_on_an_own_day(day: date) -> None:
    found = rhythm.own_day(Calendar(), day)
    assert found >= day
    assert Calendar().is_own_day(found)
    assert (found - day).days <= 5


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        (PlanKind.FIXED, None),
        (PlanKind.WATCH, None),
        (PlanKind.FOLLOW, date(2027, 2, 28)),
        (PlanKind.AFTERCARE, date(2027, 8, 31)),
    ],
)
def test_no_kind_lasts_longer_than_the_guide_says(kind: PlanKind, last: date | None) -> None:
    assert rhythm.last_day(kind, date(2026, 8, 31)) == last
