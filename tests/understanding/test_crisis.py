"""Crisis words: labelled sentences of each language, and what spelling may do to them."""

from __future__ import annotations

import itertools

import pytest

from flows.grammar import Category
from flows.understanding import crisis
from flows.understanding.crises import signs
from flows.understanding.loading import phrases, tables
from flows.understanding.normalising import words_of
from tests.understanding.sentences import LANGUAGES, Sentence, sentences


def _share(right: list[bool]) -> float:
    return sum(right) / len(right)


def _wrong(found: list[Sentence]) -> str:
    return "\n".join(f"{row.category}: {row.text} → {crisis(row.text)}" for row in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_sentences(language: str) -> None:
    rows = sentences(language)
    texts = [row.text for row in rows]
    assert len(set(texts)) == len(texts)
    assert {row.category for row in rows} == {*Category, "none"}
    assert sum(row.category == Category.LIFE for row in rows) >= 40
    assert sum(row.category not in (Category.LIFE, "none") for row in rows) >= 40
    assert sum(row.category == "none" for row in rows) >= 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_life_in_danger_is_seen(language: str) -> None:
    rows = [row for row in sentences(language) if row.category == Category.LIFE]
    missed = [row for row in rows if crisis(row.text) is not Category.LIFE]
    assert len(missed) <= 0.02 * len(rows), _wrong(missed)


@pytest.mark.parametrize(
    "text",
    [
        "دیگر نمی‌خواهم زندگی کنم",
        "نمی‌خواهم زندگی کنم",
        "می‌خواهم به زندگی‌ام پایان دهم",
        "لا أريد أن أعيش بعد الآن",
        "nie chcę tu już być",
        "Artık yaşamak istemiyorum.",
    ],
)
def test_a_life_in_danger_is_seen_in_written_language_too(text: str) -> None:
    """Most examples are as people chat: what is written out must not be doubted for that."""
    assert crisis(text) is Category.LIFE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_crisis_is_seen_and_called_by_its_name(language: str) -> None:
    rows = [row for row in sentences(language) if row.category != "none"]
    missed = [row for row in rows if crisis(row.text) is None]
    misnamed = [row for row in rows if crisis(row.text) != row.category]
    assert len(missed) <= 0.05 * len(rows), _wrong(missed)
    assert len(misnamed) <= 0.05 * len(rows), _wrong(misnamed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_looks_like_a_crisis_is_left_alone(language: str) -> None:
    rows = [row for row in sentences(language) if row.category == "none"]
    alarms = [row for row in rows if crisis(row.text) is not None]
    assert len(alarms) <= 0.05 * len(rows), _wrong(alarms)


#: Who is on their way is taken for someone on the street: a false alarm costs one tap.
_TAKEN_WRONG = {"أنا في الطريق"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_that_the_tables_were_made_with_is_lost_again(language: str) -> None:
    """Shares of a thousand would not show it when a line that is made narrower loses two."""
    built = [row for row in sentences(language) if row.part == "built" and row.text not in _TAKEN_WRONG]
    wrong = [row for row in built if (crisis(row.text) or "none") != row.category]
    assert wrong == [], _wrong(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_capitals_punctuation_and_emoji_change_nothing(language: str) -> None:
    for row in sentences(language):
        plain = crisis(row.text)
        assert crisis(row.text.upper()) == plain, row.text
        assert crisis(f"😭💔 {row.text} 😭!!") == plain, row.text


@pytest.mark.parametrize(
    "text",
    [
        "zelfmrd",
        "zelfmoort",
        "z e l f m o o r d",
        "ik wil dooooood",
        "ikwilniet meer leven",
        "ik wíl nïet méér léven",
        "𝐢𝐤 𝐰𝐢𝐥 𝐝𝐨𝐨𝐝",
        "ik wil\u200b dood",
        "ik wіl dооd",  # with Cyrillic і and о
        "suïcide",
        "i want to di3 i want to die",
        "i wannna diee",
        "لا أُريدُ أنْ أعيشَ",
        "لااريد ان اعيش، لا اريد ان اعيش",
        "أرييييد أن أمووووت",
        "badi amoot",
        "3ayez amoot",
        "ik weet het niet meer اريد ان اموت",
        "hallo, alles goed? ik wil dood",
    ],
)
def test_any_spelling_and_script(text: str) -> None:
    assert crisis(text) is Category.LIFE


@pytest.mark.parametrize(
    "text",
    ["ik wil niet dood", "i dont want to die", "لا اريد ان اموت", "ik heb geen zelfmoordgedachten", "im not suicidal"],
)
def test_a_negation_undoes_a_sign(text: str) -> None:
    assert crisis(text) is None


def test_the_worst_comes_first_wherever_it_stands() -> None:
    assert crisis("de deurwaarder staat voor de deur en mijn man slaat mij. ik wil niet meer leven") is Category.LIFE
    assert crisis("mijn stroom is afgesloten en mijn man slaat mij") is Category.VIOLENCE
    assert crisis("we worden ontruimd en er is beslag op mijn loon") is Category.HOME


def test_a_long_story_is_read_to_its_end() -> None:
    assert crisis("ik heb een vraag over een brief. " * 110 + "ik wil niet meer leven") is Category.LIFE


def test_a_sign_does_not_reach_over_the_end_of_a_sentence() -> None:
    assert signs(words_of("Bel mij als u wilt. Dood spoor is het verder niet.")) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filler_hides_no_crisis_wherever_it_stands(language: str) -> None:
    """Also one that some line of a table names: what a look-alike is made of counts in no other sentence. What looks
    like a crisis with a filler in it ("dood gewoon") is left out."""
    table = next(table for table in tables() if table.code == language)
    lookalikes = {
        word
        for each in tables()
        for _, plain in phrases(each, each.lookalikes)
        for step in plain
        for word in step.words
    }
    fillers = itertools.cycle(sorted(table.fillers - lookalikes))
    hidden = [
        text
        for row in sentences(language)
        if row.category != "none" and signs(words_of(row.text)) is not None
        for words in [row.text.split()]
        for place in range(1, len(words))
        for text in [" ".join([*words[:place], next(fillers), *words[place:]])]
        if signs(words_of(text)) is None
    ]
    assert hidden == []


def test_a_lookalike_does_not_hide_a_sign_beside_it() -> None:
    assert crisis("ik lach me dood maar ik wil niet meer leven") is Category.LIFE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_category_worst_first(language: str) -> None:
    table = next(table for table in tables() if table.code == language)
    assert list(table.signs) == list(Category)
