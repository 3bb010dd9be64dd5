"""Local accounts of the desk: passwords, one-time links, sessions. All of it in real time, also in the demo.

Guessing is slowed per account *and* place: too many wrong passwords make that place wait for that account, so that
nobody can lock a colleague out from elsewhere. A browser that signed in before is a place of its own, also where all
traffic seems to come from one address. All other places together have a ceiling per account as well, as whoever guesses
may have many addresses.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

from bot.desk.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, Checking, hash_password
from bot.desk.roles import HELPS
from bot.desk.second import Second
from bot.desk.sessions import Session, Sessions, SignedIn, hash_token, real_now
from bot.desk.sessions import Staff as Staff
from bot.desk.tries import Place, Tries
from bot.errors import Refused
from bot.house import House
from flows.understanding import ascii_digits
from storage import sign_ins
from storage import staff as queries
from storage.staff import Colleague

LONGEST_USERNAME = 100

#: A telephone number: municipalities have short ones too (14 010).
LONGEST_PHONE, FEWEST_DIGITS = 25, 5
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]*")
#: An e-mail address, as in the municipality's file; its longest (RFC 5321).
LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")

_TRIED = "password"


class Accounts:
    """Signs people in and out at the desk of one house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.sessions = Sessions(house)
        self.tries = Tries(house)
        self.second = Second(house, self.tries)
        self._checking = Checking()

    async def sign_in(
        self, username: str, password: str, place: Place, *, browser: str = "", instead: str = ""
    ) -> SignedIn:
        """A session for this account, ``instead`` of the one of this token.

        Refused: ``wrong`` (which of both is not said), ``wait`` (too many wrong tries from here, or from everywhere),
        ``busy``.
        """
        username = plain_username(username)
        if len(username) > LONGEST_USERNAME or len(password) > LONGEST_PASSWORD:
            raise Refused("wrong")
        async with self.house.db.read() as conn:
            row = await sign_ins.by_username(conn, username)
        await self._check(username, None if row is None else row.password_hash, password, place)
        assert row is not None  # without one no password is right
        return await self.sessions.open(row.id, "password", browser=browser, instead=instead)

    async def prove(self, session: Session, password: str, code: str, place: Place) -> None:
        """Who has this session proves it once more: by password and second factor, as far as they have these. Refused
        as `sign_in`, ``wrong_code``, ``no_proof`` (they have neither, or proved it at the provider)."""
        if session.way == "oidc" or not (session.has_password or session.has_second):
            raise Refused("no_proof")
        if session.has_password:
            if len(password) > LONGEST_PASSWORD:
                raise Refused("wrong_password")
            async with self.house.db.read() as conn:
                row = await sign_ins.by_username(conn, plain_username(session.staff.username))
            hashed = None if row is None else row.password_hash
            try:
                await self._check(session.staff.username, hashed, password, place)
            except Refused as error:
                raise Refused("wrong_password" if error.code == "wrong" else error.code) from None
        if session.has_second:
            await self.second.check(session.staff.id, code, place)
        await self.sessions.proved(session)

    async def set_password(self, session: Session, new: str, again: str) -> None:
        """Another password for who has this session; their other sessions end. Refused ``short_password``,
        ``long_password``, ``not_same``."""
        if len(new) < SHORTEST_PASSWORD:
            raise Refused("short_password")
        if len(new) > LONGEST_PASSWORD:
            raise Refused("long_password")
        if new != again:
            raise Refused("not_same")
        hashed = await asyncio.to_thread(hash_password, new)
        async with self.house.db.begin() as conn:
            await queries.set_password(conn, session.staff.id, hashed, session.token_hash)

    async def _check(self, username: str, hashed: str | None, password: str, place: Place) -> None:
        """Takes as long for nobody's password as for a wrong one. Refused as `sign_in`."""
        self._checking.see_that_there_is_room()
        username = plain_username(username)
        if await self.tries.take(_TRIED, username, place):
            raise Refused("wait")
        if not await self._checking.is_right(hashed, password):
            raise Refused("wrong")
        await self.tries.forget(_TRIED, username, place)

    async def use_link(self, token: str, *, browser: str = "", instead: str = "") -> SignedIn:
        """A session by a one-time link, which is used up. Refused ``wrong``."""
        async with self.house.db.begin() as conn:
            staff_id = await sign_ins.use_link(conn, hash_token(token), real_now())
        if staff_id is None:
            raise Refused("wrong")
        return await self.sessions.open(staff_id, "link", browser=browser, instead=instead)

    async def is_usable(self, token: str) -> bool:
        """Whether a one-time link still works; looking does not use it up."""
        async with self.house.db.read() as conn:
            return await sign_ins.is_usable(conn, hash_token(token), real_now())

    async def who(self, token: str) -> Staff | None:
        """Whose session this is, once it opens the desk; looking is no use of it."""
        session = await self.sessions.find(token, in_use=False)
        return None if session is None or session.lacks else session.staff

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


async def create_sign_in_link(house: House, staff_id: int, *, base_url: str = "") -> str:
    """The address of a page that signs this account in, once, within ``desk.sign_in_link_minutes``. ``base_url`` is
    where the desk is reached when that is not ``web.public_url``."""
    token = secrets.token_urlsafe(32)
    lasts = timedelta(minutes=house.config.desk.sign_in_link_minutes) // timedelta(milliseconds=1)
    async with house.db.begin() as conn:
        await sign_ins.add_link(conn, hash_token(token), staff_id, real_now() + lasts)
    return f"{base_url or house.config.web.public_url}/desk/link/{token}"


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
    if successor_id is not None and (follows is None or follows.left or follows.role not in HELPS):
        raise Refused("no_colleague")
    seen = {staff_id}
    while follows is not None:
        if follows.id in seen:
            raise Refused("successor_circle")
        seen.add(follows.id)
        follows = known.get(follows.successor_id or 0)
