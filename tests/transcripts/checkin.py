"""What the transcripts of check-ins share: someone who is asked how they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.play_contact import NUMBERS
from flows.aftercare import PlanKind
from tests.transcripts.player import Chat

FIXED, WATCH = NUMBERS[PlanKind.FIXED], NUMBERS[PlanKind.WATCH]
FOLLOW, AFTERCARE = NUMBERS[PlanKind.FOLLOW], NUMBERS[PlanKind.AFTERCARE]
#: Below the faces, and below the question about money.
FACES = ["😀 Heel goed", "🙂 Goed", "😐 Gaat wel", "🙁 Niet zo goed", "😢 Slecht"]
REST = ["🙅 Deze keer niet", "⏸️ Even niet", "💬 Praten met Noor", "⏭️ Overslaan"]
MONEY = ["💶 Ja, dat lukt", "🤏 Net aan", "💸 Nee, het lukt niet", "⏭️ Overslaan", "✅ Zo is het genoeg"]
CHANGES = [
    "🛠️ Werk",
    "👪 Gezin of relatie",
    "🏠 Wonen",
    "🩺 Gezondheid",
    "🧾 Toeslag of uitkering",
    "🍃 Niets veranderd",
    "👉 Klaar",
    "✅ Zo is het genoeg",
]
CONTACT = ["💬 Ja, graag", "👌 Nee, dat hoeft niet", "⏭️ Overslaan", "✅ Zo is het genoeg"]
#: By when a human answers, in the world of the transcripts.
ANSWERS = (
    "Noor neemt contact op, uiterlijk woensdag 25 november.",
    "U hoeft zich niet opnieuw aan te melden.",
    "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
)


def knows(chat: Chat, number: int, **values: Any) -> Chat:
    """The check-in of that number is as ``values`` say (``flows.aftercare.CheckIn``)."""
    chat.keeping.check_ins = [replace(one, **values) if one.id == number else one for one in chat.keeping.check_ins]
    return chat


def asked(chat: Chat, number: int = WATCH, language: str = "nl", ping: str = "ask", **values: Any) -> Chat:
    """Someone at the menu who is asked how they are."""
    knows(chat, number, **values)
    return chat.starts("menu").speaking(language).is_due(f"checkin.{ping}", {"check_in": number})


def at_contact(chat: Chat, number: int = WATCH, **values: Any) -> Chat:
    """As far as the question whether a human is wanted, with everything well."""
    return asked(chat, number, **values).types("goed").types("ja").types("niets veranderd")
