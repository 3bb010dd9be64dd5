"""Free time, reckoned from hours: weeks, days that are otherwise, closed days, what is taken, nights of an odd hour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.agenda.hours import INLOOP, QUANTUM, STEP, USUAL, Agenda, Free, Hours, Length, days_from, is_quantum, quanta
from bot.clock import AMSTERDAM, Calendar, general_holidays, to_ms
from flows.agenda import Kind

MONDAY = date(2027, 3, 1)
NOOR, BAS = 1, 2
NAMES = {NOOR: "Noor", BAS: "Bas"}
OFFICE = frozenset({Kind.OFFICE.value})
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NINE, TWELVE, FIVE = 9 * 60, 12 * 60, 17 * 60

#: Sundays on which the clock changes, with the hours that they have.
CHANGES = {date(2027, 3, 28): 23, date(2027, 10, 31): 25, date(2028, 3, 26): 23, date(2028, 10, 29): 25}


def hours(starts: int, ends: int, *kinds: str, staff: int | None = NOOR, place: str = "", none: bool = False) -> Hours:
    """Some hours, for talks at the office unless others are named; with ``none``, hours of not being there."""
    return Hours(staff, starts, ends, frozenset() if none else frozenset(kinds) or OFFICE, place)


def away(starts: int = 0, ends: int = 1440, staff: int | None = NOOR) -> Hours:
    """Not there."""
    return hours(starts, ends, staff=staff, none=True)


def agenda(
    *weekly: Hours,
    other: Iterable[Hours] = (),
    day: date = MONDAY,
    calendar: Calendar | None = None,
    lengths: dict[tuple[int | None, str], Length] | None = None,
    taken: dict[int, set[datetime]] | None = None,
) -> Agenda:
    """These hours on every day of the week, and ``other`` on ``day``."""
    return Agenda(
        calendar or Calendar(),
        NAMES,
        dict.fromkeys(range(7), weekly),
        {day: tuple(other)},
        lengths or {},
        taken or {},
    )


def at(local: str, day: date = MONDAY, fold: int = 0) -> datetime:
    """A time on the clock of ``day``."""
    return datetime.fromisoformat(f"{day} {local}").replace(tzinfo=AMSTERDAM, fold=fold).astimezone(UTC)


def clock(found: Iterable[Free]) -> list[str]:
    """As people read it."""
    return [one.at.astimezone(AMSTERDAM).strftime("%H:%M") for one in found]


def free(of: Agenda, kind: str = Kind.OFFICE, day: date = MONDAY, after: datetime = LONG_AGO) -> list[str]:
    """Noor's moments."""
    return clock(of.free(kind, day, after=after, staff=[NOOR]))


# ---- examples ------------------------------------------------------------------------------------------------------


def test_a_morning_of_talks_of_an_hour() -> None:
    assert free(agenda(hours(NINE, TWELVE))) == ["09:00", "09:30", "10:00", "10:30", "11:00"]


def test_nothing_is_offered_before_its_moment_or_at_it() -> None:
    assert free(agenda(hours(NINE, TWELVE)), after=at("10:00")) == ["10:30", "11:00"]
    assert free(agenda(hours(NINE, TWELVE)), after=at("09:59")) == ["10:00", "10:30", "11:00"]


@pytest.mark.parametrize(
    ("minutes", "found"),
    [
        (20, ["09:00", "09:30", "10:00"]),
        (30, ["09:00", "09:30", "10:00"]),
        (45, ["09:00", "09:30"]),
        (50, ["09:00", "09:30"]),
        (60, ["09:00", "09:30"]),
        (90, ["09:00"]),
        (91, []),
    ],
)
def test_a_talk_of_an_odd_length_ends_within_the_hours(minutes: int, found: list[str]) -> None:
    lengths: dict[tuple[int | None, str], Length] = {(NOOR, Kind.OFFICE.value): Length(minutes)}
    assert free(agenda(hours(NINE, NINE + 90), lengths=lengths)) == found


@pytest.mark.parametrize(
    ("minutes", "travel", "first", "count"),
    [
        (45, 0, "10:00", 3),
        (50, 0, "10:00", 4),
        (20, 0, "10:00", 2),
        (60, 30, "09:30", 8),
        (60, 20, "09:30", 8),  # from 9.40 to 11.20
        (50, 5, "09:45", 5),
    ],
)
def test_a_talk_takes_whole_quanta_with_its_travel(minutes: int, travel: int, first: str, count: int) -> None:
    taken = quanta(at("10:00"), Length(minutes, travel))
    assert taken == tuple(at(first) + n * QUANTUM for n in range(count))


def test_hours_that_do_not_begin_on_a_quarter_are_rounded_into_them() -> None:
    assert free(agenda(hours(NINE + 10, TWELVE - 10))) == ["09:15", "09:45", "10:15", "10:45"]


def test_several_rows_that_overlap_offer_each_moment_once() -> None:
    rows = (hours(NINE, NINE + 120), hours(NINE + 60, TWELVE), hours(NINE, TWELVE))
    assert sorted(free(agenda(*rows))) == ["09:00", "09:30", "10:00", "10:30", "11:00"]


def test_the_own_length_goes_before_that_of_the_team_and_that_before_the_usual_one() -> None:
    team, own = Length(90), Length(120)
    known = agenda(lengths={(None, "office"): team, (NOOR, "office"): own})
    assert [known.length(who, kind) for who, kind in ((NOOR, "office"), (BAS, "office"), (BAS, "phone"))] == [
        own,
        team,
        USUAL[Kind.PHONE],
    ]


def test_away_for_part_of_a_day() -> None:
    of = agenda(hours(NINE, FIVE), other=[away(NINE + 60, FIVE - 60)])
    assert free(of) == ["09:00", "16:00"]
    assert len(free(of, day=MONDAY + timedelta(days=1))) == 15


def test_several_absences_that_overlap() -> None:
    gone = [away(NINE + 60, TWELVE), away(NINE + 90, FIVE - 60), away(0, NINE - 60), away(NINE + 60, TWELVE)]
    assert free(agenda(hours(NINE, FIVE), other=gone)) == ["09:00", "16:00"]


def test_an_absence_that_ends_within_a_quarter() -> None:
    assert free(agenda(hours(NINE, TWELVE), other=[away(NINE, NINE + 50)])) == ["10:00", "10:30", "11:00"]


def test_an_absence_of_no_time_changes_nothing() -> None:
    whole = free(agenda(hours(NINE, TWELVE)))
    assert free(agenda(hours(NINE, TWELVE), other=[away(NINE + 45, NINE + 45)])) == whole
    assert free(agenda(hours(NINE, TWELVE), other=[away(NINE + 90, NINE + 45)])) == whole


def test_the_team_being_away_holds_for_everyone() -> None:
    of = agenda(hours(NINE, TWELVE), other=[away(0, NINE + 60, staff=None)])
    assert free(of) == ["10:00", "10:30", "11:00"]


def test_a_colleague_being_away_holds_for_that_one_only() -> None:
    assert len(free(agenda(hours(NINE, TWELVE), other=[away(staff=BAS)]))) == 5


@pytest.mark.parametrize("day", sorted(general_holidays(2027) | general_holidays(2028)))
def test_nobody_is_met_on_a_general_holiday(day: date) -> None:
    assert free(agenda(hours(NINE, TWELVE)), day=day) == []
    stays_open = agenda(hours(NINE, TWELVE), calendar=Calendar(open_holidays=frozenset({day})))
    assert len(free(stays_open, day=day)) == 5


def test_nor_on_a_closed_day_unless_hours_were_given_for_that_very_day() -> None:
    closed = Calendar(closed_days=frozenset({MONDAY}))
    assert free(agenda(hours(NINE, TWELVE), calendar=closed)) == []
    assert free(agenda(hours(NINE, TWELVE), other=[hours(780, 840)], calendar=closed)) == ["13:00"]


def test_extra_hours_on_a_day_stand_beside_those_of_the_week() -> None:
    assert free(agenda(hours(NINE, TWELVE), other=[hours(1140, 1200)]))[-2:] == ["11:00", "19:00"]


@pytest.mark.parametrize("who", [NOOR, None])
@pytest.mark.parametrize("absence_is_first", [True, False])
def test_away_all_day_wins_over_hours_of_the_day(who: int | None, absence_is_first: bool) -> None:
    other = [hours(1140, 1200), away(staff=who)]
    of = agenda(hours(NINE, TWELVE), other=reversed(other) if absence_is_first else other)
    assert free(of) == []
    assert of.spans(NOOR, MONDAY) == ()
    assert len(free(of, day=MONDAY + timedelta(days=1))) == 5


def test_away_for_a_part_of_the_day_does_not() -> None:
    of = agenda(hours(NINE, TWELVE), other=[hours(1140, 1200), away(0, 1440 - 15), away(15, 1440)])
    assert free(of) == ["19:00"]


def test_nobody_offers_what_is_only_in_hours_that_do_not_count() -> None:
    extra = hours(1140, 1200, Kind.VIDEO)
    assert agenda(hours(NINE, TWELVE), other=[extra]).kinds() == {Kind.OFFICE, Kind.VIDEO}
    assert agenda(hours(NINE, TWELVE), other=[extra, away()]).kinds() == {Kind.OFFICE}
    assert agenda(hours(NINE, TWELVE), other=[extra, away(staff=BAS)]).kinds() == {Kind.OFFICE, Kind.VIDEO}


def test_what_is_taken_is_not_offered_and_neither_is_what_would_reach_into_it() -> None:
    taken = {NOOR: set(quanta(at("10:00"), Length(45)))}
    assert free(agenda(hours(NINE, TWELVE), taken=taken)) == ["09:00", "11:00"]


def test_the_travel_of_a_visit_keeps_off_its_neighbours() -> None:
    visits = hours(NINE, FIVE, Kind.HOME, Kind.OFFICE)
    taken = {NOOR: set(quanta(at("12:00"), Length(60)))}
    assert free(agenda(visits, taken=taken), Kind.HOME) == (
        ["09:00", "09:30", "10:00", "10:30", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00"]
    )


def test_a_kind_is_offered_only_in_its_own_hours() -> None:
    of = agenda(hours(NINE, TWELVE), hours(780, 840, Kind.PHONE, INLOOP))
    assert (free(of, Kind.PHONE), free(of, Kind.VIDEO)) == (["13:00", "13:30"], [])
    assert free(of, INLOOP) == free(of, "anything") == []
    assert of.kinds() == {Kind.PHONE, Kind.OFFICE}


def test_where_it_is_belongs_to_talks_at_ours() -> None:
    of = agenda(hours(NINE, NINE + 60, *Kind, place="Stadhuis"))
    places = {kind: [one.place for one in of.free(kind, MONDAY, after=LONG_AGO, staff=[NOOR])][:1] for kind in Kind}
    assert places == {kind: ["Stadhuis" if kind.at_ours else ""] for kind in Kind}


def test_together_is_when_both_are_free() -> None:
    rows = (hours(NINE, TWELVE), hours(NINE + 60, FIVE, Kind.PHONE, staff=BAS))
    taken = {BAS: {at("10:45")}}
    of = agenda(*rows, taken=taken)
    assert clock(of.together("office", MONDAY, (NOOR, BAS), after=LONG_AGO)) == ["11:00"]
    assert clock(of.together("office", MONDAY, (BAS, NOOR), after=LONG_AGO)) == []  # Bas offers none of these
    assert clock(of.together("office", MONDAY, (NOOR, 99), after=LONG_AGO)) == []  # who left


def test_a_visit_together_takes_the_travel_of_both() -> None:
    rows = (hours(NINE, FIVE, Kind.HOME), hours(NINE, FIVE, staff=BAS))
    taken = {BAS: set(quanta(at("13:00"), Length(60)))}
    found = clock(agenda(*rows, taken=taken).together("home", MONDAY, (NOOR, BAS), after=LONG_AGO))
    assert found == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "14:30", "15:00", "15:30", "16:00"]


def test_open_hours_without_an_appointment_are_of_the_team_and_of_its_members() -> None:
    of = agenda(
        hours(NINE, TWELVE, INLOOP, staff=None, place="Buurthuis"),
        hours(780, 840, INLOOP, staff=BAS),
        hours(780, 840, INLOOP, staff=99),
    )
    spans = list(of.walk_in(days_from(MONDAY, 2)))
    assert [(span.start.astimezone(AMSTERDAM).strftime("%a %H:%M"), span.place) for span in spans] == [
        ("Mon 09:00", "Buurthuis"),
        ("Mon 13:00", ""),
        ("Tue 09:00", "Buurthuis"),
        ("Tue 13:00", ""),
    ]


def test_there_are_no_open_hours_while_the_team_is_away() -> None:
    of = agenda(hours(NINE, TWELVE, INLOOP, staff=None), other=[away(TWELVE - 60, staff=None)])
    (span,) = of.walk_in([MONDAY])
    assert span.end == at("11:00")


# ---- the nights of the changes of the clock ------------------------------------------------------------------------


@pytest.mark.parametrize("sunday", CHANGES)
def test_office_hours_are_right_on_the_day_of_the_change_and_the_one_after(sunday: date) -> None:
    everyday = ["09:00", "09:30", "10:00", "10:30", "11:00"]
    open_always = Calendar(open_holidays=general_holidays(sunday.year))
    of = agenda(hours(NINE, TWELVE), calendar=open_always)
    for day in days_from(sunday - timedelta(days=1), 3):
        assert free(of, day=day) == everyday


@pytest.mark.parametrize(("sunday", "count"), CHANGES.items())
def test_a_whole_day_has_the_hours_that_it_has(sunday: date, count: int) -> None:
    (span,) = agenda(hours(0, 1440)).spans(NOOR, sunday)
    assert span.end - span.start == timedelta(hours=count)
    found = list(agenda(hours(0, 1440)).free("office", sunday, after=LONG_AGO, staff=[NOOR]))
    assert len(found) == 2 * count - 1
    assert {one.at.astimezone(AMSTERDAM).date() for one in found} == {sunday}


def test_an_hour_that_is_missing_is_not_offered() -> None:
    sunday = date(2027, 3, 28)
    assert free(agenda(hours(60, 240)), day=sunday) == ["01:00", "01:30", "03:00"]
    assert free(agenda(hours(120, 180)), day=sunday) == []
    assert free(agenda(hours(60, 240), other=[away(120, 180)], day=sunday), day=sunday) == ["01:00", "01:30", "03:00"]


def test_an_hour_that_comes_twice_is_offered_twice() -> None:
    sunday = date(2028, 10, 29)
    found = list(agenda(hours(60, 240)).free("office", sunday, after=LONG_AGO, staff=[NOOR]))
    assert clock(found) == ["01:00", "01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
    assert found[4].at == at("02:00", sunday, fold=1)
    assert len({one.at for one in found}) == len(found)


@pytest.mark.parametrize("sunday", CHANGES)
def test_a_talk_over_the_change_takes_its_own_length_and_no_more(sunday: date) -> None:
    taken = {NOOR: set(quanta(at("01:30", sunday), Length(60)))}
    of = agenda(hours(0, 360), taken=taken)
    for one in of.free("office", sunday, after=LONG_AGO, staff=[NOOR]):
        assert one.at + timedelta(hours=1) <= at("01:30", sunday) or one.at >= at("01:30", sunday) + timedelta(hours=1)


# ---- any hours at all ----------------------------------------------------------------------------------------------

_days = st.sampled_from([MONDAY, *CHANGES, *(day + timedelta(days=1) for day in CHANGES), date(2027, 5, 5)])
_kinds = st.frozensets(st.sampled_from([*map(str, Kind), INLOOP]), max_size=4)
_staff = st.sampled_from([None, NOOR, BAS])
_minutes = st.integers(0, 1440) | st.integers(0, 96).map(lambda quarter: quarter * 15)


@st.composite
def _hours(draw: st.DrawFn) -> Hours:
    starts, ends = sorted((draw(_minutes), draw(_minutes)))
    return Hours(draw(_staff), starts, ends, draw(_kinds), draw(st.sampled_from(["", "Stadhuis"])))


@st.composite
def _agendas(draw: st.DrawFn) -> tuple[Agenda, date]:
    day = draw(_days)
    start = Calendar().instant(day, 0) - timedelta(hours=4)
    quarters = st.frozensets(st.integers(0, 33 * 4), max_size=20)
    taken = {who: {start + n * QUANTUM for n in draw(quarters)} for who in NAMES}
    closed = draw(st.sampled_from([frozenset(), frozenset({day})]))
    lengths = draw(
        st.dictionaries(
            st.tuples(_staff, st.sampled_from([*map(str, Kind)])),
            st.builds(Length, st.sampled_from([5, 15, 20, 30, 45, 50, 60, 90]), st.sampled_from([0, 5, 20, 30])),
            max_size=4,
        )
    )
    return (
        agenda(
            *(hours for hours in draw(st.lists(_hours(), max_size=5)) if hours.kinds),
            other=draw(st.lists(_hours(), max_size=5)),
            day=day,
            calendar=Calendar(closed_days=closed),
            lengths=lengths,
            taken=taken,
        ),
        day,
    )


def _there(of: Agenda, staff: int, kind: str | None, day: date) -> set[datetime]:
    """Minutes in which this one can be met, found minute by minute, without any reckoning with spans."""
    start, end = (of.calendar.instant(day, minutes) for minutes in (0, 1440))
    weekly = () if of.calendar.is_closed_day(day) else of.weekly[day.weekday()]

    def within(minute: datetime, row: Hours) -> bool:
        return of.calendar.instant(day, row.starts) <= minute < of.calendar.instant(day, row.ends)

    absent = [row for row in of.other[day] if not row.kinds and row.staff in (staff, None)]
    if any(row.ends - row.starts == 1440 for row in absent):
        return set()
    found = set()
    for n in range((end - start) // timedelta(minutes=1)):
        minute = start + timedelta(minutes=n)
        usual = any(row.staff == staff and within(minute, row) and _fits(row, kind) for row in weekly)
        gone = any(within(minute, row) for row in absent)
        extra = any(row.staff == staff and within(minute, row) and _fits(row, kind) for row in of.other[day])
        if (usual and not gone) or extra:
            found.add(minute)
    return found


def _fits(row: Hours, kind: str | None) -> bool:
    return bool(row.kinds) if kind is None else kind in row.kinds


@given(_agendas(), st.sampled_from(list(Kind)))
@example((agenda(hours(0, 1440), day=date(2028, 10, 29)), date(2028, 10, 29)), Kind.OFFICE)
def test_whatever_is_offered_can_be_had(made: tuple[Agenda, date], kind: Kind) -> None:
    of, day = made
    for who in NAMES:
        there = _there(of, who, kind, day)
        length = of.length(who, kind)
        seen = set()
        for one in of.free(kind, day, after=LONG_AGO, staff=[who]):
            lasts = {one.at + timedelta(minutes=n) for n in range(length.minutes)}
            assert lasts <= there
            assert is_quantum(one.at)
            assert one.minutes == length.minutes
            assert one.staff == (who,)
            takes = quanta(one.at, length)
            assert not set(takes) & set(of.taken.get(who, ()))
            assert takes[0] <= one.at - timedelta(minutes=length.travel)
            assert takes[-1] + QUANTUM >= one.at + timedelta(minutes=length.minutes + length.travel)
            assert one.at not in seen
            seen.add(one.at)


@given(_agendas(), st.sampled_from(list(Kind)))
def test_together_is_what_both_can_do(made: tuple[Agenda, date], kind: Kind) -> None:
    of, day = made
    own = {one.at: one for one in of.free(kind, day, after=LONG_AGO, staff=[NOOR])}
    there = _there(of, BAS, None, day)
    length = of.length(NOOR, kind)
    for one in of.together(kind, day, (NOOR, BAS), after=LONG_AGO):
        assert one.at in own
        assert {one.at + timedelta(minutes=n) for n in range(length.minutes)} <= there
        assert not set(quanta(one.at, length)) & set(of.taken[BAS])


@given(_agendas(), st.sampled_from(list(Kind)))
def test_what_is_booked_is_offered_to_nobody_else(made: tuple[Agenda, date], kind: Kind) -> None:
    """One after the other takes the first that is left: nothing is ever given twice, and it ends."""
    of, day = made
    given_away: set[tuple[int, datetime]] = set()
    while (one := next(iter(of.free(kind, day, after=LONG_AGO)), None)) is not None:
        (who,) = one.staff
        takes = quanta(one.at, of.length(who, kind))
        assert not given_away & {(who, at) for at in takes}
        given_away |= {(who, at) for at in takes}
        of = replace(of, taken={**of.taken, who: {*of.taken[who], *takes}})
    assert not list(of.free(kind, day, after=LONG_AGO))


@given(_agendas(), st.sampled_from(list(Kind)))
def test_no_moment_that_would_do_is_left_out(made: tuple[Agenda, date], kind: Kind) -> None:
    """Every start at so many steps from the beginning of a stretch that is free and long enough."""
    of, day = made
    for who in NAMES:
        found = {one.at for one in of.free(kind, day, after=LONG_AGO, staff=[who])}
        length = of.length(who, kind)
        for span in of.spans(who, day):
            at = span.start
            while not is_quantum(at):
                at += timedelta(minutes=1)
            while kind in span.kinds and at + timedelta(minutes=length.minutes) <= span.end:
                assert (at in found) == of.can(who, at, length)
                at += STEP


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)), st.sampled_from([15, 20, 45, 50, 60]))  # noqa: DTZ001
def test_quanta_are_aligned_and_in_a_row(local: datetime, minutes: int) -> None:
    starts = local.replace(tzinfo=AMSTERDAM)
    takes = quanta(starts, Length(minutes))
    assert all(is_quantum(one) and to_ms(one) % 900_000 == 0 for one in takes)
    assert all(later - earlier == QUANTUM for earlier, later in pairwise(takes))
    assert takes[0] <= starts.astimezone(UTC) < takes[0] + QUANTUM
