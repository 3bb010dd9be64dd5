"""What one process changes reaches the others, on PostgreSQL, by the same address as the database itself."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.listening import listen
from tests.stores import StoreUrls


@pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)
async def test_what_another_process_told_is_heard_whatever_stands_in_the_address(store_urls: StoreUrls) -> None:
    url = f"{store_urls.data}{'&' if '?' in store_urls.data else '?'}prepared_statement_cache_size=0&ssl=disable"
    heard: asyncio.Queue[list[str]] = asyncio.Queue()
    listening = asyncio.create_task(listen(url, "klopaan", lambda topics: heard.put_nowait(list(topics))))
    db = Database.open(url)
    try:
        while heard.empty():
            async with db.begin() as conn:
                await conn.execute(text("SELECT pg_notify('klopaan', 'inbox,17')"))
        assert await heard.get() == ["inbox", "17"]
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await db.close()


async def test_where_nobody_answers_it_is_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries = 0

    async def sleep(seconds: float) -> None:
        nonlocal tries
        tries += 1
        if tries == 3:
            raise asyncio.CancelledError

    monkeypatch.setattr("storage.listening.asyncio.sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        await listen("postgresql+asyncpg://someone:secret@127.0.0.1:1/nothing", "klopaan", lambda topics: None)
    assert caplog.messages == ["changes in other processes are seen late: ConnectionRefusedError"]
