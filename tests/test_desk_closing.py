"""Help that ends, at the desk: looked at first, then done; what was typed stays; and by what a signal finds a file."""

from __future__ import annotations

import pytest

from bot import takeover
from bot.desk.accounts import Staff
from storage import tables
from tests.support.desk import Balie, Browser
from tests.support.ending import SANNE, agrees, closes, recognised, signs_up
from tests.support.town import Resident

FORM = {
    "act": "close",
    "reason": "afgerond",
    "ended_on": "2026-11-23",
    "open": "De termijn van maart\n\nDe kat",
    "words": "Het ga u goed",
    "tell": "yes",
}


def path(one: Resident, to: str = "") -> str:
    return f"/desk/file/{one.conversation_id}/close{to}"


async def opened(balie: Balie, noor: Staff, one: Resident) -> Browser:
    browser = await balie.browser(noor)
    assert (await browser.get(path(one))).status == 200
    return browser


async def test_it_is_read_as_the_resident_does_and_then_done(balie: Balie, noor: Staff) -> None:
    one = await signs_up(await balie.resident("سناء", "ar"))
    await agrees(balie.town, one, noor, False, True)
    browser = await opened(balie, noor, one)
    for words in ("ding 1", "ding 2", "Dit zouden wij nog doen", 'min="2026-11-23" max="2026-11-23"'):
        assert words in browser.page, words
    mine = (await balie.town.rows(tables.agreement))[1]
    form = {**FORM, "seen": browser.field("seen"), f"done-{mine.id}": "yes"}
    assert (await browser.post(path(one, "/preview"), **form, client_id="closes-once")).status == 200
    assert 'lang="ar" dir="rtl"' in browser.page
    for words in ("De termijn van maart", "Het ga u goed", "Zo leest"):
        assert words in browser.page, words
    assert "closed" not in await one.events()

    for _ in range(2):
        response = await browser.post(path(one), **form, client_id="closes-once")
        assert (response.status, response.headers.get("Location")) in {
            (303, f"/desk/file/{one.conversation_id}#progress"),
            (409, None),
        }
    assert (await one.events()).count("closed") == 1
    assert [row.state for row in await balie.town.rows(tables.agreement)] == ["open", "done"]
    await browser.get(f"/desk/file/{one.conversation_id}")
    for words in (
        "Afgesloten. Afgerond: de doelen zijn gehaald",
        "Hulp afgesloten: afgerond: de doelen",
        "Weer openen",
    ):
        assert words in browser.page, words
    await browser.get("/desk?queue=closed")
    assert f"/desk/file/{one.conversation_id}" in browser.page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reason": ""}, "waarom de hulp stopt"),
        ({"ended_on": ""}, "dag van de beschikking"),
        ({"ended_on": "2026-11-24"}, "dag van de beschikking"),
        ({"ended_on": "gisteren"}, "dag van de beschikking"),
        ({"open": "\n".join("abcdefghijk")}, "tien regels"),
        ({"words": "x" * 601}, "te lang"),
    ],
)
@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
@pytest.mark.parametrize("to", ["", "/preview"])
async def test_what_is_wrong_is_said_and_what_was_typed_still_stands(
    balie: Balie, noor: Staff, changed: dict[str, str], words: str, to: str
) -> None:
    one = await signs_up(await balie.resident())
    browser = await opened(balie, noor, one)
    response = await browser.post(path(one, to), **{**FORM, **changed}, client_id="closes-once")
    assert response.status in (400, 409)
    assert words in browser.page
    assert ("closed" in await one.events(), (await one.row()).queue) == (False, "new")
    if "words" not in changed:
        assert "Het ga u goed" in browser.page


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_crisis_comes_first(balie: Balie, noor: Staff) -> None:
    one = await signs_up(await balie.resident())
    await one.types("ik word morgen mijn huis uitgezet")
    browser = await opened(balie, noor, one)
    await browser.post(path(one), **FORM, client_id="closes-once")
    assert "Op dit dossier staat een crisis" in browser.page


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_an_auditor_closes_nothing(balie: Balie, noor: Staff) -> None:
    one = await signs_up(await balie.resident())
    browser = await balie.browser(await balie.add_staff("ans", "Ans", "auditor"))
    assert (await browser.get(path(one))).status == 403
    for to, form in (("", FORM), ("/preview", FORM)):
        await browser.get("/desk")
        assert (await browser.post(path(one, to), **form, client_id="closes-once")).status == 403
    await browser.get("/desk")
    keys = f"/desk/file/{one.conversation_id}/signal-keys"
    assert (await browser.post(keys, **SANNE, client_id="keys-once")).status == 403
    assert "closed" not in await one.events()


async def test_the_way_back_is_on_the_same_page(balie: Balie, noor: Staff) -> None:
    one = await signs_up(await balie.resident())
    await closes(balie.town, one, noor)
    await one.hears()
    await one.types("mens")
    browser = await opened(balie, noor, one)
    assert (await browser.post(path(one), act="away", client_id="away-once")).status == 303
    assert (await one.row()).queue == "closed"
    await one.hears()
    await browser.get(path(one))
    again = {"act": "reopen", "why": "back", "phase": "plan", "tell": "yes", "client_id": "opens-once"}
    assert (await browser.post(path(one, "/preview"), **again)).status == 200
    shown, _, form = browser.page.partition('id="shown-1"')[2].partition("<form ")
    assert "Plan van aanpak" in shown
    assert 'value="plan"' in form
    assert (await one.row()).queue == "closed"
    assert (await browser.post(path(one), **again)).status == 303
    assert ((await one.row()).queue, len(await one.hears())) == ("waiting_us", 1)
    await browser.get(path(one))
    assert (await browser.post(path(one), **{**again, "client_id": "opens-twice"})).status == 409


async def test_by_what_a_signal_finds_a_file_is_kept_unreadable(balie: Balie, noor: Staff) -> None:
    one = await signs_up(await balie.resident())
    browser = await opened(balie, noor, one)
    keys = f"/desk/file/{one.conversation_id}/signal-keys"
    for client_id in ("keys-once", "keys-once", "keys-twice"):
        assert (await browser.post(keys, **SANNE, client_id=client_id)).status == 303
        await browser.get(path(one))
    (row,) = await balie.town.rows(tables.signal_key)
    assert (len(row.key_index), row.made_by) == (16, noor.id)
    assert "staat 1 kenmerk" in browser.page
    assert "Linden" not in browser.page
    assert (await browser.post(keys, **{**SANNE, "born": "morgen"}, client_id="keys-wrong")).status == 409
    assert "De geboortedatum klopt niet" in browser.page
    for n in range(4):
        await recognised(balie.town, one, noor, number=f"{n + 1}")
    await browser.get(path(one))
    assert (await browser.post(keys, **{**SANNE, "number": "99"}, client_id="keys-more")).status == 409
    assert "al vijf kenmerken" in browser.page
    assert (await browser.post(keys, act="drop")).status == 303
    assert await balie.town.rows(tables.signal_key) == []
    stranger = await balie.resident()
    await browser.get(path(one))
    other = f"/desk/file/{stranger.conversation_id}/signal-keys"
    assert (await browser.post(other, **SANNE, client_id="keys-once")).status == 409


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_who_helped_is_named_where_they_come_back(balie: Balie, noor: Staff) -> None:
    one = await signs_up(await balie.resident())
    await takeover.take_over(balie.house, one.conversation_id, noor)
    browser = await opened(balie, noor, one)
    assert "vaste contact, Noor" in browser.page


async def test_what_fell_away_with_the_help_is_not_called_done(balie: Balie, noor: Staff) -> None:
    one = await signs_up(await balie.resident())
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert "Eerste gesprek (Wgs)" in browser.page
    balie.town.clock.forward(hours=1)
    await closes(balie.town, one, noor)
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert "Eerste gesprek (Wgs)" not in browser.page


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_without_a_message_the_look_says_so(balie: Balie, noor: Staff) -> None:
    one = await signs_up(await balie.resident())
    browser = await opened(balie, noor, one)
    await browser.post(path(one, "/preview"), **{**FORM, "reason": "overleden"}, client_id="closes-once")
    assert "De inwoner krijgt hier geen bericht van." in browser.page
    assert "Waar sta ik?" not in browser.page
