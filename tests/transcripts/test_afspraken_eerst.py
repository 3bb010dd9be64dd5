"""After the yes to a summary: what is said of the day to come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.agreements import AnswerSummary
from tests.transcripts.afspraken import BEFORE, TALK
from tests.transcripts.player import Chat


def yes(chat: Chat, language: str = "nl") -> Chat:
    """Who said yes to the summary, there and in that language."""
    chat.agreed(TALK, BEFORE).starts("menu").speaking(language)
    chat.is_due("afspraken.summary", {"summary": 5})
    return chat.taps_data("!to:afspraken.agreed:5").at("afspraken.agreed", AnswerSummary(5, "agreed"))


# ---- the day -------------------------------------------------------------------------------------------------------


def after(days: int, language: str = "nl") -> list[str]:
    """What is said to who answers so many days after the talk of 23 November, on what they do first."""
    chat = Chat().waits(timedelta(days=days))
    return yes(chat, language=language).taps_data("afspraken.agreed:a33").texts()


def test_the_first_day_is_one_to_come(chat: Chat) -> None:
    assert "De eerste dag op uw lijst is dinsdag 1 december." in after(8)
    assert "De eerste dag op uw lijst is vrijdag 4 december." in after(9)


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_where_every_day_is_over_none_is_told(chat: Chat, language: str) -> None:
    before, over = after(9, language), after(12, language)
    assert len(over) == len(before) - 1
    assert not any("4" in text for text in over)
