"""What is said in passing: an age, a question about the help, a day, an hour, no answer at all."""

from __future__ import annotations

import pytest

from flows.understanding import aside, declines, parts_of_day, weekday
from tests.understanding.sentences import LANGUAGES, sentences


@pytest.mark.parametrize(
    "text",
    [
        "ik ben 16 en heb schulden",
        "Ik ben 17.",
        "ben 15 jaar oud",
        "ik ben pas zestien",
        "ik ben nog geen 18",
        "ik ben minderjarig",
        "I am 15",
        "im 16 and i have debts",
        "I'm under 18",
        "عمري 16",
        "عمري ١٧ سنة",
        "عندي 16 سنة",
        "أنا قاصر",
    ],
)
def test_who_is_under_18_is_understood(text: str) -> None:
    assert aside(text) == "young"


@pytest.mark.parametrize(
    "text",
    [
        "ik schaam me",
        "Ik schaam mij heel erg voor mijn schulden",
        "dit is zo gênant",
        "I'm so ashamed",
        "this is embarrassing for me",
        "أشعر بالخجل",
        "أنا محرج جدا",
        "أخجل من ديوني",
    ],
)
def test_who_is_ashamed_is_understood(text: str) -> None:
    assert aside(text) == "ashamed"


@pytest.mark.parametrize(
    "text",
    [
        "ik ben 16 maanden achter met de huur",
        "ik ben 15 euro kwijt",
        "ik ben 16 jaar getrouwd",
        "ik ben 45 en heb schulden",
        "mijn zoon is 16",
        "mijn zoon is minderjarig",
        "ik ben niet minderjarig",
        "I am 15 days late",
        "I am 16 years in the Netherlands",
        "my son is 16",
        "عندي 16 دين",
        "عمري 45",
        "ابني عمره 16",
    ],
)
def test_another_number_or_another_person_is_no_age(text: str) -> None:
    assert aside(text) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_in_all_those_sentences_is_taken_for_a_child(language: str) -> None:
    assert [one.text for one in sentences(language) if aside(one.text) == "young"] == []


@pytest.mark.parametrize("text", ["nee", "nee dank je", "weet ik niet", "geen idee", "verder", "no thanks", "لا أعرف"])
def test_what_leaves_a_question_open(text: str) -> None:
    assert declines(text)


@pytest.mark.parametrize("text", ["", "nee, mijn huur", "ja", "verder heb ik boetes", "ik weet niet hoeveel het is"])
def test_what_does_not(text: str) -> None:
    assert not declines(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("vrijdag", 4),
        ("op ma.", 0),
        ("next friday please", 4),
        ("يوم الأحد", 6),
        ("vrijdag of zaterdag", None),
        ("", None),
    ],
)
def test_a_day_of_the_week(text: str, day: int | None) -> None:
    assert weekday(text) == day


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("na 17:00", ("evening",)),
        ("14.30", ("afternoon",)),
        ("tussen 9 en 14 uur", ("morning", "afternoon")),
        ("9-12", ("morning", "afternoon")),
        ("voor 12 uur", ("morning",)),
        ("om 3 uur", ("afternoon",)),
        ("3 am", ("morning",)),
        ("after 6 pm", ("evening",)),
        ("بعد ٣", ("afternoon",)),
        ("savonds na 7 uur", ("evening",)),
        ("ik werk van 9 tot 5", ()),
        ("niet voor 12 uur", ()),
        ("2", ()),
        ("2 en 3", ()),
        ("ik heb 3 kinderen", ()),
        ("in 2027", ()),
    ],
)
def test_hours_are_parts_of_a_day(text: str, parts: tuple[str, ...]) -> None:
    assert parts_of_day(text) == parts
