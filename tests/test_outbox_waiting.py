"""What was planned and has to wait holds up no answer to the same person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import takeover
from flows.grammar import Typed
from storage import outgoing, tables
from tests.stores import StoreUrls
from tests.support.town import TELEGRAM_TOO, StrictChannel, Town, open_town, send_all
from tests.test_pings import TOMORROW, unfinished


@pytest.fixture
async def town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """With Telegram."""
    async with open_town(tmp_path, store_urls, extra=TELEGRAM_TOO) as opened:
        yield opened


async def test_what_was_planned_and_waits_for_the_morning_holds_up_no_answer(town: Town) -> None:
    one = await unfinished(town, "telegram")
    channel = StrictChannel()
    await send_all(town, {"telegram": channel})
    await town.move_to(TOMORROW)
    town.clock.to(TOMORROW.replace(hour=23))
    await send_all(town, {"telegram": channel})  # too late in the day for what was planned
    channel.took.clear()
    await one.says(Typed("ik wil niet meer leven"))
    await send_all(town, {"telegram": channel})
    assert "112" in " ".join(text for _, text in channel.took)
    assert [row.planned for row in await town.rows(tables.outbox, state="waiting")] == [1]


async def test_what_waits_for_a_human_to_let_go_does_not_hold_up_what_that_human_writes(town: Town) -> None:
    one, noor = await unfinished(town, "telegram"), await town.colleague()
    channel = StrictChannel()
    await send_all(town, {"telegram": channel})
    await town.move_to(TOMORROW)
    channel.took.clear()
    await takeover.take_over(town.house, one.conversation_id, noor)
    await takeover.reply(town.house, one.conversation_id, noor, "Dag.", seen_seq=1000, client_id="a")
    await send_all(town, {"telegram": channel})
    ((_, text),) = channel.took
    assert text.startswith("U heeft een bericht van Noor.")


async def test_an_answer_waits_for_what_is_under_way_to_the_same_person(town: Town) -> None:
    one = await unfinished(town, "telegram")
    await send_all(town, {"telegram": StrictChannel()})
    await town.move_to(TOMORROW)
    moment = {"now": 2**61, "real_now": 1000, "until": 2000, "most": 9}
    async with town.house.db.begin() as conn:
        assert len(await outgoing.claim(conn, "telegram", planned=True, **moment)) == 1
    await one.says(Typed("menu"))
    async with town.house.db.begin() as conn:
        assert not await outgoing.claim(conn, "telegram", planned=False, **moment)
    async with town.house.db.begin() as conn:  # whoever had it died
        moment["real_now"] = 2001
        assert len(await outgoing.claim(conn, "telegram", planned=False, **moment)) == 1
