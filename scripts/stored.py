"""Writes the table of ``docs/municipality/privacy.md`` from ``stored.toml`` beside it (``make stored``): what is
stored, of whom, how, for how long, and who sees it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any

from sqlalchemy import Column

from bot.config.retention import Retention
from storage import keys, tables

FOLDER = Path(__file__).parents[1] / "docs/municipality"
LIST = FOLDER / "stored.toml"
PAGE = FOLDER / "privacy.md"
BEGIN, END = "<!-- made by `make stored` from stored.toml -->", "<!-- end -->"

UNDER = {
    "person": "encrypted under a key per person",
    "staff": "encrypted under a key per colleague",
    "own": "encrypted under a key of its own",
    "master": "wrapped by the master key",
}
#: Who sees a kind beside the roles of the desk.
OTHERS = ("resident", "helper")
WHOSE = ("resident", "helper", "third party", "staff", "nobody", "municipality")

#: What only tells rows, versions and keys apart, or points at another row.
_NUMBERS = ("id", "seq", "key_id", "version", "master_version", "person_id", "conversation_id", "message_id")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of data, as the list has it; ``columns`` are ``table.column`` or ``table.*``, ``open`` those that whoever
    has the database alone reads, but for instants."""

    what: str
    whose: str
    keep: tuple[str, ...]
    until: str
    seen: tuple[str, ...]
    columns: tuple[str, ...]
    under: str = ""
    clear: str = ""
    open: tuple[str, ...] = ()


def kinds(text: str) -> list[Kind]:
    """The list. Raises KeyError or TypeError when an entry lacks something, or has something that is none."""
    found = []
    for entry in tomllib.loads(text)["kind"]:
        told: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()
        }
        found.append(Kind(**told))
    return found


def stored() -> dict[str, Column[object]]:
    """Every column of both databases, by ``table.column``."""
    return {
        f"{table.name}.{column.name}": column
        for metadata in (tables.metadata, keys.metadata)
        for table in metadata.sorted_tables
        for column in table.columns
    }


def shared_out(listed: Sequence[Kind], columns: Sequence[str]) -> Mapping[str, list[Kind]]:
    """Which kinds tell of each column: one that names it, else those that have all that is left of its table."""
    named: dict[str, list[Kind]] = {column: [] for column in columns}
    for kind in listed:
        for column in kind.columns:
            if not column.endswith(".*"):
                named.setdefault(column, []).append(kind)
    return {
        column: found or [kind for kind in listed if f"{column.split('.')[0]}.*" in kind.columns]
        for column, found in named.items()
    }


def sealed(column: Column[object]) -> bool:
    """Whether nobody reads it without a key."""
    return column.name.endswith("_sealed") or column.name in ("wrapped", "bridge")


def only_compared(column: Column[object]) -> bool:
    """Whether it is a keyed index, a digest or a hash."""
    return column.name.endswith(("_index", "_hash")) or column.name in ("digest", "salt")


def in_clear(column: Column[object]) -> bool:
    """Whether it tells something to whoever has the database alone."""
    numbers = column.name in _NUMBERS or column.foreign_keys or (column.primary_key and column.name != "name")
    return not sealed(column) and not only_compared(column) and not numbers


def instant(column: Column[object]) -> bool:
    """Whether it only says when something was or will be."""
    return column.name == "at" or column.name.endswith(("_at", "_until"))


def table(listed: Sequence[Kind]) -> str:
    """The list as a table for people to read, with the terms that hold unless the municipality sets others."""
    terms = {one.name: one.default for one in fields_of(Retention)}
    columns = stored()
    told = shared_out(listed, list(columns))
    lines = ["| what | of whom | how | how long | who sees it |", "|---|---|---|---|---|"]
    for kind in listed:
        mine = [columns[name] for name, found in told.items() if kind in found and name in columns]
        how = [UNDER[kind.under]] if kind.under else []
        if any(map(only_compared, mine)):
            how.append("keyed indexes or hashes")
        if kind.clear:
            how.append(f"in clear: {kind.clear}")
        terms_of = " or ".join(f"{terms[name]} {name.rpartition('_')[2]} (`{name}`)" for name in kind.keep)
        cells = (
            kind.what,
            kind.whose,
            "; ".join(how),
            ": ".join(filter(None, (terms_of, kind.until))),
            ", ".join(kind.seen) or "nobody",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def page(text: str, listed: Sequence[Kind]) -> str:
    """The page with its table made anew. Raises ValueError when the page has no place for it."""
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError("no place for the table")
    return f"{before}{BEGIN}\n{table(listed)}\n{END}{after}"


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(PAGE.read_text("utf-8"), kinds(LIST.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    main()
