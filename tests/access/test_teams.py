"""Files by team: who opens what, what lists show of the rest, and who is asked along."""

from __future__ import annotations

import pytest

from bot import takeover
from bot.desk import access
from bot.desk.access import Shut
from bot.errors import Refused
from storage import tables
from tests.support.desk import Browser
from tests.support.two_teams import WHY, TwoTeams, words

# ---- who opens what ------------------------------------------------------------------------------------------------


async def test_a_file_is_opened_by_its_team_and_by_who_coordinates(two: TwoTeams) -> None:
    assert await two.team() == two.noord
    assert [await two.opens(who) for who in (two.noor, two.zoe, two.samir)] == [True, False, True]
    with pytest.raises(Shut):
        await access.open_file(two.balie.house, two.zoe, two.file, acting=True)
    assert ("looked", two.zoe.id) not in await two.kinds()


async def test_a_file_of_no_team_is_everyone_s_as_where_there_are_no_teams(two: TwoTeams) -> None:
    other, bo = await two.balie.resident("Jan"), await two.balie.add_staff("bo", "Bo")
    assert [await two.opens(who, other) for who in (two.noor, two.zoe, bo)] == [True, True, True]
    assert not await two.opens(bo), "who is in no team opens no team's file"


async def test_other_roles_open_nothing_of_themselves(two: TwoTeams) -> None:
    other = await two.balie.resident("Jan")
    for role in ("auditor", "beheerder"):
        staff = await two.balie.add_staff(role, role, role)
        assert not await two.opens(staff)
        assert not await two.opens(staff, other)
        with pytest.raises(Refused, match="not_allowed"):
            await access.open_inbox(two.balie.house, staff, "bot")


async def test_who_takes_a_file_first_brings_it_to_their_team(two: TwoTeams) -> None:
    two.fatima = await two.balie.resident("Jan")
    assert await two.team() is None
    await takeover.take_over(two.balie.house, two.file, two.zoe)
    assert await two.team() == two.zuid
    assert not await two.opens(two.noor)


async def test_who_comes_to_help_does_not_take_it_along_and_who_is_given_it_does(two: TwoTeams) -> None:
    await takeover.take_over(two.balie.house, two.file, two.zoe)
    assert await two.team() == two.noord
    assert await two.opens(two.zoe), "it is theirs by name"
    await takeover.assign(two.balie.house, two.file, two.zoe.id, two.noor, client_id="bbbbbbbb")
    assert await two.team() == two.zuid
    assert not await two.opens(two.noor)
    await takeover.assign(two.balie.house, two.file, None, two.zoe, client_id="cccccccc")
    assert await two.team() == two.zuid


async def test_who_meets_them_opens_the_file_until_a_week_after(two: TwoTeams) -> None:
    await two.appointment(two.zoe)
    assert await two.opens(two.zoe)
    two.balie.town.clock.forward(days=6)
    assert await two.opens(two.zoe)
    two.balie.town.clock.forward(days=2)
    assert not await two.opens(two.zoe)


# ---- lists ---------------------------------------------------------------------------------------------------------


async def test_the_inbox_shows_what_one_may_open_and_counts_it(two: TwoTeams) -> None:
    await two.balie.resident("Jan")
    for staff, names in ((two.noor, {"Fatima", "Jan"}), (two.zoe, {"Jan"}), (two.samir, {"Fatima", "Jan"})):
        found = await access.open_inbox(two.balie.house, staff, "bot")
        assert {one.name for one in found.files} == names
        assert found.counts["bot"] == len(names)


async def test_a_search_says_that_there_is_something_elsewhere_and_nothing_more(two: TwoTeams) -> None:
    browser = await two.balie.browser(two.zoe)
    for typed in ("Fatima", f"K-{two.file}"):
        await browser.get("/desk", params={"q": typed})
        said = words(browser.page)
        assert "Ook gevonden, bij een ander team: K-" in said
        assert f'href="/desk/file/{two.file}/emergency"' in browser.page
        assert f'href="/desk/file/{two.file}"' not in browser.page
        assert "Noord" not in said
        assert "Noor" not in said
        assert said.count("Fatima") == (1 if typed == "Fatima" else 0), "only as it was typed"
        assert "Niets gevonden" not in said
    assert await two.kinds() == [("searched", two.zoe.id)], "that they searched is on record for who was found"
    await browser.get("/desk?q=niemand")
    assert "bij een ander team" not in words(browser.page)
    browser = await two.balie.browser(two.noor)
    await browser.get("/desk?q=Fatima")
    assert "bij een ander team" not in words(browser.page)


async def test_the_agenda_says_that_a_time_is_taken_and_whose_only_to_who_may_know(two: TwoTeams) -> None:
    now = await two.appointment(two.noor)
    for staff, title in ((two.noor, "Fatima"), (two.samir, "Fatima"), (two.zoe, "Bezet")):
        (one,) = await access.open_calendar(two.balie.house, staff, now - 1, now + 1)
        assert one.title == title
    browser = await two.balie.browser(two.zoe)
    await browser.get("/desk/calendar?who=team")
    assert "Bezet ander team" in words(browser.page)
    assert "Fatima" not in browser.page
    assert f"/desk/file/{two.file}" not in browser.page
    bo = await two.balie.add_staff("bo", "Bo", "beheerder")
    (one,) = await access.open_calendar(two.balie.house, bo, now - 1, now + 1)
    assert (one.title, one.name) == ("Bezet", None)
    browser = await two.balie.browser(bo)
    await browser.get(f"/desk/hours?who={two.noor.id}")
    assert "Bezet, " in words(browser.page), "it is outside her hours, of which there are none"
    assert "Fatima" not in browser.page
    assert f"/desk/file/{two.file}" not in browser.page


# ---- asked along ---------------------------------------------------------------------------------------------------


async def asks(browser: Browser, two: TwoTeams, **changed: str) -> int:
    await browser.get(f"/desk/file/{two.file}/access")
    fields = {"who": str(two.zoe.id), "days": "7", "reason": WHY, "client_id": "aaaaaaaa"} | changed
    return (await browser.post(f"/desk/file/{two.file}/access/ask", **fields)).status


async def test_a_colleague_is_asked_along_for_a_time_with_a_reason(two: TwoTeams) -> None:
    browser = await two.balie.browser(two.noor)
    assert await asks(browser, two) == 303
    assert await two.opens(two.zoe)
    found = await access.open_inbox(two.balie.house, two.zoe, "bot")
    assert [one.name for one in found.files] == ["Fatima"]
    assert await asks(browser, two) == 303, "the same form again is the same"
    (row,) = await two.balie.town.rows(tables.admission)
    assert (row.kind, row.granted_by) == ("asked", two.noor.id)
    assert WHY.encode() not in row.reason_sealed
    await browser.get(f"/desk/file/{two.file}/access")
    assert f"Gevraagd door Noor: {WHY}" in words(browser.page)
    two.balie.town.clock.forward(days=7, minutes=1)
    assert not await two.opens(two.zoe)


async def test_asking_along_is_ended_at_any_time(two: TwoTeams) -> None:
    browser = await two.balie.browser(two.noor)
    await asks(browser, two)
    (row,) = await two.balie.town.rows(tables.admission)
    stranger = await two.balie.browser(await two.balie.add_staff("bo", "Bo"))
    await stranger.get("/desk")
    assert (await stranger.post(f"/desk/file/{two.file}/access/{row.id}/end")).status == 403
    assert await two.opens(two.zoe)
    await browser.get(f"/desk/file/{two.file}/access")
    assert (await browser.post(f"/desk/file/{two.file}/access/{row.id}/end")).status == 303
    assert not await two.opens(two.zoe)


async def test_what_is_no_asking_along_is_said_and_what_was_typed_stays(two: TwoTeams) -> None:
    browser = await two.balie.browser(two.noor)
    for changed, said in (
        ({"reason": "kort"}, "ten minste tien letters"),
        ({"days": "8"}, "Kies voor hoe lang."),
        ({"days": "-1"}, "Kies voor hoe lang."),
        ({"who": str(two.samir.id)}, "collega"),
        ({"who": str(two.noor.id)}, "collega"),
        ({"who": "x"}, "collega"),
    ):
        assert await asks(browser, two, **changed) == 400
        assert said in words(browser.page)
    assert await asks(browser, two, who="999") == 400
    assert WHY in browser.page
    assert await two.balie.town.rows(tables.admission) == []


async def test_a_file_is_given_to_another_team_by_hand(two: TwoTeams) -> None:
    browser = await two.balie.browser(two.noor)
    page = f"/desk/file/{two.file}/access"
    for wrong in ("999", "x"):
        await browser.get(page)
        assert (await browser.post(f"{page}/team", team=wrong)).status == 400
    await browser.get(page)
    assert (await browser.post(f"{page}/team", team=str(two.zuid))).headers["Location"] == "/desk"
    assert await two.team() == two.zuid
    assert [await two.opens(who) for who in (two.noor, two.zoe)] == [False, True]
    (row,) = await two.balie.town.rows(tables.conversation, id=two.file)
    assert row.assigned_to is None, "it was of someone of the other team"
    browser = await two.balie.browser(two.samir)
    await browser.get(page)
    assert (await browser.post(f"{page}/team", team="")).status == 303
    assert await two.opens(two.noor)


# ---- the page of teams ---------------------------------------------------------------------------------------------


async def test_teams_are_made_named_closed_and_filled(two: TwoTeams) -> None:
    beheer = await two.balie.add_staff("bo", "Bo", "beheerder")
    browser = await two.balie.browser(beheer)
    await browser.get("/desk/teams")
    assert "Noord 1 collega, 1 dossier" in words(browser.page)
    for name, status in (("West", 303), ("  ", 409), ("NOORD", 409), ("x" * 61, 409)):
        assert (await browser.post("/desk/teams", name=name)).status == status, name
        await browser.get("/desk/teams")
    assert (await browser.post(f"/desk/teams/{two.zuid}/rename", name="noord")).status == 409
    await browser.get("/desk/teams")
    assert (await browser.post(f"/desk/teams/{two.zuid}/rename", name="ZUID")).status == 303
    assert (await browser.post(f"/desk/teams/members/{two.zoe.id}", team=str(two.noord))).status == 303
    assert await two.opens(two.zoe)
    for who, team in ((beheer.id, str(two.noord)), (two.zoe.id, "999"), (999, "")):
        await browser.get("/desk/teams")
        assert (await browser.post(f"/desk/teams/members/{who}", team=team)).status == 400


async def test_who_closes_a_team_says_where_its_files_and_colleagues_go(two: TwoTeams) -> None:
    browser = await two.balie.browser(two.samir)
    for to in ("", str(two.noord), "999", "x"):
        await browser.get("/desk/teams")
        assert (await browser.post(f"/desk/teams/{two.noord}/close", to=to)).status == 409, to
    await browser.get("/desk/teams")
    assert (await browser.post(f"/desk/teams/{two.noord}/close", to=str(two.zuid))).status == 303
    assert await two.team() == two.zuid
    assert [await two.opens(who) for who in (two.noor, two.zoe)] == [True, True]
    await browser.get("/desk/teams")
    assert "Noord" not in words(browser.page)
    assert (await browser.post("/desk/teams", name="Noord")).status == 303, "the name is free again"
    await browser.get("/desk/teams")
    assert (await browser.post(f"/desk/teams/{two.zuid}/close", to="all")).status == 303
    assert await two.team() is None
