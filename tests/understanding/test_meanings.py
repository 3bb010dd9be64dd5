"""What words mean: looked up as it is written in ``concepts.toml``, and kept as it was made."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from hypothesis import given
from hypothesis import strategies as st

from flows.known import LANGUAGES
from flows.understanding.meanings import FILE, SOURCE, Lexicon, compiled, meanings, pack, unpack
from flows.understanding.normalising import key, normalise, words_of

FOLDER = files("flows.understanding")
SMALL = """
[want]
nl = "wil wilt verlang*"
en = "want"

[will]
nl = "wil testament"

[longing]
nl = "verlangen"
"""


@cache
def written() -> Mapping[str, Mapping[str, str]]:
    """Every meaning with its words, by language."""
    found: Mapping[str, Mapping[str, str]] = tomllib.loads((FOLDER / SOURCE).read_text("utf-8"))
    return found


def said(lexicon: Lexicon, word: str) -> tuple[int, ...] | None:
    """What a whole word means there."""
    at = lexicon.words.find(word.encode())
    return None if at is None else lexicon.together[at]


def test_what_is_looked_up_was_made_of_what_is_written() -> None:
    assert unpack((FOLDER / FILE).read_bytes()) == compiled((FOLDER / SOURCE).read_text("utf-8")), "run make learn"


def test_it_is_kept_and_read_as_it_was() -> None:
    assert unpack(pack(compiled(SMALL))) == compiled(SMALL)


def test_a_word_may_mean_two_things_and_a_stem_begins_many() -> None:
    lexicon = compiled(SMALL)
    assert said(lexicon, "wil") == (0, 1)
    assert said(lexicon, "want") == (0,)
    assert said(lexicon, "testament") == (1,)
    assert said(lexicon, "verlangen") == (2,)
    assert said(lexicon, "verlang") is None
    assert lexicon.stems.find(b"verlang") is not None
    assert said(lexicon, "") is said(lexicon, "zebra") is None


def test_every_language_has_words_for_every_meaning_or_nearly() -> None:
    for language in LANGUAGES:
        missing = [name for name, words in written().items() if not words.get(language)]
        assert len(missing) <= 0.03 * len(written()), (language, missing)


def test_every_word_that_is_written_is_found() -> None:
    for number, (name, languages) in enumerate(written().items()):
        for word in " ".join(languages.values()).split():
            assert word.endswith("*") or number in meanings(key(normalise(word))), (name, word)


@given(st.text(max_size=40))
def test_anything_that_is_typed_is_looked_up(text: str) -> None:
    for word in words_of(text):
        assert all(0 <= number < len(written()) for number in meanings(word))
