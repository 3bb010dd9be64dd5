"""The municipality's own provider, over the network: what it says of itself, its keys, and a token for a code.

Every answer is bounded in time and size; what is logged is what was wrong with it, and nothing about anyone.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from aiohttp import ClientError, ClientSession, ClientTimeout, encode_basic_auth
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey
from yarl import URL

from bot.config.oidc import Oidc
from bot.config.reading import is_local
from bot.errors import Finding, KlopaanError

#: Seconds for one answer.
PATIENCE = 5.0
#: Seconds that what the provider says of itself, and its keys, hold; and between two looks for a key that is not known:
#: whoever sends made-up tokens makes us ask no more often.
KEPT, BETWEEN = 3600.0, 10.0
#: Seconds in which a provider that did not answer is not asked again: nobody else has to wait for it.
_RESTS = 3.0
#: An answer that is longer is none (bytes).
_LONGEST = 256 * 1024

#: Kinds of key that can only verify. A shared secret is none: with it whoever verifies could sign.
PublicKey = RSAKey | ECKey | OKPKey


class ProviderDown(KlopaanError):
    """The provider does not answer, or not as one does. ``finding``: what an administrator does about it."""

    def __init__(self, problem: str, advice: str = "See that it runs and can be reached from here.") -> None:
        self.finding = Finding("oidc.issuer", problem, advice)
        super().__init__(f"oidc: {problem}")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a provider says of itself (OpenID Connect Discovery, 3), as far as we use it."""

    authorization: str
    token: str
    keys: str
    end_session: str
    names_itself: bool  # in the answer to an authorization request (RFC 9207)
    posts_secret: bool  # takes the secret in the form, and not as a header


class Provider:
    """One provider. ``timer`` gives real seconds."""

    def __init__(
        self, config: Oidc, *, patience: float = PATIENCE, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self.config = config
        self._patience = patience
        self._timer = timer
        self._metadata: tuple[Metadata, float] | None = None
        self._down: tuple[ProviderDown, float] | None = None
        self._keys: tuple[dict[str, PublicKey], float] | None = None
        self._reading = asyncio.Lock()  # anyone can send tokens, many at once: that is one look for a key

    async def metadata(self) -> Metadata:
        """Read at first use and then once an hour. Raises ``ProviderDown``."""
        if self._metadata is None or self._timer() - self._metadata[1] > KEPT:
            address = self.config.issuer.rstrip("/") + "/.well-known/openid-configuration"
            self._metadata = self._checked(await self._get(address)), self._timer()
        return self._metadata[0]

    async def key(self, key_id: str | None) -> PublicKey | None:
        """The key of this number, or the only one there is; None: there is none such. Raises ``ProviderDown``."""
        async with self._reading:
            lasts = KEPT if self._found(key_id) is not None else BETWEEN
            if self._keys is None or self._timer() - self._keys[1] > lasts:
                await self._read_keys()
            return self._found(key_id)

    async def other_key(self, key_id: str | None, tried: PublicKey) -> PublicKey | None:
        """The key that goes by the number of the one that was ``tried`` by now, or by none; None: there is no other, or
        they were read just now. Raises ``ProviderDown``."""
        async with self._reading:
            if self._found(key_id) is tried and (self._keys is None or self._timer() - self._keys[1] > BETWEEN):
                await self._read_keys()
            found = self._found(key_id)
            return None if found is tried else found

    async def exchange(self, code: str, verifier: str, redirect: str) -> str:
        """The ID token that the provider gives for a code; empty: it gives none. Raises ``ProviderDown``."""
        metadata = await self.metadata()
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect}
        headers = {}
        if self.config.client_secret and not metadata.posts_secret:
            headers["Authorization"] = encode_basic_auth(
                quote_plus(self.config.client_id),
                quote_plus(self.config.client_secret),  # RFC 6749, 2.3.1
            )
        else:
            form["client_id"] = self.config.client_id
            form |= {"client_secret": self.config.client_secret} if self.config.client_secret else {}
        status, answer = await self._ask("POST", metadata.token, data=form, headers=headers)
        if status >= 500:
            raise ProviderDown("the token endpoint does not work.")
        token = answer.get("id_token") if status == 200 else None
        return token if isinstance(token, str) else ""

    def _found(self, key_id: str | None) -> PublicKey | None:
        keys = self._keys[0] if self._keys else {}
        if key_id is None:
            return next(iter(keys.values())) if len(keys) == 1 else None
        return keys.get(key_id)

    async def _read_keys(self) -> None:
        listed = (await self._get((await self.metadata()).keys)).get("keys")
        if not isinstance(listed, list):
            raise ProviderDown("its keys are not a list.")
        found: dict[str, PublicKey] = {}
        for place, each in enumerate(listed):
            if not isinstance(each, dict) or each.get("use", "sig") != "sig":
                continue
            try:
                key = JWKRegistry.import_key(each)
            except (JoseError, ValueError, TypeError, KeyError):
                continue  # of a kind that we do not know: others may do
            if isinstance(key, RSAKey | ECKey | OKPKey):
                found[str(each.get("kid", place))] = key
        self._keys = found, self._timer()

    async def _get(self, address: str) -> Mapping[str, Any]:
        if self._down is not None and self._timer() - self._down[1] < _RESTS:
            raise self._down[0]
        try:
            status, answer = await self._ask("GET", address)
            if status != 200:
                advice = "See that the address is the issuer's."
                raise ProviderDown(f"{URL(address).path} gives status {status}.", advice)
        except ProviderDown as down:
            self._down = down, self._timer()
            raise
        return answer

    async def _ask(self, method: str, address: str, **options: Any) -> tuple[int, Mapping[str, Any]]:
        timeout = ClientTimeout(total=self._patience)
        try:
            async with (
                ClientSession(timeout=timeout, headers={"Accept": "application/json"}) as session,
                session.request(method, address, allow_redirects=False, **options) as response,
            ):
                body = await response.content.read(_LONGEST + 1)
                while len(body) <= _LONGEST and (more := await response.content.read(_LONGEST)):
                    body += more
        except TimeoutError:
            raise ProviderDown(f"does not answer within {self._patience:g} seconds.") from None
        except (ClientError, OSError, ValueError) as error:
            raise ProviderDown(f"cannot be reached ({type(error).__name__}).") from None
        if len(body) > _LONGEST:
            raise ProviderDown("answers with more than fits.")
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise ProviderDown(f"{URL(address).path} does not answer in JSON.", "See that the address is the issuer's.")
        return response.status, answer

    def _checked(self, answer: Mapping[str, Any]) -> Metadata:
        """Raises ``ProviderDown`` when this is not our provider, or it cannot do what we need."""
        if answer.get("issuer") != self.config.issuer:
            raise ProviderDown(
                f"says that its issuer is {answer.get('issuer')!r:.200}.",
                "Write just that, with or without a slash.",
            )
        methods = answer.get("code_challenge_methods_supported", ["S256"])
        if not isinstance(methods, list) or "S256" not in methods:
            raise ProviderDown("does not know PKCE with S256.", "Switch that on for Klopaan.")
        ways = answer.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        end = answer.get("end_session_endpoint")
        return Metadata(
            self._endpoint(answer, "authorization_endpoint"),
            self._endpoint(answer, "token_endpoint"),
            self._endpoint(answer, "jwks_uri"),
            "" if end is None else self._endpoint(answer, "end_session_endpoint"),
            answer.get("authorization_response_iss_parameter_supported") is True,
            isinstance(ways, list) and "client_secret_basic" not in ways and "client_secret_post" in ways,
        )

    def _endpoint(self, answer: Mapping[str, Any], name: str) -> str:
        given = answer.get(name)
        try:
            address = URL(given) if isinstance(given, str) else URL()
        except ValueError:
            address = URL()
        if not address.host or not (address.scheme == "https" or (address.scheme == "http" and is_local(str(address)))):
            raise ProviderDown(f"gives no {name} with https.")
        return str(address)


async def remarks(config: Oidc | None) -> list[Finding]:
    """What is wrong with the provider, as far as it can be seen from here."""
    if config is None:
        return []
    provider = Provider(config)
    try:
        await provider.metadata()
        await provider.key("")
    except ProviderDown as down:
        return [down.finding]
    return []
