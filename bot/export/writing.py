"""An export as text, piece by piece: JSON, or CSV as spreadsheets here open it.

CSV: semicolons, because a comma is in our decimals and Excel goes by that; a byte order mark, because it guesses
otherwise; lines that end in CR LF (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from io import StringIO
from typing import Any

from flows.text import Json

#: The byte order mark: this is UTF-8.
MARK = "\ufeff"
#: What makes a formula of a cell, also in the width of Chinese and Japanese, and what a spreadsheet skips before it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

CONTACT_COLUMNS = (
    "dossier",
    "datum",
    "tijd",
    "soort",
    "kanaal",
    "richting",
    "door",
    "medewerker",
    "resultaat",
)
#: Of a case: the file, then fields of DDAS by their path. Of several stretches of guidance the first and the last day.
CASE_COLUMNS = (
    "dossier",
    "startdatum",
    "einddatum",
    "aanmelding.startdatum",
    "aanmelding.einddatum",
    "aanmelding.crisisinterventie",
    "intake.startdatum",
    "intake.einddatum",
    "intake.beschikkingsdatum",
    "planVanAanpak.datumAfronding",
    "stabilisatie.startdatum",
    "stabilisatie.einddatum",
    "begeleiding.startdatum",
    "begeleiding.einddatum",
    "nazorg.startdatum",
    "nazorg.einddatum",
    "uitstroom.datum",
    "uitstroom.datumBeeindigingsbeschikking",
    "uitstroom.reden",
)


async def csv_text(rows: AsyncIterator[Mapping[str, Json]], columns: Sequence[str]) -> AsyncIterator[str]:
    """The rows under their headings."""
    yield MARK + _line(columns)
    async for row in rows:
        yield _line([_cell(_at(row, column)) for column in columns])


async def json_text(
    rows: AsyncIterator[Mapping[str, Json]], head: Mapping[str, Json], left_out: Callable[[], int]
) -> AsyncIterator[str]:
    """An object: ``head``, the rows under ``regels``, and at the end how many people were ``weggelaten``."""
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "regels": ['
    between = "\n"
    async for row in rows:
        yield between + json.dumps(row, ensure_ascii=False)
        between = ",\n"
    yield f'\n], "weggelaten": {left_out()}}}\n'


def _line(cells: Sequence[str]) -> str:
    written = StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow(cells)
    return written.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _at(row: Mapping[str, Json], path: str) -> Any:
    """What is at a path in the row, or in its case."""
    if path in row:
        return row[path]
    here: Any = row.get("schuldhulptraject", {})
    for name in path.split("."):
        if isinstance(here, list):
            days = [one[name] for one in here if name in one]
            whole = name == "startdatum" or len(days) == len(here)
            here = (min if name == "startdatum" else max)(days) if days and whole else None
        else:
            here = here.get(name) if isinstance(here, Mapping) else None
    return here
