"""One's own tasks: what was agreed that we do, over all files."""

from __future__ import annotations

import re

import pytest

from bot.agreements.acts import Line
from bot.desk.accounts import Staff
from storage import tables
from tests.support.agreements import FREE, FRIDAY, NEXT, PAPERS, POST, TODAY
from tests.support.desk import Balie, Browser
from tests.support.desk_agreements import agreed, agreements, words

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


def groups(page: str) -> list[tuple[str, list[str]]]:
    """Each span of days with what is in it."""
    found = re.findall(r'<section class="box" aria-labelledby="group-.*?</section>', page, re.DOTALL)
    return [
        (
            words(re.findall(r"<h2.*?</h2>", one, re.DOTALL)[0]),
            [words(it) for it in re.findall(r"<li.*?</li>", one, re.DOTALL)],
        )
        for one in found
    ]


def count(page: str) -> str:
    """What the header says of them."""
    found = re.search(r'<span class="badge" id="tasks-due"( hidden)?>(.*?)</span></span>', page, re.DOTALL)
    assert found is not None
    return "" if found[1] else words(found[2])


async def tick(browser: Browser) -> int:
    """The first one is done."""
    form = re.search(
        r'<form method="post" action="(/desk/file/\d+/agreements/\d+/settle)">(.*?)</form>', browser.page, re.DOTALL
    )
    assert form is not None
    given = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    response = await browser.post(form[1], **given)
    return response.status


async def test_late_first_then_today_this_week_later_and_without_a_day(balie: Balie, noor: Staff) -> None:
    one, other = await balie.resident("Fatima", "ar"), await balie.resident()
    await agreed(balie, one, noor, Line(PAPERS, TODAY, noor.id), Line(FREE, NEXT, noor.id), Line(POST, TODAY))
    balie.town.clock.forward(days=1)
    lines = (Line(PAPERS, None, noor.id), Line(PAPERS, FRIDAY, noor.id), Line(FREE, FRIDAY.replace(day=24), noor.id))
    await agreed(balie, other, noor, *lines)
    browser = await balie.browser(noor)
    assert (await browser.get("/desk/tasks")).status == 200
    said = groups(browser.page)
    assert [title for title, _ in said] == ["Te laat 1", "Vandaag 1", "Deze week 1", "Later 1", "Zonder dag 1"]
    assert said[0][1][0].startswith("Wij zoeken samen met u uw papieren uit. Fatima K-00000")
    assert "te laat: uiterlijk gisteren" in said[0][1][0]
    assert "Bel Kees van de woningbouw. Zonder naam" in said[1][1][0]
    assert "uiterlijk vandaag" in said[1][1][0]
    assert "Open uw post" not in browser.page, "what residents do is theirs"
    assert f'href="/desk/file/{one.conversation_id}#agreements"' in browser.page
    for path in ("/desk", "/desk/calendar", "/desk/tasks", f"/desk/file/{one.conversation_id}"):
        await browser.get(path)
        assert count(browser.page) == "2 voor vandaag of te laat", path
    await browser.get("/desk/rows")
    assert 'data-tasks="2"' in browser.page


async def test_it_is_ticked_off_there(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await agreed(balie, one, noor, Line(PAPERS, TODAY, noor.id))
    browser = await balie.browser(noor)
    await browser.get("/desk/tasks")
    assert await tick(browser) == 303
    await browser.get("/desk/tasks")
    assert "U heeft geen open taken." in browser.page
    assert count(browser.page) == ""
    assert [row.state for row in await agreements(balie, one)] == ["done"]
    assert len(await one.hears()) == 1


async def test_what_a_colleague_does_is_for_who_oversees(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima")
    samir = await balie.add_staff("samir", "Samir", "coordinator")
    await agreed(balie, one, noor, Line(PAPERS, TODAY, noor.id))
    seen = {}
    for staff in (
        noor,
        samir,
        await balie.add_staff("eva", "Eva"),
    ):
        browser = await balie.browser(staff)
        await browser.get("/desk/tasks")
        mine = "papieren" in browser.page
        await browser.get("/desk/tasks?who=team")
        seen[staff.name] = (
            mine,
            "papieren" in browser.page,
            "Van wie" in browser.page or "Alleen de uwe" in browser.page,
        )
        if staff is samir:
            assert "Taken van het team" in browser.page
            assert "· Noor ·" in words(browser.page)
    assert seen == {
        "Noor": (True, True, False),
        "Samir": (False, True, True),
        "Eva": (False, False, False),
    }


async def test_to_see_the_words_is_a_look_into_the_file_and_to_count_them_is_none(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await agreed(balie, one, noor, Line(PAPERS, TODAY, noor.id))
    browser = await balie.browser(noor)
    await browser.get("/desk")
    assert await balie.town.rows(tables.event, kind="looked") == []
    await browser.get("/desk/tasks")
    (look,) = await balie.town.rows(tables.event, kind="looked")
    assert (look.staff_id, look.conversation_id) == (noor.id, one.conversation_id)


async def test_of_who_was_erased_nothing_is_left(balie: Balie, noor: Staff) -> None:
    one, other = await balie.resident("Fatima"), await balie.resident("Jan")
    for each in (one, other):
        await agreed(balie, each, noor, Line(PAPERS, TODAY, noor.id))
    (person,) = await balie.town.rows(tables.person, id=(await one.row()).person_id)
    await balie.house.vault.destroy(person.key_id, 1)
    browser = await balie.browser(noor)
    await browser.get("/desk/tasks")
    assert "Fatima" not in browser.page
    assert "Jan" in browser.page
    assert count(browser.page) == "1 voor vandaag of te laat"


async def test_a_refusal_is_said_there(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    (number,) = await agreed(balie, one, noor, Line(PAPERS, TODAY, noor.id))
    browser = await balie.browser(noor)
    await browser.get("/desk/tasks")
    address = f"/desk/file/{one.conversation_id}/agreements/{number + 7}/settle"
    response = await browser.post(address, client_id="abcdefgh", state="done", back="tasks")
    assert response.status == 409
    assert "Deze afspraak is net veranderd." in browser.page
    assert "Uw taken" in browser.page


async def test_who_is_not_signed_in_is_asked_to(balie: Balie) -> None:
    browser = await balie.browser()
    assert (await browser.get("/desk/tasks")).status == 303
