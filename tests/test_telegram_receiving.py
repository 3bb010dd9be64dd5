"""Telegram: what comes in is handled once and in order, by whichever process and in whichever way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot import running
from bot.channels.telegram import TelegramChannel, receiving
from bot.channels.telegram.reading import KINDS
from bot.content import Media
from bot.errors import ChannelDownError, TemporaryDeliveryError
from bot.inbound import Inbound
from bot.running import ended
from flows.grammar import Sent, Tapped, Typed
from storage import tables
from tests.support.fake_telegram import FakeTelegram
from tests.support.telegram_updates import message
from tests.support.telegram_work import NUR, SAM, Heard, working
from tests.support.town import Town

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_PAUSE", "LONGEST_PAUSE", "EVERY"):
        monkeypatch.setattr(receiving, name, 0.01)
    monkeypatch.setattr(receiving, "POLL", 1)


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram().running() as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
async def heard(town: Town) -> Heard:
    heard = Heard(town)
    town.processes.append(heard)
    await heard.start()
    return heard


# ---- polling -------------------------------------------------------------------------------------------------------


async def test_what_comes_in_is_received_in_order_and_confirmed(town: Town, fake: FakeTelegram, heard: Heard) -> None:
    for number in range(5):
        await fake.say(from_=SAM, text=f"sam {number}")
        await fake.say(from_=NUR, text=f"nur {number}", language="ar")
    async with working(town, fake, heard) as process:
        await fake.has(lambda: not fake.pending)
        await fake.say(from_=SAM, text="sam 5")
        await fake.has(lambda: not fake.pending)
        assert heard.of(SAM) == [f"sam {number}" for number in range(6)]
        assert heard.of(NUR) == [f"nur {number}" for number in range(5)]
        assert heard.all[1].hint in ("nl", "ar")
        assert heard.duplicates == 0
        assert fake._allowed == KINDS
        assert process.reports == [None]


async def test_a_tap_is_received_and_answered(town: Town, fake: FakeTelegram, heard: Heard) -> None:
    async with working(town, fake, heard):
        await fake.say(from_=SAM, start="")
        await fake.has(lambda: not fake.pending)
        button = {"data": "welkom.hello:nl", "title": "Nederlands", "description": ""}
        fake.sent.append({"id": "9", "to": SAM, "text": "Hallo", "buttons": [button]})
        await fake.say(from_=SAM, tap="welkom.hello:nl")
        await fake.has(lambda: fake.answered)
    assert heard.all[-1].said == Tapped("welkom.hello:nl")
    assert fake.actions == []


async def test_a_file_is_told_of(town: Town, fake: FakeTelegram, heard: Heard) -> None:
    async with working(town, fake, heard):
        await fake.say(from_=SAM, file={"kind": "photo", "data_b64": "aGFs" * 9, "caption": "brief"})
        await fake.has(lambda: not fake.pending)
    (one,) = heard.all
    assert (one.said, one.media) == (Sent("photo", "brief"), (Media(one.media[0].reference, 27),))


async def test_who_blocks_the_bot_is_not_written_to_until_they_are_back(
    town: Town, fake: FakeTelegram, heard: Heard
) -> None:
    async with working(town, fake, heard):
        await fake.say(from_=SAM, text="hallo")
        await fake.say(from_=SAM, block=True)
        await fake.say(from_=NUR, block=True)
        await fake.has(lambda: not fake.pending)
        (address,) = await town.rows(tables.address, channel="telegram")
        assert address.blocked_at is not None
        await fake.say(from_=SAM, block=False)
        await fake.has(lambda: not fake.pending)
    (address,) = await town.rows(tables.address, channel="telegram")
    assert address.blocked_at is None


async def test_what_cannot_be_stored_comes_again_and_holds_up_nobody_else(
    town: Town, fake: FakeTelegram, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    broken = {"sam 1": 3}

    def refuses(one: Inbound) -> Exception | None:
        text = one.said.text if isinstance(one.said, Typed) else ""
        broken[text] = broken.get(text, 0) - 1
        return RuntimeError("geheim-7391") if broken[text] >= 0 else None

    heard.refuses = refuses
    for number in range(3):
        await fake.say(from_=SAM, text=f"sam {number}")
        await fake.say(from_=NUR, text=f"nur {number}")
    async with working(town, fake, heard):
        await fake.has(lambda: not fake.pending)
    assert heard.of(SAM) == ["sam 0", "sam 1", "sam 2"]
    assert heard.of(NUR) == ["nur 0", "nur 1", "nur 2"]
    assert heard.duplicates == 0
    assert caplog.messages.count("telegram: what came in could not be taken: RuntimeError") == 3
    assert "geheim-7391" not in caplog.text


async def test_what_is_no_update_is_passed_over(
    town: Town, fake: FakeTelegram, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    await fake.say(from_=SAM, text="voor")
    first = fake.pending[0]["update_id"]
    await fake.push({"update_id": first + 1, "message": {"chat": "geheim-7391"}})
    await fake.push({"update_id": first + 2, "message": [1]})
    await fake.push({**message(text="na"), "update_id": first + 3})
    async with working(town, fake, heard):
        await fake.has(lambda: not fake.pending)
    assert heard.of(SAM) == ["voor", "na"]
    assert "2 updates could not be read" in caplog.text
    assert "geheim-7391" not in caplog.text


async def test_updates_without_a_number_are_no_reason_to_spin(town: Town, fake: FakeTelegram, heard: Heard) -> None:
    await fake.push({"message": {}})
    async with working(town, fake, heard) as process:
        await fake.has(lambda: fake.calls.count("getUpdates") > 2)
        fake.pending.clear()
        await fake.say(from_=SAM, text="hallo")
        await heard.become(lambda: heard.all)
        await process.told(None)


async def test_after_a_quiet_week_numbers_begin_anywhere(
    town: Town, fake: FakeTelegram, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has a lower number than the offset is dropped unread: the offset holds until all before it is confirmed."""
    weeks = [[900, 901], [], [17], []]
    offsets: list[int | None] = []

    async def updates(self: TelegramChannel, offset: int | None, *_: Any) -> list[object]:
        offsets.append(offset)
        if not weeks:
            heard.news.set()
            await asyncio.Event().wait()
        return [{**message(text=str(number)), "update_id": number} for number in weeks.pop(0)]

    monkeypatch.setattr(TelegramChannel, "updates", updates)
    async with working(town, fake, heard):
        await heard.become(lambda: len(offsets) == 5)
    assert offsets == [None, 902, None, 18, None]
    assert heard.of(SAM) == ["900", "901", "17"]


async def test_a_webhook_of_before_is_ended(town: Town, fake: FakeTelegram, heard: Heard) -> None:
    fake.webhook = {"url": "http://127.0.0.1:9/nothing", "secret_token": ""}
    async with working(town, fake, heard):
        await fake.has(lambda: not fake.webhook)
        await fake.say(from_=SAM, text="hallo")
        await heard.become(lambda: heard.all)
        fake.webhook = {"url": "http://127.0.0.1:9/again", "secret_token": ""}
        await fake.has(lambda: not fake.webhook)
        await fake.say(from_=SAM, text="nog eens")
        await heard.become(lambda: len(heard.all) == 2)


async def test_a_token_that_is_revoked_is_told_and_loses_nothing(
    town: Town, fake: FakeTelegram, heard: Heard
) -> None:  # fmt: skip
    async with working(town, fake, heard) as process:
        await process.told(None)
        fake.revoke()
        await process.told(None, "token")
        await fake.say(from_=SAM, text="hallo")
        fake.revoke(False)
        await process.told(None, "token", None)
        await heard.become(lambda: heard.all)


async def test_another_poller_is_told_when_it_stays(
    town: Town, fake: FakeTelegram, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with working(town, fake, heard) as process:
        await process.told(None)
        failures = iter(range(receiving.CONFLICTS + 2))
        own = TelegramChannel.updates

        async def conflicts(self: TelegramChannel, *asked: Any) -> list[object]:
            if next(failures, None) is None:
                return await own(self, *asked)
            raise ChannelDownError("conflict")

        monkeypatch.setattr(TelegramChannel, "updates", conflicts)
        await process.told(None, "conflict", None)


async def test_what_passes_is_not_told_but_waited_out(
    town: Town, fake: FakeTelegram, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def paused(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    failures = [TemporaryDeliveryError("busy", retry_after=timedelta(seconds=7)), TemporaryDeliveryError("platform")]
    own = TelegramChannel.updates

    async def fails(self: TelegramChannel, *asked: Any) -> list[object]:
        if failures:
            raise failures.pop(0)
        return await own(self, *asked)

    monkeypatch.setattr(receiving, "_pause", paused)
    monkeypatch.setattr(TelegramChannel, "updates", fails)
    await fake.say(from_=SAM, text="hallo")
    async with working(town, fake, heard) as process:
        await heard.become(lambda: heard.all)
        await process.told(None)
    assert pauses[0] == 7
    assert 0 < pauses[1] < 1


# ---- one process at a time -----------------------------------------------------------------------------------------


async def test_one_process_works_and_the_next_takes_over(town: Town, fake: FakeTelegram, heard: Heard) -> None:
    async with working(town, fake, heard) as first:
        await first.told(None)
        async with working(town, fake, heard) as second:
            for number in range(3):
                await fake.say(from_=SAM, text=str(number))
                await fake.has(lambda: not fake.pending)
            assert second.reports == []
            await ended([first.task])
            await fake.say(from_=SAM, text="3")
            await second.told(None)
            await fake.has(lambda: not fake.pending)
    assert heard.of(SAM) == ["0", "1", "2", "3"]
    assert heard.duplicates == 0


async def test_who_was_killed_is_followed_when_the_lease_has_run_out(
    town: Town, fake: FakeTelegram, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had handled a message, but Telegram did not hear of that."""
    monkeypatch.setattr(receiving, "LEASE", timedelta(milliseconds=1))
    monkeypatch.setattr(receiving._Receiving, "_release", _nothing)
    async with working(town, fake, heard) as killed:
        await killed.told(None)
        killed.task.cancel()
        await asyncio.wait([killed.task])
        await fake.say(from_=SAM, text="hallo")
        (update,) = fake.pending
        await receiving.take(killed.bot, heard, receiving._read(killed.bot, update))
        async with working(town, fake, heard) as next_one:
            await next_one.told(None)
            await fake.has(lambda: not fake.pending)
    assert heard.of(SAM) == ["hallo"]
    assert heard.duplicates == 1


async def _nothing(*_: object) -> None:
    return None


async def test_it_ends_at_once_while_it_waits_for_messages(
    town: Town, fake: FakeTelegram, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "POLL", 600)
    monkeypatch.setattr(running, "PATIENCE", 600)
    async with asyncio.timeout(60), working(town, fake, heard) as process:
        await fake.has(lambda: "getMe" in fake.calls)
        await fake.say(from_=SAM, text="hallo")
        await heard.become(lambda: heard.all)
    assert process.task.cancelled()
    assert await town.rows(tables.lease) == []
