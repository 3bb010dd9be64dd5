"""A day or an hour in own words, in the three languages."""

from __future__ import annotations

from datetime import date, time

import pytest

from flows.understanding import day_in, hour_in, part_in

#: A Monday.
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("dinsdag", date(2026, 11, 24)),
        ("graag op dinsdag", date(2026, 11, 24)),
        ("maandag", date(2026, 11, 30)),  # today is named "vandaag"
        ("morgen", date(2026, 11, 24)),
        ("overmorgen aub", date(2026, 11, 25)),
        ("vandaag nog", TODAY),
        ("volgende week donderdag", date(2026, 12, 3)),
        ("dinsdag 1 december", date(2026, 12, 1)),
        ("24 nov", date(2026, 11, 24)),
        ("3-12", date(2026, 12, 3)),
        ("4 jan", date(2027, 1, 4)),
        ("de 27e", date(2026, 11, 27)),
        ("tomorrow", date(2026, 11, 24)),
        ("on friday please", date(2026, 11, 27)),
        ("the 2nd", date(2026, 12, 2)),
        ("الخميس", date(2026, 11, 26)),
        ("غدا", date(2026, 11, 24)),
        ("٢٧ نوفمبر", date(2026, 11, 27)),
        ("dinsdag kan ik niet", None),
        ("dinsdag of donderdag", None),
        ("10 uur", None),
        ("30 februari", None),
        ("ik weet het nog niet", None),
        ("", None),
    ],
)
def test_a_day(text: str, day: date | None) -> None:
    assert day_in(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("10 uur", time(10)),
        ("om 10:30", time(10, 30)),
        ("10.30", time(10, 30)),
        ("half elf", time(10, 30)),
        ("half twee", time(13, 30)),
        ("kwart over tien", time(10, 15)),
        ("kwart voor tien", time(9, 45)),
        ("om drie uur", time(15)),
        ("8 uur 's avonds", time(20)),
        ("14u30", time(14, 30)),
        ("half past ten", time(10, 30)),
        ("3pm", time(15)),
        ("at 9 am", time(9)),
        ("الساعة ١٠", time(10)),
        ("الساعة عشرة ونص", time(10, 30)),
        ("11", time(11)),
        ("10 of 11 uur", None),
        ("om 10 uur kan ik niet", None),
        ("99 uur", None),
        ("dinsdag", None),
        ("", None),
    ],
)
def test_an_hour(text: str, hour: time | None) -> None:
    assert hour_in(text) == hour


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("'s avonds", "evening"),
        ("liever in de ochtend", "morning"),
        ("na 17 uur", "evening"),
        ("in the afternoon", "afternoon"),
        ("مساء", "evening"),
        ("'s avonds kan ik niet", None),
        ("ochtend of middag", None),
        ("dinsdag", None),
        ("", None),
    ],
)
def test_a_part_of_the_day(text: str, part: str | None) -> None:
    assert part_in(text) == part
