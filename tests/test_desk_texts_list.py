"""The page with all texts: side by side, found, counted; and files of them, out and in."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from io import BytesIO

import pytest
from aiohttp import FormData

from bot.desk import texts_words
from bot.desk.accounts import Staff
from bot.desk.page import largest_file
from bot.texts import looking
from storage import tables
from tests.support.desk import Balie, Browser
from tests.support.texts import LABEL, OTHER, acts_on, said, shown, words

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


@pytest.fixture
async def samir(balie: Balie) -> Staff:
    return await balie.add_staff("samir", "Samir", "coordinator")


# ---- all of them -----------------------------------------------------------------------------------------------------


async def test_every_text_stands_there_with_its_translations(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    assert (await browser.get("/desk/texts?language=en&language=ar")).status == 200
    every = looking.contexts(balie.house)
    assert shown(browser) == list(every[: len(shown(browser))])
    assert f"{len(every)} teksten, pagina 1 van {-(-len(every) // len(shown(browser)))}" in said(browser)
    assert 'lang="ar" dir="rtl"' in browser.page
    assert 'lang="en" dir="ltr"' in browser.page
    assert "Arabisch concepttaal" in said(browser)
    assert "/desk/texts/files" not in browser.page
    await browser.get("/desk/texts?language=ar&page=9999")
    assert shown(browser)[-1] == every[-1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "crisis.life.stay"}, False),
        ({"q": "walk.draft"}, True),
        ({"q": "VERTALING  nagekeken goed"}, True),
        ({"q": "checked this translation", "language": "en"}, True),
        ({"q": "checked this translation", "language": "ar"}, False),
        ({"q": "walk.draft", "part": "step"}, True),
        ({"q": "walk.draft", "part": "mail"}, False),
        ({"q": "walk.draft", "state": "draft"}, True),
        ({"q": "walk.draft", "state": "confirmed"}, False),
        ({"q": "walk.draft", "state": "own"}, False),
        ({"q": "walk.draft", "state": "xyz", "part": "xyz", "page": "-1"}, True),
        ({"q": "<script>"}, False),
        ({"q": "%"}, False),
        ({"q": "x" * 5000}, False),
    ],
)
async def test_a_text_is_found(balie: Balie, noor: Staff, query: dict[str, str], found: bool) -> None:
    browser = await balie.browser(noor)
    assert (await browser.get("/desk/texts", params=query)).status == 200
    assert ("walk.draft" in shown(browser)) == found
    assert ("Geen tekst gevonden." in said(browser)) == (shown(browser) == [])
    assert "<script>" not in browser.page


async def test_each_language_is_counted_by_state_and_a_count_leads_to_those_texts(balie: Balie, samir: Staff) -> None:
    browser, every = await balie.browser(samir), len(looking.contexts(balie.house))
    untranslated = len(looking.sentences(balie.house))
    assert await acts_on(browser, LABEL, "ar", "confirm", speaks="yes") == 303
    assert await acts_on(browser, OTHER, "nl", "save", words="We gaan weer verder.") == 303
    await browser.get("/desk/texts?language=en")
    counted = {"missing": untranslated, "stale": 1, "draft": every - untranslated - 2, "confirmed": 1}
    for state, count in counted.items():  # of none there is no link
        link = rf'href="/desk/texts\?language=ar&amp;state={state}">(\d+)<'
        assert re.findall(link, browser.page) == ([str(count)] if count else []), state
    await browser.get("/desk/texts?language=ar&state=stale")
    assert shown(browser) == [OTHER]


async def test_own_dutch_is_found_as_own_and_as_stale(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    for typed in ("We gaan nu verder.", "We gaan weer verder."):
        assert await acts_on(browser, OTHER, "nl", "save", words=typed) == 303
    assert await acts_on(browser, OTHER, "en", "confirm", speaks="yes") == 303
    await browser.get("/desk/texts?language=en&state=own")
    assert shown(browser) == [OTHER]
    await browser.get("/desk/texts?language=en&state=stale")
    assert shown(browser) == []
    kept = balie.house.tongue.kept(OTHER, "nl")
    assert kept is not None
    balie.house.tongue.keep(OTHER, "nl", replace(kept, dutch="Zo stond het er in een vorige versie."))
    await browser.get("/desk/texts?language=en&state=stale")
    assert shown(browser) == [OTHER]


async def test_the_next_page_is_of_what_was_asked(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    await browser.get("/desk/texts", params={"part": "crisis", "state": "draft", "language": "ar", "q": "u"})
    first, (found,) = shown(browser), re.findall(r'<a href="([^"]+)" rel="next"', browser.page)
    await browser.get(html.unescape(found))
    assert shown(browser)
    assert not set(first) & set(shown(browser))
    assert {context.partition(".")[0] for context in shown(browser)} == {"crisis"}
    assert 'lang="ar"' in browser.page


async def test_every_part_has_a_name_and_every_text_a_part(balie: Balie) -> None:
    there = {texts_words.part_of(context) for context in looking.contexts(balie.house)}
    assert there == set(texts_words.PARTS) - ({"gemeente"} - there)


async def test_each_page_of_a_text_can_be_opened(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    for context in looking.contexts(balie.house)[::37]:
        for language in ("nl", "ar"):
            assert (await browser.get(f"/desk/texts/{context}?language={language}")).status == 200, context
            assert "Waar deze tekst staat" in said(browser)
    for context in ("nothing.at.all", "crisis", "x" * 500, "%2e%2e/x", "CRISIS.life"):
        assert (await browser.get(f"/desk/texts/{context}")).status == 404


async def test_where_a_text_is_said_is_shown_in_both_languages(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    await browser.get(f"/desk/texts/{LABEL}?language=ar")
    scenes = re.findall(r'<div class="scene" lang="(\w+)" dir="(\w+)">(.*?)\n</div>', browser.page, re.DOTALL)
    assert [(language, way) for language, way, _ in scenes] == [("nl", "ltr"), ("ar", "rtl")]
    for language, _, scene in scenes:
        marked = html.unescape(re.sub(r"<[^>]+>", "", re.findall(r"<mark>.*?</mark>", scene)[0]))
        assert words(balie, LABEL, language) in marked
    await browser.get("/desk/texts/mail.subject?language=ar")
    assert "In onze voorbeeldgesprekken komt deze tekst niet voor." in said(browser)


# ---- files -----------------------------------------------------------------------------------------------------------


async def sends(browser: Browser, data: bytes, language: str = "en") -> int:
    """Sends a file; gives the status."""
    form = FormData({"csrf": browser.field("csrf"), "language": language})
    form.add_field("file", BytesIO(data), filename="back.po", content_type="text/x-gettext-translation")
    response = await browser.client.post("/desk/texts/files", data=form, allow_redirects=False)
    browser.page = await response.text()
    return response.status


async def test_a_file_is_looked_at_and_taken_over_or_not(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    response = await browser.get("/desk/texts/export?language=en&which=all")
    assert response.headers["Content-Disposition"] == 'attachment; filename="teksten-en.po"'
    sent = await response.text()
    assert words(balie, LABEL, "en") in sent
    changed = re.sub(rf'(msgctxt "{LABEL}"\nmsgid .*\n)msgstr ".*"', r'\1msgstr "<b>Pass</b>"', sent).encode()
    await browser.get("/desk/texts/files")
    assert await sends(browser, changed) == 200
    assert "Anders dan nu: 1" in said(browser)
    assert "&lt;b&gt;Pass&lt;/b&gt;" in browser.page
    number = browser.field("number")
    assert (await browser.post("/desk/texts/files/take", number=number, act="drop")).status == 303
    assert (await browser.post("/desk/texts/files/take", number=number, act="take")).status == 409
    assert texts_words.REFUSALS["po_gone"] in said(browser)
    assert await sends(browser, changed) == 200
    response = await browser.post("/desk/texts/files/take", number=browser.field("number"), act="take")
    await browser.get(response.headers["Location"])
    assert "1 tekst overgenomen, als concept." in said(browser)
    assert words(balie, LABEL, "en") == "<b>Pass</b>"
    events = await balie.town.rows(tables.event, kind="texts_imported")
    assert [one.staff_id for one in events] == [samir.id]


async def test_what_is_no_file_is_said_in_words(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    await browser.get("/desk/texts/files")
    big = b"x" * (largest_file(balie.house) + 1)
    for data, language, code in (
        (b"", "en", "no_file"),
        (b"x", "en", "po_language"),
        (b"\xff", "en", "po_encoding"),
        (big, "en", "po_big"),
    ):
        assert await sends(browser, data, language) == 400
        assert html.escape(texts_words.REFUSALS[code], quote=False) in browser.page
    for number in ("", "-1", "x", "9" * 30):
        assert (await browser.post("/desk/texts/files/take", number=number, act="take")).status == 400
        await browser.get("/desk/texts/files")
    for query in ("language=nl&which=all", "language=en&which=most", "language=xx&which=all", ""):
        assert (await browser.get(f"/desk/texts/export?{query}")).status == 400


async def test_only_who_looks_after_texts_sends_files(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    await browser.get("/desk/texts")
    csrf = browser.field("csrf")
    assert await sends(browser, b"x") == 403
    assert (await browser.post("/desk/texts/files/take", csrf=csrf, number="1", act="take")).status == 403
    assert (await browser.post("/desk/texts/files/take", csrf="x", number="1", act="take")).status == 403
