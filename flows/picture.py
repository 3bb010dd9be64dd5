"""What a picture holds, before it is drawn (``bot.pictures``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flows.text import Text


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a picture: ``role`` says what it is (a card: ``do|dont|say|call|from``; a process: ``done|now|next|
    skipped|stopped``), ``lines`` what it says."""

    role: str
    lines: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Something to look at or to keep, drawn in the person's language when it goes (``bot.pictures``). ``alt`` is what
    it says for who cannot see it; the file has a neutral name (rule 11)."""

    kind: Literal["card", "process"]
    title: Text
    blocks: tuple[Block, ...]
    alt: Text
