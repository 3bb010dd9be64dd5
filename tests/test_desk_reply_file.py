"""An answer with a file: what it is its content tells, it goes with the message, and a refusal costs no text."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO

import pytest
from aiohttp import ClientResponse, FormData

from bot.desk.accounts import Staff
from bot.desk.forms import LARGEST_FORM, MOST_PARTS
from bot.takeover import take_over
from storage import tables
from tests.support.desk import Balie, Browser, open_balie
from tests.support.photos import plain
from tests.support.town import Resident, Town

PNG = plain("image/png")
PDF = b"%PDF-1.7\n" + bytes(40)
VOICE = b"OggS" + bytes(40)
MEGABYTE = 1024 * 1024


@pytest.fixture
async def balie(town: Town) -> AsyncIterator[Balie]:
    town.house.config = replace(town.house.config, web=replace(town.house.config.web, upload_limit_mb=1))
    async with open_balie(town) as opened:
        yield opened


@pytest.fixture
async def one(balie: Balie, noor: Staff) -> Resident:
    made = await balie.resident()
    await take_over(balie.house, made.conversation_id, noor)
    return made


async def answer(
    browser: Browser, one: Resident, text: str, file: bytes | None, *, name: str = "brief.exe", **other: str
) -> ClientResponse:
    """As the page sends it: the file last, under any name and type."""
    await browser.get(f"/desk/file/{one.conversation_id}")
    fields = {name: browser.field(name) for name in ("csrf", "client_id", "seen")} | {"text": text} | other
    form = FormData(default_to_multipart=True)
    for field, value in fields.items():
        form.add_field(field, value)
    form.add_field("file", BytesIO(file or b""), filename=name if file is not None else "", content_type="text/html")
    response = await browser.client.post(f"/desk/file/{one.conversation_id}/reply", data=form, allow_redirects=False)
    browser.page = await response.text()
    return response


@pytest.mark.parametrize(
    ("file", "media_type", "kind"),
    [(PNG, "image/png", "photo"), (PDF, "application/pdf", "file"), (VOICE, "audio/ogg", "voice")],
)
@pytest.mark.parametrize("text", ["Kijk eens.\r\nGroet", ""])
async def test_an_answer_with_a_file_with_text_or_without(
    balie: Balie, noor: Staff, one: Resident, file: bytes, media_type: str, kind: str, text: str
) -> None:
    browser = await balie.browser(noor)
    assert (await answer(browser, one, text, file)).status == 303
    said = (await one.messages())[-1]
    assert (said.author, said.content.kind, said.content.text) == ("caseworker", kind, text.replace("\r\n", "\n"))
    assert [(known.media_type, known.size) for known in said.attachments] == [(media_type, len(file))]
    assert [delivery.state for delivery in said.deliveries] == ["sent"]
    path = f"/desk/file/{one.conversation_id}/attachment/{said.attachments[0].id}"
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert path in browser.page
    assert not re.search(r'(alt|aria-label)="(Foto|Spraakbericht) van de inwoner', browser.page)
    assert await (await browser.get(path)).read() == file


async def test_an_answer_without_a_file_comes_in_the_same_form(balie: Balie, noor: Staff, one: Resident) -> None:
    browser = await balie.browser(noor)
    assert (await answer(browser, one, "Dag!", None)).status == 303
    said = (await one.messages())[-1]
    assert (said.content.kind, said.content.text, said.attachments) == ("text", "Dag!", ())


@pytest.mark.parametrize(
    ("file", "status", "words"),
    [
        (b"MZ" + bytes(40), 415, "Dit bestand kan niet mee."),
        (b"<html><script>", 415, "Dit bestand kan niet mee."),
        (PNG[:40], 415, "Dit bestand kan niet mee."),
        (PNG + bytes(MEGABYTE), 413, "Dit bestand is te groot."),
    ],
)
async def test_a_file_that_is_refused_costs_no_text(
    balie: Balie, noor: Staff, one: Resident, file: bytes, status: int, words: str
) -> None:
    browser = await balie.browser(noor)
    before = await balie.state()
    assert (await answer(browser, one, "Lang <verhaal>", file, name="foto.png")).status == status
    assert words in browser.page
    assert ">Lang &lt;verhaal&gt;</textarea>" in browser.page
    assert await balie.state() == before
    assert await balie.town.rows(tables.attachment) == []


async def test_as_large_as_is_allowed_is_allowed(balie: Balie, noor: Staff, one: Resident) -> None:
    browser = await balie.browser(noor)
    assert (await answer(browser, one, "", PDF + bytes(MEGABYTE - len(PDF)))).status == 303


async def test_nothing_at_all_is_refused(balie: Balie, noor: Staff, one: Resident) -> None:
    browser = await balie.browser(noor)
    assert (await answer(browser, one, " ", None)).status == 400
    assert "Er staat nog niets om te versturen." in browser.page


async def test_a_form_with_a_file_can_be_forged_no_more_than_another(balie: Balie, noor: Staff, one: Resident) -> None:
    browser = await balie.browser(noor)
    before = await balie.state()
    assert (await answer(browser, one, "Dag!", PNG, csrf="x")).status == 403
    assert (await answer(browser, one, "x" * LARGEST_FORM, PNG)).status == 400
    many = {f"field{number}": "x" for number in range(MOST_PARTS)}
    assert (await answer(browser, one, "Dag!", PNG, **many)).status == 400
    path = f"/desk/file/{one.conversation_id}/note"
    form = FormData({"csrf": browser.field("csrf"), "note": "x", "client_id": "abcdefgh"}, default_to_multipart=True)
    assert (await browser.client.post(path, data=form)).status == 400, "no other form brings a file"
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    for body in (b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--", b"--y--"):
        refused = await browser.client.post(path.replace("note", "reply"), data=body, headers=broken)
        assert refused.status in (400, 403), body
    assert await balie.state() == before


async def test_who_has_not_taken_over_keeps_the_text(balie: Balie, one: Resident) -> None:
    samir = await balie.add_staff("samir", "Samir")
    browser = await balie.browser(samir)
    assert (await answer(browser, one, "Ook dag", PNG)).status == 409
    assert ">Ook dag</textarea>" in browser.page
    auditor = await balie.browser(await balie.add_staff("ans", "Ans", "auditor"))
    assert (await answer(auditor, one, "Ook dag", PNG)).status == 403
