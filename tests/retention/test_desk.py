"""Retention and legal holds at the desk."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.desk.retention_page import KINDS, terms
from bot.privacy import erasing, looks, retention
from bot.privacy.retention_rules import RULES
from storage import tables
from tests.support.desk import Balie, Browser
from tests.support.town import Resident

only_sqlite = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
WHY = "beroep bij de rechtbank over het besluit"


def words(page: str) -> str:
    """The page as words on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") :])).split())


async def coordinator(balie: Balie) -> Browser:
    return await balie.browser(await balie.add_staff("samir", "Samir", "coordinator"))


async def page_of(browser: Browser, one: Resident, more: str = "") -> str:
    return words(await (await browser.get(f"/desk/file/{one.conversation_id}{more}")).text())


async def places(browser: Browser, one: Resident, reason: str = WHY, until: str = "", again: str = "abcdefgh1") -> int:
    path = f"/desk/file/{one.conversation_id}/hold"
    await browser.get(path)
    return (await browser.post(path, reason=reason, until=until, client_id=again)).status


async def person_of(balie: Balie, one: Resident) -> int:
    (row,) = await balie.town.rows(tables.conversation, id=one.conversation_id)
    return int(row.person_id)


async def test_a_hold_is_placed_shown_and_lifted(balie: Balie) -> None:
    browser, one = await coordinator(balie), await balie.resident("Fatima")
    path = f"/desk/file/{one.conversation_id}/hold"
    assert "de gewone bewaartermijnen gelden" in await page_of(browser, one, "/hold")
    assert [await places(browser, one), await places(browser, one)] == [303, 303]  # pressed twice
    (row,) = await balie.town.rows(tables.legal_hold)
    assert (row.until, row.lifted_at) == (None, None)
    assert WHY.encode() not in row.reason_sealed
    shown = await page_of(browser, one, "/hold")
    assert WHY in shown
    assert "door Samir" in shown
    assert "Dit dossier is vastgezet: er wordt niets uit gewist" in await page_of(browser, one)
    colleague = await balie.browser(await balie.add_staff("noor", "Noor"))
    assert "Dit dossier is vastgezet" in await page_of(colleague, one)
    assert (await colleague.get(path)).status == 403
    assert (await colleague.post(f"{path}/{row.id}/lift")).status == 403
    assert (await erasing.plan(balie.house, await person_of(balie, one))).held
    assert (await browser.post(f"{path}/{row.id}/lift")).status == 303
    assert "Opgeheven" in await page_of(browser, one, "/hold")
    assert "Dit dossier is vastgezet" not in await page_of(browser, one)
    assert not (await erasing.plan(balie.house, await person_of(balie, one))).held
    refused = await browser.post(f"{path}/{row.id}/lift")
    assert "Dit was al opgeheven" in words(await refused.text())
    assert [kind for kind in await one.events() if kind.startswith("hold")] == ["hold_placed", "hold_lifted"]
    seen = [each.kind for each in await looks.of_person(balie.house, await person_of(balie, one))]
    assert {"hold_placed", "hold_lifted"} <= set(seen)


async def test_a_hold_with_a_last_day_is_over_by_itself(balie: Balie) -> None:
    browser, one = await coordinator(balie), await balie.resident("Fatima")
    assert await places(browser, one, until="2026-11-22", again="abcdefgh2") == 400  # it was yesterday
    assert await places(browser, one, until="morgen", again="abcdefgh3") == 400
    assert await balie.town.rows(tables.legal_hold) == []
    assert await places(browser, one, until="2026-11-24") == 303
    assert "tot en met" in await page_of(browser, one)
    who = await person_of(balie, one)
    balie.town.clock.forward(days=1)  # its last day
    assert (await erasing.plan(balie.house, who)).held
    balie.town.clock.forward(days=1)
    assert not (await erasing.plan(balie.house, who)).held
    assert "Voorbij sinds" in await page_of(browser, one, "/hold")


@only_sqlite
async def test_a_reason_that_says_nothing_is_refused_and_kept_as_typed(balie: Balie) -> None:
    browser, one = await coordinator(balie), await balie.resident("Fatima")
    path = f"/desk/file/{one.conversation_id}/hold"
    await browser.get(path)
    answer = await browser.post(path, reason="zaak", until="2026-12-01", client_id="abcdefgh1")
    page = await answer.text()
    assert answer.status == 400
    assert "ten minste tien letters" in page
    assert ">zaak</textarea>" in page
    assert 'value="2026-12-01"' in page
    assert await places(browser, one, reason="x" * 501, again="abcdefgh4") == 400
    assert await balie.town.rows(tables.legal_hold) == []


async def test_under_a_hold_nothing_goes_and_after_it_everything_does(balie: Balie) -> None:
    browser, one = await coordinator(balie), await balie.resident("Fatima")
    await places(browser, one)
    balie.town.clock.forward(days=900)
    assert "people" not in (await retention.run(balie.house)).counts
    before = len(await one.messages())
    assert before
    (row,) = await balie.town.rows(tables.legal_hold)
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.legal_hold).values(lifted_at=1))
    assert (await retention.run(balie.house)).counts["people"] == 1
    assert await balie.town.rows(tables.message) == []
    assert await balie.town.rows(tables.legal_hold) == []
    assert row.lifted_at is None


async def test_where_older_messages_went_no_page_of_them_is_offered(balie: Balie) -> None:
    browser, one = await coordinator(balie), await balie.resident("Fatima")
    balie.town.clock.to(balie.town.clock.now() + timedelta(days=300))
    await one.types("hallo")
    balie.town.clock.to(balie.town.clock.now() + timedelta(days=100))
    assert (await retention.run(balie.house)).counts["chat"] > 0
    page = await (await browser.get(f"/desk/file/{one.conversation_id}")).text()
    assert "hallo" in page
    assert "?before=" not in page


async def test_the_page_of_retention_counts_and_names_nobody(balie: Balie) -> None:
    browser, one = await coordinator(balie), await balie.resident("Fatima")
    other = await balie.resident("Karim")
    await places(browser, other)
    page = words(await (await browser.get("/desk/retention")).text())
    assert "Er is nog geen nacht geweest" in page
    assert "Berichten, foto’s en bestanden 1 jaar" in page
    balie.town.clock.to(balie.town.clock.now() + timedelta(days=200))
    assert (await browser.post("/desk/retention/plan")).status == 303
    page = words(await (await browser.get("/desk/retention?counted")).text())
    assert "alleen geteld" in page
    assert "Mensen zonder dossier: alles 1" in page
    assert "Met rust gelaten: 1 dossier" in page
    assert await one.messages()
    await retention.run(balie.house)
    page = words(await (await browser.get("/desk/retention")).text())
    assert "weggegaan" in page
    assert "Fatima" not in page
    assert "Karim" not in page
    beheerder = await balie.browser(await balie.add_staff("bea", "Bea", "beheerder"))
    shown = await (await beheerder.get("/desk/retention")).text()
    assert f"/desk/file/{other.conversation_id}" not in shown  # whom a beheerder may not open
    caseworker = await balie.browser(await balie.add_staff("noor", "Noor"))
    assert (await caseworker.get("/desk/retention")).status == 403
    assert (await caseworker.post("/desk/retention/plan")).status == 403


@only_sqlite
async def test_every_kind_has_its_words_and_its_term(balie: Balie) -> None:
    assert KINDS.keys() == RULES.keys()
    assert {one.kind: one.long for one in terms(balie.house)} == {
        "delivery": "90 dagen",
        "chat": "1 jaar",
        "helpers": "1 jaar",
        "signals": "6 maanden",
        "ratings": "1 jaar",
        "requests": "5 jaar",
        "access": "30 dagen",
        "records": "5 jaar",
        "reports": "3 jaar",
        "freed": "geen",
        "unreadable": "geen",
        "drafts": "3 maanden",
        "signal_keys": "6 maanden",
        "people": "6 maanden",
        "files": "5 jaar",
        "looks": "5 jaar",
    }
