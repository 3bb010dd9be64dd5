"""The provider says that somebody signed out there: at once, once, and only when it is the provider that says so."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from aiohttp import ClientResponse
from joserfc import jwt

from bot.desk.oidc import tokens
from bot.desk.oidc.provider import BETWEEN
from bot.desk.oidc.tokens import OLDEST, SKEW
from storage import tables
from tests.support.desk import Balie, Browser
from tests.support.fake_provider import LOGOUT, Claims, FakeProvider, confused, rsa_key, unsigned
from tests.support.signing_in import is_in, signs_in

ON_SQLITE = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


async def tells(balie: Balie, token: str) -> ClientResponse:
    """As the provider does: no cookies, no page before."""
    browser = await balie.browser()
    return await browser.client.post("/desk/oidc/logout", data={"logout_token": token})


async def signed_in(balie: Balie, provider: FakeProvider, session: str) -> Browser:
    provider.person["sid"] = session
    browser = await balie.browser()
    assert (await signs_in(browser)).status == 303
    return browser


async def test_one_session_or_all_of_someone_end_at_once(balie: Balie, provider: FakeProvider) -> None:
    one, two, three = [await signed_in(balie, provider, name) for name in ("a", "b", "c")]
    provider.person |= {"sub": "p-2"}
    other = await signed_in(balie, provider, "d")
    provider.person |= {"sub": "p-1"}
    assert (await tells(balie, provider.logout_token(sid="a"))).status == 200
    assert [await is_in(each) for each in (one, two, three, other)] == [False, True, True, True]
    assert (await tells(balie, provider.logout_token(sub=None, sid="b"))).status == 200
    assert [await is_in(each) for each in (two, three, other)] == [False, True, True]
    assert (await tells(balie, provider.logout_token(sid="d"))).status == 200
    assert await is_in(other), "somebody else's session"
    assert (await tells(balie, provider.logout_token())).status == 200
    assert [await is_in(each) for each in (three, other)] == [False, True]


async def test_a_session_of_which_the_provider_never_told_the_number_ends_too(
    balie: Balie, provider: FakeProvider
) -> None:
    provider.person.pop("sid", None)
    browser = await balie.browser()
    await signs_in(browser)
    numbered = await signed_in(balie, provider, "b")
    assert (await tells(balie, provider.logout_token(sid="a"))).status == 200
    assert [await is_in(each) for each in (browser, numbered)] == [False, True]


@pytest.mark.parametrize("named", [True, False], ids=["it has a number", "it has none"])
@pytest.mark.parametrize(
    ("told", "ends"),
    [
        pytest.param({"sid": "a"}, (True, True), id="someone in a session"),
        pytest.param({"sid": "a", "sub": None}, (True, False), id="a session"),
        pytest.param({}, (True, True), id="someone"),
        pytest.param({"sid": "b"}, (False, True), id="another session"),
        pytest.param({"sub": "p-2"}, (False, False), id="someone else"),
    ],
)
async def test_a_sign_in_that_is_under_way_ends_too(
    balie: Balie,
    provider: FakeProvider,
    monkeypatch: pytest.MonkeyPatch,
    told: Claims,
    ends: tuple[bool, bool],
    named: bool,
) -> None:
    """The goodbye comes after the token was given, and before there is a session or even an account."""
    real = tokens.identity

    async def told_meanwhile(*what: Any, **more: Any) -> tokens.Identity:
        found = await real(*what, **more)
        assert (await tells(balie, provider.logout_token(**told))).status == 200
        return found

    provider.person |= {"sid": "a"} if named else {}
    browser = await balie.browser()
    with monkeypatch.context() as patched:
        patched.setattr(tokens, "identity", told_meanwhile)
        answer = await signs_in(browser)
    is_over = ends[0] if named else ends[1]
    assert answer.status == (401 if is_over else 303)
    assert await is_in(browser) is not is_over
    assert len(await balie.town.rows(tables.staff_session)) == (0 if is_over else 1)
    assert (await signs_in(browser)).status == 303, "a sign-in after it"
    assert await is_in(browser)


@ON_SQLITE
async def test_many_made_up_tokens_at_once_are_one_look_for_a_key(balie: Balie, provider: FakeProvider) -> None:
    await signed_in(balie, provider, "a")
    ours = balie.own.oidc
    assert ours is not None
    ours.provider._timer = lambda: time.monotonic() + BETWEEN + 1
    before = provider.asked.count("/keys")
    claims = {"iss": provider.issuer, "aud": "klopaan"}
    mine = rsa_key("mine")
    for kid in ("made-up", provider.keys[0].kid):
        token = jwt.encode({"alg": "RS256", "kid": kid}, claims, mine)
        answers = await asyncio.gather(*(tells(balie, token) for _ in range(8)))
        assert {answer.status for answer in answers} == {400}
    assert provider.asked.count("/keys") == before + 1


async def test_it_counts_once(balie: Balie, provider: FakeProvider) -> None:
    await signed_in(balie, provider, "a")
    token = provider.logout_token()
    assert (await tells(balie, token)).status == 200
    again = await signed_in(balie, provider, "b")
    assert (await tells(balie, token)).status == 400
    assert await is_in(again)
    assert len(await balie.town.rows(tables.seen_token)) == 2, "the token, and who said goodbye"


@ON_SQLITE
async def test_sessions_that_did_not_come_from_there_stay(balie: Balie, provider: FakeProvider) -> None:
    await signed_in(balie, provider, "a")
    (account,) = await balie.town.rows(tables.staff)
    noor = await balie.add_staff("noor", "Noor")
    local = await balie.browser(noor)
    assert (await tells(balie, provider.logout_token(sub="nobody-here"))).status == 200
    assert (await tells(balie, provider.logout_token(sub="p-1"))).status == 200
    assert await is_in(local)
    assert account.id != noor.id


@ON_SQLITE
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"events": None}, id="no event"),
        pytest.param({"events": {"https://elders.example": {}}}, id="another event"),
        pytest.param({"events": {LOGOUT: "x"}}, id="no object"),
        pytest.param({"nonce": "x"}, id="an ID token"),
        pytest.param({"aud": "another"}, id="audience"),
        pytest.param({"iss": "https://elders.example"}, id="issuer"),
        pytest.param({"jti": None}, id="no number"),
        pytest.param({"sub": None}, id="nobody"),
        pytest.param({"iat": int(time.time()) - OLDEST - SKEW - 60}, id="old"),
        pytest.param({"iat": int(time.time()) + SKEW + 86_400}, id="of tomorrow"),
        pytest.param({"exp": int(time.time()) - SKEW - 60}, id="expired"),
    ],
)
async def test_a_logout_token_that_is_wrong_ends_nothing(balie: Balie, provider: FakeProvider, wrong: Claims) -> None:
    browser = await signed_in(balie, provider, "a")
    assert (await tells(balie, provider.logout_token(**wrong))).status == 400
    assert await is_in(browser)


@ON_SQLITE
async def test_a_forged_logout_token_ends_nothing(balie: Balie, provider: FakeProvider) -> None:
    browser = await signed_in(balie, provider, "a")
    key, now = provider.keys[0], int(time.time())
    claims = {"iss": provider.issuer, "aud": "klopaan", "iat": now, "jti": "x", "sub": "p-1", "events": {LOGOUT: {}}}
    stranger = FakeProvider(issuer=provider.issuer)
    stranger.keys = [rsa_key("mine")]
    for token in ("", "x", "a.b.c", unsigned(claims), confused(key, claims), stranger.token(claims)):
        assert (await tells(balie, token)).status == 400, token
    assert (await browser.client.post("/desk/oidc/logout", json={"logout_token": "x"})).status == 400
    assert (await browser.client.post("/desk/oidc/logout", data={"logout_token": "x" * 30_000})).status == 400
    assert (await browser.client.post("/desk/oidc/logout", data={"other": "x"})).status == 400
    assert (await browser.client.get("/desk/oidc/logout", allow_redirects=False)).status in (404, 405)
    assert await is_in(browser)
