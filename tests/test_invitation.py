"""The calendar file itself, read back by another library and by hand: when it is, what it says and what it does not."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from bot import invitation
from bot.clock import AMSTERDAM, to_ms
from bot.house import House
from flows.agenda import Kind
from locales import load

LANGUAGES = ("nl", "en", "ar")
WEB = SimpleNamespace(public_url="https://schuldhulp.waterdrecht.example")
HOUSE = cast("House", SimpleNamespace(tongue=load(LANGUAGES), config=SimpleNamespace(web=WEB)))
TOKEN = "abcdefghijklmnopqrstuv"
HOUR = 3_600_000
#: What nobody may read in someone's calendar, in any of the languages.
FORBIDDEN = (
    *("schuld", "geld", "incasso", "hulp", "gemeente", "klopaan", "waterdrecht", "deurwaarder"),
    *("debt", "money", "help", "municipal", "bailiff", "دين", "ديون", "مال", "مساعدة", "بلدية"),
)


def made(at: int = 1_800_000_000_000, **other: Any) -> bytes:
    values = {"token": TOKEN, "sequence": 0, "starts_at": at, "ends_at": at + HOUR, "made_at": at - HOUR}
    return invitation.calendar_file(HOUSE, **{**values, "language": "nl", **other})


def read(data: bytes) -> Any:
    """The appointment, as another library reads it; it holds the file to be one calendar with one appointment."""
    calendar = vobject.readOne(data.decode("utf-8"))
    calendar.validate(raiseException=True)
    assert len(list(calendar.components())) == 1
    return calendar.vevent


def lines(data: bytes) -> dict[str, str]:
    """The same by hand: unfolded, name and value."""
    text = data.decode("utf-8")
    assert text.endswith("\r\n")
    unfolded = text.replace("\r\n ", "").split("\r\n")[:-1]
    return {name: value for name, _, value in (line.partition(":") for line in unfolded)}


def wall(local: str, fold: int = 0) -> int:
    return to_ms(datetime.fromisoformat(local).replace(tzinfo=AMSTERDAM, fold=fold))


# ---- when ----------------------------------------------------------------------------------------------------------

#: Worked out by hand: Amsterdam is an hour ahead in winter and two in summer, and changes at 01:00 UTC.
NIGHTS = [
    ("2027-03-27 09:00", 0, "20270327T080000Z"),
    ("2027-03-28 00:15", 0, "20270327T231500Z"),
    ("2027-03-28 01:59", 0, "20270328T005900Z"),
    ("2027-03-28 03:00", 0, "20270328T010000Z"),
    ("2027-03-28 09:00", 0, "20270328T070000Z"),
    ("2027-03-29 09:00", 0, "20270329T070000Z"),
    ("2027-10-30 09:00", 0, "20271030T070000Z"),
    ("2027-10-31 00:15", 0, "20271030T221500Z"),
    ("2027-10-31 02:30", 0, "20271031T003000Z"),
    ("2027-10-31 02:30", 1, "20271031T013000Z"),
    ("2027-10-31 03:00", 0, "20271031T020000Z"),
    ("2027-10-31 09:00", 0, "20271031T080000Z"),
    ("2027-11-01 09:00", 0, "20271101T080000Z"),
    ("2028-03-25 09:00", 0, "20280325T080000Z"),
    ("2028-03-26 01:59", 0, "20280326T005900Z"),
    ("2028-03-26 03:00", 0, "20280326T010000Z"),
    ("2028-03-26 09:00", 0, "20280326T070000Z"),
    ("2028-03-27 09:00", 0, "20280327T070000Z"),
    ("2028-10-28 09:00", 0, "20281028T070000Z"),
    ("2028-10-29 02:30", 0, "20281029T003000Z"),
    ("2028-10-29 02:30", 1, "20281029T013000Z"),
    ("2028-10-29 09:00", 0, "20281029T080000Z"),
    ("2028-10-30 09:00", 0, "20281030T080000Z"),
]


@pytest.mark.parametrize(("local", "fold", "utc"), NIGHTS)
def test_to_the_minute_around_every_change_of_the_clock(local: str, fold: int, utc: str) -> None:
    data = made(wall(local, fold))
    assert lines(data)["DTSTART"] == utc
    start = read(data).dtstart.value
    assert start == datetime.strptime(utc, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert start.astimezone(AMSTERDAM).strftime("%Y-%m-%d %H:%M") == local
    assert read(data).dtend.value - start == timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "end", "lasts"),
    [("2027-03-28 01:30", "2027-03-28 03:30", 1), ("2028-10-29 01:30", "2028-10-29 03:30", 3)],
)
def test_across_the_change_it_lasts_as_long_as_it_lasts(start: str, end: str, lasts: int) -> None:
    event = read(made(wall(start), ends_at=wall(end)))
    assert event.dtend.value - event.dtstart.value == timedelta(hours=lasts)


def there_and_back(day: date, at: time, fold: int) -> None:
    local = datetime.combine(day, at, AMSTERDAM).replace(fold=fold)
    instant = local.astimezone(UTC)
    if instant.astimezone(AMSTERDAM).replace(tzinfo=None) != local.replace(tzinfo=None):
        return  # no clock shows it that night
    data = made(to_ms(instant))
    back = read(data).dtstart.value.astimezone(AMSTERDAM)
    assert (back.date(), back.time(), back.utcoffset()) == (day, at, local.utcoffset())
    assert lines(data)["DTSTART"] == f"{instant:%Y%m%dT%H%M}00Z"


@given(
    day=st.dates(date(2027, 1, 1), date(2028, 12, 31)),
    minute=st.integers(0, 24 * 60 - 1),
    fold=st.sampled_from([0, 1]),
)
def test_any_minute_comes_back_as_it_was(day: date, minute: int, fold: int) -> None:
    there_and_back(day, time(*divmod(minute, 60)), fold)


def test_every_day_of_a_year_comes_back_as_it_was() -> None:
    for number in range(366):
        for at in (time(2, 30), time(9), time(19, 45)):
            there_and_back(date(2028, 1, 1) + timedelta(days=number), at, 0)


# ---- what it says --------------------------------------------------------------------------------------------------


def test_nothing_but_what_it_needs() -> None:
    at = wall("2027-03-16 09:30")
    data = made(at, sequence=3, place="Stadhuis, Plein 1; kamer 3", made_at=at - 1)
    assert lines(data) == {
        "BEGIN": "VEVENT",
        "VERSION": "2.0",
        "PRODID": "-//Afspraak//1.0//NL",
        "METHOD": "PUBLISH",
        "SUMMARY": "Afspraak",
        "DTSTART": "20270316T083000Z",
        "DTEND": "20270316T093000Z",
        "DTSTAMP": "20270316T082959Z",
        "UID": hashlib.sha256(TOKEN.encode()).hexdigest(),
        "SEQUENCE": "3",
        "CLASS": "PRIVATE",
        "LOCATION": "Stadhuis\\, Plein 1\\; kamer 3",
        "STATUS": "CONFIRMED",
        "END": "VCALENDAR",
    }
    assert read(data).location.value == "Stadhuis, Plein 1; kamer 3"
    assert "LOCATION" not in lines(made(at))


@pytest.mark.parametrize(("language", "title"), [("nl", "Afspraak"), ("en", "Appointment"), ("ar", "موعد")])
@pytest.mark.parametrize("cancelled", [False, True])
def test_it_is_neutral_in_every_language(language: str, title: str, cancelled: bool) -> None:
    data = made(language=language, place="Plein 1", cancelled=cancelled)
    assert read(data).summary.value == title
    told = data.decode("utf-8").lower()
    assert [word for word in (*FORBIDDEN, TOKEN) if word in told] == []


def test_one_that_is_off_says_so_under_the_same_name() -> None:
    before, after = lines(made(sequence=1)), lines(made(sequence=2, cancelled=True))
    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert before["UID"] == after["UID"]
    assert int(before["SEQUENCE"]) < int(after["SEQUENCE"])


def test_the_name_is_that_of_the_token_and_gives_nothing_away() -> None:
    moved = lines(made(1_900_000_000_000, sequence=1, language="ar", place="Plein 1"))
    assert moved["UID"] == lines(made())["UID"] != lines(made(token=invitation.new_token()))["UID"]
    assert re.fullmatch("[0-9a-f]{64}", moved["UID"])


@pytest.mark.parametrize(
    "place",
    [
        "مبنى البلدية الجديد، الطابق الثاني، الغرفة رقم ٣، شارع الميناء " * 5,
        "é" * 400,
        "👩🏽\u200d🦽 ingang aan de zijkant, " * 12,
        "x" * 74,
        "x" * 75,
        r"a\b,c;d:e" * 30,
    ],
)
def test_a_long_place_is_folded_and_comes_back_whole(place: str) -> None:
    data = made(place=place, language="ar")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
        line.decode("utf-8")  # no letter is cut in two
    assert read(data).location.value == place.strip()


@pytest.mark.parametrize(
    "place", ["Plein 1\r\nATTENDEE:mailto:x", "Plein 1\n\n ATTENDEE:mailto:x", "Plein 1 \x85ATTENDEE:"]
)
def test_what_someone_typed_stays_one_value(place: str) -> None:
    data = made(place=place)
    assert "ATTENDEE" not in lines(data)
    assert read(data).location.value.startswith("Plein 1 ATTENDEE:")


@given(place=st.text(st.characters(exclude_categories=[]), max_size=200))
def test_any_place_makes_a_calendar(place: str) -> None:
    data = made(place=place)
    kept = "".join(sign for sign in " ".join(place.split()) if not re.match("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", sign))
    assert lines(data)["LOCATION" if kept.strip() else "UID"]
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data)
    assert read(data).sequence.value == "0"


@pytest.mark.parametrize(
    ("kind", "place", "shown"),
    [
        (Kind.OFFICE, "Plein 1", "Plein 1"),
        (Kind.PAPERS, "Plein 1", "Plein 1"),
        (Kind.HOME, "Dorpsstraat 12", ""),
        (Kind.ELSEWHERE, "Café de Zon", ""),
        (Kind.PHONE, "Plein 1", ""),
        (Kind.OFFICE, "Balie Schuldhulp, Plein 1", ""),
        (Kind.OFFICE, "Kredietbank, Plein 1", ""),
        (Kind.OFFICE, "Loket Geldzorgen, Plein 1", ""),
        (Kind.OFFICE, "Debt advice desk, Plein 1", ""),
    ],
)
def test_a_place_is_shown_where_it_is_an_office_that_says_nothing(kind: str, place: str, shown: str) -> None:
    assert invitation.where(kind, place) == shown


def test_a_token_fits_its_address_and_no_two_are_the_same() -> None:
    tokens = {invitation.new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch(r"[\w-]{22}", token, re.ASCII) for token in tokens)
    assert invitation.link(HOUSE, TOKEN) == f"https://schuldhulp.waterdrecht.example/a/{TOKEN}.ics"


def test_the_library_is_in_no_memory_before_a_file_is_made() -> None:
    code = "import sys, bot.server, bot.desk, bot.agenda.making; sys.exit('icalendar' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_where_a_file_goes() -> None:
    channels = ("telegram", "email", "webchat", "whatsapp", None)
    assert [name for name in channels if invitation.takes_files(name)] == ["telegram", "email"]
