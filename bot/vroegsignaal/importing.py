"""Signals from a file (CSV): looked at first, in numbers only, then entered like any other.

Between the look and the yes the file waits sealed under a key of its own, so that no page carries it; after an hour it
is forgotten.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.clock import to_ms
from bot.errors import Refused
from bot.house import House
from bot.privacy.vault import Unreadable
from bot.takeover import Staff
from bot.vroegsignaal.entering import Entered, index_of, known_lines, put, read
from storage import signals as store

#: Lines below the header.
MOST_LINES = 5000
#: Bytes: so many lines are never longer.
LARGEST = 2 * 1024 * 1024
#: Refused lines that are named; there is more wrong with a file that has more of them.
NAMED = 50
#: How long a file waits for a yes.
WAITS = timedelta(hours=1)

#: The columns by what may stand at their head, in any order; others are not read.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "kind": ("soort", "signaal", "kind"),
    "received": ("datum", "ontvangen", "date"),
    "surname": ("achternaam", "naam", "surname"),
    "born": ("geboortedatum", "born"),
    "postcode": ("postcode",),
    "number": ("huisnummer", "number"),
    "phone": ("telefoon", "telefoonnummer", "phone"),
    "email": ("e-mail", "email", "e-mailadres"),
    "amount": ("bedrag", "amount"),
    "sender": ("afzender", "melder", "sender"),
}
_NAMES = {head: name for name, heads in COLUMNS.items() for head in heads}
_NEEDED = ("kind", "received")


@dataclass(frozen=True, slots=True)
class Counted:
    """A file in numbers: how many lines were read, are twice (in the file, or entered before), and were refused;
    ``refused`` names the first of these by line and code. ``number`` is of the file that waits."""

    number: int
    read: int
    double: int
    wrong: int
    refused: tuple[tuple[int, str], ...]


async def look(house: House, staff: Staff, data: bytes) -> Counted:
    """Reads a file and puts it aside. Refused: ``import_big``, ``import_encoding`` (no UTF-8), ``import_header``,
    ``import_shape`` (no CSV), ``import_empty``, ``import_lines`` (too many)."""
    found, refused = parse(data, house.calendar.day_of(house.clock.now()))
    if not found and not refused:
        raise Refused("import_empty")
    lines = [index_of(house, one) for one in found]
    known = {
        line for start in range(0, len(lines), 500) for line in await known_lines(house, lines[start : start + 500])
    }
    new = set(lines) - known
    await forget(house, staff)
    now = to_ms(house.clock.now())
    key = await house.vault.new_key(now)
    values = {
        "kind": store.IMPORT,
        "received_on": house.calendar.day_of(house.clock.now()).isoformat(),
        "entered_at": now,
        "entered_by": staff.id,
        "line_index": house.vault.index("signal.import", str(key)),
        "key_id": key,
        "details_sealed": house.vault.seal(key, "signal.import", data),
    }
    async with house.db.begin() as conn:
        number = await store.keep_import(conn, values)
    return Counted(number, len(found), len(lines) - len(new), len(refused), tuple(refused[:NAMED]))


async def take(house: House, staff: Staff, number: int) -> int:
    """Yes: enters what can be read of the file that this colleague looked at; gives how many lines that are, twice or
    not. Refused ``import_gone``: it waits no more."""
    async with house.db.read() as conn:
        rows = await store.imports(conn, number=number, staff_id=staff.id)
    if not rows:
        raise Refused("import_gone")
    await house.vault.prepare({rows[0].key_id})
    try:
        data = house.vault.unseal(rows[0].details_sealed, "signal.import")
    except Unreadable:  # taken, or forgotten, this very moment
        raise Refused("import_gone") from None
    found, _ = parse(data, house.calendar.day_of(house.clock.now()))
    await put(house, staff, found)
    await _forget(house, rows[0].id, rows[0].key_id)
    return len(found)


async def forget(house: House, staff: Staff | None = None) -> None:
    """Files that this colleague looked at wait no more; of nobody in particular, those that waited too long."""
    async with house.db.read() as conn:
        if staff is None:
            rows = await store.imports(conn, before=to_ms(house.clock.now() - WAITS))
        else:
            rows = await store.imports(conn, staff_id=staff.id)
    for row in rows:
        await _forget(house, row.id, row.key_id)


async def _forget(house: House, number: int, key: int) -> None:
    await house.vault.destroy(key, to_ms(house.clock.now()))
    async with house.db.begin() as conn:
        await store.drop_imports(conn, [number])


# ---- reading -------------------------------------------------------------------------------------------------------


def parse(data: bytes, today: date) -> tuple[list[Entered], list[tuple[int, str]]]:
    """What stands in a file, and the numbers and codes of the lines that are refused. Refused as `look`."""
    if len(data) > LARGEST:
        raise Refused("import_big")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("import_encoding") from None
    if "\0" in text:
        raise Refused("import_shape")
    head = text.lstrip().partition("\n")[0]
    rows = _rows(text, ";" if ";" in head else ",")
    columns = _columns(next(rows, (0, ()))[1])
    found: list[Entered] = []
    refused: list[tuple[int, str]] = []
    for line, row in rows:
        if len(found) + len(refused) == MOST_LINES:
            raise Refused("import_lines")
        try:
            found.append(_signal(row, columns, today))
        except Refused as error:
            refused.append((line, error.code))
    return found, refused


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Each row that is not empty, with the number of the line on which it ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error:
        raise Refused("import_shape") from None


def _columns(head: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, cell in enumerate(head):
        name = _NAMES.get(cell.strip().lower())
        if name is not None and name in columns:
            raise Refused("import_header")
        if name is not None:
            columns[name] = place
    if not all(name in columns for name in _NEEDED):
        raise Refused("import_header")
    return columns


def _signal(row: Sequence[str], columns: Mapping[str, int], today: date) -> Entered:
    if len(row) <= max(columns.values()):
        raise Refused("signal_short")
    return read({name: row[place] for name, place in columns.items()}, today)
