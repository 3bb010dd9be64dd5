"""Opening a file in an emergency: with a reason, for a time, and seen by a coordinator."""

from __future__ import annotations

from sqlalchemy import update

from bot import takeover
from bot.desk import access
from bot.desk.access import admitting
from bot.privacy import looks
from storage import tables
from tests.support.two_teams import WHY, TwoTeams, words


async def test_who_may_not_open_it_gives_a_reason_and_then_may_for_an_hour(two: TwoTeams) -> None:
    browser, page = await two.balie.browser(two.zoe), f"/desk/file/{two.file}"
    assert (await browser.get(page)).headers["Location"] == f"{page}/emergency"
    assert (await browser.get(f"{page}/parts")).status == 403
    await browser.get(f"{page}/emergency")
    assert "Fatima" not in browser.page
    assert (await browser.post(f"{page}/emergency", reason="x")).status == 400
    assert (await browser.post(f"{page}/emergency", reason="x" * 501)).status == 400
    assert await two.balie.town.rows(tables.admission) == []
    assert (await browser.post(f"{page}/emergency", reason=WHY)).headers["Location"] == page
    assert (await browser.get(page)).status == 200
    assert "Fatima" in browser.page
    assert (await browser.get(f"{page}/emergency")).headers["Location"] == page
    assert await two.kinds() == [("emergency", two.zoe.id), ("looked", two.zoe.id)]
    two.balie.town.clock.forward(minutes=61)
    assert not await two.opens(two.zoe)


async def test_who_is_there_in_an_emergency_cannot_make_that_longer(two: TwoTeams) -> None:
    await admitting.begin_emergency(two.balie.house, two.zoe, two.file, WHY)
    browser, page = await two.balie.browser(two.zoe), f"/desk/file/{two.file}/access"
    bo = await two.balie.add_staff("bo", "Bo")
    await admitting.ask_along(two.balie.house, two.noor, two.file, bo.id, 7, WHY, client_id="dddddddd")
    own, asked = [row.id for row in await two.balie.town.rows(tables.admission)]
    await browser.get(page)
    assert f"{page}/ask" not in browser.page
    assert f"{page}/team" not in browser.page
    for act, fields in (
        ("team", {"team": str(two.zuid)}),
        ("ask", {"who": str(two.zoe.id), "days": "90", "reason": WHY, "client_id": "eeeeeeee"}),
        (f"{asked}/end", {}),
    ):
        assert (await browser.post(f"{page}/{act}", **fields)).status == 403, act
        await browser.get(page)
    await browser.get(f"/desk/file/{two.file}")
    given = {"to": str(two.zoe.id), "client_id": "ffffffff"}
    assert (await browser.post(f"/desk/file/{two.file}/assign", **given)).status == 403
    assert await two.team() == two.noord
    assert await two.opens(bo)
    assert (await browser.post(f"{page}/{own}/end")).headers["Location"] == "/desk"
    assert not await two.opens(two.zoe)


async def test_every_coordinator_sees_it_until_one_of_them_says_so(two: TwoTeams) -> None:
    await admitting.begin_emergency(two.balie.house, two.zoe, two.file, WHY)
    one = await two.balie.browser(two.samir)
    other = await two.balie.browser(await two.balie.add_staff("ria", "Ria", "coordinator"))
    for browser in (one, other):
        await browser.get("/desk")
        assert 'id="emergencies"' in browser.page
        await browser.get("/desk/emergencies")
        said = words(browser.page)
        for part in ("Zoë", "Fatima", "Noord", WHY, "nog niet gezien"):
            assert part in said
    (row,) = await two.balie.town.rows(tables.admission)
    assert (await one.post(f"/desk/emergencies/{row.id}/seen")).status == 303
    await other.get("/desk/emergencies")
    assert "Gezien door Samir" in words(other.page)
    assert 'id="emergencies"' not in other.page
    await other.post(f"/desk/emergencies/{row.id}/seen")
    (row,) = await two.balie.town.rows(tables.admission)
    assert row.seen_by == two.samir.id, "the first counts"


async def test_who_takes_a_conversation_over_in_an_emergency_keeps_it_no_longer_than_that(two: TwoTeams) -> None:
    house = two.balie.house
    await admitting.begin_emergency(house, two.zoe, two.file, WHY)
    await takeover.take_over(house, two.file, two.zoe)
    two.balie.town.clock.forward(minutes=61)
    assert await two.opens(two.zoe), "who is talking goes on talking"
    await takeover.hand_back(house, two.file, two.zoe)
    assert not await two.opens(two.zoe)
    assert await two.opens(two.noor)


async def test_nobody_says_of_their_own_emergency_that_it_was_seen(two: TwoTeams) -> None:
    await admitting.begin_emergency(two.balie.house, two.zoe, two.file, WHY)
    async with two.balie.house.db.begin() as conn:
        promoted = update(tables.staff).where(tables.staff.c.id == two.zoe.id).values(role="coordinator")
        await conn.execute(promoted)
    browser = await two.balie.browser(two.zoe)
    await browser.get("/desk/emergencies")
    (row,) = await two.balie.town.rows(tables.admission)
    assert f"/desk/emergencies/{row.id}/seen" not in browser.page
    await browser.post(f"/desk/emergencies/{row.id}/seen")
    assert [row.seen_at for row in await two.balie.town.rows(tables.admission)] == [None]


async def test_while_an_alarm_rings_anyone_who_helps_reaches_them_and_that_is_on_record(two: TwoTeams) -> None:
    await two.alarm("acknowledged")
    await two.alarm(kind="contact")
    assert not await two.opens(two.zoe)
    await two.alarm()
    found = await access.open_inbox(two.balie.house, two.zoe, "ours")
    assert [(one.name, one.shut) for one in found.files] == [(None, True)]
    browser = await two.balie.browser(two.zoe)
    await browser.get("/desk")
    assert "Ander team" in words(browser.page)
    assert "Fatima" not in browser.page
    assert (await browser.get(f"/desk/file/{two.file}")).status == 200
    assert "Fatima" in browser.page
    assert await two.kinds() == [("emergency", two.zoe.id), ("looked", two.zoe.id)]
    await takeover.acknowledge(two.balie.house, two.file, two.zoe)
    assert await two.opens(two.zoe), "for as long as any emergency"
    browser = await two.balie.browser(two.samir)
    await browser.get("/desk/emergencies")
    assert "Er ging een alarm af" in words(browser.page)
    auditor = await two.balie.add_staff("ans", "Ans", "auditor")
    assert not await two.opens(auditor)


async def test_an_emergency_s_reason_goes_with_the_person_s_key(two: TwoTeams) -> None:
    await admitting.begin_emergency(two.balie.house, two.zoe, two.file, WHY)
    (row,) = await two.balie.town.rows(tables.admission)
    assert WHY.encode() not in row.reason_sealed
    (person,) = await two.balie.town.rows(tables.person)
    await two.balie.house.vault.destroy(person.key_id, 1)
    browser = await two.balie.browser(two.samir)
    assert (await browser.get("/desk/emergencies")).status == 200
    assert WHY not in browser.page
    assert "gewist" in words(browser.page)


async def test_what_someone_asks_of_who_saw_their_data_has_all_of_it(two: TwoTeams) -> None:
    await two.opens(two.noor)
    await admitting.begin_emergency(two.balie.house, two.zoe, two.file, WHY)
    person_id = (await two.fatima.row()).person_id
    seen = await looks.of_person(two.balie.house, person_id)
    assert [(one.kind, one.name, one.role) for one in seen] == [
        ("emergency", "Zoë", "caseworker"),
        ("looked", "Noor", "caseworker"),
    ]
