"""Connections that say too little: nobody can hold them all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from aiohttp import web

from bot import web as web_
from tests.support.town import Town

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


@pytest.fixture
async def port(town: Town, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A server that waits a moment, and a page that takes its time."""
    monkeypatch.setattr(web_, "HEAD_TIME", 0.05)
    app = web.Application()
    web_.setup(app)

    async def slow(request: web.Request) -> web.Response:
        body = await request.read()
        await asyncio.sleep(0.2)  # longer than a request may take to begin
        return web.Response(body=body)

    app.router.add_post("/slow", slow)
    runner = web_.Runner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield int(runner.addresses[0][1])
    await runner.cleanup()


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"G",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nX: ",
        b"\r\n",
    ],
)
async def test_a_request_that_does_not_come_ends_the_connection(port: int, begun: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(begun)
    async with asyncio.timeout(30):
        if begun.count(b"GET") == 2:
            await reader.readuntil(b"ok\n")
            writer.write(b"y")
        assert await reader.read() == b""
    writer.close()


async def test_letter_by_letter_gives_no_more_time(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\n")
    async with asyncio.timeout(30):
        while not reader.at_eof():
            writer.write(b"X-A: b\r\n")
            with suppress(TimeoutError, ConnectionError):
                await asyncio.wait_for(reader.read(1), 0.01)
    writer.close()


async def test_who_asks_at_once_may_wait_long_for_the_answer(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(2):
        writer.write(b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")
        await writer.drain()
        writer.write(b"ok")
        async with asyncio.timeout(30):
            assert (await reader.readuntil(b"\r\n\r\nok")).startswith(b"HTTP/1.1 200")
    writer.close()
