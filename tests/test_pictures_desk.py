"""A picture and a voice note at the desk: as the resident has them, through the door, told in Dutch."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.desk.accounts import Staff
from bot.pictures import draw
from storage import tables
from tests.support.desk import Balie
from tests.support.pictures import CARD, OGG, SAID, talking, with_voice
from tests.support.town import Resident

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


async def told(balie: Balie, one: Resident) -> int:
    async with talking(balie.house, one.conversation_id) as said:
        said.add_message("bot", replace(SAID, language="ar", aloud=True), send=True)
    return int((await balie.town.rows(tables.message))[-1].id)


async def test_the_desk_shows_the_picture_that_the_resident_has_and_says_in_dutch_what_it_is(
    balie: Balie, noor: Staff
) -> None:
    one = await balie.resident()
    number = await told(balie, one)
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{one.conversation_id}")
    address = f"/desk/file/{one.conversation_id}/picture/{number}"
    assert f'<img src="{address}" alt="Kaart: een schuldeiser belt" loading="lazy">' in browser.page
    assert f'href="{address}?save"' in browser.page
    assert "/voice/" not in browser.page
    shown = await browser.get(address)
    assert (shown.status, shown.content_type) == (200, "image/png")
    assert await shown.read() == draw(CARD, "ar", balie.house.tongue)
    assert shown.headers["Content-Disposition"] == 'inline; filename="bestand.png"'
    assert "no-store" in shown.headers["Cache-Control"]
    saved = await browser.get(f"{address}?save")
    assert saved.headers["Content-Disposition"].startswith("attachment")


async def test_what_can_be_said_is_told_once_in_dutch(balie: Balie, noor: Staff) -> None:
    one = await balie.resident("Fatima", "ar")
    for tap in ("!go:kaarten", "kaarten.which:bailiff", "kaarten.card:picture"):
        await one.taps(tap)
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{one.conversation_id}")
    said = re.findall(r'<img src="[^"]*/picture/\d+" alt="([^"]*)"', browser.page)
    assert [alt.count("Mag ik uw pasje zien") for alt in said] == [1, 1]


async def test_who_reads_along_can_listen_along(balie: Balie, noor: Staff) -> None:
    with_voice(balie.house, "ar")
    one = await balie.resident()
    number = await told(balie, one)
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{one.conversation_id}")
    address = f"/desk/file/{one.conversation_id}/voice/{number}"
    assert f'src="{address}"' in browser.page
    assert await (await browser.get(address)).read() == OGG


async def test_what_was_not_sent_as_sound_has_none_at_the_desk_either(balie: Balie, noor: Staff) -> None:
    with_voice(balie.house)
    one = await balie.resident()
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{one.conversation_id}")
    assert "/voice/" not in browser.page
    number = max(row.id for row in await balie.town.rows(tables.message) if row.author == "bot")
    assert (await browser.get(f"/desk/file/{one.conversation_id}/voice/{number}")).status == 404


async def test_of_another_file_or_no_message_there_is_none_and_a_look_is_put_on_record(
    balie: Balie, noor: Staff
) -> None:
    one, other = await balie.resident(), await balie.resident()
    number = await told(balie, one)
    browser = await balie.browser(noor)
    await browser.get(f"/desk/file/{one.conversation_id}/picture/{number}")
    assert [row.conversation_id for row in await balie.town.rows(tables.event, kind="looked")] == [one.conversation_id]
    for wrong in (f"{other.conversation_id}/picture/{number}", f"{one.conversation_id}/picture/{number + 999}"):
        assert (await browser.get(f"/desk/file/{wrong}")).status == 404
    assert (await browser.get(f"/desk/file/{one.conversation_id}/voice/{number}")).status == 404
    stranger = await balie.browser(None)
    assert (await stranger.get(f"/desk/file/{one.conversation_id}/picture/{number}")).status in (302, 303, 404)
