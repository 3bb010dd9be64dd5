"""What a text tells people to type or to choose, in whatever language it stands, is understood there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.texts.checks import EXAMPLES, QUOTED, TO_TYPE
from flows.known import LANGUAGES
from flows.registry import all_flows
from flows.understanding import intent
from locales.catalog import read_catalog
from locales.extraction import extract

FLOWS = frozenset(all_flows())
_TO_CHOOSE = re.compile(r"\bkiest? [^.?]*‘", re.IGNORECASE)
TEXTS = {text.context: text.msgid for text in extract()}


def said_in(language: str) -> dict[str, str]:
    """Every text by its context; of plurals and of what is not translated, nothing."""
    if language == "nl":
        return TEXTS
    return {str(one.context): one.string for one in read_catalog(language) if one.id and isinstance(one.string, str)}


def told(language: str, ways: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Context and quoted words of what tells people to do something with them."""
    said = said_in(language)
    for context, msgid in TEXTS.items():
        if ways.search(msgid) and context not in EXAMPLES:
            yield from ((context, words) for words in QUOTED.findall(said[context]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_are_told_to_type_is_understood(language: str) -> None:
    found = list(told(language, TO_TYPE))
    assert {context for context, _ in found} == {context for context, _ in told("nl", TO_TYPE)}
    assert [each for each in found if intent(each[1], FLOWS) is None] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_are_told_to_choose_stands_somewhere(language: str) -> None:
    labels = set(said_in(language).values())
    found = list(told(language, _TO_CHOOSE))
    assert {context for context, _ in found} == {context for context, _ in told("nl", _TO_CHOOSE)}
    assert [each for each in found if each[1] not in labels and intent(each[1], FLOWS) is None] == []
