"""One text at the desk: other words checked before they are kept, confirmed by who speaks the language, by whom."""

from __future__ import annotations

import html
import re

import pytest

from bot.desk import texts_words
from bot.desk.accounts import Staff
from bot.texts import acts, looking
from flows.text import Text
from storage import tables
from tests.support.desk import Balie
from tests.support.texts import LABEL, OTHER, acts_on, refusal, said, seen_in, shown, words

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


@pytest.fixture
async def samir(balie: Balie) -> Staff:
    return await balie.add_staff("samir", "Samir", "coordinator")


# ---- other words -----------------------------------------------------------------------------------------------------


async def test_a_translation_is_changed_seen_and_put_back(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    before = words(balie, LABEL, "en")
    assert await acts_on(browser, LABEL, "en", "preview", words="Pass by") == 200
    assert "Pass by" in "".join(re.findall(r"<mark>.*?</mark>", browser.page))
    assert words(balie, LABEL, "en") == before
    assert await acts_on(browser, LABEL, "en", "save", words="  Pass \n by ") == 303
    assert words(balie, LABEL, "en") == "Pass by"
    assert balie.house.tongue.say(Text(LABEL, balie.house.tongue.dutch[LABEL]), "en") == "Pass by"
    await browser.get(f"/desk/texts/{LABEL}?language=en&saved=save")
    assert "Bewaard. Inwoners lezen het vanaf nu zo." in said(browser)
    assert f"De standaardtekst: {before}" in said(browser)
    assert "Samir, 23 november 2026: andere woorden (Engels): Pass by" in said(browser)
    await browser.get("/desk/texts?state=own&language=en")
    assert shown(browser) == [LABEL]
    assert await acts_on(browser, LABEL, "en", "standard") == 303
    assert words(balie, LABEL, "en") == before
    assert await acts_on(browser, OTHER, "en", "standard") == 400
    assert texts_words.REFUSALS["gone_text"] in refusal(browser)
    events = await balie.town.rows(tables.event, kind="text_changed")
    assert [one.staff_id for one in events] == [samir.id] * 2


@pytest.mark.parametrize(
    ("context", "language", "typed", "code"),
    [
        ("woordenlijst.ask", "en", "What does it mean?", "other_values"),
        ("woordenlijst.ask", "en", "What does {word mean?", "braces"),
        ("woordenlijst.ask", "en", "What does {word.__class__} mean?", "braces"),
        ("woordenlijst.ask", "ar", "What does {word} mean?", "not_its_letters"),
        ("woordenlijst.ask", "en", "Що означає {word}?", "not_its_letters"),
        ("woordenlijst.ask", "nl", "Wat betekent {wordt}?", "other_values"),
        ("walk.draft", "en", "Type ‘blurb’ if something is wrong.", "other_words_to_type"),
        ("afspraak.no_new", "en", "That is fine. Type ‘blurb’ later.", "not_understood"),
        ("afspraak.no_new", "en", "That is fine. Tell us later.", "other_words_to_type"),
        ("walk.draft", "en", "", "empty_text"),
        ("walk.draft", "en", "\u202e\u2066\ufeff", "empty_text"),
        ("walk.draft", "en", "‘human’ " + "x" * 2000, "too_long_text"),
        ("kaarten.card.bailiff.call", "en", "Call someone you trust.", "lost_number"),
        (LABEL, "en", "Overslaan", "still_dutch"),
        (LABEL, "en", "Menu", "global_word"),
        (LABEL, "en", "Leave this question out for now please", "too_long_label"),
        ("woordenlijst.close.words", "en", "go on، further", "commas"),
        ("seintje.template", "en", "News from {sender}: {link}. Bye.", "fixed_text"),
    ],
)
async def test_what_cannot_be_said_is_refused_and_stays_there(
    balie: Balie, samir: Staff, context: str, language: str, typed: str, code: str
) -> None:
    browser = await balie.browser(samir)
    before = words(balie, context, language)
    for act in ("save", "preview"):
        assert await acts_on(browser, context, language, act, words=typed) == 400
        reason = texts_words.FINDINGS[code].split("{")[0].split(":")[0]
        assert reason in refusal(browser), refusal(browser)
        assert f">{html.escape(typed, quote=False)}</textarea>" in browser.page or code in ("empty_text", "fixed_text")
    assert words(balie, context, language) == before
    assert await balie.town.rows(tables.wording) == []


async def test_hard_dutch_is_a_remark_that_can_be_set_aside(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    hard = "Indien u niet akkoord gaat, kunt u bezwaar maken."
    assert await acts_on(browser, OTHER, "nl", "save", words=hard) == 400
    assert "“indien”. Misschien liever: als." in refusal(browser)
    assert await acts_on(browser, OTHER, "nl", "save", words=hard, anyway="yes") == 303
    assert words(balie, OTHER, "nl") == hard


async def test_dutch_in_a_translation_is_a_remark_that_can_be_set_aside(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    mixed = "نواصل من Noor, waar u was."
    for act in ("preview", "save"):
        assert await acts_on(browser, OTHER, "ar", act, words=mixed) == 400
        assert "Misschien niet in deze taal: Noor, waar, u, was." in refusal(browser)
    assert await acts_on(browser, OTHER, "ar", "save", words=mixed, anyway="yes") == 303
    assert words(balie, OTHER, "ar") == mixed


async def test_other_dutch_makes_its_translations_stale(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    assert await acts_on(browser, OTHER, "en", "confirm", speaks="yes") == 303
    assert balie.house.tongue.text_state(OTHER, "en") == "confirmed"
    assert await acts_on(browser, OTHER, "nl", "save", words="We gaan weer verder.") == 303
    assert [balie.house.tongue.text_state(OTHER, code) for code in ("nl", "en", "ar")] == [
        "confirmed",
        "stale",
        "stale",
    ]
    await browser.get(f"/desk/texts/{OTHER}?language=en")
    assert "Toen was het Nederlands: We gaan verder waar u was." in said(browser)
    assert await acts_on(browser, OTHER, "en", "save", words="We go on again.") == 303
    assert balie.house.tongue.text_state(OTHER, "en") == "draft"
    assert await acts_on(browser, OTHER, "nl", "standard") == 303
    assert [balie.house.tongue.text_state(OTHER, code) for code in ("nl", "en", "ar")] == [
        "confirmed",
        "stale",
        "draft",
    ]


async def test_two_colleagues_change_one_text_and_neither_loses_what_was_typed(balie: Balie, samir: Staff) -> None:
    browser, other = await balie.browser(samir), await balie.browser(samir)
    for one in (browser, other):
        await one.get(f"/desk/texts/{LABEL}?language=en")
    fields = {"language": "en", "act": "save", "seen": seen_in(browser)}
    assert (await other.post(f"/desk/texts/{LABEL}", **fields, words="Leave it")).status == 303
    assert (await other.post(f"/desk/texts/{LABEL}", **fields, words="Leave it")).status == 303, "sent twice"
    assert (await browser.post(f"/desk/texts/{LABEL}", **fields, words="Pass")).status == 409
    assert texts_words.REFUSALS["other_text"] in refusal(browser)
    assert ">Leave it</q>" in browser.page
    assert ">Pass</textarea>" in browser.page
    assert words(balie, LABEL, "en") == "Leave it"
    assert (
        await browser.post(f"/desk/texts/{LABEL}", **{**fields, "seen": seen_in(browser)}, words="Pass")
    ).status == 303
    assert words(balie, LABEL, "en") == "Pass"
    assert len(await balie.town.rows(tables.wording)) == 2


async def test_what_was_done_elsewhere_meanwhile_is_no_base_to_confirm(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    await browser.get(f"/desk/texts/{LABEL}?language=en")
    mark = seen_in(browser)
    dutch = looking.said(balie.house, LABEL, "nl", {})
    assert dutch is not None
    await acts.change(balie.house, samir.id, LABEL, "nl", "Sla over", seen=dutch.mark)
    fields = {"language": "en", "act": "confirm", "seen": mark, "speaks": "yes"}
    assert (await browser.post(f"/desk/texts/{LABEL}", **fields)).status == 409
    assert balie.house.tongue.text_state(LABEL, "en") == "stale"
    fields["seen"] = seen_in(browser)
    dutch = looking.said(balie.house, LABEL, "nl", {})
    assert dutch is not None
    await acts.change(balie.house, samir.id, LABEL, "nl", "Ga voorbij", seen=dutch.mark)
    assert (await browser.post(f"/desk/texts/{LABEL}", **fields)).status == 409, "stale it was, for other Dutch"


async def test_markup_is_words(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    typed = '<b onclick=x>Pass</b> & "on"'
    assert await acts_on(browser, OTHER, "en", "save", words=typed) == 303
    for address in ("/desk/texts?state=own", f"/desk/texts/{OTHER}?language=en"):
        await browser.get(address)
        assert "&lt;b onclick=x&gt;Pass&lt;/b&gt; &amp; &#34;on&#34;" in browser.page
        assert "<b onclick" not in browser.page


# ---- confirmed -------------------------------------------------------------------------------------------------------


async def test_who_speaks_the_language_confirms_by_name_and_takes_it_back(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    assert await acts_on(browser, LABEL, "ar", "confirm") == 400
    assert texts_words.REFUSALS["not_speaker"] in refusal(browser)
    assert await acts_on(browser, LABEL, "ar", "confirm", speaks="yes") == 303
    assert balie.house.tongue.text_state(LABEL, "ar") == "confirmed"
    await browser.get(f"/desk/texts/{LABEL}?language=ar")
    assert "Noor, 23 november 2026: bevestigd (Arabisch)" in said(browser)
    await browser.get("/desk/texts?language=ar&state=confirmed")
    assert shown(browser) == [LABEL]
    assert await acts_on(browser, LABEL, "ar", "take_back", speaks="yes") == 303
    assert balie.house.tongue.text_state(LABEL, "ar") == "draft"
    dutch = looking.said(balie.house, LABEL, "nl", {})
    assert dutch is not None
    assert await acts_on(browser, LABEL, "nl", "confirm", speaks="yes", seen=dutch.mark) == 400
    assert texts_words.REFUSALS["gone_text"] in refusal(browser)


async def test_a_form_that_is_sent_twice_is_done_once_and_no_colleagues_fault(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    told = {"save": {"words": "Pass"}, "confirm": {"speaks": "yes"}, "take_back": {"speaks": "yes"}, "standard": {}}
    for count, (act, fields) in enumerate(told.items(), 1):
        await browser.get(f"/desk/texts/{LABEL}?language=en")
        fields = {"language": "en", "seen": seen_in(browser), "act": act, **fields}
        for _ in range(2):
            response = await browser.post(f"/desk/texts/{LABEL}", **fields)
            assert response.status == 303
            assert response.headers["Location"].endswith(f"saved={act}#saved")
        assert len(await balie.town.rows(tables.wording)) == count
    await browser.get(f"/desk/texts/{LABEL}?language=en")
    places = [
        browser.page.index(f": {texts_words.ACTS[act]} (Engels)") for act in ("standard", "taken_back", "changed")
    ]
    assert places == sorted(places), "the last comes first"


async def test_what_was_confirmed_is_not_confirmed_again_for_other_dutch(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    await browser.get(f"/desk/texts/{LABEL}?language=en")
    fields = {"language": "en", "seen": seen_in(browser), "act": "confirm", "speaks": "yes"}
    assert (await browser.post(f"/desk/texts/{LABEL}", **fields)).status == 303
    assert await acts_on(browser, LABEL, "nl", "save", words="Sla over") == 303
    assert (await browser.post(f"/desk/texts/{LABEL}", **fields)).status == 409


async def test_words_of_a_card_are_confirmed_here_and_changed_there(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    context = "kaarten.card.rings.say"
    assert await acts_on(browser, context, "nl", "save", words="Ik bel terug.") == 400
    assert 'href="/desk/cards/rings"' in browser.page
    await browser.get("/desk/cards/rings")
    fields = {"shown": "yes", "owner": "", "review": "", "seen": seen_in(browser), "say-nl": "Ik bel u morgen terug."}
    fields |= {"say-ar": "سأتصل بك غدًا.", "say-en": "I will call you back."}
    assert (await browser.post("/desk/cards/rings", **fields)).status == 303
    assert await acts_on(browser, context, "ar", "save", words="سأتصل.") == 400
    await browser.get(f"/desk/texts/{context}?language=ar")
    assert "سأتصل بك غدًا." in browser.page
    assert await acts_on(browser, context, "ar", "confirm", speaks="yes") == 303
    known = await looking.others(balie.house)
    assert balie.house.tongue.is_confirmed(known[context].text, "ar")
    assert not balie.house.tongue.is_confirmed(known[context].text, "en")


# ---- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "changes", "confirms"),
    [
        ("caseworker", False, True),
        ("coordinator", True, True),
        ("beheerder", True, True),
        ("auditor", False, False),
    ],
)
async def test_who_may_do_what(balie: Balie, role: str, changes: bool, confirms: bool) -> None:
    browser = await balie.browser(await balie.add_staff("one", "One", role))
    await browser.get(f"/desk/texts/{LABEL}?language=en")
    assert ('id="words-form"' in browser.page, 'id="confirm-form"' in browser.page) == (changes, confirms)
    one = looking.said(balie.house, LABEL, "en", {})
    assert one is not None
    fields = {"language": "en", "seen": one.mark, "words": "Pass"}
    for act in ("save", "preview", "standard"):
        status = (await browser.post(f"/desk/texts/{LABEL}", **fields, act=act)).status
        assert (status != 403) == changes
    for act in ("confirm", "take_back"):
        status = (await browser.post(f"/desk/texts/{LABEL}", **fields, act=act, speaks="yes")).status
        assert (status != 403) == confirms
    assert ((await browser.get("/desk/texts/files")).status == 200) == changes
    assert ((await browser.get("/desk/texts/export?language=en&which=all")).status == 200) == changes


async def test_nobody_changes_it_without_the_forms_token(balie: Balie, samir: Staff) -> None:
    browser, stranger = await balie.browser(samir), await balie.browser()
    await browser.get(f"/desk/texts/{LABEL}?language=en")
    fields = {"language": "en", "seen": seen_in(browser), "words": "Pass", "act": "save"}
    assert (await browser.post(f"/desk/texts/{LABEL}", **{**fields, "csrf": "x"})).status == 403
    assert (await stranger.post(f"/desk/texts/{LABEL}", **fields)).status == 401
    assert (await stranger.get("/desk/texts")).status == 303
    for wrong in ({"act": "erase"}, {"language": "xx"}, {"language": ""}):
        assert (await browser.post(f"/desk/texts/{LABEL}", **{**fields, **wrong})).status == 400
    assert await balie.town.rows(tables.wording) == []
