"""Global words, wishes, and what ``klopaan understand`` prints."""

from __future__ import annotations

import pytest

from flows.grammar import GLOBAL_WORDS
from flows.known import LANGUAGES
from flows.understanding import describe, global_word, intent
from flows.understanding.loading import tables

FLOWS = ("welkom", "aanmelden", "crisis", "overdracht", "afspraak", "afspraken", "kaarten", "uitleg", "gegevens")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_global_word(language: str) -> None:
    table = next(table for table in tables() if table.code == language)
    assert set(table.words) == set(GLOBAL_WORDS)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Medewerker aub!", "mens"),
        ("ik wil een mens spreken", "mens"),
        ("mdewerker", "mens"),
        ("human please", "mens"),
        ("geen robot", "mens"),
        ("no bot", "mens"),
        ("can i talk to a real person?", "mens"),
        ("موظف", "mens"),
        ("اريد ان اتكلم مع موظف", "mens"),
        ("MENU", "menu"),
        ("القائمة", "menu"),
        ("terug", "terug"),
        ("go back", "terug"),
        ("رجوع", "terug"),
        ("STOP!!!", "stop"),
        ("stpo", "stop"),
        ("afmelden", "stop"),
        ("unsubscribe", "stop"),
        ("توقّف", "stop"),
        ("opnieuw", "opnieuw"),
        ("start over", "opnieuw"),
        ("من جديد", "opnieuw"),
        ("andere taal", "taal"),
        ("english please", "taal"),
        ("اللغة", "taal"),
        ("heeeelp", "help"),
        ("ik snap het niet", "help"),
        ("مساعدة", "help"),
        ("waarom vraag je dit?", "waarom"),
        ("why?", "waarom"),
        ("لماذا", "waarom"),
        ("korter graag", "kort"),
        ("too long", "kort"),
        ("باختصار", "kort"),
    ],
)
def test_a_whole_message_is_a_global_word(text: str, word: str) -> None:
    assert global_word(text) == word


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "👍",
        "ik ben gestopt met roken",
        "mijn man komt niet terug naar huis",
        "mensen zijn aardig voor mij geweest",
        "stoep",
        "step",
        "kost",
        "soort",
        "de helper van mijn moeder wil weten waarom de huur omhoog gaat",
        "I need help with my debts because the rent went up",
        "my back hurts",
        "short of money",
        "no",
        "no thanks",
        "geen",
        "اريد مساعدة في الديون لان الايجار زاد كثيرا هذا الشهر",
        "aanmelden",
        "aanmelding graag",
        "stop " * 50,
    ],
)
def test_a_word_inside_a_story_is_no_command(text: str) -> None:
    assert global_word(text) is None


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        ("ik heb schulden", "aanmelden"),
        ("ik wil hulp", "aanmelden"),
        ("ik kan mijn huur niet betalen", "aanmelden"),
        ("I need help with debts", "aanmelden"),
        ("عندي ديون كثيرة", "aanmelden"),
        ("kan ik een afspraak maken?", "afspraak"),
        ("i want to make an appointment", "afspraak"),
        ("بدي موعد", "afspraak"),
        ("ik wil graag langskomen", "afspraak"),
        ("ik heb een afspraak nodig", "afspraak"),
        ("ik wil mijn afspraak verzetten", "afspraken"),
        ("kan ik de afspraak van dinsdag afzeggen", "afspraken"),
        ("wanneer is mijn afspraak?", "afspraken"),
        ("mijn afspraken", "afspraken"),
        ("i need to cancel my appointment", "afspraken"),
        ("can i move the appointment", "afspraken"),
        ("when is my appointment", "afspraken"),
        ("بدي الغي الموعد", "afspraken"),
        ("متى موعدي", "afspraken"),
        ("wat zeg ik tegen een schuldeiser", "kaarten"),
        ("what should i say to a creditor", "kaarten"),
        ("what should I say?", "kaarten"),
        ("ماذا أقول", "kaarten"),
        ("my agreements", "afspraken"),
        ("show my list", "afspraken"),
        ("what do I have to do", "afspraken"),
        ("wat is een deurwaarder", "uitleg"),
        ("how does debt help work", "uitleg"),
        ("wat weten jullie over mij", "gegevens"),
        ("delete my data please", "gegevens"),
        ("can someone please call me back about my case", "overdracht"),
        ("ik wil dood", "crisis"),
        ("mijn stroom is afgesloten", "crisis"),
        ("medewerker", "mens"),
        ("menu", "menu"),
        ("hallo", "welkom"),
    ],
)
def test_a_sentence_asks_for_a_flow(text: str, flow: str) -> None:
    assert intent(text, FLOWS) == flow


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mooi weer vandaag",
        "Goedemorgen, hoe gaat het met u?",
        "ik heb geen schulden",
        "Jansen",
        "12 maart",
        "شكرا جزيلا",
    ],
)
def test_other_sentences_ask_for_nothing(text: str) -> None:
    assert intent(text, FLOWS) is None


def test_only_flows_that_are_there_are_answered() -> None:
    assert intent("kan ik een afspraak maken?", ["welkom", "aanmelden"]) is None
    assert intent("ik wil dood", ["welkom", "aanmelden"]) is None
    assert intent("ik heb schulden", []) is None


def test_what_is_printed_for_a_line() -> None:
    assert describe("Ik wil niet meer leven", FLOWS) == {
        "text": "Ik wil niet meer leven",
        "language": "nl",
        "crisis": "life",
        "intent": "crisis",
    }
    assert describe("ok", FLOWS) == {"text": "ok", "language": None, "crisis": None, "intent": None}
