"""Composing what was agreed in a talk: from the phrasebook, looked at as the resident reads it, and sent."""

from __future__ import annotations

import html
import random
import re
from datetime import date

import pytest

from bot import phrasebook, takeover
from bot.desk import composing
from bot.desk.accounts import Staff
from bot.phrasebook import Given
from storage import tables
from tests.support.desk import Balie, Browser
from tests.support.desk_agenda import booked, on
from tests.support.desk_agreements import (
    TODAY,
    agreements,
    composed,
    fields,
    look,
    nothing_was_sent,
    opened,
    part,
    path,
    rows_of,
    sections,
    send,
    some_lines,
)
from tests.support.town import Resident

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

ONE_LINE = fields(1, "open_post")


@pytest.fixture
async def samir(balie: Balie) -> Staff:
    return await balie.add_staff("samir", "Samir", "coordinator")


async def dutch_only(balie: Balie, staff: Staff, sentence: str = "Breng {document} naar het buurthuis.") -> str:
    """An entry of the municipality's own that nobody translated yet."""
    number = await phrasebook.add(balie.house, staff.id, Given("🏘️", "buurt", {"nl": sentence}, {}))
    return f"own.{number}"


# ---- composing -----------------------------------------------------------------------------------------------------


async def test_it_begins_empty_with_every_sentence_to_be_found(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima", "ar")
    browser = await opened(balie, noor, one)
    assert "Fatima leest het zo meteen in de eigen taal (Arabisch)" in browser.page
    assert rows_of(browser.page) == []
    assert browser.page.count('role="option"') > 60
    assert "Bel [organisatie]." in browser.page
    assert "<script>" not in browser.page
    assert " style=" not in browser.page


async def test_a_sentence_is_found_added_moved_and_taken_away_without_scripts(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await opened(balie, noor, one)
    await composed(browser, one, find="post map", do="search")
    assert 'value="add:open_post/you"' in browser.page
    await composed(browser, one, do="add:open_post/you")
    await composed(browser, one, *fields(1, "open_post"), do="add:call/we")
    assert rows_of(browser.page) == ["Open uw post en doe alles in een map.", "Wij bellen [organisatie]."]
    assert re.search(rf'<select id="who-2".*?<option value="{noor.id}" selected>Noor \(u\)', browser.page, re.DOTALL)
    both = [*fields(1, "open_post"), *fields(2, "call", who=str(noor.id), organisation="de verhuurder")]
    await composed(browser, one, *both, do="down:1")
    assert rows_of(browser.page) == ["Wij bellen [organisatie].", "Open uw post en doe alles in een map."]
    assert 'value="de verhuurder"' in browser.page
    await composed(browser, one, *both, do="up:2")
    assert rows_of(browser.page)[0] == "Wij bellen [organisatie]."
    await composed(browser, one, *both, do="remove:2")
    assert rows_of(browser.page) == ["Open uw post en doe alles in een map."]
    await composed(browser, one, *both, do="due:1:2026-12-01")
    assert 'name="due-1" min="2026-11-23" max="2027-11-23" value="2026-12-01"' in browser.page
    await composed(browser, one, find="Koop brood", do="add:free")
    assert 'value="Koop brood"' in browser.page
    assert "alleen in het Nederlands" in browser.page


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("bel", "call/you"),
        ("BELLEN wij", "call/we"),
        ("deurwaarder", "bailiff_comes/you"),
        ("beslagvrije", "protected_income/we"),
        ("kopie", "copy/you"),
        ("kopiëren", "copy/you"),
    ],
)
async def test_words_find_sentences(balie: Balie, noor: Staff, typed: str, found: str) -> None:
    one = await balie.resident()
    browser = await opened(balie, noor, one)
    await composed(browser, one, find=typed, do="search")
    assert f'value="add:{found}"' in browser.page


async def test_what_nothing_finds_can_be_a_line_of_ones_own(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await opened(balie, noor, one)
    await composed(browser, one, find="zwembad", do="search")
    assert "Geen zin gevonden" in browser.page
    assert 'value="add:free"' in browser.page
    assert 'value="zwembad"' in browser.page


async def test_days_that_are_often_meant_are_one_key_away(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await opened(balie, noor, one)
    days = re.findall(r'data-day="([^"]*)" data-key="(\w)"', browser.page)
    assert days == [("2026-11-30", "w"), ("2026-12-07", "t")]
    await booked(balie, one, noor, on(3, "10:00"))
    browser = await opened(balie, noor, one)
    days = re.findall(r'data-day="([^"]*)" data-key="(\w)"', browser.page)
    assert days == [("2026-11-30", "w"), ("2026-12-07", "t"), ("2026-11-25", "v")]


async def test_a_sentence_that_names_a_day_is_due_on_it(balie: Balie) -> None:
    """Two days in one agreement are one too many: the resident would not know which."""
    desk = composing.Desk(await phrasebook.read_book(balie.house), {7: "Noor"}, TODAY, balie.house.tongue)
    given = {"date": "2026-11-28"}
    rows = (
        composing.Row(1, "call_on", given=given, due="2026-12-05"),
        composing.Row(2, "call_on", "7", given=given),
        composing.Row(3, "come_talk", "7", given=given, due="2026-12-05"),
    )
    lines, problems = composing.lines_of(rows, desk)
    assert problems == ()
    assert [line.due for line in lines] == [date(2026, 11, 28), date(2026, 11, 28), date(2026, 12, 5)]
    draft = composing.Draft("x", 0, 0, (composing.Row(1, "call_on"), composing.Row(2, "open_post")))
    for do in ("due:1:2026-11-30", "due:2:2026-11-30"):
        draft = composing.changed(draft, do, desk)
    assert [(row.given, row.due) for row in draft.rows] == [({"date": "2026-11-30"}, ""), ({}, "2026-11-30")]


async def test_a_sentence_put_into_dutch_keeps_the_day_that_it_named(balie: Balie) -> None:
    desk = composing.Desk(await phrasebook.read_book(balie.house), {7: "Noor"}, TODAY, balie.house.tongue)
    rows = (
        composing.Row(1, "call_on", given={"date": "2026-11-28"}, due="2026-12-05"),  # its own field is not seen
        composing.Row(2, "open_post", due="2026-12-05"),
    )
    draft = composing.Draft("x", 0, 0, rows)
    for do in ("dutch:1", "dutch:2"):
        draft = composing.changed(draft, do, desk)
    lines, problems = composing.lines_of(draft.rows, desk)
    assert problems == ()
    assert [line.due for line in lines] == [date(2026, 11, 28), date(2026, 12, 5)]
    assert "28 november" in lines[0].text.msgid


async def test_the_day_that_a_sentence_names_is_said_once(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima", "ar")
    browser = await opened(balie, noor, one)
    given = fields(1, "call_on", date="2026-11-28", due="2026-12-05")
    assert (await look(browser, one, *given)).status == 200
    assert "28 november" in browser.page
    assert "Uiterlijk" not in browser.page
    await composed(browser, one, *given, do="edit")
    assert '<div class="by" hidden>' in browser.page
    await composed(browser, one, *fields(1, "come_talk", who=str(noor.id)), do="edit")
    assert '<div class="by">' in browser.page, "this one names no day when it is ours to do"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (fields(1, "call"), "Vul nog in: welke organisatie."),
        (fields(1, "call", organisation="x" * 81), "Dit is te lang: hooguit 80 tekens."),
        (fields(1, "apply", allowance="zomaar iets"), "Kies een toeslag uit de lijst."),
        (fields(1, "keep_aside", amount="veel"), "Schrijf het bedrag zo: 45 of 45,50."),
        (fields(1, "keep_aside", amount="0"), "Schrijf het bedrag zo"),
        (fields(1, "keep_aside", amount="١٢"), "Schrijf het bedrag zo"),
        (fields(1, "call_on", date="2026-11-22"), "Kies een dag die nog komt, binnen een jaar."),
        (fields(1, "open_post", due="2026-11-22"), "Kies een dag die nog komt, binnen een jaar."),
        (fields(1, "open_post", due="2028-01-01"), "Kies een dag die nog komt, binnen een jaar."),
        (fields(1, "open_post", due="morgen"), "Kies een dag die nog komt, binnen een jaar."),
        (fields(1, "open_post", who="999"), "Deze collega is niet bekend."),
        (fields(1, "open_post", who="-1"), "Deze collega is niet bekend."),
        (fields(1, "nothing"), "Deze zin staat niet meer in het zinnenboek."),
        (fields(1, "interpreter"), "Deze zin is er niet voor de inwoner."),
        (fields(1, "free"), "Hier staat nog niets."),
        (fields(1, "free", words="x" * 301), "Dit is te lang: hooguit 300 tekens."),
    ],
)
async def test_what_lacks_is_said_at_its_field_and_nothing_typed_is_lost(
    balie: Balie, noor: Staff, given: list[tuple[str, str]], wrong: str
) -> None:
    one = await balie.resident()
    browser = await opened(balie, noor, one)
    for act in (look, send):
        assert (await act(browser, one, *fields(7, "open_post"), *given, note="Tot snel")).status == 400
        assert f"Regel 2: {wrong}" in part(browser.page, "refused")
        assert wrong in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.unescape(browser.page)))
        assert ">Tot snel</textarea>" in browser.page
        for name, value in given:
            if not name.startswith("who"):
                assert f'name="{name}"' in browser.page
                assert html.escape(value) in browser.page
    await nothing_was_sent(balie, one)


async def test_an_empty_one_goes_nowhere(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await opened(balie, noor, one)
    for act in (look, send):
        assert (await act(browser, one)).status == 400
        assert "Er staat nog geen regel." in browser.page
    await nothing_was_sent(balie, one)


async def test_a_sentence_that_was_switched_off_is_offered_and_sent_no_more(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await opened(balie, noor, one)
    await phrasebook.switch(balie.house, noor.id, "open_post", shown=False)
    assert (await look(browser, one, *ONE_LINE)).status == 400
    assert "staat niet meer in het zinnenboek" in browser.page
    assert 'data-value="open_post/you"' not in browser.page
    assert (await composed(browser, one, do="add:open_post/you")).status == 400


# ---- as it is read -------------------------------------------------------------------------------------------------


async def assert_same(balie: Balie, browser: Browser, one: Resident, given: list[tuple[str, str]], note: str) -> None:
    """What was looked at, and what was sent."""
    language = (await one.session()).language
    assert (await look(browser, one, *given, note=note)).status == 200, given
    read = sections(browser.page)
    assert (await send(browser, one, *given, note=note)).status == 303, given
    said = [message.content for message in await one.hears() if message.content.origin == "afspraken.summary"]
    paragraphs = [[part for part in content.text.split("\n\n") if part.strip()] for content in said]
    assert (read if language == "nl" else read[1::2]) == paragraphs
    dutch = [content.dutch(balie.house.tongue) or "" for content in said]
    if language != "nl":
        assert read[::2] == [[part for part in words.split("\n\n") if part.strip()] for words in dutch]


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
@pytest.mark.parametrize("seed", range(4))
async def test_what_is_looked_at_is_what_is_sent(balie: Balie, noor: Staff, language: str, seed: int) -> None:
    luck = random.Random(f"{language} {seed}")
    await balie.add_staff("samir", "Samir & Co <b>", "coordinator")
    one = await balie.resident("Fatima", language)
    for count in range(3):
        browser = await opened(balie, noor, one)
        await one.hears()
        await assert_same(balie, browser, one, await some_lines(balie, luck), luck.choice(["", "Tot snel!", "<i>&"]))
        assert len(await balie.town.rows(tables.summary)) == count + 1


async def test_arabic_stands_beside_the_dutch(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima", "ar")
    browser = await opened(balie, noor, one)
    await look(browser, one, *fields(1, "bring", document="loonstrook"), *fields(2, "free", words="Koop brood."))
    (dutch, theirs) = sections(browser.page)
    assert '<section class="typed" lang="ar" dir="rtl"' in browser.page
    assert any("loonstrook" in said and "إحضار" in said for said in theirs)
    assert any("Neem uw loonstrook mee naar het gesprek." in said for said in dutch)
    assert "In het Nederlands blijft staan, zoals u het typte: ‘ Koop brood. ’" in re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.page)
    )


async def test_what_is_not_there_in_the_language_is_said_before_sending_and_solved(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima", "ar")
    name = await dutch_only(balie, noor)
    browser = await opened(balie, noor, one)
    given = [*ONE_LINE, *fields(2, name, document="loonstrook")]
    assert (await look(browser, one, *given)).status == 200
    assert "Regel 2: Breng uw loonstrook naar het buurthuis." in browser.page
    assert "Deze zin is er nog niet in het Arabisch." in browser.page
    assert "Kies een andere zin, of zet deze regel in het Nederlands." in browser.page
    assert 'id="send"' not in browser.page
    assert sections(browser.page) == []
    assert (await send(browser, one, *given)).status == 409
    assert "Niet alles is er in de taal van de inwoner." in browser.page
    await nothing_was_sent(balie, one)
    await composed(browser, one, *given, do="remove:2", at="preview")
    assert 'id="send"' in browser.page
    await composed(browser, one, *given, do="dutch:2", at="preview")
    assert 'id="send"' in browser.page
    assert "Breng uw loonstrook naar het buurthuis." in sections(browser.page)[0][-2]
    own = [*ONE_LINE, *fields(2, "free", words="Breng uw loonstrook naar het buurthuis.")]
    assert (await send(browser, one, *own)).status == 303
    assert len(await agreements(balie, one)) == 2


async def test_who_reads_dutch_gets_a_sentence_that_nobody_translated(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Jan")
    name = await dutch_only(balie, noor)
    browser = await opened(balie, noor, one)
    await assert_same(balie, browser, one, fields(1, name, document="loonstrook"), "")


async def test_going_back_and_loading_again_loses_nothing(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima", "ar")
    browser = await opened(balie, noor, one)
    number = browser.field("client_id")
    given = fields(3, "call", who=str(noor.id), organisation="Vrienden & Zn.", due="2026-12-01")
    for _ in range(2):
        await look(browser, one, *given, note="Dag\n\nFatima")
    kept = {name: browser.field(name) for name, _ in given}
    assert {name: html.unescape(value) for name, value in kept.items()} == dict(given)
    await composed(browser, one, *given, note="Dag\n\nFatima", do="edit", at="preview")
    assert rows_of(browser.page) == ["Wij bellen [organisatie]."]
    assert 'value="Vrienden &amp; Zn."' in browser.page
    assert "Dag\n\nFatima</textarea>" in browser.page
    assert browser.field("client_id") == number


# ---- sending -------------------------------------------------------------------------------------------------------


async def test_the_same_form_twice_is_sent_once(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    browser = await opened(balie, noor, one)
    form = {name: browser.field(name) for name in ("csrf", "client_id", "seen", "known")}
    for _ in range(2):
        response = await browser.post(path(one), **form, **dict(ONE_LINE))
        assert response.status == 303
        place = f"/desk/file/{one.conversation_id}?summary={form['client_id']}#agreements"
        assert response.headers["Location"] == place
        await browser.get("/desk")
    assert len(await agreements(balie, one)) == 1
    await browser.get("/desk")
    form["csrf"] = browser.field("csrf")
    assert (await browser.post(path(one), **form, **dict(fields(1, "no_loans")))).status == 303
    assert len(await agreements(balie, one)) == 2, "something else is no second time"


async def test_a_colleague_who_has_the_conversation_is_not_talked_over(balie: Balie, noor: Staff, samir: Staff) -> None:
    one = await balie.resident()
    await takeover.take_over(balie.house, one.conversation_id, samir)
    browser = await opened(balie, noor, one)
    assert (await send(browser, one, *ONE_LINE, note="Tot snel")).status == 409
    assert "Een collega heeft dit gesprek." in browser.page
    assert browser.field("line-1") == "open_post"
    assert browser.field("note") == "Tot snel"
    await nothing_was_sent(balie, one)


async def test_in_ones_own_hold_it_reads_and_goes_the_same(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima", "ar")
    await takeover.take_over(balie.house, one.conversation_id, noor)
    browser = await opened(balie, noor, one)
    await one.hears()
    await assert_same(balie, browser, one, ONE_LINE, "")


async def test_a_newer_summary_of_a_colleague_is_warned_about_once(balie: Balie, noor: Staff, samir: Staff) -> None:
    one = await balie.resident()
    browser, other = await opened(balie, noor, one), await opened(balie, samir, one)
    assert (await send(other, one, *fields(1, "no_loans"))).status == 303
    await look(browser, one, *ONE_LINE)
    assert "Samir stuurde deze inwoner net ook een samenvatting" in browser.page
    assert (await send(browser, one, *ONE_LINE)).status == 409
    assert "Een collega stuurde net ook een samenvatting." in browser.page
    assert len(await agreements(balie, one)) == 1
    assert (await send(browser, one, *ONE_LINE)).status == 303, "who was told, decides"
    assert len(await agreements(balie, one)) == 2


async def test_it_answers_what_was_said_before_the_page_was_opened(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await one.types("mens")
    browser = await balie.browser(noor)
    await browser.get(path(one) + f"?seen={(await one.row()).last_seq}")
    assert browser.field("seen") == str((await one.row()).last_seq)
    await browser.get(path(one) + "?seen=99999999999")
    assert browser.field("seen") == str((await one.row()).last_seq), "nobody saw what is not there yet"
    assert (await send(browser, one, *ONE_LINE)).status == 303
    assert (await one.row()).queue == "waiting_them"
