"""A PIN that a resident forgot: a caseworker who knows whom they speak takes it away, and that is on file."""

from __future__ import annotations

import re

import pytest

from bot import identity
from bot.desk.accounts import Staff
from bot.own_data import proof
from storage import tables
from tests.support.desk import Balie
from tests.support.town import Resident


@pytest.fixture
async def one(balie: Balie) -> Resident:
    made = await balie.resident("Fatima")
    whom = await identity.find(balie.house, "webchat", made.external_id)
    assert whom is not None
    await identity.set_pin(balie.house, whom, "2580", None)
    return made


async def has_pin(balie: Balie, one: Resident) -> bool:
    (row,) = await balie.town.rows(tables.person, id=(await one.row()).person_id)
    return row.pin_sealed is not None


async def test_a_forgotten_pin_is_taken_away_after_asking_twice(balie: Balie, noor: Staff, one: Resident) -> None:
    browser = await balie.browser(noor)
    path = f"/desk/file/{one.conversation_id}"
    async with balie.house.db.begin() as conn:
        await proof.add_link(conn, (await one.row()).person_id)
    await browser.get(path)
    assert "Ga eerst na wie u spreekt" in browser.page
    assert (await browser.post(f"{path}/remove-pin")).status == 400
    assert "Kruis eerst aan dat u zeker weet wie u spreekt." in browser.page
    assert await has_pin(balie, one)
    assert (await browser.post(f"{path}/remove-pin", sure="yes")).status == 303
    assert not await has_pin(balie, one)
    (link,) = await balie.town.rows(tables.personal_link, purpose="data")
    assert link.revoked_at is not None, "whoever knew it does not read on"
    (event,) = await balie.town.rows(tables.event, kind="pin_removed")
    assert (event.staff_id, event.conversation_id) == (noor.id, one.conversation_id)
    await browser.get(path)
    assert re.search(r"Pincode verwijderd\s*<span class=\"quiet\">Noor, ", browser.page)
    assert "Pincode vergeten?" not in browser.page
    assert (await browser.post(f"{path}/remove-pin", sure="yes")).status == 303
    assert len(await balie.town.rows(tables.event, kind="pin_removed")) == 1, "there was none any more"


async def test_who_only_reads_along_removes_nothing(balie: Balie, one: Resident) -> None:
    browser = await balie.auditor(one)
    path = f"/desk/file/{one.conversation_id}"
    await browser.get(path)
    assert "Pincode vergeten?" not in browser.page
    assert (await browser.post(f"{path}/remove-pin", sure="yes")).status == 403
    assert await has_pin(balie, one)
