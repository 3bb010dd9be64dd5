"""Whatever a municipality writes on a card: refused in a code, or whole and fitting every channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from bot import cards
from bot.channels.limits import LIMITS
from bot.channels.rendering import render
from bot.desk.wording import REFUSALS
from bot.errors import Refused
from bot.house import House
from bot.play import CARDS
from flows.cards import NAMES, Cards
from flows.grammar import Gemeente
from locales import Catalogs
from tests.support.pictures import lacking
from tests.transcripts.player import GEMEENTE, MONDAY, TONGUE, Chat

LANGUAGES = ("nl", "en", "ar")
WORDS = st.text(max_size=700) | st.sampled_from(
    [
        "-",
        " - ",
        "{x}",
        "}{",
        "Bel ons.",
        "\u202e\u2066",
        "اتصل بنا",
        "[uw naam]\n\n\nx",
        "<b>",
        "👨‍👩‍👧",
        "x" * 160,
        "a\x00b",
    ]
)
PART = st.sampled_from([*cards.PARTS, "do.5", "title.1", ""])
CHANGES = st.dictionaries(PART, st.dictionaries(st.sampled_from([*LANGUAGES, "tr"]), WORDS, max_size=4), max_size=6)


@dataclass(frozen=True)
class Here:
    """A municipality of which only this is known."""

    gemeente: Gemeente = GEMEENTE
    tongue: Catalogs = TONGUE


HERE = cast(House, Here())


@given(st.sampled_from(NAMES), CHANGES)
def test_it_is_refused_or_reads_whole_in_each_of_its_languages(name: str, words: cards.Words) -> None:
    kept = None
    try:
        kept = cards.otherwise(HERE, name, shown=True, owner="", review_on="", words=words)
    except Refused as refused:
        code = refused.code
    if kept is None:
        assert code in REFUSALS
        return
    one = cards.adjusted(HERE, cards.made()[name], kept, MONDAY.date())
    assert 1 <= len(one.card.do) <= 4
    assert 1 <= len(one.card.dont) <= 4
    assert "nl" not in one.lacking
    for language in set(LANGUAGES) - set(one.lacking):
        chat = Chat(rendering=False)
        chat.known[Cards] = replace(CARDS, cards=(one.card,))
        chat.starts("kaarten").speaking(language)
        for tap in (f"which:{name}", "card:picture", "picture:message"):
            (reply,) = chat.taps_data(f"kaarten.{tap}").turn.replies
            for limits in LIMITS.values():
                assert render(reply, language, TONGUE, limits)
    again = cards.otherwise(HERE, name, shown=True, owner="", review_on="", words=one.words)
    assert again == kept  # what was kept is kept as it is


def test_the_alphabet_of_our_own_cards_can_be_drawn() -> None:
    for one in CARDS.cards:
        for language in LANGUAGES:
            assert not lacking(" ".join(TONGUE.say(text, language) for text in one.texts).replace("\n", " "))
