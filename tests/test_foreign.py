"""No text has a word of another language in it, but for what stays Dutch on purpose."""

from __future__ import annotations

from typing import cast

import pytest

from locales import extraction
from locales.catalog import read_catalog
from locales.foreign import STAYS_DUTCH, foreign, foreign_in_text, is_written_in


@pytest.mark.parametrize(
    ("words", "language", "found"),
    [
        ("We call you tomorrow.", "en", []),
        ("We bellen u morgen.", "en", ["bellen", "morgen"]),
        ("نتصل بك غدا. Dat is de beschikking.", "ar", ["Dat", "is", "de"]),
        ("القرار (beschikking) من CJIB، ‏0800-2000", "ar", []),
        ("کمک می‌خواهم", "fa", []),
        ("كمك", "fa", ["كمك"]),
        ("کمک", "ar", ["کمک"]),
        ("Потрібна допомога? Зв’язок: e-mail", "uk", []),
        ("Нужна помощь, это важно", "uk", ["это"]),
        ("İyi günler, ŞİMDİ", "tr", []),
        ("Wij willen borç", "tr", ["Wij", "willen"]),
        ("Zażółć gęślą jaźń", "pl", []),
        ("Où est l’œuvre ?", "fr", []),
        ("Kies een dag", "nl", []),
        ("Kod: QX-MF-12, https://waterdrecht.example/voor-u, voor.u@waterdrecht.example", "pl", []),
    ],
)
def test_what_is_of_another_language_is_found(words: str, language: str, found: list[str]) -> None:
    assert foreign(words, language) == found


@pytest.mark.parametrize(
    ("words", "language", "found"),
    [
        ("اتصل بـ {naam} غدا", "ar", []),
        ("{dagen, plural, one {يوم} other {# dagen met u}}", "ar", ["dagen", "met", "u"]),
        ("Call {naam} morgen", "en", ["morgen"]),
    ],
)
def test_what_is_filled_in_is_nobodys_word(words: str, language: str, found: list[str]) -> None:
    assert foreign_in_text(words, language) == found


@pytest.mark.parametrize(
    ("words", "language", "is_it"),
    [
        ("Call me", "en", True),
        ("Call {naam}", "ar", False),
        ("{naam}: 0800-2000", "ar", True),
        ("اتصل (bel)", "ar", True),
        ("Потрібна допомога", "pl", False),
        ("اتصل بنا", "fr", False),
        ("İŞ", "tr", True),
        ("Call me", "uk", False),
    ],
)
def test_words_in_the_letters_of_another_language_are_found(words: str, language: str, is_it: bool) -> None:
    assert is_written_in(words, language) == is_it


@pytest.mark.parametrize("language", extraction.languages())
def test_no_text_has_a_word_of_another_language(language: str) -> None:
    found = {
        message.context: strange
        for message in read_catalog(language)
        if message.id and message.context and not message.context.endswith(".words")
        if (strange := foreign_in_text(cast(str, message.string), language))
    }
    assert found == {}


def test_what_stays_dutch_is_said_somewhere() -> None:
    """A name that no text has any more would let a Dutch word pass one day."""
    listed = [line for line in STAYS_DUTCH.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    everywhere = "\n".join(
        cast(str, message.string).casefold() for code in extraction.languages() for message in read_catalog(code)
    )
    assert [name for name in listed if name.casefold() not in everywhere] == []
