"""The desk sees who reads along and who wrote what, keeps a reply from them, and ends it when the person asks."""

from __future__ import annotations

import re

import pytest

from bot import takeover
from bot.desk.accounts import Staff
from flows.grammar import Tapped, Typed
from storage import tables
from tests.support.desk import Balie
from tests.support.helping import helped
from tests.support.town import Town

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


async def test_the_file_names_who_reads_along_and_who_wrote(town: Town, balie: Balie, noor: Staff) -> None:
    one = await town.resident()
    helper = await helped(one)
    await one.taps("!menu")
    await helper.says(Tapped("!go:uitleg"))
    page = await (await (await balie.browser(noor)).get(f"/desk/file/{one.conversation_id}")).text()
    assert "leest mee en mag meeschrijven, tot en met" in page
    assert "Samira (helpt de inwoner)" in page
    assert "leest mee, op verzoek van de inwoner" in page


async def test_what_a_helper_told_of_a_danger_is_seen_there_alone(town: Town, balie: Balie, noor: Staff) -> None:
    one = await town.resident()
    helper = await helped(one)
    await one.taps("!menu")
    await helper.says(Typed("haar man slaat haar"))
    page = await (await (await balie.browser(noor)).get(f"/desk/file/{one.conversation_id}")).text()
    assert "haar man slaat haar" in page
    assert "Alleen hier te zien, niet voor de inwoner" in page


async def test_a_reply_is_kept_from_who_reads_along(town: Town, balie: Balie, noor: Staff) -> None:
    one = await town.resident()
    helper = await helped(one)
    await takeover.take_over(town.house, one.conversation_id, noor)
    desk = await balie.browser(noor)
    where = f"/desk/file/{one.conversation_id}"
    page = await (await desk.get(where)).text()
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    form = {"seen": seen[1], "client_id": "1" * 8 + "-1111-1111-1111-" + "1" * 12}
    await desk.post(f"{where}/reply", **form, text="Alleen voor u.", private="yes")
    assert [row.private for row in await town.rows(tables.message, author="caseworker")] == [1]
    assert "Alleen voor u." not in await helper.reads()


async def test_it_is_ended_at_the_desk_on_the_persons_word(town: Town, balie: Balie, noor: Staff) -> None:
    one, other = await town.resident(), await town.resident()
    helper, others = await helped(one), await helped(other)
    desk = await balie.browser(noor)
    await desk.get(f"/desk/file/{one.conversation_id}")
    for number in (1, 2, 99):  # of another file: nothing happens
        await desk.post(f"/desk/file/{one.conversation_id}/helpers/{number}/end")
    assert (await helper.guest(), (await others.guest()) is not None) == (None, True)
    rows = await town.rows(tables.event, kind="consent", conversation_id=one.conversation_id)
    assert rows[-1].staff_id == noor.id
