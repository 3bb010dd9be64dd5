"""What a picture says, in words: of a ``Picture`` in one language, before anything is drawn. It is what is kept apart
from another: the same words are the same picture."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from bot.pictures.words import HEADINGS
from flows.grammar import Block, Picture
from flows.text import Text, Tongue
from locales.formatting import isolated


@dataclass(frozen=True, slots=True)
class Line:
    """Words, in a language of their own: what is said aloud is in Dutch too."""

    words: str
    language: str


@dataclass(frozen=True, slots=True)
class Part:
    """Blocks of one role that follow each other (a card), or one block (a process)."""

    role: str
    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A whole picture."""

    kind: str
    language: str
    title: str
    parts: tuple[Part, ...]


def write(picture: Picture, language: str, tongue: Tongue) -> Written:
    """``picture`` in ``language``."""
    parts = _card(picture, language, tongue) if picture.kind == "card" else _process(picture, language, tongue)
    return Written(picture.kind, language, _said(picture.title, language, tongue), parts)


def _card(picture: Picture, language: str, tongue: Tongue) -> tuple[Part, ...]:
    parts = []
    for role, blocks in groupby(picture.blocks, key=lambda block: block.role):
        heading = tongue.say(HEADINGS[role], language) if role in HEADINGS else ""
        languages = ("nl", language) if role == "say" else (language,)
        parts.append(Part(role, heading, tuple(line for block in blocks for line in _lines(block, languages, tongue))))
    return tuple(parts)


def _process(picture: Picture, language: str, tongue: Tongue) -> tuple[Part, ...]:
    return tuple(Part(block.role, "", _lines(block, (language,), tongue)) for block in picture.blocks)


def _lines(block: Block, languages: tuple[str, ...], tongue: Tongue) -> tuple[Line, ...]:
    """Each line in each of the languages, once."""
    found = [Line(_said(text, language, tongue), language) for text in block.lines for language in languages]
    return tuple(dict.fromkeys(line for line in found if line.words.strip()))


def _said(text: Text, language: str, tongue: Tongue) -> str:
    """A name or a number keeps its own direction."""
    words = tongue.say(text, language)
    return words if text.context else isolated(words, language)
