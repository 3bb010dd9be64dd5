"""Other words are checked as ours are: what stands in the catalogs passes, and the desk knows how much fits."""

from __future__ import annotations

import pytest

from bot.channels.rendering import length
from bot.texts import checks, excerpts
from flows.text import Text, t
from locales import extraction, load
from locales.catalog import SOURCE
from locales.placeholders import Placeholders

#: What people are told to type has tests of its own (tests/test_words_to_type.py).
TYPED = {"other_words_to_type", "not_understood"}
LANGUAGES = (SOURCE, *extraction.languages())
TONGUE = load(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_we_say_ourselves_passes_every_check(language: str) -> None:
    wrong: dict[str, str] = {}
    for context, dutch in TONGUE.dutch.items():
        shown = TONGUE.shown(context, language)
        if shown is not None and not checks.is_fixed(context):
            assert checks.tidied(shown.words, dutch) == shown.words, context
            found = checks.refusals(TONGUE, context, language, shown.words, dutch)
            found += checks.remarks(context, language, shown.words)
            wrong |= {f"{context}: {one.code}": one.about for one in found if one.code not in TYPED}
    assert wrong == {}


@pytest.mark.parametrize(
    ("typed", "dutch", "kept"),
    [
        ("  a \t b ", "x", "a b"),
        ("a\r\nb", "x", "a b"),
        (" a \r\n\r\n  b ", "x\ny", "a\n\nb"),
        ("\u202ea\u2066\ufeff\u200bb\u0007", "x", "ab"),
        ("می\u200cخواهم", "x", "می\u200cخواهم"),
        ("👩\u200d👧", "x", "👩\u200d👧"),
        ("e\u0301", "x", "\u00e9"),
        ("Vraiment\u00a0?", "x", "Vraiment\u00a0?"),
    ],
)
def test_words_are_kept_without_what_cannot_be_seen(typed: str, dutch: str, kept: str) -> None:
    assert checks.tidied(typed, dutch) == kept


#: A text with one number in it, and one with a name.
COUNTED = next(
    one for one in TONGUE.dutch if TONGUE.placeholders(one).counted == TONGUE.placeholders(one).names != set()
)
NAMED = next(one for one in TONGUE.dutch if TONGUE.placeholders(one) == Placeholders(frozenset({"name"})))
VALUE = min(TONGUE.placeholders(COUNTED).names)


@pytest.mark.parametrize(
    ("context", "words", "code"),
    [
        (COUNTED, "{n} dagen", None),
        (COUNTED, "{n, plural, one {# dag} other {# dagen}}", None),
        (COUNTED, "{n, plural, other {# dagen}}", "plural_forms"),
        (COUNTED, "{n, plural, one {# dag} other {# dagen}", "braces"),
        (COUNTED, "dagen", "other_values"),
        (COUNTED, "{n} en {name}", "other_values"),
        (NAMED, "{name} {name}", None),
        (NAMED, "{name, plural, one {een} other {veel}}", "not_counted"),
    ],
)
def test_plurals_are_of_numbers_and_whole(context: str, words: str, code: str | None) -> None:
    words, dutch = words.replace("{n,", f"{{{VALUE},").replace("{n}", f"{{{VALUE}}}"), TONGUE.dutch[context]
    found = [one.code for one in checks.refusals(TONGUE, context, SOURCE, words, dutch)]
    assert found == ([] if code is None else [code])


def test_a_label_has_the_room_that_the_narrowest_channel_leaves() -> None:
    assert checks.limit_of("step.skip") == 24 - length("⏭️ ")
    assert checks.limit_of("crisis.life") is None
    ways = {one: [way for way in excerpts.labels_of(one) if way.label == one] for one in TONGUE.dutch}
    label = next(one for one, offered in ways.items() if offered and all(way.short in TONGUE.dutch for way in offered))
    assert checks.limit_of(label) is None, "it has a short form for where it does not fit"
    assert checks.limit_of(ways[label][0].short) is not None


def test_words_are_tried_wherever_the_text_stands() -> None:
    inner = t("step.skip", "Overslaan")
    text = t("outer", "{a} {b} {c}", a=inner, b=(inner, t("step.why", "Waarom")), c=3)
    tried = checks.tried(text, "step.skip", "en", "Pass")
    assert dict(tried.values) == {
        "a": Text("step.skip", "Overslaan", (), (("en", "Pass"),)),
        "b": (Text("step.skip", "Overslaan", (), (("en", "Pass"),)), t("step.why", "Waarom")),
        "c": 3,
    }
    dutch = checks.tried(inner, "step.skip", SOURCE, "Sla over")
    assert TONGUE.say(dutch, SOURCE) == "Sla over"
