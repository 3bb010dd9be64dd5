"""Dutch texts for residents can be read by a tired person; and the measure itself measures."""

from __future__ import annotations

import pytest

from locales.extraction import Source, extract
from locales.readability import difficult_words, findings, measure, syllables

TEXTS = [source for source in extract() if not source.context.endswith(".words")]


@pytest.mark.parametrize("source", TEXTS, ids=lambda source: source.context)
def test_text_is_readable(source: Source) -> None:
    assert findings(source.msgid) == []


def test_there_are_texts_to_measure() -> None:
    assert any(measure(source.msgid).words >= 15 for source in TEXTS)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("huur", 1),
        ("nieuw", 1),
        ("schulden", 2),
        ("bureau", 2),
        ("e-mail", 2),
        ("ideeën", 3),
        ("gemeente", 3),
        ("bijeenkomst", 3),
        ("medewerker", 4),
        ("beëindigen", 4),
        ("financieel", 4),
        ("energiebedrijf", 5),
        ("website", 2),
        ("BSN", 3),
        ("2026", 1),
    ],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_score_is_that_of_the_formula() -> None:
    measured = measure("Wij zijn er. U kunt bellen.")
    assert (measured.words, measured.average, measured.longest) == (6, 3.0, 3)
    assert measured.score == pytest.approx(206.84 - 0.77 * 100 * 7 / 6 - 0.93 * 3)


def test_a_letter_of_the_old_kind_fails_on_everything() -> None:
    text = (
        "Indien u in aanmerking wenst te komen voor gemeentelijke ondersteuning dient u te allen tijde alle gevraagde "
        "bewijsstukken ten aanzien van uw financiële verplichtingen onverwijld aan te leveren bij de afdeling."
    )
    found = " ".join(findings(text))
    for complaint in ("“indien”: rather als", "a sentence of", "words a sentence", "a score of"):
        assert complaint in found


def test_many_middling_sentences_fail_on_their_average() -> None:
    assert findings("Wij bellen u op de dag die u zelf het best vindt in de week. " * 3) == [
        "15.0 words a sentence, over 12"
    ]


def test_a_short_text_fails_on_one_difficult_word() -> None:
    assert findings("U bent verplicht om te komen.") == ["“verplicht”: rather graag, als u wilt"]
    assert findings("Niets is verplicht.") == []


def test_a_term_that_is_explained_elsewhere_does_not_count() -> None:
    with_term, without = "De deurwaarders komen vaak.", "De vrijwilligers komen vaak."
    assert measure(with_term).score > measure(without).score
    assert measure(with_term).words == measure(without).words


def test_the_list_of_difficult_words_is_long_and_has_no_doubles() -> None:
    words = [word.word for word in difficult_words()]
    assert len(words) >= 60
    assert len(set(words)) == len(words)
    assert all(word.instead for word in difficult_words())
