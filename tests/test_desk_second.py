"""The second step of signing in: required, asked, tried out, guessed, lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from bot.desk.passwords import verify
from bot.desk.second import RECOVERY_CODES
from bot.desk.sessions import Staff
from bot.desk.tries import FREE_TRIES, FREE_TRIES_FROM_ALL, Place
from bot.errors import Refused
from storage import second_factors, tables
from tests.support.desk import PASSWORD, Balie, Browser
from tests.support.second import App, enrol, recovery_codes, require_second, shown_app
from tests.test_joining_races import waiting

ON_SQLITE = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
#: Pages of the desk, one of each kind: whole, fetched by a page, a file's, news.
CLOSED = ("/desk", "/desk/rows", "/desk/file/1", "/desk/news", "/desk/me", "/desk/ratings/csv", "/desk/prove")


@pytest.fixture
async def noor(balie: Balie) -> Staff:
    """A caseworker with a password, where everyone has to have a second step."""
    require_second(balie)
    return await balie.add_staff("noor", "Noor", password=PASSWORD)


async def typed_in(balie: Balie) -> Browser:
    """A browser in which the right password was given."""
    browser = await balie.browser()
    await browser.get("/desk/sign-in")
    assert (await browser.post("/desk/sign-in", username="noor", password=PASSWORD)).status == 303
    return browser


async def enrolled(balie: Balie) -> tuple[App, list[str]]:
    return await enrol(await typed_in(balie))


async def is_open(browser: Browser) -> bool:
    return (await browser.get("/desk")).status == 200


async def test_without_a_second_step_only_setting_it_up_is_open(balie: Balie, noor: Staff) -> None:
    browser = await typed_in(balie)
    for path in CLOSED:
        refused = await browser.get(path)
        assert refused.status in (303, 401), path
        assert refused.headers.get("Location", "/desk/second/set-up").startswith("/desk/second/set-up"), path
    await browser.get("/desk/second/set-up")
    assert (await browser.post("/desk/me", phone="010 123 45 67")).status == 401
    await browser.get("/desk/second/set-up")
    before = browser.cookie("klopaan-desk").value
    app, codes = await enrol(browser)
    assert len(set(codes)) == RECOVERY_CODES
    assert browser.cookie("klopaan-desk").value != before, "a session that nobody saw before"
    assert await is_open(browser)
    old = await balie.browser()
    assert (await old.get("/desk", headers={"Cookie": f"klopaan-desk={before}"})).status == 303
    (row,) = await balie.town.rows(tables.staff)
    assert app.code().encode() not in row.totp_sealed
    assert row.key_id == balie.house.vault.key_of(row.totp_sealed)
    stored = {one.code_index for one in await balie.town.rows(tables.recovery_code)}
    assert not {code.encode() for code in codes} & stored


async def test_the_code_is_asked_after_the_password_and_counts_once(balie: Balie, noor: Staff) -> None:
    app, _ = await enrolled(balie)
    browser, other = await typed_in(balie), await typed_in(balie)
    assert (await browser.get("/desk/file/7")).headers["Location"] == "/desk/second?next=/desk/file/7"
    assert (await browser.get("/desk/second/set-up")).headers["Location"] == "/desk/second", "no way round it"
    code = app.code()
    for one in (browser, other):
        await one.get("/desk/second?next=/desk/tasks")
    passed = await browser.post("/desk/second", code=f" {code[:3]} {code[3:]} ", next=browser.field("next"))
    assert (passed.status, passed.headers["Location"]) == (303, "/desk/tasks")
    assert await is_open(browser)
    assert (await other.post("/desk/second", code=code)).status == 403
    assert "Deze code klopt niet, of is al gebruikt" in other.page
    assert not await is_open(other)


async def test_a_code_used_at_the_same_moment_counts_once(balie: Balie, noor: Staff) -> None:
    app, codes = await enrolled(balie)
    second = balie.own.accounts.second

    async def check(code: str, number: int) -> bool:
        try:
            await second.check(noor.id, code, Place(f"device {number}", is_known=True))
        except Refused:
            return False
        return True

    for code in (app.code(), codes[0]):
        assert sum(await asyncio.gather(*(check(code, number) for number in range(6)))) == 1


@ON_SQLITE
@pytest.mark.parametrize(("steps", "right"), [(-2, False), (0, True), (1, True), (2, False)])
async def test_a_clock_may_be_one_step_off(balie: Balie, noor: Staff, steps: int, right: bool) -> None:
    app, _ = await enrolled(balie)
    now = 1_900_000_000_000
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.staff).values(totp_step=None))
    balie.own.accounts.second._clock = lambda: now
    code = app._totp.generate_otp(now // 30_000 + steps)
    browser = await typed_in(balie)
    await browser.get("/desk/second")
    assert ((await browser.post("/desk/second", code=code)).status == 303) is right


@ON_SQLITE
async def test_a_link_does_not_get_round_it(balie: Balie, noor: Staff) -> None:
    browser = await balie.browser(noor)
    assert (await browser.get("/desk")).headers["Location"] == "/desk/second/set-up?next=/desk"
    app, _ = await enrol(browser)
    again = await balie.browser(noor)
    assert (await again.get("/desk")).headers["Location"] == "/desk/second?next=/desk"
    await again.get("/desk/second")
    assert (await again.post("/desk/second", code=app.code())).status == 303
    assert await is_open(again)


@ON_SQLITE
async def test_where_it_is_optional_who_set_it_up_is_asked(balie: Balie) -> None:
    noor = await balie.add_staff("noor", "Noor")
    browser = await balie.browser(noor)
    assert await is_open(browser)
    app, _ = await enrol(browser)
    again = await balie.browser(noor)
    assert not await is_open(again)
    await again.get("/desk/second")
    assert (await again.post("/desk/second", code=app.code())).status == 303
    assert await is_open(again)


@ON_SQLITE
async def test_whoever_finds_an_open_screen_brings_in_no_telephone_of_their_own(balie: Balie) -> None:
    ans = await balie.add_staff("ans", "Ans", password=PASSWORD)
    browser = await balie.browser(ans)
    await browser.get("/desk/second/set-up")
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.staff_session).values(proved_at=1))
    for answer in (await browser.post("/desk/second/set-up", code="0"), await browser.get("/desk/second/set-up")):
        assert (answer.status, answer.headers["Location"]) == (303, "/desk/prove?next=/desk/second/set-up")
    await browser.get("/desk/prove?next=/desk/second/set-up")
    there = await browser.post("/desk/prove", next=browser.field("next"), proof_password=PASSWORD)
    assert there.headers["Location"] == "/desk/second/set-up"
    await enrol(browser)


@ON_SQLITE
async def test_whoever_saw_a_secret_before_does_not_know_the_one_that_is_set_up(balie: Balie, noor: Staff) -> None:
    thief, browser = await typed_in(balie), await typed_in(balie)
    for one in (thief, browser):
        await one.get("/desk/second/set-up")
    seen = shown_app(thief)
    app, _ = await enrol(browser)
    late = await typed_in(balie)
    await late.get("/desk/second")
    assert (await late.post("/desk/second", code=seen.code())).status == 403
    assert (await late.post("/desk/second", code=app.code())).status == 303


async def test_recovery_codes_stand_in_once_and_new_ones_replace_them(balie: Balie, noor: Staff) -> None:
    _, codes = await enrolled(balie)
    first, second, third = [await typed_in(balie) for _ in range(3)]
    for browser in (first, second, third):
        await browser.get("/desk/second")
    assert (await first.post("/desk/second", code=codes[0].upper().replace("-", " "))).status == 303
    assert (await second.post("/desk/second", code=codes[0])).status == 403
    await first.get("/desk/me")
    assert f"nog {RECOVERY_CODES - 1} herstelcodes" in first.page
    assert (await first.post("/desk/second/codes")).status == 200
    fresh = recovery_codes(first)
    assert len(fresh) == RECOVERY_CODES
    assert not set(fresh) & set(codes)
    assert (await third.post("/desk/second", code=codes[1])).status == 403
    assert (await third.post("/desk/second", code=fresh[1])).status == 303


async def test_of_recovery_codes_that_are_asked_twice_at_once_the_last_ones_count(
    balie: Balie, noor: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, codes = await enrolled(balie)
    second, put = balie.own.accounts.second, second_factors.put_codes
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slowly(*what: Any) -> None:
        await put(*what)
        begun.set()
        await may_end.wait()

    monkeypatch.setattr(second_factors, "put_codes", slowly)
    first = asyncio.create_task(second.new_codes(noor.id))
    await begun.wait()
    other = asyncio.create_task(second.new_codes(noor.id))
    await waiting(balie.town, other)
    may_end.set()
    lost, fresh = await asyncio.gather(first, other)
    assert await second.codes_left(noor.id) == RECOVERY_CODES
    here = Place("127.0.0.1", is_known=False)
    await second.check(noor.id, fresh[0], here)
    for former in (lost[0], codes[0]):
        with pytest.raises(Refused, match="wrong_code"):
            await second.check(noor.id, former, here)


@ON_SQLITE
async def test_guessing_codes_is_slowed_and_said_and_stops_no_browser_that_is_known(balie: Balie, noor: Staff) -> None:
    home = await typed_in(balie)
    app, _ = await enrol(home)
    guessing = await typed_in(balie)
    await guessing.get("/desk/second")
    for _ in range(FREE_TRIES):
        assert (await guessing.post("/desk/second", code="000000")).status == 403
    assert (await guessing.post("/desk/second", code=app.code())).status == 429
    assert "Te vaak geprobeerd" in guessing.page
    again = await typed_in(balie)  # whoever begins anew does not get five more
    await again.get("/desk/second")
    assert (await again.post("/desk/second", code=app.code())).status == 429
    await home.get("/desk/me")
    await home.post("/desk/sign-out")
    await home.get("/desk/sign-in")
    assert (await home.post("/desk/sign-in", username="noor", password=PASSWORD)).status == 303
    await home.get("/desk/second")
    assert (await home.post("/desk/second", code=app.code())).status == 303


@ON_SQLITE
async def test_guessing_from_everywhere_has_a_ceiling_and_other_processes_count_along(
    balie: Balie, noor: Staff
) -> None:
    app, _ = await enrolled(balie)
    others = [type(balie.own.accounts)(balie.house) for _ in range(2)]
    for number in range(FREE_TRIES_FROM_ALL):
        with pytest.raises(Refused, match="wrong_code"):
            await others[number % 2].second.check(noor.id, "000000", Place(f"address {number}", is_known=False))
    with pytest.raises(Refused, match="wait"):
        await balie.own.accounts.second.check(noor.id, app.code(), Place("address x", is_known=False))


@ON_SQLITE
async def test_who_does_not_know_the_password_cannot_keep_anyone_out_by_codes(balie: Balie, noor: Staff) -> None:
    app, _ = await enrolled(balie)
    stranger = await balie.browser()
    await stranger.get("/desk/sign-in")
    for _ in range(2 * FREE_TRIES):
        assert (await stranger.post("/desk/second", code="000000")).status == 401
        await stranger.get("/desk/sign-in")
    browser = await typed_in(balie)
    await browser.get("/desk/second")
    assert (await browser.post("/desk/second", code=app.code())).status == 303


async def test_another_telephone_needs_proof_and_the_former_no_longer_counts(balie: Balie, noor: Staff) -> None:
    browser = await typed_in(balie)
    app, codes = await enrol(browser)
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.staff_session).values(proved_at=1))
    await browser.get("/desk/me")
    assert (await browser.post("/desk/second/anew")).status == 403
    assert "Bent u het zelf?" in browser.page
    proof = {"proof_password": PASSWORD, "proof_code": app.code()}
    assert (await browser.post("/desk/second/anew", **proof)).headers["Location"] == "/desk/second/set-up"
    assert not await is_open(browser), "required: it is set up again first"
    other, _ = await enrol(browser)
    assert await is_open(browser)
    late = await typed_in(balie)
    await late.get("/desk/second")
    for wrong in (app.code(1), codes[3]):
        assert (await late.post("/desk/second", code=wrong)).status == 403
    assert (await late.post("/desk/second", code=other.code())).status == 303


async def test_who_lost_everything_begins_anew_after_the_beheerder_reset_it(balie: Balie, noor: Staff) -> None:
    browser = await typed_in(balie)
    await enrol(browser)
    await balie.own.accounts.second.remove(noor.id)
    assert (await browser.get("/desk")).headers["Location"].startswith("/desk/sign-in")
    assert await balie.town.rows(tables.recovery_code) == []
    again = await typed_in(balie)
    assert (await again.get("/desk")).headers["Location"] == "/desk/second/set-up?next=/desk"
    await enrol(again)
    assert await is_open(again)


@ON_SQLITE
async def test_a_wrong_first_code_switches_nothing_on(balie: Balie, noor: Staff) -> None:
    browser = await typed_in(balie)
    await browser.get("/desk/second/set-up")
    shown = browser.page
    assert (await browser.post("/desk/second/set-up", code="000000")).status == 403
    assert "Deze code klopt niet" in browser.page
    await browser.get("/desk/second/set-up")
    assert browser.page.split("<svg")[0].count("data:image") == shown.count("data:image")
    (row,) = await balie.town.rows(tables.staff)
    assert row.totp_since is None
    assert (await (await typed_in(balie)).get("/desk")).headers["Location"].startswith("/desk/second/set-up")


@ON_SQLITE
@pytest.mark.parametrize("case", ["unknown", "wrong", "disabled", "elsewhere"])
async def test_whoever_is_refused_is_refused_alike(
    balie: Balie, noor: Staff, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = await balie.add_staff("gone", "Weg", password=PASSWORD)
    await balie.add_staff("elsewhere", "Via De Gemeente")
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.staff).where(tables.staff.c.id == gone.id).values(disabled_at=1))
    checked: list[str] = []

    def counted(hashed: str, password: str) -> bool:
        checked.append(hashed)
        return verify(hashed, password)

    monkeypatch.setattr("bot.desk.passwords.verify", counted)
    username = {"unknown": "niemand", "wrong": "noor", "disabled": "gone", "elsewhere": "elsewhere"}[case]
    browser = await balie.browser()
    await browser.get("/desk/sign-in")
    for number in range(FREE_TRIES + 1):
        password = "verkeerd" if case == "wrong" else PASSWORD
        refused = await browser.post("/desk/sign-in", username=username, password=password)
        waits = number == FREE_TRIES
        assert refused.status == (429 if waits else 403)
        assert ("Te vaak geprobeerd" if waits else "horen niet bij elkaar") in browser.page
    assert len(checked) == FREE_TRIES
    assert await balie.town.rows(tables.staff_session) == []
