"""Working time: legal terms, own days and hours, sending hours, promises. The tables were worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import holidays
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.clock import (
    AMSTERDAM,
    DAY,
    OFFICE_HOURS,
    SENDING_MARGIN,
    SPREAD,
    Calendar,
    Span,
    Terms,
    general_holidays,
    hold_until,
    promised,
)

OFFICE = Calendar()
BREAK = Calendar(opening_hours=(((Span(time(9), time(12, 30)), Span(time(13), time(17))),) * 5 + ((), ())))
ALWAYS = Calendar(opening_hours=((Span(time(0), time(0)),),) * 7, open_holidays=general_holidays(2027))
NIGHT = Calendar(opening_hours=((Span(time(0), time(6)),),) * 7, open_holidays=frozenset({date(2027, 3, 28)}))


def at(local: str, fold: int = 0) -> datetime:
    """A local wall time as an instant."""
    return datetime.fromisoformat(local).replace(tzinfo=AMSTERDAM, fold=fold).astimezone(UTC)


def local(instant: datetime | None) -> str | None:
    """An instant as local wall time."""
    return None if instant is None else instant.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M")


# ---- days ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "days", "ends"),
    [
        ("2027-03-15", 3, "2027-03-18"),  # Monday to Thursday: the day of receipt does not count
        ("2027-03-18", 3, "2027-03-23"),  # over a weekend
        ("2027-03-20", 3, "2027-03-24"),  # received on a Saturday: Monday is the first day
        ("2027-03-24", 1, "2027-03-25"),
        ("2027-03-24", 2, "2027-03-30"),  # Good Friday, weekend, Easter Monday
        ("2027-03-25", 3, "2027-04-01"),
        ("2027-04-26", 1, "2027-04-28"),  # Koningsdag on a Tuesday
        ("2027-05-04", 1, "2027-05-07"),  # 5 May, although not a jubilee year, and Ascension the day after
        ("2027-05-04", 3, "2027-05-11"),
        ("2027-05-14", 1, "2027-05-18"),  # Whit Monday
        ("2027-12-24", 1, "2027-12-27"),  # both days of Christmas in a weekend: nothing moves
        ("2027-12-24", 3, "2027-12-29"),
        ("2027-12-31", 1, "2028-01-03"),  # New Year on a Saturday
        ("2028-04-13", 1, "2028-04-18"),  # Good Friday 14, Easter Monday 17 April
        ("2028-04-13", 3, "2028-04-20"),
        ("2028-04-26", 3, "2028-05-02"),  # Koningsdag on a Thursday
        ("2028-05-04", 1, "2028-05-08"),  # 5 May on a Friday
        ("2028-05-24", 1, "2028-05-26"),  # Ascension
        ("2028-05-24", 3, "2028-05-30"),
        ("2028-06-02", 1, "2028-06-06"),  # Whit Monday
        ("2028-12-22", 1, "2028-12-27"),  # Christmas on Monday and Tuesday
        ("2028-12-22", 3, "2028-12-29"),
    ],
)
def test_a_legal_term_in_working_days(received: str, days: int, ends: str) -> None:
    assert OFFICE.add_statutory_days(at(f"{received} 10:00"), days) == date.fromisoformat(ends)


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        ("2027-03-25", "2027-03-25"),
        ("2027-03-26", "2027-03-30"),
        ("2027-03-27", "2027-03-30"),
        ("2027-05-05", "2027-05-07"),
        ("2027-12-25", "2027-12-27"),
        ("2028-05-25", "2028-05-26"),
        ("2028-12-25", "2028-12-27"),
    ],
)
def test_a_term_ends_on_a_working_day(day: str, ends: str) -> None:
    assert OFFICE.statutory_term_end(date.fromisoformat(day)) == date.fromisoformat(ends)


@pytest.mark.parametrize("year", range(2024, 2061))
def test_the_holidays_are_those_of_the_library_and_5_may(year: int) -> None:
    listed = {*holidays.country_holidays("NL", years=year), date(year, 5, 5)}
    assert {day for day in general_holidays(year) if day.weekday() < 5} == {d for d in listed if d.weekday() < 5}


def test_the_day_of_receipt_is_the_local_day() -> None:
    just_before = datetime(2027, 3, 15, 22, 30, tzinfo=UTC)  # 23:30 in winter
    assert OFFICE.add_statutory_days(just_before, 1) == date(2027, 3, 16)
    assert OFFICE.add_statutory_days(just_before + timedelta(minutes=30), 1) == date(2027, 3, 17)
    in_summer = datetime(2027, 6, 14, 22, 30, tzinfo=UTC)  # 00:30 the next day
    assert OFFICE.add_statutory_days(in_summer, 1) == date(2027, 6, 16)


def test_a_day_equated_by_decree_counts_in_legal_terms_only() -> None:
    calendar = Calendar(equated_days=frozenset({date(2027, 5, 7)}))
    tuesday = at("2027-05-04 10:00")
    assert calendar.add_statutory_days(tuesday, 1) == date(2027, 5, 10)
    assert calendar.add_own_days(tuesday, 1) == date(2027, 5, 7)


def test_own_closed_days_do_not_stretch_a_legal_term() -> None:
    calendar = Calendar(closed_days=frozenset({date(2027, 3, 16), date(2027, 3, 17)}))
    monday = at("2027-03-15 10:00")
    assert calendar.add_statutory_days(monday, 3) == date(2027, 3, 18)
    assert calendar.add_own_days(monday, 3) == date(2027, 3, 22)


def test_own_days_follow_own_weekdays_and_holidays() -> None:
    weekend = (Span(time(10), time(14)),)
    calendar = Calendar(opening_hours=(*OFFICE_HOURS[:4], (), weekend, ()), open_holidays=frozenset({date(2027, 5, 5)}))
    assert calendar.add_own_days(at("2027-03-18 10:00"), 1) == date(2027, 3, 20)  # closed on Friday, open on Saturday
    assert calendar.add_own_days(at("2027-05-04 10:00"), 1) == date(2027, 5, 5)
    assert calendar.add_own_days(at("2027-05-05 10:00"), 1) == date(2027, 5, 8)  # Ascension, closed Friday
    assert not calendar.is_open(at("2027-05-06 10:00"))


def test_no_days_is_the_day_itself_or_the_next_that_counts() -> None:
    assert OFFICE.add_own_days(at("2027-03-18 23:00"), 0) == date(2027, 3, 18)
    assert OFFICE.add_own_days(at("2027-03-26 10:00"), 0) == date(2027, 3, 30)
    with pytest.raises(ValueError, match="forward"):
        OFFICE.add_own_days(at("2027-03-18 10:00"), -1)


def test_calendar_days() -> None:
    assert OFFICE.add_calendar_days(date(2027, 3, 24), 10) == date(2027, 4, 3)


# ---- hours ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calendar", "moment", "is_open", "opening", "closing"),
    [
        (OFFICE, "2027-03-15 08:59", False, "2027-03-15 09:00", "2027-03-15 17:00"),
        (OFFICE, "2027-03-15 09:00", True, "2027-03-16 09:00", "2027-03-15 17:00"),
        (OFFICE, "2027-03-15 17:00", False, "2027-03-16 09:00", "2027-03-16 17:00"),
        (OFFICE, "2027-03-25 18:00", False, "2027-03-30 09:00", "2027-03-30 17:00"),  # over Easter and the clock change
        (BREAK, "2027-03-15 12:45", False, "2027-03-15 13:00", "2027-03-15 17:00"),
        (BREAK, "2027-03-15 10:00", True, "2027-03-15 13:00", "2027-03-15 17:00"),  # a break is no closing
        (NIGHT, "2027-10-31 02:30", True, "2027-11-01 00:00", "2027-10-31 06:00"),
    ],
)
def test_opening_hours(calendar: Calendar, moment: str, is_open: bool, opening: str, closing: str) -> None:
    assert calendar.is_open(at(moment)) is is_open
    assert local(calendar.next_opening(at(moment))) == opening
    assert local(calendar.next_closing(at(moment))) == closing


def test_who_never_closes_has_no_closing_time() -> None:
    assert ALWAYS.next_closing(at("2027-03-15 12:00")) is None
    # New Year's Day of the next year is a holiday on which this calendar is closed.
    assert local(ALWAYS.next_closing(at("2027-12-28 12:00"))) == "2028-01-01 00:00"


@pytest.mark.parametrize(
    ("calendar", "start", "hours", "end"),
    [
        (OFFICE, "2027-03-15 09:00", 4, "2027-03-15 13:00"),
        (OFFICE, "2027-03-15 13:00", 4, "2027-03-15 17:00"),  # the end of the day, not the next morning
        (OFFICE, "2027-03-15 15:00", 4, "2027-03-16 11:00"),
        (OFFICE, "2027-03-15 20:00", 4, "2027-03-16 13:00"),
        (OFFICE, "2027-03-25 16:00", 4, "2027-03-30 12:00"),  # Easter and the clock change in between
        (OFFICE, "2027-10-29 16:00", 4, "2027-11-01 12:00"),  # the clock change of autumn in between
        (BREAK, "2027-03-15 11:00", 4, "2027-03-15 15:30"),
        (NIGHT, "2027-03-28 00:00", 5, "2027-03-28 06:00"),  # an hour is missing
        (NIGHT, "2027-10-31 00:00", 7, "2027-10-31 06:00"),  # an hour comes twice
        (NIGHT, "2028-03-26 00:00", 5, "2028-03-26 06:00"),
        (NIGHT, "2028-10-29 00:00", 7, "2028-10-29 06:00"),
    ],
)
def test_opening_time_adds_up(calendar: Calendar, start: str, hours: int, end: str) -> None:
    assert local(calendar.add_open_time(at(start), timedelta(hours=hours))) == end


def test_opening_time_cannot_be_taken_back() -> None:
    with pytest.raises(ValueError, match="adds up"):
        OFFICE.add_open_time(at("2027-03-15 09:00"), -DAY)


def test_both_half_past_twos_are_told_apart() -> None:
    early = Calendar(opening_hours=((Span(time(1), time(2, 30)),),) * 7)
    assert early.is_open(at("2027-10-31 02:15", fold=0))
    assert not early.is_open(at("2027-10-31 02:15", fold=1))


def test_hours_that_fall_in_the_missing_hour_are_no_hours() -> None:
    lost = Calendar(opening_hours=((Span(time(2, 30), time(3)),),) * 7)
    assert local(lost.next_opening(at("2028-03-25 12:00"))) == "2028-03-27 02:30"


def test_a_calendar_without_hours_is_refused() -> None:
    with pytest.raises(ValueError, match="hours"):
        Calendar(opening_hours=((),) * 7)
    with pytest.raises(ValueError, match="closes"):
        Span(time(17), time(9))


# ---- sending hours -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "inside", "later", "earlier"),
    [
        ("2027-03-15 08:59", False, "2027-03-15 09:00", "2027-03-14 19:45"),
        ("2027-03-15 09:00", True, "2027-03-15 09:00", "2027-03-15 09:00"),
        ("2027-03-15 19:50", True, "2027-03-15 19:50", "2027-03-15 19:45"),
        ("2027-03-15 20:00", False, "2027-03-16 09:00", "2027-03-15 19:45"),
        ("2027-03-27 23:00", False, "2027-03-28 09:00", "2027-03-27 19:45"),  # a night of seven hours
        ("2027-03-28 06:00", False, "2027-03-28 09:00", "2027-03-27 19:45"),
        ("2027-10-30 23:00", False, "2027-10-31 09:00", "2027-10-30 19:45"),
        ("2027-10-31 02:30", False, "2027-10-31 09:00", "2027-10-30 19:45"),
        ("2028-03-26 03:00", False, "2028-03-26 09:00", "2028-03-25 19:45"),
        ("2028-10-29 02:30", False, "2028-10-29 09:00", "2028-10-28 19:45"),
    ],
)
def test_sending_hours(moment: str, inside: bool, later: str, earlier: str) -> None:
    assert OFFICE.in_sending_hours(at(moment)) is inside
    assert local(OFFICE.next_sending_time(at(moment))) == later
    assert local(OFFICE.previous_sending_time(at(moment))) == earlier


# ---- promises and holds --------------------------------------------------------------------------------------------


def test_what_is_promised_on_the_eve_of_easter() -> None:
    dates = promised(at("2027-03-25 18:30"), OFFICE, Terms())
    assert dates.first_contact == date(2027, 3, 31)
    assert dates.intake == date(2027, 4, 4)
    assert dates.crisis == date(2027, 3, 30)
    assert dates.food == date(2027, 3, 30)
    assert dates.seizure == date(2027, 3, 31)
    assert dates.reads_at.isoformat() == "2027-03-30T09:00:00+02:00"


def test_when_we_are_open_someone_reads_now() -> None:
    now = at("2027-03-15 10:00")
    assert promised(now, OFFICE, Terms()).reads_at == now


def test_the_earlier_of_the_two_crisis_clocks_counts() -> None:
    monday = at("2027-03-15 10:00")
    assert promised(monday, OFFICE, Terms()).crisis == date(2027, 3, 16)
    closed = Calendar(closed_days=frozenset({date(2027, 3, 16)}))
    assert promised(monday, closed, Terms(crisis=3, first_contact=9)).crisis == date(2027, 3, 18)


def test_nobody_in_a_crisis_is_promised_a_later_day_than_anyone_else() -> None:
    monday = at("2027-03-15 10:00")
    dates = promised(monday, OFFICE, Terms())
    assert dates.seizure == dates.first_contact == date(2027, 3, 17)
    assert promised(monday, OFFICE, Terms(first_contact=5)).seizure == date(2027, 3, 18)
    slow = promised(monday, OFFICE, Terms(first_contact=1, crisis=3, food=3, seizure=10))
    assert {slow.crisis, slow.food, slow.seizure} == {date(2027, 3, 16)}


def test_an_intake_promised_in_own_days() -> None:
    dates = promised(at("2027-03-15 10:00"), OFFICE, Terms(intake=10, intake_in_own_days=True))
    assert dates.intake == date(2027, 3, 31)  # ten days, and Good Friday and Easter Monday


@pytest.mark.parametrize(
    ("calendar", "taken", "lapses"),
    [
        (OFFICE, "2027-03-15 10:00", "2027-03-15 14:00"),
        (OFFICE, "2027-03-15 15:00", "2027-03-15 17:00"),  # closing time comes first
        (OFFICE, "2027-03-15 17:00", "2027-03-16 13:00"),
        (OFFICE, "2027-03-15 20:00", "2027-03-16 13:00"),
        (OFFICE, "2027-03-26 12:00", "2027-03-30 13:00"),  # Good Friday
        (BREAK, "2027-03-15 11:00", "2027-03-15 15:30"),
        (BREAK, "2027-03-15 12:45", "2027-03-15 17:00"),
        (ALWAYS, "2027-03-15 23:00", "2027-03-16 03:00"),
    ],
)
def test_when_a_hold_lapses(calendar: Calendar, taken: str, lapses: str) -> None:
    assert local(hold_until(at(taken), calendar, Terms())) == lapses


# ---- properties ----------------------------------------------------------------------------------------------------

QUARTER = timedelta(minutes=15)
quarters = st.integers(min_value=0, max_value=4 * 24 * 730).map(
    lambda n: datetime(2027, 1, 1, tzinfo=UTC) + n * QUARTER
)
calendars = st.sampled_from(
    [
        OFFICE,
        BREAK,
        ALWAYS,
        NIGHT,
        Calendar(opening_hours=((), (), (), (), (), (Span(time(10), time(14)),), ())),
        Calendar(closed_days=frozenset(date(2027, 1, 1) + n * DAY for n in range(0, 730, 3))),
    ]
)
#: The shortest sending hours that there may be (``bot.config.sections.Sending``).
AN_HOUR = Calendar(sending_from=time(9), sending_until=time(10))
days = st.integers(min_value=0, max_value=12)


def open_quarters(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Opening time between two instants, counted the slow way, in quarters of an hour."""
    return sum(calendar.is_open(start + n * QUARTER) for n in range((end - start) // QUARTER))


@settings(max_examples=60, deadline=None)
@given(calendars, quarters, st.integers(min_value=0, max_value=24))
def test_opening_time_is_what_is_counted(calendar: Calendar, start: datetime, amount: int) -> None:
    end = calendar.add_open_time(start, amount * QUARTER)
    assert open_quarters(calendar, start, end) == amount
    if amount:
        assert calendar.is_open(end - QUARTER)
    else:
        assert end == start


@given(calendars, quarters, quarters, st.integers(min_value=0, max_value=24))
def test_later_never_ends_earlier(calendar: Calendar, one: datetime, other: datetime, amount: int) -> None:
    early, late = sorted((one, other))
    assert calendar.add_open_time(early, amount * QUARTER) <= calendar.add_open_time(late, amount * QUARTER)
    assert calendar.add_own_days(early, amount) <= calendar.add_own_days(late, amount)
    assert calendar.add_statutory_days(early, amount) <= calendar.add_statutory_days(late, amount)
    assert calendar.next_sending_time(early) <= calendar.next_sending_time(late)
    assert calendar.previous_sending_time(early) <= calendar.previous_sending_time(late)


@given(calendars, quarters, days, days)
def test_terms_in_parts_are_terms_as_a_whole(calendar: Calendar, start: datetime, one: int, other: int) -> None:
    halfway = datetime.combine(calendar.add_statutory_days(start, one + 1), time(12), AMSTERDAM)
    assert calendar.add_statutory_days(halfway, other) == calendar.add_statutory_days(start, one + 1 + other)


@given(calendars, quarters, days)
def test_days_end_on_days_that_count(calendar: Calendar, start: datetime, amount: int) -> None:
    assert calendar.is_statutory_day(calendar.add_statutory_days(start, amount))
    assert calendar.is_own_day(calendar.add_own_days(start, amount))
    assert calendar.add_own_days(start, amount + 1) > calendar.add_own_days(start, amount) or amount == 0


@given(calendars, quarters)
def test_openings_and_closings_are_where_it_changes(calendar: Calendar, now: datetime) -> None:
    opening = calendar.next_opening(now)
    assert opening > now
    assert calendar.is_open(opening)
    assert calendar.is_open(calendar.opens_at(now))
    closing = calendar.next_closing(now)
    if closing is not None:
        assert closing > now
        assert not calendar.is_open(closing)
        assert calendar.is_open(closing - timedelta(microseconds=1))


@given(calendars, quarters)
def test_sending_times_are_inside_and_on_the_right_side(calendar: Calendar, now: datetime) -> None:
    later, earlier = calendar.next_sending_time(now), calendar.previous_sending_time(now)
    assert calendar.in_sending_hours(later)
    assert calendar.in_sending_hours(earlier)
    assert earlier <= now <= later
    assert later == now or not calendar.in_sending_hours(now)
    assert calendar.previous_sending_time(earlier) == earlier


@given(st.one_of(calendars, st.just(AN_HOUR)), quarters, st.floats(0, 1, exclude_max=True))
@example(AN_HOUR, datetime(2027, 1, 1, tzinfo=UTC), 1 - 2**-53)
def test_what_waits_for_the_morning_is_spread_over_its_first_hour(
    calendar: Calendar, now: datetime, share: float
) -> None:
    first, at = calendar.next_sending_time(now), calendar.spread_sending_time(now, share)
    assert calendar.in_sending_hours(at)
    assert first <= at <= first + SPREAD
    assert at == now or not calendar.in_sending_hours(now)
    assert at == now or calendar.in_sending_hours(at + SENDING_MARGIN)
    assert calendar.spread_sending_time(now, 0.0) == first
    assert at <= calendar.spread_sending_time(now, (1 + share) / 2)


@given(calendars, quarters)
def test_a_hold_lapses_later_and_never_after_its_closing_time(calendar: Calendar, now: datetime) -> None:
    lapses = hold_until(now, calendar, Terms())
    assert lapses > now
    closing = calendar.next_closing(calendar.opens_at(now))
    assert closing is None or lapses <= closing
