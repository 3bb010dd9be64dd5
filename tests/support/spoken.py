"""A voice note is a message of its own at every question: thanked for, and nothing of the question is lost."""

from __future__ import annotations

from flows.arriving import VOICE_NOTE
from flows.grammar import HandOver, Moment, Sent
from flows.landing import Landing
from flows.session import Session
from flows.step import advance
from flows.text import Tongue

#: Screens at which it was looked at already, in this process.
_SEEN: set[str] = set()


def check(session: Session, moment: Moment, tongue: Tongue) -> None:
    """Sent at the question of ``session``, outside a human's hold."""
    offered = session.offered
    if offered is None or moment.held or not session.stack or offered.screen in _SEEN:
        return
    _SEEN.add(offered.screen)
    landing: Landing = advance(session, Sent("voice", seconds=34), moment, tongue)
    assert landing.spoke, offered.screen
    assert landing.session.stack == session.stack, offered.screen
    assert landing.session.offered == offered, offered.screen
    told = (("language", session.language), ("seconds", 34))
    assert landing.effects == (HandOver(VOICE_NOTE, told=told),), offered.screen
    assert not landing.notices, offered.screen
