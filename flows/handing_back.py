"""Where the chat goes on when a human's hold is over: at the person's own question, and not at the words with which
that human was announced; first at a question of ours that had to wait. After danger the numbers stay in sight, in
short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flows.crisis import CALM, DANGERS, after_a_human
from flows.grammar import Json
from flows.session import Frame, Session
from flows.walk import HOME

#: Screens that say that a human will come.
_ANNOUNCING = frozenset(
    {("overdracht", screen) for screen in ("asked", "unclear", "noted", "offer")}
    | {("crisis", screen) for screen in CALM}
    | {("aanmelden", screen) for screen in ("registered", "minor")}
)
#: The name in the session's facts of what is to be asked then.
_ASKS = "after_hold"


def asking(session: Session, frame: Frame) -> Session:
    """Remembers a screen with a question of ours that waits for the end of the hold; of several the last."""
    asks: Json = {"flow": frame.flow, "screen": frame.screen, "answers": dict(frame.answers)}
    return replace(session, facts={**session.facts, _ASKS: asks})


def resumed(session: Session) -> Session:
    """The session as it goes on; nothing that a screen does on arrival is done again."""
    stack = tuple(_shorter(frame) for frame in session.stack if not _was_told(frame))
    stack = stack or ((HOME,) if session.stack else ())
    asks = session.facts.get(_ASKS)
    if isinstance(asks, dict):
        stack += (Frame(str(asks["flow"]), str(asks["screen"]), _answers(asks)),)
    return replace(session, stack=stack, facts={name: fact for name, fact in session.facts.items() if name != _ASKS})


def _answers(asks: Mapping[str, Json]) -> Mapping[str, Json]:
    answers = asks.get("answers")
    return answers if isinstance(answers, dict) else {}


def _was_told(frame: Frame) -> bool:
    """Whether it only says that a human will come, or what one had to tell: the human came, and it asks nothing."""
    told = frame.flow == "voortgang" and frame.screen.startswith("told_")
    return told or (frame.flow, frame.screen) in _ANNOUNCING


def _shorter(frame: Frame) -> Frame:
    category = DANGERS.get(frame.screen) if frame.flow == "crisis" else None
    return frame if category is None else after_a_human(category)
