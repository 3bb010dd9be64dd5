"""Who may be written to unasked, and where: after stop, in a human's hold, at an address that blocked us."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot import takeover
from bot.clock import to_ms
from storage import tables
from tests.support.town import MONDAY, Resident, Town, origins
from tests.test_pings import TOMORROW, unfinished


async def opted_out(one: Resident) -> bool:
    (person,) = await one.town.rows(tables.person, id=(await one.row()).person_id)
    return person.opted_out_at is not None


async def test_who_signs_up_after_stop_wants_to_be_reached(town: Town) -> None:
    one = await unfinished(town)
    await one.types("stop")
    assert await opted_out(one)
    for data in ("!go:aanmelden", "aanmelden.worries:enough", "aanmelden.summary:yes"):
        await one.taps(data)
    assert not await opted_out(one)
    assert (await one.events()).count("consent") == 2


async def test_who_never_said_stop_gives_no_new_consent_by_signing_up(town: Town) -> None:
    one = await unfinished(town)
    for data in ("aanmelden.worries:enough", "aanmelden.summary:yes"):
        await one.taps(data)
    assert "signup" in await one.events()
    assert "consent" not in await one.events()


async def test_stop_in_a_hold_does_not_stop_the_clock_of_the_hold(town: Town) -> None:
    one, noor = await unfinished(town), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    assert origins(await one.types("stop")) == ["woorden.stopped"]
    waiting = [row.kind for row in await town.rows(tables.ping, state="waiting")]
    assert waiting == ["hold.lapses"], "the nudge is gone, the hold is not"
    await town.move_to(MONDAY + timedelta(hours=4))
    assert (await one.row()).held_by is None


@pytest.mark.parametrize("preferred", [0, 1])
async def test_when_we_begin_an_address_that_blocked_us_is_passed_over(town: Town, preferred: int) -> None:
    one = await unfinished(town)
    (works,) = await town.rows(tables.address)
    newer = {"channel": "telegram", "external_index": b"newer", "external_sealed": works.external_sealed}
    blocked = {"blocked_at": to_ms(MONDAY), "preferred": preferred, "created_at": to_ms(MONDAY)}
    async with town.house.db.begin() as conn:
        await conn.execute(insert(tables.address).values(person_id=works.person_id, **newer, **blocked))
    await town.move_to(TOMORROW)
    assert [row.address_id for row in await town.rows(tables.outbox, planned=1)] == [works.id]
    assert len(await one.hears()) == 1
