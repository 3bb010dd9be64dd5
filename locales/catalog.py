"""The catalogs, read once at the start: one PO file per language, a municipality's own wordings on top."""

from __future__ import annotations

import logging
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache, cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from flows.text import Euro, Short, Text, Value
from locales import formatting
from locales.placeholders import NOTHING, Placeholders, asked_by, asked_in
from locales.template import Plural, Slot, Template, parse
from locales.wordings import ELSEWHERE, Kept, Shown, TextState, state_of

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
    shipped = {
        language: _read(language, folder, path_of(language, folder).stat().st_mtime_ns)
        for language in names
        if language != SOURCE
    }
    known = texts(folder) if overrides else {}
    for language, wordings in (overrides or {}).items():
        if language not in names:
            raise ValueError(f"own wordings in a language that is not switched on: {language}")
        for context, words in wordings.items():
            try:
                if context in known:
                    known[context].check(words)
                parse(words)
            except ValueError as error:
                raise ValueError(f"own wording {language} {context}: {error}") from error
    states = {language: read_state(language, folder) for language in names}
    return Catalogs(shipped, overrides or {}, states, folder, strict)


@dataclass(frozen=True, slots=True)
class Shipped:
    """A catalog as it comes with the program: its translations as they are written, by context, and the Dutch of every
    text, translated or not, in the order of the file."""

    words: Mapping[str, str]
    dutch: Mapping[str, str]

    def said(self, context: str, msgid: str) -> str | None:
        """The translation, where it is of this Dutch."""
        return self.words.get(context) if self.dutch.get(context) == msgid else None


@cache
def _read(language: str, folder: Path, changed_at: int) -> Shipped:
    """The catalog of ``language``; read anew when the file was changed at another instant. One process may open many
    municipalities, as the tests do, and they all read the same."""
    written: dict[str, str] = {}
    dutch: dict[str, str] = {}
    with path_of(language, folder).open("rb") as file:
        # where a text stands, and remarks for who translates, are no matter here, and a third of the time
        lines = (line for line in file if line[:1] != b"#" or line.startswith(b"#,"))
        catalog = read_po(lines, locale=language, abort_invalid=True)
    for message in catalog:
        if message.id:
            # The same in every language: kept once.
            context, msgid = sys.intern(message.context or ""), sys.intern(cast(str, message.id))
            dutch[context] = msgid
            if message.string and not message.fuzzy:
                written[context] = cast(str, message.string)
    return Shipped(MappingProxyType(written), MappingProxyType(dutch))


def texts(folder: Path = FOLDER) -> Mapping[str, Placeholders]:
    """Every text that residents may see, by its context, as the catalogs of all languages have it."""
    paths = sorted(folder.glob("*/LC_MESSAGES/klopaan.po"))
    return _texts(folder, tuple((path.parent.parent.name, path.stat().st_mtime_ns) for path in paths))


@cache
def _texts(folder: Path, languages: tuple[tuple[str, int], ...]) -> Mapping[str, Placeholders]:
    """The same, of these languages as they were changed at these instants: it is asked several times at a start."""
    found: dict[str, Placeholders] = {}
    for language, changed_at in languages:
        shipped = _read(language, folder, changed_at)
        for context, msgid in shipped.dutch.items():
            if context:
                dutch, translated = (asked_in(words) for words in (msgid, shipped.words.get(context, "")))
                before = found.get(context, NOTHING)
                counted = dutch.names & (before.counted | dutch.counted | translated.counted)
                found[context] = Placeholders(dutch.names, counted) if dutch.names else NOTHING
    return MappingProxyType(found)


class Catalogs:
    """Says texts in a language (``flows.text.Tongue``); holds every translation in memory. What the municipality words
    otherwise at its desk is laid on top of that by `adopt`, and changes nothing else."""

    def __init__(
        self,
        shipped: Mapping[str, Shipped],
        configured: Mapping[str, Mapping[str, str]],
        states: Mapping[str, State],
        folder: Path,
        strict: bool,
    ) -> None:
        self.languages = (SOURCE, *shipped)
        #: How often Dutch had to be shown instead, by language and context (for ``/metrics``).
        self.missing: Counter[tuple[str, str]] = Counter()
        self._shipped = shipped
        self._configured = configured
        self._whole = {language: state == "confirmed" for language, state in states.items()}
        self._folder = folder
        self._strict = strict
        #: How often other words were adopted.
        self.edition = 0
        self.adopt({})

    def adopt(self, kept: Mapping[str, Mapping[str, Kept]]) -> None:
        """Says from now on what the desk ``kept``, by language and then by context, instead of what it kept before.
        Words that the text cannot have any more (a release asks for other values) are left out, and logged."""
        self.edition += 1
        self._kept: dict[str, dict[str, Kept]] = {language: {} for language in self.languages}
        self._own: dict[str, dict[str, Template]] = {language: {} for language in self.languages}
        #: What was said already, by context and Dutch: most texts of most languages never are in one process.
        self._templates: dict[str, dict[tuple[str, str], Template]] = {language: {} for language in self.languages}
        for language in self.languages:
            for context in {**self._configured.get(language, {}), **kept.get(language, {})}:
                self._lay(context, language, kept.get(language, {}).get(context))
        #: A text that keeps a language from being confirmed; None: there is none.
        self._open = {language: self._find_open(language) for language in self.languages}

    def keep(self, context: str, language: str, one: Kept) -> None:
        """The same for one text: what the desk keeps of it from now on."""
        for key in [key for key in tuple(self._templates[language]) if key[0] == context]:  # threads say texts too
            self._templates[language].pop(key, None)
        self._lay(context, language, one)
        for code in self.languages if language == SOURCE else (language,):
            known, still_open = code == SOURCE or context in self._shipped[code].dutch, self._open[code]
            if still_open is None and known and not self._counts_as_confirmed(context, code):
                self._open[code] = context
            elif still_open is not None and self._counts_as_confirmed(still_open, code):
                self._open[code] = self._find_open(code)

    def _lay(self, context: str, language: str, one: Kept | None) -> None:
        """What is configured of a text and what is kept of it, on top of what was shipped."""
        words = self._configured.get(language, {}).get(context)
        if one is not None:
            self._kept[language][context] = one = self._checked(one, context, language)
            words = words if one.words is None else one.words
        self._own[language].pop(context, None)
        if words is not None:
            self._own[language][context] = _compiled(words, language)

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
        """Whether native speakers have confirmed all of the translation; a ``draft`` is open about it to the reader."""
        return "confirmed" if self._open[language] is None else "draft"

    # ---- text by text ----------------------------------------------------------------------------------------------

    @cached_property
    def dutch(self) -> Mapping[str, str]:
        """The Dutch of the program, by context, in the order of the code."""
        for shipped in self._shipped.values():
            return shipped.dutch
        for path in sorted(self._folder.glob("*/LC_MESSAGES/klopaan.po")):  # Dutch alone: any catalog has it
            return _read(path.parent.parent.name, self._folder, path.stat().st_mtime_ns).dutch
        return {}

    def kept(self, context: str, language: str) -> Kept | None:
        """What the desk keeps of this text."""
        return self._kept[language].get(context)

    def standard(self, context: str, language: str, msgid: str | None = None) -> Shown | None:
        """What would be said if the desk kept nothing; ``msgid`` is the Dutch of a text that no catalog has."""
        configured = self._configured.get(language, {}).get(context)
        dutch = msgid if msgid is not None else self.dutch.get(context)
        if language == SOURCE:
            words = configured if configured is not None else dutch
            return None if words is None else Shown(words, words)
        if configured is not None:
            base = self.standard(context, SOURCE, msgid)
            return None if base is None else Shown(configured, base.words)
        words = self._shipped[language].words.get(context)
        return None if words is None else Shown(words, self._shipped[language].dutch[context], self._whole[language])

    def shown(self, context: str, language: str, msgid: str | None = None) -> Shown | None:
        """What is said, before anything is filled in; None: there is no such translation. As `standard`."""
        one = self.kept(context, language)
        if one is not None and one.words is not None:
            return Shown(one.words, one.dutch, own=True)
        return self.standard(context, language, msgid)

    def text_state(self, context: str, language: str, msgid: str | None = None) -> TextState:
        """How far this text is; Dutch itself is stale when what it stands in place of has changed."""
        one = self.kept(context, language)
        if language == SOURCE:
            base = self.standard(context, SOURCE, msgid)
            is_old = one is not None and one.words is not None and base is not None and one.dutch != base.words
            return "stale" if is_old else "confirmed"
        dutch = self.shown(context, SOURCE, msgid)
        return state_of(self.shown(context, language, msgid), "" if dutch is None else dutch.words, one)

    def is_confirmed(self, text: Text, language: str) -> bool:
        """Whether a native speaker has confirmed all of ``text``, with the texts among its values."""
        inner = (value if isinstance(value, tuple) else (value,) for _, value in text.values)
        return self._is_confirmed(text, language) and all(
            self.is_confirmed(one, language) for some in inner for one in some if isinstance(one, Text)
        )

    def placeholders(self, context: str) -> Placeholders:
        """What a wording of this text may ask for; of one that no catalog has: nothing."""
        msgid = self.dutch.get(context)
        if msgid is None:
            return Placeholders()
        dutch = asked_by(parse(msgid))
        said = (one.said(context, msgid) for one in self._shipped.values())
        counted = dutch.counted.union(*(asked_by(parse(one)).counted for one in said if one is not None))
        return Placeholders(dutch.names, counted & dutch.names)

    def _checked(self, one: Kept, context: str, language: str) -> Kept:
        """``one``, without words that cannot be said; the Dutch that all of them share is kept once."""
        known = self.standard(context, SOURCE)
        one = replace(one, dutch=known.words) if known is not None and known.words == one.dutch else one
        if one.words is None:
            return one
        try:
            if context in self.dutch:
                self.placeholders(context).check(one.words)
            parse(one.words)
        except ValueError:
            log.warning("own wording left out: language=%s context=%s", language, context)
            return replace(one, words=None)
        return one

    def _find_open(self, language: str) -> str | None:
        known = () if language == SOURCE else self._shipped[language].dutch
        return next((context for context in known if not self._counts_as_confirmed(context, language)), None)

    def _counts_as_confirmed(self, context: str, language: str) -> bool:
        if language == SOURCE or self.text_state(context, language) == "confirmed":
            return True
        one = self.kept(context, language)
        return context.startswith(ELSEWHERE) and one is not None and one.confirmed is not None

    def _is_confirmed(self, text: Text, language: str) -> bool:
        if not text.context or language == SOURCE:
            return True
        if not text.own:
            return self.text_state(text.context, language, text.msgid) == "confirmed"
        words = dict(text.own).get(language)
        return self.own_state(text.context, language, text.msgid, words) == "confirmed"

    def own_state(self, context: str, language: str, dutch: str, words: str | None) -> TextState:
        """How far a text is that brings its translations along: ``words`` is the one into ``language``."""
        if words is None:
            return "missing"
        standard = self.standard(context, language) if context in self.dutch else None
        is_ours = standard is not None and standard.words == words
        return state_of(standard if is_ours else Shown(words, dutch), dutch, self.kept(context, language))

    def _is_translated(self, text: Text, language: str) -> bool:
        return language in self._shipped and (
            text.context in self._own[language] or self._shipped[language].said(text.context, text.msgid) is not None
        )

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
        if template is None:
            words = text.msgid if language == SOURCE else self._shipped[language].said(text.context, text.msgid)
            if words is None:
                return self._without(text, language)
            template = _compiled(words, language)
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
