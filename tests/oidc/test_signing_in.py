"""Signing in at the municipality's own provider: accounts, roles, proof, and ways back."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientSession
from sqlalchemy import update
from yarl import URL

from bot.desk.sessions import hash_token, real_now
from storage import provider_sign_ins, tables
from tests.support.desk import PASSWORD, Balie, open_balie
from tests.support.fake_provider import FakeProvider
from tests.support.second import require_second
from tests.support.signing_in import at_provider, is_in, signs_in, to_provider, use_provider
from tests.support.town import Town

ON_SQLITE = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


async def test_the_first_time_makes_an_account_and_the_next_finds_it(balie: Balie, provider: FakeProvider) -> None:
    provider.person |= {"preferred_username": "Noor.DeVries", "sid": "session-1"}
    require_second(balie)  # which is for local accounts
    browser = await balie.browser()
    await browser.get("/desk/sign-in?next=/desk/file/7")
    assert "/desk/oidc/start?next=/desk/file/7" in browser.page
    into = await signs_in(browser, "/desk/oidc/start?next=/desk/file/7")
    assert (into.status, into.headers["Location"]) == (303, "/desk/file/7")
    assert await is_in(browser)
    (account,) = await balie.town.rows(tables.staff)
    assert (account.username, account.name, account.role) == ("noor.devries", "Noor de Vries", "caseworker")
    assert account.password_hash is None
    (session,) = await balie.town.rows(tables.staff_session)
    assert session.way == "oidc"
    assert b"session-1" not in session.provider_session_index
    provider.person |= {"preferred_username": "hernoemd", "name": "Iemand Anders"}
    assert (await signs_in(await balie.browser())).status == 303
    assert [(one.id, one.name) for one in await balie.town.rows(tables.staff)] == [(account.id, "Noor de Vries")]


async def test_people_who_come_for_the_first_time_at_once_get_one_account_each(
    balie: Balie, provider: FakeProvider
) -> None:
    provider.person["preferred_username"] = "noor"
    local = await balie.add_staff("Noor", "De Andere Noor", password=PASSWORD)
    browsers = [await balie.browser() for _ in range(4)]
    back = [await at_provider(await to_provider(browser)) for browser in browsers]
    answers = await asyncio.gather(*(browser.get(path) for browser, path in zip(browsers, back, strict=True)))
    assert [answer.status for answer in answers] == [303] * 4
    accounts = await balie.town.rows(tables.staff)
    assert [(one.username, one.subject_index is None) for one in accounts] == [("Noor", True), ("noor-2", False)]
    assert accounts[0].id == local.id, "a name alone is nobody's account"


@ON_SQLITE
async def test_who_is_linked_by_the_beheerder_comes_in_as_that_account(balie: Balie, provider: FakeProvider) -> None:
    local = await balie.add_staff("noor", "Noor")
    assert balie.own.oidc is not None
    async with balie.house.db.begin() as conn:
        await provider_sign_ins.link(conn, local.id, balie.own.oidc.subject_index("p-1"))
    assert (await signs_in(await balie.browser())).status == 303
    assert [one.id for one in await balie.town.rows(tables.staff)] == [local.id]


@ON_SQLITE
@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["iedereen", "schuldhulp"], "caseworker"),
        (["schuldhulp", "teamleiders"], "coordinator"),
        ("beheer", "beheerder"),
        ([1, None, "beheer"], "beheerder"),
    ],
)
async def test_the_first_group_of_the_file_that_fits_gives_the_role(
    balie: Balie, provider: FakeProvider, groups: object, role: str
) -> None:
    provider.person["groups"] = groups
    assert (await signs_in(await balie.browser())).status == 303
    assert [one.role for one in await balie.town.rows(tables.staff)] == [role]


@ON_SQLITE
@pytest.mark.parametrize("groups", [[], ["iedereen"], None, {"schuldhulp": 1}, ["Schuldhulp"]])
async def test_without_a_group_of_ours_nobody_comes_in_and_nothing_is_made(
    balie: Balie, provider: FakeProvider, groups: object
) -> None:
    provider.person["groups"] = groups
    browser = await balie.browser()
    assert (await signs_in(browser)).status == 403
    assert "geen groep die in de balie mag" in browser.page
    assert await balie.town.rows(tables.staff) == []
    assert not await is_in(browser)


async def test_another_group_is_another_role_at_once_and_none_ends_every_session(
    balie: Balie, provider: FakeProvider
) -> None:
    provider.person["groups"] = ["teamleiders"]
    first, second, third = [await balie.browser() for _ in range(3)]
    await signs_in(first)
    assert (await first.get("/desk/team")).status == 200
    provider.person["groups"] = ["schuldhulp"]
    await signs_in(second)
    assert not await is_in(first)
    assert (await second.get("/desk/team")).status == 403
    provider.person["groups"] = []
    assert (await signs_in(third)).status == 403
    assert not await is_in(second)


@ON_SQLITE
async def test_a_closed_account_stays_closed(balie: Balie, provider: FakeProvider) -> None:
    await signs_in(await balie.browser())
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.staff).values(disabled_at=1))
    browser = await balie.browser()
    assert (await signs_in(browser)).status == 403
    assert "Uw account bij de balie is gesloten" in browser.page
    assert not await is_in(browser)


@ON_SQLITE
async def test_what_was_begun_counts_once_in_its_own_browser_and_for_a_while(
    balie: Balie, provider: FakeProvider
) -> None:
    browser, other = await balie.browser(), await balie.browser()
    back = await at_provider(await to_provider(browser))
    await to_provider(other)  # it has a cookie of its own
    assert (await other.get(back)).status == 403, "swapped"
    assert "verlopen of al gebruikt" in other.page
    assert (await (await balie.browser()).get(back)).status == 403, "without a cookie"
    assert (await browser.get(back)).status == 303
    assert (await browser.get(back)).status == 403, "replayed"
    for changed in ({"state": "x" * 43}, {"state": ""}, {"code": ""}):
        path = str(URL(await at_provider(await to_provider(browser))).update_query(changed))
        assert (await browser.get(path)).status == 403, changed
    late = await at_provider(await to_provider(browser))
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.sign_in_attempt).values(expires_at=1))
    assert (await browser.get(late)).status == 403, "expired"
    assert len(await balie.town.rows(tables.staff_session)) == 1


@ON_SQLITE
async def test_a_code_of_someone_else_is_no_good_with_my_state(balie: Balie, provider: FakeProvider) -> None:
    """PKCE and the nonce tie the code to who began."""
    mine, theirs = await balie.browser(), await balie.browser()
    my_way = URL(await at_provider(await to_provider(mine)))
    their_way = URL(await at_provider(await to_provider(theirs)))
    assert (await mine.get(str(my_way.update_query(code=their_way.query["code"])))).status == 403
    assert not await is_in(mine)


@ON_SQLITE
async def test_nothing_of_it_is_stored_in_clear(balie: Balie, provider: FakeProvider) -> None:
    browser = await balie.browser()
    state = URL(await to_provider(browser)).query["state"]
    (row,) = await balie.town.rows(tables.sign_in_attempt)
    assert row.state_hash == hash_token(state)
    assert row.browser_hash == hash_token(browser.cookie("klopaan-desk-oidc").value)


@ON_SQLITE
async def test_it_leads_nowhere_else(balie: Balie, provider: FakeProvider) -> None:
    for elsewhere in ("https://elders.example", "//elders.example", "/desk/../chat", "\\\\elders"):
        browser = await balie.browser()
        path = str(URL("/desk/oidc/start").with_query(next=elsewhere))
        assert (await signs_in(browser, path)).headers["Location"] == "/desk"


@ON_SQLITE
async def test_a_no_at_the_provider_is_told_in_words_of_ours(balie: Balie, provider: FakeProvider) -> None:
    browser = await balie.browser()
    state = URL(await to_provider(browser)).query["state"]
    path = str(URL("/desk/oidc/callback").with_query(state=state, error="access_denied", error_description="<b>hoi"))
    assert (await browser.get(path)).status == 403
    assert "ging niet door" in browser.page
    assert "hoi" not in browser.page


@ON_SQLITE
async def test_an_export_is_proved_at_the_provider_by_the_same_person(balie: Balie, provider: FakeProvider) -> None:
    provider.person["groups"] = ["teamleiders"]
    browser = await balie.browser()
    await signs_in(browser)
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.staff_session).values(proved_at=1))
    asked = await browser.get("/desk/ratings/csv")
    assert asked.headers["Location"] == "/desk/prove?next=/desk/ratings"
    await browser.get(asked.headers["Location"])
    assert "/desk/oidc/prove?next=/desk/ratings" in browser.page
    there = await to_provider(browser, "/desk/oidc/prove?next=/desk/ratings")
    assert (URL(there).query["prompt"], URL(there).query["max_age"]) == ("login", "0")
    for wrong in ({"sub": "p-2"}, {"auth_time": 1}, {"auth_time": None}):
        provider.change = lambda claims, wrong=wrong: claims.update(wrong)  # type: ignore[misc]
        assert (await signs_in(browser, "/desk/oidc/prove?next=/desk/ratings")).status == 403, wrong
        assert (await browser.get("/desk/ratings/csv")).status == 303, wrong
    provider.change = lambda claims: None
    back = await signs_in(browser, "/desk/oidc/prove?next=/desk/ratings")
    assert back.headers["Location"] == "/desk/ratings"
    assert (await browser.get("/desk/ratings/csv")).status == 200
    assert len(await balie.town.rows(tables.staff_session)) == 1


async def test_a_proof_is_also_a_look_at_the_groups(balie: Balie, provider: FakeProvider) -> None:
    browsers = [await balie.browser() for _ in range(2)]
    for browser, groups, status in zip(browsers, ([], ["teamleiders"]), (403, 303), strict=True):
        provider.person["groups"] = ["schuldhulp"]
        await signs_in(browser)
        provider.person["groups"] = groups
        assert (await signs_in(browser, "/desk/oidc/prove?next=/desk/ratings")).status == status
        assert not await is_in(browser)
        assert not await balie.town.rows(tables.staff_session)


@ON_SQLITE
async def test_a_session_ends_after_its_hours_however_it_is_used(balie: Balie, provider: FakeProvider) -> None:
    """So late at most a group that was lost at the provider takes effect here."""
    browser = await balie.browser()
    await signs_in(browser)
    hours = balie.house.config.desk.session_hours
    (session,) = await balie.town.rows(tables.staff_session)
    assert session.expires_at - session.created_at == hours * 3_600_000
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.staff_session).values(seen_at=session.seen_at - 120_000))
    assert await is_in(browser)
    assert (await signs_in(browser, "/desk/oidc/prove?next=/desk")).status == 303
    (used,) = await balie.town.rows(tables.staff_session)
    assert (used.seen_at >= session.seen_at, used.expires_at) == (True, session.expires_at)
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.staff_session).values(expires_at=real_now()))
    assert not await is_in(browser)


@ON_SQLITE
async def test_a_proof_begun_for_someone_else_proves_nothing(balie: Balie, provider: FakeProvider) -> None:
    browser = await balie.browser()
    await signs_in(browser)
    back = await at_provider(await to_provider(browser, "/desk/oidc/prove?next=/desk"))
    async with balie.house.db.begin() as conn:
        await conn.execute(update(tables.staff_session).values(proved_at=None))
    provider.person["sub"] = "p-2"
    await signs_in(browser)  # somebody else at the same computer
    assert (await browser.get(back)).status == 403
    assert "als iemand anders" in browser.page


@ON_SQLITE
async def test_who_comes_by_the_provider_makes_no_way_round_it(balie: Balie, provider: FakeProvider) -> None:
    browser = await balie.browser()
    await signs_in(browser)
    await browser.get("/desk/me")
    new = "vier losse woorden hier"
    assert (await browser.post("/desk/me/password", new=new, again=new)).status == 403
    assert [row.password_hash for row in await balie.town.rows(tables.staff)] == [None]


async def test_without_local_accounts_no_password_counts(town: Town, provider: FakeProvider) -> None:
    use_provider(town, provider.issuer, local_accounts=False)
    async with open_balie(town) as balie:
        noor = await balie.add_staff("noor", "Noor", password=PASSWORD)
        browser = await balie.browser()
        await browser.get("/desk/sign-in")
        assert 'type="password"' not in browser.page
        assert (await browser.post("/desk/sign-in", username="noor", password=PASSWORD)).status == 403
        assert await is_in(await balie.browser(noor)), "a link from the server, for when the provider is down"


@ON_SQLITE
async def test_strength_is_asked_for_and_held_against_the_answer(town: Town, provider: FakeProvider) -> None:
    use_provider(town, provider.issuer, require_acr="mfa")
    async with open_balie(town) as balie:
        browser = await balie.browser()
        assert URL(await to_provider(browser)).query["acr_values"] == "mfa"
        for acr in (None, "password", ["mfa"]):
            provider.person["acr"] = acr
            assert (await signs_in(browser)).status == 403
            assert "zonder de stap" in browser.page
        provider.person["acr"] = "mfa"
        assert (await signs_in(browser)).status == 303


@ON_SQLITE
async def test_signing_out_here_leads_to_signing_out_there(balie: Balie, provider: FakeProvider) -> None:
    browser = await balie.browser()
    await signs_in(browser)
    await browser.get("/desk/me")
    out = await browser.post("/desk/sign-out")
    assert (out.status, out.headers["Location"]) == (303, "/desk/signed-out")
    assert not await is_in(browser)
    page = await browser.get("/desk/signed-out")
    to = URL(page.headers["Refresh"].removeprefix("0; url="))
    assert f"{to.origin()}{to.path}" == f"{provider.issuer}/end"
    assert to.query["post_logout_redirect_uri"].endswith("/desk/sign-in")


@ON_SQLITE
async def test_without_a_provider_its_pages_are_not_there(town: Town) -> None:
    async with open_balie(town) as balie:
        browser = await balie.browser()
        await browser.get("/desk/sign-in")
        assert "/desk/oidc" not in browser.page
        for path in ("/desk/oidc/start", "/desk/oidc/callback?code=x&state=x"):
            assert (await browser.get(path)).status == 404
        async with ClientSession() as session:
            address = browser.client.make_url("/desk/oidc/logout")
            assert (await session.post(address, data={"logout_token": "x"})).status == 400
