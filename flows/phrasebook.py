"""The action phrasebook: what people agree on after a talk, word for word the same in every language.

Our own entries and terms are data (``flows/data/phrasebook.toml``), translated in the catalogs; a municipality's own
bring their translations along (``Text.own``).
"""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.text import Json, Text

#: What a sentence can ask for, by its name in braces.
PARAMETERS = ("document", "organisation", "allowance", "amount", "date", "place", "person")
#: Those of which there is a list of terms; with the first three something else can be typed.
LISTED = ("document", "organisation", "place", "allowance")


@dataclass(frozen=True, slots=True)
class Phrase:
    """An entry: what the person does (``you``), what we do (``we``), or both. ``words`` find it at the desk."""

    name: str
    icon: str
    you: Text | None
    we: Text | None
    words: str = ""
    shown: bool = True
    id: int | None = None  # of an own one of the municipality, or of ours that it changed

    def text(self, ours: bool) -> Text | None:
        """What is said of who does it."""
        return self.we if ours else self.you

    def parameters(self, ours: bool) -> tuple[str, ...]:
        """What that asks for, in the order in which it stands there."""
        text = self.text(ours)
        return () if text is None else parameters_of(text.msgid)


@dataclass(frozen=True, slots=True)
class Term:
    """A document, organisation, allowance or place that has a name in every language."""

    kind: str
    name: str
    text: Text


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """All entries and terms, in the order in which they are offered."""

    phrases: Mapping[str, Phrase] = field(default_factory=dict)
    terms: Mapping[str, tuple[Term, ...]] = field(default_factory=dict)


def parameters_of(words: str) -> tuple[str, ...]:
    """The names in braces, each once. Raises ``ValueError`` for braces that do not match."""
    return tuple(dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(words) if name))


def own_phrase(number: int, words: str, *, shown: bool = True) -> Phrase:
    """An entry of the municipality's own, from how it is kept (`words_to_json`). Raises ``ValueError``."""
    data = json.loads(words)
    texts: dict[str, Text | None] = {}
    for form in ("you", "we"):
        said: Mapping[str, str] = data.get(form) or {}
        others = tuple((language, said[language]) for language in sorted(said) if language != "nl" and said[language])
        texts[form] = Text(f"phrasebook.own.{number}.{form}", said["nl"], own=others) if said.get("nl") else None
    name = f"own.{number}"
    return Phrase(name, data.get("icon") or "📌", texts["you"], texts["we"], data.get("words", ""), shown, number)


def words_to_json(icon: str, words: str, you: Mapping[str, str], we: Mapping[str, str]) -> str:
    """How an own entry is kept: the sentences by language, Dutch among them."""
    data: Json = {"icon": icon, "words": words, "you": dict(you), "we": dict(we)}
    return json.dumps(data, ensure_ascii=False)
