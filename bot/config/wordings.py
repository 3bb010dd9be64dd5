"""``[texts.LANGUAGE]``: a municipality's own wordings of what residents read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.errors import Finding
from bot.templates import TEMPLATES
from locales import catalog
from locales.placeholders import Placeholders
from locales.template import parse

#: The municipality's own sentences that residents see, by the context that ``[texts.…]`` translates them under.
OWN_WORDS = ("gemeente.outside_hours", "gemeente.food_help")


def read_wordings(raw: object, languages: tuple[str, ...], findings: list[Finding]) -> Mapping[str, Mapping[str, str]]:
    """``[texts.LANGUAGE]``: contexts of texts with the municipality's own wording of them."""
    texts: dict[str, Mapping[str, str]] = {}
    for language, wordings in raw.items() if isinstance(raw, dict) else [("", raw)]:
        path = f"texts.{language}".rstrip(".")
        if language not in languages:
            findings.append(Finding(path, "is no language of yours.", f"Use one of: {', '.join(languages)}."))
        elif not isinstance(wordings, dict) or not all(isinstance(words, str) for words in wordings.values()):
            findings.append(Finding(path, "is not a table of texts.", 'Write each as "its.name" = "your words".'))
        else:
            texts[language] = wordings
    known = known_texts() if texts else {}
    for language, wordings in texts.items():
        for context, words in wordings.items():
            findings += _wrong(f"texts.{language}.{context}", context, words, known.get(context))
    return texts


def known_texts() -> Mapping[str, Placeholders]:
    """Every text that can be worded otherwise, the municipality's own sentences included."""
    return {**dict.fromkeys(OWN_WORDS, Placeholders()), **catalog.texts()}


def _wrong(path: str, context: str, words: str, text: Placeholders | None) -> Iterable[Finding]:
    """What is wrong with an own wording; of a ``text`` that does not exist only whether it can be read."""
    try:
        (text.check if text else parse)(words)
    except ValueError as error:
        names = ", ".join(f"{{{name}}}" for name in sorted(text.names)) if text else ""
        yield Finding(path, f"cannot be used: {error}.", f"This text has {names or 'no placeholders'}.")
    else:
        for template in TEMPLATES.values():
            if context == template.text.context and (problem := template.problem(words)):
                yield Finding(path, f"{problem}.", "WhatsApp approves these words beforehand, with their values.")
