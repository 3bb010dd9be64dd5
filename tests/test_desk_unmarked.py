"""Appointments that are over and of which nobody said how it went: every caseworker sees them without looking."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import delete, update

from bot.agenda import acts
from bot.desk import access
from bot.desk.accounts import Staff
from storage import tables
from tests.support.desk import Balie, Browser
from tests.support.desk_agenda import booked, on, path, press
from tests.support.town import Resident

PAGES = pytest.mark.parametrize("page", ["/desk", "/desk/rows", "/desk/calendar", "/desk/calendar/parts"])


async def listed(browser: Browser, page: str = "/desk") -> list[str]:
    """What is listed there, as people read it."""
    assert (await browser.get(page)).status == 200
    found = re.search(r'<nav class="unmarked".*?</nav>', browser.page, re.DOTALL)
    assert found is not None
    lines = re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL)
    assert (" hidden>" in found[0].split("\n")[0]) is (not lines), "nothing is said where there is nothing"
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", line)).split()).replace(" ,", ",") for line in lines]


async def met(balie: Balie, by: Staff, name: str, clock: str, *who: Staff) -> tuple[Resident, int]:
    """Who had an appointment on Tuesday, and its number."""
    one = await balie.resident(name)
    return one, await booked(balie, one, by, on(1, clock), *who)


@PAGES
async def test_ones_own_come_first_then_those_of_colleagues_each_the_newest_first(
    balie: Balie, noor: Staff, page: str
) -> None:
    bas = await balie.add_staff("bas", "Bas")
    await met(balie, noor, "Jan", "12:00", bas)
    await met(balie, noor, "Fatima", "10:00")
    await met(balie, noor, "Ali", "11:00", bas, noor)
    balie.town.clock.to(on(1, "13:00"))
    browser = await balie.browser(noor)
    assert await listed(browser, page) == ["Ali, vandaag 11:00", "Fatima, vandaag 10:00", "Jan, vandaag 12:00 met Bas"]
    assert await balie.town.rows(tables.event, kind="looked") == [], "a list is no look into a file"


async def test_one_is_listed_when_it_is_over_and_until_it_is_marked(balie: Balie, noor: Staff) -> None:
    one, number = await met(balie, noor, "Fatima", "10:00")
    browser = await balie.browser(noor)
    for clock, found in (("9:59", []), ("10:00", []), ("10:29", []), ("10:30", ["Fatima, vandaag 10:00"])):
        balie.town.clock.to(on(1, clock))
        assert await listed(browser) == found, clock
    assert f'href="{path(one)}#appointment-{number}"' in browser.page
    await browser.get(path(one))
    assert f'id="appointment-{number}"' in browser.page, "there it leads"
    await press(browser, one, number, "held")
    assert await listed(browser) == []
    await press(browser, one, number, "no-show")
    assert await listed(browser) == []


async def test_what_was_cancelled_or_proposed_is_not_asked_about(balie: Balie, noor: Staff) -> None:
    one, number = await met(balie, noor, "Fatima", "10:00")
    await acts.cancel(balie.house, one.conversation_id, noor, number, client_id="cancel-1")
    other = await balie.resident("Jan")
    moments = [(on(1, "10:00"), [noor.id])]
    await acts.propose(balie.house, other.conversation_id, noor, kind="phone", moments=moments, client_id="propose-1")
    balie.town.clock.to(on(1, "13:00"))
    assert await listed(await balie.browser(noor)) == []


async def test_in_the_inbox_a_few_are_named_and_the_agenda_has_all(balie: Balie, noor: Staff) -> None:
    for n in range(7):
        await met(balie, noor, f"P{n}", f"{9 + n:02}:00")
    balie.town.clock.to(on(2, "9:00"))
    browser = await balie.browser(noor)
    lines = await listed(browser)
    assert lines == [*(f"P{n}, gisteren {9 + n:02}:00" for n in (6, 5, 4, 3)), "en nog 3"]
    assert 'href="/desk/calendar#unmarked"' in browser.page
    assert len(await listed(browser, "/desk/calendar?week=2027-W10")) == 7, "whatever week one looks at"


async def test_who_cannot_say_it_is_not_asked(balie: Balie, noor: Staff) -> None:
    await met(balie, noor, "Fatima", "10:00")
    balie.town.clock.to(on(1, "13:00"))
    for role in ("auditor", "beheerder"):
        staff = await balie.add_staff(role, role, role)
        assert await access.open_unmarked(balie.house, staff) == ()


async def test_nobody_is_asked_for_ever(balie: Balie, noor: Staff) -> None:
    await met(balie, noor, "Fatima", "10:00")
    browser = await balie.browser(noor)
    balie.town.clock.to(on(1, "10:00") + timedelta(days=91))
    assert len(await listed(browser)) == 1
    balie.town.clock.to(on(1, "10:00") + timedelta(days=93))
    assert await listed(browser) == []


async def test_of_who_was_erased_nothing_is_asked(balie: Balie, noor: Staff) -> None:
    one, _ = await met(balie, noor, "Fatima", "10:00")
    balie.town.clock.to(on(1, "13:00"))
    browser = await balie.browser(noor)
    assert len(await listed(browser)) == 1
    (person,) = await balie.town.rows(tables.person, id=(await one.row()).person_id)
    await balie.house.vault.destroy(person.key_id, 1)
    assert await listed(browser) == []


async def test_a_name_is_never_markup_and_may_be_none(balie: Balie, noor: Staff) -> None:
    await met(balie, noor, "<b>Fatima", "10:00")
    one, number = await met(balie, noor, "", "11:00")
    async with balie.house.db.begin() as conn:
        row = await one.row()
        await conn.execute(update(tables.person).where(tables.person.c.id == row.person_id).values(name_sealed=None))
    balie.town.clock.to(on(1, "13:00"))
    browser = await balie.browser(noor)
    first, second = await listed(browser)
    assert first.startswith(f"Zonder naam K-{one.conversation_id:06}")
    assert second == "<b>Fatima, vandaag 10:00"
    assert "<b>Fatima" not in browser.page
    async with balie.house.db.begin() as conn:  # of who left the team nobody is there
        gone = tables.appointment_staff.c.appointment_id == number
        await conn.execute(delete(tables.appointment_staff).where(gone))
    assert (await listed(browser))[-1].startswith("Zonder naam")
