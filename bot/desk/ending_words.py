"""Words of the desk for help that ends and for early signals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from locales.formatting import say_date

#: Why help ended (``flows.aftercare.END_REASONS``).
REASONS = {
    "afgerond": "Afgerond: de doelen zijn gehaald",
    "zelf": "De inwoner gaat zelf verder",
    "ingetrokken": "De inwoner trok de aanvraag in",
    "niet_passend": "Deze hulp past niet (meer)",
    "niet_verschenen": "Er kwam geen contact meer tot stand",
    "voldoet_niet": "De inwoner voldoet niet aan de voorwaarden",
    "verhuisd": "Verhuisd naar een andere gemeente",
    "overleden": "De inwoner is overleden",
    "overig": "Iets anders",
}
#: Why a case goes on.
REOPENED = {"mistake": "per vergissing gesloten", "back": "de inwoner kwam terug"}
#: What was not paid (``bot.vroegsignaal.KINDS``).
SIGNALS = {"rent": "Huur", "energy": "Energie", "water": "Water", "care": "Zorgverzekering"}
#: What becomes of a signal on a file.
STATES = {"new": "nog niet gezien", "invited": "uitgenodigd voor een gesprek", "done": "opgepakt"}
#: Why a colleague calls after a signal, and the bot did not invite, or not with success.
_CALL = {
    "opted_out": "wil geen berichten uit zichzelf",
    "no_address": "geen weg om te schrijven",
    "crisis": "er is een crisis",
    "died": "bij de afsluiting stond: overleden",
    "silent": "geen antwoord op de uitnodiging",
    "open_case": "er loopt weer hulp",
}
_KEYS = {
    "added": "aangezet",
    "dropped": "uitgezet",
    "ended": "uitgezet: zes maanden na de beschikking",
}
#: Why closing was refused, where these words differ from those for other pages.
REFUSED = {
    "danger_first": "Op dit dossier staat een crisis. Rond die eerst af; daarna kunt u de hulp afsluiten.",
    "newer_message": "De inwoner schreef net iets. Lees dat eerst. Er is niets afgesloten.",
    "too_long": "Een van de teksten is te lang. Er is niets afgesloten.",
}


def day(iso: str) -> str:
    """``maandag 23 november 2026``, from ISO 8601."""
    when = date.fromisoformat(iso)
    return f"{say_date(when, 'nl')} {when.year}"


def amount(cents: int | None) -> str:
    """``€ 1.234,56``; empty when it is not known."""
    if cents is None:
        return ""
    return "€ " + f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))


def why(detail: Any) -> str | None:
    """Why a human calls after a signal. What was told, and when, stands on the file only: the inbox is seen by whoever
    entered it too."""
    if not isinstance(detail, Mapping):
        return None
    reason = _CALL.get(str(detail.get("why")), "")
    return f"na een vroegsignaal: zelf bellen{f' ({reason})' if reason else ''}"


def event(kind: str, detail: Any) -> str:
    """What an event tells, after its name; empty for other events."""
    if not isinstance(detail, Mapping):
        return ""
    match kind:
        case "closed":
            quiet = "" if detail.get("told") else ", zonder bericht"
            reason = REASONS.get(str(detail.get("reason")), "").lower()
            return f": {reason}, beschikking {day(str(detail.get('ended_on')))}{quiet}"
        case "reopened":
            return f": {REOPENED.get(str(detail.get('why')), '')}"
        case "signal" | "signal_after":
            return f": {SIGNALS.get(str(detail.get('kind')), '').lower()}, {day(str(detail.get('day')))}"
        case "signal_call":
            reason = _CALL.get(str(detail.get("why")), "")
            return f": {reason}" if reason else ""
        case "signal_keys":
            return f": {_KEYS.get(str(detail.get('what')), '')}"
    return ""
