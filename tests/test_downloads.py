"""Files on a channel that keeps them for us: fetched after the commit, stored once, or a reason on record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot import downloads as downloading
from bot import reading, takeover
from bot.channels.limits import TELEGRAM, Limits
from bot.clock import from_ms, to_ms
from bot.downloads import DOWN, FIRST_PAUSE, TOGETHER, TRIES, Downloads
from bot.errors import ChannelDownError, PermanentDeliveryError, TemporaryDeliveryError
from bot.outgoing import Outgoing, Pace
from flows.grammar import Sent
from storage import downloads, tables
from tests.support.photos import photo, plain
from tests.support.sounds import ogg
from tests.support.town import Resident, Town

PHOTO = plain()
VOICE = b"OggS" + b"a voice" * 50
MB = 1024 * 1024
PICTURE = Sent("photo", "de brief")


@dataclass
class Keeper:
    """A platform that keeps files: by reference what it gives, or what it raises; a list goes from try to try."""

    files: dict[str, list[bytes | Exception]]
    asked: list[tuple[str, int]] = field(default_factory=list)
    meanwhile: Callable[[], Any] | None = None
    busy: int = 0
    busiest: int = 0
    limits: Limits = TELEGRAM
    pace: Pace = field(default_factory=lambda: Pace(1000, 1000, 1000))

    async def fetch(self, reference: str, most: int) -> bytes:
        self.asked.append((reference, most))
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        await asyncio.sleep(0)
        if self.meanwhile is not None:
            await self.meanwhile()
        self.busy -= 1
        given = self.files[reference]
        one = given.pop(0) if len(given) > 1 else given[0]
        if isinstance(one, Exception):
            raise one
        return one

    async def send(self, outgoing: Outgoing) -> str | None:
        raise AssertionError("nothing is sent here")

    async def open(self) -> None: ...

    async def close(self) -> None: ...


async def sent(town: Town, *references: str, saying: Sent = PICTURE) -> Resident:
    """Someone whose message holds these files, which the platform still keeps."""
    one = await town.resident("telegram")
    await one.says(saying)
    stored = next(each for each in reversed(await one.messages()) if each.author == "resident")
    (person,) = await town.rows(tables.person, id=(await one.row()).person_id)
    await town.house.vault.prepare([person.key_id])
    async with town.house.db.begin() as conn:
        for reference in references:
            values = {
                "message_id": stored.id,
                "conversation_id": one.conversation_id,
                "channel": "telegram",
                "reference_sealed": town.house.vault.seal_text(person.key_id, "download", reference),
                "due_at": to_ms(town.clock.now()),
            }
            await conn.execute(insert(tables.download).values(values))
    return one


async def fetch_all(town: Town, keeper: Keeper) -> None:
    """Fetches until nothing may be fetched now."""
    worker = Downloads(town.house, {"telegram": keeper})
    while await worker.run_due():
        pass


async def states(town: Town) -> list[tuple[str, str | None]]:
    """Every row: state and reason."""
    return [(row.state, row.reason) for row in await town.rows(tables.download)]


async def kept(town: Town, one: Resident) -> list[tuple[str, bytes]]:
    """The attachments of a person, opened: type and bytes."""
    rows = await town.rows(tables.attachment, conversation_id=one.conversation_id)
    await town.house.vault.prepare({town.house.vault.key_of(row.data_sealed) for row in rows})
    return [(row.media_type, town.house.vault.unseal(row.data_sealed, "attachment")) for row in rows]


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_photo_is_drawn_anew_and_what_is_none_has_no_type(town: Town) -> None:
    broken = b"\xff\xd8\xff<html>geheim-7391"
    for reference, data in (("the-photo", photo(comment=b"geheim-7391")), ("the-page", broken)):
        one = await sent(town, reference)
        await fetch_all(town, Keeper({reference: [data]}))
        ((media_type, stored),) = await kept(town, one)
        if data == broken:
            assert (media_type, stored) == ("application/octet-stream", broken)
        else:
            assert media_type == "image/jpeg"
            assert b"geheim-7391" not in stored


async def test_a_file_becomes_an_attachment_of_its_message_under_the_persons_key(town: Town) -> None:
    one = await sent(town, "the-photo")
    keeper = Keeper({"the-photo": [PHOTO]})
    await fetch_all(town, keeper)
    assert await kept(town, one) == [("image/jpeg", PHOTO)]
    assert await states(town) == [("done", None)]
    assert keeper.asked == [("the-photo", 10 * MB)]
    (person,) = await town.rows(tables.person)
    (row,) = await town.rows(tables.attachment)
    assert town.house.vault.key_of(row.data_sealed) == person.key_id
    (message,) = [each for each in await one.messages() if each.attachments]
    assert (message.content.kind, message.content.text) == ("photo", "de brief")
    assert [(file.media_type, file.size) for file in message.attachments] == [("image/jpeg", len(PHOTO))]
    assert await reading.attachment(town.house, row.id) == (one.conversation_id, "image/jpeg", PHOTO)


async def test_whoever_looks_at_the_conversation_is_told(town: Town) -> None:
    one = await sent(town, "the-photo")
    async with town.house.signals.subscribe(str(one.conversation_id)) as told:
        await fetch_all(town, Keeper({"the-photo": [PHOTO]}))
        assert told.is_set()


async def test_the_type_is_what_the_bytes_say(town: Town) -> None:
    one = await sent(town, "voice", "program")
    await fetch_all(town, Keeper({"voice": [VOICE], "program": [b"MZ\x90\x00 a program"]}))
    assert await kept(town, one) == [("audio/ogg", VOICE)]
    assert await states(town) == [("done", None), ("failed", "wrong_type")]


@pytest.mark.parametrize(("told", "known"), [(None, 12), (34, 34)])
async def test_how_long_a_voice_note_lasts_is_read_where_the_channel_did_not_tell(
    town: Town, told: int | None, known: int
) -> None:
    one = await sent(town, "sound", saying=Sent("voice", "luister", seconds=told))
    await fetch_all(town, Keeper({"sound": [ogg(12.3)]}))
    (message,) = [each for each in await one.messages() if each.attachments]
    assert (message.content.kind, message.content.text, message.content.seconds) == ("voice", "luister", known)
    assert (await states(town)) == [("done", None)]


async def test_a_sound_beside_a_photo_gives_that_no_length(town: Town) -> None:
    one = await sent(town, "sound")
    await fetch_all(town, Keeper({"sound": [ogg(12.3)]}))
    (message,) = [each for each in await one.messages() if each.attachments]
    assert (message.content.kind, message.content.seconds) == ("photo", 0)


async def test_a_voice_note_is_kept_though_its_message_is_damaged(town: Town) -> None:
    one = await sent(town, "sound", saying=Sent("voice"))
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.message).values(content_sealed=b"nothing of ours"))
    await fetch_all(town, Keeper({"sound": [ogg(12.3)]}))
    assert await kept(town, one) == [("audio/ogg", ogg(12.3))]
    assert await states(town) == [("done", None)]


@pytest.mark.parametrize("code", ["too_big", "gone", "blocked"])
async def test_what_can_never_be_fetched_is_on_record_with_its_reason(town: Town, code: str) -> None:
    one = await sent(town, "one", "other")
    keeper = Keeper({"one": [PermanentDeliveryError(code)], "other": [PHOTO]})
    await fetch_all(town, keeper)
    assert await states(town) == [("failed", code), ("done", None)]
    assert len(await kept(town, one)) == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [("too_big", "te groot"), ("wrong_type", "niet openen"), ("gone", "niet goed aan")],
)
async def test_who_was_thanked_for_a_file_hears_that_it_did_not_come(town: Town, code: str, words: str) -> None:
    one = await sent(town, "one")
    await one.hears()
    await fetch_all(town, Keeper({"one": [PermanentDeliveryError(code)]}))
    (said,) = await one.hears()
    assert words in said.content.text
    assert (await town.rows(tables.outbox))[-1].asked == 1  # in full, where they are


async def test_while_a_human_holds_the_conversation_the_bot_does_not_speak_of_it(town: Town) -> None:
    one, noor = await sent(town, "one"), await town.colleague()
    await takeover.take_over(town.house, one.conversation_id, noor)
    await one.hears()
    await fetch_all(town, Keeper({"one": [PermanentDeliveryError("too_big")]}))
    assert await one.hears() == []


async def test_a_channel_that_gives_more_than_was_asked_for_is_not_believed(town: Town) -> None:
    one = await sent(town, "huge")
    await fetch_all(town, Keeper({"huge": [PHOTO + bytes(10 * MB)]}))
    assert await states(town) == [("failed", "too_big")]
    assert await kept(town, one) == []


async def test_what_fails_for_a_moment_is_fetched_later_each_time_after_a_longer_pause(town: Town) -> None:
    one = await sent(town, "slow")
    keeper = Keeper({"slow": [TemporaryDeliveryError("platform"), TemporaryDeliveryError("timeout"), PHOTO]})
    await fetch_all(town, keeper)
    assert await states(town) == [("waiting", "platform")]
    (row,) = await town.rows(tables.download)
    assert FIRST_PAUSE * 0.7 < from_ms(row.due_at) - town.clock.now() < FIRST_PAUSE * 1.3
    town.clock.forward(seconds=4)
    await fetch_all(town, keeper)
    (row,) = await town.rows(tables.download)
    assert row.reason == "timeout"
    assert from_ms(row.due_at) - town.clock.now() > FIRST_PAUSE * 1.5
    town.clock.forward(minutes=1)
    await fetch_all(town, keeper)
    assert await states(town) == [("done", None)]
    assert await kept(town, one) == [("image/jpeg", PHOTO)]


async def test_one_person_fills_no_disk_and_loses_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloading, "FILES_A_DAY", 2 * len(PHOTO))
    monkeypatch.setattr(downloading, "TOGETHER", 1)
    many = [f"photo-{number}" for number in range(5)]
    one, other = await sent(town, *many), await sent(town, "of-another")
    keeper = Keeper({reference: [PHOTO] for reference in (*many, "of-another")})
    await fetch_all(town, keeper)
    assert [state for state, _ in await states(town)] == ["done"] * 2 + ["waiting"] * 3 + ["done"]
    assert len(await kept(town, other)) == 1
    town.clock.forward(hours=2)
    await fetch_all(town, keeper)
    assert len(await kept(town, one)) == 2
    for days in (1, 2):
        town.clock.forward(days=1)
        await fetch_all(town, keeper)
        assert len(await kept(town, one)) == min(2 + 2 * days, 5)
    assert await states(town) == [("done", None)] * 6


async def test_the_platform_says_how_long_to_wait(town: Town) -> None:
    await sent(town, "busy")
    wait = timedelta(minutes=7)
    await fetch_all(town, Keeper({"busy": [TemporaryDeliveryError("busy", retry_after=wait)]}))
    (row,) = await town.rows(tables.download)
    assert from_ms(row.due_at) == town.clock.now() + wait


async def test_after_the_last_try_it_has_failed(town: Town) -> None:
    await sent(town, "never")
    keeper = Keeper({"never": [TemporaryDeliveryError("timeout")]})
    for _ in range(TRIES):
        town.clock.forward(hours=2)
        await fetch_all(town, keeper)
    town.clock.forward(hours=2)
    await fetch_all(town, keeper)
    assert len(keeper.asked) == TRIES
    assert await states(town) == [("failed", "timeout")]


async def test_while_the_channel_is_down_no_try_counts(town: Town) -> None:
    one = await sent(town, "kept")
    keeper = Keeper({"kept": [*[ChannelDownError("token")] * (TRIES + 5), PHOTO]})
    for _ in range(TRIES + 5):
        await fetch_all(town, keeper)
        assert await states(town) == [("waiting", "token")]
        town.clock.forward(seconds=2 * DOWN.total_seconds())
    await fetch_all(town, keeper)
    assert await states(town) == [("done", None)]
    assert len(await kept(town, one)) == 1


async def test_a_bug_in_a_channel_is_no_reason_to_lose_a_file(town: Town) -> None:
    one = await sent(town, "odd")
    keeper = Keeper({"odd": [ZeroDivisionError(), PHOTO]})
    await fetch_all(town, keeper)
    assert await states(town) == [("waiting", "error")]
    town.clock.forward(minutes=1)
    await fetch_all(town, keeper)
    assert len(await kept(town, one)) == 1


async def test_a_channel_that_was_switched_off_is_a_reason_on_record(town: Town) -> None:
    await sent(town, "there")
    await Downloads(town.house, {}).run_due()
    assert await states(town) == [("failed", "channel_off")]


async def test_who_was_erased_is_a_reason_on_record(town: Town) -> None:
    await sent(town, "there")
    (person,) = await town.rows(tables.person)
    await town.house.vault.destroy(person.key_id, 0)
    keeper = Keeper({"there": [PHOTO]})
    await fetch_all(town, keeper)
    assert await states(town) == [("failed", "erased")]
    assert keeper.asked == []


async def test_who_is_erased_while_the_file_is_under_way_leaves_nothing(town: Town) -> None:
    one = await sent(town, "there")
    (person,) = await town.rows(tables.person)

    async def erased() -> None:
        await town.house.vault.destroy(person.key_id, 0)

    await fetch_all(town, Keeper({"there": [PHOTO]}, meanwhile=erased))
    assert await states(town) == [("failed", "erased")]
    assert await town.rows(tables.attachment, conversation_id=one.conversation_id) == []


async def test_who_has_another_key_by_then_gets_it_under_that_key(town: Town) -> None:
    """Two addresses turned out to be one person while the file was on its way."""
    one = await sent(town, "there")
    other = await town.house.vault.new_key(0)

    async def merged() -> None:
        async with town.house.db.begin() as conn:
            await conn.execute(update(tables.person).values(key_id=other))

    await fetch_all(town, Keeper({"there": [PHOTO]}, meanwhile=merged))
    (row,) = await town.rows(tables.attachment)
    assert town.house.vault.key_of(row.data_sealed) == other
    assert await kept(town, one) == [("image/jpeg", PHOTO)]
    assert await states(town) == [("done", None)]


async def test_two_processes_store_a_file_once(town: Town) -> None:
    one = await sent(town, *(str(number) for number in range(7)))
    keeper = Keeper({str(number): [PHOTO] for number in range(7)})
    await asyncio.gather(*(fetch_all(town, keeper) for _ in range(3)))
    await fetch_all(town, keeper)
    assert len(await kept(town, one)) == 7
    assert sorted(reference for reference, _ in keeper.asked) == [str(number) for number in range(7)]


async def test_a_file_that_two_processes_fetch_is_stored_once(town: Town) -> None:
    """The first was so slow that its claim ran out; both have the bytes."""
    one = await sent(town, "slow")

    async def claimed_by_another() -> None:
        keeper.meanwhile = None
        async with town.house.db.begin() as conn:
            await conn.execute(update(tables.download).values(claimed_until=1))
        await fetch_all(town, keeper)

    keeper = Keeper({"slow": [PHOTO]}, meanwhile=claimed_by_another)
    await fetch_all(town, keeper)
    assert len(keeper.asked) == 2
    assert len(await kept(town, one)) == 1
    assert await states(town) == [("done", None)]


async def test_what_a_killed_process_had_fetched_but_not_stored_comes_again_after_the_lease(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await sent(town, "there")
    keeper = Keeper({"there": [PHOTO]})
    with monkeypatch.context() as patch:

        async def killed(*_: object, **__: object) -> None:
            raise asyncio.CancelledError

        patch.setattr(downloads, "store", killed)
        with pytest.raises(asyncio.CancelledError):
            await fetch_all(town, keeper)
    await fetch_all(town, keeper)
    assert len(keeper.asked) == 1  # claimed by a process that may still live
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.download).values(claimed_until=to_ms(datetime.now(UTC)) - 1))
    await fetch_all(town, keeper)
    assert await kept(town, one) == [("image/jpeg", PHOTO)]


async def test_few_are_in_memory_at_a_time(town: Town) -> None:
    await sent(town, *(str(number) for number in range(TOGETHER * 3)))
    keeper = Keeper({str(number): [PHOTO] for number in range(TOGETHER * 3)})
    await fetch_all(town, keeper)
    assert keeper.busiest == TOGETHER
    assert set(await states(town)) == {("done", None)}
