"""Where the chat goes on when a human's hold is over: at the person's own question, and not at the words with which
that human was announced. After danger the numbers stay in sight, in short."""

from __future__ import annotations

from dataclasses import replace

from flows.crisis import CALM, DANGERS, after_a_human
from flows.session import Frame, Session
from flows.walk import HOME

#: Screens that say that a human will come.
_ANNOUNCING = frozenset(
    {("overdracht", screen) for screen in ("asked", "unclear", "noted", "offer")}
    | {("crisis", screen) for screen in CALM}
)


def resumed(session: Session) -> Session:
    """The session as it goes on; nothing that a screen does on arrival is done again."""
    stack = tuple(_shorter(frame) for frame in session.stack if (frame.flow, frame.screen) not in _ANNOUNCING)
    return replace(session, stack=stack or ((HOME,) if session.stack else ()))


def _shorter(frame: Frame) -> Frame:
    category = DANGERS.get(frame.screen) if frame.flow == "crisis" else None
    return frame if category is None else after_a_human(category)
