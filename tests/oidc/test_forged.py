"""ID tokens that are not what they should be, and providers that do not answer: nobody comes in, and it is said."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from bot.desk.oidc import provider as providers
from bot.desk.oidc.provider import Provider, ProviderDown, remarks
from bot.desk.oidc.tokens import OLDEST, SKEW
from storage import tables
from tests.support.desk import Balie, open_balie
from tests.support.fake_provider import Claims, FakeProvider, confused, rsa_key, unsigned
from tests.support.signing_in import at_provider, is_in, signs_in, to_provider, use_provider
from tests.support.town import Town

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


def now() -> int:
    return int(time.time())


async def refused(balie: Balie) -> None:
    """Nobody comes in, and the page says no more than that."""
    browser = await balie.browser()
    assert (await signs_in(browser)).status == 403
    assert "Het antwoord van uw gemeente klopte niet" in browser.page
    assert not await is_in(browser)
    assert await balie.town.rows(tables.staff) == []
    assert await balie.town.rows(tables.staff_session) == []


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"aud": "another"}, id="audience"),
        pytest.param({"aud": []}, id="no audience"),
        pytest.param({"aud": None}, id="null audience"),
        pytest.param({"aud": ["klopaan", "another"]}, id="two audiences and no azp"),
        pytest.param({"aud": ["klopaan", "another"], "azp": "another"}, id="meant for another"),
        pytest.param({"azp": "another"}, id="azp"),
        pytest.param({"iss": "https://elders.example"}, id="issuer"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"nonce": "x"}, id="nonce"),
        pytest.param({"nonce": None}, id="no nonce"),
        pytest.param({"nonce": ["x"]}, id="list nonce"),
        pytest.param({"sub": ""}, id="nobody"),
        pytest.param({"sub": None}, id="null"),
        pytest.param({"sub": 7}, id="number"),
        pytest.param({"sub": "x" * 300}, id="long"),
        pytest.param({"exp": None}, id="for ever"),
        pytest.param({"exp": "morgen"}, id="no instant"),
        pytest.param({"exp": True}, id="true"),
        pytest.param({"iat": None}, id="made when"),
    ],
)
async def test_a_claim_that_is_wrong(balie: Balie, provider: FakeProvider, wrong: Claims) -> None:
    provider.change = lambda claims: claims.update(wrong)
    await refused(balie)


@pytest.mark.parametrize(
    ("claim", "offset", "right"),
    [
        ("exp", -SKEW + 20, True),
        ("exp", -SKEW - 1, False),
        ("iat", SKEW - 20, True),
        ("iat", SKEW + 20, False),
        ("iat", -OLDEST, True),
        ("iat", -OLDEST - SKEW - 1, False),
        ("nbf", SKEW - 20, True),
        ("nbf", SKEW + 20, False),
    ],
)
async def test_a_clock_that_is_off_by_no_more_than_the_skew(
    balie: Balie, provider: FakeProvider, claim: str, offset: int, right: bool
) -> None:
    provider.change = lambda claims: claims.update({claim: now() + offset})
    if right:
        assert (await signs_in(await balie.browser())).status == 303
    else:
        await refused(balie)


def with_another_key(provider: FakeProvider, claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": provider.keys[0].kid}, claims, rsa_key("mine"))


def changed_after_signing(provider: FakeProvider, claims: Claims) -> str:
    head, _, sealed = provider.token(claims).split(".")
    body = provider.token(claims | {"sub": "p-2"}).split(".")[1]
    return f"{head}.{body}.{sealed}"


def with_a_key_in_its_header(provider: FakeProvider, claims: Claims) -> str:
    mine = rsa_key("mine")
    return jwt.encode({"alg": "RS256", "kid": "mine", "jwk": mine.as_dict(private=False)}, claims, mine)


def critical(provider: FakeProvider, claims: Claims) -> str:
    """Well signed, and with something in its header that whoever does not know it may not pass over (RFC 7515)."""
    signed = unsigned(claims, alg="RS256", kid=provider.keys[0].kid, crit=["zz"], zz=1).rstrip(".")
    sealed = rsa_key("first").get_op_key("sign").sign(signed.encode(), PKCS1v15(), SHA256())
    return f"{signed}.{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


@pytest.mark.parametrize(
    "sign",
    [
        pytest.param(with_another_key, id="another key under the same number"),
        pytest.param(changed_after_signing, id="changed"),
        pytest.param(with_a_key_in_its_header, id="brings its own key"),
        pytest.param(lambda provider, claims: unsigned(claims), id="none"),
        pytest.param(lambda provider, claims: confused(provider.keys[0], claims), id="public key as secret"),
        pytest.param(lambda provider, claims: provider.token(claims).rpartition(".")[0] + ".", id="seal cut off"),
        pytest.param(critical, id="critical and unknown"),
        pytest.param(lambda provider, claims: "", id="empty"),
        pytest.param(lambda provider, claims: "a.b.c", id="letters"),
        pytest.param(lambda provider, claims: "é" * 40, id="no letters"),
        pytest.param(lambda provider, claims: "." * 40_000, id="dots"),
        pytest.param(lambda provider, claims: provider.token(claims | {"x": "y" * 20_000}), id="too long"),
    ],
)
async def test_a_seal_that_is_wrong(
    balie: Balie, provider: FakeProvider, sign: Callable[[FakeProvider, Claims], str]
) -> None:
    provider.sign = lambda claims: sign(provider, claims)
    await refused(balie)


@pytest.mark.parametrize("kind", [RSAKey, ECKey])
async def test_keys_that_rotate_are_read_again(
    balie: Balie, provider: FakeProvider, kind: type[RSAKey | ECKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "BETWEEN", -1.0)
    assert (await signs_in(await balie.browser())).status == 303
    former = provider.keys[0]
    provider.new_key(kind)
    assert (await signs_in(await balie.browser())).status == 303
    provider.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": former.kid}, claims, former)
    browser = await balie.browser()
    assert (await signs_in(browser)).status == 403, "the former key counts no longer"


async def test_made_up_keys_do_not_make_us_ask_the_provider_again_and_again(
    balie: Balie, provider: FakeProvider
) -> None:
    assert (await signs_in(await balie.browser())).status == 303
    provider.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "made-up"}, claims, provider.keys[0])
    for _ in range(5):
        assert (await signs_in(await balie.browser())).status == 403
    assert provider.asked.count("/keys") == 1


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
async def test_a_provider_that_does_not_work_is_said_and_passwords_go_on(
    balie: Balie, provider: FakeProvider, path: str
) -> None:
    provider.broken.add(path)
    browser = await balie.browser()
    first = await browser.get("/desk/oidc/start")
    if first.status == 303:
        first = await browser.get(await at_provider(first.headers["Location"]))
    assert first.status == 503
    assert "er komt geen antwoord" in browser.page
    assert (await browser.get("/desk/sign-in")).status == 200
    assert 'type="password"' in browser.page


async def test_a_provider_that_is_away_is_not_waited_for_twice(town: Town, provider: FakeProvider) -> None:
    use_provider(town, "http://127.0.0.1:9")
    async with open_balie(town) as balie:
        browser = await balie.browser()
        for _ in range(2):
            assert (await browser.get("/desk/oidc/start")).status == 503
        await browser.get("/desk/signed-out")
        assert "U bent uitgelogd" in browser.page


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"issuer": "https://elders.example"}, "says that its issuer is 'https://elders.example'."),
        ({"jwks_uri": "http://elders.example/keys"}, "gives no jwks_uri with https."),
        ({"token_endpoint": None}, "gives no token_endpoint with https."),
        ({"end_session_endpoint": "javascript:alert(1)"}, "gives no end_session_endpoint with https."),
        ({"code_challenge_methods_supported": ["plain"]}, "does not know PKCE with S256."),
        ({"filler": "x" * 300_000}, "answers with more than fits."),
    ],
)
async def test_what_a_provider_says_of_itself_is_held_against_what_we_need(
    town: Town, provider: FakeProvider, metadata: Claims, said: str
) -> None:
    provider.metadata = metadata
    use_provider(town, provider.issuer)
    assert town.house.config.oidc is not None
    (remark,) = await remarks(town.house.config.oidc)
    assert (remark.key, remark.problem) == ("oidc.issuer", said)
    provider.metadata = {}
    assert await remarks(town.house.config.oidc) == []


async def test_a_provider_that_is_slow_is_not_waited_for(town: Town) -> None:
    async with open_balie(town):
        slow = FakeProvider()
        await slow.start()
        use_provider(town, slow.issuer)
        assert town.house.config.oidc is not None
        with pytest.raises(ProviderDown, match="does not answer within"):
            await Provider(town.house.config.oidc, patience=0.000_001).metadata()
        await slow.stop()


async def test_the_answer_of_another_provider_is_not_taken_for_ours(balie: Balie, provider: FakeProvider) -> None:
    browser = await balie.browser()
    back = await at_provider(await to_provider(browser))
    assert (await browser.get(f"{back}&iss=https://elders.example")).status == 403
    assert (
        await browser.get((await at_provider(await to_provider(browser))) + f"&iss={provider.issuer}")
    ).status == 303
