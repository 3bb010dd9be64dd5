"""What the transcripts of sign-up share."""

from __future__ import annotations

from datetime import timedelta

from flows.grammar import (
    CancelPings,
    PlanPing,
    SignUp,
)
from tests.transcripts.player import MONDAY, Chat

CREDITORS = (
    "Let op: aanmelden stopt uw schuldeisers nog niet. Dat kan pas als wij hun schrijven of iets met hen afspreken. "
    "U hoort aan wie we schrijven, en wanneer."
)
CALM = CancelPings(("aanmelden.nudge", "aanmelden.ask"))
NUDGE = PlanPing("aanmelden.nudge", MONDAY + timedelta(days=1))


def to_summary(chat: Chat) -> Chat:
    """Nothing but "help"."""
    return chat.starts("aanmelden").taps("✅ Zo is het genoeg").at("aanmelden.summary")


def signed_up(chat: Chat) -> SignUp:
    """The sign-up that this turn made."""
    (effect,) = (effect for effect in chat.turn.effects if isinstance(effect, SignUp))
    return effect
