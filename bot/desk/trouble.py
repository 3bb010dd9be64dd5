"""Channels that do not work now, and an Open Klant that cannot be told, in words: every role sees it, because messages
and contacts wait meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from bot.desk.delivery import told_of_trouble
from bot.house import House
from bot.registration import overview
from bot.registration.sending import NAME


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with which channel, what to do, and since when (milliseconds UTC); ``meanwhile`` says what becomes
    of what waits."""

    channel: str
    what: str
    advice: str
    since: int
    meanwhile: str = "Berichten wachten en gaan daarna vanzelf weg; heeft het haast, bel dan."


#: What becomes of what Open Klant is not told now.
_LATER = "Contactmomenten wachten en gaan daarna vanzelf."
_STAYS = "Ze zijn niet weg: een coördinator stuurt ze nog eens."
#: What an administrator sees to when Open Klant does not answer as it should, by code.
_OPEN_KLANT = {
    "token": "Een beheerder maakt daar een nieuw token en zet het in de instellingen.",
    "address": "Een beheerder kijkt of het adres in de instellingen klopt.",
}


async def troubles(house: House) -> list[Trouble]:
    """What is wrong now, of the channels that the municipality uses, and of its own registration."""
    found = await house.health.troubles()
    used = [one for one in found if one.channel in house.config.channels.names]
    told = [Trouble(one.channel, *told_of_trouble(one.channel, one.code), one.since) for one in used]
    if house.config.openklant is None:
        return told
    down = "Open Klant krijgt nu geen contactmomenten."
    told += [
        Trouble(NAME, down, _OPEN_KLANT.get(one.code, "Het geeft geen antwoord."), one.since, _LATER)
        for one in found
        if one.channel == NAME
    ]
    refused = await overview.failed_since(house)
    if refused is not None:
        told.append(Trouble(NAME, "Open Klant nam contactmomenten niet aan.", "Zie Meer, Export.", refused, _STAYS))
    return told
