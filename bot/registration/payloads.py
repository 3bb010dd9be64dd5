"""What Open Klant is told of a contact, in its own words (Klantinteracties API 0.x, Open Klant 2). No input or output.

Every field is named here with its length, and nothing else is ever told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import from_ms
from bot.config.outside import LONGEST_CHANNEL, OpenKlant
from bot.registration.moments import Contact

#: What a contact was about, said so that it tells nothing of anyone's affairs (at most 200 characters).
SUBJECTS = {
    "aanmelding": "Aanmelding",
    "vraag": "Vraag om contact",
    "bericht": "Bericht",
    "telefoon": "Gesprek",
    "bezoek": "Gesprek",
    "anders": "Gesprek",
    "uitnodiging": "Uitnodiging",
    "afspraak": "Afspraak",
    "samenvatting": "Samenvatting",
    "tevredenheid": "Tevredenheid",
    "voortgang": "Voortgang",
    "vast": "Contact houden",
    "waakvlam": "Contact houden",
    "volgen": "Contact houden",
    "nazorg": "Contact houden",
    "phone": "Gesprek",
    "office": "Gesprek",
    "home": "Gesprek",
    "elsewhere": "Gesprek",
    "video": "Gesprek",
    "call": "Gesprek",
    "papers": "Gesprek",
}
#: The same for messages that were planned, by the flow that says them.
_FLOWS = {"checkin": "Contact houden", "contact": "Contact houden", "afspraak": "Afspraak", "afspraken": "Afspraak"}
_ANY_SUBJECT = "Contact"
#: What is asked of who gets a task (at most 200 characters).
ASKED = "Contact opnemen met de inwoner"

#: ISO 639-1 to ISO 639-2/B, which Open Klant asks for; three letters.
LANGUAGES = {
    "ar": "ara",
    "bg": "bul",
    "de": "ger",
    "en": "eng",
    "es": "spa",
    "fa": "per",
    "fr": "fre",
    "nl": "dut",
    "pl": "pol",
    "pt": "por",
    "ro": "rum",
    "ru": "rus",
    "so": "som",
    "ti": "tir",
    "tr": "tur",
    "uk": "ukr",
    "zh": "chi",
}
_UNDETERMINED = "und"

#: Numbers of ours have ten digits and lie between these, so that others count on above them in ten digits (Open Klant's
#: own are the highest there is and one more).
FIRST_NUMBER, NUMBERS = 1_000_000_000, 7_000_000_000
_STRIDE = 1_234_567_891


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told at one try: the contact, under which number of ours, of which file."""

    contact: Contact
    language: str  # ISO 639-1
    number: str
    reference: str  # bot.reference


def klantcontact(told: Telling, config: OpenKlant, zone: ZoneInfo) -> dict[str, Any]:
    """The body of ``POST /maak-klantcontact``: the contact, and by which number of ours its file is known."""
    contact = told.contact
    return {
        "klantcontact": {
            "nummer": told.number,
            "kanaal": config.channel(contact.channel)[:LONGEST_CHANNEL],
            "onderwerp": subject(contact.kind),
            "inhoud": "",
            "indicatieContactGelukt": contact.succeeded,
            "taal": LANGUAGES.get(told.language, _UNDETERMINED),
            "vertrouwelijk": True,
            "plaatsgevondenOp": from_ms(contact.at, zone).isoformat(timespec="seconds"),
        },
        "onderwerpobject": {
            "onderwerpobjectidentificator": {
                "objectId": told.reference,
                "codeObjecttype": "dossier",
                "codeRegister": "klopaan",
                "codeSoortObjectId": "dossiernummer",
            }
        },
    }


def internetaak(told: Telling, config: OpenKlant, contact_id: str) -> dict[str, Any]:
    """The body of ``POST /internetaken``, for the contact that Open Klant knows as ``contact_id``."""
    return {
        "nummer": told.number,
        "gevraagdeHandeling": ASKED,
        "aanleidinggevendKlantcontact": {"uuid": contact_id},
        "toegewezenAanActoren": [{"uuid": config.actor}] if config.actor else [],
        "toelichting": f"Zie dossier {told.reference} in Klopaan.",
        "status": "te_verwerken",
    }


def next_numbers(first: str, most: int) -> Iterator[str]:
    """``first`` and those to take in its place, far apart: other systems count on from the highest there is."""
    place = int(first) - FIRST_NUMBER
    for count in range(most):
        yield str(FIRST_NUMBER + (place + count * _STRIDE) % NUMBERS)


def subject(kind: str) -> str:
    """What a contact of this kind was about."""
    return SUBJECTS.get(kind) or _FLOWS.get(kind.partition(".")[0], _ANY_SUBJECT)


def is_ours(found: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether what Open Klant has under our number is what we told, and not another system's of that number. What
    may have changed between two tries (of which file it is, how a channel is called) tells nothing."""
    if "plaatsgevondenOp" in body:
        return _same_instant(found, body, "plaatsgevondenOp")
    of = found.get("aanleidinggevendKlantcontact")
    return isinstance(of, Mapping) and of.get("uuid") == body["aanleidinggevendKlantcontact"]["uuid"]


def _same_instant(one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> bool:
    try:
        return datetime.fromisoformat(str(one.get(name))) == datetime.fromisoformat(str(other[name]))
    except (ValueError, TypeError):
        return False
