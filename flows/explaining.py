"""Words explained wherever they are met: who asks what one means gets that, and then the same screen again.

*Wat is een dwangbevel?* is understood on every screen of the chat, and *wat is dat?* where the text that was just shown
uses such a word. What waits below can still be answered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flows import asides, places, understanding
from flows.grammar import Call, Category, Json
from flows.session import Frame
from flows.text import Text, Tongue
from flows.walk import Walk

LIST = "woordenlijst"
#: In a crisis that is no danger someone may want to know what a bailiff is.
_CALM = frozenset({"which", "home", "utilities", "care", "food", "seizure"})


def heard(walk: Walk, text: str, tongue: Tongue) -> bool:
    """Explains the word that ``text`` asks for. False: it asks for none, or it is what a conversation is called in the
    menu ("what to say to a creditor")."""
    name = asked(walk, text)
    names = (name,) if name is not None else _that(walk, text)
    if not names or not _here(walk) or places.called(walk, text, tongue) is not None:
        return False
    if len(names) > 1:
        _go(walk, "which", {"read": list[Json](names)})
    else:
        _go(walk, "word", {"word": names[0]})
    walk.session = replace(walk.session, missed=0)
    return True


def asked(walk: Walk, text: str) -> str | None:
    """The word that ``text`` asks for; in the list itself its name will do."""
    if LIST not in walk.moment.flows:
        return None
    return understanding.word_asked(text, bare=bool(walk.session.stack) and walk.top.flow == LIST)


def only_a_word(walk: Walk, category: Category | None, text: str) -> bool:
    """Whether no more than a word of the list was typed there: who looks one up is in no trouble by that."""
    in_list = bool(walk.session.stack) and walk.top.flow == LIST
    known = in_list and category is not None and not category.is_danger
    return known and understanding.word_asked(text, bare=True) is not None


def waits(walk: Walk, name: str) -> None:
    """The list was opened with somebody's very first message and waits below the hello: at this word."""
    stack = tuple(Frame(LIST, "word", {"word": name}) if frame.flow == LIST else frame for frame in walk.session.stack)
    walk.session = replace(walk.session, stack=stack)


def used(texts: Iterable[Text]) -> tuple[str, ...]:
    """The words of the list that texts of ours use, in order, those within their values too."""
    found: list[str] = []
    for text in texts:
        if text.context:  # what was typed by someone is no text of ours
            found += understanding.words_used(text.msgid)
        for _, value in text.values:
            inner = (value,) if isinstance(value, Text) else value if isinstance(value, tuple) else ()
            found += used(inner)
    return tuple(dict.fromkeys(found))


def _that(walk: Walk, text: str) -> tuple[str, ...]:
    offered = walk.session.offered
    if offered is None or not offered.terms or not understanding.asks_that(text):
        return ()
    shown = walk.top.answers.get("word") if (walk.top.flow, walk.top.screen) == (LIST, "word") else None
    return tuple(name for name in offered.terms if name != shown)


def _here(walk: Walk) -> bool:
    """Where what is typed is for the chat."""
    if walk.top.flow == "crisis":
        return walk.top.screen in _CALM
    return (walk.top.flow in asides.HERE and not asides.for_a_human(walk)) or takes_notes(walk)


def takes_notes(walk: Walk) -> bool:
    """Whether what is typed is kept for a human though nothing was asked: the name of something of the chat, or what a
    word means, is none of that. Never in a danger."""
    offered = walk.session.offered
    calm = walk.top.flow != "crisis" or walk.top.screen in _CALM
    return offered is not None and offered.free and offered.saves is None and calm


def _go(walk: Walk, screen: str, answers: dict[str, Json]) -> None:
    if walk.top.flow == LIST:
        walk.keep(LIST, answers)
        walk.move(screen)
    else:
        walk.cover(Call(LIST, screen, tuple(answers.items())), above=False)
