"""A day or an hour in own words, in all languages."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from flows.understanding import day_in, days_from_in, hour_in, names_date, part_in
from locales.formatting import say_date

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
        ("over twee weken dinsdag", date(2026, 12, 8)),
        ("over 2 weken dinsdag om 9 uur", date(2026, 12, 8)),
        ("deze week vrijdag", date(2026, 11, 27)),
        ("zo 29 nov", date(2026, 11, 29)),
        ("liever do", date(2026, 11, 26)),
        ("dinsdagochtend", date(2026, 11, 24)),
        ("overmorgenmiddag", date(2026, 11, 25)),
        ("vanavond", TODAY),
        ("the day after tomorrow", date(2026, 11, 25)),
        ("tomorrow after 5", date(2026, 11, 24)),
        ("بعد غد", date(2026, 11, 25)),
        ("zo snel mogelijk", None),
        ("what do you have", None),
        ("dinsdag 1 december", date(2026, 12, 1)),
        ("24 nov", date(2026, 11, 24)),
        ("3-12", date(2026, 12, 3)),
        ("4 jan", date(2027, 1, 4)),
        ("de 27e", date(2026, 11, 27)),
        ("le 1er", date(2026, 12, 1)),
        ("mardi 1er décembre", date(2026, 12, 1)),
        ("1-го грудня", date(2026, 12, 1)),
        ("wt., 1 gru", date(2026, 12, 1)),
        ("spotkajmy się 3 grudnia", date(2026, 12, 3)),
        ("ma 30 nov", date(2026, 11, 30)),
        ("ma 3aref", None),
        ("tomorrow", date(2026, 11, 24)),
        ("on friday please", date(2026, 11, 27)),
        ("the 2nd", date(2026, 12, 2)),
        ("الخميس", date(2026, 11, 26)),
        ("غدا", date(2026, 11, 24)),
        ("٢٧ نوفمبر", date(2026, 11, 27)),
        ("4 december 10:00", date(2026, 12, 4)),
        ("24-11 om 10 uur", date(2026, 11, 24)),
        ("24 november 9.00 uur", date(2026, 11, 24)),
        ("24.11 om 9.30", date(2026, 11, 24)),
        ("de 24e om 10 uur", date(2026, 11, 24)),
        ("the 24th at 3 pm", date(2026, 11, 24)),
        ("morgen 10", date(2026, 11, 24)),
        ("10.00", None),
        ("9.10 uur", None),
        ("vrijdag 4 december om 10 uur", date(2026, 12, 4)),
        ("vrijdag 4 december 2026 10:00", date(2026, 12, 4)),
        ("10:00 december 4th", date(2026, 12, 4)),
        ("the 4th of december", date(2026, 12, 4)),
        ("٤ ديسمبر ١٠:٠٠", date(2026, 12, 4)),
        ("2026-12-04", date(2026, 12, 4)),
        ("4-12-26", date(2026, 12, 4)),
        ("1 januari 2027", date(2027, 1, 1)),
        ("vrijdag 31 november", None),
        ("4 december 2027", date(2027, 12, 4)),
        ("24-11-2025", None),
        ("dinsdag 24 november 2025", None),
        ("2027-02-29", None),
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
        ("10uur", time(10)),
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
        ("الساعة الثالثة", time(15)),
        ("العاشرة والنصف", time(10, 30)),
        ("الساعة 3 بعد الظهر", time(15)),
        ("24-11 om 10 uur", time(10)),
        ("24/11 9:00", time(9)),
        ("24.11 om 9.30", time(9, 30)),
        ("dinsdag 24 november 9 uur", time(9)),
        ("24 november 9.00 uur", time(9)),
        ("op 24 nov om half drie", time(14, 30)),
        ("de 24e om 10 uur", time(10)),
        ("morgen 10", time(10)),
        ("10.00", time(10)),
        ("9.10 uur", time(9, 10)),
        ("november 24 at 10", time(10)),
        ("24 november 10am", time(10)),
        ("the 24th at 3 pm", time(15)),
        ("tomorrow 10", time(10)),
        ("24-11 الساعة ١٠", time(10)),
        ("٢٤ نوفمبر الساعة ٣", time(15)),
        ("2026-11-24 10:00", time(10)),
        ("24-11", None),
        ("24 november", None),
        ("dinsdag 8", None),  # as likely the eighth
        ("over 2 weken", None),
        ("over 2 weken dinsdag om 9 uur", time(9)),
        ("in two weeks on tuesday at 9 am", time(9)),
        ("na 3 uur", None),
        ("between 2 and 4", None),
        ("بعد الساعة ٣", None),
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
        ("dinsdagochtend", "morning"),
        ("half elf", "morning"),
        ("na 3 uur", "afternoon"),
        ("tussen 10 en 12", "morning"),
        ("'s avonds kan ik niet", None),
        ("ochtend of middag", None),
        ("dinsdag", None),
        ("", None),
    ],
)
def test_a_part_of_the_day(text: str, part: str | None) -> None:
    assert part_in(text) == part


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("volgende week", date(2026, 11, 30)),
        ("je viens la semaine prochaine", date(2026, 11, 30)),
        ("la semaine prochaine je ne peux pas", None),
        ("gelecek hafta gelemem", None),
        ("za dwa tygodnie", date(2026, 12, 7)),
        ("هفته آینده", date(2026, 11, 30)),
        ("هفته آینده نمی‌تونم", None),
        ("hafta sonu", date(2026, 11, 28)),
        ("next week please", date(2026, 11, 30)),
        ("الأسبوع القادم", date(2026, 11, 30)),
        ("over twee weken", date(2026, 12, 7)),
        ("in 3 weeks", date(2026, 12, 14)),
        ("بعد أسبوعين", date(2026, 12, 7)),
        ("deze week", TODAY),
        ("na het weekend", date(2026, 11, 30)),
        ("in het weekend", date(2026, 11, 28)),
        ("volgende week kan ik niet", None),
        ("dinsdag", None),
        ("", None),
    ],
)
def test_a_week(text: str, day: date | None) -> None:
    assert days_from_in(text, TODAY) == day


@pytest.mark.parametrize("language", ["nl", "en", "ar", "tr", "pl", "uk", "fa", "fr"])
def test_a_day_as_we_write_it_is_that_day(language: str) -> None:
    days = [TODAY + timedelta(days=ahead) for ahead in range(1, 360)]
    assert [day_in(say_date(day, language), TODAY) for day in days] == days


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("30 februari 10:00", True),
        ("24-11-2025 10:00", True),
        ("31-11 om 10 uur", True),
        ("2027-02-29", True),
        ("feb 30 at 10:00", True),
        ("10:00", False),
        ("10.30", False),
        ("10.00", False),
        ("9.10 uur", False),
        ("half elf", False),
        ("10 uur", False),
        ("dinsdag 10:00", False),
        ("may i come at 10:00", False),
        ("", False),
    ],
)
def test_a_date_is_one_also_when_there_is_no_such_day(text: str, names: bool) -> None:
    assert names_date(text) is names
