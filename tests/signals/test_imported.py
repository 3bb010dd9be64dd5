"""A file of signals: read strictly, refused by line without repeating a word of it, and entered after a yes only."""

from __future__ import annotations

import csv
import logging
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.vroegsignaal import entering, importing
from bot.vroegsignaal.entering import Entered
from bot.vroegsignaal.sorting import Sorting
from storage import keys, tables
from tests.support.ending import recognised
from tests.support.town import Colleague, Resident, Town
from tests.test_takeover import refusal

TODAY = date(2026, 11, 23)
HEAD = "soort;datum;achternaam;geboortedatum;postcode;huisnummer;telefoon;e-mail;bedrag;afzender"
#: What stands in it of a person.
WORDS = ("Linden", "Bakker", "Woonstede", "9901 AB", "9901AB")
GOOD = "huur;20-11-2026;Linden, van der;14-03-1980;9901 AB;12a;;;612,50;Woonstede"


def file(*lines: str, head: str = HEAD, bom: bytes = b"", ends: str = "\r\n") -> bytes:
    return bom + ends.join((head, *lines, "")).encode()


def code(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        importing.parse(data, TODAY)
    return caught.value.code


# ---- reading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        file(GOOD),
        file(GOOD, bom=b"\xef\xbb\xbf", ends="\n"),
        file(
            'rent,2026-11-20,"Linden, van der",1980-03-14,9901AB,12 A,,,612.50,Woonstede',
            head="Kind,Date,SURNAME,born,postcode,number,phone,email,amount,sender",
        ),
        file("123456782;" + GOOD, head="bsn;" + HEAD),
        file("", GOOD, ";;;;;;;;;"),
    ],
)
def test_a_file_reads_alike_however_it_was_saved(data: bytes) -> None:
    (one,), refused = importing.parse(data, TODAY)
    assert refused == []
    assert (one.kind, one.received, one.born, one.amount) == ("rent", "2026-11-20", "1980-03-14", 61250)
    assert (one.surname, one.postcode, one.number) == ("Linden, van der", "9901AB", "12a")
    assert "123456782" not in one.dumps()
    assert Entered.loads(one.dumps()) == one


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "import_header"),
        (b"\xff\xfeh\x00u\x00", "import_encoding"),
        (HEAD.encode("utf-16"), "import_encoding"),
        (file("huur;20-11-2026;Lindén").decode().encode("latin-1"), "import_encoding"),
        (b"PK\x03\x04" + bytes(200), "import_shape"),
        (b"\x89PNG\r\n\x1a\n", "import_encoding"),
        (file(head="naam;postcode"), "import_header"),
        (file(head="soort;datum;soort"), "import_header"),
        (file(GOOD.replace("huur", '"huur')), "import_shape"),
        (file("x" * 200_000), "import_shape"),
        (b"x" * (importing.LARGEST + 1), "import_big"),
        (b"x" * importing.LARGEST, "import_shape"),
        (file(*[GOOD] * (importing.MOST_LINES + 1)), "import_lines"),
    ],
)
def test_what_is_no_such_file_is_refused_as_a_whole(data: bytes, why: str) -> None:
    assert code(data) == why


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (GOOD.replace("huur", "boodschappen"), "signal_kind"),
        (GOOD.replace("20-11-2026", "24-11-2026"), "signal_received"),
        (GOOD.replace("20-11-2026", "20-11-2024"), "signal_received"),
        (GOOD.replace("20-11-2026", "31-02-2026"), "signal_received"),
        (GOOD.replace("20-11-2026", "٢٠-١١-٢٠٢٧"), "signal_received"),
        (GOOD.replace("14-03-1980", "14-03-2027"), "signal_born"),
        (GOOD.replace("14-03-1980", "gisteren"), "signal_born"),
        (GOOD.replace("Linden, van der", "=HYPERLINK(A1)"), "signal_surname"),
        (GOOD.replace("Linden, van der", "@SUM(1)"), "signal_surname"),
        (GOOD.replace("Linden, van der", "123456782"), "signal_surname"),
        (GOOD.replace("Linden, van der", "x" * 81), "signal_too_long"),
        (GOOD.replace("9901 AB", "99010"), "signal_postcode"),
        (GOOD.replace("12a", "a12"), "signal_number"),
        (GOOD.replace("612,50", "veel"), "signal_amount"),
        (GOOD.replace("612,50", "1000000000"), "signal_amount"),
        (GOOD.replace("612,50", "-5"), "signal_amount"),
        (GOOD.replace("Woonstede", "=cmd|' /C calc'!A0"), "signal_sender"),
        (GOOD.replace("Woonstede", "+31"), "signal_sender"),
        (GOOD.replace("12a;;;", "12a;bel mij;;"), "signal_phone"),
        (GOOD.replace("12a;;;", "12a;;geen mail;"), "signal_email"),
        (GOOD.replace("12a;;;", "12a;;=1+1@example.nl;"), "signal_email"),
        (GOOD.replace("12a", ""), "signal_nobody"),
        ("huur;20-11-2026;Linden", "signal_short"),
    ],
)
def test_a_line_that_is_wrong_is_named_by_its_number_only(line: str, why: str) -> None:
    found, refused = importing.parse(file(GOOD, line, GOOD), TODAY)
    assert (len(found), refused) == (2, [(3, why)])


@pytest.mark.parametrize("way", ["0612345678;", ";iemand@example.nl"])
def test_a_number_or_an_address_is_enough(way: str) -> None:
    (one,), _ = importing.parse(file(f"water;20-11-2026;;;;;{way};;"), TODAY)
    assert one.phone or one.email


def test_a_bsn_in_the_name_of_the_sender_is_masked() -> None:
    (one,), _ = importing.parse(file(GOOD.replace("Woonstede", "Woonstede 123456782")), TODAY)
    assert one.sender == "Woonstede ●●●●●●●●●"


@given(st.binary(max_size=300))
def test_whatever_bytes_are_sent_nothing_breaks(data: bytes) -> None:
    for tried in (data, HEAD.encode() + b"\n" + data):
        try:
            found, refused = importing.parse(tried, TODAY)
        except Refused:
            continue
        assert len(found) + len(refused) <= importing.MOST_LINES


@given(st.lists(st.text(max_size=30), min_size=10, max_size=10))
def test_whatever_words_are_sent_nothing_breaks(cells: list[str]) -> None:
    names = list(importing.COLUMNS)
    why = ""
    try:
        one = entering.read(dict(zip(names, cells, strict=True)), TODAY)
    except Refused as error:
        why = error.code
    assert why.startswith("signal_") if why else Entered.loads(one.dumps()) == one


def test_reading_leaves_the_limits_of_python_alone() -> None:
    before = csv.field_size_limit()
    importing.parse(file(GOOD), TODAY)
    assert csv.field_size_limit() == before


# ---- looked at, and taken ------------------------------------------------------------------------------------------


async def test_it_is_looked_at_in_numbers_and_then_taken(town: Town, noor: Colleague) -> None:
    data = file(GOOD, GOOD, GOOD.replace("huur", "gas"), GOOD.replace("huur", "iets"))
    counted = await importing.look(town.house, noor, data)
    assert (counted.read, counted.double, counted.wrong, counted.refused) == (3, 1, 1, ((5, "signal_kind"),))
    assert [row.route for row in await town.rows(tables.signal)] == ["import"]
    assert await importing.take(town.house, noor, counted.number) == 3
    assert sorted((row.kind, row.route) for row in await town.rows(tables.signal)) == [
        ("energy", "unsorted"),
        ("rent", "unsorted"),
    ]
    again = await importing.look(town.house, noor, data)
    assert (again.read, again.double) == (3, 3)
    assert await importing.take(town.house, noor, again.number) == 3
    assert len(await town.rows(tables.signal)) == 2


async def test_a_yes_that_comes_twice_enters_nothing_twice(town: Town, noor: Colleague) -> None:
    """The second looks while the first is at its end: its key is gone, and its row is not yet."""
    counted = await importing.look(town.house, noor, file(GOOD))
    (row,) = await town.rows(tables.signal)
    await importing.take(town.house, noor, counted.number)
    before = len(await town.rows(tables.signal))
    async with town.house.db.begin() as conn:
        await conn.execute(tables.signal.insert().values(row._asdict()))
    assert await refusal(importing.take(town.house, noor, counted.number)) == "import_gone"
    assert len(await town.rows(tables.signal)) == before + 1


async def test_a_file_is_of_who_looked_at_it_and_waits_an_hour(town: Town, noor: Colleague) -> None:
    bas = await town.colleague("Bas")
    counted = await importing.look(town.house, noor, file(GOOD))
    assert await refusal(importing.take(town.house, bas, counted.number)) == "import_gone"
    (row,) = await town.rows(tables.signal)
    town.clock.forward(minutes=59)
    await importing.forget(town.house)
    assert len(await town.rows(tables.signal)) == 1
    town.clock.forward(minutes=2)
    await importing.forget(town.house)
    assert await town.rows(tables.signal) == []
    async with town.house.keys.read() as conn:
        (found,) = await keys.load(conn, [row.key_id])
    assert found.wrapped is None
    assert await refusal(importing.take(town.house, noor, counted.number)) == "import_gone"


async def test_nothing_of_a_signal_lies_readable(
    town: Town, sanne: Resident, noor: Colleague, caplog: pytest.LogCaptureFixture
) -> None:
    """While the file waits, entered, on a file and on the ordinary route; nor in the log."""
    caplog.set_level(logging.DEBUG)
    await recognised(town, sanne, noor)
    counted = await importing.look(town.house, noor, file(GOOD, GOOD.replace("Linden, van der", "Bakker")))
    await nothing_readable(town)
    await importing.take(town.house, noor, counted.number)
    await nothing_readable(town)
    await Sorting(town.house).run_due()
    assert {row.route for row in await town.rows(tables.signal)} == {"case", "ordinary"}
    await nothing_readable(town)
    assert not any(word in caplog.text for word in WORDS)


async def nothing_readable(town: Town) -> None:
    """No row of these tables holds a word of it."""
    for table in (tables.signal, tables.signal_key, tables.event, tables.ping):
        for row in await town.rows(table):
            stored = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
            assert not any(word.encode() in stored for word in WORDS), table.name


async def test_five_thousand_lines_are_taken_at_once(town: Town, noor: Colleague) -> None:
    lines = [f"huur;20-11-2026;;;;;06{n:08};;12,50;Woonstede" for n in range(importing.MOST_LINES)]
    counted = await importing.look(town.house, noor, file(*lines))
    assert (counted.read, counted.double, counted.wrong) == (importing.MOST_LINES, 0, 0)
    assert await importing.take(town.house, noor, counted.number) == importing.MOST_LINES
    assert len(await town.rows(tables.signal, route="unsorted")) == importing.MOST_LINES
