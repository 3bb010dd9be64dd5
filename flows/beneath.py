"""What was asked before something came on top of it that nobody had asked for: an answer to that question still is one.

A reminder does not take the question away that stands just above it in the chat.
"""

from __future__ import annotations

from dataclasses import replace

from flows import answering, understanding
from flows.grammar import t
from flows.session import Offered, Session
from flows.text import Tongue
from flows.walk import HOME, Walk

ANSWERED = t(
    "beneath.answered",
    "Ik lees dit als antwoord op mijn eerdere vraag. De knoppen van het laatste bericht blijven werken.",
)

#: Who reads which words always work asked for that, and knows that the question is below.
_ASKED_FOR = "woorden"


def typed(walk: Walk, text: str, tongue: Tongue) -> bool:
    """Takes ``text``, which means nothing to what lies on top, as the answer to the question below. False: there is
    none, or it is no answer to it."""
    below = _question(walk)
    if below is None or _counts(walk, text):
        return False
    picked = answering.match(below, text, tongue)
    if picked:
        answering.answer(below, picked)
    elif _about_top(walk, text) or not answering.own_words(below, text):
        return False
    if walk.top.flow != _ASKED_FOR:
        walk.notices.append(ANSWERED)
    _go(walk, below)
    return True


def understands(walk: Walk, text: str, tongue: Tongue) -> bool:
    """Whether ``text`` is an answer to the question below rather than to what lies on top, where it may be either. What
    asks nothing that could not wait (the menu, what tells of something) is no such question."""
    below = _question(walk)
    if below is None or below.session.offered is None or below.top.flow == HOME.flow or _counts(walk, text):
        return False
    flow, screen = below.flows[below.top.flow], below.top.screen
    if screen in flow.telling and not below.session.offered.free:
        return False
    if screen in flow.tickers or answering.match(below, text, tongue):
        return True
    if below.session.offered.free:
        return not _about_top(walk, text)
    return screen in flow.readers and flow.readers[screen](text, walk.moment) is not None


def _counts(walk: Walk, text: str) -> bool:
    """Whether ``text`` is a number where a number is an answer itself, such as a grade."""
    return understanding.is_number(text) and walk.top.screen in walk.flows[walk.top.flow].counting


def _about_top(walk: Walk, text: str) -> bool:
    return walk.flows[walk.top.flow].telling[walk.top.screen].about(text, walk.moment)


def tapped(walk: Walk, screen: str) -> bool:
    """Goes back to the question below when ``screen`` (``flow.screen``) is that: one of its buttons was tapped."""
    below = _question(walk)
    if below is None or below.session.offered is None or below.session.offered.screen != screen:
        return False
    _go(walk, below)
    return True


def still(session: Session) -> Offered | None:
    """What was covered, as long as it lies right below the top."""
    stack, covered = session.stack, session.covered
    if covered is None or len(stack) < 2 or covered.screen != f"{stack[-2].flow}.{stack[-2].screen}":
        return None
    return covered


def _question(walk: Walk) -> Walk | None:
    """The same step without what lies on top; None: there is no question below, or what is on top asks one itself."""
    covered = still(walk.session)
    if covered is None or walk.top.screen not in walk.flows[walk.top.flow].telling:
        return None
    stack = walk.session.stack
    return Walk(replace(walk.session, stack=stack[:-1], offered=covered, covered=None), walk.moment, walk.flows)


def _go(walk: Walk, below: Walk) -> None:
    walk.session, walk.entered = below.session, below.entered
    walk.notices.extend(below.notices)
    walk.effects.extend(below.effects)
