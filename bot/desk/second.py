"""The second factor of local accounts: six digits of an app (TOTP, RFC 6238), and recovery codes for who lost it.

It is only asked for after the right password or link, so that nobody else can use wrong codes to keep a colleague out.
A code counts once, also at the same moment and in several processes.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass

import pyotp

from bot.clock import from_ms
from bot.desk.sessions import Session, real_now
from bot.desk.tries import Place, Tries
from bot.errors import Refused
from bot.house import House
from flows.understanding import ascii_digits
from storage import second_factors, sign_ins

#: Steps of 30 seconds that a telephone's clock may be off, either way (RFC 6238, 5.2).
DRIFT = 1
RECOVERY_CODES = 10

#: Characters of a secret: 160 bits in base32 (RFC 4226, 4).
_SECRET = 32
#: Of a recovery code: 50 bits, without letters that look like digits.
_LETTERS, _HALF = "abcdefghjkmnpqrstuvwxyz23456789", 5
_TOTP_PURPOSE, _CODE_PURPOSE = "staff.totp", "recovery code"
_TRIED = "second"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What somebody brings into their app: by camera ``uri``, by hand ``groups``."""

    uri: str
    groups: str


class Second:
    """Second factors of one house. ``clock`` gives real milliseconds."""

    def __init__(self, house: House, tries: Tries, clock: Callable[[], int] = real_now) -> None:
        self._house = house
        self._tries = tries
        self._clock = clock

    async def enrolment(self, session: Session) -> Enrolment:
        """The secret to bring into an app; the same one as long as this session lasts. Refused ``has_second``."""
        async with self._house.db.read() as conn:
            row = await second_factors.of(conn, session.staff.id)
        if row.totp_since is not None:
            raise Refused("has_second")
        secret = self._begun(session)
        issuer = f"Balie {self._house.config.identity.name}"
        uri = pyotp.TOTP(secret).provisioning_uri(name=row.username, issuer_name=issuer)
        return Enrolment(uri, " ".join(re.findall("....", secret)))

    async def confirm(self, session: Session, typed: str, place: Place) -> list[str]:
        """The app works: from now on it is asked for. Gives recovery codes. Refused ``wrong_code``, ``wait``,
        ``has_second``."""
        staff_id = session.staff.id
        async with self._house.db.read() as conn:
            row = await second_factors.of(conn, staff_id)
        if row.totp_since is not None:
            raise Refused("has_second")
        await self._take(staff_id, place)
        secret = self._begun(session)
        step = self._step(secret, typed)
        if step is None:
            raise Refused("wrong_code")
        key_id = row.key_id or await self._new_key(staff_id)
        await self._house.vault.prepare({key_id})
        sealed = self._house.vault.seal_text(key_id, _TOTP_PURPOSE, secret)
        codes, now = _new_codes(), self._clock()
        async with self._house.db.begin() as conn:
            if not await second_factors.confirm(conn, staff_id, sealed, step, now):
                raise Refused("has_second")
            await second_factors.put_codes(conn, staff_id, self._indexes(staff_id, codes), now)
        await self._tries.forget(_TRIED, str(staff_id), place)
        return codes

    async def check(self, staff_id: int, typed: str, place: Place) -> None:
        """A code of the app, or a recovery code, which is then used up. Refused ``wrong_code``, ``wait``."""
        await self._take(staff_id, place)
        if not await self._is_right(staff_id, typed):
            raise Refused("wrong_code")
        await self._tries.forget(_TRIED, str(staff_id), place)

    async def new_codes(self, staff_id: int) -> list[str]:
        """Other recovery codes; the former ones count no longer."""
        codes = _new_codes()
        async with self._house.db.begin() as conn:
            await second_factors.put_codes(conn, staff_id, self._indexes(staff_id, codes), self._clock())
        return codes

    async def codes_left(self, staff_id: int) -> int:
        """How many recovery codes were not used."""
        async with self._house.db.read() as conn:
            return await second_factors.codes_left(conn, staff_id)

    async def remove(self, staff_id: int, *, but: bytes = b"") -> None:
        """There is no second factor any more, and every session ends ``but`` this one."""
        async with self._house.db.begin() as conn:
            await second_factors.remove(conn, staff_id)
            await sign_ins.close_sessions(conn, staff_id, but)

    async def _new_key(self, staff_id: int) -> int:
        key_id = await self._house.vault.new_key(self._clock())
        async with self._house.db.begin() as conn:
            await second_factors.take_key(conn, staff_id, key_id)
            row = await second_factors.of(conn, staff_id)  # another page may have been first
        return int(row.key_id)

    async def _take(self, staff_id: int, place: Place) -> None:
        if await self._tries.take(_TRIED, str(staff_id), place):
            raise Refused("wait")

    async def _is_right(self, staff_id: int, typed: str) -> bool:
        async with self._house.db.read() as conn:
            row = await second_factors.of(conn, staff_id)
        if row.totp_since is None:
            return False
        step = self._step(await self._secret(row.totp_sealed), typed)
        async with self._house.db.begin() as conn:
            if step is not None:
                return await second_factors.use_step(conn, staff_id, step)
            (index,) = self._indexes(staff_id, [_plain_code(typed)])
            return await second_factors.use_code(conn, staff_id, index, self._clock())

    def _begun(self, session: Session) -> str:
        """A secret of this session's own: who knew the password before, and looked, does not know it."""
        return b32encode(self._house.vault.mac(_TOTP_PURPOSE, session.token_hash)).decode()[:_SECRET]

    async def _secret(self, sealed: bytes) -> str:
        await self._house.vault.prepare({self._house.vault.key_of(sealed)})
        return self._house.vault.unseal_text(sealed, _TOTP_PURPOSE)

    def _step(self, secret: str, typed: str) -> int | None:
        """The step of time that these six digits are of, if it is about now."""
        digits = "".join(ascii_digits(typed).split())
        totp = pyotp.TOTP(secret)
        now = totp.timecode(from_ms(self._clock()))
        steps = [
            step
            for step in range(now - DRIFT, now + DRIFT + 1)
            if hmac.compare_digest(totp.generate_otp(step).encode(), digits.encode("utf-8", "replace"))
        ]
        return max(steps, default=None)

    def _indexes(self, staff_id: int, codes: list[str]) -> list[bytes]:
        return [self._house.vault.index(_CODE_PURPOSE, f"{staff_id}:{code}") for code in codes]


def _new_codes() -> list[str]:
    halves = ["".join(secrets.choice(_LETTERS) for _ in range(_HALF)) for _ in range(2 * RECOVERY_CODES)]
    return [f"{first}-{second}" for first, second in zip(halves[::2], halves[1::2], strict=True)]


def _plain_code(typed: str) -> str:
    """A recovery code as it was given, however it is typed."""
    letters = re.sub(r"[^a-z0-9]", "", typed.lower())
    return f"{letters[:_HALF]}-{letters[_HALF:]}"
