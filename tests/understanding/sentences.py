"""The labelled sentences: ``<language>.tsv`` with category (``none`` for what only looks like a crisis), part, text.

Those in ``flows/understanding/examples/`` made what is understood: part ``built`` and ``held`` the tables of words, and
all of them what is learned (``python -m scripts.learn``); ``said`` is what the chat itself says, and ``typed``
what is typed to it in the transcripts where that is no crisis.
Part ``unseen``, in a folder of its own here, was never used for either and must not be: see ``test_unseen.py``.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from flows.known import LANGUAGES as LANGUAGES

FOLDER = Path(__file__).parents[2] / "flows/understanding/examples"


class Sentence(NamedTuple):
    """One line of a file."""

    category: str
    part: str
    text: str


def sentences(language: str) -> list[Sentence]:
    """The labelled sentences of a language that its table was made with."""
    return [row for row in examples(language) if row.part in ("built", "held")]


def unseen(language: str) -> list[Sentence]:
    """The labelled sentences of a language that only measure."""
    return list(_read(Path(__file__).parent / "unseen" / f"{language}.tsv"))


def examples(language: str) -> list[Sentence]:
    """All labelled sentences of a language that may be learned from."""
    return list(_read(FOLDER / f"{language}.tsv"))


@cache
def _read(path: Path) -> tuple[Sentence, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(Sentence(*row) for row in rows[1:])
