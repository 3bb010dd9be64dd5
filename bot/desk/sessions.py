"""Who is signed in at the desk, in which browser, and how well they proved it: in real time, also in the demo."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from bot.clock import to_ms
from bot.desk.roles import HELPS
from bot.house import House
from storage import sign_ins

#: Milliseconds in which who proved who they are may do what asks for it: an export, an erasure.
PROOF_LASTS = 10 * 60_000
#: How long a sign-in waits for its second factor, or for that to be set up.
WAITS = timedelta(minutes=15)
#: Milliseconds within which a session in use is not noted again.
_NOTED = 60_000

#: What a session still lacks before it opens the desk: the code of the second factor, or a second factor at all.
Lack = Literal["", "code", "enrolment"]

_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Staff:
    """The signed-in member of staff. ``role``: caseworker, coordinator, beheerder or auditor."""

    id: int
    username: str
    name: str
    role: str

    @property
    def may_act(self) -> bool:
        """Whether they help residents, and so may change the files that they may open."""
        return self.role in HELPS


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that just began. ``token`` is for the cookie and is stored nowhere. ``lacks``: what comes first."""

    token: str
    expires: timedelta
    lacks: Lack = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A session in use. ``way``: password, link or oidc; ``is_proved``: they proved lately who they are."""

    token_hash: bytes
    staff: Staff
    way: str
    lacks: Lack
    is_proved: bool
    has_password: bool
    has_second: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its owner sees it. ``mark`` names it in forms; instants in milliseconds."""

    mark: str
    device: str
    began_at: int
    seen_at: int
    is_this: bool


class Sessions:
    """The sessions of one house."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def open(
        self,
        staff_id: int,
        way: str,
        *,
        browser: str = "",
        second: bool = False,
        instead: str = "",
        provider_session: str = "",
    ) -> SignedIn:
        """Begins a session, ``instead`` of the one of this token. ``second``: the second factor was given as well;
        ``provider_session``: its number at the provider (``sid``), which may end it."""
        token, now = secrets.token_urlsafe(32), real_now()
        async with self._house.db.begin() as conn:
            has_second = await sign_ins.has_second(conn, staff_id)
            lacks = self._lacks(way, has_second=has_second, given=second)
            lasts = WAITS if lacks else timedelta(hours=self._house.config.desk.session_hours)
            values: dict[str, Any] = {"way": way, "device": kind_of(browser), "proved_at": None if lacks else now}
            values |= {"second_at": now if second else None, "seen_at": now}
            if provider_session:
                values["provider_session_index"] = self.provider_index(provider_session)
            await sign_ins.close_session(conn, hash_token(instead))
            await sign_ins.open_session(
                conn, hash_token(token), staff_id, now, now + lasts // timedelta(milliseconds=1), **values
            )
        return SignedIn(token, lasts, lacks)

    async def find(self, token: str, *, in_use: bool = True) -> Session | None:
        """Whose session this is. ``in_use``: somebody does something in it, so that it does not end for want of that;
        pages that ask for news by themselves are no use."""
        now, token_hash = real_now(), hash_token(token)
        async with self._house.db.read() as conn:
            row = await sign_ins.by_session(conn, token_hash, now, self._idle_since(now))
        if row is None:
            return None
        if in_use and (row.seen_at is None or row.seen_at <= now - _NOTED):
            async with self._house.db.begin() as conn:
                await sign_ins.seen(conn, token_hash, now, now - _NOTED + 1)
        return Session(
            token_hash,
            Staff(row.id, row.username, row.name, row.role),
            row.way,
            self._lacks(row.way, has_second=bool(row.has_second), given=row.second_at is not None),
            row.proved_at is not None and now - row.proved_at < PROOF_LASTS,
            bool(row.has_password),
            bool(row.has_second),
        )

    async def close(self, token: str) -> None:
        """Ends the session."""
        async with self._house.db.begin() as conn:
            await sign_ins.close_session(conn, hash_token(token))

    async def close_all(self, staff_id: int, *, but: bytes = b"") -> None:
        """Ends every session of an account, ``but`` for this one."""
        async with self._house.db.begin() as conn:
            await sign_ins.close_sessions(conn, staff_id, but)

    async def close_marked(self, staff_id: int, mark: str) -> None:
        """Ends the session of this account that `listed` named so, if it is still there."""
        now = real_now()
        async with self._house.db.begin() as conn:
            for row in await sign_ins.sessions(conn, staff_id, now, self._idle_since(now)):
                if secrets.compare_digest(self._mark(row.token_hash), mark.encode()):
                    await sign_ins.close_session(conn, row.token_hash)

    async def listed(self, session: Session) -> list[Listed]:
        """The sessions of who has this one, the newest first."""
        now = real_now()
        async with self._house.db.read() as conn:
            rows = await sign_ins.sessions(conn, session.staff.id, now, self._idle_since(now))
        return [
            Listed(
                self._mark(row.token_hash).decode(),
                row.device or "",
                row.created_at,
                row.seen_at or row.created_at,
                row.token_hash == session.token_hash,
            )
            for row in rows
        ]

    async def proved(self, session: Session) -> None:
        """They proved once more who they are."""
        async with self._house.db.begin() as conn:
            await sign_ins.proved(conn, session.token_hash, real_now())

    def provider_index(self, provider_session: str) -> bytes:
        """How the provider's number of a session is kept."""
        return self._house.vault.index("provider session", provider_session)

    def _lacks(self, way: str, *, has_second: bool, given: bool) -> Lack:
        if way == "oidc":  # there the municipality's own provider sees to it
            return ""
        if has_second:
            return "" if given else "code"
        return "enrolment" if self._house.config.desk.second_factor == "required" else ""

    def _idle_since(self, now: int) -> int:
        return now - self._house.config.desk.idle_minutes * 60_000

    def _mark(self, token_hash: bytes) -> bytes:
        return self._house.vault.index("session", token_hash.hex()).hex().encode()


def kind_of(user_agent: str) -> str:
    """What kind of browser on what kind of system, as far as it says: ``Firefox op Windows``."""
    names = [next((name for sign, name in known if sign in user_agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return " op ".join(name for name in names if name)


def hash_token(token: str) -> bytes:
    """A token as it is stored. It is random and long: it needs no salt and no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def real_now() -> int:
    """Now, in milliseconds UTC, whatever the demo clock says."""
    return to_ms(datetime.now(UTC))
