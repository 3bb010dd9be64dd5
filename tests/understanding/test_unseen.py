"""How many crises are seen in sentences that the tables of words have never met.

The sentences in ``unseen/`` must not be worked into the tables, nor may a table be changed after a look at which of
them are missed: then they would measure nothing any more. Who widens the tables adds what was missed elsewhere to the
``.tsv`` files next to this file, and raises the floors below by what these sentences then show. When these sentences
have been used after all, they move into those files and new ones are written here, before the tables are touched.

They are as oblique as people in distress write ("zou iemand het merken"), so the floors are lower than what the
other tests ask for sentences that are known. Every floor is what was measured on the day that the sentences were
written.
"""

from __future__ import annotations

import pytest

from flows.grammar import Category
from flows.understanding import crisis
from tests.understanding.sentences import LANGUAGES, sentences, unseen

#: Of twenty sentences each, how many are called by their name.
LIFE = {"nl": 12, "en": 13, "ar": 10}
VIOLENCE = {"nl": 11, "en": 10, "ar": 9}
#: Of a hundred sentences about any crisis, how many are seen at all; and how many of sixty ordinary ones may be.
SEEN = {"nl": 66, "en": 75, "ar": 66}
FALSE_ALARMS = 2


def _called_by_its_name(language: str, category: Category) -> int:
    return sum(crisis(row.text) is category for row in unseen(language) if row.category == category)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_sentences_and_the_tables_do_not_know_them(language: str) -> None:
    rows = unseen(language)
    assert {row.part for row in rows} == {"unseen"}
    assert not {row.text for row in rows} & {row.text for row in sentences(language)}
    assert len({row.text for row in rows}) == len(rows)
    assert sum(row.category == Category.LIFE for row in rows) == 20
    assert sum(row.category == Category.VIOLENCE for row in rows) == 20
    assert sum(row.category != "none" for row in rows) == 100
    assert sum(row.category == "none" for row in rows) == 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_life_in_danger_is_seen(language: str) -> None:
    assert _called_by_its_name(language, Category.LIFE) >= LIFE[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_violence_is_seen(language: str) -> None:
    assert _called_by_its_name(language, Category.VIOLENCE) >= VIOLENCE[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_crisis_is_seen(language: str) -> None:
    assert sum(crisis(row.text) is not None for row in unseen(language) if row.category != "none") >= SEEN[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_ordinary_messages_are_left_alone(language: str) -> None:
    assert sum(crisis(row.text) is not None for row in unseen(language) if row.category == "none") <= FALSE_ALARMS
