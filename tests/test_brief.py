"""The table of *kort*: it names texts that there are, and takes nothing from a danger. That every screen is short with
it, and keeps its numbers and days, is checked at every turn of every transcript (``tests.support.briefly``)."""

from __future__ import annotations

import pytest

from flows.brief import LEFT_OUT, SHORTER, body, placeholders, shorter
from flows.grammar import Screen, World, t
from flows.landing import Landing
from flows.step import show
from flows.text import Text
from locales.extraction import extract
from tests.transcripts.player import Chat

TEXTS = {source.context: source.msgid for source in extract()}


def test_every_context_is_that_of_a_text() -> None:
    assert sorted((LEFT_OUT | SHORTER.keys()) - TEXTS.keys()) == []
    assert not LEFT_OUT & SHORTER.keys()


@pytest.mark.parametrize("context", sorted(SHORTER))
def test_a_short_form_is_shorter_and_holds_no_more(context: str) -> None:
    whole, short = TEXTS[context], SHORTER[context].msgid
    assert len(short) < len(whole)
    assert placeholders(short) <= placeholders(whole)


def test_a_danger_is_told_in_its_own_fixed_words() -> None:
    touched = LEFT_OUT | SHORTER.keys()
    danger = ("crisis.life", "crisis.violence", "crisis.stay", "crisis.called", "warned.life", "warned.violence")
    assert not [context for context in touched if context.startswith(danger)]


def test_values_go_along_and_words_of_a_human_stay() -> None:
    told = t("reach.here_code", TEXTS["reach.here_code"], code="mus-742-eik")
    typed = Text("", "Bel mij morgen.")
    assert shorter((t("reach.here", TEXTS["reach.here"]), told, typed)) == (
        t("reach.code", "Uw code: {code}.", code="mus-742-eik"),
        typed,
    )


def test_what_is_said_before_the_question_is_brief_too() -> None:
    chat = Chat().starts("menu").types("taal").types("kort").at("woorden.language")
    told = t("reach.here_code", TEXTS["reach.here_code"], code="mus-742-eik")
    landing = Landing(chat.session, notices=(t("reach.here", TEXTS["reach.here"]), told))
    (reply,) = show(landing, World(), chat.moment).replies
    assert [text.context for text in reply.paragraphs] == ["reach.code", "woorden.language"]


def test_never_nothing() -> None:
    alone = t("reach.here", TEXTS["reach.here"])
    assert body(Screen(alone)) == (alone,)


def test_the_same_is_said_once() -> None:
    twice = (t("crisis.home", TEXTS["crisis.home"]), t("crisis.care", TEXTS["crisis.care"]))
    assert [text.msgid for text in shorter(twice)] == ["We helpen u snel."]
