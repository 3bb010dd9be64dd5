"""Progress at the desk: what is looked at is what goes; who may, what is refused, and what the file then says."""

from __future__ import annotations

import html
import re

import pytest

from bot import takeover
from bot.desk.accounts import Staff
from bot.desk.progress_words import ANSWERS, DELAYS, PHASES
from flows.progress import CREDITOR_ANSWERS, FAREWELLS, Phase
from flows.progress import DELAYS as DELAY_CODES
from flows.voortgang_bericht import FAREWELL_TEXTS
from locales import load
from storage import tables
from tests.progress.conftest import signs_up
from tests.support.desk import Balie, Browser
from tests.support.desk_agenda import booked, give_hours, history, on, path
from tests.support.town import Resident, origins

BEGINS = {"act": "move", "phase": "gesprek", "how": "begin", "also-aanmelding": "yes", "tell": "yes"}


@pytest.fixture
async def fatima(balie: Balie) -> Resident:
    """Someone who signed up, in Arabic."""
    return await signs_up(await balie.resident("Fatima", "ar"))


def words(page: str, place: str = "main") -> str:
    """A part of the page as words on one line: ``main``, or the id of a section."""
    found = re.search(
        r"<main.*</main>" if place == "main" else rf'<section class="box" id="{place}".*?</section>', page, re.DOTALL
    )
    assert found is not None
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


async def does(browser: Browser, one: Resident, page: str, **fields: str) -> int:
    """Looks at what would go, and sends it; gives the status of what was refused, or that of the redirect."""
    await browser.get(path(one, page))
    fields = {"client_id": browser.field("client_id"), "seen": browser.field("seen"), **fields}
    looked = await browser.post(path(one, page, "preview"), **fields)
    return await sends(browser, one, page) if looked.status == 200 else looked.status


async def sends(browser: Browser, one: Resident, page: str) -> int:
    """Sends what was looked at."""
    sent = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', browser.page))
    sent = {name: html.unescape(value) for name, value in sent.items() if name != "csrf"}
    return (await browser.post(path(one, page), **sent)).status


# ---- the words -------------------------------------------------------------------------------------------------------


def test_there_are_words_for_everything() -> None:
    assert set(PHASES) == set(Phase)
    assert set(DELAYS) == set(DELAY_CODES)
    assert set(ANSWERS) == set(CREDITOR_ANSWERS)
    assert set(FAREWELL_TEXTS) == set(FAREWELLS)


# ---- phases ----------------------------------------------------------------------------------------------------------


async def test_what_is_looked_at_is_what_goes(balie: Balie, noor: Staff, fatima: Resident) -> None:
    browser = await balie.browser(noor)
    await browser.get(path(fatima))
    assert "● Aanmelding , bezig" in words(browser.page, "progress")
    await browser.get(path(fatima, "progress"))
    fields = {**BEGINS, "client_id": browser.field("client_id"), "seen": browser.field("seen")}
    assert (await browser.post(path(fatima, "progress/preview"), **fields)).status == 200
    assert await fatima.hears() == []
    looked = words(browser.page)
    assert "Nu begint deze stap: Gesprek." in looked
    assert 'dir="rtl"' in browser.page
    assert "Er is nog niets verstuurd." in looked
    assert (await browser.post(path(fatima, "progress"), **fields)).status == 303
    (told,) = await fatima.hears()
    assert (told.content.origin, told.content.language) == ("voortgang.told_begin", "ar")
    for part in told.content.text.split("\n\n"):
        assert " ".join(part.split()) in looked
    await browser.get(path(fatima))
    assert "● Gesprek , bezig" in words(browser.page, "progress")
    assert any(line.startswith("Stap: gesprek begonnen") for line in history(browser.page))


async def test_without_telling_the_page_says_so(balie: Balie, noor: Staff, fatima: Resident) -> None:
    browser = await balie.browser(noor)
    quiet = {name: value for name, value in BEGINS.items() if name != "tell"}
    await browser.get(path(fatima, "progress"))
    await browser.post(path(fatima, "progress/preview"), client_id="12345678", **quiet)
    assert "krijgt hier geen bericht van" in words(browser.page)
    assert await does(browser, fatima, "progress", **quiet) == 303
    assert await fatima.hears() == []
    await browser.get(path(fatima))
    assert any("zonder bericht" in line for line in history(browser.page))


async def test_a_page_that_is_old_by_now_is_refused(balie: Balie, noor: Staff, fatima: Resident) -> None:
    bas = await balie.add_staff("bas", "Bas")
    first, second = await balie.browser(noor), await balie.browser(bas)
    await second.get(path(fatima, "progress"))
    old = second.field("seen")
    assert await does(first, fatima, "progress", **BEGINS) == 303
    await fatima.hears()
    later = {**BEGINS, "phase": "plan", "seen": old, "client_id": "12345678"}
    assert (await second.post(path(fatima, "progress"), **later)).status == 409
    assert "Een collega veranderde net een stap." in words(second.page)
    assert await fatima.hears() == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"act": "move", "phase": "x", "how": "begin"}, "Kies eerst een stap"),
        ({"act": "move", "phase": "aanmelding", "how": "begin"}, "Deze stap is al bezig."),
        ({"act": "move", "phase": "plan", "how": "end"}, "Deze stap is niet (meer) bezig."),
        ({"act": "move", "phase": "plan", "how": "undo"}, "niets om terug te draaien"),
        ({"act": "delay", "reason": ""}, "Kies eerst waardoor"),
        ({"act": "delay", "reason": "judge", "until": "2026-12-01"}, "Deze dag kan niet."),
        ({"act": "delay", "reason": "busy", "until": "morgen"}, "Deze dag kan niet."),
        ({"act": "delay", "reason": "busy", "words": "x" * 601}, "te lang"),
        ({"act": "creditor", "creditor": " ", "answer": "agreed"}, "welke schuldeiser"),
        ({"act": "creditor", "creditor": "\u200b", "answer": "agreed"}, "welke schuldeiser"),
        ({"act": "creditor", "creditor": "Bank", "answer": ""}, "wat de schuldeiser antwoordde"),
    ],
)
async def test_what_cannot_be_is_said_in_words(
    balie: Balie, noor: Staff, fatima: Resident, fields: dict[str, str], said: str
) -> None:
    browser = await balie.browser(noor)
    await browser.get(path(fatima, "progress"))
    for place in ("progress/preview", "progress"):
        answer = await browser.post(path(fatima, place), client_id="12345678", **fields)
        assert answer.status in (400, 409)
        assert said in words(browser.page)
    assert await fatima.hears() == []
    assert await balie.town.rows(tables.phase) == []


@pytest.mark.parametrize(
    "fields", [{"act": "x"}, {}, {"act": "move", "client_id": "!"}, {"act": "delay", "client_id": ""}]
)
async def test_what_is_no_form_of_ours_changes_nothing(
    balie: Balie, noor: Staff, fatima: Resident, fields: dict[str, str]
) -> None:
    browser = await balie.browser(noor)
    await browser.get(path(fatima, "progress"))
    answer = await browser.post(path(fatima, "progress"), **{"client_id": "12345678", **fields})
    assert answer.status == 400


async def test_an_auditor_sees_where_someone_stands_and_moves_nothing(balie: Balie, fatima: Resident) -> None:
    browser = await balie.auditor(fatima)
    await browser.get(path(fatima))
    assert "● Aanmelding , bezig" in words(browser.page, "progress")
    assert "to-progress" not in browser.page
    for place in ("progress", "contact"):
        assert (await browser.get(path(fatima, place))).status == 403
    for place in ("progress", "progress/preview", "contact", "contact/preview"):
        assert (await browser.post(path(fatima, place), client_id="12345678", **BEGINS)).status == 403
    assert await balie.town.rows(tables.phase) == []


async def test_who_did_not_sign_up_has_nothing_to_move(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Jan")
    browser = await balie.browser(noor)
    await browser.get(path(one))
    assert "Nog niet aangemeld." in words(browser.page, "progress")
    for place in ("progress", "contact"):
        await browser.get(path(one, place))
        assert "heeft zich nog niet aangemeld" in words(browser.page)


# ---- news ------------------------------------------------------------------------------------------------------------


async def test_news_is_typed_once_marked_as_dutch_and_listed(balie: Balie, noor: Staff, fatima: Resident) -> None:
    browser = await balie.browser(noor)
    typed = "<i>Ik bel</i> & vraag het {name}"
    fields = {"act": "creditor", "creditor": "Vattenkracht", "answer": "refused", "words": typed}
    assert await does(browser, fatima, "progress", **fields) == 303
    (told,) = await fatima.hears()
    assert typed in told.content.text
    assert "بالهولندية" in told.content.text
    await browser.get(path(fatima, "progress"))
    assert "Vattenkracht doet niet mee" in words(browser.page)
    assert "<i>Ik bel" not in browser.page
    assert await does(browser, fatima, "progress", act="decision") == 303
    assert origins(await fatima.hears()) == ["voortgang.told_decision"]


async def test_what_was_typed_is_still_there_after_looking(balie: Balie, noor: Staff, fatima: Resident) -> None:
    browser = await balie.browser(noor)
    await browser.get(path(fatima, "progress"))
    fields = {"act": "delay", "reason": "busy", "words": "Sorry voor het wachten.", "client_id": "12345678"}
    await browser.post(path(fatima, "progress/edit"), **fields)
    assert "Sorry voor het wachten." in browser.page
    assert '<option value="busy" selected>' in browser.page


async def test_what_is_looked_at_has_the_dutch_first_as_in_the_conversation(
    balie: Balie, noor: Staff, fatima: Resident
) -> None:
    kim = await balie.add_staff("kim", "Kim")
    browser = await balie.browser(noor)
    for page, fields in {"progress": {"act": "delay", "reason": "busy"}, "contact": {"to": str(kim.id)}}.items():
        await browser.get(path(fatima, page))
        sent = {"client_id": browser.field("client_id"), "seen": browser.field("seen"), **fields}
        assert (await browser.post(path(fatima, page, "preview"), **sent)).status == 200
        assert re.findall(r'<section lang="(\w+)" [^>]*aria-label', browser.page)[:2] == ["nl", "ar"]
        assert f'<button formaction="{path(fatima, page)}/edit" id="edit">Terug en veranderen</button>' in browser.page


@pytest.mark.parametrize("to", ["", "preview"])
@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("progress", {"act": "delay", "reason": "busy", "words": "Sorry!"}),
        ("contact", {"to": "1", "welcome": "Sorry!"}),
    ],
)
async def test_of_a_file_that_became_one_with_another_nothing_typed_is_lost(
    balie: Balie, noor: Staff, fatima: Resident, page: str, fields: dict[str, str], to: str
) -> None:
    gone = await balie.resident("Fatma", "ar")
    browser = await balie.browser(noor)
    await browser.get("/desk")
    await balie.set(gone, queue="merged")
    await balie.set(gone, tables.person, merged_into=(await fatima.row()).person_id, key_id=0)
    response = await browser.post(path(gone, page, *([to] if to else [])), client_id="12345678", **fields)
    assert response.status == 409
    assert "samengevoegd met een ander dossier" in browser.page
    assert f'action="{path(fatima, page, "preview")}"' in browser.page
    assert "Sorry!" in browser.page
    assert await fatima.hears() == []


# ---- another contact -------------------------------------------------------------------------------------------------


async def test_another_contact_is_introduced(balie: Balie, noor: Staff, fatima: Resident) -> None:
    bas = await balie.add_staff("bas", "Bas")
    await takeover.assign(balie.house, fatima.conversation_id, noor.id, noor, client_id="assigned")
    await give_hours(balie, noor.id)
    await booked(balie, fatima, noor, on(1, "10:00"))
    await fatima.hears()
    browser = await balie.browser(noor)
    await browser.get(path(fatima, "contact"))
    said = words(browser.page)
    assert "Vast contact: Noor (u)" in said
    assert "Deze afspraken met Noor blijven staan." in said
    assert "dinsdag 24 november 10:00" in said or "10:00, bellen" in said
    assert f'<option value="{bas.id}"' in browser.page
    assert f'<option value="{noor.id}"' not in browser.page
    assert await does(browser, fatima, "contact", to=str(bas.id), ready="glad", welcome="Tot gauw!") == 303
    (told,) = await fatima.hears()
    assert told.content.origin == "voortgang.told_contact"
    assert "Tot gauw!" in told.content.text
    assert (await fatima.row()).assigned_to == bas.id
    await browser.get(path(fatima))
    assert "Vast contact: Bas" in words(browser.page, "progress")
    assert any(line.startswith("Ander contact: Noor → Bas") for line in history(browser.page))


async def test_the_ready_words_are_those_that_the_resident_gets(balie: Balie, noor: Staff, fatima: Resident) -> None:
    own = {"voortgang.farewell.glad": "Het was mij een genoegen.", "voortgang.welcome.ready": "Fijn u te treffen."}
    balie.house.tongue = load(("nl", "en", "ar"), {"nl": own})
    await takeover.assign(balie.house, fatima.conversation_id, noor.id, noor, client_id="assigned")
    browser = await balie.browser(noor)
    await browser.get(path(fatima, "contact"))
    for said in own.values():
        assert said in words(browser.page)


async def test_nobody_says_farewell_in_the_name_of_a_colleague_who_came_in_between(
    balie: Balie, noor: Staff, fatima: Resident
) -> None:
    kim, bas = await balie.add_staff("kim", "Kim"), await balie.add_staff("bas", "Bas")
    await takeover.assign(balie.house, fatima.conversation_id, noor.id, noor, client_id="assigned")
    browser = await balie.browser(noor)
    await browser.get(path(fatima, "contact"))
    form = {"to": str(bas.id), "words": "Ik ga met pensioen.", "client_id": browser.field("client_id")}
    looked = await browser.post(path(fatima, "contact", "preview"), seen=browser.field("seen"), **form)
    assert looked.status == 200
    await takeover.assign(balie.house, fatima.conversation_id, kim.id, kim, client_id="assigned again")
    await fatima.hears()
    assert await sends(browser, fatima, "contact") == 409
    assert "Het vaste contact is intussen iemand anders" in words(browser.page)
    assert "Woorden van Kim" in words(browser.page)
    assert await fatima.hears() == []
    assert (await fatima.row()).assigned_to == kim.id
    assert browser.field("seen") == str(kim.id)


async def test_only_who_meets_residents_can_be_their_contact(balie: Balie, noor: Staff, fatima: Resident) -> None:
    ans = await balie.add_staff("ans", "Ans", "auditor")
    browser = await balie.browser(noor)
    for to in (str(ans.id), "99", "x", ""):
        assert await does(browser, fatima, "contact", to=to, ready="glad") == 400
        assert "kan geen dossiers krijgen" in words(browser.page)
    assert await fatima.hears() == []


# ---- one's own number ------------------------------------------------------------------------------------------------


async def test_everyone_sees_to_their_own_number(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    await browser.get("/desk/me")
    assert "Naam: Noor" in words(browser.page)
    assert (await browser.post("/desk/me", phone=" ٠١٠  123 45 67 ")).status == 303
    (row,) = await balie.town.rows(tables.staff, id=noor.id)
    assert row.phone == "010 123 45 67"
    await browser.get("/desk/me?saved")
    assert "Het is bewaard." in words(browser.page)
    for wrong in ("bel mij", "123", "+", "0" * 26, "010-<b>1234567</b>", "0900 12 (" + "1" * 20):
        assert (await browser.post("/desk/me", phone=wrong)).status == 409
        assert "geen telefoonnummer" in words(browser.page)
    await browser.get("/desk/me")
    assert (await browser.post("/desk/me", phone="")).status == 303
    (row,) = await balie.town.rows(tables.staff, id=noor.id)
    assert row.phone is None
