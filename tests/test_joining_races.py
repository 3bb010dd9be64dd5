"""What is under way at the moment that two persons become one: none of it is lost, or lands where nobody looks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot import identity, outbox, seintje, takeover
from bot.conversation import Known
from bot.desk.accounts import Staff
from bot.errors import Refused
from bot.joining import Joining
from flows.grammar import Joined, Sent, Typed
from storage import downloads, merging, tables
from tests.stores import StoreUrls
from tests.support.town import TELEGRAM_TOO, Resident, StrictChannel, Town, open_town, send_all
from tests.test_downloads import PHOTO, Keeper, fetch_all, sent
from tests.test_joining import address_of, code_of


@pytest.fixture
async def town(store_urls: StoreUrls, tmp_path: Path) -> AsyncIterator[Town]:
    """With Telegram."""
    async with open_town(tmp_path, store_urls, extra=TELEGRAM_TOO) as opened:
        yield opened


async def join(older: Resident, younger: Resident) -> None:
    """What a code typed by the younger and a yes do, as another process would."""
    joining, address_id = Joining(older.town.house), await address_of(younger)
    assert await joining.heard(Typed(await code_of(older)), address_id) == Joined(False, asks=True)
    assert await joining.agreed(address_id) == Joined(True)


@asynccontextmanager
async def merging_until_the_end(
    older: Resident, younger: Resident, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    """A merge that holds its locks and commits when the block ends."""
    begun, may_end, real = asyncio.Event(), asyncio.Event(), merging.merge

    async def slowly(*what: Any) -> list[str]:
        begun.set()
        await may_end.wait()
        return await real(*what)

    monkeypatch.setattr(merging, "merge", slowly)
    under_way = asyncio.create_task(join(older, younger))
    await begun.wait()
    yield
    may_end.set()
    await under_way


async def waiting(town: Town, work: asyncio.Task[Any]) -> None:
    """Until ``work`` waits for a lock of the merge."""
    lock = town.house.db._write_lock
    while not work.done():
        if lock is not None:
            if lock._waiters:
                return
        else:
            async with town.house.db.read() as conn:
                blocked = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                if (await conn.execute(blocked)).scalar_one():
                    return
        await asyncio.sleep(0)
    raise AssertionError("it did not wait")


async def test_a_message_that_waited_for_the_merge_is_in_the_conversation_of_both(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, younger = await town.resident(), await town.resident("telegram")
    async with merging_until_the_end(older, younger, monkeypatch):
        said = [asyncio.create_task(one.says(Typed("midden erin"))) for one in (younger, older)]
        await waiting(town, said[0])
    for receipt in await asyncio.gather(*said):
        assert receipt.conversation_id == older.conversation_id
        assert receipt.seq
    assert [one.content.text for one in await older.messages()].count("midden erin") == 2
    assert len(await older.messages()) == (await older.row()).last_seq


async def test_what_a_page_says_that_waited_for_the_merge_is_never_lost(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, younger = await town.resident("telegram"), await town.resident()
    whom = await identity.find(town.house, younger.channel, younger.external_id)
    assert whom is not None
    assert whom.address_id is not None
    known = Known(whom.address_id, whom.person_id, whom.conversation_id, whom.key_id)
    message = younger.inbound(Typed("midden erin"))
    async with merging_until_the_end(older, younger, monkeypatch):
        said = asyncio.create_task(town.conversations.receive(message, known))
        await waiting(town, said)
    try:
        receipt = await said
    except LookupError:  # the page is told to ask again, and says it again
        receipt = await town.conversations.receive(message)
    assert not receipt.duplicate
    assert [one.content.text for one in await older.messages()].count("midden erin") == 1


async def test_a_colleague_who_waited_for_the_merge_finds_the_file_gone(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, younger, noor = await town.resident(), await town.resident("telegram"), await town.colleague()
    staff = Staff(noor.id, "noor", noor.name, "caseworker")
    async with merging_until_the_end(older, younger, monkeypatch):
        acting = asyncio.create_task(takeover.take_over(town.house, younger.conversation_id, staff))
        await waiting(town, acting)
    with pytest.raises(Refused, match="gone"):
        await acting


async def test_a_browser_that_comes_back_during_the_merge_is_one_of_both(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, younger = await town.resident(), await town.resident("telegram")
    whom = await identity.find(town.house, younger.channel, younger.external_id)
    assert whom is not None
    async with merging_until_the_end(older, younger, monkeypatch):
        coming = asyncio.create_task(
            identity.attach_address(town.house, whom.person_id, "webchat", "one-more-browser-of-theirs")
        )
        await waiting(town, coming)
    await coming
    found = await identity.find(town.house, "webchat", "one-more-browser-of-theirs")
    assert found is not None
    assert found.conversation_id == older.conversation_id
    receipt = await town.conversations.receive(
        Resident(town, "webchat", "one-more-browser-of-theirs").inbound(Typed("x"))
    )
    assert receipt.conversation_id == older.conversation_id


async def test_a_message_that_was_claimed_before_the_merge_is_sent_after_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, younger = await town.resident(), await town.resident("telegram")
    channels = {"telegram": StrictChannel()}
    await send_all(town, channels)
    await younger.types("menu")
    (last,) = (await younger.messages())[-1:]
    real, done = seintje.way_of, asyncio.Lock()

    async def after_the_merge(*what: Any) -> Any:
        async with done:
            if not await town.rows(tables.conversation, queue="merged"):
                await join(older, younger)
        return await real(*what)

    monkeypatch.setattr(outbox, "way_of", after_the_merge)
    await send_all(town, channels)
    assert channels["telegram"].took[-1][1].startswith(last.content.text[:20])
    assert {row.state for row in await town.rows(tables.outbox, channel="telegram")} == {"sent"}


async def test_a_file_that_was_on_its_way_is_kept_for_both(town: Town) -> None:
    older = await town.resident()
    younger = await sent(town, "the-photo")

    async def meanwhile() -> None:
        if not await town.rows(tables.conversation, queue="merged"):
            await join(older, younger)

    await fetch_all(town, Keeper({"the-photo": [PHOTO]}, meanwhile=meanwhile))
    (file,) = await town.rows(tables.attachment)
    assert file.conversation_id == older.conversation_id
    assert town.house.vault.unseal(file.data_sealed, "attachment") == PHOTO


async def test_a_file_that_is_stored_during_the_merge_is_fetched_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = await town.resident()
    younger = await sent(town, "the-photo")
    await younger.says(Sent("photo", ""))
    (row,) = await town.rows(tables.download)
    (person,) = await town.rows(tables.person, id=(await younger.row()).person_id)
    sealed = {"data_sealed": town.house.vault.seal(person.key_id, "attachment", PHOTO), "media_type": "image/jpeg"}
    values = {**sealed, "message_id": row.message_id, "created_at": 0, "size": len(PHOTO)}

    async def store() -> bool:
        async with town.house.db.begin() as conn:
            return await downloads.store(conn, row.id, person.key_id, values)

    async with merging_until_the_end(older, younger, monkeypatch):
        storing = asyncio.create_task(store())
        await waiting(town, storing)
    assert not await storing
    assert not await town.rows(tables.attachment)
    await fetch_all(town, Keeper({"the-photo": [PHOTO]}))
    assert [file.conversation_id for file in await town.rows(tables.attachment)] == [older.conversation_id]
