"""Requests at the desk: who sees them, saying that it is them, refusing, erasing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.desk.accounts import Staff
from bot.own_data import proof
from flows.grammar import Tapped
from storage import tables
from tests.own_data.visiting import PIN, Pages, asks, has_pin, link_of, person, said, tap
from tests.support.desk import Balie, Browser
from tests.support.ending import signs_up
from tests.support.town import Resident

only_sqlite = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


@pytest.fixture
async def sam(balie: Balie) -> Resident:
    """Someone without a PIN who asked to see their data."""
    one = await balie.resident("Sam")
    assert await asks(one) == ""
    await one.says(Tapped("gegevens.know:ask"))
    return one


async def number(balie: Balie) -> int:
    return int((await balie.town.rows(tables.data_request))[-1].id)


async def at_request(balie: Balie, staff: Staff) -> tuple[Browser, str]:
    browser, path = await balie.browser(staff), f"/desk/requests/{await number(balie)}"
    assert (await browser.get(path)).status == 200
    return browser, path


async def sends(browser: Browser, path: str, **fields: str) -> int:
    """Posts the form of the last page; gives the status."""
    fields = {"client_id": browser.field("client_id"), **fields} if "client_id" in browser.page else fields
    return (await browser.post(path, **fields)).status


async def state(balie: Balie) -> str:
    return str((await balie.town.rows(tables.data_request))[-1].state)


async def test_who_knows_the_person_opens_the_page_for_them(
    balie: Balie, noor: Staff, sam: Resident, pages: Pages
) -> None:
    browser = await balie.browser(noor)
    await browser.get("/desk/requests")
    assert "Sam" in browser.page
    assert "Wacht op ons" in browser.page
    browser, path = await at_request(balie, noor)
    answer = await sends(browser, f"{path}/identify", how="called", words="Wist de naam van de hond")
    assert answer == 303
    (row,) = await balie.town.rows(tables.data_request)
    assert (row.state, row.identified_how, row.identified_by) == ("identified", "called", noor.id)
    assert b"hond" not in row.detail_sealed
    assert "Een medewerker zegt dat u het bent" in await said(sam)
    assert "mijn/" in await tap(sam, "gegevens.known:open")
    page = await (await pages.browser()).opens(await link_of(sam))
    assert (page.status, "Wat we van u weten" in page.flat) == (200, True)
    assert await state(balie) == "done"


@only_sqlite
async def test_that_holds_for_a_week(balie: Balie, noor: Staff, sam: Resident, pages: Pages) -> None:
    browser, path = await at_request(balie, noor)
    await sends(browser, f"{path}/identify", how="met")
    await browser.get(path)
    assert "De inwoner kan verder" in browser.page
    balie.town.clock.forward(days=proof.KNOWN.days)
    for page in (path, "/desk/requests"):
        await browser.get(page)
        assert "De inwoner kan verder" not in browser.page
        assert "nu vraagt die het opnieuw" in browser.page
    assert (await (await pages.browser()).opens(await link_of(sam))).status == 403
    assert await asks(sam) == ""


@only_sqlite
async def test_to_see_is_not_to_erase(balie: Balie, noor: Staff, sam: Resident, pages: Pages) -> None:
    browser, path = await at_request(balie, noor)
    await sends(browser, f"{path}/identify", how="met")
    own = await pages.browser()
    assert (await own.opens(await link_of(sam))).status == 200
    await own.get("/mijn/wissen")
    answer = await own.post("/mijn/wissen", sure="yes")
    assert (answer.status, "nog geen pincode" in answer.flat) == (403, True)
    assert (await person(sam)).erased_at is None
    assert await asks(sam, "wipe") == ""


@only_sqlite
async def test_what_is_posted_twice_happens_once(balie: Balie, noor: Staff, sam: Resident) -> None:
    browser, path = await at_request(balie, noor)
    page, before = browser.page, len(await sam.messages())
    for _ in range(2):
        browser.page = page
        assert await sends(browser, f"{path}/identify", how="met") == 303
    assert len(await sam.messages()) == before + 1


@only_sqlite
@pytest.mark.parametrize("how", ["", "pin", "guessed"])
async def test_how_one_knows_is_said(balie: Balie, noor: Staff, sam: Resident, how: str) -> None:
    browser, path = await at_request(balie, noor)
    answer = await sends(browser, f"{path}/identify", how=how, words="Staat er nog")
    assert answer != 303
    assert "Kies hoe u weet" in browser.page
    assert "Staat er nog" in browser.page
    assert await state(balie) == "asked"


async def test_refused_with_a_reason_and_what_one_can_do(balie: Balie, noor: Staff, sam: Resident) -> None:
    browser, path = await at_request(balie, noor)
    assert await sends(browser, f"{path}/refuse", why=" ") != 303
    assert await sends(browser, f"{path}/refuse", why="We weten niet zeker wie dit vroeg.") == 303
    heard = await said(sam)
    assert "We weten niet zeker wie dit vroeg." in heard
    assert "bezwaar" in heard
    assert "Autoriteit Persoonsgegevens" in heard
    assert await state(balie) == "refused"
    await browser.get(path)
    assert "Ja, dit is de inwoner" not in browser.page
    assert await sends(browser, f"{path}/identify", how="met") != 303
    assert await state(balie) == "refused"


@only_sqlite
async def test_a_request_of_another_team_is_nowhere(balie: Balie, noor: Staff, sam: Resident) -> None:
    async with balie.house.db.begin() as conn:
        made = tables.team.insert().values(name="Zuid", created_at=0).returning(tables.team.c.id)
        team = (await conn.execute(made)).scalar_one()
    await balie.set(sam, tables.conversation, team_id=team)
    browser = await balie.browser(noor)
    await browser.get("/desk/requests")
    assert "Sam" not in browser.page
    assert (await browser.get(f"/desk/requests/{await number(balie)}")).status == 404
    assert (await browser.post(f"/desk/requests/{await number(balie)}/identify", how="met")).status == 404
    assert await state(balie) == "asked"


@only_sqlite
async def test_only_a_coordinator_erases_and_only_who_is_known(balie: Balie, noor: Staff, sam: Resident) -> None:
    await asks(sam, "wipe")
    await sam.says(Tapped("gegevens.wipe_page:ask"))
    anna = await balie.add_staff("anna", "Anna", "coordinator", password="een-heel-goed-wachtwoord")
    browser, path = await at_request(balie, anna)
    assert "Wis het nu" not in browser.page
    assert await sends(browser, f"{path}/erase", sure="yes") != 303 or (await person(sam)).erased_at is None
    other, _ = await at_request(balie, noor)
    assert await sends(other, f"{path}/identify", how="met") == 303
    await other.get(path)
    assert "Een coördinator kan het" in other.page
    assert await sends(other, f"{path}/erase", sure="yes") == 403
    assert (await person(sam)).erased_at is None


async def test_a_coordinator_erases(balie: Balie, noor: Staff, sam: Resident) -> None:
    await asks(sam, "wipe")
    await sam.says(Tapped("gegevens.wipe_page:ask"))
    browser, path = await at_request(balie, noor)
    assert await sends(browser, f"{path}/identify", how="met") == 303
    anna = await balie.add_staff("anna", "Anna", "coordinator")
    browser, path = await at_request(balie, anna)
    assert "Wis het nu" in browser.page
    assert await sends(browser, f"{path}/erase") != 303
    assert "Er is niets gewist" in browser.page
    assert await sends(browser, f"{path}/erase", sure="yes") == 303
    assert (await person(sam)).erased_at is not None
    (row,) = [one for one in await balie.town.rows(tables.data_request) if one.kind == "erasure"]
    assert (row.state, row.done_by) == ("done", anna.id)
    looked = [one.kind for one in await balie.town.rows(tables.look) if one.staff_id == anna.id]
    assert "erased" in looked
    await browser.get("/desk/requests?erased=1")
    assert "Het is gewist" in browser.page


@only_sqlite
async def test_with_an_open_case_the_file_stays_and_that_is_said(balie: Balie, noor: Staff) -> None:
    one = await signs_up(await balie.resident("Sam"))
    await asks(one, "wipe")
    await one.says(Tapped("gegevens.wipe_page:ask"))
    browser, path = await at_request(balie, noor)
    await sends(browser, f"{path}/identify", how="met")
    await browser.get(path)
    assert "de hulp loopt nog" in browser.page


@only_sqlite
async def test_answered_within_a_month(balie: Balie, noor: Staff, sam: Resident) -> None:
    (row,) = await balie.town.rows(tables.data_request)
    asked, due = (balie.town.house.calendar.day_of(balie.town.clock.now()), row.due_at)
    assert (asked.isoformat(), due - row.asked_at < timedelta(days=31) / timedelta(milliseconds=1)) == (
        "2026-11-23",
        True,
    )
    balie.town.clock.forward(days=32)
    browser = await balie.browser(noor)
    await browser.get("/desk/requests")
    assert "te laat" in browser.page


async def test_who_is_known_can_still_take_back_that_it_is_erased(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Sam")
    await asks(one, "wipe")
    await tap(one, "gegevens.wipe_page:ask")
    browser, path = await at_request(balie, noor)
    await sends(browser, f"{path}/identify", how="met")
    assert "mijn/" in await tap(one, "gegevens.known:open")
    assert "We vergeten uw vraag" in await tap(one, "gegevens.wipe_page:withdraw")
    assert await state(balie) == "withdrawn"
    mia = await balie.add_staff("mia", "Mia", "coordinator")
    browser, path = await at_request(balie, mia)
    assert "Wis het nu" not in browser.page
    assert await sends(browser, f"{path}/erase", sure="yes") != 303
    assert (await person(one)).erased_at is None


@only_sqlite
async def test_taken_back_in_the_moment_that_a_colleague_answers_it_is_taken_back(
    balie: Balie, noor: Staff, sam: Resident
) -> None:
    await asks(sam)
    async with balie.town.house.db.begin() as conn:
        about = (await balie.town.rows(tables.data_request))[-1]
        known = {"state": "identified", "identified_how": "met", "identified_at": about.asked_at}
        await conn.execute(update(tables.data_request).values(**known))
    assert "We vergeten uw vraag" in await tap(sam, "gegevens.know:withdraw")
    assert await state(balie) == "withdrawn"


@only_sqlite
async def test_asked_again_after_a_week_there_is_one_request(balie: Balie, noor: Staff, sam: Resident) -> None:
    browser, path = await at_request(balie, noor)
    await sends(browser, f"{path}/identify", how="met")
    balie.town.clock.forward(days=proof.KNOWN.days)
    assert await asks(sam) == ""
    await tap(sam, "gegevens.know:withdraw")
    await asks(sam)
    await tap(sam, "gegevens.know:ask")
    rows = await balie.town.rows(tables.data_request)
    assert [row.state for row in rows] == ["withdrawn", "asked"]


async def test_who_forgot_their_pin_asks_a_colleague(balie: Balie, noor: Staff, pages: Pages) -> None:
    one = await has_pin(await balie.resident("Sam"))
    link = await asks(one)
    browser = await pages.browser()
    assert "Pincode vergeten? Vraag het aan uw medewerker." in (await browser.get(f"/mijn/{link}")).flat
    assert "Een medewerker kijkt ernaar" in await tap(one, "gegevens.know:ask")
    assert await state(balie) == "asked"
    assert await asks(one)  # should it come to mind
    assert "Uw vraag ligt bij een medewerker" in await said(one)
    desk, path = await at_request(balie, noor)
    await sends(desk, f"{path}/identify", how="called")
    assert (await browser.opens(await link_of(one))).status == 200


@only_sqlite
async def test_what_is_over_is_not_told_to_go_on(balie: Balie, noor: Staff, sam: Resident, pages: Pages) -> None:
    browser, path = await at_request(balie, noor)
    await sends(browser, f"{path}/identify", how="met")
    balie.town.clock.forward(days=proof.KNOWN.days)
    await has_pin(sam)
    page = await (await pages.browser()).opens(await link_of(sam), pin=PIN)
    assert "Wat weten jullie van mij?" in page.flat
    assert "u kunt verder" not in page.flat
