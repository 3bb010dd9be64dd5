"""Where a step arrives between its two halves, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass

from flows.grammar import Contact, Effect, Need, Promised, Reply
from flows.registry import all_flows
from flows.session import Frame, Session
from flows.text import Text
from flows.walk import Walk


@dataclass(frozen=True, slots=True)
class Landing:
    """Where ``advance`` arrived: what must be read before ``show``. ``silent``: nothing is said, for ``reason``.
    ``aside`` is a screen shown without going there: the conversation stays where it was."""

    session: Session
    notices: tuple[Text, ...] = ()
    effects: tuple[Effect, ...] = ()
    entered: bool = False
    why: bool = False
    again: bool = False  # a box was ticked: the question itself was read already
    above: bool = False  # what is shown stands just above: what was typed there did not lead away
    silent: bool = False
    reason: str = ""
    aside: Frame | None = None
    asked: str | None = None  # a fact that the screen tells of, asked for in own words
    spoke: bool = False  # a voice note came: who listens to it, and by when, is said first

    @property
    def frame(self) -> Frame:
        """The flow, screen and answers that will be shown."""
        return self.aside or self.session.top

    @property
    def needs(self) -> tuple[type[Need], ...]:
        """What the screen wants to know."""
        if self.silent:
            return ()
        wanted = all_flows()[self.frame.flow].needs[self.frame.screen]
        return tuple(dict.fromkeys((*wanted, Promised, Contact))) if self.spoke else wanted


@dataclass(frozen=True, slots=True)
class Turn:
    """The result of a step. No replies only when ``reason`` says why."""

    session: Session
    replies: tuple[Reply, ...]
    effects: tuple[Effect, ...]
    reason: str = ""


def land(walk: Walk) -> Landing:
    """Where ``walk`` is now."""
    return Landing(walk.session, tuple(walk.notices), tuple(walk.effects), walk.entered, spoke=walk.spoke)
