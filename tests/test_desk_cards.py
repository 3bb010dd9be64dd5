"""The cards page: what residents get and why not, other words, whoever looks after them, and what is refused."""

from __future__ import annotations

import asyncio
import html
import json
import re
from datetime import date

import pytest

from bot import cards
from bot.desk import cards_words
from bot.desk.accounts import Staff
from flows.cards import NAMES
from storage import tables
from tests.support.desk import Balie, Browser

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

#: As the form stands when nothing is changed.
SHOWN = {"shown": "yes", "owner": "Waterdrecht", "review": "2027-11-01"}
DUTCH = {**SHOWN, "say-nl": "Ik bel u morgen terug."}
WHOLE = {**DUTCH, "say-en": "I will call you back tomorrow.", "say-ar": "سأتصل بك غدًا."}


@pytest.fixture
async def samir(balie: Balie) -> Staff:
    return await balie.add_staff("samir", "Samir", "coordinator")


async def posts(browser: Browser, name: str = "rings", **fields: str) -> int:
    """Posts the form of this card as it is now; gives the status."""
    await browser.get(f"/desk/cards/{name}")
    seen = re.search(r'name="seen" value="(\w+)"', browser.page)
    return (await browser.post(f"/desk/cards/{name}", **{"seen": seen[1] if seen else "", **fields})).status


async def kept(balie: Balie, name: str = "rings") -> cards.Adjusted:
    """The card as it is."""
    return next(one for one in await cards.all_cards(balie.house) if one.card.name == name)


def said(browser: Browser) -> str:
    """The page in letters."""
    return html.unescape(re.sub(r"<[^>]+>", "", browser.page))


def refusal(browser: Browser) -> str | None:
    """What the page says was wrong."""
    found = re.search(r'<p class="refused" role="alert"[^>]*>([^<]*)</p>', browser.page)
    return None if found is None else html.unescape(found[1])


def order(browser: Browser) -> list[str]:
    """The cards as they stand on the page."""
    return re.findall(r'<li id="card-([a-z_]+)"', browser.page)


# ---- looking -------------------------------------------------------------------------------------------------------


async def test_every_card_stands_there_with_who_looks_after_it(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    assert (await browser.get("/desk/cards")).status == 200
    assert order(browser) == list(NAMES)
    assert said(browser).count("Waterdrecht · tot en met 1 november 2027") == len(NAMES)
    assert "! datum voorbij" not in browser.page
    assert "Een coördinator of beheerder kan kaarten veranderen." in said(browser)


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
@pytest.mark.parametrize("name", NAMES)
async def test_a_card_is_looked_at_as_a_resident_gets_it(balie: Balie, noor: Staff, name: str, language: str) -> None:
    browser = await balie.browser(noor)
    assert (await browser.get(f"/desk/cards/{name}?language={language}")).status == 200
    card, tongue = (await kept(balie, name)).card, balie.house.tongue
    for text in (card.title, *card.do, *card.dont, card.say, card.call):
        assert tongue.say(text, language) in said(browser)
        assert tongue.say(text, "nl") in said(browser)
    assert re.search(
        rf'<div class="bubble as-typed" lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"', browser.page
    )
    assert '<img src="data:image/png;base64,iVBOR' in browser.page
    assert "Bewaren</button>" not in browser.page


async def test_a_card_past_its_day_comes_first_and_the_inbox_tells(balie: Balie, noor: Staff, samir: Staff) -> None:
    browser = await balie.browser(samir)
    await browser.get("/desk")
    assert 'id="overdue-cards"' not in browser.page
    assert await posts(browser, "loan", **{**SHOWN, "review": "2026-11-22"}) == 303
    await browser.get("/desk/cards")
    assert order(browser)[0] == "loan"
    assert "Eén kaart is over de controledatum. Inwoners krijgen hem niet." in said(browser)
    assert "De controledatum is voorbij: inwoners krijgen deze kaart niet." in said(browser)
    other = await balie.browser(noor)
    await other.get("/desk")
    assert "Eén kaart is over de controledatum." in said(other)
    assert await posts(browser, "bailiff", **{**SHOWN, "review": "2026-11-22"}) == 303
    await other.get("/desk/rows")
    assert "2 kaarten zijn over de controledatum." in said(other)
    for name in ("loan", "bailiff"):  # switched off, nobody misses it
        assert await posts(browser, name, owner="", review="2026-11-22") == 303
    await other.get("/desk")
    assert 'id="overdue-cards"' not in other.page
    await browser.get("/desk/cards")
    assert order(browser)[-2:] == ["bailiff", "loan"]


# ---- other words ---------------------------------------------------------------------------------------------------


async def test_who_will_not_get_it_is_said_when_it_was_kept(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    assert await posts(browser, **{**SHOWN, "say-nl": "Ik bel u morgen terug."}) == 303
    await browser.get("/desk/cards?saved=rings")
    assert "Bewaard: Een schuldeiser belt. Nog niet helemaal in het Engels en het Arabisch: wie Engels of" in said(
        browser
    )
    await browser.get("/desk/cards/rings")
    assert "wie Engels of Arabisch leest, krijgt deze kaart niet, maar wel de weg naar een mens." in said(browser)


async def test_words_owner_and_day_are_changed_and_seen(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    assert await posts(browser, **{**WHOLE, "owner": "Team Schulden", "review": "2027-02-01"}) == 303
    one = await kept(balie)
    assert (one.card.owner, one.card.review, one.lacking) == ("Team Schulden", date(2027, 2, 1), ())
    await browser.get("/desk/cards?saved=rings")
    assert "Bewaard: Een schuldeiser belt." in said(browser)
    assert "Team Schulden · tot en met 1 februari 2027" in said(browser)
    assert "Ik bel u morgen terug." in said(browser)
    await browser.get("/desk/cards/rings?language=ar")
    assert "سأتصل بك غدًا." in said(browser)
    assert ">I will call you back tomorrow.</textarea>" in browser.page
    assert await posts(browser, **SHOWN) == 303
    (row,) = await balie.town.rows(tables.card)
    assert (row.owner, row.review_on, json.loads(row.words), row.changed_by) == ("", "", {}, samir.id)
    events = await balie.town.rows(tables.event, kind="card_changed")
    assert [event.staff_id for event in events] == [samir.id] * 2


async def test_a_card_without_a_translation_is_said_to_reach_not_everyone(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    assert await posts(browser, **{**WHOLE, "say-ar": ""}) == 303
    assert (await kept(balie)).lacking == ("ar",)
    await browser.get("/desk/cards")
    assert order(browser)[0] == "rings"
    assert "! niet in elke taal" in said(browser)
    await browser.get("/desk/cards/rings?language=ar")
    assert "Nog niet helemaal in het Arabisch: wie die taal leest, krijgt deze kaart niet" in said(browser)
    assert "<img" not in browser.page
    await browser.get("/desk/cards/rings?language=en")
    assert "I will call you back tomorrow." in said(browser)


async def test_a_card_without_an_example_message(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    assert await posts(browser, **{**SHOWN, "out-message": "yes"}) == 303
    assert (await kept(balie)).card.message is None
    await browser.get("/desk/cards/rings")
    assert 'name="out-message" value="yes" checked' in browser.page
    assert "Nog niet helemaal" not in said(browser)
    await browser.get("/desk/cards")
    assert said(browser).count("Voorbeeldbericht") == len(cards.made()) - 1
    assert await posts(browser, **SHOWN) == 303
    assert (await kept(balie)).card.message is not None


async def test_a_line_is_left_out_and_comes_back(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    before = len((await kept(balie)).card.do)
    assert await posts(browser, **{**SHOWN, "out-do.1": "yes", "do.1-nl": "Wordt niet gelezen."}) == 303
    assert len((await kept(balie)).card.do) == before - 1
    await browser.get("/desk/cards/rings")
    assert 'name="out-do.1" value="yes" checked' in browser.page
    assert re.search(r'<textarea id="do.1-nl"[^>]*></textarea>', browser.page)
    assert await posts(browser, **SHOWN) == 303
    assert len((await kept(balie)).card.do) == before


async def test_how_it_would_be_is_shown_before_it_is_kept(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    assert await posts(browser, **{**WHOLE, "act": "preview", "language": "ar"}) == 200
    assert "(nog niet bewaard)" in said(browser)
    assert browser.page.count("سأتصل بك غدًا.") >= 2
    assert await posts(browser, **{**DUTCH, "act": "preview", "language": "ar"}) == 200
    assert "Nog niet helemaal in het Arabisch" in said(browser)
    assert await balie.town.rows(tables.card) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"owner": "x" * 81}, "card_owner_long"),
        ({"review": "2031-01-01"}, "card_date"),
        ({"review": "morgen"}, "card_date"),
        ({"review": "0000-00-00"}, "card_date"),
        ({"review": "9" * 5000}, "card_date"),
        ({"title-nl": "x" * 61}, "card_too_long"),
        ({"message-ar": "ا" * 5000}, "card_too_long"),
        ({"out-do.1": "1", "out-do.2": "1", "out-do.3": "1", "out-do.4": "1"}, "card_no_lines"),
        ({"out-title": "1"}, "card_no_dutch"),
        ({"out-say": "1"}, "card_no_dutch"),
    ],
)
async def test_what_cannot_be_is_said_and_what_was_typed_stays(
    balie: Balie, samir: Staff, fields: dict[str, str], code: str
) -> None:
    browser = await balie.browser(samir)
    assert await posts(browser, **{**WHOLE, **fields}) == 400
    assert refusal(browser) == cards_words.REFUSALS[code]
    assert ">Ik bel u morgen terug.</textarea>" in browser.page
    assert ">سأتصل بك غدًا.</textarea>" in browser.page
    assert await balie.town.rows(tables.card) == []


async def test_markup_braces_and_bidi_controls_harm_nothing(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    bad = "<script>alert(1)</script> {name} {0.__class__} %s \u202eom\u2069"
    fields = {f"{part}-{code}": bad for part in ("title", "do.1", "say", "message") for code in ("nl", "en", "ar")}
    fields = {name: words[:60] for name, words in fields.items()}
    assert await posts(browser, "loan", **{**SHOWN, **fields, "owner": "<b>\u202eik</b>"}) == 303
    for language in ("nl", "en", "ar"):
        assert (await browser.get(f"/desk/cards/loan?language={language}")).status == 200
        assert "<script>alert" not in browser.page
        assert "\u202e" not in browser.page
    await browser.get("/desk/cards")
    assert "<b>" not in browser.page
    assert "(name)" in said(browser)


async def test_of_two_who_change_a_card_at_the_same_moment_one_is_told(balie: Balie, samir: Staff) -> None:
    browsers = [await balie.browser(samir) for _ in range(3)]
    for browser in browsers:
        await browser.get("/desk/cards/rings")
    seen = browsers[0].field("seen")
    answers = await asyncio.gather(
        *(
            browser.post("/desk/cards/rings", **{**SHOWN, "owner": f"Team {place}", "seen": seen})
            for place, browser in enumerate(browsers)
        )
    )
    assert sorted(answer.status for answer in answers) == [303, 409, 409]
    told = next(browser for browser, answer in zip(browsers, answers, strict=True) if answer.status == 409)
    assert refusal(told) == cards_words.REFUSALS["other_card"]
    assert (
        await told.post("/desk/cards/rings", **{**SHOWN, "owner": "Team 9", "seen": told.field("seen")})
    ).status == 303
    assert (await kept(balie)).card.owner == "Team 9"


@pytest.mark.parametrize("unseen", ["\u200b", "\u200d\ufe0f", "\u034f" * 40, "\ue000"])
async def test_words_that_nobody_can_see_are_no_words(balie: Balie, samir: Staff, unseen: str) -> None:
    browser = await balie.browser(samir)
    assert await posts(browser, **{**SHOWN, "title-nl": unseen, "say-ar": unseen}) == 303
    assert (await kept(balie)).words == {}


async def test_words_of_which_no_picture_can_be_made_are_shown_and_said(
    balie: Balie, samir: Staff, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.pictures.sheet.MOST_HEIGHT", 500)
    browser = await balie.browser(samir)
    assert await posts(browser, act="preview", language="nl", **DUTCH) == 200
    assert "Van deze woorden is geen plaatje te maken." in said(browser)
    assert await posts(browser, **DUTCH) == 303
    assert (await browser.get("/desk/cards/rings")).status == 200
    assert "morgen" not in caplog.text


async def test_two_colleagues_change_one_card_and_neither_loses_what_was_typed(balie: Balie, samir: Staff) -> None:
    browser, other = await balie.browser(samir), await balie.browser(samir)
    await browser.get("/desk/cards/rings")
    assert await posts(other, **{**SHOWN, "review": "2027-01-01"}) == 303
    seen = re.search(r'name="seen" value="(\w+)"', browser.page)
    assert seen is not None
    assert (await browser.post("/desk/cards/rings", **{**WHOLE, "seen": seen[1]})).status == 409
    assert refusal(browser) == cards_words.REFUSALS["other_card"]
    assert ">Ik bel u morgen terug.</textarea>" in browser.page
    seen = re.search(r'name="seen" value="(\w+)"', browser.page)
    assert seen is not None
    assert (await browser.post("/desk/cards/rings", **{**WHOLE, "seen": seen[1]})).status == 303
    assert (await kept(balie)).card.review == date(2027, 11, 1)


# ---- who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may"), [("caseworker", False), ("coordinator", True), ("beheerder", True), ("auditor", False)]
)
async def test_who_may_change_cards(balie: Balie, role: str, may: bool) -> None:
    browser = await balie.browser(await balie.add_staff("one", "One", role))
    await browser.get("/desk/cards/rings")
    assert ("Bewaren</button>" in browser.page) == may
    assert await posts(browser, **WHOLE) == (303 if may else 403)
    assert await posts(browser, **{**WHOLE, "act": "preview"}) == (200 if may else 403)
    assert ((await kept(balie)).words != {}) == may


async def test_nobody_changes_a_card_without_the_forms_token_or_one_that_is_not_there(
    balie: Balie, samir: Staff
) -> None:
    browser, stranger = await balie.browser(samir), await balie.browser()
    await browser.get("/desk/cards/rings")
    assert (await browser.post("/desk/cards/rings", **{**WHOLE, "csrf": "x"})).status == 403
    assert (await stranger.post("/desk/cards/rings", **WHOLE)).status == 401
    assert (await stranger.get("/desk/cards/rings")).status == 303
    for name in ("nobody", "Rings", "rings%20", "..", "a" * 300, "%00"):
        assert (await browser.get(f"/desk/cards/{name}")).status in (404, 400)
    for language in ("", "fr", "xx", "nl,ar", "<b>", "x" * 4000):
        assert (await browser.get("/desk/cards/rings", params={"language": language})).status == 200
        assert "in het Nederlands" in said(browser)
    assert await posts(browser, "nobody", **WHOLE) == 404
    assert await balie.town.rows(tables.card) == []
