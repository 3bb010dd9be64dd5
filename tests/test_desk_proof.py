"""Sessions at the desk, and proving who one is before what asks for it."""

from __future__ import annotations

import asyncio
import re

import pytest
from sqlalchemy import update

from bot.desk.sessions import Staff, kind_of, real_now
from bot.signals import INBOX
from storage import tables
from tests.support.desk import PASSWORD, Balie, Browser
from tests.support.second import enrol

ON_SQLITE = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
MINUTE = 60_000
PERIOD = {"what": "contactmomenten", "first": "2027-01-01", "last": "2027-01-31", "format": "csv"}


@pytest.fixture
async def ines(balie: Balie) -> Staff:
    """A coordinator with a password."""
    return await balie.add_staff("ines", "Ines", "coordinator", password=PASSWORD)


async def change(balie: Balie, **values: int | None) -> None:
    """Changes all sessions as time would have."""
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.staff_session).values(**values))


async def test_an_export_asks_who_it_is_and_then_goes_on_with_what_was_typed(balie: Balie, ines: Staff) -> None:
    browser = await balie.browser(ines)
    await browser.get("/desk/export")
    assert (await browser.post("/desk/export", **PERIOD)).status == 200, "who just signed in is not asked"
    await change(balie, proved_at=real_now() - 9 * MINUTE)
    await browser.get("/desk/export")
    assert (await browser.post("/desk/export", **PERIOD)).status == 200
    await change(balie, proved_at=real_now() - 10 * MINUTE)
    await browser.get("/desk/export")
    odd = {"Referer": "http://["}
    assert (await browser.post("/desk/export", odd, **PERIOD)).status == 403
    assert "Bent u het zelf?" in browser.page
    typed = {name: browser.field(name) for name in PERIOD}
    assert typed == PERIOD
    assert (await browser.post("/desk/export", **typed, proof_password="verkeerd")).status == 403
    assert "Dit wachtwoord klopt niet" in browser.page
    assert {name: browser.field(name) for name in PERIOD} == PERIOD
    assert "verkeerd" not in browser.page
    assert len(await balie.town.rows(tables.staff_session)) == 1
    proved = await browser.post("/desk/export", **typed, proof_password=PASSWORD)
    assert (proved.status, proved.content_type) == (200, "text/csv")
    await browser.get("/desk/export")
    assert (await browser.post("/desk/export", **PERIOD)).content_type == "text/csv", "not asked again"


@ON_SQLITE
async def test_the_second_step_is_part_of_the_proof(balie: Balie, ines: Staff) -> None:
    browser = await balie.browser(ines)
    app, _ = await enrol(browser)
    await change(balie, proved_at=1)
    await browser.get("/desk/export")
    await browser.post("/desk/export", **PERIOD)
    assert (await browser.post("/desk/export", **PERIOD, proof_password=PASSWORD, proof_code="")).status == 403
    assert "Deze code klopt niet" in browser.page
    proved = await browser.post("/desk/export", **PERIOD, proof_password=PASSWORD, proof_code=app.code())
    assert proved.content_type == "text/csv"


@ON_SQLITE
@pytest.mark.parametrize("second", [False, True])
async def test_a_page_that_asks_for_proof_leads_back(balie: Balie, second: bool) -> None:
    ans = await balie.add_staff("ans", "Ans", "coordinator", password=None if second else PASSWORD)
    browser = await balie.browser(ans)
    code = {}
    if second:
        app, _ = await enrol(browser)
        code = {"proof_code": app.code()}
    await change(balie, proved_at=1)
    asked = await browser.get("/desk/ratings/csv")
    assert asked.headers["Location"] == "/desk/prove?next=/desk/ratings"
    assert (await browser.get("/desk/prove", params={"next": "//elders.example"})).status == 200
    assert browser.field("next") == "/desk"
    await browser.get(asked.headers["Location"])
    there = await browser.post("/desk/prove", next="/desk/ratings", **(code or {"proof_password": PASSWORD}))
    assert there.headers["Location"] == "/desk/ratings"
    assert (await browser.get("/desk/ratings/csv")).content_type == "text/csv"


@ON_SQLITE
async def test_who_has_nothing_to_prove_it_with_signs_in_anew(balie: Balie) -> None:
    ans = await balie.add_staff("ans", "Ans", "coordinator")
    browser = await balie.browser(ans)
    await change(balie, proved_at=None)
    await browser.get("/desk/export")
    assert (await browser.post("/desk/export", **PERIOD, proof_password="", proof_code="")).status == 403
    assert "Vraag uw beheerder om een eenmalige link" in browser.page
    assert (await browser.get("/desk/ratings/csv")).status == 303


@ON_SQLITE
async def test_guessing_in_a_proof_is_slowed(balie: Balie, ines: Staff) -> None:
    browser = await balie.browser(ines)
    await change(balie, proved_at=1)
    await browser.get("/desk/prove")
    statuses = [(await browser.post("/desk/prove", proof_password="raden")).status for _ in range(6)]
    assert statuses == [403] * 5 + [429]
    assert "Te vaak geprobeerd" in browser.page


def marks(browser: Browser) -> list[str]:
    return re.findall(r'name="mark" value="([0-9a-f]+)"', browser.page)


async def test_sessions_are_listed_and_ended(balie: Balie, noor: Staff, ines: Staff) -> None:
    here, there, elsewhere = [await balie.browser(noor) for _ in range(3)]
    stranger = await balie.browser(ines)
    await here.get("/desk/me")
    assert here.page.count("(deze)") == 1
    assert len(marks(here)) == 2
    await stranger.get("/desk/me")
    await stranger.post("/desk/me/sessions", mark=marks(here)[0])
    await here.get("/desk/me")
    assert len(marks(here)) == 2, "nobody ends a colleague's session there"
    assert (await here.post("/desk/me/sessions", mark=marks(here)[0])).status == 303
    assert sorted([(await one.get("/desk")).status for one in (there, elsewhere)]) == [200, 303]
    await here.get("/desk/me")
    await here.post("/desk/me/sessions", others="1")
    assert [(await one.get("/desk")).status for one in (here, there, elsewhere)] == [200, 303, 303]
    assert (await stranger.get("/desk")).status == 200


async def test_a_coordinator_signs_a_colleague_out_and_a_caseworker_does_not(
    balie: Balie, noor: Staff, ines: Staff
) -> None:
    theirs, coordinator = await balie.browser(noor), await balie.browser(ines)
    await theirs.get("/desk/me")
    assert (await theirs.post(f"/desk/team/{ines.id}/sign-out")).status == 403
    assert (await coordinator.get("/desk/team")).status == 200
    assert (await coordinator.post(f"/desk/team/{noor.id}/sign-out")).status == 303
    assert (await theirs.get("/desk")).status == 303
    assert (await coordinator.get("/desk")).status == 200


@ON_SQLITE
async def test_a_session_that_nobody_uses_ends_and_a_page_that_stands_open_is_no_use(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    minutes = balie.house.config.desk.idle_minutes
    await change(balie, seen_at=real_now() - (minutes - 1) * 60_000)
    assert (await browser.get("/desk/rows")).status == 200
    (row,) = await balie.town.rows(tables.staff_session)
    assert row.seen_at < real_now() - 60_000
    assert (await browser.get("/desk")).status == 200
    (row,) = await balie.town.rows(tables.staff_session)
    assert row.seen_at > real_now() - 60_000
    await change(balie, seen_at=real_now() - minutes * 60_000)
    assert (await browser.get("/desk")).status == 303


@ON_SQLITE
async def test_use_is_noted_once_a_minute(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    noted = real_now() - 30_000
    await change(balie, seen_at=noted)
    await browser.get("/desk/me")
    assert [row.seen_at for row in await balie.town.rows(tables.staff_session)] == [noted]


async def test_another_password_ends_the_other_sessions_and_needs_proof(balie: Balie, ines: Staff) -> None:
    here, there = await balie.browser(ines), await balie.browser(ines)
    await change(balie, proved_at=1)
    await here.get("/desk/me")
    assert "/desk/me/password" in here.page
    new = {"new": "vier losse woorden hier", "again": "vier losse woorden hier"}
    unproved = await here.post("/desk/me/password", **new)
    assert unproved.headers["Location"] == "/desk/prove?next=/desk/me/password"
    assert (await here.get("/desk/me/password")).headers["Location"] == "/desk/prove?next=/desk/me/password"
    await here.get("/desk/prove?next=/desk/me/password")
    await here.post("/desk/prove", next="/desk/me/password", proof_password=PASSWORD)
    await here.get("/desk/me/password")
    for wrong, said in (
        ({"new": "elf tekens!", "again": "elf tekens!"}, "Dit is te kort"),
        ({"new": "x" * 201, "again": "x" * 201}, "Dit is te lang"),
        ({"new": "vier losse woorden hier", "again": "vier losse woorden daar"}, "niet gelijk"),
    ):
        assert (await here.post("/desk/me/password", **wrong)).status == 409
        assert said in here.page
        assert "losse woorden" not in here.page.replace("Een paar losse woorden", "")
    assert (await there.get("/desk")).status == 200
    assert (await here.post("/desk/me/password", **new)).status == 303
    assert [(await one.get("/desk")).status for one in (here, there)] == [200, 303]
    fresh = await balie.browser()
    for password, status in ((PASSWORD, 403), (new["new"], 303)):
        await fresh.get("/desk/sign-in")
        assert (await fresh.post("/desk/sign-in", username="ines", password=password)).status == status


async def test_news_end_with_the_session(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    async with asyncio.timeout(60), browser.client.get("/desk/news") as news:
        assert await news.content.readline() == b"retry: 2000\n"
        await balie.own.accounts.sessions.close_all(noor.id)
        balie.house.signals.publish([INBOX])
        assert b"data" not in await news.content.read()


@ON_SQLITE
async def test_signing_in_again_replaces_the_session_of_that_browser(balie: Balie, ines: Staff) -> None:
    browser = await balie.browser(ines)
    before = browser.cookie("klopaan-desk").value
    await browser.get("/desk/sign-in")
    await browser.post("/desk/sign-in", username="ines", password=PASSWORD)
    assert browser.cookie("klopaan-desk").value != before
    assert len(await balie.town.rows(tables.staff_session)) == 1


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox op Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0", "Edge op Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari op iPhone"),
        ("<script>", ""),
    ],
)
def test_a_browser_is_named_by_kind(agent: str, kind: str) -> None:
    assert kind_of(agent) == kind
