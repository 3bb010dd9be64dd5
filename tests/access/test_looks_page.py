"""The record of looks as the auditor and the server's administrator read it."""

from __future__ import annotations

import argparse
import html
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

import pytest
from sqlalchemy import delete, update

from bot.commands import looks as command
from bot.desk import access
from bot.desk.accounts import Staff
from bot.export import making
from bot.export.making import Export
from bot.privacy import looks
from bot.reference import reference
from storage import tables
from tests.support.desk import Balie, Browser

only_sqlite = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


def words(page: str) -> str:
    """The page as words on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") :])).split())


def listed(page: str) -> list[int]:
    """The numbers of the rows that it shows."""
    return [int(found) for found in re.findall(r'id="look-(\d+)"', page)]


@pytest.fixture
async def browser(balie: Balie) -> Browser:
    """The auditor's, at the record."""
    made = await balie.browser(await balie.add_staff("ans", "Ans", "auditor"))
    assert (await made.get("/desk/looks")).status == 200
    return made


async def test_it_is_read_by_colleague_file_day_and_kind(balie: Balie, noor: Staff, browser: Browser) -> None:
    one, other = await balie.resident("Fatima"), await balie.resident("Jan")
    zoe = await balie.add_staff("zoe", "Zoë")
    await access.open_file(balie.house, noor, one.conversation_id)  # 1
    await access.open_file(balie.house, zoe, one.conversation_id)  # 2
    await access.open_inbox(balie.house, noor, "bot", words="jan")  # 3
    balie.town.clock.forward(days=1)
    await access.open_file(balie.house, noor, other.conversation_id)  # 4
    for query, expected in (
        ("", [4, 3, 2, 1]),
        (f"who={zoe.id}", [2]),
        ("kind=searched", [3]),
        ("day=2026-11-24", [4]),
        ("day=2026-11-23", [3, 2, 1]),
        (f"day=2026-11-23&who={noor.id}&kind=looked", [1]),
        ("before=3", [2, 1]),
        ("who=x&kind=x&before=x", [4, 3, 2, 1]),
    ):
        await browser.get(f"/desk/looks?{query}")
        assert listed(browser.page) == expected, query
        assert "Fatima" not in browser.page
        assert "Jan" not in browser.page
    await browser.get(f"/desk/looks?file={reference(one.conversation_id)}")
    assert listed(browser.page) == [5, 2, 1], "with that one looked at the record of this file"
    await browser.get(f"/desk/looks?file={reference(one.conversation_id)}")
    row, person_id = (await balie.town.rows(tables.look))[-1], (await one.row()).person_id
    assert (row.seq, row.kind, row.conversation_id, row.person_id) == (5, "record", one.conversation_id, person_id)
    for query, said in (("file=onzin", "geen dossiernummer"), ("day=morgen", "Kies een dag.")):
        await browser.get(f"/desk/looks?{query}")
        assert said in words(browser.page)
        assert listed(browser.page) == []


@only_sqlite
async def test_what_nobody_has_leaves_nothing_on_record(balie: Balie, browser: Browser) -> None:
    for number in ("K-000999", "999"):
        assert (await browser.get(f"/desk/looks?file={number}")).status == 200
    assert await balie.town.rows(tables.look) == []


@only_sqlite
async def test_it_goes_on_page_by_page(balie: Balie, noor: Staff, browser: Browser) -> None:
    async with balie.house.db.begin() as conn:
        await looks.record(balie.house, conn, "looked", noor.id, [(n, n) for n in range(1, 121)], 1)
    seen: list[int] = []
    address = "/desk/looks"
    while address:
        await browser.get(address)
        seen += listed(browser.page)
        found = re.search(r'id="page-after" href="([^"]+)"', browser.page)
        address = html.unescape(found[1]) if found else ""
    assert seen == list(range(120, 0, -1))


async def test_whether_it_holds_stands_on_top_and_all_of_it_is_gone_over_when_asked(
    balie: Balie, noor: Staff, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Er staat nog niets in het register." in words(browser.page)
    async with balie.house.db.begin() as conn:
        await looks.record(balie.house, conn, "looked", noor.id, [(n, n) for n in range(1, 9)], 1)
    await browser.get("/desk/looks")
    assert "Ja. Alle 8 regels zijn zoals ze geschreven zijn (1 tot en met 8)." in words(browser.page)
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.look).where(tables.look.c.seq == 2).values(staff_id=None))
    await browser.get("/desk/looks")
    assert "Nee. Regel 2 is veranderd" in words(browser.page)
    monkeypatch.setattr("bot.desk.looks_page.NEWEST", 3)
    await browser.get("/desk/looks")
    assert "De laatste 3 regels zijn zoals ze geschreven zijn (6 tot en met 8)." in words(browser.page)
    await browser.post("/desk/looks/verify")
    assert "Nee. Regel 2 is veranderd" in words(browser.page)


async def test_who_is_in_an_export_is_on_record_before_it_is_given(balie: Balie, noor: Staff) -> None:
    one, other = await balie.resident("Fatima"), await balie.resident("Jan")
    for data in ("!go:aanmelden", "aanmelden.for_whom:self", "aanmelden.worries:enough", "aanmelden.summary:yes"):
        await one.taps(data)
    asked = making.wanted("trajecten", "2026-11-01", "2026-11-30", "csv")
    async with aclosing(cast("AsyncGenerator[str, None]", Export(balie.house, asked, noor.id).text())) as pieces:
        async for piece in pieces:
            if reference(one.conversation_id) in piece:
                break
    rows = [row for row in await balie.town.rows(tables.look) if row.kind == "exported"]
    person_id = (await one.row()).person_id
    assert [(row.conversation_id, row.person_id) for row in rows] == [(None, None), (one.conversation_id, person_id)]
    assert {row.staff_id for row in rows} == {noor.id}
    assert await looks.of_person(balie.house, (await other.row()).person_id) == []


@only_sqlite
async def test_the_command_says_whether_it_holds_shows_it_and_goes_on_after_a_backup(
    balie: Balie, noor: Staff, capsys: pytest.CaptureFixture[str]
) -> None:
    async def does(action: str) -> tuple[int, str]:
        status = await command.run(balie.house, argparse.Namespace(action=action, last=2))
        return status, capsys.readouterr().out

    async with balie.house.db.begin() as conn:
        await looks.record(balie.house, conn, "looked", noor.id, [(n, n) for n in (1, 2, 3)], 0)
    status, said = await does("verify")
    assert status == 0
    assert said.startswith("The record of looks holds: 3 rows, 1 to 3.\nThe last is row 3, ")
    assert await does("show") == (0, f"3\t{_AT}\tlooked\tNoor\t3\n2\t{_AT}\tlooked\tNoor\t2\n")
    async with balie.house.db.begin() as conn:
        await conn.execute(delete(tables.look).where(tables.look.c.seq == 3))
    status, said = await does("verify")
    assert (status, said) == (1, "The record of looks does not hold: the end was cut off from row 3 on. "
                                 "Before that: 2 rows, 1 to 2.\n")  # fmt: skip
    assert (await does("accept"))[0] == 0
    assert (await does("verify"))[0] == 0
    async with balie.house.db.begin() as conn:
        await conn.execute(delete(tables.look).where(tables.look.c.seq == 1))
    assert (await does("accept"))[0] == 1
    assert (await does("verify"))[0] == 1


_AT = "1970-01-01T00:00:00+00:00"
