"""What every process answers: health, figures, headers, and errors in words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.clock import DemoClock
from bot.demo import page as demo_page
from bot.pings import Pings
from bot.server import Role, make_app
from bot.texts.keeping import TEXTS, Wordings
from tests.support.town import Town

Client = TestClient[Any, Any]


async def started(town: Town, role: Role = "all") -> Client:
    app = make_app(town.house, role=role, notifier=town.notifier)

    async def breaks(request: web.Request) -> web.Response:
        raise ZeroDivisionError("the words of a person might stand here")

    app.router.add_get("/breaks", breaks)
    return TestClient(TestServer(app))


@pytest.fixture
async def client(town: Town) -> AsyncIterator[Client]:
    async with await started(town) as opened:
        yield opened


async def text(client: Client, path: str, **headers: str) -> tuple[int, str]:
    async with client.get(path, headers=headers) as response:
        return response.status, await response.text()


async def test_healthz_and_readyz(client: Client) -> None:
    assert await text(client, "/healthz") == (200, "ok\n")
    assert await text(client, "/readyz") == (200, '{"database": "ok", "keys": "ok", "workers": "ok"}')


async def test_not_ready_when_a_database_does_not_answer(client: Client, town: Town, monkeypatch: Any) -> None:
    def gone() -> None:
        raise ConnectionError("secret-host: refused")

    monkeypatch.setattr(town.house.keys, "read", gone)
    assert await text(client, "/readyz") == (503, '{"database": "ok", "keys": "ConnectionError", "workers": "ok"}')
    assert (await text(client, "/healthz"))[0] == 200


async def test_not_ready_when_a_worker_stopped(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def run(self: Pings) -> None:
        raise ZeroDivisionError("the words of a person might stand here")

    monkeypatch.setattr(Pings, "run", run)
    async with await started(town) as client:
        assert await text(client, "/readyz") == (503, '{"database": "ok", "keys": "ok", "workers": "stopped"}')
        assert caplog.messages == ["a worker stopped: ZeroDivisionError"]


@pytest.mark.parametrize("role", ["all", "web", "worker"])
async def test_every_process_hears_of_other_words(town: Town, role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    read = asyncio.Event()

    async def refresh(self: Wordings) -> None:
        read.set()

    monkeypatch.setattr(Wordings, "refresh", refresh)
    async with await started(town, role), asyncio.timeout(30):
        while not read.is_set():  # until it listens
            town.house.signals.publish([TEXTS])
            await asyncio.sleep(0)


async def test_metrics_count_by_route_and_never_by_path(client: Client) -> None:
    await text(client, "/nothing/of-anyone")
    await text(client, "/c/a-secret-token-of-someone-0123456789")
    status, body = await text(client, "/metrics")
    assert status == 200
    assert 'klopaan_requests_total{method="GET",route="/c/{token}",status="200"}' in body
    assert "of-anyone" not in body
    assert "secret-token" not in body


@pytest.mark.parametrize("path", ["/", "/chat", "/desk", "/healthz", "/metrics", "/nothing", "/breaks", "/chat/me"])
async def test_every_answer_has_the_headers_that_protect(client: Client, path: str) -> None:
    async with client.get(path, allow_redirects=False) as response:
        headers = response.headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy or "sandbox" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert headers["Server"] == "Klopaan"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("DELETE", "/healthz", 405), ("PUT", "/", 405), ("GET", "/breaks", 500)],
)
async def test_errors_are_words_with_a_number_and_never_a_trace(
    client: Client, method: str, path: str, status: int
) -> None:
    async with client.request(method, path, headers={"Accept": "text/html"}) as response:
        page = await response.text()
        assert (response.status, response.content_type) == (status, "text/html")
    async with client.request(method, path) as response:
        data = await response.json()
        assert response.status == status
    assert set(data) == {"error", "request"}
    assert data["error"] in page
    for body in (page, str(data)):
        assert "Traceback" not in body
        assert "ZeroDivision" not in body
        assert "words of a person" not in body


async def test_an_error_is_logged_with_the_number_that_the_visitor_sees(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    async with client.get("/breaks") as response:
        number = (await response.json())["request"]
    (record,) = [record for record in caplog.records if number in record.getMessage()]
    assert record.getMessage() == f"request {number} failed: ZeroDivisionError"


async def test_what_is_far_too_large_is_refused_and_costs_little(client: Client) -> None:
    async with client.post(
        "/chat/message", data=BytesIO(b"x" * 50_000_000), headers={"Sec-Fetch-Site": "same-origin"}
    ) as got:
        assert 400 <= got.status < 500


async def test_a_worker_has_no_pages_and_a_web_process_has(town: Town) -> None:
    async with await started(town, "worker") as worker:
        assert (await text(worker, "/"))[0] == 404
        assert (await text(worker, "/desk"))[0] == 404
        assert (await text(worker, "/readyz"))[0] == 200
    async with await started(town, "web") as pages:
        assert (await text(pages, "/"))[0] == 200


async def test_the_demos_clock_is_only_in_the_demo(client: Client) -> None:
    async with client.post("/demo/clock", json={"advance": "P1D"}) as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("told", "is_https"), [(("https", "http"), False), (("http", "https"), True), (("https, http",), False)]
)
async def test_of_several_words_about_https_the_nearest_proxys_counts(
    town: Town, told: tuple[str, ...], is_https: bool
) -> None:
    config = town.house.config
    town.house.config = replace(config, web=replace(config.web, trusted_proxies=(ip_network("127.0.0.0/8"),)))
    headers = [("X-Forwarded-Proto", one) for one in told]
    async with await started(town) as client, client.get("/healthz", headers=headers) as response:
        assert ("Strict-Transport-Security" in response.headers) is is_https


@pytest.mark.parametrize(
    ("origin", "is_ours"),
    [
        ("https://hulp.gemeente.example", True),
        ("http://hulp.gemeente.example", False),
        ("https://hulp.gemeente.example.evil.example", False),
        ("null", False),
    ],
)
async def test_a_page_behind_a_proxy_that_renames_the_host_is_ours_by_its_public_address(
    town: Town, origin: str, is_ours: bool
) -> None:
    config = town.house.config
    town.house.config = replace(config, web=replace(config.web, public_url="https://hulp.gemeente.example"))
    app = make_app(town.house, notifier=town.notifier)
    demo_page.setup(app, DemoClock(), town.notifier)
    async with TestClient(TestServer(app)) as client:
        for path in ("/chat/message", "/demo/clock"):
            async with client.post(path, json={}, headers={"Origin": origin}) as response:
                assert (response.status != 403) is is_ours, path
