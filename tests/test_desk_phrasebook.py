"""The phrasebook page: what is in it and what lacks, own entries, who may change, and what is no entry at all."""

from __future__ import annotations

import html
import re

import pytest

from bot import phrasebook
from bot.desk import phrasebook_words
from bot.desk.accounts import Staff
from bot.phrasebook import Given
from flows.phrasebook import Phrase
from storage import tables
from tests.support.desk import Balie, Browser

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

DUTCH = "Haal {papier} op bij {plek}."
TYPED = {
    "you-nl": DUTCH,
    "you-en": "Collect {papier} at {plek}.",
    "you-ar": "استلام {papier} من {plek}.",
    "icon": "🧷",
    "words": "balie, ophalen",
}
GIVEN = Given("🧷", "balie, ophalen", {"nl": "Haal {document} op."}, {})


@pytest.fixture
async def samir(balie: Balie) -> Staff:
    return await balie.add_staff("samir", "Samir", "coordinator")


async def own(balie: Balie) -> list[Phrase]:
    """The municipality's own entries."""
    book = await phrasebook.read_book(balie.house)
    return [one for one in book.phrases.values() if one.name.startswith("own.")]


async def posts(browser: Browser, path: str, page: str = "", **fields: str) -> int:
    """Posts a form of this page; gives the status."""
    await browser.get(f"/desk/phrasebook{page}")
    return (await browser.post(f"/desk/phrasebook{path}", **fields)).status


def said(browser: Browser) -> str:
    """The page in letters."""
    return html.unescape(re.sub(r"<[^>]+>", "", browser.page))


def refusal(browser: Browser) -> str | None:
    """What the page says was wrong."""
    found = re.search(r'<p class="refused" role="alert"[^>]*>([^<]*)</p>', browser.page)
    return None if found is None else html.unescape(found[1])


def shown(browser: Browser) -> int:
    """How many entries are on the page."""
    return browser.page.count('<li id="phrase-')


# ---- looking -------------------------------------------------------------------------------------------------------


async def test_every_entry_stands_there_with_its_translations(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    assert (await browser.get("/desk/phrasebook")).status == 200
    assert shown(browser) == len((await phrasebook.read_book(balie.house)).phrases)
    assert "Neem [papier] mee naar het gesprek." in browser.page
    assert '<dd lang="en" dir="ltr">Bring your payslip (loonstrook) to our talk.</dd>' in browser.page
    assert re.search(r'<dd lang="ar" dir="rtl">إحضار .*loonstrook.*</dd>', browser.page)
    assert "niet in elke taal" not in browser.page
    for kind in ("Papieren", "Organisaties", "Toeslagen", "Plekken"):
        assert f"<summary>{kind} " in browser.page
    assert "<button>Uitzetten" not in browser.page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("bankafschriften", ["download"]),
        ("VOEDSELBANK", ["food_bank"]),
        ("  toeslag   aanvragen ", ["apply"]),
        ("balie ophalen", ["own.1"]),
        ("استلام", ["own.1"]),
        ("xyzzy", []),
        ("<script>", []),
        ("%", []),
        ("x" * 5000, []),
    ],
)
async def test_an_entry_is_found_by_all_words(balie: Balie, samir: Staff, asked: str, found: list[str]) -> None:
    browser = await balie.browser(samir)
    assert await posts(browser, "/new", "/new", **TYPED) == 303
    response = await browser.get("/desk/phrasebook", params={"q": asked})
    assert response.status == 200
    assert re.findall(r'<li id="phrase-([^"]+)"', browser.page) == found
    assert ("Geen zin gevonden" in browser.page) or found
    assert "<script>" not in browser.page


# ---- own entries ---------------------------------------------------------------------------------------------------


async def test_an_own_entry_is_added_changed_and_seen(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    assert await posts(browser, "/new", "/new", **TYPED) == 303
    (one,) = await own(balie)
    assert one.you is not None
    assert one.you.msgid == "Haal {document} op bij {place}."
    assert dict(one.you.own)["ar"] == "استلام {document} من {place}."
    await browser.get(f"/desk/phrasebook?saved={one.name}")
    assert "Bewaard: Haal [papier] op bij [plek]." in said(browser)
    assert "Haal uw loonstrook op bij ons kantoor." in said(browser)
    assert '<span class="badge">eigen</span>' in browser.page
    assert browser.page.index(f'id="phrase-{one.name}"') < browser.page.index('id="phrase-bring"')

    await browser.get(f"/desk/phrasebook/{one.id}")
    assert f">{DUTCH}</textarea>" in browser.page
    seen = re.search(r'name="seen" value="(\w+)"', browser.page)
    assert seen is not None
    changed = {**TYPED, "you-nl": "Haal {papier} snel op bij {plek}.", "you-en": "", "seen": seen[1]}
    response = await browser.post(f"/desk/phrasebook/{one.id}", **changed)
    assert response.status == 303
    await browser.get(response.headers["Location"])
    assert "Nog niet in het Engels: kan niet naar iemand die Engels leest." in said(browser)
    assert "U veranderde het Nederlands, maar niet het Arabisch. Klopt de vertaling nog?" in said(browser)
    (after,) = await own(balie)
    assert (after.name, after.id) == (one.name, one.id)
    await browser.get("/desk/phrasebook?only=lacking")
    assert shown(browser) == 1
    assert "Eén zin is nog niet in elke taal." in said(browser)
    events = await balie.town.rows(tables.event, kind="phrasebook_changed")
    assert [event.staff_id for event in events] == [samir.id] * 2


async def test_how_it_reads_is_shown_before_it_is_kept(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    assert await posts(browser, "/new", "/new", **{**TYPED, "you-en": "", "act": "preview"}) == 200
    assert "Haal uw loonstrook op bij ons kantoor." in said(browser)
    assert "Nog niet in het Engels: kan niet naar iemand die Engels leest." in said(browser)
    assert f">{DUTCH}</textarea>" in browser.page
    assert await posts(browser, "/new", "/new", **{**TYPED, "you-nl": "Bel {iemand}.", "act": "preview"}) == 400
    assert refusal(browser) == phrasebook_words.REFUSALS["no_such_value"]
    assert await own(balie) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"you-nl": ""}, "no_dutch"),
        ({"we-en": "We do it."}, "no_dutch"),
        ({"you-nl": "Bel {iemand}."}, "no_such_value"),
        ({"you-nl": "Bel {plek.__class__}."}, "braces"),
        ({"you-nl": "Bel {plek"}, "braces"),
        ({"you-ar": "استلام {papier}."}, "other_values"),
        ({"you-en": DUTCH}, "same_words"),
        ({"you-ar": "Collect {papier} at {plek}."}, "not_its_letters"),
        ({"you-nl": "x" * 201}, "too_long_phrase"),
        ({"you-en": "x" * 20_000}, "too_long_phrase"),
        ({"words": "x" * 201}, "too_long_phrase"),
        ({"icon": "<img src=x>"}, "no_icon"),
    ],
)
async def test_what_is_no_entry_is_said_and_what_was_typed_stays(
    balie: Balie, samir: Staff, fields: dict[str, str], code: str
) -> None:
    browser = await balie.browser(samir)
    assert await posts(browser, "/new", "/new", **{**TYPED, **fields}) == 400
    assert refusal(browser) == phrasebook_words.REFUSALS[code]
    typed = {**TYPED, **fields}
    for name in ("you-nl", "you-ar"):
        assert f">{html.escape(typed[name], quote=False)}</textarea>" in browser.page
    assert 'value="balie, ophalen"' in browser.page or "words" in fields
    assert "<img" not in browser.page
    assert await own(balie) == []


async def test_markup_and_bidi_controls_are_words_or_gone(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    typed = {"you-nl": 'Kom <b onclick=x>snel</b> \u202eterug\u2066 & "zo".', "words": "<script>alert(1)</script>"}
    assert await posts(browser, "/new", "/new", **typed) == 303
    await browser.get("/desk/phrasebook?only=own")
    assert "Kom &lt;b onclick=x&gt;snel&lt;/b&gt; terug &amp; &#34;zo&#34;." in browser.page
    assert "<script>alert" not in browser.page
    assert "<b onclick" not in browser.page
    assert "\u202e" not in browser.page


async def test_two_colleagues_change_one_entry_and_neither_loses_what_was_typed(balie: Balie, samir: Staff) -> None:
    number = await phrasebook.add(balie.house, samir.id, GIVEN)
    browser, other = await balie.browser(samir), await balie.browser(samir)
    for one in (browser, other):
        await one.get(f"/desk/phrasebook/{number}")
    seen = re.search(r'name="seen" value="(\w+)"', browser.page)
    assert seen is not None
    first = {"you-nl": "Haal {papier} vandaag op.", "seen": seen[1]}
    assert (await other.post(f"/desk/phrasebook/{number}", **first)).status == 303
    second = {"you-nl": "Haal {papier} morgen op.", "seen": seen[1]}
    assert (await browser.post(f"/desk/phrasebook/{number}", **second)).status == 409
    assert refusal(browser) == phrasebook_words.REFUSALS["other_phrase"]
    assert ">Haal {papier} morgen op.</textarea>" in browser.page
    assert "Haal uw loonstrook vandaag op." in said(browser)
    seen = re.search(r'name="seen" value="(\w+)"', browser.page)
    assert seen is not None
    assert (await browser.post(f"/desk/phrasebook/{number}", **{**second, "seen": seen[1]})).status == 303
    (one_left,) = await own(balie)
    assert one_left.you is not None
    assert one_left.you.msgid == "Haal {document} morgen op."


async def test_a_form_that_is_sent_twice_makes_one_entry(balie: Balie, samir: Staff) -> None:
    browser = await balie.browser(samir)
    assert await posts(browser, "/new", "/new", **TYPED) == 303
    assert await posts(browser, "/new", "/new", **TYPED) == 409
    assert refusal(browser) == phrasebook_words.REFUSALS["double_phrase"]
    assert len(await own(balie)) == 1


# ---- on and off ----------------------------------------------------------------------------------------------------


async def test_entries_are_switched_off_and_on(balie: Balie, samir: Staff) -> None:
    number = await phrasebook.add(balie.house, samir.id, GIVEN)
    browser = await balie.browser(samir)
    for name in ("bring", f"own.{number}"):
        assert await posts(browser, "/switch", name=name, shown="no") == 303
        assert not (await phrasebook.read_book(balie.house)).phrases[name].shown
        await browser.get(f"/desk/phrasebook?saved={name}&only=off")
        assert shown(browser) == 1
        assert "Deze zin staat uit." in said(browser)
        assert await posts(browser, "/switch", name=name, shown="yes") == 303
        assert (await phrasebook.read_book(balie.house)).phrases[name].shown
    for name in ("", "nobody", "own.999", "<b>", "x" * 9000):
        assert await posts(browser, "/switch", name=name, shown="no") == 409
        assert refusal(browser) == phrasebook_words.REFUSALS["gone_phrase"]
    for shown_as in ("", "maybe", "1"):
        assert await posts(browser, "/switch", name="bring", shown=shown_as) == 400
    assert (await phrasebook.read_book(balie.house)).phrases["bring"].shown


# ---- who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may"), [("caseworker", False), ("coordinator", True), ("beheerder", True), ("auditor", False)]
)
async def test_who_may_change_the_phrasebook(balie: Balie, samir: Staff, role: str, may: bool) -> None:
    number = await phrasebook.add(balie.house, samir.id, GIVEN)
    browser = await balie.browser(await balie.add_staff("one", "One", role))
    await browser.get("/desk/phrasebook")
    assert ("Zin toevoegen</a>" in browser.page, "Uitzetten" in browser.page, "Wijzigen" in browser.page) == (may,) * 3
    assert (f'/desk/phrasebook/{number}"' in browser.page) == may
    for page in ("/new", f"/{number}"):
        assert (await browser.get(f"/desk/phrasebook{page}")).status == (200 if may else 403)
    expected = 303 if may else 403
    assert await posts(browser, "/new", **TYPED) == expected
    assert await posts(browser, "/switch", name="bring", shown="no") == expected
    (one, *_) = await own(balie)
    fields = {"you-nl": "Kom.", "seen": phrasebook.mark(one)}
    assert await posts(browser, f"/{number}", **fields) == expected
    assert len(await own(balie)) == (2 if may else 1)


async def test_nobody_changes_it_without_the_forms_token_or_what_is_not_there(balie: Balie, samir: Staff) -> None:
    number = await phrasebook.add(balie.house, samir.id, GIVEN)
    browser, stranger = await balie.browser(samir), await balie.browser()
    before = await balie.town.rows(tables.phrase)
    for path in ("/new", f"/{number}", "/switch"):
        fields = {**TYPED, "name": "bring", "shown": "no"}
        await browser.get("/desk/phrasebook")
        assert (await browser.post(f"/desk/phrasebook{path}", **{**fields, "csrf": "x"})).status == 403
        assert (await stranger.post(f"/desk/phrasebook{path}", **fields)).status == 401
    for number in (0, 999, 10**17):
        assert (await browser.get(f"/desk/phrasebook/{number}")).status == 404
        assert await posts(browser, f"/{number}", **TYPED) == 404
    for page in ("/abc", "/-1", "/1/2", f"/{'9' * 30}"):
        assert (await browser.get(f"/desk/phrasebook{page}")).status == 404
    assert (await stranger.get("/desk/phrasebook")).status == 303
    assert await balie.town.rows(tables.phrase) == before
