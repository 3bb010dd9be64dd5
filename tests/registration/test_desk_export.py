"""The export page: who may take one, the file as it comes, who took which; and what Open Klant refused."""

from __future__ import annotations

import pytest

from bot.clock import to_ms
from bot.export import rows
from storage import tables
from tests.registration.telling import called, states, tell
from tests.support.desk import Balie
from tests.support.fake_openklant import FakeOpenKlant
from tests.support.town import MONDAY

PERIOD = {"what": "contactmomenten", "first": "2026-11-01", "last": "2026-11-30", "format": "csv"}


async def test_a_coordinator_takes_an_export_and_everyone_who_oversees_sees_it(balie: Balie) -> None:
    town = balie.town
    one, noor = await balie.resident(), await town.colleague()
    await called(town, one, noor)
    ans = await balie.browser(await balie.add_staff("ans", "Ans", "coordinator"))
    await ans.get("/desk/export")
    assert 'value="2026-10-01"' in ans.page, "the last month"
    response = await ans.post("/desk/export", **PERIOD)
    assert response.status == 200
    assert response.headers["Content-Disposition"] == 'attachment; filename="contactmomenten_2026-11-01_2026-11-30.csv"'
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    raw = await response.read()
    assert raw.startswith(b"\xef\xbb\xbfdossier;datum;")
    assert raw.count(b"\r\n") == 2
    (event,) = await town.rows(tables.event, kind="exported_contactmomenten")
    assert (event.created_at, event.conversation_id) == (to_ms(MONDAY), None)
    auditor = await balie.browser(await balie.add_staff("aad", "Aad", "auditor"))
    await auditor.get("/desk/export")
    assert "Ans, contactmomenten" in auditor.page
    assert 'id="take"' not in auditor.page


async def test_a_long_export_comes_in_pieces(balie: Balie, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "PAGE", 2)
    monkeypatch.setattr("bot.desk.export._PIECE", 64)
    town = balie.town
    one, noor = await balie.resident(), await town.colleague()
    await called(town, one, noor, times=7)
    ans = await balie.browser(await balie.add_staff("ans", "Ans", "coordinator"))
    await ans.get("/desk/export")
    response = await ans.post("/desk/export", **(PERIOD | {"format": "json"}))
    assert response.headers.get("Transfer-Encoding") == "chunked"
    assert len((await response.json())["regels"]) == 7


@pytest.mark.parametrize("role", ["caseworker", "beheerder", "auditor"])
async def test_nobody_else_takes_one(balie: Balie, role: str) -> None:
    browser = await balie.browser(await balie.add_staff("x", "Xandra", role))
    page = await browser.get("/desk/export")
    assert page.status == (403 if role == "caseworker" else 200)
    await browser.get("/desk")
    assert ('href="/desk/export"' in browser.page) == (role != "caseworker")
    assert (await browser.post("/desk/export", **PERIOD)).status == 403
    assert await balie.town.rows(tables.event, kind="exported_contactmomenten") == []
    await browser.get("/desk")
    assert (await browser.post("/desk/export/again")).status == (303 if role == "beheerder" else 403)


async def test_without_the_forms_own_token_nothing_goes(balie: Balie) -> None:
    ans = await balie.browser(await balie.add_staff("ans", "Ans", "coordinator"))
    await ans.get("/desk/export")
    ans.page = ""
    assert (await ans.post("/desk/export", **PERIOD)).status == 403
    assert (await balie.town.rows(tables.event, kind="exported_contactmomenten")) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"what": "alles"}, "Kies wat u wilt downloaden"),
        ({"first": "2026-12-01"}, "Kies een eerste en een laatste dag"),
        ({"last": '"><script>'}, "Kies een eerste en een laatste dag"),
        ({"first": "2020-01-01"}, "ten hoogste twee jaar"),
    ],
)
async def test_what_cannot_be_made_is_said_and_stays_typed(balie: Balie, wrong: dict[str, str], words: str) -> None:
    ans = await balie.browser(await balie.add_staff("ans", "Ans", "coordinator"))
    await ans.get("/desk/export")
    response = await ans.post("/desk/export", **(PERIOD | wrong))
    assert response.status == 400
    assert words in ans.page
    assert "<script>" not in ans.page
    assert 'value="2026-11-30"' in ans.page or "last" in wrong
    assert (await balie.town.rows(tables.event, kind="exported_contactmomenten")) == []


async def test_what_open_klant_refused_is_told_and_sent_again(balie: Balie, fake: FakeOpenKlant) -> None:
    town = balie.town
    one, noor = await balie.resident(), await balie.add_staff("noor", "Noor")
    await called(town, one, noor, times=2)  # type: ignore[arg-type]
    fake.refuses = {"klantcontact.kanaal": "invalid"}
    await tell(town)
    inbox = await balie.browser(noor)
    await inbox.get("/desk")
    assert "Open Klant nam contactmomenten niet aan." in inbox.page
    ans = await balie.browser(await balie.add_staff("ans", "Ans", "coordinator"))
    await ans.get("/desk/export")
    assert "2 niet verstuurd" in ans.page
    assert "Open Klant kent de naam van een kanaal niet" in ans.page
    fake.refuses = {}
    assert (await ans.post("/desk/export/again")).status == 303
    await tell(town)
    assert await states(town) == [("sent", None)] * 2
    await ans.get("/desk/export")
    assert "Alles is doorgegeven." in ans.page
    await inbox.get("/desk")
    assert "Open Klant" not in inbox.page


async def test_a_token_that_does_not_hold_is_told_in_the_inbox(balie: Balie, fake: FakeOpenKlant) -> None:
    town = balie.town
    one, noor = await balie.resident(), await balie.add_staff("noor", "Noor")
    await called(town, one, noor)  # type: ignore[arg-type]
    fake.token = "another"
    await tell(town)
    browser = await balie.browser(noor)
    await browser.get("/desk")
    assert "Open Klant krijgt nu geen contactmomenten." in browser.page
    assert "Contactmomenten wachten en gaan daarna vanzelf." in browser.page
    assert (await browser.post("/desk/export/again")).status == 403
