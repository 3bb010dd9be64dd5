"""What becomes of a message that fails while something else happens: two persons become one, a stop, an erasure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import blocking, identity, joining, receipts
from bot.errors import PermanentDeliveryError
from flows.grammar import Tapped
from storage import tables
from tests.stores import StoreUrls
from tests.support.town import EVERY_CHANNEL, StrictChannel, Town, open_town, send_all
from tests.test_joining_races import join, merging_until_the_end, waiting
from tests.test_pings import TOMORROW, unfinished
from tests.test_undelivered import Refuses, answer


@pytest.fixture
async def town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """Every channel, in *alleen seintje*."""
    async with open_town(tmp_path, store_urls, extra=EVERY_CHANNEL) as opened:
        yield opened


class Meanwhile(StrictChannel):
    """A platform that takes nothing, and while it thinks about that something happens."""

    def __init__(self, happens: Any) -> None:
        super().__init__()
        self.happens = happens

    async def send(self, outgoing: Any) -> str:
        """Refuses."""
        happens, self.happens = self.happens, None
        if happens is not None:
            await happens()
        raise PermanentDeliveryError("undeliverable")


async def test_what_fails_while_two_persons_become_one_is_told_of(town: Town) -> None:
    older, younger = await town.resident(), await town.resident("telegram")
    await send_all(town, {"telegram": StrictChannel()})
    await answer(town, younger)

    async def meanwhile() -> None:
        await join(older, younger)

    await send_all(town, {"telegram": Meanwhile(meanwhile)})
    assert (await older.events())[-1] == "undelivered"
    assert (await older.row()).queue == "waiting_us"


async def test_what_fails_in_the_middle_of_a_merge_is_told_of(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    older, younger = await town.resident(), await town.resident("telegram")
    await send_all(town, {"telegram": StrictChannel()})
    await answer(town, younger)
    async with merging_until_the_end(older, younger, monkeypatch):
        closed = {"telegram": Refuses(PermanentDeliveryError("undeliverable"))}
        sending = asyncio.create_task(send_all(town, closed))
        await waiting(town, sending)
    await sending
    assert (await older.events())[-1] == "undelivered"
    assert [row.state for row in await town.rows(tables.outbox)][-1] == "failed"


async def test_a_receipt_that_waits_for_a_merge_is_no_deadlock(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    older, younger = await town.resident(), await town.resident("whatsapp")
    await send_all(town, {"whatsapp": StrictChannel()})
    taken: list[str] = []
    real = joining._merge

    async def once(*what: Any) -> Any:
        taken.append("")
        return await real(*what)

    monkeypatch.setattr(joining, "_merge", once)
    async with merging_until_the_end(older, younger, monkeypatch):
        note = receipts.note(town.house, "whatsapp", "platform-1", "failed", "undeliverable")
        noting = asyncio.create_task(note)
        await waiting(town, noting)
    await noting
    assert len(taken) == 1  # nobody had to begin again
    assert "undelivered" in await older.events()


async def test_what_is_not_wanted_any_more_goes_no_other_way(town: Town) -> None:
    one = await unfinished(town, "whatsapp")
    whom = await identity.find(town.house, "whatsapp", one.external_id)
    assert whom is not None
    await identity.attach_address(town.house, whom.person_id, "telegram", "their-other-one")
    await send_all(town, {"whatsapp": StrictChannel()})
    await town.move_to(TOMORROW)

    async def meanwhile() -> None:
        await one.says(Tapped("aanmelden.worries:enough"))
        await one.says(Tapped("aanmelden.summary:yes"))

    await send_all(town, {"whatsapp": Meanwhile(meanwhile)})
    planned = await town.rows(tables.outbox, planned=1)
    assert [(row.channel, row.state, row.reason) for row in planned] == [("whatsapp", "dropped", "cancelled")]


@pytest.mark.parametrize("code", ["blocked", "channel_off"])
async def test_of_who_was_erased_nothing_comes_back_again_and_again(town: Town, code: str) -> None:
    one = await town.resident("telegram")
    if code == "blocked":
        await blocking.set_blocked(town.house, "telegram", one.external_id, True)
    (person,) = await town.rows(tables.person)
    await town.house.vault.destroy(person.key_id, 0)
    await send_all(town, {"telegram": StrictChannel()} if code == "blocked" else {})
    assert {(row.state, row.reason) for row in await town.rows(tables.outbox)} == {("failed", code)}
