"""The tables of a municipality's TOML file that name systems of its own beside Klopaan."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from yarl import URL

from bot.config.reading import Section, key, matching, nearest, text, url, words_by_name
from bot.errors import Finding

#: Ways of contact as Klopaan names them, and as Open Klant is told unless the municipality says otherwise.
WAYS = {
    "webchat": "webchat",
    "telegram": "telegram",
    "whatsapp": "whatsapp",
    "email": "e-mail",
    "telefoon": "telefoon",
    "bezoek": "bezoek",
    "huisbezoek": "huisbezoek",
    "beeldbellen": "beeldbellen",
    "anders": "anders",
}
#: The longest name of a channel that Open Klant takes, in characters (Klantinteracties API).
LONGEST_CHANNEL = 50

_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenKlant(Section):
    """``[openklant]``: the Klantinteracties API of an Open Klant. ``url`` ends at the version of the API; ``channels``
    pairs our ways of contact with its own; ``actor`` is who gets the tasks, nobody when it is empty."""

    url: str = key(url, needed='Write where it is, like url = "https://openklant.example/klantinteracties/api/v1".')
    token: str = key(text, needed='Write the token that its administrator made, as "env:NAME".', secret=True)
    channels: tuple[tuple[str, str], ...] = key(words_by_name, ())
    actor: str = key(matching(_UUID, "Write the UUID of an actor in Open Klant."), "")

    def findings(self, path: str) -> Iterable[Finding]:
        """The address is no more than one, the token can be sent; names of channels are known here, and fit there."""
        address = URL(self.url)
        if address.user is not None or address.password is not None or address.query_string or address.fragment:
            advice = "Leave out names, passwords and what follows ? or #; the token has a key of its own."
            yield Finding(f"{path}.url", "is more than an address.", advice)
        if not re.fullmatch(r"[!-~]+", self.token):
            yield Finding(f"{path}.token", "is no token.", "It is one word of plain letters and digits. Copy it again.")
        for ours, theirs in self.channels:
            if ours not in WAYS:
                advice = nearest(ours, WAYS) or f"Known here: {', '.join(sorted(WAYS))}."
                yield Finding(f"{path}.channels.{ours}", "is no way of contact of Klopaan's.", advice)
            elif len(theirs) > LONGEST_CHANNEL:
                yield Finding(
                    f"{path}.channels.{ours}",
                    "is too long.",
                    f"Open Klant takes at most {LONGEST_CHANNEL} characters.",
                )

    def channel(self, way: str | None) -> str:
        """What Open Klant is told of a way of contact; one that is not known is ``anders``."""
        names = {**WAYS, **dict(self.channels)}
        return names.get(way or "anders") or names["anders"]
