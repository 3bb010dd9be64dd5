"""Whatever is typed as an entry of one's own: it is refused in words, or it can be said in full on every channel."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import phrasebook
from bot.channels.limits import LIMITS
from bot.channels.rendering import length, render
from bot.desk import phrasebook_words
from bot.errors import Refused
from bot.phrasebook import FORMS, LONGEST, Given
from flows.grammar import Reply
from flows.phrasebook import PARAMETERS, Phrase, own_phrase, parameters_of
from flows.text import Euro, Text, Value, verbatim
from locales import load

LANGUAGES = ("nl", "en", "ar")
TONGUE = load(LANGUAGES, strict=True)
HOUSE: Any = SimpleNamespace(config=SimpleNamespace(identity=SimpleNamespace(languages=LANGUAGES)), tongue=TONGUE)
VALUES: dict[str, Value] = {
    **{name: verbatim("‹iets›") for name in PARAMETERS},
    "amount": Euro(12_50),
    "date": date(2026, 11, 24),
}
#: Half of it nearly right, half of it anything at all.
NAMES = (*PARAMETERS, *phrasebook_words.VALUES.values(), "iets", "", "0", "date!r", "date:9")
SCRAPS = ["{", "}", "{{", "}}", "{date,plural,one{", "#", "Bel", "naar", "اتصل", "ب", "\u202e", "\u2068", "<b>", "📞"]
PIECES = st.sampled_from([*(f"{{{name}}}" for name in NAMES), *SCRAPS, " ", "\n"])
WORDS = st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=30))
SENTENCES = st.fixed_dictionaries({}, optional=dict.fromkeys((*LANGUAGES, "fr"), WORDS))


def drafted(typed: Given) -> Phrase | str:
    """The entry, or the code of why it is none."""
    try:
        return phrasebook.draft(HOUSE, typed)
    except Refused as error:
        return error.code


@given(
    icon=st.one_of(st.just(""), st.sampled_from("📞🧷✂️<a"), st.text(max_size=9)),
    words=WORDS,
    you=SENTENCES,
    we=SENTENCES,
)
def test_what_is_kept_can_be_said_and_all_else_is_refused(
    icon: str, words: str, you: dict[str, str], we: dict[str, str]
) -> None:
    phrase = drafted(Given(icon, words, you, we))
    if isinstance(phrase, str):
        assert phrase in phrasebook_words.REFUSALS
        return
    assert phrase.icon
    for text in filter(None, (phrase.you, phrase.we)):
        asked = parameters_of(text.msgid)
        assert set(asked) <= set(PARAMETERS)
        for language in LANGUAGES:
            if TONGUE.has(text, language):
                is_said_everywhere(text.but(**{name: VALUES[name] for name in asked}), language)
    lacking = phrasebook.lacking(HOUSE, phrase)
    assert "nl" not in lacking
    whole = {
        code for code in LANGUAGES if all(code in {"nl", *dict(text.own)} for text in (phrase.you, phrase.we) if text)
    }
    assert set(lacking) == set(LANGUAGES) - whole


def is_said_everywhere(text: Text, language: str) -> None:
    """It is whole in one message of every channel."""
    words = TONGUE.say(text, language)
    assert "{" not in words
    assert "}" not in words
    for value in text.values:
        assert TONGUE.say(Text("one", "{it}", (("it", value[1]),), ((language, "{it}"),)), language) in words
    for limits in LIMITS.values():
        assert len(render(Reply((text,), origin="a.b"), language, TONGUE, limits)) == 1


@given(SENTENCES, SENTENCES)
def test_what_stands_in_the_form_is_what_was_kept(you: dict[str, str], we: dict[str, str]) -> None:
    """Whoever opens an entry and keeps it as it stands changes nothing."""
    phrase = drafted(Given("", "", you, we))
    if isinstance(phrase, str):
        return
    fields = {
        f"{form}-{code}": phrasebook_words.typed(words)
        for form, text in zip(FORMS, (phrase.you, phrase.we), strict=True)
        if text is not None
        for code, words in {"nl": text.msgid, **dict(text.own)}.items()
    }
    again = phrasebook.draft(HOUSE, phrasebook_words.given(fields, LANGUAGES))
    assert (again.you, again.we) == (phrase.you, phrase.we)


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_value_is_typed_in_dutch_or_by_its_own_name(name: str) -> None:
    for word in (name, phrasebook_words.VALUES[name]):
        given_ = phrasebook_words.given({"you-nl": f"Bel {{{word}}}."}, LANGUAGES)
        phrase = phrasebook.draft(HOUSE, given_)
        assert phrase.parameters(ours=False) == (name,)


def test_the_longest_sentence_fits_as_utf_16() -> None:
    you = {"nl": "x" * (LONGEST - 2) + "😀"}
    phrase = phrasebook.draft(HOUSE, Given("", "", you, {}))
    assert phrase.you is not None
    assert length(phrase.you.msgid) == LONGEST
    assert own_phrase(3, '{"you": {"nl": "Kom."}, "we": {}}').icon == "📌"
