"""Buttons that work however old their message is: ``!to:flow.screen:number``. The number says what it is about; whether
that is the person's is for the screen to look at."""

from __future__ import annotations

from collections.abc import Mapping

from flows.flow import Flow, Lasting
from flows.grammar import Call, Choice
from flows.session import Frame
from flows.walk import Walk

PREFIX = "!to:"
#: No row has a longer number.
_DIGITS = 18


def data_of(choice: Choice) -> str | None:
    """What a lasting button sends; None: ``choice`` is not one."""
    if not choice.lasting or not isinstance(choice.goes, Call):
        return None
    ((_, number),) = choice.goes.answers
    return f"{PREFIX}{choice.goes.flow}.{choice.goes.screen}:{number}"


def read(data: str, flows: Mapping[str, Flow]) -> tuple[Frame, Lasting] | None:
    """Where a button leads; None: it is none of these."""
    place, _, number = data.removeprefix(PREFIX).partition(":")
    name, _, screen = place.partition(".")
    if not data.startswith(PREFIX) or name not in flows or not (number.isascii() and number.isdecimal()):
        return None
    lasting = flows[name].lasting.get(screen)
    if lasting is None or len(number) > _DIGITS:
        return None
    return Frame(name, screen, {lasting.answer: int(number)}), lasting


def go(walk: Walk, frame: Frame) -> None:
    """There, and back afterwards to whatever is under way."""
    call = Call(frame.flow, frame.screen, tuple(frame.answers.items()))
    walk.cover(call, above=bool(walk.session.stack and walk.top.trail) and not _answers_again(walk, frame))


def _answers_again(walk: Walk, frame: Frame) -> bool:
    """Whether they are in the middle of the same, and answer the question anew with which it began."""
    return walk.flows[frame.flow].lasting[frame.screen].after is not None and bool(walk.said(frame))
