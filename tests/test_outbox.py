"""What was committed is sent: in order per person, tried again, with a reason on record when it cannot be."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outbox
from bot.clock import from_ms, to_ms
from bot.errors import ChannelDownError, PermanentDeliveryError, TemporaryDeliveryError
from bot.outbox import EVERY, FIRST_PAUSE, TRIES, Line, Marks, Outbox
from bot.outgoing import Pace
from bot.running import ended
from bot.signals import INBOX, OUTBOX
from flows.grammar import Opened, Typed
from storage import outgoing as store
from storage import tables
from storage.outgoing import STUCK
from tests.stores import StoreUrls
from tests.support.town import TELEGRAM_TOO, Resident, StrictChannel, Town, open_town, send_all


@pytest.fixture
async def town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """With Telegram."""
    async with open_town(tmp_path, store_urls, extra=TELEGRAM_TOO) as opened:
        yield opened


async def texts(one: Resident) -> list[str]:
    """What the bot said to a person, in order."""
    return [message.content.text for message in await one.messages() if message.author == "bot"]


async def states(town: Town) -> list[tuple[str, str | None]]:
    """Every row: state and reason."""
    return [(row.state, row.reason) for row in await town.rows(tables.outbox)]


async def busy(town: Town, people: int = 1, messages: int = 3) -> list[Resident]:
    """People on a channel that we push to, with answers waiting for them."""
    found = [await town.resident("telegram", at_menu=False) for _ in range(people)]
    for one in found:
        await one.says(Opened())
        for number in range(messages - 1):
            await one.says(Typed("help" if number % 2 else "taal"))
    return found


async def test_order_per_person_holds_with_any_number_of_senders(town: Town) -> None:
    people = await busy(town, people=4, messages=4)
    channel = StrictChannel()
    await asyncio.gather(*(send_all(town, {"telegram": channel}) for _ in range(3)))
    await send_all(town, {"telegram": channel})
    for one in people:
        assert [text for who, text in channel.took if who == one.external_id] == await texts(one)
    assert set(await states(town)) == {("sent", None)}
    assert len(set(channel.tries)) == len(channel.tries)


async def test_what_fails_for_a_moment_is_tried_again_later_and_holds_back_what_comes_after(town: Town) -> None:
    (one,) = await busy(town)
    said = await texts(one)
    channel = StrictChannel({said[1]: [TemporaryDeliveryError("timeout"), TemporaryDeliveryError("busy")]})
    await send_all(town, {"telegram": channel})
    assert [text for _, text in channel.took] == said[:1]
    assert (await states(town))[1:] == [("waiting", "timeout"), ("waiting", None)]
    row = (await town.rows(tables.outbox))[1]
    pause = from_ms(row.due_at) - town.clock.now()
    assert FIRST_PAUSE * 0.7 < pause < FIRST_PAUSE * 1.3
    town.clock.forward(seconds=4)
    await send_all(town, {"telegram": channel})
    second = from_ms((await town.rows(tables.outbox))[1].due_at) - town.clock.now()
    assert second > FIRST_PAUSE * 1.5  # twice as long, give or take
    town.clock.forward(minutes=1)
    await send_all(town, {"telegram": channel})
    assert [text for _, text in channel.took] == said


async def test_the_other_side_says_how_long_to_wait(town: Town) -> None:
    (one,) = await busy(town, messages=1)
    wait = timedelta(minutes=7)
    channel = StrictChannel({(await texts(one))[0]: [TemporaryDeliveryError("too_many", retry_after=wait)]})
    await send_all(town, {"telegram": channel})
    assert from_ms((await town.rows(tables.outbox))[0].due_at) == town.clock.now() + wait


async def test_what_can_never_be_delivered_is_on_record_and_does_not_hold_back_the_rest(town: Town) -> None:
    (one,) = await busy(town)
    said = await texts(one)
    channel = StrictChannel({said[0]: [PermanentDeliveryError("rejected")]})
    await send_all(town, {"telegram": channel})
    assert [text for _, text in channel.took] == said[1:]
    assert await states(town) == [("failed", "rejected"), ("sent", None), ("sent", None)]
    deliveries = [message.delivery for message in await one.messages() if message.author == "bot"]
    assert deliveries == ["failed", "sent", "sent"]


async def test_after_the_last_try_it_has_failed(town: Town) -> None:
    (one,) = await busy(town, messages=1)
    channel = StrictChannel({(await texts(one))[0]: [TemporaryDeliveryError("timeout")] * (TRIES + 1)})
    for _ in range(TRIES):
        (row,) = await town.rows(tables.outbox)
        town.clock.to(from_ms(row.due_at))
        await send_all(town, {"telegram": channel})
    assert len(channel.tries) == TRIES
    assert await states(town) == [("failed", "timeout")]


async def test_a_bug_in_a_channel_is_no_reason_to_lose_a_message(town: Town) -> None:
    (one,) = await busy(town, messages=1)
    channel = StrictChannel({(await texts(one))[0]: [ZeroDivisionError()]})
    await send_all(town, {"telegram": channel})
    assert await states(town) == [("waiting", "error")]
    town.clock.forward(minutes=1)
    await send_all(town, {"telegram": channel})
    assert await states(town) == [("sent", None)]


async def test_a_channel_that_was_switched_off_is_a_reason_on_record(town: Town) -> None:
    await busy(town, messages=1)
    await send_all(town, {})
    assert await states(town) == [("failed", "channel_off")]


async def test_who_was_erased_is_a_reason_on_record(town: Town) -> None:
    await busy(town, messages=1)
    (person,) = await town.rows(tables.person)
    await town.house.vault.destroy(person.key_id, 0)
    channel = StrictChannel()
    await send_all(town, {"telegram": channel})
    assert await states(town) == [("failed", "erased")]
    assert channel.tries == []


async def test_a_crash_between_claim_and_mark_is_picked_up_after_the_lease(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = await busy(town, messages=2)
    channel = StrictChannel()

    with monkeypatch.context() as patch:

        async def killed(*_: object) -> None:
            raise asyncio.CancelledError

        patch.setattr(Marks, "note", killed)
        with pytest.raises(asyncio.CancelledError):
            await Outbox(town.house, {"telegram": channel}).run_due()
    await send_all(town, {"telegram": channel})
    assert len(channel.took) == 1  # claimed by a process that may still live: nobody else touches it, or what follows
    async with town.house.db.begin() as conn:
        await conn.execute(
            update(tables.outbox)
            .where(tables.outbox.c.claimed_until.is_not(None))
            .values(claimed_until=to_ms(datetime.now(UTC)) - 1)
        )
    await send_all(town, {"telegram": channel})
    first, second = await texts(one)
    assert [text for _, text in channel.took] == [first, first, second]
    assert channel.tries[0] == channel.tries[1]  # the same number, so that a platform can tell
    assert set(await states(town)) == {("sent", None)}


async def test_what_was_planned_gives_way_to_answers(town: Town) -> None:
    planned, answered = await busy(town, people=2, messages=1)
    async with town.house.db.begin() as conn:
        statement = update(tables.outbox).where(tables.outbox.c.conversation_id == planned.conversation_id)
        await conn.execute(statement.values(planned=1, due_at=0))
    channel = StrictChannel()
    await Outbox(town.house, {"telegram": channel}).run_due()
    assert [who for who, _ in channel.took] == [answered.external_id, planned.external_id]


async def test_the_web_chat_fetches_its_messages_itself(town: Town) -> None:
    one = await town.resident()
    await one.types("mens")
    assert set(await states(town)) == {("sent", None)}
    channel = StrictChannel()
    await send_all(town, {"webchat": channel})
    assert channel.tries == []


async def test_after_a_rest_with_nothing_to_send_nobody_asks_again_and_again(town: Town) -> None:
    (one,) = await busy(town, messages=1)
    (said,) = await texts(one)
    down = ChannelDownError("unreachable", retry_after=timedelta(0))
    later = TemporaryDeliveryError("platform", retry_after=timedelta(hours=1))
    line = Line(town.house, "telegram", StrictChannel({said: [down, later]}))
    assert [await line.round() for _ in range(3)] == [1, 1, 0]
    assert line._nap() == EVERY


async def test_a_state_of_the_channel_that_cannot_be_noted_is_no_reason_to_send_twice(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await busy(town, messages=1)
    monkeypatch.setattr(town.house.health, "_db", None)  # as good as a database that is not there
    channel = StrictChannel()
    await send_all(town, {"telegram": channel})
    town.clock.forward(hours=1)
    await send_all(town, {"telegram": channel})
    assert len(channel.took) == 1


async def test_a_database_that_is_away_for_a_while_is_no_reason_to_send_twice(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await busy(town, messages=1)
    away, real = [ConnectionRefusedError()] * 20, store.mark

    async def mark(conn: AsyncConnection, rows: Sequence[store.Values]) -> None:
        if away:
            raise away.pop()
        await real(conn, rows)

    monkeypatch.setattr(store, "mark", mark)
    monkeypatch.setattr(outbox, "LONGEST_MARK_PAUSE", 0.0)
    channel = StrictChannel()
    await send_all(town, {"telegram": channel})
    assert len(channel.took) == 1
    assert set(await states(town)) == {("sent", None)}


async def test_all_that_waits_for_a_channel_that_was_switched_off_is_told_of_at_once(town: Town) -> None:
    await busy(town, messages=3)
    (others,) = Outbox(town.house, {}).jobs()
    async with town.house.signals.subscribe(OUTBOX) as told:
        task = asyncio.create_task(others)
        while await town.rows(tables.outbox, state="waiting"):
            async with asyncio.timeout(30):
                await told.wait()
            told.clear()
        await ended([task])
    assert set(await states(town)) == {("failed", "channel_off")}


async def test_a_message_that_fails_again_and_again_keeps_no_later_one_for_ever(town: Town) -> None:
    (one,) = await busy(town, messages=2)
    first, second = await texts(one)
    channel = StrictChannel({first: [ZeroDivisionError()] * 30})
    for tries in range(1, STUCK + 1):
        await send_all(town, {"telegram": channel})
        assert len(channel.tries) == tries + (second in [text for _, text in channel.took])
        assert (second in [text for _, text in channel.took]) is (tries == STUCK)
        town.clock.forward(minutes=5)


async def test_who_was_sent_to_makes_room_for_the_next_at_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "EVERY", 3600.0)  # nobody looks by themselves
    await busy(town, people=7, messages=2)
    channel = StrictChannel()
    channel.pace = Pace(math.inf, math.inf, 1, together=2)
    jobs = [asyncio.create_task(job) for job in Outbox(town.house, {"telegram": channel}).jobs()]
    try:
        async with asyncio.timeout(60), town.house.signals.subscribe(INBOX) as noted:
            while {state for state, _ in await states(town)} != {"sent"}:
                await noted.wait()
                noted.clear()
    finally:
        await ended(jobs)
    assert len(channel.took) == 14
