"""The labelled sentences: ``<language>.tsv`` with category (``none`` for what only looks like a crisis), part, text.

Part ``built`` is what the tables were made with. Part ``held`` was written after them and measured once before they
were widened with what it showed; the next one who widens them does well to write new sentences first, too. Part
``unseen``, in a folder of its own, was never used to widen them and must not be: see ``test_unseen.py``.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

LANGUAGES = ("nl", "en", "ar")
FOLDER = Path(__file__).parent


class Sentence(NamedTuple):
    """One line of a file."""

    category: str
    part: str
    text: str


def sentences(language: str) -> list[Sentence]:
    """All labelled sentences of a language that the tables may be widened with."""
    return _read(FOLDER / f"{language}.tsv")


def unseen(language: str) -> list[Sentence]:
    """The labelled sentences of a language that only measure."""
    return _read(FOLDER / "unseen" / f"{language}.tsv")


def _read(path: Path) -> list[Sentence]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Sentence(*row) for row in rows[1:]]
