"""Early signals at the desk. Whoever enters one never learns who is a client."""

from __future__ import annotations

import io
import re

import pytest
from aiohttp import FormData

from bot.desk.accounts import Staff
from bot.vroegsignaal.importing import LARGEST
from bot.vroegsignaal.sorting import Sorting
from storage import tables
from tests.signals.test_imported import GOOD, HEAD
from tests.support.desk import Balie, Browser
from tests.support.ending import SANNE, closes, recognised, signs_up

ONE = {"kind": "rent", "received": "2026-11-23", "amount": "612,50", "sender": "Woonstede"}
STRANGER = {**SANNE, "surname": "Bakker"}


async def uploads(browser: Browser, data: bytes, name: str = "signalen.csv") -> int:
    """Sends a file; gives the status."""
    form = FormData({"csrf": browser.field("csrf")})
    form.add_field("file", io.BytesIO(data), filename=name, content_type="text/csv")
    response = await browser.client.post("/desk/signals/import", data=form(), allow_redirects=False)
    browser.page = await response.text()
    return response.status


async def test_the_answer_is_the_same_for_a_client_and_for_nobody(balie: Balie, noor: Staff) -> None:
    """Byte for byte: bodies, places and headers, of the form and of the file."""
    open_, ended = await signs_up(await balie.resident()), await signs_up(await balie.resident())
    await recognised(balie.town, open_, noor)
    await recognised(balie.town, ended, noor, surname="Smit")
    await closes(balie.town, ended, noor)
    browser = await balie.browser(noor)
    await browser.get("/desk/signals")
    answers = []
    for surname in ("van der Linden", "Smit", "Bakker"):
        response = await browser.post("/desk/signals", **ONE, **{**SANNE, "surname": surname})
        place = response.headers["Location"]
        headers = {name: value for name, value in response.headers.items() if name != "Date"}
        await browser.get(place)
        first = browser.page
        await Sorting(balie.house).run_due()
        await browser.get(place)
        answers.append((response.status, place, headers, await response.text(), first, browser.page))
    assert answers[0] == answers[1] == answers[2]
    assert {row.route for row in await balie.town.rows(tables.signal)} == {"case", "last", "ordinary"}

    seen = []
    for surname in ("van der Linden", "Smit", "Bakker"):
        line = GOOD.replace("Linden, van der", surname).replace("huur", "water")
        assert await uploads(browser, f"{HEAD}\n{line}\n".encode()) == 200
        number = browser.field("number")
        page = browser.page.replace(f'value="{number}"', "")
        response = await browser.post("/desk/signals/import/take", number=number, act="take")
        await Sorting(balie.house).run_due()
        await browser.get(response.headers["Location"])
        seen.append((page, response.headers["Location"], browser.page))
    assert seen[0] == seen[1] == seen[2]


async def test_the_request_itself_looks_nobody_up(balie: Balie, noor: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await signs_up(await balie.resident())
    await recognised(balie.town, one, noor)
    browser = await balie.browser(noor)
    await browser.get("/desk/signals")
    before = await balie.state()
    await browser.post("/desk/signals", **ONE, **SANNE)
    assert await balie.state() == before
    (row,) = await balie.town.rows(tables.signal)
    assert (row.route, row.conversation_id) == ("unsorted", None)


async def test_nor_does_it_set_anyone_to_work(balie: Balie, noor: Staff) -> None:
    """Else what is asked next waits behind it, and longer for a client."""
    browser = await balie.browser(noor)
    await browser.get("/desk/signals")
    woken: list[str] = []
    balie.house.signals.hear("", woken.append)
    await browser.post("/desk/signals", **ONE, **SANNE)
    assert await uploads(browser, f"{HEAD}\n{GOOD}\n".encode()) == 200
    await browser.post("/desk/signals/import/take", number=browser.field("number"), act="take")
    assert len(await balie.town.rows(tables.signal)) == 2
    assert woken == []


async def test_only_a_coordinator_sees_the_ordinary_route(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    await browser.get("/desk/signals")
    assert "Gewone route" not in browser.page
    await browser.post("/desk/signals", **ONE, **STRANGER, phone="06 11 22 33 44")
    await Sorting(balie.house).run_due()
    (row,) = await balie.town.rows(tables.signal)
    assert (await browser.get("/desk/signals/ordinary")).status == 403
    await browser.get("/desk/signals")
    assert (await browser.post(f"/desk/signals/ordinary/{row.id}/done")).status == 403

    coordinator = await balie.browser(await balie.add_staff("cor", "Cor", "coordinator"))
    await coordinator.get("/desk/signals")
    assert re.search(r'Gewone route</a> <span class="count">1<', coordinator.page)
    await coordinator.get("/desk/signals/ordinary")
    for words in ("Bakker", "€ 612,50", "9901AB 12a", "0611223344", "vrijdag 14 maart 1980", "Woonstede", "Noor"):
        assert words in coordinator.page, words
    assert (await coordinator.post(f"/desk/signals/ordinary/{row.id}/done")).status == 303
    await coordinator.get("/desk/signals/ordinary")
    assert "Bakker" not in coordinator.page
    assert (await coordinator.post("/desk/signals/ordinary/999/done")).status == 409


async def test_an_auditor_enters_nothing(balie: Balie) -> None:
    browser = await balie.browser(await balie.add_staff("ans", "Ans", "auditor"))
    assert (await browser.get("/desk/signals")).status == 403
    await browser.get("/desk")
    assert (await browser.post("/desk/signals", **ONE, **SANNE)).status == 403
    await browser.get("/desk")
    assert await uploads(browser, f"{HEAD}\n{GOOD}\n".encode()) == 403
    await browser.get("/desk")
    assert (await browser.post("/desk/signals/import/take", number="1", act="take")).status == 403
    assert await balie.town.rows(tables.signal) == []


async def test_what_is_wrong_is_said_and_what_was_typed_still_stands(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    await browser.get("/desk/signals")
    response = await browser.post("/desk/signals", **ONE, **{**SANNE, "postcode": "99"})
    assert response.status == 409
    assert "De postcode klopt niet" in browser.page
    assert 'value="van der Linden"' in browser.page
    assert await balie.town.rows(tables.signal) == []


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x" * (LARGEST + 1), "te groot"),
        (b"x" * (11 * 1024 * 1024), "te groot"),
        (b"\x00\xff" * 1000, "UTF-8"),
        (b"PK\x03\x04" + b"\x00" * 100, "geen CSV"),
        (b"%PDF-1.7\n", "eerste regel"),
        (f"{HEAD}\n".encode(), "geen enkel signaal"),
        (b"", "eerste regel"),
    ],
)
async def test_a_hostile_file_is_refused_in_words(balie: Balie, noor: Staff, data: bytes, words: str) -> None:
    browser = await balie.browser(noor)
    await browser.get("/desk/signals")
    assert await uploads(browser, data) in (400, 409, 413)
    assert words in browser.page
    assert await balie.town.rows(tables.signal) == []


async def test_lines_are_refused_without_a_word_of_them(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    await browser.get("/desk/signals")
    bad = GOOD.replace("Linden, van der", "<script>alert(1)</script>Geheim").replace("Woonstede", "=cmd")
    assert await uploads(browser, f"{HEAD}\n{GOOD}\n{bad}\n".encode()) == 200
    assert "Regel 3: De achternaam klopt niet" in browser.page
    for words in ("Geheim", "alert(1)", "=cmd", "Linden", "9901"):
        assert words not in browser.page
    assert (browser.field("number"), len(await balie.town.rows(tables.signal))) != ("", 0)
    await browser.post("/desk/signals/import/take", number=browser.field("number"), act="drop")
    assert await balie.town.rows(tables.signal) == []


async def test_a_signal_stands_on_the_file_until_it_is_taken_up(balie: Balie, noor: Staff) -> None:
    one = await signs_up(await balie.resident("Sanne"))
    await recognised(balie.town, one, noor)
    browser = await balie.browser(noor)
    await browser.get("/desk/signals")
    await browser.post("/desk/signals", **ONE, **SANNE)
    await Sorting(balie.house).run_due()
    await browser.get("/desk")
    assert "Vroegsignaal" in browser.page
    assert "huur" not in browser.page.lower()
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert "Huur, € 612,50" in browser.page
    assert "nog niet gezien" in browser.page
    (row,) = await balie.town.rows(tables.signal)
    other = await balie.resident()
    path = f"/desk/file/{other.conversation_id}/signals/{row.id}/done"
    assert (await browser.post(path)).status == 409
    auditor = await balie.auditor(one)
    await auditor.get(f"/desk/file/{one.conversation_id}")
    assert "Huur, € 612,50" in auditor.page
    assert f"/signals/{row.id}/done" not in auditor.page
    assert (await auditor.post(f"/desk/file/{one.conversation_id}/signals/{row.id}/done")).status == 403
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert "nog niet gezien" in browser.page
    assert (await browser.post(f"/desk/file/{one.conversation_id}/signals/{row.id}/done")).status == 303
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert "opgepakt" in browser.page
