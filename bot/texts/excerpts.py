"""Where a text is said: an excerpt of one of the project's own conversations (``scripts.excerpts`` plays them).

The file has contexts and kinds of values; what is said is said when someone looks, with made-up values, so that it is
always this municipality's wording in any language.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Literal

from flows.text import Euro, Short, Text, Value, verbatim
from locales.formatting import ZONE

PATH = Path(__file__).with_name("excerpts.json")

#: What stands in for what is filled in.
_DAY = date(2027, 3, 16)
_AT = datetime(2027, 3, 16, 10, 30, tzinfo=ZONE)
_SAMPLES: Mapping[str, Value] = {
    "number": 3,
    "date": _DAY,
    "datetime": _AT,
    "time": time(10, 30),
    "short_date": Short(_DAY),
    "short_datetime": Short(_AT),
    "euro": Euro(5000),
}
#: And what is words, by the name of its placeholder.
_WORDS = {
    "name": "Noor",
    "by": "Noor",
    "contact": "Noor",
    "sender": "Noor",
    "gemeente": "Waterdrecht",
    "phone": "010 123 45 67",
    "link": "https://…",
    "url": "https://…",
    "code": "mus-742-eik",
    "place": "Stadhuis, Kade 1",
    "day": "16 maart",
}
#: Words that are in no language of ours, or none that a file can name.
ELSE = "…"

#: What the person did before it: tapped a button, typed, ticked several, sent something; came; or it fell due.
Did = Literal["tapped", "typed", "picked", "sent", "opened", "due"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph or button; ``is_it``: it is the text that is looked for, or holds it."""

    text: Text
    is_it: bool
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What was said ``before``, what the person ``did`` (``tap``: on this), and the screen that followed. ``origin`` is
    ``flow.screen``."""

    before: tuple[Text, ...]
    did: Did
    tap: Piece | None
    origin: str
    paragraphs: tuple[Piece, ...]
    buttons: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A choice as it is offered: its icon, and the contexts of its label, short form and synonyms (empty: none;
    ``ELSE``: there are, and they are no text of ours)."""

    icon: str
    label: str
    short: str
    words: str


def find(context: str, dutch: Mapping[str, str]) -> Excerpt | None:
    """A place where the text is said; of a short form or synonyms, where their label is. ``dutch``: every text by its
    context. None where no transcript comes by it."""
    labels = labels_of(context)
    for wanted in (context, *(label.label for label in labels)):
        place = _index().get(wanted)
        if place is not None:
            return _excerpt(place, wanted, dutch)
    return None


def labels_of(context: str) -> tuple[Label, ...]:
    """The choices that have this text for a label, a short form or synonyms."""
    return _labels().get(context, ())


def sample(name: str, kind: Any, dutch: Mapping[str, str]) -> Value:
    """What stands in for a value of this kind."""
    if isinstance(kind, dict) and "texts" in kind:
        return tuple(_text(one, dutch) for one in kind["texts"])
    if isinstance(kind, dict):
        return _text(kind["text"], dutch)
    if kind.startswith(":"):
        return str(kind[1:])
    return _SAMPLES.get(kind, _WORDS.get(name, ELSE))


def values_of(context: str, dutch: Mapping[str, str]) -> dict[str, Value]:
    """Made-up values of the text, as it is said in the transcripts; empty where none comes by it."""
    place = _index().get(context)
    if place is None:
        return {}
    _, paragraphs, buttons = _data()["replies"][_data()["turns"][place][2]]
    for coded in _inner([*paragraphs, *(label for _, label in buttons)]):
        if coded[0] == context:
            return {name: sample(name, kind, dutch) for name, kind in coded[1].items()}
    return {}


def contexts_of(coded: Any) -> Iterator[str]:
    """The contexts of all texts in a kept reply, those in others included."""
    _, paragraphs, buttons = coded
    for context, _ in _inner([*paragraphs, *(label for _, label in buttons)]):
        if context:
            yield context


# ---- the file ------------------------------------------------------------------------------------------------------


@cache
def _data() -> Any:
    return json.loads(PATH.read_text("utf-8"))


@cache
def _index() -> Mapping[str, int]:
    """The turn in which a text is said for the first time."""
    found: dict[str, int] = {}
    for place, (_, _, reply) in enumerate(_data()["turns"]):
        for context in contexts_of(_data()["replies"][reply]):
            found.setdefault(context, place)
    return found


@cache
def _labels() -> Mapping[str, tuple[Label, ...]]:
    found: dict[str, tuple[Label, ...]] = {}
    for context, ways in _data()["labels"].items():
        for icon, short, words in ways:
            label = Label(icon, context, short, words)
            for name in {context, short, words} - {"", ELSE}:
                found[name] = (*found.get(name, ()), label)
    return found


def _excerpt(place: int, context: str, dutch: Mapping[str, str]) -> Excerpt:
    before, (did, *tap), reply = _data()["turns"][place]
    origin, paragraphs, buttons = _data()["replies"][reply]
    said = _data()["replies"][before][1] if before >= 0 else []
    return Excerpt(
        before=tuple(_text(one, dutch) for one in said),
        did=did,
        tap=Piece(_text(tap[1], dutch), False, tap[0]) if tap else None,
        origin=origin,
        paragraphs=tuple(_piece(one, context, dutch) for one in paragraphs),
        buttons=tuple(_piece(label, context, dutch, icon) for icon, label in buttons),
    )


def _piece(coded: Any, context: str, dutch: Mapping[str, str], icon: str = "") -> Piece:
    return Piece(_text(coded, dutch), any(name == context for name, _ in _inner([coded])), icon)


def _text(coded: Any, dutch: Mapping[str, str]) -> Text:
    context, kinds = (coded, {}) if isinstance(coded, str) else coded
    if not context or context not in dutch:
        return verbatim(kinds[""][1:] if "" in kinds else ELSE)
    return Text(context, dutch[context], tuple((name, sample(name, kind, dutch)) for name, kind in kinds.items()))


def _inner(coded: list[Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every text in these, by context and kinds of values."""
    for one in coded:
        context, kinds = (one, {}) if isinstance(one, str) else one
        yield context, kinds
        for kind in kinds.values():
            if isinstance(kind, dict):
                yield from _inner(kind["texts"] if "texts" in kind else [kind["text"]])
