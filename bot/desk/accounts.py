"""Local accounts of the desk: passwords, one-time links, sessions. All of it in real time, also in the demo.

Guessing is slowed per account *and* place: too many wrong passwords make that place wait for that account, so that
nobody can lock a colleague out from elsewhere. A browser that signed in before is a place of its own, also where all
traffic seems to come from one address. All other places together have a ceiling per account as well, as whoever guesses
may have many addresses.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bot.clock import to_ms
from bot.errors import Refused
from bot.house import House
from flows.understanding import ascii_digits
from storage import sign_ins
from storage import staff as queries
from storage.staff import Colleague

#: Longest password taken, in characters: hashing must not become work that a stranger can order by the megabyte.
LONGEST_PASSWORD = 200
LONGEST_USERNAME = 100

#: A telephone number: municipalities have short ones too (14 010).
LONGEST_PHONE, FEWEST_DIGITS = 25, 5
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]*")
#: An e-mail address, as in the municipality's file; its longest (RFC 5321).
LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")

#: Wrong passwords before waiting begins, and how the wait (in seconds) grows from there.
FREE_TRIES = 5
FREE_TRIES_FROM_ALL = 20
FIRST_WAIT, LONGEST_WAIT = 5.0, 900.0

#: Seconds without a try after which wrong ones are forgotten; from all places together longer, so that pausing pays
#: nothing.
_FORGOTTEN, _FORGOTTEN_FROM_ALL = LONGEST_WAIT, 24 * 3600.0

#: Passwords that may be checked at once, and that may wait for it: memory and time that strangers can claim.
_AT_ONCE, _QUEUED = 2, 20

#: OWASP's setting for little memory: 19 MiB, two passes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@dataclass(frozen=True, slots=True)
class Staff:
    """The signed-in member of staff. ``role``: caseworker, coordinator, beheerder or auditor."""

    id: int
    username: str
    name: str
    role: str

    @property
    def may_act(self) -> bool:
        """Whether they may change a file: an auditor only looks."""
        return self.role != "auditor"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that just began. ``token`` is for the cookie and is stored nowhere."""

    token: str
    expires: timedelta


@dataclass(frozen=True, slots=True)
class Place:
    """Where a try comes from. ``is_known``: a browser that signed in to this account before."""

    name: str
    is_known: bool


class Throttle:
    """Counts wrong passwords per (account, place) in this process. ``timer`` gives real seconds."""

    def __init__(
        self,
        timer: Callable[[], float] = time.monotonic,
        capacity: int = 10_000,
        free: int = FREE_TRIES,
        forgotten: float = _FORGOTTEN,
    ) -> None:
        self._timer = timer
        self._capacity = capacity
        self._free = free
        self._forgotten = forgotten
        self._tries: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()  # tries, not before

    def try_now(self, account: str, place: str) -> float:
        """Counts a try that is about to be made and gives 0, or gives the seconds to wait and counts nothing.

        Counted beforehand, so that tries at the same moment count too; `forget` when it was right.
        """
        now = self._timer()
        tries, not_before = self._tries.get((account, place), (0, 0.0))
        if now < not_before:
            return not_before - now
        if now - not_before > self._forgotten:
            tries = 0
        wait = 0.0 if tries + 1 < self._free else min(FIRST_WAIT * 2 ** (tries + 1 - self._free), LONGEST_WAIT)
        self._tries[account, place] = (min(tries + 1, 60), now + wait)
        self._tries.move_to_end((account, place))
        while len(self._tries) > self._capacity:
            self._tries.popitem(last=False)
        return 0.0

    def forget(self, account: str, place: str) -> None:
        """The password was right."""
        self._tries.pop((account, place), None)


class Accounts:
    """Signs people in and out at the desk of one house."""

    def __init__(self, house: House, throttle: Throttle | None = None) -> None:
        self.house = house
        self.throttle = throttle or Throttle()
        # So many that trying made-up names does not soon push out the ones that are under attack.
        self._from_all = Throttle(capacity=100_000, free=FREE_TRIES_FROM_ALL, forgotten=_FORGOTTEN_FROM_ALL)
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        _nobody()  # made now, so that the first unknown name takes no longer

    async def sign_in(self, username: str, password: str, place: Place) -> SignedIn:
        """A session for this account.

        Refused: ``wrong`` (which of both is not said), ``wait`` (too many wrong tries from here, or from everywhere),
        ``busy``.
        """
        username = plain_username(username)
        if len(username) > LONGEST_USERNAME or len(password) > LONGEST_PASSWORD:
            raise Refused("wrong")
        if self._waiting >= _QUEUED:
            raise Refused("busy")
        if self.throttle.try_now(username, place.name):
            raise Refused("wait")
        if not place.is_known and self._from_all.try_now(username, ""):
            raise Refused("wait")
        async with self.house.db.read() as conn:
            row = await sign_ins.by_username(conn, username)
        self._waiting += 1
        try:
            async with self._slots:
                hashed = row.password_hash if row is not None and row.password_hash else _nobody()
                right = await asyncio.to_thread(verify, hashed, password)
        finally:
            self._waiting -= 1
        if not right or row is None:
            raise Refused("wrong")
        self.throttle.forget(username, place.name)
        if not place.is_known:
            self._from_all.forget(username, "")
        return await self._open(row.id)

    async def use_link(self, token: str) -> SignedIn:
        """A session by a one-time link, which is used up. Refused ``wrong``."""
        async with self.house.db.begin() as conn:
            staff_id = await sign_ins.use_link(conn, hash_token(token), real_now())
        if staff_id is None:
            raise Refused("wrong")
        return await self._open(staff_id)

    async def is_usable(self, token: str) -> bool:
        """Whether a one-time link still works; looking does not use it up."""
        async with self.house.db.read() as conn:
            return await sign_ins.is_usable(conn, hash_token(token), real_now())

    async def who(self, token: str) -> Staff | None:
        """Whose session this is."""
        async with self.house.db.read() as conn:
            row = await sign_ins.by_session(conn, hash_token(token), real_now())
        return None if row is None else Staff(row.id, row.username, row.name, row.role)

    async def sign_out(self, token: str) -> None:
        """Ends the session."""
        async with self.house.db.begin() as conn:
            await sign_ins.close_session(conn, hash_token(token))

    async def colleagues(self) -> list[Staff]:
        """Everyone who may sign in, by name."""
        async with self.house.db.read() as conn:
            return [Staff(row.id, row.username, row.name, row.role) for row in await sign_ins.colleagues(conn)]

    async def phone_of(self, staff_id: int) -> str:
        """The number that residents get of this account; empty: none."""
        async with self.house.db.read() as conn:
            return await queries.phone_of(conn, staff_id)

    async def set_phone(self, staff_id: int, typed: str) -> None:
        """Another number, or (empty) none. Refused ``no_phone``."""
        number = plain_phone(typed)
        async with self.house.db.begin() as conn:
            await queries.set_phone(conn, staff_id, number)

    async def email_of(self, staff_id: int) -> str:
        """Where this account hears of who it helps; empty: nowhere."""
        async with self.house.db.read() as conn:
            return await queries.email_of(conn, staff_id)

    async def set_email(self, staff_id: int, typed: str) -> None:
        """Another address, or (empty) none. Refused ``no_email``."""
        address = plain_email(typed)
        async with self.house.db.begin() as conn:
            await queries.set_email(conn, staff_id, address)

    async def team(self) -> list[Colleague]:
        """Everyone who works here or did, who left last."""
        async with self.house.db.read() as conn:
            return await queries.team(conn)

    async def set_colleague(self, staff_id: int, typed: str, successor_id: int | None) -> None:
        """Where a colleague hears of who they help, and who knows these once the colleague left. Refused ``no_email``,
        and as `succeeds`: then both stay as they were."""
        address = plain_email(typed)
        async with self.house.db.begin() as conn:
            succeeds(await queries.team(conn), staff_id, successor_id)
            await queries.set_email(conn, staff_id, address)
            await queries.set_successor(conn, staff_id, successor_id)

    def device(self, username: str, secret: str | None = None) -> str:
        """What a browser keeps that signed in as ``username``: a secret and our seal on it and the name."""
        secret = secret or secrets.token_urlsafe(16)
        seal = self.house.vault.index("device", f"{plain_username(username)}:{secret}").hex()
        return f"{secret}.{seal}"

    def place(self, username: str, device: str, address: str) -> Place:
        """Where a try comes from: a browser that signed in as this account before, else a network address."""
        secret = device.partition(".")[0]
        known = bool(secret) and secrets.compare_digest(self.device(username, secret).encode(), device.encode())
        return Place(f"device {secret}", is_known=True) if known else Place(f"address {address}", is_known=False)

    async def _open(self, staff_id: int) -> SignedIn:
        token, expires = secrets.token_urlsafe(32), timedelta(hours=self.house.config.desk.session_hours)
        now = real_now()
        async with self.house.db.begin() as conn:
            until = now + expires // timedelta(milliseconds=1)
            await sign_ins.open_session(conn, hash_token(token), staff_id, now, until)
        return SignedIn(token, expires)


async def create_sign_in_link(house: House, staff_id: int, *, base_url: str = "") -> str:
    """The address of a page that signs this account in, once, within ``desk.sign_in_link_minutes``. ``base_url`` is
    where the desk is reached when that is not ``web.public_url``."""
    token = secrets.token_urlsafe(32)
    lasts = timedelta(minutes=house.config.desk.sign_in_link_minutes) // timedelta(milliseconds=1)
    async with house.db.begin() as conn:
        await sign_ins.add_link(conn, hash_token(token), staff_id, real_now() + lasts)
    return f"{base_url or house.config.web.public_url}/desk/link/{token}"


def hash_password(password: str) -> str:
    """For ``staff.password_hash``: argon2id."""
    return _hasher.hash(password)


def verify(hashed: str, password: str) -> bool:
    """Whether ``password`` is the one of ``hashed``. Takes some 20 ms and 19 MiB."""
    try:
        return _hasher.verify(hashed, password)
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """What an unknown name is compared with, so that it takes as long as a known one."""
    return hash_password(secrets.token_urlsafe(16))


def plain_username(username: str) -> str:
    """A user name as it is compared: nobody has to remember capitals."""
    return username.strip().lower()


def plain_phone(typed: str) -> str:
    """A number as residents read it, or nothing. Refused ``no_phone``: it is none."""
    number = " ".join(ascii_digits(typed).split())
    digits = sum(each.isdecimal() for each in number)
    if number and not (_PHONE.fullmatch(number) and digits >= FEWEST_DIGITS and len(number) <= LONGEST_PHONE):
        raise Refused("no_phone")
    return number


def plain_email(typed: str) -> str:
    """An e-mail address, or nothing. Refused ``no_email``: it is none."""
    address = typed.strip()
    if address and not (_EMAIL.fullmatch(address) and len(address) <= LONGEST_EMAIL):
        raise Refused("no_email")
    return address


def succeeds(team: Sequence[Colleague], staff_id: int, successor_id: int | None) -> None:
    """Refused ``no_colleague`` (not one of the ``team``, or one who cannot help residents), ``successor_circle`` (in
    the end they would succeed themselves)."""
    known = {one.id: one for one in team}
    follows = known.get(successor_id or 0)
    if staff_id not in known:
        raise Refused("no_colleague")
    if known[staff_id].successor_id == successor_id:
        return
    if successor_id is not None and (follows is None or follows.left or follows.role == "auditor"):
        raise Refused("no_colleague")
    seen = {staff_id}
    while follows is not None:
        if follows.id in seen:
            raise Refused("successor_circle")
        seen.add(follows.id)
        follows = known.get(follows.successor_id or 0)


def hash_token(token: str) -> bytes:
    """A token as it is stored. It is random and long: it needs no salt and no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def real_now() -> int:
    """Now, in milliseconds UTC, whatever the demo clock says."""
    return to_ms(datetime.now(UTC))
