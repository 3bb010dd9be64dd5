"""Another day for something on the list: as far as a day can be, and not where its words name the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from flows.agreements import FURTHEST, Postpone
from tests.transcripts.afspraken import POST, UNOPENED, talked
from tests.transcripts.player import MONDAY, Chat

DAYS = [
    "📅 dinsdag 24 november",
    "📅 donderdag 26 november",
    "📅 maandag 30 november",
    "📅 maandag 7 december",
    "📋 Mijn lijst",
]


def at_one(chat: Chat, language: str = "nl") -> Chat:
    """Looking at one of two."""
    talked(chat, UNOPENED, POST).starts("menu").speaking(language)
    return chat.taps_data("!to:afspraken.action:31")


# ---- how far -------------------------------------------------------------------------------------------------------


def test_too_far_is_asked_again_and_says_why(chat: Chat) -> None:
    """It was confirmed, without its year, and not kept."""
    at_one(chat).taps("⏰ Een andere dag").types("1 december 2028").sees(
        "Die dag is meer dan een jaar weg. Zo ver vooruit spreken we nog niets af.",
        "📌 Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december",
        "Welke dag komt beter uit? Kies een dag, of typ er zelf een.",
        buttons=DAYS,
    )
    chat.types("2 december 2029").at("afspraken.postponed").types("blauwe paraplu").at("afspraken.postponed")
    chat.taps("📅 maandag 7 december").at("afspraken.postponed", Postpone(31, date(2026, 12, 7)))


@pytest.mark.parametrize(
    ("language", "text"), [("nl", "1 december 2028"), ("en", "1 december 2028"), ("ar", "1 ديسمبر 2028")]
)
def test_too_far_wherever_it_is_typed(chat: Chat, language: str, text: str) -> None:
    for screen in ("action", "stuck", "later", "undone"):
        at_one(chat, language).taps_data(f"!to:afspraken.{screen}:31").types(text).at("afspraken.postponed")
        assert len(chat.buttons()) == len(DAYS)


def test_the_last_day_there_is(chat: Chat) -> None:
    last = MONDAY.date() + FURTHEST
    at_one(chat).types(last.strftime("%d-%m-%Y")).at("afspraken.postponed", Postpone(31, last))


def test_a_day_that_went_by_meanwhile_is_asked_again_and_says_why(chat: Chat) -> None:
    at_one(chat).taps("⏰ Een andere dag").waits(timedelta(days=2))
    chat.taps("📅 dinsdag 24 november").at("afspraken.postponed")
    assert chat.texts()[0] == "Die dag is al voorbij."
    assert chat.buttons()[0] == "📅 donderdag 26 november"
