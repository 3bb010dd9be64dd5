"""A file at the desk: what stands in it, what a caseworker does with it, and what is refused."""

from __future__ import annotations

import asyncio
import html
import re
from dataclasses import replace

import pytest

from bot import takeover
from bot.content import Upload
from bot.desk.access import MESSAGES
from bot.desk.accounts import Staff
from bot.desk.presence import LASTS, Presence
from bot.signals import CHANNEL, Signals, wait
from flows.grammar import Sent
from storage import tables
from storage.listening import listen
from tests.stores import StoreUrls
from tests.support.desk import Balie, Browser, open_balie
from tests.support.town import MONDAY, Resident, Town

ON_SQLITE = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
async def samir(balie: Balie) -> Staff:
    return await balie.add_staff("samir", "Samir", "coordinator")


def address(one: Resident, *parts: str) -> str:
    return "/".join((f"/desk/file/{one.conversation_id}", *parts))


async def answer(browser: Browser, one: Resident, text: str) -> tuple[int, str]:
    """Answers as the page would: its own number, its own last message."""
    fields = {"client_id": browser.field("client_id"), "seen": browser.field("seen"), "text": text}
    response = await browser.post(address(one, "reply"), **fields)
    return response.status, response.headers.get("Location", "")


# ---- what stands in it ---------------------------------------------------------------------------------------------


async def test_dutch_stands_beside_what_the_resident_saw(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima", "ar")
    await one.types("مرحبا <b>")
    browser = await balie.browser(noor)
    await browser.get(address(one))
    page = re.sub(r"\s+", " ", browser.page)
    assert re.search(r'lang="nl" dir="ltr"><p>[^<]*Klopaan.*?lang="ar" dir="rtl"><p>[^<]*Klopaan', page)
    assert 'lang="ar" dir="auto"><p>مرحبا &lt;b&gt;</p>' in page, "typed text stays as typed"
    assert "Arabisch" in page


async def test_the_card_tells_what_was_asked_and_answered_also_when_unfinished(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await one.taps("!go:aanmelden")
    await one.taps((await one.messages())[-1].content.buttons[0].data)
    browser = await balie.browser(noor)
    await browser.get(address(one))
    card = re.search(r'id="card".*?</section>', browser.page, re.DOTALL)
    assert card is not None
    assert "Voor mijzelf" in card[0]
    assert "nog niet af" in card[0]


async def test_the_card_tells_why_a_human_is_asked_and_what_was_promised(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await one.types("ze gaan mij uit huis zetten")
    await one.taps("!mens")
    browser = await balie.browser(noor)
    await browser.get(address(one))
    for words in (
        "Alarm: huis kwijtraken",
        "Crisis herkend: huis kwijtraken",
        "Vraagt om een mens",
        "Contact bij crisis",
    ):
        assert words in browser.page, words
    await browser.post(address(one, "acknowledge"))
    await browser.get(address(one))
    assert "Alarm:" not in browser.page
    assert "bevestigd door Noor" in re.sub(r"\s+", " ", browser.page)


async def test_of_two_alarms_the_worst_stands_on_top(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await takeover.take_over(balie.house, one.conversation_id, noor)
    await one.types("ik wil niet meer leven")
    await one.types("ze gaan mij uit huis zetten")
    browser = await balie.browser(noor)
    await browser.get(address(one))
    assert "Alarm: leven in gevaar" in browser.page


async def test_the_clock_of_a_danger_names_the_cry_and_not_what_was_late_before(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await takeover.take_over(balie.house, one.conversation_id, noor)
    await balie.town.move_to(MONDAY.replace(hour=14))
    balie.town.clock.to(MONDAY.replace(hour=15))
    await one.types("ik wil niet meer leven")
    browser = await balie.browser(noor)
    await browser.get(address(one))
    clock = re.search(r'<li class="clock.*?</li>', browser.page)
    assert clock is not None
    assert re.sub("<[^>]*>", "", clock[0]) == "nu sinds 15:00"


async def test_attachments_are_shown_when_harmless_and_else_only_saved(balie: Balie, noor: Staff) -> None:
    one, other = await balie.resident(), await balie.resident()
    await one.sends("image/png", PNG)
    await one.says(Sent("file"), Upload("application/pdf", b"%PDF-1.7"))
    photo, document = [row.id for row in await balie.town.rows(tables.attachment)]
    browser = await balie.browser(noor)
    await browser.get(address(one))
    assert f'<img src="{address(one, "attachment", str(photo))}"' in browser.page
    shown = await browser.get(address(one, "attachment", str(photo)))
    assert (shown.status, shown.content_type, await shown.read()) == (200, "image/png", PNG)
    assert shown.headers["Content-Disposition"] == f'inline; filename="bijlage-{photo}.png"'
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in shown.headers["Cache-Control"]
    saved = await browser.get(address(one, "attachment", str(document)))
    assert saved.headers["Content-Disposition"] == f'attachment; filename="bijlage-{document}.pdf"'
    for wrong in (address(other, "attachment", str(photo)), address(one, "attachment", "999999")):
        assert (await browser.get(wrong)).status == 404, wrong


async def test_a_long_conversation_is_read_back_in_pages_and_news_brings_all_that_is_new(
    balie: Balie, noor: Staff
) -> None:
    one = await balie.resident()
    await takeover.take_over(balie.house, one.conversation_id, noor)
    for number in range(MESSAGES + 40):
        await one.types(f"bericht {number}.")
    browser = await balie.browser(noor)
    await browser.get(address(one))
    assert f"bericht {MESSAGES + 39}." in browser.page
    assert "bericht 39." not in browser.page
    older = re.search(r'href="([^"]+\?before=\d+)"', browser.page)
    assert older is not None
    await browser.get(html.unescape(older[1]))
    assert "bericht 39." in browser.page
    await browser.get(address(one, "parts?after=0"))
    assert all(f"bericht {number}." in browser.page for number in range(MESSAGES + 40))
    last = int((await one.row()).last_seq)
    await browser.get(address(one, f"parts?after={last}"))
    assert f"bericht {MESSAGES + 39}." in browser.page
    assert "bericht 39." not in browser.page


# ---- what a caseworker does ----------------------------------------------------------------------------------------


async def test_take_over_answer_and_hand_back(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await one.taps("!mens")
    browser = await balie.browser(noor)
    await browser.get(address(one))
    assert (await browser.post(address(one, "take-over"))).status == 303
    await browser.get(address(one))
    status, place = await answer(browser, one, "Dag!\r\n\r\nIk kijk mee.")
    assert (status, place.startswith(address(one) + "?sent=")) == (303, True)
    said = (await one.messages())[-1]
    assert (said.author, said.staff_id, said.content.text) == ("caseworker", noor.id, "Dag!\n\nIk kijk mee.")
    await browser.get(address(one))
    assert "Ik kijk mee." in browser.page
    assert "verstuurd" in browser.page
    assert (await browser.post(address(one, "hand-back"))).status == 303
    assert (await one.row()).held_by is None
    assert (await one.messages())[-1].author == "bot"


async def test_the_same_form_twice_or_at_once_is_one_answer(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await takeover.take_over(balie.house, one.conversation_id, noor)
    browser = await balie.browser(noor)
    await browser.get(address(one))
    answers = await asyncio.gather(*(answer(browser, one, "Dag!") for _ in range(3)))
    assert {status for status, _ in answers} == {303}
    await answer(browser, one, "Dag!")
    assert [said.content.text for said in await one.messages() if said.author == "caseworker"] == ["Dag!"]


async def test_two_colleagues_never_answer_the_same_unknowingly(balie: Balie, noor: Staff, samir: Staff) -> None:
    one = await balie.resident()
    first, second = await balie.browser(noor), await balie.browser(samir)
    await takeover.take_over(balie.house, one.conversation_id, noor)
    await first.get(address(one))
    await second.get(address(one))
    assert await answer(second, one, "Ik ook") == (409, "")
    assert "Een collega heeft dit gesprek" in second.page
    assert ">Ik ook</textarea>" in second.page
    await answer(first, one, "Van Noor")
    await takeover.assign(balie.house, one.conversation_id, samir.id, noor, client_id="away")
    await second.get(address(one))
    assert "gaf het dossier aan u" in second.page
    assert (await second.post(address(one, "take-over"))).status == 303
    stale = {"client_id": "stale-12345", "seen": "1", "text": "Ik <ook>"}
    refused = await second.post(address(one, "reply"), **stale)
    assert refused.status == 409
    assert "Een collega antwoordde net" in second.page
    assert "Van Noor" in second.page, "the colleague's answer is there to be read"
    assert ">Ik &lt;ook&gt;</textarea>" in second.page, "and the draft is kept"
    assert (await answer(second, one, "Aanvulling"))[0] == 303, "now knowingly"
    texts = [said.content.text for said in await one.messages() if said.author == "caseworker"]
    assert texts == ["Van Noor", "Aanvulling"]


async def test_a_note_and_an_assignment_stay_among_colleagues(balie: Balie, noor: Staff, samir: Staff) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    await browser.get(address(one))
    before = len(await one.messages())
    noted = {"note": "Belt liever niet <i>", "client_id": browser.field("client_id")}
    assert [(await browser.post(address(one, "note"), **noted)).status for _ in range(2)] == [303, 303]
    await browser.get(address(one))
    given = {"to": str(samir.id), "note": "Neem jij?", "client_id": browser.field("client_id")}
    assert [(await browser.post(address(one, "assign"), **given)).status for _ in range(2)] == [303, 303]
    await browser.get(address(one))
    for words in ("Belt liever niet &lt;i&gt;", "Neem jij?", "Toegewezen aan Samir"):
        assert words in re.sub(r"\s+", " ", browser.page), words
    assert len(await one.messages()) == before
    assert (await one.row()).assigned_to == samir.id
    state = await balie.state()
    assert (state["note"], browser.page.count("Neem jij?")) == (2, 1), "a form that came twice counts once"
    await browser.post(address(one, "assign"), to="", client_id=browser.field("client_id"))
    assert (await one.row()).assigned_to is None


# ---- what is refused -----------------------------------------------------------------------------------------------

ACTS = ("take-over", "reply", "hand-back", "assign", "note", "acknowledge", "crisis-over", "presence")
FIELDS = {"text": "x", "note": "x", "seen": "1", "client_id": "abcdefgh", "to": "", "state": "looking"}


@ON_SQLITE
async def test_a_form_that_may_be_forged_changes_nothing(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser, stranger = await balie.browser(noor), await balie.browser()
    await browser.get(address(one))
    token, before = browser.field("csrf"), await balie.state()
    for act in (*ACTS, "../../sign-out"):
        path = address(one, act)
        for csrf in ("", "x", token[:-1]):
            assert (await browser.post(path, **FIELDS, csrf=csrf)).status == 403, act
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://elders.example"},
            {"Origin": "null"},
            {"Origin": "http://[broken"},
        ):
            assert (await browser.post(path, headers, **FIELDS, csrf=token)).status == 403, (act, headers)
        assert (await stranger.post(path, **FIELDS, csrf=token)).status == 401, act
    assert await balie.state() == before


@ON_SQLITE
async def test_a_form_of_another_kind_or_size_changes_nothing(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    await browser.get(address(one))
    token, before = browser.field("csrf"), await balie.state()
    form = "application/x-www-form-urlencoded"
    bodies: list[tuple[str, bytes]] = [
        ("application/json", b'{"csrf": "' + token.encode() + b'"}'),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n\xff--x--"),
        (form, f"csrf={token}&text=".encode() + b"a" * 1_000_000),
        (f"{form}; charset=utf-99", f"csrf={token}".encode()),
        (form, b"\xff\xfe%ff%00"),
        ("", b""),
    ]
    for act in ACTS:
        for content_type, body in bodies:
            refused = await browser.client.post(
                address(one, act), data=body, headers={"Content-Type": content_type}, allow_redirects=False
            )
            assert refused.status in (400, 403), (act, content_type)
            assert "Traceback" not in await refused.text()
    assert await balie.state() == before


@ON_SQLITE
async def test_an_unknown_file_is_refused_everywhere_and_leaves_no_trace(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    await browser.get(address(one))
    token, before = browser.field("csrf"), await balie.state()
    for number in ("0", "999999", "999999999999999999"):
        for part in ("", "/parts", "/news", "/attachment/1"):
            assert (await browser.get(f"/desk/file/{number}{part}")).status == 404, (number, part)
        for act in ACTS:
            assert (await browser.post(f"/desk/file/{number}/{act}", **FIELDS, csrf=token)).status == 404, (number, act)
    for path in ("/desk/file/-1", "/desk/file/1e3", "/desk/file/1%2F..%2F2", "/desk/static/../page.py", "/desk/x"):
        assert (await browser.get(path)).status == 404, path
    assert (await browser.client.get("/desk/static/%2e%2e/page.py")).status == 404
    assert (await browser.client.get("/desk/file/" + "9" * 30)).status == 404
    assert (await browser.client.put("/desk")).status == 405
    assert await balie.state() == before


@ON_SQLITE
@pytest.mark.parametrize(
    ("act", "fields", "status"),
    [
        ("reply", {"text": " \n"}, 400),
        ("reply", {"text": "x" * 4001}, 400),
        ("reply", {"seen": "-1"}, 400),
        ("reply", {"seen": "²"}, 400),
        ("reply", {"seen": "9" * 40}, 400),
        ("reply", {"client_id": "kort"}, 400),
        ("reply", {"client_id": "a b c d e f g h"}, 400),
        ("reply", {}, 409),
        ("hand-back", {}, 409),
        ("assign", {"to": "999"}, 400),
        ("assign", {"to": "nobody"}, 400),
        ("note", {"note": "  "}, 400),
        ("presence", {"state": "dancing"}, 400),
    ],
)
async def test_what_cannot_be_done_is_said_and_changes_nothing(
    balie: Balie, noor: Staff, act: str, fields: dict[str, str], status: int
) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    await browser.get(address(one))
    before = await balie.state()
    assert (await browser.post(address(one, act), **{**FIELDS, **fields})).status == status
    assert re.search(r'<p class="refused"[^>]*>[^<]{10,}|<h1>Dat ging niet</h1>\s*<p>[^<]{10,}', browser.page)
    assert await balie.state() == before


async def test_every_page_is_kept_nowhere_and_runs_nothing_of_its_own(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    for path in ("/desk", "/desk/rows", address(one), address(one, "parts"), "/desk/sign-in", "/desk/nowhere"):
        response = await browser.get(path)
        assert response.headers["Cache-Control"] == "no-store", path
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|javascript:", browser.page), path


# ---- news, and who is here -----------------------------------------------------------------------------------------


async def test_news_says_that_something_changed_and_nothing_else(balie: Balie, noor: Staff) -> None:
    one, other = await balie.resident(), await balie.resident()
    browser = await balie.browser(noor)
    for path in ("/desk/news", address(one, "news")):
        async with browser.client.get(path) as stream:
            assert stream.content_type == "text/event-stream"
            assert await stream.content.readuntil(b"\n\n") == b"retry: 2000\n\n"
            await one.types("hallo, geheim")
            assert await stream.content.readuntil(b"\n\n") == b"data: changed\n\n"
    async with browser.client.get(address(one, "news")) as stream:
        await stream.content.readuntil(b"\n\n")
        await other.types("hallo")
        await one.types("hallo")
        await stream.content.readuntil(b"\n\n")
        assert not stream.content._buffer, "one word of news, of this file only"


async def test_open_streams_do_not_keep_the_server_from_stopping(town: Town) -> None:
    async with open_balie(town) as balie:
        browser = await balie.browser(await balie.add_staff("noor", "Noor"))
        stream = await browser.client.get("/desk/news")
        await stream.content.readuntil(b"\n\n")
        assert len(balie.own.streams) == 1
    assert not balie.own.streams
    assert await stream.content.read() == b"", "and the browser was told"


async def test_colleagues_see_who_looks_and_types_until_they_leave(balie: Balie, noor: Staff, samir: Staff) -> None:
    one = await balie.resident()
    first, second = await balie.browser(noor), await balie.browser(samir)
    await first.get(address(one))
    await second.get(address(one))
    token = first.field("csrf")
    for state, words in (("looking", "Noor kijkt mee"), ("typing", "Noor typt"), ("gone", "")):
        assert (await first.post(address(one, "presence"), state=state, csrf=token)).status == 204
        await second.get(address(one, "parts"))
        assert (words in second.page) if words else ("Noor" not in second.page), state
    await first.get(address(one, "parts"))
    assert "kijkt mee" not in first.page


async def test_who_is_not_heard_of_any_more_has_left(balie: Balie) -> None:
    now = 0.0
    presence = Presence(balie.house, timer=lambda: now)
    await presence.tell(1, 7, "typing")
    await presence.tell(1, 8, "looking")
    now = LASTS - 1
    await presence.tell(1, 8, "looking")
    assert presence.at(1) == {7: "typing", 8: "looking"}
    now = LASTS + 1
    assert presence.at(1) == {8: "looking"}
    assert presence.at(2) == {}


async def test_other_processes_hear_who_is_here_by_the_same_signals(balie: Balie) -> None:
    here, there = Presence(balie.house), Presence(balie.house)
    balie.house.signals.publish(["here:5:7:typing", "here:5:8", "here:5:x:typing", "here:5:9:dancing", "here:"])
    assert here.at(5) == there.at(5) == {7: "typing"}


@pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)
async def test_another_process_on_the_same_database_hears_who_is_here(balie: Balie, store_urls: StoreUrls) -> None:
    told = Signals()
    there = Presence(replace(balie.house, signals=told))
    listening = asyncio.create_task(listen(store_urls.data, CHANNEL, told.publish))
    try:
        async with told.subscribe("5") as changed:
            while not there.at(5):  # until it listens; nobody can know when
                await balie.own.presence.tell(5, 7, "gone")
                await balie.own.presence.tell(5, 7, "typing")
                await wait(changed, 0.1)
    finally:
        listening.cancel()
    assert there.at(5) == {7: "typing"}
