"""Passwords of staff: hashed slowly, and checked few at a time."""

from __future__ import annotations

import asyncio
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bot.errors import Refused

#: Shortest password that may be set, in characters.
SHORTEST_PASSWORD = 12
#: Longest password taken, in characters: hashing must not become work that a stranger can order by the megabyte.
LONGEST_PASSWORD = 200

#: Passwords that may be checked at once, and that may wait for it: memory and time that strangers can claim.
_AT_ONCE, _QUEUED = 2, 20

#: OWASP's setting for little memory: 19 MiB, two passes.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Checking:
    """Checks passwords, a few at a time."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        nobody()  # made now, so that the first unknown name takes no longer

    def see_that_there_is_room(self) -> None:
        """Refused ``busy``."""
        if self._waiting >= _QUEUED:
            raise Refused("busy")

    async def is_right(self, hashed: str | None, password: str) -> bool:
        """Whether ``password`` is the one of ``hashed``. Without a hash it never is, and takes as long."""
        self._waiting += 1
        try:
            async with self._slots:
                right = await asyncio.to_thread(verify, hashed or nobody(), password)
        finally:
            self._waiting -= 1
        return right and hashed is not None


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
def nobody() -> str:
    """What an unknown name is compared with, so that it takes as long as a known one."""
    return hash_password(secrets.token_urlsafe(16))
