"""What lists at the desk hold of files: no more than a list needs. Made by ``bot.desk.access`` only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from bot.reference import reference
from flows.grammar import Category
from flows.text import Json


@dataclass(frozen=True, slots=True)
class Booked:
    """An appointment as a list has it: no more than who, when and how. Instants in milliseconds UTC; ``staff`` are
    number and name of who is at it, the first of all."""

    id: int
    conversation_id: int
    name: str | None
    kind: str
    starts_at: int
    ends_at: int
    state: str
    coming: bool
    news: str | None
    staff: tuple[tuple[int, str], ...]
    erased: bool = False
    shut: bool = False  # of a file that one may not open

    @property
    def title(self) -> str:
        """Whose it is. Several may have given no name: then the number of the file tells them apart."""
        if self.shut:
            return "Bezet"
        return "Gewist" if self.erased else self.name or f"Zonder naam {reference(self.conversation_id)}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the inbox has it. ``head`` is its row of ``storage.inbox.rows``; ``why`` is the kind and the detail of
    the event that says why a human is asked; ``crises`` since when each one stands."""

    head: Row[*tuple[Any, ...]]
    name: str | None = None
    why: tuple[str, Json] | None = None
    crises: Mapping[Category, int] = field(default_factory=dict)
    erased: bool = False
    shut: bool = False  # another team's: shown because an alarm rings


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of the inbox. ``counts`` are of each queue; ``news`` how many of their own appointments residents did
    something with that this member of staff did not see yet; ``by_code``: the conversation whose own code was searched
    for; ``elsewhere``: those that were found and that they may not open."""

    files: tuple[Listed, ...]
    more: bool
    counts: Mapping[str, int]
    news: int
    by_code: int | None = None
    elsewhere: tuple[int, ...] = ()
