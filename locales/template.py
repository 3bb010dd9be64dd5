"""Texts with named placeholders, parsed once.

``{name}`` is a value. ``{days, plural, one {één werkdag} other {# werkdagen}}`` follows the plural forms of the
language it stands in (``#`` is the number); a translation may use plural forms where the Dutch text has none, and the
other way round. Nothing else is special: no attributes, no indexes, no conversions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

_TOKEN = re.compile(r"(?P<name>\w+)\s*(?P<end>\}|,\s*plural\s*,\s*)")
_FORM = re.compile(r"\s*(?P<form>=\d+|zero|one|two|few|many|other)\s*\{")


@dataclass(frozen=True, slots=True)
class Slot:
    """A value goes here; ``plain_number`` when it is the ``#`` of a plural."""

    name: str
    plain_number: bool = False


@dataclass(frozen=True, slots=True)
class Plural:
    """One of ``forms`` goes here, by the plural category of the value (or by ``=3``, the exact number)."""

    name: str
    forms: tuple[tuple[str, Template], ...]

    def form(self, exact: int, category: str) -> Template:
        """The form for this number."""
        forms = dict(self.forms)
        return forms.get(f"={exact}") or forms.get(category) or forms["other"]


Part: TypeAlias = "str | Slot | Plural"


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed text: literal words, slots and plurals, in order."""

    parts: tuple[Part, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names of all values that this text may ask for."""
        found: set[str] = set()
        for part in self.parts:
            if not isinstance(part, str):
                found.add(part.name)
            if isinstance(part, Plural):
                found.update(*(form.names for _, form in part.forms))
        return frozenset(found)

    @property
    def plurals(self) -> tuple[Plural, ...]:
        """Its plurals, outermost only."""
        return tuple(part for part in self.parts if isinstance(part, Plural))


def parse(words: str) -> Template:
    """Reads a text. Raises ``ValueError`` when its braces do not make sense."""
    template, end = _parse(words, 0, counted=None)
    if end != len(words):
        raise ValueError("a closing brace too many")
    return template


def _parse(words: str, at: int, counted: str | None) -> tuple[Template, int]:
    """Reads up to the end or an unmatched ``}``; ``counted`` is the name that ``#`` stands for."""
    parts: list[Part] = []
    literal = ""
    while at < len(words) and words[at] != "}":
        if words[at] == "{":
            part, at = _parse_slot(words, at + 1)
        elif words[at] == "#" and counted:
            part, at = Slot(counted, plain_number=True), at + 1
        else:
            literal, at = literal + words[at], at + 1
            continue
        if literal:
            parts.append(literal)
            literal = ""
        parts.append(part)
    if literal:
        parts.append(literal)
    return Template(tuple(parts)), at


def _parse_slot(words: str, at: int) -> tuple[Slot | Plural, int]:
    token = _TOKEN.match(words, at)
    if token is None:
        raise ValueError("a placeholder is a name between braces")
    name, at = token["name"], token.end()
    if token["end"] == "}":
        return Slot(name), at
    forms: list[tuple[str, Template]] = []
    while start := _FORM.match(words, at):
        form, at = _parse(words, start.end(), counted=name)
        if at >= len(words):
            raise ValueError("a plural form is not closed")
        forms.append((start["form"], form))
        at += 1
    closed = re.compile(r"\s*\}").match(words, at)
    if closed is None:
        raise ValueError("a plural is not closed")
    if "other" not in dict(forms):
        raise ValueError("a plural needs the form other")
    return Plural(name, tuple(forms)), closed.end()
