"""Encryption of everything personal: AES-GCM under a key per person, and the keyed blind indexes to find it by.

A person's key stands in the key store, wrapped by the master key; the master key is derived from the municipality's
secret and stands nowhere. Keys are written before the data that needs them, so that a crash leaves at most a key
without data. Destroying a key makes everything under it unreadable for good, in old copies of the data too.

A ciphertext: 1 byte layout version, 8 bytes key id (big-endian), 12 bytes nonce, the AES-GCM text, its tag of 16.
The purpose ("message", "person.name" …) is authenticated with it: one field's ciphertext is no good in another's.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import KlopaanError
from storage import keys
from storage.database import Database
from storage.keys import MasterVersion, WrappedKey

#: Bytes. A secret is random, not a pass phrase: that is why deriving the master key from it may be quick.
SHORTEST_SECRET = 32
#: Seconds after which a cached key is no longer used: so long may a key, destroyed by another process, still work here.
EXPIRES_AFTER = 60.0
#: Seconds after which `Vault.prepare` reads a key again, so that whoever prepared has at least half a minute to use it.
REFRESH_AFTER = 30.0
#: Seconds between two looks for a new master key, in every process (`Vault.follow`).
FOLLOW_EVERY = 10.0

_LAYOUT = b"\x01"
_KEY_ID = slice(1, 9)
_NONCE = slice(9, 21)
_TEXT_AT = 21
_NONCE_SIZE = 12
_TAG_SIZE = 16
_INDEX_SIZE = 16
_INDEX_KEY = "blind index"
_CHECK = b"klopaan"


class VaultError(KlopaanError):
    """The vault cannot do this."""


class WeakSecret(VaultError):
    """The secret is too short: it must be random and at least 32 bytes long."""


class WrongSecret(VaultError):
    """The secret does not belong to this key store."""


class SameSecret(VaultError):
    """This is the secret that is in use."""


class NothingBegun(VaultError):
    """The master key is not being replaced: there is nothing to finish."""


class Unreadable(VaultError):
    """The key was destroyed or never existed, or the ciphertext is damaged or meant for another purpose."""


class Damaged(Unreadable):
    """The ciphertext is damaged, meant for another purpose, or none of ours: nobody destroyed its key."""


class NotPrepared(VaultError):
    """The key was not loaded shortly before: a missing `Vault.prepare`, so a bug; or this process stood still since.
    Then what is begun again succeeds."""


class Vault:
    """The keys of one municipality.

    Opened by `Vault.open`; `prepare` loads keys, after which sealing and unsealing is a matter of microseconds.
    Not for use by several threads or event loops at once.
    """

    def __init__(self, db: Database, masters: dict[int, bytes], capacity: int, timer: Callable[[], float]) -> None:
        """Use `Vault.open`."""
        self._db = db
        self._masters = masters
        self._capacity = capacity
        self._timer = timer
        self._index_key = b""
        # key id → (the key, or None when it cannot be had; when it was read), least recently prepared first
        self._cache: OrderedDict[int, tuple[AESGCM | None, float]] = OrderedDict()

    @classmethod
    async def open(
        cls,
        db: Database,
        secret: bytes,
        now: int,
        *,
        capacity: int = 4_000,
        timer: Callable[[], float] = time.monotonic,
    ) -> Vault:
        """Open the key store ``db``, at first use with a new master key and index key.

        ``capacity`` is the number of keys kept in memory, nearly 3 kB each; ``timer`` gives real seconds and is
        replaced in tests only. Raises WeakSecret, WrongSecret.
        """
        if len(secret) < SHORTEST_SECRET:
            raise WeakSecret
        async with db.begin() as conn:
            stored = await keys.versions(conn)
            if not stored:
                await keys.add_version(conn, _new_version(1, secret), now)
                stored = await keys.versions(conn)  # another process may have been first
            vault = cls(db, _masters(stored, secret), capacity, timer)
            new, version = vault._wrap_new(_INDEX_KEY)
            await keys.add_shared(conn, _INDEX_KEY, new, version, now)
            vault._index_key = vault._unwrap(_INDEX_KEY, *await keys.load_shared(conn, _INDEX_KEY))
        return vault

    @classmethod
    async def found(cls, db: Database, conn: AsyncConnection, secret: bytes) -> Vault:
        """Open the key store ``db`` as the caller's transaction in it sees it, and make nothing. Raises WrongSecret,
        also when there is no master key yet."""
        vault = cls(db, _masters(await keys.versions(conn), secret), capacity=1, timer=time.monotonic)
        vault._index_key = vault._unwrap(_INDEX_KEY, *await keys.load_shared(conn, _INDEX_KEY))
        return vault

    async def new_key(self, now: int) -> int:
        """Make a person's key, commit it to the key store, and only then give its id: random, positive, 63 bits."""
        return (await self.new_keys(1, now))[0]

    async def new_keys(self, count: int, now: int) -> list[int]:
        """Make so many keys in one commit, as `new_key`."""
        made: dict[int, tuple[bytes, int]] = {}
        async with self._db.begin() as conn:
            self._learn([await keys.newest_version(conn)])
            while len(made) < count:
                key_id = secrets.randbits(63)
                made[key_id] = self._wrap_new(key_id)
                await keys.add(conn, WrappedKey(key_id, *made[key_id]), now)
        for key_id, (wrapped, version) in made.items():
            self._cache[key_id] = (AESGCM(self._unwrap(key_id, wrapped, version)), self._timer())
        return list(made)

    async def prepare(self, key_ids: Iterable[int]) -> None:
        """Load these keys, those not fresh in memory in one read; they can be used for at least 30 seconds."""
        now = self._timer()
        wanted = set(key_ids)
        missing: list[int] = []
        for key_id in wanted:
            entry = self._cache.get(key_id)
            if entry is None or now - entry[1] > REFRESH_AFTER:
                missing.append(key_id)
            else:
                self._cache.move_to_end(key_id)
        if not missing:
            return
        async with self._db.read() as conn:
            found = await keys.load(conn, missing)
            if any(key.master_version not in self._masters for key in found if key.wrapped):
                self._learn(await keys.versions(conn))
        loaded: dict[int, AESGCM | None] = dict.fromkeys(missing)
        for key in found:
            if key.wrapped is not None and key.master_version is not None:
                with contextlib.suppress(Unreadable):  # a damaged key is that person's trouble, not everyone's
                    loaded[key.key_id] = AESGCM(self._unwrap(key.key_id, key.wrapped, key.master_version))
        for key_id, cipher in loaded.items():
            known = self._cache.get(key_id)
            if known is None or known[1] < now:  # else it was destroyed, or read anew, while we were reading
                self._cache[key_id] = (cipher, now)
            self._cache.move_to_end(key_id)
        while len(self._cache) > max(self._capacity, len(wanted)):
            self._cache.popitem(last=False)

    async def destroyed(self, key_ids: Iterable[int]) -> set[int]:
        """Give those of these prepared keys that were destroyed; one that is missing or damaged was not."""
        unusable = [key_id for key_id in key_ids if (entry := self._cache.get(key_id)) is not None and entry[0] is None]
        if not unusable:
            return set()
        async with self._db.read() as conn:
            return {key.key_id for key in await keys.load(conn, unusable) if key.wrapped is None}

    def seal(self, key_id: int, purpose: str, data: bytes) -> bytes:
        """Encrypt under a prepared key. Raises Unreadable (destroyed or unknown key), NotPrepared."""
        nonce = os.urandom(_NONCE_SIZE)
        sealed = self._cipher(key_id).encrypt(nonce, data, purpose.encode())
        return _LAYOUT + key_id.to_bytes(8, "big") + nonce + sealed

    def unseal(self, blob: bytes, purpose: str) -> bytes:
        """Decrypt what `seal` gave for the same purpose; its key must be prepared. Raises Unreadable, NotPrepared."""
        cipher = self._cipher(self.key_of(blob))
        try:
            return cipher.decrypt(blob[_NONCE], blob[_TEXT_AT:], purpose.encode())
        except InvalidTag:
            raise Damaged from None

    def seal_text(self, key_id: int, purpose: str, text: str) -> bytes:
        """Encrypt a text; see `seal`."""
        return self.seal(key_id, purpose, text.encode("utf-8", "surrogatepass"))

    def unseal_text(self, blob: bytes, purpose: str) -> str:
        """Decrypt a text; see `unseal`."""
        return self.unseal(blob, purpose).decode("utf-8", "surrogatepass")

    @staticmethod
    def key_of(blob: bytes) -> int:
        """Give the id of the key that a ciphertext needs. Raises Damaged when it is no ciphertext of ours."""
        if blob[:1] != _LAYOUT or len(blob) < _TEXT_AT + _TAG_SIZE:
            raise Damaged
        return int.from_bytes(blob[_KEY_ID], "big")

    def index(self, purpose: str, value: str) -> bytes:
        """Give the blind index of a value that the caller normalised: equal values of one purpose, equal 16 bytes."""
        return hmac.digest(
            self._index_key, purpose.encode() + b"\0" + value.encode("utf-8", "surrogatepass"), "sha256"
        )[:_INDEX_SIZE]

    def mac(self, purpose: str, data: bytes) -> bytes:
        """Give 32 bytes that only who has the key store and its secret can make of ``data`` for this purpose."""
        return hmac.digest(self._index_key, b"mac\0" + purpose.encode() + b"\0" + data, "sha256")

    async def destroy(self, key_id: int, now: int) -> None:
        """Destroy a key for good; other processes follow within `EXPIRES_AFTER`. Destroying it again does nothing."""
        async with self._db.begin() as conn:
            await keys.destroy(conn, key_id, now)
        self._cache[key_id] = (None, self._timer())
        await self._db.scrub(keys.person_key)

    async def follow(self) -> None:
        """Take in a master key that came since, so that this process has it when the one before is retired. Raises
        WrongSecret when that has happened already."""
        async with self._db.read() as conn:
            self._learn(await keys.versions(conn))

    async def rotate(self, new_secret: bytes, now: int) -> None:
        """Put every key under a master key from ``new_secret``. Until `finish` both secrets open the key store, so that
        processes follow, or start again with the new one, one by one.

        Stopped half-way it can be called again (with the same new secret). Raises WeakSecret; SameSecret when it is the
        one in use; WrongSecret when a rotation to another was begun.
        """
        if len(new_secret) < SHORTEST_SECRET:
            raise WeakSecret
        async with self._db.begin() as conn:
            await keys.hold_versions(conn)
            newest = await keys.newest_version(conn)
            self._learn([newest])
            if newest.bridge is None:
                if _open(newest, new_secret):
                    raise SameSecret
                newest = await self._add_version(conn, new_secret, newest.version, now)
        self._learn([newest])
        if _open(newest, new_secret) is None:
            raise WrongSecret("a rotation to another secret was begun before: finish that first")
        while await self._rewrap_one_batch(newest.version):
            pass

    async def finish(self, secret: bytes, now: int) -> None:
        """Retire the master keys before the newest, which is that of ``secret``: from then on only that one opens the
        key store. A process that learned it goes on; one that did not raises WrongSecret at the next key that it makes
        or reads, before it has stored anything.

        Raises NothingBegun; WrongSecret when the newest is another's. Stopped half-way nothing has changed.
        """
        async with self._db.begin() as conn:
            await keys.hold_versions(conn)
            newest = await keys.newest_version(conn)
            self._learn([newest])
            if newest.bridge is None:
                raise NothingBegun
            if _open(newest, secret) is None:
                raise WrongSecret("this is the former secret: the rotation is finished with the new one")
            # From here until the commit nobody adds a key under an older version: `newest_version` waits for this.
            await keys.retire_older(conn, newest.version, now)
            while await self._rewrap_some(conn, newest.version):
                pass
            wrapped = self._wrap(_INDEX_KEY, self._index_key, newest.version)
            await keys.rewrap_shared(conn, _INDEX_KEY, wrapped, newest.version)
        await self._db.scrub(keys.person_key)
        await self._db.scrub(keys.master_version)

    async def _add_version(self, conn: AsyncConnection, secret: bytes, former: int, now: int) -> MasterVersion:
        """The next master key, and a way from the one to the other in both directions."""
        next_ = _new_version(former + 1, secret)
        master = _derive(secret, next_.salt)
        next_ = replace(next_, bridge=_wrap(self._masters[former], master, _bridge(next_.version)))
        await keys.add_version(conn, next_, now)
        await keys.set_bridge(conn, former, _wrap(master, self._masters[former], _bridge(former)))
        return next_

    async def _rewrap_one_batch(self, version: int) -> bool:
        async with self._db.begin() as conn:
            return await self._rewrap_some(conn, version)

    async def _rewrap_some(self, conn: AsyncConnection, version: int) -> bool:
        """Rewrap one batch of what is under older versions; False when there was nothing left."""
        older = await keys.load_older(conn, version)
        if older:
            await keys.rewrap(conn, [self._rewrapped(key, version) for key in older])
        return bool(older)

    def _rewrapped(self, key: WrappedKey, version: int) -> WrappedKey:
        assert key.wrapped is not None  # `load_older` gives no destroyed keys
        assert key.master_version is not None
        plain = self._unwrap(key.key_id, key.wrapped, key.master_version)
        return WrappedKey(key.key_id, self._wrap(key.key_id, plain, version), version)

    def _cipher(self, key_id: int) -> AESGCM:
        entry = self._cache.get(key_id)
        if entry is None or self._timer() - entry[1] > EXPIRES_AFTER:
            raise NotPrepared
        if entry[0] is None:
            raise Unreadable
        return entry[0]

    def _learn(self, stored: Iterable[MasterVersion]) -> None:
        """Take in master versions that came since; the older one at hand opens the newer. Raises WrongSecret."""
        for row in stored:
            if row.version in self._masters or row.retired_at is not None:
                continue
            older = self._masters.get(row.version - 1)
            if older is None or row.bridge is None:
                raise WrongSecret("the master key was replaced: start again with the new secret")
            self._masters[row.version] = _unwrap(older, row.bridge, _bridge(row.version))

    def _wrap_new(self, name: int | str) -> tuple[bytes, int]:
        version = max(self._masters)
        return self._wrap(name, AESGCM.generate_key(256), version), version

    def _wrap(self, name: int | str, key: bytes, version: int) -> bytes:
        return _wrap(self._masters[version], key, str(name))

    def _unwrap(self, name: int | str, wrapped: bytes, version: int) -> bytes:
        return _unwrap(self._masters[version], wrapped, str(name))


def _wrap(master: bytes, data: bytes, name: str) -> bytes:
    nonce = os.urandom(_NONCE_SIZE)
    return nonce + AESGCM(master).encrypt(nonce, data, name.encode())


def _unwrap(master: bytes, wrapped: bytes, name: str) -> bytes:
    try:
        return AESGCM(master).decrypt(wrapped[:_NONCE_SIZE], wrapped[_NONCE_SIZE:], name.encode())
    except (InvalidTag, ValueError):  # or it is too short to be any
        raise Unreadable from None


def _bridge(version: int) -> str:
    return f"bridge to {version}"


def _derive(secret: bytes, salt: bytes) -> bytes:
    """Make the master key (256 bits) of a secret. HKDF is enough, because the secret is random and long."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"klopaan master key").derive(secret)


def _new_version(number: int, secret: bytes) -> MasterVersion:
    salt = os.urandom(16)
    return MasterVersion(number, salt, _wrap(_derive(secret, salt), _CHECK, "check"), None)


def _open(version: MasterVersion, secret: bytes) -> bytes | None:
    """Give the master key, or None when the secret is another's."""
    master = _derive(secret, version.salt)
    try:
        _unwrap(master, version.check_sealed, "check")
    except Unreadable:
        return None
    return master


def _masters(stored: list[MasterVersion], secret: bytes) -> dict[int, bytes]:
    """Open the versions in use with the secret; during a rotation that of either opens both. Raises WrongSecret."""
    used = [row for row in stored if row.retired_at is None]
    masters = {row.version: master for row in used if (master := _open(row, secret))}
    for step, rows in ((-1, used), (1, used[::-1])):
        for row in rows:
            near = masters.get(row.version + step)
            if row.version not in masters and row.bridge is not None and near is not None:
                with contextlib.suppress(Unreadable):  # this one leads the other way
                    masters[row.version] = _unwrap(near, row.bridge, _bridge(row.version))
    if not masters or len(masters) < len(used):
        raise WrongSecret
    return masters
