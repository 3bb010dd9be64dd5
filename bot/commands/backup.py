"""``klopaan backup``: what is stored as one file, and whether such a file is whole."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from bot import config as configuration
from bot.backup import making
from bot.backup.restoring import KEYS_LIVE
from bot.clock import SystemClock, from_ms, to_ms
from storage.backup import Branch

_KEYS_LIVE = (
    f"These are keys: keep them apart from the data and delete them within {KEYS_LIVE} days. As long as this file is "
    "there, who was erased since can be read with it."
)


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--config", type=Path, metavar="FILE", help="the municipality's file")
    parser.add_argument("--to", type=Path, metavar="FILE", help="where the backup comes; never over another")
    parser.add_argument("--keys", action="store_true", help="of the key store, instead of the data")
    parser.add_argument("verify", nargs="*", metavar="verify FILE", help="only say whether that file is whole")
    parser.set_defaults(explain=parser.error)


def run(options: argparse.Namespace) -> int:
    """Raises ``KlopaanError``, DBAPIError, OSError."""
    if options.verify:
        if len(options.verify) != 2 or options.verify[0] != "verify" or options.config or options.to or options.keys:
            options.explain("to look at a backup: klopaan backup verify FILE")
        return _verify(Path(options.verify[1]))
    if options.config is None or options.to is None:
        options.explain("--config FILE and --to FILE are needed")
    config = configuration.load(options.config)
    kind: Branch = "keys" if options.keys else "data"
    rows = asyncio.run(making.make(config, kind, options.to, to_ms(SystemClock().now())))
    print(f"{options.to}: {sum(rows.values())} rows of {len(rows)} tables.")
    if options.keys:
        print(_KEYS_LIVE, file=sys.stderr)
    return 0


def _verify(path: Path) -> int:
    with path.open("rb") as file:
        head, end = making.read(file)
    made = from_ms(head.made_at).isoformat(timespec="seconds")
    print(f"A whole backup of {head.kind}, made at {made} by release {head.release} ({head.schema}).")
    for table, count in end.rows.items():
        print(f"{table}\t{count}")
    return 0
