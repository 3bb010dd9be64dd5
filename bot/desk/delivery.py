"""Whether a message arrived, in words: by which way, why not, and what a caseworker can do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bot.channels.limits import WHATSAPP
from bot.content import Delivery, Download
from bot.desk.wording import CHANNELS
from flows.text import Json

Tone = Literal["late", "soon", "calm"]


class Why(NamedTuple):
    """A code in words: ``what`` goes on after a colon, ``advice`` is a sentence of its own."""

    what: str
    advice: str


@dataclass(frozen=True, slots=True)
class Told:
    """``advice`` is empty where there is nothing to do; ``tone`` is for sign and colour."""

    words: str
    advice: str
    tone: Tone


_CALL = "Bel de inwoner, of gebruik een andere weg."
_ITSELF = "Het wordt vanzelf opnieuw geprobeerd. Heeft het haast? Bel dan."
_AFTER_TRIES = "Het is vaak geprobeerd. Bel de inwoner, of stuur het later nog eens."
_NOTHING = "U hoeft niets te doen."
_ADMIN = "Meld het bij uw beheerder. Heeft het haast? Bel dan de inwoner."

#: Every code with which a message can fail for good, or is not sent any more.
PERMANENT: Mapping[str, Why] = {
    "blocked": Why("de inwoner heeft ons daar geblokkeerd", _CALL),
    "opted_out": Why(
        "de inwoner wil daar geen berichten", "Respecteer dat. Is het echt nodig? Bel dan, of gebruik een andere weg."
    ),
    "deactivated": Why(
        "dit account bestaat niet meer", "Bel de inwoner, en vraag waar u die nu in de chat kunt bereiken."
    ),
    "undeliverable": Why(
        "op dit nummer of adres komt niets aan", "Bel de inwoner, en vraag of het nummer of adres nog klopt."
    ),
    "withheld": Why(
        "het platform hield het bericht tegen", "Opnieuw sturen helpt niet. Bel de inwoner, of gebruik een andere weg."
    ),
    "window_closed": Why(
        "de inwoner schreef daar meer dan 24 uur geleden, en dan mag alleen een goedgekeurd sjabloon",
        "Bel de inwoner, of gebruik een andere weg. Schrijft de inwoner weer, dan kunt u daar antwoorden.",
    ),
    "no_template": Why(
        "er is geen sjabloon ingesteld voor een bericht na 24 uur",
        "Bel de inwoner. Meld het bij uw beheerder: die moet het sjabloon instellen.",
    ),
    "template": Why(
        "het sjabloon is afgekeurd, stilgezet of verkeerd ingesteld",
        "Bel de inwoner. Meld het bij uw beheerder: die moet het sjabloon in orde maken.",
    ),
    "rejected": Why(
        "het platform weigerde dit bericht",
        "Maak het korter, of stuur het zonder bestand. Gebeurt het weer? Meld het bij uw beheerder.",
    ),
    "too_big": Why("het bestand is te groot voor dit kanaal", "Stuur een kleiner bestand, of spreek iets anders af."),
    "gone": Why("het bestand was er niet meer", "Stuur het bestand opnieuw."),
    "channel_off": Why("dit kanaal staat uit bij uw gemeente", _CALL),
    "erased": Why("de gegevens van deze inwoner zijn gewist", _NOTHING),
    "no_address": Why("er is geen adres bekend om naartoe te sturen", _CALL),
    "too_late": Why("de afspraak waar het over ging, was al begonnen", _NOTHING),
    "moved": Why("de afspraak is intussen verzet", _NOTHING),
    "cancelled": Why("het was niet meer nodig", _NOTHING),
    "restored": Why(
        "het wachtte toen een reservekopie werd teruggezet, en is misschien daarvoor al verstuurd",
        "Vraag de inwoner of het aankwam, of stuur het opnieuw.",
    ),
    "paused": Why(
        "na een noodkreet gaat er niets uit dat al gepland was",
        "Overleg met wie het alarm oppakte. Bel de inwoner als de afspraak doorgaat.",
    ),
}

#: What passes by itself; it can also be the reason after the last try.
TEMPORARY: Mapping[str, Why] = {
    "busy": Why("het platform is druk", _ITSELF),
    "pair_rate": Why("er gingen te veel berichten kort na elkaar naar deze inwoner", _ITSELF),
    "timeout": Why("het platform antwoordt niet op tijd", _ITSELF),
    "platform": Why("er is een storing bij het platform", _ITSELF),
    "error": Why("er ging bij ons iets mis", _ITSELF),
    "later": Why("het is nu niet het moment", "Het gaat vanzelf weg zodra dat mag. Heeft het haast? Bel dan."),
}

#: Nothing goes through a channel: what is wrong, and who can do something about it.
DOWN: Mapping[str, Why] = {
    "token": Why(
        "onze toegang is verlopen of ingetrokken", "Meld het bij uw beheerder: die moet de toegang (token) vernieuwen."
    ),
    "unreachable": Why(
        "het platform is niet te bereiken",
        "Duurt het langer dan een kwartier? Meld het bij uw beheerder: die kijkt naar de verbinding.",
    ),
    "certificate": Why(
        "de beveiliging van de verbinding klopt niet",
        "Meld het bij uw beheerder: die moet naar het certificaat kijken.",
    ),
    "payment": Why(
        "de betaling aan het platform is niet in orde", "Meld het bij uw beheerder: die moet de betaling regelen."
    ),
    "conflict": Why(
        "een ander programma gebruikt hetzelfde token",
        "Meld het bij uw beheerder: die moet dat andere programma stoppen, of een nieuw token maken.",
    ),
    "template": PERMANENT["template"],
}

#: A file that could not be fetched, where the words for messages do not fit.
_FILES: Mapping[str, Why] = {
    "too_big": Why("het is te groot", "Vraag de inwoner om een kleiner bestand, of spreek iets anders af."),
    "gone": Why("het platform heeft het niet meer", "Vraag de inwoner om het opnieuw te sturen."),
    "wrong_type": Why(
        "dit soort bestand nemen we niet aan", "Vraag de inwoner om een foto, een pdf of een spraakbericht."
    ),
    "channel_off": Why(
        "dit kanaal staat uit bij uw gemeente", "Vraag de inwoner om het op een andere manier te sturen."
    ),
    "erased": PERMANENT["erased"],
}

PLACES = {"webchat": "in de webchat", "telegram": "via Telegram", "whatsapp": "via WhatsApp", "email": "via e-mail"}
_STATES = {"sent": "verstuurd", "delivered": "aangekomen", "read": "gelezen"}
_STYLES = {
    "nudge": ", als seintje met een link naar de webchat",
    "template": ", als seintje (goedgekeurd sjabloon) met een link naar de webchat",
}
#: Styles in which the message itself is in the web chat only, and what is told of the notice.
_BEHIND = {"nudge": "", "template": " (goedgekeurd sjabloon)", "announced": ""}
_LEFT = "staat klaar: de inwoner ging weg van de pagina en leest dit bij terugkomst"


def told(deliveries: Sequence[Delivery]) -> Told:
    """The story of one message: every way that failed, and what became of it in the end."""
    *before, last = deliveries
    end, advice, tone = _end(last, is_again=bool(before))
    words = "; daarna ".join([*(_failed(one) if one.state == "failed" else _end(one)[0] for one in before), end])
    return Told(words, advice, tone)


def told_of_file(download: Download) -> Told:
    """A file that came in and is not here."""
    if download.state == "waiting":
        waits = "" if download.reason is None else f" Dat lukt nog niet: {why(download.reason).what}."
        return Told(f"Bestand wordt opgehaald.{waits}", _ITSELF if waits else "", "soon" if waits else "calm")
    known = _FILES.get(download.reason or "")
    what, advice = known or Why(why(download.reason).what, "Vraag de inwoner om het opnieuw te sturen.")
    return Told(f"Bestand niet opgehaald: {what}.", advice, "late")


def told_of_event(detail: Json) -> Why:
    """What an event ``undelivered`` tells, and what to do."""
    known = detail if isinstance(detail, dict) else {}
    channel, reason = (known.get(name) for name in ("channel", "reason"))
    one = Delivery(str(channel or ""), "failed", reason if isinstance(reason, str) else None)
    return Why(_failed(one), _advice(one))


def told_of_trouble(channel: str, code: str) -> Why:
    """A channel that does not work."""
    what, advice = DOWN.get(code) or Why(why(code).what, _ADMIN)
    where = CHANNELS.get(channel, channel)
    return Why(f"{where[:1].upper()}{where[1:]} werkt nu niet: {what}.", advice)


def why(code: str | None) -> Why:
    """A code in words; one of a later version is said as it is."""
    known = PERMANENT.get(code or "") or TEMPORARY.get(code or "") or DOWN.get(code or "")
    return known or Why(f"onbekende reden ({code})" if code else "onbekende reden", _ADMIN)


def _end(one: Delivery, *, is_again: bool = False) -> tuple[str, str, Tone]:
    place = PLACES.get(one.channel, f"via {one.channel}")
    match one.state:
        case "left":
            return _LEFT, "", "calm"
        case "failed":
            return ("ook " if is_again else "") + _failed(one), _advice(one), "late"
        case "dropped":
            reason = "" if one.reason is None else f" ({why(one.reason).what})" if _known(one.reason) else ""
            return f"niet verstuurd {place}{reason}", "", "calm"
        case "waiting" if one.reason is not None:
            what, advice = why(one.reason)
            down = one.reason in DOWN
            return f"nog niet verstuurd {place} ({what})", f"{advice} {_GOES_ON}" if down else advice, "soon"
        case "waiting":
            return f"wordt verstuurd {place}", "", "calm"
    if one.state == "read" and one.style in _BEHIND and one.channel != WHATSAPP.channel:
        return f"gelezen in de webchat, na een seintje {place}", "", "calm"  # the page of the web chat told it
    if one.style == "announced":
        return f"staat in de webchat; het seintje ervoor, {place}, wijst ernaar", "", "calm"
    state = _STATES.get(one.state, one.state)
    if one.style in _BEHIND and one.state in ("delivered", "read"):
        # What WhatsApp tells is of the notice: whether someone opened its link, it does not know.
        return f"seintje {state} {place}{_BEHIND[one.style]}; het bericht zelf staat in de webchat", "", "calm"
    return f"{state} {place}{_STYLES.get(one.style or '', '')}", "", "calm"


_GOES_ON = "Daarna gaat het bericht vanzelf weg. Heeft het haast? Bel dan."


def _failed(one: Delivery) -> str:
    place = PLACES.get(one.channel, f"via {one.channel}" if one.channel else "")
    return " ".join(part for part in ("niet aangekomen", place, f"({why(one.reason).what})") if part)


def _advice(one: Delivery) -> str:
    """What was temporary is not tried again once it has failed."""
    return _AFTER_TRIES if one.reason in TEMPORARY else why(one.reason).advice


def _known(code: str) -> bool:
    return code in PERMANENT or code in TEMPORARY or code in DOWN
