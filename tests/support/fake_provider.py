"""A provider of OpenID Connect that is strict where the standard is, and misbehaves where a test says so."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry
from yarl import URL

CLIENT, SECRET = "klopaan", "geheim: van ons"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"

Claims = dict[str, Any]


@dataclass
class Grant:
    """What a code stands for; it is good once."""

    challenge: str
    redirect: str
    claims: Claims


@dataclass
class FakeProvider:
    """Signs in whoever ``person`` is. ``change`` alters the claims of the next tokens, ``sign`` makes tokens of them;
    ``asked`` notes the requests."""

    person: Claims = field(default_factory=lambda: {"sub": "p-1", "name": "Noor de Vries", "groups": ["schuldhulp"]})
    change: Callable[[Claims], None] = lambda claims: None
    sign: Callable[[Claims], str] | None = None
    metadata: Claims = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)  # paths that give an error, or ("slow") no answer
    asked: list[str] = field(default_factory=list)
    keys: list[RSAKey | ECKey] = field(default_factory=list)
    issuer: str = ""
    _grants: dict[str, Grant] = field(default_factory=dict)
    _server: TestServer | None = None

    def new_key(self, kind: type[RSAKey | ECKey] = RSAKey) -> RSAKey | ECKey:
        """Signs with another key from now on; the former ones are no longer told of."""
        number = secrets.token_hex(4)
        self.keys = [rsa_key(number) if kind is RSAKey else ECKey.generate_key("P-256", {"kid": number})]
        return self.keys[0]

    def token(self, claims: Claims, **header: Any) -> str:
        """Signed as it should be, but for what ``header`` says."""
        key = self.keys[0]
        algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
        registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        return jwt.encode({"alg": algorithm, "kid": key.kid} | header, claims, key, registry=registry)

    def logout_token(self, **changed: Any) -> str:
        """Who signed out; None in ``changed`` takes a claim away."""
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": int(time.time()),
            "exp": int(time.time()) + 120,
            "jti": secrets.token_hex(8),
            "sub": self.person["sub"],
            "events": {LOGOUT: {}},
        } | changed
        return self.token({name: value for name, value in claims.items() if value is not None}, typ="logout+jwt")

    async def start(self, port: int = 0) -> None:
        """Listens; ``issuer`` is where."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/.well-known/openid-configuration", self._discovery),
                web.get("/keys", self._keys),
                web.get("/authorize", self._authorize),
                web.post("/token", self._token),
            ]
        )
        self._server = TestServer(app, port=port)
        await self._server.start_server()
        self.issuer = str(self._server.make_url("")).rstrip("/")
        self.keys = [rsa_key("first")]

    async def stop(self) -> None:
        """Answers nobody any more."""
        assert self._server is not None
        await self._server.close()

    def _fails(self, request: web.Request) -> None:
        self.asked.append(request.path)
        if request.path in self.broken:
            raise web.HTTPInternalServerError

    async def _discovery(self, request: web.Request) -> web.Response:
        self._fails(request)
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end",
            "code_challenge_methods_supported": ["S256"],
        }
        return web.json_response(told | self.metadata)

    async def _keys(self, request: web.Request) -> web.Response:
        self._fails(request)
        return web.json_response({"keys": [key.as_dict(private=False) for key in self.keys]})

    async def _authorize(self, request: web.Request) -> web.Response:
        """Signs in at once, and gives a code."""
        self._fails(request)
        query = request.query
        assert (query["response_type"], query["client_id"]) == ("code", CLIENT)
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split(" ")
        assert len(query["state"]) >= 32
        assert len(query["nonce"]) >= 32
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": query["nonce"]}
        claims |= {"auth_time": now} if query.get("max_age") == "0" and query.get("prompt") == "login" else {}
        code = secrets.token_urlsafe(16)
        self._grants[code] = Grant(query["code_challenge"], query["redirect_uri"], claims | self.person)
        to = URL(query["redirect_uri"]).update_query(code=code, state=query["state"])
        return web.Response(status=303, headers={"Location": str(to)})

    async def _token(self, request: web.Request) -> web.Response:
        self._fails(request)
        form = await request.post()
        kind, _, credentials = request.headers.get("Authorization", "").partition(" ")
        sent = base64.b64decode(credentials).decode().partition(":")
        if (kind, unquote_plus(sent[0]), unquote_plus(sent[2])) != ("Basic", CLIENT, SECRET):
            return web.json_response({"error": "invalid_client"}, status=401)
        grant = self._grants.pop(str(form["code"]), None)
        digest = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
        challenge = _encoded(digest)
        if grant is None or (grant.challenge, grant.redirect) != (challenge, form.get("redirect_uri")):
            return web.json_response({"error": "invalid_grant"}, status=400)
        self.change(grant.claims)
        token = (self.sign or self.token)(grant.claims)
        return web.json_response({"id_token": token, "access_token": "x", "token_type": "Bearer"})


@cache
def rsa_key(number: str) -> RSAKey:
    """Made once in a process: that takes long."""
    return RSAKey.generate_key(2048, {"kid": number})


def confused(key: RSAKey | ECKey, claims: Claims) -> str:
    """Signed with the public key as if it were a shared secret."""
    signed = _unsealed({"alg": "HS256", "kid": key.kid}, claims)
    return f"{signed}.{_encoded(hmac.digest(key.as_pem(private=False), signed.encode(), 'sha256'))}"


def unsigned(claims: Claims, **header: Any) -> str:
    """With the algorithm ``none``."""
    return f"{_unsealed({'alg': 'none'} | header, claims)}."


def _unsealed(header: Claims, claims: Claims) -> str:
    return ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
