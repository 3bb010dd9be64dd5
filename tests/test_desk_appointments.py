"""The appointments of a file at the desk: what stands there, what a caseworker does with them, and what is refused."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert, update

from bot.clock import to_ms
from bot.desk.accounts import Staff
from storage import tables
from tests.support.desk import Balie
from tests.support.desk_agenda import agreed, booked, chosen, detailed, on, path, plan, press, section


@pytest.fixture
async def samir(balie: Balie) -> Staff:
    return await balie.add_staff("samir", "Samir", "coordinator")


# ---- what stands there ---------------------------------------------------------------------------------------------


async def test_what_stands_comes_first_then_what_was(balie: Balie, noor: Staff, samir: Staff) -> None:
    one = await balie.resident()
    browser = await balie.browser(noor)
    await browser.get(path(one))
    assert "Er staat geen afspraak." in section(browser.page)
    for day in range(1, 7):
        await booked(balie, one, noor, on(day, "10:00"), samir)
    balie.town.clock.to(on(5, "12:00"))
    await browser.get(path(one))
    words = section(browser.page)
    places = [words.index(part) for part in ("di 24 november 10:00", "gisteren 10:00", "morgen 10:00")]
    assert places == sorted(places), "what waits for a word, then what comes"
    assert words.count("Hoe ging het?") == 5
    numbers = [row.id for row in await agreed(balie, one)]
    for number, act in zip(numbers, ("held", "no-show", "held", "held", "held"), strict=False):
        assert (await press(browser, one, number, act)).headers["Location"] == f"{path(one)}#appointments"
    await press(browser, one, numbers[5], "cancel")
    await browser.get(path(one))
    words = section(browser.page)
    assert "Er staat geen afspraak." in words
    assert words.index("Afgezegd door Noor") < words.index("Geweest") < words.index("Niet verschenen")
    assert "Nog 3 van eerder" in words
    assert '<details class="past" id="past-appointments">' in browser.page


async def test_what_the_person_said_stands_with_it(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"), kind="home")
    details = {
        "token": "geheim-token",
        "travel": 30,
        "place": "Dorpsstraat <1>",
        "phone": "0612345678",
        "company": True,
        "interpreter": "Arabisch",
        "access": ["rolstoel", "stil"],
        "remark": "bel maar drie keer",
        "differently": "home",
    }
    await detailed(balie, one, number, details, coming_at=1, news="said")
    browser = await balie.browser(noor)
    await browser.get(path(one))
    words = section(browser.page)
    for part in (
        "morgen 10:00 , bij de inwoner thuis, met Noor",
        "✓ De inwoner komt",
        "Nieuw: de inwoner schreef iets bij deze afspraak.",
        "Plek Dorpsstraat <1>",
        "Telefoon 0612345678",
        "Neemt iemand mee ja",
        "Tolk Arabisch",
        "Toegankelijkheid rolstoel, stil",
        "Opmerking bel maar drie keer",
        "Wat volgende keer helpt: bij de inwoner thuis",
    ):
        assert part in words, part
    assert "geheim-token" not in browser.page, "it opens the appointment in a calendar"
    assert (await press(browser, one, number, "seen")).status == 303
    await browser.get(path(one))
    assert "Nieuw:" not in section(browser.page)


async def test_only_who_is_there_says_that_the_news_was_seen(balie: Balie, noor: Staff, samir: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"), samir)
    await detailed(balie, one, number, {}, news="moved")
    browser = await balie.browser(noor)
    await browser.get(path(one))
    assert "Nieuw: de inwoner verzette deze afspraak." in section(browser.page)
    assert "Gezien" not in section(browser.page)
    assert (await browser.post(path(one, "appointments", number, "seen"), client_id="abcdefgh")).status == 303
    assert (await agreed(balie, one))[0].news == "moved"


@pytest.mark.parametrize(("others", "stays"), [(False, False), (True, True)])
async def test_who_moves_an_appointment_saw_what_was_new_about_it(
    balie: Balie, noor: Staff, samir: Staff, others: bool, stays: bool
) -> None:
    one = await balie.resident()
    who = samir if others else noor
    number = await booked(balie, one, noor, on(1, "10:00"), who)
    await detailed(balie, one, number, {}, news="booked")
    browser = await balie.browser(noor)
    fields = {**await plan(browser, one, f"?for=move:{number}"), "moment": chosen(on(2, "11:00"), who)}
    assert (await browser.post(path(one, "appointments", number, "move"), **fields)).status == 303
    await browser.get(path(one))
    assert ("Nieuw: de inwoner maakte deze afspraak zelf." in section(browser.page)) is stays


async def test_a_reminder_that_did_not_go_out_is_told_with_its_reason(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(3, "10:00"))
    other = await booked(balie, one, noor, on(4, "10:00"))
    for kind, reason in ((f"day:{number}", "opted_out"), (f"hours:{number}", "no_address"), (f"day:{other}", "moved")):
        async with balie.house.db.begin() as conn:
            statement = update(tables.ping).where(tables.ping.c.kind == f"afspraak.{kind}")
            await conn.execute(statement.values(state="dropped", reason=reason))
    browser = await balie.browser(noor)
    await browser.get(path(one))
    lines = re.findall(r"De herinnering [^<]*", browser.page)
    assert lines == [
        "De herinnering van een dag van tevoren is niet verstuurd: de inwoner wil geen berichten uit zichzelf (stop).",
        "De herinnering van twee uur van tevoren is niet verstuurd: er is geen weg om de inwoner te bereiken.",
    ]
    assert browser.page.index(lines[1]) < browser.page.index(f'id="appointment-{other}"')
    kinds = (f"afspraak.day:{number}", f"afspraak.hours:{number}")
    planned = {"conversation_id": one.conversation_id, "created_at": 1, "due_at": to_ms(on(2, "10:00"))}
    async with balie.house.db.begin() as conn:
        await conn.execute(insert(tables.ping), [{**planned, "kind": kind} for kind in kinds])
    await browser.get(path(one))
    assert "De herinnering" not in browser.page, "planned anew"


async def test_the_part_stays_the_same_until_something_changes(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await booked(balie, one, noor, on(1, "10:00"))
    browser = await balie.browser(noor)
    pages = []
    for _ in range(2):
        await browser.get(path(one, "parts?after=0"))
        pages.append(re.search(r'<section class="box" id="appointments".*?</section>', browser.page, re.DOTALL))
    assert pages[0] is not None
    assert pages[1] is not None
    assert pages[0][0] == pages[1][0], "an open page replaces what changed, and only that"


# ---- who may not ---------------------------------------------------------------------------------------------------

ACTS = ("move", "cancel", "held", "no-show")


async def test_an_auditor_sees_them_and_changes_nothing(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"))
    browser = await balie.auditor(one)
    await browser.get(path(one))
    assert "morgen 10:00 , bellen, met Noor" in section(browser.page)
    for label in ("Afzeggen", "Verzetten", "Nieuwe afspraak", "voorstellen"):
        assert label not in section(browser.page), label
    before = await balie.state()
    fields = {"client_id": "abcdefgh", "kind": "phone", "moment": chosen(on(2, "10:00"), noor)}
    for act in ("book", "propose", *(f"{number}/{act}" for act in (*ACTS, "seen"))):
        assert (await browser.post(path(one, "appointments", act), **fields)).status == 403, act
        await browser.get("/desk")
    assert await balie.state() == before


@pytest.mark.parametrize("act", ACTS)
async def test_the_appointment_of_someone_else_is_refused(balie: Balie, noor: Staff, act: str) -> None:
    one, other = await balie.resident(), await balie.resident()
    number = await booked(balie, other, noor, on(1, "10:00"))
    balie.town.clock.to(on(1, "10:05"))
    browser = await balie.browser(noor)
    await browser.get(path(one))
    before = await balie.state()
    fields = {"client_id": "abcdefgh", "moment": chosen(on(2, "10:00"), noor)}
    assert (await browser.post(path(one, "appointments", number, act), **fields)).status == 409
    assert "net veranderd of afgezegd" in browser.page
    assert (await browser.post(path(one, "appointments", 10**17, act), **fields)).status == 409
    assert await balie.state() == before
    assert (await agreed(balie, other))[0].state == "booked"


async def test_news_of_someone_else_is_not_taken_away(balie: Balie, noor: Staff) -> None:
    one, other = await balie.resident(), await balie.resident()
    number = await booked(balie, other, noor, on(1, "10:00"))
    await detailed(balie, other, number, {}, news="moved")
    browser = await balie.browser(noor)
    await browser.get(path(one))
    assert (await browser.post(path(one, "appointments", number, "seen"), client_id="abcdefgh")).status == 409
    assert (await agreed(balie, other))[0].news == "moved"


async def test_a_file_that_was_merged_opens_the_other_and_changes_nothing(balie: Balie, noor: Staff) -> None:
    one, other = await balie.resident(), await balie.resident("Fatima")
    number = await booked(balie, one, noor, on(1, "10:00"))
    browser = await balie.browser(noor)
    fields = {**await plan(browser, one), "moment": chosen(on(2, "10:00"), noor)}
    row, into = await one.row(), await other.row()
    async with balie.house.db.begin() as conn:
        merged = tables.conversation.update().where(tables.conversation.c.id == row.id)
        await conn.execute(merged.values(queue="merged"))
        known = tables.person.update().where(tables.person.c.id == row.person_id)
        await conn.execute(known.values(merged_into=into.person_id))
    for act in ("book", "propose", *(f"{number}/{act}" for act in ACTS)):
        assert (await browser.post(path(one, "appointments", act), **fields)).status == 409, act
        assert "samengevoegd met een ander dossier" in browser.page
        assert "Fatima" in browser.page
    assert (await browser.get(path(one, "plan"))).headers["Location"] == path(other)
    assert [kept.state for kept in await agreed(balie, one)] == ["booked"]


async def test_without_the_token_of_the_page_nothing_is_done(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    number = await booked(balie, one, noor, on(1, "10:00"))
    browser = await balie.browser(noor)
    before = await balie.state()
    fields = {"client_id": "abcdefgh", "kind": "phone", "moment": chosen(on(2, "10:00"), noor), "csrf": "x"}
    for act in ("book", "propose", *(f"{number}/{act}" for act in (*ACTS, "seen"))):
        assert (await browser.post(path(one, "appointments", act), **fields)).status == 403, act
    assert await balie.state() == before
