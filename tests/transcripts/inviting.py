"""Someone whom a caseworker invites, and the numbers of what to."""

from __future__ import annotations

from bot.play_measurements import NUMBERS
from flows.measuring import Kind
from tests.transcripts.player import Chat

AGENDA, LIVED, HEALTH = NUMBERS[Kind.AGENDA], NUMBERS[Kind.LIVING], NUMBERS[Kind.HEALTHY]


def invited(chat: Chat, number: int, language: str = "nl") -> Chat:
    """Someone at the menu whom a caseworker invites, to nothing else."""
    chat.measurements.all = [one for one in chat.measurements.all if one.id == number]
    chat.opens().taps({"nl": "🌍 Nederlands", "en": "🌍 English", "ar": "🌍 العربية"}[language])
    return chat.is_due("voorbereiden.invited", {"measurement": number}).at("voorbereiden.invited")
