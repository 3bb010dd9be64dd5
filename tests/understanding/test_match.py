"""A typed answer where a button was expected."""

from __future__ import annotations

import pytest

from flows.understanding import Option, match

WORRIES = (
    Option("rent", "🏠 Huur of hypotheek", ("woning", "huurschuld")),
    Option("energy", "💡 Energie of water", ("gas", "stroom")),
    Option("care", "🩺 Zorgverzekering"),
    Option("fines", "🚓 Boetes", ("bekeuring", "cjib")),
    Option("rather", "Zeg ik liever niet"),
)
YES_NO = (Option("yes", "Ja, dat klopt"), Option("no", "Nee"))
ARABIC = (Option("rent", "الإيجار"), Option("fines", "الغرامات"))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("2", "energy"),
        ("2.", "energy"),
        ("nummer 2", "energy"),
        ("optie 2 graag", "energy"),
        ("de tweede", "energy"),
        ("2e", "energy"),
        ("the second one", "energy"),
        ("٢", "energy"),
        ("②", "energy"),
        ("2️⃣", "energy"),
        ("الثاني", "energy"),
        ("één", "rent"),
        ("een", "rent"),
        ("de laatste", "rather"),
        ("2 en 4", "energy fines"),
        ("4, 2", "fines energy"),
        ("huur of hypotheek", "rent"),
        ("Huur", "rent"),
        ("HYPOTHEEK!", "rent"),
        ("zorgverzekring", "care"),
        ("zorg verzekering", "care"),
        ("boets", "fines"),
        ("bekeuring", "fines"),
        ("huur en boetes", "rent fines"),
        ("boetes, huur", "rent fines"),
        ("ik heb boetes", "fines"),
        ("zeg ik liever niet", "rather"),
    ],
)
def test_an_answer_is_understood(text: str, ids: str) -> None:
    assert match(text, WORRIES) == tuple(ids.split())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍",
        "0",
        "6",
        "2 en 9",
        "06 12345678",
        "ik weet het niet",
        "huur of boetes",
        "geen boetes",
        "mijn vriendin heeft vorig jaar al eens boetes gehad",
        "gans",
        "ja",
    ],
)
def test_what_is_not_clear_is_not_guessed(text: str) -> None:
    assert match(text, WORRIES) == ()


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("ja", "yes"),
        ("jaaaa", "yes"),
        ("Ja hoor!", "yes"),
        ("👍", "yes"),
        ("yes please", "yes"),
        ("نعم", "yes"),
        ("klopt", "yes"),
        ("nee", "no"),
        ("nee dank je", "no"),
        ("nope", "no"),
        ("لا", "no"),
        ("dat klopt niet", "no"),
        ("2", "no"),
        ("nee hoor gaat wel", "no"),
        ("nee dat hoeft voor mij nou ook weer niet", "no"),
        ("no thanks im fine", "no"),
        ("لا شكرا انا بخير", "no"),
    ],
)
def test_yes_and_no_in_any_language(text: str, id_: str) -> None:
    assert match(text, YES_NO) == (id_,)


@pytest.mark.parametrize("text", ["no idea", "geen idee", "weet ik niet", "لا اعرف", "ja of nee", "nee of toch ja"])
def test_not_knowing_is_neither_yes_nor_no(text: str) -> None:
    assert match(text, YES_NO) == ()


def test_a_sentence_with_no_means_what_no_stands_for_there() -> None:
    options = (Option("yes", "Ja, dat klopt"), Option("change", "Iets veranderen", ("nee", "fout")))
    assert match("nee dat is anders", options) == ("change",)


@pytest.mark.parametrize("text", ["ik ben jan de boer", "karin de boer, bureau rust bv"])
def test_a_name_is_no_misspelt_word(text: str) -> None:
    assert match(text, (Option("self", "Voor mijzelf"), Option("helper", "Voor iemand anders", ("broer", "zus")))) == ()


@pytest.mark.parametrize("text", ["ik ben 67", "jonger dan 37"])
def test_a_digit_is_no_typing_mistake(text: str) -> None:
    assert match(text, (Option("adult", "Ik ben ouder"), Option("young", "Jonger dan 27", ("ik ben 17",)))) == ()


def test_arabic_labels_without_hamza_or_article_marks() -> None:
    assert match("الايجار", ARABIC) == ("rent",)
    assert match("الايجار و الغرامات", ARABIC) == ("rent", "fines")


def test_two_labels_that_are_alike_are_not_guessed() -> None:
    options = (Option("a", "Maandag"), Option("b", "Maandags"))
    assert match("maandag", options) == ("a",)
    assert match("maandagg", options) == ("a",)
    assert match("mandagd", options) == ()


def test_the_same_label_twice_is_not_guessed() -> None:
    assert match("anders", (Option("a", "Anders"), Option("b", "Anders"))) == ()


def test_no_options() -> None:
    assert match("1", ()) == ()
