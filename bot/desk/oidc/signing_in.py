"""What becomes of who signed in, or out, at the provider: an account with the role of their group, and sessions."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from sqlalchemy.exc import IntegrityError
from yarl import URL

from bot.desk.oidc import tokens
from bot.desk.oidc.provider import Provider
from bot.desk.oidc.tokens import Identity
from bot.desk.sessions import Session, Sessions, SignedIn, hash_token, real_now
from bot.errors import Refused
from bot.house import House
from bot.limiter import Limiter
from storage import provider_sign_ins as queries
from storage import sign_ins

#: Milliseconds in which a sign-in that was begun has to come back.
_LASTS = 10 * 60_000
#: Milliseconds in which a sign-in that is under way learns that it was ended at the provider: far more than one takes.
_GOODBYE_LASTS = 10 * 60_000
#: Times that two who sign in for the first time at the same moment may be in each other's way.
_TRIES = 5
#: Longest name that an account gets from the provider, in characters.
_LONGEST_NAME = 100
CALLBACK = "/desk/oidc/callback"

Purpose = Literal["sign_in", "prove"]


@dataclass(frozen=True, slots=True)
class Returned:
    """Who came back from the provider: signed in anew, or (``None``) in the session that they had."""

    signed_in: SignedIn | None
    next_page: str


class SigningIn:
    """Signing in at the provider of one house."""

    def __init__(self, house: House, sessions: Sessions, provider: Provider) -> None:
        self._house = house
        self._sessions = sessions
        self.provider = provider
        #: Each is a row for ten minutes, for anyone: many colleagues behind one address, but no flood.
        self._begun = Limiter(120, 1.0, code="wait")

    async def begin(
        self, purpose: Purpose, browser: str, next_page: str, place: str, staff_id: int | None = None
    ) -> str:
        """The address at the provider to go to. ``browser``: a secret in its cookie, to which the answer is tied;
        ``place``: where it is, to count by. Refused ``wait``. Raises ``ProviderDown``."""
        self._begun.take(place)
        metadata, config, now = await self.provider.metadata(), self.provider.config, real_now()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        async with self._house.db.begin() as conn:
            await queries.begin(
                conn,
                now,
                state_hash=hash_token(state),
                browser_hash=hash_token(browser),
                nonce=nonce,
                verifier=verifier,
                next_page=next_page,
                purpose=purpose,
                staff_id=staff_id,
                expires_at=now + _LASTS,
            )
        query = {
            "response_type": "code",
            "client_id": config.client_id,
            "redirect_uri": self._redirect,
            "scope": " ".join(config.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        query |= {"acr_values": config.require_acr} if config.require_acr else {}
        query |= {"prompt": "login", "max_age": "0"} if purpose == "prove" else {}
        return str(URL(metadata.authorization).update_query(query))

    async def come_back(
        self, state: str, code: str, issuer: str, browser: str, session: Session | None, *, agent: str, instead: str
    ) -> Returned:
        """What the provider's answer gives. ``browser``: what its cookie holds; ``session``: the one in use, which a
        proof is of; ``issuer``: as the answer names it, if it does.

        Refused: ``oidc_old`` (used, expired, or begun in another browser), ``oidc_wrong``, ``oidc_weak``,
        ``oidc_group``, ``oidc_closed``, ``oidc_other`` (somebody else than who had to prove it), ``signed_out`` (at the
        provider, meanwhile). Raises ``ProviderDown``.
        """
        async with self._house.db.begin() as conn:
            begun = await queries.take(conn, hash_token(state), hash_token(browser), real_now())
        if begun is None or not code:
            raise Refused("oidc_old")
        metadata = await self.provider.metadata()
        if issuer != self.provider.config.issuer and (issuer or metadata.names_itself):
            raise Refused("oidc_wrong")  # another provider's answer, mixed up with ours (RFC 9207)
        asked_at = real_now()
        token = await self.provider.exchange(code, begun.verifier, self._redirect)
        since = (begun.expires_at - _LASTS) // 1000 if begun.purpose == "prove" else None
        found = await tokens.identity(self.provider, token, begun.nonce, not_before=since)
        if begun.purpose == "prove":
            await self._prove(session, begun.staff_id, found)
            return Returned(None, begun.next_page)
        staff_id = await self._account(found)
        signed_in = await self._sessions.open(
            staff_id, "oidc", browser=agent, instead=instead, provider_session=self._session(found.session)
        )
        # After the session is there: what is noted later than this look finds the session, and ends it.
        its = self._mark("session", found.session) if found.session else self._mark("unnamed", found.subject)
        async with self._house.db.read() as conn:
            is_over = await queries.said_goodbye(
                conn, [its, self._mark("all", found.subject)], asked_at + _GOODBYE_LASTS
            )
        if is_over:
            await self._sessions.close(signed_in.token)
            raise Refused("signed_out")
        return Returned(signed_in, begun.next_page)

    async def sign_out(self, token: str) -> None:
        """The provider says that somebody signed out there: their sessions here end at once. Refused ``oidc_wrong``.
        Raises ``ProviderDown``."""
        told = await tokens.goodbye(self.provider, token)
        index = self._sessions.provider_index(self._session(told.session)) if told.session else None
        marks = [self._mark("session", told.session)] if told.session else []
        marks += [self._mark("unnamed" if told.session else "all", told.subject)] if told.subject else []
        async with self._house.db.begin() as conn:  # by itself, so that no sign-in comes in between: see `come_back`
            await queries.note_goodbye(conn, marks, real_now() + _GOODBYE_LASTS)
        async with self._house.db.begin() as conn:
            number = hash_token(f"{self.provider.config.issuer}\0{told.number}")
            if not await queries.see(conn, number, told.until, real_now()):
                raise Refused("oidc_wrong")
            account = await queries.by_subject(conn, self.subject_index(told.subject)) if told.subject else None
            if told.subject and account is None:
                return  # never signed in here
            await queries.end(conn, staff_id=None if account is None else account.id, session=index)

    async def way_out(self) -> str:
        """Where somebody signs out at the provider too; empty: it has no such page. Raises ``ProviderDown``."""
        metadata, config = await self.provider.metadata(), self.provider.config
        if not metadata.end_session:
            return ""
        back = f"{self._house.config.web.public_url}/desk/sign-in"
        query = {"client_id": config.client_id, "post_logout_redirect_uri": back}
        return str(URL(metadata.end_session).update_query(query))

    def subject_index(self, subject: str) -> bytes:
        """How somebody at this provider is known here."""
        return self._house.vault.index("oidc subject", f"{self.provider.config.issuer}\0{subject}")

    @property
    def _redirect(self) -> str:
        return f"{self._house.config.web.public_url}{CALLBACK}"

    def _session(self, number: str) -> str:
        return f"{self.provider.config.issuer}\0{number}" if number else ""

    def _mark(self, of: Literal["session", "unnamed", "all"], who: str) -> bytes:
        """By what a sign-in that is under way is known when it is ended: its session there; or who it is, when the
        provider never said which session (``unnamed``), or ends them ``all``."""
        return self._house.vault.index("provider goodbye", f"{of}\0{self.provider.config.issuer}\0{who}")

    async def _prove(self, session: Session | None, staff_id: int, found: Identity) -> None:
        async with self._house.db.read() as conn:
            subject = await queries.subject_of(conn, staff_id)
        if session is None or session.staff.id != staff_id or subject != self.subject_index(found.subject):
            raise Refused("oidc_other")
        await self._account(found)  # whose groups are others by now: their sessions end, this one too
        await self._sessions.proved(session)

    async def _account(self, found: Identity) -> int:
        """The account of who signed in, with the role of their group; made at the first time. Refused ``oidc_group``
        (their sessions end), ``oidc_closed``."""
        for _ in range(_TRIES - 1):
            try:
                return await self._account_once(found)
            except IntegrityError:
                continue  # someone else was first, with this name or as this very person
        return await self._account_once(found)

    async def _account_once(self, found: Identity) -> int:
        subject = self.subject_index(found.subject)
        role = next((role for group, role in self.provider.config.roles if group in found.groups), None)
        async with self._house.db.begin() as conn:
            account = await queries.by_subject(conn, subject)
            if role is None:
                if account is not None:
                    await sign_ins.close_sessions(conn, account.id)
            elif account is None:
                username = _username(_plain(found), await queries.taken(conn, _plain(found)))
                return await queries.add(
                    conn,
                    username=username,
                    name=(found.name or username)[:_LONGEST_NAME],
                    role=role,
                    subject_index=subject,
                    created_at=real_now(),
                )
            elif account.disabled_at is None and account.role != role:
                await queries.set_role(conn, account.id, role)
                await sign_ins.close_sessions(conn, account.id)  # what they opened with the other one
        if role is None:
            raise Refused("oidc_group")
        assert account is not None
        if account.disabled_at is not None:
            raise Refused("oidc_closed")
        return int(account.id)


def _username(plain: str, taken: set[str]) -> str:
    """As at the provider, with a number where somebody has it: never that account, whatever its name."""
    names = [plain, *(f"{plain}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def _plain(found: Identity) -> str:
    return (found.username or found.subject).strip().lower()[: _LONGEST_NAME - 10]
