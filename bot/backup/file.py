"""The file of a backup: JSON, one value a line, in ASCII.

1. ``{"klopaan": "backup", "format": 1, "kind": "data", "release": "0.1.0", "schema": "data_0007", "made_at": …}``;
   ``kind`` is ``data`` or ``keys``, ``made_at`` in milliseconds UTC.
2. For each table ``{"table": "staff", "columns": {"id": "integer", "name": "text", …}}`` and then its rows, each a list
   in that order. Bytes are base64.
3. ``{"rows": {"staff": 3, …}, "sha256": "…", "seal": "…"}``: of all lines before it, the seal made with a key from the
   key store. Without this last line a file is not whole.

What is sealed in the database is sealed in the file, so it is not compressed: a file is as long as what it holds.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, BinaryIO, get_args

from bot.errors import KlopaanError
from storage.backup import Branch, Type

FORMAT = 1
#: Bytes. The largest file that a municipality may let people send (``web.upload_limit_mb``) fits, as base64.
LONGEST_LINE = 160 * 1024 * 1024
#: No release has more.
MOST_TABLES = 1000
_INTEGERS = range(-(2**63), 2**63)

Value = int | str | bytes | None


class BadBackup(KlopaanError):
    """The file is no whole backup of ours."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says of itself. ``made_at`` in milliseconds UTC."""

    kind: Branch
    release: str
    schema: str
    made_at: int


@dataclass(frozen=True, slots=True)
class Begun:
    """The rows that follow are of this table."""

    table: str
    columns: Mapping[str, Type]


@dataclass(frozen=True, slots=True)
class End:
    """The file is whole. ``digest``: SHA-256 of all before the last line; ``seal``: who made it had the key store."""

    rows: Mapping[str, int]
    digest: bytes
    seal: bytes


class Writer:
    """Writes a file from its first line to its last."""

    def __init__(self, file: BinaryIO, kind: Branch, schema: str, made_at: int) -> None:
        """Writes the first line."""
        self._file = file
        self._hash = hashlib.sha256()
        self.rows: dict[str, int] = {}
        self._table = ""
        head = {"klopaan": "backup", "format": FORMAT, "kind": kind, "release": version("klopaan"), "schema": schema}
        self._write(head | {"made_at": made_at})

    def begin(self, table: str, columns: Mapping[str, Type]) -> None:
        """The rows that follow are of this table."""
        self._table = table
        self.rows[table] = 0
        self._write({"table": table, "columns": dict(columns)})

    def add(self, row: Sequence[Value]) -> None:
        """One row of the table that was begun."""
        self.rows[self._table] += 1
        self._write([base64.b64encode(value).decode() if isinstance(value, bytes) else value for value in row])

    @property
    def digest(self) -> bytes:
        """SHA-256 of what was written."""
        return self._hash.digest()

    def end(self, seal: bytes) -> None:
        """Writes the last line."""
        said = {"rows": self.rows, "sha256": self._hash.hexdigest(), "seal": base64.b64encode(seal).decode()}
        self._file.write(_line(said))

    def _write(self, said: object) -> None:
        line = _line(said)
        self._hash.update(line)
        self._file.write(line)


def _line(said: object) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


class Reader:
    """Reads a file of whoever made it, a line at a time. Whatever is wrong with it raises ``BadBackup``, in words."""

    def __init__(self, file: BinaryIO) -> None:
        """Reads the first line."""
        self._file = file
        self._hash = hashlib.sha256()
        self._number = 0
        self.head = _head(self._next())

    def parts(self) -> Iterator[Begun | list[Value] | End]:
        """Tables, the rows of each, and at last `End`, by which everything before it turned out to be as written."""
        rows: dict[str, int] = {}
        types: list[Type] = []
        table = ""
        while True:
            before = self._hash.digest()
            said = self._next()
            if isinstance(said, list):
                if not table:
                    raise self._bad("is a row of no table")
                rows[table] += 1
                yield self._row(said, types)
            elif "table" in said:
                begun = self._begun(said)
                table, types = begun.table, list(begun.columns.values())
                if table in rows or len(rows) == MOST_TABLES:
                    raise self._bad("begins a table that was there before")
                rows[table] = 0
                yield begun
            else:
                yield self._end(said, rows, before)
                return

    def _next(self) -> dict[str, Any] | list[Any]:
        self._number += 1
        line = self._file.readline(LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise self._bad("is too long" if len(line) == LONGEST_LINE else "is missing: the file ends too early")
        self._hash.update(line)
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            raise self._bad("cannot be read") from None
        if not isinstance(said, dict | list):
            raise self._bad("is not what it should be")
        return said

    def _begun(self, said: dict[str, Any]) -> Begun:
        table, columns = said["table"], said.get("columns")
        if (
            not isinstance(table, str)
            or not isinstance(columns, dict)
            or not all(isinstance(type_, str) and type_ in get_args(Type) for type_ in columns.values())
        ):
            raise self._bad("is no table")
        return Begun(table, columns)

    def _row(self, said: list[Any], types: list[Type]) -> list[Value]:
        if len(said) != len(types):
            raise self._bad("has not as many values as its table has columns")
        return [self._value(value, type_) for value, type_ in zip(said, types, strict=True)]

    def _value(self, value: object, type_: Type) -> Value:
        if value is None:
            return None
        if type_ == "integer" and type(value) is int and value in _INTEGERS:
            return value
        if type_ == "text" and isinstance(value, str) and _is_text(value):
            return value
        if type_ == "bytes" and isinstance(value, str):
            try:
                return base64.b64decode(value, validate=True)
            except (binascii.Error, ValueError):
                pass
        raise self._bad("has a value of another kind than its column")

    def _end(self, said: dict[str, Any], rows: dict[str, int], digest: bytes) -> End:
        if said.get("rows") != rows or said.get("sha256") != digest.hex():
            raise BadBackup("This is not the backup that was made: something in it was changed or is missing.")
        if self._file.read(1):
            raise self._bad("is the last, and something follows")
        try:
            seal = base64.b64decode(said.get("seal", ""), validate=True)
        except (TypeError, ValueError):
            raise self._bad("has no seal") from None
        return End(rows, digest, seal)

    def _bad(self, what: str) -> BadBackup:
        return BadBackup(f"This is no whole backup: line {self._number} {what}.")


def _is_text(value: str) -> bool:
    """Whether it can be kept: half a surrogate pair cannot."""
    try:
        value.encode()
    except UnicodeError:
        return False
    return True


def _head(said: dict[str, Any] | list[Any]) -> Head:
    """Raises ``BadBackup``."""
    if not isinstance(said, dict) or said.get("klopaan") != "backup":
        raise BadBackup("This is no backup of Klopaan.")
    if said.get("format") != FORMAT:
        raise BadBackup("This backup was made by a newer release: restore it with that one.")
    kinds: tuple[Branch, ...] = get_args(Branch)
    kind = next((one for one in kinds if one == said.get("kind")), None)
    release, schema, made_at = (said.get(name) for name in ("release", "schema", "made_at"))
    if (
        kind is None
        or not isinstance(release, str)
        or not isinstance(schema, str)
        or type(made_at) is not int
        or made_at not in range(2**52)
    ):
        raise BadBackup("This is no whole backup: its first line does not say what it is.")
    return Head(kind, release, schema, made_at)
