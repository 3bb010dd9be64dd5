"""The worker in its process: there where Open Klant is told, alive after whatever fails, counted without content."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from prometheus_client import generate_latest

from bot.notify import CollectingNotifier
from bot.registration.sending import Registration
from bot.server import WORKERS, make_app
from bot.web import REGISTRY
from tests.registration.telling import called, tell, worker
from tests.support.fake_openklant import FakeOpenKlant
from tests.support.town import Town


async def test_it_works_only_where_open_klant_is_told(town: Town) -> None:
    assert make_app(town.house, notifier=CollectingNotifier())[WORKERS].registration is not None
    town.house.config = replace(town.house.config, openklant=None)
    assert make_app(town.house, notifier=CollectingNotifier())[WORKERS].registration is None


async def test_a_round_that_fails_ends_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds, again = ["failed", "done"], asyncio.Event()

    async def run_due(self: Registration) -> int:
        if not rounds:
            again.set()
            await asyncio.Event().wait()
        if rounds.pop(0) == "failed":
            raise ZeroDivisionError
        return 1

    monkeypatch.setattr(Registration, "run_due", run_due)
    monkeypatch.setattr("bot.registration.sending.EVERY", 0)
    task = asyncio.create_task(worker(town).run())
    async with asyncio.timeout(30):
        await again.wait()
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_is_counted_and_logged_holds_no_content(
    town: Town, fake: FakeOpenKlant, caplog: pytest.LogCaptureFixture
) -> None:
    one, noor = await town.resident(), await town.colleague("Noor van Planting")
    await called(town, one, noor, times=2)
    fake.plan(status=400, body={"invalidParams": [{"name": "Planting", "code": "x"}]})
    await tell(town)
    counted = generate_latest(REGISTRY).decode()
    assert 'klopaan_registrations_total{kind="klantcontact",result="failed"}' in counted
    told = counted + caplog.text
    assert not [secret for secret in ("Planting", "K-0000", "telefoon") if secret in told]
