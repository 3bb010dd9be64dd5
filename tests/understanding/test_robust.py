"""Whatever is typed: no exception, bounded answers; and the notation of the tables refuses what it cannot read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.grammar import GLOBAL_WORDS, Category
from flows.understanding import Option, crisis, describe, global_word, intent, language, match, normalise
from flows.understanding.normalising import words_of
from flows.understanding.patterns import Finder, Notation

FLOWS = ("aanmelden", "crisis", "overdracht")
OPTIONS = (Option("rent", "Huur"), Option("fines", "Boetes", ("bekeuring",)), Option("yes", "Ja"), Option("no", "Nee"))

PIECES = [
    "ik",
    "wil",
    "niet",
    "meer",
    "dood",
    "leven",
    ".",
    ",",
    "!",
    "geen",
    "water",
    "i",
    "want",
    "die",
    "اموت",
    "2",
    "ja",
]
#: Any text at all, lone surrogates too, and text made of the words that the tables look for.
ANYTHING = st.text(st.characters(), max_size=300) | st.lists(
    st.sampled_from(PIECES),
    max_size=60,
).map(" ".join)


@given(ANYTHING)
def test_nothing_raises_and_answers_are_known(text: str) -> None:
    assert crisis(text) in {None, *Category}
    assert global_word(text) in {None, *GLOBAL_WORDS}
    assert intent(text, FLOWS) in {None, *GLOBAL_WORDS, *FLOWS}
    assert set(match(text, OPTIONS)) <= {option.id for option in OPTIONS}
    assert len(language(text) or "") in (0, 2, 3)
    assert describe(text, FLOWS)["text"] == text


@given(ANYTHING)
def test_normalising_is_bounded_and_settles(text: str) -> None:
    once = normalise(text)
    assert len(once) <= 18 * len(text)  # the longest compatibility form in Unicode has 18 characters
    assert normalise(normalise(once)) == normalise(once)


def test_one_spelling_for_many() -> None:
    assert normalise("Heeeelp!") == "help!"
    assert normalise("Ça coûte ２ €") == "ca coute 2 €"
    assert normalise("أُريدُ مُساعَدة ٣") == "اريد مساعده 3"
    assert normalise("don’t") == "dont"
    assert normalise("1000000") == "1000000"


def test_letters_of_two_scripts_become_those_of_one() -> None:
    assert words_of("грoшi") == words_of("гроші")  # with Latin o and i
    assert words_of("dооd") == ["dod"]  # with Cyrillic о
    assert words_of("(грoшi), dооd-echt «dооd».") == ["гроші", "dod", "echt", "dod", "."]
    assert words_of("а я в біді") == ["а", "я", "в", "біді"] == words_of("а я в бiді")
    assert words_of("с м е р т ь") == ["смерть"]


def test_what_persian_writes_apart_or_not_is_one_word() -> None:
    assert words_of("نمی‌خواهم") == words_of("نمی خواهم") == words_of("نمیخواهم")
    assert words_of("می روم. نمی") == ["ميروم", ".", "نمي"]
    assert words_of("انقطعت مي البيت") == ["انقطعت", "مي", "البيت"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("(a|b", "not closed"),
        ("a) b", "too many"),
        ("{nobody} a", "no set"),
        ("(|a)", "says nothing"),
        ("", "says nothing"),
    ],
)
def test_a_phrase_that_cannot_be_read_is_refused(line: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Notation({}, {}).unfold(line)


def test_a_phrase_that_stands_for_too_many_is_refused() -> None:
    with pytest.raises(ValueError, match="too many phrases"):
        Notation({}, {}).unfold("(a a|b b|c c|d d|e e) " * 6)


def finder(line: str) -> Finder:
    """A finder of one phrase, in a language whose only negation is "niet"."""
    return Finder([("found", plain) for plain in Notation({}, {}).unfold(line)], negation=frozenset({"niet"}))


@pytest.mark.parametrize(
    ("line", "text", "found"),
    [
        ("rood .. blauw", "rood aa bb blauw", True),
        ("rood .. blauw", "rood aa bb cc blauw", False),
        ("rood … blauw", "rood aa bb cc dd blauw", True),
        ("rood … blauw", "rood aa niet bb blauw", False),
        ("rood … blauw", "rood. blauw", False),
        ("rood blauw", "niet rood blauw", False),
        ("niet rood", "niet rood", True),
        ("rood ~ blauw", "blauw a rood", True),
        ("rood ~ blauw", "rood a blauw", True),
        ("rood .", "a rood. b", True),
        ("rood .", "a rood", True),
        ("rood .", "rood a", False),
        ("rood*", "roodachtig", True),
        ("rood", "roodachtig", False),
        ("(rood|blauw) (|heel) groen", "blauw heel groen", True),
        ("(rood|blauw) (|heel) groen", "rood groen", True),
        ("donkergroen", "donkergoren", True),
        ("groen", "groeg", False),
    ],
)
def test_the_notation(line: str, text: str, found: bool) -> None:
    assert (finder(line).find(words_of(text)) is not None) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rood blauw", "near"),
        ("rood zo echt blauw", "near"),
        ("rood aa zo bb blauw", "far"),
        ("rood aa zo bb cc blauw", None),
        ("rood zo", "filler"),
        ("niet zo rood blauw", "near"),
        ("zwart wit", None),
        ("zwart zo wit", None),
    ],
)
def test_a_filler_that_one_phrase_names_is_skipped_in_every_other(text: str, found: str | None) -> None:
    """It is no reason for a negation before it to reach further: "niet, maar …" denies nothing that comes after."""
    notation = Notation({}, {})
    lines = {"near": ("rood blauw", "zwart wit"), "far": ("rood .. blauw",), "filler": ("rood zo .",)}
    signs = [(label, plain) for label, block in lines.items() for line in block for plain in notation.unfold(line)]
    lookalikes = [("near", plain) for plain in notation.unfold("zwart wit")]
    both = Finder(signs, lookalikes, negation=frozenset({"niet"}), fillers=frozenset({"zo", "echt"}))
    assert both.find(words_of(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("springen", "life"),
        ("spingen", "life"),
        ("spinnen", None),
        ("spingen wol", None),
        ("spinen wol", None),
        ("spinnen wol", None),
    ],
)
def test_a_word_of_a_lookalike_draws_no_misspelt_sign_away(text: str, found: str | None) -> None:
    """ "spingen" is as near to one as to the other, and is read as both."""
    notation = Notation({}, {})
    signs = [("life", plain) for plain in notation.unfold("springen")]
    lookalikes = [("life", plain) for plain in notation.unfold("spinnen wol")]
    assert Finder(signs, lookalikes).find(words_of(text)) == found
