"""More than holding the telephone: what opens someone's own page, and all that does not."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import identity
from bot.clock import to_ms
from bot.errors import Refused
from bot.identity import real_now
from bot.own_data import proof
from storage import requests, tables
from tests.own_data.visiting import PIN, Pages, asks, change, has_pin, link_of, person
from tests.support.town import Resident, Town
from tests.test_joining import code_of, joins
from tests.test_joining_races import merging_until_the_end, waiting

_IS_OPEN = tables.personal_link.c.purpose == proof.OPEN
only_sqlite = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
FORGED = "abcdefghijklmnopqrstuvwxyz012345"


async def links(town: Town, purpose: str = "data") -> list[tuple[bool, bool]]:
    """Of every link of a purpose whether it was used, and revoked."""
    rows = await town.rows(tables.personal_link, purpose=purpose)
    return [(row.used_at is not None, row.revoked_at is not None) for row in rows]


async def test_the_pin_on_our_own_page_opens_it(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident("telegram"))
    token, browser = await asks(one), await pages.browser()
    page = await browser.opens(token, pin=PIN)
    assert page.status == 200
    assert "Wat we van u weten" in page.flat
    (request,) = await town.rows(tables.data_request)
    assert (request.kind, request.state, request.identified_how) == ("access", "done", "pin")
    assert "data_shown" in await one.events()


async def test_no_token_of_ours_stands_in_the_database(town: Town, pages: Pages) -> None:
    token = await asks(await has_pin(await town.resident()))
    (row,) = await town.rows(tables.personal_link, purpose="data")
    assert token.encode() not in row.token_hash
    assert row.expires_at - row.created_at == proof.LINK // timedelta(milliseconds=1)


@only_sqlite
async def test_looking_ahead_uses_nothing_up_and_tells_nothing(town: Town, pages: Pages) -> None:
    token, robot = await asks(await has_pin(await town.resident("telegram"))), await pages.browser()
    known, unknown = await robot.get(f"/mijn/{token}"), await robot.get(f"/mijn/{FORGED}")
    assert "Set-Cookie" not in known.headers
    forms = [page.text.partition('name="form"')[2].partition('"')[2][:40] for page in (known, unknown)]
    assert forms[0] != forms[1], "each form has a number of its own"
    without = [" ".join(page.text.split('name="form"')[0].split()) for page in (known, unknown)]
    assert without[0] == without[1]
    assert await links(town) == [(False, False)]
    page = await (await pages.browser()).opens(token, pin=PIN)
    assert page.status == 200


@only_sqlite
@pytest.mark.parametrize("pin", ["", "0000", "47110", "٤٧١٠", "' OR 1=1", "4" * 500])
async def test_another_pin_opens_nothing_and_the_link_stays(town: Town, pages: Pages, pin: str) -> None:
    token, browser = await asks(await has_pin(await town.resident())), await pages.browser()
    answer = await browser.opens(token, pin=pin)
    assert answer.status == 401
    assert 'role="alert"' in answer.text
    assert await links(town) == [(False, False)]
    assert (await browser.opens(token, pin="٤٧١١")).status == 200, "digits of an Arabic keyboard"


async def test_the_pin_of_someone_else_opens_nothing(town: Town, pages: Pages) -> None:
    one, other = await has_pin(await town.resident()), await has_pin(await town.resident())
    whom = await identity.find(town.house, other.channel, other.external_id)
    assert whom is not None
    await identity.set_pin(town.house, whom, "9999", PIN)
    assert (await (await pages.browser()).opens(await asks(one), pin="9999")).status == 401


@only_sqlite
async def test_guessing_is_slowed_and_that_is_said(town: Town, pages: Pages) -> None:
    token, browser = await asks(await has_pin(await town.resident())), await pages.browser()
    answers = [await browser.opens(token, pin=f"000{number}") for number in range(identity.FREE_TRIES + 1)]
    assert [answer.status for answer in answers] == [401] * identity.FREE_TRIES + [429]
    assert "wachten we even" in answers[-1].flat
    assert (await browser.opens(token, pin=PIN)).status == 429, "the right one waits as well"


@only_sqlite
async def test_a_link_opens_once_and_the_page_only_in_the_browser_that_opened_it(town: Town, pages: Pages) -> None:
    token, browser, thief = (
        await asks(await has_pin(await town.resident())),
        await pages.browser(),
        await pages.browser(),
    )
    assert (await browser.opens(token, pin=PIN)).status == 200
    replayed = await thief.opens(token, pin=PIN)
    assert (replayed.status, "nieuwe" in replayed.flat) == (404, True)
    assert (await thief.get("/mijn")).status == 401
    assert (await browser.get("/mijn")).status == 200


async def test_the_same_form_sent_twice_opens_one_page(town: Town, pages: Pages) -> None:
    token, browser = await asks(await has_pin(await town.resident())), await pages.browser()
    await browser.get(f"/mijn/{token}")
    both = await asyncio.gather(*(browser.post(f"/mijn/{token}", pin=PIN) for _ in range(2)))
    assert [answer.status for answer in both] == [303, 303]
    assert await links(town, "data_open") == [(False, False)]
    assert len(await town.rows(tables.data_request)) == 1
    assert (await browser.get("/mijn")).status == 200


@only_sqlite
@pytest.mark.parametrize("values", [{"expires_at": 1}, {"revoked_at": 1}, {"used_at": 1}, {"purpose": "open"}])
async def test_what_is_over_opens_nothing(town: Town, pages: Pages, values: dict[str, object]) -> None:
    token = await asks(await has_pin(await town.resident()))
    async with town.house.db.begin() as conn:
        mine = tables.personal_link.c.purpose == "data"
        await conn.execute(update(tables.personal_link).where(mine).values(values))
    assert (await (await pages.browser()).opens(token, pin=PIN)).status == 404


@only_sqlite
async def test_a_new_link_ends_the_one_before(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    first, second = await asks(one), await asks(one)
    assert (await (await pages.browser()).opens(first, pin=PIN)).status == 404
    assert (await (await pages.browser()).opens(second, pin=PIN)).status == 200


@only_sqlite
@pytest.mark.parametrize("cookie", ["", "x", "0" * 64, FORGED, "../../etc/passwd", "é" * 64])
async def test_a_forged_cookie_opens_nothing(town: Town, pages: Pages, cookie: str) -> None:
    await (await pages.browser()).opens(await asks(await has_pin(await town.resident())), pin=PIN)
    thief = await pages.browser()
    assert (await thief.get("/mijn", Cookie=f"klopaan_mijn={cookie}")).status == 401


@only_sqlite
async def test_the_page_closes_by_itself_and_by_hand(town: Town, pages: Pages) -> None:
    browser = await pages.browser()
    one = await has_pin(await town.resident())
    assert (await browser.opens(await asks(one), pin=PIN)).status == 200
    assert (await browser.post("/mijn/sluiten")).status == 200
    assert (await browser.get("/mijn")).status == 401
    assert (await browser.opens(await asks(one), pin=PIN)).status == 200
    async with town.house.db.begin() as conn:
        mine = tables.personal_link.c.purpose == "data_open"
        await conn.execute(update(tables.personal_link).where(mine).values(expires_at=real_now()))
    assert (await browser.get("/mijn")).status == 401


@only_sqlite
async def test_what_stands_on_the_screen_goes_when_the_page_closes(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident())
    browser = await pages.browser()
    page = await browser.opens(await asks(one), pin=PIN)
    async with town.house.db.begin() as conn:
        soon = real_now() + 61_000
        await conn.execute(update(tables.personal_link).where(_IS_OPEN).values(expires_at=soon))
    for answer, most in ((page, 1801), (await browser.get("/mijn"), 62), (await browser.get("/mijn/wissen"), 62)):
        seconds, _, place = answer.headers["Refresh"].partition(";")
        assert (0 < int(seconds) <= most, place) == (True, " url=/mijn")
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.personal_link).where(_IS_OPEN).values(expires_at=real_now()))
    closed = await browser.get("/mijn")
    assert (closed.status, "Refresh" in closed.headers) == (401, False)


@only_sqlite
async def test_nothing_is_posted_from_elsewhere(town: Town, pages: Pages) -> None:
    browser, one = await pages.browser(), await has_pin(await town.resident())
    token = await asks(one)
    await browser.get(f"/mijn/{token}")
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert (await browser.post(f"/mijn/{token}", elsewhere, pin=PIN)).status == 403
    assert (await browser.opens(token, pin=PIN)).status == 200
    for path in ("/mijn/wissen", "/mijn/bestand", "/mijn/sluiten"):
        assert (await browser.post(path, elsewhere, pin=PIN, sure="yes")).status == 403
        assert (await browser.post(path, csrf=secrets.token_hex(32), pin=PIN, sure="yes")).status == 403
    assert (await person(one)).erased_at is None


async def test_a_pin_that_was_set_just_now_proves_nothing(town: Town, pages: Pages) -> None:
    one = await has_pin(await town.resident("telegram"), since=timedelta(hours=23))
    assert await asks(one) == ""
    answer = await (await pages.browser()).opens(await link_of(one), pin=PIN)
    assert (answer.status, "nog nieuw" in answer.flat) == (403, True)
    await change(one, pin_since=real_now() - 24 * 3_600_000)
    assert (await (await pages.browser()).opens(await asks(one), pin=PIN)).status == 200


@only_sqlite
async def test_another_pin_in_the_place_of_an_old_one_is_as_old(town: Town) -> None:
    one = await has_pin(await town.resident())
    whom, before = await identity.find(town.house, one.channel, one.external_id), (await person(one)).pin_since
    assert whom is not None
    await identity.set_pin(town.house, whom, "1234", PIN)
    assert (await person(one)).pin_since == before
    await identity.set_pin(town.house, whom, None, "1234")
    assert (await person(one)).pin_since is None
    await identity.set_pin(town.house, whom, "1234", None)
    assert (await person(one)).pin_since >= before


async def test_another_pin_or_none_closes_the_page_of_who_knew_the_old_one(town: Town, pages: Pages) -> None:
    one, thief = await has_pin(await town.resident()), await pages.browser()
    whom = await identity.find(town.house, one.channel, one.external_id)
    assert whom is not None
    for current, pin in ((PIN, "1234"), ("1234", None)):
        assert (await thief.opens(await asks(one), pin=current)).status == 200
        left = await link_of(one)
        await identity.set_pin(town.house, whom, pin, current)
        assert (await thief.get("/mijn")).status == 401
        assert (await (await pages.browser()).opens(left, pin=pin or current)).status == 404


async def test_without_a_pin_no_link_opens_anything(town: Town, pages: Pages) -> None:
    one = await town.resident("telegram")
    assert await asks(one) == ""
    answer = await (await pages.browser()).opens(await link_of(one))
    assert (answer.status, "nog geen pincode" in answer.flat) == (403, True)


async def test_who_joins_with_a_pin_of_their_own_does_not_get_in_by_it(town: Town, pages: Pages) -> None:
    """Someone holds a telephone for a minute, and makes its conversation one with their own, which has an old PIN."""
    thief = await has_pin(await town.resident())
    stolen = await town.resident("telegram")
    browser = await pages.browser()
    assert (await browser.opens(await asks(thief), pin=PIN)).status == 200
    left = await link_of(thief)
    await joins(stolen, await code_of(thief))
    assert (await thief.row()).queue in ("merged", "bot", "new")
    assert (await browser.get("/mijn")).status == 401, "what was open is closed"
    assert (await (await pages.browser()).opens(left, pin=PIN)).status == 404
    survivor: Resident = thief if (await thief.row()).queue != "merged" else stolen
    assert await asks(survivor) == ""
    assert (await (await pages.browser()).opens(await link_of(survivor), pin=PIN)).status == 403


async def test_who_is_known_and_joins_another_is_not_known_to_be_that_one(town: Town, pages: Pages) -> None:
    """Also when the page was opened before: a colleague said it of the one, not of both."""
    known, stolen = await town.resident(), await town.resident("telegram")
    await asks(known)
    await known.taps("gegevens.know:ask")
    now = to_ms(town.house.clock.now())
    async with town.house.db.begin() as conn:
        await conn.execute(
            update(tables.data_request).values(state="identified", identified_how="card", identified_at=now)
        )
    assert (await (await pages.browser()).opens(await asks(known))).status == 200
    (request,) = await town.rows(tables.data_request)
    assert request.state == "done"
    await joins(stolen, await code_of(known))
    survivor: Resident = known if (await known.row()).queue != "merged" else stolen
    assert await asks(survivor) == ""
    assert (await (await pages.browser()).opens(await link_of(survivor))).status == 403


async def test_who_opens_it_while_two_become_one_does_not_see_both(
    town: Town, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, younger = await town.resident(), await town.resident("telegram")
    row, now = await older.row(), to_ms(town.clock.now())
    known = {"state": "identified", "identified_how": "met", "identified_at": now, "asked_at": now, "due_at": now}
    async with town.house.db.begin() as conn:
        await requests.add(conn, person_id=row.person_id, conversation_id=row.id, kind="access", **known)
    link, form = await link_of(older), proof.new_form()
    async with merging_until_the_end(older, younger, monkeypatch):
        opening = asyncio.create_task(proof.open_page(town.house, link, form, ""))
        await waiting(town, opening)
    with pytest.raises(Refused, match="link_gone"):
        await opening
    assert await links(town, "data_open") == []
