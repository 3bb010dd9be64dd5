"""Composing what was agreed in a talk: from the phrasebook, looked at as the resident reads it, and sent."""

from __future__ import annotations

import pytest

from bot.desk.accounts import Staff
from tests.support.desk import Balie
from tests.support.desk_agreements import composed, fields, lines, opened, preview, rows_of


@pytest.fixture
async def noor(balie: Balie) -> Staff:
    return await balie.add_staff("noor", "Noor")


async def test_it_begins_empty_with_every_sentence_to_be_found(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima", "ar")
    browser = await opened(balie, noor, one)
    assert "in de eigen taal (Arabisch)" in browser.page
    assert rows_of(browser.page) == []
    assert browser.page.count('role="option"') > 40
    assert "Bel [organisatie]." in browser.page


async def test_a_sentence_is_found_added_moved_and_taken_away_without_scripts(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await opened(balie, noor, one)
    await composed(browser, one, find="post map", do="search")
    assert 'value="add:open_post/you"' in browser.page
    await composed(browser, one, do="add:open_post/you")
    await composed(browser, one, *fields(1, "open_post"), do="add:call/we")
    assert rows_of(browser.page) == ["Open uw post en doe alles in een map.", "Wij bellen [organisatie]."]
    both = [*fields(1, "open_post"), *fields(2, "call", who=str(noor.id), organisation="de verhuurder")]
    await composed(browser, one, *both, do="down:1")
    assert rows_of(browser.page) == ["Wij bellen [organisatie].", "Open uw post en doe alles in een map."]
    assert 'value="de verhuurder"' in browser.page
    await composed(browser, one, *both, do="remove:2")
    assert rows_of(browser.page) == ["Open uw post en doe alles in een map."]
    await composed(browser, one, *both, do="due:1:2026-12-01")
    assert 'name="due-1" min="2026-11-23" max="2027-11-23" value="2026-12-01"' in browser.page


async def test_it_is_sent_as_it_was_looked_at(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima", "ar")
    browser = await opened(balie, noor, one)
    given = [
        *fields(1, "bring", document="loonstrook", due="2026-12-01"),
        *fields(2, "call", who=str(noor.id), organisation="de verhuurder"),
        *fields(3, "free", words="Zet de bak op donderdag buiten."),
    ]
    await preview(browser, one, *given, note="Tot snel!")
    shown = lines(browser.page)
    response = await composed(browser, one, *given, note="Tot snel!", path="summary")
    assert response.status == 303
    (said,) = [message.content for message in await one.messages() if message.content.origin == "afspraken.summary"]
    assert [part for part in shown if part] == [part for part in said.text.split("\n\n") if part.strip()]
