"""How many crises are seen in sentences that the tables of words have never met.

The sentences in ``unseen/`` must not be worked into the tables or the examples, nor may either be changed after a look
at which of them are missed: then they would measure nothing any more. Who widens them adds what was missed elsewhere to
``flows/understanding/examples/``, and raises the floors below by what these sentences then show. When these sentences
have been used after all, they move into those files and new ones are written here, before anything else is touched.
Two numbers were chosen with a look at their sums, not at the sentences: how many false alarms learning aims at, and how
far a life in danger comes first (``scripts/learn.py``).

They are as oblique as people in distress write ("zou iemand het merken"), so the floors are lower than what the
other tests ask for sentences that are known. Every floor is what was measured when the examples were last widened.
"""

from __future__ import annotations

import pytest

from flows.grammar import Category
from flows.understanding import crisis
from tests.understanding.sentences import LANGUAGES, examples, unseen

#: By language: of a hundred sentences about a life in danger, how many are called that; of a hundred about any crisis,
#: how many are seen at all; and of a hundred ordinary ones, how many may be taken for one.
LIFE = {"nl": 94, "en": 97, "ar": 95, "tr": 97, "pl": 95, "uk": 95, "fa": 95, "fr": 98}
SEEN = {"nl": 94, "en": 97, "ar": 91, "tr": 98, "pl": 97, "uk": 96, "fa": 96, "fr": 98}
FALSE_ALARMS = {"nl": 5, "en": 5, "ar": 6, "tr": 3, "pl": 8, "uk": 6, "fa": 4, "fr": 4}


def _share(found: list[bool]) -> int:
    """Of a hundred, rounded down."""
    return 100 * sum(found) // len(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_sentences_and_nothing_was_made_with_them(language: str) -> None:
    rows = unseen(language)
    assert {row.part for row in rows} == {"unseen"}
    assert not {row.text for row in rows} & {row.text for row in examples(language)}
    assert len({row.text for row in rows}) == len(rows)
    assert {row.category for row in rows} == {*Category, "none"}
    assert sum(row.category == Category.LIFE for row in rows) >= 48
    assert sum(row.category not in (Category.LIFE, "none") for row in rows) >= 58
    assert sum(row.category == "none" for row in rows) >= 95


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_life_in_danger_is_seen(language: str) -> None:
    assert (
        _share([crisis(r.text) is Category.LIFE for r in unseen(language) if r.category == Category.LIFE])
        >= LIFE[language]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_crisis_is_seen(language: str) -> None:
    assert _share([crisis(r.text) is not None for r in unseen(language) if r.category != "none"]) >= SEEN[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_ordinary_messages_are_left_alone(language: str) -> None:
    seen = _share([crisis(row.text) is not None for row in unseen(language) if row.category == "none"])
    assert seen <= FALSE_ALARMS[language]
