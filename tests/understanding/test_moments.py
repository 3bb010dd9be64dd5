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


@pytest.mark.parametrize(
    "text",
    [
        "la journée de mardi",
        "mardi avec ma fille",
        "pour ma part mardi",
        "we wtorek ma pan czas",
        "la 24 novembre",
        "salı olur",
        "salı tamam",
        "salı günü namazdan sonra",
        "wtorek pasuje",
        "вівторок підходить",
        "سه‌شنبه ما می‌توانیم",
        "الثلاثاء مناسب",
        "dinsdag past",
        "mardi me convient",
        "tuesday works",
    ],
)
def test_a_no_of_another_language_undoes_no_day(text: str) -> None:
    assert day_in(text, TODAY) == date(2026, 11, 24)


@pytest.mark.parametrize(
    "text",
    [
        "salı gelemem",
        "salıya gelemiyorum",
        "salı günü gelemeyeceğim",
        "salı günü müsait değilim",
        "salı olmuyor",
        "salı bana uymuyor",
        "salı yetişemem",
        "salı yapamam",
        "salı hariç",
        "yarın gelemiyoruz",
        "سه‌شنبه نمی‌تونم",
        "سه شنبه نمی تونم",
        "سه‌شنبه نمیتوانم بیایم",
        "سه‌شنبه نمیرسیم",
        "سه‌شنبه وقت ندارم",
        "به جز سه‌شنبه",
        "seshanbe nemitoonam",
        "فردا نمیشه",
        "je ne peux pas mardi",
        "mardi c'est pas possible",
        "mardi impossible",
        "tout sauf mardi",
        "we wtorek nie mogę",
        "wtorek odpada",
        "oprócz wtorku",
        "у вівторок не можу",
        "крім вівторка",
        "الثلاثاء لا أستطيع",
        "الثلاثاء ما بقدر",
        "tuesday mish mumkin",
        "dinsdag la",
        "behalve dinsdag",
        "any day except tuesday",
        "i can't do tuesday",
    ],
)
def test_a_day_that_does_not_suit_is_none(text: str) -> None:
    assert day_in(text, TODAY) is None
    assert part_in(f"{text} 10:00") is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("do wtorku", date(2026, 11, 24)),
        ("do", date(2026, 11, 26)),
        ("do kan ik", date(2026, 11, 26)),
        ("do 10 uur", date(2026, 11, 26)),
        ("za of zo", None),
        ("za 28 nov", date(2026, 11, 28)),
        ("do jutra", date(2026, 11, 24)),
        ("za tydzień", None),
        ("za dwa tygodnie we wtorek", date(2026, 12, 8)),
        ("za późno", None),
        ("za drogo", None),
        ("do godziny 10", None),
        ("i do", None),
        ("yes i do", None),
        ("do you", None),
        ("c'est mon tour", None),
        ("mon fils", None),
        ("mon 10am", date(2026, 11, 30)),
        ("saat 10", None),
        ("saat 10'da", None),
        ("saat üçte", None),
        ("salı saat 10", date(2026, 11, 24)),
        ("cumartesi saat 10", date(2026, 11, 28)),
        ("saat", None),
        ("sat 10am", date(2026, 11, 28)),
        ("zoo", None),
        ("الساعة اثنين", None),
    ],
)
def test_a_short_word_of_another_language_is_no_day(text: str, day: date | None) -> None:
    assert day_in(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("دو شنبه", date(2026, 11, 30)),
        ("سه شنبه", date(2026, 11, 24)),
        ("سه‌شنبه", date(2026, 11, 24)),
        ("سه شنبه ها", date(2026, 11, 24)),
        ("چهار شنبه", date(2026, 11, 25)),
        ("پنج شنبه", date(2026, 11, 26)),
        ("پنج‌شنبه ساعت ۱۰", date(2026, 11, 26)),
        ("شنبه", date(2026, 11, 28)),
        ("روز شنبه لطفا", date(2026, 11, 28)),
        ("یک شنبه", date(2026, 11, 29)),
        ("هفته آینده پنج شنبه", date(2026, 12, 3)),
        ("پس فردا", date(2026, 11, 25)),
        ("سه", None),
    ],
)
def test_a_persian_day_is_written_apart_or_not(text: str, day: date | None) -> None:
    assert day_in(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("le 27", date(2026, 11, 27), None),
        ("pour le 27 svp", date(2026, 11, 27), None),
        ("le 2", date(2026, 12, 2), None),
        ("le 12 à 10h", date(2026, 12, 12), time(10)),
        ("le 27 à 14 heures", date(2026, 11, 27), time(14)),
        ("le 1er à 10h30", date(2026, 12, 1), time(10, 30)),
        ("27'sinde", date(2026, 11, 27), None),
        ("ayın 27'si", date(2026, 11, 27), None),
        ("3’ünde olur", date(2026, 12, 3), None),
        ("ayın 12 sinde saat 10", date(2026, 12, 12), time(10)),
        ("27-го", date(2026, 11, 27), None),
        ("27го", date(2026, 11, 27), None),
        ("27 числа о 10", date(2026, 11, 27), time(10)),
        ("27 ego", date(2026, 11, 27), None),
        ("27-go", date(2026, 11, 27), None),
        ("12ego o 10", date(2026, 12, 12), time(10)),
        ("den 27.", date(2026, 11, 27), None),
        ("يوم ٢٧", date(2026, 11, 27), None),
        ("تاریخ ۲۷", date(2026, 11, 27), None),
        ("۲۷ ام", date(2026, 11, 27), None),
        ("27e om 10 uur", date(2026, 11, 27), time(10)),
        ("the 27th at 3pm", date(2026, 11, 27), time(15)),
        ("le 10 heures", None, time(10)),
        ("le 06 12 34 56 78", None, None),
        ("le 40", None, None),
        ("10'da", None, time(10)),
        ("saat 8'de", None, time(8)),
        ("saat 11'de", None, time(11)),
        ("10u", None, time(10)),
    ],
)
def test_the_day_of_a_month_in_few_words(text: str, day: date | None, hour: time | None) -> None:
    assert (day_in(text, TODAY), hour_in(text)) == (day, hour)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("half drie", time(14, 30)),
        ("om half 3", time(14, 30)),
        ("twee uur dertig", time(14, 30)),
        ("kwart voor drie", time(14, 45)),
        ("half past two", time(14, 30)),
        ("half two", time(14, 30)),
        ("two thirty", time(14, 30)),
        ("quarter to three", time(14, 45)),
        ("الثانية والنصف", time(14, 30)),
        ("الساعة اثنين ونص", time(14, 30)),
        ("الثالثة إلا ربع", time(14, 45)),
        ("الثالثة إلا ربعا", time(14, 45)),
        ("iki buçuk", time(14, 30)),
        ("saat iki buçukta", time(14, 30)),
        ("on buçuk", time(10, 30)),
        ("on bir", time(11)),
        ("on bir buçukta", time(11, 30)),
        ("on ikide", time(12)),
        ("üçe çeyrek var", time(14, 45)),
        ("üçü çeyrek geçe", time(15, 15)),
        ("öğleden sonra saat 3", time(15)),
        ("öğleden sonra üçte", time(15)),
        ("wpół do trzeciej", time(14, 30)),
        ("o wpół do trzeciej", time(14, 30)),
        ("o 3 po południu", time(15)),
        ("kwadrans po drugiej", time(14, 15)),
        ("za kwadrans trzecia", time(14, 45)),
        ("druga trzydzieści", time(14, 30)),
        ("czternasta", time(14)),
        ("o piętnastej trzydzieści", time(15, 30)),
        ("пів на третю", time(14, 30)),
        ("о пів на третю", time(14, 30)),
        ("пів третьої", time(14, 30)),
        ("чверть на третю", time(14, 15)),
        ("за чверть третя", time(14, 45)),
        ("чверть по другій", time(14, 15)),
        ("о чотирнадцятій", time(14)),
        ("десята тридцять", time(10, 30)),
        ("دو و نیم", time(14, 30)),
        ("ساعت دو و نیم", time(14, 30)),
        ("سه و ربع", time(15, 15)),
        ("یک ربع به سه", time(14, 45)),
        ("ساعت نه", time(9)),
        ("ساعت نه صبح", time(9)),
        ("سه شنبه ساعت سه", time(15)),
        ("ساعت ۳ بعد از ظهر", time(15)),
        ("deux heures et demie", time(14, 30)),
        ("à deux heures et demie", time(14, 30)),
        ("dix heures trente", time(10, 30)),
        ("trois heures moins le quart", time(14, 45)),
        ("deux heures et quart", time(14, 15)),
        ("quatorze heures", time(14)),
        ("seize heures trente", time(16, 30)),
        ("trois heures de l'après-midi", time(15)),
        ("sept heures du soir", time(19)),
        ("après quatorze heures", None),
        ("saat üçten sonra", None),
        ("saat 3 ten sonra", None),
        ("po trzeciej", None),
        ("після третьої", None),
        ("بعد از ساعت ۳", None),
        ("نه", None),
        ("نه، ممنون", None),
        ("saat üçte gelemem", None),
        ("pas à deux heures et demie", None),
        ("trente novembre", None),
    ],
)
def test_an_hour_in_more_words(text: str, hour: time | None) -> None:
    assert hour_in(text) == hour
