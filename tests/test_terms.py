"""By when a first talk and a decision have to be there, and when we are warned. The tables were worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from bot import terms
from bot.clock import OFFICE_HOURS, Calendar, Span
from tests.test_clock_calendar import at, local

OFFICE = Calendar()


@pytest.mark.parametrize(
    ("signed_up", "ends"),
    [
        ("2027-06-07", "2027-07-05"),  # Monday to Monday, four weeks on
        ("2027-02-26", "2027-03-30"),  # Good Friday, weekend, Easter Monday
        ("2027-03-01", "2027-03-30"),  # Easter Monday, 29 March
        ("2027-03-30", "2027-04-28"),  # Koningsdag on a Tuesday
        ("2027-04-07", "2027-05-07"),  # 5 May, and Ascension the day after
        ("2027-04-08", "2027-05-07"),  # Ascension
        ("2027-04-19", "2027-05-18"),  # Whit Monday
        ("2027-11-27", "2027-12-27"),  # both days of Christmas in a weekend: nothing but the weekend
        ("2027-11-28", "2027-12-27"),
        ("2026-12-04", "2027-01-04"),  # New Year on a Friday
        ("2027-12-04", "2028-01-03"),  # New Year on a Saturday
        ("2028-03-17", "2028-04-18"),  # Good Friday 14 April 2028
        ("2028-03-20", "2028-04-18"),  # Easter Monday 17 April
        ("2028-04-27", "2028-05-26"),  # Ascension; signed up on Koningsdag
        ("2028-11-27", "2028-12-27"),  # Christmas on Monday and Tuesday
    ],
)
def test_the_first_talk_is_within_four_weeks(signed_up: str, ends: str) -> None:
    assert terms.first_talk_by(OFFICE, at(f"{signed_up} 10:00")) == date.fromisoformat(ends)


@pytest.mark.parametrize(
    ("recognised", "ends"),
    [
        ("2027-06-07", "2027-06-10"),
        ("2027-06-10", "2027-06-15"),  # over a weekend
        ("2027-03-25", "2027-04-01"),  # Good Friday, weekend, Easter Monday
        ("2027-04-26", "2027-04-30"),  # Koningsdag
        ("2027-05-03", "2027-05-10"),  # 5 May and Ascension
        ("2027-05-14", "2027-05-20"),  # Whit Monday
        ("2027-12-24", "2027-12-29"),  # Christmas in a weekend
        ("2027-12-30", "2028-01-04"),  # New Year on a Saturday
        ("2028-04-13", "2028-04-20"),
        ("2028-05-24", "2028-05-30"),
    ],
)
def test_the_talk_in_a_crisis_is_within_three_working_days(recognised: str, ends: str) -> None:
    assert terms.crisis_talk_by(OFFICE, at(f"{recognised} 10:00")) == date.fromisoformat(ends)


@pytest.mark.parametrize(
    ("held", "weeks", "ends"),
    [
        ("2027-06-07", 8, "2027-08-02"),
        ("2027-02-01", 8, "2027-03-30"),
        ("2027-03-10", 8, "2027-05-07"),
        ("2027-03-22", 8, "2027-05-18"),
        ("2027-03-16", 6, "2027-04-28"),
        ("2027-10-30", 8, "2027-12-27"),
        ("2028-02-21", 8, "2028-04-18"),
        ("2028-03-30", 8, "2028-05-26"),
    ],
)
def test_the_decision_is_so_many_weeks_after_the_talk(held: str, weeks: int, ends: str) -> None:
    assert terms.decision_by(OFFICE, at(f"{held} 10:00"), weeks) == date.fromisoformat(ends)


def test_own_closed_days_make_no_legal_term_longer() -> None:
    """Nor do own hours: it ends on the day that the law says, at midnight when nobody is there."""
    closed = Calendar(closed_days=frozenset(date(2027, 6, day) for day in range(8, 31)) | {date(2027, 7, 5)})
    assert terms.crisis_talk_by(closed, at("2027-06-07 10:00")) == date(2027, 6, 10)
    assert terms.first_talk_by(closed, at("2027-06-07 10:00")) == date(2027, 7, 5)
    assert terms.decision_by(closed, at("2027-05-10 10:00"), 8) == date(2027, 7, 5)
    assert local(terms.end_of(closed, date(2027, 7, 5))) == "2027-07-05 23:59"
    assert local(terms.end_of(OFFICE, date(2027, 7, 5))) == "2027-07-05 17:00"


def test_a_day_equated_by_decree_moves_a_legal_term() -> None:
    calendar = Calendar(equated_days=frozenset({date(2027, 5, 7)}))
    assert terms.first_talk_by(calendar, at("2027-04-08 10:00")) == date(2027, 5, 10)


def test_the_day_of_the_sign_up_is_the_local_one() -> None:
    assert terms.first_talk_by(OFFICE, at("2027-10-04 23:30")) == date(2027, 11, 1)
    assert terms.first_talk_by(OFFICE, datetime(2027, 10, 4, 22, 30, tzinfo=UTC)) == date(2027, 11, 2)


@pytest.mark.parametrize(
    ("signed_up", "last", "ends"),
    [
        ("2027-03-02 10:00", date(2027, 3, 30), datetime(2027, 3, 30, 15, tzinfo=UTC)),  # in between the clock goes on
        ("2027-10-05 10:00", date(2027, 11, 2), datetime(2027, 11, 2, 16, tzinfo=UTC)),  # and back
        ("2028-03-06 10:00", date(2028, 4, 3), datetime(2028, 4, 3, 15, tzinfo=UTC)),
        ("2028-10-03 10:00", date(2028, 10, 31), datetime(2028, 10, 31, 16, tzinfo=UTC)),
    ],
)
def test_a_term_ends_at_the_same_hour_whatever_the_clocks_did(signed_up: str, last: date, ends: datetime) -> None:
    assert terms.first_talk_by(OFFICE, at(signed_up)) == last
    assert terms.end_of(OFFICE, last) == ends


def test_in_the_nights_in_which_the_clock_changes() -> None:
    missing = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)  # 02:00 that is 03:00 by then
    assert terms.crisis_talk_by(OFFICE, missing) == date(2027, 4, 1)
    for fold in (0, 1):
        assert terms.crisis_talk_by(OFFICE, at("2027-10-31 02:30", fold)) == date(2027, 11, 3)
        assert terms.first_talk_by(OFFICE, at("2027-10-31 02:30", fold)) == date(2027, 11, 29)  # a Sunday
    assert (
        local(terms.warned_at(OFFICE, "first_talk", at("2027-10-31 02:30"), date(2027, 11, 29))) == "2027-11-25 09:00"
    )


# ---- warnings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "made", "last", "warned"),
    [
        ("first_talk", "2027-06-07 10:00", "2027-07-05", "2027-07-01 09:00"),  # Monday: Friday, Thursday
        ("intake", "2027-06-07 10:00", "2027-06-17", "2027-06-15 09:00"),
        ("intake", "2027-06-09 10:00", "2027-06-19", "2027-06-17 09:00"),  # on a Saturday, which calendar days may
        ("decision", "2027-02-01 10:00", "2027-03-30", "2027-03-24 09:00"),  # Good Friday, weekend, Easter Monday
        ("first_talk", "2027-04-08 10:00", "2027-05-07", "2027-05-03 09:00"),  # 5 May and Ascension
        ("first_talk", "2027-10-05 10:00", "2027-11-02", "2027-10-29 09:00"),  # in summer time still
        ("crisis_talk", "2027-06-07 10:00", "2027-06-10", "2027-06-09 09:00"),
        ("crisis_talk", "2027-03-25 10:00", "2027-04-01", "2027-03-31 09:00"),
        ("crisis_talk", "2027-06-05 23:00", "2027-06-09", "2027-06-08 09:00"),
    ],
)
def test_we_are_warned_when_an_own_working_day_begins(kind: str, made: str, last: str, warned: str) -> None:
    assert local(terms.warned_at(OFFICE, kind, at(made), date.fromisoformat(last))) == warned


def test_a_warning_comes_before_our_own_closed_days_and_at_once_when_none_are_left() -> None:
    closed = Calendar(closed_days=frozenset({date(2027, 6, 8), date(2027, 6, 9)}))
    made = at("2027-06-07 10:00")
    assert terms.warned_at(closed, "crisis_talk", made, date(2027, 6, 10)) == made
    assert local(terms.warned_at(closed, "intake", at("2027-05-31 10:00"), date(2027, 6, 10))) == "2027-06-04 09:00"
    shut = Calendar(closed_days=frozenset(date(2027, 6, day) for day in range(1, 30)))
    evening = at("2027-06-07 22:00")
    assert terms.warned_at(shut, "first_talk", evening, date(2027, 6, 10)) == evening


def test_a_warning_is_never_after_the_end() -> None:
    night = Calendar(opening_hours=((Span(time(0), time(0)),), *OFFICE_HOURS[1:]))
    assert local(terms.warned_at(night, "crisis_talk", at("2027-06-04 10:00"), date(2027, 6, 8))) == "2027-06-07 00:00"
    assert local(terms.end_of(night, date(2027, 6, 7))) == "2027-06-07 23:59"
