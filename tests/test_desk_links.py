"""Personal links that fell into other hands: a caseworker ends them all, and that is on file."""

from __future__ import annotations

import re

import pytest

from bot import identity
from bot.errors import Refused
from storage import tables
from tests.support.desk import Balie


async def test_links_are_ended_after_asking_twice(balie: Balie) -> None:
    noor = await balie.add_staff("noor", "Noor")
    one, other = await balie.resident("Fatima"), await balie.resident("Omar")
    house = balie.house
    mine = [await identity.make_link(house, (await one.row()).person_id) for _ in range(2)]
    theirs = await identity.make_link(house, (await other.row()).person_id)
    browser = await balie.browser(noor)
    path = f"/desk/file/{one.conversation_id}"
    await browser.get(path)
    assert "Link kwijt of doorgestuurd?" in browser.page
    assert (await browser.post(f"{path}/end-links")).status == 409
    assert "De links werken nog." in browser.page
    assert (await identity.use_link(house, mine[0], None)).conversation_id == one.conversation_id
    for _ in range(2):
        assert (await browser.post(f"{path}/end-links", sure="yes")).status == 303
    for link in mine:
        with pytest.raises(Refused) as refused:
            await identity.use_link(house, link, None)
        assert refused.value.code == "unknown"
    assert (await identity.use_link(house, theirs, None)).conversation_id == other.conversation_id
    (event,) = await balie.town.rows(tables.event, kind="links_ended")
    assert (event.staff_id, event.conversation_id) == (noor.id, one.conversation_id)
    await browser.get(path)
    assert re.search(r"Persoonlijke links ingetrokken\s*<span class=\"quiet\">Noor, ", browser.page)
    again = await identity.make_link(house, (await one.row()).person_id)
    assert (await identity.use_link(house, again, None)).conversation_id == one.conversation_id


async def test_who_only_reads_along_ends_nothing(balie: Balie) -> None:
    one = await balie.resident("Fatima")
    link = await identity.make_link(balie.house, (await one.row()).person_id)
    browser = await balie.browser(await balie.add_staff("ans", "Ans", "auditor"))
    path = f"/desk/file/{one.conversation_id}"
    await browser.get(path)
    assert "Link kwijt" not in browser.page
    assert (await browser.post(f"{path}/end-links", sure="yes")).status == 403
    assert (await identity.use_link(balie.house, link, None)).conversation_id == one.conversation_id
