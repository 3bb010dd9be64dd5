"""The ways to a person: which channels work, and how an answer would go, said before it is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.channels.limits import EMAIL, WEBCHAT
from bot.desk.delivery import PLACES
from bot.desk.wording import CHANNELS
from bot.house import House
from bot.seintje import has_template, is_window_closed, only_notices
from bot.talk import FETCHED

#: ``off``: the municipality has switched the channel off.
State = Literal["works", "blocked", "left", "off"]

_STATES: dict[State, str] = {
    "works": "werkt",
    "blocked": "geblokkeerd",
    "left": "weggegaan",
    "off": "staat uit bij uw gemeente",
}
#: Signs of an address that are shown: enough to tell two apart.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Address:
    """A row of ``storage.files.channels``, opened. ``external`` is empty for a browser that was left."""

    channel: str
    external: str = field(repr=False)
    last_inbound_at: int | None
    blocked: bool
    left: bool
    preferred: bool
    in_full: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A channel of a person, in words. ``hint`` is the end of the address, for those that people know; ``heard_at``
    when they last wrote there, in milliseconds UTC."""

    channel: str
    name: str
    state: State
    words: str
    hint: str
    preferred: bool
    heard_at: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """How an answer would go: in a working way or not, by which channel, and in words where that is not simply so."""

    reachable: bool
    words: str
    channel: str = ""


def ways(addresses: Sequence[Address], house: House) -> tuple[Way, ...]:
    """Every way in the order in which we try them; a browser that was left says nothing beside one that works."""
    open_chat = any(one.channel == WEBCHAT.channel and _state(one, house) == "works" for one in addresses)
    shown = dict.fromkeys(
        Way(
            one.channel,
            CHANNELS.get(one.channel, one.channel),
            _state(one, house),
            _STATES[_state(one, house)],
            _hint(one),
            one.preferred,
            one.last_inbound_at,
        )
        for one in addresses
        if not (open_chat and one.channel == WEBCHAT.channel and one.left)
    )
    return tuple(shown)


def outlook(
    addresses: Sequence[Address], *, language: str, phone: str | None, phone_shared: bool, house: House
) -> Outlook:
    """What to know before answering; ``addresses`` in the order in which we try them."""
    best = addresses[0] if addresses else None
    is_page = best is not None and best.channel == WEBCHAT.channel
    if best is None or not (_state(best, house) == "works" or (is_page and _state(best, house) == "left")):
        return Outlook(False, f"Deze inwoner is niet bereikbaar in de chat: {_call(phone)}.")
    if is_page:
        return Outlook(True, "", best.channel)
    place, link = PLACES.get(best.channel, ""), "een neutraal seintje met een link naar de webchat"
    if is_window_closed(house, best.channel, best.last_inbound_at):
        ago = "Deze inwoner schreef hier meer dan 24 uur geleden."
        if not has_template(house, language):
            other = next((one for one in addresses[1:] if _takes_on(one, best, house)), None)
            then = f"gaat {PLACES.get(other.channel, '')}" if other else f"komt daar niet aan: {_call(phone)}"
            return Outlook(
                other is not None,
                f"{ago} Dan mag {place} alleen een goedgekeurd sjabloon, en dat is er niet voor deze inwoner. "
                f"Uw antwoord {then}.",
                other.channel if other else best.channel,
            )
        return Outlook(True, f"{ago} Uw antwoord gaat daarom {place} als {link}.", best.channel)
    if only_notices(house, best.channel, in_full=best.in_full, phone_shared=phone_shared):
        words = f"Uw antwoord gaat {place} als {link}. Wat u typt, staat alleen in de webchat."
        return Outlook(True, words, best.channel)
    return Outlook(True, f"Uw antwoord gaat {place}, met uw tekst erin.", best.channel)


def _call(phone: str | None) -> str:
    return f"bel {phone}" if phone else "bel, als u een nummer heeft, of gebruik een andere weg"


def _takes_on(one: Address, best: Address, house: House) -> bool:
    """Whether what fails at ``best`` goes there: never to a page that fetches for itself (``bot.undelivered``)."""
    return one is not best and one.channel not in FETCHED and _state(one, house) == "works"


def _state(one: Address, house: House) -> State:
    if one.blocked:
        return "blocked"
    if one.left:
        return "left"
    return "works" if one.channel in house.config.channels.names else "off"


def _hint(one: Address) -> str:
    """The last signs of a telephone number, or of an e-mail address before its @; platforms' own numbers say nothing
    to people."""
    if not one.external or one.channel not in ("whatsapp", EMAIL.channel):
        return ""
    name, at, _ = one.external.partition("@")
    return f"…{name[-_SHOWN:]}{at}{'…' if at else ''}" if len(name) > _SHOWN else "…"
