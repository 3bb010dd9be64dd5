"""``klopaan export``: the same files, on the server itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from bot.errors import KlopaanError, Refused
from bot.export import making
from bot.export.making import Export
from bot.house import House

_REFUSED = {
    "no_export": f"export: choose one of {', '.join(making.WHATS)}, as {' or '.join(making.FORMATS)}.",
    "no_period": "export: write --from and --to as days, like 2026-01-31, the first not after the last.",
    "long_period": f"export: a period has at most {making.LONGEST} days.",
}


async def run(house: House, what: str, first: str, last: str, format_: str, out: Path | None) -> int:
    """Writes the file, or what it would hold to standard output; gives how many people were left out because they were
    erased. Raises ``KlopaanError``, ``OSError``."""
    try:
        asked = making.wanted(what, first, last, format_)
    except Refused as error:
        raise KlopaanError(_REFUSED[error.code]) from None
    made = Export(house, asked)
    with _open(out) as file:
        async for piece in made.text():
            file.write(piece)
    return made.rows.left_out


@contextmanager
def _open(out: Path | None) -> Iterator[TextIO]:
    """A file that only its owner reads, and that is there when it is whole; None: standard output."""
    if out is None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        yield sys.stdout
        return
    if out.is_dir():
        raise KlopaanError(f"{out}: is a folder. Name the file, like {out / 'export.csv'}.")
    part = out.with_name(f"{out.name}.part")
    try:
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
