"""Tokens that the provider signed: who signed in, and who signed out there. Nothing in one counts before all of it was
checked (OpenID Connect Core, 3.1.3.7; Back-Channel Logout, 2.6)."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jws import JWSRegistry, extract_compact

from bot.desk.oidc.provider import Provider
from bot.desk.sessions import real_now
from bot.errors import Refused

#: Signatures that count, all with a key of the provider's alone. Not ``none``, and none with a shared secret (HS256):
#: to whom the public key is the secret, anybody could sign.
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
#: Seconds that the provider's clock and ours may differ.
SKEW = 120
#: Seconds after which a token was made too long ago to be the answer to what we just asked.
OLDEST = 600
#: Characters of the longest token that is read, and of the longest name of somebody there.
LONGEST, LONGEST_SUBJECT = 16_000, 255

_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in at the provider. ``session``: its own number of that sign-in, if it gave one; ``groups`` as it
    names them."""

    subject: str
    session: str
    name: str
    username: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Goodbye:
    """Who signed out at the provider: somebody everywhere, or one ``session``. ``number`` (``jti``) counts once until
    ``until`` (milliseconds)."""

    number: str
    subject: str
    session: str
    until: int


async def identity(provider: Provider, token: str, nonce: str, *, not_before: int | None = None) -> Identity:
    """Who an ID token is about. ``not_before``: seconds since 1970; they must have signed in at the provider since.

    Refused ``oidc_wrong`` (anything about the token), ``oidc_weak`` (not as strongly as we ask). Raises
    ``ProviderDown``.
    """
    config, claims = provider.config, await _claims(provider, token)
    now = real_now() // 1000
    audience = claims["aud"]
    if (isinstance(audience, list) and len(audience) > 1) or "azp" in claims:
        _see(claims.get("azp") == config.client_id)
    _see(_is_number(claims.get("exp")) and claims["exp"] > now - SKEW)
    _see(claims["iat"] > now - OLDEST - SKEW)
    given = claims.get("nonce")
    _see(isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "replace"), nonce.encode()))
    if not_before is not None:
        when = claims.get("auth_time")
        _see(_is_number(when) and not_before - SKEW <= when <= now + SKEW)
    if config.require_acr and claims.get("acr") != config.require_acr:
        raise Refused("oidc_weak")
    subject = claims.get("sub")
    _see(isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT)
    groups = claims.get(config.groups_claim, [])
    groups = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    return Identity(
        str(subject),
        _text(claims, "sid"),
        _text(claims, "name"),
        _text(claims, "preferred_username"),
        frozenset(one for one in groups if isinstance(one, str)),
    )


async def goodbye(provider: Provider, token: str) -> Goodbye:
    """Who a logout token is about. Refused ``oidc_wrong``. Raises ``ProviderDown``."""
    claims, now = await _claims(provider, token), real_now() // 1000
    events = claims.get("events")
    _see(isinstance(events, dict) and isinstance(events.get(_LOGOUT), dict))
    _see("nonce" not in claims)
    _see(claims["iat"] > now - OLDEST - SKEW)
    if "exp" in claims:
        _see(_is_number(claims["exp"]) and claims["exp"] > now - SKEW)
    number, subject, session = (_text(claims, name) for name in ("jti", "sub", "sid"))
    _see(bool(number) and bool(subject or session))
    return Goodbye(number, subject, session, int(claims["iat"] + OLDEST + 2 * SKEW) * 1000)


async def _claims(provider: Provider, token: str) -> Mapping[str, Any]:
    """What a token says that this provider signed, for us. Refused ``oidc_wrong``."""
    try:
        _see(token.isascii() and token.count(".") == 2 and len(token) <= LONGEST)
        header = extract_compact(token.encode()).headers()
        _see(header.get("alg") in ALGORITHMS)
        kid = header.get("kid")
        _see(kid is None or isinstance(kid, str))
        claims = await _unsealed(provider, token, kid)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError, json.JSONDecodeError):
        raise Refused("oidc_wrong") from None
    audience, now = claims.get("aud"), real_now() // 1000
    _see(claims.get("iss") == provider.config.issuer)
    _see(provider.config.client_id in (audience if isinstance(audience, list) else [audience]))
    _see(_is_number(claims.get("iat")) and claims["iat"] <= now + SKEW)
    if "nbf" in claims:
        _see(_is_number(claims["nbf"]) and claims["nbf"] <= now + SKEW)
    return claims


async def _unsealed(provider: Provider, token: str, kid: str | None) -> Mapping[str, Any]:
    """Raises ``JoseError``."""
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    key = await provider.key(kid)
    if key is None:
        raise Refused("oidc_wrong")
    try:
        return jwt.decode(token, key, registry=registry).claims
    except BadSignatureError:
        if (key := await provider.other_key(kid, key)) is None:
            raise
    return jwt.decode(token, key, registry=registry).claims


def _see(right: bool) -> None:
    """Refused ``oidc_wrong`` unless it is; what of it was wrong is told to nobody."""
    if not right:
        raise Refused("oidc_wrong")


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 2**40


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) and len(value) <= LONGEST_SUBJECT else ""
