"""Whether words can stand in the place of a text: asked before they are kept, at the desk and of a file.

What would lose something, or would not be understood or shown, is refused. How well Dutch reads, and what in a
translation is not in its language, is a remark: whoever words it otherwise decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from bot.channels.limits import LIMITS, Limits
from bot.channels.rendering import DoesNotFit, length, render
from bot.templates import TEMPLATES
from bot.texts import excerpts
from bot.texts.excerpts import Label
from flows.grammar import Button, Reply
from flows.registry import all_flows
from flows.text import Text, Value, verbatim
from flows.understanding import global_word, intent
from locales import Catalogs
from locales.catalog import SOURCE
from locales.extraction import Source, allowed_to_be_same, troubles
from locales.foreign import foreign_in_text, is_written_in
from locales.formatting import without_controls
from locales.readability import (
    LONGEST_AVERAGE,
    LONGEST_SENTENCE,
    LOWEST_SCORE,
    SCORED_FROM,
    difficult_words_in,
    measure,
)
from locales.template import parse

#: In UTF-16 code units, as channels count: longer than any text of ours.
LONGEST = 2000
#: Synonyms: what people type instead of a label.
SYNONYMS = ".words"

_TROUBLES = {"still Dutch": "still_dutch", "other placeholders": "other_values", "plural forms missing": "plural_forms"}
#: Words that people are told to type, in any language, and the Dutch that tells them to.
QUOTED = re.compile(r"[‘“«](.+?)[’”»]")
TO_TYPE = re.compile(r"\btypt? [^.?]*‘", re.IGNORECASE)
#: What is told there is how a day is written.
EXAMPLES = frozenset({"contact.when"})
#: Telephone numbers and the like: 112, 113, 0800-0113.
_NUMBERS = re.compile(r"\d{3,}")
_SLOT = re.compile(r"\{\w+\}")
#: Spaces at which no line ends belong to the text: French has one before a question mark.
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
_ZERO_WIDTH = "\u200c\u200d"  # Persian is written with the first, emoji with the second


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, as a code (``bot.desk.texts_words``), and what it is about."""

    code: str
    about: str = ""


def tidied(words: str, dutch: str) -> str:
    """Words as they are kept: without what cannot be seen or turns the text around it, with lines only where the Dutch
    has them."""
    seen = "".join(
        one
        for one in unicodedata.normalize("NFC", without_controls(words.replace("\r\n", "\n").replace("\r", "\n")))
        if one in _ZERO_WIDTH or one.isspace() or unicodedata.category(one)[0] != "C"
    )
    lines = [_SPACES.sub(" ", line).strip() for line in seen.strip().split("\n")]
    return "\n".join(lines) if "\n" in dutch else _SPACES.sub(" ", " ".join(lines))


def is_fixed(context: str) -> bool:
    """Whether the words are approved beforehand by others (WhatsApp), so that only the configuration changes them."""
    return any(template.text.context == context for template in TEMPLATES.values())


def refusals(tongue: Catalogs, context: str, language: str, words: str, dutch: str) -> list[Finding]:
    """Why ``words`` cannot be said for this text; empty when they can be. ``dutch`` is what they are a translation of,
    or, of Dutch words, what they stand in place of."""
    if is_fixed(context):
        return [Finding("fixed_text")]
    if not words or (not _has_letters(words) and _has_letters(dutch) and not _SLOT.search(words)):
        return [Finding("empty_text")]
    if length(words) > LONGEST:
        return [Finding("too_long_text", str(LONGEST))]
    found = list(_of_template(tongue, context, language, words, dutch))
    if any(one.code == "braces" for one in found):
        return found
    if language != SOURCE:
        found += _of_translation(language, words, dutch)
    found += _of_typing(context, words, dutch)
    if not found:
        found += _of_labels(tongue, context, language, words, dutch)
    return found


def remarks(context: str, language: str, words: str) -> list[Finding]:
    """What makes Dutch words hard to read (``locales.readability``), and what in others is not in their language; of
    synonyms nothing: people type what they know."""
    if context.endswith(SYNONYMS):
        return []
    if language != SOURCE:
        strange = foreign_in_text(words, language)
        return [Finding("foreign_words", ", ".join(dict.fromkeys(strange)))] if strange else []
    measured = measure(words)
    found = [Finding("difficult_word", f"{word.word}\t{word.instead}") for word in difficult_words_in(words)]
    if measured.longest > LONGEST_SENTENCE:
        found.append(Finding("long_sentence", str(measured.longest)))
    if measured.words >= SCORED_FROM and measured.average > LONGEST_AVERAGE:
        found.append(Finding("long_sentences", f"{measured.average:.0f}"))
    if measured.words >= SCORED_FROM and measured.score < LOWEST_SCORE:
        found.append(Finding("hard_to_read"))
    return found


def limit_of(context: str) -> int | None:
    """How many characters a label of this context has, beside its icon, in the narrowest channel; None: any number."""
    narrowest = min(limits.row_label for limits in LIMITS.values() if limits.rows)
    ways = [
        narrowest - length(label.icon) - 1
        for label in excerpts.labels_of(context)
        if context == label.short or (context == label.label and not label.short)
    ]
    return min(ways, default=None)


def tried(text: Text, context: str, language: str, words: str) -> Text:
    """``text`` as it would be said with ``words`` in the place of those of ``context``, wherever that stands in it."""
    values = tuple((name, _tried(value, context, language, words)) for name, value in text.values)
    if text.context != context:
        return replace(text, values=values)
    if language == SOURCE:
        return Text(context, words, values, ((SOURCE, words),))
    return replace(text, values=values, own=((language, words),))


def sampled(tongue: Catalogs, context: str) -> Text:
    """A text of the catalogs with made-up values, as far as possible of the kinds that it has in the conversations."""
    known, places = tongue.dutch, tongue.placeholders(context)
    values: dict[str, Value] = {
        name: excerpts.sample(name, "number" if name in places.counted else "w", known) for name in sorted(places.names)
    }
    for name in (*(label.label for label in excerpts.labels_of(context)), context):
        values |= {key: value for key, value in excerpts.values_of(name, known).items() if key in values}
    return Text(context, known[context], tuple(values.items()))


# ---- parts ---------------------------------------------------------------------------------------------------------


def _tried(value: Value, context: str, language: str, words: str) -> Value:
    if isinstance(value, tuple):
        return tuple(tried(one, context, language, words) for one in value)
    return tried(value, context, language, words) if isinstance(value, Text) else value


def _has_letters(words: str) -> bool:
    return any(one.isalpha() for one in _SLOT.sub("", words))


def _of_template(tongue: Catalogs, context: str, language: str, words: str, dutch: str) -> Iterator[Finding]:
    same = _same_words() | {context} if language == SOURCE else _same_words()
    for trouble in troubles(Source(context, dutch, ()), words, language, same):
        code = _TROUBLES.get(trouble, "braces")
        lost = sorted(parse(dutch).names ^ parse(words).names) if code == "other_values" else []
        yield Finding(code, ", ".join(f"{{{name}}}" for name in lost))
        if code == "braces":
            return
    try:
        tongue.placeholders(context).check(words)
    except ValueError:
        if parse(words).names == parse(dutch).names:
            yield Finding("not_counted")


def _of_translation(language: str, words: str, dutch: str) -> Iterator[Finding]:
    if not is_written_in(words, language):
        yield Finding("not_its_letters")
    lost = set(_NUMBERS.findall(dutch)) - set(_NUMBERS.findall(words))
    if lost:
        yield Finding("lost_number", ", ".join(sorted(lost)))


def _of_typing(context: str, words: str, dutch: str) -> Iterator[Finding]:
    """What people are told to type is understood when they do."""
    if context.endswith(SYNONYMS):
        if any(not word.strip() or set(word) & set("،؛;") for word in words.split(",")):
            yield Finding("commas")
        return
    if "‘" not in dutch:
        return
    in_dutch = [global_word(word) for word in re.findall("‘([^’]+)’", dutch)]
    if [global_word(word) for word in re.findall("‘([^’]+)’", words)] != in_dutch:
        yield Finding("other_words_to_type")
    elif TO_TYPE.search(dutch) and context not in EXAMPLES:
        told = QUOTED.findall(words)
        unknown = [word for word in told if intent(word, frozenset(all_flows())) is None]
        if unknown or not told:
            yield Finding("not_understood", ", ".join(unknown))


def _of_labels(tongue: Catalogs, context: str, language: str, words: str, dutch: str) -> Iterator[Finding]:
    labels = [label for label in excerpts.labels_of(context) if context in (label.label, label.short)]
    if not labels:
        return
    ours = tongue.standard(context, language)  # what a label says is understood there before a word that always works
    if global_word(words) not in (None, global_word(dutch), global_word(ours.words if ours else "")):
        yield Finding("global_word")
    for limits in (one for one in LIMITS.values() if one.buttons):
        if any(
            not _fits(tongue, label, limits, language, (context, words)) and _fits(tongue, label, limits, language)
            for label in labels
            if label.short != excerpts.ELSE
        ):
            limit = limit_of(context)
            yield Finding("too_long_label", "" if limit is None else str(limit))
            return


def _fits(
    tongue: Catalogs, label: Label, limits: Limits, language: str, instead: tuple[str, str] | None = None
) -> bool:
    """Whether the button can be shown; ``instead``: with these words in the place of those of a context."""
    known = tongue.dutch
    texts = [sampled(tongue, name) for name in (label.label, label.short) if name in known]
    if instead is not None:
        texts = [tried(text, instead[0], language, instead[1]) for text in texts]
    button = Button("flow.screen:choice", label.icon, texts[0], texts[1] if len(texts) > 1 else None)
    try:
        render(Reply((verbatim("?"),), (button,)), language, tongue, limits)
    except DoesNotFit:
        return False
    return True


@cache
def _same_words() -> frozenset[str]:
    return allowed_to_be_same()
