"""What a word means: asked in many ways, misspelt, and what only looks like asking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import data
from flows.understanding import asks_that, crisis, word_asked, words_used
from flows.understanding.loading import tables

READ = [table for table in tables() if table.terms]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("wat is een deurwaarder?", "deurwaarder"),
        ("Wat zijn deurwaarders", "deurwaarder"),
        ("wat houdt een schuldregeling in", "schuldregeling"),
        ("hallo, wat is een second opinion aub", "second_opinion"),
        ("wat betekent BVV", "beslagvrije_voet"),
        ("beslagvrije voed, wat is dat", "beslagvrije_voet"),
        ("wat is een sanneringskrediet", "saneringskrediet"),
        ("ik wil graag weten wat een vonnis is", "vonnis"),
        ("betekenis wsnp", "wsnp"),
        ("what's a dwangbevel", "dwangbevel"),
        ("can you tell me what a bailiff is?", "deurwaarder"),
        ("what is a paymet arrangement", "betalingsregeling"),
        ("what does set-off mean", "verrekenen"),
        ("ما هو الحجز؟", "beslag"),
        ("ما معنى كلمة المحضر", "deurwaarder"),
        ("شو يعني تسوية الديون", "schuldregeling"),
        ("ما معنى beslagvrije voet", "beslagvrije_voet"),
    ],
)
def test_the_word_that_is_asked_for(text: str, word: str) -> None:
    assert word_asked(text) == word
    assert crisis(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "dwangbevel",
        "ik heb een deurwaarder aan de deur",
        "wat is het adres van de deurwaarder",
        "wat moet ik betalen aan het incassobureau",
        "mag een deurwaarder binnenkomen",
        "wat nu",
        "what time is it",
        "what can I do about the bailiff",
        "ما هو رقم المحضر",
        "",
        "???",
    ],
)
def test_what_asks_for_no_word(text: str) -> None:
    assert word_asked(text) is None


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("wat is dat?", True),
        ("Wat betekent dit woord", True),
        ("what is that", True),
        ("ما هذا", True),
        ("dat weet ik niet", False),
        ("ik begrijp dat", False),
        ("wat een weer is dat", False),
        ("what is the matter with that", False),
        ("nee, dat bedoel ik niet", False),
        ("that's not what I mean", False),
        ("ik begrijp niet wat dat betekent", True),
    ],
)
def test_what_asks_for_the_word_just_read(text: str, asks: bool) -> None:
    assert asks_that(text) is asks


def test_who_tells_of_a_bailiff_while_asking_is_still_heard() -> None:
    assert crisis("de deurwaarder heeft beslag op mijn loon gelegd wat is dat") is not None
    assert crisis("ik word ontruimd wat betekent dat") is not None


@pytest.mark.parametrize("table", READ, ids=lambda table: table.code)
def test_every_word_of_the_list_is_known_in_every_language(table: object) -> None:
    terms = getattr(table, "terms", {})
    assert set(terms) == set(data.load("words")["word"])


def test_no_name_means_two_words() -> None:
    for table in READ:
        names = [name.strip() for said in table.terms.values() for name in said.split(",")]
        assert len(names) == len(set(names)), table.code


@given(st.text(max_size=200))
def test_anything_at_all_can_be_asked(text: str) -> None:
    word_asked(text, bare=True)
    asks_that(text)
    words_used(text)
