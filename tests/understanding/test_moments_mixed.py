"""Days and hours where a word of one language is another word in a second one, and what is written in several ways."""

from __future__ import annotations

from datetime import date, time

import pytest

from flows.understanding import day_in, days_off, hour_in, part_in, parts_of_day

#: A Monday.
TODAY = date(2026, 11, 23)


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
        "geen probleem, dinsdag",
        "tuesday is no problem",
        "sans problème mardi",
        "pas de souci mardi",
        "salı sorun değil",
        "nie ma problemu, wtorek",
        "без проблем у вівторок",
        "سه شنبه مشکلی نیست",
        "الثلاثاء ما في مشكلة",
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
        ("в половине третьего", time(14, 30)),
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


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("vrijdag kan ik niet", ("fri",)),
        ("i can't on fridays", ("fri",)),
        ("الجمعة لا أستطيع", ("fri",)),
        ("cuma günleri müsait değilim", ("fri",)),
        ("w piątki nie mogę", ("fri",)),
        ("у п'ятницю не можу", ("fri",)),
        ("جمعه نمی‌تونم", ("fri",)),
        ("پنج شنبه و جمعه نمیتونم", ("thu", "fri")),
        ("je ne peux pas le vendredi", ("fri",)),
        ("la journée de vendredi", ()),
        ("cuma olur", ()),
        ("ما سه شنبه میاییم", ()),
    ],
)
def test_the_days_that_someone_cannot(text: str, days: tuple[str, ...]) -> None:
    assert days_off(text) == days


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("saat 10 ile 12 arası", ("morning", "afternoon")),
        ("la semaine après 17h", ("evening",)),
        ("od 9 do 17", ("morning", "evening")),
        ("ساعت ۱۰ نمی‌تونم", ()),
        ("saat 10'da gelemem", ()),
        ("pas avant 10h", ()),
    ],
)
def test_the_parts_of_a_day_that_hours_name(text: str, parts: tuple[str, ...]) -> None:
    assert parts_of_day(text) == parts
