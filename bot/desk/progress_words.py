"""The desk's Dutch for someone's progress: phases, what became of them, and what was told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.progress import News, Phase

PHASES: dict[str, str] = {
    Phase.SIGN_UP: "Aanmelding",
    Phase.TALK: "Gesprek",
    Phase.PLAN: "Plan van aanpak",
    Phase.CALM: "Rust en overzicht",
    Phase.SETTLING: "Schulden regelen",
    Phase.FOLLOWING: "Volgen",
    Phase.AFTERCARE: "Nazorg",
}
#: How a phase stands; the sign says it to who reads quickly.
STATES = {
    "now": ("●", "bezig"),
    "done": ("✓", "klaar"),
    "skipped": ("–", "niet nodig"),
    "stopped": ("■", "gestopt"),
    "next": ("○", "nog niet"),
}
DELAYS = {
    "creditors": "Wachten op antwoord van schuldeisers",
    "papers": "Wachten op gegevens van een andere organisatie",
    "judge": "Wachten op de rechtbank",
    "change": "Er is iets veranderd; we kijken opnieuw",
    "busy": "Drukte bij ons",
    "other": "Er is nog iets anders nodig",
}
ANSWERS = {
    "agreed": "doet mee",
    "refused": "doet niet mee",
    "asks": "wil nog iets weten",
    "other_offer": "doet een ander voorstel",
}
_HOW = {
    "begin": "begonnen",
    "end": "klaar",
    "skip": "niet nodig",
    "stop": "gestopt",
    "undo": "teruggedraaid",
}


def event(kind: str, detail: Any) -> str:
    """What an event tells, after its name: ``: schulden regelen, gestopt``. Empty for other events."""
    if not isinstance(detail, Mapping):
        return ""
    match kind:
        case "phase":
            how = _HOW.get(str(detail.get("how")), "")
            if detail.get("again"):
                how = f"opnieuw {how}"
            quiet = "" if detail.get("told", True) else ", zonder bericht"
            return f": {PHASES.get(str(detail.get('phase')), '').lower()} {how}{quiet}"
        case "progress" if detail.get("what") == "delay":
            return f": vertraging. {DELAYS.get(str(detail.get('code')), '')}"
        case "progress":
            return f": {detail.get('name')} {ANSWERS.get(str(detail.get('code')), '')}"
        case "contact":
            return f": {detail.get('was') or 'nog niemand'} → {detail.get('name')}"
    return ""


def told(one: News) -> str:
    """What was told, in a line."""
    match one.kind:
        case "delay":
            return f"Vertraging: {DELAYS.get(one.code, '')}"
        case "creditor":
            return f"{one.name} {ANSWERS.get(one.code, '')}"
        case "decision":
            return "Beschikking verstuurd"
    return f"Ander contact: {one.name}"
