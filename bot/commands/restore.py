"""``klopaan restore``: a backup into databases that hold nothing."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from bot import config as configuration
from bot.backup.restoring import KEYS_LIVE, Restored, restore
from bot.clock import SystemClock, to_ms
from bot.config import Config
from bot.privacy import erasing, looks
from bot.server import open_house

#: What ends by it, as `Restored.ended` names it.
_ENDED = {
    "messages": "messages that waited were dropped: they may have been sent before",
    "registrations": "contacts that waited for Open Klant are listed in the desk, to be told again or not",
    "links": "personal links and codes for another channel ended",
    "helpers": "helpers were let out: residents invite them again",
}


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--from", dest="data", type=Path, metavar="FILE", help="the backup of the data")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="that of the keys, where the key store is gone too")
    parser.add_argument("--old-keys", action="store_true", help=f"it may be older than {KEYS_LIVE} days")
    parser.set_defaults(explain=parser.error)


def run(options: argparse.Namespace) -> int:
    """Raises ``KlopaanError``, DBAPIError, OSError."""
    if options.data is None and options.keys is None:
        options.explain("--from FILE is needed, or --keys FILE, or both")
    asyncio.run(_restore(configuration.load(options.config), options))
    return 0


async def _restore(config: Config, options: argparse.Namespace) -> None:
    done = await restore(config, options.data, options.keys, to_ms(SystemClock().now()), old_keys=options.old_keys)
    if done.keys:
        print(f"{done.keys['person_key']} keys were put back.")
    if done.data:
        await settle_people(config, done)
        _say(done)


async def settle_people(config: Config, done: Restored) -> None:
    """Whoever was erased since the backup is erased again, and the record of looks goes on from where it is now. Killed
    before this is done, `klopaan run` works all the same: whose key is gone cannot be read."""
    async with open_house(config) as house:
        for number in done.destroyed:
            await erasing.erase(house, number, by_staff=None, why="restored")
        await looks.accept_end(house)


def _say(done: Restored) -> None:
    print(f"{sum(done.data.values())} rows of {len(done.data)} tables were put back.")
    readable = done.people - len(done.destroyed) - len(done.missing)
    print(
        f"People: {done.people}. Whole: {readable}. Erased since the backup, and erased again: {len(done.destroyed)}."
    )
    if done.missing:
        print(
            f"Of {len(done.missing)} people the keys are missing, and nothing can be read: the backup of keys is older "
            "than that of the data. With a later one, begin anew on empty databases."
        )
    for what, words in _ENDED.items():
        if done.ended[what]:
            print(f"{done.ended[what]} {words}.")
    print("All staff sign in again.")
