"""What a municipality adds to *Uitleg* and *Waar heb ik recht op*: pages to read or watch, and help of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flows.text import Text

#: Where a right stands in the list.
GROUPS = ("monthly", "local", "daily")


@dataclass(frozen=True, slots=True)
class Link:
    """A film or page in one language (ISO 639-1). ``about`` is ``uitleg``, ``recht``, ``recht.<name>`` or
    ``woord.<name>``; from the day after ``reviewed`` on it is not shown any more."""

    about: str
    language: str
    title: str
    url: str
    reviewed: date


@dataclass(frozen=True, slots=True)
class Right:
    """Money or help that people miss: what it is called, and in half a sentence what it is for."""

    name: str
    icon: str
    group: str
    title: Text
    line: Text
