"""Which language a conversation is in: guessed from what is typed and confirmed with one tap (rule 12), or named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flows import understanding
from flows.grammar import LANGUAGE, Call, Json
from flows.walk import HELLO, UNSEEN, Walk
from flows.woorden import language_named


def guess(walk: Walk, text: str) -> bool:
    """Offers another language when a sentence is clearly in it, once per language. Where the language is asked anyway,
    its letters are enough, and the question itself is put in it."""
    offered = walk.session.offered
    is_question = offered is None or offered.saves == LANGUAGE
    language = _spoken(walk, text, by_letters=is_question)
    asked = walk.session.facts.get("languages_offered")
    offered_before = asked if isinstance(asked, list) else []
    if language in (None, walk.session.language) or (language in offered_before and not is_question):
        return False
    facts: Mapping[str, Json] = {
        **walk.session.facts,
        "languages_offered": list(dict.fromkeys([*offered_before, language])),
    }
    was = walk.session.language
    walk.session = replace(walk.session, language=language, facts=facts, missed=0)
    if (walk.top.flow, walk.top.screen) != HELLO:
        unseen: tuple[tuple[str, Json], ...] = ((UNSEEN, True),) if walk.entered else ()
        walk.call(Call("woorden", "language_offer", (("was", was), ("offer", language), *unseen)))
    return True


def cried(walk: Walk, text: str) -> None:
    """Who is in distress falls back on their own language, and is answered in it. Whoever chose another than Dutch and
    writes Dutch quotes a letter."""
    if not (walk.session.language_sure and understanding.language(text) == "nl"):
        guess(walk, text)


def asked(walk: Walk, text: str) -> bool:
    """*Taal*, in whatever words: the language that ``text`` names is spoken from now on. False: which one is still to
    be asked, in the language of ``text`` itself."""
    named = language_named(text)
    if named is not None and named in walk.moment.gemeente.languages:
        if walk.top.flow == "woorden" and walk.top.screen in ("language", "language_offer"):
            walk.back()
        walk.speak(named)
        return True
    language = _spoken(walk, text, by_letters=True)
    if language is None:
        return False
    walk.session = replace(walk.session, language=language)
    return (walk.top.flow, walk.top.screen) == HELLO  # that asks it already


def _spoken(walk: Walk, text: str, *, by_letters: bool) -> str | None:
    """The language of ``text``, where it is one that is spoken here."""
    here = walk.moment.gemeente.languages
    language = understanding.language(text)
    if language is None and by_letters:
        language = understanding.written_in(text, here)
    return language if language in here else None
