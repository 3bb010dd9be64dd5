"""What is learned from the examples: kept as it was learned, bounded, and beside the tables."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.grammar import Category
from flows.understanding import crises, crisis, forget, learned
from flows.understanding.crises import signs
from flows.understanding.learned import (
    BITS,
    CATEGORIES,
    KIND_BITS,
    Learned,
    danger,
    likeliest,
    names,
    number,
    numbers,
    pack,
    parts,
    unpack,
)
from flows.understanding.meanings import meanings
from flows.understanding.normalising import words_of
from scripts.learn import LEARNED, Example, examples, learn, made_of, table_of

SMALL = [
    Example("nl", "life", LEARNED, "ik wil slapen en nooit meer opstaan"),
    Example("nl", "life", LEARNED, "voor mij hoeft morgen niet te komen"),
    Example("nl", "food", LEARNED, "de kastjes in de keuken zijn helemaal kaal"),
    Example("nl", "food", LEARNED, "de kinderen kregen vanavond niks op hun bord"),
    Example("nl", "none", LEARNED, "kan ik morgen om tien uur langskomen"),
    Example("nl", "none", LEARNED, "bedankt voor uw hulp"),
    Example("nl", "none", LEARNED, "ik heb de papieren opgestuurd"),
]


def test_what_is_kept_was_learned_from_the_examples_as_they_are() -> None:
    assert learned.taught().made_of == made_of(), "run make learn"


def test_it_learns_what_it_is_told() -> None:
    taught = learn(SMALL, table_of(SMALL))
    said = [
        (danger(words_of(one.text), None, taught) > 0, likeliest(words_of(one.text), learned=taught)) for one in SMALL
    ]
    assert [is_crisis for is_crisis, _ in said] == [one.category != "none" for one in SMALL]
    assert [kind for is_crisis, kind in said if is_crisis] == [one.category for one in SMALL if one.category != "none"]
    assert danger(words_of("die kastjes zijn kaal"), None, taught) > danger(words_of("bedankt"), None, taught)


def test_what_the_tables_found_speaks_for_a_crisis() -> None:
    words = words_of("ik ga naar huis")
    for found in Category:
        assert danger(words, found) > danger(words, None)


def test_it_is_kept_and_read_as_it_was() -> None:
    taught = Learned(
        array("b", [1] * (1 << BITS)),
        array("b", [-3] * (len(CATEGORIES) << KIND_BITS)),
        0.5,
        0.25,
        -1.0,
        (0.0,) * len(CATEGORIES),
        (1.0,) * len(CATEGORIES),
        "0123",
    )
    assert unpack(pack(taught)) == taught


@pytest.mark.parametrize(
    ("ahead", "found", "said"),
    [
        (4.0, Category.HOME, Category.LIFE),
        (2.0, Category.HOME, Category.HOME),
        (2.0, None, Category.LIFE),
        (-1.0, Category.LIFE, Category.LIFE),
    ],
)
def test_what_the_tables_found_stands_unless_a_life_in_danger_is_clearly_likelier(
    ahead: float, found: Category | None, said: Category
) -> None:
    kinds = array("b", bytes(len(CATEGORIES) << KIND_BITS))
    rest = (0.0,) * (len(CATEGORIES) - 1)
    taught = Learned(array("b", bytes(1 << BITS)), kinds, 1.0, 1.0, 0.0, (ahead, *rest), (0.0, *rest), "")
    assert likeliest(words_of("ik ga naar huis"), found, taught) is said


@pytest.mark.parametrize(("text", "stands"), [("ik wil dood", True), ("ik word uit mijn huis gezet", False)])
def test_a_life_in_danger_is_the_last_that_is_doubted(text: str, stands: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    doubt = -(crises.DOUBT + crises.DOUBT_OF_DANGER) / 2
    monkeypatch.setattr(crises, "danger", lambda words, found: doubt)
    forget()
    try:
        assert (crisis(text) is not None) is stands
    finally:
        forget()


@given(st.lists(st.sampled_from([*words_of("ik wil niet meer leven met deze schulden en boetes"), "."]), max_size=80))
def test_every_word_of_a_long_story_is_in_some_part_and_no_part_is_long(words: list[str]) -> None:
    found = list(parts(words))
    assert all(len(part) <= learned.PART + learned.STEP // 2 for part in found)
    assert {word for part in found for word in part} | {"."} == {*words, "."}
    assert all(numbers(part) for part in found)
    assert all(0 <= number < 1 << BITS for part in found for number in numbers(part))


def test_how_it_ends_does_not_matter() -> None:
    assert danger(words_of("ik heb honger"), None) == danger(words_of("...ik heb honger!!"), None)


@pytest.mark.parametrize(
    "one", ["dood", "dead", "اموت", "ölmek", "umrzeć", "померти", "بمیرم", "mourir", "DOOD", "umrzec"]
)
def test_a_meaning_is_the_same_in_every_language(one: str) -> None:
    (word,) = words_of(one)
    assert set(meanings(word)) & set(meanings("dod")), one


def test_a_feature_is_known_by_its_name() -> None:
    found = set(names(["ik", "wil"]))
    assert {("word", "wil"), ("row", "ik", "wil"), ("row", "^", "ik"), ("letters", "<ik>")} <= found
    assert {("between", "^", "wil"), ("letters", "<wil"), ("letters", "wil>")} <= found
    (one, *_), (two, *_) = meanings("ik"), meanings("wil")
    assert {("meaning", one), ("order", one, two), ("near", *sorted((one, two)))} <= found


@given(
    st.lists(
        st.sampled_from([*words_of("ik wil niet meer leven, I want to die. не хочу жити ölmek"), "."]), max_size=20
    )
)
def test_a_message_is_numbered_as_its_features_are(words: list[str]) -> None:
    """For every message the numbers are made without the names."""
    assert numbers(words) == {number(name) for name in names(words)}


def test_nearly_all_features_keep_a_number_of_their_own() -> None:
    found = {name for one in examples()[::20] for name in names(words_of(one.text))}
    assert len({number(name) for name in found}) >= 0.9 * len(found)


def test_what_is_no_feature_has_no_number() -> None:
    with pytest.raises(ValueError, match="no feature"):
        number(("word", 3))


def test_a_sign_that_people_can_read_is_not_lightly_doubted() -> None:
    """What is learned may only undo it where everything else speaks against it."""
    rows = [one for one in examples() if one.part != LEARNED and one.category != "none"]
    by_the_tables = [one for one in rows if signs(words_of(one.text)) is not None]
    doubted = [one.text for one in by_the_tables if crisis(one.text) is None]
    assert len(doubted) <= 0.002 * len(by_the_tables), doubted
