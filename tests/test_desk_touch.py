"""Keeping in touch at the desk: what is looked at goes; contacts are recorded; who hears, and what the file says."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest

from bot.contact.plans import ENDED
from bot.desk import touch_words
from bot.desk.accounts import Staff
from flows.aftercare import (
    BALANCES,
    CHANGES,
    FACES,
    NO_AFTERCARE,
    QUESTIONS,
    KeepMoment,
    Means,
    MomentKind,
    Part,
    PlanKind,
    Rhythm,
)
from storage import tables
from storage.inbox import CHECK_INS
from tests.support.contact import agrees, alarms, answers, asked, contacts, days, does, kept, last, standing, wanted
from tests.support.desk import Balie, Browser
from tests.support.desk_agenda import history, path
from tests.support.ending import signs_up
from tests.support.town import Resident, origins

PLAN = {"plan": "waakvlam:month", "weekday": "1", "part": "afternoon", "means": "chat"}


@pytest.fixture
async def sanne(balie: Balie, noor: Staff) -> Resident:
    """Someone who signed up, and is Noor's."""
    one = await signs_up(await balie.resident("Sanne", "ar"))
    await balie.set(one, assigned_to=noor.id)
    await one.hears()
    return one


def words(page: str, place: str = "main") -> str:
    """A part of the page as words on one line: ``main``, or the id of a section."""
    found = re.search(
        r"<main.*</main>" if place == "main" else rf'<section class="box" id="{place}".*?</section>', page, re.DOTALL
    )
    assert found is not None, place
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


async def looks(browser: Browser, one: Resident, **fields: str) -> int:
    """Looks at what would go; gives the status."""
    await browser.get(path(one, "touch"))
    fields = {"client_id": browser.field("client_id"), **fields}
    return (await browser.post(path(one, "touch/preview"), **fields)).status


async def sends(browser: Browser, one: Resident) -> int:
    """Sends what was looked at; gives the status."""
    sent = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', browser.page))
    sent = {name: html.unescape(value) for name, value in sent.items() if name != "csrf"}
    return (await browser.post(path(one, "touch"), **sent)).status


async def posts(browser: Browser, one: Resident, place: str, **fields: str) -> int:
    """Sends a form of the page as it is now; gives the status."""
    await browser.get(path(one, "touch"))
    fields = {"client_id": browser.field("client_id"), **fields}
    return (await browser.post(path(one, f"touch/{place}"), **fields)).status


# ---- the words -----------------------------------------------------------------------------------------------------


def test_there_are_words_for_everything() -> None:
    assert set(touch_words.KINDS) == set(touch_words.ABOUT) == set(PlanKind)
    assert set(touch_words.RHYTHM_WORDS) == set(Rhythm)
    assert set(touch_words.PARTS) == set(Part)
    assert set(touch_words.MEANS) == set(Means)
    assert tuple(touch_words.FACES) == FACES
    assert set(touch_words.BALANCES) == set(BALANCES)
    assert set(touch_words.CHANGES) == set(CHANGES)
    assert set(touch_words.QUESTIONS) == set(QUESTIONS)
    assert set(touch_words.MOMENTS) == set(MomentKind)
    assert set(touch_words.NO_AFTERCARE) == set(NO_AFTERCARE)
    assert set(touch_words.ENDED) == set(ENDED)
    assert set(touch_words.ASKS) == set(CHECK_INS)


# ---- the plan ------------------------------------------------------------------------------------------------------


async def test_what_is_looked_at_is_what_is_proposed(balie: Balie, noor: Staff, sanne: Resident) -> None:
    browser = await balie.browser(noor)
    await browser.get(path(sanne, "touch"))
    assert "Er is nu niets afgesproken." in words(browser.page, "agreed")
    assert await looks(browser, sanne, act="propose", **PLAN) == 200
    assert 'dir="rtl"' in browser.page
    looked = words(browser.page)
    assert "Er is nog niets verstuurd." in looked
    assert await sanne.hears() == []
    assert (await kept(balie.town, sanne)).proposed is None
    assert await sends(browser, sanne) == 303
    heard = await sanne.hears()
    assert [each.content.language for each in heard] == ["ar"] * len(heard)
    for part in heard[-1].content.text.split("\n\n"):
        assert " ".join(part.split()) in looked
    await browser.get(path(sanne, "touch"))
    said = words(browser.page, "agreed")
    assert "Voorgesteld door Noor" in said
    assert "Waakvlam: elke maand, op dinsdag in de middag, in de chat" in said
    await browser.get(path(sanne))
    assert any("waakvlam voorgesteld" in line for line in history(browser.page))
    assert "Voorgesteld, wacht op de inwoner" in words(browser.page, "touch")


async def test_what_was_agreed_in_a_talk_stands_at_once_and_is_paused_resumed_and_ended(
    balie: Balie, noor: Staff, sanne: Resident
) -> None:
    browser = await balie.browser(noor)
    assert await looks(browser, sanne, act="agree", **PLAN) == 200
    assert await sends(browser, sanne) == 303
    assert (await standing(balie.town, sanne)).state == "active"
    await browser.get(path(sanne, "touch"))
    assert "Volgend contact" in words(browser.page, "agreed")
    for act, fields, state in (
        ("pause", {"until": "2026-12-24"}, "paused"),
        ("resume", {}, "active"),
        ("pause", {"until": ""}, "paused"),
    ):
        await sanne.hears()
        assert await looks(browser, sanne, act=act, **fields) == 200
        assert await sends(browser, sanne) == 303
        assert (await standing(balie.town, sanne)).state == state
        assert origins(await sanne.hears()) != []
    await browser.get(path(sanne, "touch"))
    assert "tot iemand zegt dat het weer mag" in words(browser.page, "agreed")
    assert await looks(browser, sanne, act="end", reason="goals_met") == 200
    assert await sends(browser, sanne) == 303
    assert (await kept(balie.town, sanne)).stands is None
    await browser.get(path(sanne))
    told = history(browser.page)
    for what in (
        "afgesproken",
        "gepauzeerd tot en met donderdag 24 december 2026",
        "gaat weer door",
        "gestopt, de doelen zijn",
    ):
        assert any(what in line for line in told), (what, told)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"act": "propose"}, "Kies een soort"),
        ({"act": "agree", **PLAN, "plan": "waakvlam:week"}, "Kies een soort"),
        ({"act": "agree", **PLAN, "means": "phone", "weekday": "6"}, "Kies een soort"),
        ({"act": "agree", **PLAN, "part": "night"}, "Kies een soort"),
        ({"act": "pause", "until": "2026-12-24"}, "geen contact houden"),
        ({"act": "pause", "until": "straks"}, "Kies een dag"),
        ({"act": "resume"}, "geen contact houden"),
        ({"act": "end", "reason": "x"}, "Kies eerst waarom"),
        ({"act": "end", "reason": "goals_met"}, "geen contact houden"),
    ],
)
async def test_what_cannot_be_is_said_in_words(
    balie: Balie, noor: Staff, sanne: Resident, fields: dict[str, str], said: str
) -> None:
    browser = await balie.browser(noor)
    await browser.get(path(sanne, "touch"))
    for place in ("touch/preview", "touch"):
        answer = await browser.post(path(sanne, place), client_id="12345678", **fields)
        assert answer.status in (400, 409)
        assert said in words(browser.page)
    assert await sanne.hears() == []
    assert await balie.town.rows(tables.contact_plan) == []


@pytest.mark.parametrize("fields", [{"act": "x"}, {}, {"act": "resume", "client_id": "!"}])
async def test_what_is_no_form_of_ours_changes_nothing(
    balie: Balie, noor: Staff, sanne: Resident, fields: dict[str, str]
) -> None:
    browser = await balie.browser(noor)
    await browser.get(path(sanne, "touch"))
    before = await balie.state()
    assert (await browser.post(path(sanne, "touch"), **{"client_id": "12345678", **fields})).status == 400
    assert await balie.state() == before


async def test_the_form_that_was_refused_keeps_what_was_typed(balie: Balie, noor: Staff, sanne: Resident) -> None:
    browser = await balie.browser(noor)
    assert await looks(browser, sanne, act="agree", **{**PLAN, "means": "visit", "weekday": "5"}) == 409
    for chosen in ("waakvlam:month", "visit", "5", "afternoon"):
        assert f'<option value="{chosen}" selected>' in browser.page


# ---- contacts ------------------------------------------------------------------------------------------------------


async def test_answers_are_read_in_words_and_signs(balie: Balie, noor: Staff, sanne: Resident) -> None:
    await agrees(balie.town, sanne, noor)
    number = await asked(balie.town, sanne)
    await answers(
        balie.town, sanne, number, mood="bad", balance="no", changes=["work", "home"], words={"text": "<b>دين"}
    )
    browser = await balie.browser(noor)
    await browser.get(path(sanne, "touch"))
    said = words(browser.page, "contacts")
    assert "Hoe gaat het: 🙁 niet zo goed" in said
    assert "Komt rond: nee" in said
    assert "Veranderd: werk en wonen" in said
    assert "<b>دين" in said
    assert "<b>دين" not in browser.page
    assert "🙁" in words(browser.page, "year")
    assert "1. " not in said
    await browser.get(path(sanne))
    assert "Laatste keer: beantwoord: hoe gaat het 🙁 niet zo goed" in words(browser.page, "touch")


async def test_a_red_answer_stands_above_the_file_until_someone_takes_it_up(
    balie: Balie, noor: Staff, sanne: Resident
) -> None:
    await agrees(balie.town, sanne, noor)
    await answers(balie.town, sanne, await asked(balie.town, sanne), mood="awful", contact="yes")
    browser = await balie.browser(noor)
    await browser.get("/desk?queue=check_ins")
    assert "Check-in: wil contact, het gaat slecht" in words(browser.page)
    assert "Sanne" in words(browser.page)
    await browser.get(path(sanne))
    assert "Voor Noor: check-in: wil contact, het gaat slecht." in words(browser.page)
    assert any("Check-in vraagt iemand: wil contact, het gaat slecht" in line for line in history(browser.page))
    assert (await browser.post(path(sanne, "acknowledge"))).status == 303
    assert [row.acknowledged_by for row in await alarms(balie.town, sanne)] == [noor.id]
    await browser.get(path(sanne))
    assert "Ik pak dit op" not in browser.page


async def test_silence_waits_among_the_check_ins_until_it_was_answered_or_held(
    balie: Balie, noor: Staff, sanne: Resident
) -> None:
    await agrees(balie.town, sanne, noor, wanted(PlanKind.WATCH, Rhythm.MONTH))
    await asked(balie.town, sanne)
    await days(balie.town, 8)
    number = (await last(balie.town, sanne)).id
    browser = await balie.browser(noor)
    await browser.get("/desk?queue=check_ins")
    assert "Geen antwoord op check-in" in words(browser.page)
    await browser.get(path(sanne, "touch"))
    assert "geen antwoord" in words(browser.page, "held")
    fields = {
        "check_in": str(number),
        "how": "telefoon",
        "mood": "so_so",
        "changes-health": "yes",
        "words": "Was ziek.",
    }
    assert await posts(browser, sanne, "held", **fields) == 303
    assert (await contacts(balie.town, sanne))[0] == ("held", None)
    await browser.get(path(sanne, "touch"))
    said = words(browser.page, "contacts")
    assert "Contact gehad, door Noor , gevraagd" in said
    assert "Waakvlam, in de chat" not in said, "it was by telephone"
    assert "Hoe gaat het: 😐 gaat wel Veranderd: gezondheid Was ziek." in said
    await browser.get("/desk?queue=check_ins")
    assert "Sanne" not in words(browser.page)
    await browser.get(path(sanne))
    told = [line for line in history(browser.page) if "gehad" in line or "buiten de chat" in line]
    assert [line.partition(" Noor")[0] for line in told] == ["Contact gehad: waakvlam, telefoon"], "told once"
    assert await posts(browser, sanne, "held", **fields) == 409
    assert "net al vastgelegd" in words(browser.page)


async def test_a_call_that_is_ours_is_a_task_until_it_was_made(balie: Balie, noor: Staff, sanne: Resident) -> None:
    await agrees(balie.town, sanne, noor, wanted(means=Means.PHONE))
    await asked(balie.town, sanne)
    browser = await balie.browser(noor)
    await browser.get("/desk?queue=check_ins")
    assert "Belmoment vandaag" in words(browser.page)
    await sanne.hears()
    assert await posts(browser, sanne, "held", how="telefoon", mood="good", contact="no") == 303
    await browser.get("/desk?queue=check_ins")
    assert "Sanne" not in words(browser.page)
    assert await sanne.hears() == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"how": ""}, "Kies eerst hoe"),
        ({"how": "telefoon", "mood": "meh"}, "past niet bij de vraag"),
        ({"how": "telefoon", "changes-none": "yes", "changes-work": "yes"}, "past niet bij de vraag"),
        ({"how": "telefoon", "words": "x" * 601}, "te lang"),
        ({"how": "telefoon", "check_in": "999"}, "net al vastgelegd"),
    ],
)
async def test_what_cannot_be_recorded_is_said(
    balie: Balie, noor: Staff, sanne: Resident, fields: dict[str, str], said: str
) -> None:
    await agrees(balie.town, sanne, noor)
    browser = await balie.browser(noor)
    assert await posts(browser, sanne, "held", **fields) in (400, 409)
    assert said in words(browser.page)
    assert [state for state, _ in await contacts(balie.town, sanne)] == ["planned"]


async def test_the_same_form_twice_records_once(balie: Balie, noor: Staff, sanne: Resident) -> None:
    await agrees(balie.town, sanne, noor)
    browser = await balie.browser(noor)
    await browser.get(path(sanne, "touch"))
    fields = {"client_id": browser.field("client_id"), "how": "bezoek", "mood": "good"}
    for _ in range(2):
        assert (await browser.post(path(sanne, "touch/held"), **fields)).status == 303
    assert [state for state, _ in await contacts(balie.town, sanne)].count("held") == 1


# ---- evaluation, aftercare, hard moments ---------------------------------------------------------------------------


async def test_the_evaluation_has_a_clock_and_is_done_once(balie: Balie, noor: Staff, sanne: Resident) -> None:
    await agrees(balie.town, sanne, noor, wanted(PlanKind.WATCH, Rhythm.MONTH))
    browser = await balie.browser(noor)
    await browser.get(path(sanne, "touch"))
    assert "Evaluatie: nog" in words(browser.page, "agreed")
    before = (await kept(balie.town, sanne)).evaluated_by
    fields = {"client_id": "evaluated-1", "seen": str(before)}
    balie.town.clock.forward(days=30)
    assert (await browser.post(path(sanne, "touch/evaluated"), **fields)).status == 303
    after = (await kept(balie.town, sanne)).evaluated_by
    assert before is not None
    assert after is not None
    assert after > before
    assert (await browser.post(path(sanne, "touch/evaluated"), **{**fields, "client_id": "evaluated-2"})).status == 303
    assert len(await balie.town.rows(tables.event, kind="evaluated")) == 1
    await browser.get(path(sanne))
    assert any(line.startswith("Geëvalueerd") for line in history(browser.page))
    assert "Evaluatie:" in words(browser.page)


async def test_why_no_aftercare_is_possible_is_on_file_and_the_resident_hears_nothing(
    balie: Balie, noor: Staff, sanne: Resident
) -> None:
    await agrees(balie.town, sanne, noor, wanted(PlanKind.AFTERCARE, Rhythm.QUARTER))
    browser = await balie.browser(noor)
    assert await posts(browser, sanne, "no-aftercare", reason="", words="Blijft <b>staan</b>.") == 409
    assert html.escape("Blijft <b>staan</b>.") in browser.page
    assert await posts(browser, sanne, "no-aftercare", reason="moved", words="x" * 10_000) == 400
    assert '<option value="moved" selected>' in browser.page
    assert await posts(browser, sanne, "no-aftercare", reason="moved", words="Naar Zeist.") == 303
    assert await sanne.hears() == []
    assert (await kept(balie.town, sanne)).stands is None
    await browser.get(path(sanne))
    assert any("de inwoner is verhuisd (Naar Zeist.)" in line for line in history(browser.page))
    assert await posts(browser, sanne, "no-aftercare", reason="not_wanted", words="<b>Zei</b> ze.") == 303
    await browser.get(path(sanne, "touch"))
    said = words(browser.page, "no-aftercare-box")
    assert said.index("De inwoner wil het niet") < said.index("<b>Zei</b> ze.") < said.index("Naar Zeist.")
    assert "Noor" in said


async def test_hard_moments_are_read_in_their_own_words(balie: Balie, noor: Staff, sanne: Resident) -> None:
    on = date(2026, 12, 24)
    await does(balie.town, sanne, KeepMoment(0, "december", on, words="Kerst <i>alleen</i>", plan="Bel mijn zus"))
    browser = await balie.browser(noor)
    await browser.get(path(sanne, "touch"))
    said = words(browser.page, "moments")
    assert "Feestdagen in december donderdag 24 december 2026 Kerst <i>alleen</i>" in said
    assert "Bel mijn zus" in said
    assert "<i>" not in browser.page


async def test_who_paused_resumed_and_ended_it_is_on_file(balie: Balie, noor: Staff, sanne: Resident) -> None:
    await agrees(balie.town, sanne, noor)
    browser = await balie.browser(noor)
    for fields in ({"act": "pause"}, {"act": "resume"}, {"act": "end", "reason": "goals_met"}):
        assert await looks(browser, sanne, **fields) == 200
        assert await sends(browser, sanne) == 303
    await browser.get(path(sanne))
    lines = history(browser.page)[:3]
    assert all("Noor" in line for line in lines), lines
    assert "gestopt, de doelen zijn gehaald" in lines[0]
    await browser.get(path(sanne, "touch"))
    assert ": de doelen zijn gehaald" in words(browser.page, "agreed")


# ---- who may -------------------------------------------------------------------------------------------------------


async def test_who_only_reads_along_sees_it_and_changes_nothing(balie: Balie, noor: Staff, sanne: Resident) -> None:
    await agrees(balie.town, sanne, noor)
    auditor = await balie.auditor(sanne)
    assert (await auditor.get(path(sanne, "touch"))).status == 200
    assert "Vast contactmoment" in words(auditor.page)
    assert "<button" not in auditor.page[auditor.page.index("<main") :]
    before = await balie.state()
    for place in ("touch", "touch/preview", "touch/held", "touch/evaluated", "touch/no-aftercare"):
        assert (await auditor.post(path(sanne, place), client_id="12345678", act="resume")).status == 403
    assert await balie.state() == before


async def test_a_look_is_on_record(balie: Balie, noor: Staff, sanne: Resident) -> None:
    browser = await balie.browser(noor)
    await browser.get(path(sanne, "touch"))
    assert [row.staff_id for row in await balie.town.rows(tables.event, kind="looked")] == [noor.id]


async def test_nothing_is_styled_in_place(balie: Balie, noor: Staff, sanne: Resident) -> None:
    await agrees(balie.town, sanne, noor)
    await answers(balie.town, sanne, await asked(balie.town, sanne), mood="good")
    browser = await balie.browser(noor)
    await browser.get(path(sanne, "touch"))
    assert " style=" not in browser.page
    assert "<style" not in browser.page
    for judging in ("totaal", "gemiddeld", "score", "cijfer"):
        assert judging not in words(browser.page).lower()


async def test_who_is_not_known_to_have_signed_up_has_no_plan(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Piet")
    browser = await balie.browser(noor)
    assert await looks(browser, one, act="agree", **PLAN) == 409
    assert "nog niet aangemeld" in words(browser.page)
