"""A message that is several on its platform: what was taken is not sent again, and what was not is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.clock import to_ms
from bot.errors import TemporaryDeliveryError
from bot.outbox import Outbox
from storage import tables
from tests.stores import StoreUrls
from tests.support.town import EVERY_CHANNEL, MONDAY, StrictChannel, Town, open_town, send_all
from tests.test_seintje import FULL, LINK, answered

#: No more than a caseworker may write at once, and several messages on Telegram: what it counts double is in it.
LONG = " ".join(f"woord{n} 👍👍👍" for n in range(290))


@pytest.fixture
async def town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """Telegram in full."""
    extra = EVERY_CHANNEL.replace('enough-for-a-token"', 'enough-for-a-token"' + FULL, 1)
    async with open_town(tmp_path, store_urls, extra=extra) as opened:
        yield opened


class Second(StrictChannel):
    """A platform that takes the first part of a message, and not the second so often."""

    refusals = 1

    async def send(self, outgoing: Any) -> str:
        """Takes it, or asks to come again."""
        if outgoing.key.endswith(".1") and self.refusals:
            self.refusals -= 1
            raise TemporaryDeliveryError("timeout")
        return await super().send(outgoing)


async def test_what_was_broken_off_goes_on_where_it_was_left(town: Town) -> None:
    await answered(town, "telegram", LONG)
    platform = Second()
    await send_all(town, {"telegram": platform})
    assert len(platform.took) == 1
    town.clock.forward(minutes=1)
    await send_all(town, {"telegram": platform})
    assert [part.key.rsplit(".", 1)[1] for part in platform.sent] == ["0", "1"]
    assert " ".join(text for _, text in platform.took).split()[2:] == LONG.split()


async def test_what_was_broken_off_in_full_and_is_a_notice_by_now_is_told_of(town: Town) -> None:
    await answered(town, "telegram", LONG)
    platform = Second()
    await send_all(town, {"telegram": platform})
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.person).values(phone_shared_at=to_ms(MONDAY)))
    town.clock.forward(minutes=1)
    await send_all(town, {"telegram": platform})
    assert LINK.search(platform.took[-1][1])


async def test_a_message_in_parts_stays_claimed_until_the_last_of_them(town: Town) -> None:
    await answered(town, "telegram", LONG)
    others: list[int] = []

    class Slow(StrictChannel):
        """A platform that takes nearly as long as a claim holds for each part; someone else looks meanwhile."""

        async def send(self, outgoing: Any) -> str:
            part = int(outgoing.key.rsplit(".", 1)[1])
            (claim,) = {row.claimed_until for row in await town.rows(tables.outbox, state="waiting")}
            others.append(claim)
            if part == 0:
                async with town.house.db.begin() as conn:
                    await conn.execute(update(tables.outbox).values(claimed_until=claim - 100_000))
            return await super().send(outgoing)

    await Outbox(town.house, {"telegram": Slow()}).run_due()
    first, *later = others
    assert min(later) >= first
