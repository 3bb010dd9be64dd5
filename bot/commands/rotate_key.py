"""``klopaan rotate-key``: another master key, in two steps, while everything goes on."""

from __future__ import annotations

import argparse
import os

from bot.clock import to_ms
from bot.config import SECRET, read_secret
from bot.errors import KlopaanError
from bot.house import House
from bot.privacy.vault import NothingBegun, SameSecret, WrongSecret

#: Where the new master key comes from; the one in use: ``KLOPAAN_SECRET``.
NEW_SECRET = "KLOPAAN_NEW_SECRET"  # noqa: S105 - the name, not the secret


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument(
        "--finish", action="store_true", help=f"the second step, with the new key in {SECRET}: the former opens nothing"
    )


async def run(house: House, options: argparse.Namespace) -> int:
    """Raises ``ConfigError``, ``KlopaanError``; both steps can be called again."""
    now = to_ms(house.clock.now())
    if options.finish:
        try:
            await house.vault.finish(house.config.secret, now)
        except NothingBegun:
            raise KlopaanError("The master key is not being replaced: there is nothing to finish.") from None
        except WrongSecret:
            raise KlopaanError(f"Finish with the new master key in {SECRET}. Nothing was changed.") from None
        print(
            "The former master key opens nothing any more. Make a new backup of the keys, and delete those before it."
        )
        return 0
    try:
        await house.vault.rotate(read_secret(os.environ, NEW_SECRET), now)
    except SameSecret:
        raise KlopaanError(f"{NEW_SECRET} is the master key that is in use. Make another.") from None
    except WrongSecret:
        raise KlopaanError(
            f"Another master key is taking over already: finish that first. {NEW_SECRET} was not taken."
        ) from None
    print(
        f"Every key is under the new master key; both work now. Put the new one in {SECRET}, start the processes again "
        "one by one, and then: klopaan rotate-key --finish."
    )
    return 0
