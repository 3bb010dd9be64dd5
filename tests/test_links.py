"""klopaan check: links past their review, and links that cannot be reached, tried against a server of our own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.__main__ import main
from bot.config import SECRET as SECRET_NAME
from bot.links import AT_ONCE, overdue, unreachable
from flows.local import Link
from tests.stores import sqlite_urls
from tests.support.town import SECRET, write_config

TODAY = date(2026, 11, 23)


def link(url: str, reviewed: date = TODAY) -> Link:
    return Link("uitleg", "nl", "Film", url, reviewed)


@pytest.fixture
async def site() -> AsyncIterator[TestServer]:
    """Pages that behave as pages do."""
    app = web.Application()
    app.router.add_get("/good", _good)
    app.router.add_route("GET", "/no-head", _good)
    app.router.add_get("/moved", _moved)
    app.router.add_get("/round", _round)
    app.router.add_get("/slow", _slow)
    app.router.add_get("/broken", _broken)
    app.router.add_route("*", "/endless", _endless)
    server = TestServer(app)
    async with server:
        yield server


async def _good(request: web.Request) -> web.Response:
    if request.path == "/no-head" and request.method == "HEAD":
        raise web.HTTPMethodNotAllowed("HEAD", ["GET"])
    return web.Response(text="dag")


async def _moved(request: web.Request) -> web.Response:
    raise web.HTTPFound("/good")


async def _round(request: web.Request) -> web.Response:
    raise web.HTTPFound("/round")


async def _slow(request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


async def _endless(request: web.Request) -> web.StreamResponse:
    if request.method == "HEAD":
        raise web.HTTPNotFound
    response = web.StreamResponse()
    await response.prepare(request)
    with suppress(ConnectionError):
        while True:
            await response.write(bytes(1024 * 1024))
    return response


async def _broken(request: web.Request) -> web.Response:
    raise web.HTTPInternalServerError


async def test_what_can_be_reached_is_not_named(site: TestServer) -> None:
    good = [link(str(site.make_url(path))) for path in ("/good", "/no-head", "/moved")]
    assert await unreachable(good) == ()
    assert await unreachable([]) == ()


async def test_what_cannot_be_reached_is_named_with_the_reason(site: TestServer) -> None:
    paths = ("/good", "/gone", "/broken", "/round", "/slow")
    links = [*(link(str(site.make_url(path))) for path in paths), link(f"http://127.0.0.1:{_closed()}/")]
    found = await unreachable(links, patience=0.5)
    assert [(one.key, one.problem) for one in found] == [
        ("links.2.url", "answers 404."),
        ("links.3.url", "answers 500."),
        ("links.4.url", "sends on from page to page without end."),
        ("links.5.url", "does not answer within 0.5 seconds."),
        ("links.6.url", "cannot be reached: there is no such server, or it does not answer."),
    ]


async def test_many_that_are_slow_take_no_time_of_the_others(site: TestServer) -> None:
    slow = [link(str(site.make_url("/slow")))] * (AT_ONCE + 2)
    found = await unreachable([*slow, link(str(site.make_url("/good")))], patience=0.5)
    assert [one.key for one in found] == [f"links.{place}.url" for place in range(1, len(slow) + 1)]


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "a..example"])
async def test_a_name_that_cannot_be_one_is_said_and_ends_nothing(site: TestServer, host: str) -> None:
    found = await unreachable([link(f"https://{host}/"), link(str(site.make_url("/good")))])
    assert [(one.key, one.problem) for one in found] == [("links.1.url", "is no address that can be asked for.")]


async def test_a_page_without_end_is_not_read(site: TestServer) -> None:
    async with asyncio.timeout(5):
        assert await unreachable([link(str(site.make_url("/endless")))]) == ()


async def test_without_a_network_that_is_what_is_said() -> None:
    links = [link(f"http://127.0.0.1:{_closed()}/{page}") for page in range(3)]
    (found,) = await unreachable(links)
    assert (found.key, found.problem) == ("links", "none could be reached.")
    assert "network" in found.advice


def _closed() -> int:
    """A port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_link_past_its_review_is_named() -> None:
    links = [link("https://a.example"), link("https://b.example", date(2026, 11, 22))]
    (found,) = overdue(links, TODAY)
    assert found.key == "links.2.reviewed"
    assert "2026-11-22" in found.problem


def test_check_names_both_and_does_not_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET_NAME, SECRET)
    file = write_config(tmp_path, sqlite_urls(tmp_path))
    block = (
        f'\n[[links]]\nabout = "uitleg"\nlanguage = "nl"\ntitle = "Film"\n'
        f'url = "https://127.0.0.1:{_closed()}"\nreviewed = 2020-01-01\n'
    )
    file.write_text(file.read_text("utf-8") + block, "utf-8")
    assert main(["check", "--config", str(file)]) == 0
    said = capsys.readouterr().out
    assert "links.1.reviewed: is over since 2020-01-01" in said
    assert "links: none could be reached." in said
    assert "can be used" in said
