"""Two files that became one: what is left of the other leads there, and stands nowhere else."""

from __future__ import annotations

import re

import pytest

from bot.desk.accounts import Staff
from bot.reference import reference
from storage import tables
from tests.support.desk import Balie
from tests.support.town import Resident


@pytest.fixture
async def two(balie: Balie) -> tuple[Resident, Resident]:
    """The file that is left, and what became part of it."""
    left, gone = await balie.resident("Fatima"), await balie.resident("Fatma")
    await balie.set(left, queue="waiting_us")
    await balie.set(gone, queue="merged", due_at=1, urgency=3)
    await balie.set(gone, tables.person, merged_into=(await left.row()).person_id, key_id=0)
    return left, gone


async def test_its_address_leads_to_the_file_that_is_shown_and_looked_at(
    balie: Balie, noor: Staff, two: tuple[Resident, Resident]
) -> None:
    left, gone = two
    browser = await balie.browser(noor)
    found = await browser.get(f"/desk/file/{gone.conversation_id}")
    assert (found.status, found.headers["Location"]) == (303, f"/desk/file/{left.conversation_id}")
    assert await balie.town.rows(tables.event, kind="looked") == []
    assert (await browser.get(found.headers["Location"])).status == 200
    looks = await balie.town.rows(tables.event, kind="looked")
    assert [row.conversation_id for row in looks] == [left.conversation_id]
    for part in ("parts", "news"):
        assert (await browser.get(f"/desk/file/{gone.conversation_id}/{part}")).status == 409, part


async def test_what_was_typed_there_is_not_lost_and_changes_nothing(
    balie: Balie, noor: Staff, two: tuple[Resident, Resident]
) -> None:
    left, gone = two
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{left.conversation_id}")
    before = await balie.state()
    for act, field in (("reply", "text"), ("note", "note")):
        fields = {field: "Half af", "seen": "1", "client_id": "abcdefgh"}
        refused = await browser.post(f"/desk/file/{gone.conversation_id}/{act}", **fields)
        assert refused.status == 409
        assert "samengevoegd met een ander dossier" in browser.page
        assert ">Half af</textarea>" in browser.page
        assert f'action="/desk/file/{left.conversation_id}/{act}"' in browser.page
    assert await balie.state() == before


async def test_it_stands_in_no_queue_and_no_count(balie: Balie, noor: Staff, two: tuple[Resident, Resident]) -> None:
    _, gone = two
    await balie.set(gone, assigned_to=noor.id)
    browser = await balie.browser(noor)
    for queue in ("ours", "crisis", "new", "waiting_us", "waiting_them", "bot", "closed", "merged"):
        await browser.get(f"/desk?queue={queue}")
        assert f'id="file-{gone.conversation_id}"' not in browser.page, queue
    counts = dict(re.findall(r'id="queue-(\w+)".*?class="count">(\d+)<', browser.page, re.DOTALL))
    assert {queue for queue, number in counts.items() if number != "0"} == {"ours", "waiting_us"}


async def test_its_number_name_and_code_find_the_file_that_is_left(
    balie: Balie, noor: Staff, two: tuple[Resident, Resident]
) -> None:
    left, gone = two
    code = "7K3D-9QX-2MF"
    await balie.set(gone, tables.person, code_index=balie.house.vault.index("code", code))
    browser = await balie.browser(noor)
    for words in (reference(gone.conversation_id), reference(left.conversation_id), "fatma", "fatima"):
        await browser.get("/desk", params={"q": words})
        assert re.findall(r'class="row" id="file-(\d+)"', browser.page) == [str(left.conversation_id)], words
    found = await browser.get("/desk", params={"q": code})
    assert (found.status, found.headers["Location"]) == (303, f"/desk?q={reference(left.conversation_id)}")


async def test_what_leads_nowhere_is_gone(balie: Balie, noor: Staff) -> None:
    one = await balie.resident()
    await balie.set(one, queue="merged")
    browser = await balie.browser(noor)
    assert (await browser.get(f"/desk/file/{one.conversation_id}")).status == 404
