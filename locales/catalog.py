"""The catalogs, read once at the start: one PO file per language, a municipality's own wordings on top."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from flows.text import Euro, Short, Text, Value
from locales import formatting
from locales.template import Plural, Slot, Template, parse

SOURCE = "nl"
FOLDER = Path(__file__).parent
State = Literal["draft", "confirmed"]

log = logging.getLogger(__name__)


class MissingTranslation(LookupError):
    """A text has no (current) translation; the message is its language and context, never its words."""


def path_of(language: str, folder: Path = FOLDER) -> Path:
    """Where the translations into ``language`` are kept."""
    return folder / language / "LC_MESSAGES" / "klopaan.po"


def read_catalog(language: str, folder: Path = FOLDER) -> Catalog:
    """The PO file of ``language``. Raises ``FileNotFoundError`` for a language that has none."""
    with path_of(language, folder).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def read_state(language: str, folder: Path = FOLDER) -> State:
    """``confirmed`` once a native speaker has confirmed the translation (``X-State`` in the PO header)."""
    if language == SOURCE:
        return "confirmed"
    header = path_of(language, folder).read_text("utf-8").split("\n\n", 1)[0]
    return "confirmed" if re.search(r'^"X-State: confirmed\\n"$', header, re.MULTILINE) else "draft"


def load(
    languages: Iterable[str] = (SOURCE, "en", "ar"),
    overrides: Mapping[str, Mapping[str, str]] | None = None,
    *,
    folder: Path = FOLDER,
    strict: bool = False,
) -> Catalogs:
    """Reads the catalogs of ``languages``.

    ``overrides`` are a municipality's own wordings, by language and then by context. With ``strict`` a missing
    translation raises ``MissingTranslation`` (tests); without it the Dutch text is shown and the gap logged.
    Raises ``ValueError`` for an override that cannot be read, asks for a value that the text does not have, or is in
    a language that is not loaded.
    """
    names = tuple(dict.fromkeys((SOURCE, *languages)))
    translated = {
        language: _translations(language, folder, path_of(language, folder).stat().st_mtime_ns)
        for language in names
        if language != SOURCE
    }
    known = texts(folder) if overrides else {}
    own: dict[str, dict[str, Template]] = {language: {} for language in names}
    for language, wordings in (overrides or {}).items():
        if language not in own:
            raise ValueError(f"own wordings in a language that is not switched on: {language}")
        for context, words in wordings.items():
            try:
                if context in known:
                    known[context].check(words)
                own[language][context] = _compiled(words, language)
            except ValueError as error:
                raise ValueError(f"own wording {language} {context}: {error}") from error
    states = {language: read_state(language, folder) for language in names}
    return Catalogs({SOURCE: {}, **translated}, own, states, strict)


@cache
def _translations(language: str, folder: Path, changed_at: int) -> Mapping[tuple[str, str], Template]:
    """Every translation into ``language``, by context and Dutch text; read anew when the file was changed at another
    instant. One process may open many municipalities, as the tests do, and they all read the same."""
    return MappingProxyType(
        {
            (message.context or "", cast(str, message.id)): _compiled(cast(str, message.string), language)
            for message in read_catalog(language, folder)
            if message.id and message.string and not message.fuzzy
        }
    )


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What a wording of one text may ask for: ``names``, and those of them that are numbers and can be counted."""

    names: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()

    def check(self, words: str) -> None:
        """Raises ``ValueError`` when ``words`` cannot be a wording of this text."""
        asked = _placeholders(parse(words))
        if unknown := asked.names - self.names:
            raise ValueError(f"no such placeholder: {', '.join(sorted(unknown))}")
        if uncounted := asked.counted - self.counted:
            raise ValueError(f"not a number to count: {', '.join(sorted(uncounted))}")


def texts(folder: Path = FOLDER) -> dict[str, Placeholders]:
    """Every text that residents may see, by its context, as the catalogs of all languages have it."""
    found: dict[str, Placeholders] = {}
    for language in sorted(path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/klopaan.po")):
        for message in read_catalog(language, folder):
            if message.id and message.context:
                dutch, translated = (_placeholders(parse(cast(str, words))) for words in (message.id, message.string))
                before = found.get(message.context, Placeholders())
                counted = dutch.names & (before.counted | dutch.counted | translated.counted)
                found[message.context] = Placeholders(dutch.names, counted)
    return found


class Catalogs:
    """Says texts in a language (``flows.text.Tongue``); holds every translation in memory, changes nothing else."""

    def __init__(
        self,
        translated: Mapping[str, Mapping[tuple[str, str], Template]],
        own: Mapping[str, Mapping[str, Template]],
        states: Mapping[str, State],
        strict: bool,
    ) -> None:
        self.languages = tuple(translated)
        #: How often Dutch had to be shown instead, by language and context (for ``/metrics``).
        self.missing: Counter[tuple[str, str]] = Counter()
        self._own = own
        self._states = states
        self._strict = strict
        self._templates = {language: dict(texts) for language, texts in translated.items()}
        for language, wordings in own.items():
            for key in self._templates[language]:
                if key[0] in wordings:
                    self._templates[language][key] = wordings[key[0]]

    def say(self, text: Text, language: str) -> str:
        """The text in ``language``, values filled in, plain text; words without a context are said as they are.

        Raises ``KeyError`` for a language that is not loaded or a placeholder without a value.
        """
        if not text.context:
            return text.msgid
        if text.own:
            template = self._own_words(text, language)
        else:
            template = self._templates[language].get((text.context, text.msgid)) or self._find(text, language)
        parts = template.parts
        if len(parts) == 1 and isinstance(parts[0], str):
            return parts[0]
        return self._fill(template, dict(text.values), language)

    def has(self, text: Text, language: str) -> bool:
        """Whether all of the text, with the texts among its values, can be said in ``language``. What is said in Dutch
        where this does not hold, is said so only until someone looks."""
        known = (
            not text.context
            or language == SOURCE
            or (language in dict(text.own) if text.own else self._is_translated(text, language))
        )
        inner = (value if isinstance(value, tuple) else (value,) for _, value in text.values)
        return known and all(self.has(one, language) for some in inner for one in some if isinstance(one, Text))

    def state(self, language: str) -> State:
        """Whether a native speaker has confirmed the translation; a ``draft`` is open about it to the reader."""
        return self._states[language]

    def _is_translated(self, text: Text, language: str) -> bool:
        key = (text.context, text.msgid)
        return language in self._templates and (key in self._templates[language] or text.context in self._own[language])

    def _own_words(self, text: Text, language: str) -> Template:
        """What a text that brings its translations along says; they differ from one municipality to another."""
        words = text.msgid if language == SOURCE else dict(text.own).get(language)
        return self._without(text, language) if words is None else _compiled_once(words, language)

    def _without(self, text: Text, language: str) -> Template:
        """The Dutch, where there is no translation; that is counted, and with ``strict`` an error."""
        if self._strict:
            raise MissingTranslation(f"{language} {text.context}")
        if not self.missing[language, text.context]:
            log.warning("no translation: language=%s context=%s", language, text.context)
        self.missing[language, text.context] += 1
        return _compiled(text.msgid, SOURCE)

    def _find(self, text: Text, language: str) -> Template:
        """The template of a text that is met for the first time; kept, so that the next time is a look-up."""
        template = self._own[language].get(text.context)
        if template is None and language != SOURCE:
            return self._without(text, language)
        template = template or _compiled(text.msgid, language)
        self._templates[language][text.context, text.msgid] = template
        return template

    def _fill(self, template: Template, values: Mapping[str, Value], language: str) -> str:
        return "".join(
            part if isinstance(part, str) else self._fill_part(part, values, language) for part in template.parts
        )

    def _fill_part(self, part: Slot | Plural, values: Mapping[str, Value], language: str) -> str:
        value = values[part.name]
        if isinstance(part, Plural):
            if not isinstance(value, int):
                raise TypeError(f"{part.name} must be a whole number")
            return self._fill(part.form(value, formatting.plural_form(value, language)), values, language)
        if part.plain_number and isinstance(value, int):
            return formatting.say_number(value, language)
        return self._say_value(value, language)

    def _say_value(self, value: Value, language: str) -> str:
        match value:
            case tuple():
                items = [formatting.isolated(self.say(item, language), language) for item in value]
                return formatting.say_list(items, language)
            case Text():
                words = self.say(value, language)
            case str():
                words = formatting.without_controls(value)
            case datetime():
                words = formatting.say_datetime(value, language)
            case date():
                words = formatting.say_date(value, language)
            case time():
                words = formatting.say_time(value, language)
            case Short(datetime() as moment):
                words = formatting.say_short_datetime(moment, language)
            case Short(day):
                words = formatting.say_short_date(day, language)
            case Euro(cents):
                words = formatting.say_euro(cents, language)
            case int():
                words = formatting.say_number(value, language)
        return formatting.isolated(words, language)


def _placeholders(template: Template) -> Placeholders:
    inner = [_placeholders(form) for plural in template.plurals for _, form in plural.forms]
    counted = frozenset(plural.name for plural in template.plurals)
    return Placeholders(template.names, counted.union(*(one.counted for one in inner)))


def _compiled(words: str, language: str) -> Template:
    """The parsed text, with Latin words and numbers in a right-to-left text isolated once and for all."""
    return _isolating(parse(words), language)


#: As many own words as a municipality's phrasebook and cards have, in all of its languages.
_compiled_once = lru_cache(maxsize=4096)(_compiled)


def _isolating(template: Template, language: str) -> Template:
    return Template(
        tuple(
            formatting.isolate_fragments(part, language)
            if isinstance(part, str)
            else Plural(part.name, tuple((name, _isolating(form, language)) for name, form in part.forms))
            if isinstance(part, Plural)
            else part
            for part in template.parts
        )
    )
