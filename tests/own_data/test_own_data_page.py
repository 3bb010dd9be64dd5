"""The readable page, and erasing from it."""

from __future__ import annotations

import asyncio
import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.clock import to_ms
from bot.own_data import proof, words
from bot.privacy.vault import Unreadable
from flows.grammar import Opened, Tapped
from storage import tables
from tests.own_data.test_own_data_file import full
from tests.own_data.visiting import PIN, Browser, Pages, asks, change, has_pin, person
from tests.support.ending import signs_up
from tests.support.helping import helped
from tests.support.town import Resident, Town
from tests.test_joining import code_of, joins

only_sqlite = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


async def inside(pages: Pages, one: Resident, screen: str = "know") -> Browser:
    """A browser at the open page."""
    browser = await pages.browser()
    assert (await browser.opens(await asks(one, screen), pin=PIN)).status == 200
    return browser


async def test_all_of_it_is_there_to_read(town: Town, pages: Pages) -> None:
    one, _ = await full(town)
    browser = await inside(pages, one)
    page = html.unescape((await browser.get("/mijn")).flat)
    for heading in words.HEADINGS.values():
        assert heading.msgid in page
    for said in ("note of mine", "typed of mine", "helper of mine", "U had geen eten.", "Uw cijfers voor ons"):
        assert said in page
    assert "Het bestand blijft op dit apparaat." in page
    assert "of another" not in page
    assert "gesprek" not in re.findall(r"<title>(.*?)</title>", browser.page)[0].casefold(), "neutral outside"


@only_sqlite
@pytest.mark.parametrize("language", ["en", "ar"])
async def test_in_the_language_of_the_person_with_the_dutch_beside_it(town: Town, pages: Pages, language: str) -> None:
    one = await town.resident(at_menu=False)
    await one.says(Opened(hint=language))
    await one.says(Tapped(f"welkom.hello:{language}"))
    await has_pin(one)
    browser = await inside(pages, one)
    page = await browser.get("/mijn")
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page.text
    assert town.house.tongue.say(words.TITLE, language) in html.unescape(page.text)
    assert '<span class="dutch" lang="nl" dir="ltr">Wat we van u weten</span>' in page.text
    loaded = re.findall(r'(?:src|href|action)="([^"]*)"', page.text)
    assert all(one.startswith(("/", "?", "tel:", "data:,")) for one in loaded), "nothing from elsewhere"


@only_sqlite
async def test_what_someone_typed_is_shown_as_they_typed_it(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    await one.types("<script>alert(1)</script> {{ 7*7 }}")
    page = (await (await inside(pages, one)).get("/mijn")).text
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "{{ 7*7 }}" in html.unescape(page)


@only_sqlite
async def test_a_long_conversation_comes_in_pages(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    for number in range(110):
        await one.types(f"bericht nummer {number}")
    browser = await inside(pages, one)
    page = (await browser.get("/mijn")).text
    (before,) = re.findall(r'href="\?voor=(\d+)', page)
    assert "bericht nummer 109" in page
    assert "bericht nummer 0<" not in page
    earlier = (await browser.get(f"/mijn?voor={before}")).text
    assert "bericht nummer 0<" in earlier
    for odd in ("-1", "x", "9" * 30, "0"):
        assert (await browser.get(f"/mijn?voor={odd}")).status == 200


@only_sqlite
async def test_what_is_withdrawn_is_an_event_and_is_read_back(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    await one.taps("!go:gegevens")
    await one.taps("gegevens.what:yes")
    await one.taps("gegevens.consents:quiet")
    assert "consent" in await one.events()
    assert (await person(one)).opted_out_at is not None
    page = html.unescape((await (await inside(pages, one)).get("/mijn")).text)
    assert "We sturen u uit onszelf geen berichten." in page


# ---- erasing -------------------------------------------------------------------------------------------------------


async def test_first_what_goes_and_then_it_goes(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    await one.types("mijn geheim")
    browser = await inside(pages, one, "wipe")
    shown = await browser.get("/mijn/wissen")
    assert "Dit gaat weg" in shown.flat
    assert "Dit blijft nog" not in shown.flat
    assert (await person(one)).erased_at is None
    done = await browser.post("/mijn/wissen", sure="yes", pin=PIN)
    assert (done.status, "Het is gewist" in done.flat, "altijd" in done.flat) == (200, True, True)
    assert (await person(one)).erased_at is not None
    assert await town.rows(tables.message) == []
    with pytest.raises(Unreadable):
        town.house.vault.seal((await person(one)).key_id, "message", b"")
    assert (await browser.get("/mijn")).status == 401
    rows = await town.rows(tables.data_request, kind="erasure")
    assert [(row.state, row.identified_how, row.done_by) for row in rows] == [("done", "pin", None)]
    assert "erased" in [row.kind for row in await town.rows(tables.look)]


async def test_sent_twice_it_is_done_once(town: Town, pages: Pages) -> None:
    browser = await inside(pages, await has_pin(await town.resident()), "wipe")
    await browser.get("/mijn/wissen")
    answers = await asyncio.gather(*(browser.post("/mijn/wissen", sure="yes", pin=PIN) for _ in range(2)))
    assert [(answer.status, "Het is gewist" in answer.flat) for answer in answers] == [(200, True)] * 2
    assert [row.kind for row in await town.rows(tables.look)] == ["erased"]


@only_sqlite
@pytest.mark.parametrize(
    ("fields", "status"),
    [({"pin": PIN}, 400), ({"sure": "yes"}, 401), ({"sure": "yes", "pin": "0000"}, 401), ({}, 400)],
)
async def test_nothing_goes_without_a_yes_and_the_pin(
    town: Town, pages: Pages, fields: dict[str, str], status: int
) -> None:
    one = await has_pin(await town.resident())
    browser = await inside(pages, one, "wipe")
    await browser.get("/mijn/wissen")
    answer = await browser.post("/mijn/wissen", **fields)
    assert (answer.status, 'role="alert"' in answer.text) == (status, True)
    assert (await person(one)).erased_at is None


async def test_with_an_open_case_the_file_stays_and_that_is_told(town: Town, pages: Pages) -> None:
    one = await has_pin(await signs_up(await town.resident()))
    browser = await inside(pages, one, "wipe")
    shown = html.unescape((await browser.get("/mijn/wissen")).flat)
    assert "We helpen u nu, en daar is het voor nodig." in shown
    assert "Uw chat stopt dan" not in shown
    assert "U kunt ons gewoon blijven schrijven." in shown
    done = await browser.post("/mijn/wissen", sure="yes", pin=PIN)
    assert "Wat we nog bewaren, gaat later vanzelf weg. U kunt ons gewoon blijven schrijven." in " ".join(
        done.flat.split()
    )
    assert "Het ga u goed" not in done.flat  # the help goes on
    assert await one.types("hallo")  # and so does the talk
    assert (await person(one)).reduced_at is not None
    assert len(await town.rows(tables.case_file)) == 1


async def test_who_reads_along_and_what_was_said_to_that_is_read_back(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    await helped(one, "Samira", days=7)
    await helped(one, "Jan", days=7)
    await one.taps("!to:naasten.stopped:2")
    browser = await inside(pages, one)
    page = (await browser.get("/mijn")).flat
    assert "Samira · helpt u nu · tot en met maandag 30 november" in page  # as it was agreed in the chat
    assert "Jan · is gestopt · op maandag 23 november" in page
    said = page[page.index("Waar u ja of nee op zei") : page.index("Wie u helpt")]
    assert [
        said.count(words) for words in ("Samira mag meelezen", "Jan mag meelezen", "Jan mag niet meer meelezen")
    ] == [1] * 3
    assert said.count("maandag") == 3  # that a link was opened is no yes


@only_sqlite
async def test_whose_time_to_read_along_is_over_helps_no_more(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    await helped(one, "Samira", days=7)
    town.clock.forward(days=8)
    browser = await inside(pages, one)
    assert "Samira · is gestopt" in (await browser.get("/mijn")).flat


@only_sqlite
async def test_what_is_held_stays_and_that_is_told(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    row, who = await one.row(), await person(one)
    noor = await town.colleague()
    await town.house.vault.prepare([who.key_id])
    async with town.house.db.begin() as conn:
        held = {"conversation_id": row.id, "placed_at": to_ms(town.clock.now()), "placed_by": noor.id}
        reason = town.house.vault.seal_text(who.key_id, "legal_hold", "zaak tegen de buurman")
        await conn.execute(insert(tables.legal_hold).values(**held, reason_sealed=reason))
    browser = await inside(pages, one, "wipe")
    shown = (await browser.get("/mijn/wissen")).flat
    assert "Nu kunnen we nog niets wissen." in shown
    assert "buurman" not in shown
    assert "Wis het nu" not in shown
    csrf = re.findall(r'name="csrf" value="(\w+)"', (await browser.get("/mijn")).text)[0]
    await browser.get("/mijn/wissen")
    assert (await browser.post("/mijn/wissen", csrf=csrf, sure="yes", pin=PIN)).status == 200
    assert (await person(one)).erased_at is None


@only_sqlite
async def test_a_pin_that_is_new_erases_nothing(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    browser = await inside(pages, one, "wipe")
    await browser.get("/mijn/wissen")
    await has_pin_again(one)
    assert (await browser.post("/mijn/wissen", sure="yes", pin=PIN)).status == 403
    assert (await person(one)).erased_at is None


async def has_pin_again(one: Resident) -> None:
    """As after a merge: the PIN counts from now."""
    since = (await person(one)).pin_since + timedelta(days=2) // timedelta(milliseconds=1)
    await change(one, pin_since=since)


@only_sqlite
async def test_who_became_one_with_another_meanwhile_erases_neither(
    town: Town, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = await has_pin(await town.resident()), await town.resident("telegram")
    browser = await inside(pages, one, "wipe")
    await browser.get("/mijn/wissen")
    real = proof.prove

    async def slowly(*what: Any) -> str:
        how = await real(*what)
        await joins(other, await code_of(one))
        return how

    monkeypatch.setattr(proof, "prove", slowly)
    assert (await browser.post("/mijn/wissen", sure="yes", pin=PIN)).status == 401
    assert [row.erased_at for row in await town.rows(tables.person)] == [None, None]
