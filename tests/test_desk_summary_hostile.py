"""A summary: who may make one, and what no page of ours ever sends."""

from __future__ import annotations

import pytest

from bot.desk.accounts import Staff
from storage import tables
from tests.support.desk import Balie
from tests.support.desk_agreements import (
    agreements,
    composed,
    fields,
    look,
    nothing_was_sent,
    opened,
    path,
    rows_of,
    sections,
    send,
)

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

ONE_LINE = fields(1, "open_post")


async def test_an_auditor_composes_and_sends_nothing(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await balie.browser(await balie.add_staff("ans", "Ans", "auditor"))
    assert (await browser.get(path(one))).status == 403
    for to in ("", "preview"):
        await browser.get("/desk")
        assert (await composed(browser, one, *ONE_LINE, to=to, client_id="abcdefgh")).status == 403
    await nothing_was_sent(balie, one)


async def test_a_thousand_lines_are_refused_and_cost_little(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    for to in ("", "preview"):
        for many in (21, 1000):
            browser = await opened(balie, noor, one)
            given = [(f"line-{number}", "open_post") for number in range(1, many + 1)]
            assert (await composed(browser, one, *given, to=to)).status == 400
            assert ("Hooguit 20 regels" if many == 21 else "niet goed aangekomen") in browser.page
            assert len(browser.page) < 10_000
    browser = await opened(balie, noor, one)
    twenty = [field for number in range(1, 21) for field in fields(number, "open_post")]
    assert (await composed(browser, one, *twenty, do="add:open_post/you")).status == 400
    assert "Hooguit 20 regels" in browser.page
    assert len(rows_of(browser.page)) == 20
    assert (await send(browser, one, *twenty)).status == 303


@pytest.mark.parametrize(
    "form",
    [
        {"client_id": ""},
        {"client_id": "x"},
        {"client_id": "<script>alert(1)</script>"},
        {"do": "up:"},
        {"do": "up:0"},
        {"do": "down:99999999999"},
        {"do": "explode:1"},
        {"do": "due:1:2026-13-45x"},
        {"do": "add"},
        {"do": ""},
    ],
)
async def test_what_no_page_of_ours_sends_is_refused(balie: Balie, noor: Staff, form: dict[str, str]) -> None:
    one = await balie.resident()
    browser = await opened(balie, noor, one)
    assert (await composed(browser, one, *ONE_LINE, **form)).status == 400
    assert "Er is niets veranderd" in browser.page


async def test_fields_that_mean_nothing_mean_nothing(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await opened(balie, noor, one)
    odd = {
        "line-0": "x",
        "line-x": "x",
        "line--1": "x",
        "line-9999999": "x",
        "seen": "-1",
        "known": "1e9",
        "who-5": "x",
    }
    assert (await look(browser, one, *ONE_LINE, **odd)).status == 200
    assert len(sections(browser.page)[0]) == 4
    await composed(browser, one, *ONE_LINE, do="remove:77")
    assert len(rows_of(browser.page)) == 1


async def test_markup_and_what_turns_text_around_is_only_text(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("<b>Fatima", "ar")
    evil = "</textarea><script>alert(1)</script>\u202eom\u2069\u0000"
    browser = await opened(balie, noor, one)
    given = [*fields(1, "free", words=evil), *fields(2, "call", organisation=evil), *fields(3, evil, who=evil)]
    for to in ("", "preview"):
        await composed(browser, one, *given, note=evil, find=evil, to=to, do="edit" if to else "")
        assert "<script>alert" not in browser.page
        assert "\u202e" not in browser.page
        assert "<b>Fatima" not in browser.page
    await look(browser, one, *given[:-2], note=evil)
    assert "<script>alert" not in browser.page
    assert "\u202e" not in browser.page
    await send(browser, one, *given[:6], note=evil)
    for row in await agreements(balie, one):
        assert row.state == "open"


async def test_paper_of_this_file_alone(balie: Balie, noor: Staff) -> None:
    one, other = await balie.resident("Fatima", "ar"), await balie.resident("Jan")
    browser = await opened(balie, noor, other)
    assert (await send(browser, other, *ONE_LINE)).status == 303
    browser = await opened(balie, noor, one)
    given = [
        *fields(1, "bring", document="loonstrook", due="2026-12-01"),
        *fields(2, "call", str(noor.id), organisation="de bank"),
    ]
    assert (await send(browser, one, *given, note="Tot snel")).status == 303
    theirs, mine = [row.id for row in await balie.town.rows(tables.summary)]
    assert (await browser.get(path(one, mine, "print"))).status == 200
    assert browser.page.count('lang="ar" dir="rtl"') == browser.page.count('class="pair both"') == 5
    assert "Neem uw loonstrook mee naar het gesprek." in browser.page
    assert "Klopt dit?" not in browser.page
    assert "Tot snel" in browser.page
    for number in (theirs, 0, 999, 10**17):
        assert (await browser.get(path(one, number, "print"))).status == 404
    auditor = await balie.auditor(one)
    assert (await auditor.get(path(one, mine, "print"))).status == 200


async def test_of_a_file_that_became_one_with_another_nothing_typed_is_lost(balie: Balie, noor: Staff) -> None:
    left, gone = await balie.resident("Fatima", "ar"), await balie.resident("Fatma", "ar")
    browser = await opened(balie, noor, gone)
    await balie.set(gone, queue="merged")
    await balie.set(gone, tables.person, merged_into=(await left.row()).person_id, key_id=0)
    given = fields(1, "call", organisation="de bank")
    for to in ("", "preview"):
        assert (await composed(browser, gone, *given, note="Tot snel", to=to)).status == 409
        assert "samengevoegd met een ander dossier" in browser.page
        assert f'action="/desk/file/{left.conversation_id}/summary/preview"' in browser.page
        assert 'value="de bank"' in browser.page
        assert ">Tot snel</textarea>" in browser.page
    await nothing_was_sent(balie, left)


async def test_of_a_file_that_is_not_there_nothing_is_agreed(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    assert (await browser.get("/desk/file/999/summary")).status == 404
    await browser.get("/desk")
    assert (await browser.post("/desk/file/999/summary", client_id="abcdefgh", **dict(ONE_LINE))).status == 404
