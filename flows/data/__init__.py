"""Texts that are data: cards, the phrasebook, words explained. One TOML file each, in Dutch, translated in catalogs.

``prefix`` on top of a file begins the context of all its texts; the names of the tables and keys follow, and the place
in a list, from 1: ``kaarten.bailiff.do.1``. What is no text, such as an icon, has a key of `PLAIN`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from flows.text import Text

#: Keys whose values are for programs or for the desk, and are never translated.
PLAIN = frozenset({"prefix", "icon", "words", "owner", "review", "kind", "url", "group"})


@cache
def load(name: str) -> Mapping[str, Any]:
    """The file ``name`` with every text as a `Text`; lists of texts as tuples."""
    content = tomllib.loads((files("flows.data") / f"{name}.toml").read_text("utf-8"))
    made: Mapping[str, Any] = _made(content, str(content["prefix"]))
    return made


def texts_of(content: str) -> Iterator[tuple[str, str]]:
    """Context and Dutch of every text in such a file, in its order."""
    data = tomllib.loads(content)
    yield from _texts(_made(data, str(data["prefix"])))


def _made(value: Any, context: str, key: str = "") -> Any:
    if key in PLAIN:
        return value
    if isinstance(value, Mapping):
        return {name: _made(inner, f"{context}.{name}", name) for name, inner in value.items()}
    if isinstance(value, list):
        return tuple(_made(inner, f"{context}.{place}") for place, inner in enumerate(value, 1))
    return Text(context, value)


def _texts(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Text):
        yield value.context, value.msgid
    elif isinstance(value, (Mapping, tuple)):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)
