"""Our own phrasebook: whole in every language, and every sentence right and short enough with whatever is filled in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.limits import LIMITS, Limits
from bot.channels.rendering import length, render
from bot.phrasebook import LONGEST
from flows import data
from flows.grammar import Reply
from flows.phrasebook import LISTED, PARAMETERS, parameters_of
from flows.text import Euro, Text, Value, verbatim
from locales import load
from locales.extraction import languages
from locales.formatting import CLOSE, OPEN, direction

LANGUAGES = ("nl", *languages())
TONGUE = load(LANGUAGES, strict=True)
PHRASES = data.load("phrasebook")["phrase"]
TERMS = data.load("phrasebook")["term"]
SENTENCES: list[Text] = [entry[form] for entry in PHRASES.values() for form in ("you", "we") if form in entry]
LEAST = {"document": 15, "organisation": 12, "allowance": 10, "place": 4}
#: What everybody calls the same: there is no Dutch word to keep beside it.
SAME_EVERYWHERE = {"phrasebook.term.place.office"}
_BRACKETED = re.compile(r"\(([^()]+)\)")


def terms() -> Iterator[tuple[str, Text]]:
    """All terms, with their kind."""
    yield from ((kind, text) for kind, some in TERMS.items() for text in some.values())


def values(name: str) -> st.SearchStrategy[Value]:
    """What can be filled in for this parameter, typed or chosen."""
    typed = st.text(min_size=1, max_size=60).filter(str.strip).map(verbatim)
    if name == "amount":
        return st.integers(0, 10_000_000).map(Euro)
    if name == "date":
        return st.dates(date(2026, 1, 1), date(2030, 12, 31))
    if name == "person":
        return typed
    listed = st.sampled_from(list(TERMS[name].values()))
    return listed if name == "allowance" else st.one_of(listed, typed)


@cache
def longest(name: str, language: str) -> Value:
    """What fills most of those that can be chosen."""
    if name == "amount":
        return Euro(1_234_567)
    if name == "date":
        return max((date(2026, 9, day) for day in range(1, 31)), key=lambda day: length(said(day, language)))
    if name == "person":
        return verbatim("Aleksandra Wiśniewska-Kowalczyk")
    chosen: Text = max(TERMS[name].values(), key=lambda text: length(TONGUE.say(text, language)))
    return chosen


def said(day: date, language: str) -> str:
    return TONGUE.say(Text("phrasebook.own.0.you", "{date}", (("date", day),), ((language, "{date}"),)), language)


def filled(text: Text, language: str) -> str:
    """The sentence with the longest of everything."""
    return TONGUE.say(text.but(**{name: longest(name, language) for name in parameters_of(text.msgid)}), language)


def test_there_are_enough_entries_and_terms() -> None:
    assert len(PHRASES) >= 45
    assert sum("we" in entry for entry in PHRASES.values()) >= 20
    assert {kind: len(some) >= LEAST[kind] for kind, some in TERMS.items()} == dict.fromkeys(LISTED, True)


@pytest.mark.parametrize("name", PHRASES)
def test_an_entry_has_its_parts_and_known_parameters(name: str) -> None:
    entry = PHRASES[name]
    assert set(entry) <= {"icon", "words", "you", "we"}
    assert {"you", "we"} & set(entry)
    assert entry["icon"].strip()
    assert len(entry["words"].split(",")) >= 3
    for form in ("you", "we"):
        if form in entry:
            assert set(parameters_of(entry[form].msgid)) <= set(PARAMETERS)
            assert not entry[form].msgid.startswith("{")  # terms begin with a small letter
            assert length(entry[form].msgid) <= LONGEST


def test_every_parameter_is_asked_for_somewhere_and_every_sentence_is_another() -> None:
    assert {name for text in SENTENCES for name in parameters_of(text.msgid)} == set(PARAMETERS)
    for language in LANGUAGES:
        templates = [TONGUE.say(text.but(**{name: f"<{name}>" for name in PARAMETERS}), language) for text in SENTENCES]
        assert [words for words, count in Counter(templates).items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_whole_in_every_language(language: str) -> None:
    assert [text.context for text in SENTENCES if not TONGUE.has(text, language)] == []
    assert [text.context for _, text in terms() if not TONGUE.has(text, language)] == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "nl"])
def test_a_translated_term_keeps_the_dutch_word_that_stands_on_paper(language: str) -> None:
    for _, text in terms():
        words = TONGUE.say(text, language).replace(OPEN, "").replace(CLOSE, "")
        kept = _BRACKETED.findall(words)
        if text.context in SAME_EVERYWHERE:
            assert kept == []
            continue
        assert len(kept) == 1, text.context
        assert kept[0] in text.msgid, text.context
        assert words.startswith(kept[0]) is False, text.context


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_fits_one_message_of_every_channel_with_its_longest_terms(language: str, limits: Limits) -> None:
    for text in SENTENCES:
        words = filled(text, language)
        assert not re.search("[{}]", words)
        assert length(words) <= LONGEST, words
        assert len(render(Reply((verbatim(words),), origin="a.b"), language, TONGUE, limits)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@given(draw=st.data())
def test_a_sentence_is_said_with_whatever_is_filled_in(language: str, draw: st.DataObject) -> None:
    text = draw.draw(st.sampled_from(SENTENCES))
    filled_in = {name: draw.draw(values(name)) for name in parameters_of(text.msgid)}
    words = TONGUE.say(text.but(**filled_in), language)
    assert TONGUE.has(text.but(**filled_in), language)
    assert words.count(OPEN) == words.count(CLOSE)
    for value in filled_in.values():
        if isinstance(value, Text) and value.context:
            plain = TONGUE.say(value, language)
            assert plain in words
    for limits in LIMITS.values():
        (message,) = render(Reply((text.but(**filled_in),), origin="a.b"), language, TONGUE, limits)
        assert message.direction == direction(language)
